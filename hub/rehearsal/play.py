"""The script: one whole day at a booth, from the first look at the clock to the city's signature for the papers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from hub.client.bad_day import DEVICES
from hub.client.desk.desk import DeskClient
from hub.client.link.connection import HubClient
from hub.domain.booth import Event
from hub.domain.contracts import calendar
from hub.domain.contracts.contract import Profile
from hub.domain.moment import iso_date
from hub.domain.queue.queue import TicketState
from hub.domain.reports import counts
from hub.domain.reports.counts import DayCounts
from hub.rehearsal import arrivals, secrets
from hub.rehearsal.afterwards import Afterwards
from hub.rehearsal.arrivals import Applicant
from hub.rehearsal.bad_day import BadDay, Planned
from hub.rehearsal.bookings import BookingList
from hub.rehearsal.city import CityDesk, sits_elsewhere
from hub.rehearsal.clerk import Clerk
from hub.rehearsal.closing import Closing
from hub.rehearsal.crew import Crew
from hub.rehearsal.expected import expected
from hub.rehearsal.floor import Floor
from hub.rehearsal.handover import Handover, handover
from hub.rehearsal.looking import Room
from hub.rehearsal.manager import Manager
from hub.rehearsal.opening import Opening
from hub.rehearsal.outing_visit import OutingVisit
from hub.rehearsal.privacy import REFERENCE, Privacy
from hub.rehearsal.scheduler import Scheduler
from hub.rehearsal.session import PRACTISING, SETUP_MS, Practice
from hub.rehearsal.stage import Stage, soon
from hub.rehearsal.summary import day_report
from sync.errors import SyncError
from sync.keys.party import Party, Person, load_people

TICK_WAIT_S = 5.0
"""A hub that was killed does not answer a tick; it is asked again."""

SHORTEST_SERVICE_S, LONGEST_SERVICE_S = 90.0, 20 * 60.0
"""Nobody is served in less; and a quiet day is no reason to keep anybody longer."""

BUSY = 0.75
"""Share of the session in which windows serve: a booth that is always full never calls the last number."""

STAFFED = ("staff-2", "staff-3", "staff-4")
"""The clerks, each with a window; a person who practises takes the last one's place."""

OFFICE_WAIT_S = 60.0
"""The office is on this machine: what it has not cosigned after a minute it will not."""


class Wishes(msgspec.Struct, frozen=True):
    """What the person who started the rehearsal asked for."""

    people: int | None = None
    seed: int = 1
    speed: float | None = None
    reservations: bytes | None = None
    windows: int = 3
    """Windows at which actors work; a person who practises takes the last one."""
    faults: tuple[Planned, ...] = ()
    """Which devices fail when."""
    office: str | None = None
    """Where the office listens; None: the hub has none."""


class Played(msgspec.Struct, frozen=True):
    """What came of it, as the actors saw it."""

    day: DayCounts
    invariants: dict[str, bool]
    booked: BookingList
    came: int
    handover: Handover
    entries: int
    to_witness: int
    """Size of the record up to the last act that the city's desk witnesses."""
    commands: int
    office_size: int
    city_size: int
    secret_texts: tuple[str, ...]
    people: tuple[secrets.Person, ...]
    keys: dict[str, bytes]
    read: int
    suffered: dict[str, int]
    """Fault code to how often a device was broken so."""


Say = Callable[[int, str], None]
"""Tells the person who watches: simulated time (ms) and a Japanese line."""


async def play(folder: Path, url: str, profile: Profile, practice: Practice, wishes: Wishes, say: Say) -> Played:
    """Play the whole day against the hub at `url`, with the parties and people in `folder`."""
    async with contextlib.AsyncExitStack() as stack:
        screens = {}
        alone = wishes.windows == len(STAFFED)
        for name in ("terminal-1", *(["terminal-2"] if alone else []), "director"):
            # One replica is enough to look at: a second on the same processor would only fold the same entries again.
            screens[name] = await HubClient.open(url, Party.load(folder / name), follow=name == "terminal-1")
            stack.push_async_callback(screens[name].close)
        desk = DeskClient(Party.load(folder / "desk"), folder / "desk")
        stack.push_async_callback(desk.close)
        if wishes.office is not None and sits_elsewhere(profile):
            # A hub that the office does not know yet would be asked for again only seconds later.
            await soon("office", screens["terminal-1"].until(lambda: _linked(screens["terminal-1"])))
            await desk.join_office(wishes.office)
        else:
            await desk.join_hub(url)
        people = unlock(folder, "hub", "terminal-1") | unlock(folder, "desk", "desk")
        script = _Script(folder, screens, desk, people, profile, practice, wishes, say)
        return await script.run()


