"""What a contract asks of a visit: answered by its choices, before its step, and counted from the entries alone."""

from pathlib import Path

import pytest

from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.queue import queue
from hub.domain.reports.counts import count_day
from hub.domain.visit import visit
from hub.domain.visit.answers import AnswerQuestion
from hub.domain.visit.visit import Answer
from hub.rehearsal.summary import day_report
from tests.hub.domain.booths import Site, replayed

SIXTH = str(Path(__file__).parents[3] / "profiles" / "yubune.toml")


def finished(site: Site, method: str, *answers: tuple[str, str, str], circumstances: tuple[str, ...] = ()) -> int:
    """A whole visit in which these were said."""
    opened = site.open_visit(method)
    if circumstances:
        site.do(visit.TriageVisit(opened, circumstances))
    for question, choice, reason in answers:
        site.do(AnswerQuestion(opened, question, choice, reason))
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    site.do(queue.FinishTicket(site.booth.visits.visits[opened].ticket))
    return opened


def test_the_channel_is_said_before_the_application_and_paper_wants_its_reason() -> None:
    """AOMO-5.7-04: paper without a reason is refused; "QRなし・住所変更" is accepted."""
    site = Site("aomori", event_type="base_facility_support")
    opened = site.open_visit("outreach_support")
    site.steps(opened, until="submit")
    assert site.refused(visit.DoStep(opened, "submit")) == "visit.unanswered"
    assert site.refused(AnswerQuestion(opened, "channel", "post")) == "visit.answer_reason"
    assert site.refused(AnswerQuestion(opened, "channel", "post", "bored")) == "visit.answer_reason"
    assert site.refused(AnswerQuestion(opened, "channel", "online", "no_qr")) == "visit.answer_reason"
    site.do(AnswerQuestion(opened, "channel", "post", "no_qr"))
    site.step(opened, "submit")
    assert site.booth.visits.visits[opened].answers == (Answer("channel", "post", "no_qr"),)
    site.do(AnswerQuestion(opened, "channel", "online"))  # said anew: the last one holds
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    ended = site.booth.visits.visits[opened].answers
    assert ended == (Answer("channel", "online"), Answer("residence", "inside"))
    assert replayed(site) == site.booth


def test_the_days_counts_by_method_channel_and_residence_come_from_the_visits() -> None:
    """AOMO-5.9-04: ten cases are 受付3, サポート・オンライン5, サポート・郵送2, of which 市外1 and 市内9."""
    site = Site("aomori", event_type="base_facility_intake")
    for _ in range(3):
        finished(site, "outreach_intake")
    intake = count_day(site.booth)
    assert (intake.visits, intake.answers["outreach_intake"]["residence"]) == ({"outreach_intake": 3}, {"inside": 3})
    site = Site("aomori", event_type="base_facility_support")
    for _ in range(4):
        finished(site, "outreach_support")
    finished(site, "outreach_support", circumstances=("other_city",))
    for _ in range(2):
        finished(site, "outreach_support", ("channel", "post", "no_qr"))
    counts = count_day(site.booth)
    assert counts.answers["outreach_support"] == {
        "channel": {"online": 5, "post": 2},
        "residence": {"inside": 6, "outside": 1},
    }
    assert "    申請の方法：オンライン 5　手書き・郵送 2" in day_report(site.profile, counts).splitlines()


def test_online_and_handwritten_cases_are_told_apart() -> None:
    """CHIB-2.2-05: オンライン and 手書き are counted apart and add up to the total."""
    site = Site("chiba")
    for channel in ("online", "online", "online", "handwritten"):
        finished(site, "apply_in_person", ("channel", channel, ""))
    counts = count_day(site.booth)
    assert counts.answers["apply_in_person"]["channel"] == {"handwritten": 1, "online": 3}
    assert counts.visits == {"apply_in_person": 4}


def test_who_has_mail_forwarded_is_not_served_by_mail_and_is_told_where_to_go() -> None:
    """NIIG-8.4-07: 簡易書留 and 転送届あり is refused and offers 交付時来庁."""
    site = Site("niigata")
    method = site.method
    opened = site.open_visit(method)
    site.steps(opened, until="eligibility")
    assert site.refused(visit.DoStep(opened, "eligibility")) == "visit.unanswered"
    refusal = site.decide(AnswerQuestion(opened, "forwarding", "filed"))
    assert site.refused(AnswerQuestion(opened, "forwarding", "filed")) == "visit.not_accepted"
    assert "交付時来庁方式" in str(refusal)
    site.do(AnswerQuestion(opened, "forwarding", "none"))
    site.do(AnswerQuestion(opened, "delivery", "restricted"))
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert Answer("delivery", "restricted") in site.booth.visits.visits[opened].answers


