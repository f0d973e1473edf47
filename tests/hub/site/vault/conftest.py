"""A booth with a vault, its day open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.hub.site.vault.booth import Booth


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Booth]:
    made = Booth(tmp_path)
    await made.start()
    await made.open_day(officers=False)
    yield made
    await made.stop()
