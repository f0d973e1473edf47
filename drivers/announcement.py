"""The sentences that call a number, written so that a speech engine reads them right.

Letters go out as kana and 「番の方」 as 「番のかた」: engines read 方 as "hō" there. A sentence is said in parts, the number
and the window: so one recording of each serves every call.
"""

from __future__ import annotations

from drivers.device import Announcement
from drivers.voice.reading import LETTERS, NUMBER


def sentence_ja(announcement: Announcement) -> str:
    """The Japanese sentence: 「エー19番のかた、窓口2へおこしください。」; other number forms are read as they are."""
    return f"{number_ja(announcement.number)}、{window_ja(announcement.window_ja)}。"


def sentence_en(announcement: Announcement) -> str:
    """The English sentence: "Number A 19, please come to Window 2."."""
    return f"{number_en(announcement.number)}, {window_en(announcement.window_en)}."


def number_ja(number: str) -> str:
    """「エー19番のかた」."""
    found = NUMBER.fullmatch(number)
    spoken = "".join(LETTERS[letter] for letter in found[1]) + str(int(found[2])) if found else number
    return f"{spoken}番のかた"


def window_ja(window: str) -> str:
    """「窓口2へおこしください」."""
    return f"{window}へおこしください"


def number_en(number: str) -> str:
    """ "Number A 19": the letter apart, no zeros in front."""
    found = NUMBER.fullmatch(number)
    return f"Number {' '.join(found[1])} {int(found[2])}" if found else f"Number {number}"


def window_en(window: str) -> str:
    """ "please come to Window 2"."""
    return f"please come to {window}"
