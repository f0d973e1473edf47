"""The rows of a staff terminal's screen: the frame around the page, what is asked or said, the keys' names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cells import Line, fit_line
from tui.terminal import actions

if TYPE_CHECKING:
    from tui.station import Station
    from tui.terminal.terminal import StaffTerminal


def picture(terminal: StaffTerminal, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
    """Every row, each exactly `width` cells, and where the cursor stands (cell, row)."""
    small = terminal.too_small(width, height)
    if small is not None:
        return small, (0, 0)
    if terminal.station is None and terminal.page is not terminal.lock_page:
        rows, at = terminal.joining.full(width, height)
    elif terminal.page is terminal.lock_page:
        rows, at = terminal.lock_page.full(width, height)
        if terminal.at_once is not None:
            rows[height - 4 : height - 2] = terminal.at_once
    else:
        rows, at = _working(terminal, width, height)
    return [fit_line(row, width) for row in rows], at


def _working(terminal: StaffTerminal, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
    from tui import frame  # not at the top: the lock screen paints before the rules are loaded

    station = terminal.station
    assert station is not None
    station.expire()
    _watch_hub(terminal, station)
    body = terminal.layered_body(width, height - 6)
    layers = (*reversed(terminal.over), terminal.page)
    first, second = frame.said_rows(station, width)
    asked = next((message for layer in layers[:-1] if (message := layer.message())), None)
    if asked is not None and not station.pending:
        first, second = asked
    if terminal.at_once is not None:
        first, second = terminal.at_once
    prompt = next((prompt for layer in layers if (prompt := layer.prompt())), None)
    row23, at = frame.prompt_row(terminal.tongue, prompt, width)
    rows = [
        frame.header(station, width),
        frame.second_row(station, width),
        *body,
        first,
        second,
        row23,
        frame.footer([_footer(terminal, action) for action in actions.FOOTER], width),
    ]
    return rows, (at, height - 2)


def _watch_hub(terminal: StaffTerminal, station: Station) -> None:
    """A hub that is refused is explained over the screens, once; the explanation goes when it is believed again."""
    from hub.client.link.connection_state import ConnectionState
    from tui.distrust import Distrust

    refused = station.client.state is ConnectionState.REFUSED
    problem = station.client.problem if refused else None
    if problem is None:
        terminal.over = [layer for layer in terminal.over if not isinstance(layer, Distrust)]
        terminal.explained = None
    elif terminal.explained is None:
        terminal.explained = Distrust(terminal, problem)
        terminal.over.append(terminal.explained)
    else:
        terminal.explained.problem = problem  # where the records part is found a moment later


def _footer(terminal: StaffTerminal, action_id: str) -> tuple[str, bool]:
    action = actions.BY_ID[action_id]
    label = terminal.page.label(action_id) or terminal.tongue(action.ja, action.en)
    return label, not terminal.why_not(action_id)
