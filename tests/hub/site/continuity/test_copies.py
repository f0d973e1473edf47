"""What a copy is read from, and which of the cosignatures beside it belong to the history that goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.site.continuity.copies import Copy, epoch_of, judge, read_copy, witnessed
from sync.keys.certificate import Party as Side
from sync.record.checkpoint import CosignedCheckpoint
from sync.record.faults import RecordOtherOrigin
from tests.hub.audit.bundles import small
from tests.hub.client.proof.test_cosigned import WORLD, by_desk, of, revoking
from tests.records import RecordMaker

PARTY = WORLD.machine("hub-1", "hub", "contractor")


async def test_the_record_of_another_hub_is_nobodys_copy_of_this_one(tmp_path: Path) -> None:
    origin = WORLD.deployment.origin
    async with await small(WORLD).write(tmp_path / "replica.sqlite"):
        pass
    for path in (tmp_path, tmp_path / "replica.sqlite"):
        assert len((await read_copy(path, origin)).entries) == small(WORLD).size
        assert await epoch_of(path, origin) == 1
        with pytest.raises(RecordOtherOrigin):
            await read_copy(path, f"{origin}x")
        with pytest.raises(RecordOtherOrigin):
            await epoch_of(path, f"{origin}x")


def kept(maker: RecordMaker, told: CosignedCheckpoint, *listed: bytes, size: int | None = None) -> list[int]:
    """Sizes of what a take-over of this many entries keeps, when some copy shows this."""
    certificates = [*maker.certificates, WORLD.desk.certificate, WORLD.hub.certificate]
    copy = Copy("terminal-1", maker.entries[:size], certificates, [maker.note()], witnessed=[told], lists=listed)
    held, _ = witnessed(judge(copy, PARTY, WORLD.profile), [copy])
    return [one.size for one in held]


def test_cosignatures_before_the_first_entry_or_beyond_the_last_are_not_of_this_history() -> None:
    maker = small(WORLD)
    sizes = range(maker.size + 1)
    assert [kept(maker, of(maker, size, by_desk), size=3) for size in sizes] == [[], [1], [2], [3], []]


@pytest.mark.parametrize("side", ["city", "contractor"])
def test_nor_are_those_that_a_key_signed_after_the_record_had_revoked_it(side: Side) -> None:
    maker, before, listed = revoking(side)
    assert kept(maker, of(maker, before, by_desk), listed) == [before]
    assert kept(maker, of(maker, maker.size, by_desk), listed) == []
