"""Streams: each envelope is taken once, in its place, by the one it was meant for; every refusal has its own name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.envelopes.envelope import (
    LIFETIME_MS,
    NO_PREVIOUS,
    BrokenChain,
    Duplicate,
    Expired,
    Gap,
    InStream,
    OutStream,
    Replayed,
    WrongAudience,
    WrongDeployment,
    WrongInbox,
    WrongKind,
    WrongSender,
    WrongStream,
    envelope_hash,
)
from sync.envelopes.frame import Codec, Frame, NotCompressible, audience_hash, encode_frame
from sync.envelopes.saltpack import EnvelopeMisaddressed, EnvelopeTooLarge, open_sealed, seal
from sync.errors import SyncError
from sync.keys.keys import BoxKey, Signer

HUB, CLERK, STRANGER = Signer(b"h" * 32), Signer(b"c" * 32), Signer(b"x" * 32)
BOX, OTHER_BOX = BoxKey(b"b" * 32), BoxKey(b"o" * 32)
DEPLOYMENT, INBOX, STREAM = b"d" * 16, b"i" * 16, b"s" * 16
NOW = 1_754_438_400_000
EPHEMERAL_ENDS = 50
"""Bytes of a message up to the end of its ephemeral key: two markers, format, version, mode, and the key itself."""


def out(**changes: Any) -> OutStream:
    fields: dict[str, Any] = {
        "sender": CLERK,
        "deployment": DEPLOYMENT,
        "recipient_boxes": [BOX.public],
        "inbox": INBOX,
        "stream": STREAM,
    }
    return OutStream(**fields | changes)


def into(**changes: Any) -> InStream:
    fields: dict[str, Any] = {
        "box": BOX,
        "deployment": DEPLOYMENT,
        "inbox": INBOX,
        "expected_sender": CLERK.public,
    }
    return InStream(**fields | changes)


def state(stream: InStream) -> tuple[Any, ...]:
    """Everything that a receiver remembers."""
    return tuple(sorted((key, value) for key, value in vars(stream).items() if key != "box"))


def refused(stream: InStream, message: bytes, error: type[SyncError], now_ms: int = NOW) -> None:
    """Refused by exactly this name, and the receiver is as before."""
    before = state(stream)
    with pytest.raises(SyncError) as caught:
        stream.unwrap(message, now_ms)
    assert type(caught.value) is error
    assert state(stream) == before


@pytest.mark.parametrize("stored", [False, True])
def test_a_stream_carries_its_envelopes_in_order(stored: bool) -> None:
    sending, receiving = out(stored=stored), into(stored=stored)
    for number in range(1, 6):
        frame = receiving.unwrap(sending.wrap("command", b"%d" % number, first=number, count=2, now_ms=NOW), NOW)
        assert (frame.counter, frame.body, frame.first, frame.count) == (number, b"%d" % number, number, 2)
        assert (frame.sender, frame.stream, frame.created_ms) == (CLERK.public, STREAM, NOW)
        assert frame.not_after_ms == NOW + LIFETIME_MS
    assert receiving.previous == (sending.previous if stored else NO_PREVIOUS)


@given(st.lists(st.integers(0, 2), min_size=2, max_size=6))
def test_each_envelope_begins_with_a_head_of_its_own_however_often_the_stream_got_ready(ready: list[int]) -> None:
    stream, taker = out(), into()
    heads = set()
    for times in ready:
        for _ in range(times):
            stream.get_ready()
        message = stream.wrap("text/plain", b"next", now_ms=NOW)
        assert taker.unwrap(message, NOW).body == b"next"
        heads.add(message[:EPHEMERAL_ENDS])
    assert len(heads) == len(ready)


def test_a_head_of_an_envelope_that_could_not_be_made_begins_no_other() -> None:
    stream = out()
    stream.get_ready()
    made = stream.wrap("text/plain", b"before", now_ms=NOW)
    stream.get_ready()
    with pytest.raises(EnvelopeTooLarge):
        stream.wrap("text/plain", bytes(1 << 20), now_ms=NOW)
    after = stream.wrap("text/plain", b"after", now_ms=NOW)
    assert made[:EPHEMERAL_ENDS] != after[:EPHEMERAL_ENDS]
    taker = into()
    assert [taker.unwrap(one, NOW).body for one in (made, after)] == [b"before", b"after"]


def test_a_batch_travels_compressed() -> None:
    body = b"entry" * 400_000
    message = out().wrap("batch/entries", body, now_ms=NOW, codec=Codec.ZLIB)
    assert len(message) < 10_000
    assert into().unwrap(message, NOW).body == body


FOREIGN: dict[str, tuple[dict[str, Any], type[SyncError]]] = {
    "stream": ({"stream": b"S" * 16}, WrongStream),
    "inbox": ({"inbox": b"I" * 16}, WrongInbox),
    "deployment": ({"deployment": b"D" * 16}, WrongDeployment),
    "sender": ({"sender": STRANGER}, WrongSender),
    "kind": ({"stored": True}, WrongKind),
    "recipient": ({"recipient_boxes": [OTHER_BOX.public]}, EnvelopeMisaddressed),
    "more recipients": ({"recipient_boxes": [BOX.public, OTHER_BOX.public]}, WrongAudience),
    "expired": ({"lifetime_ms": -1}, Expired),
}


@given(st.lists(st.one_of(st.integers(1, 6), st.sampled_from(sorted(FOREIGN))), max_size=25))
def test_whatever_arrives_in_whatever_order_only_the_next_envelope_is_ever_taken(
    arrivals: list[int | str],
) -> None:
    sending, receiving = out(), into(stream=STREAM)
    messages = {number: sending.wrap("command", b"%d" % number, now_ms=NOW) for number in range(1, 7)}
    taken = 0
    for arrival in arrivals:
        if isinstance(arrival, str):
            changes, error = FOREIGN[arrival]
            lifetime = changes.get("lifetime_ms")
            # An expired envelope was made long ago, with a place that would be next.
            made_ms = NOW - LIFETIME_MS - 1 if lifetime else NOW
            others = {key: value for key, value in changes.items() if key != "lifetime_ms"}
            message = out(counter=taken, **others).wrap("command", b"foreign", now_ms=made_ms)
            refused(receiving, message, error)
        elif arrival == taken + 1:
            assert receiving.unwrap(messages[arrival], NOW).body == b"%d" % arrival
            taken = arrival
        elif arrival == taken:
            refused(receiving, messages[arrival], Duplicate)
        elif arrival < taken:
            refused(receiving, messages[arrival], Replayed)
        else:
            refused(receiving, messages[arrival], Gap)
        assert receiving.counter == taken


@given(
    st.lists(
        st.tuples(st.sampled_from(["theirs", "ours back", "ours, sealed to us too"]), st.integers(1, 4)), max_size=20
    ),
    st.booleans(),
)
def test_what_comes_back_to_its_sender_is_refused_wherever_it_stands(
    arrivals: list[tuple[str, int]], stored: bool
) -> None:
    """Reflection: the clerk listens to the hub, and whoever carries the envelopes hands the clerk's own back."""
    ways: dict[str, dict[str, Any]] = {
        "theirs": {"sender": HUB, "stream": b"t" * 16},
        "ours back": {"recipient_boxes": [OTHER_BOX.public]},
        "ours, sealed to us too": {},
    }
    sent = {}
    for way, changes in ways.items():
        stream = out(stored=stored, **changes)
        sent[way] = {number: stream.wrap("command", b"%d" % number, now_ms=NOW) for number in range(1, 5)}
    receiving, taken = into(stored=stored, expected_sender=HUB.public), 0
    for way, number in arrivals:
        if way != "theirs":
            refused(receiving, sent[way][number], EnvelopeMisaddressed if way == "ours back" else WrongSender)
        elif number == taken + 1:
            receiving.unwrap(sent[way][number], NOW)
            taken = number
        else:
            refused(receiving, sent[way][number], Duplicate if number == taken else Replayed if number < taken else Gap)
        assert receiving.counter == taken


