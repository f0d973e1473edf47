"""Numbers on paper: each once a day, in any order, and never one that the hub gives itself."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.booth import decide
from hub.domain.contracts.reading import ProfileError, decode_profile, profile_bytes
from hub.domain.day.day import CloseDay, StopReception
from hub.domain.moment import DAY_MS
from hub.domain.queue import paper_block, queue
from tests.hub.domain.booths import CLERK, MANAGER, Site


def on_paper(site: Site, n: int) -> int:
    return site.do(queue.IssueTicket(site.lane, paper=n))


def close(site: Site) -> None:
    site.do(StopReception(), MANAGER)
    for ticket in queue.open_tickets(site.booth.queue):
        site.do(queue.CarryOver(ticket.id))
    site.do(CloseDay(), MANAGER)


def test_a_number_on_paper_stands_in_its_lane_behind_those_before_it_and_nothing_is_printed() -> None:
    # AOMO-9-06
    site = Site()
    first = site.issue()
    ticket = on_paper(site, 7)
    issued = site.last(queue.TicketIssued)
    assert (issued.number, issued.paper, issued.effects, issued.ahead) == ("P-07", True, (), 1)
    assert site.booth.queue.lines[site.lane] == (first, ticket)
    assert not any(held.entry == ticket for held in site.booth.effects.open.values())


@given(st.lists(st.one_of(st.none(), st.integers(1, 99)), max_size=25))
def test_whatever_is_handed_out_in_whatever_order_no_number_comes_twice(steps: list[int | None]) -> None:
    # AOMO-9-06
    site = Site()
    for n in steps:
        if n is None:
            site.issue()
        elif isinstance(site.decide(queue.IssueTicket(site.lane, paper=n)), tuple):
            on_paper(site, n)
        else:
            assert site.refused(queue.IssueTicket(site.lane, paper=n)) == "queue.paper_used"
    numbers = [ticket.number for ticket in site.booth.queue.tickets.values()]
    assert len(set(numbers)) == len(numbers)
    machine = sorted(number for number in numbers if not number.startswith("P"))
    assert machine == [f"A-{n:03}" for n in range(1, len(machine) + 1)], "paper uses up none of the hub's own"


def test_a_number_taken_in_by_mistake_is_used_up_all_the_same() -> None:
    site = Site()
    ticket = on_paper(site, 3)
    site.do(queue.UndoAction(ticket, ticket))
    assert site.refused(queue.IssueTicket(site.lane, paper=3)) == "queue.paper_used"


@pytest.mark.parametrize("n", [-1, 100, 1000])
def test_a_number_beyond_the_block_is_refused(n: int) -> None:
    site = Site()
    assert site.refused(queue.IssueTicket(site.lane, paper=n)) == "queue.paper_number"


def test_the_same_date_opened_again_knows_its_papers_and_the_next_day_has_all_of_them() -> None:
    site = Site()
    on_paper(site, 1)
    close(site)
    site.do(site.opening("2025-08-07"), MANAGER)  # a day too early, by mistake
    on_paper(site, 1)
    close(site)
    site.do(site.opening("2025-08-06"), MANAGER)
    assert site.refused(queue.IssueTicket(site.lane, paper=1)) == "queue.paper_used"
    on_paper(site, 2)
    close(site)
    site.at_ms += 2 * DAY_MS
    site.do(site.opening("2025-08-08"), MANAGER)
    on_paper(site, 1)
    close(site)
    site.at_ms += DAY_MS
    site.do(site.opening("2025-08-09"), MANAGER)
    assert sorted(site.booth.papers) == ["2025-08-08"], "days that cannot be opened again are forgotten"


@pytest.mark.parametrize(
    ("typed", "n"),
    [("P7", 7), ("p-07", 7), ("P007", 7), ("P99", 99), ("P100", None), ("P0", None), ("7", None), ("PA", None)],
)
def test_a_paper_number_is_read_as_people_type_it(typed: str, n: int | None) -> None:
    assert paper_block.read(typed) == n
    if n:
        assert paper_block.read(paper_block.number(n)) == n


def test_no_contract_may_give_a_lane_the_papers_letter() -> None:
    raw = profile_bytes("koganei").replace(b'prefix = "A"', b'prefix = "P"')
    with pytest.raises(ProfileError) as told:
        decode_profile(raw, "koganei")
    assert "紙の番号札" in told.value.reason


def test_a_ticket_on_paper_carries_no_code() -> None:
    site = Site()
    context = msgspec.structs.replace(site.context(), status=b"f" * 16)
    for paper, status in ((0, b"f" * 16), (5, b"")):
        decided = decide(site.profile, site.booth, queue.IssueTicket(site.lane, paper=paper), context, CLERK)
        assert isinstance(decided, tuple) and isinstance(decided[0], queue.TicketIssued)
        assert decided[0].status == status
