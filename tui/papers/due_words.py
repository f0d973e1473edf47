"""How long papers may still stay in the booth, in words that need no reckoning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.custody import due as custody_due
from tui import tokens
from tui.cells import Span

if TYPE_CHECKING:
    from hub.domain.custody.due import Owed
    from tui.station import Station


def left(station: Station, one: Owed) -> Span:
    """Until when, counted down; overdue in words."""
    t, now_ms = station.tongue, station.now_ms()
    if one.kept:
        return Span(f"{tokens.REPLY}{t('紙で受領・市の確認待ち', 'on paper; the city confirms')}", "reply")
    if one.due is None:
        return Span(t(f"期日は市に確認{'：' + one.word if one.word else ''}", "ask the city by when"), "dim")
    day = f"{one.due.month}/{one.due.day}"
    guess = t("（記載なし・仮定）", " (assumed)") if one.assumed else ""
    days = custody_due.days_left(one, now_ms)
    if one in custody_due.overdue([one], now_ms):
        since = t(f"{-days}日過ぎました", f"{-days} days overdue") if days else t("時刻を過ぎました", "overdue today")
        return Span(f"{tokens.BAD}{t(f'納品期限 {day} を', f'due {day}, ')}{since}{guess}", "bad")
    if days == 0:
        return Span(f"{tokens.WARN}{t('きょう中に市へ', 'to the city today')}{guess}", "warn")
    return Span(t(f"市へ {day} まで（あと{days}日）{guess}", f"due {day}, {days} days left{guess}"))
