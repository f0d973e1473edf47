"""A new terminal at the keys: what the manager and the newcomer see and press, at a real hub."""

from __future__ import annotations

import os
import unicodedata

import pytest

from hub.client.joining.invitation import Invitation, invite
from hub.client.link.connection import Done, HubClient
from hub.client.link.discovery import FoundHub
from hub.domain.people import pairing
from sync.keys.fingerprint import fingerprint
from sync.keys.keys import Signer
from sync.keys.renewalkey import RenewalKey
from sync.link.pairingfaults import PairingError
from tui.cells import width
from tui.terminal.join_page import JoinPage


def code_on(seat) -> str:
    """The eight digits that the manager's screen shows, as somebody would read them out."""
    row = next(row for row in map(half, seat.rows) if row.strip()[:9].replace(" ", "").isdecimal())
    return row.partition("|")[0].replace(" ", "")


def half(row: str) -> str:
    return unicodedata.normalize("NFKC", row)


def digits_on(seat) -> list[str]:
    """The groups of digits that two people compare."""
    return [word for row in map(half, seat.rows) for word in row.split() if len(word) == 5 and word.isdecimal()]


async def open_window(booth, seat) -> str:
    await seat.keys("f4", "8", "f8")
    await seat.until(lambda: isinstance(seat.terminal.renewal, RenewalKey))
    await seat.keys("f8")
    await seat.sees("このコードを入れる")
    return code_on(seat)


async def newcomer(booth, sit, code: str = "", machine: str = "new"):
    seat = await sit(machine=machine, wait=False, hub=False)
    await seat.type(f"127.0.0.1:{booth.port}")
    await seat.keys("enter")
    if code:
        await seat.type(code)
        await seat.keys("enter")
    return seat


async def test_manager_opens_and_accepts_and_the_new_terminal_is_at_work(booth, sit) -> None:
    manager = await sit("1")
    code = await open_window(booth, manager)
    new = await newcomer(booth, sit, code)
    await new.sees("同じ数字ですか")
    await manager.sees("同じ数字ですか")
    assert digits_on(new) == digits_on(manager) and len(digits_on(new)) == 6
    assert code not in half(manager.picture).replace(" ", "")
    await manager.keys("y")
    await manager.sees("terminal-21 が加わりました")
    await manager.sees("terminal-21 を加えました。")
    await new.sees("2. だれですか")
    await new.keys("2", "enter")
    await new.type(booth.plan.passphrases["staff-2"])
    await new.keys("enter")
    await new.until(lambda: new.terminal.page is not new.terminal.lock_page)


async def test_a_newcomer_that_could_not_write_its_folder_after_all_was_not_added_and_the_manager_is_told(
    booth, sit
) -> None:
    manager = await sit("1")
    code = await open_window(booth, manager)
    new = await newcomer(booth, sit, code, machine="later/new")
    await new.sees("同じ数字ですか")
    await manager.sees("同じ数字ですか")
    place = booth.plan.home("later")
    place.rmdir()
    place.write_text("no folder any more")
    await manager.keys("y")
    await new.sees("pairing.home_not_written")
    await manager.sees("terminal-21 は加わりませんでした：新しい端末が証明書を使えませんでした")
    assert "を加えました" not in manager.picture


async def test_a_folder_that_cannot_be_written_is_said_before_a_code_is_asked_for(booth, sit) -> None:
    booth.plan.home("file").write_text("no folder")
    new = await newcomer(booth, sit, machine="file/new")
    await new.sees("pairing.home_not_written")
    assert new.terminal.page.invitation is None and "2. 管理者の画面の8けた" not in new.picture


async def test_wrong_code_is_said_on_both_screens_and_the_third_burns_it(booth, sit) -> None:
    manager = await sit("1")
    code = await open_window(booth, manager)
    new = await newcomer(booth, sit)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for count in (1, 2):
        await new.type(wrong)
        await new.keys("enter")
        await new.sees("コードがちがいます")
        await manager.sees(f"まちがい {count} 回")
    await new.type(wrong)
    await new.keys("enter")
    await new.sees("このコードはもう使えません")
    await manager.sees("コードを無効にしました")
    assert not booth.plan.home("new").exists()


async def test_manager_who_sees_other_digits_presses_n_and_nothing_is_kept(booth, sit) -> None:
    manager = await sit("1")
    new = await newcomer(booth, sit, await open_window(booth, manager))
    await manager.sees("同じ数字ですか")
    await manager.keys("n")
    await new.sees("管理者が、この端末を受け付けませんでした")
    await manager.sees("前回：加えませんでした")
    assert not booth.plan.home("new").exists()


