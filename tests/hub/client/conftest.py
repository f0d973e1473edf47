"""A real hub process with nothing on its wires, for the tests that follow its record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.hub.site.hubs import Site, site_at


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as site:
        await site.hub.start("--devices", "none")
        yield site
