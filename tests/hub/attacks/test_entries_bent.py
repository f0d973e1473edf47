"""Whatever is done to the entries of a record - left out, doubled, moved, cut off, a bit turned, another key put in -
ends in a refusal that names it, at a terminal, at the office and in `verify`, and changes no state: although the hub
itself makes a tree over the result and signs it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.client.proof.divergence import RecordDiverges
from hub.client.proof.replica import Replica
from hub.domain import codec
from hub.replay.faults import ReplayError
from hub.replay.replay import Replay
from sync import canonical
from sync.errors import SyncError
from sync.keys.keys import sign_payload
from sync.keys.trust import TrustStore
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import Signed, read_command
from sync.record.entry import Entry, decode_entry, encode_entry
from sync.record.merkle import Frontier, leaf_hash
from tests.hub.audit.bundles import at, bundle, report_on, signed_again
from tests.records import RecordMaker, World

WORLD = World()
MAKER = RecordMaker(WORLD)
MAKER.open()
for _ in range(4):
    MAKER.no_show()
ENTRIES = tuple(MAKER.entries)
HELD = 4
"""Entries that the terminal and the office know already: the attack is in what comes after them."""

LATER = st.integers(HELD, len(ENTRIES) - 1)
FEW = settings(max_examples=25, deadline=None)


def note_over(entries: Sequence[bytes]) -> str:
    """The hub's signed checkpoint over whatever these are."""
    frontier = Frontier()
    for body in entries:
        frontier.append(leaf_hash(body))
    origin = WORLD.deployment.origin
    return sign(Checkpoint(origin, frontier.size, frontier.root()), origin, WORLD.hub.signer)


def trust() -> TrustStore:
    held = WORLD.trust()
    for encoded in (*MAKER.certificates, WORLD.hub.certificate):
        held.add(encoded)
    return held


def at_a_terminal(entries: Sequence[bytes], note: str = "") -> SyncError:
    """Why a terminal that holds the first entries refuses the rest; AssertionError if it takes anything of them."""
    replica = Replica(WORLD.deployment, trust(), WORLD.profile, WORLD.hub.signer.public)

    async def follow() -> SyncError:
        await replica.take(ENTRIES[:HELD], note_over(ENTRIES[:HELD]))
        before = codec.encode_booth(replica.booth), replica.size, replica.root
        with pytest.raises(SyncError) as caught:
            await replica.take(entries[HELD:], note or note_over(entries))
        assert (codec.encode_booth(replica.booth), replica.size, replica.root) == before and replica.reached == HELD
        await replica.take(ENTRIES[HELD:], note_over(ENTRIES))  # and the honest record is followed all the same
        assert replica.size == len(ENTRIES)
        return caught.value

    return asyncio.run(follow())


def at_the_office(entries: Sequence[bytes]) -> tuple[ReplayError, int]:
    """Why the office, which replays the same way, refuses a batch with them, and at which entry."""
    replay = Replay(WORLD.deployment, trust(), {WORLD.deployment.profile: WORLD.profile})
    for body in ENTRIES[:HELD]:
        replay.take(body)
    with pytest.raises(ReplayError) as caught:
        for body in entries[HELD:]:
            before = replay.booth, replay.frontier.root(), dict(replay.ids)
            replay.take(body)
    assert (replay.booth, replay.frontier.root(), replay.ids) == before
    return caught.value, replay.size


def refused_everywhere(entries: Sequence[bytes], *codes: str) -> None:
    """One name at all three, for the first entry that does not hold; none of them goes on from there."""
    error, place = at_the_office(entries)
    assert error.code in codes and error.data["index"] == place
    terminal = at_a_terminal(entries)
    assert terminal.code == error.code and terminal.data["index"] == place
    assert error.code in at(report_on(WORLD, signed_again(WORLD, bundle(MAKER), entries)), place)


def swapped(first: int, second: int) -> list[bytes]:
    entries = list(ENTRIES)
    entries[first], entries[second] = entries[second], entries[first]
    return entries


@FEW
@given(LATER)
def test_an_entry_left_out(index: int) -> None:
    entries = [*ENTRIES[:index], *ENTRIES[index + 1 :]]
    if index < len(ENTRIES) - 1:
        refused_everywhere(entries, "replay.wrong_index")


@FEW
@given(st.integers(0, len(ENTRIES) - 1), LATER)
def test_an_entry_twice(which: int, place: int) -> None:
    after = place + (which == place)  # beside itself: the second one is the one too many
    refused_everywhere([*ENTRIES[:after], ENTRIES[which], *ENTRIES[after:]], "replay.wrong_index")


@FEW
@given(LATER, LATER)
def test_two_entries_in_each_others_place(first: int, second: int) -> None:
    if first != second:
        refused_everywhere(swapped(first, second), "replay.wrong_index")


def renumbered(command_of: int, place: int) -> bytes:
    """The command of one entry once more, as the entry of another place: everything about it is honest but that."""
    entry = decode_entry(ENTRIES[command_of])
    context = msgspec.structs.replace(codec.decode_context(bytes(entry.context)), index=place)
    return encode_entry(Entry(1, place, 1, msgspec.Raw(codec.encode_context(context)), entry.command, entry.events))


@FEW
@given(st.integers(0, len(ENTRIES) - 1))
def test_a_command_replayed_under_a_new_number(which: int) -> None:
    refused_everywhere([*ENTRIES, renumbered(which, len(ENTRIES))], "replay.repeated_command")


