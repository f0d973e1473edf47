"""What a decision may know besides the state: who signed, and when and where in the record it is taken."""

from __future__ import annotations

import datetime

import msgspec

JAPAN_MS = 9 * 3_600_000
"""Japan is UTC+9 without daylight saving time."""

DAY_MS = 86_400_000

MANAGER = "manager"
"""What set-up calls whoever answers for a site, beside the contract's own word."""

MANAGER_ROLES = frozenset({MANAGER, "site_manager", "operation_manager"})
"""業務管理者 / 業務責任者 / 現地管理者: whoever answers for a site where a profile states no role that does."""


def local_minute(at_ms: int) -> int:
    """Minute of the day in Japan."""
    return (at_ms + JAPAN_MS) % DAY_MS // 60_000


def iso_date(at_ms: int) -> str:
    """The date in Japan, as YYYY-MM-DD."""
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=at_ms + JAPAN_MS)).date().isoformat()


def when(at_ms: int) -> str:
    """YYYY-MM-DD HH:MM in Japan, whatever zone the machine is set to."""
    minute = local_minute(at_ms)
    return f"{iso_date(at_ms)} {minute // 60:02}:{minute % 60:02}"


def as_date(text: str) -> datetime.date | None:
    """The date that YYYY-MM-DD names; None for anything else, also for another way to write a date."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def minute_of(text: str) -> int | None:
    """The minute of the day that HH:MM names; None for anything else."""
    hour, colon, minute = text.partition(":")
    if not (colon and len(hour) == len(minute) == 2 and text.isascii() and hour.isdigit() and minute.isdigit()):
        return None
    return int(hour) * 60 + int(minute) if int(hour) < 24 and int(minute) < 60 else None


class Signer(msgspec.Struct, frozen=True):
    """Who signed a command, as that person's certificate chain says (never as the command says)."""

    person: str
    kind: str  # staff, officer, hub, standby_hub, terminal, desk, office, director
    party: str  # contractor or city
    roles: tuple[str, ...] = ()
    key: bytes = b""
    """The signing key itself: after a take-over the record names its hub by it."""
    issuers: tuple[bytes, ...] = ()
    """Keys of the issuers above it: a revoked one takes along whom it certified."""
    reset_by: str = ""
    """Who made this key for the person, if the roster lists another one."""
    roster: int = 0
    """Number of the roster that the certificate rests on (0: none)."""
    managing: frozenset[str] = MANAGER_ROLES
    """The roles that answer for a site under this contract (Profile.managing)."""
    in_place_of: bytes = b""
    """The key that the roster lists for the person, where it is another: revoked, it takes along what was made for it."""

    @property
    def stands_on(self) -> tuple[bytes, ...]:
        """The keys of which none may be revoked, as sync.keys.trust.Authority has them."""
        return (self.key, *self.issuers, self.in_place_of) if self.in_place_of else (self.key, *self.issuers)

    @property
    def manages(self) -> bool:
        """Whether this is one of the people who answer for the site."""
        return self.kind == "staff" and self.party == "contractor" and not self.managing.isdisjoint(self.roles)


class Context(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything that decide may look at and that is not in state or command. The entry keeps it, for replay.

    Order is the index, never the clock: a Pi without a network has no clock worth trusting.
    """

    index: int
    """Index of the entry being decided; objects that it creates are named by it."""
    at_ms: int
    """Wall time in milliseconds since the epoch, UTC."""
    boot: str
    """The hub's boot id, which says whether two monotonic times can be compared."""
    monotonic_ms: int
    software: str = ""
    """Version of the program that decided, as it says of itself: an auditor asks what ran on a day. No rule reads it."""
    status: bytes = b""
    """Fingerprint of the secret token that a ticket of this entry is printed with (hub.domain.queue.public_status), or empty."""
