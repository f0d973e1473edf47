"""Leaving the seat: whoever is being served is finished, held or handed on first; then the terminal is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.layer import Menu, why_words

if TYPE_CHECKING:
    from tui.layer import Terminal


def leave(terminal: Terminal) -> None:
    """Lock the terminal; with somebody at the window, ask first what becomes of them."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    mine = station.mine
    if mine is None:
        terminal.sign_out()
        return
    cut = t("ハブにつながってから", "when the hub is back") if not station.live else ""
    pending = t("前の操作の返事を待っています", "still waiting for an answer") if station.pending else ""
    title = t(f"離れる前に：{mine.number} が途中です", f"Before you leave: {mine.number} is not finished")
    entries = [
        ("1", t("保留にして離れる", "hold it and leave"), why_words(t, cut or pending)),
        ("2", t("つぎの人に引き継ぐ", "hand it on"), ""),
    ]

    def pick(digit: str) -> None:
        if digit == "1":
            _hold(terminal, mine.id, mine.number)
        else:
            words = t(
                f"引継ぎ：{mine.number} を受ける人が、番号と合言葉を入れてください。", "Whoever takes it over signs in."
            )
            terminal.sign_out(words)

    terminal.lay(Menu(terminal, title, entries, pick))


def _hold(terminal: Terminal, ticket: int, number: str) -> None:
    from hub.domain.queue.queue import HoldTicket

    station, t = terminal.station, terminal.tongue
    assert station is not None

    async def work() -> None:
        await station.submit(HoldTicket(ticket))
        terminal.sign_out(
            t(f"{number} を保留にしました。順番はそのままです。", f"{number} is held; its place is kept.")
        )

    station.begin(t("保留にしています", "holding"), work)
