"""`demado pair`: make a terminal's folder by the manager's code, without a screen (a standby, or a laptop set up in advance)."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.console import refusing


@click.command()
@click.argument("hub")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), required=True, help="新しいフォルダー / folder"
)
def pair(hub: str, home: Path) -> None:
    """会場に加わる / Join a site. HUB: the address or the QR code's line on the manager's screen."""
    import asyncio

    from hub.client.joining.invitation import read_invitation
    from hub.client.joining.newhome import need_writable
    from hub.client.joining.pairing import join
    from sync.keys.party import Deployment
    from sync.link.pairing import Joining, read_code

    invitation = read_invitation(hub)
    if invitation is None:
        raise click.BadParameter("192.168.10.1:7420 のように / an address like 192.168.10.1:7420", param_hint="HUB")

    def shown(joining: Joining, deployment: Deployment) -> None:
        click.echo(f"\n  {deployment.contract}  {deployment.site}  {deployment.record}\n")
        click.echo(f"    {joining.fingerprint}\n")
        click.echo("管理者の画面と同じ数字なら、管理者が y を押します。ちがうときは Ctrl+C。")
        click.echo("The manager presses y if their screen shows the same digits. If not: Ctrl+C.")

    with refusing():
        need_writable(home)
        code = read_code(click.prompt("管理者の画面の8けた / the manager's 8 digits", err=True))
        if code is None:
            raise click.UsageError("コードは8けたの数字です / the code has 8 digits")
        party = asyncio.run(join(invitation, code, home, shown))
        click.echo(f"{party.name} になりました：{home} / this is now {party.name}")
