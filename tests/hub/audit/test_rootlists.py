"""Root-signed lists in a record that somebody examines: what the hub states of them is checked against the lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from hub.audit.bundle_file import evidence
from hub.audit.exporting import bundle_of
from hub.audit.rootlists import History, RoleChange, check
from hub.audit.verify import load, verify
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.people.roster import ConfirmUnproven, Listed, RosterTaken, Suspect, TakeRevocations, TakeRoster
from hub.domain.queue import queue
from hub.listentries import Taking, revocations_entry, roster_entry, suspects
from sync.keys.certificate import Party as Side
from sync.keys.certificate import certificate_id
from sync.keys.party import Party, write_list
from sync.record.bundle import Bundle, BundledObject, read_bundle, write_bundle
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, sign
from tests import lists
from tests.hub.audit.bundles import at, bundle, codes, encoded, line, report_on, site_world, small
from tests.records import RecordMaker, World

WORLD = site_world("lists")
ROSTER = lists.roster(WORLD, 1, {"staff-1": ("manager", "worker"), "staff-2": ("worker",)})
NEXT_ROSTER = lists.roster(WORLD, 2, {"staff-1": ("manager", "worker")})
REVOKED = lists.revocations(WORLD, 1, "staff-2")


def issue(maker: RecordMaker, clerk: int = 0) -> int:
    method = next(m for m in WORLD.profile.methods if m.id in WORLD.profile.event_types[0].methods)
    maker.do(queue.IssueTicket(method.lane or WORLD.profile.lanes[0].id), WORLD.clerks[clerk])
    return maker.size - 1


def taking(cosigned: int, *suspects: int) -> TakeRevocations:
    trust = WORLD.trust()
    trust.add_list(REVOKED)
    made = revocations_entry(trust, "contractor", 1, cosigned, tuple(Suspect(one, "staff-2") for one in suspects))
    assert made is not None
    return made


def roster_of(encoded_list: bytes, number: int) -> TakeRoster:
    trust = WORLD.trust()
    trust.add_list(encoded_list)
    made = roster_entry(trust, "contractor", number)
    assert made is not None
    return made


def with_lists(contents: Bundle, *held: bytes) -> Bundle:
    kinds = {REVOKED: "revocations"}
    objects = [*contents.objects, *(BundledObject(kinds.get(one, "roster"), one) for one in held)]
    return replace(contents, objects=tuple(sorted(objects, key=lambda one: one.hash)))


def record() -> tuple[RecordMaker, int, int]:
    """A morning: the clerk's first ticket is cosigned by the office, the second is not; then the key is revoked."""
    maker = small(WORLD)
    seen = maker.size
    return maker, seen, issue(maker)


def test_a_record_that_took_lists_over_holds_and_tells_who_had_which_roles() -> None:
    maker, seen, unseen = record()
    maker.do(roster_of(ROSTER, 1), WORLD.hub)
    maker.do(taking(seen, unseen), WORLD.hub)
    maker.do(roster_of(NEXT_ROSTER, 2), WORLD.hub)
    contents = with_lists(bundle(maker, office=seen), ROSTER, NEXT_ROSTER, REVOKED)
    report = report_on(WORLD, contents)
    assert report.holds, report.problems
    assert report.unproven == (unseen,)
    assert ("remark.unproven", unseen) in {(one.code, one.entry) for one in report.remarks}
    assert [(one.person, one.change, one.roles) for one in report.role_history] == [
        ("staff-1", "listed", ("manager", "worker")),
        ("staff-2", "listed", ("worker",)),
        ("staff-2", "revoked", ()),
        ("staff-2", "dropped", ()),
    ]
    assert all(isinstance(one, RoleChange) and one.number for one in report.role_history)


def test_after_another_manager_confirms_nothing_is_unproven() -> None:
    maker, seen, unseen = record()
    maker.do(taking(seen, unseen), WORLD.hub)
    maker.do(ConfirmUnproven((unseen,)), WORLD.manager)
    report = report_on(WORLD, with_lists(bundle(maker, office=seen), REVOKED))
    assert report.holds and report.unproven == () and report.remarks == ()


