"""`demado lists give`: put what the root has signed, and people's locked keys, into the home of a machine."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.console import Folder, refusing
from tui.commands.enrol import registry_option


@click.group()
def lists() -> None:
    """名簿・失効リストを機械へ渡す / hand rosters and lists of revoked keys to machines."""


@lists.command()
@registry_option
@click.argument("home", type=Folder)
def give(registry: Path, home: Path) -> None:
    """HOME（事務局・ハブ・端末・机のフォルダー）へ、新しい名簿・失効リスト・人の鍵を入れる / bring a home up to date."""
    with refusing():
        from hub.setup.handing import bring_up_to_date
        from hub.setup.registry import Registry

        given = bring_up_to_date(Registry.open(registry), home)
    click.echo(
        f"名簿・失効リスト {given.lists}件、人の鍵 {given.people}件、更新用の鍵 {given.renewals}件を入れました。"
    )
    click.echo(f"{given.lists} lists, {given.people} people's keys, {given.renewals} renewal keys were put in.")
