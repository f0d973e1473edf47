"""The city's two officers at their desk: they come on duty, decide, sign for papers, and the desk witnesses.

They use the desk's own client: each request is believed only with its proofs, and each answer carries the desk's
cosignature. Where the contract has the officer on a video link, everything goes through the office as sealed letters.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
from collections.abc import Awaitable, Callable

from hub.client.desk.desk import DeskClient
from hub.client.link.commands import Done
from hub.client.link.connection_state import NotConnected
from hub.domain.contracts.contract import Profile
from hub.domain.identity import still
from hub.domain.identity.city_check import DRAWN_BYTES
from hub.domain.identity.identity import Outcome, RequestPassedOn
from hub.domain.refusal import Refusal
from hub.rehearsal.stage import Stage, soon
from sync.keys.party import Person

LOOK_S = 40
"""An officer looks at face and document for so long before deciding."""

PASSED_ON = 7
"""One request in so many is passed on by the officer whose turn it is, who is called away: on most days at least one."""

LATE_S = 5.0
"""A still is on the officer's screen within a second, over the office too."""


class DeskRefused(Exception):
    """The desk or the hub refused what the script takes for granted."""

    def __init__(self, what: str, refusal: Refusal) -> None:
        super().__init__(f"{what}: {refusal.code} {refusal.ja} / {refusal.en}")


def sits_elsewhere(profile: Profile) -> bool:
    """Whether the contract has identity checked over a video link (Koganei 7⑴オb), so that the desk is not on the site."""
    return any(method.identity_mode == "remote_video" for method in profile.methods)


