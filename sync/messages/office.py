"""The ways over the office, for hubs and desks: deposits and how far they are, inbox offers, and mail."""

from __future__ import annotations

from sync.messages.said import Said
from sync.record.checkpoint import CosignedCheckpoint


class Deposit(Said, frozen=True):
    """One stored envelope of the courier (entries, certificates, checkpoint)."""

    envelope: bytes


class Receipt(Said, frozen=True):
    """The office has it, durably: this envelope, the record up to this size, and its cosignature of that checkpoint."""

    record: str
    stream: bytes
    counter: int
    size: int
    root: bytes
    line: str
    lists: list[bytes] = []
    """What the office knows of keys and people, on a stick; a live link tells it as soon as it comes."""


class Rejected(Said, frozen=True):
    """The office put an envelope aside and says why; the rest go on."""

    stream: bytes
    counter: int
    code: str


class Resume(Said, frozen=True):
    """Where the office stands with a record: the courier goes on from here."""

    record: str
    size: int
    stream: bytes
    counter: int
    previous: bytes
    note: str = ""
    """The hub's own checkpoint over that size."""
    succession: list[bytes] = []
    """The entries by which another machine became the record's hub, for one that is not it any more."""
    certificates: list[bytes] = []
    """What those entries need."""


class ResumeWanted(Said, frozen=True):
    record: str


class HeldWanted(Said, frozen=True):
    """Send me what you hold of my record from here on: my own disk has lost it."""

    record: str
    first: int


class Held(Said, frozen=True):
    """Entries that the office holds, verbatim; `size` of them in all, under this checkpoint of the hub's."""

    first: int
    entries: list[bytes]
    size: int
    note: str
    certificates: list[bytes]
    line: str = ""
    """The office's cosignature of that checkpoint."""
    witnessed: list[CosignedCheckpoint] = []
    """What the office and the city have cosigned, where the newest entry that it covers is one of these."""


class Publish(Said, frozen=True):
    """Our inbox offers, one a day, for those who want to write to us while we are away; they replace those of before."""

    offers: list[bytes]


class OffersWanted(Said, frozen=True):
    kind: str


class Offers(Said, frozen=True):
    kind: str
    offers: list[bytes]
    certificates: list[bytes]


class Post(Said, frozen=True):
    """Forward an envelope, unread, to the inbox of the party with this key."""

    id: bytes
    to: bytes
    envelope: bytes


class Posted(Said, frozen=True):
    id: bytes


class Mail(Said, frozen=True):
    id: bytes
    sender: bytes
    envelope: bytes


class Taken(Said, frozen=True):
    """The mail (or its return) is durably handled: the office forgets it, and tells a sender who is here."""

    id: bytes


class Return(Said, frozen=True):
    """No key of ours opens this mail (any more): back to its sender, who knows what it said."""

    id: bytes


class Returned(Said, frozen=True):
    """A letter of yours that its recipient could not open: seal what it said under a newer key."""

    id: bytes
    recipient: bytes


class WaitingWanted(Said, frozen=True):
    """How much mail do you still hold for us?"""


class Waiting(Said, frozen=True):
    """So many pieces of mail are not taken yet; 0: nothing that was posted before this still needs an old key."""

    count: int
