import pytest

from hub.domain.contracts.reading import shipped
from hub.domain.day.day import ListReservations, ReservationRow, StopReception
from hub.domain.queue import queue
from hub.domain.queue import rules as queue_rules
from hub.domain.queue.queue import TicketState, in_turn, next_in_line, open_tickets
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, OTHER, Site


def numbers(site: Site) -> list[str]:
    return [ticket.number for ticket in sorted(site.booth.queue.tickets.values(), key=lambda ticket: ticket.id)]


def reserved(site: Site, *rows: tuple[str, int | None], people: int = 1) -> None:
    listed = tuple(
        ReservationRow(number, minute, site.lane, people, b"sealed", f"r/{number}") for number, minute in rows
    )
    site.do(ListReservations(listed), MANAGER)


@pytest.mark.parametrize("contract", shipped())
def test_each_lane_counts_from_001_under_its_own_prefix(contract: str) -> None:
    # KOGA-7.1-05
    site = Site(contract)
    lanes = site.profile.lanes_of(site.booth.day.event_type)
    for lane in (*lanes, *lanes):
        site.issue(lane.id)
    assert sorted(numbers(site)) == sorted(f"{lane.prefix}-00{n}" for lane in lanes for n in (1, 2))


def test_a_number_after_999_has_four_digits() -> None:
    site = Site()
    for _ in range(1000):
        site.issue()
    assert numbers(site)[-2:] == ["A-999", "A-1000"]


def test_a_lane_that_this_event_does_not_serve_is_refused() -> None:
    site = Site("niigata", event_type="city_hall_counter")
    ticket = site.issue("application")
    assert site.refused(queue.IssueTicket("application_visit")) == "queue.lane_closed"
    assert site.refused(queue.TransferTicket(ticket, "application_visit")) == "queue.lane_closed"
    assert site.refused(queue.IssueTicket("unheard_of")) == "queue.unknown_lane"


def test_the_first_who_came_is_called_first() -> None:
    site = Site()
    first, second = site.issue(), site.issue()
    assert [site.call(window="窓口1"), site.call(window="窓口2")] == [first, second]


def test_two_clerks_who_call_at_the_same_moment_get_two_tickets() -> None:
    site = Site()
    site.issue()
    site.issue()
    assert site.call(window="窓口1", by=CLERK) != site.call(window="窓口2", by=OTHER)


def test_a_window_that_is_busy_cannot_call_another() -> None:
    site = Site()
    site.issue()
    waiting = site.issue()
    site.call()
    assert site.refused(queue.CallNext((site.lane,), "窓口1")) == "queue.window_busy"
    assert site.refused(queue.CallTicket(waiting, "窓口1")) == "queue.window_busy"


@pytest.mark.parametrize("window", ["", "  ", "と" * 17])
def test_a_window_needs_a_name_that_the_board_can_show(window: str) -> None:
    site = Site()
    ticket = site.issue()
    assert site.refused(queue.CallTicket(ticket, window)) == "queue.window"


def test_second_call_of_same_ticket_is_refused() -> None:
    site = Site()
    ticket = site.issue()
    site.do(queue.CallTicket(ticket, "窓口1"))
    assert site.refused(queue.CallTicket(ticket, "窓口2"), OTHER) == "queue.wrong_state"


def test_a_command_about_an_older_version_is_refused() -> None:
    site = Site()
    ticket = site.issue()
    seen = site.ticket(ticket).version
    site.do(queue.CallTicket(ticket, "窓口1"), version=seen)
    assert site.refused(queue.StartService(ticket), OTHER, version=seen) == "queue.changed"


def test_no_show_needs_the_contracts_number_of_calls() -> None:
    site = Site()
    ticket = site.issue()
    site.call()
    site.do(queue.RecallTicket(ticket))
    assert site.refused(queue.MarkNoShow(ticket)) == "queue.too_few_calls"
    site.do(queue.RecallTicket(ticket))
    site.do(queue.MarkNoShow(ticket))
    assert site.ticket(ticket).state is TicketState.NO_SHOW
    assert not site.booth.queue.windows