@FEW
@given(LATER, st.data())
def test_an_entry_cut_off_at_any_byte(index: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(ENTRIES[index]) - 1))
    refused_everywhere([*ENTRIES[:index], ENTRIES[index][:cut], *ENTRIES[index + 1 :]], "replay.bad_entry")


@settings(max_examples=60, deadline=None)
@given(LATER, st.data())
def test_any_bit_turned_under_the_checkpoint_that_the_hub_had_signed(index: int, data: st.DataObject) -> None:
    """On the way, on a stick, on a disk: whoever turns it is not the hub, and cannot sign another checkpoint."""
    body = bytearray(ENTRIES[index])
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    entries = [*ENTRIES[:index], bytes(body), *ENTRIES[index + 1 :]]
    at_a_terminal(entries, note_over(ENTRIES))
    assert not report_on(WORLD, replace(bundle(MAKER), entries=tuple(entries))).holds


def resigned(index: int, by: Callable[[bytes], bytes]) -> list[bytes]:
    """The entry's command with another signature over the same bytes."""
    entry = decode_entry(ENTRIES[index])
    signed = Signed(entry.command.payload, by(entry.command.payload))
    changed = msgspec.structs.replace(entry, command=signed)
    return [*ENTRIES[:index], encode_entry(changed), *ENTRIES[index + 1 :]]


KIND = "application/vnd.demado.command.v1+msgpack"


@FEW
@given(LATER, st.sampled_from(["staff-2", "staff-3", "officer-1", "hub-1", "contractor-root", "nobody"]))
def test_a_signature_by_another_key_than_the_certificates(index: int, name: str) -> None:
    key = WORLD.signer(name)
    entry = decode_entry(ENTRIES[index])
    signer = trust().authority(read_command(entry.command.payload).certificate, MAKER.now_ms).key
    if signer != key.public:
        refused_everywhere(resigned(index, lambda payload: sign_payload(key, KIND, payload)), "replay.bad_signature")


OTHER_KINDS = [
    f"application/vnd.demado.{kind}.v1+msgpack"
    for kind in (
        *("certificate", "roster", "revocations", "inbox-offer", "stickword", "unrecorded"),
        *("deployment-terms", "root-card"),
    )
]
"""Whatever else people and machines sign (DSSE); a checkpoint's text and an envelope are signed in other forms altogether."""


@FEW
@given(LATER, st.sampled_from(OTHER_KINDS))
def test_a_signature_made_for_another_kind_of_message(index: int, other: str) -> None:
    entry = decode_entry(ENTRIES[index])
    person = trust().authority(read_command(entry.command.payload).certificate, MAKER.now_ms).person
    key = WORLD.signer(person)
    refused_everywhere(resigned(index, lambda payload: sign_payload(key, other, payload)), "replay.bad_signature")


@FEW
@given(LATER, st.sampled_from(["deployment", "record", "epoch"]))
def test_a_command_that_was_signed_for_another_record(index: int, field: str) -> None:
    """The person did sign it, for another deployment, hub or epoch; this hub writes it into its own record."""
    entry = decode_entry(ENTRIES[index])
    command = read_command(entry.command.payload)
    other: dict[str, object] = {"deployment": bytes(16), "record": "hub-9", "epoch": 2}
    payload = canonical.encode(msgspec.structs.replace(command, **{field: other[field]}))  # type: ignore[arg-type]
    person = trust().authority(command.certificate, MAKER.now_ms).person
    signed = Signed(payload, sign_payload(WORLD.signer(person), KIND, payload))
    body = encode_entry(msgspec.structs.replace(entry, command=signed))
    refused_everywhere([*ENTRIES[:index], body, *ENTRIES[index + 1 :]], "replay.meant_elsewhere")


TEN_YEARS_MS = 10 * 366 * 86_400_000


@FEW
@given(LATER, st.sampled_from([-1, 1]), st.integers(4 * TEN_YEARS_MS // 10, 4 * TEN_YEARS_MS))
def test_a_clock_outside_everybodys_certificate(index: int, way: int, off_ms: int) -> None:
    """The hub's clock is years off: nobody's certificate holds then, so nothing that is signed counts."""
    entry = decode_entry(ENTRIES[index])
    context = codec.decode_context(bytes(entry.context))
    wrong = msgspec.structs.replace(context, at_ms=context.at_ms + way * off_ms)
    if way > 0 and off_ms < 30 * TEN_YEARS_MS // 10:
        return  # the certificates of this world last thirty years: within them a clock is only a clock
    body = encode_entry(msgspec.structs.replace(entry, context=msgspec.Raw(codec.encode_context(wrong))))
    if wrong.at_ms >= 0:
        refused_everywhere([*ENTRIES[:index], body, *ENTRIES[index + 1 :]], "replay.not_trusted")


def test_a_checkpoint_over_fewer_entries_or_others_is_refused_with_all_that_came_with_it() -> None:
    replica = Replica(WORLD.deployment, trust(), WORLD.profile, WORLD.hub.signer.public)
    for note in (note_over(ENTRIES[:-1]), note_over([*ENTRIES[:-1], ENTRIES[0]])):
        with pytest.raises(RecordDiverges):
            asyncio.run(replica.take(ENTRIES, note))
        assert replica.size == 0 and replica.reached == 0
