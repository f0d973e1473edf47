"""Refusals' sentences: consents, reading and erasing personal data."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "consent.number_only": Sentence(
        "市の同意（記録・送信）がないため、番号だけで扱います。",
        "氏名などは入れません。予約番号で受け付けます",
        "The city has not consented to record and send: number-only.",
        "Take no personal fields; go by the number.",
    ),
    "disclosure.purpose": Sentence(
        "その目的では、この項目を見られません。",
        "目的を選び直してください",
        "That purpose does not need this field.",
        "Choose another purpose.",
    ),
    "disclosure.none": Sentence(
        "予約 {reservation} に、見られる個人の欄はありません。",
        "番号だけの予約か、消去ずみです。ご本人にうかがう",
        "Reservation {reservation} has no personal fields.",
        "It is number-only or erased: ask the person.",
    ),
    "disclosure.no_visit": Sentence(
        "その予約の方の手続が開いていません。",
        "手続を開いてから見てください",
        "No visit of that reservation is open.",
        "Open the visit first.",
    ),
    "erasure.nothing": Sentence(
        "消去するものがないか、消去ずみです。",
        "何もしなくてよいです（F4-8 で残りが見えます）",
        "There is nothing of this to erase.",
        "Nothing to do; F4-8 shows what is left.",
    ),
    "erasure.reason": Sentence("理由がいります。", "理由を入れてください", "A reason is needed.", "Enter a reason."),
    "erasure.not_due": Sentence(
        "まだ消去の時期ではありません。",
        "早く消すときは管理者が行います",
        "It is not yet time to erase.",
        "Earlier only the manager erases.",
    ),
    "erasure.no_consent": Sentence(
        "消去には市の承諾がいります。まだありません。",
        "申請して承諾を待ってください（F4-8）",
        "Erasing needs the city's consent, which is not there.",
        "Request it and wait (F4-8).",
    ),
    "erasure.asked": Sentence(
        "消去はすでに申請しています。",
        "市の承諾を待ってください",
        "The erasure was requested already.",
        "Wait for the city's consent.",
    ),
    "erasure.planned": Sentence(
        "処理予定日が日付ではありません。",
        "2025-08-13 のように入れてください",
        "The planned day is no date.",
        "Enter it like 2025-08-13.",
    ),
    "erasure.unknown": Sentence(
        "その消去の申請はありません。", "申請の一覧を見てください", "There is no such request.", "Look at the list."
    ),
    "erasure.consented": Sentence(
        "この申請は承諾ずみです。",
        "消去に進んでください",
        "The city has consented already.",
        "Go on and erase.",
    ),
    "erasure.reference": Sentence(
        "承諾の文書番号か日付がありません。",
        "文書の番号と日付（今日まで）を入れてください",
        "The document's reference or date is missing.",
        "Enter its reference and its date (not later than today).",
    ),
}
