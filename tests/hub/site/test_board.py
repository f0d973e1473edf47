"""The waiting board as the hub serves it: at once, then on change, never replayed; and in a real browser."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from hub.domain.booth import Booth
from hub.domain.queue import queue
from hub.site.board_view import CANCELLED_MS, FOOT_SHOWN, Foot, board
from hub.site.server import BOARD_PAUSE_S, MOST_BOARDS_FROM_ONE, BoardFeed
from tests.hub.site.hubs import Site, site_at, soon
from tests.hub.site.test_board_page import browser_tab
from tests.records import RecordMaker, World


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as made:
        yield made


# ---------------------------------------------------------------- what it says


def fold_foot(maker: RecordMaker, foot: Foot, work: Callable[[], object]) -> None:
    """Do something with the maker, and show its events to the foot as a hub does."""
    append = maker.append

    def and_show(signed: Any, context: Any, events: Any) -> bytes:
        body = append(signed, context, events)
        foot.take(events)
        return body

    maker.append = and_show  # type: ignore[method-assign]
    try:
        work()
    finally:
        maker.append = append  # type: ignore[method-assign]


def picture(maker: RecordMaker, foot: Foot, later_ms: int = 0) -> Any:
    return board(maker.booth, maker.world.profile, "駅前", True, maker.now_ms + later_ms, foot)


def opened() -> tuple[RecordMaker, Foot]:
    maker = RecordMaker(World())
    maker.open()
    return maker, Foot(maker.booth)


def test_absent_numbers_are_the_newest_of_the_day_and_leave_when_their_holder_comes() -> None:
    maker, foot = opened()
    ids: list[int] = []
    fold_foot(maker, foot, lambda: ids.extend(maker.no_show() for _ in range(FOOT_SHOWN + 3)))
    numbers = [f"A-{n:03}" for n in range(4, 4 + FOOT_SHOWN)]
    assert picture(maker, foot).absent == numbers
    fold_foot(maker, foot, lambda: maker.do(queue.ResumeTicket(ids[-1]), maker.world.clerks[0]))
    assert picture(maker, foot).absent == ["A-003", *numbers[:-1]]
    assert Foot(maker.booth).absent(maker.booth) == picture(maker, foot).absent, "a restarted hub shows the same"
    undone = maker.booth.queue.tickets[ids[-1]].changed_at
    fold_foot(maker, foot, lambda: maker.do(queue.UndoAction(ids[-1], undone), maker.world.clerks[0]))
    assert picture(maker, foot).absent == numbers


def test_an_undone_call_shows_as_cancelled_for_a_minute_unless_it_is_called_again() -> None:
    maker, foot = opened()
    clerk, lane = maker.world.clerks[0], maker.world.profile.lanes[0].id

    def call_and_undo() -> None:
        maker.do(queue.CallNext((lane,), "窓口1"), clerk)
        maker.do(queue.UndoAction(ticket, maker.size - 1), clerk)

    (issued,) = maker.do(queue.IssueTicket(lane), clerk)
    ticket = issued.ticket  # type: ignore[union-attr]
    assert picture(maker, foot).cancelled == []
    fold_foot(maker, foot, call_and_undo)
    shown = picture(maker, foot)
    assert shown.cancelled == ["A-001"] and shown.calls == [] and shown.lanes[0].next == ["A-001"]
    assert picture(maker, foot, CANCELLED_MS).cancelled == []
    assert picture(maker, foot, -2 * CANCELLED_MS).cancelled == [], "nor for an hour after a clock that was set back"
    fold_foot(maker, foot, lambda: maker.do(queue.CallNext((lane,), "窓口1"), clerk))
    again = picture(maker, foot)
    assert again.cancelled == [] and [call.number for call in again.calls] == ["A-001"]


def test_a_taken_back_mistake_other_than_a_call_is_not_shown_as_cancelled() -> None:
    maker, foot = opened()
    clerk, lane = maker.world.clerks[0], maker.world.profile.lanes[0].id

    def mistakes() -> None:
        (issued,) = maker.do(queue.IssueTicket(lane), clerk)
        maker.do(queue.UndoAction(issued.ticket, maker.size - 1), clerk)  # type: ignore[union-attr]
        (second,) = maker.do(queue.IssueTicket(lane), clerk)
        maker.do(queue.CallNext((lane,), "窓口1"), clerk)
        maker.do(queue.StartService(second.ticket), clerk)  # type: ignore[union-attr]
        maker.do(queue.UndoAction(second.ticket, maker.size - 1), clerk)  # type: ignore[union-attr]

    fold_foot(maker, foot, mistakes)
    shown = picture(maker, foot)
    assert shown.cancelled == [] and [call.number for call in shown.calls] == ["A-002"]


def test_a_picture_never_looks_through_all_tickets_of_the_day() -> None:
    maker, foot = opened()
    maker.no_show()
    looked: list[str] = []

    class Watched:
        """The tickets of a booth, which may be asked for one by one only."""

        def __init__(self, booth: Booth) -> None:
            self._tickets = booth.queue.tickets

        def get(self, key: int) -> Any:
            looked.append("one")
            return self._tickets.get(key)

        __getitem__ = get

        def values(self) -> Any:
            raise AssertionError("all tickets were looked through")

        items = keys = __iter__ = values

    foot = Foot(maker.booth)
    watched = msgspec.structs.replace(maker.booth.queue, tickets=Watched(maker.booth))
    shown = board(msgspec.structs.replace(maker.booth, queue=watched), maker.world.profile, "", True, 0, foot)
    assert shown.absent == ["A-001"] and looked


def test_a_board_holds_no_name_and_nothing_of_a_visit() -> None:
    # AOMO-7.2-01, NAGA-14-03, CHIB-2.9-06
    maker, foot = opened()
    fold_foot(maker, foot, lambda: maker.ticket())
    fields = set(type(picture(maker, foot)).__struct_fields__)
    assert fields == {
        "at_ms", "site", "training", "lanes", "calls", "absent", "cancelled", "open", "message_ja", "message_en"
    }  # fmt: skip


# ---------------------------------------------------------------- how it is sent


async def test_the_first_beat_comes_at_once_changes_are_gathered_and_silence_has_a_heartbeat() -> None:
    feed = BoardFeed()
    async with aclosing(feed.beats()) as beats:
        assert await soon(anext(beats)) is True
        for _ in range(100):
            feed.changed()
        assert await soon(anext(beats)) is True  # a hundred changes, one picture
        assert await soon(anext(beats)) is False  # then nothing but the heartbeat
        feed.changed()
        assert await soon(anext(beats)) is True
    assert not feed._changed, "a page that has gone is forgotten"


@asynccontextmanager
async def events(session: aiohttp.ClientSession, url: str) -> AsyncIterator[Callable[[], Awaitable[tuple[str, Any]]]]:
    """The board's events one by one: name ("message" or "tick") and data."""
    async with session.get(url) as response:
        assert response.status == 200 and response.content_type == "text/event-stream"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"

        async def following() -> tuple[str, Any]:
            name, data = "message", None
            while data is None:
                line = (await soon(response.content.readline())).decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data = json.loads(line.removeprefix("data: "))
            return name, data

        yield following


