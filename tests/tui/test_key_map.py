"""Every key of the map does on every screen what it is said to do, says why where it cannot, and never two things."""

from __future__ import annotations

import pytest

from hub.domain.queue.queue import Ticket
from tui.layer import Confirm, Layer, Menu
from tui.papers.second_person import SecondPerson
from tui.terminal import actions
from tui.terminal.doing import PAGE_OF
from tui.terminal.overlays import Help, Palette

SCREENS = "1234567890"
BODY = slice(2, 20)
UNDONE = ("f2", "f5", "f6")
"""Keys of the queue that are taken back with Ctrl+Z, in an order in which each can be done."""


def body(seat) -> list[str]:
    """The rows of the screen itself, but for clocks that go on."""
    return [row for row in seat.rows[BODY] if not any(char.isdigit() for char in row)]


async def over(seat, key: str, kind: type[Layer]) -> None:
    """The key lays this over the screen, and Esc takes it away with nothing changed."""
    page, before, size = seat.terminal.page, body(seat), seat.terminal.client.size
    await seat.keys(key)
    assert isinstance(seat.terminal.top, kind), (key, seat.picture)
    assert seat.rows[23].startswith("F1"), "the keys stay in their places"
    await seat.keys("escape")
    assert seat.terminal.page is page and not seat.terminal.over
    assert body(seat) == before and seat.terminal.client.size == size


async def test_on_every_screen_each_key_opens_what_it_says_or_says_why_not(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f2", "f5", "enter")
    places = [seat.rows[23].index(key) for key in ("F1", "F2", "F3", "F4", "F5")]
    for digit in SCREENS:
        why = str(seat.terminal.why_not(f"go_{digit}"))
        await seat.keys("f4", digit)
        if why:
            assert seat.rows[20].startswith("！") and seat.terminal.station.said is not None, digit
            continue
        page = seat.terminal.page
        assert page is seat.terminal.pages[PAGE_OF[f"go_{digit}"]]
        assert [seat.rows[23].index(key) for key in ("F1", "F2", "F3", "F4", "F5")][0] == places[0]
        names = [part[: len(key)] for part, key in zip(seat.rows[23].split(" "), FOOTER_KEYS, strict=False)]
        assert names == list(FOOTER_KEYS), seat.rows[23]
        for key, kind in (("f1", Help), ("f4", Menu), ("f9", Menu), ("f12", Menu), ("ctrl+p", Palette)):
            await over(seat, key, kind)
        size = seat.terminal.client.size
        for action in (actions.BY_ID[name] for name in actions.FOOTER):
            if seat.terminal.why_not(action.id):  # dim on row 24
                await seat.keys(action.key)
                assert "：" in seat.rows[20] or seat.terminal.station.said is not None, (digit, action.key)
                assert not seat.terminal.over and seat.terminal.page is page
        for never in ("f10", "f11", "ctrl+b", "ctrl+q", "ctrl+s"):
            await seat.keys(never)
        assert seat.terminal.page is page and seat.terminal.client.size == size, "what cannot be done records nothing"


FOOTER_KEYS = tuple(actions.BY_ID[name].key_words for name in actions.FOOTER)


async def test_what_is_taken_back_is_never_asked_and_what_is_asked_is_never_taken_back(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    station = seat.terminal.station
    for key in UNDONE:
        await seat.keys(key)
        assert not seat.terminal.over, f"{key} asks nothing"
        assert station.undo_left > 0 or key == "f6", key
    await seat.keys("f9", "5")  # a second ticket on paper: asked, since paper cannot be called back
    assert isinstance(seat.terminal.top, Confirm)
    size = seat.terminal.client.size
    for no in ("enter", "escape", "n"):
        await seat.keys(no)
        assert not seat.terminal.over and seat.terminal.client.size == size, f"{no} is no"
        await seat.keys("f9", "5")
    await seat.keys("f9")
    assert isinstance(seat.terminal.top, Confirm), "the key that asked never answers, and no other leaves the question"
    assert seat.terminal.client.size == size
    await seat.keys("escape", "f4", "7", "f8", "f8")
    assert isinstance(seat.terminal.top, Confirm) and seat.terminal.client.size == size
    await seat.alone("y")
    await seat.until(lambda: not seat.terminal.over and not station.pending)
    assert seat.terminal.client.size > size and station.undo_left == 0, "stopped: not taken back by Ctrl+Z"


async def test_the_second_person_is_another_who_proves_themselves_and_the_session_stays(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("1")
    terminal, signed = seat.terminal, []
    terminal.lay(SecondPerson(terminal, "べつの人が数えて署名します", signed.append))
    await seat.keys("9", "enter")
    assert "その番号・名前の人はいません" in seat.rows[20]
    await seat.keys("1", "enter")
    assert "もう署名しています" in seat.rows[20] and "custody.same_person" in seat.rows[21]
    await seat.keys("2", "enter", *"wrong", "enter")
    await seat.sees("lockbox.wrong_passphrase")
    assert isinstance(terminal.top, SecondPerson) and not signed
    await seat.type(booth.plan.passphrases["staff-2"])
    assert booth.plan.passphrases["staff-2"] not in seat.picture, "what is typed is not shown"
    await seat.keys("enter")
    await seat.until(lambda: bool(signed))
    assert [person.person for person in signed] == ["staff-2"]
    assert terminal.station.person.person == "staff-1" and not terminal.over
    terminal.lay(SecondPerson(terminal, "べつの人が数えて署名します", signed.append))
    await seat.keys("2", "enter", "escape")
    assert not terminal.over and len(signed) == 1, "Esc leaves it unsigned"


@pytest.mark.contract("chiba")
async def test_f5_asks_whether_the_shared_terminal_is_logged_out_and_enter_is_no(booth, sit) -> None:
    """CHIB-1.9-01: the one before may still be logged in there; nobody is called by a key pressed in passing."""
    await booth.open_day()
    seat = await sit("2")
    station = seat.terminal.station

    def mine() -> Ticket | None:
        return station.mine

    lane = next(key for key in ("f2", "f3") if "申請" in str(station.profile.lanes[int(key[1]) - 2].ja))
    await seat.keys(lane, lane, "f5", "enter")
    await seat.until(lambda: bool(station.booth.visits.open))
    await seat.photo()
    await seat.until(lambda: bool(station.booth.visits.in_use))
    await seat.keys("f4", "1", "f9", "1")
    await seat.until(lambda: mine() is None)
    await seat.keys("f5")
    assert isinstance(seat.terminal.top, Confirm) and "申請用端末" in seat.rows[20]
    await seat.keys("enter")
    assert not seat.terminal.over and mine() is None and station.booth.visits.in_use
    await seat.keys("f5")
    await seat.alone("y")
    await seat.until(lambda: not station.booth.visits.in_use and not station.pending)
    await seat.keys("f5")
    assert mine() is not None
