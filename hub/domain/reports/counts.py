"""The day's counts, derived from the state and never typed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from hub.domain.booth import Booth
from hub.domain.custody import copies, forms, packing
from hub.domain.custody import custody as custody_rules
from hub.domain.custody.custody import ContainerState, TransferState
from hub.domain.day import inquiry, survey
from hub.domain.moment import local_minute
from hub.domain.photo import print_rules as photo_print_rules
from hub.domain.queue.queue import ENDED, Ticket, TicketState
from hub.domain.reservations import guidance
from hub.domain.visit import form_id
from hub.domain.visit.visit import Visit, VisitState


class TicketCounts(msgspec.Struct, frozen=True):
    issued: int = 0
    completed: int = 0
    no_show: int = 0
    returned: int = 0
    """Tickets told to come back at least once today (再来)."""
    carried_over: int = 0
    voided: int = 0
    open: int = 0


class CustodyCounts(msgspec.Struct, frozen=True):
    """The day's sheets per class at the three places where they are counted; equal when nothing is missing."""

    counted: dict[str, int] = {}
    sealed: dict[str, int] = {}
    accepted: dict[str, int] = {}


class SessionCounts(msgspec.Struct, frozen=True):
    """What was done since this opening alone: a date may be opened at several places one after the other."""

    venue: str = ""
    opened: str = ""
    """HH:MM in Japan, as is `closed` (the last thing that happened)."""
    closed: str = ""
    visits: dict[str, int] = {}
    """Finished visits per method; `reserved` of them came with a reservation."""
    reserved: int = 0


class DayCounts(msgspec.Struct, frozen=True):
    date: str
    event_type: str
    tickets: TicketCounts
    lanes: dict[str, TicketCounts]
    visits: dict[str, int]
    """Finished visits per method."""
    abandoned: int
    identity: dict[str, int]
    """Decisions of the city per outcome."""
    custody: CustodyCounts
    answers: dict[str, dict[str, dict[str, int]]] = {}
    """Finished visits per method, question of the contract and choice (channel, residence, delivery ...)."""
    again: int = 0
    """Finished visits of tickets that had been told to come back (再来); the others came once."""
    turned_away: dict[str, int] = {}
    """Visits given up because the contract does not serve them, per circumstance."""
    pins: dict[str, int] = {}
    """PIN sheets of finished visits: issued, written, covered, compared, own copy handed to the applicant."""
    differed: dict[str, int] = {}
    """Visits in which papers did not agree (照合不一致), per what differed; put right since, or given up."""
    form_ids: dict[str, int] = {}
    """Finished visits whose 申請書ID was read, and those without, by why."""
    inquiries: dict[str, dict[str, int]] = {}
    """Inquiries at the booth per category and topic; `calls` the same by telephone."""
    calls: dict[str, dict[str, int]] = {}
    session: SessionCounts = SessionCounts()
    survey: dict[str, dict[str, int]] = {}
    """Answers of the questionnaire per question and choice."""
    guidance: dict[str, int] = {}
    """Reservations whose people were told what to bring, and those who were not; empty where the contract does not ask."""


def count_day(booth: Booth) -> DayCounts:
    """The counts of the day that is open, or was open last."""
    tickets = list(booth.queue.tickets.values())
    today = booth.custody.today
    lanes = sorted({ticket.lane for ticket in tickets})
    visits: dict[str, int] = {}
    abandoned = 0
    for visit in booth.visits.visits.values():
        if visit.state is VisitState.DONE:
            visits[visit.method] = visits.get(visit.method, 0) + 1
        abandoned += visit.state is VisitState.ABANDONED
    decisions: dict[str, int] = {}
    for request in booth.identity.requests.values():
        if request.outcome is not None:
            decisions[request.outcome.value] = decisions.get(request.outcome.value, 0) + 1
    return DayCounts(
        date=booth.day.date,
        event_type=booth.day.event_type,
        tickets=_tickets(tickets),
        lanes={lane: _tickets([ticket for ticket in tickets if ticket.lane == lane]) for lane in lanes},
        visits=dict(sorted(visits.items())),
        abandoned=abandoned,
        identity=dict(sorted(decisions.items())),
        custody=CustodyCounts(
            counted=_by_class(today.collected),
            sealed=_by_class(today.sealed),
            accepted=_by_class(today.accepted),
        ),
        answers=_answers(booth),
        again=sum(booth.queue.tickets[visit.ticket].returned for visit in _finished(booth)),
        turned_away=dict(sorted(Counter(one.because for one in booth.visits.visits.values() if one.because).items())),
        pins=dict(sorted(Counter(fact for visit in _finished(booth) for fact in visit.sheet_facts).items())),
        differed=dict(
            sorted(
                Counter(
                    item for one in booth.visits.visits.values() for found in one.differences for item in found.items
                ).items()
            )
        ),
        form_ids=form_id.counted(booth.form_ids, booth.visits),
        inquiries=inquiry.counted(booth.inquiries, phone=False),
        calls=inquiry.counted(booth.inquiries, phone=True),
        survey=survey.counted(booth.survey),
        session=_session(booth),
        guidance=guidance.counted(booth.guided),
    )


