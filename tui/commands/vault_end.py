"""`demado vault end`: at the contract's end, every store on every machine, and whether anything is left there."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hub.audit.evidence import Evidence
    from hub.domain.booth import Booth

MACHINES = frozenset({"hub", "standby_hub", "terminal", "desk", "office"})
"""Kinds of certificates that a machine has, whose folder must be looked at."""

RECORDS = ("record.sqlite", "replica.sqlite", "office.sqlite")
"""Files that have a record in them on the machines that have one."""


@click.command()
@click.option(
    "--home",
    "homes",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    multiple=True,
    help="機械のフォルダー。すべての機械の分を並べる / the folder of a machine; name every one",
)
@click.option(
    "--at", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="この日の終わりの時点で / as of this day"
)
def end(homes: tuple[Path, ...], day: datetime.datetime | None) -> None:
    """契約の終わりに、すべての機械の保存場所を調べる / list every store on every machine at the contract's end.

    終了コード 0: 何も残っていない。1: 残っているか、見ていない機械がある。2: 読めない。
    0: none left. 1: something is left, or a machine was not looked at. 2: it cannot be read.
    """
    from hub.audit.evidence import Unreadable
    from hub.audit.stores import machines
    from sync.errors import SyncError
    from tui.commands.verify import fail_unreadable

    left, seen, known = 0, set[str](), set[str]()
    for home in (one for named in homes for one in machines(named)):
        try:
            name, there, others = _machine(home, day)
        except Unreadable as error:
            fail_unreadable(home, error)
        except SyncError as error:  # not readable, or no machine's folder at all
            click.echo(f"{home}: {error.ja} / {error}\n  → {error.todo_ja} / {error.todo_en}", err=True)
            sys.exit(2)
        left += there
        seen.add(name)
        known |= others
    for name in sorted(known - seen):
        click.echo(f"× まだ見ていない機械：{name} / not looked at")
    bad = left or known - seen
    click.echo(
        "× 残っています / something is left" if bad else "○ どの機械にも残っていません / none left on any machine"
    )
    sys.exit(1 if bad else 0)


def _machine(home: Path, day: datetime.datetime | None) -> tuple[str, int, set[str]]:
    """Print one machine's stores; its name, how much is left on it, and which machines its record knows."""
    from hub.audit.personal_account import account
    from hub.audit.stores import stores
    from sync.keys.certificate import parse
    from sync.keys.party import Party
    from tui.commands.vault import moment

    records = _evidence(home)
    accounts = [account(one, home, moment(one, day)) for one in records]
    name = parse(Party.load(home).certificate).person
    click.echo(f"{name}（{home}）")
    there = 0
    for store in stores(home, accounts[0] if accounts else None):
        shape = f"× 残り {store.left} / left" if store.left else "○ 残り 0"
        click.echo(f"  {store.name:<22} {store.files:>4}件  {shape}  {store.ja} / {store.en}")
        there += store.left
    for found in accounts:
        if not found.clean:
            click.echo(f"  × 期限を過ぎた個人情報があります：{found.record} / personal data is overdue")
            there += 1
    for evidence in records:
        _print_devices(evidence)
    return name, there, _known(records)


def _evidence(home: Path) -> list[Evidence]:
    """The records that lie on the machine: none on a desk, nor on a terminal that never linked. Unreadable.

    A record's file that cannot be read is said: without it nobody knows what ought to be gone.
    """
    from hub.audit.evidence import Unreadable
    from hub.audit.verify import holds_records, load_all

    try:
        if any(map(holds_records, home.glob("*.sqlite"))):
            return load_all(home)
        for name in RECORDS:
            if os.path.lexists(home / name):
                raise Unreadable(path=str(home / name), reason="no record in it")
    except OSError as error:
        raise Unreadable(path=error.filename, reason=error.strerror) from error
    return []


def _known(records: list[Evidence]) -> set[str]:
    """The hubs that the records are named after, and every machine whose certificate lies with them."""
    from sync.keys.certificate import parse

    known = [parse(one) for evidence in records for one in evidence.certificates]
    return {one.person for one in known if one.kind in MACHINES} | {one.name for one in records}


def _print_devices(evidence: Evidence) -> None:
    """The record of erased devices and media: which, how, who, when, and who saw it."""
    from hub.audit.words.said import when
    from hub.domain.custody.disposal import erased_devices
    from hub.domain.custody.disposal_words import METHODS

    booth = _folded(evidence)
    for line, done in erased_devices(booth.disposals):
        click.echo(
            f"  機器の消去 {done.number} {line.what}  {METHODS[line.method][0]}  {done.done_by}  {when(done.done_ms)}"
            f"  立会い {done.witness}"
        )


def _folded(evidence: Evidence) -> Booth:
    from hub.domain import codec
    from hub.domain.booth import Booth, fold
    from sync.record.entry import decode_entry

    booth = Booth()
    for index, body in enumerate(evidence.entries):
        booth = fold(booth, codec.decode_events(bytes(decode_entry(body).events)), index)
    return booth
