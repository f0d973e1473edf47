"""What waits for the city is the same in whatever order, and however often, its entries arrive."""

from __future__ import annotations

from typing import Literal

from hypothesis import example, given
from hypothesis import strategies as st

from hub.client.desk.casebook import Casebook
from hub.domain.booth import Event
from hub.domain.custody.custody import TransferAccepted, TransferDisputed, TransferOffered, TransferWithdrawn
from hub.domain.custody.disposal import DisposalAsked, DisposalWithdrawn
from hub.domain.custody.paper_receipt import PaperEntered, PaperStruck, Taker
from hub.domain.identity.identity import (
    FirstSigned,
    IdentityDecided,
    IdentityRequested,
    OfficerAttended,
    Outcome,
    RequestClosed,
    RequestPassedOn,
    RequestState,
    RequestTakenUp,
    Video,
    VideoNoted,
)
from hub.domain.personal.personal import ErasureAsked, ErasureConsented
from hub.domain.reservations.outing import OutingPlanned, OutingRequested, OutingWithdrawn

MINUTES_MS = 60_000


def requested(request: int) -> IdentityRequested:
    return IdentityRequested(
        request, request - 1, f"A-{request:03}", "窓口1", "m", "s", (), "officer-1", 0, 15 * MINUTES_MS, "staff-2"
    )


def attended(*takes: int, to: str) -> OfficerAttended:
    return OfficerAttended(to, True, takes, to, 0)


RECORD: list[tuple[int, Event]] = [
    (10, requested(10)),
    (11, requested(11)),
    (12, requested(12)),
    (13, attended(10, 11, 12, to="officer-2")),
    (14, IdentityDecided(11, 10, "A-011", "s", Outcome.CONFIRMED, "", "officer-2", 0)),
    (15, attended(10, to="officer-3")),
    (17, RequestPassedOn(10, 9, "A-010", "officer-3", "officer-4", 0)),
    (16, RequestClosed(12, 11, "A-012", RequestState.EXPIRED, 0, "hub-1")),
    (20, TransferOffered(20, ("箱1",), ("S-1",), (("a", 1),), bytes(32), 0, "staff-1")),
    (21, TransferOffered(21, ("箱2",), ("S-2",), (("a", 1),), bytes(32), 0, "staff-1")),
    (22, TransferOffered(22, ("箱3",), ("S-3",), (("a", 1),), bytes(32), 0, "staff-1")),
    (23, TransferDisputed(20, (("a", 2),), (("a", 1),), 0, "officer-1")),
    (24, TransferAccepted(21, (("a", 1),), 0, "officer-1")),
    (25, TransferWithdrawn(22, "箱ちがい", 0, "staff-1")),
    (30, ErasureAsked(30, ("a", "b"), "2026-03-31", 0, "hub-1")),
    (31, ErasureAsked(31, ("c",), "2026-03-31", 0, "hub-1")),
    (32, ErasureConsented(31, "小市発第12号", "2026-03-01", 0, "officer-1", True)),
]


@given(st.permutations(RECORD), st.lists(st.sampled_from(RECORD), max_size=5))
def test_order_and_repetition_of_entries_never_change_what_waits(
    order: list[tuple[int, Event]], again: list[tuple[int, Event]]
) -> None:
    book = Casebook()
    for index, event in (*order, *again):
        assert book.take(index, event)
    assert [(one.id, one.officer) for one in book.requests] == [(10, "officer-4")]
    assert [(one.id, one.disputed) for one in book.transfers] == [(20, True)]
    assert [(one.id, one.people) for one in book.erasures] == [(30, 2)]
    assert book.outcomes == {11: Outcome.CONFIRMED}
    assert book.closed[12] is RequestState.EXPIRED


def video(index: int, restarts: int, state: Literal["started", "lost"] = "started") -> tuple[int, Event]:
    return index, VideoNoted(50, 49, "A-050", Video(state, index, 0, restarts), 0, "staff-2")


def signed(request: int, officer: str, outcome: Outcome) -> Event:
    return FirstSigned(request, request - 1, "A", "s", outcome, "", officer, f"after {officer}", 0)