def test_calls_are_counted_anew_after_a_hold() -> None:
    site = Site()
    ticket = site.issue()
    site.call()
    site.do(queue.RecallTicket(ticket))
    site.do(queue.HoldTicket(ticket))
    site.do(queue.CallTicket(ticket, "窓口2"))
    assert site.ticket(ticket).calls == 1


@pytest.mark.parametrize("away", [queue.HoldTicket, lambda ticket: queue.SendAway(ticket, 700)])
def test_who_comes_back_has_the_place_kept(away: type[queue.HoldTicket]) -> None:
    # KOGA-7.1-05
    site = Site()
    first, second, third = site.issue(), site.issue(), site.issue()
    site.call()
    site.do(away(first))
    site.call()
    site.do(queue.HoldTicket(second))
    site.do(queue.ResumeTicket(second))
    site.do(queue.ResumeTicket(first))
    assert site.booth.queue.lines[site.lane] == (first, second, third)


def test_a_late_comer_marked_absent_gets_the_place_back() -> None:
    # KOGA-7.1-05
    site = Site()
    first, second = site.issue(), site.issue()
    site.call()
    for _ in range(2):
        site.do(queue.RecallTicket(first))
    site.do(queue.MarkNoShow(first))
    site.do(queue.ResumeTicket(first))
    assert site.booth.queue.lines[site.lane] == (first, second)


def test_a_transferred_ticket_keeps_number_and_time_of_arrival() -> None:
    site = Site()
    moved = site.issue("delivery")
    there = site.issue("application_support")
    site.do(queue.TransferTicket(moved, "application_support"))
    assert site.ticket(moved).number == "A-001"
    assert site.booth.queue.lines["application_support"] == (moved, there)
    assert site.booth.queue.lines["delivery"] == ()


@pytest.mark.parametrize("minute", [-1, 1440, 2**63])
def test_a_time_to_come_back_is_a_time_of_day(minute: int) -> None:
    # NIIG-8.1-16
    site = Site()
    assert site.refused(queue.SendAway(site.issue(), minute)) == "queue.back_by"


@pytest.mark.parametrize("state", [*TicketState])
def test_every_queue_command_is_possible_or_refused_by_name_from_every_state(state: TicketState) -> None:
    site = Site("nagaoka")  # its counter has no steps, so the queue stands alone
    ticket = site.issue()
    reach: dict[TicketState, tuple[queue.QueueCommand, ...]] = {
        TicketState.WAITING: (),
        TicketState.CALLED: (queue.CallTicket(ticket, "窓口1"),),
        TicketState.SERVING: (queue.CallTicket(ticket, "窓口1"), queue.StartService(ticket)),
        TicketState.HELD: (queue.CallTicket(ticket, "窓口1"), queue.HoldTicket(ticket)),
        TicketState.AWAY: (queue.SendAway(ticket, 700),),
        TicketState.FINISHED: (
            queue.CallTicket(ticket, "窓口1"),
            queue.StartService(ticket),
            queue.FinishTicket(ticket),
        ),
        TicketState.NO_SHOW: (
            queue.CallTicket(ticket, "窓口1"),
            queue.RecallTicket(ticket),
            queue.RecallTicket(ticket),
            queue.MarkNoShow(ticket),
        ),
        TicketState.CARRIED_OVER: (queue.CarryOver(ticket),),
        TicketState.VOID: (queue.UndoAction(ticket, ticket),),
    }
    for command in reach[state]:
        site.do(command)
    assert site.ticket(ticket).state is state
    for _ in range(2):  # enough calls for a no-show, so that only the state speaks
        if state is TicketState.CALLED:
            site.do(queue.RecallTicket(ticket))
    commands: tuple[queue.QueueCommand, ...] = (
        queue.CallTicket(ticket, "窓口1"),
        queue.RecallTicket(ticket),
        queue.StartService(ticket),
        queue.MarkNoShow(ticket),
        queue.HoldTicket(ticket),
        queue.SendAway(ticket, 700),
        queue.ResumeTicket(ticket),
        queue.TransferTicket(ticket, "certificate"),
        queue.FinishTicket(ticket),
        queue.CarryOver(ticket),
    )
    for command in commands:
        if state in queue_rules.ALLOWED_FROM[type(command)]:
            assert isinstance(site.decide(command), tuple)
        else:
            assert site.refused(command) == "queue.wrong_state"


