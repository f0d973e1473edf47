"""`demado init contractor|city`: make an organisation's root of trust."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import Folder, passphrase, passphrase_file, refusing, show_fingerprint

if TYPE_CHECKING:
    from sync.keys.certificate import Party as Side

WORDS = {"contractor": ("受託者", "contractor"), "city": ("市", "city")}
OTHER = {"contractor": ("市", "the city"), "city": ("受託者", "the contractor")}


@click.group()
def init() -> None:
    """ルート鍵を作る / make an organisation's root key, once."""


@init.command()
@click.argument("folder", type=Folder)
@click.option("--name", required=True, help="受託者の名前 / the contractor's name")
@passphrase_file
def contractor(folder: Path, name: str, passphrase_file: Path | None) -> None:
    """受託者のルート鍵を作る / make the contractor's root in a new FOLDER (a USB stick that is kept in a safe)."""
    _make("contractor", folder, name, passphrase_file)


@init.command()
@click.argument("folder", type=Folder)
@click.option("--name", required=True, help="市の名前 / the city's name")
@passphrase_file
def city(folder: Path, name: str, passphrase_file: Path | None) -> None:
    """市のルート鍵を作る / make the city's root in a new FOLDER (a USB stick that is kept in a safe)."""
    _make("city", folder, name, passphrase_file)


def _make(party: Side, folder: Path, name: str, file: Path | None) -> None:
    with refusing():
        from hub.setup.names import need_name
        from hub.setup.root import make_root
        from sync.wholefile import need_free

        organisation = need_name(name)
        need_free(folder)  # before a passphrase is thought of
        secret = passphrase(file, "新しい合言葉（言葉を4つ以上）", "new passphrase (four words or more)", new=True)
        card = make_root(folder, party, organisation, secret, now_ms=real_ms())
    ja, en = WORDS[party]
    click.echo(f"{ja}のルート鍵を作りました：{folder} / the {en}'s root key is made")
    show_fingerprint(card.key, f"{ja}　{organisation}", f"the {en}'s root", qr=True)
    other = OTHER[party]
    click.echo(
        f"つぎ：{folder / (party + '.card')} を{other[0]}へ渡し、指紋を電話で読み合わせます。フォルダーは金庫へ。"
    )
    click.echo(f"Next: give {party}.card to {other[1]}, compare the fingerprint by voice, and lock the folder away.")
