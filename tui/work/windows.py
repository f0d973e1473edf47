"""The manager keeps a window for one lane, or gives it free (where the contract wants lanes apart)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.queue.window_lanes import KeepWindow
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.layer import Menu

if TYPE_CHECKING:
    from tui.layer import Terminal
    from tui.station import Station


def why_not(terminal: Terminal) -> str:
    station, t = terminal.station, terminal.tongue
    assert station is not None
    return (
        "" if station.profile.lanes_apart else t("この契約では窓口を分けません", "the contract keeps no windows apart")
    )


def ask(terminal: Terminal) -> None:
    """The lanes that stand apart, a digit each; 0 gives the window free."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    lanes = [lane for lane in station.profile.lanes if lane.id in station.profile.lanes_apart]
    own = station.booth.windows.get(station.window, "")
    entries = [
        (str(n), (tokens.DONE if lane.id == own else tokens.WAIT) + t(lane.ja, lane.en), "")
        for n, lane in enumerate(lanes, 1)
    ]
    entries.append(("0", t("あける（決めない）", "give it free"), "" if own else t("決まっていません", "it is free")))

    def pick(digit: str) -> None:
        lane = lanes[int(digit) - 1].id if digit != "0" else ""

        async def work() -> None:
            await station.submit(KeepWindow(station.window, lane))
            station.say(t(f"{station.window} の列を記録しました。", f"{station.window}: recorded."))

        station.begin(t("記録しています", "recording"), work)

    terminal.lay(Menu(terminal, t(f"{station.window} の列", f"Lane of {station.window}"), entries, pick))


def serves(station: Station, lane: str) -> bool:
    """Whether this window may call this lane."""
    own = station.booth.windows.get(station.window)
    return own is None or lane not in station.profile.lanes_apart - {own}


def row(station: Station, cells: int) -> list[Line]:
    """For which lane this window is kept; nothing where it serves all."""
    lane = next((one for one in station.profile.lanes if one.id == station.booth.windows.get(station.window)), None)
    if lane is None:
        return []
    t = station.tongue
    return [line(Span(fit(t(f" この窓口は {lane.ja}", f" Only {lane.en} here"), cells)))]
