"""A contract's periodic report as a PDF: the title, one row a session, the totals and what the contract plans."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made
from hub.domain.moment import when
from hub.domain.reports.period_report import PeriodReport


class _Document(msgspec.Struct, frozen=True):
    title: str
    to: str
    period: str
    training: bool
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    notes: tuple[str, ...]
    foot: str
    pictures: tuple[tuple[str, str], ...] = ()
    """File and caption of each."""


def period_report(report: PeriodReport, city: str, made: Made, pictures: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """The PDF of a report; `made.site` is whose records it was derived from. `pictures`: caption and JPEG of each."""
    files = {f"{number}.jpg": jpeg for number, (_, jpeg) in enumerate(pictures)}
    return pdf.render(
        "period_report",
        _Document(
            title=report.title,
            to=city,
            period=report.period,
            training=made.training,
            heads=report.heads,
            rows=report.rows,
            totals=report.totals,
            notes=report.notes,
            foot=f"{made.site}の記録から　{when(made.at_ms)} 作成",
            pictures=tuple((name, what) for name, (what, _) in zip(files, pictures, strict=True)),
        ),
        made.at_ms,
        files,
    )