# ------------------------------------------------------------------ whose turn it is


def test_a_slot_that_has_come_goes_before_walk_ins_and_an_early_one_after_them() -> None:
    # KOGA-6-06, CHIB-2.2-04
    site = Site()
    reserved(site, ("R-1", 9 * 60), ("R-2", 10 * 60))
    walk_in = site.issue()
    early = site.issue(reservation="R-2")
    due = site.issue(reservation="R-1")
    order = in_turn(site.booth.queue, site.profile, [site.lane], 9 * 60)
    assert [ticket.id for ticket in order] == [due, walk_in, early]
    assert [ticket.id for ticket in in_turn(site.booth.queue, site.profile, [site.lane], 600)] == [due, early, walk_in]


def test_who_is_late_for_a_slot_does_not_overtake_who_was_in_time() -> None:
    site = Site()
    reserved(site, ("R-1", 9 * 60), ("R-2", 9 * 60 + 30))
    site.wait(25 * 60)
    in_time = site.issue(reservation="R-2")
    site.wait(10 * 60)
    late = site.issue(reservation="R-1")
    assert [site.call(window="窓口1"), site.call(window="窓口2")] == [in_time, late]


def test_a_lane_that_is_first_come_first_served_ignores_slots() -> None:
    # NIIG-8.4-04
    site = Site("niigata", event_type="city_hall_counter")
    reserved(site, ("R-1", 9 * 60))
    walk_in = site.issue()
    site.issue(reservation="R-1")
    assert site.call() == walk_in


def test_calling_several_lanes_takes_the_one_who_came_first() -> None:
    site = Site("chiba")
    delivery = site.issue("delivery")
    site.issue("application")
    site.do(queue.CallNext(("application", "delivery"), "窓口1"))
    assert dict(site.booth.queue.windows) == {"窓口1": delivery}


def test_next_in_line_is_the_first_in_turn() -> None:
    # AOMO-5.7-02
    site = Site()
    reserved(site, ("R-1", 540), ("R-2", 550), ("R-3", None))
    for number in ("", "R-2", "", "R-3", "R-1"):
        site.issue(reservation=number)
    for minute in (500, 545, 555):
        first = next_in_line(site.booth.queue, site.profile, [site.lane], minute)
        assert first == in_turn(site.booth.queue, site.profile, [site.lane], minute)[0]


# ------------------------------------------------------------------ reservations


def test_a_reservation_brings_its_time_and_its_people() -> None:
    # KOGA-7.1-01
    site = Site()
    reserved(site, ("R-1", 570), people=3)
    ticket = site.ticket(site.issue(reservation="R-1"))
    assert (ticket.slot_minute, ticket.people) == (570, 3)


def test_fewer_may_come_than_were_booked() -> None:
    site = Site()
    reserved(site, ("R-1", 570), people=3)
    assert site.ticket(site.issue(reservation="R-1", people=2)).people == 2


def test_a_reservation_is_used_once_and_is_free_again_when_the_number_is_void() -> None:
    # KOGA-7.1-01
    site = Site()
    reserved(site, ("R-1", 570))
    ticket = site.issue(reservation="R-1")
    assert site.refused(queue.IssueTicket(site.lane, reservation="R-1")) == "queue.reservation_used"
    site.do(queue.UndoAction(ticket, ticket))
    site.issue(reservation="R-1")
    assert numbers(site) == ["A-001", "A-002"]


