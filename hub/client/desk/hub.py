"""Which machine a desk takes for the record's hub: the one it is named after, or the one that was proved to have taken over.

The proof is kept in the desk's home. A hub of before is shown it; what the desk had seen beyond the take-over stays as
evidence, for the city's own cosignature stands under it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from hub.replay.replay import hub_keys
from hub.succession import Succession, read_succession
from sync import messages
from sync.errors import SyncError
from sync.keys.introductions import take_proven
from sync.keys.party import Party
from sync.keys.trust import Authority
from sync.link.link import Clock
from sync.wholefile import write_whole

log = logging.getLogger(__name__)

FILE = "succession.msgpack"


class _Kept(msgspec.Struct, frozen=True):
    entries: list[bytes]
    certificates: list[bytes]


class DeskHub:
    """The hub of the record, as far as this desk knows."""

    def __init__(self, party: Party, home: Path, clock: Clock, managing: Callable[[], frozenset[str]]) -> None:
        """Take up a proof that was kept; it is checked again. `managing`: the roles that answer for a site here."""
        self._party = party
        self._managing = managing
        self._path = home / FILE
        self._clock = clock
        self.succession: Succession | None = None
        self._kept: _Kept | None = None
        if self._path.exists():
            try:
                kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept)
                self._adopt(kept, self._read(kept, news=False))
            except (SyncError, msgspec.MsgspecError) as error:
                log.error("the succession that was kept does not hold: %s", error)

    @property
    def epoch(self) -> int:
        """For which commands are signed."""
        return self.succession.epoch if self.succession is not None else 1

    def is_hub(self, peer: Authority) -> bool:
        """Whether this machine may speak for the record now."""
        if self.succession is not None:
            return peer.key == self.succession.hub_key
        return peer.kind == "hub" and peer.person == self._party.deployment.record

    def keys(self) -> list[bytes]:
        """Keys that letters of the hub may be signed with."""
        if self.succession is not None:
            return [self.succession.hub_key]
        return hub_keys(self._party.deployment, self._party.trust, self._clock())

    def hear(self, entries: Sequence[bytes], certificates: Iterable[bytes], by: bytes) -> Succession | None:
        """The succession by which the machine with this key is the hub, if these prove a newer one; it is kept, durably."""
        kept = _Kept(list(entries), list(certificates))
        if not entries or (self._kept is not None and kept.entries == self._kept.entries):
            return None
        try:
            made = self._read(kept, news=True)
        except SyncError as error:
            log.error("a succession that was shown does not hold: %s", error)
            return None
        if made.hub_key != by or made.epoch <= self.epoch:
            return None
        write_whole(self._path, msgspec.msgpack.encode(kept))
        self._adopt(kept, made)
        return made

    def proof(self) -> messages.Succeeded | None:
        """What shows a hub of before that it was succeeded."""
        if self._kept is None:
            return None
        return messages.Succeeded(self._party.deployment.record, self._kept.entries, self._kept.certificates)

    def _read(self, kept: _Kept, *, news: bool) -> Succession:
        deployment, trust = self._party.deployment, self._party.trust
        return read_succession(kept.entries, deployment, trust, kept.certificates, managing=self._managing(), news=news)

    def _adopt(self, kept: _Kept, made: Succession) -> None:
        self.succession, self._kept = made, kept
        take_proven(self._party.trust, kept.certificates)
