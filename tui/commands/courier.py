"""`demado courier`: a hub's record to the office on a stick, and the office's receipts back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sync.clock import real_ms

if TYPE_CHECKING:
    from sync.errors import SyncError

T = TypeVar("T")

Folder = click.Path(path_type=Path, exists=True, file_okay=False)
HOME_HELP = "ハブのフォルダー（ハブを止めてから） / the hub's folder; the hub must not run"


@click.group()
def courier() -> None:
    """記録をUSBメモリーで事務局へ / carry a hub's record to the office on a stick.

    はじめに事務局が、空のUSBメモリーに demado office take で案内を書きます。
    """


@courier.command()
@click.option("--home", type=Folder, required=True, help=HOME_HELP)
@click.argument("stick", type=Folder)
def write(home: Path, stick: Path) -> None:
    """事務局にまだない記録を、封をしてUSBメモリーに書く / write what the office has not got, sealed, to a stick."""
    from hub.site.outside import stick as way

    written = _done(way.write(home, stick, real_ms()))
    click.echo(f"✓ 封筒{written.envelopes}通（{written.size}項目まで） / {written.envelopes} envelopes")
    if written.envelopes:
        click.echo("事務局で demado office take を行ってください。 / Run demado office take at the office.")
    else:
        click.echo("事務局はすべて受け取っています。 / The office has everything.")


@courier.command()
@click.option("--home", type=Folder, required=True, help=HOME_HELP)
@click.argument("stick", type=Folder)
def read(home: Path, stick: Path) -> None:
    """事務局の受領書と名簿・失効リストを受け取る / take the office's receipts and lists from a stick."""
    from hub.site.outside import stick as way

    taken = _done(way.read(home, stick, real_ms()))
    good = bool(taken.receipts or not taken.waiting) and not taken.refused
    if taken.receipts:
        click.echo(f"✓ 受領書{taken.receipts}通 / {taken.receipts} receipts")
    else:
        click.echo("－ 新しい受領書はありません。 / There is no new receipt.")
    click.echo(f"  事務局の連署は{taken.size}項目まで / cosigned up to {taken.size}")
    if taken.people:
        click.echo(
            f"  新しい職員{taken.people}人の鍵を受け取りました。 / the keys of {taken.people} people who are new here."
        )
    if taken.lists:
        click.echo(f"  名簿・失効リスト{taken.lists}件を受け取りました。 / {taken.lists} lists taken.")
    for error in taken.refused:
        _say(error)
    if taken.waiting:
        click.echo(
            f"  封筒{taken.waiting}通が受領書を待っています。 / {taken.waiting} envelopes wait for their receipts.\n"
            "  → ここで demado courier write STICK、つぎに事務局で demado office take STICK を行ってください。\n"
            "  → Run demado courier write STICK here, then demado office take STICK at the office."
        )
    if not good:
        sys.exit(1)


def _done(work: Coroutine[Any, Any, T]) -> T:
    from sync.errors import SyncError

    try:
        return asyncio.run(work)
    except SyncError as error:
        _say(error)
        sys.exit(1)


def _say(error: SyncError) -> None:
    click.echo(f"{error.ja}\n  → {error.todo_ja}\n{error.en}\n  → {error.todo_en}\n[{error}]", err=True)