def test_a_reservation_of_another_lane_says_which() -> None:
    site = Site()
    reserved(site, ("R-1", 570))
    assert site.refused(queue.IssueTicket("application_support", reservation="R-1")) == "queue.reservation_lane"


def test_an_unknown_reservation_is_refused() -> None:
    # KOGA-6-05, KOGA-7.1-01
    assert Site().refused(queue.IssueTicket("delivery", reservation="R-9")) == "queue.unknown_reservation"


@pytest.mark.parametrize("people", [-1, 10, 2**40])
def test_a_ticket_is_for_one_to_nine_people(people: int) -> None:
    assert Site().refused(queue.IssueTicket("delivery", people=people)) == "queue.people"


# ------------------------------------------------------------------ undo


def test_undoing_an_issue_voids_the_number_for_ever() -> None:
    site = Site()
    ticket = site.issue()
    site.wait(10)
    site.do(queue.UndoAction(ticket, ticket))
    assert site.ticket(ticket).state is TicketState.VOID
    assert site.ticket(ticket).ended_ms == site.at_ms
    assert site.booth.queue.lines[site.lane] == ()
    site.issue()
    assert numbers(site) == ["A-001", "A-002"]


def test_undo_is_refused_after_ten_seconds() -> None:
    site = Site()
    ticket = site.issue()
    site.wait(10.001)
    assert site.refused(queue.UndoAction(ticket, ticket)) == "queue.undo_late"


def test_a_clock_set_back_does_not_keep_the_undo_open() -> None:
    site = Site()
    ticket = site.issue()
    site.wait(-3600)
    assert site.refused(queue.UndoAction(ticket, ticket)) == "queue.undo_late"


def test_only_who_did_it_can_undo_it_and_only_the_last_action() -> None:
    site = Site()
    ticket = site.issue()
    called = site.do(queue.CallTicket(ticket, "窓口1"))
    assert site.refused(queue.UndoAction(ticket, called), OTHER) == "queue.undo_nothing"
    assert site.refused(queue.UndoAction(ticket, ticket)) == "queue.undo_nothing"


def test_an_undo_is_not_undone() -> None:
    site = Site()
    ticket = site.issue()
    called = site.do(queue.CallTicket(ticket, "窓口1"))
    undone = site.do(queue.UndoAction(ticket, called))
    assert site.refused(queue.UndoAction(ticket, undone)) == "queue.undo_nothing"
    assert site.refused(queue.UndoAction(ticket, ticket)) == "queue.undo_nothing"


def test_undo_of_a_call_frees_the_window_and_restores_the_place() -> None:
    site = Site()
    first, second = site.issue(), site.issue()
    called = site.do(queue.CallNext((site.lane,), "窓口1"))
    site.do(queue.UndoAction(first, called))
    assert site.booth.queue.lines[site.lane] == (first, second)
    assert dict(site.booth.queue.windows) == {}


def test_undo_that_needs_the_window_is_refused_once_another_stands_there() -> None:
    site = Site()
    first, second = site.issue(), site.issue()
    site.do(queue.CallTicket(first, "窓口1"))
    held = site.do(queue.HoldTicket(first))
    site.do(queue.CallTicket(second, "窓口1"))
    assert site.refused(queue.UndoAction(first, held)) == "queue.window_busy"


def test_undo_of_sending_away_forgets_the_return_and_undo_of_coming_back_remembers_it() -> None:
    site = Site()
    ticket = site.issue()
    away = site.do(queue.SendAway(ticket, 700))
    site.do(queue.UndoAction(ticket, away))
    assert (site.ticket(ticket).returned, site.ticket(ticket).back_by_minute) == (False, None)
    site.do(queue.SendAway(ticket, 700))
    back = site.do(queue.ResumeTicket(ticket))
    site.do(queue.UndoAction(ticket, back))
    assert (site.ticket(ticket).returned, site.ticket(ticket).back_by_minute) == (True, 700)


