"""Opening a handoff: an entry is believed because it stands in the record and its signer had the right, not because a hub says so."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hub.client.desk.stated import unfounded
from hub.domain import codec, permission
from hub.domain.booth import Command, Event
from hub.domain.city_only import EVENTS
from hub.domain.identity.identity import DecideIdentity
from hub.domain.refusal import Refusal
from hub.signer import signer_of
from hub.succession import Succession
from sync.errors import Malformed, SyncError
from sync.keys.introductions import take_proven
from sync.keys.party import Deployment, Party
from sync.keys.trust import Authority, TrustStore
from sync.messages import Handoff
from sync.record.checkpoint import Checkpoint
from sync.record.command import CommandElsewhere, open_command, read_command
from sync.record.entry import Entry, decode_entry
from sync.record.merkle import BadProof, leaf_hash, verify_inclusion


class NotInRecord(SyncError):
    """What the hub handed over is not the entry at that place of the record it signed."""

    code = "handoff.not_in_record"
    ja = "届いた依頼が、ハブの署名した記録の中にありません。"
    en = "The request is not in the record that the hub has signed."
    todo_ja = "この依頼には決定せず、責任者に知らせてください。証拠はこの端末に残っています。"
    todo_en = "Do not decide on it; tell the manager. The evidence is kept on this desk."


class NotAllowedToSign(SyncError):
    """An entry whose signer may not sign this kind of command: a contractor's key that decides, for one."""

    code = "handoff.not_allowed"
    ja = "してはいけない人が署名した項目です。"
    en = "The entry is signed by someone who may not do this."
    todo_ja = NotInRecord.todo_ja
    todo_en = NotInRecord.todo_en


class OtherEvents(SyncError):
    """The entry states events that its signed command cannot make: another kind, another case, other words."""

    code = "handoff.other_events"
    ja = "署名された操作からは出てこない結果が書かれた項目です。"
    en = "The entry states what its signed command cannot lead to."
    todo_ja = NotInRecord.todo_ja
    todo_en = NotInRecord.todo_en


class OtherProfile(SyncError):
    """The hub works under another contract profile than this desk was enrolled with."""

    code = "handoff.other_profile"
    ja = "ハブの契約の設定が、この端末のものと違います。"
    en = "The hub's contract profile is not this desk's."
    todo_ja = "設定の版を管理者に確かめてもらってください。"
    todo_en = "Have the manager check the profile's version."


class Opened(msgspec.Struct, frozen=True):
    """An entry that stands in the record."""

    index: int
    at_ms: int
    command_id: bytes
    payload: bytes
    """The command's signed bytes."""
    events: tuple[Event, ...]


def open_handoff(
    handoff: Handoff,
    shown: Checkpoint,
    party: Party,
    succession: Succession | None,
    managing: frozenset[str],
    ours: Callable[[Opened], bool],
) -> Opened:
    """The handed-over entry, if it stands in the record of `shown`; a leaf of this module, CommandForged, TrustError.

    `succession`: by which another machine became the hub. `managing`: the roles that answer for a site under the
    contract, as the rules were told when the entry was made. `ours`: whether it is a command that this desk has sent.
    """
    deployment, trust = party.deployment, party.trust
    if handoff.profile != deployment.profile:
        raise OtherProfile(index=handoff.index, profile=handoff.profile)
    try:
        verify_inclusion(leaf_hash(handoff.entry), handoff.index, shown.size, handoff.inclusion, shown.root)
    except BadProof as error:
        raise NotInRecord(index=handoff.index, size=shown.size, why=str(error.data.get("why", ""))) from error
    take_proven(trust, handoff.certificates)
    entry, opened = _read(handoff.index, handoff.entry)
    _check_epoch(entry, succession)
    by, asked = _signed(entry, opened.at_ms, deployment, trust, managing)
    # What came first the desk cannot tell without the record: it acts on no word of whom the newest lists revoke.
    if not ours(opened):
        trust.need_unrevoked(by)
    for event in opened.events:
        if type(event) in EVENTS and (by.kind, by.party) != ("officer", "city"):
            raise NotAllowedToSign(index=entry.index, why="role.city_only", person=by.person)
        why = unfounded(event, entry.index, asked, by.person)
        if why:
            raise OtherEvents(index=entry.index, kind=type(asked).__name__, event=type(event).__name__, why=why)
    return opened


def reopen_entry(index: int, body: bytes) -> Opened:
    """An entry that open_handoff() has let through before and the desk's own disk has kept; NotInRecord."""
    return _read(index, body)[1]


def _read(index: int, body: bytes) -> tuple[Entry, Opened]:
    try:
        entry = decode_entry(body)
        context = codec.decode_context(bytes(entry.context))
        events = codec.decode_events(bytes(entry.events))
        command = read_command(entry.command.payload)
    except (Malformed, msgspec.MsgspecError) as error:
        raise NotInRecord(index=index, why="no entry") from error
    if entry.index != index:
        raise NotInRecord(index=index, found=entry.index)
    return entry, Opened(index, context.at_ms, command.id, entry.command.payload, events)


def _check_epoch(entry: Entry, succession: Succession | None) -> None:
    """An entry and its command are of the epoch of the hub that wrote that place of the record."""
    epoch = entry.epoch
    if succession is None or entry.index >= succession.size:
        right = epoch == (1 if succession is None else succession.epoch)
    else:
        right = 1 <= epoch < succession.epoch
    if not right or read_command(entry.command.payload).epoch != epoch:
        raise NotInRecord(index=entry.index, why="epoch", epoch=epoch)


def _signed(
    entry: Entry, at_ms: int, deployment: Deployment, trust: TrustStore, managing: frozenset[str]
) -> tuple[Authority, Command]:
    """Who signed the entry's command, and what it asks, if they may ask it here."""
    command, by = open_command(entry.command, trust, at_ms)
    if command.record != deployment.record:
        raise CommandElsewhere(record=command.record)
    by.need_site(deployment.site)
    asked = codec.decode_command(command.kind, bytes(command.args))
    if isinstance(asked, Refusal):
        raise NotInRecord(index=entry.index, why=asked.code)
    refusal = permission.refusal(asked, signer_of(by, managing))
    if refusal is not None:
        raise NotAllowedToSign(index=entry.index, why=refusal.code, person=by.person, kind=command.kind)
    if isinstance(asked, DecideIdentity) and (asked.hub, asked.profile) != (deployment.record, deployment.profile):
        raise CommandElsewhere(record=asked.hub)
    return by, asked