TEN_YEARS_MS = 10 * 366 * 86_400_000


@given(st.integers(-TEN_YEARS_MS, TEN_YEARS_MS), st.integers(-TEN_YEARS_MS, TEN_YEARS_MS), st.booleans())
def test_clocks_up_to_ten_years_off_end_an_envelopes_life_and_give_it_no_second_one(
    senders: int, receivers: int, stored: bool
) -> None:
    """A hub may have no clock: one that runs ahead is heard, once and in its place; its certificate says whether it counts."""
    message = out(stored=stored).wrap("command", b"1", now_ms=NOW + senders)
    receiving = into(stored=stored)
    if receivers - senders > LIFETIME_MS:
        refused(receiving, message, Expired, NOW + receivers)
        return
    receiving.unwrap(message, NOW + receivers)
    for later in (-TEN_YEARS_MS, receivers, senders + LIFETIME_MS):
        refused(receiving, message, Duplicate, NOW + later)
    refused(receiving, out(stored=stored, counter=5).wrap("command", b"6", now_ms=NOW + senders), Gap, NOW + receivers)


@given(st.lists(st.integers(1, 6), max_size=20), st.booleans())
def test_a_stored_stream_goes_on_after_restarts_of_both_sides_at_any_point(arrivals: list[int], restart: bool) -> None:
    sending = out(stored=True)
    messages = {}
    for number in range(1, 7):
        messages[number] = sending.wrap("command", b"%d" % number, now_ms=NOW)
        if restart:
            sending = out(stored=True, counter=sending.counter, previous=sending.previous)
    receiving = into(stored=True)
    taken = 0
    for arrival in arrivals:
        if restart and receiving.stream is not None:
            kept = {"stream": receiving.stream, "counter": receiving.counter, "previous": receiving.previous}
            receiving = into(stored=True, **kept)
        if arrival == taken + 1:
            receiving.unwrap(messages[arrival], NOW)
            taken = arrival
        else:
            refused(
                receiving, messages[arrival], Duplicate if arrival == taken else Replayed if arrival < taken else Gap
            )


