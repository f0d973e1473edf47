"""A second person signs in place: staff number and passphrase, while the session of the first stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.refusal import Refusal, refuse
from sync.keys.party import LockedPerson, Person
from tui import tokens
from tui.cells import Line, Span, line
from tui.field import Field
from tui.layer import Layer, Prompt, Terminal
from tui.unlocking import Fault, find_person, not_found, open_key, pause_words


class SecondPerson(Layer):
    """Asks who and for the passphrase; the same person as the first is refused."""

    modal = True

    def __init__(self, terminal: Terminal, why: str, signed: Callable[[Person], None]) -> None:
        super().__init__(terminal)
        self.why = why
        self.signed = signed
        self.who: LockedPerson | None = None
        self.field = Field()
        self.checking = False
        self._not_in: tuple[Line, Line] | None = None
        """Why nobody was let in, in place of the question until the next key: what stands behind the question is not seen,
        and whoever believes that they were let in types a passphrase where it shows."""

    def warn(self, text: str, todo: str = "", code: str = "") -> None:
        """Say why nobody was let in."""
        self._not_in = line(Span(tokens.WARN + text, "warn")), line(f"   {'  '.join(filter(None, (todo, code)))}")

    def refuse(self, refusal: Refusal) -> None:
        self.warn(self.t(refusal.ja, refusal.en), self.t(refusal.todo_ja, refusal.todo_en), refusal.code)

    @property
    def people(self) -> list[LockedPerson]:
        """Who can prove themselves here."""
        return self.station.staff

    def why_not_they(self, person: str) -> Refusal | None:
        """Why this person cannot be the second one; None if they can."""
        station = self.station
        if station.person is not None and person == station.person.person:
            return refuse("custody.same_person", person=station.name_of(person))
        return None

    def message(self) -> tuple[Line, Line]:
        if self._not_in is not None:
            return self._not_in
        t = self.t
        who = (
            t(f"{self.who.name} さんの合言葉", f"Passphrase of {self.who.name}")
            if self.who is not None
            else t("2人目の職員番号か名前", "Second person's staff number or name")
        )
        hint = (
            t("確かめています", "checking")
            if self.checking
            else t("べつの人が自分で入れます。Esc＝やめる", "Typed by that person. Esc=cancel")
        )
        left_s = self.terminal.keyring.attempts.left_s(self.who.person) if self.who is not None else 0
        if left_s:
            hint = pause_words(left_s, t)
        return line(Span(f"{tokens.UNSURE}{self.why}", "bold")), line(f"   {who}。{hint}")

    def prompt(self) -> Prompt:
        label = self.t("合言葉", "passphrase") if self.who is not None else self.t("2人目", "second")
        return Prompt(label, self.field.text, self.t("Enter＝次へ", "Enter=next"), self.field.secret)

    def key(self, key: str, char: str) -> bool:
        self._not_in = None
        if key == "escape":
            self.terminal.close(self)
        elif key == "enter":
            self._enter(self.field.take().strip())
        else:
            return self.field.feed(key, char)
        return True

    def _enter(self, text: str) -> None:
        t = self.t
        if self.checking:
            return
        if self.who is None:
            found = find_person(self.people, text)
            if len(found) != 1:
                self.warn(not_found(found, t), t("職員番号を入れる", "Type the staff number."))
            elif (refusal := self.why_not_they(found[0].person)) is not None:
                self.refuse(refusal)
            else:
                self.who = found[0]
                self.field = Field(secret=True, longest=200)
            return
        who = self.who
        self.checking = True

        async def unlock() -> None:
            opened = await open_key(self.terminal.keyring, who, text, t)
            self.checking = False
            if isinstance(opened, Fault):
                self.warn(*opened)
            elif self in self.terminal.over:
                self.terminal.close(self)
                self.signed(opened)

        self.terminal.start(unlock)