class CityDesk:
    """Both officers at the one desk."""

    def __init__(
        self,
        stage: Stage,
        desk: DeskClient,
        officers: dict[str, Person],
        set_clock: Callable[[int], Awaitable[None]],
    ) -> None:
        self._stage = stage
        self._desk = desk
        self._officers = officers
        self._set_clock = set_clock
        """The hub's simulated clock, for what a letter does not tell it."""
        counter = itertools.count()
        # A day that is played again has the same features and cues.
        desk.looks.draw = lambda: hashlib.sha256(b"draw %d" % next(counter)).digest()[:DRAWN_BYTES]

    async def attend(self) -> None:
        """Both officers come on duty."""
        for officer in self._officers.values():
            await self._now()
            while True:
                await soon("desk", self._desk.until(lambda: self._desk.connected))
                try:
                    await self._seen("attend", await self._desk.attend(officer, True, at_ms=self._stage.now_ms))
                    break
                except NotConnected:
                    continue

    async def receive(self, request: int) -> None:
        """The officer whose turn it is begins to look; a request that is over by then is left alone."""
        await soon("desk", self._desk.until(lambda: request in self._desk.closed or self._shown(request) is not None))
        asked = self._shown(request)
        if asked is not None and request % PASSED_ON == 0:
            asked = await self._pass_on(request, asked)
        if asked is not None:
            await self._take_up(request, asked)

    async def answer(self, request: int, outcome: Outcome, reason: str) -> None:
        """Decide a request, by the officer whose turn it is; a request that is over by then is left alone."""
        await self._look(request)
        await self._stage.scheduler.sleep(LOOK_S)
        case = next((one for one in self._desk.requests if one.id == request and one.officer), None)
        if case is None:
            return
        await self._now()
        self._desk.look(case, at_ms=self._stage.now_ms)
        ticked = tuple(point for point, _, _ in self._desk.points(case)) if outcome is Outcome.CONFIRMED else ()
        decided = await soon(
            "decision",
            self._desk.decide(request, self._officers[case.officer], outcome, ticked, reason, at_ms=self._stage.now_ms),
        )
        if isinstance(decided, Done):
            await self._stage.happened(decided.index)
            # The hub destroys the check's pictures by itself: whoever acts next does so after that, on every run.
            await self._stage.until("stills gone", lambda: request not in self._stage.booth.stills)

    async def _look(self, request: int) -> None:
        """Look at every still that was taken; one that does not come over a broken line is seen by video."""

        def here() -> bool:
            taken = {one.id for one in still.current(self._stage.booth.stills, request)}
            return taken <= {one.still for one in self._desk.stills(request)}

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATE_S):
                await self._desk.until(here)
        for one in self._desk.stills(request):
            self._desk.look_at(request, one.still)

    async def _pass_on(self, request: int, officer: str) -> str | None:
        """The next officer in turn gets the request; whose it is then, or None where it is over."""
        await self._now()
        with contextlib.suppress(NotConnected):
            done = await soon(
                "passing on", self._desk.pass_on(request, self._officers[officer], at_ms=self._stage.now_ms)
            )
            if isinstance(done, Done):
                await self._stage.happened(done.index)
                given = next(event.given_to for event in done.events if isinstance(event, RequestPassedOn))
                await soon("desk", self._desk.until(lambda: self._shown(request) in (given, None)))
        return self._shown(request)

    async def _take_up(self, request: int, officer: str) -> None:
        """Say that somebody looks; where the hub cannot be told now, the decision says it soon enough."""
        await self._now()
        with contextlib.suppress(NotConnected):
            taken = self._desk.take_up(request, self._officers[officer], at_ms=self._stage.now_ms)
            done = await soon("taking up", taken)
            if isinstance(done, Done):
                await self._stage.happened(done.index)

    async def accept(self, transfer: int) -> int:
        """Sign for papers: the seals as read from the boxes, the sheets as counted. Returns the acceptance's entry."""
        await soon("desk", self._desk.until(lambda: any(one.id == transfer for one in self._desk.transfers)))
        offered = next(one for one in self._desk.transfers if one.id == transfer)
        counted = dict(self._stage.booth.custody.transfers[transfer].sheets)  # they count what lies in the box
        await self._now()
        officer = self._officers["officer-1"]
        accepted = await soon(
            "acceptance", self._desk.accept(transfer, officer, offered.seals, counted, at_ms=self._stage.now_ms)
        )
        return await self._seen("accept", accepted)

    async def consent(self, request: int, reference: str, date: str) -> None:
        """An officer consents to erase what a request names."""
        await self._now()
        while True:
            await soon("desk", self._desk.until(lambda: self._desk.connected))
            try:
                officer = self._officers["officer-1"]
                consented = self._desk.consent(request, reference, date, officer, at_ms=self._stage.now_ms)
                await self._seen("consent", await soon("consent", consented))
                break
            except NotConnected:
                continue

    async def consent_disposal(self, request: int, reference: str, date: str) -> None:
        """An officer consents to a disposal, as the desk shows it."""
        await soon("desk", self._desk.until(lambda: any(one.id == request for one in self._desk.disposals)))
        shown = next(one for one in self._desk.disposals if one.id == request)
        await self._now()
        while True:
            await soon("desk", self._desk.until(lambda: self._desk.connected))
            try:
                officer = self._officers["officer-1"]
                given = self._desk.consent_disposal(
                    request, shown.manifest, reference, date, False, officer, at_ms=self._stage.now_ms
                )
                await self._seen("consent", await soon("consent", given))
                break
            except NotConnected:
                continue

    async def confirm_booking(self, booking: int) -> None:
        """An officer confirms a visit that a body has applied for, as the desk shows it."""
        await soon("desk", self._desk.until(lambda: any(one.id == booking for one in self._desk.bookings)))
        shown = next(one for one in self._desk.bookings if one.id == booking)
        await self._now()
        while True:
            await soon("desk", self._desk.until(lambda: self._desk.connected))
            try:
                given = self._desk.confirm_booking(shown, self._officers["officer-1"], at_ms=self._stage.now_ms)
                await self._seen("booking", await soon("booking", given))
                break
            except NotConnected:
                continue

    def _shown(self, request: int) -> str | None:
        """Whose turn a request is, once the desk shows it."""
        return next((one.officer for one in self._desk.requests if one.id == request and one.officer), None)

    async def _now(self) -> None:
        await self._set_clock(self._stage.now_ms)

    async def _seen(self, what: str, answer: Done | Refusal) -> int:
        """The answer's entry, once the terminals have it."""
        if isinstance(answer, Refusal):
            raise DeskRefused(what, answer)
        await self._stage.happened(answer.index)
        return answer.index
