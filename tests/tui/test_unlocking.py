"""Whom a lock screen lists: not whose key was withdrawn, and everybody else, whatever lies among them."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from hub.client.people.renewal import renewed, reset
from sync.keys.lockbox import Cost
from sync.keys.party import LockedPerson
from tests import lists
from tests.hub.site.people.test_renewals import KEY, PEOPLE, SECRET, party
from tests.hub.site.people.test_renewals import WORLD as RENEWING_WORLD
from tests.records import MORNING_MS, World
from tests.tui.test_renewing import OTHER_KEY
from tui.unlocking import still_here

WORLD = World()


def locked(name: str) -> LockedPerson:
    """Somebody as a hub hands them to its terminals."""
    certificate = WORLD.certify(name, "staff", "contractor", ("worker",))
    return LockedPerson(name, name, ("worker",), certificate, [certificate, WORLD.issuers["contractor"]], b"")


def test_whoever_is_revoked_is_not_listed_under_a_key_that_the_booth_made_and_whom_they_certified_still_is(
    tmp_path: Path,
) -> None:
    """Asked of the whole chain: the manager's own key of F6 is on no list, and the renewal key behind it takes others along."""
    trust = party(tmp_path).trust
    manager = reset(OTHER_KEY, trust, "staff-1", "mado hashi 4 yuki", SECRET, MORNING_MS, cost=Cost.TRAINING)
    clerk = renewed(KEY, trust, PEOPLE[1], MORNING_MS)
    assert still_here([manager, clerk], trust) == [manager, clerk]
    trust.add_list(lists.revocations(RENEWING_WORLD, 1, "staff-1", "renewal-1"))
    assert still_here([manager, clerk], trust) == [clerk]


def test_who_is_revoked_is_not_listed_and_a_damaged_certificate_hides_nobody() -> None:
    people = [locked("staff-2"), locked("staff-3"), locked("staff-4")]
    damaged = replace(people[1], certificate=people[1].certificate[:-9])
    trust = WORLD.trust()
    assert still_here([people[0], damaged], trust) == [people[0], damaged]
    trust.add_list(lists.revocations(WORLD, 1, "staff-2"))
    assert still_here([people[0], damaged, people[2]], trust) == [damaged, people[2]]
