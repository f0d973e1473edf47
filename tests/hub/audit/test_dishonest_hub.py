"""A hub that rewrites its record and signs its own tree and checkpoint again is found out by what people signed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.domain import codec
from hub.domain.booth import Command, Event
from hub.domain.continuity.continuity import Extra, KeepDiscrepancy
from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from sync.keys.certificate import certificate_id
from sync.keys.keys import Signer
from sync.keys.party import Party, Person
from sync.record.bundle import Bundle, BundledObject
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, sign, signature_lines
from sync.record.command import read_command, sign_command
from sync.record.entry import Entry, decode_entry, encode_entry
from tests.hub.audit.bundles import at, bundle, codes, line, report_on, signed_again, site_world, small
from tests.records import RecordMaker, World

WORLD = site_world()
MAKER = RecordMaker(WORLD)
MAKER.day(tickets=2)
BUNDLE = bundle(MAKER, city=30, office=MAKER.size)
ENTRIES = BUNDLE.entries


DECISIONS = [
    codec.decode_context(bytes(entry.context))
    for entry in map(decode_entry, ENTRIES)
    if read_command(entry.command.payload).kind == "identity.decide"
]


def of_kind(kind: str) -> int:
    """The first entry whose command is of that kind."""
    return next(i for i, body in enumerate(ENTRIES) if read_command(decode_entry(body).command.payload).kind == kind)


def changed(index: int, **fields: object) -> list[bytes]:
    """The entries with some fields of one changed."""
    entry = msgspec.structs.replace(decode_entry(ENTRIES[index]), **fields)
    return [*ENTRIES[:index], encode_entry(entry), *ENTRIES[index + 1 :]]


def renumbered(entries: list[bytes]) -> list[bytes]:
    """The entries with indices that count up again, in the entry and in its context."""
    found = []
    for index, body in enumerate(entries):
        entry = decode_entry(body)
        context = msgspec.structs.replace(codec.decode_context(bytes(entry.context)), index=index)
        raw = msgspec.Raw(codec.encode_context(context))
        found.append(encode_entry(msgspec.structs.replace(entry, index=index, context=raw)))
    return found


def test_the_honest_record_holds_and_says_who_attested_what() -> None:
    report = report_on(WORLD, BUNDLE)
    assert report.problems == () and report.remarks == ()
    assert report.replayed == report.size == report.attested == len(ENTRIES)
    assert report.city_witnessed == 30 and report.office_cosigned == len(ENTRIES)
    assert report.hub == WORLD.hub.signer.public.hex()
    assert report.commands["identity.decide"] == {"city": 2}
    assert sum(sum(parties.values()) for parties in report.commands.values()) == len(ENTRIES)


# ------------------------------------------------------------------ forged entries


def usurped(kind: str, by: Person | Party, command: Command | None = None, *events: Event) -> tuple[Bundle, int]:
    """The record in which the hub has put another's signature where the city's stood, and signed all of it again."""
    index = of_kind(kind)
    entry = decode_entry(ENTRIES[index])
    if command is None:
        same = codec.decode_command(kind, bytes(read_command(entry.command.payload).args))
        assert not isinstance(same, Refusal)
        command = same
    fields: dict[str, object] = {"command": MAKER.sign(command, by)}
    if events:
        fields["events"] = msgspec.Raw(codec.encode_events(events))
    return with_certificates(signed_again(WORLD, BUNDLE, changed(index, **fields)), by.certificate), index


@pytest.mark.parametrize(
    "by",
    [WORLD.clerks[0], WORLD.manager, WORLD.hub, WORLD.terminal, WORLD.office],
    ids=["clerk", "manager", "hub", "terminal", "office"],
)
@pytest.mark.parametrize("kind", ["identity.decide", "identity.attend", "custody.accept"])
def test_what_only_the_city_may_do_is_found_under_any_key_of_the_contractor(kind: str, by: Person | Party) -> None:
    contents, index = usurped(kind, by)
    report = report_on(WORLD, contents)
    assert "entry.city_only" in at(report, index) and "replay.rule_refuses" in at(report, index)
    assert report.replayed == index
    assert all(one.code == "decision.other_root" for one in report.problems if one.entry not in (None, index))


def test_a_citys_step_completed_by_a_contractors_command_is_found() -> None:
    index = of_kind("identity.decide")
    (decided,) = codec.decode_events(bytes(decode_entry(ENTRIES[index]).events))
    assert isinstance(decided, identity.IdentityDecided)
    done = visit.StepDone(decided.visit, decided.step, decided.at_ms, "staff-2")
    command = visit.DoStep(decided.visit, decided.step)
    contents, index = usurped("identity.decide", WORLD.clerks[0], command, done)
    assert {"replay.rule_refuses", "entry.city_only"} <= set(at(report_on(WORLD, contents), index))


def test_the_citys_command_under_a_contractors_key_is_found_whatever_events_it_states() -> None:
    index = of_kind("identity.decide")
    contents, _ = usurped("identity.decide", WORLD.manager)
    entries = list(contents.entries)
    entries[index] = encode_entry(msgspec.structs.replace(decode_entry(entries[index]), events=msgspec.Raw(b"\x90")))
    assert "entry.city_only" in at(report_on(WORLD, signed_again(WORLD, contents, entries)), index)


def test_the_citys_event_is_found_under_a_contractors_command_of_any_kind() -> None:
    decided = decode_entry(ENTRIES[of_kind("identity.decide")]).events
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, changed(of_kind("queue.issue"), events=decided)))
    assert {"replay.other_events", "entry.city_only"} <= set(at(report, of_kind("queue.issue")))


def test_a_contractor_with_a_city_role_from_its_own_issuer_is_found() -> None:
    certificate = WORLD.certify("staff-2", "officer", "contractor", ("city_staff",))
    person = Person(WORLD.signer("staff-2"), certificate, "", [certificate, WORLD.issuers["contractor"]])
    contents, index = usurped("identity.decide", person)
    report = report_on(WORLD, contents)
    assert "replay.not_trusted" in at(report, index)
    assert "trust.city_only" in [one.code for one in report.problems if "staff-2" in one.object]


def test_an_officers_decision_about_another_record_is_found() -> None:
    maker = RecordMaker(WORLD)
    maker.day(tickets=1)
    at_index = next(
        i
        for i, b in enumerate(maker.entries)
        if read_command(decode_entry(b).command.payload).kind == "identity.decide"
    )
    entry = decode_entry(maker.entries[at_index])
    asked = codec.decode_command("identity.decide", bytes(read_command(entry.command.payload).args))
    assert isinstance(asked, identity.DecideIdentity)
    person = next(o for o in WORLD.officers if o.certificate_id == read_command(entry.command.payload).certificate)
    for wrong, code in (
        (msgspec.structs.replace(asked, checkpoint_root=bytes(32)), "decision.other_root"),
        (msgspec.structs.replace(asked, checkpoint_size=asked.checkpoint_size - 1), "decision.other_root"),
        (msgspec.structs.replace(asked, checkpoint_size=0), "decision.other_root"),
        (msgspec.structs.replace(asked, checkpoint_size=at_index + 1), "decision.other_root"),
        (msgspec.structs.replace(asked, profile=bytes(32)), "decision.other_profile"),
        (msgspec.structs.replace(asked, hub="hub-2"), "decision.other_hub"),
    ):
        signed = maker.sign(wrong, person)
        entries = list(maker.entries)
        entries[at_index] = encode_entry(msgspec.structs.replace(entry, command=signed))
        report = report_on(WORLD, signed_again(WORLD, bundle(maker), entries))
        assert code in at(report, at_index), wrong


# ------------------------------------------------------------------ altered entries


def test_altered_events_are_found_by_replay() -> None:
    index = of_kind("queue.issue")
    (issued,) = codec.decode_events(bytes(decode_entry(ENTRIES[index]).events))
    events = (msgspec.structs.replace(issued, number="A-999"),)
    entries = changed(index, events=msgspec.Raw(codec.encode_events(events)))
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, entries))
    assert at(report, index) == ["replay.other_events"]
    assert set(codes(report)) == {"replay.other_events", "decision.other_root"}  # the officers had seen another record
    assert report.remarks[0].code == "remark.not_replayed" and report.replayed == index


def test_an_altered_time_is_found_though_the_events_stay() -> None:
    index = of_kind("queue.issue")
    context = codec.decode_context(bytes(decode_entry(ENTRIES[index]).context))
    context = msgspec.structs.replace(context, at_ms=context.at_ms - 60_000)
    entries = changed(index, context=msgspec.Raw(codec.encode_context(context)))
    assert at(report_on(WORLD, signed_again(WORLD, BUNDLE, entries)), index) == ["replay.other_events"]


def moved(index: int, ms: int) -> list[bytes]:
    """An entry put at another time, its events too: as if the clock had said so."""
    entry = decode_entry(ENTRIES[index])
    context = codec.decode_context(bytes(entry.context))
    context = msgspec.structs.replace(context, at_ms=context.at_ms + ms)
    events = tuple(
        msgspec.structs.replace(event, at_ms=event.at_ms + ms) for event in codec.decode_events(bytes(entry.events))
    )
    return changed(
        index, context=msgspec.Raw(codec.encode_context(context)), events=msgspec.Raw(codec.encode_events(events))
    )


def test_a_time_altered_together_with_its_events_is_remarked_by_the_hubs_own_monotonic_time() -> None:
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, moved(of_kind("queue.issue"), 600_000)))
    remarks = {one.code: one for one in report.remarks}
    assert remarks["remark.clock_stepped"].entry == of_kind("queue.issue")
    assert remarks["remark.signed_earlier"].entry == of_kind("queue.issue")


def test_monotonic_time_that_runs_backwards_is_found() -> None:
    context = codec.decode_context(bytes(decode_entry(ENTRIES[5]).context))
    context = msgspec.structs.replace(context, monotonic_ms=context.monotonic_ms - 3_000)
    entries = changed(5, context=msgspec.Raw(codec.encode_context(context)))
    assert at(report_on(WORLD, signed_again(WORLD, BUNDLE, entries)), 5) == ["time.monotonic_back"]


def test_a_clock_that_goes_back_over_a_restart_is_remarked_and_no_fault() -> None:
    maker = RecordMaker(WORLD)
    maker.open()
    maker.now_ms -= 3_600_000
    context = msgspec.structs.replace(maker.context(), boot="boot-2", monotonic_ms=5)
    command = identity.Attend(True)
    decided = (identity.OfficerAttended("officer-1", True, (), "officer-1", context.at_ms),)
    maker.append(maker.sign(command, WORLD.officers[0]), context, decided)
    report = report_on(WORLD, bundle(maker))
    assert report.problems == () and [one.code for one in report.remarks] == ["remark.clock_stepped"]
    assert report.remarks[0].data["most_s"] == "-3599"  # a second after the entry before, an hour back


def test_a_start_of_the_hub_that_comes_back_is_found() -> None:
    context = codec.decode_context(bytes(decode_entry(ENTRIES[5]).context))
    entries = changed(5, context=msgspec.Raw(codec.encode_context(msgspec.structs.replace(context, boot="boot-2"))))
    assert at(report_on(WORLD, signed_again(WORLD, BUNDLE, entries)), 6) == ["time.boot_again"]


@pytest.mark.parametrize("beside", [{"manifest": "個人番号 123456789018".encode()}, {"acts_on": "ヤマダ ハナコ"}])
def test_what_is_signed_beside_the_arguments_and_read_by_no_rule_is_found(beside: dict[str, object]) -> None:
    maker = small(WORLD)
    index = maker.size
    command = queue.IssueTicket(WORLD.profile.lanes[0].id)
    payload = msgspec.structs.replace(read_command(maker.sign(command, WORLD.clerks[0]).payload), **beside)
    maker.append(sign_command(payload, WORLD.clerks[0].signer), maker.context(), ())
    assert at(report_on(WORLD, bundle(maker)), index) == ["replay.bad_entry"]


@pytest.mark.parametrize("body", [b"", b"\x93", b"\xc1", ENTRIES[0][:-1]])
def test_a_kept_entry_that_is_none_is_found_and_ends_nothing(body: bytes) -> None:
    maker = small(WORLD)
    index = maker.size
    kept = KeepDiscrepancy(1, "x", (Extra(0, 0, 0, "x", b"", body),))
    maker.append(maker.sign(kept, WORLD.hub), maker.context(), ())
    maker.append(maker.sign(queue.IssueTicket("no such lane"), WORLD.clerks[0]), maker.context(), ())
    report = report_on(WORLD, bundle(maker))
    assert at(report, index) == ["replay.bad_entry"] and report.size == index + 2


def test_a_command_used_twice_is_found() -> None:
    index = of_kind("queue.issue")
    entries = renumbered([*ENTRIES[: index + 1], ENTRIES[index], *ENTRIES[index + 1 :]])
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, entries))
    assert "replay.repeated_command" in at(report, index + 1)


def test_a_staff_command_put_in_again_at_the_records_end_is_found() -> None:
    entries = renumbered([*ENTRIES, ENTRIES[of_kind("queue.issue")]])
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, entries))
    assert "replay.repeated_command" in at(report, len(ENTRIES))


def test_a_command_signed_for_another_record_is_found() -> None:
    kind, arguments = codec.encode_command(queue.IssueTicket(WORLD.profile.lanes[0].id))
    index = of_kind("queue.issue")
    payload = read_command(decode_entry(ENTRIES[index]).command.payload)
    signed = sign_command(
        msgspec.structs.replace(payload, record="hub-2", kind=kind, args=msgspec.Raw(arguments)),
        WORLD.clerks[0].signer,
    )
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, changed(index, command=signed)))
    assert at(report, index) == ["replay.meant_elsewhere"]


def rewritten(what: str, index: int) -> list[bytes]:
    """The entries with one dropped, doubled or swapped with the next, numbered again as if nothing had happened."""
    entries = list(ENTRIES)
    if what == "drop":
        del entries[index]
    elif what == "double":
        entries.insert(index, entries[index])
    else:
        entries[index], entries[index + 1] = entries[index + 1], entries[index]
    return renumbered(entries)


@given(st.sampled_from(["double", "swap"]), st.integers(0, len(ENTRIES) - 2))
def test_an_entry_that_is_doubled_or_moved_is_found_though_all_is_numbered_and_signed_again(
    what: str, index: int
) -> None:
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, rewritten(what, index)))
    assert report.problems and report.problems[0].entry in (index, index + 1)


@given(st.integers(0, len(ENTRIES) - 1))
def test_a_dropped_entry_is_found_or_the_record_loses_every_witness(index: int) -> None:
    """Nothing may refer to an entry that was dropped: then only those who saw it can tell, and none vouches any more."""
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, rewritten("drop", index)))
    if report.holds:
        assert report.city_witnessed == report.office_cosigned == 0 and report.root != MAKER.frontier.root().hex()
        last_decision = max(one.index for one in DECISIONS)
        assert index > last_decision  # what an officer decided on cannot be taken away


@given(st.sampled_from(["drop", "double", "swap"]), st.integers(0, len(ENTRIES) - 2))
def test_no_rewritten_record_keeps_the_cosignatures_of_the_true_one(what: str, index: int) -> None:
    made = signed_again(WORLD, BUNDLE, rewritten(what, index))
    kept = CosignedCheckpoint(made.checkpoint.note, BUNDLE.checkpoint.cosignatures)
    report = report_on(WORLD, replace(made, checkpoints=(kept,)))
    assert "cosignature.forged" in codes(report) and report.office_cosigned == 0


# ------------------------------------------------------------------ whole objects


def test_a_dropped_cosignature_leaves_less_attested_and_nothing_wrong() -> None:
    bare = replace(BUNDLE, checkpoints=tuple(CosignedCheckpoint(one.note) for one in BUNDLE.checkpoints))
    report = report_on(WORLD, bare)
    assert report.holds and report.attested == len(ENTRIES)
    assert report.city_witnessed == 0 and report.office_cosigned == 0


def with_line(added: str) -> Bundle:
    last = BUNDLE.checkpoint
    lines = tuple(sorted((*last.cosignatures, added), key=str.encode))
    return replace(BUNDLE, checkpoints=(*BUNDLE.checkpoints[:-1], CosignedCheckpoint(last.note, lines)))


def test_a_cosignature_under_the_desks_name_by_another_key_is_found() -> None:
    impostor = Party(WORLD.deployment, Signer(b"x" * 32), WORLD.desk.certificate, WORLD.trust())
    report = report_on(WORLD, with_line(line(WORLD, BUNDLE.checkpoint.note, impostor)))
    assert codes(report) == ["cosignature.forged"] and "desk-1" in report.problems[0].object
    assert report.city_witnessed == 30


def test_a_desks_cosignature_moved_to_another_checkpoint_is_found() -> None:
    old = next(one for one in BUNDLE.checkpoints if one.size == 30)
    assert codes(report_on(WORLD, with_line(old.cosignatures[0]))) == ["cosignature.forged"]


def test_a_cosignature_by_nobody_known_is_found() -> None:
    report = report_on(WORLD, with_line(line(WORLD, BUNDLE.checkpoint.note, WORLD.terminal)))
    assert codes(report) == ["cosignature.unknown_signer"]


def test_a_line_in_the_note_itself_counts_only_if_it_holds() -> None:
    last = BUNDLE.checkpoint
    for by, found in ((WORLD.desk, []), (WORLD.terminal, ["cosignature.unknown_signer"])):
        note = f"{last.note}{line(WORLD, last.note, by)}\n"
        report = report_on(WORLD, replace(BUNDLE, checkpoints=(CosignedCheckpoint(note),)))
        assert codes(report) == found and report.city_witnessed == (0 if found else len(ENTRIES))


def test_a_second_line_under_the_hubs_name_is_found() -> None:
    origin = WORLD.deployment.origin
    other = sign(Checkpoint(origin, len(ENTRIES), MAKER.frontier.root()), origin, WORLD.office.signer)
    note = f"{BUNDLE.checkpoint.note}{signature_lines(other)[0]}\n"
    report = report_on(WORLD, replace(BUNDLE, checkpoints=(CosignedCheckpoint(note),)))
    assert codes(report) == ["checkpoint.not_by_hub", "checkpoint.missing"]


def test_every_kept_checkpoint_must_be_about_these_entries() -> None:
    other = RecordMaker(WORLD)
    other.day(tickets=1)
    old = CosignedCheckpoint(other.note(30), (line(WORLD, other.note(30), WORLD.desk),))
    assert other.note(30) != MAKER.note(30)
    report = report_on(WORLD, replace(BUNDLE, checkpoints=(old, BUNDLE.checkpoint)))
    assert codes(report) == ["checkpoint.other_content"] and report.city_witnessed == 0
    assert report.problems[0].object == "checkpoint 30"


def test_a_desk_that_the_contractor_certified_witnesses_nothing() -> None:
    certificate = WORLD.certify("desk-9", "desk", "contractor")
    desk = Party(WORLD.deployment, WORLD.signer("desk-9"), certificate, WORLD.trust())
    contents = with_certificates(with_line(line(WORLD, BUNDLE.checkpoint.note, desk)), certificate)
    report = report_on(WORLD, contents)
    assert set(codes(report)) == {"trust.city_only"} and len(report.problems) == 2  # the certificate, the cosignature
    assert report.city_witnessed == 30


def test_a_cosignature_from_after_the_desks_certificate_ended_is_found() -> None:
    report = report_on(WORLD, with_line(line(WORLD, BUNDLE.checkpoint.note, WORLD.desk, time_s=4_000_000_000)))
    assert codes(report) == ["trust.outside_validity"] and report.city_witnessed == 30


def with_certificates(contents: Bundle, *more: bytes) -> Bundle:
    held = {certificate_id(one): one for one in (*contents.certificates, *more)}
    return replace(contents, certificates=tuple(held[key] for key in sorted(held)))


def without(contents: Bundle, *gone: bytes) -> Bundle:
    return replace(contents, certificates=tuple(one for one in contents.certificates if one not in gone))


def test_a_dropped_certificate_is_found_at_the_entries_that_need_it() -> None:
    clerk = WORLD.clerks[0]
    report = report_on(WORLD, without(BUNDLE, clerk.certificate))
    first = of_kind("queue.issue")
    assert at(report, first) == ["replay.not_trusted"] and report.replayed == first
    mine = [
        i
        for i, b in enumerate(ENTRIES)
        if read_command(decode_entry(b).command.payload).certificate == clerk.certificate_id
    ]
    assert [one.entry for one in report.problems if one.code == "replay.not_trusted"] == mine


def test_without_the_hubs_certificate_no_checkpoint_counts() -> None:
    report = report_on(WORLD, without(BUNDLE, WORLD.hub.certificate))
    assert "checkpoint.not_by_hub" in codes(report) and report.attested == 0


def test_certificates_of_another_deployment_are_found() -> None:
    other = World(seed="other")
    report = report_on(WORLD, with_certificates(BUNDLE, other.desk.certificate, other.issuers["city"]))
    assert codes(report) == ["trust.wrong_deployment", "trust.wrong_deployment"]
    assert all(one.object.startswith("certificate ") for one in report.problems)


def test_a_record_of_another_deployment_under_this_ones_name_is_found() -> None:
    other = site_world(seed="other")
    theirs = bundle(small(other))
    report = report_on(WORLD, replace(theirs, deployment=WORLD.deployment.encode()))
    assert "deployment.other_id" in codes(report) and at(report, 0)
    refused = report_on(WORLD, theirs)
    assert set(codes(refused)) == {"roots.contractor_differs", "roots.city_differs"}


def test_a_checkpoint_by_another_machine_than_the_hub_is_found() -> None:
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, ENTRIES, hub=WORLD.office.signer))
    assert codes(report) == ["checkpoint.not_by_hub", "checkpoint.missing"]


def test_another_profile_is_found() -> None:
    raw = WORLD.profile_raw + b"\n# changed\n"
    report = report_on(WORLD, replace(BUNDLE, objects=(BundledObject("profile", raw),)))
    assert {"object.unknown", "profile.missing"} <= set(codes(report))


def test_an_object_that_nothing_refers_to_is_found() -> None:
    objects = tuple(sorted((*BUNDLE.objects, BundledObject("profile", b"x = 1\n")), key=lambda one: one.hash))
    assert codes(report_on(WORLD, replace(BUNDLE, objects=objects))) == ["object.unknown"]


def test_staff_certified_for_another_site_only_are_found() -> None:
    world = site_world()
    certificate = world.certify("staff-2", "staff", "contractor", ("worker",), sites=("site-9",))
    world.clerks[0] = Person(world.signer("staff-2"), certificate, "", [certificate, world.issuers["contractor"]])
    report = report_on(world, bundle(small(world)))
    assert codes(report) == ["entry.other_site"] and at(report, 2)


def test_one_wrong_entry_hides_no_second_one() -> None:
    entries = list(ENTRIES)
    for index in (3, 20, 40):
        entry = decode_entry(entries[index])
        signature = bytes([entry.command.signature[0] ^ 1]) + entry.command.signature[1:]
        entries[index] = encode_entry(
            msgspec.structs.replace(entry, command=msgspec.structs.replace(entry.command, signature=signature))
        )
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, entries))
    forged = [one.entry for one in report.problems if one.code == "replay.bad_signature"]
    assert forged == [3, 20, 40]


def misplaced(index: int) -> list[bytes]:
    return [*ENTRIES[:index], *ENTRIES[index + 1 :]]


def of_another_record(index: int) -> list[bytes]:
    payload = read_command(decode_entry(ENTRIES[index]).command.payload)
    people = (WORLD.manager, *WORLD.clerks, *WORLD.officers, WORLD.hub)
    signer = next(one for one in people if one.certificate_id == payload.certificate).signer
    return changed(index, command=sign_command(msgspec.structs.replace(payload, record="hub-2"), signer))


def long_form(index: int) -> list[bytes]:
    raw = bytes(decode_entry(ENTRIES[index]).context)
    assert raw[0] & 0xF0 == 0x90  # msgpack's short array, its length in the low half
    return changed(index, context=msgspec.Raw(bytes((0xDC, 0, raw[0] & 0x0F)) + raw[1:]))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda index: [*ENTRIES[:index], ENTRIES[index - 1], *ENTRIES[index + 1 :]], "replay.wrong_index"),
        (lambda index: changed(index, command=decode_entry(ENTRIES[index - 1]).command), "replay.repeated_command"),
        (lambda index: changed(index, epoch=2), "replay.wrong_epoch"),
        (misplaced, "replay.wrong_index"),
        (of_another_record, "replay.meant_elsewhere"),
        (long_form, "replay.bad_entry"),
    ],
    ids=["repeated entry", "repeated command", "epoch", "gap", "record", "form"],
)
def test_what_follows_a_wrong_entry_is_still_checked(wrong: Callable[[int], list[bytes]], code: str) -> None:
    entries = wrong(30)
    entry = decode_entry(ENTRIES[3])
    forged = msgspec.structs.replace(entry.command, signature=bytes(64))
    entries[3] = encode_entry(msgspec.structs.replace(entry, command=forged))
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, entries))
    assert at(report, 3) == ["replay.bad_signature"] and code in at(report, 30)
    if code == "replay.wrong_index":
        assert codes(report).count(code) <= 2  # the gap, and where the count is right again; not at each entry after it


def test_a_deployment_with_anything_more_in_it_is_refused() -> None:
    body = WORLD.deployment.encode()
    for more in (body + b"\x00", bytes([body[0] + 1]) + body[1:] + b"\xa4more\xc3", b"\x80", b""):
        report = report_on(WORLD, replace(BUNDLE, deployment=more))
        assert not report.holds and report.problems[0].object == "deployment"


def test_a_deployment_in_another_form_or_with_half_a_hash_is_malformed() -> None:
    body = WORLD.deployment.encode()
    for other in (
        b"\xde\x00" + bytes([body[0] & 0x0F]) + body[1:],  # the same in a longer head
        msgspec.structs.replace(WORLD.deployment, profile=WORLD.deployment.profile[:16]).encode(),
    ):
        assert codes(report_on(WORLD, replace(BUNDLE, deployment=other))) == ["deployment.malformed"]


def test_a_certificate_that_is_none_is_named() -> None:
    report = report_on(WORLD, with_certificates(BUNDLE, b"\x92\xc4\x00\xc4\x00"))
    assert codes(report) == ["sync.malformed"] and report.problems[0].object.startswith("certificate ")


def test_bytes_that_no_rule_was_made_for_are_a_finding_and_no_crash() -> None:
    context = codec.encode_context(codec.decode_context(bytes(decode_entry(ENTRIES[4]).context)))
    for raw in (context.replace(b"boot-1", b"boot-\xff"), b"\x94\x04\xcf" + b"\xff" * 8 + b"\xa1x\x00", b"\x90"):
        entry = Entry(1, 4, 1, msgspec.Raw(raw), decode_entry(ENTRIES[4]).command, msgspec.Raw(b"\x90"))
        entries = [*ENTRIES[:4], encode_entry(entry), *ENTRIES[5:]]
        assert at(report_on(WORLD, signed_again(WORLD, BUNDLE, entries)), 4)


@pytest.mark.parametrize("elsewhere", [{"record": "hub-2"}, {"epoch": 2}])
def test_a_command_that_was_meant_for_another_record_or_epoch_is_found_behind_one_that_does_not_hold(
    elsewhere: dict[str, object],
) -> None:
    """Where replay has stopped, what each person signed is looked at by itself."""
    first = of_kind("identity.decide")
    last = len(ENTRIES) - 1
    entry = decode_entry(ENTRIES[last])
    command = msgspec.structs.replace(read_command(entry.command.payload), **elsewhere)
    moved = msgspec.structs.replace(entry, command=sign_command(command, WORLD.manager.signer))
    entries = [*changed(first, events=msgspec.Raw(b"\x90"))[:last], encode_entry(moved)]
    report = report_on(WORLD, signed_again(WORLD, BUNDLE, entries))
    assert at(report, first) and at(report, last) == ["replay.meant_elsewhere"]
