"""What may stand as a name: organisations, people and sites as people write them; ids that also become file names."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from hub.domain.guard import check_text
from sync.errors import SyncError

LONGEST: Final = 80  # characters: fits a line of a screen and of a paper form
_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ID_LONGEST: Final = 40


class NameUnusable(SyncError):
    """Not a name: empty, too long, or with characters that do not show."""

    code = "setup.name"
    ja = "この名前は使えません（空、長すぎる、または見えない文字があります）。"
    en = "This name cannot be used: empty, too long, or with characters that do not show."
    todo_ja = "80文字までの、見える文字だけの名前にしてください。"
    todo_en = "Use up to 80 characters that show."


class IdUnusable(SyncError):
    """Not an id of a person or machine."""

    code = "setup.id"
    ja = "この番号（ID）は使えません。"
    en = "This id cannot be used."
    todo_ja = "半角の英小文字と数字をハイフンでつないでください（例 staff-7）。"
    todo_en = "Use lower-case letters and digits, joined by hyphens (for example staff-7)."


class IdReserved(IdUnusable):
    """An id that a machine has or may get, or that the other organisation's people have."""

    code = "setup.id_reserved"
    ja = "この番号（ID）は、機械か、もう一方の組織の人の番号です。"
    en = "This id is a machine's, or one of the other organisation's people."
    todo_ja = "受託者の人は staff-7、市の職員は officer-7 のような番号にしてください。"
    todo_en = "Use staff-7 for one of the contractor's people, officer-7 for one of the city's."


class NameHoldsNumber(SyncError):
    """A name or an id that holds what may be a My Number, or a PIN beside its word."""

    code = "setup.personal_number"
    ja = "名前に、マイナンバーか暗証番号と思われる数字があります。受け付けません。"
    en = "This name holds what may be a My Number or a PIN; it is not accepted."
    todo_ja = "数字を消してください。どこにも残していません。"
    todo_en = "Remove the digits; nothing has kept them."


def need_name(text: str) -> str:
    """Return the name in NFC, without spaces around it; NameUnusable, NameHoldsNumber."""
    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > LONGEST or not _shows(name):
        raise NameUnusable(length=len(name))  # not the text: it may be what must not be shown
    if check_text(name) is not None:
        raise NameHoldsNumber
    return name


def need_id(text: str) -> str:
    """Return an id; IdUnusable, NameHoldsNumber. It becomes a file's name, so nothing else may be in it."""
    if len(text) > _ID_LONGEST or not _ID.fullmatch(text):
        raise IdUnusable(length=len(text))
    if check_text(text) is not None:
        raise NameHoldsNumber
    return text


MACHINES: Final = frozenset({"hub", "standby", "terminal", "office", "desk"})
"""Stems of machines' ids: no person has one, since a record tells people and machines apart by their ids."""

OF_THE_OTHER: Final = {"contractor": "officer", "city": "staff"}
"""Side to the stem of the other's people: neither registry sees who stands in the other one."""


def need_person_id(text: str, side: str, hubs: Iterable[str]) -> str:
    """Return an id for one of this side's people, which nothing else of the deployment has; as need_id, IdReserved."""
    stem = need_id(text).partition("-")[0]
    if text in hubs or stem in MACHINES or stem == OF_THE_OTHER[side]:
        raise IdReserved(id=text)
    return text


def is_name(text: str) -> bool:
    """Whether this is a name as need_name returns it: what came from elsewhere is not repaired, only refused."""
    usable = bool(text) and len(text) <= LONGEST and _shows(text) and text == text.strip()
    return usable and check_text(text) is None


def _shows(text: str) -> bool:
    """Whether all of it can be shown on a line. 山田　花子 is written with a space that Python calls unprintable."""
    return text.replace("\u3000", " ").isprintable()


def next_id(stem: str, taken: set[str]) -> str:
    """The first free id of this stem: terminal-1, terminal-2, ..."""
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
