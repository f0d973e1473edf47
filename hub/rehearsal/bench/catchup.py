"""A terminal that has been away takes in what it missed, every entry decided again, against bare verification."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec

from hub import garbage
from hub.client.link.connection import HubClient
from hub.rehearsal.bench.limits import measure_limits
from hub.rehearsal.bench.made import Maker
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import new_plan, running
from hub.rehearsal.deployment import Plan
from sync.clock import real_ms
from sync.record.checkpoint import Checkpoint, sign
from sync.record.file import REPLICA
from sync.record.store import RecordStore

MISSED = 10_000
MOST_OF_BARE = 2.0

HELD = 50
"""Entries that the terminal had kept before it went away."""


class CaughtUp(msgspec.Struct, frozen=True):
    entries: int
    cpu_s: float
    wall_s: float
    on_disk_s: float
    """Processor seconds until its own copy is on its disk as well."""
    whole: bool
    kept: bool


async def _leave_behind(maker: Maker, path: Path) -> None:
    """The terminal's own copy as it was when it went away."""
    deployment = maker.plan.deployment
    signer = maker.plan.party("hub").signer
    checkpoint = Checkpoint(deployment.origin, maker.frontier.size, maker.frontier.root())
    store = await RecordStore.open(path, origin=deployment.origin)
    try:
        outcomes = [(id, index, None) for index, id in enumerate(maker.ids)]
        certificates = [one for who in maker.plan.staff.values() for one in who.chain]
        note = sign(checkpoint, deployment.origin, signer)
        await store.append(maker.entries, outcomes, note, [*certificates, *maker.plan.party("hub").chain()])
    finally:
        await store.close()


async def _come_back(plan: Plan, url: str, held: int, size: int, keep: Path) -> CaughtUp:
    """From the moment the terminal knows the hub again until what it shows is the hub's record."""
    party = plan.party("terminal-1")
    # It was at work before it went away: what a program loads at its first link is not what it missed.
    await (await HubClient.open(url, plan.party("terminal-2"), follow=False)).close()
    garbage.keep_what_is()  # as a terminal does
    begun, before = time.perf_counter(), time.process_time()
    client = await HubClient.open(url, party, keep=keep)
    try:
        wall_s, cpu_s = time.perf_counter() - begun, time.process_time() - before
        # Not "==": the hub itself may write an entry when it starts (a root-signed list that it takes over).
        whole = client.connected and client.size >= size
        await client.until(lambda: client.kept >= size)
        on_disk_s = time.process_time() - before
        return CaughtUp(size - held, cpu_s, wall_s, on_disk_s, whole, client.kept >= size)
    finally:
        await client.close()


def bench(folder: Path, quick: bool) -> Result:
    """A real hub in a process of its own, and this process as the terminal."""
    missed = 1_000 if quick else MISSED
    plan = new_plan(folder)
    maker = Maker(plan, real_ms() - 2 * missed)
    maker.open()
    maker.up_to(HELD)
    held, keep = maker.frontier.size, plan.home("terminal-1") / REPLICA
    asyncio.run(_leave_behind(maker, keep))
    maker.up_to(held + missed)
    asyncio.run(maker.write())
    size = maker.frontier.size
    del maker
    limits = measure_limits(folder, quick=quick)
    with running(plan) as hub:
        caught = asyncio.run(_come_back(plan, hub.url, held, size, keep))
    limits = limits.and_then(measure_limits(folder, quick=quick))
    bare_s = caught.entries * limits.verify_s
    return Result(
        "catchup",
        (
            Line("catchup.bare", "署名の検証だけ", "bare verification", bare_s, "s"),
            Line(
                "catchup.wall", f"{missed:,}項目に追いつくまで", f"catching up {missed:,} entries", caught.wall_s, "s"
            ),
            Line("catchup.cpu", "　端末のCPU", "  terminal CPU", caught.cpu_s, "s"),
            Line("catchup.on_disk", "　控えを書き終えるまで", "  until its copy is on disk", caught.on_disk_s, "s"),
            Line("catchup.of_bare", "　比", "  ratio", caught.cpu_s / bare_s, "x", at_most=MOST_OF_BARE),
        ),
        {"the_terminal_shows_the_hubs_record": caught.whole, "every_entry_is_on_its_disk": caught.kept},
    )
