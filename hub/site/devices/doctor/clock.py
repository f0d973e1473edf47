"""The clock: whether anything keeps it right, and whether it stands before what the record says."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

from hub.domain.moment import DAY_MS, iso_date
from hub.site.devices.doctor.finding import Finding, Level, ok
from sync.clock import real_ms

UNSYNCHRONISED = 5
"""TIME_ERROR, what adjtimex(2) returns while nothing disciplines the clock."""

TIMEX_BYTES = 512
"""More than struct timex has (208 on 64 bits); all zero asks and changes nothing."""

FAR_DAYS = 90
"""Booths of one contract meet at least every quarter: a longer gap is a date that somebody set wrongly."""


def synchronised() -> bool | None:
    """Whether the kernel says that the clock is kept by a time server; None where it does not say."""
    if sys.platform != "linux":
        return None
    answer = int(ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    return None if answer < 0 else answer != UNSYNCHRONISED


def judge(now_ms: int, latest_ms: int, in_step: bool | None, has_rtc: bool) -> list[Finding]:
    """What the clock means for a day that is to be opened; latest_ms: the record's latest time, 0 if it has none."""
    today = iso_date(now_ms)
    if latest_ms and now_ms < latest_ms:
        return [
            Finding(
                "clock.behind",
                Level.FAULT,
                f"時計（{today}）が記録の最後（{iso_date(latest_ms)}）より前です。開場できません。",
                f"The clock ({today}) stands before the record's end ({iso_date(latest_ms)}): no day can be opened.",
                "腕時計と合わせる：sudo date -s '2026-01-31 09:00'",
                "Set it by a watch: sudo date -s '2026-01-31 09:00'",
            )
        ]
    if latest_ms and now_ms - latest_ms > FAR_DAYS * DAY_MS:
        days = (now_ms - latest_ms) // DAY_MS
        return [
            Finding(
                "clock.jump",
                Level.ADVICE,
                f"時計（{today}）は記録の最後から {days}日 あとです。",
                f"The clock ({today}) is {days} days after the record's end.",
                "日付が正しいか、腕時計やカレンダーで確かめる",
                "Check the date by a watch or a calendar",
            )
        ]
    if in_step:
        return [
            ok("clock.sync", f"時計は合っています（{today}、時刻サーバー）。", f"The clock is kept right ({today}).")
        ]
    keeps_ja = "電池つき時計あり" if has_rtc else "電池つき時計なし"
    keeps_en = "it has a battery clock" if has_rtc else "it has no battery clock"
    return [
        Finding(
            "clock.unproven",
            Level.ADVICE,
            f"時計（{today}）を保証するものがありません（{keeps_ja}）。",
            f"Nothing vouches for the clock ({today}); {keeps_en}.",
            "開場のとき、画面の日付と時刻を腕時計と比べる",
            "Compare date and time with a watch when the day is opened",
        )
    ]


def check(latest_ms: int) -> list[Finding]:
    """This machine's clock."""
    has_rtc = any(Path("/sys/class/rtc").glob("rtc*"))
    return judge(real_ms(), latest_ms, synchronised(), has_rtc)
