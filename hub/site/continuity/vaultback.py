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
from sync.vault.vaultfaults import VaultDamaged, VaultUnusable, WrongWrappingKey
from sync.wholefile import EVIDENCE, set_aside

log = logging.getLogger(__name__)


class Keys(NamedTuple):
    """What became of the keys."""

    back: int
    """How many were taken back."""
    missing: tuple[str, ...]
    """Subjects whose data the record holds, sealed, and whose key is nowhere here."""
    apart: tuple[str, ...]
    """Folders whose keys are under another secret of this vault: of before, or after, a manager was revoked."""
    unread: tuple[str, ...] = ()
    """Folders whose copy of the vault cannot be read; it lies there as it was."""
    aside: Path | None = None
    """Where the hub's own file is now, which could not be read."""


def bring_back(home: Path, sources: Sequence[Path], held: Collection[str]) -> Keys:
    """Take what the hub lacks of the keys of `held` from the vault's copies in these folders; durable on return.

    A file of the hub's own that is damaged is set aside and the vault begins anew with the copies. VaultUnusable.
    """
    if not held and not (home / FILE).exists():
        return Keys(0, (), ())
    back, apart, unread, aside = 0, [], [], None
    try:
        own = Vault(home / FILE)
    except VaultDamaged as fault:
        aside = set_aside(home / FILE, home / EVIDENCE)
        log.error("%s; it is in %s now", fault, aside)
        own = Vault(home / FILE)
    with own:
        for source in sources:
            if not (source / FILE).is_file():
                continue
            try:
                with Vault(source / FILE) as kept:
                    copy = kept.copy(held)
            except (VaultDamaged, VaultUnusable) as fault:
                unread.append(str(source))
                log.error("%s", fault)
                continue
            try:
                back += own.take_back(copy)
            except WrongWrappingKey:
                apart.append(str(source))
                log.error("the keys in %s are under another secret", source)
        missing = sorted(set(held) - set(own.subjects()))
    return Keys(back, tuple(missing), tuple(apart), tuple(unread), aside)
