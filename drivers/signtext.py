"""Words for signs that have only half-width katakana, Latin letters and digits (JIS X 0201)."""

from __future__ import annotations

import unicodedata
from typing import Final

READINGS: Final = {
    "窓口": "ﾏﾄﾞｸﾞﾁ",
    "受付": "ｳｹﾂｹ",
    "番": "ﾊﾞﾝ",
    "号": "ｺﾞｳ",
    "会場": "ｶｲｼﾞｮｳ",
    "交付": "ｺｳﾌ",
    "写真": "ｼｬｼﾝ",
    "相談": "ｿｳﾀﾞﾝ",
}
"""What windows are called; kanji of other words cannot be shown and are left out."""

_KATAKANA: Final = (
    "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
)
_FULL_TO_HALF: Final = {full: chr(0xFF66 + at) for at, full in enumerate(_KATAKANA)} | {
    "。": "｡", "「": "｢", "」": "｣", "、": "､", "・": "･", "\u3099": "ﾞ", "\u309a": "ﾟ",
}  # fmt: skip


def half_width(text: str) -> str:
    """The text as such a sign can show it: 「窓口２」 is ﾏﾄﾞｸﾞﾁ 2; what it has no letters for is left out."""
    for kanji, reading in READINGS.items():
        text = text.replace(kanji, f"{reading} ")
    # NFKC makes letters and digits narrow, and katakana wide; NFD then takes the voicing marks off the katakana.
    wide = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    shown = [_half(letter) for letter in wide]
    return " ".join("".join(shown).split())


def _half(letter: str) -> str:
    if "ぁ" <= letter <= "ん":
        letter = chr(ord(letter) + 0x60)  # hiragana stand 0x60 below katakana
    if letter in _FULL_TO_HALF:
        return _FULL_TO_HALF[letter]
    return letter if " " <= letter <= "~" else ""
