"""Times and dates as people type them: every text is one or is none; an input method's digits break nothing."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tui.words import at_day_minute, at_minute, local, month_day

NOW_MS = 1_754_445_600_000
"""11:00 on 6 August 2025 in Japan."""

TYPED = st.text(st.sampled_from("0123456789:/ １２❶①²፩a"), max_size=9)


@given(TYPED)
def test_a_time_that_is_typed_is_none_or_within_the_last_day(text: str) -> None:
    at_ms = at_minute(text, NOW_MS)
    assert at_ms is None or 0 <= NOW_MS - at_ms < 86_400_000


@given(TYPED)
def test_a_day_and_time_that_are_typed_are_none_or_of_the_past(text: str) -> None:
    at_ms = at_day_minute(text, NOW_MS)
    assert at_ms is None or at_ms <= NOW_MS


@given(TYPED)
def test_a_date_that_is_typed_is_none_or_the_nearest_such_day(text: str) -> None:
    near = local(NOW_MS).date()
    day = month_day(text, near)
    assert day is None or abs(day - near) <= dt.timedelta(days=366)


def test_what_an_input_method_makes_of_a_digit_is_no_time() -> None:
    assert at_minute("1030", NOW_MS) == NOW_MS - 30 * 60_000
    assert at_minute("❶030", NOW_MS) is None and at_day_minute("❶805 1030", NOW_MS) is None
    assert month_day("❶805", local(NOW_MS).date()) is None
