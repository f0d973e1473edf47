"""The counts per day and record, derived from what the office holds, for reports and for summary files."""

from __future__ import annotations

import msgspec

from hub.domain.photo.returned import shares
from hub.domain.reports import reopened
from hub.domain.reports.counts import DayCounts, count_day, invariants
from hub.domain.reports.event_picture import Picture, of_date
from hub.office.standing import folded
from hub.office.store import OfficeStore
from hub.succession import APART
from sync.keys.party import Deployment


class CountedDay(msgspec.Struct, frozen=True):
    """One session of one record (hub.domain.reports.reopened)."""

    record: str
    opened_at: int
    """Index of the entry that opened it first."""
    size: int
    """The record's size when this was derived."""
    counts: DayCounts


class CountedRecord(msgspec.Struct, frozen=True):
    """One record as the office holds it: how far, its sessions in order, and what is true of it now."""

    record: str
    size: int
    root: bytes
    days: list[CountedDay]
    invariants: dict[str, bool]
    pictures: list[Picture] = []
    """Attached for its days' reports, without what was dropped."""
    photos: list[str] = []
    """Of each venue the pictures that came back, those that were used, and the share."""


def _sessions(closings: list[CountedDay]) -> list[CountedDay]:
    return [
        CountedDay(closings[one.first].record, closings[one.first].opened_at, closings[one.last].size, one.counts)
        for one in reopened.sessions([closing.counts for closing in closings])
    ]


async def counted(store: OfficeStore, deployment: Deployment) -> list[CountedRecord]:
    """The counts of every record that is held; the last day's are derived now, so that they are never behind."""
    found = []
    for name in await store.records():
        if APART in name:
            continue
        held = await store.record(name)
        if held is None:
            continue
        booth = await folded(store, held, msgspec.structs.replace(deployment, record=name))
        days = {
            one.opened_at: CountedDay(name, one.opened_at, one.size, msgspec.json.decode(one.counts, type=DayCounts))
            for one in await store.counts(held.no)
            if one.size <= held.size
        }
        if booth.day.date:
            days[booth.day.opened_at] = CountedDay(name, booth.day.opened_at, held.size, count_day(booth))
        ordered = _sessions([days[at] for at in sorted(days)])
        pictures = of_date(booth.pictures, "")
        photos = [one.words for one in shares(booth.returns)]
        found.append(CountedRecord(name, held.size, held.frontier.root(), ordered, invariants(booth), pictures, photos))
    return found
