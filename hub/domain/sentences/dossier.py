"""Refusals' sentences: what must stand of a person before they serve."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "dossier.untrained": Sentence(
        "{course} 未受講（{clause}）。",
        "受けたあとで、管理者が F4-7 の 2 に記録します",
        "A course of the contract is missing ({clause}).",
        "After it, the manager records it (F4-7, 2).",
    ),
    "dossier.unfinished": Sentence(
        "{course} 未完了：{part}（{clause}）。",
        "残りを受けて、管理者が記録します（F4-7 の 2）",
        "A topic of the course is missing ({clause}).",
        "Take it; the manager records it (F4-7, 2).",
    ),
    "dossier.unapproved": Sentence(
        "市の承認がまだない人です（{clause}）。",
        "承認が来たら管理者が記録します（F4-7 の 2）",
        "The city has not approved this person ({clause}).",
        "When it has, the manager records it (F4-7, 2).",
    ),
    "dossier.unpledged": Sentence(
        "誓約書が提出されていません（{clause}）。",
        "提出したら管理者が記録します（F4-7 の 2）",
        "The signed pledge was not submitted ({clause}).",
        "When it is, the manager records it (F4-7, 2).",
    ),
    "dossier.no_consent": Sentence(
        "{course}の内容に市の承諾がありません（{clause}）。",
        "承諾の日付と文書を先に記録してください",
        "The city has not agreed to this course ({clause}).",
        "Record its consent first.",
    ),
    "dossier.paper": Sentence(
        "日付か文書の番号がありません（{longest}字まで）。",
        "2025-07-25 と文書の名前か番号を入れてください",
        "A date or the paper's reference is missing.",
        "Enter both (up to {longest} characters).",
    ),
    "dossier.nobody": Sentence(
        "だれのことか入っていません。", "人をえらんでください", "Nobody is named.", "Choose the people."
    ),
    "dossier.unknown_course": Sentence(
        "契約の設定にない研修です。",
        "設定にある研修の名前を選んでください",
        "The contract has no such course.",
        "Choose one that the profile lists.",
    ),
}