CHANGING: list[tuple[int, Event]] = [
    (40, requested(40)),
    (41, RequestTakenUp(40, 39, "A-040", "officer-1", 4_100)),
    (42, RequestPassedOn(40, 39, "A-040", "officer-1", "officer-2", 0)),
    (43, attended(40, to="officer-3")),
    (44, RequestTakenUp(40, 39, "A-040", "officer-3", 4_400)),
    (50, requested(50)),
    video(51, 0),
    (52, signed(50, "officer-1", Outcome.CONFIRMED)),
    video(53, 1, "lost"),
    (54, signed(50, "officer-2", Outcome.REFUSED)),
    video(55, 1),
    (60, requested(60)),
    (61, RequestTakenUp(60, 59, "A-060", "officer-1", 6_100)),
    (61, signed(60, "officer-1", Outcome.CONFIRMED)),
    (62, RequestPassedOn(60, 59, "A-060", "after officer-1", "officer-4", 0)),
    (70, TransferOffered(70, ("箱1",), ("S-1",), (("a", 1),), bytes(32), 0, "staff-1")),
    (71, PaperEntered(70, Taker.CITY, "小金井 一郎", 7_100, True, 0, "staff-1")),
    (72, PaperStruck(70, Taker.CITY, "名前ちがい", 0, "staff-1")),
    (73, PaperEntered(70, Taker.CITY, "小金井 二郎", 7_300, True, 0, "staff-1")),
    (74, PaperEntered(70, Taker.CITY, "小金井 三郎", 7_400, False, 0, "staff-2")),
    (75, PaperStruck(70, Taker.COURIER, "名前ちがい", 0, "staff-1")),
    (80, TransferOffered(80, ("箱2",), ("S-2",), (("a", 1),), bytes(32), 0, "staff-1")),
    (81, PaperEntered(80, Taker.CITY, "小金井 一郎", 8_100, True, 0, "staff-1")),
    (82, PaperStruck(80, Taker.CITY, "名前ちがい", 0, "staff-1")),
    (90, OutingRequested(90, "V-1", "老人会", "2026-03-31", "phone", 20, 0, "staff-1")),
    (91, OutingPlanned(90, "V-1", 30, "", "", 0, "staff-1")),
    (92, OutingPlanned(90, "V-1", 25, "", "", 0, "staff-1")),
    (93, OutingRequested(93, "V-2", "町内会", "2026-03-31", "phone", 20, 0, "staff-1")),
    (94, OutingWithdrawn(93, "V-2", "中止", 0, "staff-1")),
    (95, DisposalAsked(95, "D-1", (), "2026-03-31", 0, "staff-1")),
    (96, DisposalWithdrawn(95, "D-1", "中止", 0, "staff-1")),
    (97, DisposalAsked(97, "D-2", (), "2026-03-31", 0, "staff-1")),
]
"""Cases about which something is said more than once: what counts is the newest entry, not the one that came last."""


@given(st.permutations(CHANGING), st.lists(st.sampled_from(CHANGING), max_size=5))
@example(CHANGING, [])
@example(CHANGING[::-1], [])
@example(CHANGING[::-1], CHANGING[::-1])
def test_of_several_entries_about_a_case_the_newest_counts_in_whatever_order_they_arrive(
    order: list[tuple[int, Event]], again: list[tuple[int, Event]]
) -> None:
    book = Casebook()
    for index, event in (*order, *again):
        book.take(index, event)
    shown = {one.id: (one.officer, one.taken_up_ms, one.first, one.first_outcome) for one in book.requests}
    assert shown == {
        40: ("officer-3", 4_400, "", None),
        50: ("after officer-2", 0, "officer-2", Outcome.REFUSED),
        60: ("officer-4", 0, "officer-1", Outcome.CONFIRMED),
    }
    assert {one.id: one.video for one in book.requests}[50] == Video("started", 55, 0, 1)
    assert [(one.paper, one.paper_ms) for one in book.transfers] == [("小金井 二郎", 7_300), ("", 0)]
    assert [(one.id, one.applicants) for one in book.bookings] == [(90, 25)]
    assert [one.id for one in book.disposals] == [97]


@given(st.permutations([(50, requested(50)), video(51, 0), (52, signed(50, "officer-1", Outcome.CONFIRMED)),
                        video(53, 1, "lost"), video(55, 1)]))  # fmt: skip
def test_what_the_first_officer_signed_before_a_check_began_again_counts_no_more(
    order: list[tuple[int, Event]],
) -> None:
    book = Casebook()
    for index, event in order:
        book.take(index, event)
    (request,) = book.requests
    assert (request.first, request.first_outcome) == ("", None)
