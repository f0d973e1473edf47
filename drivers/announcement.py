"""The sentences that call a number, written so that a speech engine reads them right.

Letters go out as kana and 「番の方」 as 「番のかた」: engines read 方 as "hō" there.
"""

from __future__ import annotations

import re
from typing import Final

from drivers.device import Announcement

LETTERS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "エー ビー シー ディー イー エフ ジー エイチ アイ ジェイ ケー エル エム エヌ オー ピー キュー アール エス ティー "
        "ユー ブイ ダブリュー エックス ワイ ゼット".split(),
        strict=True,
    )
)

_NUMBER: Final = re.compile(r"([A-Z]+)-([0-9]+)")


def sentence_ja(announcement: Announcement) -> str:
    """The Japanese sentence: 「エー19番のかた、窓口2へおこしください。」; other number forms are read as they are."""
    return f"{_spoken_ja(announcement.number)}番のかた、{announcement.window_ja}へおこしください。"


def sentence_en(announcement: Announcement) -> str:
    """The English sentence: "Number A 19, please come to Window 2."."""
    found = _NUMBER.fullmatch(announcement.number)
    number = f"{' '.join(found[1])} {int(found[2])}" if found else announcement.number
    return f"Number {number}, please come to {announcement.window_en}."


def _spoken_ja(number: str) -> str:
    found = _NUMBER.fullmatch(number)
    if not found:
        return number
    return "".join(LETTERS[letter] for letter in found[1]) + str(int(found[2]))
