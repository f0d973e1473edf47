"""The waiting board in a real browser (Debian's Chromium), fed by a server of the test's own.

Time is skipped inside the page, by moving its performance.now(), so nothing here waits for a minute to pass.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

import hub.site
from tests.hub.site.conftest import CHROMIUM
from tests.ports import own_port

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")

PAGE = Path(hub.site.__path__[0]) / "board"
# As strict as it gets: the page may hold no inline script or style and load nothing from elsewhere.
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
AUGUST_6_10_24_07_JST = 1_754_443_447_000
SKIP_TIME = "(() => {const real = performance.now.bind(performance); window.skip = 0; performance.now = () => real() + window.skip;})()"

LANE_NAMES = (
    ("交付前設定", "Before delivery"),
    ("カード交付", "Card delivery"),
    ("電子証明関係（発行・更新など）", "Electronic certificates"),
    ("暗証番号再設定", "PIN reset"),
    ("健康保険証利用申込・公金受取口座登録", "Health insurance card and accounts"),
    ("カード申請サポート", "Application help"),
    ("特急発行受付", "Express issue"),
)


def lanes(count: int) -> list[dict[str, object]]:
    return [
        {
            "prefix": "ABCDEFG"[i],
            "ja": LANE_NAMES[i][0],
            "en": LANE_NAMES[i][1],
            "waiting": 12,
            "wait_minutes": 120,
            "next": [f"{'ABCDEFG'[i]}-{n:03}" for n in range(20, 26)],
            "lamp": "long",
        }
        for i in range(count)
    ]


def call(number: str, entry: int, nth: int = 1) -> dict[str, object]:
    return {"number": number, "window": "窓口2", "window_en": "Window 2", "call": nth, "called_ms": 0, "entry": entry}


class Hub:
    """A hub as far as the board can see: a port, the events it sends, and that it can die and come back."""

    def __init__(self) -> None:
        self.board: dict[str, object] = {
            "site": "小金井 緑センター",
            "training": False,
            "lanes": lanes(2),
            "calls": [call("A-019", 123), call("B-002", 110), call("A-018", 100)],
            "absent": ["A-011"],
            "cancelled": [],
            "open": True,
            "message_ja": "番号でお呼びします",
            "message_en": "We call by number",
        }
        self.port = own_port()
        self.at_ms = AUGUST_6_10_24_07_JST
        self._runner: web.AppRunner | None = None
        self._links: set[web.StreamResponse] = set()

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/board/events", self._events)
        app.router.add_get("/board/{name}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def show(self, **changes: object) -> None:
        self.board |= changes
        await self._send({"at_ms": self.at_ms, **self.board})

    async def tick(self, later_ms: int = 1000) -> None:
        self.at_ms += later_ms
        await self._send({"at_ms": self.at_ms}, "event: tick\n")

    async def _send(self, data: dict[str, object], head: str = "") -> None:
        for link in list(self._links):
            await link.write(f"{head}data: {json.dumps(data)}\n\n".encode())

    async def _events(self, request: web.Request) -> web.StreamResponse:
        link = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await link.prepare(request)
        await link.write(f"data: {json.dumps({'at_ms': self.at_ms, **self.board})}\n\n".encode())
        self._links.add(link)
        try:
            await asyncio.Event().wait()
        finally:
            self._links.discard(link)
        return link

    async def _file(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / request.match_info["name"], headers={"Content-Security-Policy": CSP})


class Page:
    """One browser tab over the DevTools protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.complaints: list[str] = []

    async def command(self, method: str, **params: object) -> dict[str, Any]:
        wanted = next(self._ids)
        await self._socket.send_json({"id": wanted, "method": method, "params": params})
        while True:
            message = await self._socket.receive_json(timeout=60)
            if message.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(str(message["params"]))
            if message.get("method") == "Log.entryAdded" and message["params"]["entry"]["source"] == "security":
                self.complaints.append(message["params"]["entry"]["text"])
            if message.get("id") == wanted:
                return dict(message["result"])

    async def ask(self, script: str) -> Any:
        answer = await self.command("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, script: str) -> None:
        async with asyncio.timeout(60):
            while not await self.ask(script):  # noqa: ASYNC110  # the page can only be asked
                await asyncio.sleep(0.05)

    async def text(self, selector: str) -> str:
        return str(await self.ask(f"document.querySelector({json.dumps(selector)}).innerText"))


@pytest.fixture
async def site() -> AsyncIterator[Hub]:
    made = Hub()
    await made.start()
    yield made
    await made.stop()


@asynccontextmanager
async def browser_tab(browser: str, url: str) -> AsyncIterator[Page]:
    """A new tab at this address, of nobody's storage (each test's server has an origin of its own); closed afterwards."""
    async with aiohttp.ClientSession() as session:
        tab = await (await session.put(f"{browser}/json/new?about:blank")).json()
        try:
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                opened = Page(socket)
                for domain in ("Runtime", "Log", "Page"):
                    await opened.command(f"{domain}.enable")
                await opened.command(
                    "Emulation.setDeviceMetricsOverride", width=1920, height=1080, deviceScaleFactor=1, mobile=False
                )
                await opened.command("Page.addScriptToEvaluateOnNewDocument", source=SKIP_TIME)
                await opened.command("Page.navigate", url=url)
                await opened.until("document.body?.dataset.fresh === 'now'")
                yield opened
                assert opened.complaints == []
        finally:
            await session.get(f"{browser}/json/close/{tab['id']}")


@pytest.fixture
async def page(site: Hub, browser: str) -> AsyncIterator[Page]:
    async with browser_tab(browser, f"http://127.0.0.1:{site.port}/board/board.html") as opened:
        yield opened


async def test_the_newest_call_its_window_and_the_age_of_the_data_are_shown(page: Page) -> None:
    assert await page.text("#newest .line .number") == "A-019"
    assert await page.text("#newest .window") == "窓口2 Window 2"
    assert [await page.text(f"#older .line:nth-child({n}) .number") for n in (1, 2)] == ["B-002", "A-018"]
    assert await page.text("#as-of") == "10:24:07 現在"
    assert await page.text("#clock") == "8月6日(水) 10:24"
    assert "A-011" in await page.text("#come")


async def test_old_information_is_marked_after_5_s_greyed_after_60_s_and_well_again_with_the_next_tick(
    page: Page, site: Hub
) -> None:
    await site.tick()
    await page.until("document.querySelector('#as-of').textContent === '10:24:08 現在'")
    # No new connection, which would bring new data: a hub that is reachable but has stopped.
    await page.ask("source.close(); connect = () => {}; window.skip = 5100; true")
    await page.until("document.body.dataset.fresh === 'stale'")
    assert (await page.text("#stale")).split() == [
        "！",
        "情報が止まっています（最終10:24:08）",
        *"係員が声でお呼びします Staff will call you".split(),
    ]
    assert await page.text("#newest .line .number") == "A-019", "never blank"
    ink = "getComputedStyle(document.querySelector('#newest .number')).color"
    before = await page.ask(ink)
    await page.ask("window.skip = 60100; true")
    await page.until("document.body.dataset.fresh === 'old'")
    assert await page.ask(ink) != before
    await page.ask(f"take({{data: '{{\"at_ms\": {AUGUST_6_10_24_07_JST}}}'}}, () => {{}})")
    assert await page.ask("document.body.dataset.fresh") == "now"
    assert await page.ask("document.querySelector('#stale').hidden")


async def test_a_new_call_and_a_recall_are_announced_once_each_and_nothing_else_is(page: Page, site: Hub) -> None:
    rung = "document.body.dataset.rung ?? '0'"
    assert await page.ask(rung) == "0", "what stood there when the page came up is not announced"
    await site.show(calls=[call("A-020", 130), call("A-019", 123)])
    await page.until("document.body.dataset.flash === 'A-020'")
    await site.show(absent=["A-012"])
    await page.until("document.querySelector('#come').innerText.includes('A-012')")
    assert await page.ask(rung) == "1"
    await site.show(calls=[call("A-020", 131, 2)])
    await page.until("document.body.dataset.rung === '2'")
    assert "2回目" in await page.text("#newest")
    # The newest call is undone: an older one moves up, silently.
    await site.show(calls=[call("A-019", 123)], cancelled=["A-020"])
    await page.until("document.querySelector('#newest .number').textContent === 'A-019'")
    assert await page.ask(rung) == "2"
    await page.ask("window.skip += 10100; true")
    await page.until("document.body.dataset.flash === undefined")


async def test_a_call_that_makes_no_sound_flashes_for_half_a_minute(page: Page, site: Hub) -> None:
    await site.show(calls=[{**call("A-020", 130), "silent": True}, call("A-019", 123)])
    await page.until("document.body.dataset.flash === 'A-020'")
    await page.ask("window.skip += 10100; watch(); true")
    assert await page.ask("document.body.dataset.flash") == "A-020"
    await page.ask("window.skip += 20000; true")
    await page.until("document.body.dataset.flash === undefined")


async def test_the_board_comes_back_by_itself_after_a_restart_of_the_hub_and_replays_nothing(
    page: Page, site: Hub
) -> None:
    await site.stop()
    await page.ask("window.skip += 6000; true")
    await page.until("document.body.dataset.fresh === 'stale'")
    assert await page.text("#newest .line .number") == "A-019"
    site.board["calls"] = [call("B-003", 140), call("A-019", 123)]
    await site.start()
    await page.until("document.querySelector('#newest .number').textContent === 'B-003'")
    assert await page.ask("document.body.dataset.fresh") == "now"
    assert await page.ask("document.body.dataset.rung ?? '0'") == "0"
    await site.show(calls=[call("A-021", 150), call("B-003", 140)])
    await page.until("document.body.dataset.flash === 'A-021'")


async def test_training_lies_across_the_page_and_only_then(page: Page, site: Hub) -> None:
    assert await page.ask("document.querySelector('#training-veil').hidden")
    await site.show(training=True)
    await page.until("!document.querySelector('#training-veil').hidden")
    assert await page.text("#training-word") == "訓練"
    veil = await page.ask(
        "(r => [r.width, r.height])(document.querySelector('#training-veil').getBoundingClientRect())"
    )
    assert veil[0] >= 1920 and veil[1] >= 1080


async def test_an_empty_board_asks_to_wait_and_a_closed_one_says_so(page: Page, site: Hub) -> None:
    await site.show(calls=[], absent=[])
    await page.until("document.body.dataset.calls === 'none'")
    assert await page.text("#newest") == "お待ちください\n\nPlease wait"
    await site.show(open=False)
    await page.until("document.body.dataset.state === 'closed'")
    assert await page.text("#newest") == "受付は終わりました\n\nClosed"


async def test_what_the_hub_sends_is_shown_as_text_never_run_as_markup(page: Page, site: Hub) -> None:
    await site.show(site="<img src=x onerror=alert(1)>", message_ja="<b>太字</b>")
    await page.until("document.querySelector('#site').textContent.startsWith('<img')")
    assert await page.ask("document.querySelectorAll('img, b').length") == 0


async def test_an_event_that_is_not_understood_changes_nothing_and_does_not_count_as_fresh(page: Page) -> None:
    await page.ask("window.skip = 3000; take({data: 'no json'}, () => {}); take({data: '{}'}, showBoard); true")
    assert await page.text("#newest .line .number") == "A-019"
    assert await page.ask("performance.now() - heardAt >= 3000")


@pytest.mark.parametrize("english", [False, True])
async def test_from_one_to_seven_lanes_nothing_is_under_60_px_nor_outside_its_box(
    page: Page, site: Hub, english: bool
) -> None:
    if english:
        await page.ask("turns = 1; true")
    for count in range(1, 8):
        await site.show(
            lanes=lanes(count), calls=[call("G-119", 1), call("A-002", 0)], absent=[f"A-{n:03}" for n in range(9)]
        )
        await page.until(f"document.querySelectorAll('#lanes .shape').length === {count}")
        sizes = await page.ask(
            "[...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 &&"
            " n.data.trim())).map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) >= 60
        outside = await page.ask(
            "[...document.querySelectorAll('#lanes > *, #lanes .number, #lanes .names, #lanes .count, #lanes .minutes,"
            " #calls .line, #calls .window, footer p')].filter(e => {const r = e.getBoundingClientRect();"
            " const box = e.closest('#lanes, #calls, footer').getBoundingClientRect(); return r.width &&"
            " (r.left < box.left || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1);})"
            ".map(e => e.outerHTML.slice(0, 120))"
        )
        assert outside == [], f"{count} lanes"
        marks = await page.ask("[...document.querySelectorAll('#lanes .shape')].map(e => [e.className, e.innerText])")
        assert len({shape for shape, _ in marks}) == len({letter for _, letter in marks}) == count
