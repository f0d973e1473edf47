"""Refusals' sentences: boxes on the way to the city."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "transit.not_departed": Sentence(
        "この引渡しは、まだ出発していません。",
        "会場の端末の F4-5 で、運ぶ人と車を記録してください",
        "This transfer has not left the booth.",
        "Record carriers and vehicle at F4-5 of a booth terminal.",
    ),
    "transit.departed_already": Sentence(
        "この引渡しは、もう出発しています。",
        "立寄りか到着を記録してください",
        "This transfer has left already.",
        "Record a stop or the arrival.",
    ),
    "transit.arrived_already": Sentence(
        "この引渡しは、もう着いています。",
        "市の署名を待ってください",
        "This transfer has arrived already.",
        "Wait for the city's signature.",
    ),
    "transit.not_arrived": Sentence(
        "箱は、まだ着いたと記録されていません。",
        "運んだ人が F4-5 で到着を記録してください",
        "The boxes have not been recorded as arrived.",
        "Whoever carried them records the arrival at F4-5.",
    ),
    "transit.boxes_missing": Sentence(
        "着いていない箱があります：{container}",
        "さがして、もう一度到着を記録してください（F12 で市へ）",
        "Boxes have not arrived: {container}",
        "Look for them, record the arrival again; F12 tells the city.",
    ),
    "transit.boxes_differ": Sentence(
        "箱が引渡しと合いません：{container}",
        "箱の番号を1つずつ読み直してください",
        "Boxes do not fit the transfer: {container}",
        "Read the boxes again, one by one.",
    ),
    "transit.carriers": Sentence(
        "運ぶ人の名前が{count}人以上いります（4人まで）。",
        "いっしょに行く人の名前を入れてください",
        "At least {count} people who carry it must be named (up to 4).",
        "Name those who go along.",
    ),
    "transit.vehicle": Sentence(
        "何で運ぶかが書かれていません。",
        "車の番号か「徒歩」と入れてください",
        "It is not said what carries it.",
        "Type the car's number, or that it is carried on foot.",
    ),
    "transit.place": Sentence(
        "立ち寄った場所が書かれていません。",
        "場所を短く入れてください",
        "The place of the stop is missing.",
        "Type the place, in few words.",
    ),
    "transit.time": Sentence(
        "時刻の順が合いません。",
        "出発・立寄り・到着の時刻を見直してください",
        "The times do not follow one another.",
        "Check when they left, stopped and arrived.",
    ),
}
