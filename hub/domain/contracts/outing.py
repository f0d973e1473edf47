"""What a contract asks of a visit to a body that has applied for one (訪問先団体): by which ways, and the work around it."""

from __future__ import annotations

from typing import Literal

from msgspec import field

from hub.domain.contracts.values import Id, Part, Text


class OutingTask(Part, frozen=True, kw_only=True):
    """One line of the work around a visit; a person ticks it."""

    id: Id
    ja: Text
    en: Text
    when: Literal["before", "day", "after"]
    papers: bool = False
    """The papers have left us: nobody ticks it while a box or a sheet is still here."""


class OutingTerms(Part, frozen=True, kw_only=True):
    """Visits are applied for; the city confirms the booking, and then the contractor adjusts."""

    clause: Text
    event_type: Id
    tasks: tuple[OutingTask, ...] = field(name="task")
