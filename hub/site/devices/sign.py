"""The sign that shows one called number: it follows the state, whatever happened to its cable or its power.

A call is shown by its effect. This keeps the sign true where no effect does: after a fault or a restart it may show an
old number or none, and after an undone call it must not go on calling. Nothing is announced here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from drivers.device import DeviceFault, QueueDisplay
from drivers.supervision import Supervisor
from hub.domain.booth import Booth
from hub.domain.queue.queue import Ticket, TicketState

log = logging.getLogger(__name__)


def standing_call(booth: Booth) -> Ticket | None:
    """The newest call that nobody has answered yet."""
    called = [booth.queue.tickets[ticket] for ticket in booth.queue.windows.values()]
    return max(
        (ticket for ticket in called if ticket.state is TicketState.CALLED),
        key=lambda ticket: ticket.changed_at,
        default=None,
    )


class Sign:
    """Makes the display show the standing call each time it is asked to, one at a time."""

    def __init__(self, display: Supervisor[QueueDisplay], booth: Callable[[], Booth]) -> None:
        self._display = display
        self._booth = booth
        self._stale = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name="sign")

    def refresh(self) -> None:
        """What it shows may be wrong: look at the state and show that."""
        self._stale.set()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                await self._display.call(self._show)
            except DeviceFault as fault:
                log.debug("the sign was not refreshed: %s", fault)  # it is asked again when the display is ready
            except Exception:
                log.exception("the sign was not refreshed")

    async def _show(self, display: QueueDisplay) -> None:
        ticket = standing_call(self._booth())  # looked up now: a call may have come while others used the display
        if ticket is None:
            await display.clear()
        else:
            await display.show(ticket.number, ticket.window)
