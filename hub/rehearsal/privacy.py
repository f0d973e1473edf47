"""Personal data through a practice day: sealed at the opening, read for a purpose at the window, erased at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from hub.client.link.connection import HubClient
from hub.client.link.connection_state import NotConnected
from hub.client.views.booking import seal_list
from hub.client.views.vaultway import AnswerLost
from hub.domain.contracts import consent
from hub.domain.moment import iso_date
from hub.domain.personal import disclosure, personal
from hub.domain.personal.disclosure import Reveal
from hub.domain.refusal import Refusal
from hub.domain.reservations.reservation import Reservation
from hub.domain.visit.visit import Visit
from hub.rehearsal.city import CityDesk
from hub.rehearsal.stage import Stage, soon
from sync.keys.party import Person

REASON = "業務終了"
REFERENCE = "訓練-消去-1"
"""What an officer of a practice city gives as the consent's document."""

_T = TypeVar("_T")


class NotSealed(Exception):
    """The list could not be brought in as it is."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code}: {refusal.ja}")


class Privacy:
    """What the manager does about personal data, and what a clerk asks to see."""

    def __init__(self, stage: Stage, screen: HubClient, manager: Person, city: CityDesk) -> None:
        self._stage = stage
        self._screen = screen
        """A screen with a replica: what it is shown is held against the record."""
        self._manager = manager
        self._city = city
        self.keys: dict[str, bytes] = {}
        """Every key that was made, so that the end of the day can look for them in every file."""
        self.read = 0

    @property
    def _date(self) -> str:
        return self._stage.booth.day.date or iso_date(self._stage.now_ms)

    def number_only(self) -> bool:
        return not consent.may_keep(self._stage.profile, True, self._date)

    async def take_in(self, rows: list[Reservation], lane: str) -> None:
        """Seal the list, deposit its keys in the vault, and list it; without the city's consent the numbers alone."""
        made = seal_list(rows, lane, self._date, number_only=self.number_only())
        if isinstance(made, Refusal):
            raise NotSealed(made)
        if made.keys:
            await self._unlock()
            self.keys |= made.keys
            await self._answered(lambda: self._screen.vault.deposit(made.keys))
        for command in made.commands:
            await self._stage.do(self._screen, command, self._manager)

    async def look(self, visit: Visit, clerk: Person) -> None:
        """A clerk checks who stands there, where the person has a reservation: the name, for the purpose that has it."""
        ticket = self._stage.booth.queue.tickets[visit.ticket]
        if ticket.reservation not in self._stage.booth.personal.today:
            return
        allowed = disclosure.purposes(self._stage.profile, False, visit=True)
        purpose = next((one for one in allowed if "kana" in one.fields), None)
        if purpose is None:
            return
        if self._screen.status is not None and self._screen.status.vault == "locked":
            await self._unlock()  # the hub was restarted: the queue went on, reading waits for the manager
        asked = Reveal(ticket.reservation, "kana", purpose.id, visit.id)
        shown = await self._answered(lambda: self._screen.vault.reveal(asked, clerk, at_ms=self._stage.now_ms))
        if isinstance(shown, str):
            self.read += 1
            self._stage.commands += 1

    async def tag(self, digits: str) -> bytes | None:
        """The hub's tag of a form's digits; None while the vault is locked, after its manager was asked to unlock it."""
        tag = await self._answered(lambda: self._screen.vault.tag(digits))
        if not isinstance(tag, bytes):  # the hub's answer and not its beat, which comes when it comes
            await self._unlock()
            tag = await self._answered(lambda: self._screen.vault.tag(digits))
        return tag if isinstance(tag, bytes) else None

    async def erase(self) -> None:
        """After the day: the city consents where the contract wants it asked, and everything is erased."""
        register = self._stage.booth.personal
        if not register.held:
            return
        request = 0
        if consent.asks_before_erasing(self._stage.profile, True, iso_date(self._stage.now_ms)):
            # The hub asks by itself when the day has closed.
            await soon("request to erase", self._screen.until(lambda: bool(self._stage.booth.personal.requests)))
            (request,) = self._stage.booth.personal.requests
            await self._city.consent(request, REFERENCE, iso_date(self._stage.now_ms))
        held = tuple(sorted(self._stage.booth.personal.held))
        await self._stage.do(self._screen, personal.ErasePersonal(held, REASON, request), self._manager)

    async def _unlock(self) -> None:
        await self._answered(lambda: self._screen.vault.unlock(self._manager, at_ms=self._stage.now_ms))

    async def _answered(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        """Ask again when the hub was away meanwhile; what it had done already it does once more, as its own entry."""
        while True:
            await soon("vault", self._screen.until(lambda: self._screen.connected))
            try:
                return await soon("vault", ask())
            except (NotConnected, AnswerLost):
                continue
