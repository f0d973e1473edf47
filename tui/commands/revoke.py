"""`demado revoke`: every key of a person or machine is used no more, by a numbered list that the root signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import passphrase, refusing
from tui.commands.deployment import ROOT_WORDS, root_file
from tui.commands.enrol import registry_option
from tui.commands.roster import root_option, say_hand_out

if TYPE_CHECKING:
    from hub.setup.rostering import Stopped


@click.command()
@registry_option
@root_option
@click.argument("name")
@click.option("--reason", required=True, help="理由（紛失、退職、作り直し） / why: lost, left, made anew")
@click.option(
    "--key", default="", help="会場で加えた端末の鍵（記録にある64けた） / key of a terminal paired at the booth"
)
@click.option("--yes", is_flag=True, help="確認を尋ねない / do not ask")
@root_file
def revoke(
    registry: Path, root: Path, name: str, reason: str, key: str, yes: bool, root_passphrase_file: Path | None
) -> None:
    """NAME（staff-3、terminal-2 など）の鍵をすべて失効させる / revoke every key of NAME, for good."""
    with refusing():
        from hub.setup.names import need_name
        from hub.setup.registry import Registry
        from hub.setup.root import open_root
        from hub.setup.rostering import need_issued, stopped_with
        from hub.setup.rostering import revoke as revoke_keys

        held = Registry.open(registry)
        why = need_name(reason)
        paired = _key(key) if key else None
        keys = need_issued(held, name) if paired is None else {paired}
        _say_what_else_stops(stopped_with(held, keys))
        question = (
            f"{name} の鍵 {len(keys)}個を失効させます。元に戻せません / revokes {len(keys)} keys of {name} for good"
        )
        if not yes and not click.confirm(question):
            raise click.Abort
        opened = open_root(root, passphrase(root_passphrase_file, *ROOT_WORDS))
        made = revoke_keys(held, opened, name, why, since_ms=real_ms(), now_ms=real_ms(), key=paired)
        newest = held.trust().revocations(held.side)
    assert newest is not None
    click.echo(
        f"失効リスト 第{newest.number}号（{len(newest.revoked)}個の鍵） / list of revoked keys no. {newest.number}"
    )
    if made:
        say_hand_out()


def _say_what_else_stops(more: Stopped) -> None:
    """Before anybody says yes: a manager's keys have certified others, who stop with them."""
    if more.known:
        names = "、".join(more.known)
        click.echo(f"いっしょに止まるもの：{names} / stops with it: {', '.join(more.known)}")
    if more.renews:
        click.echo(
            "この人が会場で更新・再設定した人と、加えた端末も止まります。"
            "人は別の管理者が F4-7 の F6 で更新し、端末は F4-8 で加え直します"
        )
        click.echo(
            "Whom this person renewed or reset at a booth stops too, and every terminal they let in: another manager "
            "renews people (F4-7, F6) and adds the terminals again (F4-8)"
        )


def _key(text: str) -> bytes:
    """A public key as the record's explanation shows it."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise click.BadParameter("16進の64けたです / 64 hexadecimal digits", param_hint="--key")
    return key
