"""What must stand nowhere in clear: looks through every byte of every file, socket and log that a rehearsal leaves."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from hub.domain.guard import is_my_number

TWELVE = re.compile(rb"[0-9](?<![0-9A-Za-z][0-9])[0-9]{3}(?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4})(?![0-9A-Za-z])")
"""A My Number as people write it. Within a longer run of letters and digits it is a hash, not a number. What stands
before is asked after the first digit: only so does the search leap from digit to digit (a sixth of the time)."""

BEFORE = 2
"""Bytes that TWELVE may ask for before a number begins."""

REACH = 64
"""Bytes from any character of a number to both its ends, and what is asked for beyond: twelve digits and two separators
of three bytes each are 42."""

SHORTEST = 4
"""Letters: a shorter kana name would be found in anything."""

LEAST = 5
"""Bytes: five given ones stand in ten megabytes of ciphertext once in a hundred thousand days; four, once a year."""

_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
"""Full-width katakana to half-width; a voiced one is its base and a mark."""
_MARKS = {"\u3099": "\uff9e", "\u309a": "\uff9f"}


# ------------------------------------------------------------------ the forms a thing can have


def personal_texts(texts: Iterable[str]) -> list[bytes]:
    """The texts as a file could hold them: as read, in half width, and in the two encodings that cities use."""
    forms = {form for text in texts if len(text) >= SHORTEST for form in (text, unicodedata.normalize("NFKC", text))}
    return encoded(forms)


def name_forms(kana: str) -> set[str]:
    """A kana name with and without its space, in full and half width, in katakana and hiragana."""
    whole = unicodedata.normalize("NFKC", kana)
    spellings = {whole, "".join(whole.split()), whole.replace(" ", "\u3000")}
    hiragana = {"".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in one) for one in spellings}
    return {kana, *spellings, *hiragana, *map(half_width, spellings)}


def half_width(text: str) -> str:
    """Katakana in half width, as old systems write it."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(_MARKS.get(char) or _HALF.get(char, char) for char in parts)


def phone_forms(digits: str) -> set[str]:
    """A telephone number with and without hyphens, in both widths."""
    plain = {digits, f"{digits[:3]}-{digits[3:7]}-{digits[7:]}", f"{digits[:2]}-{digits[2:6]}-{digits[6:]}"}
    return plain | {full_width(one) for one in plain}


def birth_date_forms(born: dt.date) -> set[str]:
    """A date of birth as people and machines write it, also in the year names of the era."""
    year, month, day = born.year, born.month, born.day
    forms = {
        *(f"{year}{mark}{month:02}{mark}{day:02}" for mark in ("-", "/", ".", "")),
        f"{year}/{month}/{day}",
        f"{year}年{month}月{day}日",
    }
    for era, letter, begins in (("令和", "R", dt.date(2019, 5, 1)), ("平成", "H", dt.date(1989, 1, 8)), ("昭和", "S", dt.date(1926, 12, 25))):  # fmt: skip
        if born >= begins:
            number = year - begins.year + 1
            forms |= {
                f"{era}{number}年{month}月{day}日",
                f"{letter}{number}.{month}.{day}",
                f"{letter}{number}/{month}/{day}",
            }
            break
    return forms | {full_width(one) for one in forms}


