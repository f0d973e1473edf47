"""Finding where a hub's record parts from ours, from this machine's own disk and the hub's proofs."""

from __future__ import annotations

import asyncio
import logging

from hub.client.proof.divergence import Asking, Divergence, RecordDiverges, last_common
from hub.client.proof.keeper import Keeper
from hub.client.proof.replica import Replica
from sync.errors import SyncError
from sync.link.link import Link
from sync.messages import Welcome
from sync.record.checkpoint import Checkpoint
from sync.record.merkle import EMPTY_ROOT

log = logging.getLogger(__name__)

LOCATE_S = 5.0
"""Some twenty questions of a millisecond each; a hub that does not answer them is as bad as one that cannot."""


async def located(
    error: RecordDiverges, welcome: Welcome, link: Link, replica: Replica | None, keeper: Keeper | None
) -> RecordDiverges:
    """The error with the place where the records part; as it is where nothing is kept here or the hub says nothing."""
    if keeper is None or replica is None:
        return error
    try:
        await keeper.flush()
        shown = replica.read_note(welcome.newest) if welcome.newest else Checkpoint("", 0, EMPTY_ROOT)
        async with asyncio.timeout(LOCATE_S):
            common = await last_common(keeper.size, shown, keeper.root, Asking(link).proof)
        common_ms = await keeper.at_ms(common - 1) if common else 0
        lost_ms = await keeper.at_ms(keeper.size - 1)
    except (SyncError, TimeoutError) as failure:
        log.warning("where the records part cannot be found: %r", failure)
        return error
    found = Divergence(replica.size, shown.size, common, common_ms, lost_ms, keeper.size)
    return type(error)(**{**error.data, "divergence": found})
