"""Supervision and checks at the keys and on the command line: shown to whom they belong, dated, and reported."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from hub.domain.moment import DAY_MS
from hub.rehearsal.deployment import Plan
from hub.rehearsal.processes import environment, python
from sync.record.bundle import write_bundle
from tests.hub.audit.bundles import bundle, site_world
from tests.records import RecordMaker
from tests.tui.conftest import Booth


@pytest.fixture
async def booth(tmp_path: Path, deployments: Callable[[str, Path], Plan]) -> AsyncIterator[Booth]:
    """Koganei's booth, whose clock the rehearsal's director moves."""
    made = Booth(deployments("koganei", tmp_path))
    made.more = ("--simulated-start", str(time.time_ns() // 1_000_000))
    made.start()
    try:
        yield made
    finally:
        await made.close()


async def checked(booth: Booth, path: Path) -> tuple[int, str]:
    """`demado record check` in a process of its own; its status and all it said."""
    home = booth.plan.home("terminal-2")
    words = home.parent / "words.txt"
    words.write_text(booth.plan.passphrases["staff-1"] + "\n", encoding="utf-8")
    command = ["record", "check", str(path), "--home", str(home), "--hub", booth.url, "--person", "staff-1"]
    process = await asyncio.create_subprocess_exec(
        *python(), "tui", *command, "--passphrase-file", str(words),
        env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_check_says_when_the_next_is_due_and_a_flipped_byte_stays_on_the_screen(
    booth: Booth, sit, tmp_path: Path
) -> None:
    """KOGA-T6-03: a check is ok and the next date is shown; one byte flipped -> reported, until a check holds again."""
    maker = RecordMaker(site_world())
    maker.day(tickets=1)
    backup = tmp_path / "backup.bundle"
    write_bundle(backup, bundle(maker))
    await booth.open_day()
    status, said = await checked(booth, backup)
    assert status == 0 and "すべて正しい" in said and "次の点検の期限 20" in said, said
    whole = backup.read_bytes()
    place = whole.index(maker.entries[7]) + len(maker.entries[7]) // 2
    backup.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    status, said = await checked(booth, backup)
    assert status == 1 and "項目 7:" in said, said
    seat = await sit("2")  # a clerk, whose it is not
    await seat.keys("f4", "7")
    await seat.sees("開催の前後  残りなし")
    await seat.keys("ctrl+l")
    await seat.until(lambda: seat.terminal.page is seat.terminal.lock_page)
    await seat.keys("1", "enter")
    await seat.type(booth.plan.passphrases["staff-1"])
    await seat.keys("enter")
    await seat.until(lambda: seat.terminal.page is not seat.terminal.lock_page)
    await seat.keys("f4", "7")
    await seat.sees("問題あり（再点検がまだ）")
    await seat.keys("9", "1")
    await seat.sees("demado record check を動かして")
    backup.write_bytes(whole)
    assert (await checked(booth, backup))[0] == 0
    await seat.sees("開催の前後  残りなし")


async def test_a_month_that_nobody_has_supervised_is_shown_and_ticked(booth: Booth, sit) -> None:
    """KOGA-T2-01: 監督記録 未実施 is shown to whose it is, and gone once it is signed."""
    await booth.open_day()
    director = await booth.client("director")
    await director.advance(time.time_ns() // 1_000_000 + 32 * DAY_MS)  # the month is over, whichever it is
    seat = await sit("1")
    await seat.keys("f4", "7")
    await seat.sees("監督記録 20")
    await seat.sees("未実施（期限")
    await seat.keys("9", "1")
    await seat.sees("問題があれば入れる")
    await seat.keys("enter")
    await seat.sees("を記録しました")
    await seat.until(lambda: "監督記録 20" not in "".join(row for row in seat.rows if "[9]" in row))