def board_url(site: Site, path: str = "/board/events") -> str:
    return f"http://{site.hub.address}{path}"


async def test_the_board_is_sent_at_once_then_when_something_changes_and_a_tick_in_between(site: Site) -> None:
    await site.hub.start("--devices", "none")
    client = await site.terminal()
    async with aiohttp.ClientSession() as session, events(session, board_url(site)) as following:
        name, first = await following()
        assert name == "message" and first["open"] is False and first["training"] is True
        await site.open_day(client)
        await site.issue(client)
        await site.call(client, "窓口2")
        last = first
        while name != "tick" or not last["calls"]:
            name, shown = await following()
            last = shown if name == "message" else last
        assert set(shown) == {"at_ms"}
        assert [call["number"] for call in last["calls"]] == ["A-001"]
        assert last["calls"][0]["window_en"] == "Window 2" and last["lanes"][0]["waiting"] == 0
        assert abs(shown["at_ms"] - last["at_ms"]) < 60_000


async def test_under_load_the_board_is_drawn_at_most_five_times_a_second(site: Site) -> None:
    await site.hub.start("--devices", "none")
    client = await site.terminal()
    await site.open_day(client)
    async with aiohttp.ClientSession() as session, events(session, board_url(site)) as following:
        await following()
        began, stopping = time.monotonic(), asyncio.Event()

        async def busy() -> None:
            while not stopping.is_set():
                await site.issue(client)

        work = asyncio.create_task(busy())
        pictures = 0
        while pictures < 6:
            pictures += (await following())[0] == "message"
        took = time.monotonic() - began
        stopping.set()
        await work
        assert took >= 5 * BOARD_PAUSE_S, "a lower bound: no machine is too slow for it"


