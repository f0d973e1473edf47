"""Refusals' sentences: disposal of what holds personal data."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "disposal.unknown": Sentence(
        "その廃棄の申請はありません。",
        "廃棄の一覧を見てください",
        "There is no such request to dispose.",
        "Look at the list.",
    ),
    "disposal.over": Sentence(
        "廃棄 {number} は終わっています。",
        "何もしなくてよいです",
        "Disposal {number} is over.",
        "Nothing to do.",
    ),
    "disposal.items": Sentence(
        "廃棄する項目が契約の一覧にないか、2回書かれています。",
        "一覧から項目を1回ずつえらんでください",
        "An item is not on the contract's list, or stands there twice.",
        "Choose items from the list, once each.",
    ),
    "disposal.what": Sentence(
        "「{item}」は、どの機器・媒体かが30文字以内でいります。",
        "機器に書いてある名前か番号を入れる（紙には書かない）",
        "Say which device or medium, in 30 characters.",
        "Its name or number as it stands on it; nothing for paper.",
    ),
    "disposal.pieces": Sentence(
        "「{item}」の数量が入っていないか、多すぎます。",
        "現物を数えて入れてください",
        "How many of {item} is missing, or too many.",
        "Count what there is.",
    ),
    "disposal.method": Sentence(
        "「{item}」は、その方法では判読不可能になりません。",
        "紙は裁断・溶解・焼却、媒体は破壊・上書きです",
        "That method does not make {item} unreadable.",
        "Paper is shredded, dissolved or burnt; media are crushed or overwritten.",
    ),
    "disposal.planned": Sentence(
        "処理予定日がないか、過ぎた日です。",
        "きょうからの日付を 2026-07-03 のように入れてください",
        "The planned date is missing or over.",
        "Type a date from today on, like 2026-07-03.",
    ),
    "disposal.no_consent": Sentence(
        "廃棄 {number} は、市がまだ承諾していません。",
        "市の端末での承諾を待ってください",
        "The city has not consented to disposal {number}.",
        "Wait for its consent, on its own machine.",
    ),
    "disposal.consented": Sentence(
        "廃棄 {number} は、もう承諾されています。",
        "何もしなくてよいです",
        "The city has consented to disposal {number} already.",
        "Nothing to do.",
    ),
    "disposal.differs": Sentence(
        "廃棄 {number} の内容が、画面のものと違います。",
        "画面を開き直して、内容を確かめてください",
        "Disposal {number} is not what the screen showed.",
        "Open it again and look.",
    ),
    "disposal.carried_out": Sentence(
        "廃棄 {number} は、もう行われました。",
        "立ち会った人が署名してください",
        "Disposal {number} has been carried out.",
        "Whoever saw it signs.",
    ),
    "disposal.not_carried_out": Sentence(
        "廃棄 {number} は、まだ行われていません。",
        "行った人が先に署名してください",
        "Disposal {number} has not been carried out.",
        "Whoever does it signs first.",
    ),
    "disposal.city_attends": Sentence(
        "廃棄 {number} には、市の職員が立ち会います。",
        "立ち会った市の職員が、市の端末で署名します",
        "The city attends disposal {number}.",
        "The officer who saw it signs on the city's machine.",
    ),
    "disposal.time": Sentence(
        "廃棄した日時が、申請や承諾の前か、これから先です。",
        "行った日時を見直してください",
        "It cannot have been done then: before the request or the consent, or to come.",
        "Look at the time again.",
    ),
    "disposal.not_done": Sentence(
        "きょうまでの廃棄 {number} が終わっていません。",
        "行って2人で署名するか、管理者が取り下げます（F4-4 F9-7）",
        "Disposal {number} was planned until today and is not done.",
        "Do it and have two sign, or the manager withdraws it (F4-4 F9-7).",
    ),
}
