"""How called numbers are read aloud, by the rules of Japanese counting: さんびゃく, ろっぴゃく, はっぴゃく.

A speech engine has its own idea of digits. What it would say is compared with this, and where the two differ it is
given these kana instead: a number read wrongly calls nobody.
"""

from __future__ import annotations

import re
from typing import Final

DIGITS: Final = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
"""よん, なな and きゅう: し and しち are taken for one another (and し for 死), く for ろく."""

TENS: Final = "ジュー"
HUNDREDS: Final = {1: "ヒャク", 3: "サンビャク", 6: "ロッピャク", 8: "ハッピャク"}
THOUSANDS: Final = {1: "セン", 3: "サンゼン", 8: "ハッセン"}
"""Where the sound of the digit or of the unit changes; elsewhere the two stand side by side."""

LETTERS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "エー ビー シー ディー イー エフ ジー エイチ アイ ジェイ ケー エル エム エヌ オー ピー キュー アール エス ティー "
        "ユー ブイ ダブリュー エックス ワイ ゼット".split(),
        strict=True,
    )
)

NUMBER: Final = re.compile(r"([A-Z]+)-([0-9]{1,4})")


def kana_of(n: int) -> str:
    """The reading of 0 to 9999 in katakana, long vowels as ー; ValueError beyond."""
    if not 0 <= n <= 9999:
        raise ValueError(n)
    if n == 0:
        return DIGITS[0]
    thousands, hundreds, tens, ones = n // 1000, n // 100 % 10, n // 10 % 10, n % 10
    said = ""
    if thousands:
        said += THOUSANDS.get(thousands, DIGITS[thousands] + "セン")
    if hundreds:
        said += HUNDREDS.get(hundreds, DIGITS[hundreds] + "ヒャク")
    if tens:
        said += (DIGITS[tens] if tens > 1 else "") + TENS
    return said + (DIGITS[ones] if ones else "")


def number_kana(number: str) -> str:
    """A-019 as it is to be heard, エージューキュー; empty for a number of another form."""
    found = NUMBER.fullmatch(number)
    return "".join(LETTERS[letter] for letter in found[1]) + kana_of(int(found[2])) if found else ""