@pytest.mark.parametrize(
    "hides",
    [
        lambda seen, unseen: taking(seen),
        lambda seen, unseen: taking(unseen + 1),
    ],
)
def test_a_hub_that_hides_what_a_revocation_leaves_unproven_is_found(
    hides: Callable[[int, int], TakeRevocations],
) -> None:
    maker, seen, unseen = record()
    index = maker.size
    maker.do(hides(seen, unseen), WORLD.hub)
    report = report_on(WORLD, with_lists(bundle(maker, office=seen), REVOKED))
    assert set(at(report, index)) & {"list.other_suspects", "list.not_cosigned"}


@pytest.mark.parametrize("kept", [0, 2, 4], ids=["none", "older ones", "all"])
@pytest.mark.parametrize("whose", ["terminal", "hub"])
async def test_a_terminals_copy_may_lack_cosignatures_and_says_so_where_a_hubs_record_does_not_hold(
    tmp_path: Path, whose: str, kept: int
) -> None:
    """Whoever strips a hub's record of its cosignatures has, at best, something that calls itself a copy."""
    maker, seen, unseen = record()
    assert seen == 4
    maker.do(taking(seen, unseen), WORLD.hub)
    maker.certificates[WORLD.hub.certificate] = None
    WORLD.save_home(WORLD.hub if whose == "hub" else WORLD.terminal, tmp_path)
    write_list(tmp_path, REVOKED)
    async with await maker.write(tmp_path / "record.sqlite") as store:
        if kept:
            note = maker.note(kept)
            await store.put_cosigned([CosignedCheckpoint(note, (line(WORLD, note, WORLD.office),))])
            await store.put_certificates([WORLD.office.certificate])
    report = await asyncio.to_thread(verify, tmp_path / "record.sqlite")
    remarks = {one.code for one in report.remarks}
    assert report.office_cosigned == kept and ("remark.terminals_copy" in remarks) is (whose == "terminal")
    bare = [] if kept == seen else ["list.not_cosigned"]
    assert at(report, maker.size - 1) == (bare if whose == "hub" else [])
    assert ("remark.cosigned_elsewhere" in remarks) is (whose == "terminal" and kept < seen)
    # Nothing in a bundle may say that it is a copy: it holds where all has reached the terminal.
    exported = report_on(WORLD, bundle_of(await asyncio.to_thread(load, tmp_path / "record.sqlite")))
    assert at(exported, maker.size - 1) == bare


def test_who_cosigns_after_the_revocation_vouches_for_nothing_before_it() -> None:
    # The hub says that the stolen key's entry was cosigned already; the office cosigns the whole a moment later.
    maker, seen, unseen = record()
    index = maker.size
    maker.do(taking(unseen + 1), WORLD.hub)
    issue(maker, 1)
    report = report_on(WORLD, with_lists(bundle(maker, city=seen, office=maker.size), REVOKED))
    assert at(report, index) == ["list.not_cosigned"]


def test_a_hub_that_states_another_list_than_the_roots_is_found() -> None:
    maker, seen, unseen = record()
    index = maker.size
    forged = msgspec.structs.replace(taking(seen), keys=())
    maker.do(forged, WORLD.hub)
    assert "replay.other_list" in at(report_on(WORLD, with_lists(bundle(maker, office=seen), REVOKED)), index)
    honest, seen, unseen = record()
    honest.do(taking(seen, unseen), WORLD.hub)
    assert "replay.other_list" in at(report_on(WORLD, bundle(honest, office=seen)), index)  # the list itself is missing


def test_a_revoked_keys_later_entry_is_found() -> None:
    maker, seen, unseen = record()
    maker.do(taking(seen, unseen), WORLD.hub)
    before = maker.booth
    command = queue.IssueTicket(WORLD.profile.lanes[0].id)
    maker.booth = msgspec.structs.replace(before, keys=type(before.keys)())  # a hub that forgets what it has taken over
    index = maker.size
    maker.do(command, WORLD.clerks[0])
    report = report_on(WORLD, with_lists(bundle(maker, office=seen), REVOKED))
    (problem,) = [one for one in report.problems if one.entry == index]
    assert (problem.code, problem.data["rule"]) == ("replay.rule_refuses", "roster.revoked")


