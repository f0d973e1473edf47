from collections.abc import Iterator
from functools import cache
from typing import TypeVar, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from hub.domain import codec
from hub.domain.booth import Booth, Command, Event, fold
from hub.domain.moment import Context
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit.form_id import FormRead
from tests.examples import examples
from tests.hub.domain.booths import OFFICER, PROFILE_HASH, Site, replayed

T = TypeVar("T")

# What msgpack holds: 64 bits.
numbers = st.integers(-(2**63), 2**64 - 1)
st.register_type_strategy(int, numbers)

FEW = examples(15)
"""Of each kind: one encoder writes them all, so that what one kind's examples miss is met among the three hundred others'."""


def busy_day() -> Site:
    """A booth in which every kind of state holds something."""
    site = Site("chiba")
    for method in site.profile.methods:
        site.whole_visit(method.id)
    site.seal()
    site.offer()
    site.whole_visit()
    site.count("KG-2")
    opened = site.open_visit()
    site.steps(opened, until=site.city_step())
    site.ask(opened, site.city_step())
    site.issue()
    return site


@cache
def drawn(kind: type[T]) -> st.SearchStrategy[T]:
    """Values of a kind. A field whose default is made anew each time is named: hypothesis would take the maker for a value."""
    made = [field for field in msgspec.structs.fields(kind) if field.default_factory is not msgspec.NODEFAULT]
    return st.builds(kind, **{field.name: st.from_type(field.type) for field in made})


def structs_of(kind: object) -> Iterator[type[msgspec.Struct]]:
    """A kind's own struct and all that stand within it."""
    for inner in get_args(kind):
        yield from structs_of(inner)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from structs_of(hint)


@pytest.mark.parametrize("kind", get_args(Command))
def test_no_command_has_room_for_what_no_rule_reads(kind: type[Command]) -> None:
    # A field too many would be signed and kept with the record, past every guard, and change nothing of its meaning.
    assert [one.__name__ for one in structs_of(kind) if not one.__struct_config__.forbid_unknown_fields] == []


@pytest.mark.parametrize("kind", get_args(Command))
@FEW
@given(st.data())
def test_every_command_comes_back_as_it_went(kind: type[Command], data: st.DataObject) -> None:
    command = data.draw(drawn(kind))
    tag, arguments = codec.encode_command(command)
    assert codec.decode_command(tag, arguments) == command
    assert codec.encode_command(command) == (tag, arguments)


@pytest.mark.parametrize("kind", get_args(Event))
@FEW
@given(st.data())
def test_every_event_comes_back_as_it_went(kind: type[Event], data: st.DataObject) -> None:
    events = (data.draw(drawn(kind)),)
    encoded = codec.encode_events(events)
    assert codec.decode_events(encoded) == events
    assert codec.encode_events(codec.decode_events(encoded)) == encoded


def test_tags_are_unique_and_every_event_kind_has_a_version() -> None:
    assert len(codec.COMMANDS) == len(get_args(Command))
    tags = [str(kind.__struct_config__.tag) for kind in get_args(Event)]
    assert len(set(tags)) == len(tags)
    assert all(tag.rpartition("/")[2].isdigit() for tag in tags)


@given(st.from_type(Context))
def test_a_context_comes_back_as_it_went(context: Context) -> None:
    assert codec.decode_context(codec.encode_context(context)) == context


def test_a_refusal_comes_back_as_it_went() -> None:
    refusal = refuse("queue.people", number="A-001")
    assert codec.decode_refusal(codec.encode_refusal(refusal)) == refusal


def test_an_unknown_kind_is_a_refusal() -> None:
    refusal = codec.decode_command("queue.dance", b"\x80")
    assert isinstance(refusal, Refusal) and refusal.code == "command.unknown"


@pytest.mark.parametrize(
    "arguments",
    [
        b"",
        b"\xc1",
        b"\x80",
        b"\x90",
        msgspec.msgpack.encode({"kind": "queue.issue"}),
        msgspec.msgpack.encode({"kind": "queue.issue", "lane": 1}),
        msgspec.msgpack.encode({"kind": "queue.issue", "lane": "delivery", "hidden": 1}),
        msgspec.msgpack.encode({"kind": "queue.call", "lane": "delivery"}),
        msgspec.msgpack.encode({"kind": "queue.issue", "lane": "delivery"}) + b"\x00",
        b"\x81\xa4lane\xa2\xff\xfe",
        b"\x91" * 5000,
    ],
)
def test_arguments_that_do_not_fit_are_a_refusal_and_never_a_fault(arguments: bytes) -> None:
    refusal = codec.decode_command("queue.issue", arguments)
    assert isinstance(refusal, Refusal) and refusal.code == "command.malformed"


