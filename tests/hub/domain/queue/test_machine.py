"""A booth under any order of commands by several people: what must always hold, and that every ticket can still end."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.domain.booth import Command
from hub.domain.codec import decode_booth, encode_booth
from hub.domain.custody import custody
from hub.domain.day import day
from hub.domain.devices.effect import EffectOutcome, EffectState, ReportEffects
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome, Request, RequestState
from hub.domain.moment import Signer
from hub.domain.queue import queue
from hub.domain.queue import rules as queue_rules
from hub.domain.queue.queue import ENDED, Queue, Ticket, TicketState
from hub.domain.refusal import Refusal
from hub.domain.reports.counts import count_day, invariants
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit
from hub.domain.visit.visit import Visit, VisitState
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, OTHER, SECOND_OFFICER, Site, replayed

PEOPLE = st.sampled_from([CLERK, OTHER, MANAGER])
WINDOWS = st.sampled_from(["窓口1", "窓口2", "窓口3"])
OFFICERS = st.sampled_from([OFFICER, SECOND_OFFICER])
RESTORED = (
    "state",
    "lane",
    "window",
    "clerk",
    "calls",
    "called_ms",
    "served_ms",
    "back_by_minute",
    "returned",
    "ended_ms",
)
"""What of a ticket an undo puts back."""

REGRET = st.sampled_from([None, None, 0, 10, 11, -11])
"""Seconds until a person takes back what they just did."""

SECONDS = st.sampled_from([0, 1, 9, 11, 60, 901, -30, -5000])
"""Around the ten seconds of an undo and the fifteen minutes of a request; a Pi's clock is also set back."""


KINDS: tuple[type[queue.QueueCommand], ...] = (
    queue.CallTicket,
    queue.RecallTicket,
    queue.StartService,
    queue.MarkNoShow,
    queue.HoldTicket,
    queue.SendAway,
    queue.ResumeTicket,
    queue.TransferTicket,
    queue.FinishTicket,
    queue.CarryOver,
)

PICK = st.integers(0, 199)
"""Which ticket, visit or kind of command: mostly one where something is possible, sometimes any."""

_T = TypeVar("_T")


