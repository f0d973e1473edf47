"""`demado record check`: a record is checked from its files, and the dated result stands in the site's record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.console import REFUSED, Folder, passphrase, passphrase_file, refusing

if TYPE_CHECKING:
    from hub.audit.verify import Report
    from hub.domain.personal.periodic import DoPeriodic
    from hub.domain.refusal import Refusal


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--home", type=Folder, required=True, help="管理者の端末のフォルダー / the manager's terminal's folder")
@click.option("--hub", "address", required=True, help="ハブのアドレス / address of the hub")
@click.option("--person", required=True, help="点検する人の職員番号 例 staff-1 / who checks")
@passphrase_file
def check(path: Path, home: Path, address: str, person: str, passphrase_file: Path | None) -> None:
    """記録や控えを検査し、結果と次の期限を記録に残す / check a record or its backup; result and next date are recorded.

    PATH: demado verify と同じ。終了コード 0: 正しい / it holds。1: 正しくない / it does not。
    """
    import asyncio

    from hub.domain.refusal import Refusal

    found, said = _examined(path)
    with refusing():
        words = passphrase(passphrase_file, f"{person} の合言葉", f"passphrase of {person}")
        answer = asyncio.run(_recorded(found, home, address, person, words))
    for line in said:
        click.echo(line)
    if isinstance(answer, Refusal):
        click.echo(f"{answer.ja}\n  → {answer.todo_ja}\n{answer.en}\n  → {answer.todo_en}\n[{answer.code}]", err=True)
        sys.exit(REFUSED)
    click.echo(f"次の点検の期限 {answer} / the next check is due {answer}")
    sys.exit(0 if all(report.holds for report in found) and found else 1)


def _examined(path: Path) -> tuple[list[Report], list[str]]:
    """What was found, and a line for each record; none where nothing could be read, which is a finding too."""
    from hub.audit.evidence import Unreadable
    from hub.audit.verify import examine, load_all

    found: list[Report] = []
    try:
        found = [examine(evidence) for evidence in load_all(path)]
    except Unreadable as error:
        return [], [f"{path}: {error.ja} / {error}"]
    lines = []
    for report in found:
        result = "すべて正しい / holds" if report.holds else f"正しくないもの {len(report.problems)}件 / does NOT hold"
        lines.append(f"{report.record}  {report.size:,} 項目 / entries  {result}")
        lines += [f"  {one.where_ja}: {one.ja} [{one.code}]" for one in report.problems[:SHOWN]]
    return found, lines


SHOWN = 5
"""Findings named here; `demado verify` has them all."""


async def _recorded(found: list[Report], home: Path, address: str, person: str, words: str) -> str | Refusal:
    """Sign the result at the hub; the ISO date by which the next check is due, or the rule that refused."""
    from hub.domain.moment import iso_date
    from hub.domain.personal import periodic
    from hub.domain.refusal import Refusal, refuse
    from sync.clock import real_ms
    from tui.commands.at_the_hub import at_the_hub, unlocked

    async with at_the_hub(home, address) as client:
        assert client.profile is not None, "the hub has welcomed us"
        duty = next((one for one in client.profile.periodics if one.kind == "record"), None)
        if duty is None:
            return refuse("periodic.unknown")
        who = await unlocked(client, home, person, words)
        done = await client.submit(_command(found, duty.id, client.party.deployment.record), who)
        if isinstance(done, Refusal):
            return done
        await client.until(lambda: client.size > done.index)
        return periodic.next_due(client.booth.periodics, duty, iso_date(real_ms()))


def _command(found: list[Report], duty: str, record: str) -> DoPeriodic:
    """What is signed: of several records the site's own says how far the check went."""
    from hub.domain.personal.periodic import DoPeriodic

    wrong = [report for report in found if not report.holds]
    if not found:
        return DoPeriodic(duty, "", False, "読めない")
    own = next((report for report in found if report.record == record), found[0])
    codes = "、".join(dict.fromkeys(one.code for report in wrong for one in report.problems[:SHOWN]))
    return DoPeriodic(duty, "", not wrong, codes[:60], own.size, bytes.fromhex(own.root or ""))
