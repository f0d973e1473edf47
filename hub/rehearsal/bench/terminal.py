"""The staff terminal as a person meets it: first paint, a key until it is seen, the processor while nobody acts."""

from __future__ import annotations

import asyncio
import random
import statistics
from pathlib import Path

from hub.client.link.connection import HubClient
from hub.domain.queue.queue import IssueTicket
from hub.rehearsal.bench.pty_screen import Screen
from hub.rehearsal.bench.result import Line, Result, at
from hub.rehearsal.bench.site import installed, lane_of, new_plan, opened, running
from hub.rehearsal.deployment import Plan
from hub.rehearsal.processes import python

BUSY_TICKETS = 200
WAITING = 30
"""In line at the quiet hub: a screen full."""

MOST_PAINT_S, MOST_QUIET_S, MOST_BUSY_S = 0.4, 0.016, 0.050
MOST_IDLE = 2.0
"""Per cent of one core, with the clock ticking and the hub's word every second."""

SETTLE_S = 2.0
"""After the first paint a program still loads what it did not need for it."""

PAUSE_S = (0.06, 0.14)
"""Between keys, at random, so that they do not beat with the changes ten times a second."""

PATIENCE_S = 60.0

JAPANESE = rb"[\xe3-\xe9][\x80-\xbf][\x80-\xbf]"
"""A kana or kanji: the first frame with one is ours, the empty ones before it are the library's."""

TYPED = b"@#&_~"
"""Characters that stand nowhere else on the screen: where one appears, it is the echo."""

BACKSPACE, ENTER, ISSUE = b"\x7f", b"\r", b"\x1bOQ"


def _terminal(folder: Path, *arguments: str) -> Screen:
    return Screen([*python(), "tui", "terminal", *arguments], installed(folder))


def _paint_s(folder: Path, *arguments: str) -> tuple[float, float]:
    """Seconds, and processor seconds, from the start of the process until its first whole frame."""
    screen = _terminal(folder, *arguments)
    try:
        shown = screen.wait(JAPANESE, PATIENCE_S)
        return shown - screen.born, screen.cpu_s()
    finally:
        screen.close()


def _echoes_s(screen: Screen, keys: int) -> list[float]:
    """Seconds from each key until the frame that shows it is complete; each is taken back before the next."""
    found, rng = [], random.Random(1)
    for number in range(keys):
        key = TYPED[number % len(TYPED) :][:1]
        screen.watch(rng.uniform(*PAUSE_S))
        pressed = screen.press(key)
        found.append(screen.wait(key, PATIENCE_S) - pressed)
        screen.watch(rng.uniform(*PAUSE_S))
        screen.press(BACKSPACE)
    return found


def _numbers_s(screen: Screen, times: int) -> list[float]:
    """Seconds from the issuing key until the new number, durable at the hub, stands on this screen."""
    found = []
    for _ in range(times):
        screen.watch(0.4)
        pressed = screen.press(ISSUE)
        found.append(screen.wait(rb"[A-Z]-\d{3}", PATIENCE_S) - pressed)
    return found


def _percent(screen: Screen, seconds: float) -> float:
    """Processor time of the program, in per cent of one core, while nobody touches it."""
    before = screen.cpu_s()
    screen.watch(seconds)
    return 100 * (screen.cpu_s() - before) / seconds


async def _fill(plan: Plan, url: str) -> None:
    client = await HubClient.open(url, plan.party("terminal-2"), follow=False)
    for _ in range(WAITING):
        await client.submit(IssueTicket(lane_of(plan)), plan.clerks[1])
    await client.close()


def _quiet(plan: Plan, url: str, keys: int, idle_s: float) -> tuple[list[float], list[float], float]:
    """Echoes, issued numbers and idle processor of a real terminal at a real hub where nobody else works."""
    clerk = plan.clerks[0]
    screen = _terminal(
        plan.folder, "--home", str(plan.home("terminal-1")), "--hub", url, "--person", clerk.person, "--window", "窓口1"
    )
    try:
        screen.wait(clerk.name.encode(), PATIENCE_S)  # the hub has said who works here
        screen.watch(SETTLE_S)
        screen.press(ENTER)  # the person stands there already
        screen.watch(0.5)
        screen.press(plan.passphrases[clerk.person].encode() + ENTER)
        screen.wait(rb"[A-Z]-\d{3}", PATIENCE_S)  # the queue: unlocked
        screen.watch(SETTLE_S)
        idle = _percent(screen, idle_s)
        echoes = _echoes_s(screen, keys)
        return echoes, _numbers_s(screen, max(2, keys // 10)), idle
    finally:
        screen.close()


def _busy(folder: Path, keys: int, idle_s: float) -> tuple[list[float], float, float]:
    """Echoes, frames a second and processor of a terminal on which 200 tickets change ten times a second."""
    screen = _terminal(folder, "--demo", str(BUSY_TICKETS))
    try:
        screen.wait(JAPANESE, PATIENCE_S)
        screen.watch(SETTLE_S)
        frames = screen.frames
        idle = _percent(screen, idle_s)
        rate = (screen.frames - frames) / idle_s
        return _echoes_s(screen, keys), rate, idle
    finally:
        screen.close()


def bench(folder: Path, quick: bool) -> Result:
    """From outside, through a pseudo-terminal of 80 x 24."""
    keys, idle_s, paints = (4, 1.0, 1) if quick else (150, 10.0, 7)
    plan = new_plan(folder)
    with running(plan) as hub:
        opened(plan, hub)
        asyncio.run(_fill(plan, hub.url))
        home = ("--home", str(plan.home("terminal-1")), "--hub", hub.url)
        if not quick:
            _paint_s(plan.folder, *home)  # compiles what it loads
        painted = [_paint_s(plan.folder, *home) for _ in range(paints)]
        echoes, numbers, idle = _quiet(plan, hub.url, keys, idle_s)
    busy, frames, busy_idle = _busy(plan.folder, keys, idle_s)
    paint, paint_cpu = (statistics.median(one[part] for one in painted) for part in (0, 1))
    ms = "ms"
    return Result(
        "terminal",
        (
            Line("terminal.paint", "最初の画面", "first paint", paint * 1e3, ms, at_most=MOST_PAINT_S * 1e3),
            Line("terminal.paint_cpu", "　そのうちCPU", "  processor time of it", paint_cpu * 1e3, ms),
            Line("terminal.echo_p50", "キーから表示 中央値", "key to echo p50", at(echoes, 0.5) * 1e3, ms),
            Line("terminal.echo", "　95%", "  p95", at(echoes, 0.95) * 1e3, ms, at_most=MOST_QUIET_S * 1e3),
            Line("terminal.number_p50", "発券キーから番号", "issue key to its number p50", at(numbers, 0.5) * 1e3, ms),
            Line("terminal.idle", "何もしないときのCPU", "CPU with a clock ticking", idle, "%", at_most=MOST_IDLE),
            Line(
                "terminal.busy_p50",
                "200枚が動く中のキー 中央値",
                "200 tickets changing: echo p50",
                at(busy, 0.5) * 1e3,
                ms,
            ),
            Line("terminal.busy", "　95%", "  p95", at(busy, 0.95) * 1e3, ms, at_most=MOST_BUSY_S * 1e3),
            Line("terminal.busy_frames", "　描画の回数", "  frames", frames, "/s"),
            Line("terminal.busy_cpu", "　そのときのCPU", "  CPU meanwhile", busy_idle, "%"),
        ),
        {"the_screen_moves_while_tickets_change": frames > 1},
    )
