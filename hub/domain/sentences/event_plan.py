"""Refusals' sentences: which events a date has, and which devices go to each."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "plan.date": Sentence(
        "開催の日付が正しくありません。",
        "2025-08-06 のように入れてください",
        "The date of the event is wrong.",
        "Enter it like 2025-08-06.",
    ),
    "plan.venue": Sentence(
        "会場の名前がないか、名前か車が長すぎます。",
        "会場は{longest}文字までで入れてください",
        "No venue, or its name or the car's is too long.",
        "Name the venue in {longest} characters.",
    ),
    "plan.channel": Sentence(
        "この契約にない申請の方法です。",
        "一覧からえらんでください",
        "The contract knows no such way to apply.",
        "Choose from the list.",
    ),
    "plan.count": Sentence(
        "「{item}」の数が正しくありません（0から{most}）。",
        "契約の機器を、使う数だけ入れてください",
        "A wrong count of {item} (0 to {most}).",
        "Enter how many of the contract's devices are used.",
    ),
    "plan.not_ours": Sentence(
        "受託者の機器の一覧にありません。",
        "市の機器は、市から預かった物の台帳にあります（F4-4、F9-7）",
        "That is no device of ours under this contract.",
        "The city's stand in the ledger of what it handed over: F4-4, F9-7.",
    ),
    "plan.no_car": Sentence(
        "この契約では、車で回りません。",
        "車は空のままにしてください",
        "Under this contract no car tours.",
        "Leave the car empty.",
    ),
    "plan.car_elsewhere": Sentence(
        "{car}は{opens}から{venue}にいます。",
        "時間をずらすか、べつの車にしてください",
        "{car} is at {venue} then (from {opens}).",
        "Move the hours, or take another car.",
    ),
    "plan.all_in_use": Sentence(
        "{item}は{most}台中{used}台使用中です。",
        "その日のほかの会場の台数を減らしてください",
        "{used} of {most} {item} are in use on that date.",
        "Plan fewer of them at the other venues of that date.",
    ),
    "plan.too_few": Sentence(
        "{item}が{need}台いりますが、台帳には{most}台です。",
        "台数をそろえて台帳に入れるか、会場を減らしてください",
        "{need} of {item} are needed; the ledger has {most}.",
        "Get more and enter them in the ledger, or plan fewer venues.",
    ),
    "plan.unknown": Sentence(
        "その開催は計画にありません。",
        "一覧を見てください",
        "No such event is planned.",
        "Look at the list.",
    ),
}