def test_undo_of_a_finish_brings_the_applicant_back_to_the_window() -> None:
    site = Site("nagaoka")
    ticket = site.serve()
    finished = site.do(queue.FinishTicket(ticket))
    site.do(queue.UndoAction(ticket, finished))
    assert site.ticket(ticket).state is TicketState.SERVING
    assert site.ticket(ticket).ended_ms == 0
    assert dict(site.booth.queue.windows) == {"窓口1": ticket}


def test_serving_cannot_be_undone_once_the_visit_has_begun() -> None:
    site = Site()
    ticket = site.issue()
    site.call()
    served = site.do(queue.StartService(ticket))
    site.do(visit.OpenVisit(ticket, site.method))
    assert site.refused(queue.UndoAction(ticket, served)) == "queue.undo_visit"


def test_undo_of_a_hold_goes_back_into_the_open_visit() -> None:
    site = Site()
    opened = site.open_visit()
    ticket = site.booth.visits.visits[opened].ticket
    held = site.do(queue.HoldTicket(ticket))
    site.do(queue.UndoAction(ticket, held))
    site.steps(opened)


# ------------------------------------------------------------------ the rest


def test_nobody_but_staff_moves_the_queue() -> None:
    site = Site()
    for who in (OFFICER, HUB):
        assert site.refused(queue.IssueTicket(site.lane), who) == "role.not_allowed"


def test_reception_stopped_means_no_new_number_but_calls_go_on() -> None:
    site = Site()
    waiting = site.issue()
    site.do(StopReception(), MANAGER)
    assert site.refused(queue.IssueTicket(site.lane)) == "day.reception_stopped"
    assert site.call() == waiting


def test_open_tickets_are_those_without_an_end() -> None:
    site = Site()
    first, second, third = site.issue(), site.issue(), site.issue()
    site.do(queue.CarryOver(second))
    site.do(queue.UndoAction(third, third))
    assert [ticket.id for ticket in open_tickets(site.booth.queue)] == [first]


def test_a_text_with_a_my_number_is_refused_wherever_it_stands() -> None:
    site = Site()
    ticket = site.issue()
    assert site.refused(queue.CallTicket(ticket, "123456789018")) == "guard.personal_number"
    row = ReservationRow("1234-5678-9018", 540, site.lane, 1, b"")
    assert site.refused(ListReservations((row,)), MANAGER) == "guard.personal_number"
    assert site.refused(visit.CountSheets(0, "count", {"123456789018": 1})) == "guard.personal_number"
    assert site.refused(visit.DoStep(0, "check", ("ok", "１２３４５６７８９０１８"))) == "guard.personal_number"


def test_a_colleague_takes_a_served_ticket_over_where_it_stands() -> None:
    site = Site()
    site.issue()
    ticket = site.call(by=CLERK)
    site.do(queue.StartService(ticket), CLERK)
    before = site.booth.queue.tickets[ticket]
    site.do(queue.TakeOverTicket(ticket), OTHER)
    after = site.booth.queue.tickets[ticket]
    assert (before.clerk, after.clerk) == (CLERK.person, OTHER.person)
    assert (after.state, after.window) == (TicketState.SERVING, before.window)
    assert site.booth.queue.windows[before.window] == ticket
    assert site.refused(queue.TakeOverTicket(ticket), OTHER) == "queue.yours_already"
    assert site.refused(queue.UndoAction(ticket, after.changed_at), OTHER) == "queue.undo_nothing"


def test_only_a_ticket_that_stands_at_a_window_is_taken_over() -> None:
    site = Site()
    waiting = site.issue()
    assert site.refused(queue.TakeOverTicket(waiting), OTHER) == "queue.wrong_state"
    site.call(by=CLERK)
    site.do(queue.HoldTicket(waiting), CLERK)
    assert site.refused(queue.TakeOverTicket(waiting), OTHER) == "queue.wrong_state"
