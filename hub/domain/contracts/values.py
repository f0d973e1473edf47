"""What a value of a contract profile may look like: strict, so that a slip in a TOML file is found when it is read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Meta(min_length=1)]  # an empty text would be a second way to say "not stated"
Count = Annotated[int, Meta(gt=0)]  # likewise zero
HourMinute = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
MonthDay = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
YearMonth = Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Share = Annotated[float, Meta(ge=0, le=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Party = Literal["contractor", "city"]
DueKind = Literal[
    "same_day", "next_event_day", "next_business_day", "monthly_day", "month_end", "nth_weekday",
    "days_after", "days_before", "fixed_date", "before_start",
    # The rest name no date: what falls due has the specification's word instead.
    "monthly", "after_return", "with_invoice", "promptly", "immediately", "as_needed", "negotiated",
]  # fmt: skip
Trigger = Literal[
    "event_day", "month", "incident", "complaint", "training_done", "meeting_held", "contract_signed", "contract_end",
    "last_event", "reservation_start", "service_start", "event_planned", "change", "before_disposal", "disposal_done",
]  # fmt: skip


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the profile: a key that it does not know is refused, and nothing in it changes."""
