"""The monthly list of inquiries."""

from hub.domain.day.inquiry import NoteInquiry, TakeBackInquiry
from hub.domain.reports.counts import count_day
from hub.domain.reports.inquiry_list import as_csv, lines
from tests.hub.domain.booths import CLERK, Site


def test_the_list_of_a_month_has_every_inquiry_by_category_and_topic_and_names_nobody() -> None:
    """CHIB-2.1-08: the inquiries of the month, exported without personal data."""
    site = Site("chiba")
    for _ in range(3):
        site.do(NoteInquiry("reservation", phone=True))
    topic = next(one for one in site.profile.inquiry_categories if one.id == "application_consultation").topics[0]
    site.do(NoteInquiry("application_consultation", topic.id))
    site.do(NoteInquiry("application_consultation"))
    site.do(TakeBackInquiry(site.do(NoteInquiry("pr"))))
    counts = count_day(site.booth)
    found = lines(site.profile, [counts], counts.date[:7])
    assert [(one.way, one.category, one.topic, one.times) for one in found] == [
        ("会場", "申請に係る相談", "そのほか", 1),
        ("会場", "申請に係る相談", topic.ja, 1),
        ("電話", "予約の申込", "", 3),
    ]
    text = as_csv(found).decode("utf-8-sig")
    assert text.splitlines()[-1] == "計,,,,,5" and CLERK.person not in text
    assert lines(site.profile, [counts], "1999-01") == []
