"""Entries made while no scribe runs: by `demado recover` and by a take-over, each checked as any reader would check it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

import msgspec

from hub import VERSION
from hub.domain import codec
from hub.domain.booth import Command, Event, decide
from hub.domain.contracts.contract import Profile
from hub.domain.moment import Context
from hub.domain.refusal import Refusal
from hub.replay.replay import Replay
from hub.signer import signer_of
from sync.errors import SyncError
from sync.keys.keys import Signer as Key
from sync.keys.party import Party, chain
from sync.record import command as signed_commands
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import Signed, open_command, sign_command
from sync.record.entry import Entry, encode_entry


class ContinuationRefused(SyncError):
    """The rules refuse what was to be written; `data` has the refusal's code. Nothing was written."""

    code = "continuity.refused"
    ja = "規則により、この続け方はできません。何も書いていません。"
    en = "The rules refuse to go on like this; nothing was written."
    todo_ja = "表示された理由を確かめて、やり直してください。"
    todo_en = "Look at the reason and start again."


class Continuation:
    """What is to be appended to a record that `replay` has taken whole; `entries`, `outcomes` and `note()` go to the store."""

    def __init__(self, replay: Replay, profile: Profile, now_ms: int) -> None:
        self.replay = replay
        self.first = replay.size
        self.entries: list[bytes] = []
        self.outcomes: list[tuple[bytes, int | None, bytes | None]] = []
        self._profile = profile
        self._now_ms = now_ms
        self._boot = os.urandom(8).hex()

    def do(self, command: Command, by: Party, epoch: int) -> tuple[Event, ...]:
        """Sign a command as a machine and append its entry; its events. ContinuationRefused, ReplayError, TrustError."""
        return self.add(signed_by(by.signer, by.certificate_id, self.replay, command, self._now_ms, epoch))

    def add(self, signed: Signed) -> tuple[Event, ...]:
        """Append the entry of a command that somebody has signed; its events. Raises as do()."""
        replay = self.replay
        command, by = open_command(signed, replay.trust, self._now_ms)
        asked = codec.decode_command(command.kind, bytes(command.args))
        context = Context(replay.size, self._now_ms, self._boot, time.monotonic_ns() // 1_000_000, VERSION)
        signer = signer_of(by, self._profile.managing)
        decided = asked if isinstance(asked, Refusal) else decide(self._profile, replay.booth, asked, context, signer)
        if isinstance(decided, Refusal):
            raise ContinuationRefused(rule=decided.code, ja=decided.ja, en=decided.en)
        body = encode_entry(
            Entry(
                1,
                replay.size,
                command.epoch,
                msgspec.Raw(codec.encode_context(context)),
                signed,
                msgspec.Raw(codec.encode_events(decided)),
            )
        )
        events = replay.take(body).events
        self.entries.append(body)
        self.outcomes.append((command.id, context.index, None))
        return events

    def note(self, by: Party) -> str:
        """The checkpoint over the record with everything that was added."""
        origin, frontier = self.replay.deployment.origin, self.replay.frontier
        return sign(Checkpoint(origin, frontier.size, frontier.root()), origin, by.signer)


def signed_by(key: Key, certificate_id: bytes, replay: Replay, command: Command, now_ms: int, epoch: int) -> Signed:
    """A command to this record under a new id, signed for an epoch."""
    kind, arguments = codec.encode_command(command)
    payload = signed_commands.Command(
        deployment=replay.deployment.id,
        record=replay.deployment.record,
        epoch=epoch,
        id=os.urandom(16),
        certificate=certificate_id,
        made_ms=now_ms,
        kind=kind,
        args=msgspec.Raw(arguments),
    )
    return sign_command(payload, key)


def chains(replay: Replay, used: Iterable[bytes] = ()) -> list[bytes]:
    """The certificates behind all that `replay` has taken, with their issuers: what the record has to keep."""
    found: dict[bytes, None] = {}
    for identifier in (*sorted(replay.used), *used):
        found |= dict.fromkeys(chain(replay.trust.get(identifier), replay.trust))
    return list(found)
