"""The terminal on a real terminal: one widget on textual's line API that repaints the rows that changed, and no others."""

from __future__ import annotations

import asyncio
import gc
import time
import traceback
from typing import ClassVar

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from hub import garbage
from tui.cells import Line, width
from tui.layered import LayeredTerminal
from tui.terminal.terminal import StaffTerminal
from tui.tokens import style

PAINT_S = 1 / 60
"""Many changes within one frame of a display are painted once."""


class Sheet(Widget, can_focus=True, inherit_bindings=False):
    """Every row of the terminal. Keys go to the terminal; rows come from it."""

    DEFAULT_CSS = "Sheet { width: 100%; height: 100%; }"

    def __init__(self, terminal: LayeredTerminal) -> None:
        super().__init__()
        self.terminal = terminal
        self.lines: list[Line] = []
        self.painted: list[Strip] = []
        self._due = False
        self._faded = False
        self._painted_at = 0.0

    def on_mount(self) -> None:
        self.terminal.changed = self.repaint_soon
        if self.terminal.station is not None:
            self.terminal.station.changed = self.repaint_soon
        self.set_interval(1.0, self.terminal.tick)
        self.focus()

    def repaint_soon(self) -> None:
        """Paint at once, or with this frame if one was just painted. Called as often as anything changes."""
        if not self._due:
            self._due = True
            wait = self._painted_at + PAINT_S - time.monotonic()
            asyncio.get_running_loop().call_later(max(0.0, wait), self.repaint)

    def repaint(self) -> None:
        """Work out every row, and have textual repaint those that differ from what is shown."""
        self._due = False
        self._painted_at = time.monotonic()
        if not self.is_attached or not self.size.width:
            return
        lines, at = self.terminal.frame(self.size.width, self.size.height)
        faded = self.terminal.station is not None and self.terminal.station.away
        changed = []
        painted = []
        for row, spans in enumerate(lines):
            old = self.lines[row] if row < len(self.lines) else None
            strip = (
                self.painted[row]
                if old == spans and faded == self._faded
                else make_strip(spans, self.size.width, faded)
            )
            if row >= len(self.painted) or strip is not self.painted[row]:
                changed.append(Region(0, row, self.size.width, 1))
            painted.append(strip)
        self.lines, self.painted, self._faded = lines, painted, faded
        if changed:
            self.refresh(*changed)
        # An input method opens its window at the terminal's cursor: it stands where typing goes on.
        self.app.cursor_position = Offset(*at)

    def render_line(self, y: int) -> Strip:
        return self.painted[y] if y < len(self.painted) else Strip.blank(self.size.width)

    def on_resize(self, event: events.Resize) -> None:
        self.lines, self.painted = [], []
        self.repaint()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        # The event's own time: the driver's thread made it as the key came, however long the screen took since.
        self.terminal.press(event.key, event.character or "" if event.is_printable else "", event.time)
        self.repaint()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.terminal.paste(event.text)

    def on_click(self, event: events.Click) -> None:
        if 0 <= event.y < len(self.lines) and (tap := tap_at(self.lines[event.y], event.x)):
            self.terminal.tap(tap)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.terminal.scroll(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.terminal.scroll(-1)


def make_strip(spans: Line, cells: int, faded: bool = False) -> Strip:
    """A row for textual."""
    return Strip([Segment(span.text, style(span.style, faded)) for span in spans], cells)


def tap_at(spans: Line, x: int) -> str:
    """What a click at cell x of a line means."""
    at = 0
    for span in spans:
        at += width(span.text)
        if x < at:
            return span.tap
    return ""


class OneScreen(Screen[None], inherit_bindings=False):
    """Holds the sheet; textual's own keys (tab, copy) are not wanted here."""

    DEFAULT_CSS = "OneScreen { layers: base; overflow: hidden; background: black; }"

    def __init__(self, terminal: LayeredTerminal) -> None:
        super().__init__()
        self.terminal = terminal

    def compose(self) -> ComposeResult:
        yield Sheet(self.terminal)


class TerminalApp(App[None], inherit_bindings=False):
    """Runs a terminal until it is left."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = []
    TITLE = "demado"

    def __init__(self, terminal: LayeredTerminal) -> None:
        super().__init__(ansi_color=True)
        self.terminal = terminal
        terminal.leave = self.exit

    def get_default_screen(self) -> Screen[None]:
        return OneScreen(self.terminal)

    def on_ready(self) -> None:
        """The first picture is on the screen: now what takes long may begin."""
        garbage.keep_what_is()  # to go through what starting made again and again would hold up keys by some 10 ms
        gc.enable()
        self.terminal.ready()
        terminal = self.terminal
        if isinstance(terminal, StaffTerminal) and terminal.station is None and terminal.home is not None:
            terminal.start(lambda: self._seek(terminal))

    async def _seek(self, terminal: StaffTerminal) -> None:
        # Loading the client library takes a third of a second: in a thread, so that keys are answered meanwhile.
        await asyncio.to_thread(load_client)
        garbage.keep_what_is()
        if terminal.page is not terminal.lock_page:
            from tui.welcoming import look

            await look(terminal, terminal.joining)
            return
        from tui.joining import seek

        await seek(terminal)

    async def on_unmount(self) -> None:
        await self.terminal.stop()

    def _fatal_error(self) -> None:
        """Textual's own report of a crash shows every local variable: passphrases, and whatever was being typed."""
        from hub.guarded import redact

        self._exit_renderables.append(Text(redact(traceback.format_exc())))
        self._close_messages_no_wait()


def load_client() -> None:
    """Import what connecting needs."""
    import tui.terminal.screens  # noqa: F401


def run(terminal: LayeredTerminal) -> None:
    """Run until the person leaves (Ctrl+L, Ctrl+X)."""
    TerminalApp(terminal).run()
