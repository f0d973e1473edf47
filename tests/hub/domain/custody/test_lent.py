"""What the city has handed to us: as many as it lends, out only with its approval, and back with a name."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.codec import decode_booth, encode_booth
from hub.domain.custody import lent
from hub.domain.custody.lent import CarryIn, CarryOut, Paper, RaiseLoan, ReceiveLoan, ReturnLoan
from hub.domain.day.readiness import CountDevices
from hub.domain.day.readiness import lent_devices as counted
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, MANAGER, Site, replayed


def test_a_list_of_the_city_leaves_the_building_only_with_an_approval_and_a_day_to_be_back() -> None:
    """KOGA-12-01: without approval number refused; "2025-08-05 no.7" makes a ledger row with the day it is due back."""
    site = Site()
    loan = site.do(ReceiveLoan(Paper.LIST, 2, "市民課 森"), MANAGER)
    assert site.refused(CarryOut(loan, " ", "2025-08-07"), MANAGER) == "lent.approval"
    assert site.refused(CarryOut(loan, "2025-08-05 no.7", "2025-08-05"), MANAGER) == "lent.back_by"
    assert site.refused(CarryOut(loan, "2025-08-05 no.7", "2025-08-07")) == "role.not_allowed"
    site.do(CarryOut(loan, "2025-08-05 no.7", "2025-08-07"), MANAGER)
    (row,) = lent.with_us(site.booth.lent)
    assert (row.number, row.approval, row.back_by) == ("預-001", "2025-08-05 no.7", "2025-08-07")
    assert lent.overdue(site.booth.lent, "2025-08-08") == [row]
    assert site.refused(CarryOut(loan, "x", "2025-08-07"), MANAGER) == "lent.out_already"
    site.do(CarryIn(loan), CLERK)
    assert site.refused(CarryIn(loan)) == "lent.not_out"
    assert not lent.overdue(site.booth.lent, "2025-08-08")


def test_what_goes_back_goes_to_somebody_and_never_more_than_came() -> None:
    site = Site()
    loan = site.do(ReceiveLoan(Paper.FORM, 50, "森"), MANAGER)
    assert site.refused(ReturnLoan(loan, 51, "森"), MANAGER) == "lent.pieces"
    assert site.refused(ReturnLoan(loan, 10, ""), MANAGER) == "lent.name"
    site.do(ReturnLoan(loan, 20, "森"), MANAGER)
    assert [one.left for one in lent.with_us(site.booth.lent)] == [30]
    site.do(ReturnLoan(loan, 30, "林"), MANAGER)
    assert not lent.with_us(site.booth.lent)
    held = site.booth.lent.loans[loan]
    assert (held.received, held.taker, held.returned_by) == (50, "林", MANAGER.person)
    assert site.refused(ReturnLoan(loan, 1, "林"), MANAGER) == "lent.unknown"
    assert decode_booth(encode_booth(site.booth)) == site.booth and replayed(site) == site.booth


def test_more_than_the_city_lends_is_refused_until_its_letter_says_so() -> None:
    """NAGA-7-01: the 6th 統合端末 is refused; raised to 6 it is taken, with the date."""
    site = Site("nagaoka", open_day=False)
    site.do(ReceiveLoan("integrated_terminal", 5, "市民課"), MANAGER)
    refusal = site.decide(ReceiveLoan("integrated_terminal", 1, "市民課"), MANAGER)
    assert isinstance(refusal, Refusal) and refusal.code == "lent.too_many"
    assert "5までです（いま5）" in refusal.ja
    assert site.refused(RaiseLoan("integrated_terminal", 6, ""), MANAGER) == "lent.approval"
    site.do(RaiseLoan("integrated_terminal", 6, "2026-02-10 第12号"), MANAGER)
    assert site.last(lent.LoanRaised).at_ms == site.at_ms
    site.do(ReceiveLoan("integrated_terminal", 1, "市民課"), MANAGER)
    assert site.refused(ReceiveLoan("copier_of_mine", 1, "市民課"), MANAGER) == "lent.unknown_thing"
    assert site.refused(RaiseLoan("list", 6, "x"), MANAGER) == "lent.unknown_thing"


def test_a_fourth_terminal_of_the_city_is_neither_received_nor_counted_in() -> None:
    """CHIB-2.9-02: the 4th マイナアシスト is refused."""
    site = Site("chiba", open_day=False)
    site.do(ReceiveLoan("loan_terminal", 3, "区政推進課"), MANAGER)
    assert site.refused(ReceiveLoan("loan_terminal", 1, "区政推進課"), MANAGER) == "lent.too_many"
    counts = {device.id: device.count or 0 for device in counted(site.profile)}
    assert site.refused(CountDevices(False, counts | {"loan_terminal": 4})) == "lent.too_many"
    site.do(CountDevices(False, counts))


def test_where_the_specification_says_at_least_more_are_taken() -> None:
    """NIIG-8.1-12: the 4th photo tablet is refused."""
    site = Site("niigata", open_day=False)
    site.do(ReceiveLoan("application_terminal", 8, "市民課"), MANAGER)
    assert site.refused(ReceiveLoan("photo_tablet", 4, "市民課"), MANAGER) == "lent.too_many"


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["in", "back"]), st.integers(0, 4)), max_size=12))
def test_what_is_with_us_is_what_came_less_what_went_and_never_over_the_loan(acts: list[tuple[str, int]]) -> None:
    site = Site("chiba", open_day=False)
    here = 0
    for what, pieces in acts:
        loans = lent.with_us(site.booth.lent)
        give = ReturnLoan(loans[0].id if loans else 0, pieces, "森")
        command = ReceiveLoan("loan_terminal", pieces, "森") if what == "in" else give
        if not isinstance(site.decide(command, MANAGER), Refusal):
            site.do(command, MANAGER)
            here += pieces if what == "in" else -pieces
        assert sum(one.left for one in lent.with_us(site.booth.lent)) == here
        assert 0 <= here <= 3
