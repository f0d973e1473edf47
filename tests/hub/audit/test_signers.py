"""Each key is one person's, whom their side has listed; a list of revoked keys that was withheld shows."""

from __future__ import annotations

from msgspec.structs import replace

from hub.audit.verify import Report
from hub.listentries import roster_entry
from sync.keys.party import Person
from sync.record.bundle import BundledObject
from tests import lists
from tests.hub.audit.bundles import bundle, report_on, site_world
from tests.records import RecordMaker, World


def test_one_key_under_two_names_is_found() -> None:
    world = site_world()
    clerk = world.clerks[0]
    made = world.certify("ghost-9", "staff", "contractor", ("worker",), subject=clerk.signer.public)
    world.clerks[1] = Person(clerk.signer, made, "ghost-9", [made, world.issuers["contractor"]])
    maker = RecordMaker(world)
    maker.day(tickets=2)
    (wrong,) = report_on(world, bundle(maker)).problems
    assert (wrong.code, wrong.object) == ("signer.two_names", "ghost-9、staff-2")


def test_who_signs_without_standing_on_a_roster_or_with_more_than_it_gives_is_remarked() -> None:
    world = site_world()
    members = {"staff-1": ("site_manager", "manager", "worker"), "staff-2": (), "staff-3": ("worker",)}
    found = rostered(world, members)
    assert found.holds
    assert {one.object: one.data["roles"] for one in found.remarks if one.code == "remark.not_listed"} == {
        "staff-2 (contractor)": "worker",
        "staff-4 (contractor)": "worker",
    }


def test_who_is_listed_is_not_remarked() -> None:
    world = site_world()
    members = {"staff-1": ("site_manager", "manager", "worker"), **{f"staff-{n}": ("worker",) for n in (2, 3, 4)}}
    assert [one.code for one in rostered(world, members).remarks] == []


def rostered(world: World, members: dict[str, tuple[str, ...]]) -> Report:
    """A day of a record that took this roster over first."""
    encoded = lists.roster(world, 1, members)
    trust = world.trust()
    trust.add_list(encoded)
    taken = roster_entry(trust, "contractor", 1)
    assert taken is not None
    maker = RecordMaker(world)
    maker.do(taken, world.hub)
    maker.day(tickets=3)
    made = bundle(maker)
    objects = sorted([*made.objects, BundledObject("roster", encoded)], key=lambda one: one.hash)
    return report_on(world, replace(made, objects=tuple(objects)))


def test_a_list_of_revoked_keys_that_a_certificate_wants_and_the_record_never_took_over_is_found() -> None:
    world = site_world()
    made = world.certify("officer-2", "officer", "city", ("city_staff",), revocation=1)
    world.officers[1] = Person(world.signer("officer-2"), made, "officer-2", [made, world.issuers["city"]])
    maker = RecordMaker(world)
    maker.day(tickets=3)
    wrong = report_on(world, bundle(maker)).problems
    assert [(one.code, one.object, one.data["taken"]) for one in wrong] == [("signer.list_withheld", "officer-2", "0")]
