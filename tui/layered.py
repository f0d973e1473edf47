"""Layers on one another, and the keys that reach the uppermost: what the staff's terminal and the city's desk share."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cells import Line, fit_line, line
from tui.field import NotKept
from tui.words import Tongue

if TYPE_CHECKING:
    from hub.client.people.unlocking import Keyring
    from sync.errors import SyncError
    from sync.keys.party import Party, Person
    from sync.keys.renewalkey import RenewalKey
    from sync.keys.trust import TrustStore
    from tui.distrust import Distrust
    from tui.layer import Layer, Why
    from tui.station import Client, Station
    from tui.visit.draft import Draft

LEAST = (80, 24)
"""The smallest screen that everything fits."""

SILENCE_S = 0.15
"""A y counts only with this much silence on both sides: a scanner types a character every few milliseconds."""

IDLE_WARNING_S = 30
"""How long before the lock a person who is only reading is warned: time to put a hand on a key."""


class LayeredTerminal(ABC):
    """A page and what lies over it; how long the keys have been silent; what runs beside the screen.

    What a key means, and what stands around the page, a terminal adds.
    """

    page: Layer

    def __init__(self, home: Path | None, language: str) -> None:
        self.home = home
        self.hint = ""
        self.tongue = Tongue(language)
        self.party: Party | None = None
        self.client: Client | None = None
        self.station: Station | None = None
        self.renewal: RenewalKey | SyncError | None = None
        self.drafts: dict[tuple[str, int, str], Draft] = {}
        self.changed: Callable[[], None] = lambda: None
        self.leave: Callable[[], None] = lambda: None
        self.ready: Callable[[], None] = lambda: None
        """Called once the first picture is on the screen."""
        self.pages: dict[str, Layer] = {}
        self.over: list[Layer] = []
        self.explained: Distrust | None = None
        """The explanation that was laid over the screens since the hub was refused, closed by Esc or not."""
        self.at_once: tuple[Line, Line] | None = None
        self.key_at = 0.0
        self.key_wall = 0.0
        """time.time() of the last key: the monotonic clock may stand still while the lid is shut."""
        self.silence_before = 0.0
        self._came_s: float | None = None
        """When the last key came, on the clock of whatever brings keys; None where that did not say."""
        self._keyring: Keyring | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------------ what each kind of terminal adds

    @abstractmethod
    def frame(self, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
        """Every row of the screen, each exactly `width` cells, and where the cursor stands (cell, row)."""

    @abstractmethod
    def press(self, key: str, char: str, came_s: float | None = None) -> None:
        """A key came: `key` as textual names it, `char` what it would type (or empty), `came_s` when it did (seconds)."""

    @abstractmethod
    def tap(self, what: str) -> None:
        """A click on a span: a key, an action's keys, or something of the top layer."""

    @abstractmethod
    def tick(self) -> None:
        """Once a second."""

    @abstractmethod
    def sign_out(self, note: str = "") -> None:
        """Back to the lock screen, with a word why."""

    @abstractmethod
    def go(self, name: str) -> None:
        """Show another screen."""

    def why_not(self, action_id: str) -> Why:
        """Why an action cannot be done now; empty if it can."""
        return self.page.why_not(action_id)

    def do(self, action_id: str) -> None:
        """Carry out an action by its id."""
        self.page.act(action_id)

    # ------------------------------------------------------------------ layers

    @property
    def top(self) -> Layer:
        """What keys go to first."""
        return self.over[-1] if self.over else self.page

    def lay(self, layer: Layer) -> None:
        self.over.append(layer)
        layer.shown()
        self.changed()

    def close(self, layer: Layer) -> None:
        if layer in self.over:
            self.over.remove(layer)
        self.changed()

    @property
    def keyring(self) -> Keyring:
        from hub.client.people.unlocking import Keyring

        if self._keyring is None:
            assert self.home is not None, "a demonstration has no people to unlock"
            self._keyring = Keyring(self.home)
        return self._keyring

    # ------------------------------------------------------------------ the picture

    def layered_body(self, width: int, height: int) -> list[Line]:
        """The page's rows with every layer drawn over them, `height` of them."""
        body = self.page.body(width, height, [])
        for layer in self.over:
            body = layer.body(width, height, body)
        return [*body[:height], *([[]] * (height - len(body)))]

    def too_small(self, width: int, height: int) -> list[Line] | None:
        """What to show on a screen that not everything fits; None where it does."""
        if width >= LEAST[0] and height >= LEAST[1]:
            return None
        words = self.tongue(
            f"画面を {LEAST[0]}x{LEAST[1]} 以上にしてください", f"Make the window at least {LEAST[0]}x{LEAST[1]}"
        )
        return [fit_line(line(words) if row == 0 else [], width) for row in range(height)]

    # ------------------------------------------------------------------ keys

    def touched(self) -> None:
        """Somebody is at the keys."""
        self.key_at, self.key_wall = time.monotonic(), time.time()

    @property
    def idle_s(self) -> float:
        """Seconds since somebody was at the keys, by whichever clock says more: to lock too early harms nobody."""
        return max(time.monotonic() - self.key_at, time.time() - self.key_wall)

    def measure_silence(self, came_s: float | None) -> None:
        """Measure the silence before a key: from when keys came, where that is known, not from when a slow machine, or a
        busy one, got round to them. Otherwise a reader's code would be taken for typing, and tick what it may not."""
        before, self._came_s = self._came_s, came_s
        if came_s is None or before is None:
            self.silence_before = time.monotonic() - self.key_at
        else:
            self.silence_before = came_s - before
        self.touched()

    def paste(self, text: str) -> None:
        """Pasted text goes where typing goes, character by character; line ends are dropped."""
        self.at_once = None
        self.touched()
        for char in text:
            if char.isprintable():
                self.taken(self.top, "", char)
        self.changed()

    def scroll(self, rows: int) -> None:
        self.touched()
        self.top.key("down" if rows > 0 else "up", "")
        self.changed()

    def taken(self, layer: Layer, key: str, char: str) -> bool:
        """Whether the layer knew the key. What its field may not keep is gone from there, and said at once."""
        try:
            return layer.key(key, char)
        except NotKept as refused:
            self.not_kept(refused)
            return True

    def not_kept(self, refused: NotKept) -> None:
        """Say over everything what the guard took from a field; the next key takes the words away."""
        from tui.frame_lines import not_kept_rows

        self.at_once = not_kept_rows(self.tongue, refused.finding, False)

    def alone(self, do: Callable[[], None]) -> None:
        """Do it if this key stood alone: silence before it, and silence after it."""
        if self.silence_before < SILENCE_S:
            return
        pressed = self.key_at

        def later() -> None:
            if self.key_at == pressed:
                do()
                self.changed()

        asyncio.get_running_loop().call_later(SILENCE_S, later)

    # ------------------------------------------------------------------ time

    def lock_when_idle(self, minutes: int, warn: Callable[[str, str], None]) -> None:
        """Lock a terminal that nobody has touched for the contract's `minutes`, and say so shortly before."""
        t, left = self.tongue, minutes * 60 - self.idle_s
        if left <= 0:
            words = t("しばらく操作がなかったので、席を離れた画面にしました。", "Locked: nobody was at the keys.")
            self.sign_out(words)
        elif left <= IDLE_WARNING_S:
            warn(
                t(f"あと{int(left)}秒で画面を閉じます。", f"Locking in {int(left)} s."),
                t("続けるときは何かキーを押す", "Press any key to go on."),
            )

    def lock_when_revoked(self, people: Iterable[Person], trust: TrustStore | None) -> None:
        """Lock a terminal where somebody is at work whose key is revoked by now: the hub refuses all that they sign, and
        what is on the screen is not theirs to read any more."""
        from tui.unlocking import revoked

        if any(revoked(one, trust) for one in people):
            words = self.tongue(
                "鍵が失効したため、画面を閉じました。責任者に連絡してください。",
                "Locked: this key was revoked. Tell the manager.",
            )
            self.sign_out(words)

    def start(self, work: Callable[[], Awaitable[object]]) -> None:
        """Run a coroutine function beside the screen; its end repaints."""

        async def run() -> None:
            await work()
            self.changed()

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """End what runs beside the screen, and the link."""
        for task in self._tasks:
            task.cancel()
        if self.client is not None:
            await self.client.close()
