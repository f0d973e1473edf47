"""Refusals' sentences: the printed photo."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "print.unknown": Sentence(
        "その印刷はありません。",
        "いまの画面を見て続けてください",
        "There is no such print.",
        "Go on from what the screen shows.",
    ),
    "print.copies": Sentence(
        "一度に印刷できるのは1枚から{most}枚です。",
        "枚数を入れなおしてください",
        "Between one and {most} sheets at a time.",
        "Enter another count.",
    ),
    "print.under_way": Sentence(
        "{number} の写真を印刷しています。",
        "紙が出るまで待ってください",
        "{number}'s photo is being printed.",
        "Wait for the paper.",
    ),
    "print.look_first": Sentence(
        "{number} の写真が出たか、まだ答えていません。",
        "出た紙を見て n／y で答えてください（F4-3）",
        "Nobody has said whether {number}'s photo came out.",
        "Look at the printer and answer (F4-3).",
    ),
    "print.again": Sentence(
        "{number} の写真はもう印刷しました。",
        "もう1枚いるときだけ F6 で「再」の印刷をする",
        "{number}'s photo was printed already.",
        "Print it again (F6) only if one more is needed.",
    ),
    "print.never_before": Sentence(
        "{number} の写真はまだ印刷していません。",
        "ふつうの印刷をしてください",
        "{number}'s photo was never printed.",
        "Print it for the first time.",
    ),
    "print.not_under_way": Sentence(
        "{number} の印刷は終わっています。",
        "機器の画面を見てください",
        "The print of {number} has ended.",
        "See the device screen.",
    ),
    "print.nothing_to_look_at": Sentence(
        "{number} の印刷に、答えることはもうありません。",
        "いまの画面を見て続けてください",
        "There is nothing to answer about {number}'s print.",
        "Go on from what the screen shows.",
    ),
    "print.sheets": Sentence(
        "枚数が合いません（印刷したのは{count}枚）。",
        "出た紙を数えなおしてください",
        "Only {count} sheets were printed.",
        "Count the sheets again.",
    ),
    "print.settled": Sentence(
        "{number} のその紙は、行き先が決まっています。",
        "まちがえたときは F12 で知らせてください",
        "That sheet of {number} is accounted for.",
        "Report a mistake (F12).",
    ),
    "print.retaken": Sentence(
        "{number} の写真は撮り直しました。この紙は使えません。",
        "書損じにしてください",
        "{number}'s picture was taken again: this sheet may not be used.",
        "Set it aside as spoiled.",
    ),
    "print.other_label": Sentence(
        "紙の番号が {number} ではありません。貼らないでください。",
        "紙の番号と手続の番号を見くらべる",
        "The number on the sheet is not {number}: do not paste it.",
        "Compare the sheet with the visit.",
    ),
    "print.nothing_to_shred": Sentence(
        "その書損じはありません。",
        "書損じの一覧を見てください",
        "There is no such spoiled sheet.",
        "See the list of spoiled sheets.",
    ),
    "print.same_person": Sentence(
        "{person} さんはもう確かめました。裁断は別の2人で見ます。",
        "もう1人を呼んでください",
        "{person} has signed: two different people see it shredded.",
        "Call a second person.",
    ),
    "print.unaccounted": Sentence(
        "{number} の印刷した写真{count}枚の行き先がまだです。",
        "貼った・返した・書損じのどれかを選ぶ（F4-3）",
        "{count} printed sheets of {number} are not accounted for.",
        "Say where each went (F4-3).",
    ),
    "print.not_shredded": Sentence(
        "書損じの写真{count}枚がまだ裁断されていません。",
        "2人で裁断し、F4-7 で印をつける",
        "{count} spoiled photo sheets are not shredded.",
        "Two people shred them and sign (F4-7).",
    ),
}
