"""demado office devices: which events of all booths a date has, and whether there are devices enough for them together."""

from __future__ import annotations

import asyncio
import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.console import Folder, refusing

if TYPE_CHECKING:
    from hub.domain.booth import Booth
    from hub.domain.contracts.contract import Profile


@click.command()
@click.option("--home", type=Folder, required=True, help="事務局のフォルダー / the office's folder")
@click.option("--database", help="SQLAlchemy の URL（既定はフォルダー内の SQLite） / SQLAlchemy URL")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="開催日 / the date")
def devices(home: Path, database: str | None, day: datetime.datetime) -> None:
    """すべての会場の計画と、機器の過不足を示す / the plans of all booths, and whether the devices suffice.

    終了コード 0: 足りている。1: 同じ日に台数より多く使う計画がある。
    0: there are enough. 1: more are planned for one date than there are.
    """
    from hub.domain.day.event_plan import across

    with refusing():
        profile, booths = asyncio.run(_held(home, database))
    events, over = across(profile, [(booth.plans, booth.lent) for booth in booths], f"{day:%Y-%m-%d}")
    names = {one.id: one.ja for one in profile.devices}
    for one in events:
        taken = "、".join(f"{names.get(name, name)} {count}" for name, count in sorted(one.devices.items()))
        click.echo(f"{one.opens}-{one.closes}  {one.venue}  {one.car}  {taken}")
    if not events:
        click.echo("計画はありません / nothing is planned")
    for device, need, most in over:
        click.echo(f"× {device.ja}：{need}台の計画、{most}台しかありません / {need} planned, {most} there are")
    sys.exit(1 if over else 0)


async def _held(home: Path, database: str | None) -> tuple[Profile, list[Booth]]:
    """The contract, and every booth as its record leaves it."""
    import msgspec

    from hub.domain.contracts.reading import decode_profile
    from hub.office.standing import folded
    from hub.office.store import FILE, OfficeStore
    from sync.keys.party import Party

    party = Party.load_of(home, {"office"})
    store = await OfficeStore.open(database or str(home / FILE))
    booths = []
    try:
        for name in await store.records():
            held = await store.record(name)
            if held is not None:
                booths.append(await folded(store, held, msgspec.structs.replace(party.deployment, record=name)))
    finally:
        await store.close()
    return decode_profile((home / "profile.toml").read_bytes(), "profile.toml"), booths
