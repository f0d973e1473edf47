"""What the city looks at before it decides: drawn by chance, recorded, started again, and signed by two where it says so."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.identity.city_check import DRAWN_BYTES, MOST_FEATURES, CityCheck
from hub.domain.identity.identity import FirstSigned, IdentityDecided, Outcome, RequestState, RequestTakenUp, VideoNoted
from hub.domain.moment import Signer
from hub.domain.queue import queue
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, SECOND_OFFICER, Site, replayed
from tui.cells import width

ROOM = 45
"""Cells beside a digit and its mark, on a desk of 80 columns."""

DRAWS = st.binary(min_size=DRAWN_BYTES, max_size=DRAWN_BYTES)
PAPERS = ("運転免許証", "在留カード等", "個人番号カード", "旅券（パスポート）", "学生証・社員証")


def asked(check: CityCheck | None = None, *, officers: tuple[Signer, ...] = (OFFICER,)) -> tuple[Site, int, int]:
    """Koganei's booth under these rules of the city, a visit at the city's step, and its request."""
    site = Site("koganei")
    site.profile = msgspec.structs.replace(site.profile, city_check=check or CityCheck())
    for officer in officers:
        site.do(identity.Attend(True), officer)
    opened = site.open_visit()
    site.steps(opened, until=site.city_step())
    return site, opened, site.ask(opened, site.city_step())


# ------------------------------------------------------------------ points drawn by chance


@given(DRAWS, st.lists(st.sampled_from(PAPERS), unique=True))
def test_a_draw_names_a_feature_of_each_paper_shown_and_one_cue(drawn: bytes, papers: list[str]) -> None:
    check = CityCheck()
    points = [point for point, _, _ in check.points_for("identity", papers, drawn, video=True)]
    features = [point.removeprefix("security:") for point in points if point.startswith("security:")]
    known = {one.id: one.paper for one in check.features}
    shown = [paper for paper in papers if paper in known.values()]
    assert [known[one] for one in features] == (shown[:MOST_FEATURES] or [None])
    assert sum(point.startswith("cue:") for point in points) == 1
    assert set(points) <= set(check.every_point())
    assert points == [point for point, _, _ in check.points_for("identity", papers, drawn, video=True)]


def test_every_feature_and_cue_comes_up() -> None:
    check = CityCheck()
    draws = [number.to_bytes(DRAWN_BYTES, "big") for number in range(300)]
    named = {
        point
        for drawn in draws
        for paper in PAPERS
        for point, _, _ in check.points_for("identity", (paper,), drawn, video=True)
    }
    assert {one for one in check.every_point() if ":" in one} == {one for one in named if ":" in one}


def test_a_cue_is_asked_by_video_only() -> None:
    """At the booth the officer sees the person; NIIG-8.1-04 and CHIB-2.2-01 are checked face to face."""
    points = CityCheck().points_for("identity", (), bytes(DRAWN_BYTES), video=False)
    assert not [point for point, _, _ in points if point.startswith("cue")]


@pytest.mark.parametrize("contract", shipped())
def test_points_fit_their_row_of_the_desk(contract: str) -> None:
    check = load_profile(contract).city_check
    for drawn in (number.to_bytes(DRAWN_BYTES, "big") for number in range(100)):
        for kind in ("identity", "pin_content"):
            for paper in PAPERS:
                for _, ja, en in check.points_for(kind, (paper,), drawn, video=True):
                    assert width(ja) <= ROOM, ja
                    assert width(en) <= ROOM, en


def test_confirming_is_refused_while_a_drawn_point_is_missing_and_the_decision_keeps_the_answers() -> None:
    """KOGA-7.1-07: the city's officer confirms at another place, and the record says what was looked at."""
    site, _, request = asked()
    drawn = b"d" * DRAWN_BYTES
    points = tuple(
        point for point, _, _ in identity.checklist_of(site.profile, site.booth.identity.requests[request], drawn)
    )
    for missing in points:
        rest = tuple(point for point in points if point != missing)
        assert site.refused(site.decision(request, checklist=rest, drawn=drawn), OFFICER) == "identity.checklist"
    site.do(site.decision(request, checklist=points, drawn=drawn, opened_ms=7), OFFICER)
    decided = site.last(IdentityDecided)
    assert (decided.checklist, decided.drawn, decided.opened_ms) == (points, drawn, 7)