def test_the_first_envelope_settles_the_stream() -> None:
    receiving = into()
    receiving.unwrap(out().wrap("command", b"", now_ms=NOW), NOW)
    refused(receiving, out(stream=b"S" * 16, counter=1).wrap("command", b"", now_ms=NOW), WrongStream)


def test_a_stream_does_not_start_in_its_middle() -> None:
    refused(into(), out(counter=4).wrap("command", b"", now_ms=NOW), Gap)


def test_an_envelope_lives_up_to_its_last_millisecond() -> None:
    message = out(lifetime_ms=10).wrap("command", b"", now_ms=NOW)
    refused(into(), message, Expired, NOW + 11)
    assert into().unwrap(message, NOW + 10).counter == 1


def test_another_envelope_in_the_same_place_is_a_replay_and_no_duplicate() -> None:
    receiving = into()
    receiving.unwrap(out().wrap("command", b"one", now_ms=NOW), NOW)
    refused(receiving, out().wrap("command", b"another", now_ms=NOW), Replayed)


def test_a_stored_stream_whose_history_was_replaced_is_refused() -> None:
    receiving = into(stored=True)
    receiving.unwrap(out(stored=True).wrap("command", b"one", now_ms=NOW), NOW)
    re_imaged = out(stored=True)
    re_imaged.wrap("command", b"another first", now_ms=NOW)
    refused(receiving, re_imaged.wrap("command", b"two", now_ms=NOW), BrokenChain)


def test_a_live_envelope_names_no_previous_one() -> None:
    refused(into(), out(previous=b"p" * 32).wrap("command", b"", now_ms=NOW), BrokenChain)


def test_a_live_envelope_is_refused_in_a_stored_stream() -> None:
    refused(into(stored=True), out().wrap("command", b"", now_ms=NOW), WrongKind)


def test_a_frame_that_names_another_sender_than_the_signer_is_refused() -> None:
    frame = Frame(
        deployment=DEPLOYMENT,
        sender=HUB.public,
        audience=audience_hash([BOX.public]),
        inbox=INBOX,
        stream=STREAM,
        counter=1,
        created_ms=NOW,
        not_after_ms=NOW,
        media_type="command",
        body=b"",
    )
    refused(into(), seal(encode_frame(frame), CLERK, [BOX.public]), WrongSender)


def test_a_receiver_cannot_seal_what_it_got_to_another_as_if_the_sender_had() -> None:
    # The hub opens the clerk's envelope and signs the same frame to the desk: the frame still names the clerk.
    _, plain = open_sealed(out().wrap("command", b"pay", now_ms=NOW), BOX)
    forwarded = seal(plain, HUB, [OTHER_BOX.public])
    refused(into(box=OTHER_BOX), forwarded, WrongSender)
    refused(into(box=OTHER_BOX, expected_sender=HUB.public), forwarded, WrongSender)
    # Were the clerk to re-seal her own frame to the desk, the frame would still say that it was for the hub.
    refused(into(box=OTHER_BOX), seal(plain, CLERK, [OTHER_BOX.public]), WrongAudience)


def test_two_recipients_take_the_same_envelope_when_each_knows_of_the_other() -> None:
    keys = [BOX.public, OTHER_BOX.public]
    message = out(recipient_boxes=keys).wrap("command", b"both", now_ms=NOW)
    for box in (BOX, OTHER_BOX):
        assert into(box=box, recipients=keys[::-1]).unwrap(message, NOW).body == b"both"


def test_every_flipped_bit_and_every_truncation_of_an_envelope_is_refused_and_changes_nothing() -> None:
    message = out().wrap("command", b"call", now_ms=NOW)
    receiving = into()
    before = state(receiving)
    for at in range(len(message) * 8):
        changed = bytearray(message)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(SyncError):
            receiving.unwrap(bytes(changed), NOW)
    for length in range(len(message)):
        with pytest.raises(SyncError):
            receiving.unwrap(message[:length], NOW)
    assert state(receiving) == before
    assert receiving.unwrap(message, NOW).body == b"call"


@pytest.mark.parametrize(
    ("media_type", "body", "codec", "error"),
    [
        ("command", bytes(1 << 20), Codec.NONE, EnvelopeTooLarge),
        ("command", b"x", Codec.ZLIB, NotCompressible),
        ("", b"x", Codec.NONE, ValueError),
    ],
)
def test_an_envelope_that_could_not_be_made_uses_up_no_place(
    media_type: str, body: bytes, codec: Codec, error: type[Exception]
) -> None:
    sending = out(stored=True)
    with pytest.raises(error):
        sending.wrap(media_type, body, now_ms=NOW, codec=codec)
    assert (sending.counter, sending.previous) == (0, NO_PREVIOUS)
    message = sending.wrap("command", b"", now_ms=NOW)
    assert sending.previous == envelope_hash(message)
    assert into(stored=True).unwrap(message, NOW).counter == 1
