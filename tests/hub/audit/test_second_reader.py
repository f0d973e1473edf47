"""Two readers that share no code agree on a record: on what it proves, and on what does not hold."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.domain import codec
from hub.domain.booth import Command, decide
from hub.domain.continuity.continuity import ConfirmSwitchedOff, TakeOver
from hub.domain.contracts.reading import shipped
from hub.domain.devices import effect
from hub.domain.moment import Context
from hub.domain.moment import Signer as By
from hub.domain.people.newkey import ChangeKey, ResetKey
from hub.domain.people.roster import START, TakeRevocations, TakeRoster
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.listentries import revocations_entry, roster_entry, suspects
from hub.signer import signer_of
from sync.keys.certificate import Certificate, certificate_id, issue
from sync.keys.certificate import Party as Side
from sync.keys.party import Party, Person
from sync.record.bundle import Bundle, BundledObject
from sync.record.command import read_command
from sync.record.entry import decode_entry
from tests import lists, records
from tests.hub.audit.bundles import (
    bundle,
    codes,
    encoded,
    end_of,
    report_on,
    report_on_bytes,
    signed_again,
    site_world,
    small,
)
from tests.records import MORNING_MS, YEAR_MS, RecordMaker, World
from tests.second_reader import Refused, read

SCRIPT = Path(__file__).resolve().parents[2] / "second_reader.py"
WORLD = site_world()
MAKER = small(WORLD)
CONTENTS = bundle(MAKER, city=3, office=MAKER.size)
HONEST = encoded(CONTENTS)


def second(world: World, data: bytes) -> dict[str, object]:
    """What the second reader finds."""
    found: dict[str, object] = read(data, world.deployment.contractor_root, world.deployment.city_root)
    return found


@pytest.mark.parametrize("contract", shipped())
def test_both_readers_agree_on_a_whole_day_of_every_contract(contract: str, tmp_path: Path) -> None:
    world = World(contract)
    maker = RecordMaker(world)
    maker.day(tickets=3)
    file = tmp_path / "record"
    data = encoded(bundle(maker, city=maker.size - 1, office=maker.size))
    first = report_on_bytes(world, data, file)
    assert first.holds
    said = subprocess.run(
        [sys.executable, str(SCRIPT), str(file), first.roots.contractor, first.roots.city],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=300,  # a process takes seconds to start on a busy machine
    )
    assert json.loads(said.stdout) == {
        "size": first.size,
        "root": first.root,
        "attested": first.attested,
        "city": first.city_witnessed,
        "office": first.office_cosigned,
    }


@given(at=st.integers(0, len(HONEST) - 1), bit=st.integers(0, 7))
def test_both_refuse_a_bundle_with_one_bit_changed(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    data = bytearray(HONEST)
    data[at] ^= 1 << bit
    with pytest.raises(Refused):
        second(WORLD, bytes(data))
    assert not report_on_bytes(WORLD, bytes(data), tmp_path_factory.mktemp("changed") / "record").holds


@given(at=st.integers(0, len(HONEST) - 1), bit=st.integers(0, 7))
def test_a_change_that_fits_the_end_is_found_by_the_first_wherever_the_second_finds_it(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    """The second knows no rules of a booth, so the first may find more, never less."""
    body = bytearray(HONEST[: -len(end_of(CONTENTS, b""))])
    body[at % len(body)] ^= 1 << bit
    data = bytes(body) + end_of(CONTENTS, bytes(body))
    try:
        second(WORLD, data)
    except Refused:
        assert not report_on_bytes(WORLD, data, tmp_path_factory.mktemp("fits") / "record").holds


def test_other_roots_convince_neither(tmp_path: Path) -> None:
    other = site_world("another")
    with pytest.raises(Refused):
        second(other, HONEST)
    assert not report_on_bytes(other, HONEST, tmp_path / "record").holds


# ------------------------------------------------------------------ who may sign and witness


def refused_by_both(world: World, contents: Bundle, file: Path) -> tuple[list[str], str]:
    """What the first finds in a bundle, and where and why the second refuses it."""
    data = encoded(contents)
    report = report_on_bytes(world, data, file)
    assert not report.holds
    with pytest.raises(Refused) as why:
        second(world, data)
    return codes(report), str(why.value)


def held_by_both(world: World, contents: Bundle, file: Path) -> None:
    data = encoded(contents)
    report = report_on_bytes(world, data, file)
    assert report.holds, report.problems
    found = second(world, data)
    assert (found["size"], found["root"], found["attested"]) == (report.size, report.root, report.attested)
    assert (found["city"], found["office"]) == (report.city_witnessed, report.office_cosigned)


def with_certificates(contents: Bundle, *certificates: bytes) -> Bundle:
    held = {*contents.certificates, *certificates}
    return replace(contents, certificates=tuple(sorted(held, key=certificate_id)))


def test_both_refuse_a_cosignature_by_a_desk_of_another_site(tmp_path: Path) -> None:
    world = site_world()
    held_by_both(world, bundle(small(world), city=4), tmp_path / "record")
    certificate = world.certify("desk-1", "desk", "city", sites=("another-site",))
    world.desk = Party(world.deployment, world.signer("desk-1"), certificate, world.trust())
    found, why = refused_by_both(world, bundle(small(world), city=4), tmp_path / "record")
    assert found == ["trust.wrong_site"] and "does not witness this record" in why


def test_both_take_a_cosignature_under_whichever_certificate_of_its_key_held_then(tmp_path: Path) -> None:
    world = site_world()
    ended = world.certify("desk-1", "desk", "city", not_after_ms=MORNING_MS - 1)
    for number in range(8):  # their order in a bundle is by hash: the one that ended comes first in some of these
        certificate = world.certify("desk-1", "desk", "city", not_after_ms=MORNING_MS + YEAR_MS + number)
        world.desk = Party(world.deployment, world.signer("desk-1"), certificate, world.trust())
        held_by_both(world, with_certificates(bundle(small(world), city=4), ended), tmp_path / "record")


def test_both_refuse_an_entry_by_somebody_of_another_site(tmp_path: Path) -> None:
    world = site_world()
    certificate = world.certify("staff-2", "staff", "contractor", ("worker",), sites=("another-site",))
    clerk = world.clerks[0]
    world.clerks[0] = Person(clerk.signer, certificate, clerk.person, [certificate, *clerk.chain[1:]])
    found, why = refused_by_both(world, bundle(small(world)), tmp_path / "record")
    assert set(found) == {"entry.other_site"} and "entry 2" in why


def revoked(maker: RecordMaker, name: str, side: Side = "contractor", cosigned: int = 0) -> Callable[[Bundle], Bundle]:
    """Let the record take a list over that revokes this one's key; what puts the list into its bundle."""
    world, lost = maker.world, lists.revocations(maker.world, 1, name, side=side)
    trust = world.trust()
    for one in maker.certificates:
        trust.add(one)
    trust.add_list(lost)
    left = suspects(maker.entries[cosigned:], side, {world.signer(name).public}, trust)
    made = revocations_entry(trust, side, 1, cosigned, left)
    assert made is not None
    maker.do(made, world.hub)

    def added(contents: Bundle) -> Bundle:
        objects = [*contents.objects, BundledObject("revocations", lost)]
        return replace(contents, objects=tuple(sorted(objects, key=lambda one: one.hash)))

    return added


