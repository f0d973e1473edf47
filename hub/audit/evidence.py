"""What an examination reads: a record's content as some file or folder states it, nothing of it believed yet."""

from __future__ import annotations

from typing import Literal

import msgspec

from hub.audit.problem import Problem
from sync.errors import SyncError
from sync.keys.party import Deployment
from sync.record.bundle import BundledObject
from sync.record.checkpoint import CosignedCheckpoint

Form = Literal["bundle", "store"]


class Unreadable(SyncError):
    """There is nothing here that could be examined: no such file, no permission, a record that a hub has open."""

    code = "audit.unreadable"
    ja = "読めません。"
    en = "It cannot be read."
    todo_ja = "場所を確かめてください。動いているハブの記録は、ハブを止めてから読んでください。"
    todo_en = "Check the path; stop a running hub before its record is read."


class Evidence(msgspec.Struct, frozen=True):
    """One record as found. `problems` are those of the file's form; what could be read in spite of them is here."""

    path: str
    form: Form
    deployment: bytes | None
    """The deployment's bytes, or None if there are none."""
    certificates: tuple[bytes, ...]
    """Those of the record: each must hold."""
    beside: tuple[bytes, ...]
    """Certificates that only lie beside the record, in its machine's folder: used where they hold."""
    objects: tuple[BundledObject, ...]
    entries: tuple[bytes, ...]
    checkpoints: tuple[CosignedCheckpoint, ...]
    problems: tuple[Problem, ...] = ()
    lists: tuple[bytes, ...] = ()
    """Root-signed lists that only lie beside the record, in its machine's folder: used where they hold."""
    apart: tuple[tuple[str, tuple[bytes, ...]], ...] = ()
    """Records of this name that an office set apart when another hub had taken over: what it calls them, their entries."""
    copy: bool = False
    """Whether it says to be a terminal's copy: only those cosignatures are there of which its hub has told it."""
    leaves: tuple[bytes, ...] = ()
    """The leaf hash that reading made of each entry's bytes; empty where reading made none."""

    def __repr__(self) -> str:
        # asyncio.run() of Python 3.11 writes its result out as text at the end, twice, to nobody (signal.getsignal does,
        # on its way to "no such enum member"): with every entry in it that was a tenth of what verifying a record costs.
        return f"Evidence({self.path!r}, {len(self.entries)} entries)"

    @property
    def name(self) -> str:
        """The record's name (its hub's), empty where no deployment says it."""
        try:
            return Deployment.decode(self.deployment).record if self.deployment else ""
        except (msgspec.MsgspecError, ValueError):
            return ""
