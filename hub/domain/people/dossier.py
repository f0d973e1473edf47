"""What must stand of each person before they serve: the courses of the contract, the city's approval, the pledge.

A manager enters what was done on paper, with its date and reference. The contract's profile says which of it is a
condition; practice is free of it, for practice is how people are trained. Lists that the contract wants submitted are
open items until they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.moment import as_date
from hub.domain.refusal import Refusal, refuse, short

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import RequiredCourse
    from hub.domain.day.readiness import RecordTraining, TrainingRecorded
    from hub.domain.moment import Context, Signer
    from hub.domain.people.roster import Keys

LONGEST_REFERENCE = 60
MOST_PEOPLE = 200
"""Of one approval: a whole list."""

ROSTER = "roster/contractor"
"""Under what the record keeps the number of the contractor's list in force."""


class Course(msgspec.Struct, frozen=True, array_like=True):
    held: str
    until: str
    topics: tuple[str, ...]


class Paper(msgspec.Struct, frozen=True, array_like=True):
    """A document of the city's or to the city: from which ISO date on it counts, and its reference."""

    date: str
    reference: str


class Dossier(msgspec.Struct, frozen=True):
    courses: Map[str, Course] = Map()
    """By "staff-2/業務研修": the latest that was recorded."""
    approved: Map[str, Paper] = Map()
    """Person to the city's approval."""
    pledged: Map[str, Paper] = Map()
    """Person to the pledge that was submitted."""
    consented: Map[str, Paper] = Map()
    """Course to the city's consent to its content."""
    submitted: int = 0
    """Number of the list of people that the city has been given."""


class ApprovePeople(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dossier.approve"):
    """The city has approved these people (名簿の承認)."""

    people: tuple[str, ...]
    date: str
    reference: str


class RecordPledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dossier.pledge"):
    """The person's signed pledge (誓約書) was submitted to the city."""

    person: str
    date: str
    reference: str


class ConsentCourse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dossier.consent"):
    """The city has agreed to what a course teaches."""

    course: str
    date: str
    reference: str


class SubmitRoster(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dossier.submit"):
    """The list of people in force (名簿・体制表) was given to the city."""

    date: str
    reference: str


DossierCommand = ApprovePeople | RecordPledge | ConsentCourse | SubmitRoster


class PeopleApproved(msgspec.Struct, frozen=True, tag_field="kind", tag="dossier.approved/1"):
    people: tuple[str, ...]
    date: str
    reference: str
    at_ms: int
    by: str


class PledgeRecorded(msgspec.Struct, frozen=True, tag_field="kind", tag="dossier.pledged/1"):
    person: str
    date: str
    reference: str
    at_ms: int
    by: str


class CourseConsented(msgspec.Struct, frozen=True, tag_field="kind", tag="dossier.consented/1"):
    course: str
    date: str
    reference: str
    at_ms: int
    by: str


class RosterSubmitted(msgspec.Struct, frozen=True, tag_field="kind", tag="dossier.submitted/1"):
    number: int
    date: str
    reference: str
    at_ms: int
    by: str


DossierEvent = PeopleApproved | PledgeRecorded | CourseConsented | RosterSubmitted


def decide(
    command: DossierCommand, keys: Keys, profile: Profile, context: Context, by: Signer
) -> tuple[DossierEvent, ...] | Refusal:
    """What a manager enters of people's papers: each needs a date and a reference to the paper itself."""
    reference, at_ms = command.reference.strip(), context.at_ms
    if as_date(command.date) is None or not 0 < len(reference) <= LONGEST_REFERENCE:
        return refuse("dossier.paper", longest=LONGEST_REFERENCE)
    match command:
        case ApprovePeople(people):
            if not 0 < len(people) <= MOST_PEOPLE or not all(people):
                return refuse("dossier.nobody")
            return (PeopleApproved(people, command.date, reference, at_ms, by.person),)
        case RecordPledge(person):
            if not person:
                return refuse("dossier.nobody")
            return (PledgeRecorded(person, command.date, reference, at_ms, by.person),)
        case ConsentCourse(course):
            if course not in {one.ja for one in profile.people.courses}:
                return refuse("dossier.unknown_course")
            return (CourseConsented(course, command.date, reference, at_ms, by.person),)
        case SubmitRoster():
            return (RosterSubmitted(keys.taken.get(ROSTER, 0), command.date, reference, at_ms, by.person),)


def evolve(held: Dossier, event: DossierEvent | TrainingRecorded) -> Dossier:
    """What stands of people after an event; a training counts here too."""
    replace = msgspec.structs.replace
    match event:
        case PeopleApproved():
            approved = held.approved
            for person in event.people:
                approved = approved.set(person, Paper(event.date, event.reference))
            return replace(held, approved=approved)
        case PledgeRecorded():
            return replace(held, pledged=held.pledged.set(event.person, Paper(event.date, event.reference)))
        case CourseConsented():
            return replace(held, consented=held.consented.set(event.course, Paper(event.date, event.reference)))
        case RosterSubmitted():
            return replace(held, submitted=event.number)
        case _:
            course = Course(event.held, event.until, event.topics)
            return replace(held, courses=held.courses.set(f"{event.person}/{event.course}", course))


def unconsented(command: RecordTraining, held: Dossier, profile: Profile) -> Refusal | None:
    """A course whose content the city must agree to counts only when it has, by the day it was held."""
    course = _required(profile, command.course)
    if course is None or not course.consent:
        return None
    paper = held.consented.get(course.ja)
    if paper is not None and paper.date <= command.held:
        return None
    return refuse("dossier.no_consent", course=short(course.ja), clause=course.clause)


def missing(held: Dossier, profile: Profile, person: str, today: str) -> Refusal | None:
    """The first thing that the contract wants of a person and that does not stand on this ISO date; None if all does."""
    for course in profile.people.courses:
        record = held.courses.get(f"{person}/{course.ja}")
        if record is None or not record.held <= today <= record.until:
            return refuse("dossier.untrained", course=short(course.ja, WIDE), clause=course.clause)
        lacking = [topic for topic in course.topics if topic not in record.topics]
        if lacking:
            return refuse("dossier.unfinished", course=short(course.ja), part=short(lacking[0]), clause=course.clause)
    wanted = profile.people
    if wanted.approval is not None and not _counts(held.approved.get(person), today):
        return refuse("dossier.unapproved", clause=wanted.approval)
    if wanted.pledge is not None and not _counts(held.pledged.get(person), today):
        return refuse("dossier.unpledged", clause=wanted.pledge)
    return None


WIDE = 16
"""Full-width characters of a course's name that has its sentence nearly for itself."""


def open_items(held: Dossier, keys: Keys, profile: Profile) -> list[str]:
    """What is owed to the city of the list of people, in Japanese."""
    number, wanted = keys.taken.get(ROSTER, 0), profile.people.submission
    if wanted is None or number <= held.submitted:
        return []
    return [f"従事者の名簿・体制表 第{number}版が未提出（{wanted}）"]


def _counts(paper: Paper | None, today: str) -> bool:
    """Whether a paper is there and not of a later day."""
    return paper is not None and paper.date <= today


def _required(profile: Profile, name: str) -> RequiredCourse | None:
    return next((course for course in profile.people.courses if course.ja == name), None)
