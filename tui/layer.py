"""What every screen and everything laid over one has in common: rows, keys, a field to type in, reasons why not."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from tui import tokens
from tui.cells import Line, Span, fit, fit_line, line, wrap
from tui.cells import width as width_of
from tui.field import Field

if TYPE_CHECKING:
    from pathlib import Path

    from hub.client.people.unlocking import Keyring
    from hub.domain.refusal import Refusal
    from sync.errors import SyncError
    from sync.keys.party import Party
    from sync.keys.renewalkey import RenewalKey
    from tui.station import Client, Station
    from tui.visit.draft import Draft
    from tui.words import Tongue


Why: TypeAlias = "str | Refusal"
"""Why not, in words or as the rule's own refusal; empty: nothing is in the way."""


class Prompt(NamedTuple):
    """Row 23: what is being typed, and what Enter will do."""

    label: str
    text: str = ""
    hint: str = ""
    secret: bool = False


class Terminal(Protocol):
    """What a layer may ask of the terminal that it lies on, whether that is the staff's or the city's desk.

    The terminals themselves stand above every page and know them all; a page knows no more of a terminal than this.
    """

    tongue: Tongue
    changed: Callable[[], None]
    """Have the screen painted anew, soon."""
    leave: Callable[[], None]
    """End the program."""
    home: Path | None
    hint: str
    """Who is expected to sign in, filled in for them."""
    party: Party | None
    client: Client | None
    station: Station | None
    renewal: RenewalKey | SyncError | None
    """The signed-in manager's renewal key, open while they are here, or why it is not; None for anybody else."""
    drafts: dict[tuple[str, int, str], Draft]
    """Ticks and counts by person, visit and step. They wait for their owner: a colleague who takes a visit over
    begins with their own eyes."""
    at_once: tuple[Line, Line] | None
    """Rows 21 and 22, whatever else is shown there, until the next key."""
    pages: dict[str, Layer]
    """Every screen by name; empty while nobody can sign in, and on a desk."""
    page: Layer
    over: list[Layer]
    """What lies over the page, the uppermost last."""

    @property
    def top(self) -> Layer: ...

    @property
    def keyring(self) -> Keyring:
        """The way to people's keys on this terminal; one for its whole run, since it counts wrong tries."""

    def lay(self, layer: Layer) -> None:
        """Put a layer over the others."""

    def close(self, layer: Layer) -> None:
        """Take a layer away, wherever it lies."""

    def go(self, name: str) -> None:
        """Show another screen."""

    def why_not(self, action_id: str) -> Why:
        """Why an action cannot be done now; empty if it can."""

    def do(self, action_id: str) -> None:
        """Carry out an action by its id, or say why not."""

    def alone(self, do: Callable[[], None]) -> None:
        """Do it if the last key stood alone, with silence on both sides."""

    def start(self, work: Callable[[], Awaitable[object]]) -> None:
        """Run a coroutine function beside the screen; its end repaints."""

    def sign_out(self, note: str = "") -> None:
        """Back to the lock screen."""


class Layer:
    """A screen, or something laid over it."""

    modal = False
    """Keys that this layer does not know go no further."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.t = terminal.tongue

    @property
    def station(self) -> Station:
        station = self.terminal.station
        assert station is not None, "this layer is shown only after the hub was found"
        return station

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        """Rows 3 and on. `under`: what the layer below shows."""
        return under

    def message(self) -> tuple[Line, Line] | None:
        """Rows 21 and 22, where this layer has something to ask there."""
        return None

    def prompt(self) -> Prompt | None:
        return None

    def key(self, key: str, char: str) -> bool:
        """Handle a key; False if it means nothing here."""
        return False

    def remember(self) -> Callable[[], None]:
        """A function that puts what was typed and ticked back as it is now: a scanner's characters are taken back."""
        return lambda: None

    def scanned(self, code: str) -> bool:
        """Take a code that a reader typed; False if it means nothing here."""
        return False

    def tap(self, what: str) -> None:
        """A click on a span that says `what`."""

    def label(self, action: str) -> str:
        """Another word for an action in the footer of this screen, or empty."""
        return ""

    def why_not(self, action: str) -> Why:
        """Why an action cannot be done here now; empty if it can. An action is done by the method do_<id>."""
        if hasattr(self, f"do_{action}"):
            return ""
        return self.t("この画面では使いません", "Not used on this screen")

    def why_not_here(self) -> str:
        """Why this screen cannot be shown now; empty if it can."""
        return ""

    def act(self, action: str) -> None:
        do: Callable[[], None] = getattr(self, f"do_{action}")
        do()

    def shown(self) -> None:
        """The layer comes on top."""

    def hidden(self) -> None:
        """Another page is shown instead of this one."""


def key_row(key: str, ja: str, *, dim: bool = False, cells: int = 6) -> Line:
    """` F6   もう一度呼ぶ`: a key and what it does."""
    tap = key.lower() if key.lower() in ("enter", *(f"f{n}" for n in range(1, 13))) else ""
    return [Span(" "), Span(fit(key, cells), "dim" if dim else "key", tap), Span(ja, "dim" if dim else "", tap)]


