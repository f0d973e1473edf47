"""The terminal without a screen library: which page is shown, what lies over it, and what a key means now.

`frame()` gives every row of the screen; `press()` takes a key. terminal_app.py puts both on a real terminal.
"""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cells import Line, fit_line, line
from tui.terminal import actions
from tui.terminal.scan import Scanner
from tui.words import Tongue

if TYPE_CHECKING:
    from hub.client.unlocking import Keyring
    from sync.errors import SyncError
    from sync.messages import Message
    from sync.party import Party, Person
    from sync.renewalkey import RenewalKey
    from tui.distrust import Distrust
    from tui.layer import Layer, NotKept, Why
    from tui.station import Client, Station
    from tui.terminal.join_page import JoinPage
    from tui.visit.draft import Draft

LEAST = (80, 24)
"""The smallest screen that everything fits."""

SILENCE_S = 0.15
"""A y counts only with this much silence on both sides: a scanner types a character every few milliseconds."""

IDLE_WARNING_S = 30


class Terminal:
    """One staff terminal: begins at the lock screen, and goes back there."""

    def __init__(
        self,
        home: Path | None,
        *,
        url: str | None = None,
        person: str = "",
        window: str = "",
        language: str = "ja",
    ) -> None:
        from tui.terminal.lock_page import LockPage

        self.home = home
        self.url = url
        self.hint = person
        self.window = window
        self.tongue = Tongue(language)
        self.party: Party | None = None
        self.client: Client | None = None
        self.station: Station | None = None
        self.changed: Callable[[], None] = lambda: None
        self.leave: Callable[[], None] = lambda: None
        self.ready: Callable[[], None] = lambda: None
        """Called once the first picture is on the screen."""
        self.drafts: dict[tuple[str, int, str], Draft] = {}
        """Ticks and counts by person, visit and step. They wait for their owner: a colleague who takes a visit over
        begins with their own eyes."""
        self.at_once: tuple[Line, Line] | None = None
        """Rows 21 and 22, whatever else is shown there, until the next key."""
        self.vouchable: NotKept | None = None
        """What the last key lost to the guard, while a manager can say that it is no My Number (Ctrl+G)."""
        self.key_at = 0.0
        self.key_wall = 0.0
        """time.time() of the last key: the monotonic clock may stand still while the lid is shut."""
        self.silence_before = 0.0
        self._came_s: float | None = None
        """When the last key came, on the clock of whatever brings keys; None where that did not say."""
        self._keyring: Keyring | None = None
        self.renewal: RenewalKey | SyncError | None = None
        """The signed-in manager's renewal key, open while they are here, or why it is not; None for anybody else."""
        self._scanner = Scanner()
        self._tasks: set[asyncio.Task[None]] = set()
        self.lock_page = LockPage(self)
        self.pages: dict[str, Layer] = {}
        self.page: Layer = self.lock_page
        if home is not None and _is_empty(home):
            from tui.terminal.join_page import JoinPage

            self.page = JoinPage(self)
        self.over: list[Layer] = []
        self._explained: Distrust | None = None
        """The explanation that was laid over the screens since the hub was refused, closed by Esc or not."""

    @property
    def joining(self) -> JoinPage:
        """The page of a terminal that belongs to no site yet."""
        from tui.terminal.join_page import JoinPage

        assert isinstance(self.page, JoinPage)
        return self.page

    @property
    def keyring(self) -> Keyring:
        """The way to people's keys on this terminal; one for its whole run, since it counts wrong tries."""
        from hub.client.unlocking import Keyring

        if self._keyring is None:
            assert self.home is not None, "a demonstration has no people to unlock"
            self._keyring = Keyring(self.home)
        return self._keyring

    # ------------------------------------------------------------------ layers

    @property
    def top(self) -> Layer:
        return self.over[-1] if self.over else self.page

    def lay(self, layer: Layer) -> None:
        self.over.append(layer)
        layer.shown()
        self.changed()

    def close(self, layer: Layer) -> None:
        if layer in self.over:
            self.over.remove(layer)
        self.changed()

    def go(self, name: str) -> None:
        """Show another screen."""
        self.over.clear()
        if self.page is not self.pages[name]:
            self.page.hidden()
        self.page = self.pages[name]
        self.page.shown()
        self.changed()

    def connected(self, client: Client, party: Party | None, station: Station) -> None:
        """The hub was found and its record is here: from now on somebody can sign in."""
        from tui.terminal.screens import make_pages

        self.client, self.party, self.station = client, party, station
        station.changed = self.changed
        self.pages = make_pages(self)

    def heard(self, message: Message) -> None:
        """The hub said something to this terminal alone."""
        from sync.messages import PairingCode
        from tui.terminal.pairing_page import PairingPage

        page = self.pages.get("pairing")
        here = self.station is not None and self.station.person is not None  # else the code would greet the next person
        if here and isinstance(message, PairingCode) and isinstance(page, PairingPage):
            page.heard(message)
            self.changed()

    def admit(self, person: Person) -> None:
        """Somebody has proved who they are. A colleague's ticket at this window is taken over first."""
        assert self.station is not None
        mine = self.station.mine
        if mine is not None and mine.clerk != person.person:
            self.lock_page.ask_take_over(person, mine)
        else:
            self.sign_in(person)

    def sign_in(self, person: Person) -> None:
        assert self.station is not None
        self.station.person = person
        self.station.said = None
        self._touched()
        self.go("work")
        self._open_vault()

    def _open_vault(self) -> None:
        """A manager who signs in unlocks what is read of people; the queue does not wait for it."""
        from tui.personal.page import unlock

        station = self.station
        assert station is not None
        if station.client.vault is not None:  # the measuring booth has no hub, and no loop yet
            self.start(lambda: unlock(station))

    def sign_out(self, note: str = "") -> None:
        """Back to the lock screen. The key, and whatever was typed or shown on a page, leave the memory of this terminal;
        signed work stays, and the drafts wait for their owner.
        """
        from tui.terminal.screens import make_pages

        station = self.station
        mine = station.mine if station is not None else None
        self.renewal = None
        self.over.clear()
        self.at_once = self.vouchable = None
        self.page.hidden()
        self.page = self.lock_page
        self.lock_page.shown()
        self.lock_page.note = note
        if station is not None:
            station.leave()
            self.pages = make_pages(self)
            if mine is not None:
                who = station.name_of(mine.clerk)
                self.lock_page.todo = self.tongue(
                    f"{mine.number} は{station.window}で手続中です（{who} さん）。ほかの人は引き継いで始めます",
                    f"{mine.number} is at {station.window} ({who}); anybody else takes it over first.",
                )
        self.changed()

    def _touched(self) -> None:
        self.key_at, self.key_wall = time.monotonic(), time.time()

    @property
    def idle_s(self) -> float:
        """Seconds since somebody was at the keys, by whichever clock says more: to lock too early harms nobody."""
        return max(time.monotonic() - self.key_at, time.time() - self.key_wall)

    # ------------------------------------------------------------------ the picture

    def frame(self, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
        """Every row of the screen, each exactly `width` cells, and where the cursor stands (cell, row)."""
        if width < LEAST[0] or height < LEAST[1]:
            words = self.tongue(
                f"画面を {LEAST[0]}x{LEAST[1]} 以上にしてください", f"Make the window at least {LEAST[0]}x{LEAST[1]}"
            )
            return [fit_line(line(words) if row == 0 else [], width) for row in range(height)], (0, 0)
        if self.station is None and self.page is not self.lock_page:
            rows, at = self.joining.full(width, height)
        elif self.page is self.lock_page:
            rows, at = self.lock_page.full(width, height)
            if self.at_once is not None:
                rows[height - 4 : height - 2] = self.at_once
        else:
            rows, at = self._working(width, height)
        return [fit_line(row, width) for row in rows], at

    def _working(self, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
        from tui import frame

        station = self.station
        assert station is not None
        station.expire()
        self._watch_hub(station)
        inner = height - 6
        body = self.page.body(width, inner, [])
        for layer in self.over:
            body = layer.body(width, inner, body)
        body = [*body[:inner], *([[]] * (inner - len(body)))]
        first, second = frame.said_rows(station, width)
        asked = next((message for layer in reversed(self.over) if (message := layer.message())), None)
        if asked is not None and not station.pending:
            first, second = asked
        if self.at_once is not None:
            first, second = self.at_once
        prompt = next((prompt for layer in (*reversed(self.over), self.page) if (prompt := layer.prompt())), None)
        row23, at = frame.prompt_row(self.tongue, prompt, width)
        rows = [
            frame.header(station, width),
            frame.second_row(station, width),
            *body,
            first,
            second,
            row23,
            frame.footer([self._footer(action) for action in actions.FOOTER], width),
        ]
        return rows, (at, height - 2)

    def _watch_hub(self, station: Station) -> None:
        """A hub that is refused is explained over the screens, once; the explanation goes when it is believed again."""
        from hub.client.connection_state import ConnectionState
        from tui.distrust import Distrust

        refused = station.client.state is ConnectionState.REFUSED
        problem = station.client.problem if refused else None
        if problem is None:
            self.over = [layer for layer in self.over if not isinstance(layer, Distrust)]
            self._explained = None
        elif self._explained is None:
            self._explained = Distrust(self, problem)
            self.over.append(self._explained)
        else:
            self._explained.problem = problem  # where the records part is found a moment later

    def _footer(self, action_id: str) -> tuple[str, bool]:
        action = actions.BY_ID[action_id]
        label = self.page.label(action_id) or self.tongue(action.ja, action.en)
        return label, not self.why_not(action_id)

    # ------------------------------------------------------------------ keys

    def measure_silence(self, came_s: float | None) -> None:
        """Measure the silence before a key: from when keys came, where that is known, not from when a slow machine, or a
        busy one, got round to them. Otherwise a reader's code would be taken for typing, and tick what it may not."""
        before, self._came_s = self._came_s, came_s
        if came_s is None or before is None:
            self.silence_before = time.monotonic() - self.key_at
        else:
            self.silence_before = came_s - before
        self._touched()

    def press(self, key: str, char: str, came_s: float | None = None) -> None:
        """A key came: `key` as textual names it, `char` what it would type (or empty), `came_s` when it did (seconds)."""
        self.measure_silence(came_s)
        self.at_once = None
        vouchable, self.vouchable = self.vouchable, None
        station = self.station
        if station is not None:
            station.key = key
        top = self.top
        if not top.modal and self._scanner.ends(key, char, self.silence_before, top.remember):
            self._say(
                self.tongue(
                    "コードの読み取りは、この版ではまだ使えません。", "Scanned codes are not used in this version."
                ),
                self.tongue(
                    "番号はキーで入れてください（何も記録していません）", "Type the number; nothing was recorded."
                ),
            )
        elif key == "ctrl+g" and vouchable is not None:
            from tui.terminal.vouching import vouch

            vouch(self, vouchable)
        elif key == "ctrl+c":
            self._say(
                self.tongue("Ctrl+C では終わりません。", "Ctrl+C does not quit."),
                self.tongue("終わるときは Ctrl+L のあと Ctrl+X", "To quit: Ctrl+L, then Ctrl+X"),
            )
        elif self._taken(top, key, char):
            pass
        elif top.modal:
            self._say(
                self.tongue("いまの質問に先に答えてください。", "Answer the question first."),
                self.tongue("やめるときは Esc", "Esc cancels."),
            )
        elif key in actions.BY_KEY:
            self.do(actions.BY_KEY[key].id)
        elif char and not unicodedata.normalize("NFKC", char).isascii():
            self._say(
                self.tongue("日本語入力が入っています。", "The Japanese input method is on."),
                self.tongue("半角/全角キーで日本語入力を切る", "Turn it off with the Hankaku/Zenkaku key."),
            )
        self.changed()

    def paste(self, text: str) -> None:
        """Pasted text goes where typing goes, character by character; line ends are dropped."""
        self.at_once = None
        self._touched()
        for char in text:
            if char.isprintable():
                self._taken(self.top, "", char)
        self.changed()

    def _taken(self, layer: Layer, key: str, char: str) -> bool:
        """Whether the layer knew the key. What its field may not keep is gone from there, and said at once."""
        from tui.layer import NotKept

        try:
            return layer.key(key, char)
        except NotKept as refused:
            self._not_kept(refused)
            return True

    def _not_kept(self, refused: NotKept) -> None:
        from tui.frame_lines import not_kept_rows
        from tui.terminal.vouching import may_be_vouched

        if may_be_vouched(self, refused):
            self.vouchable = refused
        # Also over a question, which has rows 21 and 22 for itself; the next key takes it away.
        self.at_once = not_kept_rows(self.tongue, refused.finding, self.vouchable is not None)

    def tap(self, what: str) -> None:
        """A click on a span: a key, an action's keys, or something of the top layer."""
        self._touched()
        if what in actions.BY_KEY:
            if self.top.modal:
                return
            if self.station is not None:
                self.station.key = what
            self.do(actions.BY_KEY[what].id)
        elif len(what) == 1 or what in ("enter", "escape"):
            self.press(what, what if len(what) == 1 else "")
        else:
            self.top.tap(what)
        self.changed()

    def scroll(self, rows: int) -> None:
        self._touched()
        self.top.key("down" if rows > 0 else "up", "")
        self.changed()

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

    def why_not(self, action_id: str) -> Why:
        """Why an action cannot be done now, or empty."""
        t = self.tongue
        match action_id:
            case "quit":
                return t("Ctrl+L で席を離れてから", "first Ctrl+L")
            case "bad_day":
                training = self.station is not None and self.station.deployment.training
                return "" if training else t("訓練でだけ使います", "in training only")
            case "undo":
                left = self.station.undo_left if self.station is not None else 0
                return "" if left else t("取り消せる操作がありません", "nothing to undo")
        if action_id in actions.ALWAYS:
            return ""
        if action_id.startswith("go_"):
            return self.pages[PAGE_OF[action_id]].why_not_here() if self.pages else ""
        return self.page.why_not(action_id)

    def do(self, action_id: str) -> None:
        """Carry out an action by its id, or say why not."""
        if self.station is None or self.station.person is None:
            return
        action = actions.BY_ID[action_id]
        reason = self.why_not(action_id)
        if isinstance(reason, str) and reason:
            # A page may call a key by another name than the palette does: the footer's word is the one that was read.
            name = self.page.label(action_id) or self.tongue(action.name_ja, action.name_en)
            self.station.warn(f"{name}：{reason}")
            return
        if not isinstance(reason, str):
            self.station.refuse(reason)
            return
        if action_id in PAGE_OF:
            self.go(PAGE_OF[action_id])
            return
        own: Callable[[], None] | None = getattr(self, f"_{action_id}", None)
        if own is not None:
            own()
        else:
            self.page.act(action_id)

    def _help(self) -> None:
        from tui.terminal.overlays import Help

        self.lay(Help(self))

    def _palette(self) -> None:
        from tui.terminal.overlays import Palette

        self.lay(Palette(self))

    def _screens(self) -> None:
        self._menu(self.tongue("画面をえらぶ", "Choose a screen"), "f4 ")

    def _more(self) -> None:
        self._menu(self.tongue("ほかの操作", "More actions"), "f9 ")

    def _menu(self, title: str, prefix: str) -> None:
        from tui.layer import Menu, why_words

        found = [action for action in actions.ACTIONS if action.key.startswith(prefix)]
        entries = [
            (a.key[-1], self.page.label(a.id) or self.tongue(a.ja, a.en), why_words(self.tongue, self.why_not(a.id)))
            for a in found
        ]
        ids = {action.key[-1]: action.id for action in found}
        self.lay(Menu(self, title, entries, lambda digit: self.do(ids[digit])))

    def _incident(self) -> None:
        from tui.incident.asking import begin

        begin(self)

    def _bad_day(self) -> None:
        from tui.terminal.bad_day import bad_day

        bad_day(self)

    def _undo(self) -> None:
        assert self.station is not None
        self.station.take_back()

    def _lock(self) -> None:
        from tui.terminal.leaving import leave

        leave(self)

    def _language(self) -> None:
        self.tongue.switch()

    def _say(self, text: str, todo: str) -> None:
        if self.station is not None and self.page is not self.lock_page:
            self.station.warn(text, todo)
        elif self.page is not self.lock_page:
            self.joining.note, self.joining.todo = text, todo
        else:
            self.lock_page.note = f"{text}{todo}"

    # ------------------------------------------------------------------ time

    def start(self, work: Callable[[], object]) -> None:
        """Run a coroutine function beside the screen; its end repaints."""

        async def run() -> None:
            await work()  # type: ignore[misc]
            self.changed()

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def tick(self) -> None:
        """Once a second: the clock, ages and countdowns; and the lock of a terminal left alone."""
        station = self.station
        if station is not None and station.person is not None:
            limit = station.profile.operation.idle_lock_minutes * 60
            idle = self.idle_s
            if idle >= limit:
                self.sign_out(
                    self.tongue(
                        "しばらく操作がなかったので、席を離れた画面にしました。", "Locked: nobody was at the keys."
                    )
                )
            elif idle >= limit - IDLE_WARNING_S:
                station.warn(
                    self.tongue(f"あと{int(limit - idle)}秒で画面を閉じます。", f"Locking in {int(limit - idle)} s."),
                    self.tongue("続けるときは何かキーを押す", "Press any key to go on."),
                )
        self.changed()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self.client is not None:
            await self.client.close()


def _is_empty(home: Path) -> bool:
    """Whether nobody has made a terminal here yet."""
    return not home.exists() or not any(home.iterdir())


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
