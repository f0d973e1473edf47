"""Refusals' sentences: visits to bodies that applied for one."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "outing.none": Sentence(
        "この契約に、訪問の申込みはありません。",
        "開催日は F4-7 の 0 に入れます",
        "Nobody applies for visits under this contract.",
        "Enter its days on screen 7 (0).",
    ),
    "outing.unknown": Sentence(
        "その訪問の申込みはありません。", "一覧から選んでください", "There is no such visit.", "Choose from the list."
    ),
    "outing.over": Sentence(
        "{number} は終了か取り下げです。",
        "変えるときは、新しい申込みとして入れます",
        "{number} is closed or withdrawn.",
        "Note a new application.",
    ),
    "outing.body": Sentence(
        "訪問先の名前がないか、長すぎます。",
        "団体の名前を{longest}字までで（人の名前は入れません）",
        "No name of the body, or too long a one.",
        "Up to {longest} characters, never a person's.",
    ),
    "outing.date": Sentence(
        "希望日が正しくないか、過ぎています。",
        "2024-08-06 のように、今日からの日を入れる",
        "No date, or one that is over.",
        "Type it like 2024-08-06, today at the earliest.",
    ),
    "outing.channel": Sentence(
        "契約にない申込みの方法です。", "画面の数字から選んでください", "Not one of the contract's ways.", "Choose one."
    ),
    "outing.applicants": Sentence(
        "人数かメモが正しくありません（{most}人まで）。",
        "名簿の人数を入れ、メモは短くしてください",
        "The number or the note does not fit (at most {most}).",
        "Enter how many are on the list, and a shorter note.",
    ),
    "outing.second_slot": Sentence(
        "2回目の時刻が正しくありません。", "13:30 のように入れてください", "No time of day.", "Type it like 13:30."
    ),
    "outing.confirmed": Sentence(
        "{number} は市が確定ずみです。",
        "事前調整を進めてください",
        "{number} is confirmed already.",
        "Go on adjusting.",
    ),
    "outing.differs": Sentence(
        "{number} の訪問先か日が、市の見たものと違います。",
        "画面を見直して、もう一度署名してください",
        "{number} is not what the city was shown.",
        "Look again, and sign again.",
    ),
    "outing.unconfirmed": Sentence(
        "{number} は、市がまだ予約を確定していません。",
        "市の端末（本人確認の窓口）で確定の署名を待ちます",
        "The city has not confirmed {number}.",
        "Wait for the officer's signature at the desk.",
    ),
    "outing.task": Sentence(
        "{number} のその印はもう済んだか、契約にありません。",
        "一覧から選んでください",
        "That line of {number} is so already, or unknown.",
        "Choose from the list.",
    ),
    "outing.not_ready": Sentence(
        "{number} の事前調整が残っています：{items}",
        "済んだら F4-7 の 9 で印をつけます",
        "Before the day, {number} still needs: {items}",
        "Tick them when they are done (F4-7, 9).",
    ),
    "outing.too_many": Sentence(
        "申請希望者が {have}/{most}人です。分けるか、メモが要ります。",
        "2回目の時刻か、1回で足りる理由を入れてください",
        "{have} of {most} people: a second group or a note.",
        "Enter the second group's time, or why one is enough.",
    ),
    "outing.papers_here": Sentence(
        "「{item}」は、まだです。書類がここにあります。",
        "市が受け取ってから印をつけます（F4-5）",
        "Not yet: papers are still here.",
        "Tick it once the city has signed for them (F4-5).",
    ),
    "outing.unfinished": Sentence(
        "{number} に残っています：{items}",
        "済んだら印をつけてから、終了します",
        "{number} is not finished: {items}",
        "Tick what is done, then close it.",
    ),
    "outing.no_booking": Sentence(
        "{date} に、市の確定した訪問がありません（{clause}）。",
        "申込みを F4-7 の 9 に入れ、市の確定を待つ",
        "The city has confirmed no visit on {date} ({clause}).",
        "Enter the application (F4-7, 9) and wait for the city.",
    ),
}