def test_nothing_later_is_signed_either_while_the_question_is_open() -> None:
    site = Site("niigata")
    opened = site.open_visit()
    assert site.refused(visit.DoStep(opened, "form_help")) == "visit.unanswered"  # past the step that asks
    site.do(visit.DoStep(opened, "reception"))  # before it


def test_an_express_reason_counts_only_within_its_days() -> None:
    """M7 of methods.md: nine reasons, most of them no more than thirty days old."""
    site = Site(SIXTH)
    opened = site.open_visit("express")
    assert site.refused(visit.DoStep(opened, "express_reason")) == "visit.unanswered"
    assert site.refused(AnswerQuestion(opened, "express_reason", "lost", days=31)) == "visit.answer_too_late"
    assert site.refused(AnswerQuestion(opened, "express_reason", "lost", days=-1)) == "visit.answer_days"
    assert len(load_profile(SIXTH).questions[0].choices) == 9
    site.do(AnswerQuestion(opened, "express_reason", "lost", days=30))
    site.do(visit.DoStep(opened, "express_reason"))


def test_an_answer_that_the_contract_does_not_know_is_refused() -> None:
    site = Site("chiba")
    opened = site.open_visit("apply_in_person")
    assert site.refused(AnswerQuestion(opened, "shoe_size", "40")) == "visit.unknown_question"
    assert site.refused(AnswerQuestion(opened, "channel", "pigeon")) == "visit.unknown_choice"
    assert site.refused(AnswerQuestion(opened, "channel", "online", days=3)) == "visit.answer_days"


def test_who_lives_elsewhere_is_told_so_and_counted_as_not_served() -> None:
    """KOGA-5.2-01: 市外 is 対象外 with its guidance, and counted apart from the visits."""
    site = Site()
    opened = site.open_visit()
    assert site.refused(visit.TriageVisit(opened, ("other_city",))) == "visit.not_accepted"
    assert site.refused(visit.AbandonVisit(opened, "対象外", "short_validity")) == "visit.unknown_circumstance"
    site.do(visit.AbandonVisit(opened, "対象外", "other_city"))
    counts = count_day(site.booth)
    assert (counts.turned_away, counts.visits, counts.abandoned) == ({"other_city": 1}, {}, 1)
    assert "  対象外：市外にお住まい 1" in day_report(site.profile, counts).splitlines()


def test_who_came_back_is_told_apart_from_who_came_once() -> None:
    site = Site("chiba")
    finished(site, "apply_in_person")
    ticket = site.serve("application")
    site.do(queue.SendAway(ticket, 700))
    site.do(queue.ResumeTicket(ticket))
    site.do(queue.CallTicket(ticket, "窓口1"))
    site.do(queue.StartService(ticket))
    opened = site.do(visit.OpenVisit(ticket, "apply_in_person"))
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    counts = count_day(site.booth)
    assert (counts.again, counts.visits) == (1, {"apply_in_person": 2})


def test_answers_stay_when_the_method_becomes_a_lesser_one() -> None:
    site = Site("aomori", event_type="base_facility_intake")
    opened = site.open_visit("outreach_intake")
    site.do(AnswerQuestion(opened, "residence", "outside"))
    site.do(visit.DowngradeVisit(opened, "outreach_support"))
    assert site.booth.visits.visits[opened].answers == (Answer("residence", "outside"),)


BROKEN = (
    ('step = "submit"\n', "", "step"),
    ('methods = ["collect_in_person"]\nstep', 'methods = ["flight"]\nstep', "methods"),
    ('step = "submit"', 'step = "seal"', "step"),
    ('{ id = "post", ja = "郵送"', '{ id = "online", ja = "郵送"', "choice"),
    ('en = "by post"', 'en = "by post", accepted = false', "guidance"),
    ('step = "submit"', 'default = "carrier"', "default"),
)


@pytest.mark.parametrize(("old", "new", "key"), BROKEN)
def test_a_question_that_contradicts_itself_is_found_when_the_profile_is_read(old: str, new: str, key: str) -> None:
    text = profile_bytes("koganei").decode()
    start = text.index("[[question]]")
    assert old in text[start:]
    with pytest.raises(ProfileError) as error:
        decode_profile((text[:start] + text[start:].replace(old, new, 1)).encode(), "koganei")
    assert key in error.value.key


def test_every_contract_that_applies_at_the_booth_asks_by_which_way() -> None:
    asking = {one.id for one in map(load_profile, shipped()) if any(q.id == "channel" for q in one.questions)}
    assert asking == {"aomori", "chiba", "koganei", "niigata"}
