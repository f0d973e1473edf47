"""Requests for the city and the witness of checkpoints, hub with desk, direct or as mail."""

from __future__ import annotations

from sync.messages.said import Said
from sync.record.command import Signed


class Handoff(Said, frozen=True):
    """A request for the city, with the proof that it stands in the record, and the way there from what the desk knows."""

    request: int
    entry: bytes
    index: int
    note: str
    inclusion: list[bytes]
    consistent_from: int
    """Size of the checkpoint that this desk cosigned last (0: none)."""
    consistency: list[bytes]
    certificates: list[bytes]
    profile: bytes
    lists: list[bytes] = []
    succession: list[bytes] = []
    """The entries by which this machine became the record's hub, where another one was that before."""


class Decision(Said, frozen=True):
    """The officer's signed command, and the desk's cosignature of the checkpoint that it names."""

    request: int
    signed: Signed
    certificates: list[bytes]
    size: int
    line: str
    lists: list[bytes] = []


class ProofWanted(Said, frozen=True):
    """The desk (or office) knows size `old`: prove that the record of size `new` extends it."""

    old: int
    new: int


class Proof(Said, frozen=True):
    old: int
    new: int
    hashes: list[bytes]


class CosignWanted(Said, frozen=True):
    """The hub asks a desk to witness a checkpoint (at acceptance and close)."""

    note: str
    consistent_from: int
    consistency: list[bytes]


class Cosigned(Said, frozen=True):
    """A cosignature line (C2SP tlog-cosignature) over the checkpoint of `size`."""

    size: int
    line: str


class Reported(Said, frozen=True):
    """A terminal's signed report of what its hub did not honestly record (sync.record.unrecorded), carried by whoever has a way."""

    report: bytes