def _session(booth: Booth) -> SessionCounts:
    visits = [visit for visit in _finished(booth) if visit.id > booth.day.opened_at]
    return SessionCounts(
        venue=booth.day.venue,
        opened=_clock(booth.day.opened_ms),
        closed=_clock(max(booth.day.opened_ms, booth.day.closed_ms)),
        visits=dict(sorted(Counter(visit.method for visit in visits).items())),
        reserved=sum(bool(booth.queue.tickets[visit.ticket].reservation) for visit in visits),
    )


def _clock(at_ms: int) -> str:
    minute = local_minute(at_ms)
    return f"{minute // 60:02}:{minute % 60:02}"


def _finished(booth: Booth) -> list[Visit]:
    return [visit for visit in booth.visits.visits.values() if visit.state is VisitState.DONE]


def _answers(booth: Booth) -> dict[str, dict[str, dict[str, int]]]:
    counted: dict[str, dict[str, dict[str, int]]] = {}
    for visit in sorted(_finished(booth), key=lambda one: one.method):
        for answer in visit.answers:
            choices = counted.setdefault(visit.method, {}).setdefault(answer.question, {})
            choices[answer.choice] = choices.get(answer.choice, 0) + 1
    return {
        method: {question: dict(sorted(choices.items())) for question, choices in questions.items()}
        for method, questions in counted.items()
    }


def _by_class(sheets: Mapping[str, int]) -> dict[str, int]:
    return {paper: count for paper, count in sorted(sheets.items()) if count}


def _tickets(held: list[Ticket]) -> TicketCounts:
    states = Counter(ticket.state for ticket in held)
    return TicketCounts(
        issued=len(held),
        completed=states[TicketState.FINISHED],
        no_show=states[TicketState.NO_SHOW],
        returned=sum(ticket.returned for ticket in held),
        carried_over=states[TicketState.CARRIED_OVER],
        voided=states[TicketState.VOID],
        open=sum(ticket.state not in ENDED for ticket in held),
    )


def invariants(booth: Booth) -> dict[str, bool]:
    """What must be true of a finished day; each name says what it claims."""
    counts = count_day(booth)
    tickets = counts.tickets
    ends = tickets.completed + tickets.no_show + tickets.carried_over + tickets.voided
    numbers = [ticket.number for ticket in booth.queue.tickets.values()]
    held = booth.custody
    # An open container holds nothing that is not loose: somebody only counted for it.
    containers = [c for c in held.containers.values() if c.day == held.day and c.state is not ContainerState.OPEN]
    seals = [container.seal for container in containers if container.seal]
    return {
        "numbers_unique": len(numbers) == len(set(numbers)),
        "numbers_without_gaps": _without_gaps(numbers),
        "every_ticket_has_an_end": tickets.open == 0 and ends == tickets.issued,
        "no_visit_left_open": booth.visits.open == 0,
        "no_identity_request_undecided": not booth.identity.pending,
        "no_loose_papers": custody_rules.loose_sheets(booth.custody) == 0,
        "collected_equals_sealed": counts.custody.counted == counts.custody.sealed,
        "sealed_equals_accepted": counts.custody.sealed == counts.custody.accepted,
        "seals_used_once": len(seals) == len(set(seals)),
        "every_container_accepted": all(c.state is ContainerState.ACCEPTED for c in containers),
        "no_transfer_disputed": all(
            transfer.state is not TransferState.DISPUTED for transfer in held.transfers.values()
        ),
        "no_difference_admitted": all(difference.day != held.day for difference in held.differences),
        "every_blank_accounted_for": not forms.differing(booth.forms)
        and not any(one.found is None for one in booth.forms.held.values()),
        "everything_brought_came_back": not packing.differences(booth.packing.now or booth.packing.last),
        "no_printed_copy_left": not copies.here(booth.copies, booth.disposals),
        "every_original_given_back": not booth.originals,
        "nothing_left_lying": not booth.left,
        "no_effect_unsettled": not booth.effects.open,
        "no_photo_alive": booth.photos.living is None,
        "every_photo_sheet_accounted_for": photo_print_rules.day_unaccounted(booth.prints) is None,
        "two_different_people_sealed": all(len(set(c.signed_by)) >= 2 for c in containers),
    }


def _without_gaps(numbers: list[str]) -> bool:
    """Whether the numbers under each prefix follow one another (from wherever the date went on)."""
    given: dict[str, list[int]] = {}
    for number in numbers:
        prefix, _, digits = number.rpartition("-")
        given.setdefault(prefix, []).append(int(digits))
    return all(max(values) - min(values) + 1 == len(values) for values in given.values())
