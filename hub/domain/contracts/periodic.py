"""What a contract wants looked at again and again, beside its days: supervision, and whether the records are whole."""

from __future__ import annotations

from typing import Literal

from hub.domain.contracts.values import Count, Id, Part, Text


class Periodic(Part, frozen=True, kw_only=True):
    """One of them. Either of a month, by a day of the next one, or so many days after the last time."""

    id: Id
    ja: Text
    en: Text
    clause: Text
    kind: Literal["review", "record"]
    """`review`: somebody looks and says so; `record`: the record is checked from its files (demado record check)."""
    role: Id | None = None
    """Whose it is; absent: whoever manages the site."""
    due_day: Count | None = None
    days: Count | None = None
    assumed: bool = False
    """The clause says "periodically" and names no time: this one is Demado's."""