def _linked(screen: HubClient) -> bool:
    """Whether the hub has its line to the office."""
    return screen.status is not None and screen.status.uplink


def unlock(folder: Path, home: str, machine: str) -> dict[str, Person]:
    """The people whose keys are kept in a home, with the passphrases that lie open in a practice deployment."""
    words = dict(
        (line.split("\t")[0], line.split("\t")[2])
        for line in (folder / "passphrases.txt").read_text(encoding="utf-8").splitlines()
        if line.count("\t") == 2
    )
    secret = (folder / machine / "secret").read_bytes()
    return {held.person: held.unlock(words[held.person], secret) for held in load_people(folder / home)}


class _Script:
    def __init__(
        self,
        folder: Path,
        screens: dict[str, HubClient],
        desk: DeskClient,
        people: dict[str, Person],
        profile: Profile,
        practice: Practice,
        wishes: Wishes,
        say: Say,
    ) -> None:
        self._folder = folder
        self._screens = screens
        self._people = people
        self._profile = profile
        self._practice = practice
        self._wishes = wishes
        self._say = say
        self._due = handover(profile, practice)
        self._to_witness = 0
        self._scheduler = Scheduler(practice.open_ms - SETUP_MS, wishes.speed, self._advance)
        eyes, devices = screens["terminal-1"], folder / "hub" / "devices"
        self._room = Room(devices)
        self._bad_day = BadDay(self._scheduler, screens["director"], eyes, wishes.faults)
        alone = "terminal-2" in screens
        self._stage = Stage(self._scheduler, profile, eyes, self._room, self._bad_day, shared=not alone)
        officers = {name: person for name, person in people.items() if name.startswith("officer")}
        self._desk = CityDesk(self._stage, desk, officers, self._advance)
        self._manager = people["staff-1"]
        self._clerks = [people[name] for name in STAFFED]
        self._privacy = Privacy(self._stage, screens["terminal-1"], self._manager, self._desk)
        self._floor = Floor(practice.close_ms)
        self._crew = Crew(self._stage, eyes, self._manager, self._clerks, practice, self._floor)
        self._outing = OutingVisit(self._crew)
        self._lanes = [lane.id for lane in profile.lanes_of(practice.event_type)]
        if not alone:
            eyes.on_events(self._beside)

    def _beside(self, index: int, events: tuple[Event, ...]) -> None:
        """Whoever practises at the terminal has done something: for as long as that can be undone, time is real."""
        if any(getattr(event, "by", "") == PRACTISING for event in events):
            self._scheduler.linger(self._profile.operation.undo_seconds)

    async def run(self) -> Played:
        wishes = self._wishes
        booked, applicants = expected(self._profile, self._practice, wishes.people, wishes.reservations, wishes.seed)
        self._scheduler.spawn(self._morning(booked, applicants), "morning")
        await self._scheduler.run()
        self._scheduler.speed = None  # the pace is for the session; to the handover the clock runs on
        self._scheduler.spawn(self._evening(), "evening")
        await self._scheduler.run()
        booth = self._stage.booth
        return Played(
            day=counts.count_day(booth),
            invariants={**counts.invariants(booth), **await self._after_the_bad_day()},
            booked=booked,
            came=len(booth.queue.reservations),
            handover=self._due,
            entries=self._stage.size,
            to_witness=self._to_witness,
            commands=self._stage.commands,
            office_size=self._status("office"),
            city_size=self._status("city"),
            secret_texts=booked.fields,
            people=tuple(secrets.Person(row.kana, row.phone, row.birth_date, row.note) for row in booked.rows),
            keys=self._privacy.keys,
            read=self._privacy.read,
            suffered=dict(self._bad_day.suffered),
        )

    async def _after_the_bad_day(self) -> dict[str, bool]:
        """That no device is stuck, and that each number went out on one paper: printed once, or written by hand."""
        if not self._wishes.faults:
            return {}
        await self._bad_day.mend_all()
        found = {"no_device_stuck": all([await self._bad_day.back(device) for device in DEVICES])}
        if not self._stage.shared:  # who practises may answer as they see it
            papers = [
                (len(self._room.papers(ticket.number)), ticket.number in self._stage.by_hand)
                for ticket in self._stage.booth.queue.tickets.values()
            ]
            found["every_number_on_one_paper"] = all(count + by_hand == 1 for count, by_hand in papers)
        return found

    def _status(self, what: str) -> int:
        status = self._screens["terminal-1"].status
        return int(getattr(status, what)) if status is not None else 0

    # ------------------------------------------------------------------ the day

    async def _morning(self, booked: BookingList, applicants: list[Applicant]) -> None:
        """Open the day, then let everybody in."""
        opening, manager = Opening(self._crew), Manager(self._crew)
        day = calendar.japanese_date(self._practice.date)
        self._tell(f"開場の準備：{self._profile.source.city}　{self._practice.venue}　{day}")
        await self._desk.attend()  # first: the contract may want the city's people there before anybody comes in
        applied = await self._outing.apply()
        if applied is not None:
            await self._desk.confirm_booking(applied)
            await self._outing.tick("before")
            self._tell("訪問の予約：市が確定し、事前調整ずみ")
        await opening.open()
        lane = next((lane for lane in self._lanes if arrivals.takes_bookings(self._profile, lane)), self._lanes[0])
        await self._privacy.take_in(booked.rows, lane)
        await opening.print_list()
        if self._privacy.number_only():
            self._tell("市の同意（記録・送信）なし：個人の欄は取り込まず、番号だけで運用します")
        self._tell(f"開場：予約 {len(booked.rows)}件、市の職員 2人が着席")
        for applicant in applicants:
            self._scheduler.spawn(manager.receive(applicant), f"applicant {applicant.id}")
        for clerk in self._at_windows(applicants):
            self._scheduler.spawn(clerk.work(), "clerk")
        self._scheduler.spawn(manager.tell_untold(), "telephone")
        self._scheduler.spawn(manager.stop_reception(), "reception")
        self._scheduler.spawn(manager.step_out(), "step out")
        self._scheduler.spawn(self._report(), "report")
        self._scheduler.spawn(self._bad_day.suffer(), "bad day")

    def _at_windows(self, applicants: list[Applicant]) -> list[Clerk]:
        """Clerks at their windows; where the contract wants windows apart, each lane has its own."""
        windows = self._wishes.windows
        shares = self._window_lanes(windows, applicants)
        screens = [screen for name, screen in self._screens.items() if name.startswith("terminal")]
        open_s = (self._practice.close_ms - self._practice.open_ms) / 1000
        clerks = []
        for number in range(windows):
            lanes = shares[number]
            people = sum(one.people for one in applicants if one.lane in lanes)
            helpers = sum(other == lanes for other in shares)
            service = BUSY * helpers * open_s / max(1, people)
            clerks.append(
                Clerk(
                    self._stage,
                    screens[number % len(screens)],
                    self._clerks[number],
                    f"窓口{number + 1}",
                    lanes,
                    self._floor,
                    self._desk,
                    min(LONGEST_SERVICE_S, max(SHORTEST_SERVICE_S, service)),
                    self._privacy,
                    self._clerks[(number + 1) % len(self._clerks)],
                )
            )
        return clerks

    def _window_lanes(self, windows: int, applicants: list[Applicant]) -> list[tuple[str, ...]]:
        apart = [lane for lane in self._lanes if self._profile.lane(lane).separate_window]
        if len(apart) < 2 or windows < len(apart):
            return [tuple(self._lanes)] * windows
        busiest = sorted(apart, key=lambda lane: -sum(one.lane == lane for one in applicants))
        return [(busiest[number],) if number < len(busiest) else (busiest[0],) for number in range(windows)]

    async def _report(self) -> None:
        for at_ms in arrivals.hours(self._practice):
            await self._scheduler.sleep_until(at_ms)
            tally = self._stage.booth.queue.tally
            told = {state: tally.get(state.value, 0) for state in TicketState}
            self._tell(
                f"待ち {told[TicketState.WAITING]}　対応中 {told[TicketState.SERVING]}　"
                f"完了 {told[TicketState.FINISHED]}　不在 {told[TicketState.NO_SHOW]}"
            )

    async def _evening(self) -> None:
        """Give everything its end and close; at the hour of the contract the city signs for the papers."""
        closing, afterwards = Closing(self._crew), Afterwards(self._crew)
        await self._bad_day.mend_all()
        await Manager(self._crew).give_ends()
        await self._outing.tick("day")
        offered = await closing.seal()
        await closing.blanks()
        await closing.picture(self._folder / "pictures")
        await closing.close()
        self._to_witness = self._stage.size
        await self._privacy.erase()
        await self._dispose(closing.request, afterwards)
        self._tell("閉場：番号札はすべて終わり、書類は2人で数えて封印")
        await self._reached_office()
        self._write_counts()
        if offered is None:
            self._tell("回収した書類はなく、市への引渡しはありません")
            await self._outing.tick("after")
        else:
            await afterwards.carry(offered, self._due.at_ms)
            await self._scheduler.sleep_until(self._due.at_ms)
            if self._due.date != self._practice.date:  # brought to a counter in the morning, before the desk is manned
                await afterwards.on_paper(offered, self._stage.now_ms)
                self._tell("紙で受領：市の窓口が送付表に署名（市の確認待ち）")
            self._to_witness = await self._desk.accept(offered) + 1
            self._tell(f"引渡し：市が書類を受領（{self._due.why}）")
            await self._outing.tick("after")
            await self._reached_office()
            self._write_counts()
        await self._city_kept()

    async def _dispose(self, request: int | None, afterwards: Afterwards) -> None:
        """What was printed for the day goes with the city's consent, before two people."""
        if request is not None:
            await self._desk.consent_disposal(request, REFERENCE, iso_date(self._stage.now_ms))
            await afterwards.dispose(request)
            self._tell("廃棄：市が承諾し、2人が署名")

    def _write_counts(self) -> None:
        day = counts.count_day(self._stage.booth)
        (self._folder / "counts.json").write_bytes(msgspec.json.format(msgspec.json.encode(day)) + b"\n")
        (self._folder / "counts.txt").write_text(day_report(self._profile, day), encoding="utf-8")

    async def _reached_office(self) -> None:
        """The record goes to the office; its cosignature is the receipt."""
        if self._wishes.office is None:
            return
        size = self._stage.size
        await self._until(lambda: self._status("office") >= size)
        self._tell(f"送付：事務局が {self._status('office')} 件までの記録に連署")

    async def _city_kept(self) -> None:
        """The desk witnesses closes and acceptances; what a device says after the last of them waits for the next day."""
        await self._until(lambda: self._status("city") >= self._to_witness)

    async def _until(self, condition: Callable[[], bool]) -> None:
        with contextlib.suppress(TimeoutError):  # the summary says what did not come
            async with asyncio.timeout(OFFICE_WAIT_S):
                await self._screens["terminal-1"].until(condition)

    async def _advance(self, at_ms: int) -> None:
        """Move the hub's clock; a hub that is away is waited for."""
        if self._stage.booth.latest_ms >= at_ms:
            return  # an entry of that time stands in the record: the hub's clock is there, also after a restart
        director = self._screens["director"]
        while True:
            await soon("clock", director.until(lambda: director.connected))
            with contextlib.suppress(TimeoutError, SyncError):
                async with asyncio.timeout(TICK_WAIT_S):
                    await director.advance(at_ms)
                    return

    def _tell(self, line: str) -> None:
        self._say(self._stage.now_ms, line)
