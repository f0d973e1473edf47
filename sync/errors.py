"""The root of every fault that this room raises.

SyncError
├── Malformed          bytes that are not in their one canonical form
└── ...                each module names its own leaves beside the code that raises them
"""

import re
from typing import ClassVar


class SyncError(Exception):
    """A fault with a stable code, one sentence for people in two languages, and what to do now; data in keywords."""

    code: ClassVar[str] = "sync"
    ja: str = "通信または署名の確認で問題が起きました。"
    en: str = "Something went wrong while checking or exchanging data."
    todo_ja: str = "もう一度行い、続く場合は責任者に知らせてください。"
    todo_en: str = "Try again; if it persists, tell the manager."

    def __init__(self, **data: object) -> None:
        super().__init__()
        self.data = data

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={_show(value)}" for key, value in self.data.items())
        return f"{self.code}: {self.en}" + (f" ({shown})" if shown else "")

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own pickling would call the class with positional arguments and lose the data.
        return (_rebuild, (type(self), self.data))


def on_one_line(text: str) -> str:
    """The text with a mark (U+FFFD) for each character that would move a screen's cursor, end a line or turn its order.

    For what others wrote and people read: names in certificates and records, words of other machines' messages.
    """
    return _UNSEEN.sub("\ufffd", text)


OBEYED = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""For a regular expression's brackets: controls (ISO/IEC 6429) but for tabs and line ends, and Unicode's marks and overrides
of direction (UAX #9)."""

_UNSEEN = re.compile(f"[{OBEYED}\t\n\r\u2028\u2029]")


def _show(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else on_one_line(str(value))


def _rebuild(kind: type[SyncError], data: dict[str, object]) -> SyncError:
    return kind(**data)


class Malformed(SyncError):
    """The bytes are not what their kind prescribes, or not in its one canonical form."""

    code = "sync.malformed"
    ja = "データの形が正しくありません。"
    en = "The data is not in its prescribed form."
    todo_ja = "このデータは使わず、もう一度受け取ってください。"
    todo_en = "Do not use this data; fetch it again."
