"""The record against what others remember of it: checkpoints they had seen, commands that they had sent.

A record that holds in itself may still be an old one put back, or another one. Only somebody's memory can tell: a
terminal's or a desk's last checkpoint (`--seen`), a terminal's report of what never came in (`--commands`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

import msgspec

from hub.audit.problem import Problem, fault, finding
from hub.domain.continuity.continuity import START, Continuity
from hub.domain.moment import when
from hub.replay.replay import hub_keys
from sync.errors import Malformed, SyncError
from sync.keys.party import Deployment
from sync.keys.trust import TrustStore
from sync.record.checkpoint import decode_body, note_body, signed_by_one_of
from sync.record.command import open_command, read_command
from sync.record.entry import decode_entry
from sync.record.merkle import Tree
from sync.record.unrecorded import UNTOLD, Unrecorded, open_report


class Memory(msgspec.Struct, frozen=True):
    """What a reader brings along: signed notes, and reports as `demado record missing` writes them."""

    notes: tuple[str, ...] = ()
    reports: tuple[bytes, ...] = ()


def check_notes(
    notes: Sequence[str],
    deployment: Deployment,
    trust: TrustStore,
    tree: Tree,
    at_ms: Callable[[int], int],
    continuity: Continuity,
    revoked: Mapping[bytes, int],
) -> Iterator[Problem]:
    """Whether this record still is what these checkpoints were about.

    `at_ms(size)`: the hub's time at that size. `continuity`, `revoked`: whom the record names as its hub, and which keys
    it took for revoked and where.
    """
    for note in notes:
        try:
            seen = decode_body(note_body(note))
        except Malformed as error:
            yield fault(error, object="seen")
            continue
        where = f"seen {seen.size}"
        if seen.origin != deployment.origin:
            yield finding("seen.other_record", object=where, origin=seen.origin)
            continue
        # Once a record was taken over, two machines have signed what is remembered of it: the one that it names at that
        # size, and the one before, which may have gone on.
        keys = [
            key
            for hubs in (continuity, START)
            for key in hub_keys(deployment, trust, at_ms(seen.size), hubs, seen.size, revoked)
        ]
        if signed_by_one_of(note, deployment.origin, keys) is None:
            yield finding("seen.not_by_hub", object=where)
        elif seen.size > tree.size:
            until = when(at_ms(tree.size)) if tree.size else "-"
            yield finding(
                "seen.rolled_back", object=where, entries=tree.size, missing=seen.size - tree.size, until=until
            )
        elif tree.root(seen.size) != seen.root:
            yield finding("seen.forked", object=where, seen=seen.root, here=tree.root(seen.size))


def check_reports(
    reports: Sequence[bytes], trust: TrustStore, entries: Sequence[bytes], ids: Mapping[bytes, int]
) -> Iterator[Problem]:
    """What became of the commands that terminals say they sent; `ids`: command ids to their entries."""
    for data in reports:
        try:
            report, _ = open_report(data, trust)
        except SyncError as error:
            yield fault(error, object="commands")
            continue
        trial = trust.copy()
        last = UNTOLD
        for one in report.commands:
            index = yield from _check_command(one, report.terminal, trial, entries, ids)
            if index is not None:
                if index < last:
                    yield finding("commands.reordered", entry=index, terminal=report.terminal, before=last)
                last = max(last, index)


def _check_command(
    one: Unrecorded, terminal: str, trust: TrustStore, entries: Sequence[bytes], ids: Mapping[bytes, int]
) -> Generator[Problem, None, int | None]:
    """Yields what is wrong; returns the entry that holds it, if one does."""
    where = f"command {one.number} of {terminal}"
    try:
        for encoded in one.certificates:
            trust.add(encoded)
        command, by = open_command(one.signed, trust, read_command(one.signed.payload).made_ms)
    except SyncError as error:
        yield fault(error, object=where)  # nobody signed this: it accuses no hub
        return None

    def wrong(code: str, entry: int | None, **data: object) -> Problem:
        object = "" if entry is not None else where
        sent = when(one.sent_ms)
        return finding(
            code,
            entry=entry,
            object=object,
            terminal=terminal,
            person=by.person,
            command=command.kind,
            sent=sent,
            **data,
        )

    index = ids.get(command.id)
    if index is None and one.told == UNTOLD:
        yield wrong("commands.missing", None)
    elif index is None:
        yield wrong("commands.dropped", None, told=one.told)
    elif decode_entry(entries[index]).command.payload != one.signed.payload:
        yield wrong("commands.altered", index)
    elif one.fault == "refused_recorded":
        yield wrong("commands.refused_recorded", index)
    elif one.told not in (UNTOLD, index):
        yield wrong("commands.moved", index, told=one.told)
    return index
