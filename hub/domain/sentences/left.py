"""Refusals' sentences: originals of applicants, and things left behind."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "originals.not_returned": Sentence(
        "原本を返していません（{detail}）。",
        "返して F7。いないときは F9-7 から忘れ物へ",
        "Originals are not given back ({detail}).",
        "Hand them back: F7. If the applicant has gone: F9-7.",
    ),
    "originals.none_here": Sentence(
        "{number} の原本は預かっていません。",
        "そのまま進めてください",
        "No originals of {number} are here.",
        "Go on.",
    ),
    "originals.nothing_to_take": Sentence(
        "預かる原本がないか、もう預かっています。",
        "画面の「原本」を見てください",
        "No original to take, or it is here already.",
        "Look at the originals on the screen.",
    ),
    "originals.reason": Sentence(
        "原本が残った理由が{longest}文字以内でいります。",
        "数字でえらぶか、短く書いてください",
        "Say why they were left, in {longest} characters.",
        "Choose by digit, or write it short.",
    ),
    "left.lies_here": Sentence(
        "忘れ物が{count}点あります。",
        "行き先を決めてください（F4-4、F9-7）",
        "{count} things left behind lie here.",
        "Say where each goes: F4-4, F9-7.",
    ),
    "left.unknown": Sentence(
        "その忘れ物はありません。",
        "一覧を見てください",
        "There is no such thing here.",
        "Look at the list.",
    ),
    "left.paper_elsewhere": Sentence(
        "本人確認書類は会場に渡せません。",
        "ご本人・市・警察のどれかへ",
        "An identity paper does not go to the venue.",
        "To its owner, the city or the police.",
    ),
}
