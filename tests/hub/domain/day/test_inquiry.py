"""Inquiries and the questionnaire: noted by the contract's own words, counted from the entries, never typed."""

from datetime import datetime

import pytest

from hub.domain.codec import encode_command
from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.day import day
from hub.domain.day.inquiry import InquiryNoted, NoteInquiry, TakeBackInquiry, answered
from hub.domain.day.survey import AnswerSurvey
from hub.domain.reports.counts import count_day
from hub.rehearsal.summary import day_report
from tests.hub.domain.booths import CLERK, MANAGER, OTHER, Site, replayed


def test_consultations_are_counted_with_their_breakdown() -> None:
    """KOGA-7.1-14: four consultations, 保険証2 and 更新2, are その他相談 4 with breakdown 2/2."""
    site = Site()
    for topic in ("health_insurance", "renewal", "renewal", "health_insurance"):
        site.do(NoteInquiry("card_other", topic))
    counts = count_day(site.booth)
    assert counts.inquiries == {"card_other": {"health_insurance": 2, "renewal": 2}}
    line = "  その他マイナンバーカードに係る相談：窓口 4　電話 0　保険証利用 2　更新 2"
    assert any(one.startswith(line) for one in day_report(site.profile, counts).splitlines())
    assert replayed(site) == site.booth


def test_other_handled_counts_have_their_breakdown() -> None:
    """AOMO-5.7-09, AOMO-5.9-05: inquiries 保険証2 and 交付時期4 are その他 6 (2/4)."""
    site = Site("aomori")
    for topic in ("health_insurance",) * 2 + ("delivery_time",) * 4:
        site.do(NoteInquiry("card_use", topic))
    counted = count_day(site.booth).inquiries["card_use"]
    assert (counted, sum(counted.values())) == ({"delivery_time": 4, "health_insurance": 2}, 6)


def test_calls_are_counted_apart_by_category() -> None:
    """AOMO-5.8-01: three calls are three of their category, and none of the booth's."""
    site = Site("aomori")
    for _ in range(3):
        site.do(NoteInquiry("event_and_pr", phone=True))
    counts = count_day(site.booth)
    assert (counts.calls, counts.inquiries) == ({"event_and_pr": {"": 3}}, {})
    assert site.refused(NoteInquiry("event_and_pr")) == "inquiry.channel"
    assert site.refused(NoteInquiry("card_use", phone=True)) == "inquiry.channel"


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        ("2022-07-08T16:59", False),  # a Friday
        ("2022-07-08T17:00", True),
        ("2022-07-08T08:29", True),
        ("2022-07-09T10:00", True),  # a Saturday
        ("2022-07-18T10:00", True),  # 海の日
    ],
)
def test_a_call_outside_the_call_centres_hours_is_noted_as_such(at: str, outside: bool) -> None:
    """CHIB-1.8-01: the call centre answers on weekdays from 08:30 to 17:00."""
    at_ms = round(datetime.fromisoformat(f"{at}+09:00").timestamp() * 1000)
    assert answered(load_profile("chiba"), at_ms) is not outside
    assert answered(load_profile("koganei"), at_ms)  # no hours are stated


def test_a_call_is_noted_with_whether_anybody_should_have_answered() -> None:
    site = Site("chiba")
    for seconds, outside in ((0, False), (12 * 3600, True)):
        site.wait(seconds)
        site.do(NoteInquiry("reservation", phone=True))
        assert site.last(InquiryNoted).outside_hours is outside
    site.do(NoteInquiry("application_consultation"))
    assert not site.last(InquiryNoted).outside_hours  # at the booth somebody asks whom they see


def test_consultations_on_application_stand_in_the_days_counts() -> None:
    """CHIB-2.2-11, CHIB-2.1-08: five consultations on a day are その他相談 5."""
    site = Site("chiba")
    for _ in range(5):
        site.do(NoteInquiry("application_consultation"))
    assert sum(count_day(site.booth).inquiries["application_consultation"].values()) == 5


def test_an_inquiry_has_no_room_for_words() -> None:
    site = Site()
    assert site.refused(NoteInquiry("山田さんの件")) == "inquiry.unknown_category"
    assert site.refused(NoteInquiry("card_other", "090-1234-5678")) == "inquiry.unknown_topic"


def test_a_slip_is_taken_back_by_whoever_made_it_and_once() -> None:
    site = Site()
    entry = site.do(NoteInquiry("card_other"))
    assert site.refused(TakeBackInquiry(entry), OTHER) == "inquiry.unknown"
    site.do(TakeBackInquiry(entry), CLERK)
    assert site.refused(TakeBackInquiry(entry), CLERK) == "inquiry.unknown"
    assert count_day(site.booth).inquiries == {}
    assert replayed(site) == site.booth


def test_answers_of_the_questionnaire_are_totals_that_name_nobody() -> None:
    """CHIB-2.2-08: twenty answers are totals per choice; an answer names no visit, no ticket and no applicant."""
    site = Site("chiba")
    for at in range(20):
        site.do(AnswerSurvey("how_heard", ("flyer", "web")[at % 4 == 0]))
    assert count_day(site.booth).survey == {"how_heard": {"flyer": 15, "web": 5}}
    assert encode_command(AnswerSurvey("how_heard", "flyer"))[1].count(b"flyer") == 1
    assert set(AnswerSurvey.__struct_fields__) == {"question", "choice"}
    assert site.refused(AnswerSurvey("how_heard", "dream")) == "survey.unknown_choice"
    assert site.refused(AnswerSurvey("name", "flyer")) == "survey.unknown"


def test_how_people_heard_of_it_is_counted() -> None:
    """AOMO-5.3-01, CHIB-2.4-01: チラシ is an answer at the reception, and counted."""
    site = Site("aomori")
    site.do(AnswerSurvey("how_heard", "flyer"))
    site.do(AnswerSurvey("how_heard", "radio"))
    report = day_report(site.profile, count_day(site.booth))
    assert any("チラシ 1　ラジオ 1" in one for one in report.splitlines())


def test_a_new_date_counts_anew_and_a_closed_day_notes_nothing() -> None:
    site = Site()
    site.do(NoteInquiry("card_other"))
    site.close()
    assert site.refused(NoteInquiry("card_other")) == "day.not_open"
    site.wait(86_400)
    site.do(site.opening("2025-08-07"), MANAGER)
    assert site.booth.day.phase is day.Phase.OPEN
    assert count_day(site.booth).inquiries == {}


@pytest.mark.parametrize("contract", shipped())
def test_every_category_has_a_digit_of_its_own(contract: str) -> None:
    profile = load_profile(contract)
    assert len(profile.inquiry_categories) <= 8
    text = profile_bytes(contract).decode()
    more = "".join(f'\n[[inquiry_category]]\nid = "more{n}"\nja = "x"\nchannel = "any"\n' for n in range(9))
    with pytest.raises(ProfileError) as error:
        decode_profile((text + more).encode(), contract)
    assert error.value.key == "inquiry_category"
