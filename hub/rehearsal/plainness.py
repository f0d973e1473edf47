"""What must stand nowhere in clear: looks through every byte of every file that a rehearsal leaves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from hub.domain.guard import is_my_number

TWELVE = re.compile(rb"(?<![0-9A-Za-z])(\d{12}|\d{4}[ -]\d{4}[ -]\d{4})(?![0-9A-Za-z])")
"""A My Number as people write it. Within a longer run of letters and digits it is a hash, not a number."""

SHORTEST = 4
"""Letters: a shorter kana name would be found in anything."""


def personal_texts(texts: Iterable[str]) -> list[bytes]:
    """The texts as a file could hold them: as read, in half width, and in the two encodings that cities use."""
    forms = {form for text in texts if len(text) >= SHORTEST for form in (text, unicodedata.normalize("NFKC", text))}
    found = set()
    for form in forms:
        found |= {form.encode(), form.encode("cp932", "ignore"), form.encode("utf-16-le")}
    return sorted(one for one in found if len(one) >= 2 * SHORTEST)


def files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, with its bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def holding_any(folder: Path, texts: Iterable[str]) -> list[Path]:
    """The files that hold one of these texts in clear."""
    wanted = personal_texts(texts)
    return [path for path, data in files(folder) if any(text in data for text in wanted)]


def holding_my_numbers(folder: Path) -> list[Path]:
    """The files in which something stands that is a valid My Number by its check digit."""
    return [path for path, data in files(folder) if any(_valid(match[1]) for match in TWELVE.finditer(data))]


def _valid(written: bytes) -> bool:
    return is_my_number("".join(char for char in written.decode("ascii") if char.isdigit()))
