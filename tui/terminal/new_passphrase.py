"""A new passphrase at the lock screen: changed by its owner, or reset by a manager because the old one is forgotten.

Either makes a new key, which a manager's renewal key on this terminal certifies. Questions come one after the other; a
passphrase that opens nothing is asked again where it was asked, since whoever reads that they may try again types it
wherever the screen stands. What was typed is gone with the answer, or with Esc.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from hub.client.link.connection import HubClient
from hub.client.people.newkey import cost_for, hand_in_change, hand_in_reset, make
from hub.domain.refusal import Refusal
from sync.errors import SyncError
from sync.keys.party import LockedPerson, Person
from sync.keys.passphrase import SHORTEST, check_passphrase
from sync.keys.renewalkey import RenewalKey
from tui.cells import Line, Span, line
from tui.field import Field
from tui.unlocking import Fault, fault_of, find_person, not_found, number_of

if TYPE_CHECKING:
    from tui.layer import Terminal
    from tui.words import Tongue

CHANGE = ("old", "new", "again", "manager", "words")
RESET = ("manager", "words", "new", "again")


class Page(Protocol):
    """What shows the conversation: a terminal's lock screen, or the desk's."""

    note: str
    todo: str
    busy: str

    @property
    def t(self) -> Tongue: ...
    @property
    def terminal(self) -> Terminal: ...
    @property
    def people(self) -> list[LockedPerson]: ...
    def hush(self) -> None: ...
    def refuse(self, fault: Fault) -> None: ...
    def shown(self) -> None: ...


class NewPassphrase:
    """One conversation about one person's passphrase; `page` shows it."""

    def __init__(self, page: Page, who: LockedPerson, *, reset: bool) -> None:
        self.page = page
        self.t = page.t
        self.who = who
        self.reset = reset
        self.manager: LockedPerson | None = None
        self.stages = list(RESET if reset else CHANGE)
        keys = page.terminal.keyring.renewals
        self.managers = [one for one in page.people if one.person in keys and not (reset and one.person == who.person)]
        if not reset and who in self.managers:
            # Their own renewal key certifies it, and opens with the passphrase that they change.
            self.manager, self.stages = who, ["old", "new", "again"]
        self._typed: dict[str, str] = {}
        self._by: Person | None = None
        """Who signs: opened with their passphrase, until the conversation ends."""
        self._key: RenewalKey | None = None
        self.field = self._field()

    @property
    def possible(self) -> bool:
        """Whether this terminal holds the key of a manager who may certify it."""
        return bool(self.managers)

    @property
    def stage(self) -> str:
        return self.stages[0]

    @property
    def label(self) -> str:
        """What row 23 asks for."""
        return self.t("管理者の番号", "manager's no.") if self.stage == "manager" else self.t("合言葉", "passphrase")

    def rows(self) -> list[Line]:
        """What the page says above the question."""
        t, name = self.t, self.who.name
        title = (
            t(f"  合言葉の再設定：{name} さん（忘れたとき）", f"  Reset the passphrase of {name}")
            if self.reset
            else t(f"  合言葉を変える：{name} さん", f"  Change the passphrase of {name}")
        )
        boss = self.manager.name if self.manager is not None else ""
        asked = {
            "old": t("   いまの合言葉を入れてください", "   Type the present passphrase"),
            "new": t(f"   {name} さんが、新しい合言葉を入れてください", f"   {name} types the new passphrase"),
            "again": t("   もう一度、同じ合言葉を入れてください", "   The same passphrase once more"),
            "manager": t(
                "   新しい鍵を認める管理者の番号を入れてください", "   Which manager vouches for the new key?"
            ),
            "words": t(f"   {boss} さんが、自分の合言葉を入れてください", f"   {boss} types their own passphrase"),
        }[self.stage]
        rows = [line(Span(title, "title")), [], line(asked), []]
        if self.stage == "manager":
            for one in self.managers:
                number = number_of(one, self.managers)
                rows.append([Span(f"   {number:>3} ", "key"), *line(one.name)])
        if self.stage == "new":
            rows += [
                line(Span(t(f"   {SHORTEST}文字から。英字・数字・記号", f"   {SHORTEST} characters or more"), "dim")),
                line(
                    Span(
                        t(
                            "   つながりのない言葉を3つほど並べると、おぼえやすく強い",
                            "   Three unrelated words are good",
                        ),
                        "dim",
                    )
                ),
                line(
                    Span(
                        t(
                            "   使えない：名前、数字だけ、キーの並び、12345678 など",
                            "   Not: names, only digits, rows of keys",
                        ),
                        "dim",
                    )
                ),
            ]
        return [*rows, [], line(Span(t("   Esc＝やめる（何も変わりません）", "   Esc=cancel; nothing changes"), "dim"))]

    def enter(self, text: str) -> None:
        """An answer to the question of this stage."""
        page, t = self.page, self.t
        page.hush()
        match self.stage:
            case "manager":
                found = find_person(self.managers, text)
                if len(found) != 1:
                    page.note = (
                        not_found(found, t)
                        if found
                        else t("その番号の管理者はいません。", "No manager of that number here.")
                    )
                    return
                self.manager = found[0]
            case "old" | "words":
                page.busy = t("合言葉を確かめています", "checking the passphrase")
                page.terminal.start(lambda: self._check(text))
                return
            case "new":
                try:
                    check_passphrase(text, (self.who.person, self.who.name))
                except SyncError as error:
                    page.refuse(fault_of(error, t))
                    return
            case "again" if text != self._typed["new"]:
                page.note = t("2回の合言葉がちがいます。はじめから入れてください。", "The two differ; type both again.")
                self.stages.insert(0, "new")
                self.field = self._field()
                return
        self._answered(text)

    def _answered(self, text: str) -> None:
        """On to the next question; the last one stays on the screen while the key is made."""
        page, t = self.page, self.t
        self._typed[self.stage] = text
        if len(self.stages) > 1:
            self.stages.pop(0)
            self.field = self._field()
        else:
            page.busy = t("新しい鍵を作っています", "making the new key")
            page.terminal.start(self._run)

    def _field(self) -> Field:
        return Field() if self.stage == "manager" else Field(secret=True, longest=200)

    # ------------------------------------------------------------------ doing it

    async def _check(self, words: str) -> None:
        """The next question where this passphrase opens what it must; else the same question again, as hidden as before."""
        page = self.page
        fault: Fault | None = None
        try:
            await self._open(words)
        except SyncError as error:
            fault = fault_of(error, self.t)
        finally:
            page.busy = ""
        if fault is None:
            self._answered(words)
        else:
            page.refuse(fault)

    async def _open(self, words: str) -> None:
        """Open what this stage's passphrase is for; as Keyring.unlock and Keyring.renewal."""
        keyring, manager = self.page.terminal.keyring, self.manager
        if self.stage == "old":
            self._by = await asyncio.to_thread(keyring.unlock, self.who, words)
        elif self.reset and manager is not None:
            self._by = await asyncio.to_thread(keyring.unlock, manager, words)
        if manager is not None:  # at "old" only where a manager changes their own
            self._key = await asyncio.to_thread(keyring.renewal, manager.person, words)

    async def _run(self) -> None:
        page, t = self.page, self.t
        try:
            answer = await self._made()
        except SyncError as error:
            answer = fault_of(error, t)
        finally:
            self._typed.clear()
            self._by = self._key = None
            page.busy = ""
        page.shown()
        if isinstance(answer, Fault):
            page.refuse(answer)
            return
        name = self.who.name
        page.note = (
            t(f"{name} さんの合言葉を再設定しました。", f"The passphrase of {name} was reset.")
            if self.reset
            else t(f"{name} さんの合言葉を変えました。", f"The passphrase of {name} was changed.")
        )
        page.todo = self.afterwards()

    def afterwards(self) -> str:
        """What the person has to know now."""
        return self.t(
            "前の合言葉は使えません。ほかの端末でも新しい合言葉です", "The old one is void, at every terminal."
        )

    async def _made(self) -> Fault | None:
        """Make the key and hand it in; why not, or None."""
        terminal, t, typed = self.page.terminal, self.t, self._typed
        client, party, station = terminal.client, terminal.party, terminal.station
        assert isinstance(client, HubClient) and party is not None and station is not None
        keyring, by, key = terminal.keyring, self._by, self._key
        assert by is not None and key is not None, "no stage is left before its passphrase has opened"
        now_ms = station.heard_ms()  # a key that begins later than the hub's clock has it is refused
        made = await asyncio.to_thread(make, party, key, self.who.person, typed["new"], keyring.secret(), now_ms)
        mine = self.manager is self.who
        if mine:
            await asyncio.to_thread(keyring.prepare, key, typed["new"], cost_for(party))
        answer = await (hand_in_reset(client, by, self.who, made) if self.reset else hand_in_change(client, by, made))
        if isinstance(answer, Refusal):
            if mine:
                await asyncio.to_thread(keyring.leave, key.person)
            return Fault(t(answer.ja, answer.en), t(answer.todo_ja, answer.todo_en), answer.code)
        if mine:
            await asyncio.to_thread(keyring.relock, key.person)
        return None