def issue_all_the_same(maker: RecordMaker, clerk: int) -> None:
    """A ticket that this clerk issues at a hub that forgets what lists it has taken over."""
    maker.booth = replace(maker.booth, keys=START)
    maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[clerk])


@pytest.mark.parametrize("name", ["staff-2", "contractor-issuer"])
def test_both_refuse_an_entry_by_a_key_that_the_record_has_revoked_or_by_whom_it_certified(
    name: str, tmp_path: Path
) -> None:
    world = site_world()
    maker = small(world)
    with_list = revoked(maker, name)
    if name == "staff-2":
        held_by_both(world, with_list(bundle(maker)), tmp_path / "record")
        issue_all_the_same(maker, 1)  # whom the list does not name
        held_by_both(world, with_list(bundle(maker)), tmp_path / "record")
        maker = maker.branch(5)
    issue_all_the_same(maker, 0)
    found, why = refused_by_both(world, with_list(bundle(maker)), tmp_path / "record")
    assert "replay.rule_refuses" in found and "entry 5" in why


@pytest.mark.parametrize(
    ("name", "side", "code"),
    [("desk-1", "city", "cosignature.revoked_key"), ("hub-1", "contractor", "checkpoint.not_by_hub")],
)
def test_both_refuse_what_a_revoked_desk_or_hub_says_of_the_record_after_it(
    name: str, side: Side, code: str, tmp_path: Path
) -> None:
    world = site_world()
    maker = small(world)
    before = maker.size
    with_list = revoked(maker, name, side)
    if side == "city":
        held_by_both(world, with_list(bundle(maker, city=before)), tmp_path / "record")
    found, why = refused_by_both(world, with_list(bundle(maker, city=maker.size)), tmp_path / "record")
    assert code in found and ("cosignature" in why or "checkpoint" in why)


