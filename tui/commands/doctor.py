"""`demado doctor`: check this machine as a person would want before a day is opened."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import Folder, japanese_date, refusing

if TYPE_CHECKING:
    from hub.site.devices.doctor.finding import Finding

FAULTY = 1
"""Exit status where the day should not be opened like this."""

SHAPES = {"ok": "〇", "advice": "！", "fault": "Ｘ"}


@click.command()
@click.option("--home", type=Folder, help="ハブか端末のフォルダー / the home of a hub or terminal")
@click.option("--keys/--no-keys", default=True, help="F1・F5・F12 とコードリーダーを試す / try keys and code reader")
@click.option("--json", "as_json", is_flag=True, help="JSON で出力（キーは試さない） / print JSON, try no keys")
def doctor(home: Path | None, keys: bool, as_json: bool) -> None:
    """開場前の点検：機器・字・ディスク・時計・鍵・紙・メモリー・キー / check this machine before opening."""
    with refusing():
        found: list[Finding] = []
        if (
            os.name == "posix"
        ):  # a Windows laptop is never a hub: its keys and certificates are what there is to look at
            from hub.site.devices.doctor.checkup import check_machine

            found += asyncio.run(check_machine(home))
        if home is not None:
            from hub.site.devices.doctor import files

            found += files.check(home)
            found += _keys(home, real_ms())
        if keys and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
            from tui.key_check import KeyCheck

            found += KeyCheck().run() or []
    if as_json:
        import msgspec

        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(_words(one))
    faults = sum(one.level == "fault" for one in found)
    advice = sum(one.level == "advice" for one in found)
    if not as_json:
        shape = SHAPES["fault" if faults else "advice" if advice else "ok"]
        click.echo(f"{shape} 点検 {len(found)}件：故障 {faults}、注意 {advice} / {faults} faults, {advice} to look at")
    sys.exit(FAULTY if faults else 0)


def _words(one: Finding) -> str:
    lines = [f"{SHAPES[one.level]} {one.ja} / {one.en}"]
    if one.todo_ja:
        lines.append(f"   つぎ：{one.todo_ja}" + (f" / {one.todo_en}" if one.todo_en != one.todo_ja else ""))
    lines[-1] += f"  [{one.code}]" if one.level != "ok" else ""
    return "\n".join(lines)


def _keys(home: Path, now: int) -> list[Finding]:
    """Certificates that end, and whether the roster names somebody who can stand in for the manager."""
    from hub.domain.contracts.reading import decode_profile
    from hub.setup.expiry import of_home
    from hub.site.devices.doctor.finding import Finding, Level, ok
    from sync.keys.party import Party

    found = []
    rows = of_home(home, now)
    for row in rows:
        if not row.warns and row.state != "revoked":
            continue
        until = japanese_date(row.not_after_ms)
        ended = row.state != "ends_soon"
        found.append(
            Finding(
                f"certificate.{row.state}",
                Level.FAULT if ended and row.kind not in ("staff", "officer") else Level.ADVICE,
                f"{row.name} の証明書は{'使えません' if ended else 'まもなく終わります'}（{until}まで）。",
                f"The certificate of {row.name} {'cannot be used' if ended else 'ends soon'} (until {until}).",
                "管理者が更新する：demado keys list で見て、demado enrol か demado roster で出しなおす",
                "Renew it: see demado keys list, then demado enrol or demado roster",
            )
        )
    if rows and not found:
        first = min(rows, key=lambda row: row.not_after_ms)
        until = japanese_date(first.not_after_ms)
        found.append(
            ok(
                "certificate.valid",
                f"鍵と証明書は有効です（{first.name} が {until} まで）。",
                f"Keys are valid until {until}.",
            )
        )
    party = Party.load(home)
    roster = party.trust.roster("contractor")
    profile = home / "profile.toml"
    if roster is None:
        found.append(
            Finding(
                "roster.none",
                Level.ADVICE,
                "この機械に人の名簿がありません。",
                "This machine has no roster of people.",
                "事務所で demado lists give このフォルダー",
                "At the office: demado lists give, with this folder",
            )
        )
    elif profile.exists():
        managing = decode_profile(profile.read_bytes(), "profile.toml").managing
        managers = [one for one in roster.members if not managing.isdisjoint(one.roles) and one.not_after_ms >= now]
        if len(managers) < 2:
            found.append(
                Finding(
                    "roster.deputy",
                    Level.ADVICE,
                    f"管理者が{len(managers)}人です。休むと開場も引継ぎもできません。",
                    f"There are {len(managers)} managers: without a deputy nobody can open or take over.",
                    "名簿に代理の管理者を加える（demado roster sign）",
                    "Add a deputy to the roster (demado roster sign)",
                )
            )
        else:
            found.append(ok("roster.deputy", f"管理者と代理が{len(managers)}人います。", f"{len(managers)} managers."))
    return found
