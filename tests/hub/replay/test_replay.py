"""Replay leads to the very state the hub had, and an entry that does not hold changes nothing."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.booth import decide
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.queue import queue
from hub.replay.faults import BadEntry, NoProfile, NotTrusted, OtherCheckpoint, ReplayError
from hub.replay.replay import Replay, hub_keys
from sync.keys.party import Person
from sync.record.merkle import leaf_hash
from tests.records import RecordMaker, World

WORLD = World("chiba")
MAKER = RecordMaker(WORLD)
MAKER.day(tickets=2)
LEAVES = [leaf_hash(body) for body in MAKER.entries]


def fresh(maker: RecordMaker = MAKER) -> Replay:
    trust = WORLD.trust()
    for encoded in maker.certificates:
        trust.add(encoded)
    return Replay(WORLD.deployment, trust, {WORLD.deployment.profile: WORLD.profile})


def test_replay_of_a_day_gives_the_hubs_state_and_tree() -> None:
    replay = fresh()
    for body in MAKER.entries:
        replay.take(body)
    assert (replay.booth, replay.frontier.root()) == (MAKER.booth, MAKER.frontier.root())
    assert replay.signatures == MAKER.size == len(replay.ids)
    assert len(replay.claims) == 2 * len(
        [step for step in WORLD.profile.methods[0].steps if step.kind in ("identity", "pin_content")]
    )
    keys = hub_keys(WORLD.deployment, replay.trust, MAKER.now_ms)
    assert replay.checkpoint(MAKER.note(), keys).size == MAKER.size
    with pytest.raises(OtherCheckpoint):
        replay.checkpoint(MAKER.note(3), keys)
    with pytest.raises(OtherCheckpoint):
        replay.checkpoint(MAKER.note(), [WORLD.office.signer.public])


@pytest.mark.parametrize("sites", [("site-2",), (WORLD.deployment.site,)])
def test_who_signs_must_be_one_of_the_site_whose_record_it_is(sites: tuple[str, ...]) -> None:
    maker = RecordMaker(WORLD)
    maker.open()
    certificate = WORLD.certify("staff-9", "staff", "contractor", ("worker",), sites=sites)
    staff = Person(WORLD.signer("staff-9"), certificate, "staff-9", [certificate, WORLD.issuers["contractor"]])
    maker.do(queue.IssueTicket(WORLD.profile.lanes[0].id), staff)
    replay, leaves = fresh(maker), [leaf_hash(body) for body in maker.entries]
    if sites[0] == WORLD.deployment.site:
        assert len(list(replay.take_all(maker.entries, leaves))) == maker.size
        return
    with pytest.raises(NotTrusted) as caught:
        list(replay.take_all(maker.entries, leaves))
    assert (caught.value.data["trust"], replay.size) == ("trust.wrong_site", maker.size - 1)


@given(st.integers(1, 40))
def test_many_at_once_is_the_same_as_one_by_one(size: int) -> None:
    replay = fresh()
    for first in range(0, MAKER.size, size):
        chunk = slice(first, first + size)
        assert len(list(replay.take_all(MAKER.entries[chunk], LEAVES[chunk]))) == len(MAKER.entries[chunk])
    assert (replay.booth, replay.frontier.root()) == (MAKER.booth, MAKER.frontier.root())


@given(st.data())
def test_one_changed_byte_is_found_in_its_entry_and_changes_nothing(data: st.DataObject) -> None:
    """All but the hub's own word of its boot and monotonic time: those only the signed tree covers."""
    index = data.draw(st.integers(0, MAKER.size - 1))
    body = MAKER.entries[index]
    at = data.draw(st.integers(0, len(body) - 1))
    changed = body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :]
    replay = fresh()
    for before in MAKER.entries[:index]:
        replay.take(before)
    booth = replay.booth
    try:
        replay.take(changed)
    except ReplayError as error:
        assert error.data["index"] == index
        assert (replay.booth, replay.size) == (booth, index)
    else:
        with pytest.raises(OtherCheckpoint):
            replay.checkpoint(MAKER.note(index + 1), [WORLD.hub.signer.public])


