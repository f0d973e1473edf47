"""What staff do when the hub does not come back, and what a take-over has left open: rows for screen 8."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tui.cells import Line, Span, fit, line, wrap

if TYPE_CHECKING:
    from pathlib import Path

    from hub.domain.continuity.continuity import Continuity
    from sync.errors import SyncError
    from tui.words import Tongue

AWAY_S = 30.0
"""A hub that restarts is back within seconds; after half a minute somebody looks at its plug."""


NOBODY_THERE = frozenset({"link.closed", "link.hub_away"})
"""Codes of a link that only say that nobody answers: power, LAN, a wrong address."""


def refused_us(problem: SyncError | None) -> SyncError | None:
    """What keeps us from a hub that does answer, such as a withdrawn key of this terminal; None where nobody answers."""
    return problem if problem is not None and problem.code not in NOBODY_THERE else None


def steps(t: Tongue, size: int, standby: Path | None) -> list[Line]:
    """The steps of a take-over, on the terminal that could do it (`standby`: its folder), or with which to find that one."""
    words = (
        t("ハブの電源とLANを見る。1分待っても戻らなければ次へ", "Look at the hub's power and LAN; wait a minute"),
        t("ハブの電源を切りコードを抜く。管理者ともう1人が見る", "Switch it off, unplug it; two people see it"),
        t(
            f"各端末のこの画面の件数を比べる（この端末は{size}件）",
            f"Compare this screen on each terminal ({size} entries here)",
        ),
        t("この端末を終了し（Ctrl+L、Ctrl+X）、つぎのとおり打つ", "Quit this terminal (Ctrl+L, Ctrl+X) and type this")
        if standby is not None
        else t(
            "予備証明書のある端末のこの画面を見る（打つ言葉が出ています）",
            "Look at this screen of the standby terminal: it says what to type there",
        ),
        t("ほかの端末はそのまま待つ。自動でつながる", "Leave the others as they are; they find the new hub"),
    )
    rows: list[Line] = [[], line(Span(t(" ハブが戻らないとき", " If the hub does not come back"), "title"))]
    for number, one in enumerate(words, 1):
        rows.append([Span(f" {number} ", "key"), *line(fit(one, 76).rstrip())])
        if number == TYPED and standby is not None:
            command = f"demado hub --take-over --home {shlex.quote(str(standby.absolute()))}"
            rows += [line(Span(f"   {words}", "title")) for words in wrap(command, 74)]
    return rows


TYPED = 4
"""The step under which the command stands, whole: nobody at a booth knows by heart where a terminal's folder lies."""


def left_open(t: Tongue, continuity: Continuity) -> list[Line]:
    """After a take-over: who the hub is now, the numbers to ask for, and what was kept beside the record."""
    rows: list[Line] = []

    def fact(ja: str, en: str, words: str, style: str = "") -> None:
        rows.append([Span(f" {fit(t(ja, en), 24)} "), *line(Span(words, style))])

    writer = continuity.writer()
    if writer is not None:
        fact("引き継いだハブ", "Hub since the take-over", f"{writer.name}  {t('世代', 'epoch')} {writer.epoch}")
    for one in continuity.numbers[:MOST_NUMBERS]:
        lost = f"{one.prefix}-{one.known + 1:03}～{one.prefix}-{one.first - 1:03}"
        fact("出したかもしれない番号", "Perhaps issued: ask", f"{lost}  {one.date}", "warn")
    if continuity.discrepancies:
        count = sum(kept.count for kept in continuity.discrepancies)
        fact("記録と食い違う項目", "Discrepancies kept", t(f"{count}件", str(count)), "warn")
    return rows


MOST_NUMBERS = 4
"""Prefixes of a contract's lanes: two at most in those that ship, on two dates."""