@pytest.mark.parametrize("cosigned", [2, 4])
def test_both_refuse_a_list_taken_over_with_more_cosigned_than_was(cosigned: int, tmp_path: Path) -> None:
    world = site_world()
    maker = small(world)
    with_list = revoked(maker, "staff-2", cosigned=cosigned)
    found, why = refused_by_both(world, with_list(bundle(maker, city=1, office=maker.size)), tmp_path / "record")
    assert found == ["list.not_cosigned"] and "not cosigned" in why
    held_by_both(world, with_list(bundle(maker, city=4, office=maker.size)), tmp_path / "record")


class TakingOver:
    """A record whose next three entries hand it to a standby hub; each is put there whether or not the rules let it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "EPOCH", 2)  # these entries begin it
        self.world = site_world()
        certificate = self.world.certify("standby-1", "standby_hub", "contractor", sites=("site-1",))
        self.standby = Party(self.world.deployment, self.world.signer("standby-1"), certificate, self.world.trust())
        with monkeypatch.context() as before:
            before.setattr(records, "EPOCH", 1)
            self.maker = small(self.world)
        self.statement = ConfirmSwitchedOff(self.standby.signer.public, 2, self.maker.size, self.maker.frontier.root())

    def put(self, command: Command, by: Person | Party) -> None:
        context = self.maker.context()
        decided = decide(self.world.profile, self.maker.booth, command, context, self.maker.by(by), 0)
        self.maker.append(self.maker.sign(command, by), context, () if isinstance(decided, Refusal) else decided)
        for one in by.chain if isinstance(by, Person) else [by.certificate]:
            self.maker.certificates.setdefault(one)

    def contents(self) -> Bundle:
        made = with_certificates(bundle(self.maker), self.standby.certificate)
        return signed_again(self.world, made, self.maker.entries, self.standby.signer)


def test_both_follow_a_take_over_and_refuse_the_old_hubs_checkpoint_over_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = TakingOver(monkeypatch)
    site.put(site.statement, site.world.clerks[0])
    site.put(site.statement, site.world.manager)
    site.put(TakeOver(2), site.standby)
    held_by_both(site.world, site.contents(), tmp_path / "record")
    by_the_old = signed_again(site.world, site.contents(), site.maker.entries)
    found, why = refused_by_both(site.world, by_the_old, tmp_path / "record")
    assert "checkpoint.not_by_hub" in found and "checkpoint" in why
    site.put(queue.IssueTicket(site.world.profile.lanes[0].id), site.world.clerks[1])
    held_by_both(site.world, site.contents(), tmp_path / "record")
    done = effect.EffectOutcome(7, "ticket", effect.EffectState.DONE)
    site.put(effect.ReportEffects((done,)), site.world.hub)  # the old hub goes on
    found, why = refused_by_both(site.world, site.contents(), tmp_path / "record")
    assert "replay.rule_refuses" in found and "entry 8" in why


def test_a_stand_by_without_the_cosignatures_of_before_is_told_and_not_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The hub that it succeeded had taken a list over, and has the office's cosignatures to itself."""
    with monkeypatch.context() as before:
        site = TakingOver(before)
        before.setattr(records, "EPOCH", 1)
        with_list = revoked(site.maker, "staff-4", cosigned=site.maker.size)
        index = site.maker.size - 1
    monkeypatch.setattr(records, "EPOCH", 2)
    stated = replace(site.statement, size=site.maker.size, root=site.maker.frontier.root())
    site.put(stated, site.world.clerks[0])
    site.put(stated, site.world.manager)
    site.put(TakeOver(2), site.standby)
    contents = with_list(site.contents())
    found = report_on(site.world, contents)
    assert found.holds and ("remark.cosigned_elsewhere", index) in [(one.code, one.entry) for one in found.remarks]
    held_by_both(site.world, contents, tmp_path / "record")


