"""A contract's report of a day, a month or the whole: one row a session, its columns and words from the profile.

The forms are agreed with the city (Aomori 5(9)), so they are data: a changed label is in the next report. Every number is
derived from the records' counts; who asks again later gets the new ones, and a report that was made before is then stale.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from hub.domain.reports import session_tally

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import ReportForm
    from hub.domain.reports.counts import DayCounts


class PeriodReport(msgspec.Struct, frozen=True):
    """What is set as a PDF and as a CSV: the same cells."""

    title: str
    period: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    notes: tuple[str, ...]


class Incomplete(Exception):
    """A report that binds others cannot be made while one of them is missing; `missing` names them."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__("、".join(missing))
        self.missing = tuple(missing)


def built(profile: Profile, form: ReportForm, days: Sequence[DayCounts], period: str) -> PeriodReport:
    """The report over the sessions whose date begins with `period` (2022-08-05, 2022-08, or empty for all)."""
    days = of_form(form, days)
    held = sorted((d for d in days if d.date.startswith(period)), key=lambda d: (d.date, d.session.opened))
    rows = [tuple(cell(profile, one, column.field) for column in form.columns) for one in held]
    totals = tuple(
        str(sum(int(row[at]) for row in rows)) if column.field not in WORDS else "計" if at == 0 else ""
        for at, column in enumerate(form.columns)
    )
    # The contract's progress is that at the period's end: a June report made in August counts none of July's sessions.
    until = [(d.date, d.event_type) for d in days if d.date[: len(period)] <= period]
    notes = []
    if form.progress:
        notes += [one.words for one in session_tally.sessions(profile, [event for _, event in until])]
        notes += session_tally.weeks(profile, until, period)
        notes += [one.words for one in session_tally.averages(profile, held)]
        notes += [one.words for one in session_tally.categories(profile, held)]
    if form.inquiries:
        names = {category.id: category.ja for category in profile.inquiry_categories}
        for ja, counts in (
            ("会場の問い合わせ", [d.inquiries for d in held]),
            ("電話の問い合わせ", [d.calls for d in held]),
        ):
            by = session_tally.total(counts)
            parts = "、".join(f"{names.get(name, name)} {count}" for name, count in by.items())
            notes.append(f"{ja} {sum(by.values())}件" + (f"（{parts}）" if parts else ""))
    heads = tuple(column.ja for column in form.columns)
    title = next(report.title or report.ja for report in profile.reports if report.id == form.report)
    return PeriodReport(title, period or "全期間", heads, tuple(rows), totals, tuple(notes))


WORDS = frozenset({"date", "venue", "event", "hours"})
"""Fields that are words; all the others are counts and are added up."""


def cell(profile: Profile, day: DayCounts, field: str) -> str:
    """One cell of a session's row; `visits.<method>`, `lane.<lane>`, `answer.<question>.<choice>` name what they count."""
    kind, _, name = field.partition(".")
    match kind:
        case "date":
            return day.date
        case "venue":
            return day.session.venue
        case "event":
            return profile.event_type(day.event_type).ja
        case "hours":
            return f"{day.session.opened}-{day.session.closed}"
        case "received":
            return str(session_tally.received(day))
        case "reserved":
            return str(day.session.reserved)
        case "walk_in":
            return str(session_tally.received(day) - day.session.reserved)
        case "visits":
            return str(day.session.visits.get(name, 0))
        case "inquiries":
            return str(sum(session_tally.total([day.inquiries]).values()))
        case "calls":
            return str(sum(session_tally.total([day.calls]).values()))
        case "answer":
            question, _, choice = name.partition(".")
            return str(sum(by.get(question, {}).get(choice, 0) for by in day.answers.values()))
    raise KeyError(field)


def as_csv(report: PeriodReport) -> bytes:
    """The rows and their totals, as Excel reads them (UTF-8 with its mark, CRLF)."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows((report.heads, *report.rows, report.totals, *([note] for note in report.notes)))
    return out.getvalue().encode("utf-8-sig")


def of_form(form: ReportForm, days: Sequence[DayCounts]) -> list[DayCounts]:
    """The sessions that a report speaks of."""
    return [day for day in days if not form.event_types or day.event_type in form.event_types]


def months(days: Sequence[DayCounts]) -> list[str]:
    """Every month from the first session's to the last one's, as YYYY-MM: one without a session has its report too."""
    held = sorted(day.date[:7] for day in days)
    if not held:
        return []
    (year, month), last = map(int, held[0].split("-")), held[-1]
    found = []
    while (name := f"{year}-{month:02}") <= last:
        found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def file_name(form: ReportForm, period: str) -> str:
    """Under what a report is written, without its ending."""
    return f"{form.report}-{period}" if period else form.report


def bound(profile: Profile, form: ReportForm, days: Sequence[DayCounts], there: set[str]) -> None:
    """Incomplete unless every month's report that this one binds is among the file names that are there."""
    missing = []
    for other in profile.report_forms:
        if other.report in form.binds:
            ja = next(report.ja for report in profile.reports if report.id == other.report)
            missing += [f"{month} {ja}" for month in months(days) if file_name(other, month) not in there]
    if missing:
        raise Incomplete(missing)
