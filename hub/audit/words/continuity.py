"""What an auditor reads of recoveries, take-overs and kept discrepancies."""

from __future__ import annotations

from hub.domain.continuity import continuity
from hub.domain.continuity.continuity import ContinuityEvent


def sentences(event: ContinuityEvent) -> tuple[str, str]:
    """The event in Japanese and in English; sizes count entries."""
    match event:
        case continuity.SwitchedOffConfirmed():
            role = "（管理者）" if event.manager else ""
            return (
                f"前のハブが切れていることを確かめた{role}。項目 {event.size} から世代 {event.epoch} で続ける",
                f"confirmed that the old hub is switched off; goes on from {event.size} under epoch {event.epoch}",
            )
        case continuity.TakenOver():
            skipped = "、".join(
                f"{one.prefix}-{one.known + 1:03}～{one.prefix}-{one.first - 1:03}" for one in event.numbers
            )
            names = "、".join(event.confirmed_by)
            return (
                f"{event.hub} がハブを引き継いだ（世代 {event.epoch}、確認 {names}）。出したかもしれない番号 {skipped}",
                f"{event.hub} took over as the hub (epoch {event.epoch}, confirmed by {', '.join(event.confirmed_by)})",
            )
        case continuity.Recovered():
            bare = event.to_size - event.covered
            rest = f"、うち{bare}件はハブの署名がない" if bare else ""
            unsigned = f", {bare} of them under no checkpoint" if bare else ""
            return (
                f"項目 {event.from_size}～{event.to_size - 1} を控え（{'、'.join(event.sources)}）から取り戻した{rest}",
                f"entries {event.from_size}-{event.to_size - 1} came back from {', '.join(event.sources)}{unsigned}",
            )
        case continuity.DiscrepancyKept():
            indices = [trace.index for trace in event.traces] or [0]
            first, last = indices[0], indices[-1]
            return (
                f"記録と食い違う{len(event.traces)}件（{event.source} の項目 {first}～{last}）を証拠として残した",
                f"{len(event.traces)} entries of {event.source} ({first}-{last}) contradict the record and were kept",
            )
