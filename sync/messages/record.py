"""The live record, terminal or desk with hub: following it, commands and what became of them, and how the hub is."""

from __future__ import annotations

import msgspec

from sync.keys.party import LockedPerson
from sync.messages.said import Said
from sync.record.checkpoint import CosignedCheckpoint
from sync.record.command import Signed


class Follow(Said, frozen=True):
    """Send me the record from here on. `size`, `root`: what we hold already (0: nothing, a snapshot is welcome)."""

    size: int
    root: bytes
    entries: bool
    """False: outcomes of our own commands only (a bench client)."""
    snapshot: bool
    """True: begin with the hub's state instead of every entry from `size` on."""
    cosigned: dict[str, int] | None = None
    """The name of each whose cosignatures we keep, and up to which size; None: we keep nobody's, and are told of none."""


class Welcome(Said, frozen=True):
    """What a follower needs to fold the record: profile, people, a snapshot, and the entries after it."""

    profile: bytes
    people: list[LockedPerson]
    boot: str
    state: bytes
    """Snapshot of the booth, or empty where the follower goes on from its own."""
    frontier: bytes
    """Compact range of the tree at the snapshot's size."""
    state_size: int
    entries: list[bytes]
    """Entries from state_size (or from the follower's size) on; more may follow as Committed before the note does."""
    note: str
    certificates: list[bytes]
    size: int
    """Size of the hub's record when it answered."""
    newest: str = ""
    """The checkpoint over that size, whatever of its entries is already here."""
    consistency: list[bytes] = []
    """That it continues what the follower said it holds (RFC 6962, 2.1.2); empty where there is nothing to continue."""
    epoch: int = 1
    succession: list[bytes] = []
    """The entries by which this machine became the record's hub, where another one was that before."""


class PastWanted(Said, frozen=True):
    """Send me entries from before the snapshot that I began with: I decide them again, behind what is shown."""

    first: int
    count: int


class Past(Said, frozen=True):
    first: int
    entries: list[bytes]


class Holding(Said, frozen=True):
    """Your record does not fit this note, which you signed. I hold `size` entries of it: ask for them (PastWanted)."""

    note: str
    size: int
    certificates: list[bytes]


class Succeeded(Said, frozen=True):
    """Another machine was made this record's hub: the entries that prove it. You are not it any more."""

    record: str
    entries: list[bytes]
    certificates: list[bytes]


class Stranded(Said, frozen=True):
    """Entries that the hub before you wrote after you took over from it: they are to be kept as discrepancies."""

    entries: list[bytes]


class Submit(Said, frozen=True):
    """A command that a person signed, with the certificates that prove who."""

    signed: Signed
    certificates: list[bytes]
    at_ms: int | None = None
    """Simulated time; only a training deployment listens to it."""
    who: LockedPerson | None = None
    """With a command that replaces a person's key: what the hub keeps for them from that entry on."""


class People(Said, frozen=True):
    """The people of this site as the hub keeps them now: somebody has a new key or a new certificate."""

    people: list[LockedPerson]


class Renew(Said, frozen=True):
    """A manager at this terminal has renewed these people's certificates; their keys stay as they are."""

    people: list[LockedPerson]


class Renewed(Said, frozen=True):
    """Whose certificates the hub has taken, durably, and whose not (person to the refusal's code)."""

    taken: list[str]
    refused: dict[str, str]


class OutcomeOf(msgspec.Struct, frozen=True, array_like=True):
    """What became of a command: its entry, or the refusal's bytes."""

    id: bytes
    index: int | None
    refusal: bytes
    events: bytes = b""


class Committed(Said, frozen=True):
    """One commit: durable entries, the checkpoint over them, and the outcomes of this peer's commands."""

    first: int
    entries: list[bytes]
    note: str
    outcomes: list[OutcomeOf]
    certificates: list[bytes] = []
    """Certificates that these entries are the first to use."""


class Witnessed(Said, frozen=True):
    """Checkpoints that office and city have cosigned, as the hub keeps them, with certificates that say who that is."""

    checkpoints: list[CosignedCheckpoint]
    certificates: list[bytes]


class Kept(Said, frozen=True):
    """A follower has the record up to `size` on its own disk: only such entries survive the loss of the hub."""

    size: int


class DeviceWord(msgspec.Struct, frozen=True):
    device: str
    state: str
    code: str
    ja: str


class Status(Said, frozen=True):
    """How the hub is: the beat by which a terminal knows the age of what it shows."""

    at_ms: int
    devices: list[DeviceWord]
    kept: int
    """Entries that a second device holds."""
    office: int
    """Size that the office has cosigned."""
    city: int
    """Size that the city has cosigned."""
    uplink: bool
    """Whether the office answers now."""
    vault: str = ""
    """The vault of personal data: "none" was made yet, "locked", "open"; "damaged", or "unusable": no rights, no room, in use."""


class Tick(Said, frozen=True):
    """Training only: the simulated time is now `at_ms`; what fell due before it happens first."""

    at_ms: int


class Ticked(Said, frozen=True):
    at_ms: int


class Mishap(Said, frozen=True):
    """Training only: an emulated device fails with this code from now on; empty: it works again."""

    device: str
    code: str = ""
