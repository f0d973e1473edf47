"""Nobody serves of whom a paper of the contract is missing; practice, which trains people, asks for none."""

import msgspec
import pytest

from hub.domain.booth import Booth
from hub.domain.day.readiness import RecordTraining, SignIn
from hub.domain.moment import Signer
from hub.domain.people.dossier import ApprovePeople, ConsentCourse, RecordPledge, SubmitRoster, open_items
from hub.domain.people.roster import Listed, TakeRoster
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, HUB, MANAGER, PROFILE_HASH, Site
from tests.hub.domain.day.test_agreed_day import morning

PAPER = "文書12号"


def real(contract: str, date: str) -> Site:
    """A site that is no practice, on the morning of that day."""
    site = Site(contract, open_day=False)
    site.booth = Booth(hub="hub-1", profile=PROFILE_HASH)
    site.at_ms = morning(date)
    return site


def train(site: Site, who: Signer, held: str, *, but: str = "") -> None:
    """Every course of the contract, without the topic `but`."""
    for course in site.profile.people.courses:
        topics = tuple(topic for topic in course.topics if topic != but)
        site.do(RecordTraining(who.person, course.ja, held, "2030-03-31", topics), MANAGER)


def said(site: Site, who: Signer = CLERK) -> str:
    """What refuses this person's signing in, in Japanese, or empty."""
    decided = site.decide(SignIn(True), who)
    return decided.ja if isinstance(decided, Refusal) else ""


@pytest.mark.parametrize(
    ("contract", "date", "before", "held"),
    [
        ("niigata", "2024-06-03", "特定個人情報研修 未受講", "2024-04-26"),
        ("aomori", "2023-09-09", "業務研修 未受講", "2023-09-01"),
        ("chiba", "2022-08-05", "マニュアル研修 未受講", "2022-06-20"),
    ],
)
def test_who_was_never_trained_serves_nobody(contract: str, date: str, before: str, held: str) -> None:
    """NIIG-8.2-02, AOMO-5.4-04, CHIB-2.6-01: no record -> refused by the course's name; with it -> allowed."""
    site = real(contract, date)
    assert before in said(site)
    train(site, CLERK, held)
    site.do(ApprovePeople((CLERK.person,), held, PAPER), MANAGER)
    assert said(site) == ""
    site.do(SignIn(True), CLERK)


def test_one_course_does_not_stand_for_another() -> None:
    """AOMO-8-02: with 業務研修 alone -> 個人情報保護・守秘義務研修 未受講."""
    site = real("aomori", "2023-10-01")
    site.do(RecordTraining(CLERK.person, "業務研修", "2023-09-01", "2024-03-31"), MANAGER)
    assert "個人情報保護・守秘義務研修 未受講" in said(site)


def test_a_course_with_six_of_its_seven_topics_is_not_finished() -> None:
    """CHIB-2.6-02: without 感染症対策 -> 未完了, and no role."""
    site = real("chiba", "2022-08-05")
    (course,) = site.profile.people.courses
    assert len(course.topics) == 7
    train(site, CLERK, "2022-06-20", but="感染症対策")
    assert "未完了：感染症対策" in said(site)
    train(site, CLERK, "2022-06-27")
    assert said(site) == ""


def test_a_training_after_the_duty_day_does_not_count_for_it() -> None:
    """KOGA-11-01: held on 4 September for a duty on the 3rd -> refused; on the 1st -> accepted."""
    site = real("koganei", "2025-09-03")
    site.do(ApprovePeople((CLERK.person,), "2025-07-25", PAPER), MANAGER)
    site.do(RecordPledge(CLERK.person, "2025-07-25", PAPER), MANAGER)
    train(site, CLERK, "2025-09-04")
    assert site.refused(SignIn(True), CLERK) in ("dossier.untrained", "ready.training")
    train(site, CLERK, "2025-09-01")
    assert said(site) == ""


