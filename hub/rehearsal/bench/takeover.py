"""How long a site is without a hub: from the take-over's command until a terminal works with the new hub."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from hub.client.link.connection import HubClient
from hub.rehearsal.bench.made import Maker, copied
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import new_plan
from hub.rehearsal.deployment import WITH_STANDBY, Plan
from hub.rehearsal.processes import Processes
from sync.clock import real_ms
from sync.record.file import REPLICA

ENTRIES = 50_000
"""A busy day of the largest site; all of it is decided again before the terminal goes on with it."""

MOST_S = 60.0


def bench(folder: Path, quick: bool) -> Result:
    """The two people's typing is left out: their passphrases come from files."""
    size = 600 if quick else ENTRIES
    plan = new_plan(folder)
    maker = Maker(plan, real_ms() - 2 * size)
    maker.open()
    maker.up_to(size)
    record = asyncio.run(maker.write())
    size = maker.frontier.size
    del maker
    copied(record, plan.home(WITH_STANDBY) / REPLICA)
    begun = time.perf_counter()
    with Processes() as processes:
        hub = processes.daemon("new hub", _arguments(plan), folder / "takeover.log")
        hub.wait_ready()
        serving = time.perf_counter() - begun
        epoch, shown = asyncio.run(_welcomed(plan, hub.url))
        live = time.perf_counter() - begun
    lines = (
        Line("takeover.serving", f"{size:,}件の控えから引継ぎ", f"take-over from {size:,} entries", serving, "s"),
        Line("takeover.live", "　ほかの端末が使える", "  another terminal works", live, "s", at_most=MOST_S),
    )
    return Result("takeover", lines, {"next_epoch": epoch == 2, "every_entry_is_there": shown > size})


def _arguments(plan: Plan) -> list[str]:
    words = []
    for option, person in (("--manager", "staff-1"), ("--second", "staff-2")):
        file = plan.folder / f"{person}.txt"
        file.write_text(plan.passphrases[person] + "\n", encoding="utf-8")
        words += [option, person, f"{option}-passphrase-file", str(file)]
    home = str(plan.home(WITH_STANDBY))
    rest = ("--devices", "none", "--no-announce", "--listen", "127.0.0.1:0")
    return ["hub", "--take-over", "--home", home, "--switched-off", *words, *rest]


async def _welcomed(plan: Plan, url: str) -> tuple[int, int]:
    """A terminal that knows nothing comes in: the epoch that it is shown, and the record's size."""
    client = await HubClient.open(url, plan.party("terminal-1"))
    found = client.booth.continuity.epoch, client.size
    await client.close()
    return found
