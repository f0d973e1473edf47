"""`demado recover`: the hub takes its own missing entries back from copies that others hold. docs/continuity.md says how.

    own record + copies -> every copy replayed -> the best one -> one transaction, or one file put in another's place

Nothing is stored before all of it has been checked; a crash leaves the record as it was, or recovered. The mark that the
hub is behind goes last.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from hub.domain.continuity.continuity import Extra, KeepDiscrepancy, Recover
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import decode_profile
from hub.domain.personal import vault_keys
from hub.replay.faults import ReplayError
from hub.replay.replay import extra_of
from hub.site.continuity import behind
from hub.site.continuity.behind import NEXT
from hub.site.continuity.continuation import Continuation, chains
from hub.site.continuity.copies import Copy, Judged, common, judge, witnessed
from hub.site.continuity.stranded import bodies_in, parts
from hub.site.people import listkeeping
from sync.errors import SyncError
from sync.keys.certificate import HUB_KINDS
from sync.keys.party import Party
from sync.mail.courier import FILE as OUTBOX
from sync.onlyone import only_one
from sync.record.command import read_command
from sync.record.entry import decode_entry
from sync.record.faults import RecordDamaged
from sync.record.file import RECORD
from sync.record.merkle import leaf_hash
from sync.record.store import RecordStore
from sync.soundness import damage
from sync.wholefile import EVIDENCE, give_name, put_in_place, remove_database, set_aside

log = logging.getLogger(__name__)

LOCK = "recover.lock"


class RecoverError(SyncError):
    """The record cannot be recovered from what was named; nothing was changed."""

    code = "recover"
    ja = "記録を取り戻せません。何も変えていません。"
    en = "The record cannot be recovered; nothing was changed."
    todo_ja = "ほかの端末のフォルダーも --from で足してください。"
    todo_en = "Name more terminals' folders with --from."


class NoUsableCopy(RecoverError):
    """None of the copies holds: each was refused for the reason that `why` names."""

    code = "recover.no_usable_copy"
    ja = "使える控えがありません（署名や規則に合わない）。何も変えていません。"
    en = "None of the copies holds; nothing was changed."


class NotAllFound(RecoverError):
    """The hub has signed more entries than any copy has: somebody else still holds them."""

    code = "recover.not_all_found"
    ja = "まだ足りません。もっと長い控えを持つ端末があります。何も変えていません。"
    en = "Somebody holds more than these copies have; nothing was changed."


class Result(msgspec.Struct, frozen=True):
    """What a recovery did. Sizes count entries."""

    had: int
    has: int
    covered: int
    sources: tuple[str, ...] = ()
    discrepancies: int = 0
    """Entries that were kept beside the record."""
    refused: dict[str, str] = {}
    """Copies that were not used, and why."""
    aside: str = ""
    """Where the hub's own record is now, if it was damaged."""
    held: frozenset[str] = frozenset()
    """Whose sealed data the record holds now: their keys are wanted (hub.site.continuity.vaultback)."""


async def recover(
    home: Path, copies: Sequence[Copy], now_ms: int, *, without_rest: bool = False, old_hub: Copy | None = None
) -> Result:
    """Take back what the hub of this folder lacks. A RecoverError, RecordInUse (it runs), or another SyncError.

    `without_rest`: go on although the hub is known to have signed more than any copy has (its holder is lost too).
    A record of the hub's own that is damaged goes to evidence/ and counts as gone.
    `old_hub`: the record of a hub that was succeeded; what it wrote beside this one is kept as discrepancies.
    """
    party = Party.load_of(home, HUB_KINDS)  # before a record is made in another machine's folder
    with only_one(home / LOCK):  # whose unfinished file would be taken away under them otherwise
        return await _recover(home, party, copies, now_ms, without_rest=without_rest, old_hub=old_hub)


