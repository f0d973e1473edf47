"""demado office: run the back office, read its counts, or take in what came on a stick."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.console import refusing
from tui.commands.office_devices import devices
from tui.commands.office_report import report

if TYPE_CHECKING:
    from hub.office.bystick import Answered
    from hub.office.daycounts import CountedRecord

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
HOME_HELP = "事務局のフォルダー / the office's folder"
DATABASE_HELP = "SQLAlchemy の URL（既定はフォルダー内の SQLite） / SQLAlchemy URL (SQLite in the folder by default)"


@click.group(invoke_without_command=True)
@click.pass_context
@click.option("--home", type=Folder, help=HOME_HELP)
@click.option("--listen", default="127.0.0.1:0", show_default=True, help="待ち受けるアドレス / HOST:PORT to listen on")
@click.option("--database", help=DATABASE_HELP)
@click.option(
    "--status-listen",
    help="番号札のQRコードが開く公開ページの待ち受け（既定は公開しない）"
    " / HOST:PORT of the public page that tickets' QR codes open (none by default)",
)
def office(ctx: click.Context, home: Path | None, listen: str, database: str | None, status_listen: str | None) -> None:
    """事務局を動かす / run the back office until it is stopped."""
    if ctx.invoked_subcommand is not None:
        return
    if home is None:
        raise click.MissingParameter(param_hint="--home", param_type="option")
    door = _host_port(listen, "--listen")
    public = None if status_listen is None else _host_port(status_listen, "--status-listen")
    from hub.event_loop import run_on_it
    from hub.office.daemon import serve

    with refusing():
        run_on_it(serve(home, *door, database, public))


def _host_port(text: str, option: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise click.BadParameter("HOST:PORT", param_hint=option)
    return host.strip("[]"), int(port)


@office.command()
@click.option("--home", type=Folder, required=True, help=HOME_HELP)
@click.option("--database", help=DATABASE_HELP)
@click.option("--json", "as_json", is_flag=True, help="JSON で出力 / print JSON")
def counts(home: Path, database: str | None, as_json: bool) -> None:
    """日ごとの集計 / the counts per day, derived from the records."""
    with refusing():
        records = asyncio.run(_counted(home, database))
    if as_json:
        import msgspec

        tree = [
            {**msgspec.to_builtins(record, builtin_types=(bytes,)), "root": record.root.hex()} for record in records
        ]
        click.echo(msgspec.json.format(msgspec.json.encode(tree, order="sorted")).decode())
        return
    for record in records:
        click.echo(f"{record.record}  {record.size} entries  {record.root.hex()[:16]}")
        for day in record.days:
            tickets = day.counts.tickets
            click.echo(
                f"  {day.counts.date}  発券 {tickets.issued}  完了 {tickets.completed}  不在 {tickets.no_show}"
                f"  再来 {tickets.returned}  繰越 {tickets.carried_over}  残り {tickets.open}"
            )
        for venue in record.photos:
            click.echo(f"  写真の返戻 / returned pictures  {venue}")


@office.command()
@click.option("--home", type=Folder, required=True, help=HOME_HELP)
@click.option("--database", help=DATABASE_HELP)
@click.argument("stick", type=Folder)
def take(home: Path, database: str | None, stick: Path) -> None:
    """USBメモリーの封筒を受け取り、受領書を書く / take in the envelopes on a stick, and write their receipts to it.

    次の封筒のための案内も書きます（空のUSBメモリーでもできます）。 / Leaves the keys for the next ones, too.
    """
    from sync.mail.stickdisk import StickUnwritable
    from sync.mail.stickfiles import SUFFIX

    with refusing():
        said = asyncio.run(_take(home, database, stick))
    envelopes = [one for one in said if one.file.endswith(SUFFIX)]
    if not envelopes:
        click.echo("－ 封筒はありませんでした。 / There was no envelope.")
    if not any(isinstance(one.answer, StickUnwritable) for one in said):  # else the stick comes back here first
        refused = any(map(_refused, envelopes))
        _next(*(["read"] if envelopes else []), *(["write"] if refused or not envelopes else []))
    if any(map(_refused, said)):
        raise click.exceptions.Exit(1)


def _next(*commands: str) -> None:
    ja = "、続いて ".join(f"demado courier {one} STICK" for one in commands)
    en = ", then ".join(f"demado courier {one} STICK" for one in commands)
    click.echo(f"→ 次は、ハブで {ja} を行ってください。 / Next, at the hub: {en}")


office.add_command(report)
office.add_command(devices)


async def _counted(home: Path, database: str | None) -> "list[CountedRecord]":
    from hub.office.daycounts import counted
    from hub.office.store import FILE, OfficeStore
    from sync.keys.party import Party

    party = Party.load_of(home, {"office"})
    store = await OfficeStore.open(database or str(home / FILE))
    try:
        return await counted(store, party.deployment)
    finally:
        await store.close()


async def _take(home: Path, database: str | None, stick: Path) -> "list[Answered]":
    """Take in a stick and say of each file what became of it, as it goes on. WrongHome, DiskFault."""
    import sqlite3

    from sqlalchemy.exc import SQLAlchemyError

    from hub.office.bystick import take
    from hub.office.daemon import Office
    from sync.mail.faults import DiskFault

    said = []
    try:
        running = await Office.open(home, database)
        try:
            async for one in take(running, stick):
                said.append(one)
                _say(one)
        finally:
            await running.close()
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        raise DiskFault(why=str(error).partition("\n")[0]) from error
    return said


def _say(one: "Answered") -> None:
    """Print what became of a file, with what to do now."""
    from hub.office.batchcheck import kind_of
    from sync.errors import SyncError
    from sync.messages import Receipt

    if isinstance(one.answer, Receipt):
        click.echo(f"✓ {one.file}  {one.answer.record} {one.answer.size}項目まで / up to entry {one.answer.size}")
        return
    fault = one.answer if isinstance(one.answer, SyncError) else None
    kind = kind_of(one.answer.code)
    click.echo(f"{'✗' if _refused(one) else '－'} {one.file}")
    click.echo(f"  {kind.ja}\n  → {kind.todo_ja}\n  {kind.en}\n  → {kind.todo_en}\n  [{fault or one.answer.code}]")


def _refused(one: "Answered") -> bool:
    """Whether something is to be done about it; a stick that is merely late is in order."""
    from hub.office.batchcheck import AlreadyHeld
    from sync.messages import Receipt

    return not isinstance(one.answer, Receipt) and one.answer.code != AlreadyHeld.code
