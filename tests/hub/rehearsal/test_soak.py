"""The soak: days of visits through the real processes while devices fail every few seconds."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from hub.client.bad_day import MISHAPS
from hub.domain.contracts.reading import load_profile
from hub.domain.photo.photo import PhotoAsked, PhotoConfirmed, PhotoDestroyed, PhotoTaken
from hub.domain.queue.queue import TicketIssued
from hub.domain.visit.visit import VisitEnded
from hub.rehearsal.bad_day import drawn
from hub.rehearsal.session import choose
from tests.hub.rehearsal.conftest import rehearse
from tests.hub.rehearsal.test_day import events

DAYS = int(os.environ.get("DEMADO_SOAK_DAYS", "0"))
"""Days of a hundred visits and more, five minutes each, mostly of waiting: five are the five hundred visits of a night
(DEMADO_SOAK_DAYS=5, --drills). Chiba's booth takes photos; some of its people are households of several visits."""

PEOPLE, EVERY_S = (110, (60, 300)) if DAYS else (40, (180, 900))
"""Who comes, and the simulated seconds from one fault to the next: at full speed some real ones. CI has the shortest day
in which each mishap that can be practised befalls somebody."""

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


@pytest.mark.drill  # minutes: hangs are waited for as people would
@pytest.mark.parametrize("seed", range(1, max(DAYS, 1) + 1))
def test_visits_among_faults_lose_no_ticket_swap_no_photo_and_leave_no_device_stuck(tmp_path: Path, seed: int) -> None:
    plan = drawn(SESSION, seed, EVERY_S)
    made = rehearse(tmp_path, "chiba", people=PEOPLE, seed=seed, faults=plan)
    assert made.holds, [name for name, true in made.invariants.items() if not true]
    assert made.invariants["no_device_stuck"] and made.invariants["every_number_on_one_paper"]
    assert sum(made.suffered.values()) == len(plan) >= (80 if DAYS else 40)
    assert made.suffered.keys() == {mishap.code for mishap in MISHAPS}
    found = [event for _, event in events(tmp_path)]
    visits = sum(isinstance(event, VisitEnded) for event in found)
    print(f"{visits} visits, {len(plan)} faults, {made.entries} entries, {made.seconds} s")
    assert visits >= 0.9 * PEOPLE and sum(made.visits.values()) + made.abandoned == visits
    nothing_swapped(found)
    issued = [event.number for event in found if isinstance(event, TicketIssued)]
    # A list for more than an hour's seats has rows that are refused as it is read: those people do not come.
    assert len(issued) == len(set(issued)) == made.tickets["issued"] >= 0.9 * PEOPLE
    papers = [path.name for path in (tmp_path / "hub" / "devices" / "tickets").iterdir()]
    printed = Counter(name.partition("-")[2].removesuffix(".png") for name in papers if "reprint" not in name)
    assert max(printed.values()) == 1 and printed.keys() <= set(issued)
    assert len({re.match(r"[0-9]+", name)[0] for name in papers}) == len(papers)  # type: ignore[index]
    assert not [path for path in tmp_path.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg")]
