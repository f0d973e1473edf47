"""One person at one terminal: who works here, what was said last, what is under way, and the one gate for commands.

Knows no textual: screens read it and redraw when `changed` is called.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from hub.client.link.commands import Done
from hub.client.link.connection_state import ConnectionState
from hub.client.views.liveway import LiveWay
from hub.client.views.photoway import PhotoWay
from hub.client.views.stillway import StillWay
from hub.client.views.vaultway import VaultWay
from hub.domain.booth import Booth, Command, Event
from hub.domain.contracts.contract import Profile
from hub.domain.custody.due import Owed
from hub.domain.day.day import Phase
from hub.domain.devices.effect import TRIES, EffectOutcome, EffectsReported, EffectState
from hub.domain.identity.identity import IdentityDecided, Outcome
from hub.domain.moment import iso_date
from hub.domain.queue.queue import Ticket, UndoAction
from hub.domain.refusal import Refusal
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.certificate import parse
from sync.keys.party import Deployment, LockedPerson, Person
from sync.keys.trust import TrustStore
from sync.messages import Status
from sync.record.unrecorded import Unrecorded
from tui import tokens
from tui.papers.owing import Owing
from tui.words import Tongue

REPEAT_S = 0.4
"""A key held down, or a switch that bounces, repeats faster than this; a person who means it twice does not."""

SILENT_S = 3.0
"""The hub beats once a second: three missed say 応答待ち."""

AWAY_S = 10.0
"""After this the banner with the age takes row 2."""

SAID_S = 10.0
"""How long a success stays on row 21; a refusal stays until the next success or Esc."""

HISTORY = 400
"""Entries kept for 記録を見る; older ones are in the record, not on a screen."""


class Client(Protocol):
    """What a station needs of a hub client (HubClient; the measuring booth of demo_booth.py)."""

    @property
    def people(self) -> list[LockedPerson]: ...
    @property
    def status(self) -> Status | None: ...
    @property
    def problem(self) -> SyncError | None: ...
    @property
    def state(self) -> ConnectionState: ...
    @property
    def junk(self) -> SyncError | None: ...
    @property
    def vault(self) -> VaultWay | None: ...
    @property
    def stills(self) -> StillWay | None: ...

    @property
    def photo(self) -> PhotoWay | None: ...
    @property
    def live(self) -> LiveWay | None: ...
    @property
    def profile(self) -> Profile | None: ...
    @property
    def booth(self) -> Booth: ...
    @property
    def unrecorded(self) -> tuple[Unrecorded, ...]: ...
    @property
    def size(self) -> int: ...
    @property
    def age_s(self) -> float: ...
    async def submit(self, command: Command, person: Person, *, version: int = 0) -> Done | Refusal: ...
    def subscribe(self, listener: Callable[[], None]) -> None: ...
    def on_events(self, listener: Callable[[int, tuple[Event, ...]], None]) -> None: ...
    async def mishap(self, device: str, code: str) -> None: ...
    async def close(self) -> None: ...


class Refused(Exception):
    """A rule said no to a command of a chain; the rest of the chain is not sent."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Said(NamedTuple):
    """Rows 21 and 22: what happened, and what to do."""

    shape: str
    style: str
    text: str
    todo: str = ""
    code: str = ""
    until: float = 0.0
    """time.monotonic(); 0: stays."""


class Undo(NamedTuple):
    ticket: int
    entry: int
    what: str


