"""What office and city have cosigned of a record, kept beside a terminal's copy: it then proves as much as the hub's."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from hub.client.proof.keeper import Keeper
from hub.domain.booth import Booth
from hub.replay.cosigners import Cosigners
from hub.replay.replay import hub_keys
from sync.errors import Malformed
from sync.keys.party import Party
from sync.record.checkpoint import CosignedCheckpoint

log = logging.getLogger(__name__)


async def proven(
    brought: Sequence[CosignedCheckpoint], party: Party, booth: Booth, keeper: Keeper
) -> list[CosignedCheckpoint]:
    """These with the lines that hold, as far as the copy on this disk has their entries; the rest is named in the log."""
    cosigners = Cosigners(party.deployment, party.trust, booth.keys.revoked)
    held: list[CosignedCheckpoint] = []
    for one in brought:  # two signatures each, some 0.2 ms; between them the disk is asked, and the keyboard looked at
        try:
            size = one.size
        except Malformed as error:
            log.warning("what is said to be cosigned is no checkpoint: %s", error)
            continue
        if 0 < size <= keeper.size:
            at_ms, revoked = await keeper.at_ms(size - 1), booth.keys.revoked
            keys = hub_keys(party.deployment, party.trust, at_ms, booth.continuity, size, revoked)
            if (kept := cosigners.proven(one, await keeper.root(size), keys)) is not None:
                held.append(kept)
                continue
        log.warning("a cosigned checkpoint of size %d is not of this record, or does not hold", size)
    return held
