"""The report on an incident: what the record knows is filled in, what only people can say is left for a pen."""

from __future__ import annotations

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made, date
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.deadline import Due
from hub.domain.incident import course as incident_course
from hub.domain.incident import incident
from hub.domain.incident.course import Severity
from hub.domain.incident.incident import UNKNOWN_ITEMS, Incident
from hub.domain.incident.words import CATEGORIES, SEVERITIES
from hub.domain.moment import when

MEASURES = "原因と再発防止策"
"""Asked for even where the contract lists no contents: it is what every city asks next."""


ANSWERED = ("発生場所", "件数")
"""Contents that contracts ask for and the record knows."""


class Row(msgspec.Struct, frozen=True):
    name: str
    value: str


class Step(msgspec.Struct, frozen=True):
    at: str
    text: str
    by: str


class IncidentReport(msgspec.Struct, frozen=True):
    title: str
    to: str
    date: str = ""
    training: bool = False
    facts: tuple[Row, ...] = ()
    course: tuple[Step, ...] = ()
    blanks: tuple[str, ...] = ()
    foot: str = ""


def incident_report(held: Incident, profile: Profile, made: Made) -> bytes:
    """The PDF; pdf.Unprintable where a typed character has no glyph here."""
    return pdf.render("incident_report", _data(held, profile, made), made.at_ms)


def _data(held: Incident, profile: Profile, made: Made) -> IncidentReport:
    dues = incident.dues(held, profile)
    told = f"{when(held.told_ms)}　{held.told}" if held.told_ms else "まだ"
    facts = (
        Row("番号", held.number),
        Row("区分", CATEGORIES[held.category][0]),
        Row("発生（わかった）日時", when(held.happened_ms)),
        Row("発生場所", made.site),
        Row("関係する番号札", "、".join(held.tickets) or "なし（または不明）"),
        Row("市への第一報", told),
        Row("重さ", SEVERITIES[Severity(held.severity)][0] if held.severity else "まだ"),
        Row("件数（何人分）", str(held.items) if held.items != UNKNOWN_ITEMS else "まだ"),
        Row("発生から作成まで", f"{max(0, made.at_ms - held.happened_ms) // 60_000}分"),
        *_plan(held, profile),
        Row("報告の期限", "、".join(due_words(due) for due in dues)),
    )
    return IncidentReport(
        title=_title(held, profile),
        to=profile.source.city,
        date=date(made.at_ms),
        training=made.training,
        facts=facts,
        course=tuple(Step(when(fact.at_ms), fact.text, made.name(fact.by)) for fact in held.facts),
        blanks=(*_left_to_people(profile), MEASURES),
        foot=f"{held.number}　記録の第{held.id}項から　{when(made.at_ms)} 作成",
    )


def due_words(due: Due) -> str:
    """When a report is due, as the contract has it: a date, or its own word."""
    if due.due is None:
        return f"{due.deliverable} {due.word}"
    closed = "（閉庁日）" if any(warning.startswith("due_not_business_day") for warning in due.warnings) else ""
    return f"{due.deliverable} {due.due.month}月{due.due.day}日{closed}まで"


def _plan(held: Incident, profile: Profile) -> tuple[Row, ...]:
    """The emergency plan's steps with their times, where this incident opens one."""
    when_taken = {one.step: when(one.at_ms) for one in held.measures}
    steps = incident_course.plan(held, profile)
    return tuple(Row(f"計画{at + 1} {step}", when_taken.get(at, "まだ")) for at, step in enumerate(steps))


def _title(held: Incident, profile: Profile) -> str:
    """What the contract calls this report; the everyday word where it wants none."""
    trigger = incident.trigger(held.category)
    named = [report for report in profile.reports if report.trigger == trigger]
    if not named:
        return "苦情報告書" if trigger == "complaint" else "事故等報告書"
    return named[0].title or named[0].ja


def _left_to_people(profile: Profile) -> tuple[str, ...]:
    """The contents that the contract names, but for those the table above already answers."""
    return tuple(one for one in (profile.incident.contents if profile.incident else ()) if one not in ANSWERED)