def test_another_draws_cue_does_not_count() -> None:
    site, _, request = asked()
    case = site.booth.identity.requests[request]
    draws = [number.to_bytes(DRAWN_BYTES, "big") for number in range(50)]
    cues = {drawn: identity.checklist_of(site.profile, case, drawn) for drawn in draws}
    one, other = next((a, b) for a in draws for b in draws if cues[a] != cues[b])
    ticked = tuple(point for point, _, _ in cues[other])
    assert site.refused(site.decision(request, checklist=ticked, drawn=one), OFFICER) == "identity.checklist"


@pytest.mark.parametrize("short", [{"drawn": b""}, {"drawn": bytes(DRAWN_BYTES + 1)}, {"sealed": b""}])
def test_a_decision_without_draw_or_sealed_field_of_its_size_is_refused(short: dict[str, object]) -> None:
    """The field in which duress can be said is as long in every decision: its absence would say something."""
    site, _, request = asked()
    assert site.refused(site.decision(request, **short), OFFICER) == "identity.mismatch"


# ------------------------------------------------------------------ times, and who looks


def test_the_time_of_every_step_of_a_check_is_recorded() -> None:
    site, _, request = asked()
    site.wait(20)
    site.do(identity.TakeUp(request), OFFICER)
    taken = site.at_ms
    assert site.booth.identity.requests[request].taken_up_ms == taken == site.last(RequestTakenUp).at_ms
    assert site.refused(identity.TakeUp(request), OFFICER) == "identity.taken_up"
    site.wait(30)
    site.do(site.decision(request, opened_ms=taken + 1), OFFICER)
    decided = site.last(IdentityDecided)
    assert (decided.taken_up_ms, decided.opened_ms, decided.at_ms) == (taken, taken + 1, taken + 30_000)
    assert replayed(site) == site.booth


@pytest.mark.parametrize("who", [CLERK, MANAGER, HUB])
def test_nobody_of_the_contractor_takes_a_request_up(who: Signer) -> None:
    site, _, request = asked()
    assert site.refused(identity.TakeUp(request), who) == "role.city_only"


def test_only_whose_turn_it_is_takes_a_request_up_and_who_gets_it_next_begins_anew() -> None:
    site, _, request = asked(officers=(OFFICER, SECOND_OFFICER))
    assert site.refused(identity.TakeUp(request), SECOND_OFFICER) == "identity.not_yours"
    site.do(identity.TakeUp(request), OFFICER)
    site.do(identity.Attend(False), OFFICER)
    assert site.booth.identity.requests[request].taken_up_ms == 0
    site.do(identity.TakeUp(request), SECOND_OFFICER)


def test_an_officer_passes_a_request_on_to_the_next_in_turn_and_to_nobody_of_their_choice() -> None:
    """The command names no person: whose turn is next follows from the order in which officers came on duty."""
    third = msgspec.structs.replace(SECOND_OFFICER, person="officer-3")
    site, _, request = asked(officers=(OFFICER, SECOND_OFFICER, third))
    site.do(identity.TakeUp(request, bytes(32)), OFFICER)
    for officer, after in ((OFFICER, "officer-2"), (SECOND_OFFICER, "officer-3"), (third, "officer-1")):
        site.do(identity.PassOn(request), officer)
        held = site.booth.identity.requests[request]
        assert (held.officer, held.taken_up_ms, held.key) == (after, 0, b"")
        assert site.refused(site.decision(request), officer) == "identity.not_yours"
        assert site.refused(identity.PassOn(request), officer) == "identity.not_yours"
    assert replayed(site) == site.booth


def test_nobody_passes_on_what_is_not_theirs_or_to_nobody() -> None:
    site, _, request = asked()
    assert site.refused(identity.PassOn(request), OFFICER) == "identity.nobody_else"
    for who in (CLERK, MANAGER, HUB):
        assert site.refused(identity.PassOn(request), who) == "role.city_only"
    site.do(identity.Attend(True), SECOND_OFFICER)
    assert site.refused(identity.PassOn(request), SECOND_OFFICER) == "identity.not_yours"


