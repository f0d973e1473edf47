"""The guard against a My Number (個人番号) or a PIN in text. A finding says where, never which digits.

A random 12-digit number passes the check digit about one time in ten, so a finding is a reason to refuse and explain,
which a manager may answer with "this is not a My Number"; it is no proof.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

MASK: Final = "【伏せました】"

LENGTH: Final = (
    12  # digits of a 個人番号: eleven and a check digit (行政手続における特定の個人を識別するための…省令85号 第5条)
)
SHORTEST_FINDING: Final = 6
"""Characters: the shortest that the guard finds is a four-digit PIN beside a word of two (暗証0000)."""
_KANJI: Final = "〇零○一二三四五六七八九"
"""Digits as they are written downwards; 十 and 百 make another kind of number, which is none of twelve digits."""

has_digit: Final = re.compile(rf"[\d{_KANJI}]").search
"""Finds a text's first digit, any script's (as str.isdecimal, at half the cost) or kanji: a text without holds no number."""
_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)  # Q_n of 第5条, from the left
_FORM_ID: Final = 23  # digits of a 申請書ID, which has no check digit and must pass
_FORM_ID_GROUP: Final = 6  # people write it in groups of four, five or six digits, the last one shorter

_SENTENCES: Final = {
    "guard.my_number": (
        "マイナンバー（個人番号）と思われる12桁の数字があるため、受け付けません。数字を消してください。",
        "This contains 12 digits that look like a My Number, so it is refused. Remove the digits.",
    ),
    "guard.pin": (
        "暗証番号・パスワードと思われる文字があるため、受け付けません。その文字を消してください。",
        "This contains what looks like a PIN or password, so it is refused. Remove it.",
    ),
}


_ROWS: Final = {
    "guard.my_number": (
        "マイナンバーかもしれない12桁は、受け付けません。",
        "12 digits that may be a My Number are not accepted.",
    ),
    "guard.pin": ("暗証番号・パスワードは、受け付けません。", "A PIN or password is not accepted."),
}
"""Short enough for a terminal's row (38 full-width characters)."""


class Finding(msgspec.Struct, frozen=True):
    """Something that must not be kept: its kind and its place text[start:end], never its characters."""

    code: str
    start: int
    end: int

    @property
    def ja(self) -> str:
        """The sentence that staff read."""
        return _SENTENCES[self.code][0]

    @property
    def en(self) -> str:
        """The same sentence in English."""
        return _SENTENCES[self.code][1]

    @property
    def row(self) -> tuple[str, str]:
        """Both sentences as row 21 of a terminal has room for them."""
        return _ROWS[self.code]


def check_digit(body: str) -> int:
    """The twelfth digit that belongs to eleven ASCII digits (省令85号 第5条)."""
    rest = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def is_my_number(digits: str) -> bool:
    """Whether twelve ASCII digits form a possible 個人番号; all zeros pass the sum but are none."""
    return len(digits) == LENGTH and digits.strip("0") != "" and check_digit(digits[:-1]) == int(digits[-1])


def check_text(text: str) -> Finding | None:
    """The first My Number in text, else the first PIN beside its word, else None."""
    # Most texts are ids and names: without a digit, or so short, there is nothing to find.
    if len(text) < SHORTEST_FINDING or has_digit(text) is None:
        return None
    folded = _fold(text)
    return next(_my_numbers(folded), None) or next(_in_kanji(folded), None) or next(_pins(folded), None)


def redact(text: str) -> str:
    """The text with every finding replaced by 【伏せました】; check_text finds nothing in the result."""
    while finding := check_text(text):  # each round takes digits away, so it ends
        text = text[: finding.start] + MASK + text[finding.end :]
    return text


_VOICING: Final = "\u3099\u309a"
"""Marks that make another letter of kana: パ typed in half width."""

_BLANK: Final = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and a braille cell that show nothing (Hangul fillers)."""


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    """One character for one, so that spans stay true: any script's digit to ASCII, full width to half width."""
    decimal = unicodedata.decimal(char, None)
    if decimal is not None:
        return str(decimal)
    category = unicodedata.category(char)
    if category == "Pd" or char in "ーｰ−⁃─━":  # what people type for a hyphen and Unicode does not call one
        return "-"
    if char in "\r\n":
        return "\n"
    # Cf: zero-width characters, which nobody sees between two digits; so are most marks on the character before.
    if category == "Cf" or char.isspace() or char in _BLANK or (category in ("Mn", "Me") and char not in _VOICING):
        return " "
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and not plain.isdecimal() else char  # ² and ① are marks, not digits of a number


def _fold(text: str) -> str:
    return "".join(map(_fold_char, text))


