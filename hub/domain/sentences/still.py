"""Refusals' sentences: 静止画 for the city's identity check."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "still.no_consent": Sentence(
        "この契約では、画像を市へ送れません（承諾がない）。",
        "番号だけで依頼し、映像で確認してもらいます",
        "The city has not consented to pictures being sent.",
        "Go on by number; the video call shows the rest.",
    ),
    "still.at_booth": Sentence(
        "市の職員が会場にいる方式です。静止画は撮りません。",
        "市の職員が、その場で見て確認します",
        "The officer is at the booth: no still is taken.",
        "The officer looks at person and papers here.",
    ),
    "still.not_accepted": Sentence(
        "市の担当が、まだこの依頼を受けていません。",
        "「市の担当が確認中」と出てから撮ります",
        "No officer has accepted this request yet.",
        "Wait until an officer is looking.",
    ),
    "still.over": Sentence(
        "この依頼は終わりました。静止画は撮れません。",
        "要るときは、依頼を出し直してください",
        "This request is over.",
        "Ask the city again if it is needed.",
    ),
    "still.elsewhere": Sentence(
        "この来訪は、この端末で受けていません。",
        "受けている端末で撮ります。ここなら、映像を3で記してから",
        "This terminal does not serve this visit.",
        "Use the one that does. If it is here, note the video (3) first.",
    ),
    "still.not_shown": Sentence(
        "「{paper}」は、この依頼の書類にありません。",
        "依頼を取り下げ、書類を選び直してください",
        "That paper is not in the request.",
        "Withdraw it and choose the papers anew.",
    ),
    "still.no_mask": Sentence(
        "「{paper}」は、かくす場所が決まっていません。",
        "撮らずに、映像で見てもらいます",
        "Nobody has said where its number stands.",
        "Do not take it; show it by video.",
    ),
    "still.not_covered": Sentence(
        "番号がかくれていることを、確かめていません。",
        "画面の黒い帯を見て、置き直してから撮ります",
        "Nobody has confirmed that the number is covered.",
        "Look at the black band, then take it.",
    ),
    "still.busy": Sentence(
        "いま、ほかの静止画を撮っています。",
        "数秒待ってから、もう一度押してください",
        "Another still is being taken.",
        "Wait a few seconds, then try again.",
    ),
    "still.too_many": Sentence(
        "同じものの撮り直しは{limit}回までです。",
        "映像で見てもらうか、市の職員と相談します",
        "At most {limit} retakes of the same thing.",
        "Show it by video, or ask the officer.",
    ),
    "still.alive": Sentence(
        "本人確認の静止画が、まだ消えていません。",
        "数秒待ってから、もう一度終わりにしてください",
        "Stills of an identity check are not destroyed yet.",
        "Wait a few seconds, then close again.",
    ),
    "still.none": Sentence(
        "その静止画はありません。",
        "画面を見直してください",
        "There is no such still.",
        "Look at the screen again.",
    ),
}
