"""Pictures that came back: a share by venue, of those that the record says were used there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from hub.domain.photo import returned
from hub.domain.photo.returned import NoteReturned, Returns, Share, percent
from tests.hub.domain.booths import CLERK, MANAGER, Site, replayed


def test_the_share_of_a_venue_is_what_came_back_of_what_was_used_there() -> None:
    """CHIB-2.2-09: returned 3 of 240 -> 1.25 % shown by venue."""
    held = Returns(Map({"中央": 240, "緑": 80}), Map({"中央": 3, "緑": 2}))
    assert [one.words for one in returned.shares(held)] == ["緑 2/80 2.50%", "中央 3/240 1.25%"]


def test_a_picture_that_is_used_is_counted_at_its_venue_and_one_that_is_retaken_is_not() -> None:
    """CHIB-2.2-09: the denominator is derived, never typed."""
    site = Site("chiba")
    opened = site.open_visit()
    step = next(
        step.id for step in site.profile.method(site.method).steps if step.kind == "photo" and step.photographed
    )
    site.steps(opened, until=step)
    assert site.refused(NoteReturned("会場", 0), MANAGER) == "returned.venue"
    site.photograph(opened, step)
    assert returned.shares(site.booth.returns) == [Share("会場", 0, 1)]
    assert site.refused(NoteReturned("会場", 2), MANAGER) == "returned.many"
    assert site.refused(NoteReturned("会場", -1), MANAGER) == "returned.many"
    assert site.refused(NoteReturned("会場", 1), CLERK) == "role.not_allowed"
    site.do(NoteReturned("会場", 1), MANAGER)
    assert returned.shares(site.booth.returns)[0].words == "会場 1/1 100.00%"
    site.do(NoteReturned("会場", 0), MANAGER)  # a slip is corrected by the right number
    assert returned.shares(site.booth.returns)[0].words == "会場 0/1 0.00%"
    assert replayed(site) == site.booth


def test_a_contract_that_does_not_ask_counts_none() -> None:
    assert Site("koganei").refused(NoteReturned("会場", 0), MANAGER) == "returned.none"


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(0, 0, "－"), (0, 7, "0.00%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (1, 200, "0.50%")]
)
def test_a_share_has_two_decimals(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


@given(st.integers(1, 10_000), st.data())
def test_a_share_is_never_below_nothing_nor_above_all(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    number = percent(part, whole).removesuffix("%").replace(".", "")
    assert 0 <= int(number) <= 10_000
    assert abs(int(number) * whole - part * 10_000) <= whole  # within one hundredth of a percent
