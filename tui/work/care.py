"""F9-9 配慮: how this person is called, a ticket in large print, and a venue where nothing sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.day.sound import KeepQuiet
from hub.domain.devices.effect import RepeatEffect
from hub.domain.queue.queue import CareForTicket, Ticket
from tui.layer import Menu

if TYPE_CHECKING:
    from tui.layer import Terminal


def ask(terminal: Terminal, ticket: Ticket | None) -> None:
    """What is to be done for the ticket under the cursor, or for everybody here."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    quiet = station.booth.sound.quiet
    none = t("番号がえらばれていません", "no number is highlighted") if ticket is None else ""
    number = ticket.number if ticket is not None else t("この番号", "this one")
    fetched = ticket is not None and ticket.fetch
    entries = [
        (
            "1",
            t("音で呼ぶ", "call aloud") if fetched else t("音なしで迎えに行く", "fetch without a sound"),
            none,
        ),
        ("2", t("大きい字の札（再印刷）", "ticket in large print"), none),
        (
            "3",
            t("会場の音を出す", "sound on, everywhere")
            if quiet
            else t("会場の音を止める（静か）", "no sound at this venue"),
            "",
        ),
    ]

    def pick(digit: str) -> None:
        if digit == "3":
            _keep_quiet(terminal, not quiet)
        elif ticket is not None and digit == "1":
            _care(terminal, ticket, not fetched)
        elif ticket is not None:
            _large(terminal, ticket)

    terminal.lay(Menu(terminal, t(f"配慮  {number}", f"Care  {number}"), entries, pick))


def _care(terminal: Terminal, ticket: Ticket, fetch: bool) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None

    async def work() -> None:
        await station.submit(CareForTicket(ticket.id, fetch))
        ja = "音を出さず、迎えに行きます" if fetch else "音で呼びます"
        en = "will be fetched, without a sound" if fetch else "will be called aloud"
        station.say(t(f"{ticket.number} は{ja}。", f"{ticket.number} {en}."))

    station.begin(t(f"{ticket.number} を記録しています", f"recording {ticket.number}"), work)


def _large(terminal: Terminal, ticket: Ticket) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None

    async def work() -> None:
        await station.submit(RepeatEffect(ticket.id, "ticket", ticket.number, large=True))
        station.say(
            t(
                f"{ticket.number} の札を大きい字で印刷します（「再」つき）。前の札は受け取る。",
                f"{ticket.number} is printed in large letters, marked.",
            )
        )

    station.begin(t("印刷をたのんでいます", "asking for the print"), work)


def _keep_quiet(terminal: Terminal, quiet: bool) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None

    async def work() -> None:
        await station.submit(KeepQuiet(quiet))
        if quiet:
            station.say(
                t("会場の音を止めました。呼ぶ方は迎えに行ってください。", "No sound here: go and fetch people.")
            )
        else:
            station.say(t("会場の音が出ます。", "Calls sound again."))

    station.begin(t("音を切りかえています", "changing the sound"), work)
