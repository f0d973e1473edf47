"""All checks of a hub's machine, in the order in which a person would go round."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hub.site.devices.doctor import clock, disk, live, memory, parts
from hub.site.devices.doctor.finding import Finding


async def check_machine(home: Path | None) -> list[Finding]:
    """Everything but keys and people's hands; without a home nothing that only a home has."""
    how = None if home is None else await live.ask_hub(home)
    if how is not None:
        ends_ms = how.latest_ms
    else:
        ends_ms = 0 if home is None else await live.record_ends_ms(home)
    return [
        *(live.of_hub(how) if how is not None else await live.of_machine()),
        *await asyncio.to_thread(disk.check, home or Path.cwd()),
        *clock.check(ends_ms),
        *memory.check(),
        *await asyncio.to_thread(parts.check),
    ]
