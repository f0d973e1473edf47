"""`demado city-results`: the city enters what it did after the booth, from its own list, with an officer's key."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.console import REFUSED, Folder, passphrase, passphrase_file, refusing, unlock

if TYPE_CHECKING:
    from hub.domain.refusal import Refusal
    from hub.domain.visit.city_result import Wrong


@click.command("city-results")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--home", type=Folder, required=True, help="市の端末のフォルダー / the desk's folder")
@click.option("--hub", default=None, help="会場のLANのハブ / the hub on the site's network")
@click.option("--office", default=None, help="事務局の中継（wss://...） / the office that forwards letters")
@click.option("--person", required=True, help="市の職員 例 officer-1 / the officer")
@passphrase_file
def city_results(
    file: Path, home: Path, hub: str | None, office: str | None, person: str, passphrase_file: Path | None
) -> None:
    """市が済ませた交付・発行を入れる（CSV：日付・番号・結果） / enter what the city did: CSV with date, number, result.

    市の鍵の署名が要ります。読めない行が1つでもあれば、何も入れません（終了コード 1）。
    It needs the city's key; with one line that cannot be read nothing is entered (exit 1).
    """
    from hub.domain.refusal import Refusal

    if (hub is None) == (office is None):
        raise click.UsageError("--hub か --office のどちらか1つ / either --hub or --office")
    with refusing():
        words = passphrase(passphrase_file, f"{person} の合言葉", f"passphrase of {person}")
        count, wrong, refusal = asyncio.run(_enter(file.read_bytes(), home, hub, office, person, words))
    for one in wrong:
        click.echo(f"{one.line or '—':>5} {one.ja} / {one.en}", err=True)
    if isinstance(refusal, Refusal):
        click.echo(
            f"{refusal.ja}\n  → {refusal.todo_ja}\n{refusal.en}\n  → {refusal.todo_en}\n[{refusal.code}]", err=True
        )
        sys.exit(REFUSED)
    if wrong:
        click.echo("何も入れていません / nothing was entered", err=True)
        sys.exit(1)
    click.echo(f"市の結果 {count}件を記録しました / {count} results of the city are recorded")


async def _enter(
    data: bytes, home: Path, hub: str | None, office: str | None, person: str, words: str
) -> tuple[int, list[Wrong], Refusal | None]:
    """How many were read, the lines that could not be, and the rule that refused."""
    from hub.client.desk.desk import DeskClient
    from hub.domain.refusal import Refusal
    from hub.domain.visit.city_result import read
    from sync.keys.party import Party
    from tui.commands.at_the_hub import HUB_S
    from tui.hub_address import typed_url

    party = Party.load_of(home, {"desk"})
    desk = DeskClient(party, home)
    try:
        async with asyncio.timeout(HUB_S):
            await (desk.join_hub(typed_url(hub)) if hub else desk.join_office(typed_url(office or "")))
            await desk.until(lambda: desk.connected and desk.profile is not None)
        assert desk.profile is not None
        found, wrong = read(data, desk.profile)
        if wrong:
            return len(found), wrong, None
        who = next((one for one in desk.people if one.person == person), None)
        if who is None:
            raise click.BadParameter(
                f"{person}: この端末の職員ではありません / no officer of this desk", param_hint="--person"
            )
        officer = await asyncio.to_thread(unlock, home, who, words)
        answer = await desk.enter_results(tuple(found), officer)
        return len(found), wrong, answer if isinstance(answer, Refusal) else None
    finally:
        await desk.close()