def test_a_cosignature_by_a_key_that_had_been_revoked_witnesses_nothing() -> None:
    lost = lists.revocations(WORLD, 1, "desk-1", side="city")
    trust = WORLD.trust()
    trust.add_list(lost)
    made = revocations_entry(trust, "city", 1, 0, ())
    assert made is not None
    maker = small(WORLD)
    before = maker.size
    maker.do(made, WORLD.hub)
    issue(maker, 1)
    held = replace(
        bundle(maker, city=maker.size),
        objects=tuple(
            sorted(
                (BundledObject("profile", WORLD.profile_raw), BundledObject("revocations", lost)),
                key=lambda one: one.hash,
            )
        ),
    )
    report = report_on(WORLD, held)
    assert codes(report) == ["cosignature.revoked_key"] and report.city_witnessed == 0
    earlier = replace(held, checkpoints=bundle(maker, city=before).checkpoints)
    assert report_on(WORLD, earlier).holds and report_on(WORLD, earlier).city_witnessed == before


def taken_over(maker: RecordMaker, name: str, side: Side, by: Party | None = None) -> bytes:
    """The list that revokes this one's key, and the record with it taken over (by the hub), whatever that leaves unproven."""
    lost = lists.revocations(WORLD, 1, name, side=side)
    trust = WORLD.trust()
    for one in maker.certificates:
        trust.add(one)
    trust.add_list(lost)
    found = suspects(maker.entries, side, {WORLD.signer(name).public}, trust)
    made = revocations_entry(trust, side, 1, 0, found)
    assert made is not None
    maker.do(made, by or WORLD.hub)
    return lost


def with_machine(contents: Bundle, machine: Party, *objects: bytes) -> Bundle:
    certificates = sorted({*contents.certificates, machine.certificate}, key=certificate_id)
    held = [BundledObject("profile", WORLD.profile_raw), *(BundledObject("revocations", one) for one in objects)]
    return replace(contents, certificates=tuple(certificates), objects=tuple(sorted(held, key=lambda one: one.hash)))


def cosigned_by(contents: Bundle, maker: RecordMaker, machine: Party) -> Bundle:
    note = maker.note()
    return replace(contents, checkpoints=(CosignedCheckpoint(note, (line(WORLD, note, machine),)),))


def test_a_desk_that_a_revoked_issuer_certified_witnesses_nothing() -> None:
    maker = small(WORLD)
    lost = taken_over(maker, "city-issuer", "city")
    issue(maker, 1)
    made = WORLD.machine("desk-2", "desk", "city")  # with the stolen issuing key
    report = report_on(WORLD, cosigned_by(with_machine(bundle(maker), made, lost), maker, made))
    assert codes(report) == ["cosignature.revoked_key"] and report.city_witnessed == 0


def test_a_desk_of_another_site_witnesses_nothing() -> None:
    maker = small(WORLD)
    signer = WORLD.signer("desk-2")
    certificate = WORLD.certify("desk-2", "desk", "city", sites=("another-site",))
    other = Party(WORLD.deployment, signer, certificate, WORLD.trust())
    report = report_on(WORLD, cosigned_by(with_machine(bundle(maker), other), maker, other))
    assert codes(report) == ["trust.wrong_site"] and report.city_witnessed == 0


def test_a_checkpoint_by_a_key_of_the_hubs_that_the_record_has_revoked_attests_nothing() -> None:
    maker = small(WORLD)
    new = WORLD.signer("hub-1 renewed")
    certificate = WORLD.certify("hub-1", "hub", "contractor", subject=new.public, sites=(WORLD.deployment.site,))
    renewed = Party(WORLD.deployment, new, certificate, WORLD.trust())
    before = maker.size
    lost = taken_over(maker, "hub-1", "contractor", renewed)
    issue(maker, 1)
    contents = with_machine(bundle(maker, office=before), renewed, lost)  # the end signed with the old key
    report = report_on(WORLD, contents)
    assert codes(report) == ["checkpoint.not_by_hub", "checkpoint.entries_after"] and report.attested == before
    note = sign(Checkpoint(WORLD.deployment.origin, maker.size, maker.frontier.root()), WORLD.deployment.origin, new)
    held = replace(contents, checkpoints=(*contents.checkpoints[:-1], CosignedCheckpoint(note, ())))
    assert report_on(WORLD, held).holds