async def test_newcomer_who_sees_other_digits_leaves_with_escape(booth, sit) -> None:
    manager = await sit("1")
    new = await newcomer(booth, sit, await open_window(booth, manager))
    await new.sees("同じ数字ですか")
    await new.keys("escape")
    await new.sees("何も残していません")
    await manager.sees("通信が切れました")
    assert not booth.plan.home("new").exists()


async def test_code_leaves_the_screen_with_the_manager(booth, sit) -> None:
    manager = await sit("1")
    code = await open_window(booth, manager)
    await manager.keys("ctrl+l")
    assert code not in half(manager.picture).replace(" ", "")
    await manager.keys("2", "enter")
    await manager.type(booth.plan.passphrases["staff-2"])
    await manager.keys("enter")
    await manager.until(lambda: manager.terminal.page is not manager.terminal.lock_page)
    await manager.keys("f4", "8", "f8")
    await manager.sees("コードは、窓口をひらいた画面に出ています")
    assert code not in half(manager.picture).replace(" ", "")


async def test_clerk_is_told_who_may(booth, sit) -> None:
    clerk = await sit("2")
    await clerk.keys("f4", "8", "f8", "f8")
    assert "role.not_allowed" in clerk.rows[20] + clerk.rows[21]


async def test_terminal_without_a_renewal_key_says_where_to_go(booth, sit) -> None:
    (booth.plan.home("terminal-1") / "renewal.locked").unlink()
    manager = await sit("1")
    await manager.keys("f4", "8", "f8")
    await manager.until(lambda: manager.terminal.renewal is not None)
    await manager.keys("f8")
    await manager.sees("renewal.no_key")
    assert manager.terminal.station.booth.pairing.window is None


async def test_scanned_invitation_carries_the_key_and_another_hub_is_refused_with_both(booth, sit) -> None:
    manager = await sit("1")
    code = await open_window(booth, manager)
    new = await sit(machine="new", wait=False, hub=False)
    scanned = invite(booth.url, Signer(os.urandom(32)).public)
    assert scanned is not None
    await new.type(scanned.text)
    await new.keys("enter")
    await new.sees(scanned.fingerprint)
    await new.type(code)
    await new.keys("enter")
    await new.sees("QRコードのものとちがいます")
    mine = invite(booth.url, manager.terminal.client.hub_key)
    assert mine is not None and scanned.fingerprint in new.picture and mine.fingerprint in new.picture
    assert isinstance(new.terminal.page, JoinPage)


async def test_hub_of_our_name_with_another_key_is_refused_with_both_fingerprints(booth, sit) -> None:
    known = Signer(os.urandom(32)).public
    (booth.plan.home("terminal-2") / "hub.key").write_bytes(known)
    seat = await sit(machine="terminal-2", wait=False)
    await seat.sees("同じ名前の別のハブが答えました")
    assert fingerprint(known) in seat.picture
    client = await HubClient.open(booth.url, booth.plan.party("terminal-1"))
    assert fingerprint(client.hub_key) in seat.picture
    await client.close()


async def test_window_that_the_manager_closes_is_over(booth, sit) -> None:
    manager = await sit("1")
    await open_window(booth, manager)
    await manager.keys("n")
    await manager.sees("窓口を閉じました")
    assert isinstance(await booth.do(pairing.OpenPairing()), Done)


@pytest.mark.parametrize("kind", [PairingError, *PairingError.__subclasses__()], ids=lambda kind: kind.__name__)
def test_every_fault_and_what_to_do_fit_their_rows(kind: type[PairingError]) -> None:
    for text, todo in ((kind.ja, kind.todo_ja), (kind.en, kind.todo_en)):
        assert width(text) <= 80 and width(f"   {todo}  {kind.code}") <= 80


async def test_an_address_can_be_typed_although_hubs_are_listed_and_a_number_with_enter_chooses_one(booth, sit) -> None:
    new = await sit(machine="new", wait=False, hub=False)
    page = new.terminal.page
    listed = FoundHub("hub-1", ("10.255.255.1", "127.0.0.1"), booth.port, "00" * 16, "site", False)
    page.found = [listed]
    await new.type("127.0.0.1")
    assert page.invitation is None
    await new.keys("enter")
    assert page.invitation == Invitation("127.0.0.1", 7420)
    await new.keys("escape")
    page.found = [listed]
    await new.keys("1", "enter")
    assert page.invitation == Invitation("10.255.255.1", booth.port)
    assert page.elsewhere == [Invitation("127.0.0.1", booth.port)]