_SEPARATORS: Final = r"[ \n\-,、.。・･·‧•]"
_CHAIN: Final = re.compile(rf"[0-9]+(?:{_SEPARATORS}+[0-9]+)*")
_GROUP: Final = re.compile(r"[0-9]+")
# As it is printed on the card, or in threes, with whatever people put between: slashes, brackets, colons.
_ANY: Final = r"[\W_]{1,3}"
_LAYOUT: Final = re.compile(
    rf"(?<![0-9A-Za-z])(?:[0-9]{{4}}(?:{_ANY}[0-9]{{4}}){{2}}|[0-9]{{3}}(?:{_ANY}[0-9]{{3}}){{3}})(?![0-9A-Za-z])"
)
# Of two dates side by side the first and the year of the second are twelve digits, of a date and a time all.
_DATE: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}([-/.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")


def _my_numbers(folded: str) -> Iterator[Finding]:
    """Whole neighbouring groups of digits that make twelve; a group that is itself longer is another thing, as is a date."""
    dates = [match.span() for match in _DATE.finditer(folded)]
    form_ids: list[tuple[int, int]] = []
    for chain in _CHAIN.finditer(folded):
        if chain.end() - chain.start() < LENGTH:
            continue
        groups = [match.span() for match in _GROUP.finditer(folded, *chain.span())]
        if _is_form_id([end - start for start, end in groups]):
            form_ids.append(chain.span())
            continue
        for first in range(len(groups)):
            digits = ""
            for start, end in groups[first : first + LENGTH]:
                digits += folded[start:end]
                if len(digits) >= LENGTH:
                    begun = groups[first][0]
                    if is_my_number(digits) and not any(begun <= one and two <= end for one, two in dates):
                        yield Finding("guard.my_number", begun, end)
                    break
    for layout in _LAYOUT.finditer(folded):
        within = any(begun <= layout.start() and layout.end() <= end for begun, end in form_ids)
        if is_my_number("".join(_GROUP.findall(layout[0]))) and not within:
            yield Finding("guard.my_number", *layout.span())


_TWELVE_KANJI: Final = re.compile(rf"(?<![{_KANJI}])[{_KANJI}](?:{_SEPARATORS}*[{_KANJI}]){{11}}(?![{_KANJI}])")
_IN_FIGURES: Final = str.maketrans(_KANJI, "000123456789")


def _in_kanji(folded: str) -> Iterator[Finding]:
    """Twelve digits that all are kanji: 一二三四 五六七八 九〇一八. With others among them they are a place or a name."""
    for match in _TWELVE_KANJI.finditer(folded):
        if is_my_number("".join(_GROUP.findall(match[0].translate(_IN_FIGURES)))):
            yield Finding("guard.my_number", *match.span())


def _is_form_id(lengths: list[int]) -> bool:
    """A 申請書ID written in even groups (4-4-4-4-4-3); a My Number with a phone number behind it is 23 digits too."""
    *body, last = lengths
    return sum(lengths) == _FORM_ID and len(set(body)) == 1 and last <= body[0] <= _FORM_ID_GROUP


# Half-width katakana stay apart from their voicing mark when folded one by one, so both spellings stand here.
_HA: Final = "(?:パ|ハ\u309a)"
_DO: Final = "(?:ド|ト\u3099)"
_PI: Final = "(?:ピ|ヒ\u309a)"
_BETWEEN: Final = r"(?:[^0-9A-Za-z【】\n]|[0-9]{1,2}(?=桁))"
_WORD: Final = (
    rf"(?:暗証(?:番号|コ-{_DO})?|{_HA}スワ-{_DO}|{_HA}スコ-{_DO}"
    rf"|(?<![ァ-ヶ])(?:{_PI}ン)(?:番号|コ-{_DO})?(?![ァ-ヶ])"
    r"|(?<![A-Za-z])(?:pin|password|passcode|passwd)(?![A-Za-z])(?:[ \-]?(?:code|number|no\.?)(?![A-Za-z]))?)"
)
# Four digits as in the three 4-digit PINs, not the year of a date; or the signing password, 6 to 16 letters and digits.
_FOUR: Final = r"(?<![0-9A-Za-z])[0-9](?:[ \-]?[0-9]){3}(?![0-9A-Za-z])(?!年|[/.\-][0-9])"
_SIGNING: Final = r"(?<![0-9A-Za-z])(?=[A-Za-z]*[0-9])[0-9A-Za-z]{6,16}(?![0-9A-Za-z])"
_VALUE: Final = rf"(?:{_FOUR}|{_SIGNING})"
# Eight characters hold 「は、たしか」 or 「（4桁）は」; a longer way is another sentence. Before the word fewer: "1234が暗証番号".
_AFTER: Final = re.compile(rf"{_WORD}(?:{_BETWEEN}{{0,8}}?)(?:[ ]?is[ ]+)?(?P<value>{_VALUE})", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"(?P<value>{_VALUE}){_BETWEEN}{{0,3}}?{_WORD}", re.IGNORECASE)


def _pins(folded: str) -> Iterator[Finding]:
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(folded):
            yield Finding("guard.pin", *match.span("value"))
