"""静止画: who may have one taken, when, of what; what a decision may name; and that nothing of it outlives its check."""

from __future__ import annotations

import dataclasses
from itertools import count

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hub.domain.codec import decode_events
from hub.domain.contracts import consent
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.day import day
from hub.domain.identity import identity, still, still_rules
from hub.domain.identity.city_check import CityCheck
from hub.domain.identity.identity import Attend, ExpireRequest, TakeUp, WithdrawRequest
from hub.domain.identity.still import ReportStill, ReportStillsGone, TakeStill
from hub.domain.identity.still_mask import FACE, MASKS, WHOLE
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, SECOND_OFFICER, Site

PAPER = "運転免許証"
KEY, OTHER_KEY = b"k" * 32, b"l" * 32


def asked(*, take_up: bool = True) -> tuple[Site, int]:
    """A booth with both officers on duty, and a request that the first one has taken up."""
    site = Site("koganei")
    for officer in (OFFICER, SECOND_OFFICER):
        site.do(Attend(True), officer)
    opened = site.open_visit()
    site.steps(opened, until=site.city_step())
    request = site.do(identity.RequestIdentity(opened, site.city_step(), (PAPER,)))
    if take_up:
        site.do(TakeUp(request, KEY), OFFICER)
    return site, request


def taken(site: Site, request: int, mark: int = 1, subject: str = PAPER) -> bytes:
    """A still in the record; its commitment."""
    commitment = mark.to_bytes(32, "big")
    site.do(ReportStill(site.do(TakeStill(request, subject, True)), commitment), HUB)
    return commitment


def test_a_still_is_taken_only_after_an_officer_has_accepted_the_request() -> None:
    site, request = asked(take_up=False)
    assert site.refused(TakeStill(request, PAPER, True)) == "still.not_accepted"
    site.do(TakeUp(request, KEY), OFFICER)
    taken(site, request)


def test_without_the_citys_consent_to_sending_the_handoff_is_number_only() -> None:
    # KOGA-T6-05
    site, request = asked()
    site.profile = msgspec.structs.replace(
        site.profile, training_consents=msgspec.structs.replace(site.profile.training_consents, send=None)
    )
    assert site.refused(TakeStill(request, PAPER, True)) == "still.no_consent"
    site.do(site.decision(request), OFFICER)


@pytest.mark.parametrize("contract", shipped())
def test_outside_practice_no_shipped_contract_sends_a_picture(contract: str) -> None:
    # KOGA-T6-05
    profile = load_profile(contract)
    assert not consent.may_send(profile, False, "2025-08-06")
    for method in profile.methods:
        assert still_rules.why_none(profile, False, "2025-08-06", method.id) is not None


def test_where_the_officer_is_at_the_booth_nothing_is_photographed_for_them() -> None:
    profile = load_profile("chiba")
    refusals = [still_rules.why_none(profile, True, "2025-08-06", method.id) for method in profile.methods]
    assert [one and one.code for one in refusals] == ["still.at_booth"] * len(profile.methods)


def test_a_person_confirms_that_the_number_is_covered_before_the_shutter() -> None:
    site, request = asked()
    assert site.refused(TakeStill(request, PAPER, False)) == "still.not_covered"
    assert site.refused(TakeStill(request, FACE, False)) == "still.not_covered"


def test_a_paper_of_which_nobody_has_said_where_its_number_stands_is_not_photographed() -> None:
    site = Site("koganei")
    site.do(Attend(True), OFFICER)
    opened = site.open_visit()
    site.steps(opened, until=site.city_step())
    request = site.do(identity.RequestIdentity(opened, site.city_step(), ("その他の書類",)))
    site.do(TakeUp(request, KEY), OFFICER)
    assert site.refused(TakeStill(request, "その他の書類", True)) == "still.no_mask"
    assert site.refused(TakeStill(request, PAPER, True)) == "still.not_shown"


def test_every_mask_covers_something_and_stays_within_the_picture() -> None:
    assert len({mask.paper for mask in MASKS}) == len(MASKS)
    for mask in MASKS:
        for area in mask.areas:
            assert area.width and area.height
            assert area.left + area.width <= WHOLE and area.top + area.height <= WHOLE
    assert CityCheck().mask(FACE) is None


def test_a_retake_is_counted_and_limited() -> None:
    site, request = asked()
    for mark in range(1 + site.profile.operation.retakes):
        taken(site, request, mark)
    assert [one.attempt for one in site.booth.stills[request]] == [1, 2, 3, 4]
    assert site.refused(TakeStill(request, PAPER, True)) == "still.too_many"


def test_one_still_at_a_time_and_what_the_camera_failed_at_counts_for_nothing() -> None:
    site, request = asked()
    number = site.do(TakeStill(request, PAPER, True))
    assert site.refused(TakeStill(request, FACE, True)) == "still.busy"
    site.do(ReportStill(number, fault="camera.no_answer"), HUB)
    assert site.refused(ReportStill(number, b"c" * 32), HUB) == "still.none"
    taken(site, request)
    assert [one.attempt for one in site.booth.stills[request]] == [1, 1]


def test_a_decision_names_stills_of_its_own_check_and_no_others() -> None:
    site, request = asked()
    first, newest = taken(site, request, 1), taken(site, request, 2)
    decision = site.decision(request)
    for wrong in ((first,), (b"x" * 32,), (newest, newest)):
        assert site.refused(msgspec.structs.replace(decision, stills=wrong), OFFICER) == "identity.mismatch"
    site.do(msgspec.structs.replace(decision, stills=(newest,)), OFFICER)
    (decided,) = decode_events(site.entries[-1].events)
    assert isinstance(decided, identity.IdentityDecided) and decided.stills == (newest,)


