"""`demado recover`: give a hub back the part of its record that its card has lost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import refusing, say_refused

if TYPE_CHECKING:
    from hub.site.continuity.recovery import Result


@click.command()
@click.option("--home", type=click.Path(path_type=Path), required=True, help="ハブのフォルダー / the hub's folder")
@click.option(
    "--from",
    "sources",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    metavar="TERMINAL_HOME",
    help="控えを持つ端末のフォルダー（くり返せる） / a terminal's folder with its copy; may be repeated",
)
@click.option(
    "--office", default=None, help="事務局のアドレス：そこにある分も使う / the office's address: use what it holds"
)
@click.option(
    "--without-rest", is_flag=True, help="足りない分の持ち主も失われたとき / go on although more was once signed"
)
@click.option(
    "--old-hub",
    type=click.Path(path_type=Path, exists=True),
    metavar="HOME",
    help="引き継がれたハブのフォルダー：書いた分を証拠として残す / a hub that was succeeded: keep what it wrote",
)
def recover(
    home: Path, sources: tuple[Path, ...], without_rest: bool, old_hub: Path | None, office: str | None
) -> None:
    """ハブの失われた記録を、端末の控えから取り戻す / take a hub's missing entries back from terminals.

    ハブを止めてから行います。どこで途切れても、もう一度行えば同じ結果になります。
    """
    import asyncio

    from hub.site.continuity.copies import Copy, read_copy
    from hub.site.continuity.offered import offered
    from hub.site.continuity.recovery import recover as run
    from hub.site.outside.fromoffice import fetch
    from sync.errors import SyncError
    from sync.keys.party import Party
    from sync.wholefile import FileFault

    async def work() -> Result:
        origin = Party.load(home).deployment.origin
        copies: list[Copy] = [await read_copy(one, origin) for one in (*sources, *offered(home))]
        if office is not None:
            copies.append(await fetch(office, Party.load(home)))
        old = None if old_hub is None else await read_copy(old_hub, origin, "old-hub")
        return await run(home, copies, real_ms(), without_rest=without_rest, old_hub=old)

    with refusing():
        try:
            result = asyncio.run(work())
        except SyncError as error:
            say_refused(error)
            sys.exit(1)
    _said(result)
    try:
        _keys(home, sources, result.held)
    except (SyncError, OSError) as error:  # the record is back, and stays so: only the keys are left to do
        click.echo("個人情報の鍵は、まだ取り戻していません。/ The keys of people's data are not back yet.", err=True)
        say_refused(error if isinstance(error, SyncError) else FileFault(why=str(error)))
        sys.exit(1)
    if result.has != result.had or result.discrepancies:
        click.echo("ハブを起動してください。事務局が署名すると確かめられた記録になります。/ Start the hub again.")


def _said(result: Result) -> None:
    """What became of the record."""
    if result.aside:
        click.echo(
            f"ハブの記録のファイルはこわれていたので、{result.aside} に移しました（消さないでください）。\n"
            f"The hub's record was damaged; it is in {result.aside} now: do not delete it.",
            err=True,
        )
    for name, why in result.refused.items():
        click.echo(f"使えない控え / not used: {name}: {why}", err=True)
    if result.has == result.had and not result.discrepancies:
        click.echo(f"足りない項目はありません（{result.has}項目） / nothing is missing")
        return
    click.echo(f"{result.had} → {result.has} 項目 / entries（{'、'.join(result.sources)}）")
    if result.covered < result.has - 1:
        click.echo(f"ハブの署名があるのは項目 {result.covered} まで / the hub's own checkpoint covers {result.covered}")
    if result.discrepancies:
        click.echo(f"食い違う{result.discrepancies}件を証拠として残しました / kept as discrepancies")


def _keys(home: Path, sources: tuple[Path, ...], held: frozenset[str]) -> None:
    """Bring the keys of people's data back from the same folders, and say which are nowhere."""
    from hub.site.continuity.vaultback import bring_back

    keys = bring_back(home, sources, held)
    if keys.back:
        click.echo(
            f"個人情報の鍵を{keys.back}件取り戻しました（管理者が金庫を開けると使えます） / {keys.back} keys are back"
        )
    if keys.aside is not None:
        click.echo(
            f"金庫のファイルはこわれていたので、{keys.aside} に移しました（消さないでください）。\n"
            f"The vault's file was damaged; it is in {keys.aside} now: do not delete it.",
            err=True,
        )
    for folder in keys.unread:
        click.echo(f"こわれて読めない鍵の控え / this copy of the keys cannot be read: {folder}", err=True)
    for folder in keys.apart:
        click.echo(f"いまの金庫では開かない鍵 / keys under another secret: {folder}", err=True)
    if keys.missing:
        click.echo(
            f"鍵がどこにもない個人情報が{len(keys.missing)}件あります。もう読めません。ほかの端末のフォルダーがあれば、\n"
            "  → ハブを起動する前に、--from に加えてもう一度行ってください。なければ、その人に改めてうかがってください。\n"
            f"No key for {len(keys.missing)} people's data: nobody can read it. If another terminal is left,\n"
            "  → run this again with its folder (--from) before the hub starts; if not, ask those people again.",
            err=True,
        )