class Menu(Layer):
    """A list to choose from by digit. Entries that cannot be chosen stay, with the reason."""

    modal = True

    def __init__(
        self, terminal: Terminal, title: str, entries: Sequence[tuple[str, str, str]], pick: Callable[[str], None]
    ) -> None:
        super().__init__(terminal)
        self.title = title
        self.entries = entries
        """Digit, words, reason why not."""
        self.pick = pick

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        cells = 56 if any(reason for _, _, reason in self.entries) else 40
        rows: list[Line] = [line(Span(f" {self.title}", "title")), []]
        names = min(28, max((width_of(words) for _, words, _ in self.entries), default=0))
        for digit, words, reason in self.entries:
            if not reason:
                rows += _choice(digit, words, cells)
                continue
            first, *more = wrap(reason, cells - names - 5)
            rows.append([Span(f" {digit} {fit(words, names)}  {first}", "dim", digit)])
            rows += [line(Span(" " * (names + 5) + piece, "dim", digit)) for piece in more]
        rows += [[], line(Span(self.t(" Esc  やめる", " Esc  cancel"), "dim", "escape"))]
        return over_right(under, rows, width, height, cells)

    def prompt(self) -> Prompt:
        return Prompt(self.t("番号", "No."), "", self.t("数字でえらぶ  Esc＝やめる", "choose by digit  Esc=cancel"))

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            self.terminal.close(self)
            return True
        digit = unicodedata.normalize("NFKC", char) if char else ""
        entry = next((entry for entry in self.entries if entry[0] == digit), None)
        if entry is None:
            return False
        self.terminal.close(self)
        if entry[2]:
            self.say_why(f"{entry[1]}：{entry[2]}")
        else:
            self.pick(digit)
        return True

    def say_why(self, text: str) -> None:
        """Why an entry cannot be chosen, where this kind of terminal says such things."""
        self.station.warn(text)


class Ask(Layer):
    """Asks for a line of text in row 23."""

    modal = True

    def __init__(
        self,
        terminal: Terminal,
        label: str,
        question: str,
        hint: str,
        answer: Callable[[str], None],
        *,
        kana: bool = False,
        text: str = "",
        choices: Sequence[str] = (),
        about: Sequence[str] = (),
        longest: int = 40,
        kept: bool = True,
    ) -> None:
        super().__init__(terminal)
        self.label_text = label
        self.question = question
        self.hint = hint
        self.answer = answer
        self.choices = choices
        """Ready answers, chosen by digit while nothing is typed."""
        self.about = about
        """What the answer is signed for, a row each: it stands on the screen while the answer is typed."""
        self.field = Field(text, kana=kana, longest=longest, kept=kept)

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        if not self.choices and not self.about:
            return under
        rows: list[Line] = [line(Span(" " + self.question, "title")), []]
        rows += [line(" " + words) for words in self.about]
        for number, words in enumerate(self.choices, 1):
            rows += _choice(str(number), words, 40)
        if self.choices:
            rows += [[], line(self.t(" または文字で入れて Enter", " or type and press Enter"))]
        return over_right(under, rows, width, height, 40)

    def message(self) -> tuple[Line, Line]:
        return line(Span(tokens.UNSURE + self.question, "bold")), line("   " + self.hint)

    def prompt(self) -> Prompt:
        return Prompt(self.label_text, self.field.text, self.t("Enter＝決める  Esc＝やめる", "Enter=ok  Esc=cancel"))

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            self.terminal.close(self)
            return True
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if self.choices and not self.field.text and digit.isdecimal() and 0 < int(digit) <= len(self.choices):
            self.terminal.close(self)
            self.answer(self.choices[int(digit) - 1])
            return True
        if key == "enter":
            self.terminal.close(self)
            self.answer(self.field.text.strip())
            return True
        return self.field.feed(key, char)


class Confirm(Layer):
    """Asks before what cannot be taken back: cancel comes first, and the key that asked never answers."""

    modal = True

    def __init__(self, terminal: Terminal, question: str, yes: str, do: Callable[[], None]) -> None:
        super().__init__(terminal)
        self.question = question
        self.yes = yes
        self.do = do

    def message(self) -> tuple[Line, Line]:
        keys = [
            Span("   "),
            Span(self.t("[n] やめる", "[n] cancel"), "key", "n"),
            Span("     "),
            Span(f"[y] {self.yes}", "key", "y"),
        ]
        return line(Span(tokens.UNSURE + self.question, "unsure")), keys

    def prompt(self) -> Prompt:
        return Prompt("n／y", "n", self.t("Enter＝やめる", "Enter=cancel"))

    def key(self, key: str, char: str) -> bool:
        answer = unicodedata.normalize("NFKC", char).lower() if char else ""
        if key in ("escape", "enter") or answer == "n":
            self.terminal.close(self)
            return True
        if answer == "y":
            # A scanner types letters too: y counts only with silence around it.
            self.terminal.alone(lambda: self._yes())
            return True
        return False

    def _yes(self) -> None:
        if self.terminal.top is self:
            self.terminal.close(self)
            self.do()


def _choice(digit: str, words: str, cells: int) -> list[Line]:
    """What a digit stands for, on as many rows as it takes."""
    first, *more = wrap(words, cells - 4)
    row = [Span(f" {digit} ", "key", digit), Span(first, "", digit)]
    return [row, *(line(Span(f"   {piece}", "", digit)) for piece in more)]


def over_right(under: list[Line], rows: list[Line], width: int, height: int, cells: int) -> list[Line]:
    """`rows` laid over the right `cells` of what is below."""
    made = []
    for at in range(height):
        left = fit_line(under[at] if at < len(under) else [], width - cells - 1, covered=True)
        right = fit_line(rows[at] if at < len(rows) else [], cells)
        made.append([*left, Span("|", "frame"), *right])
    return made


def paragraphs(text: str, cells: int, style: str = "") -> list[Line]:
    """Text cut into lines of at most `cells`; all of them begin where the first one does."""
    words = text.lstrip(" ")
    indent = text[: len(text) - len(words)]
    return [line(Span(indent + piece, style)) for piece in wrap(words, cells - len(indent))]


def why_words(t: Tongue, why: Why) -> str:
    """A reason why not, in the language of the screen."""
    return why if isinstance(why, str) else t(why.ja, why.en)