async def _recover(
    home: Path, party: Party, copies: Sequence[Copy], now_ms: int, *, without_rest: bool, old_hub: Copy | None
) -> Result:
    profile = decode_profile((home / "profile.toml").read_bytes(), "profile.toml")
    replaced, cut_off, gone = b"", behind.is_unfinished(home), behind.is_gone(home)
    store, own, damaged = await _open_own(home, party)
    try:
        for copy in copies:  # entries that came in while this card lay in a drawer may rest on newer lists
            party.take_lists(copy.lists)
        leaves = [leaf_hash(body) for body in own.entries]
        best, others, refused = _choose(own, copies, party, profile, alone=old_hub is not None)
        shared = common(leaves, best.leaves)
        lacked = shared < best.size
        if damaged is not None and not lacked:
            raise damaged  # no copy has anything: the file stays where it is
        whole = best if lacked else judge(own, party, profile, [best.copy])
        extras = _extras(own.entries[shared:] if lacked else (), best, party.name)
        for other in others:
            extras += _extras(other.copy.entries[common(other.leaves, whole.leaves) :], whole, other.copy.name)
        if old_hub is not None:
            extras += _extras(old_hub.entries, whole, old_hub.name)
        extras = _new(extras, whole)
        _need_all(home, [whole, best, *others], without_rest)
        if lacked:  # a new stream begins towards a fresh inbox: sealed anew from the record as it will be
            remove_database(home / OUTBOX)
            cut_off = cut_off or gone  # nothing else may say any more that this hub has lived
        had, result = store.size, Result(store.size, store.size, whole.covered, refused=refused)
        if lacked or extras:
            sources = tuple(sorted({best.copy.name, *(other.copy.name for other in others)}))
            made = _continue(whole, party, profile, now_ms, had, lacked, sources, extras)
            missing = best.copy.entries[shared:]
            certificates = _certificates(made, extras, [own, *copies, *([old_hub] if old_hub is not None else [])])
            if shared == had or not missing:
                await _append(store, missing, made, party, certificates)
            else:
                replaced = store.frontier.root()
                await _build(home, store, whole, made, party, certificates, [own, *copies])
            kept = len(extras)
            result = Result(had, made.replay.size, whole.covered, sources, kept, refused)
        if not replaced:
            await _keep_witnessed(store, whole, [own, *copies])
        result = msgspec.structs.replace(result, held=vault_keys.wanted(whole.replay.booth))
    except BaseException:
        await store.close()
        if not cut_off:  # what an earlier run had begun keeps a hub from starting on what it left (need_finished)
            remove_database(home / NEXT)
        raise
    await store.close()  # its log goes into the file: the file is all of it
    if damaged is not None:  # with its log, which would be taken for the new file's
        # Until the new file has its name no hub starts here (need_finished): without its log, or without a file at all,
        # it would go on from less than was recorded.
        aside = set_aside(home / RECORD, home / EVIDENCE)
        put_in_place(home / NEXT, home / RECORD, aside)
        result = msgspec.structs.replace(result, aside=str(aside))
    elif gone and store.size:
        _in_its_place(home)
    elif replaced:
        put_in_place(home / NEXT, home / RECORD, home / EVIDENCE / f"record-{replaced.hex()[:16]}.sqlite")
    remove_database(home / NEXT)  # what an earlier run had begun; after a name was given, nothing
    behind.clear(home)
    return result


def _in_its_place(home: Path) -> None:
    """Give what was recovered the name of a record that is gone; the log of that would be taken for the new one's."""
    if any(home.glob(f"{RECORD}-*")):
        set_aside(home / RECORD, home / EVIDENCE)
    give_name(home / NEXT, home / RECORD)


async def _open_own(home: Path, party: Party) -> tuple[RecordStore, Copy, RecordDamaged | None]:
    """The hub's record and what it holds; where it is damaged, why, and a new empty file beside it to be filled.

    So is one filled for a record that is gone: an empty one in its place would be one that a hub begins with.
    """
    if behind.is_gone(home):
        remove_database(home / NEXT)  # what a crash left unfinished
        return *await _read_own(home / NEXT, party), None
    try:
        if reason := await asyncio.to_thread(damage, home / RECORD):
            raise RecordDamaged(path=str(home / RECORD), reason=reason)
        return *await _read_own(home / RECORD, party), None
    except RecordDamaged as fault:
        why = fault
    log.error("the hub's own record is damaged, and is recovered as one that is gone: %s", why)
    remove_database(home / NEXT)  # what a crash left unfinished
    return *await _read_own(home / NEXT, party), why


async def _read_own(path: Path, party: Party) -> tuple[RecordStore, Copy]:
    store = await RecordStore.open(path, origin=party.deployment.origin)
    try:
        await listkeeping.take_up(party, store)
        entries = await store.read(0, store.size)
        return store, Copy(
            party.name, entries, await store.certificates(), await store.checkpoints(), witnessed=await store.cosigned()
        )
    except BaseException:
        with suppress(sqlite3.DatabaseError, SyncError):  # a damaged file may refuse even that
            await store.close()
        raise


def _choose(
    own: Copy, copies: Sequence[Copy], party: Party, profile: Profile, *, alone: bool
) -> tuple[Judged, list[Judged], dict[str, str]]:
    """The copy that reaches furthest under the hub's own signature, the other ones that hold, and why the rest do not.

    One that goes on from another goes before it, whosever that is: what the hub signs next must continue all of it.
    """
    refused: dict[str, str] = {}
    held: list[Judged] = []
    for copy in copies:
        try:
            held.append(judge(copy, party, profile, (own, *copies)))
        except ReplayError as error:
            refused[copy.name] = str(error)
            log.error("the copy of %s is not used: %s", copy.name, error)
    reached = max((one.epoch for one in held), default=0)
    if (not held and alone) or (held and own.entries and decode_entry(own.entries[-1]).epoch > reached):
        # Nothing is to be taken back: the record as it is, to keep something beside it.
        held.append(judge(own, party, profile))
    if not held:
        raise NoUsableCopy(why="; ".join(refused.values()) or "none named")
    best = _best(held)
    parting = common([leaf_hash(body) for body in own.entries], best.leaves)
    if best.covered <= parting < min(len(own.entries), best.size):
        # Beyond where it parts from our own record nobody has this hub's word for it: ours goes on where we have signed it.
        with suppress(ReplayError):  # nor for ours, if it does not hold
            held.append(judge(own, party, profile, copies))
            best = _best(held)
    return best, [one for one in held if one is not best], refused


