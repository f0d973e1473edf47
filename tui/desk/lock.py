"""The desk's lock screen: which officer, and the passphrase. It shows no request's content to whoever walks by."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui import tokens
from tui.cells import Line, Span, line
from tui.field import Field
from tui.frame_lines import rule
from tui.layer import Layer, Prompt
from tui.unlocking import Fault, find_person, not_found, number_of, open_key, pause_words, still_here

if TYPE_CHECKING:
    from sync.keys.party import LockedPerson
    from tui.desk.new_passphrase import OfficersPassphrase
    from tui.desk.screen import DeskTerminal


class DeskLock(Layer):
    """Two questions: who, and the passphrase."""

    modal = True

    def __init__(self, terminal: DeskTerminal) -> None:
        super().__init__(terminal)
        self.desk_terminal = terminal
        self.who: LockedPerson | None = None
        self.note = ""
        self.todo = ""
        """Under the note: what to do."""
        self.code = ""
        """What the note is about, for whoever is asked."""
        self.new: OfficersPassphrase | None = None
        self.busy = ""
        self.field = Field()

    def shown(self) -> None:
        self.who, self.new, self.busy, self.field = None, None, "", Field()
        self.hush()

    def hush(self) -> None:
        """Take away what was said."""
        self.note = self.todo = self.code = ""

    @property
    def people(self) -> list[LockedPerson]:
        """The officers who come to this desk."""
        desk = self.desk_terminal.desk
        return still_here(desk.people, desk.party.trust)

    def refuse(self, fault: Fault) -> None:
        """Say why nothing was opened."""
        self.note, self.todo, self.code = fault.text, fault.todo, fault.code

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, desk = self.t, self.desk_terminal.desk
        rows = [rule(width, desk.party.deployment.training), []]
        if self.new is not None:
            return [*rows, *self.new.rows()]
        if self.who is None:
            rows += [line(Span(t("  だれですか（市の職員）", "  Who are you? (city staff)"), "title")), []]
            for person in self.people:
                number = number_of(person, self.people)
                rows.append([Span(f"   {number:>3} ", "key", f"who:{number}"), *line(person.name)])
            if not self.people:
                rows.append(
                    line(
                        t(
                            "   この端末に市の職員が登録されていません。",
                            "   No officer is enrolled on this desk.",
                        )
                    )
                )
        else:
            rows += [
                line(Span(t(f"  {self.who.name} さんの合言葉", f"  Passphrase of {self.who.name}"), "title")),
                [],
                line(t("   入れた文字は画面に出ません", "   What you type is not shown")),
                line(Span(t("   合言葉を変えるときは F6", "   F6 changes the passphrase"), "dim")),
            ]
            if left_s := self.desk_terminal.keyring.attempts.left_s(self.who.person):
                rows += [[], line(Span(f"   {tokens.WARN}{pause_words(left_s, t)}", "warn"))]
        rows += [[], line(t(f"   決定を待つ依頼 {len(desk.requests)}件", f"   {len(desk.requests)} requests wait"))]
        if desk.transfers:
            rows.append(
                line(t(f"   受取りを待つ書類 {len(desk.transfers)}件", f"   {len(desk.transfers)} to sign for"))
            )
        if desk.disposals:
            rows.append(
                line(t(f"   廃棄の承諾・立会い {len(desk.disposals)}件", f"   {len(desk.disposals)} disposals"))
            )
        if desk.erasures:
            rows.append(line(t(f"   承諾を待つ消去 {len(desk.erasures)}件", f"   {len(desk.erasures)} to consent to")))
        return rows

    def message(self) -> tuple[Line, Line]:
        if self.busy:
            return line(Span(tokens.REPLY + self.busy, "reply")), []
        keys = "  ".join(filter(None, (self.todo, self.code))) or self.t("Ctrl+X＝この端末を終える", "Ctrl+X=quit")
        return line(Span(f"{tokens.WARN}{self.note}" if self.note else "", "warn")), line(Span(f"   {keys}", "dim"))

    def prompt(self) -> Prompt:
        if self.new is not None:
            hint = self.t("Enter＝次へ  Esc＝やめる", "Enter=next  Esc=cancel")
            return Prompt(self.new.label, self.new.field.text, hint, secret=True)
        if self.who is None:
            return Prompt(self.t("職員番号か名前", "staff no."), self.field.text, self.t("Enter＝次へ", "Enter=next"))
        hint = self.t("Enter＝開く  Esc＝もどる", "Enter=open  Esc=back")
        return Prompt(self.t("合言葉", "passphrase"), self.field.text, hint, secret=True)

    def key(self, key: str, char: str) -> bool:
        if self.busy:
            return True
        if key == "ctrl+x":
            self.terminal.leave()
        elif key == "escape":
            self.shown()
        elif key == "f6" and self.who is not None and self.new is None:
            from tui.desk.new_passphrase import OfficersPassphrase

            self.hush()
            self.new = OfficersPassphrase(self, self.who)
        elif key == "enter" and self.new is not None:
            self.new.enter(self.new.field.take().strip())  # as it is typed at the lock screen
        elif key == "enter":
            self._enter()
        else:
            self.hush()
            if not (self.field if self.new is None else self.new.field).feed(key, char) and char:
                wide = not unicodedata.normalize("NFKC", char).isascii()
                self.note = self.t("半角/全角キーで日本語入力を切る", "Turn the input method off") if wide else ""
        return True

    def tap(self, what: str) -> None:
        if what.startswith("who:") and not self.busy and self.new is None:
            self.field.text = what[4:]
            self._enter()

    def _enter(self) -> None:
        text = self.field.take().strip()
        if self.who is not None:
            self.busy = self.t("合言葉を確かめています", "checking the passphrase")
            self.terminal.start(lambda: self._unlock(text))
            return
        found = find_person(self.people, text)
        if len(found) == 1:
            self.who = found[0]
            self.hush()
            self.field = Field(secret=True, longest=200)
        else:
            self.note = not_found(found, self.t)

    async def _unlock(self, passphrase: str) -> None:
        """Open the officer's key, or say why not."""
        assert self.who is not None
        opened = await open_key(self.desk_terminal.keyring, self.who, passphrase, self.t)
        self.busy = ""
        if isinstance(opened, Fault):
            self.refuse(opened)
        else:
            self.desk_terminal.sign_in(opened)
