"""The ticket printer's emulator: one PNG a ticket, that a person can read, in `tickets/`."""

from __future__ import annotations

from pathlib import Path

from drivers.device import Ticket
from drivers.emulators.fault_switch import Emulated
from drivers.emulators.files import next_in_sequence, write_whole
from drivers.own_thread import OwnThread
from drivers.ticket_image import Paper, ticket_png


class EmulatedTicketPrinter(Emulated):
    """Prints in the order asked; a file's name is its place in that order and the number on the ticket."""

    kind = "ticket"

    def __init__(self, folder: Path, paper: Paper = Paper.MM58) -> None:
        super().__init__(folder)
        self._paper = paper
        self._thread = OwnThread(self.kind)

    @property
    def tickets(self) -> Path:
        """The folder the tickets fall into."""
        return self.folder / "tickets"

    async def print_ticket(self, ticket: Ticket) -> None:
        """Return when the ticket's PNG is there."""
        await self.faults.obey()
        await self._thread.run(lambda: self._print(ticket))

    async def close(self) -> None:
        """Let the drawing thread end."""
        self._thread.abandon()

    def _print(self, ticket: Ticket) -> None:
        again = "-reprint" if ticket.reprint else ""
        picture = ticket_png(ticket, self._paper)
        write_whole(next_in_sequence(self.tickets, f"{ticket.number}{again}.png"), picture)
