"""What was signed before opening and closing, in words for the record page and the auditor."""

from __future__ import annotations

from hub.domain.day.readiness import (
    DevicesCounted,
    ItemTicked,
    ReadinessEvent,
    SignedIn,
    TrainingRecorded,
)


def sentences(event: ReadinessEvent) -> tuple[str, str]:
    """The event in Japanese and in English; a note stays where it was written."""
    match event:
        case SignedIn():
            badge = ("名札あり", "badge on") if event.badge else ("名札なし", "no badge")
            return f"{event.person} が出勤（{badge[0]}）", f"{event.person} is here ({badge[1]})"
        case TrainingRecorded():
            return (
                f"{event.person} の研修を記録（{event.held}～{event.until}）",
                f"training of {event.person} recorded ({event.held} to {event.until})",
            )
        case ItemTicked():
            return f"点検「{event.item}」を確認", f"checked: {event.item}"
        case DevicesCounted():
            total = sum(count for _, count in event.counts)
            return (
                f"市の機器を数えた（{'閉場' if event.closing else '開場'}、計{total}台）",
                f"the city's devices counted at {'closing' if event.closing else 'opening'}: {total} in all",
            )
