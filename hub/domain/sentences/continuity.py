"""Refusals' sentences: recovery and take-over."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "continuity.wrong_place": Sentence(
        "引継ぎの続き先（項目 {size}）が記録と合いません。",
        "画面の項目数を確かめて、引継ぎをやり直してください",
        "This does not go on from where the record ends ({size}).",
        "Check the number of entries and start again.",
    ),
    "continuity.same_person": Sentence(
        "{person} さんはもう確かめました。別の人がいります。",
        "もう1人が職員番号と合言葉を入れてください",
        "{person} has confirmed already; another person is needed.",
        "Have a second person confirm.",
    ),
    "continuity.need_two": Sentence(
        "管理者を含む2人の確認がいります。",
        "管理者ともう1人が確かめてください",
        "Two people must confirm, one of them a manager.",
        "Have the manager and one more confirm.",
    ),
    "continuity.not_the_hub": Sentence(
        "{person} はこの記録のハブではありません。",
        "このハブを止めて、管理者に知らせてください",
        "{person} is not the hub of this record.",
        "Switch it off and tell the manager.",
    ),
    "continuity.taking_over": Sentence(
        "別のハブへの引継ぎの途中です。",
        "引継ぎが終わるまでお待ちください",
        "Another hub is taking over.",
        "Wait until that is done.",
    ),
}
