"""What the city has not handed over or not fixed yet: said before the service starts, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile


def unsettled(profile: Profile) -> list[str]:
    """Annexes that were not supplied, and reports whose due date is still to be agreed (協議), in Japanese."""
    said = [f"{annex} 未収録" for annex in profile.source.missing_annexes]
    return said + [f"協議未了：{report.ja} 期限" for report in profile.reports if report.due.kind == "negotiated"]
