"""`demado hub pair`: let a new terminal in from the hub's own console (a shell on the hub, no screen needed)."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.console import REFUSED

if TYPE_CHECKING:
    from hub.site.console import Said


@click.command()
@click.option(
    "--home", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True, help="ハブのフォルダー"
)
def pair(home: Path) -> None:
    """新しい端末を1台加えるコードを出す / Show the code for one new terminal (Ctrl+C closes the window)."""
    import msgspec

    from hub.site.console import ASK, Said

    try:
        connection = _connect(home)
    except OSError as error:
        click.echo(
            "ハブが動いていないか、このフォルダーのハブではありません。\n  → このハブの機械で、ハブを動かしたまま行ってください。\n"
            "The hub is not running, or this is not its folder.\n  → Run this on the hub's machine while the hub runs.\n"
            f"[hub.console: {error.strerror or error}]",
            err=True,
        )
        sys.exit(REFUSED)
    joined = False
    with connection, connection.makefile("rb") as lines:
        connection.sendall(ASK)
        try:
            for raw in lines:
                said = msgspec.json.decode(raw, type=Said)
                _show(said)
                joined = said.say == "finished"
        except KeyboardInterrupt:
            click.echo("窓口を閉じました。 / The window is closed.")
    sys.exit(0 if joined else REFUSED)


def _connect(home: Path) -> socket.socket:
    from hub.site.console import short_path

    if not hasattr(socket, "AF_UNIX"):
        raise OSError("this system has no such sockets; open the window at the manager's terminal")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short_path(home) as path:
            connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _show(said: Said) -> None:
    match said.say:
        case "code":
            _show_code(said)
        case "wrong":
            click.echo(f"  ！まちがったコードが入りました（{said.tries}回目） / wrong code, try {said.tries}")
        case "burnt":
            click.echo("  Ｘ3回まちがえたので、コードを無効にしました / three wrong tries: the code is burnt")
        case "proved":
            click.echo("  〇新しい端末が正しいコードを示しました。管理者の端末（F4-8、F8）で数字を見くらべて y")
            click.echo(
                "    a terminal knew the code: compare the digits at the manager's terminal (F4-8, F8) and press y"
            )
        case "accepted":
            click.echo(f"  〇管理者が {said.name} を認めました / accepted as {said.name}")
        case "finished":
            click.echo(f"  〇{said.name} が加わりました / {said.name} has joined")
        case "ended":
            click.echo(f"  －端末を加えずに終わりました / ended without a new terminal ({said.why})")
        case "refused":
            ja, todo_ja, en, todo_en = said.words
            click.echo(f"{ja}\n  → {todo_ja}\n{en}\n  → {todo_en}\n[{said.code}]", err=True)


def _show_code(said: Said) -> None:
    from sync.keys.fingerprint import fingerprint

    click.echo("新しい端末で：demado terminal --home フォルダー / on the new terminal, with an empty folder\n")
    click.echo(f"    コード / code    {said.code[:4]} {said.code[4:]}\n")
    click.echo(f"  {said.seconds}秒、まちがいは3回まで / {said.seconds} s, three tries")
    click.echo(f"  ハブのポート / port {said.port}　　ハブの鍵 / its key {fingerprint(said.key)}")
