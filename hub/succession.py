"""A succession proves itself: two people's confirmations and the new hub's word, three entries that anybody can check.

Whoever holds the two roots needs no more of the record than these: terminals, the desk, the office and the old hub itself
ask the same of the same bytes. That they stand in the record at their place, replay shows besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from hub.domain import codec
from hub.domain.booth import Booth
from hub.domain.continuity.continuity import CONFIRMERS, ConfirmSwitchedOff, Continuity, TakeOver
from hub.domain.moment import MANAGER_ROLES, Context, Signer
from hub.domain.people.newkey import standing
from hub.domain.people.roster import START, Keys, independent, withdrawn_at
from hub.domain.refusal import Refusal
from hub.signer import signer_of
from sync.errors import SyncError
from sync.keys.introductions import on_trial
from sync.keys.party import Deployment, chain
from sync.keys.trust import Authority, TrustStore
from sync.record.command import Command, open_command, read_command
from sync.record.entry import Entry, decode_entry

APART = "~"
"""Between a record's name and what was set apart of it, when another hub had taken it over: kept, and counted nowhere."""

LENGTH = CONFIRMERS + 1
"""Entries of a succession: the confirmations, and the take-over."""


class NotASuccession(SyncError):
    """These entries do not prove that another machine has become the record's hub; `why` names what is missing."""

    code = "continuity.not_a_succession"
    ja = "ハブの引継ぎの証明が正しくありません。"
    en = "This does not prove that another machine took the hub over."
    todo_ja = "このハブを信用せず、管理者に知らせてください。"
    todo_en = "Do not rely on this hub; tell the manager."


class RivalTakeOver(SyncError):
    """Two machines took the record over at one epoch, each by two people's word: only one of them can be its hub."""

    code = "continuity.rival_take_over"
    ja = "2台の機械が、同じ回にこの会場のハブを引き継いでいます。"
    en = "Two machines have taken this site's hub over at the same time."
    todo_ja = "管理者へ。事務局が従う1台を残し、もう1台の電源を切る"
    todo_en = "Tell the manager: keep the one the office follows, switch the other off."


class Succession(msgspec.Struct, frozen=True):
    """Who became the record's hub, from where on, and who confirmed that the old one is switched off."""

    epoch: int
    hub: str
    hub_key: bytes
    size: int
    """Entries that were taken over."""
    root: bytes
    confirmed_by: tuple[str, ...]
    at_ms: int


def read_succession(
    entries: Sequence[bytes],
    deployment: Deployment,
    trust: TrustStore,
    certificates: Iterable[bytes] = (),
    *,
    managing: frozenset[str] = MANAGER_ROLES,
    booth: Booth | None = None,
    news: bool = False,
) -> Succession:
    """What these entries prove; NotASuccession or another SyncError. Nothing is added to `trust`.

    `managing`: the roles that answer for a site under the contract, where the reader has it. `booth`: the record's
    state as the reader holds it. It knows whose keys were made by whom, and who has changed their own since; without it
    the certificates alone say so. And it knows whose keys were revoked: in a history that goes on without this
    succession at any time, for the hub was then alive to write that down; in one that has it already, before it. (The
    newest list alone does not tell: who confirmed may have lost their key since.)

    `news`: a reader without the record hears of it now, and does not read what it believed before. It cannot tell what
    came first, and takes nobody's word whom the newest lists revoke.
    """
    trial = on_trial(trust, certificates)  # with the lists: a renewed certificate holds under its roster alone
    if len(entries) != LENGTH:
        raise NotASuccession(why="number of entries", found=len(entries))
    opened = [_open(body, deployment, trial) for body in entries]
    first, epoch = opened[0][0].index, opened[0][0].epoch
    for at, (entry, made, command, _, _) in enumerate(opened):
        if (entry.index, made.index, entry.epoch, command.epoch) != (first + at, first + at, epoch, epoch):
            raise NotASuccession(why="place or epoch", index=entry.index, epoch=entry.epoch)
    last, context, _, asked, hub = opened[-1]
    if not isinstance(asked, TakeOver) or asked.epoch != epoch:
        raise NotASuccession(why="no take-over", index=last.index)
    if (hub.kind, hub.party) != ("standby_hub", "contractor"):
        raise NotASuccession(why="no standby hub", person=hub.person, kind=hub.kind)
    hub.need_site(deployment.site)
    people: list[Signer] = []
    roots, manager = set(), False
    for _, _, _, confirmed, by in opened[:-1]:
        if not isinstance(confirmed, ConfirmSwitchedOff) or (by.kind, by.party) != ("staff", "contractor"):
            raise NotASuccession(why="no confirmation", person=by.person)
        if (confirmed.hub_key, confirmed.epoch, confirmed.size) != (hub.key, epoch, first):
            raise NotASuccession(why="confirmed something else", person=by.person)
        signer = signer_of(by, managing)
        people.append(signer if booth is None else standing(booth.successions, signer))
        roots.add(confirmed.root)
        manager = manager or signer.manages
    if booth is not None:
        news = booth.continuity.epoch < epoch
        for *_, by in opened:
            revoked = withdrawn_at(booth.keys, signer_of(by, managing), booth.successions)
            if revoked is not None and (news or revoked < first):
                raise NotASuccession(why="a revoked key", person=by.person, entry=revoked)
    if news:
        trial.need_unrevoked(hub)  # a machine whose key is revoked by now becomes nobody's hub
        for *_, by in opened if booth is None else ():
            trial.need_unrevoked(by)
    names = tuple(one.person for one in people)
    if len(set(names)) != CONFIRMERS or len(roots) != 1 or not manager:
        raise NotASuccession(why="not two people of whom one manages", people=",".join(names))
    if not _independent(START if booth is None else booth.keys, *people):
        raise NotASuccession(why="one made the other's key", people=",".join(names))
    return Succession(epoch, hub.person, hub.key, first, roots.pop(), names, context.at_ms)


def _independent(keys: Keys, one: Signer, other: Signer) -> bool:
    made_by = {other.person, other.reset_by or other.person}
    return independent(keys, one, other.person) and {one.person, one.reset_by or one.person}.isdisjoint(made_by)


def place_of(continuity: Continuity) -> int | None:
    """Index of the first entry of the newest succession in a record; None if there was none."""
    return continuity.hubs[-1].since if continuity.hubs else None


def certificates_of(entries: Iterable[bytes], trust: TrustStore) -> list[bytes]:
    """The certificates behind these entries, with their issuers: what a reader needs who has only the roots."""
    found: dict[bytes, None] = {}
    for body in entries:
        identifier = read_command(decode_entry(body).command.payload).certificate
        found |= dict.fromkeys(chain(trust.get(identifier), trust))
    return list(found)


def _open(body: bytes, deployment: Deployment, trust: TrustStore) -> tuple[Entry, Context, Command, object, Authority]:
    entry = decode_entry(body)
    try:
        context = codec.decode_context(bytes(entry.context))
    except msgspec.MsgspecError as error:
        raise NotASuccession(why="context") from error
    command, by = open_command(entry.command, trust, context.at_ms)
    if command.record != deployment.record:
        raise NotASuccession(why="another record", record=command.record)
    asked = codec.decode_command(command.kind, bytes(command.args))
    if isinstance(asked, Refusal):
        raise NotASuccession(why=asked.code, kind=command.kind)
    return entry, context, command, asked, by
