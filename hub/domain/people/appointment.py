"""Whom the contractor has appointed to answer for the work, and what the contract wants of them first.

Nagaoka 8(2): the 業務管理者 has handled 特定個人情報 in a municipality, holds the マイナンバー実務検定 and is a regular
employee; the 業務副管理者 stands in while the manager is away. The certificate itself stays with the contractor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.moment import as_date
from hub.domain.refusal import Refusal, refuse, short

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer

LONGEST_TEXT = 60


class Appointed(msgspec.Struct, frozen=True, array_like=True):
    deputy: bool
    date: str
    """From this ISO date on."""
    exam: str
    """Number or date of the certificate."""
    experience: str
    """Where: the municipality or the contract."""


Appointments = Map[str, Appointed]
"""By person."""


class AppointManager(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="people.appoint"):
    person: str
    deputy: bool
    date: str
    exam: str = ""
    experience: str = ""
    regular: bool = False
    """A regular employee of the contractor (正規雇用者)."""


class ManagerAppointed(msgspec.Struct, frozen=True, tag_field="kind", tag="people.appointed/1"):
    person: str
    deputy: bool
    date: str
    exam: str
    experience: str
    regular: bool
    at_ms: int
    by: str


def decide(
    command: AppointManager, profile: Profile, context: Context, by: Signer
) -> tuple[ManagerAppointed] | Refusal:
    """The appointment; of a manager refused without what the contract wants. A deputy needs the name alone."""
    terms = profile.people.manager
    exam, experience = command.exam.strip(), command.experience.strip()
    if terms is None:
        return refuse("appoint.none")
    if not command.person:
        return refuse("dossier.nobody")
    if as_date(command.date) is None or max(len(exam), len(experience)) > LONGEST_TEXT:
        return refuse("dossier.paper", longest=LONGEST_TEXT)
    if not command.deputy:
        if not exam:
            return refuse("appoint.exam", item=short(terms.exam, WIDE), clause=terms.clause)
        if not experience:
            return refuse("appoint.experience", item=short(terms.experience, WIDE), clause=terms.clause)
        if not command.regular:
            return refuse("appoint.regular", clause=terms.clause)
    return (
        ManagerAppointed(
            command.person,
            command.deputy,
            command.date,
            exam,
            experience,
            command.regular,
            context.at_ms,
            by.person,
        ),
    )


WIDE = 16
"""Full-width characters of what the contract wants: the sentence has its row nearly for it."""


def evolve(held: Appointments, event: ManagerAppointed) -> Appointments:
    return held.set(event.person, Appointed(event.deputy, event.date, event.exam, event.experience))


def missing(held: Appointments, profile: Profile, person: str, today: str) -> Refusal | None:
    """Why this person does not answer for the booth on an ISO date: nobody has appointed them; None if it is theirs."""
    terms = profile.people.manager
    one = held.get(person)
    if terms is None or (one is not None and one.date <= today):
        return None
    return refuse("appoint.missing", clause=terms.clause)


def sentences(event: ManagerAppointed) -> tuple[str, str]:
    """The appointment in Japanese and in English, for the record page and the auditor."""
    ja, en = ("業務副管理者", "deputy") if event.deputy else ("業務管理者", "manager")
    return f"{event.person} を{ja}に指名（{event.date}）", f"{event.person} was appointed {en} ({event.date})"