def test_what_waits_for_a_second_officer_is_not_passed_back_to_the_first() -> None:
    site, _, request = asked(EXCEPTION, officers=(OFFICER, SECOND_OFFICER))
    site.do(site.decision(request), OFFICER)
    assert site.refused(identity.PassOn(request), SECOND_OFFICER) == "identity.nobody_else"


# ------------------------------------------------------------------ two officers


EXCEPTION = CityCheck(second_officer_papers=("運転免許証",), second_officer_outcomes=("refused",))


@pytest.mark.parametrize("outcome", [Outcome.CONFIRMED, Outcome.REFUSED])
def test_an_exception_is_decided_only_when_two_officers_have_signed_the_same(outcome: Outcome) -> None:
    site, opened, request = asked(EXCEPTION, officers=(OFFICER, SECOND_OFFICER))
    site.do(site.decision(request, outcome), OFFICER)
    assert site.last(FirstSigned).given_to == "officer-2"
    site.do(site.decision(request, outcome), OFFICER)  # again by the first: still one
    assert site.booth.identity.pending == (request,)
    assert site.city_step() not in site.booth.visits.visits[opened].done
    site.do(site.decision(request, outcome), SECOND_OFFICER)
    decided = site.last(IdentityDecided)
    assert (decided.first, decided.officer, decided.outcome) == ("officer-1", "officer-2", outcome)
    assert replayed(site) == site.booth


def test_two_who_differ_decide_nothing_and_the_first_may_think_again() -> None:
    site, _, request = asked(EXCEPTION, officers=(OFFICER, SECOND_OFFICER))
    site.do(site.decision(request, Outcome.CONFIRMED), OFFICER)
    assert site.refused(site.decision(request, Outcome.REFUSED), SECOND_OFFICER) == "identity.second_differs"
    site.do(site.decision(request, Outcome.REFUSED), OFFICER)
    site.do(site.decision(request, Outcome.REFUSED), SECOND_OFFICER)
    assert site.booth.identity.requests[request].state is RequestState.DECIDED


def test_alone_on_duty_an_officer_signs_and_the_request_waits_for_another() -> None:
    site, _, request = asked(EXCEPTION)
    site.do(site.decision(request), OFFICER)
    assert site.booth.identity.requests[request].officer == ""
    site.do(identity.Attend(True), OFFICER)  # as a desk says it again
    assert site.booth.identity.requests[request].officer == ""
    assert site.refused(site.decision(request), SECOND_OFFICER) == "identity.not_on_duty"
    site.do(identity.Attend(True), SECOND_OFFICER)
    site.do(site.decision(request), SECOND_OFFICER)
    assert site.booth.identity.pending == ()


def test_whose_key_the_first_officer_made_is_no_second_one() -> None:
    site, _, request = asked(EXCEPTION, officers=(OFFICER, SECOND_OFFICER))
    site.do(site.decision(request), OFFICER)
    made = msgspec.structs.replace(SECOND_OFFICER, reset_by="officer-1", key=b"k" * 32)
    assert site.refused(site.decision(request), made) == "identity.same_person"


def test_what_is_no_exception_needs_one_officer() -> None:
    site, _, request = asked(EXCEPTION)
    site.do(site.decision(request, Outcome.MORE_PAPERS), OFFICER)
    assert site.booth.identity.pending == ()


# ------------------------------------------------------------------ video


def test_a_video_lost_for_longer_than_the_profile_says_starts_the_check_again() -> None:
    site, _, request = asked()
    limit = site.profile.city_check.video_lost_seconds
    site.do(identity.NoteVideo(request, "started"))
    for away, restarts in ((limit, 0), (limit + 1, 1)):
        site.do(identity.NoteVideo(request, "lost"))
        assert site.refused(site.decision(request, restarts=0), OFFICER) == "identity.video_lost"
        site.wait(away)
        site.do(identity.NoteVideo(request, "started"), OFFICER)
        assert site.last(VideoNoted).video.restarts == restarts
    assert site.booth.identity.requests[request].video.losses == 2
    assert site.refused(site.decision(request, restarts=0), OFFICER) == "identity.restarted"
    site.do(site.decision(request, restarts=1), OFFICER)
    assert replayed(site) == site.booth


