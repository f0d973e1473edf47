"""How commands, events, contexts and whole states become bytes: msgpack, one way only.

Kinds are tags with a version ("ticket.issued/1"). A reader meets old kinds for ever: a kind that changes gets a new
number, and UPGRADES turns what was read under the old one into today's event before anything folds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar, get_args, get_origin

import msgspec
from immutables import Map

from hub.domain.booth import Booth, Command, Event
from hub.domain.moment import Context
from hub.domain.refusal import Refusal, refuse


def _encode_map(value: object) -> object:
    if isinstance(value, Map):  # pairs in the order of their keys: one state has one encoding
        return sorted(value.items())
    raise NotImplementedError(f"no msgpack form for {type(value)}")


def _decode_map(wanted: type, value: object) -> object:
    if get_origin(wanted) is Map:
        return Map(msgspec.convert(value, list[tuple[get_args(wanted)]], dec_hook=_decode_map))  # type: ignore[misc]
    raise NotImplementedError(f"no msgpack form for {wanted}")


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode_map, order="deterministic")
_T = TypeVar("_T")

_raw_events = msgspec.msgpack.Decoder(list[dict[str, object]])
_context = msgspec.msgpack.Decoder(Context)
_refusal = msgspec.msgpack.Decoder(Refusal)


@cache  # 10 ms and 3 ms to make: many a program reads neither
def _events() -> msgspec.msgpack.Decoder[tuple[Event, ...]]:
    return msgspec.msgpack.Decoder(tuple[Event, ...])


@cache
def _booth() -> msgspec.msgpack.Decoder[Booth]:
    return msgspec.msgpack.Decoder(Booth, dec_hook=_decode_map, strict=True)


COMMANDS: dict[str, type] = {kind.__struct_config__.tag: kind for kind in get_args(Command)}
"""Every command kind there is, by its tag: what a signed command names."""

_KIND = re.compile(r"[a-z_.]{1,40}")
"""What a kind looks like; anything else is not repeated to the sender, nor kept with the refusal."""

_arguments: dict[str, msgspec.msgpack.Decoder[Command]] = {}
"""A decoder for each kind that has been met: to make all of them takes 40 ms, at each start of every program."""


def _without_digits(fields: dict[str, object]) -> dict[str, object]:
    """Rules 1 kept the last four digits of a form's ID."""
    return {name: value for name, value in fields.items() if name != "last4"} | {"kind": "form_id.was_read/2"}


UPGRADES: dict[str, Callable[[dict[str, object]], dict[str, object]]] = {"form_id.was_read/1": _without_digits}
"""Old event kind to a function that gives its fields under the next kind."""


def _decode(decoder: msgspec.msgpack.Decoder[_T], data: bytes) -> _T:
    try:
        return decoder.decode(data)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(f"a text is not UTF-8: {error}") from error


def encode_command(command: Command) -> tuple[str, bytes]:
    """The kind and the arguments of a command, as a signed command carries them."""
    return command.__struct_config__.tag, encode_arguments(command)  # type: ignore[return-value]


encode_arguments: Callable[[object], bytes] = _encoder.encode
"""The arguments of a command, as a signed command carries them."""


def signs_more(manifest: bytes, command: object) -> bool:
    """Whether a signed command carries a manifest that its own arguments do not have: bytes that no rule reads.

    They would stand in the record, signed, past every guard.
    """
    return manifest != b"" and manifest != getattr(command, "manifest", b"")


def decode_command(kind: str, arguments: bytes) -> Command | Refusal:
    """The command that a signed one carries, or a refusal: unknown kind, or arguments that do not fit it."""
    (command,) = decode_commands([kind], [arguments])
    return command


def decode_commands(kinds: Iterable[str], arguments: Iterable[bytes]) -> list[Command | Refusal]:
    """As decode_command, for many: of each kind with its arguments."""
    found: list[Command | Refusal] = []
    for kind, args in zip(kinds, arguments, strict=True):
        decoder = _arguments.get(kind) or _decoder(kind)
        if decoder is None:
            found.append(refuse("command.unknown", kind=kind if _KIND.fullmatch(kind) else "?"))
            continue
        try:
            found.append(decoder.decode(args))
        except (msgspec.DecodeError, UnicodeDecodeError):  # a text that is no UTF-8 is no DecodeError to msgspec
            found.append(refuse("command.malformed", kind=kind))
    return found


def _decoder(kind: str) -> msgspec.msgpack.Decoder[Command] | None:
    """A decoder of this kind's arguments, kept for the next time; None for a kind that there is not."""
    if kind not in COMMANDS:
        return None
    decoder = _arguments[kind] = msgspec.msgpack.Decoder(COMMANDS[kind])
    return decoder


encode_events: Callable[[tuple[Event, ...]], bytes] = _encoder.encode
"""The events of one entry, as the entry carries them."""


def decode_events(data: bytes) -> tuple[Event, ...]:
    """Events of one entry, old kinds upgraded; msgspec.DecodeError if they are not events."""
    try:
        return _decode(_events(), data)
    except msgspec.DecodeError:
        upgraded = _upgraded(data)
        if upgraded is None:
            raise
    return _decode(_events(), upgraded)


def _upgraded(data: bytes) -> bytes | None:
    """These events with old kinds as today's; None where none is old."""
    raw, old = _decode(_raw_events, data), False
    for at, fields in enumerate(raw):
        while (kind := fields.get("kind")) in UPGRADES:
            fields, old = UPGRADES[str(kind)](fields), True
        raw[at] = fields
    return _encoder.encode(raw) if old else None


def encode_context(context: Context) -> bytes:
    return _encoder.encode(context)


def decode_context(data: bytes) -> Context:
    """The context of an entry; msgspec.DecodeError if it is none."""
    return _decode(_context, data)


def encode_refusal(refusal: Refusal) -> bytes:
    return _encoder.encode(refusal)


def decode_refusal(data: bytes) -> Refusal:
    return _decode(_refusal, data)


def encode_booth(booth: Booth) -> bytes:
    """A snapshot of the state: a cache, never the truth."""
    return _encoder.encode(booth)


def decode_booth(data: bytes) -> Booth:
    """The state in a snapshot; msgspec.DecodeError if it is none."""
    return _decode(_booth(), data)