def test_both_refuse_a_take_over_without_its_two_confirmations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    site = TakingOver(monkeypatch)
    site.put(TakeOver(2), site.standby)
    found, why = refused_by_both(site.world, site.contents(), tmp_path / "record")
    assert "replay.rule_refuses" in found and "checkpoint.not_by_hub" in found and "entry 4" in why


OTHERWISE: dict[str, Callable[[TakingOver], list[tuple[ConfirmSwitchedOff, Person]]]] = {
    "one person": lambda at: [(at.statement, at.world.manager)],
    "one person twice": lambda at: [(at.statement, at.world.manager)] * 2,
    "no manager": lambda at: [(at.statement, one) for one in at.world.clerks[:2]],
    "three people": lambda at: [(at.statement, one) for one in (at.world.manager, *at.world.clerks[:2])],
    "the city's officer": lambda at: [(at.statement, one) for one in (at.world.manager, at.world.officers[0])],
    "another key": lambda at: [
        (replace(at.statement, hub_key=bytes(32)), one) for one in (at.world.manager, at.world.clerks[0])
    ],
    "another place": lambda at: [
        (replace(at.statement, size=3), one) for one in (at.world.manager, at.world.clerks[0])
    ],
    "another record": lambda at: [
        (replace(at.statement, root=bytes(32)), one) for one in (at.world.manager, at.world.clerks[0])
    ],
    "two statements": lambda at: [
        (at.statement, at.world.manager),
        (replace(at.statement, hub_key=bytes(32)), at.world.clerks[0]),
    ],
}


