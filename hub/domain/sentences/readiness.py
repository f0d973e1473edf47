"""Refusals' sentences: what the opening and the closing of a day wait for."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "ready.staff": Sentence(
        "{role}が{need}人必要ですが、{have}人です。",
        "来ている人が F4-7 の 1 で出勤を押してから開場",
        "The contract wants {need} of {role}; {have} are here.",
        "Whoever is here signs in (F4-7, then 1); then open.",
    ),
    "ready.training": Sentence(
        "この人の研修は今日は有効でありません（{held}～{until}）。",
        "研修を受けてから、管理者が記録します",
        "This person's training does not count today ({held} to {until}).",
        "Train first; the manager records it.",
    ),
    "ready.course": Sentence(
        "研修を受けた人か研修の名前がないか、長すぎます。",
        "名前は{longest}字までで入れてください",
        "No person, no course, or a course's name too long.",
        "Enter it with at most {longest} characters.",
    ),
    "ready.dates": Sentence(
        "研修の日か、有効の終わりの日が正しくありません。",
        "2025-08-06 のように、受けた日から順に入れてください",
        "The training's day or its last valid day is wrong.",
        "Enter both like 2025-08-06, in their order.",
    ),
    "ready.unknown_item": Sentence(
        "「{item}」は点検表にありません。",
        "画面の点検表にある番号を押してください",
        "{item} is not on the checklist.",
        "Press a digit of the list on the screen.",
    ),
    "ready.counts": Sentence(
        "市の機器の台数が正しくありません。",
        "借りている機器をすべて数えて入れてください",
        "The counts of the city's devices do not fit.",
        "Count every device that is lent, each once.",
    ),
    "ready.not_counted_back": Sentence(
        "返す機器をまだ数えていません。",
        "市の機器を数えてから閉場してください（F4-7）",
        "The devices to give back are not counted yet.",
        "Count the city's devices, then close (F4-7).",
    ),
    "ready.device_missing": Sentence(
        "{device}は朝{out}台、いま{back}台です。",
        "さがして数え直すか、理由を入れて数えてください",
        "{device}: {out} in the morning, {back} now.",
        "Find it and count again, or count with a reason.",
    ),
}