async def test_the_ticks_are_of_the_records_clock_also_where_a_rehearsal_simulates_it(site: Site) -> None:
    noon = 1_754_449_200_000
    await site.hub.start("--devices", "none", "--simulated-start", str(noon))
    async with aiohttp.ClientSession() as session, events(session, board_url(site)) as following:
        name, shown = await following()
        assert (name, shown["at_ms"]) == ("message", noon)
        assert await following() == ("tick", {"at_ms": noon})


async def test_pages_are_served_with_a_strict_policy_and_nothing_else_is_served(site: Site) -> None:
    await site.hub.start("--devices", "none")
    async with aiohttp.ClientSession() as session:
        for path in ("/board", "/board/board.html", "/board/board.js", "/board/board.css"):
            async with session.get(board_url(site, path)) as response:
                assert response.status == 200
                assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
                assert response.headers["X-Content-Type-Options"] == "nosniff"
        for path in ("/board/../daemon.py", "/board/..%2fdaemon.py", "/board/board.py", "/", "/record.sqlite"):
            async with session.get(board_url(site, path)) as response:
                assert response.status == 404
        async with session.get(board_url(site, "/health")) as response:
            health = await response.json()
        assert health["hub"] == "hub-1" and health["entries"] == 0 and health["devices"] == {}
        assert not any("staff" in str(value) or "officer" in str(value) for value in health.values())


async def test_one_machines_browsers_leave_places_for_the_waiting_rooms_screen(site: Site) -> None:
    await site.hub.start("--devices", "none")
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        for _ in range(MOST_BOARDS_FROM_ONE):
            following = await stack.enter_async_context(events(session, board_url(site)))
            await following()
        async with session.get(board_url(site)) as refused:
            assert refused.status == 503
        other = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))  # another machine: another address of this one
        screen = await stack.enter_async_context(aiohttp.ClientSession(connector=other))
        following = await stack.enter_async_context(events(screen, board_url(site)))
        await following()
        client = await site.terminal()  # a terminal has its own door
        await site.open_day(client)


# ---------------------------------------------------------------- in a real browser


@pytest.mark.needs("chromium")
async def test_a_call_appears_and_after_kill_and_restart_the_page_comes_back_by_itself_and_rings_nothing(
    site: Site, browser: str
) -> None:
    # AOMO-5.7-02
    await site.hub.start("--devices", "none")
    client = await site.terminal()
    await site.open_day(client)
    for _ in range(2):
        await site.issue(client)
    async with browser_tab(browser, board_url(site, "/board")) as page:
        await page.until("document.body?.dataset.fresh === 'now'")
        assert await page.ask("document.body.dataset.calls") == "none"
        await site.call(client, "窓口1")
        await page.until("document.querySelector('#newest .number')?.textContent === 'A-001'")
        assert await page.ask("document.body.dataset.rung") == "1"
        await site.hub.kill()
        await page.until("document.body.dataset.fresh === 'stale'")  # after five seconds without a heartbeat
        assert await page.text("#newest .line .number") == "A-001"
        await site.hub.start("--devices", "none")
        await page.until("document.body.dataset.fresh === 'now'")
        assert await page.text("#newest .line .number") == "A-001"
        assert await page.ask("document.body.dataset.rung") == "1", "nothing is replayed"
        await soon(client.until(lambda: client.connected))
        await site.call(client, "窓口2")
        await page.until("document.body.dataset.rung === '2'")
        ticket = max(client.booth.queue.tickets)
        entry = client.booth.queue.tickets[ticket].changed_at
        await site.do(client, queue.UndoAction(ticket, entry))
        await page.until("document.querySelector('#come').innerText.includes('A-002')")
        assert await page.ask("document.body.dataset.rung") == "2"
        assert page.complaints == []
