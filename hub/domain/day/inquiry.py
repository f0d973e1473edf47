"""Inquiries: each question somebody asked at the booth or by telephone, as one entry with the contract's own words.

Category and topic are the contract's; what the person said is not written down, so the list can go to the city as it is
(Koganei 7⑴キ, Aomori 5(7)⑦, 5(8)①, Chiba 第2 1(1)エ). A slip is taken back by whoever made it, as a new entry.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.contracts.calendar import is_business_day
from hub.domain.moment import iso_date, local_minute, minute_of
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer


class Inquiry(msgspec.Struct, frozen=True, array_like=True):
    """One question that was asked and answered."""

    category: str
    topic: str
    """The contract's topic; empty where the category has none, or none of them fits."""
    phone: bool
    at_ms: int
    by: str


class Inquiries(msgspec.Struct, frozen=True):
    """The open day's, by the index of their entries."""

    noted: Map[int, Inquiry] = Map()


class NoteInquiry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="inquiry.note"):
    category: str
    topic: str = ""
    phone: bool = False


class TakeBackInquiry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="inquiry.take_back"
):
    """It was not asked, or not so: `entry` is the index of the entry that noted it."""

    entry: int


InquiryCommand = NoteInquiry | TakeBackInquiry


class InquiryNoted(msgspec.Struct, frozen=True, tag_field="kind", tag="inquiry.noted/1"):
    category: str
    topic: str
    phone: bool
    at_ms: int
    by: str
    outside_hours: bool = False
    """By telephone, when the contract's call centre does not answer: somebody should not have had to."""


class InquiryTakenBack(msgspec.Struct, frozen=True, tag_field="kind", tag="inquiry.taken_back/1"):
    entry: int
    at_ms: int
    by: str


InquiryEvent = InquiryNoted | InquiryTakenBack


def last_of(inquiries: Inquiries, person: str) -> int | None:
    """The entry of the newest inquiry that this person noted today; None if there is none."""
    return max((entry for entry, one in inquiries.noted.items() if one.by == person), default=None)


def decide(
    command: InquiryCommand, inquiries: Inquiries, profile: Profile, context: Context, by: Signer
) -> tuple[InquiryEvent, ...] | Refusal:
    if isinstance(command, TakeBackInquiry):
        noted = inquiries.noted.get(command.entry)
        if noted is None or noted.by != by.person:
            return refuse("inquiry.unknown")
        return (InquiryTakenBack(command.entry, context.at_ms, by.person),)
    category = next((one for one in profile.inquiry_categories if one.id == command.category), None)
    if category is None:
        return refuse("inquiry.unknown_category", category=command.category)
    if command.topic and all(one.id != command.topic for one in category.topics):
        return refuse("inquiry.unknown_topic", topic=command.topic)
    if category.channel != "any" and command.phone != (category.channel == "phone"):
        return refuse("inquiry.channel", category=category.ja)
    outside = command.phone and not answered(profile, context.at_ms)
    return (InquiryNoted(category.id, command.topic, command.phone, context.at_ms, by.person, outside),)


def answered(profile: Profile, at_ms: int) -> bool:
    """Whether the contract's call centre answers the telephone then (千葉 第1 8(1)ア); yes where no hours are stated."""
    centre = profile.call_centre
    opens, closes = minute_of(centre.open or ""), minute_of(centre.close or "")
    if opens is None or closes is None:
        return True
    if centre.days == "weekdays" and not is_business_day(profile.calendar, date.fromisoformat(iso_date(at_ms))):
        return False
    return opens <= local_minute(at_ms) < closes


def evolve(inquiries: Inquiries, event: InquiryEvent, index: int) -> Inquiries:
    if isinstance(event, InquiryTakenBack):
        return Inquiries(inquiries.noted.delete(event.entry))
    one = Inquiry(event.category, event.topic, event.phone, event.at_ms, event.by)
    return Inquiries(inquiries.noted.set(index, one))


def counted(inquiries: Inquiries, *, phone: bool) -> dict[str, dict[str, int]]:
    """Inquiries of one channel, per category and topic."""
    counts: dict[str, dict[str, int]] = {}
    for one in inquiries.noted.values():
        if one.phone == phone:
            topics = counts.setdefault(one.category, {})
            topics[one.topic] = topics.get(one.topic, 0) + 1
    return {category: dict(sorted(topics.items())) for category, topics in sorted(counts.items())}
