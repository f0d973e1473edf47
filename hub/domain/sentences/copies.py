"""Refusals' sentences: prints of what the city handed over."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "copies.count": Sentence(
        "写しは1部から{most}部までです。",
        "いる数だけ入れてください",
        "Between 1 and {most} copies.",
        "Print no more than are needed.",
    ),
    "copies.no_permission": Sentence(
        "市の許可がない写しは作れません。",
        "市の許可（日付と番号）を40文字以内で入れる",
        "No copy without the city's permission.",
        "Enter its date and number, in 40 characters.",
    ),
    "copies.unknown": Sentence(
        "その写しは手もとにありません。",
        "一覧を見てください（F4-7、F9-5）",
        "That copy is not here.",
        "Look at the list: F4-7, F9-5.",
    ),
    "copies.ask_first": Sentence(
        "この契約では、市の承諾なしに裁断できません。",
        "市へ返すか、廃棄の申請に入れてください",
        "Under this contract the city is asked before it is shredded.",
        "Return it, or put it into a request to dispose.",
    ),
    "copies.no_request": Sentence(
        "紙の廃棄の申請が出ていません。",
        "先に廃棄を申請してください（F4-4、F9-7-6）",
        "No open request to dispose of paper.",
        "Request it first: F4-4, F9-7-6.",
    ),
    "copies.here": Sentence(
        "印刷した一覧が手もとにあります（{numbers}）。",
        "市へ返すか裁断か廃棄の申請へ（F4-7、F9-5-4）",
        "Printed lists lie here ({numbers}).",
        "Return, shred or request disposal: F4-7, F9-5-4.",
    ),
}
