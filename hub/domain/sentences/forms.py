"""Refusals' sentences: blank forms, and differences that a day was closed with."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "forms.none": Sentence(
        "この契約に、数える用紙はありません。",
        "用紙の管理は契約の設定にあります",
        "This contract has no blanks to count.",
        "The contract's profile says which are.",
    ),
    "forms.count_first": Sentence(
        "「{paper}」はまだ一度も数えていません。",
        "先に F4-4、F7 で数えてください",
        "{paper} was never counted.",
        "Count the stock first: F4-4, F7.",
    ),
    "forms.not_counted": Sentence(
        "受付終了後の用紙を数えていません（{paper}）。",
        "F4-4、F7 で残りを数えてください",
        "Blanks are not counted since reception stopped ({paper}).",
        "Count what is left: F4-4, F7.",
    ),
    "forms.differ": Sentence(
        "用紙の数が合いません（{detail}）。",
        "別の人が数え直す。合わないときは管理者へ",
        "Blanks differ from the ledger ({detail}).",
        "Another person counts; then the manager.",
    ),
    "forms.not_at_opening": Sentence(
        "開場のときの用紙を数えていません。",
        "管理者が理由と担当を記録します（F9-7）",
        "Blanks were not counted at opening.",
        "The manager records why, and who follows it up.",
    ),
    "forms.not_shredded": Sentence(
        "書損じの用紙 {count}枚が裁断されていません。",
        "2人で裁断してください（F4-7、F9-7）",
        "{count} spoiled forms are not shredded.",
        "Two people shred them: F4-7, F9-7.",
    ),
    "forms.count_again": Sentence(
        "同じ数を2人が数えていません。",
        "もう1人が数えてください",
        "Two people have not found the same.",
        "A second person counts.",
    ),
    "forms.no_difference": Sentence(
        "用紙の数は台帳と合っています。",
        "そのまま閉場できます",
        "The blanks agree with the ledger.",
        "Go on and close.",
    ),
    "discrepancy.owner": Sentence(
        "だれが調べるか、{longest}文字以内でいります。",
        "役職か職員番号を入れてください",
        "Say who follows it up, in {longest} characters.",
        "A role or a staff number.",
    ),
    "discrepancy.due": Sentence(
        "いつまでに調べるかの日付がいります。",
        "きょうか後の日付を入れてください",
        "Say until which day, not a past one.",
        "Enter today's or a later date.",
    ),
    "discrepancy.text": Sentence(
        "理由か結果が{longest}文字以内でいります。",
        "短く書いてください",
        "Say why, or what came of it, in {longest} characters.",
        "Write it short.",
    ),
    "discrepancy.unknown": Sentence(
        "その食い違いはありません。",
        "一覧を見てください",
        "There is no such open discrepancy.",
        "Look at the list.",
    ),
}
