"""`demado roster`: who takes part, as the root signs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import File, Folder, japanese_date, passphrase, refusing
from tui.commands.deployment import ROOT_WORDS, root_file
from tui.commands.enrol import registry_option, site_option

if TYPE_CHECKING:
    from hub.setup.rostering import Changes
    from sync.keys.roster import Member

root_option = click.option("--root", required=True, type=Folder, help="ルート鍵のフォルダー / the root's folder")


@click.group()
def roster() -> None:
    """人の名簿：ルート鍵で署名する / the roster of people, signed by the root."""


@roster.command()
@registry_option
def show(registry: Path) -> None:
    """名簿と、つぎの名簿で変わること / the newest roster, and what the next would change."""
    with refusing():
        from hub.setup.registry import Registry
        from hub.setup.rostering import changes

        held = Registry.open(registry)
        newest, next_changes = held.trust().roster(held.side), changes(held)
    if newest is None:
        click.echo("署名した名簿はまだありません / no roster is signed yet")
    else:
        click.echo(f"名簿 第{newest.number}号 / roster no. {newest.number}　{japanese_date(newest.issued_ms)}")
        for member in newest.members:
            click.echo(f"  {_line(member)}")
    _show(next_changes)


@roster.command()
@registry_option
@root_option
@root_file
@click.option("--yes", is_flag=True, help="確認を尋ねない / do not ask")
def sign(registry: Path, root: Path, root_passphrase_file: Path | None, yes: bool) -> None:
    """つぎの名簿に署名する / have the root sign the next roster."""
    with refusing():
        from hub.setup.registry import Registry
        from hub.setup.root import open_root
        from hub.setup.rostering import NothingToSign, changes, sign_next_roster

        held = Registry.open(registry)
        shown = changes(held)
        if not any(shown):
            raise NothingToSign(party=held.side)
        _show(shown)
        if not yes and not click.confirm("この名簿に署名しますか / sign this roster"):
            raise click.Abort
        opened = open_root(root, passphrase(root_passphrase_file, *ROOT_WORDS))
        sign_next_roster(held, opened, real_ms(), shown)
        newest = held.trust().roster(held.side)
    assert newest is not None
    click.echo(f"第{newest.number}号に署名しました（{len(newest.members)}人） / signed: roster no. {newest.number}")
    say_hand_out()


@roster.command()
@registry_option
@site_option
@click.argument("file", type=File)
def take(registry: Path, site: str, file: Path) -> None:
    """会場で作り直した鍵（people/ID.locked）を名簿に載せる / list the key that a manager made anew at the booth."""
    with refusing():
        import msgspec

        from hub.setup.registry import Registry
        from hub.setup.rostering import take_reset
        from sync.errors import Malformed
        from sync.keys.party import LockedPerson

        try:
            who = msgspec.msgpack.decode(file.read_bytes(), type=LockedPerson)
        except msgspec.DecodeError as error:
            raise Malformed(kind="locked person", reason=str(error)) from error
        held = Registry.open(registry)
        member = take_reset(held, held.terms.site(site), who, real_ms())
    click.echo(f"{_line(member)}：つぎの名簿に載ります / goes on the next roster (demado roster sign)")


def say_hand_out() -> None:
    """What to do with a list that was just signed."""
    click.echo("つぎ：demado lists give で事務局のフォルダーへ入れます。ハブ・端末・机へは、つながったときに届きます。")
    click.echo(
        "Next: put it into the office's home (demado lists give); hubs, terminals and desks get it as they link."
    )


def _line(member: Member) -> str:
    until = japanese_date(member.not_after_ms)
    return f"{member.person}　{member.name}　{'、'.join(member.roles)}　{until}まで / until {until}"


def _show(found: Changes) -> None:
    for mark, members in (("＋", found.added), ("－", found.removed), ("±", found.changed)):
        for member in members:
            click.echo(f"{mark} {_line(member)}")
