"""Printed photos are accounted for: never twice unasked, every sheet ends somewhere, two people see one shredded."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.domain.day import day
from hub.domain.devices import supply
from hub.domain.photo import photo
from hub.domain.photo import print as photo_print
from hub.domain.photo.print import (
    AskPrint,
    PrintState,
    ReportEnded,
    ReportSubmitted,
    SeePrint,
    SettleSheet,
    SheetState,
    ShredSheets,
    SpoiledSheet,
)
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OTHER, Site

SEEN = b"c" * 32
ENDS = (PrintState.PRINTED, PrintState.FAILED, PrintState.UNSURE)


class PrintSite(Site):
    """A booth with a visit whose photo is confirmed and alive."""

    def __init__(self) -> None:
        super().__init__("aomori")
        self.visit = self.open_visit()
        self.steps(self.visit, until="photo")
        self.shot = self.picture()

    def picture(self) -> int:
        """A confirmed picture of the visit."""
        shot = self.shoot(self.visit)
        self.taken(shot)
        self.do(photo.Confirm(shot, SEEN, True, True))
        return shot

    def print(self, copies: int = 1, *, again: bool = False, end: PrintState = PrintState.PRINTED) -> int:
        """Ask for a print, and let the hub report its end."""
        asked = self.do(AskPrint(self.shot, copies, again))
        self.do(ReportSubmitted(asked), HUB)
        self.do(ReportEnded(asked, end, "" if end is PrintState.PRINTED else "photo.cut_off"), HUB)
        return asked

    def sheets(self, asked: int) -> list[SheetState]:
        return [sheet.state for sheet in self.booth.prints.prints[asked].sheets]

    def number(self) -> str:
        return self.booth.visits.visits[self.visit].number


@pytest.fixture
def site() -> PrintSite:
    return PrintSite()


def test_only_a_living_picture_that_its_applicant_confirmed_is_printed(site: PrintSite) -> None:
    # AOMO-5.7-06
    assert site.refused(AskPrint(site.shot + 1, 1)) == "photo.unknown_shot"
    site.do(photo.Retake(site.shot))
    assert site.refused(AskPrint(site.shot, 1)) == "photo.unconfirmed"
    site.destroyed(site.shot)
    assert site.refused(AskPrint(site.shot, 1)) == "photo.unknown_shot"
    shot = site.shoot(site.visit)
    site.taken(shot)
    assert site.refused(AskPrint(shot, 1)) == "photo.unconfirmed"


@pytest.mark.parametrize("copies", [0, -1, 5])
def test_an_odd_number_of_sheets_is_refused(site: PrintSite, copies: int) -> None:
    assert site.refused(AskPrint(site.shot, copies)) == "print.copies"


def test_a_second_print_is_a_new_asking_and_marked(site: PrintSite) -> None:
    assert site.refused(AskPrint(site.shot, 1, True)) == "print.never_before"
    site.print()
    assert site.refused(AskPrint(site.shot, 1)) == "print.again"
    second = site.print(again=True)
    assert site.booth.prints.prints[second].again


def test_after_a_print_that_certainly_failed_the_next_is_no_second(site: PrintSite) -> None:
    site.print(end=PrintState.FAILED)
    assert site.sheets(site.print()) == [SheetState.OUT]


@pytest.mark.parametrize("report", [False, True])
def test_nothing_is_printed_while_a_page_is_on_its_way(site: PrintSite, report: bool) -> None:
    asked = site.do(AskPrint(site.shot, 1))
    if report:
        site.do(ReportSubmitted(asked), HUB)
    for command in (AskPrint(site.shot, 1), AskPrint(site.shot, 1, True), photo.Retake(site.shot)):
        assert site.refused(command) == "print.under_way"
    assert site.refused(visit.DoStep(site.visit, "photo")) == "print.under_way"
    assert site.refused(visit.AbandonVisit(site.visit, "帰られた")) == "print.under_way"


def test_an_end_that_nobody_knows_waits_for_eyes_and_is_not_repeated(site: PrintSite) -> None:
    asked = site.print(2, end=PrintState.UNSURE)
    assert site.refused(AskPrint(site.shot, 2, True)) == "print.look_first"
    assert site.refused(visit.DoStep(site.visit, "photo")) == "print.look_first"
    assert site.refused(SeePrint(asked, 2, 1)) == "print.sheets"
    site.do(SeePrint(asked, 1, 1))
    assert site.sheets(asked) == [SheetState.OUT, SheetState.SPOILED]
    assert site.refused(SeePrint(asked, 1, 1)) == "print.nothing_to_look_at"


def test_nothing_came_out_is_an_answer_too(site: PrintSite) -> None:
    asked = site.print(end=PrintState.UNSURE)
    site.do(SeePrint(asked, 0, 0))
    assert site.booth.prints.prints[asked].state is PrintState.FAILED
    site.print()


def test_a_printers_word_that_it_printed_is_corrected_by_who_looks(site: PrintSite) -> None:
    asked = site.print(2)
    site.do(SeePrint(asked, 0, 2))
    assert site.sheets(asked) == [SheetState.SPOILED] * 2


def test_the_printers_end_is_reported_once(site: PrintSite) -> None:
    asked = site.print()
    assert site.refused(ReportEnded(asked, PrintState.FAILED), HUB) == "print.not_under_way"
    assert site.refused(ReportSubmitted(asked), HUB) == "print.not_under_way"
    assert site.refused(ReportEnded(asked + 1, PrintState.PRINTED), HUB) == "print.unknown"


def test_incident_1_a_sheet_is_pasted_only_where_its_own_number_is(site: PrintSite) -> None:
    # AOMO-5.7-05, CHIB-2.2-06
    asked = site.print()
    assert site.refused(SettleSheet(asked, 0, SheetState.PASTED, "Z-999")) == "print.other_label"
    assert site.refused(SettleSheet(asked, 0, SheetState.PASTED)) == "print.other_label"
    site.do(SettleSheet(asked, 0, SheetState.PASTED, site.number()))
    assert site.refused(SettleSheet(asked, 0, SheetState.SPOILED)) == "print.settled"
    assert site.refused(SettleSheet(asked, 1, SheetState.SPOILED)) == "print.unknown"


@pytest.mark.parametrize("fate", [SheetState.OUT, SheetState.SHREDDED])
def test_a_sheet_is_not_shredded_by_one_word(site: PrintSite, fate: SheetState) -> None:
    # AOMO-8-05
    asked = site.print()
    assert site.refused(SettleSheet(asked, 0, fate)) == "print.unknown"


def test_a_sheet_of_a_picture_that_was_taken_again_may_go_on_no_form(site: PrintSite) -> None:
    asked = site.print(2)
    site.do(photo.Retake(site.shot))
    for fate in (SheetState.PASTED, SheetState.HANDED_BACK):
        assert site.refused(SettleSheet(asked, 0, fate, site.number())) == "print.retaken"
    site.do(SettleSheet(asked, 0, SheetState.SPOILED))
    site.destroyed(site.shot)
    site.shot = site.picture()
    assert site.refused(SettleSheet(asked, 1, SheetState.PASTED, site.number())) == "print.retaken"


def test_a_visit_does_not_end_with_a_sheet_that_is_nowhere(site: PrintSite) -> None:
    asked = site.print(2)
    assert site.refused(visit.AbandonVisit(site.visit, "帰られた")) == "print.unaccounted"
    site.do(visit.DoStep(site.visit, "photo"))
    site.destroyed(site.shot)
    site.steps(site.visit)
    assert site.refused(visit.FinishVisit(site.visit)) == "print.unaccounted"
    site.do(SettleSheet(asked, 0, SheetState.HANDED_BACK))
    assert site.refused(visit.FinishVisit(site.visit)) == "print.unaccounted"
    site.do(SettleSheet(asked, 1, SheetState.SPOILED))
    site.do(visit.FinishVisit(site.visit))


def test_the_day_does_not_close_before_two_people_saw_spoiled_sheets_shredded(site: PrintSite) -> None:
    # AOMO-8-05
    asked = site.print(2)
    site.do(SeePrint(asked, 0, 2))
    site.do(visit.AbandonVisit(site.visit, "帰られた"))
    site.destroyed(site.shot)
    held = site.booth.visits.visits[site.visit].ticket
    site.do(queue.FinishTicket(held))
    site.do(day.StopReception(), MANAGER)
    both = ShredSheets((SpoiledSheet(asked, 0), SpoiledSheet(asked, 1)))
    assert site.refused(day.CloseDay(), MANAGER) == "print.not_shredded"
    site.do(both)
    assert site.refused(both) == "print.same_person"
    assert site.refused(day.CloseDay(), MANAGER) == "print.not_shredded"
    site.do(both, OTHER)
    assert site.sheets(asked) == [SheetState.SHREDDED] * 2
    site.do(day.CloseDay(), MANAGER)


def test_what_is_not_spoiled_is_not_shredded(site: PrintSite) -> None:
    asked = site.print()
    for sheets in ((SpoiledSheet(asked, 0),), (), (SpoiledSheet(asked, 1),), (SpoiledSheet(asked + 9, 0),)):
        assert site.refused(ShredSheets(sheets)) == "print.nothing_to_shred"
    site.do(SettleSheet(asked, 0, SheetState.SPOILED))
    assert site.refused(ShredSheets((SpoiledSheet(asked, 0),) * 2)) == "print.nothing_to_shred"


def test_paper_and_ink_are_counted_down_by_what_came_out_and_only_once(site: PrintSite) -> None:
    for item in (supply.Item.PHOTO_PAPER, supply.Item.PHOTO_INK):
        site.do(supply.FillSupply(item, 20, 1))

    def left() -> list[int]:
        return [site.booth.supplies.held[item].left for item in (supply.Item.PHOTO_PAPER, supply.Item.PHOTO_INK)]

    known = site.print(2)
    assert left() == [18, 18]
    site.do(SeePrint(known, 1, 1))  # the printer's word was counted already
    unsure = site.print(2, again=True, end=PrintState.UNSURE)
    assert left() == [18, 18]
    site.do(SeePrint(unsure, 0, 1))
    assert left() == [17, 17]
    site.print(again=True, end=PrintState.FAILED)
    assert left() == [17, 17]


def test_another_date_keeps_what_is_not_accounted_for(site: PrintSite) -> None:
    asked, pasted = site.print(), site.print(again=True)
    site.do(SettleSheet(pasted, 0, SheetState.PASTED, site.number()))
    kept = photo_print.next_date(site.booth.prints)
    assert list(kept.prints) == [asked]


class PrintMachine(RuleBasedStateMachine):
    """Everything that people, the printer and a restart can do to one visit's prints, in any order."""

    @initialize()
    def open(self) -> None:
        self.site = PrintSite()
        self.pages = 0
        """Pages that the printer was ever told to print, whatever became of them."""

    def attempt(self, command: object, by: object = CLERK) -> bool:
        """Whether it was accepted."""
        decided = self.site.decide(command, by)  # type: ignore[arg-type]
        if isinstance(decided, Refusal):
            return False
        self.site.do(command, by)  # type: ignore[arg-type]
        return True

    def prints(self) -> list[photo_print.Print]:
        return photo_print.in_order(self.site.booth.prints)

    @rule(copies=st.integers(1, 4), again=st.booleans())
    def ask(self, copies: int, again: bool) -> None:
        came_before = [
            one for one in self.prints() if one.shot == self.site.shot and one.state is not PrintState.FAILED
        ]
        if self.attempt(AskPrint(self.site.shot, copies, again)):
            self.pages += 1
            assert bool(came_before) is again, "a second print went out that nobody knew to be one"

    @precondition(lambda self: self.prints())
    @rule(data=st.data(), end=st.sampled_from(ENDS), first=st.booleans())
    def report(self, data: st.DataObject, end: PrintState, first: bool) -> None:
        one = data.draw(st.sampled_from(self.prints()))
        if first:
            self.attempt(ReportSubmitted(one.id), HUB)
        self.attempt(ReportEnded(one.id, end, "photo.cut_off"), HUB)

    @rule()
    def restart(self) -> None:
        """What the hub says at its start: its earlier life's pages are unsure, and the picture is gone."""
        for one in photo_print.unfinished(self.site.booth.prints):
            self.site.do(ReportEnded(one.id, PrintState.UNSURE, "hub.restarted"), HUB)

    @precondition(lambda self: self.prints())
    @rule(data=st.data(), good=st.integers(0, 3), spoiled=st.integers(0, 3))
    def see(self, data: st.DataObject, good: int, spoiled: int) -> None:
        self.attempt(SeePrint(data.draw(st.sampled_from(self.prints())).id, good, spoiled))

    @precondition(lambda self: self.prints())
    @rule(data=st.data(), at=st.integers(0, 3), fate=st.sampled_from(SheetState), honest=st.booleans())
    def settle(self, data: st.DataObject, at: int, fate: SheetState, honest: bool) -> None:
        one = data.draw(st.sampled_from(self.prints()))
        label = self.site.number() if honest else "B-404"
        if self.attempt(SettleSheet(one.id, at, fate, label)) and fate is SheetState.PASTED:
            assert honest and not one.retaken

    @rule(by=st.sampled_from([CLERK, OTHER, MANAGER]))
    def shred(self, by: object) -> None:
        spoiled = photo_print.to_shred(self.site.booth.prints)
        self.attempt(ShredSheets(tuple(SpoiledSheet(one.id, at) for one, at in spoiled)), by)

    @rule()
    def retake(self) -> None:
        if self.attempt(photo.Retake(self.site.shot)):
            self.site.destroyed(self.site.shot)
            self.site.shot = self.site.picture()

    @invariant()
    def never_two_pages_under_way_and_one_asking_is_one_page(self) -> None:
        assert sum(photo_print.waits(one) for one in self.prints()) <= 1
        assert len(self.prints()) == self.pages

    @invariant()
    def a_shredded_sheet_was_seen_by_two_people(self) -> None:
        for one in self.prints():
            for sheet in one.sheets:
                assert len(set(sheet.shredders)) == len(sheet.shredders)
                assert (sheet.state is SheetState.SHREDDED) is (len(sheet.shredders) == 2)

    @invariant()
    def a_visit_ends_only_when_every_sheet_is_somewhere(self) -> None:
        decided = self.site.decide(visit.AbandonVisit(self.site.visit, "帰られた"), CLERK)
        open_ = any(photo_print.waits(one) or photo_print.lost_sight_of(one) for one in self.prints())
        assert isinstance(decided, Refusal) is open_


TestPrintMachine = PrintMachine.TestCase
TestPrintMachine.settings = settings(max_examples=25, stateful_step_count=25)
