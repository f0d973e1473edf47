"""Refusals' sentences: the 申請書ID."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "form_id.not_read": Sentence(
        "「{step}」の前に申請書IDを読み取ります。",
        "申請書の二次元コードを読み取る（F9-7 の 7）",
        "The form's ID is read before {step}.",
        "Scan the code on the form (F9-7, 7).",
    ),
    "form_id.not_here": Sentence(
        "いまの段では申請書IDを読み取りません。",
        "読み取る段まで進んでください",
        "No form is read at this step.",
        "Go on to the step that reads it.",
    ),
    "form_id.digits": Sentence(
        "申請書IDは数字23けたです。",
        "申請書を見て、もう一度読み取ってください",
        "An application form's ID has 23 digits.",
        "Look at the form and scan it again.",
    ),
    "form_id.mismatch": Sentence(
        "この方の申請書ではありません。",
        "写真と申請書を止めて見くらべる。書損じは F9-7 の 7",
        "This is not this visit's form.",
        "Stop and compare photo and form; F9-7, 7 if it was replaced.",
    ),
    "form_id.of_another": Sentence(
        "{number} の方の申請書です。",
        "写真と申請書を止めて、{number} の方へ返してください",
        "This form belongs to {number}.",
        "Stop, and give the form back to {number}.",
    ),
    "form_id.none": Sentence(
        "まだ申請書を読み取っていません。",
        "申請書の二次元コードを読み取ってください",
        "No form has been read yet.",
        "Scan the code on the form.",
    ),
    "form_id.no_consent": Sentence(
        "市の承諾がないため、申請書IDは扱いません。",
        "現物の見くらべだけで進んでください",
        "Without the city's consent no form's ID is taken.",
        "Compare by eye and go on.",
    ),
}
