"""What is brought along in words, for screens and auditors."""

from __future__ import annotations

from hub.domain.custody.packing import CountedOut, PackingEvent


def sentences(event: PackingEvent) -> tuple[str, str]:
    """The event in Japanese and in English."""
    pieces = sum(count for _, count in event.counts)
    if isinstance(event, CountedOut):
        return (
            f"持ち物を数えて出した（窓口{event.windows}、{len(event.counts)}種、計{pieces}）",
            f"packed for {event.windows} windows: {len(event.counts)} kinds, {pieces} pieces",
        )
    if event.differ:
        return (
            f"持ち物を数えて戻した：{len(event.differ)}種が違う（計{pieces}）",
            f"counted in again: {len(event.differ)} kinds differ ({pieces} pieces)",
        )
    return f"持ち物を数えて戻した：違いなし（計{pieces}）", f"counted in again, nothing differs ({pieces} pieces)"
