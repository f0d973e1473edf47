"""A date that was opened more than once: what a report adds up is what happened."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.domain.day.inquiry import NoteInquiry
from hub.domain.reports.counts import DayCounts, SessionCounts, TicketCounts, count_day
from hub.domain.reports.reopened import sessions
from tests.hub.domain.booths import CLERK, MANAGER, Site
from tests.hub.domain.reports.test_counts import settle


def closed_again(*venues: str) -> list[DayCounts]:
    """The closings of one date, a whole day of work and an inquiry at each venue in turn."""
    site, closings = Site(), list[DayCounts]()
    for at, venue in enumerate(venues):
        if at:
            site.do(replace(site.opening(site.booth.day.date), venue=venue), MANAGER)
        category = site.profile.inquiry_categories[0]
        topic = category.topics[0].id if category.topics else ""
        site.do(NoteInquiry(category.id, topic, category.channel == "phone"), CLERK)
        site.whole_visit()
        site.seal(f"KG-{at}", f"SL-{at}")
        settle(site)
        site.close()
        closings.append(count_day(site.booth))
    return closings


def inquiries(counts: DayCounts) -> int:
    return sum(sum(topics.values()) for by in (counts.inquiries, counts.calls) for topics in by.values())


def test_a_day_that_was_closed_by_mistake_and_opened_again_is_one_session() -> None:
    first, second = closings = closed_again("会場", "会場")
    (one,) = sessions(closings)
    assert (one.first, one.last) == (0, 1)
    assert one.counts.tickets == second.tickets and inquiries(one.counts) == 2
    assert one.counts.session.opened == first.session.opened and one.counts.session.closed == second.session.closed
    assert sum(one.counts.session.visits.values()) == 2


def test_two_venues_of_one_date_have_each_their_own() -> None:
    closings = closed_again("会場", "第二会場", "第二会場", "会場")
    found = sessions(closings)
    assert [(one.first, one.last, one.counts.session.venue) for one in found] == [
        (0, 0, "会場"),
        (1, 2, "第二会場"),
        (3, 3, "会場"),
    ]
    assert [one.counts.tickets.issued for one in found] == [1, 2, 1]
    assert [inquiries(one.counts) for one in found] == [1, 2, 1]
    assert [one.counts.visits for one in found] == [one.counts.session.visits for one in found]


def test_days_that_follow_each_other_stay_as_they_are() -> None:
    closings = closed_again("会場")
    other = replace(closings[0], date="2031-01-01")
    assert [one.counts for one in sessions([*closings, other, closings[0]])] == [*closings, other, closings[0]]


counted = st.lists(st.tuples(st.sampled_from("AAB"), st.sampled_from("xy"), st.integers(0, 5)), max_size=8)


@given(counted)
def test_sessions_add_up_to_the_last_closing_of_each_date(drawn: list[tuple[str, str, int]]) -> None:
    closings, happened, so_far = list[DayCounts](), 0, 0
    for at, (date, venue, more) in enumerate(drawn):
        so_far = so_far + more if at and drawn[at - 1][0] == date else more
        happened += more
        tickets = TicketCounts(issued=so_far)
        closings.append(
            DayCounts(date, "booth", tickets, {"a": tickets}, {"m": so_far}, so_far, {}, count_day(Site().booth).custody,
                      survey={"q": {"yes": so_far}}, session=SessionCounts(venue, visits={"m": more}))
        )  # fmt: skip
    found = [one.counts for one in sessions(closings)]
    assert sum(one.tickets.issued for one in found) == happened
    assert sum(one.abandoned for one in found) == happened
    assert sum(one.session.visits.get("m", 0) for one in found) == happened
    assert sum(one.survey.get("q", {}).get("yes", 0) for one in found) == happened
