"""Supervision and checks in words, for screens, the record page and the auditor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.domain.personal.periodic import Owed, PeriodicDone


def sentences(event: PeriodicDone) -> tuple[str, str]:
    """The look in Japanese and in English; what was found stands in the entry, not here."""
    ja, en = ("異状なし", "nothing found") if event.ok else ("問題あり", "something was found")
    return f"点検 {event.duty} {event.period} {ja}", f"{event.duty} of {event.period}: {en}"


def owed_words(one: Owed, today: str) -> tuple[str, str]:
    """What is owed, as the person whose it is reads it: 監督記録 2025-09 未実施（期限 2025-10-05）."""
    if one.failed:
        return (
            f"{one.duty.ja} {one.period} 問題あり（再点検がまだ）",
            f"{one.duty.en} {one.period}: found something, to be checked again",
        )
    ja, en = ("・超過", ", overdue") if one.late(today) else ("", "")
    of = f" {one.period}" if one.period else ""
    return f"{one.duty.ja}{of} 未実施（期限 {one.due}{ja}）", f"{one.duty.en}{of} not done (due {one.due}{en})"
