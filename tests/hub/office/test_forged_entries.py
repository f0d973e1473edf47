"""Entries that a dishonest hub forged: each is refused by name, nothing of it is stored, and the honest record goes on."""

from collections.abc import Callable

import msgspec
import pytest

from hub.domain.booth import Booth
from hub.domain.codec import decode_events
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.office.store import OfficeStore
from hub.replay.replay import Replay
from sync.keys.certificate import certificate_id
from sync.record.command import Signed
from sync.record.entry import decode_entry, encode_entry
from sync.record.merkle import Frontier, leaf_hash
from tests.hub.office.sending import Sender, accepted, batch_of, copy, events_of, refused
from tests.records import RecordMaker, World


def forge_signature(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    signed = maker.sign(command, maker.world.clerks[0])
    altered = Signed(signed.payload, signed.signature[:-1] + bytes([signed.signature[-1] ^ 1]))
    maker.append(altered, maker.context(), events_of(maker, command, maker.world.clerks[0]))


def forge_contractors_decision(maker: RecordMaker) -> None:
    """A clerk signs the decision, and the hub writes the events that an officer's would have had."""
    asked = ask_for_identity(maker)
    officer = next(one for one in maker.world.officers if one.person == asked.officer)
    decision = maker.decision(asked)
    maker.append(maker.sign(decision, maker.world.clerks[0]), maker.context(), events_of(maker, decision, officer))


def forge_city_certificate(maker: RecordMaker) -> None:
    """The contractor's issuer certifies an officer of its own."""
    world, asked = maker.world, ask_for_identity(maker)
    made = world.person("staff-9", "staff", "contractor", ("worker",))
    false = world.certify(
        "staff-9", "officer", "city", ("city_staff",), issuer=world.signer("contractor-issuer").public
    )
    made.certificate, made.certificate_id = false, certificate_id(false)
    maker.certificates[false] = None
    officer = next(one for one in world.officers if one.person == asked.officer)
    decision = maker.decision(asked)
    maker.append(maker.sign(decision, made), maker.context(), events_of(maker, decision, officer))


def forge_events(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    (issued,) = events_of(maker, command, maker.world.clerks[0])
    assert isinstance(issued, queue.TicketIssued)
    altered = msgspec.structs.replace(issued, number="A-099")
    maker.append(maker.sign(command, maker.world.clerks[0]), maker.context(), (altered,))


def forge_context(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    events = events_of(maker, command, maker.world.clerks[0])
    earlier = msgspec.structs.replace(maker.context(), at_ms=maker.now_ms - 3_600_000)
    maker.append(maker.sign(command, maker.world.clerks[0]), earlier, events)


def forge_index_in_context(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    events = events_of(maker, command, maker.world.clerks[0])
    other = msgspec.structs.replace(maker.context(), index=maker.size + 1)
    maker.append(maker.sign(command, maker.world.clerks[0]), other, events)


def forge_refused_command(maker: RecordMaker) -> None:
    """A lane that the contract does not have."""
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    events = events_of(maker, command, maker.world.clerks[0])
    maker.append(maker.sign(queue.IssueTicket("nowhere"), maker.world.clerks[0]), maker.context(), events)


def forge_managers_word(maker: RecordMaker) -> None:
    """A clerk ends the reception."""
    events = events_of(maker, day.StopReception(), maker.world.manager)
    maker.append(maker.sign(day.StopReception(), maker.world.clerks[0]), maker.context(), events)


def forge_second_use(maker: RecordMaker) -> None:
    """The hub carries out one signed command twice."""
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    signed = maker.sign(command, maker.world.clerks[0])
    for _ in range(2):
        maker.append(signed, maker.context(), events_of(maker, command, maker.world.clerks[0]))


def forge_other_record(maker: RecordMaker) -> None:
    """A command that was signed for another hub."""
    other = RecordMaker(World())
    other.world.deployment = msgspec.structs.replace(maker.world.deployment, record="hub-2")
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    signed = other.sign(command, maker.world.clerks[0])
    maker.append(signed, maker.context(), events_of(maker, command, maker.world.clerks[0]))


def forge_epoch(maker: RecordMaker) -> None:
    command = queue.IssueTicket(maker.world.profile.lanes[0].id)
    maker.do(command, maker.world.clerks[0])
    last = msgspec.structs.replace(decode_entry(maker.entries[-1]), epoch=2)
    replace_last(maker, encode_entry(last))


def forge_long_bytes(maker: RecordMaker) -> None:
    """An entry with one byte behind its end: another leaf for the same content."""
    maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    replace_last(maker, maker.entries[-1] + b"\0")


def forge_expired_signer(maker: RecordMaker) -> None:
    world = maker.world
    gone = world.person("staff-8", "staff", "contractor", ("worker",))
    gone.certificate = world.certify("staff-8", "staff", "contractor", ("worker",), not_after_ms=maker.now_ms - 1)
    gone.certificate_id = certificate_id(gone.certificate)
    maker.certificates[gone.certificate] = None
    command = queue.IssueTicket(world.profile.lanes[0].id)
    maker.append(maker.sign(command, gone), maker.context(), events_of(maker, command, world.clerks[0], "staff-8"))


FORGERIES: list[tuple[Callable[[RecordMaker], None], str]] = [
    (forge_signature, "replay.bad_signature"),
    (forge_contractors_decision, "replay.rule_refuses"),
    (forge_city_certificate, "replay.not_trusted"),
    (forge_events, "replay.other_events"),
    (forge_context, "replay.other_events"),
    (forge_index_in_context, "replay.wrong_index"),
    (forge_refused_command, "replay.rule_refuses"),
    (forge_managers_word, "replay.rule_refuses"),
    (forge_second_use, "replay.repeated_command"),
    (forge_other_record, "replay.meant_elsewhere"),
    (forge_epoch, "replay.wrong_epoch"),
    (forge_long_bytes, "replay.bad_entry"),
    (forge_expired_signer, "replay.not_trusted"),
]


@pytest.mark.parametrize(("forge", "code"), FORGERIES, ids=[forge.__name__ for forge, _ in FORGERIES])
async def test_a_forged_entry_is_refused_by_name_and_the_honest_record_goes_on(
    hub: Sender, store: OfficeStore, maker: RecordMaker, world: World, forge: Callable[[RecordMaker], None], code: str
) -> None:
    maker.ticket()
    honest = maker.size
    await accepted(hub, batch_of(maker, 0))
    false = copy(maker)
    forge(false)
    await refused(hub, store, batch_of(false, honest), code)
    maker.ticket()
    await accepted(hub, batch_of(maker, honest))


async def test_a_decision_of_a_contractor_names_the_citys_right(
    hub: Sender, store: OfficeStore, maker: RecordMaker
) -> None:
    forge_contractors_decision(maker)
    why = await refused(hub, store, batch_of(maker, 0), "replay.rule_refuses")
    assert "role.city_only" in why


@pytest.mark.parametrize("apart", [0, 1, 3])
async def test_a_decision_of_the_city_about_another_record_is_a_fork(
    hub: Sender, store: OfficeStore, maker: RecordMaker, apart: int
) -> None:
    """`apart`: entries between the request and its decision; the decision names the size right after its request."""
    asked = ask_for_identity(maker)
    officer = next(one for one in maker.world.officers if one.person == asked.officer)
    decision = maker.decision(asked)
    if apart:  # in a later batch than the request
        maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
        await accepted(hub, batch_of(maker, 0))
    held = maker.size if apart else 0
    for _ in range(apart - 1):
        maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    false = copy(maker)
    false.do(msgspec.structs.replace(decision, checkpoint_root=b"r" * 32), officer)
    await refused(hub, store, batch_of(false, held), "office.fork")
    maker.do(decision, officer)
    await accepted(hub, batch_of(maker, held))


def ask_for_identity(maker: RecordMaker) -> identity.IdentityRequested:
    """Bring a visit to the city's step and ask; the open request."""
    before = maker.size
    maker.ticket()
    for index in range(before, maker.size):
        events = decode_events(bytes(decode_entry(maker.entries[index]).events))
        if isinstance(events[0], identity.IdentityRequested):
            cut(maker, index + 1)
            return events[0]
    raise AssertionError("this contract's first method has no step of the city")


def cut(maker: RecordMaker, size: int) -> None:
    """Take the record back to its first `size` entries, by replaying them."""
    trust = maker.world.trust()
    for encoded in maker.certificates:
        trust.add(encoded)
    replay = Replay(maker.world.deployment, trust, {maker.world.deployment.profile: maker.world.profile})
    for body in maker.entries[:size]:
        replay.take(body)
    del maker.entries[size:], maker.ids[size:]
    maker.booth, maker.frontier = replay.booth, replay.frontier
    assert isinstance(maker.booth, Booth)


def replace_last(maker: RecordMaker, body: bytes) -> None:
    maker.entries[-1] = body
    maker.frontier = Frontier()
    for one in maker.entries:
        maker.frontier.append(leaf_hash(one))