def full_width(text: str) -> str:
    """ASCII in full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def key_forms(key: bytes) -> list[bytes]:
    """A key raw, in hexadecimal, and in base64 wherever in a longer text it begins."""
    forms = [key, key.hex().encode(), key.hex().upper().encode()]
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            # The characters that the bytes around it cannot change.
            forms.append(encode(bytes(before) + key)[-(-before * 8 // 6) : (before + len(key)) * 8 // 6])
    return forms


def encoded(forms: Iterable[str]) -> list[bytes]:
    """Texts in UTF-8, in the two encodings that cities and Windows use, and as programs write them that keep to ASCII.

    What is shorter than LEAST is left out.
    """
    found = set()
    for form in forms:
        found |= {form.encode(), form.encode("cp932", "ignore"), form.encode("utf-16-le"), form.encode("utf-16-be")}
        found |= {in_ascii.encode() for in_ascii in _in_ascii(form)}
    return sorted(one for one in found if len(one) >= LEAST)


def _in_ascii(form: str) -> set[str]:
    """As JSON (the health page), a log's repr() of text and of bytes, an address, hexadecimal and base64 would say it."""
    data = form.encode()
    said = {json.dumps(form)[1:-1], ascii(form)[1:-1], repr(data)[2:-1], quote(form), data.hex()}
    # The characters of base64 that the bytes around it cannot change.
    return said | {
        base64.b64encode(bytes(before) + data)[-(-before * 8 // 6) : (before + len(data)) * 8 // 6].decode()
        for before in range(3)
    }


# ------------------------------------------------------------------ looking


def files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, with its bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def holding_any(folder: Path, texts: Iterable[str]) -> list[Path]:
    """The files that hold one of these texts in clear."""
    return holding(folder, personal_texts(texts))


def holding(folder: Path, wanted: Iterable[bytes]) -> list[Path]:
    """The files that hold one of these byte strings."""
    any_of = _any_of(wanted)
    return [path for path, data in files(folder) if any_of.search(data)]


def _any_of(wanted: Iterable[bytes]) -> re.Pattern[bytes]:
    """Finds each of these byte strings in one pass: 500 forms of a day's people, looked for one by one, took 25 times it."""
    return re.compile(_branches(sorted(set(wanted))) or b"(?!)")  # of nothing, nothing is found


def _branches(wanted: list[bytes]) -> bytes:
    """A regular expression for all of them, what several begin with written once. An empty one ends there: it is found."""
    if not wanted or not wanted[0]:
        return b""
    heads: dict[bytes, list[bytes]] = {}
    for one in wanted:
        heads.setdefault(one[:1], []).append(one[1:])
    parts = [re.escape(head) + _branches(tails) for head, tails in heads.items()]
    return parts[0] if len(parts) == 1 else b"(?:" + b"|".join(parts) + b")"


def holding_my_numbers(folder: Path) -> list[Path]:
    """The files in which something stands that is a valid My Number by its check digit, in half or in full width."""
    return [path for path, data in files(folder) if any(map(_valid, _twelves(data)))]


def _twelves(data: bytes) -> Iterator[bytes]:
    """What is written like a My Number: as it stands there, then wherever digits are written wide, those in half width.

    Only the pieces around wide digits are rewritten: all of a file, for each of four encodings, took three times as long.
    """
    yield from TWELVE.findall(data)
    for wide, halves in _WIDE:
        for start, end in _around(wide, data):
            piece = wide.sub(lambda found, halves=halves: halves[found[0]], data[start:end])  # type: ignore[misc]
            for found in TWELVE.finditer(piece, BEFORE if start else 0):
                if found.end() < len(piece) or end == len(data):  # what the piece's end cuts off is of a longer run
                    yield found[0]


def _around(wide: re.Pattern[bytes], data: bytes) -> Iterator[tuple[int, int]]:
    """Where a number can stand that has one of these characters: start and end of each piece, none within another."""
    start = end = 0
    for found in wide.finditer(data):
        if found.start() - REACH > end:
            if end:
                yield start, end
            start = found.start() - REACH
        end = min(found.end() + REACH, len(data))
    if end:
        yield start, end


def _wide(encoding: str) -> dict[bytes, bytes]:
    pairs = {char.encode(encoding): chr(ord(char) - 0xFEE0).encode() for char in "０１２３４５６７８９－"}
    return pairs | {"　".encode(encoding): b" "}


_UTF_16 = {half.encode("utf-16-le"): half.encode() for half in "0123456789- "}
_WIDE = [(_any_of(halves), halves) for halves in (_wide("utf-8"), _wide("cp932"), _wide("utf-16-le"), _UTF_16)]
"""Digits as three encodings write them wide (UTF-16 writes every digit in two bytes), and in half width."""


def _valid(written: bytes) -> bool:
    return is_my_number("".join(char for char in written.decode("ascii") if char.isdigit()))