def test_the_first_entry_that_fails_is_the_one_named() -> None:
    """Signatures are looked at before the rules, and still an earlier entry's fault comes first."""
    entries = list(MAKER.entries[:6])
    entries[2] = entries[2][:-1] + bytes([entries[2][-1] ^ 1])  # its events
    entries[4] = entries[4][:40] + bytes([entries[4][40] ^ 1]) + entries[4][41:]  # its signed command
    replay = fresh()
    with pytest.raises(ReplayError) as caught:
        list(replay.take_all(entries, [leaf_hash(body) for body in entries]))
    assert caught.value.data["index"] == 2
    assert replay.size == 2


@given(st.data())
def test_of_many_at_once_the_same_entry_fails_for_the_same_reason_as_one_by_one(data: st.DataObject) -> None:
    """However many entries were changed, and whatever each was changed in."""
    entries = list(MAKER.entries[:12])
    for index in data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=1, max_size=3)):
        body = entries[index]
        at = data.draw(st.integers(0, len(body) - 1))
        entries[index] = body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :]

    def fault(replay: Replay, size: int) -> tuple[int, str, dict[str, object]]:
        try:
            for first in range(0, len(entries), size):
                chunk = entries[first : first + size]
                for _ in replay.take_all(chunk, [leaf_hash(body) for body in chunk]):
                    pass
        except ReplayError as error:
            return replay.size, error.code, error.data
        return replay.size, "", {}

    assert fault(fresh(), len(entries)) == fault(fresh(), 1)


def test_without_the_pinned_profile_nothing_is_taken() -> None:
    replay = Replay(WORLD.deployment, WORLD.trust(), {})
    with pytest.raises(NoProfile):
        replay.take(MAKER.entries[0])


def opening(fields: Callable[[dict[str, object]], dict[str, object]]) -> RecordMaker:
    """A record whose day was opened by a command with these arguments, as `fields` makes them of today's."""
    maker = RecordMaker(WORLD)
    maker.do(identity.Attend(True), WORLD.officers[0])
    event_type, profile = WORLD.profile.event_types[0].id, WORLD.deployment.profile
    asked = day.OpenDay(day.iso_date(maker.now_ms), event_type, "会場", profile, True)
    decided = decide(WORLD.profile, maker.booth, asked, maker.context(), maker.by(WORLD.manager))
    assert isinstance(decided, tuple)
    arguments = msgspec.msgpack.encode(fields(msgspec.to_builtins(asked, builtin_types=(bytes,))))
    maker.append(maker.sign(asked, WORLD.manager, arguments=arguments), maker.context(), decided)
    maker.certificates.update(dict.fromkeys(WORLD.manager.chain))
    return maker


def without(field: str) -> Callable[[dict[str, object]], dict[str, object]]:
    return lambda fields: {name: value for name, value in fields.items() if name != field}


def test_arguments_of_an_older_program_that_knew_fewer_fields_read_as_their_defaults() -> None:
    """The signed bytes stay as they were written: nobody can sign them again."""
    maker = opening(without("reservation_only"))
    replay = fresh(maker)
    steps = [replay.take(body) for body in maker.entries]
    assert (replay.booth, replay.frontier.root()) == (maker.booth, maker.frontier.root())
    assert isinstance(steps[1].said.asked, day.OpenDay) and not steps[1].said.asked.reservation_only
    assert b"reservation_only" not in steps[1].said.entry.command.payload
    assert len(list(fresh(maker).take_all(maker.entries, [leaf_hash(body) for body in maker.entries]))) == 2


@pytest.mark.parametrize("fields", [without("venue"), lambda fields: fields | {"note": ""}], ids=["fewer", "more"])
def test_arguments_that_do_not_fit_their_command_are_an_entry_that_cannot_be_read(
    fields: Callable[[dict[str, object]], dict[str, object]],
) -> None:
    maker = opening(fields)
    replay = fresh(maker)
    replay.take(maker.entries[0])
    with pytest.raises(BadEntry) as caught:
        replay.take(maker.entries[1])
    assert (caught.value.data["index"], replay.size) == (1, 1)
