"""A terminal's copy of the hub's vault: every key locked, for the day on which this terminal becomes the hub.

It holds what the record holds and nothing longer: what is erased there is destroyed here, at the latest with the next
link. Without the city's consent to copy, the hub sends nothing and there is nothing here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from pathlib import Path

from sync import messages
from sync.vault.vault import Copy, Vault
from sync.vault.vaultfaults import NotErased, VaultDamaged
from sync.wholefile import EVIDENCE, set_aside

log = logging.getLogger(__name__)

TRIES, PAUSE_S = 20, 0.1
"""Somebody else may be reading the file (an audit, a backup): a second or two, then closing it truncates the log."""


class VaultCopy:
    """The file is made when the first key comes, and kept in step behind the screen's back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = asyncio.Lock()

    async def take(self, copy: messages.VaultCopy, held: Iterable[str]) -> None:
        """Keep what the hub sent; `held`: the subjects that the record asks for, all others are destroyed."""
        async with self._turn:
            await asyncio.to_thread(self._take, Copy(copy.proof, copy.holders, copy.wrapped), frozenset(held))

    async def prune(self, held: Iterable[str]) -> None:
        """Destroy every key that the record does not ask for."""
        async with self._turn:
            await asyncio.to_thread(self._take, None, frozenset(held))

    def _take(self, copy: Copy | None, held: frozenset[str]) -> None:
        if copy is None and not self._path.exists():
            return
        try:
            opened = Vault(self._path)
        except VaultDamaged as damaged:
            if copy is None or not copy.proof:
                log.error("%s", damaged)
                return  # the hub sends all of it with the next link
            log.error("%s; it is in %s now", damaged, set_aside(self._path, self._path.with_name(EVIDENCE)))
            opened = Vault(self._path)
        with opened as vault:
            if copy is not None:
                vault.mirror(copy)
            lost = [subject for subject in vault.subjects() if subject not in held]
            for _ in range(TRIES if lost else 0):
                try:
                    vault.destroy(*lost)
                    return
                except NotErased as error:
                    log.warning("the copy of the vault: %s", error)
                    time.sleep(PAUSE_S)
