"""`demado devices`: what is connected to this machine, what to type for it, and why something cannot be used."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hub.site.devices.found import FoundDevice

KINDS = ("serial", "ticket", "camera", "photo", "voice", "board", "video")

NAMES = {
    "serial": ("シリアル（表示器・番号札）", "serial (display, tickets)"),
    "board": ("待合の画面", "screen for the board"),
    "video": ("映像入力", "video input"),
}
"""What is no kind of device of the record: sockets and screens."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON で出力 / print JSON")
def devices(as_json: bool) -> None:
    """つながっている機器と、その書き方 / what is connected, and what to type in `demado hub`."""
    from hub.domain.devices import device
    from hub.site.devices.found import find_devices

    found = asyncio.run(find_devices())
    if as_json:
        import msgspec

        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=2))
        return
    for kind in KINDS:
        ja, en = NAMES.get(kind) or device.NAMES[kind]
        click.echo(f"{ja} / {en}")
        for one in found:
            if one.kind == kind:
                click.echo(_words(one))
        if not any(one.kind == kind for one in found):
            click.echo("  － 見つかりません / none found")
    click.echo("動くかどうかは、ハブにつないで端末の画面6（F4-6）で試します / try each out at screen 6 of a terminal")
    click.echo("番号札プリンター（LAN）は --ticket-printer tcp:HOST / a ticket printer on the network: tcp:HOST")


def _words(one: FoundDevice) -> str:
    shape = "！" if one.problem else "〇"
    lines = [f"  {shape} {one.name}" + (f"  [{one.where}]" if one.where else "")]
    if one.problem:
        lines += [f"     {one.ja} / {one.en}", f"     つぎ：{one.todo_ja}"]
        lines += [f"     → {one.todo_en}"] if one.todo_en != one.todo_ja else []
    if one.option:
        lines.append(f"     demado hub {one.option}")
    return "\n".join(lines)
