"""Refusals' sentences: who has booked is told what to bring."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "guidance.unknown": Sentence(
        "予約 {number} は、今日の案内の一覧にありません。",
        "F4-7 の一覧から選んでください",
        "Reservation {number} is not on today's list.",
        "Choose from the list (F4-7).",
    ),
    "guidance.told": Sentence(
        "予約 {number} の方には案内済です。",
        "次の方へ進めます",
        "Reservation {number} has been told already.",
        "Go on with the next.",
    ),
    "guidance.not_yours": Sentence(
        "予約 {number} に、取り消せる自分の案内済がありません。",
        "自分が今日つけた印だけ取り消せます",
        "There is no tick of yours at reservation {number}.",
        "Only whoever ticked it takes it back.",
    ),
}
