"""Messages: what an authenticated peer can send is read, or is a named error; nothing else comes out."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import messages

SAMPLES = [
    messages.Opening(),
    messages.Follow(3, bytes(32), True, False),
    messages.Committed(0, [b"entry"], "note", [messages.OutcomeOf(b"i" * 16, 4, b"")], [b"certificate"]),
    messages.Status(1, [messages.DeviceWord("ticket", "ready", "", "")], 1, 2, 3, True),
    messages.Mail(b"id", b"s" * 32, b"envelope"),
]


@pytest.mark.parametrize("message", SAMPLES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back_as_it_was(message: messages.Message) -> None:
    assert messages.decode(messages.encode(message)) == message


def test_a_text_that_is_no_utf_8_is_a_decode_error() -> None:
    broken = messages.encode(messages.Committed(0, [], "note", [])).replace(b"note", b"\xff\xfe\xff\xfe", 1)
    with pytest.raises(msgspec.DecodeError):
        messages.decode(broken)


def test_a_pit_of_nested_arrays_is_a_decode_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        messages.decode(b"\x91" * 100_000)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_decode_error(data: bytes) -> None:
    try:
        messages.decode(data)
    except msgspec.DecodeError:
        pass


@given(st.sampled_from(SAMPLES), st.data())
def test_a_changed_byte_is_a_message_or_a_decode_error(message: messages.Message, data: st.DataObject) -> None:
    encoded = bytearray(messages.encode(message))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        messages.decode(bytes(encoded))
    except msgspec.DecodeError:
        pass
