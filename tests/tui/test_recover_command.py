"""`demado recover`: the record comes back, and with it the keys of people's data, as far as a terminal has kept them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.client.views.booking import seal_list
from hub.domain.refusal import Refusal
from hub.domain.reservations.reservation import Reservation
from sync.record.store import RecordStore
from sync.vault.sealing import new_key
from sync.vault.vault import FILE, Vault
from tests.hub.site.continuity.test_recovery import WORLD, Lost
from tui.command import main

ROWS = [Reservation(f"R-{n}", 540, "delivery", 1, f"ナマエ{n}", None, "0900000001", "") for n in (1, 2, 3)]


def run(lost: Lost, *words: str) -> Result:
    return CliRunner().invoke(main, ["recover", "--home", str(lost.home), *words])


def test_lost_keys_come_back_from_a_terminal_and_what_is_nowhere_is_said(tmp_path: Path) -> None:
    lost = Lost(tmp_path)
    before = lost.maker.size
    made = seal_list(ROWS, "delivery", "2025-08-06")
    assert not isinstance(made, Refusal)
    lost.maker.do(made.commands[0], WORLD.manager)
    asyncio.run(lost.card(before))
    asyncio.run(lost.terminal("terminal-1"))
    first, second, third = sorted(made.keys)
    terminal, secret = tmp_path / "terminal-1", new_key()
    with Vault(lost.home / FILE, secret) as hub, Vault(terminal / FILE) as kept:
        hub.adopt(first, made.keys[first])
        card = hub.copy()
        hub.adopt(second, made.keys[second])
        hub.adopt("of somebody who was erased", new_key())
        kept.mirror(hub.copy())
    for file in lost.home.glob(f"{FILE}*"):
        file.unlink()
    with Vault(lost.home / FILE) as hub:
        hub.mirror(card)  # the card as it was before the second key
    said = run(lost, "--from", str(terminal))
    assert said.exit_code == 0, said.output
    assert "鍵を1件取り戻しました" in said.output and "鍵がどこにもない個人情報が1件" in said.output
    with Vault(lost.home / FILE, secret) as hub:
        assert hub.subjects() == sorted([first, second])
        assert third not in hub.subjects()
    again = run(lost, "--from", str(terminal))
    assert again.exit_code == 0 and "取り戻しました" not in again.output


def test_a_new_card_gets_the_whole_of_a_terminals_copy(tmp_path: Path) -> None:
    lost = Lost(tmp_path)
    made = seal_list(ROWS, "delivery", "2025-08-06")
    assert not isinstance(made, Refusal)
    lost.maker.do(made.commands[0], WORLD.manager)
    asyncio.run(lost.terminal("terminal-1"))
    terminal, secret = tmp_path / "terminal-1", new_key()
    with Vault(tmp_path / "dead", secret) as dead, Vault(terminal / FILE) as kept:
        dead.adopt_all(made.keys)
        kept.mirror(dead.copy())
    said = run(lost, "--from", str(terminal))
    assert said.exit_code == 0 and "鍵を3件取り戻しました" in said.output, said.output
    with Vault(lost.home / FILE, secret) as hub:
        assert hub.subjects() == sorted(made.keys)


def test_a_damaged_vault_is_set_aside_and_its_keys_come_back(tmp_path: Path) -> None:
    lost = Lost(tmp_path)
    made = seal_list(ROWS, "delivery", "2025-08-06")
    assert not isinstance(made, Refusal)
    lost.maker.do(made.commands[0], WORLD.manager)
    asyncio.run(lost.terminal("terminal-1"))
    asyncio.run(lost.terminal("terminal-2"))
    terminal, secret = tmp_path / "terminal-1", new_key()
    with Vault(tmp_path / "dead", secret) as dead, Vault(terminal / FILE) as kept:
        dead.adopt_all(made.keys)
        kept.mirror(dead.copy())
    (lost.home / FILE).write_bytes(SPOILT)
    (tmp_path / "terminal-2" / FILE).write_bytes(SPOILT)
    said = run(lost, "--from", str(tmp_path / "terminal-2"))
    assert said.exit_code == 0, said.output
    assert "項目 / entries" in said.output and "鍵がどこにもない個人情報が3件" in said.output
    assert "読めない鍵の控え" in said.output and "terminal-2" in said.output
    (aside,) = (lost.home / "evidence").glob("vault*")
    assert aside.read_bytes() == SPOILT and str(aside) in said.output
    assert (tmp_path / "terminal-2" / FILE).read_bytes() == SPOILT
    said = run(lost, "--from", str(terminal))
    assert said.exit_code == 0 and "鍵を3件取り戻しました" in said.output, said.output
    with Vault(lost.home / FILE, secret) as hub:
        assert hub.subjects() == sorted(made.keys)


def test_a_vault_that_cannot_be_put_there_is_said_after_what_became_of_the_record(tmp_path: Path) -> None:
    lost = Lost(tmp_path)
    made = seal_list(ROWS, "delivery", "2025-08-06")
    assert not isinstance(made, Refusal)
    lost.maker.do(made.commands[0], WORLD.manager)
    asyncio.run(lost.terminal("terminal-1"))
    (lost.home / FILE).symlink_to(tmp_path / "gone" / "with its disk")
    said = run(lost, "--from", str(tmp_path / "terminal-1"))
    assert said.exit_code == 1 and "vault.unusable" in said.output, said.output
    assert f"0 → {lost.maker.size + 1} 項目" in said.output


@pytest.mark.parametrize("address", ["foo", "ws://127.0.0.1:9/link", "http://[bad"])
def test_an_office_that_is_not_there_is_said_as_what_it_is_to_a_command_that_has_ended(
    tmp_path: Path, address: str
) -> None:
    lost = Lost(tmp_path)
    said = run(lost, "--office", address)
    assert said.exit_code == 1 and "recover.office_away" in said.output and "--from" in said.output, said.output
    assert "by itself" not in said.output


def test_a_terminal_whose_program_is_open_is_to_be_closed_not_the_hub(tmp_path: Path) -> None:
    lost = Lost(tmp_path)
    asyncio.run(lost.terminal("terminal-1"))

    async def open_meanwhile() -> Result:
        replica = tmp_path / "terminal-1" / "replica.sqlite"
        async with await RecordStore.open(replica, origin=WORLD.deployment.origin):
            return await asyncio.to_thread(run, lost, "--from", str(tmp_path / "terminal-1"))

    said = asyncio.run(open_meanwhile())
    assert said.exit_code == 1 and "recover.copy_in_use" in said.output, said.output
    assert "demado terminal" in said.output and "running hub" not in said.output


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    lost = Lost(tmp_path)
    said = CliRunner().invoke(main, ["recover", "--home", str(lost.home / "certificate")])
    assert said.exit_code == 1 and "party.home_incomplete" in said.output, said.output
    said = CliRunner().invoke(main, ["hub", "--take-over", "--home", str(lost.home / "certificate")])
    assert said.exit_code == 2 and "takeover.no_standby" in said.output, said.output


SPOILT = b"\xc1 not a vault" * 300
