"""Whom a lock screen lists: not whose key was withdrawn, and everybody else, whatever lies among them."""

from __future__ import annotations

from msgspec.structs import replace

from sync.keys.party import LockedPerson
from tests import lists
from tests.records import World
from tui.unlocking import still_here

WORLD = World()


def locked(name: str) -> LockedPerson:
    """Somebody as a hub hands them to its terminals."""
    certificate = WORLD.certify(name, "staff", "contractor", ("worker",))
    return LockedPerson(name, name, ("worker",), certificate, [certificate, WORLD.issuers["contractor"]], b"")


def test_who_is_revoked_is_not_listed_and_a_damaged_certificate_hides_nobody() -> None:
    people = [locked("staff-2"), locked("staff-3"), locked("staff-4")]
    damaged = replace(people[1], certificate=people[1].certificate[:-9])
    trust = WORLD.trust()
    assert still_here([people[0], damaged], trust) == [people[0], damaged]
    trust.add_list(lists.revocations(WORLD, 1, "staff-2"))
    assert still_here([people[0], damaged, people[2]], trust) == [damaged, people[2]]