def test_nobody_but_the_hub_says_that_a_still_was_taken_or_is_gone() -> None:
    site, request = asked()
    number = site.do(TakeStill(request, PAPER, True))
    for who in (CLERK, MANAGER, OFFICER):
        assert site.refused(ReportStill(number, b"c" * 32), who) == "role.not_allowed"
        assert site.refused(ReportStillsGone(request, "erased", "dropped"), who) == "role.not_allowed"
    assert site.refused(TakeStill(request, FACE, True), OFFICER) == "role.not_allowed"


def test_the_next_officer_has_another_key_and_a_desk_that_started_again_too() -> None:
    site, request = asked()
    assert site.refused(TakeUp(request, KEY), OFFICER) == "identity.taken_up"
    site.do(TakeUp(request, OTHER_KEY), OFFICER)
    assert site.booth.identity.requests[request].key == OTHER_KEY
    site.do(Attend(False), OFFICER)
    assert site.booth.identity.requests[request].key == b""
    assert site.refused(TakeStill(request, PAPER, True)) == "still.not_accepted"
    site.do(TakeUp(request, KEY), SECOND_OFFICER)
    assert site.refused(TakeUp(request, b"short"), SECOND_OFFICER) == "identity.mismatch"


def test_a_day_does_not_close_while_a_still_lives() -> None:
    site, request = asked()
    taken(site, request)
    held = site.booth.identity.requests[request].visit
    site.do(visit.AbandonVisit(held, "取りやめ"))
    site.do(queue.FinishTicket(site.booth.visits.visits[held].ticket))
    site.do(day.StopReception(), MANAGER)
    assert site.refused(day.CloseDay(), MANAGER) == "still.alive"
    site.do(ReportStillsGone(request, "erased", "dropped"), HUB)
    site.do(day.CloseDay(), MANAGER)


@dataclasses.dataclass
class Check:
    """What the machine below knows of a request."""

    request: int
    over: bool = False


class StillMachine(RuleBasedStateMachine):
    """Requests come, are taken up, photographed, decided, withdrawn, expire; the hub does its part in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.site, request = asked(take_up=False)
        self.check = Check(request)
        self.marks = count(1)
        self.visit = self.site.booth.identity.requests[request].visit

    def attempt(self, command: object, by: object) -> int | None:
        decided = self.site.decide(command, by)  # type: ignore[arg-type]
        return None if isinstance(decided, Refusal) else self.site.do(command, by)  # type: ignore[arg-type]

    @rule(officer=st.sampled_from([OFFICER, SECOND_OFFICER]), key=st.sampled_from([KEY, OTHER_KEY]))
    def take_up(self, officer: object, key: bytes) -> None:
        self.attempt(TakeUp(self.check.request, key), officer)

    @rule(officer=st.sampled_from([OFFICER, SECOND_OFFICER]), on=st.booleans())
    def attend(self, officer: object, on: bool) -> None:
        self.attempt(Attend(on), officer)

    @rule(subject=st.sampled_from([PAPER, FACE]), covered=st.booleans())
    def shoot(self, subject: str, covered: bool) -> None:
        made = self.attempt(TakeStill(self.check.request, subject, covered), CLERK)
        assert made is None or (covered and self.site.booth.identity.requests[self.check.request].key)

    @rule(well=st.booleans())
    def report(self, well: bool) -> None:
        waits = still.waiting(self.site.booth.stills)
        if waits is not None:
            mark = next(self.marks).to_bytes(32, "big")
            fine = self.attempt(ReportStill(waits.id, mark) if well else ReportStill(waits.id, fault="camera.x"), HUB)
            if fine is None:
                self.site.do(ReportStill(waits.id, fault="still.over"), HUB)

    @rule(how=st.sampled_from(["decide", "withdraw", "expire"]))
    def end(self, how: str) -> None:
        request = self.site.booth.identity.requests[self.check.request]
        if how == "decide" and request.officer:
            by = OFFICER if request.officer == OFFICER.person else SECOND_OFFICER
            seen = tuple(one.commitment for one in still.current(self.site.booth.stills, request.id))
            decision = msgspec.structs.replace(
                self.site.decision(request.id), outcome=identity.Outcome.RETAKE, reason="見えない", stills=seen
            )
            self.attempt(decision, by)
        elif how == "expire":
            self.site.at_ms = max(self.site.at_ms, request.expires_ms)
            self.attempt(ExpireRequest(request.id), HUB)
        else:
            self.attempt(WithdrawRequest(request.id), CLERK)

    @precondition(lambda self: self.check.request not in self.site.booth.identity.pending)
    @rule()
    def destroyed_and_asked_again(self) -> None:
        if self.check.request in self.site.booth.stills:
            for one in self.site.booth.stills[self.check.request]:
                if one.waits:
                    self.site.do(ReportStill(one.id, fault="still.over"), HUB)
            self.site.do(ReportStillsGone(self.check.request, "erased", "dropped"), HUB)
        asked_again = self.attempt(identity.RequestIdentity(self.visit, self.site.city_step(), (PAPER,)), CLERK)
        if asked_again is not None:
            self.check = Check(asked_again)

    @invariant()
    def the_hub_owes_the_end_of_every_still_whose_check_is_over(self) -> None:
        booth = self.site.booth
        over = [request for request in booth.stills if request not in booth.identity.pending]
        assert not over or still.is_hubs_turn(booth.stills, booth.identity.pending)

    @invariant()
    def at_most_one_picture_of_each_subject_lives(self) -> None:
        for request in self.site.booth.stills:
            subjects = [one.subject for one in still.current(self.site.booth.stills, request)]
            assert len(subjects) == len(set(subjects))


TestStills = StillMachine.TestCase
TestStills.settings = settings(max_examples=25, stateful_step_count=20)
