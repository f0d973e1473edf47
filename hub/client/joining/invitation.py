"""Where a hub is and which key it holds, as one line: what a QR code says, or what a person types or scans."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from sync.keys.fingerprint import DIGITS, GROUP_DIGITS, fingerprint

PORT = 7420
"""Where a hub listens unless it is told otherwise."""

_INVITATION = re.compile(rf"DEMADO:(?P<host>[A-Z0-9.-]{{1,60}}):(?P<port>\d{{1,5}})/(?P<key>\d{{{DIGITS}}})")
_ADDRESS = re.compile(r"(?:WS://)?(?P<host>[A-Z0-9.-]{1,60})(?::(?P<port>\d{1,5}))?(?:/[A-Z]*)?")


class Invitation(NamedTuple):
    """An address, and the fingerprint of the key that must answer there (empty where nobody named one)."""

    host: str
    port: int
    fingerprint: str = ""

    @property
    def pair_url(self) -> str:
        return f"ws://{self.host}:{self.port}/pair"

    @property
    def link_url(self) -> str:
        return f"ws://{self.host}:{self.port}/link"

    @property
    def text(self) -> str:
        """The line for a QR code: upper case, so that it stays small (ISO/IEC 18004, alphanumeric mode)."""
        return f"DEMADO:{self.host.upper()}:{self.port}/{self.fingerprint.replace(' ', '')}"


def invite(link_url: str, hub_key: bytes) -> Invitation | None:
    """The invitation to the hub that this terminal is linked to; None if its address is of another form."""
    found = read_invitation(link_url)
    return None if found is None else found._replace(fingerprint=fingerprint(hub_key))


def read_invitation(typed: str) -> Invitation | None:
    """What a person typed or a reader scanned: the line of a QR code, or an address alone; None if it is neither."""
    text = unicodedata.normalize("NFKC", typed).strip().upper()
    found = _INVITATION.fullmatch(text) or _ADDRESS.fullmatch(text)
    if found is None:
        return None
    port = int(found["port"] or PORT)
    if not 0 < port < 65536:
        return None
    digits = found.groupdict().get("key") or ""
    grouped = " ".join(digits[at : at + GROUP_DIGITS] for at in range(0, len(digits), GROUP_DIGITS))
    return Invitation(found["host"].lower(), port, grouped)
