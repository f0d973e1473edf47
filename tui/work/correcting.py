"""F9-7 on screen 1: what the manager alone corrects. A number is voided with a reason, a window kept for a lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.queue.queue import Ticket
from hub.domain.queue.rules import ALLOWED_FROM
from hub.domain.queue.voiding import LONGEST_REASON, VoidTicket
from hub.domain.refusal import refuse
from tui.layer import Ask, Menu
from tui.work import windows

if TYPE_CHECKING:
    from tui.layer import Terminal

REASONS = (("二重に発券した", "issued twice"), ("列をまちがえて発券した", "issued in the wrong lane"),
           ("取りに来なかった・帰られた", "never taken, or gone"), ("予約をまちがえた", "wrong reservation"))  # fmt: skip


def why_not(terminal: Terminal) -> str:
    station, t = terminal.station, terminal.tongue
    assert station is not None
    return (
        ""
        if station.manages(station.person)
        else t("管理者がします（Ctrl+L で交代）", "the manager does this (Ctrl+L)")
    )


def ask(terminal: Terminal, ticket: Ticket | None) -> None:
    """Which correction; `ticket`: the row under the cursor."""
    t = terminal.tongue
    number = ticket.number if ticket is not None else t("番号", "number")
    entries = [
        ("1", t(f"{number} を取り消す（理由）", f"void {number}, with a reason"), _why_no_void(terminal, ticket)),
        ("2", t("この窓口の列", "lane of this window"), windows.why_not(terminal)),
    ]

    def pick(digit: str) -> None:
        if digit == "2":
            windows.ask(terminal)
        elif ticket is not None:
            _void(terminal, ticket)

    terminal.lay(Menu(terminal, t("訂正（管理者）", "Correct (manager)"), entries, pick))


def _why_no_void(terminal: Terminal, ticket: Ticket | None) -> str:
    t = terminal.tongue
    if ticket is None:
        return t("番号がえらばれていません", "no number is highlighted")
    if ticket.state not in ALLOWED_FROM[VoidTicket]:
        return t("呼出中・対応中は、先に F9-1 保留", "called or served: F9-1 holds it first")
    return ""


def _void(terminal: Terminal, ticket: Ticket) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None

    def answer(reason: str) -> None:
        if not reason.strip():
            station.refuse(refuse("queue.void_reason", longest=LONGEST_REASON))
            return

        async def work() -> None:
            await station.submit(VoidTicket(ticket.id, reason), version=ticket.version)
            ja = f"{ticket.number} を取り消しました。紙があれば回収してください。"
            station.say(t(ja, f"{ticket.number} is voided. Take its paper back."))

        station.begin(t(f"{ticket.number} を取り消しています", f"voiding {ticket.number}"), work)

    question = t(f"{ticket.number} を取り消す理由（元に戻せません）", f"Why is {ticket.number} voided? (for good)")
    hint = t("数字でえらぶか、文字で入れて Enter", "digit, or type it")
    reasons = tuple(t(*words) for words in REASONS)
    terminal.lay(Ask(terminal, t("理由", "reason"), question, hint, answer, kana=True, choices=reasons))
