"""Refusals' sentences: 本人確認, which the city decides."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "identity.unknown": Sentence(
        "その依頼はありません。",
        "依頼の一覧を見てください",
        "There is no such request.",
        "Look at the list of requests.",
    ),
    "identity.pending": Sentence(
        "この手続の依頼はもう市へ出ています。",
        "市の返事を待ってください",
        "This visit has a pending request.",
        "Wait for the city.",
    ),
    "identity.decided": Sentence(
        "この依頼は決定ずみです。",
        "決定は1回だけです。新しい依頼がいります",
        "This request is decided already.",
        "A decision is used once; make a new request.",
    ),
    "identity.withdrawn": Sentence(
        "この依頼は取り下げられました。",
        "一覧からほかの依頼を開いてください",
        "This request was withdrawn.",
        "Open another request.",
    ),
    "identity.refused": Sentence(
        "{number} は、市が「確認できない」と決定しました。",
        "ほかの方式に変えるか、手続を取りやめてください",
        "The city refused {number}.",
        "Go on with another method, or give up the visit.",
    ),
    "identity.not_due": Sentence(
        "依頼の期限はまだです。",
        "市の返事を待ってください",
        "The request's time is not over.",
        "Wait for the city.",
    ),
    "identity.not_on_duty": Sentence(
        "この依頼の担当がまだいません。",
        "担当につくと、待っている依頼を受け持ちます",
        "Nobody is in charge of this request yet.",
        "Come on duty; then waiting requests are yours.",
    ),
    "identity.expired": Sentence(
        "依頼の期限（{minutes}分）が過ぎました。",
        "順番はそのままで、依頼を出し直してください",
        "The request has expired ({minutes} minutes).",
        "Make it again; the place is kept.",
    ),
    "identity.not_yours": Sentence(
        "この依頼は {officer} さんの担当です。",
        "一覧から自分の依頼を開いてください",
        "This request is assigned to {officer}.",
        "Open one of yours.",
    ),
    "identity.nobody_else": Sentence(
        "ほかに担当についている職員がいません。",
        "続けて確かめるか、別の職員に担当についてもらってください",
        "No other officer is on duty.",
        "Go on, or have another officer come on duty.",
    ),
    "identity.paper_unknown": Sentence(
        "市へ伝えられる書類の種類ではありません。",
        "画面の数字で、見せてもらう書類をえらんでください",
        "The city is not told of such a kind of paper.",
        "Tick the papers shown, by their digits.",
    ),
    "identity.mismatch": Sentence(
        "決定が、この依頼・手続・ハブのものと合いません（{what}）。",
        "依頼を開き直して、もう一度決定してください",
        "The decision does not fit this request ({what}).",
        "Open the request again and decide again.",
    ),
    "identity.checklist": Sentence(
        "確認の印がそろっていません（{missing}）。",
        "見て確かめ、印をつけてから決定してください",
        "The checklist is incomplete ({missing}).",
        "Check, tick, then decide.",
    ),
    "identity.taken_up": Sentence(
        "この依頼は、もう見はじめています。",
        "そのまま確認を続けてください",
        "This request is being looked at already.",
        "Go on with the check.",
    ),
    "identity.second_differs": Sentence(
        "1人目（{officer}）の決定とちがいます。まだ決まりません。",
        "2人で話し、同じ決定に署名してください",
        "This differs from what {officer} has signed.",
        "Talk it over; both sign the same.",
    ),
    "identity.same_person": Sentence(
        "1人目とあなたの鍵は、別の人のものと数えられません。",
        "鍵を作り合っていない、別の職員が署名してください",
        "Your key and the first officer's do not count as two.",
        "Another officer, whose key neither of you made.",
    ),
    "identity.no_video": Sentence(
        "この方式の本人確認は、映像ではありません。",
        "会場の市職員が確認します",
        "This method is not checked by video.",
        "City staff check at the booth.",
    ),
    "identity.video_order": Sentence(
        "映像のいまの印と合いません。",
        "画面の「映像」の行を見て、印をつけてください",
        "That does not follow what was noted of the video.",
        "Look at the video's row.",
    ),
    "identity.video_lost": Sentence(
        "映像が切れたままです。確認できたとは決定できません。",
        "つながったら印をつけ、確認を続けてください",
        "The video is lost: nothing can be confirmed.",
        "Note when it is back, then go on.",
    ),
    "identity.restarted": Sentence(
        "映像が{seconds}秒をこえて切れ、確認は最初からです。",
        "新しいしかけと合図で、もう一度確かめてください",
        "The video was away for over {seconds} s: check anew.",
        "Check again with the new feature and cue.",
    ),
    "identity.reason": Sentence("理由がいります。", "理由を選んでください", "A reason is needed.", "Choose a reason."),
    "identity.too_many": Sentence(
        "撮り直しは{limit}回までです。",
        "市の職員と相談し、再来を案内してください",
        "At most {limit} retakes.",
        "Ask the city; offer a return ticket.",
    ),
}
