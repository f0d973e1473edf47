"""Refusals' sentences: who is appointed to answer for the work."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "appoint.none": Sentence(
        "この契約は、管理者の指名に条件を付けていません。",
        "そのまま開場できます",
        "The contract asks nothing of an appointment.",
        "Go on.",
    ),
    "appoint.exam": Sentence(
        "{item}がない人は指名できません（{clause}）。",
        "合格証の番号か日付を入れてください",
        "Nobody is appointed without {item} ({clause}).",
        "Enter the certificate's number or date.",
    ),
    "appoint.experience": Sentence(
        "{item}が要ります（{clause}）。",
        "どの自治体・業務での経験かを入れる",
        "{item} is wanted ({clause}).",
        "Say where it was.",
    ),
    "appoint.regular": Sentence(
        "正規雇用者でない人は指名できません（{clause}）。",
        "正規雇用の人を選んでください",
        "Only a regular employee is appointed ({clause}).",
        "Choose another person.",
    ),
    "appoint.missing": Sentence(
        "業務管理者・副管理者の指名がありません（{clause}）。",
        "F4-7 の 2 で指名を入れてください",
        "Nobody has appointed this person ({clause}).",
        "Enter the appointment (F4-7, 2).",
    ),
}