@given(st.sampled_from(sorted(codec.COMMANDS)), st.binary(max_size=200))
def test_no_bytes_make_decoding_fail(kind: str, arguments: bytes) -> None:
    codec.decode_command(kind, arguments)


def test_a_field_that_the_screen_cannot_show_is_refused_however_deep() -> None:
    row = {"number": "1", "minute": None, "lane": "a", "people": 1, "sealed": b"", "name": "山田"}
    arguments = msgspec.msgpack.encode({"kind": "day.reservations", "rows": [row]})
    assert isinstance(codec.decode_command("day.reservations", arguments), Refusal)


def test_the_state_comes_back_as_it_went_and_has_one_encoding() -> None:
    booth = busy_day().booth
    encoded = codec.encode_booth(booth)
    again = codec.decode_booth(encoded)
    assert again == booth
    assert codec.encode_booth(again) == encoded
    assert isinstance(again.queue.tickets, Map) and isinstance(again.effects.open, Map)


def test_one_state_reached_in_two_orders_has_one_encoding() -> None:
    one, other = Booth(slots=Map({"a": 1, "b": 2})), Booth(slots=Map({"b": 2, "a": 1}))
    assert codec.encode_booth(one) == codec.encode_booth(other)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_folding_on_from_a_snapshot_comes_to_the_same_as_folding_from_the_start(cut: float) -> None:
    site = busy_day()
    at = round(len(site.entries) * cut)
    whole = Booth(hub="hub-1", profile=PROFILE_HASH, training=True)
    for index, entry in enumerate(site.entries):
        if index == at:
            resumed = codec.decode_booth(codec.encode_booth(whole))
        whole = fold(whole, codec.decode_events(entry.events), index)
    for index, entry in enumerate(site.entries[at:], at):
        resumed = fold(resumed, codec.decode_events(entry.events), index)
    assert resumed == whole == site.booth
    assert codec.encode_booth(resumed) == codec.encode_booth(site.booth)


def test_replaying_the_commands_gives_the_same_events_and_state() -> None:
    site = busy_day()
    site.do(site.acceptance(next(iter(site.booth.custody.transfers))), OFFICER)
    assert replayed(site) == site.booth


def test_an_old_kind_is_read_as_todays(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    data = site.entries[0].events
    old = msgspec.msgpack.decode(data)
    old[0]["kind"] = "day.opened/0"
    del old[0]["venue"]
    monkeypatch.setitem(codec.UPGRADES, "day.opened/0", lambda fields: fields | {"kind": "day.opened/1", "venue": "?"})
    (event,) = codec.decode_events(msgspec.msgpack.encode(old))
    assert (event.venue, event.date) == ("?", "2025-08-06")  # type: ignore[union-attr]


def test_what_rules_1_kept_of_a_forms_id_is_read_without_its_digits() -> None:
    old = {"kind": "form_id.was_read/1", "visit": 5, "step": "submit", "tag": b"x" * 16, "last4": "0817", "at_ms": 1, "by": "staff-2"}  # fmt: skip
    assert codec.decode_events(msgspec.msgpack.encode([old])) == (FormRead(5, "submit", b"x" * 16, 1, "staff-2"),)


@pytest.mark.parametrize(
    "data",
    [
        msgspec.msgpack.encode([{"kind": "day.dreamed/1", "at_ms": 1}]),
        b"\x91\x81\xa4kind\xa2\xff\xfe",
        b"",
    ],
)
def test_bytes_that_are_no_events_are_one_kind_of_fault(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        codec.decode_events(data)


def test_an_unknown_kind_is_not_repeated_when_it_could_hold_anything() -> None:
    refusal = codec.decode_command("123456789018", b"\x80")
    assert isinstance(refusal, Refusal) and refusal.data == {"kind": "?"}
