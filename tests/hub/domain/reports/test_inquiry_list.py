"""The monthly list of inquiries."""

import csv
import io

import msgspec

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
    assert [(one.way, one.category, one.question, one.times) for one in found] == [
        ("会場", "申請に係る相談", "そのほか", 1),
        ("会場", "申請に係る相談", topic.ja, 1),
        ("電話", "予約の申込", "予約の申込", 3),
    ]
    assert topic.answer in {one.answer for one in found} and all(one.answer for one in found)
    text = as_csv(found).decode("utf-8-sig")
    assert text.splitlines()[-1] == "計,,,,,5" and CLERK.person not in text
    assert lines(site.profile, [counts], "1999-01") == []


def test_every_inquiry_of_a_month_is_a_row_with_category_question_and_answer() -> None:
    """CHIB-2.1-08: July: 640 rows exported with category, question, answer, no personal data."""
    site = Site("chiba")
    asked = {"application_consultation": {"papers": 300, "": 40}}, {"reservation": {"": 300}}
    july = msgspec.structs.replace(count_day(site.booth), date="2022-07-08", inquiries=asked[0], calls=asked[1])
    august = msgspec.structs.replace(july, date="2022-08-01")
    table = list(
        csv.DictReader(io.StringIO(as_csv(lines(site.profile, [july, august], "2022-07")).decode("utf-8-sig")))
    )
    *rows, total = table
    assert len(rows) == 640 and total["回答"] == "640"
    assert all(row["区分"] and row["質問"] and row["回答"] for row in rows)
    assert list(rows[0]) == ["日付", "会場", "受け方", "区分", "質問", "回答"]
