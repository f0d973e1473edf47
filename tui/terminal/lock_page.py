"""The lock screen: find the hub, say who you are, prove it. Imports little: it is what paints first."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Protocol

from tui import tokens
from tui.cells import Line, Span, fit_line, line, spread
from tui.field import Field
from tui.frame_lines import rule
from tui.hub_address import typed_url
from tui.layer import Layer, Terminal

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from hub.client.link.discovery import FoundHub
    from hub.domain.queue.queue import Ticket
    from sync.errors import SyncError
    from sync.keys.party import LockedPerson, Person
    from sync.link.link import OtherKey
    from tui.terminal.new_passphrase import NewPassphrase
    from tui.unlocking import Fault


class Door(Terminal, Protocol):
    """A terminal that people come in at."""

    async def join(self, *urls: str) -> None:
        """Follow the hub at the first of these addresses that answers."""

    async def unlock(self, who: LockedPerson, passphrase: str) -> None:
        """Open a person's key and let them in, or say here why not."""

    async def take_over(self, person: Person, ticket: Ticket) -> None:
        """A colleague's ticket at this window becomes this person's; then they are signed in."""


class LockPage(Layer):
    """Three questions, one after the other: which hub, who, passphrase. And a fourth where a colleague's work waits."""

    modal = True

    def __init__(self, terminal: Door) -> None:
        super().__init__(terminal)
        self.door = terminal
        self.stage = "hub"
        self.note = ""
        self.todo = ""
        """Under the note: what to do."""
        self.code = ""
        """What the note is about, for whoever is asked."""
        self.busy = ""
        self.found: list[FoundHub] = []
        self.field = Field()
        self.who: LockedPerson | None = None
        self.other: OtherKey | None = None
        """A hub with our hub's name and another key has answered."""
        self.distrust: SyncError | None = None
        """Why the hub that answers is not believed."""
        self.attempt: asyncio.Task[object] | None = None
        """What is trying an address."""
        self.again: Callable[[], Awaitable[None]] | None = None
        """What Enter alone does where this terminal's own copy of the record keeps it from following a hub."""
        self.taking: tuple[Person, Ticket] | None = None
        """Who has proved who they are, and the ticket that they are asked to take over."""
        self.new: NewPassphrase | None = None
        """The conversation about a new passphrase, while there is one."""

    def shown(self) -> None:
        self.field = Field(self.terminal.hint if self.terminal.station is not None and self.who is None else "")
        self.stage = "who" if self.terminal.station is not None else "hub"
        self.who, self.taking, self.new, self.busy = None, None, None, ""
        self.hush()

    def hush(self) -> None:
        """Take away what was said."""
        self.note = self.todo = self.code = ""

    @property
    def people(self) -> list[LockedPerson]:
        """Who can sign in at this site."""
        return self.terminal.station.staff if self.terminal.station is not None else []

    @property
    def asked(self) -> Field:
        """Where what is typed now goes."""
        return self.new.field if self.new is not None else self.field

    def ask_take_over(self, person: Person, ticket: Ticket) -> None:
        """A colleague is still serving somebody at this window: this person goes on with it, or does not begin here."""
        self.stage, self.taking, self.field = "take", (person, ticket), Field()

    def refuse(self, fault: Fault) -> None:
        """Say why nobody was signed in; the next passphrase of the same person may be typed at once."""
        # While a pause runs the page itself counts it down: a sentence with the seconds would soon be untrue.
        self.note, self.todo, self.code = fault.text, "" if self._left_s() else fault.todo, fault.code

    # ------------------------------------------------------------------ picture

    def full(self, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
        """The whole screen, and where the cursor stands."""
        t, party = self.t, self.terminal.party
        training = party is not None and party.deployment.training
        mark = Span(t("【訓練】", "[TRAIN]"), "training") if training else Span("")
        site = f" {party.deployment.site}" if party is not None else ""
        link, away = self._link(width)
        rows = [
            spread([mark, *line(Span(t(" 出窓 demado", " demado"), "title"), site)], link, width),
            away,
            rule(width, training),
            [],
        ]
        stages = {"hub": self._hub_rows, "who": self._who_rows, "pass": self._pass_rows, "take": self._take_rows}
        if self.distrust is not None:
            from tui.distrust import rows as distrusted

            rows = [rows[0], *distrusted(t, self.distrust, training)]
        else:
            rows += self.new.rows() if self.new is not None else stages[self.stage]()
        rows = [*rows[: height - 4], *([[]] * (height - 4 - len(rows)))]
        if self.busy:
            rows.append(line(Span(f"{tokens.REPLY}{self.busy}", "reply")))
        else:
            rows.append(spread(line(Span(self.note, "warn")), line(Span(self.code, "dim"), " "), width))
        rows.append(line(Span(f"   {self.note if self.busy else self.todo}", "dim")))
        label = {
            "hub": t("ハブ", "hub"),
            "who": t("職員番号か名前", "staff no. or name"),
            "pass": t("合言葉", "passphrase"),
            "take": "n／y",
        }[self.stage]
        label = self.new.label if self.new is not None else label
        shown = "*" * len(self.asked.text) if self.asked.secret else self.asked.text
        typed = line(f" {label}> ", Span("n" if self.taking else shown, "input"))
        at = sum(len(s.text) + sum(unicodedata.east_asian_width(c) in "WF" for c in s.text) for s in typed)
        hint = (
            t("Enter＝やめる ", "Enter=cancel ")
            if self.taking
            else t("Enter＝次へ  Esc＝もどる ", "Enter=next  Esc=back ")
        )
        rows.append(spread([*typed, Span("_")], line(Span(hint, "dim")), width))
        keys = t("F1ヘルプ  F9 English  Ctrl+X終了", "F1 Help  F9 日本語  Ctrl+X Quit")
        if self.stage == "pass" and self.new is None:
            keys += t("  F6 合言葉を変える  F7 忘れた（管理者）", "  F6 change it  F7 forgotten (manager)")
        rows.append(line(Span(keys, "dim")))
        return [fit_line(row, width) for row in rows], (at, height - 2)

    def _link(self, width: int) -> tuple[Line, Line]:
        """How the hub is, and row 2: what is wrong where it is away or its record is not believed."""
        station = self.terminal.station
        if station is None:
            return [], []
        from hub.client.link.connection_state import ConnectionState
        from tui import frame  # not before there is a hub: the first picture does not wait for the rules

        shape, words, style = frame.link_words(station)
        away = station.away or station.client.state is ConnectionState.REFUSED
        return line(Span(shape + words, style), " "), frame.second_row(station, width) if away else []

    def _hub_rows(self) -> list[Line]:
        t = self.t
        rows = [
            line(
                Span(t("  1. ハブ（会場の箱）をえらぶ（番号と Enter）", "  1. Choose the hub: number, Enter"), "title")
            ),
            [],
        ]
        for number, hub in enumerate(self.found[:9], 1):
            mine = hub.ours
            words = f"{hub.name}  {hub.site}  {hub.address}"
            other = "" if mine else t("  べつの契約のハブ", "  of another contract")
            rows.append(
                [
                    Span(f"   {number} ", "key" if mine else "dim", f"hub:{number}"),
                    *line(Span(words + other, "" if mine else "dim")),
                ]
            )
        if not self.found:
            rows.append(
                line(
                    t(
                        "   さがしています。見つからないときは、下にアドレスを入れる",
                        "   Looking. Or type its address below",
                    )
                )
            )
            rows.append(
                line(
                    Span(
                        t(
                            "   例 192.168.10.1:7420（ハブの箱に書いてあります）",
                            "   such as 192.168.10.1:7420 (written on the hub)",
                        ),
                        "dim",
                    )
                )
            )
        if self.other is not None:
            rows += [
                [],
                line(Span(t("   答えたハブの鍵がちがいます", "   The hub that answered has another key"), "bad")),
                line(t("   知っている鍵 ", "   known    "), self.other.expected),
                line(t("   答えた鍵     ", "   answered "), Span(self.other.got, "warn")),
                line(Span(f"   {t(self.other.todo_ja, self.other.todo_en)}", "dim")),
            ]
        return rows

    def _who_rows(self) -> list[Line]:
        from tui.unlocking import number_of

        t, station, people = self.t, self.terminal.station, self.people
        rows = [line(Span(t("  2. だれですか", "  2. Who are you?"), "title")), []]
        for person in people:
            number = number_of(person, people)
            manages = station is not None and station.manages(person)
            job = t("管理者", "manager") if manages else t("従事者", "clerk")
            rows.append([Span(f"   {number:>3} ", "key", f"who:{number}"), *line(f"{person.name}  ", Span(job, "dim"))])
        rows += [[], *self._waiting()]
        return rows

    def _pass_rows(self) -> list[Line]:
        t = self.t
        name = self.who.name if self.who is not None else ""
        return [
            line(Span(t(f"  3. {name} さんの合言葉", f"  3. Passphrase of {name}"), "title")),
            [],
            line(
                t(
                    "   合言葉は画面に出ません。人をまちがえたら Esc で名前にもどります",
                    "   It is not shown. Esc goes back to the name",
                )
            ),
            [],
            *self._pause_rows(),
            *self._waiting(),
        ]

    def _take_rows(self) -> list[Line]:
        t, station = self.t, self.terminal.station
        assert self.taking is not None and station is not None
        _, ticket = self.taking
        who, window = station.name_of(ticket.clerk), station.window
        return [
            line(Span(t(f"  4. {ticket.number} を引き継ぐ", f"  4. Take {ticket.number} over"), "title")),
            [],
            line(
                t(
                    f"   {window}では {who} さんが {ticket.number} の方を対応しています。",
                    f"   {who} is serving {ticket.number} at {window}.",
                )
            ),
            line(
                t(
                    "   引き継ぐと、ここからはあなたの担当です。記録に残ります。",
                    "   From here on it is yours; the record says so.",
                )
            ),
            line(
                t(
                    f"   {who} さんの書きかけの印と数は、出しません。",
                    f"   Ticks and counts that {who} has not signed are not shown.",
                )
            ),
            [],
            [
                Span("   "),
                Span(t("[n] やめる", "[n] cancel"), "key", "n"),
                Span("     "),
                Span(t("[y] 引き継ぐ", "[y] take over"), "key", "y"),
            ],
        ]

    def _pause_rows(self) -> list[Line]:
        """How long this person is not let in here, counted down each second."""
        left_s = self._left_s()
        if not left_s:
            return []
        from tui.unlocking import pause_words

        t = self.t
        why = t("まちがいが続きました。", "Too many wrong passphrases. ")
        return [line(Span(f"   {tokens.WARN}{why}{pause_words(left_s, t)}", "warn")), []]

    def _left_s(self) -> int:
        return self.terminal.keyring.attempts.left_s(self.who.person) if self.who is not None else 0

    def _waiting(self) -> list[Line]:
        """Queue counts stay readable on a locked terminal: whoever passes by may see how many wait."""
        station = self.terminal.station
        if station is None or not station.booth.day.date:
            return []
        tally = station.booth.queue.tally
        return [
            line(
                Span(
                    self.t(
                        f"   本日 待ち{tally.get('waiting', 0)}  対応{tally.get('serving', 0)}",
                        f"   Today: {tally.get('waiting', 0)} waiting, {tally.get('serving', 0)} served",
                    ),
                    "dim",
                )
            )
        ]

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        # While an address is tried, another may be typed: nobody waits for a slip to time out.
        if self.busy and self.stage != "hub" and key not in ("ctrl+x", "f9"):
            return True
        match key:
            case "ctrl+x":
                self.terminal.leave()
            case "f9":
                self.t.switch()
            case "f1":
                self.note = self.t(
                    "番号と Enter、合言葉と Enter。終わるときは Ctrl+X",
                    "Number, Enter, passphrase, Enter. Ctrl+X quits",
                )
            case _ if self.taking is not None:
                self._answer(key, unicodedata.normalize("NFKC", char).lower() if char else "")
            case "escape":
                self._back()
            case "enter":
                self._enter()
            case "f6" | "f7" if self.stage == "pass" and self.new is None:
                self._new_passphrase(reset=key == "f7")
            case _:
                self.hush()
                if not self.asked.feed(key, char) and char:
                    self.note = self.t("半角/全角キーで日本語入力を切る", "Turn the Japanese input method off")
        return True

    def _answer(self, key: str, answer: str) -> None:
        if key in ("escape", "enter") or answer == "n":
            self.shown()
        elif answer == "y" and self.taking is not None:
            person, ticket = self.taking
            self.terminal.start(lambda: self.door.take_over(person, ticket))

    def _new_passphrase(self, *, reset: bool) -> None:
        from sync.keys.renewalkey import NoRenewalKey
        from tui.terminal.new_passphrase import NewPassphrase
        from tui.unlocking import fault_of

        assert self.who is not None
        new = NewPassphrase(self, self.who, reset=reset)
        if new.possible:
            self.new = new
            self.hush()
        else:
            self.refuse(fault_of(NoRenewalKey(), self.t))

    def tap(self, what: str) -> None:
        if what.startswith("who:") and not self.busy:
            self.field.text = what[4:]
            self._enter()
        elif what.startswith("hub:") and self.stage == "hub":
            self._choose(self.found[int(what[4:]) - 1])

    def _back(self) -> None:
        if self.attempt is not None:
            self.attempt.cancel()
        if self.stage == "pass":
            self.shown()  # a conversation about a new passphrase ends too, with what was typed
        self.field.text = ""
        self.hush()

    def _choose(self, hub: FoundHub) -> None:
        if not hub.ours:
            self.note = self.t(
                "そのハブはべつの契約のものです。つなぎません。", "That hub belongs to another contract."
            )
            return
        self.terminal.start(lambda: self.door.join(*hub.urls))

    def _enter(self) -> None:
        text = self.asked.take().strip()
        if self.new is not None:
            self.new.enter(text)
        elif self.stage == "hub":
            if text:
                self.terminal.start(lambda: self.door.join(typed_url(text)))
            elif self.again is not None and not self.busy:
                self.terminal.start(self.again)
        elif self.stage == "who":
            self._name(text)
        elif self.who is not None:
            who = self.who
            self.terminal.start(lambda: self.door.unlock(who, text))

    def _name(self, text: str) -> None:
        from tui.unlocking import find_person, not_found

        found = find_person(self.people, text)
        if len(found) == 1:
            self.who, self.stage, self.note = found[0], "pass", ""
            self.field = Field(secret=True, longest=200)
        else:
            self.note = not_found(found, self.t)