class Station:
    """The state behind every screen of one terminal."""

    def __init__(self, deployment: Deployment, client: Client, window: str, tongue: Tongue) -> None:
        self.deployment = deployment
        self.client = client
        self.window = window
        self.tongue = tongue
        self.trust: TrustStore | None = None
        """By which is known who is still here; a demonstration has none."""
        self.person: Person | None = None
        self.said: Said | None = None
        self.pending = ""
        self.undo: Undo | None = None
        self.key = ""
        """The key that is being handled: a command is begun once per press of it."""
        self.key_at = 0.0
        """time.monotonic() of that press: what it begins may have waited for a passphrase to be checked."""
        self.history: deque[tuple[int, tuple[Event, ...]]] = deque(maxlen=HISTORY)
        self._owing = Owing()
        self._recorded = 0
        """Commands of what is being done now that have their entry."""
        self._own: deque[int] = deque(maxlen=HISTORY)
        """Entries that this station's people made: only their device faults are this row's business."""
        self.changed: Callable[[], None] = lambda: None
        self._pressed_at: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None
        self._unrecorded = 0
        self._junk: SyncError | None = None
        self._status: Status | None = None
        self._status_at = 0.0
        client.subscribe(self._heard)
        client.on_events(self._on_events)

    # ------------------------------------------------------------------ what is true

    @property
    def booth(self) -> Booth:
        return self.client.booth

    @property
    def profile(self) -> Profile:
        profile = self.client.profile
        assert profile is not None, "screens are shown after the hub's welcome"
        return profile

    def manages(self, person: Person | LockedPerson | None) -> bool:
        """Whether this is one of the people who answer for the site: the contract says which roles do."""
        return person is not None and not self.profile.managing.isdisjoint(person.roles)

    def manager_names(self) -> str:
        """Who can be asked."""
        return "、".join(person.name for person in self.staff if self.manages(person))

    @property
    def staff(self) -> list[LockedPerson]:
        """Who works here today: whom the hub serves, without those whose key was revoked."""
        from tui.unlocking import still_here

        return still_here(self.client.people, self.trust)

    @property
    def open(self) -> bool:
        return self.booth.day.phase is not Phase.CLOSED

    @property
    def over(self) -> bool:
        """Whether today's session has been opened and closed: a rehearsal's clock runs on to the handover after it."""
        day = self.booth.day
        ended = day.phase is Phase.CLOSED and day.closed_ms > 0
        return ended and (self.deployment.training or day.date == iso_date(self.now_ms()))

    def why_not_open(self) -> str:
        """Why nothing can be done with the queue now."""
        if self.over:
            return self.tongue("本日は閉場しました（F4-7）", "the day is closed (F4-7)")
        return self.tongue("まだ開場していません（F4-7）", "the day is not open (F4-7)")

    @property
    def mine(self) -> Ticket | None:
        """The ticket that is called to this window, or served at it."""
        ticket = self.booth.queue.windows.get(self.window)
        return None if ticket is None else self.booth.queue.tickets[ticket]

    @property
    def live(self) -> bool:
        return self.client.state is ConnectionState.LIVE and self.client.age_s < SILENT_S

    @property
    def away(self) -> bool:
        """Whether the banner is up: what is shown is old, and nothing can be sent."""
        return self.client.state is ConnectionState.REFUSED or self.client.age_s >= AWAY_S

    def still_owed(self) -> list[Owed]:
        """What the city has not signed for, the most urgent first."""
        return self._owing.of(self.booth, self.profile)

    def now_ms(self) -> int:
        """The hub's time, as far as it is known: people and record must mean the same minute."""
        if self._status is None:
            return self.booth.latest_ms or real_ms()
        # A beat comes each second; more than that is not added, since a rehearsal's clock may stand still.
        return self._status.at_ms + min(1000, int((time.monotonic() - self._status_at) * 1000))

    def heard_ms(self) -> int:
        """The hub's time as it last said it: never ahead of its clock, as now_ms() is by a second where that stands still."""
        return self.now_ms() if self._status is None else self._status.at_ms

    @property
    def date(self) -> str:
        """Today as the hub has it (YYYY-MM-DD)."""
        return iso_date(self.now_ms())

    def clock_ms(self) -> int:
        """The time of day to show: it goes on while the hub is silent, which what is shown does not."""
        if self._status is None or self.deployment.training:
            return self.now_ms()
        return self._status.at_ms + int((time.monotonic() - self._status_at) * 1000)

    @property
    def others(self) -> Ticket | None:
        """The ticket at this window that another person answers for: taken over before anything else is done here."""
        mine = self.mine
        return mine if mine is not None and self.person is not None and mine.clerk != self.person.person else None

    def leave(self) -> None:
        """Nobody works here now. What was begun is not continued, and nothing of it is said to whoever comes next."""
        if self._task is not None:
            self._task.cancel()  # a command that is on its way gets its entry all the same: see submit
        self.person, self.said, self.undo, self.pending, self.key = None, None, None, "", ""
        self._pressed_at.clear()

    def name_of(self, person: str) -> str:
        """How people call each other: the family name of a person's id."""
        known = next((one.name for one in self.client.people if one.person == person), "")
        return known.split()[0] if known else person

    def _heard(self) -> None:
        self._follow_renewal()
        if self.client.status is not self._status:
            self._status, self._status_at = self.client.status, time.monotonic()
        wrong = len(self.client.unrecorded)
        if wrong > self._unrecorded:
            self._say_unrecorded(self.client.unrecorded[-1], wrong)
        self._unrecorded = wrong
        junk = self.client.junk
        if junk is not None and junk is not self._junk:
            t = self.tongue
            whose = str(junk.data.get("people", ""))
            self.said = Said(
                tokens.BAD, "bad", f"{t(junk.ja, junk.en)} {whose}", t(junk.todo_ja, junk.todo_en), junk.code
            )
        self._junk = junk
        self.changed()

    def _follow_renewal(self) -> None:
        """Somebody who works here has a new certificate for the same key: from now on they sign under that one."""
        person = self.person
        kept = next((one for one in self.client.people if person is not None and one.person == person.person), None)
        if person is None or kept is None or kept.certificate == person.certificate:
            return
        if parse(kept.certificate).subject == person.signer.public:
            self.person = Person(person.signer, kept.certificate, person.name, kept.chain)

    def _say_unrecorded(self, last: Unrecorded, count: int) -> None:
        t, silent = self.tongue, last.fault == "unanswered"
        ja = f"ハブが{'答えない' if silent else '正しく記録していない'}操作が{count}件あります。"
        en = f"{count} commands the hub {'does not answer' if silent else 'did not honestly record'}."
        todo = t(
            "管理者へ。控えはこの端末にあります（demado record missing）", "Tell the manager: demado record missing"
        )
        self.said = Said(tokens.BAD, "bad", t(ja, en), todo, f"commands.{last.fault}")

    def _on_events(self, index: int, events: tuple[Event, ...]) -> None:
        self.history.append((index, events))
        for event in events:
            if isinstance(event, EffectsReported):
                for outcome in event.outcomes:
                    if outcome.entry in self._own and outcome.state in (EffectState.FAILED, EffectState.UNSURE):
                        self._device_failed(outcome)
            elif isinstance(event, IdentityDecided):
                mine = self.mine
                if mine is not None and mine.number == event.number:
                    self._city_answered(event)

    def _device_failed(self, outcome: EffectOutcome) -> None:
        t = self.tongue
        effect = self.booth.effects.open.get((outcome.entry, outcome.kind))
        if effect is None:
            return
        device = t(*tokens.DEVICE_WORDS.get(tokens.device_of(effect.kind), (effect.kind, effect.kind)))
        unsure = outcome.state is EffectState.UNSURE
        shape, style = (tokens.UNSURE, "unsure") if unsure else (tokens.BAD, "bad")
        if effect.kind in TRIES:
            self.warn(
                t(f"{device}を試した結果が分かりません。", f"Nobody knows how the try of {device} ended."),
                t("F4-6 で n／y を答える", "Answer n/y at F4-6."),
                outcome.code,
            )
            return
        ja = f"{effect.number} の{device}：{'できたか分かりません' if unsure else 'できませんでした'}。番号は有効です。"
        en = f"{effect.number}, {device}: {'unsure' if unsure else 'failed'}. The number stands."
        todo = t("紙か声で知らせ、F4-6 で n／y を答える", "Tell them on paper or aloud; answer n/y at F4-6.")
        if effect.kind in ("ticket", "reprint") and not unsure:
            todo = t(
                f"紙に「{effect.number}」と書いて渡し、その行で Enter",
                f"Write {effect.number} on paper, hand it over, Enter on its row.",
            )
        self.said = Said(shape, style, t(ja, en), todo, outcome.code)

    def _city_answered(self, event: IdentityDecided) -> None:
        t = self.tongue
        if event.outcome is Outcome.CONFIRMED:
            self.say(t(f"{event.number} の本人確認：市が確認しました。", f"{event.number}: confirmed by the city."))
        else:
            said = t("市の決定が来ました（確認できていません）。", "the city has decided: not confirmed.")
            self.warn(f"{event.number}：{said}", t("理由は右に出ています", "The reason is on the right."))

    # ------------------------------------------------------------------ what is said

    def say(
        self, text: str, todo: str = "", *, shape: str = tokens.DONE, style: str = "done", stays: bool = False
    ) -> None:
        self.said = Said(shape, style, text, todo, until=0.0 if stays else time.monotonic() + SAID_S)
        self.changed()

    def warn(self, text: str, todo: str = "", code: str = "") -> None:
        """Something that could not be done, and what to do."""
        self.said = Said(tokens.WARN, "warn", text, todo, code)
        self.changed()

    def refuse(self, refusal: Refusal) -> None:
        t = self.tongue
        prefix = "できません：" if t.japanese and not refusal.ja.startswith("できません") else ""
        self.warn(prefix + t(refusal.ja, refusal.en), t(refusal.todo_ja, refusal.todo_en), refusal.code)

    def fault(self, error: SyncError) -> None:
        t = self.tongue
        self.said = Said(tokens.BAD, "bad", t(error.ja, error.en), t(error.todo_ja, error.todo_en), error.code)
        self.changed()

    def hush(self) -> None:
        self.said = None
        self.changed()

    def expire(self) -> None:
        """Take away what has been said long enough, and the undo that is over."""
        if self.said is not None and self.said.until and time.monotonic() > self.said.until and not self.undo_left:
            self.said = None
        if self.undo is not None and not self.undo_left:
            self.undo = None

    # ------------------------------------------------------------------ the gate

    def pressed(self, key: str) -> None:
        """A key was pressed, and is now given to whoever knows it."""
        self.key, self.key_at = key, time.monotonic()

    def begin(self, doing: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Begin one command, or a chain of them, for this press. A repeat, or a press before the answer, is dropped.

        The action shows as pending at once; what it made shows only after its commit.
        """
        t = self.tongue
        # Not 0: what one press begins after another thing that it began is no second press.
        repeat = 0 < self.key_at - self._pressed_at.get(self.key, -1.0) < REPEAT_S
        self._pressed_at[self.key] = self.key_at  # a key held down stays dropped until it is let go
        if self.pending:
            self.warn(
                t(
                    "前の操作の返事を待っています。2回目は送っていません。",
                    "Still waiting; the second press was not sent.",
                ),
                t("返事が出るまでお待ちください", "Wait for the answer."),
                "press.pending",
            )
            return False
        if repeat:
            self.warn(
                t("続けて押されたので、1回だけ行いました。", "Pressed twice in a row: done once."),
                t("もう一度行うときは、少し待って押す", "To do it again, wait a moment."),
                "press.repeat",
            )
            return False
        self.pending = doing
        self.undo = None
        self._task = asyncio.create_task(self._run(work), name=doing)
        self.changed()
        return True

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        self._recorded = 0
        try:
            await work()
        except (Refused, SyncError) as error:
            if self._recorded:
                self._half_done(error)
            elif isinstance(error, Refused):
                self.refuse(error.refusal)
            else:
                self.fault(error)
        finally:
            if self._task is asyncio.current_task():
                self.pending = ""
                self.changed()

    async def submit(self, command: Command, *, version: int = 0, person: Person | None = None) -> Done:
        """Sign and send; Refused or a SyncError if it did not become an entry."""
        signer = person or self.person
        assert signer is not None, "nobody is signed in"
        # Shielded: whoever locks the screen meanwhile ends what the screen does, never a command in the middle.
        sent = asyncio.ensure_future(self.client.submit(command, signer, version=version))
        sent.add_done_callback(_ended)
        answer = await asyncio.shield(sent)
        if isinstance(answer, Refusal):
            raise Refused(answer)
        self._own.append(answer.index)
        self._recorded += 1
        return answer

    def _half_done(self, error: Refused | SyncError) -> None:
        """Of what takes two commands the first is in the record and the second is not: never that nothing was sent."""
        t = self.tongue
        if isinstance(error, Refused):
            why, code = t(error.refusal.ja, error.refusal.en), error.refusal.code
        else:
            why, code = t("ハブに届きません。", "The hub does not answer."), error.code
        text = t(f"途中まで記録しました。残りは：{why}", f"Recorded in part. The rest: {why}")
        self.said = Said(
            tokens.BAD,
            "bad",
            text,
            t("画面で残りを確かめて、続きから行う", "See what is left, and go on from there."),
            code,
        )
        self.changed()

    # ------------------------------------------------------------------ taking back

    @property
    def undo_left(self) -> int:
        """Seconds in which the last action can still be taken back; 0 if there is none."""
        ticket = self.booth.queue.tickets.get(self.undo.ticket) if self.undo is not None else None
        if ticket is None or self.undo is None or ticket.changed_at != self.undo.entry:
            return 0
        since = self.now_ms() - ticket.changed_ms
        return max(0, self.profile.operation.undo_seconds - max(0, since) // 1000)

    def done(self, text: str, done: Done, ticket: int) -> None:
        """A queue action became an entry: say so, and offer to take it back."""
        self.undo = Undo(ticket, done.index, text)
        self.say(text)
        # What became of the print may be known before the answer is: it came in the same message.
        for held in self.booth.effects.open.values():
            if held.entry == done.index and held.state in (EffectState.FAILED, EffectState.UNSURE):
                self._device_failed(EffectOutcome(held.entry, held.kind, held.state, held.code))

    def take_back(self) -> None:
        """Ctrl+Z: undo the last queue action, as a new entry."""
        t, undo = self.tongue, self.undo
        if undo is None or not self.undo_left:
            self.warn(
                t("取り消せる操作がありません。", "Nothing to undo."),
                t("F9-7 で訂正してください", "Correct it with F9-7."),
                "queue.undo_nothing",
            )
            return
        ticket = self.booth.queue.tickets[undo.ticket]

        async def work() -> None:
            await self.submit(UndoAction(undo.ticket, undo.entry))
            self.undo = None
            voided = self.booth.queue.tickets[undo.ticket].state.value == "void"
            paper = t(
                "紙の番号札を回収してください。番号は使いません", "Take the paper back; the number is not used again."
            )
            self.say(
                t(f"{ticket.number} の操作を取り消しました。", f"{ticket.number}: taken back."), paper if voided else ""
            )

        self.begin(t("取り消しています", "taking it back"), work)


def _ended(sent: asyncio.Future[Done | Refusal]) -> None:
    """Take note of an outcome that nobody may be waiting for any more: the record shows it."""
    if not sent.cancelled():
        sent.exception()
