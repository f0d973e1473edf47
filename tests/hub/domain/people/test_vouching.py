"""A manager's word that refused digits are no My Number: a reason and a name, and never the digits."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.guard import MASK, check_digit, redact
from hub.domain.people.vouching import LONGEST_FIELD, LONGEST_REASON, NotMyNumber, NumberVouched
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, Site

numbers = (
    st.text("0123456789", min_size=11, max_size=11)
    .filter(lambda b: b.strip("0") != "")
    .map(lambda b: b + str(check_digit(b)))
)


def test_a_managers_word_is_an_entry_with_a_reason() -> None:
    site = Site()
    site.do(NotMyNumber("理由", "宅配の追跡番号"), MANAGER)
    said = site.last(NumberVouched)
    assert (said.by, said.field, said.reason) == (MANAGER.person, "理由", "宅配の追跡番号")


@pytest.mark.parametrize("reason", ["", "  ", "あ" * (LONGEST_REASON + 1)])
def test_no_reason_is_no_word(reason: str) -> None:
    assert Site().refused(NotMyNumber("理由", reason), MANAGER) == "guard.reason"


def test_nor_is_a_text_in_place_of_a_fields_name() -> None:
    assert Site().refused(NotMyNumber("あ" * (LONGEST_FIELD + 1), "宅配の追跡番号"), MANAGER) == "guard.reason"
    Site().do(NotMyNumber("あ" * LONGEST_FIELD, "宅配の追跡番号"), MANAGER)


def test_nobody_else_gives_it() -> None:
    for who in (CLERK, OFFICER):
        assert Site().refused(NotMyNumber("理由", "宅配の追跡番号"), who) == "role.not_allowed"


@given(numbers)
def test_the_digits_themselves_are_kept_by_neither_the_word_nor_the_text_it_is_about(number: str) -> None:
    site = Site()
    assert site.refused(NotMyNumber("理由", f"{number} は追跡番号"), MANAGER) == "guard.personal_number"
    site.do(NotMyNumber("理由", "宅配の追跡番号"), MANAGER)
    opened = site.open_visit()
    assert site.refused(visit.AbandonVisit(opened, f"荷物 {number}"), CLERK) == "guard.personal_number"
    site.do(visit.AbandonVisit(opened, redact(f"荷物 {number}")), CLERK)
    ended = site.last(visit.VisitEnded)
    assert ended.reason == f"荷物 {MASK}"
    assert number.encode() not in msgspec.msgpack.encode(ended)
