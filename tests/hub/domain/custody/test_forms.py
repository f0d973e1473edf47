"""Blanks of forms: opening + delivered = completed + spoiled + remaining, counted blind, and never closed over."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.domain.codec import decode_booth, encode_booth
from hub.domain.custody import discrepancy, forms
from hub.domain.custody.custody import loose_sheets
from hub.domain.custody.forms import Way
from hub.domain.day import day
from hub.domain.day.day import Phase
from hub.domain.moment import Signer
from hub.domain.queue.queue import FinishTicket
from hub.domain.refusal import Refusal
from hub.domain.reports.counts import invariants
from hub.domain.visit import visit
from hub.domain.visit.answers import AnswerQuestion
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site, replayed

ENVELOPE = "addressed_envelope"
ADMIT = forms.AdmitForms("業務管理者", "2025-08-08", "机の下も2人でさがした")


def counted() -> Site:
    """An open booth whose blanks were counted when it opened: 100 of each class."""
    site = Site()
    site.count_blanks()
    return site


def ledger(site: Site, form: str = ENVELOPE) -> forms.Form:
    return site.booth.forms.held[form]


def stopped(site: Site) -> Site:
    """Reception has stopped, and every paper collected is sealed."""
    site.do(day.StopReception(), MANAGER)
    if loose_sheets(site.booth.custody):
        site.seal()
        site.put_away()
    return site


def test_each_completed_visit_takes_one_blank_of_each_class_and_one_given_up_takes_none() -> None:
    """KOGA-7.2-01: envelopes 40 at the start, 28 used, 12 left."""
    site = Site()
    site.do(forms.CountForms({ENVELOPE: 40, "pin_request_sheet": 50}))
    for _ in range(3):
        site.whole_visit()
    site.do(visit.AbandonVisit(site.open_visit(), "帰られた"))
    assert (ledger(site).completed, forms.remaining(ledger(site))) == (3, 37)
    assert forms.remaining(ledger(site, "pin_request_sheet")) == 47


def test_what_is_delivered_brought_spoiled_and_taken_along_stands_in_the_ledger() -> None:
    site = counted()
    for way, sheets in ((Way.DELIVERED, 30), (Way.BROUGHT, 1), (Way.SPOILED, 4), (Way.GIVEN, 2)):
        site.do(forms.MoveForms(ENVELOPE, sheets, way))
    assert forms.remaining(ledger(site)) == 100 + 30 + 1 - 4 - 2


def test_more_than_there_are_is_not_spoiled_and_an_unknown_class_has_no_ledger() -> None:
    site = Site()
    assert site.refused(forms.MoveForms(ENVELOPE, 1, Way.SPOILED)) == "forms.count_first"
    site.count_blanks()
    assert site.refused(forms.MoveForms(ENVELOPE, 101, Way.SPOILED)) == "visit.paper_count"
    assert site.refused(forms.MoveForms(ENVELOPE, 0, Way.DELIVERED)) == "visit.paper_count"
    assert site.refused(forms.MoveForms("identity_copy", 1, Way.GIVEN)) == "visit.paper_unknown"
    assert site.refused(forms.CountForms({ENVELOPE: 3})) == "custody.class_missing"
    assert site.refused(forms.CountForms({ENVELOPE: 3, "pin_request_sheet": -1})) == "visit.paper_count"


def test_a_contract_without_blanks_counts_none_and_closes() -> None:
    site = Site("nagaoka")
    assert site.refused(forms.CountForms({})) == "forms.none"
    site.close()


def test_a_day_on_which_blanks_were_not_counted_when_it_opened_and_when_it_ends_is_not_closed() -> None:
    site = Site()
    site.whole_visit()
    stopped(site)
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_counted"
    site.count_blanks()
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_at_opening"
    assert site.refused(ADMIT) == "role.not_allowed"
    site.do(ADMIT, MANAGER)
    site.do(day.CloseDay(), MANAGER)
    assert [one.number for one in discrepancy.in_order(site.booth.discrepancies)] == ["D-001"]


def test_a_difference_keeps_the_day_open_and_its_refusal_tells_no_number() -> None:
    site = stopped(counted())
    site.do(site.blanks(**{ENVELOPE: -1}))
    refusal = site.decide(day.CloseDay(), MANAGER)
    assert isinstance(refusal, Refusal) and refusal.code == "forms.differ"
    assert not any(character.isdigit() for character in str(refusal))
    assert not invariants(site.booth)["every_blank_accounted_for"]
    site.count_blanks(OTHER)  # found at the second count
    site.do(day.CloseDay(), MANAGER)
    assert not site.booth.discrepancies.open


def test_a_difference_that_two_people_found_is_closed_with_an_owner_and_a_deadline_and_stays_until_resolved() -> None:
    site = stopped(counted())
    short = site.blanks(**{ENVELOPE: -1})
    site.do(short)
    assert site.refused(ADMIT, MANAGER) == "forms.count_again"
    site.do(short)
    assert site.refused(ADMIT, MANAGER) == "forms.count_again", "one person who counts twice is not two"
    site.do(short, OTHER)
    assert site.refused(forms.AdmitForms(" ", "2025-08-08", "理由"), MANAGER) == "discrepancy.owner"
    assert site.refused(forms.AdmitForms("管理者", "2025-08-05", "理由"), MANAGER) == "discrepancy.due"
    assert site.refused(forms.AdmitForms("管理者", "2025-08-08", ""), MANAGER) == "discrepancy.text"
    site.do(ADMIT, MANAGER)
    site.do(day.CloseDay(), MANAGER)
    (held,) = discrepancy.in_order(site.booth.discrepancies)
    assert (held.sheets, held.owner, held.due) == (((ENVELOPE, -1),), "業務管理者", "2025-08-08")
    site.wait(3 * 86_400)
    site.do(site.opening("2025-08-09"), MANAGER)
    assert discrepancy.overdue(site.booth.discrepancies, "2025-08-09") == [held]
    assert forms.remaining(ledger(site)) == 99, "the next day goes on from what was found"
    assert site.refused(discrepancy.ResolveDiscrepancy(held.id, "見つけた")) == "role.not_allowed"
    assert site.refused(discrepancy.ResolveDiscrepancy(held.id, " "), MANAGER) == "discrepancy.text"
    site.do(discrepancy.ResolveDiscrepancy(held.id, "棚の奥で見つけた"), MANAGER)
    assert site.refused(discrepancy.ResolveDiscrepancy(held.id, "また"), MANAGER) == "discrepancy.unknown"


def test_where_all_agrees_there_is_nothing_to_admit() -> None:
    site = stopped(counted())
    site.count_blanks()
    assert site.refused(ADMIT, MANAGER) == "forms.no_difference"


def test_spoiled_forms_are_shredded_by_two_different_people_before_the_day_closes() -> None:
    # AOMO-8-05
    site = counted()
    spoil = site.do(forms.MoveForms(ENVELOPE, 2, Way.SPOILED))
    site.stop()
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_shredded"
    site.do(forms.ShredForms((spoil,)), CLERK)
    assert site.refused(forms.ShredForms((spoil,)), CLERK) == "print.same_person"
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_shredded"
    site.do(forms.ShredForms((spoil,)), OTHER)
    assert site.refused(forms.ShredForms((spoil,)), MANAGER) == "print.nothing_to_shred"
    site.do(day.CloseDay(), MANAGER)


@pytest.mark.parametrize("command", [site_command for site_command in (forms.ShredForms(()), forms.ShredForms((1, 1)))])
def test_nothing_is_shredded_that_was_not_spoiled(command: forms.ShredForms) -> None:
    assert counted().refused(command) == "print.nothing_to_shred"


# ------------------------------------------------------------------ any order of things


class BlanksMachine(RuleBasedStateMachine):
    """A pile of envelopes that really lies there, beside the ledger; commands whether or not they are possible."""

    @initialize()
    def open_the_day(self) -> None:
        self.site = counted()
        self.pile = 100
        self.unseen = 0
        """Lost since the last count: only the next one can find it."""

    def attempt(self, command: forms.FormsCommand | day.DayCommand, by: Signer = CLERK) -> bool:
        if isinstance(self.site.decide(command, by), Refusal):
            return False
        self.site.do(command, by)
        return True

    @precondition(lambda self: self.site.booth.day.phase is Phase.OPEN)
    @rule()
    def complete(self) -> None:
        site = self.site
        if not self.pile:
            return
        site.do(FinishTicket(self._visited()))
        self.pile -= 1

    def _visited(self) -> int:
        opened = self.site.open_visit()
        self.site.steps(opened)
        self.site.do(visit.FinishVisit(opened))
        return self.site.booth.visits.visits[opened].ticket

    @rule(way=st.sampled_from(Way), sheets=st.integers(0, 60))
    def move(self, way: Way, sheets: int) -> None:
        if self.attempt(forms.MoveForms(ENVELOPE, sheets, way)):
            self.pile += sheets if way in forms.IN else -sheets

    @rule(gone=st.integers(1, 3))
    def lose(self, gone: int) -> None:
        gone = min(gone, self.pile)
        self.pile, self.unseen = self.pile - gone, self.unseen + gone

    @rule(by=st.sampled_from([CLERK, OTHER]))
    def count(self, by: Signer) -> None:
        sheets = dict(self.site.blanks().sheets) | {ENVELOPE: self.pile}
        if self.attempt(forms.CountForms(sheets), by):
            self.unseen = 0

    @rule(by=st.sampled_from([CLERK, OTHER, MANAGER]))
    def shred(self, by: Signer) -> None:
        self.attempt(forms.ShredForms(tuple(number for number, _ in forms.to_shred(self.site.booth.forms))), by)

    @rule()
    def admit(self) -> None:
        self.attempt(ADMIT, MANAGER)

    @rule()
    def stop_and_close(self) -> None:
        self.attempt(day.StopReception(), MANAGER)
        if loose_sheets(self.site.booth.custody):
            self.site.seal(seal=f"SL-{len(self.site.entries)}")
            self.site.do(self.site.acceptance(self.site.offer()), OFFICER)
        if self.attempt(day.CloseDay(), MANAGER):
            assert forms.remaining(ledger(self.site)) == self.pile + self.unseen, (
                "a closed ledger tells what was counted"
            )
            assert not self.site.booth.forms.spoils
            self.site.wait(1)
            self.site.do(self.site.opening(), MANAGER)

    @invariant()
    def opening_and_delivered_are_completed_spoiled_and_remaining(self) -> None:
        for form in self.site.booth.forms.held.values():
            into = form.opening + form.delivered + form.brought + form.admitted
            assert into == form.completed + form.spoiled + form.given + forms.remaining(form)

    def teardown(self) -> None:
        assert decode_booth(encode_booth(self.site.booth)) == replayed(self.site) == self.site.booth


TestBlanks = BlanksMachine.TestCase
TestBlanks.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_an_envelope_that_goes_by_post_leaves_the_stock_with_its_visit() -> None:
    """AOMO-7.1-02: start 50 envelopes, used 12, left 37 -> difference 1 flagged."""
    site = Site("aomori", event_type="base_facility_support")
    site.do(forms.CountForms({"pin_request_sheet": 20, "handwritten_form": 60, "envelope": 50}))
    for number in range(13):
        opened = site.open_visit()
        by_post = number < 12
        if by_post:
            site.steps(opened, until="submit")
            site.do(AnswerQuestion(opened, "channel", "post", "no_qr"))
        site.steps(opened)
        site.do(visit.FinishVisit(opened))
        site.do(FinishTicket(site.booth.visits.visits[opened].ticket))
    assert (ledger(site, "envelope").completed, forms.remaining(ledger(site, "envelope"))) == (12, 38)
    assert forms.remaining(ledger(site, "handwritten_form")) == 48
    stopped(site)
    site.do(forms.CountForms({"pin_request_sheet": 20, "handwritten_form": 48, "envelope": 37}))
    assert site.last(forms.FormsCounted).differ == ("envelope",)
    assert site.refused(day.CloseDay(), MANAGER) == "forms.differ"
    assert replayed(site) == site.booth


def test_envelopes_that_were_used_and_never_counted_keep_the_day_open() -> None:
    site = Site("aomori", event_type="base_facility_support")
    opened = site.open_visit()
    site.steps(opened, until="submit")
    site.do(AnswerQuestion(opened, "channel", "post", "no_qr"))
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    site.do(FinishTicket(site.booth.visits.visits[opened].ticket))
    stopped(site)
    assert site.refused(day.CloseDay(), MANAGER) == "forms.not_counted"
