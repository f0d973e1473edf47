"""The pack for a day on which everything is down: reservations by number and time, a sheet per method, a sheet to count.

Made each morning while everything works. No name stands in it: what the city sent of people stays under lock, and a list
on a counter would not be. The numbers to hand out are a document of their own (hub.documents.paper_numbers).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made
from hub.domain.contracts.calendar import japanese_date
from hub.domain.moment import when
from hub.domain.visit.steps import booth_steps

if TYPE_CHECKING:
    from hub.domain.booth import Booth
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.copies import Copy

WHO = {"contractor": "従事者", "city_staff": "市職員", "applicant": "本人"}


class Slot(msgspec.Struct, frozen=True):
    time: str
    number: str
    lane: str
    people: int


class Step(msgspec.Struct, frozen=True):
    name: str
    who: str
    gate: bool


class Paper(msgspec.Struct, frozen=True):
    name: str
    how: str


class Sheet(msgspec.Struct, frozen=True):
    method: str
    lane: str
    steps: tuple[Step, ...]
    papers: tuple[Paper, ...]
    notices: tuple[str, ...]


class Pack(msgspec.Struct, frozen=True):
    title: str
    city: str
    site: str
    date: str
    training: bool
    slots: tuple[Slot, ...]
    sheets: tuple[Sheet, ...]
    classes: tuple[str, ...]
    mark: str
    """写-001 1/1 across every page, where it has a list of the city's; else empty."""
    foot: str


KEEP = {"hand_over": "市へ渡す", "applicant": "本人へ", "shown": "見るだけ", None: ""}


def pack(booth: Booth, profile: Profile, date: str, event_type: str, made: Made, copy: Copy | None = None) -> bytes:
    """The PDF for this date (YYYY-MM-DD) and type of event. `copy`: which one of the list's it is."""
    event = profile.event_type(event_type)
    lanes = {lane.id: lane.ja for lane in profile.lanes}
    slots = sorted(booth.slots.items(), key=lambda slot: (slot[1] is None, slot[1] or 0, slot[0]))
    data = Pack(
        title="紙で続けるための一式",
        city=profile.source.city,
        site=made.site,
        date=japanese_date(dt.date.fromisoformat(date)),
        training=made.training,
        slots=tuple(
            Slot(
                "" if minute is None else f"{minute // 60:02}:{minute % 60:02}",
                number,
                lanes.get(booth.slot_lanes.get(number, ""), ""),
                booth.slot_people.get(number, 1),
            )
            for number, minute in slots
        ),
        sheets=tuple(_sheet(profile, method, lanes) for method in event.methods),
        classes=tuple(paper.ja for paper in profile.handed_over()),
        mark=f"写し {copy.number}　{copy.place}" if copy is not None else "",
        foot=f"{event.ja}　{when(made.at_ms)} 作成　紙に書いたことは、直ったあと「あとから」で入れます",
    )
    return pdf.render("pack", data, made.at_ms)


def _sheet(profile: Profile, method_id: str, lanes: dict[str, str]) -> Sheet:
    method = profile.method(method_id)
    roles = WHO | {role.id: role.ja for role in profile.roles if role.id not in WHO}
    return Sheet(
        method.ja,
        lanes[method.lane],
        tuple(Step(step.ja, "・".join(roles[role] for role in step.roles), step.gate) for step in booth_steps(method)),
        tuple(
            Paper("／".join((paper.ja, *(one.ja for one in paper.alternatives))), KEEP[paper.keep])
            for paper in method.documents
        ),
        method.notices,
    )
