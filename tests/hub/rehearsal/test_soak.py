"""The soak: five hundred visits through the real processes while devices fail every few seconds."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from hub.domain.contracts.contract import load_profile
from hub.domain.photo.photo import PhotoAsked, PhotoConfirmed, PhotoDestroyed, PhotoTaken
from hub.domain.queue.queue import TicketIssued
from hub.domain.visit.visit import VisitEnded
from hub.rehearsal.bad_day import drawn
from hub.rehearsal.session import choose
from tests.hub.rehearsal.test_day import events, rehearse

DAYS, PEOPLE = int(os.environ.get("DEMADO_SOAK_DAYS", "1")), 110
"""Chiba's booth takes photos; of 110 people a hundred are seen through, some in households of several visits. CI has one such
day, five minutes of mostly waiting; five days (DEMADO_SOAK_DAYS=5) are the five hundred visits of a night."""

EVERY_S = (60, 300)
"""Simulated seconds between two faults: at full speed some real ones."""

SESSION = choose(load_profile("chiba"), None, None, None)


def nothing_swapped(found: list[object]) -> None:
    """Each picture is its own visit's from the shutter to its destruction, and no two ever live together."""
    living: PhotoAsked | None = None
    commitments = Counter[bytes]()
    for event in found:
        match event:
            case PhotoAsked():
                assert living is None, "a shutter while another picture lived"
                living = event
            case PhotoTaken() | PhotoConfirmed():
                assert living is not None and (living.shot, living.visit) == (event.shot, event.visit)
                if isinstance(event, PhotoTaken):
                    commitments[event.commitment] += 1
            case PhotoDestroyed():
                assert living is not None and (living.shot, living.visit) == (event.shot, event.visit)
                assert all(how for _, how in event.places)
                living = None
    assert living is None and max(commitments.values()) == 1


@pytest.mark.drill  # minutes a day: half of the faults are hangs, which are waited for as people would
@pytest.mark.parametrize("seed", range(1, DAYS + 1))
def test_a_hundred_visits_among_faults_lose_no_ticket_swap_no_photo_and_leave_no_device_stuck(
    tmp_path: Path, seed: int
) -> None:
    plan = drawn(SESSION, seed, EVERY_S)
    made = rehearse(tmp_path, "chiba", people=PEOPLE, seed=seed, faults=plan)
    assert made.holds, [name for name, true in made.invariants.items() if not true]
    assert made.invariants["no_device_stuck"] and made.invariants["every_number_on_one_paper"]
    assert sum(made.suffered.values()) == len(plan) > 80
    found = [event for _, event in events(tmp_path)]
    visits = sum(isinstance(event, VisitEnded) for event in found)
    print(f"{visits} visits, {len(plan)} faults, {made.entries} entries, {made.seconds} s")
    assert visits >= 100 and sum(made.visits.values()) + made.abandoned == visits
    nothing_swapped(found)
    issued = [event.number for event in found if isinstance(event, TicketIssued)]
    # A list for more than an hour's seats has rows that are refused as it is read: those people do not come.
    assert len(issued) == len(set(issued)) == made.tickets["issued"] >= 100
    papers = [path.name for path in (tmp_path / "hub" / "devices" / "tickets").iterdir()]
    printed = Counter(name.partition("-")[2].removesuffix(".png") for name in papers if "reprint" not in name)
    assert max(printed.values()) == 1 and printed.keys() <= set(issued)
    assert len({re.match(r"[0-9]+", name)[0] for name in papers}) == len(papers)  # type: ignore[index]
    assert not [path for path in tmp_path.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg")]