def test_whom_the_city_has_not_approved_is_not_assigned() -> None:
    """NIIG-10-02, KOGA-T8-01: added and not approved -> refused; from the day of the approval on -> allowed."""
    site = real("niigata", "2024-06-11")
    train(site, CLERK, "2024-04-26")
    assert site.refused(SignIn(True), CLERK) == "dossier.unapproved"
    site.do(ApprovePeople((CLERK.person,), "2024-06-12", PAPER), MANAGER)
    assert site.refused(SignIn(True), CLERK) == "dossier.unapproved"
    site.at_ms = morning("2024-06-12")
    assert said(site) == ""


def test_a_pledge_is_submitted_before_a_role() -> None:
    """KOGA-T11-01: pledge missing -> refused; dated 2025-07-25 and submitted -> accepted."""
    site = real("koganei", "2025-08-06")
    train(site, CLERK, "2025-07-20")
    site.do(ApprovePeople((CLERK.person,), "2025-07-25", PAPER), MANAGER)
    assert site.refused(SignIn(True), CLERK) == "dossier.unpledged"
    site.do(RecordPledge(CLERK.person, "2025-07-25", PAPER), MANAGER)
    assert said(site) == ""


def test_a_course_counts_only_with_the_citys_consent_to_its_content() -> None:
    """NAGA-8.4-01: without the consent, or before it, the course cannot be recorded."""
    site = real("nagaoka", "2026-02-02")
    course = RecordTraining(CLERK.person, "業務研修", "2026-01-20", "2027-01-31")
    assert site.refused(course, MANAGER) == "dossier.no_consent"
    site.do(ConsentCourse("業務研修", "2026-01-15", PAPER), MANAGER)
    early = msgspec.structs.replace(course, held="2026-01-14")
    assert site.refused(early, MANAGER) == "dossier.no_consent"
    site.do(course, MANAGER)
    assert said(site) == ""
    assert site.refused(ConsentCourse("料理", "2026-01-15", PAPER), MANAGER) == "dossier.unknown_course"


@pytest.mark.parametrize("contract", ["nagaoka", "koganei"])
def test_a_changed_list_of_people_is_open_until_the_city_has_it(contract: str) -> None:
    """NAGA-8.2-04, KOGA-8-01: each change -> an open item until the new table is submitted."""
    site = real(contract, "2026-03-10")
    for number in (1, 2):
        members = (Listed(CLERK.person, CLERK.roles, b"k" * 32),)
        site.do(TakeRoster("contractor", number, b"h" * 32, members), HUB)
        (words,) = open_items(site.booth.dossier, site.booth.keys, site.profile)
        assert f"第{number}版が未提出" in words
        site.do(SubmitRoster("2026-03-10", PAPER), MANAGER)
        assert open_items(site.booth.dossier, site.booth.keys, site.profile) == []


def test_a_manager_too_opens_no_day_without_the_papers_and_clerks_enter_none() -> None:
    site = real("koganei", "2025-08-06")
    assert site.refused(site.opening(), MANAGER) == "dossier.untrained"
    for command in (ApprovePeople((CLERK.person,), "2025-08-06", PAPER), SubmitRoster("2025-08-06", PAPER)):
        assert site.refused(command, CLERK) == "role.not_allowed"
    train(site, MANAGER, "2025-07-20")
    site.do(ApprovePeople((MANAGER.person,), "2025-07-25", PAPER), MANAGER)
    site.do(RecordPledge(MANAGER.person, "2025-07-25", PAPER), MANAGER)
    site.do(site.opening(), MANAGER)
    assert site.refused(queue.IssueTicket(site.lane), CLERK) == "dossier.untrained"
    site.do(queue.IssueTicket(site.lane), MANAGER)


def test_practice_asks_for_no_papers() -> None:
    Site("koganei").do(SignIn(True), CLERK)


def test_a_paper_has_a_date_and_a_reference_and_names_somebody() -> None:
    site = real("koganei", "2025-08-06")
    for command, code in (
        (ApprovePeople(("staff-2",), "8月6日", PAPER), "dossier.paper"),
        (ApprovePeople(("staff-2",), "2025-08-06", " "), "dossier.paper"),
        (ApprovePeople((), "2025-08-06", PAPER), "dossier.nobody"),
        (RecordPledge("", "2025-08-06", PAPER), "dossier.nobody"),
    ):
        assert site.refused(command, MANAGER) == code
