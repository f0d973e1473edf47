"""What can be done now, and doing it: the actions of the table that a terminal itself carries out, the rest its page's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.terminal import actions

if TYPE_CHECKING:
    from tui.layer import Why
    from tui.terminal.terminal import StaffTerminal

PAGE_OF = {
    "go_1": "work",
    "go_2": "visit",
    "go_3": "photo",
    "go_4": "custody",
    "go_5": "transfer",
    "go_6": "devices",
    "go_7": "day",
    "go_8": "facts",
    "go_9": "record",
    "go_0": "personal",
}


def why_not(terminal: StaffTerminal, action_id: str) -> Why:
    """Why an action cannot be done now, or empty."""
    t, station = terminal.tongue, terminal.station
    match action_id:
        case "quit":
            return t("Ctrl+L で席を離れてから", "first Ctrl+L")
        case "bad_day":
            training = station is not None and station.deployment.training
            return "" if training else t("訓練でだけ使います", "in training only")
        case "undo":
            left = station.undo_left if station is not None else 0
            return "" if left else t("取り消せる操作がありません", "nothing to undo")
    if action_id in actions.ALWAYS:
        return ""
    if action_id in PAGE_OF:
        return terminal.pages[PAGE_OF[action_id]].why_not_here() if terminal.pages else ""
    return terminal.page.why_not(action_id)


def do(terminal: StaffTerminal, action_id: str) -> None:
    """Carry out an action by its id, or say why not. Nothing is done while nobody is signed in."""
    station = terminal.station
    if station is None or station.person is None:
        return
    action = actions.BY_ID[action_id]
    reason = why_not(terminal, action_id)
    if isinstance(reason, str) and reason:
        station.warn(f"{actions.name(terminal.page, action)}：{reason}")
    elif not isinstance(reason, str):
        station.refuse(reason)
    elif action_id in PAGE_OF:
        terminal.go(PAGE_OF[action_id])
    elif action_id in OWN:
        OWN[action_id](terminal)
    else:
        terminal.page.act(action_id)


def _help(terminal: StaffTerminal) -> None:
    from tui.terminal.overlays import Help

    terminal.lay(Help(terminal))


def _palette(terminal: StaffTerminal) -> None:
    from tui.terminal.overlays import Palette

    terminal.lay(Palette(terminal))


def _screens(terminal: StaffTerminal) -> None:
    _menu(terminal, terminal.tongue("画面をえらぶ", "Choose a screen"), "f4 ")


def _more(terminal: StaffTerminal) -> None:
    _menu(terminal, terminal.tongue("ほかの操作", "More actions"), "f9 ")


def _menu(terminal: StaffTerminal, title: str, prefix: str) -> None:
    from tui.layer import Menu, why_words

    t = terminal.tongue
    found = [action for action in actions.ACTIONS if action.key.startswith(prefix)]
    entries = [
        (a.key[-1], terminal.page.label(a.id) or t(a.ja, a.en), why_words(t, why_not(terminal, a.id))) for a in found
    ]
    ids = {action.key[-1]: action.id for action in found}
    terminal.lay(Menu(terminal, title, entries, lambda digit: do(terminal, ids[digit])))


def _incident(terminal: StaffTerminal) -> None:
    from tui.incident.asking import begin

    begin(terminal)


def _bad_day(terminal: StaffTerminal) -> None:
    from tui.terminal.bad_day import bad_day

    bad_day(terminal)


def _undo(terminal: StaffTerminal) -> None:
    assert terminal.station is not None
    terminal.station.take_back()


def _lock(terminal: StaffTerminal) -> None:
    from tui.terminal.leaving import leave

    leave(terminal)


def _language(terminal: StaffTerminal) -> None:
    terminal.tongue.switch()


OWN: dict[str, Callable[[StaffTerminal], None]] = {
    "help": _help,
    "palette": _palette,
    "screens": _screens,
    "more": _more,
    "incident": _incident,
    "bad_day": _bad_day,
    "undo": _undo,
    "lock": _lock,
    "language": _language,
}
