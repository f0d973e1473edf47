"""A site with two officers enrolled at a desk, and somebody who sits there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson, write_secret
from tests.hub.client.sites import Site
from tests.records import World
from tests.tui.desk.seat import PASSPHRASE, SECRET, Seat


@pytest.fixture
async def site(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """A site with two officers enrolled; a test's parameter: what its profile says beyond Koganei's."""
    site = Site(tmp_path, World(more=getattr(request, "param", "")))
    home = tmp_path / "desk-1"
    site.world.save_home(site.world.machine("desk-1", "desk", "city"), home)
    write_secret(home / "secret", SECRET)
    for officer, name in zip(site.world.officers, ("森 一穂", "林 二郎"), strict=True):
        locked = lock(officer.signer.seed, PASSPHRASE, SECRET, cost=Cost.TRAINING)
        LockedPerson(officer.person, name, officer.roles, officer.certificate, officer.chain, locked).save(home)
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def seat(site: Site) -> Seat:
    return Seat(site)