@pytest.mark.parametrize("wrong", OTHERWISE)
def test_both_refuse_a_take_over_that_two_people_have_not_confirmed_as_it_is(
    wrong: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = TakingOver(monkeypatch)
    for statement, person in OTHERWISE[wrong](site):
        site.put(statement, person)
    site.put(TakeOver(2), site.standby)
    found, why = refused_by_both(site.world, site.contents(), tmp_path / "record")
    assert any(code.startswith("replay.") for code in found) and "entry" in why


@pytest.mark.parametrize("own", [True, False])
def test_both_count_no_second_person_whose_key_the_first_has_made(
    own: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = TakingOver(monkeypatch)
    world, clerk = site.world, site.world.clerks[0]
    listed = lists.roster(world, 1, {"staff-1": ("site_manager", "manager", "worker"), "staff-2": ("worker",)})
    renewing = world.certify(
        "renewal-1",
        "issuer",
        "contractor",
        person="staff-1",
        issuer=world.roots["contractor"].public,
        renews=True,
        may_issue_kinds=("staff",),
        may_issue_roles=("worker",),
    )
    key = clerk.signer if own else world.signer("made by the manager")
    made = Certificate(
        deployment=world.deployment.id,
        subject=key.public,
        person="staff-2",
        kind="staff",
        party="contractor",
        roles=("worker",),
        not_before_ms=MORNING_MS,
        not_after_ms=MORNING_MS + YEAR_MS,
        issuer=world.signer("renewal-1").public,
        roster=1,
    )
    certificate = issue(made, world.signer("renewal-1"))
    second_person = Person(key, certificate, "staff-2", [certificate, renewing])
    with monkeypatch.context() as trusting:
        trusting.setattr(site.maker, "by", lambda who: standing_of(world, who, listed, renewing))
        site.put(site.statement, world.manager)
        site.put(site.statement, second_person)
        site.put(TakeOver(2), site.standby)
    contents = site.contents()
    objects = sorted([*contents.objects, BundledObject("roster", listed)], key=lambda one: one.hash)
    contents = replace(contents, objects=tuple(objects))
    if own:
        held_by_both(world, contents, tmp_path / "record")
    else:
        found, why = refused_by_both(world, contents, tmp_path / "record")
        assert "replay.rule_refuses" in found and "not two people" in why


def standing_of(world: World, who: Person | Party, listed: bytes, renewing: bytes) -> By:
    """What the rules are told of a signer by whoever holds the roster too."""
    trust = world.trust()
    trust.add_list(listed)
    trust.add(renewing)
    return signer_of(trust.authority(trust.add(who.certificate), MORNING_MS + 1), world.profile.managing)


@pytest.mark.parametrize("number", [1, 2])
def test_both_refuse_a_key_that_was_made_in_the_place_of_one_that_is_revoked(number: int, tmp_path: Path) -> None:
    """Under the certificate that it had (1), and under one that it got since, when the roster lists another key (2)."""
    world = site_world()
    people = {"staff-1": ("site_manager", "manager", "worker"), "staff-2": ("worker",)}
    listed = [lists.roster(world, 1, people), lists.roster(world, 2, people, {"staff-2": world.signer("anew")})]
    revoking = lists.revocations(world, 1, "staff-2")
    renewing = world.certify(
        "renewal-1",
        "issuer",
        "contractor",
        person="staff-1",
        issuer=world.roots["contractor"].public,
        renews=True,
        may_issue_kinds=("staff",),
        may_issue_roles=("worker",),
    )
    trust = world.trust()
    trust.add(renewing)
    for one in (*listed, revoking):
        trust.add_list(one)
    made = world.signer("made at the booth")
    fields = Certificate(
        deployment=world.deployment.id,
        subject=made.public,
        person="staff-2",
        kind="staff",
        party="contractor",
        roles=("worker",),
        not_before_ms=MORNING_MS,
        not_after_ms=MORNING_MS + YEAR_MS,
        issuer=world.signer("renewal-1").public,
    )

    def with_it(roster: int) -> Person:
        certificate = issue(replace(fields, roster=roster), world.signer("renewal-1"))
        return Person(made, certificate, "staff-2", [certificate, renewing])

    maker = small(world)
    maker.by = lambda who: signer_of(  # type: ignore[method-assign]  # who holds the lists, too
        trust.authority(trust.add(who.certificate), maker.now_ms), world.profile.managing
    )
    maker.do(ChangeKey(made.public, certificate_id(with_it(1).certificate), bytes(32)), world.clerks[0])
    maker.do(queue.IssueTicket(world.profile.lanes[0].id), with_it(1))
    if number == 2:
        taken = roster_entry(trust, "contractor", 2)
        assert taken is not None
        maker.do(taken, world.hub)
    taking = revocations_entry(trust, "contractor", 1, maker.size, ())
    assert taking is not None
    seen = maker.size
    maker.do(taking, world.hub)

    def contents() -> Bundle:
        whole = bundle(maker, city=seen, office=maker.size)
        objects = [*whole.objects, *(BundledObject("roster", one) for one in listed)]
        objects.append(BundledObject("revocations", revoking))
        return replace(whole, objects=tuple(sorted(objects, key=lambda one: one.hash)))

    held_by_both(world, contents(), tmp_path / "record")
    maker.booth = replace(maker.booth, keys=START)  # a hub that does not ask
    maker.do(queue.IssueTicket(world.profile.lanes[0].id), with_it(number))
    found, why = refused_by_both(world, contents(), tmp_path / "record")
    assert found == ["replay.rule_refuses"] and f"entry {maker.size - 1}" in why


# ------------------------------------------------------------------ the page


PAGE = (Path(__file__).resolve().parents[3] / "docs" / "record-bundle.md").read_text(encoding="utf-8")


def test_the_page_names_every_part_of_an_entrys_context_in_its_order() -> None:
    (entry, *_) = CONTENTS.entries
    found = msgspec.msgpack.decode(bytes(decode_entry(entry).context))
    names = Context.__struct_fields__
    assert isinstance(found, list) and len(found) == len(names)
    types = {int: "integer", str: "str", bytes: "bin"}
    for place, (name, value) in enumerate(zip(names, found, strict=True)):
        assert f"| {place} | `{name}` | {types[type(value)]} |" in PAGE


@pytest.mark.parametrize("kind", [TakeRoster, TakeRevocations, ConfirmSwitchedOff, TakeOver, ChangeKey, ResetKey])
def test_the_page_names_every_argument_of_the_commands_that_decide_who_may_sign(kind: type[msgspec.Struct]) -> None:
    tag = str(kind.__struct_config__.tag)
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{tag}` |")]
    named = [word for word in row.split("|")[2].split("`")[1::2] if not word.startswith("[")]
    assert tuple(named) == kind.__struct_fields__


def test_arguments_repeat_the_kind_first_and_then_have_what_the_page_names() -> None:
    command = read_command(decode_entry(CONTENTS.entries[2]).command.payload)
    found = msgspec.msgpack.decode(bytes(command.args))
    assert list(found)[0] == "kind" and found["kind"] == command.kind == "queue.issue"
    kind, arguments = codec.encode_command(TakeOver(2))
    assert msgspec.msgpack.decode(arguments) == {"kind": kind, "epoch": 2}
