"""What waits for the city is the same in whatever order, and however often, its entries arrive."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.client.desk.casebook import Casebook
from hub.domain.booth import Event
from hub.domain.custody.custody import TransferAccepted, TransferDisputed, TransferOffered, TransferWithdrawn
from hub.domain.identity.identity import (
    IdentityDecided,
    IdentityRequested,
    OfficerAttended,
    Outcome,
    RequestClosed,
    RequestPassedOn,
    RequestState,
)
from hub.domain.personal.personal import ErasureAsked, ErasureConsented

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
