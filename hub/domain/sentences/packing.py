"""Refusals' sentences: what the contractor brings along, counted out and in."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "packing.none": Sentence(
        "この契約に、持ち物の一覧はありません。",
        "一覧は契約の設定にあります",
        "This contract has no packing list.",
        "The contract's profile says what is brought.",
    ),
    "packing.windows": Sentence(
        "窓口の数は1から{most}までです。",
        "開く窓口の数を入れてください",
        "Between 1 and {most} windows.",
        "Enter how many are opened.",
    ),
    "packing.count": Sentence(
        "「{item}」の数がないか、正しくありません（0から{most}）。",
        "一覧のすべてを数えてください",
        "{item} has no count, or a wrong one (0 to {most}).",
        "Count everything on the list.",
    ),
    "packing.too_late": Sentence(
        "受付終了のあとは、持ち出しの数を変えられません。",
        "戻す数を数えてください（F4-7、3）",
        "After reception has stopped the count out stays.",
        "Count what goes back: F4-7, 3.",
    ),
    "packing.not_out": Sentence(
        "持ち物を数えて出していません。",
        "次は荷造りのときに数えてください（F4-7、3）",
        "Nothing was counted out.",
        "Count when you pack: F4-7, 3.",
    ),
    "packing.not_counted_in": Sentence(
        "持ち物を数えて戻していません。",
        "持ち物を数えてから閉場してください（F4-7、3）",
        "What was brought is not counted in.",
        "Count it, then close: F4-7, 3.",
    ),
    "packing.differs": Sentence(
        "「{item}」は出{out}、戻り{back}です。",
        "F12 の下書きに、理由を入れるか事故として報告",
        "{item}: {out} went out, {back} came back.",
        "F12: say why in its draft, or report it.",
    ),
    "packing.report": Sentence(
        "情報が入る「{item}」は出{out}、戻り{back}です。",
        "F12 の下書きから、事故として報告してください",
        "{item} can hold data: {out} went out, {back} came back.",
        "F12: report it as an incident, from its draft.",
    ),
    "packing.only_reported": Sentence(
        "個人情報の入る物がありません。理由だけでは片づきません。",
        "事故として報告してください（F12）",
        "A thing that can hold personal data is gone; a reason alone will not do.",
        "Report it as an incident: F12.",
    ),
}
