"""Refusals' sentences: where sealed boxes stand, and what the city has handed to us."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "store.unlisted": Sentence(
        "契約の保管場所にない場所です。",
        "一覧の場所をえらんでください",
        "That place is not one of the contract's.",
        "Choose one of the list.",
    ),
    "store.unlocked": Sentence(
        "「{place}」は鍵がかかりません。",
        "鍵のかかる場所をえらんでください",
        "{place} has no lock.",
        "Choose a place that locks.",
    ),
    "store.not_here": Sentence(
        "箱 {container} は封印して手もとにある箱ではありません。",
        "封印した箱だけを保管します",
        "Box {container} is not a sealed box that is here.",
        "Seal it first.",
    ),
    "store.not_put_away": Sentence(
        "封印した箱 {container} が鍵のかかる場所にありません。",
        "保管場所に入れて署名してください（F4-4、F9-7-4）",
        "Sealed box {container} is not in its locked place.",
        "Put it away and sign: F4-4, F9-7-4.",
    ),
    "store.inside": Sentence(
        "箱 {container} は保管場所に入っています。",
        "先に保管場所から出してください（F4-4、F9-7）",
        "Box {container} stands in its place.",
        "Take it out first: F4-4, F9-7.",
    ),
    "store.not_inside": Sentence(
        "箱 {container} は保管場所に入っていません。",
        "一覧を見てください",
        "Box {container} is in no place.",
        "Look at the list.",
    ),
    "store.other_place": Sentence(
        "1人目が署名した場所とちがいます。",
        "箱のある場所を2人で見てください",
        "The first signer named another place.",
        "Look together where the box stands.",
    ),
    "lent.unknown_thing": Sentence(
        "市が貸す物の一覧にありません。",
        "一覧からえらんでください",
        "The city lends no such thing.",
        "Choose from the list.",
    ),
    "lent.too_many": Sentence(
        "「{device}」は{most}までです（いま{have}）。",
        "市が増やしたときは、管理者が通知番号を記録する",
        "No more than {most} of {device} are lent ({have} are here).",
        "If the city lends more, the manager records its letter.",
    ),
    "lent.pieces": Sentence(
        "数は1から{most}までです。",
        "数え直してください",
        "Between 1 and {most} pieces.",
        "Count again.",
    ),
    "lent.name": Sentence(
        "市の方のお名前が20文字以内でいります。",
        "預り証に書くお名前を入れてください",
        "Name the city's person, in 20 characters.",
        "The name that stands on the receipt.",
    ),
    "lent.unknown": Sentence(
        "その物は預かっていません。",
        "一覧を見てください",
        "It is not with us.",
        "Look at the list.",
    ),
    "lent.approval": Sentence(
        "市の承認（日付と番号）が40文字以内でいります。",
        "承認がないものは持ち出せません",
        "The city's approval (date and number) is needed.",
        "Without it nothing leaves the building.",
    ),
    "lent.back_by": Sentence(
        "いつ戻すかの日付がいります。",
        "きょうか後の日付を入れてください",
        "Say by which day it is back.",
        "Enter today's or a later date.",
    ),
    "lent.out_already": Sentence(
        "{number} はもう持ち出しています。",
        "戻したら記録してください",
        "{number} is out already.",
        "Record when it is back.",
    ),
    "lent.not_out": Sentence(
        "{number} は持ち出していません。",
        "そのまま保管してください",
        "{number} is not out.",
        "Keep it where it is.",
    ),
}
