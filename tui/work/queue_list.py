"""The queue as a list with a cursor, of which only what is on the screen is drawn."""

from __future__ import annotations

from hub.domain.moment import local_minute
from hub.domain.queue.queue import Queue, TicketState
from tui.cells import Line, Span, fit_line
from tui.station import Station
from tui.work.queue_rows import LIST_CELLS, open_lanes, order, ticket_row


class QueueList:
    """A list that never moves under the cursor: the cursor is on a ticket, and its row keeps its place on the screen."""

    def __init__(self) -> None:
        self.ticket: int | None = None
        """The ticket under the cursor."""
        self.top = 0
        self._row = 0
        """Where on the screen the cursor was drawn last."""
        self._ids: list[int | None] = []
        self._key: object = None
        self._queue: Queue | None = None

    def follow(self, station: Station) -> None:
        """Read the queue again, and keep the cursor's row where it was."""
        queue = station.booth.queue
        lanes = tuple(lane.id for lane in open_lanes(station))
        minute = local_minute(station.now_ms())
        key = (lanes, minute, self.ticket)
        # Compared by identity: a queue is never changed in place.
        if queue is self._queue and key == self._key:
            return
        self._queue, self._key = queue, key
        self._ids = order(queue, station.profile, lanes, minute, self.ticket)
        if self.ticket is None or self.ticket not in self._ids:
            self.ticket = self._first(station)
        if self.ticket in self._ids:
            self.top = self._ids.index(self.ticket) - self._row

    def _first(self, station: Station) -> int | None:
        mine = station.mine
        if mine is not None and mine.id in self._ids:
            return mine.id
        tickets = station.booth.queue.tickets
        here = [ticket for ticket in self._ids if ticket is not None]
        waits = (ticket for ticket in here if tickets[ticket].state is TicketState.WAITING)
        return next(waits, here[0] if here else None)

    def rows(self, station: Station, height: int) -> list[Line]:
        """The part of the list that is on the screen."""
        self.follow(station)
        self._keep_inside(height)
        tickets = station.booth.queue.tickets
        made: list[Line] = []
        for ticket in self._ids[self.top : self.top + height]:
            made.append([] if ticket is None else ticket_row(station, tickets[ticket], ticket == self.ticket))
        if self.top > 0 and made:
            made[0] = _more(made[0], "^")
        if self.top + height < len(self._ids) and len(made) == height:
            made[-1] = _more(made[-1], "v")
        return made

    def _keep_inside(self, height: int) -> None:
        at = self._ids.index(self.ticket) if self.ticket in self._ids else 0
        self.top = max(0, min(self.top, max(0, len(self._ids) - height)))
        self.top = min(max(self.top, at - height + 1), at)
        self._row = at - self.top

    def move(self, by: int) -> None:
        """The cursor up or down, over empty rows."""
        tickets = [ticket for ticket in self._ids if ticket is not None]
        if not tickets:
            return
        at = tickets.index(self.ticket) if self.ticket in tickets else 0
        self.put(tickets[max(0, min(len(tickets) - 1, at + by))])

    def put(self, ticket: int) -> None:
        """The cursor on this ticket; the list scrolls only as far as it must."""
        self.ticket = ticket
        if ticket in self._ids:
            self._row = self._ids.index(ticket) - self.top
        self._key = None


def _more(row: Line, mark: str) -> Line:
    return [*fit_line(row, LIST_CELLS - 1), Span(mark, "dim")]
