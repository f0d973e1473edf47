"""Keys of people's data that a hub's card has lost, taken back from what terminals keep of its vault.

They come as they lie there, locked: the same manager opens them at the hub. Only what the recovered record still asks for
comes back, so that nothing erased returns. What neither the hub nor a terminal has cannot be read by anybody any more.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from sync.vault.vault import FILE, Vault
from sync.vault.vaultfaults import WrongWrappingKey

log = logging.getLogger(__name__)


class Keys(NamedTuple):
    """What became of the keys."""

    back: int
    """How many were taken back."""
    missing: tuple[str, ...]
    """Subjects whose data the record holds, sealed, and whose key is nowhere here."""
    apart: tuple[str, ...]
    """Folders whose keys are under another secret of this vault: of before, or after, a manager was revoked."""


def bring_back(home: Path, sources: Sequence[Path], held: Collection[str]) -> Keys:
    """Take what the hub lacks of the keys of `held` from the vault's copies in these folders; durable on return."""
    if not held and not (home / FILE).exists():
        return Keys(0, (), ())
    back, apart = 0, []
    with Vault(home / FILE) as own:
        for source in sources:
            if not (source / FILE).is_file():
                continue
            with Vault(source / FILE) as kept:
                copy = kept.copy(held)
            try:
                back += own.take_back(copy)
            except WrongWrappingKey:
                apart.append(str(source))
                log.error("the keys in %s are under another secret", source)
        missing = sorted(set(held) - set(own.subjects()))
    return Keys(back, tuple(missing), tuple(apart))
