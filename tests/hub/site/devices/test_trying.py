"""What a try-out puts on paper: the time at which staff asked, in Japan, wherever the machine thinks it is."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from drivers.device import PhotoPrinter, Ticket, TicketPrinter
from drivers.photo_printer import try_sheet
from drivers.supervision import Supervisor
from hub.domain.contracts.reading import decode_profile, profile_bytes
from hub.site.devices.devices import Devices
from hub.site.devices.trying import try_out

PROFILE = decode_profile(profile_bytes("koganei"), "koganei")

ASKED_MS = 1_754_434_800_000
"""08:00 on 6 August 2025 in Japan; 23:00 of the day before in UTC."""


class Paper:
    """A printer, and its supervisor, of which only what was handed to it matters."""

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []

    async def call(self, do: Callable[[Paper], Awaitable[object]], *, deadline_s: float = 0) -> object:
        return await do(self)

    async def print_ticket(self, ticket: Ticket) -> None:
        self.tickets.append(ticket)

    async def print_page(self, page: bytes, copies: int) -> Paper:
        return self

    async def end(self) -> None:
        pass


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch):
    """A machine as it comes: a Pi is set to UTC until somebody says otherwise."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_utc")
async def test_a_try_out_says_when_it_was_asked_for_in_japanese_time(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    draw = try_sheet.page
    monkeypatch.setattr(try_sheet, "page", lambda city, at, training: said.append(at) or draw(city, at, training))
    paper = Paper()
    devices = Devices(
        photo_printer=cast("Supervisor[PhotoPrinter]", paper), ticket_printer=cast("Supervisor[TicketPrinter]", paper)
    )
    for kind in ("photo", "ticket"):
        assert await try_out(devices, kind, 0, PROFILE, True, lambda: None, ASKED_MS)
    assert said == ["2025-08-06 08:00"]
    assert [ticket.issued_at_ms for ticket in paper.tickets] == [ASKED_MS]