def choose(pick: int, likely: Sequence[_T], every: Sequence[_T]) -> _T:
    """One of the likely ones four times out of five, else one of all."""
    among = likely if likely and pick % 5 else every
    return among[pick // 5 % len(among)]


def has_tickets(machine: BoothMachine) -> bool:
    return bool(machine.site.booth.queue.tickets)


def has_visits(machine: BoothMachine) -> bool:
    return bool(machine.site.booth.visits.visits)


def has_requests(machine: BoothMachine) -> bool:
    return bool(machine.site.booth.identity.requests)


class BoothMachine(RuleBasedStateMachine):
    """Commands as people give them, whether or not they are possible; a refusal must change nothing."""

    contract = "koganei"

    @initialize(tickets=st.integers(1, 5), officers=st.integers(0, 2))
    def open_the_day(self, tickets: int, officers: int) -> None:
        self.site = Site(self.contract)
        rows = tuple(day.ReservationRow(f"R-{n}", 540 + n, self.site.lane, 1 + n % 2, b"") for n in range(4))
        self.site.do(day.ListReservations(rows), MANAGER)
        self.lanes = [lane.id for lane in self.site.profile.lanes_of(self.site.booth.day.event_type)]
        self.methods = self.site.profile.event_type(self.site.booth.day.event_type).methods
        self.done: list[tuple[int, int, Signer]] = []
        """Queue actions: ticket, entry, and who did it."""
        for number in range(tickets):
            self.site.issue(self.lanes[number % 2])
        for officer in (OFFICER, SECOND_OFFICER)[:officers]:
            self.site.do(identity.Attend(True), officer)

    def attempt(self, command: Command, by: Signer = CLERK) -> int | None:
        """The index of the command's entry, or None if it was refused."""
        decided = self.site.decide(command, by)
        if isinstance(decided, Refusal):
            assert all((decided.ja, decided.en, decided.todo_ja, decided.todo_en))
            return None
        return self.site.do(command, by)

    def ticket(self, pick: int) -> Ticket:
        tickets = sorted(self.site.booth.queue.tickets.values(), key=lambda ticket: ticket.id)
        return choose(pick, [ticket for ticket in tickets if ticket.state not in ENDED], tickets)

    def visit(self, pick: int) -> Visit:
        visits = sorted(self.site.booth.visits.visits.values(), key=lambda held: held.id)
        return choose(pick, [held for held in visits if held.state is VisitState.OPEN], visits)

    def request(self, pick: int) -> Request:
        requests = self.site.booth.identity.requests
        pending = [requests[number] for number in self.site.booth.identity.pending]
        return choose(pick, pending, [requests[number] for number in sorted(requests)])

    # -------------------------------------------------------------- the queue

    @rule(lane=st.integers(0, 6), people=st.integers(0, 3), number=st.integers(-3, 4), by=PEOPLE)
    def issue(self, lane: int, people: int, number: int, by: Signer) -> None:
        reservation = f"R-{number}" if number >= 0 else ""
        issued = self.attempt(queue.IssueTicket(self.lanes[lane % len(self.lanes)], people, reservation), by)
        if issued is not None:
            self.done.append((issued, issued, by))

    @rule(window=WINDOWS, by=PEOPLE, several=st.booleans())
    def call_next(self, window: str, by: Signer, several: bool) -> None:
        lanes = tuple(self.lanes) if several else (self.lanes[0],)
        waited = {ticket for lane in lanes for ticket in self.site.booth.queue.lines.get(lane, ())}
        done = self.attempt(queue.CallNext(lanes, window), by)
        if done is not None:
            ticket = self.site.booth.queue.windows[window]
            assert ticket in waited  # nobody whom another has called already
            self.done.append((ticket, done, by))

    @precondition(has_tickets)
    @rule(pick=PICK, which=PICK, by=PEOPLE, window=WINDOWS, lane=st.integers(0, 6), regret=REGRET)
    def move(self, pick: int, which: int, by: Signer, window: str, lane: int, regret: int | None) -> None:
        ticket = self.ticket(pick)
        possible = [kind for kind in KINDS if ticket.state in queue_rules.ALLOWED_FROM[kind]]
        moved = self.give(choose(which, possible, KINDS), ticket.id, by, window, self.lanes[lane % len(self.lanes)])
        if moved and regret is not None:
            self.site.wait(regret)
            self.undo(0, False)

    @precondition(has_tickets)
    @rule(pick=PICK, by=PEOPLE, window=WINDOWS, steps=st.integers(0, 14), method=st.integers(0, 6))
    def serve(self, pick: int, by: Signer, window: str, steps: int, method: int) -> None:
        """What mostly happens: called, comes, and a visit goes some way."""
        ticket = self.ticket(pick).id
        self.give(queue.CallTicket, ticket, by, window)
        self.give(queue.StartService, ticket, by)
        opened = self.attempt(visit.OpenVisit(ticket, self.methods[method % len(self.methods)]), by)
        if opened is not None:
            self.some_steps(opened, steps)

    def give(self, kind: type[queue.QueueCommand], ticket: int, by: Signer, window: str = "", lane: str = "") -> bool:
        state = self.site.ticket(ticket).state
        more: dict[type, tuple[object, ...]] = {
            queue.CallTicket: (window,),
            queue.SendAway: (700,),
            queue.TransferTicket: (lane,),
        }
        done = self.attempt(kind(ticket, *more.get(kind, ())), by)  # type: ignore[arg-type]
        if done is not None:
            assert state in queue_rules.ALLOWED_FROM[kind]
            self.done.append((ticket, done, by))
        return done is not None

    @precondition(lambda self: bool(self.done))
    @rule(back=st.integers(0, 3), somebody_else=st.sampled_from([False, False, True]))
    def undo_something(self, back: int, somebody_else: bool) -> None:
        self.undo(back, somebody_else)

    def undo(self, back: int, somebody_else: bool) -> None:
        ticket, entry, by = self.done.pop(-1 - min(back, len(self.done) - 1))
        last = self.site.ticket(ticket)
        done = self.attempt(queue.UndoAction(ticket, entry), HUB if somebody_else else by)
        if done is None:
            assert self.site.ticket(ticket) == last
            return
        assert last.changed_at == entry and not somebody_else
        assert abs(self.site.at_ms - last.changed_ms) <= 10_000
        now, was = self.site.ticket(ticket), self.before(last)
        if was is None:
            assert now.state is TicketState.VOID
            return
        for field in RESTORED:
            assert getattr(now, field) == getattr(was, field), field

    def before(self, last: Ticket) -> Ticket | None:
        """The ticket before the change that made `last`, by folding the record again; None if that issued it."""
        site = copy.copy(self.site)
        site.entries = self.site.entries[: last.changed_at]
        return replayed(site).queue.tickets.get(last.id)

    # -------------------------------------------------------------- visits and the city

    def some_steps(self, opened: int, steps: int) -> None:
        """Some next steps of a visit, as far as they are the booth's and possible."""
        method = self.site.profile.method(self.site.booth.visits.visits[opened].method)
        papers = (*(paper.id for paper in method.documents), "A", "B")
        for step in visit_steps.booth_steps(method)[:steps]:
            if step.kind == "count":
                sheets = {paper.id: 1 for paper in method.documents if paper.keep == "hand_over"}
                self.attempt(visit.CountSheets(opened, step.id, sheets))
            else:
                self.attempt(visit.DoStep(opened, step.id, papers))

    @precondition(has_visits)
    @rule(pick=PICK, steps=st.integers(1, 20))
    def go_on(self, pick: int, steps: int) -> None:
        self.some_steps(self.visit(pick).id, steps)

    @precondition(has_visits)
    @rule(pick=PICK)
    def ask(self, pick: int) -> None:
        held = self.visit(pick)
        for step in visit_steps.booth_steps(self.site.profile.method(held.method)):
            if step.kind in visit_steps.CITY_KINDS:
                self.attempt(identity.RequestIdentity(held.id, step.id, ()))

    @rule(officer=OFFICERS, on_duty=st.booleans())
    def attend(self, officer: Signer, on_duty: bool) -> None:
        self.attempt(identity.Attend(on_duty), officer)

    @precondition(has_requests)
    @rule(pick=PICK, officer=OFFICERS, outcome=st.sampled_from(Outcome))
    def decide(self, pick: int, officer: Signer, outcome: Outcome) -> None:
        asked = self.request(pick)
        if self.attempt(self.site.decision(asked.id, outcome), officer) is not None:
            assert asked.state is RequestState.PENDING and asked.officer == officer.person
            assert abs(self.site.at_ms - asked.requested_ms) < 15 * 60_000

    @precondition(has_requests)
    @rule(pick=PICK, expire=st.booleans())
    def close_request(self, pick: int, expire: bool) -> None:
        request = self.request(pick).id
        if expire:
            self.attempt(identity.ExpireRequest(request), HUB)
        else:
            self.attempt(identity.WithdrawRequest(request))

    @precondition(has_visits)
    @rule(pick=PICK, give_up=st.sampled_from([False, False, True]), by=PEOPLE)
    def end_visit(self, pick: int, give_up: bool, by: Signer) -> None:
        held = self.visit(pick)
        done = self.attempt(visit.AbandonVisit(held.id, "帰られた") if give_up else visit.FinishVisit(held.id), by)
        if done is not None and not give_up:
            steps = visit_steps.booth_steps(self.site.profile.method(held.method))
            assert {step.id for step in steps if step.gate} <= set(held.done)

    # -------------------------------------------------------------- time and devices

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.site.wait(seconds)

    @rule(state=st.sampled_from(EffectState), twice=st.booleans())
    def report(self, state: EffectState, twice: bool) -> None:
        outcomes = tuple(EffectOutcome(entry, kind, state) for entry, kind in sorted(self.site.booth.effects.open)[:3])
        self.attempt(ReportEffects(outcomes * (1 + twice)), HUB)

    @rule(seldom=st.integers(0, 5))
    def reception(self, seldom: int) -> None:
        self.attempt(day.StopReception() if seldom == 0 else day.ResumeReception(), MANAGER)

    # -------------------------------------------------------------- what always holds

    @invariant()
    def the_queue_is_true_to_its_tickets(self) -> None:
        assert_true(self.site.booth.queue, self.site)

    @invariant()
    def visits_and_requests_belong_together(self) -> None:
        booth = self.site.booth
        opened = [held for held in booth.visits.visits.values() if held.state is VisitState.OPEN]
        assert booth.visits.open == len(opened)
        for held in opened:
            assert booth.queue.tickets[held.ticket].state not in ENDED
        for ticket, held_by in booth.visits.by_ticket.items():
            kept = [v for v in held_by if booth.visits.visits[v].state is not VisitState.ABANDONED]
            assert len(kept) <= booth.queue.tickets[ticket].people
        pending = [r for r in booth.identity.requests.values() if r.state is RequestState.PENDING]
        assert booth.identity.pending == tuple(sorted(request.id for request in pending))
        assert all(booth.visits.visits[request.visit].state is VisitState.OPEN for request in pending)
        assert len({request.visit for request in pending}) == len(pending)
        waiting = [request for request in pending if not request.officer]
        assert not (waiting and booth.identity.officers)  # nobody waits while an officer is on duty
        assert all(request.officer in (*booth.identity.officers, "") for request in pending)

    @invariant()
    def bytes_of_the_state_are_the_state(self) -> None:
        data = encode_booth(self.site.booth)
        assert decode_booth(data) == self.site.booth

    def teardown(self) -> None:
        if not hasattr(self, "site"):
            return
        assert replayed(self.site) == self.site.booth
        for finish in (True, False):
            site = copy.copy(self.site)
            site.entries = list(self.site.entries)
            bring_to_an_end(site, finish)


def assert_true(held: Queue, site: Site) -> None:
    """Numbers, lines, windows and tally are what the tickets say."""
    tickets = sorted(held.tickets.values(), key=lambda ticket: ticket.id)
    given: dict[str, list[int]] = {}
    for ticket in tickets:
        prefix, _, number = ticket.number.partition("-")
        given.setdefault(prefix, []).append(int(number))
    for prefix, numbers in given.items():
        assert numbers == list(range(1, len(numbers) + 1))
        assert held.last_number[prefix] == len(numbers)
    for lane in site.profile.lanes:
        waiting = tuple(t.id for t in tickets if t.lane == lane.id and t.state is TicketState.WAITING)
        assert held.lines.get(lane.id, ()) == waiting
    at_windows = {t.window: t.id for t in tickets if t.state in queue_rules.AT_WINDOW}
    assert dict(held.windows) == at_windows
    assert len(at_windows) == sum(t.state in queue_rules.AT_WINDOW for t in tickets)
    assert all(not ticket.window for ticket in tickets if ticket.state not in queue_rules.AT_WINDOW)
    states = {state.value: sum(t.state is state for t in tickets) for state in TicketState}
    assert {state: count for state, count in held.tally.items() if count} == {s: n for s, n in states.items() if n}
    assert len(tickets) == sum(held.tally.values())
    used = [ticket.reservation for ticket in tickets if ticket.reservation and ticket.state is not TicketState.VOID]
    assert len(used) == len(set(used))
    assert all((ticket.ended_ms != 0) == (ticket.state in ENDED) for ticket in tickets)


def bring_to_an_end(site: Site, finish: bool) -> None:
    """End every open ticket, by service or by giving up, seal the papers, close the day; and it all adds up."""
    for request in site.booth.identity.pending:
        site.do(identity.WithdrawRequest(request))
    site.do(identity.Attend(True), OFFICER)
    for ticket in queue.open_tickets(site.booth.queue):
        serve_out(site, ticket.id) if finish else turn_away(site, ticket.id)
    due = tuple(EffectOutcome(entry, kind, EffectState.DONE) for entry, kind in site.booth.effects.open)
    if due:
        site.do(ReportEffects(due), HUB)
    if custody.loose_sheets(site.booth.custody):
        site.seal()
    site.close()
    counts = count_day(site.booth)
    assert counts.tickets.open == 0
    held = invariants(site.booth)
    waits = {"sealed_equals_accepted", "every_container_accepted"}
    assert all(held[name] for name in held if name not in waits), held


def turn_away(site: Site, ticket: int) -> None:
    for held in visit.of_ticket(site.booth.visits, ticket):
        if held.state is VisitState.OPEN:
            site.do(visit.AbandonVisit(held.id, "時間切れ"))
    if site.ticket(ticket).state is TicketState.CALLED:
        while site.ticket(ticket).calls < site.profile.operation.calls_before_no_show:
            site.do(queue.RecallTicket(ticket))
        site.do(queue.MarkNoShow(ticket))
        return
    if site.ticket(ticket).state is TicketState.SERVING:
        site.do(queue.HoldTicket(ticket))
    site.do(queue.CarryOver(ticket))


def serve_out(site: Site, ticket: int) -> None:
    if site.ticket(ticket).state not in queue_rules.AT_WINDOW:
        site.do(queue.CallTicket(ticket, f"窓口{ticket + 10}"))
    if site.ticket(ticket).state is TicketState.CALLED:
        site.do(queue.StartService(ticket))
    for held in visit.of_ticket(site.booth.visits, ticket):
        if held.state is VisitState.OPEN:
            serve_visit(site, held.id)
    method = site.profile.methods_of_lane(site.ticket(ticket).lane)[0].id
    while isinstance(site.decide(queue.FinishTicket(ticket)), Refusal):
        serve_visit(site, site.do(visit.OpenVisit(ticket, method)))
    site.do(queue.FinishTicket(ticket))


def serve_visit(site: Site, opened: int) -> None:
    if site.booth.visits.visits[opened].refused:
        site.do(visit.AbandonVisit(opened, "市が確認できなかった"))
        return
    site.steps(opened)
    site.do(visit.FinishVisit(opened))


class CounterMachine(BoothMachine):
    """Nagaoka's counter: seven lanes and no steps, so that the queue's own rules meet more often."""

    contract = "nagaoka"


TestBooth = BoothMachine.TestCase
TestBooth.settings = settings(stateful_step_count=60)
TestCounter = CounterMachine.TestCase
TestCounter.settings = settings(stateful_step_count=60)
