"""Finding Japanese by what people type: kanji, hiragana, katakana, romaji in either spelling, or English."""

from __future__ import annotations

import unicodedata

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_SYLLABLES = {kana: row + vowel for row, kanas in _ROWS.items() for kana, vowel in zip(kanas, "aiueo", strict=True)}
_SYLLABLES |= {
    "や": "ya",
    "ゆ": "yu",
    "よ": "yo",
    "わ": "wa",
    "を": "o",
    "ん": "n",
    "ー": "",
    "ぁ": "a",
    "ぃ": "i",
    "ぇ": "e",
}
_SMALL_Y = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}

_ONE_SPELLING = (
    ("sha", "sya"), ("shu", "syu"), ("sho", "syo"), ("shi", "si"), ("cha", "tya"), ("chu", "tyu"), ("cho", "tyo"),
    ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ja", "zya"), ("ju", "zyu"), ("jo", "zyo"), ("ji", "zi"), ("di", "zi"),
    ("du", "zu"), ("mp", "np"), ("mb", "nb"), ("nn", "n"), ("ou", "o"), ("oo", "o"), ("uu", "u"),
)  # fmt: skip
"""Hepburn and other habits, made one: what is typed and what is looked for pass through the same table."""


def romaji(hiragana: str) -> str:
    """Hiragana in one plain romaji spelling (a doubled consonant for っ)."""
    out = ""
    double = False
    for kana in hiragana:
        if kana == "っ":
            double = True
            continue
        if kana in _SMALL_Y and out.endswith("i"):
            out = out[:-1] + _SMALL_Y[kana]
            continue
        syllable = _SYLLABLES.get(kana, kana)
        out += (syllable[:1] if double else "") + syllable
        double = False
    return _one_spelling(out)


def _one_spelling(text: str) -> str:
    for other, plain in _ONE_SPELLING:
        text = text.replace(other, plain)
    return text


def normal(text: str) -> str:
    """Full- and half-width, katakana and hiragana, capitals and spaces: one form of each."""
    text = unicodedata.normalize("NFKC", text).lower().replace(" ", "")
    return "".join(chr(ord(ch) - 0x60) if "ァ" <= ch <= "ヶ" else ch for ch in text)


def matches(query: str, ja: str, kana: str, en: str) -> bool:
    """Whether an entry (its Japanese, its reading in hiragana, its English) is what the query looks for."""
    wanted = normal(query)
    if not wanted:
        return True
    if wanted in normal(ja) or wanted in normal(kana) or wanted in normal(en):
        return True
    return wanted.isascii() and _one_spelling(wanted) in romaji(normal(kana))
