"""What was entered of people's papers, in words for the record page and the auditor."""

from __future__ import annotations

from hub.domain.people.dossier import CourseConsented, DossierEvent, PeopleApproved, PledgeRecorded, RosterSubmitted


def sentences(event: DossierEvent) -> tuple[str, str]:
    """The event in Japanese and in English, with the paper's date."""
    match event:
        case PeopleApproved():
            count = len(event.people)
            return f"市が従事者{count}人を承認（{event.date}）", f"the city approved {count} people ({event.date})"
        case PledgeRecorded():
            return (
                f"{event.person} の誓約書を提出（{event.date}）",
                f"pledge of {event.person} submitted ({event.date})",
            )
        case CourseConsented():
            return f"市が研修「{event.course}」を承諾（{event.date}）", f"the city agreed to a course ({event.date})"
        case RosterSubmitted():
            return (
                f"名簿・体制表 第{event.number}版を提出（{event.date}）",
                f"list {event.number} of people submitted ({event.date})",
            )
