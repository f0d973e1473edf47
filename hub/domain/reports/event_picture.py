"""Pictures of how an event was held: each in the report only when a second person has seen that nobody is recognisable.

Aomori 5(9)①イ: the daily report has pictures in which no face and no personal data can be made out. The record keeps a
picture's hash and who said what of it; the file lies with the site and the office, and a report takes no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.moment import as_date, iso_date
from hub.domain.people.roster import independent
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import ReportForm
    from hub.domain.moment import Context, Signer
    from hub.domain.people.roster import Keys

FOLDER = "pictures"
"""In the folder of a terminal, from which they go to the office on a stick or by mail; the record has their hashes."""

LONGEST_TEXT = 60
DIGEST_BYTES = 32

MOST_OF_DATE = 20
"""A report shows how it went, and is no album."""


class Picture(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that attached it."""
    date: str
    digest: bytes
    """SHA-256 of the file, after everything but the picture was taken out of it."""
    what: str
    """What it shows: 会場の全景. Never who."""
    by: str
    confirmed_by: str = ""
    dropped: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.digest.hex()}.jpg"


Pictures = Map[int, Picture]


class AttachPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="picture.attach"):
    """For the report of that date."""

    date: str
    digest: bytes
    what: str


class ConfirmPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="picture.confirm"):
    """I have looked at just this file: no face, no name, no document in it can be made out."""

    picture: int
    digest: bytes


class DropPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="picture.drop"):
    """It is not used: its file is deleted."""

    picture: int
    reason: str


PictureCommand = AttachPicture | ConfirmPicture | DropPicture


class PictureAttached(msgspec.Struct, frozen=True, tag_field="kind", tag="picture.attached/1"):
    picture: int
    date: str
    digest: bytes
    what: str
    at_ms: int
    by: str


class PictureConfirmed(msgspec.Struct, frozen=True, tag_field="kind", tag="picture.confirmed/1"):
    picture: int
    at_ms: int
    by: str


class PictureDropped(msgspec.Struct, frozen=True, tag_field="kind", tag="picture.dropped/1"):
    picture: int
    reason: str
    at_ms: int
    by: str


PictureEvent = PictureAttached | PictureConfirmed | PictureDropped


class Unseen(Exception):
    """A report is not finished: of so many pictures nobody has said that they show no one."""

    def __init__(self, pictures: list[Picture]) -> None:
        super().__init__("、".join(f"{one.date} {one.what}" for one in pictures))
        self.pictures = tuple(pictures)


def wanted(profile: Profile) -> bool:
    """Whether any report of the contract has pictures."""
    return any(form.pictures for form in profile.report_forms)


def of_date(pictures: Pictures, date: str) -> list[Picture]:
    """What was attached for a date, or for a period that dates begin with; without what was dropped."""
    held = (one for _, one in sorted(pictures.items()))
    return [one for one in held if one.date.startswith(date) and not one.dropped]


def unseen(pictures: Pictures, date: str = "") -> list[Picture]:
    """Those of which nobody has said that they show no one."""
    return [one for one in of_date(pictures, date) if not one.confirmed_by]


def shown(form: ReportForm, pictures: Pictures, period: str) -> list[Picture]:
    """The pictures of a report, in the order in which they were attached; Unseen while one is not confirmed."""
    if form.pictures is None:
        return []
    open_ = unseen(pictures, period)
    if open_:
        raise Unseen(open_)
    return of_date(pictures, period)


def decide(
    command: PictureCommand, pictures: Pictures, keys: Keys, profile: Profile, context: Context, by: Signer
) -> tuple[PictureEvent] | Refusal:
    at_ms = context.at_ms
    if isinstance(command, AttachPicture):
        if not wanted(profile):
            return refuse("picture.none")
        if as_date(command.date) is None or command.date > iso_date(at_ms):
            return refuse("picture.date")
        what = command.what.strip()
        if len(command.digest) != DIGEST_BYTES or not 0 < len(what) <= LONGEST_TEXT:
            return refuse("picture.what", longest=LONGEST_TEXT)
        there = of_date(pictures, command.date)
        if any(one.digest == command.digest for one in there):
            return refuse("picture.twice")
        if len(there) >= MOST_OF_DATE:
            return refuse("picture.many", most=MOST_OF_DATE)
        return (PictureAttached(context.index, command.date, command.digest, what, at_ms, by.person),)
    one = pictures.get(command.picture)
    if one is None or one.dropped:
        return refuse("picture.unknown")
    if isinstance(command, DropPicture):
        if not 0 < len(command.reason.strip()) <= LONGEST_TEXT:
            return refuse("custody.reason")
        return (PictureDropped(one.id, command.reason.strip(), at_ms, by.person),)
    if one.confirmed_by:
        return refuse("picture.confirmed")
    if command.digest != one.digest:
        return refuse("picture.differs")
    if not independent(keys, by, one.by):
        return refuse("picture.same_person")
    return (PictureConfirmed(one.id, at_ms, by.person),)


def evolve(pictures: Pictures, event: PictureEvent) -> Pictures:
    if isinstance(event, PictureAttached):
        return pictures.set(event.picture, Picture(event.picture, event.date, event.digest, event.what, event.by))
    one = pictures[event.picture]
    if isinstance(event, PictureConfirmed):
        return pictures.set(one.id, msgspec.structs.replace(one, confirmed_by=event.by))
    return pictures.set(one.id, msgspec.structs.replace(one, dropped=True))
