"""Refusals' sentences: the visit and its steps."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "visit.unknown": Sentence(
        "その手続はありません。", "番号札から開き直してください", "There is no such visit.", "Open it from its ticket."
    ),
    "visit.ticket_not_served": Sentence(
        "{number} は対応中ではありません。",
        "呼んで、来られたら Enter で開きます",
        "{number} is not being served.",
        "Call it, then open it with Enter.",
    ),
    "visit.enough": Sentence(
        "{number} の人数分（{people}人）の手続はもうあります。",
        "開いている手続を使ってください",
        "{number} already has a visit for each of {people}.",
        "Use the open visit.",
    ),
    "visit.wrong_method": Sentence(
        "この開催では「{method}」を扱いません。",
        "契約にある方式を選んでください",
        "This event does not offer {method}.",
        "Choose a method of the contract.",
    ),
    "visit.closed": Sentence(
        "この手続は終わっています。", "番号札の一覧に戻ってください", "This visit is closed.", "Go back to the list."
    ),
    "visit.unknown_step": Sentence(
        "この方式に「{step}」の段はありません。",
        "手続の一覧を見てください",
        "This method has no step {step}.",
        "Look at the list of steps.",
    ),
    "visit.step_done": Sentence(
        "「{step}」はすんでいます。", "次の段へ進んでください", "{step} is done already.", "Go on to the next step."
    ),
    "visit.gate_open": Sentence(
        "先に【必】「{step}」がいります。",
        "「{step}」をすませてください",
        "The gate {step} must come first.",
        "Do {step} first.",
    ),
    "visit.not_here": Sentence(
        "「{step}」は窓口の手続のなかでは行いません。",
        "ここでは不要です",
        "{step} is no part of the visit at the booth.",
        "Nothing to do here.",
    ),
    "visit.wrong_kind": Sentence(
        "「{step}」は別の操作で行います。",
        "画面の案内のキーを使ってください",
        "{step} is done by another action.",
        "Use the key that the screen shows.",
    ),
    "visit.documents_missing": Sentence(
        "{missing} に印がありません。",
        "現物を見て印をつける（無いときは F9-2 再来の札）",
        "Not ticked: {missing}.",
        "Look at the papers and tick them, or give a return ticket (F9-2).",
    ),
    "visit.handout_missing": Sentence(
        "{missing} を渡した印がありません。",
        "数字でつくって印刷し、説明して渡してから印をつける",
        "Not ticked as handed over: {missing}.",
        "Make it by its digit, print it, explain it, then tick.",
    ),
    "visit.paper_unknown": Sentence(
        "この方式に「{paper}」という書類はありません。",
        "書類の分類を選び直してください",
        "This method has no paper {paper}.",
        "Choose another class.",
    ),
    "visit.paper_count": Sentence(
        "「{paper}」の枚数が正しくありません（{count}）。",
        "数え直して入れてください",
        "The count of {paper} is wrong ({count}).",
        "Count again.",
    ),
    "visit.still_logged_in": Sentence(
        "{number} の方が申請用端末にログインしたままかもしれません。",
        "端末の画面を見て、ログアウトを確かめてください（F5）",
        "{number} may still be logged in at the application terminal.",
        "Look at its screen; F5 asks.",
    ),
    "visit.nobody_logged_in": Sentence(
        "{window} の申請用端末に、前の方は残っていません。",
        "そのまま次の方を呼べます",
        "Nobody is left at the terminal of {window}.",
        "Call the next one.",
    ),
    "visit.second_person": Sentence(
        "「{step}」はべつの人が確かめます。",
        "「{paper}」をした人とはべつの人が署名してください",
        "{step} is checked by another person.",
        "Somebody else signs than who did {paper}.",
    ),
    "visit.differs": Sentence(
        "照合不一致：{items}",
        "書き直していただき、べつの人が照合（できなければ F9-7 で取りやめ）",
        "The papers differ: {items}.",
        "Have it put right; another person compares (or F9-7 gives the visit up).",
    ),
    "visit.differs_in_what": Sentence(
        "「{step}」で何がちがうのかが分かりません。",
        "画面の数字から選んでください",
        "What differs at {step} is not clear.",
        "Choose from the list.",
    ),
    "visit.not_looked_at": Sentence(
        "「{step}」の前に「{paper}」がいります。",
        "↑ でその段へもどり、べつの人が署名（受付では画面1の Space）",
        "{paper} comes before {step}.",
        "Go up to it: another person signs (at the reception: Space on screen 1).",
    ),
    "visit.pre_check_none": Sentence(
        "{number} の列では、受付で書類を確かめません。",
        "そのままお待ちいただきます",
        "No papers are looked at beforehand for {number}.",
        "Nothing to do here.",
    ),
    "visit.pre_check_late": Sentence(
        "{number} の手続はもうひらいています。",
        "手続の画面で、その段に署名してください（F4-2）",
        "The visit of {number} is open already.",
        "Sign that step on the visit's screen (F4-2).",
    ),
    "visit.pre_check_twice": Sentence(
        "{number} の書類の事前確認は、もう変わっています。",
        "画面の印を見てください",
        "The first look for {number} has changed already.",
        "Look at the mark on the screen.",
    ),
    "visit.unknown_circumstance": Sentence(
        "この方式に「{special}」という事情はありません。",
        "画面の数字から選んでください",
        "This method knows no circumstance {special}.",
        "Choose from the list.",
    ),
    "visit.city_refused": Sentence(
        "「{step}」は市が不可としました。省けません。",
        "F9-7 で取りやめるか、別の方式にする",
        "The city refused {step}: it does not fall away.",
        "F9-7: end the visit, or take another method.",
    ),
    "visit.city_decided": Sentence(
        "「{step}」は市が確認ずみです。書類は増やせません。",
        "F9-7 で取りやめ、もう一度はじめから",
        "The city has confirmed {step} without what this adds.",
        "F9-7: end the visit, and begin it again.",
    ),
    "visit.reason_tells": Sentence(
        "病気・障害・国籍などは、記録に書きません。",
        "「ご本人の事情」とだけ書いてください",
        "Illness, disability, nationality are not written down.",
        "Write only: the applicant's circumstances.",
    ),
    "visit.not_accepted": Sentence(
        "{special}：ここでは受け付けません。",
        "案内：{guidance}（F9-7 で取りやめ）",
        "Not done here: {special}.",
        "Tell the applicant: {guidance}",
    ),
    "visit.unknown_question": Sentence(
        "この方式では「{question}」を聞きません。",
        "画面の数字から選んでください",
        "This method does not ask {question}.",
        "Choose from the list.",
    ),
    "visit.unknown_choice": Sentence(
        "「{question}」に「{choice}」という答えはありません。",
        "画面の数字から選んでください",
        "{choice} is no answer to {question}.",
        "Choose from the list.",
    ),
    "visit.unanswered": Sentence(
        "「{question}」がまだです。",
        "数字で答えてください（F9-7 の 6）",
        "{question} is not answered yet.",
        "Answer it by a digit (F9-7, 6).",
    ),
    "visit.answer_reason": Sentence(
        "{choice}：理由がいります。",
        "契約の理由から数字で選んでください",
        "{choice} wants one of the contract's reasons.",
        "Choose the reason by its digit.",
    ),
    "visit.answer_days": Sentence(
        "{choice}：日数が合いません。",
        "起算日を確かめて入れてください",
        "The number of days does not fit {choice}.",
        "Look at the day on which it began.",
    ),
    "visit.answer_too_late": Sentence(
        "{choice}：{days}日の期限を過ぎています。",
        "特急でない方式をご案内ください",
        "{choice} is past its limit of {days} days.",
        "Offer the ordinary method.",
    ),
    "visit.no_downgrade": Sentence(
        "この方式から「{method}」へは変えられません。",
        "契約の設定を確かめてください",
        "This method cannot become {method}.",
        "Check the contract.",
    ),
    "visit.reason": Sentence(
        "取りやめる理由がいります。", "理由を選んでください", "Giving up needs a reason.", "Choose a reason."
    ),
    "visit.open": Sentence(
        "{number} の手続が終わっていません（つぎは「{step}」）。",
        "手続をひらいて続けてください（Enter）",
        "{number} has an open visit (next: {step}).",
        "Open it and go on (Enter).",
    ),
    "visit.missing": Sentence(
        "{number} の手続がまだ{count}人分ありません。",
        "手続をひらいてください（Enter）",
        "{number} still lacks {count} visits.",
        "Open them (Enter).",
    ),
}