def _best(held: Sequence[Judged]) -> Judged:
    """Of what nothing else continues, the one of the highest rank."""
    return max((one for one in held if not any(other.continues(one) for other in held)), key=lambda one: one.rank)


def _extras(bodies: Sequence[bytes], whole: Judged, source: str) -> list[tuple[str, Extra]]:
    """Entries of another history, described; those that the record holds as well are left out."""
    known = set(whole.leaves)
    return [(source, extra_of(body)) for body in bodies if leaf_hash(body) not in known]


def _new(extras: list[tuple[str, Extra]], whole: Judged) -> list[tuple[str, Extra]]:
    """Each entry once, and none that a discrepancy of the record keeps already."""
    kept: set[bytes] = set()
    for held in whole.replay.booth.continuity.discrepancies:
        kept |= bodies_in(whole.copy.entries[held.entry])
    found: dict[bytes, tuple[str, Extra]] = {}
    for source, extra in extras:
        if extra.body not in kept:
            found.setdefault(extra.body, (source, extra))
    return list(found.values())


def _need_all(home: Path, found: Sequence[Judged], without_rest: bool) -> None:
    """Raise NotAllFound if the hub has signed a checkpoint that none of these histories reaches.

    One that is not the record's own will do: what it has beyond the record is kept beside it.
    """
    mark = None if without_rest else behind.load(home)
    if mark is None:
        return
    if not any(mark.size <= one.size and one.tree.root(mark.size) == mark.root for one in found):
        raise NotAllFound(known=mark.size, found=max(one.size for one in found), who=mark.who)


def _continue(
    whole: Judged,
    party: Party,
    profile: Profile,
    now_ms: int,
    had: int,
    lacked: bool,
    sources: tuple[str, ...],
    extras: list[tuple[str, Extra]],
) -> Continuation:
    """The entries that say what was recovered and what was kept."""
    made = Continuation(whole.replay, profile, now_ms)
    made.replay.trust.add(party.certificate)
    epoch = whole.replay.booth.continuity.epoch
    if lacked:
        made.do(Recover(min(had, whole.size), whole.size, whole.covered, sources), party, epoch)
    for source in dict.fromkeys(source for source, _ in extras):
        of_source = [extra for name, extra in extras if name == source]
        for part in parts(of_source):
            wrote_under = decode_entry(part[0].body).epoch
            made.do(KeepDiscrepancy(wrote_under, source, part), party, epoch)
    return made


async def _append(
    store: RecordStore, missing: Sequence[bytes], made: Continuation, party: Party, certificates: Sequence[bytes]
) -> None:
    """The missing entries and what is said of them: one transaction."""
    outcomes = _outcomes(missing, store.size)
    await store.append([*missing, *made.entries], [*outcomes, *made.outcomes], made.note(party), certificates)


async def _build(
    home: Path,
    store: RecordStore,
    whole: Judged,
    made: Continuation,
    party: Party,
    certificates: Sequence[bytes],
    copies: Sequence[Copy],
) -> None:
    """A whole new file beside the old one."""
    objects = await store.objects()
    remove_database(home / NEXT)  # what a crash left unfinished
    new = await RecordStore.open(home / NEXT, origin=party.deployment.origin)
    try:
        for one in objects:
            await new.put_object(one.kind, one.body)
        entries = whole.copy.entries
        outcomes = [*_outcomes(entries, 0), *made.outcomes]
        await new.append([*entries, *made.entries], outcomes, made.note(party), certificates)
        await _keep_witnessed(new, whole, copies)
    finally:
        await new.close()


async def _keep_witnessed(store: RecordStore, whole: Judged, copies: Sequence[Copy]) -> None:
    """Entries state how far the record had been cosigned: without those lines it would not hold any more."""
    cosigned, certificates = await asyncio.to_thread(witnessed, whole, copies)
    await store.put_certificates(certificates)
    await store.put_cosigned(cosigned)


def _certificates(made: Continuation, extras: list[tuple[str, Extra]], copies: Sequence[Copy]) -> list[bytes]:
    """Those behind the record's entries, and those that say who signed what was kept beside it."""
    trust = made.replay.trust
    for copy in copies:
        for encoded in copy.certificates:
            trust.add(encoded)
    return chains(made.replay, [extra.certificate for _, extra in extras if extra.certificate in trust])


def _outcomes(entries: Sequence[bytes], first: int) -> list[tuple[bytes, int | None, bytes | None]]:
    """Their commands are known again: sent once more, they get their first answer."""
    ids = [read_command(decode_entry(body).command.payload).id for body in entries]
    return [(id, first + at, None) for at, id in enumerate(ids)]
