"""Whole days that many tests look at: played once for each contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from hub.domain.contracts.reading import load_profile
from hub.rehearsal.conduct import Rehearsal
from hub.rehearsal.session import choose
from hub.rehearsal.summary import Summary
from tests.once import once

DAY_PEOPLE, DAY_SEED = 9, 1
"""Nine are the fewest of whom one of each kind comes (arrivals.py)."""

Days = Callable[[str], tuple[Path, Summary]]


def rehearse(folder: Path, contract: str, **wishes: object) -> Summary:
    """One rehearsal at full speed."""
    profile = load_profile(contract)
    session = choose(profile, None, None, None)
    with Rehearsal(folder, contract, profile, session, **wishes) as rehearsal:  # type: ignore[arg-type]
        rehearsal.start()
        return rehearsal.finish(rehearsal.listen(lambda told: None))


@pytest.fixture(scope="session")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    """The folder and the summary of a contract's day, which tests only read."""

    def day(contract: str) -> tuple[Path, Summary]:
        def play(folder: Path) -> None:
            rehearse(folder, contract, people=DAY_PEOPLE, seed=DAY_SEED)

        folder = once(tmp_path_factory, f"day-{contract}", play)
        return folder, msgspec.json.decode((folder / "summary.json").read_bytes(), type=Summary)

    return day
