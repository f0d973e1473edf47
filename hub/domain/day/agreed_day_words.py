"""Agreed days in words for the record page and the auditor."""

from __future__ import annotations

from hub.domain.day.agreed_day import DaysAgreed


def sentences(event: DaysAgreed) -> tuple[str, str]:
    """The agreement in Japanese and in English: which days, or which one moved where, and the city's reference."""
    first, more = "".join(event.dates[:1]), len(event.dates) - 1
    if event.instead_of:
        return (
            f"開催日を変えた：{event.instead_of}→{first}（{event.reference}）",
            f"session moved from {event.instead_of} to {first} ({event.reference})",
        )
    days, english = (f"{first}ほか{more}日", f"{first} and {more} more") if more > 0 else (first, first)
    return f"市の合意した開催日：{days}（{event.reference}）", f"the city agreed to {english} ({event.reference})"