def test_after_a_restart_the_first_of_two_officers_looks_again_too() -> None:
    site, _, request = asked(EXCEPTION, officers=(OFFICER, SECOND_OFFICER))
    site.do(identity.NoteVideo(request, "started"))
    site.do(site.decision(request), OFFICER)
    site.do(identity.NoteVideo(request, "ended"))
    site.do(identity.NoteVideo(request, "started"))
    site.do(site.decision(request, restarts=1), SECOND_OFFICER)
    assert site.booth.identity.requests[request].first == "officer-2"
    assert site.booth.identity.pending == (request,)


def test_a_video_is_noted_in_its_order_and_only_where_the_contract_has_one() -> None:
    site, _, request = asked()
    for early in ("lost", "ended"):
        assert site.refused(identity.NoteVideo(request, early)) == "identity.video_order"
    site.do(identity.NoteVideo(request, "started"))
    assert site.refused(identity.NoteVideo(request, "started")) == "identity.video_order"
    site.do(site.decision(request), OFFICER)
    assert site.refused(identity.NoteVideo(request, "ended")) == "identity.decided"
    face_to_face = Site("chiba")
    opened = face_to_face.open_visit()
    face_to_face.steps(opened, until=face_to_face.city_step())
    other = face_to_face.ask(opened, face_to_face.city_step())
    assert face_to_face.refused(identity.NoteVideo(other, "started")) == "identity.no_video"


@pytest.mark.parametrize("link", ["http://meet.example/1", "https://a b.example", "javascript:alert(1)", "--help"])
def test_a_meeting_is_an_https_link_and_nothing_else(link: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"meetings": {"窓口1": link}}, CityCheck)


def test_a_meeting_belongs_to_its_window() -> None:
    check = CityCheck(meetings={"窓口1": "https://meet.example/1", "*": "https://meet.example/other"})
    assert check.meeting("窓口1") == "https://meet.example/1"
    assert check.meeting("窓口2") == "https://meet.example/other"
    assert CityCheck().meeting("窓口1") == ""


# ------------------------------------------------------------------ nobody answers


def test_an_applicant_nobody_answers_is_parked_keeps_the_place_and_stays_counted() -> None:
    """Held while the city is away, expired meanwhile, asked again under the same number; since when is the first ask."""
    site, opened, request = asked(officers=())
    ticket = site.booth.visits.visits[opened].ticket
    first_ms = site.at_ms
    site.do(queue.HoldTicket(ticket))
    site.wait(15 * 60)
    site.do(identity.ExpireRequest(request), HUB)
    (waits,) = identity.undecided(site.booth.identity, site.booth.visits)
    assert (waits.request.state, waits.since_ms) == (RequestState.EXPIRED, first_ms)
    site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.StartService(ticket))
    again = site.ask(opened, site.city_step())
    (waits,) = identity.undecided(site.booth.identity, site.booth.visits)
    assert (waits.request.id, waits.request.number, waits.since_ms) == (again, "A-001", first_ms)
    site.do(identity.Attend(True), OFFICER)
    site.do(site.decision(again), OFFICER)
    assert identity.undecided(site.booth.identity, site.booth.visits) == ()


def test_a_day_closes_over_nobody_whom_the_city_left_undecided() -> None:
    site, opened, request = asked()
    site.do(queue.HoldTicket(site.booth.visits.visits[opened].ticket))
    site.do(day.StopReception(), MANAGER)
    assert site.refused(day.CloseDay(), MANAGER) == "day.tickets_open"
    site.wait(15 * 60)
    site.do(identity.ExpireRequest(request), HUB)
    assert site.refused(day.CloseDay(), MANAGER) == "day.tickets_open"  # expired is not decided
    assert len(identity.undecided(site.booth.identity, site.booth.visits)) == 1


def test_who_gave_up_or_was_answered_waits_no_more() -> None:
    site, opened, _ = asked()
    site.do(visit.AbandonVisit(opened, "帰られた"))
    assert identity.undecided(site.booth.identity, site.booth.visits) == ()
    site, _, request = asked()
    site.do(site.decision(request, Outcome.MORE_PAPERS), OFFICER)
    assert identity.undecided(site.booth.identity, site.booth.visits) == ()
