"""What entries say, read and checked as far as that needs no state: their form, their place, who is said to have signed.

Many at a time, one question after the other: what is asked of a hundred entries in a row finds the processor's caches as
it left them, and costs less by a fifth than asking everything of one entry and then of the next.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hub.domain import codec
from hub.domain.booth import Command as Asked
from hub.domain.moment import Context
from hub.domain.refusal import Refusal
from hub.replay.faults import BadEntry, MeantElsewhere, NotTrusted, ReplayError, WrongIndex
from sync import canonical
from sync.canonical import Count
from sync.errors import Malformed
from sync.keys.trust import Authority, TrustStore
from sync.record.command import Command, Signed, check_arguments
from sync.record.entry import ENTRY_VERSION


class Written(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """An entry (sync.record.entry) with its context read: that both are in their one form is seen at once."""

    version: int
    index: Count
    epoch: Count
    context: Context
    command: Signed
    events: msgspec.Raw


class Opened(msgspec.Struct, frozen=True, gc=False):
    """What one entry says."""

    entry: Written
    context: Context
    command: Command
    by: Authority
    asked: Asked | Refusal


def open_all(bodies: Sequence[bytes], first: int, trust: TrustStore) -> tuple[list[Opened], ReplayError | None]:
    """What these entries say, the first one at index `first`; up to the first that does not hold, with its fault."""
    entries, failure = _entries(bodies, first)
    # Each question is asked of those that stood the ones before it: its own failure is of an earlier entry than theirs.
    commands, malformed = canonical.decode_all([entry.command.payload for entry in entries], Command)
    if malformed is not None:
        failure = BadEntry(index=first + len(commands), why=str(malformed))
    contexts = [entry.context for entry in entries]
    signers, distrusted = _signers(contexts, commands, trust, first)
    asked, shapeless = _asked(commands[: len(signers)], first)
    # The shortest ends them: what was asked of all before the first that does not hold.
    return list(map(Opened, entries, contexts, commands, signers, asked)), shapeless or distrusted or failure


def _entries(bodies: Sequence[bytes], first: int) -> tuple[list[Written], ReplayError | None]:
    """Entries of a known version in their one form, each at its place."""
    entries, malformed = canonical.decode_all(bodies, Written)
    for index, entry in enumerate(entries, first):
        if entry.index == index == entry.context.index and entry.version == ENTRY_VERSION:
            continue
        if entry.version != ENTRY_VERSION:
            return entries[: index - first], BadEntry(index=index, why="unknown version", version=entry.version)
        return entries[: index - first], WrongIndex(index=index, found=entry.index, context=entry.context.index)
    return entries, None if malformed is None else BadEntry(index=first + len(entries), why=str(malformed))


def _signers(
    contexts: Sequence[Context], commands: Sequence[Command], trust: TrustStore, first: int
) -> tuple[list[Authority], ReplayError | None]:
    """Who stands behind the certificates that the commands name, each at its entry's time."""
    elsewhere: ReplayError | None = None
    deployments = [command.deployment for command in commands]
    if set(deployments) - {trust.deployment}:
        at = next(at for at, named in enumerate(deployments) if named != trust.deployment)
        elsewhere, commands = MeantElsewhere(index=first + at, deployment=deployments[at]), commands[:at]
    times = [context.at_ms for context in contexts[: len(commands)]]
    signers, error = trust.authorities([command.certificate for command in commands], times)
    if error is not None:
        return signers, NotTrusted(index=first + len(signers), trust=error.code, **error.data)
    return signers, elsewhere


def _asked(commands: Sequence[Command], first: int) -> tuple[list[Asked | Refusal], ReplayError | None]:
    """What the commands ask for, their arguments a map in its one form; a kind that nobody knows is a Refusal."""
    raw = [bytes(command.args) for command in commands]
    found = codec.decode_commands([command.kind for command in commands], raw)
    # What is written just as a command of today would be is a map in its one form: reading it without its fields, to see
    # that, would cost 1 µs more. Commands of older programs may lack fields, or be refused.
    if list(map(codec.encode_arguments, found)) != raw:
        for at, (command, args, asked) in enumerate(zip(commands, raw, found, strict=True)):
            if type(asked) is Refusal or codec.encode_arguments(asked) != args:
                try:
                    check_arguments(command)
                except Malformed as error:
                    return found[:at], BadEntry(index=first + at, why=str(error))
    return found, None