def test_a_list_of_the_contractors_touches_nothing_of_the_citys() -> None:
    maker = small(WORLD)
    lost = lists.revocations(WORLD, 1, "officer-1", "desk-1")
    trust = WORLD.trust()
    trust.add_list(lost)
    made = revocations_entry(trust, "contractor", 1, 0, ())
    assert made is not None
    maker.do(made, WORLD.hub)
    maker.do(identity.Attend(False), WORLD.officers[0])
    contents = bundle(maker, city=maker.size)
    report = report_on(WORLD, with_machine(contents, WORLD.desk, lost))
    assert report.holds and report.city_witnessed == maker.size and report.unproven == ()


def test_a_list_that_lies_there_and_was_not_taken_over_is_said() -> None:
    maker, seen, _ = record()
    report = report_on(WORLD, with_lists(bundle(maker, office=seen), REVOKED))
    assert report.holds and [one.code for one in report.remarks] == ["remark.list_not_taken"]


def test_a_list_that_no_root_signed_is_a_finding() -> None:
    stranger = World(seed="stranger")
    maker, seen, _ = record()
    forged = lists.revocations(stranger, 1, "staff-2")
    contents = replace(
        bundle(maker, office=seen),
        objects=tuple(
            sorted(
                (BundledObject("profile", WORLD.profile_raw), BundledObject("revocations", forged)),
                key=lambda one: one.hash,
            )
        ),
    )
    assert "rootlist.refused" in codes(report_on(WORLD, contents))


def test_a_role_violation_is_named_with_person_and_roles() -> None:
    maker = small(WORLD)
    index = maker.size
    maker.append(maker.sign(day.StopReception(), WORLD.clerks[0]), maker.context(), ())
    report = report_on(WORLD, bundle(maker))
    (problem,) = [one for one in report.problems if one.code == "entry.role"]
    assert (problem.entry, problem.data["person"], problem.data["roles"]) == (index, "staff-2", "worker")


def test_a_bundle_takes_along_the_lists_that_its_entries_name(tmp_path: Path) -> None:
    maker, seen, unseen = record()
    maker.do(taking(seen, unseen), WORLD.hub)
    contents = with_lists(bundle(maker, office=seen), REVOKED, ROSTER)
    exported = bundle_of(evidence("x", contents))
    assert [one.body for one in exported.objects if one.kind != "profile"] == [REVOKED]
    write_bundle(tmp_path / "record.bundle", exported)
    assert encoded(read_bundle(tmp_path / "record.bundle")) == encoded(exported)


def test_a_hubs_folder_holds_with_its_lists(tmp_path: Path) -> None:
    maker, _, unseen = record()
    maker.do(taking(0, 2, unseen), WORLD.hub)

    async def keep() -> None:
        store = await maker.write(tmp_path / "record.sqlite")
        await store.put_object("revocations", REVOKED)
        await store.close()

    asyncio.run(keep())
    WORLD.save_home(WORLD.hub, tmp_path)
    report = verify(tmp_path)
    assert report.holds, report.problems
    assert report.unproven == (2, unseen)


@pytest.mark.parametrize(
    ("cosigned", "code"),
    [(-1, "list.not_cosigned"), (0, ""), (3, "remark.cosigned_elsewhere"), (4, "list.not_cosigned")],
)
def test_before_a_take_over_others_may_have_cosigned_what_there_was_and_not_more(cosigned: int, code: str) -> None:
    """What had been cosigned lies with the hub before; nobody had cosigned entries that came after this one."""
    told = Taking(3, taking(cosigned), frozenset())
    found = check([told], [], WORLD.trust(), [], succeeded_at=10)
    assert [one.code for one in found] == ([code] if code else [])


def test_who_had_which_role_is_told_for_each_party_by_its_own_rosters() -> None:
    history = History()
    listed = (Listed("staff-1", ("manager",), b"k" * 32),)
    history.take(1, [RosterTaken("contractor", 1, b"l" * 32, listed, 0)])
    history.take(2, [RosterTaken("city", 1, b"l" * 32, (Listed("officer-1", ("city_staff",), b"o" * 32),), 0)])
    history.take(3, [RosterTaken("contractor", 2, b"l" * 32, listed, 0)])
    assert [(one.person, one.change) for one in history.changes] == [("staff-1", "listed"), ("officer-1", "listed")]
    history.take(4, [RosterTaken("contractor", 3, b"l" * 32, (), 0)])
    assert [(one.person, one.change) for one in history.changes[2:]] == [("staff-1", "dropped")]
