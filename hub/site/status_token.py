"""The secret tokens that tickets carry as a QR code, and the address that each of them makes.

A token is a keyed hash of the record and the ticket under a key that this hub made and keeps: nothing is stored for a
ticket, a reprint has the same token, and neither the office nor anybody who has the record can make one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Final

from hub.domain.queue.public_status import TOKEN_LETTERS, fingerprint
from hub.domain.queue.queue import Ticket
from hub.site.startfaults import StatusAddressWrong
from sync.keys.party import write_secret

FILE: Final = "status.key"
KEY_BYTES: Final = 32

_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,60}(/[A-Za-z0-9._~-]{1,20}){0,3}")
"""Short, because each letter makes the code's modules smaller, and plain, because it is printed as it stands."""


class StatusTokens:
    """Tokens of one hub's tickets; `address` is where the office shows them."""

    def __init__(self, home: Path, record: str, address: str) -> None:
        """The key is made in the home folder at the first time; StatusAddressWrong."""
        if not _ADDRESS.fullmatch(address):
            raise StatusAddressWrong(address=address)
        path = home / FILE
        if not path.exists():
            write_secret(path, os.urandom(KEY_BYTES))
        self._key = path.read_bytes()
        self._record = record
        self._address = address

    def fingerprint(self, ticket: int) -> bytes:
        """What the entry that issues this ticket says of its token."""
        return fingerprint(self._record, self._token(ticket))

    def url(self, ticket: Ticket) -> str:
        """Where this ticket's holder reads of it, or empty if its entry does not know our token (another hub's ticket)."""
        token = self._token(ticket.id)
        if ticket.status != fingerprint(self._record, token):
            return ""
        return f"{self._address}/{self._record}/{token}"

    def _token(self, ticket: int) -> str:
        digest = hmac.digest(self._key, f"{self._record}\0{ticket}".encode(), hashlib.sha256)
        return base64.b32encode(digest).decode()[:TOKEN_LETTERS]
