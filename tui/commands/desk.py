"""`demado desk`: the city's desk."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sync.keys.party import Party


@click.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="この端末のフォルダー / this desk's folder",
)
@click.option("--hub", default=None, help="会場のLANのハブ（ホスト:ポート） / hub on the site's network")
@click.option("--office", default=None, help="事務局の中継（wss://...） / the office that forwards letters")
@click.option(
    "--report",
    "reports",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="端末の報告（demado record missing --out）を受け取る / take in a terminal's report about its hub",
)
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
def desk(home: Path, hub: str | None, office: str | None, reports: tuple[Path, ...], language: str) -> None:
    """市の本人確認端末を開く / Open the city's desk"""
    if hub is None and office is None:
        raise click.UsageError("--hub か --office がいります / --hub or --office is needed")
    from hub.client.desk.sealedfield import reaches_city
    from sync.errors import SyncError
    from sync.keys.party import Party

    try:
        party = Party.load_of(home, {"desk"})
    except SyncError as error:
        click.echo(f"{error.ja}{error.todo_ja}\n{error}", err=True)
        sys.exit(1)
    if not reaches_city(home):  # the same at every start, whatever is done at this desk: it tells nothing of a decision
        click.echo(
            "この端末からの職員の合図は、だれにも届きません（市の鍵 city.box がありません）。\n"
            "  → 市の登録簿で端末を登録しなおしてください（demado revoke、demado enrol desk）。\n"
            "An officer's silent sign reaches nobody from this desk: it has no key of the city's (city.box).\n"
            "  → Enrol the desk anew with the city's registry (demado revoke, demado enrol desk).",
            err=True,
        )
    try:
        asyncio.run(_run(party, home, hub, office, reports, language))
    except SyncError as error:
        click.echo(f"{error.ja}{error.todo_ja}\n{error}", err=True)
        sys.exit(1)


async def _run(
    party: Party, home: Path, hub: str | None, office: str | None, reports: tuple[Path, ...], language: str
) -> None:
    from hub.client.desk.desk import DeskClient
    from tui.desk.screen import DeskTerminal
    from tui.hub_address import typed_url
    from tui.terminal.app import TerminalApp

    desk = DeskClient(party, home)
    for file in reports:
        desk.take_report(await asyncio.to_thread(file.read_bytes))
    urls = (typed_url(hub) if hub else None, typed_url(office) if office else None)
    await TerminalApp(DeskTerminal(desk, home, hub=urls[0], office=urls[1], language=language)).run_async()
