"""Originals of applicants, and things left behind: nothing of somebody's stays here without an entry that says so."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.codec import decode_booth, encode_booth
from hub.domain.contracts.check import contradictions
from hub.domain.contracts.reading import load_profile
from hub.domain.custody import left_behind
from hub.domain.custody.left_behind import End, Place, Thing
from hub.domain.day import day
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.reports.counts import invariants
from hub.domain.visit import originals, visit
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site, replayed


def copied() -> tuple[Site, int]:
    """A visit whose copying step was signed just now: the original is with us."""
    site = Site()
    opened = site.open_visit()
    site.steps(opened, until="identity_copy")
    site.do(visit.DoStep(opened, "identity_copy"))
    return site, opened


def test_whoever_signs_a_copy_has_the_original_until_it_is_given_back() -> None:
    site, opened = copied()
    held = site.booth.originals[opened]
    assert (held.papers, held.by) == (("identity_document",), CLERK.person)
    site.do(originals.ReturnOriginals(opened), OTHER)
    assert not site.booth.originals
    assert site.refused(originals.ReturnOriginals(opened)) == "originals.none_here"


def test_a_visit_neither_finishes_nor_is_given_up_while_an_original_is_with_us() -> None:
    site, opened = copied()
    assert site.refused(visit.AbandonVisit(opened, "帰られた")) == "originals.not_returned"
    for step in ("mailing_notice", "hand_pin_copy"):
        site.do(visit.DoStep(opened, step))
    site.step(opened, "collect_store")
    site.do(originals.TakeOriginals(opened, ("delivery_notice",)))
    refusal = site.decide(visit.FinishVisit(opened))
    assert isinstance(refusal, Refusal) and refusal.code == "originals.not_returned"
    assert "本人確認書類、マイナンバー" in refusal.ja
    site.do(originals.ReturnOriginals(opened))
    site.do(visit.FinishVisit(opened))
    assert site.refused(originals.TakeOriginals(opened, ("delivery_notice",))) == "visit.closed"


def test_only_papers_that_the_applicant_takes_home_are_originals_and_each_is_taken_once() -> None:
    site, opened = copied()
    assert site.refused(originals.TakeOriginals(opened, ("reply_notice",))) == "visit.paper_unknown"
    assert site.refused(originals.TakeOriginals(opened, ("identity_document",))) == "originals.nothing_to_take"
    assert site.refused(originals.TakeOriginals(opened, ())) == "originals.nothing_to_take"
    assert site.refused(originals.TakeOriginals(9999, ("identity_document",))) == "visit.unknown"


def test_an_applicant_who_has_gone_leaves_a_thing_behind_that_somebody_must_hand_on() -> None:
    site, opened = copied()
    assert site.refused(originals.LeaveOriginals(opened, " ")) == "originals.reason"
    entry = site.do(originals.LeaveOriginals(opened, "返す前に帰られた"))
    site.do(visit.AbandonVisit(opened, "帰られた"))
    (item,) = left_behind.here(site.booth.left)
    assert (item.id, item.thing, item.number, item.by) == (entry, Thing.PAPER, "A-001", CLERK.person)
    assert site.refused(left_behind.EndThing(entry, End.VENUE)) == "left.paper_elsewhere"
    site.do(queue.FinishTicket(site.booth.visits.visits[opened].ticket))
    site.stop()
    assert site.refused(day.CloseDay(), MANAGER) == "left.lies_here"
    site.do(left_behind.EndThing(entry, End.CITY), OTHER)
    assert site.refused(left_behind.EndThing(entry, End.CITY)) == "left.unknown"
    site.do(day.CloseDay(), MANAGER)
    assert invariants(site.booth)["nothing_left_lying"]
    assert replayed(site) == site.booth


def test_what_is_found_on_a_chair_is_said_by_kind_place_and_ticket_and_nothing_else() -> None:
    site = Site()
    ticket = site.issue("delivery")
    with_owner = site.do(left_behind.FindThing(Thing.UMBRELLA, Place.WAITING, ticket))
    site.do(left_behind.FindThing(Thing.PHONE, Place.RECEPTION))
    assert site.refused(left_behind.FindThing(Thing.BAG, Place.WINDOW, 9999)) == "queue.unknown_ticket"
    assert [item.number for item in left_behind.here(site.booth.left)] == ["A-001", ""]
    assert decode_booth(encode_booth(site.booth)) == site.booth
    site.do(left_behind.EndThing(with_owner, End.VENUE))
    assert site.refused(left_behind.FindThing(Thing.BAG, Place.WINDOW), OFFICER) == "role.not_allowed"


def test_a_profile_takes_as_originals_only_what_is_shown_and_only_at_a_check() -> None:
    raw = load_profile("koganei")

    def with_step(**change: object) -> list[str]:
        method = raw.methods[0]
        steps = tuple(msgspec.structs.replace(s, **change) if s.id == "identity_copy" else s for s in method.steps)
        changed = msgspec.structs.replace(raw, methods=(msgspec.structs.replace(method, steps=steps), *raw.methods[1:]))
        return [key for key, _ in contradictions(changed)]

    assert with_step() == []
    assert with_step(originals=("reply_notice",)) == ["method[delivery_booth].step[identity_copy].originals"]
    assert "method[delivery_booth].step[identity_copy].originals" in with_step(place="after")


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(["take", "copy", "return", "leave", "finish", "abandon", "end"]), min_size=1, max_size=14)
)
def test_nothing_of_an_applicants_is_with_us_that_no_open_visit_or_list_names(acts: list[str]) -> None:
    site = Site()
    opened = site.open_visit()
    site.steps(opened, until="identity_copy")
    with_us: set[str] = set()
    lying = 0
    for act in acts:
        item = next(iter(site.booth.left), 0)
        command = {
            "take": originals.TakeOriginals(opened, ("delivery_notice",)),
            "copy": visit.DoStep(opened, "identity_copy"),
            "return": originals.ReturnOriginals(opened),
            "leave": originals.LeaveOriginals(opened, "帰られた"),
            "finish": visit.FinishVisit(opened),
            "abandon": visit.AbandonVisit(opened, "帰られた"),
            "end": left_behind.EndThing(item, End.OWNER),
        }[act]
        if isinstance(site.decide(command), Refusal):
            continue
        pieces = site.booth.left[item].pieces if act == "end" else 0
        site.do(command)
        match act:
            case "take":
                with_us.add("delivery_notice")
            case "copy":
                with_us.add("identity_document")
            case "leave":
                lying, with_us = lying + len(with_us), set()
            case "return":
                with_us = set()
            case "end":
                lying -= pieces
        there = site.booth.originals.get(opened)
        assert set(there.papers if there else ()) == with_us
        assert sum(thing.pieces for thing in left_behind.here(site.booth.left)) == lying
        if site.booth.visits.visits[opened].state is not visit.VisitState.OPEN:
            assert not with_us
