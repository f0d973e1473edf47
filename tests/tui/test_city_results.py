"""`demado city-results`: the city's list, signed with an officer's key at the city's own desk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.domain.moment import iso_date
from hub.domain.queue.queue import IssueTicket
from hub.rehearsal.processes import environment, python


@pytest.mark.contract("niigata")
async def test_the_citys_list_becomes_delivered_by_city(booth, tmp_path: Path) -> None:
    """NIIG-8.1-05: the import of the city's result -> delivered_by_city."""
    await booth.open_day()
    done = await booth.do(IssueTicket("application"))
    client = await booth.client("terminal-1")
    await client.until(lambda: client.size > done.index)
    listed, words = tmp_path / "list.csv", tmp_path / "words.txt"
    words.write_text(booth.plan.passphrases["officer-1"] + "\n", encoding="utf-8")
    number, date = client.booth.queue.tickets[done.index].number, client.booth.day.date
    assert date == iso_date(client.booth.latest_ms)

    async def enter(text: str) -> tuple[int, str]:
        listed.write_text(text, encoding="utf-8")
        command = ["city-results", str(listed), "--home", str(booth.plan.home("desk")), "--hub", booth.url]
        process = await asyncio.create_subprocess_exec(
            *python(), "tui", *command, "--person", "officer-1", "--passphrase-file", str(words),
            env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return process.returncode, said.decode()

    code, said = await enter(f"日付,番号,結果\n{date},{number},おそらく\n")
    assert code == 1 and "何も入れていません" in said, said
    code, said = await enter(f"日付,番号,結果\n{date},Z-9,済\n")
    assert code == 2 and "result.unknown" in said, said
    code, said = await enter(f"日付,番号,結果\n{date},{number},済\n")
    assert code == 0 and "1件を記録しました" in said, said
    await client.until(lambda: bool(client.booth.results))
    assert client.booth.results[f"{date}/{number}"] == ("pre_delivery_and_delivery",)
