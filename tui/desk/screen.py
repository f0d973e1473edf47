"""The city's desk without a screen library: who works here, the frame around its two pages, and what a key means now."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
import unicodedata
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui import frame_lines, tokens
from tui.cells import Line, Span, fit_line, line, line_width, spread, tail
from tui.desk.lock import DeskLock
from tui.desk.more import BOOTHS
from tui.distrust import DeskDistrust, banner
from tui.frame import CURSOR
from tui.hub_lost import refused_us
from tui.layered import LayeredTerminal
from tui.station import AWAY_S, REPEAT_S, SAID_S, SILENT_S, Said
from tui.words import clock, span_words

if TYPE_CHECKING:
    from hub.client.desk.desk import DeskClient
    from hub.client.desk.ways import Way
    from hub.client.link.connection import Done
    from hub.domain.refusal import Refusal
    from sync.errors import SyncError
    from sync.keys.party import Person
    from tui.layer import Prompt

FOOTER = (
    ("F1", "ヘルプ", "Help"),
    ("F5", "次の依頼", "Next"),
    ("F6", "映像", "Video"),
    ("F7", "静止画", "Still"),
    ("F8", "署名", "Sign"),
    ("F9", "ほか", "More"),
    ("Ctrl+L", "離席", "Leave"),
)
"""Fixed places, all of them within 80 cells; F1 says each in full."""

SILENT = "ctrl+o"
"""An officer's silent sign: in no list of keys."""

LEAVING_S = 2.0
"""A hub on the LAN answers at once; whoever closes the desk does not wait for one that is away."""


class DeskTerminal(LayeredTerminal):
    """One desk: locked until an officer proves who they are; then requests, and papers to sign for."""

    def __init__(
        self, desk: DeskClient, home: Path, *, hub: str | None = None, office: str | None = None, language: str = "ja"
    ) -> None:
        super().__init__(None, language)
        from hub.client.people.unlocking import Keyring
        from tui.desk.cases import CasesPage

        self.desk = desk
        self._keyring = Keyring(home)
        self.hub = hub
        self.office = office
        self.officer: Person | None = None
        self.second: tuple[int, Person] | None = None
        """A request, and the second officer who looks at it here while the first one keeps the seat."""
        self.said: Said | None = None
        self.lock = DeskLock(self)
        self.cases = CasesPage(self)
        self.page = self.lock
        self.began_at = time.monotonic()
        self.ready = lambda: self.start(self._join)
        self._pressed_at = 0.0
        self._asked_duty: set[int] = set()
        self._reported = 0
        desk.subscribe(self._heard)

    async def _join(self) -> None:
        if self.hub is not None:
            await self.desk.join_hub(self.hub, wait=False)
        if self.office is not None:
            await self.desk.join_office(self.office, wait=False)

    def _heard(self) -> None:
        self.changed()
        wrong = sum(len(report.commands) for report in self.desk.reports.values())
        if wrong > self._reported:
            t, names = self.tongue, "、".join(self.desk.reports)
            self.warn(
                t(
                    f"{names}：ハブが正しく記録していない操作が{wrong}件あります。",
                    f"{names}: {wrong} commands the hub did not honestly record.",
                ),
                t(
                    "責任者へ。報告はこの端末に残しました（evidence）",
                    "Tell the manager; the report is kept here (evidence).",
                ),
                "unrecorded.reported",
            )
        self._reported = wrong
        # A day that was opened after the officer had come on duty knows nobody: say it again, once for each request.
        new = {one.id for one in self.desk.requests if not one.officer} - self._asked_duty
        if new and self.officer is not None and self.desk.connected:
            self._asked_duty |= new
            self._attend(self.officer, True)

    # ------------------------------------------------------------------ who works here

    def name_of(self, person: str) -> str:
        """The family name of an officer's id."""
        known = next((one.name for one in self.desk.people if one.person == person), "")
        return known.split()[0] if known else person

    def signer(self, request: int) -> Person | None:
        """Who signs about a request now: its second officer while they are here, otherwise whoever sits here."""
        return self.second[1] if self.second is not None and self.second[0] == request else self.officer

    def join(self, request: int, second: Person) -> None:
        """A second officer looks at a request here; both are on duty meanwhile."""
        self.second = request, second
        self.touched()
        self._attend(second, True)

    def part(self) -> None:
        """The second officer goes; whoever has the seat stays."""
        if self.second is not None:
            _, second = self.second
            self.second = None
            self._attend(second, False)

    def sign_in(self, person: Person) -> None:
        """An officer has proved who they are: they are on duty from now on."""
        self.officer = person
        self.said = None
        self.touched()
        self.page = self.cases
        self.cases.shown()
        self._attend(person, True)
        self.changed()

    def sign_out(self, note: str = "") -> None:
        self.part()
        officer, self.officer = self.officer, None
        self.over.clear()
        self.said = self.at_once = None
        self.cases.shown()  # what was ticked and typed leaves the memory with the person
        self.page = self.lock
        self.lock.shown()
        self.lock.note = note
        if officer is not None:
            self._attend(officer, False)
        self.changed()

    def _attend(self, officer: Person, on_duty: bool) -> None:
        async def work() -> None:
            done = await self.ask(lambda: self.desk.attend(officer, on_duty))
            if done is not None and on_duty and self.said is None and self.second is None:
                self.say(self.tongue("担当につきました。依頼は順に来ます。", "On duty; requests come in turn."))

        if on_duty or self.desk.connected:
            self.start(work)

    # ------------------------------------------------------------------ what is said

    def say(self, text: str, todo: str = "") -> None:
        self.said = Said(tokens.DONE, "done", text, todo, until=time.monotonic() + SAID_S)
        self.changed()

    def warn(self, text: str, todo: str = "", code: str = "") -> None:
        self.said = Said(tokens.WARN, "warn", text, todo, code)
        self.changed()

    def refuse(self, refusal: Refusal) -> None:
        t = self.tongue
        prefix = "できません：" if t.japanese and not refusal.ja.startswith("できません") else ""
        code = refusal.data.get("fault", refusal.code)
        self.warn(prefix + t(refusal.ja, refusal.en), t(refusal.todo_ja, refusal.todo_en), code)

    def fault(self, error: SyncError) -> None:
        t = self.tongue
        self.said = Said(tokens.BAD, "bad", t(error.ja, error.en), t(error.todo_ja, error.todo_en), error.code)
        self.changed()

    async def ask(self, work: Callable[[], Awaitable[Done | Refusal]]) -> Done | None:
        """What the hub made of it; None where a rule refused it or it could not be sent, which is said."""
        from hub.client.link.connection import Done
        from sync.errors import SyncError

        try:
            result = await work()
        except SyncError as error:
            self.fault(error)
            return None
        if isinstance(result, Done):
            return result
        self.refuse(result)
        return None

    # ------------------------------------------------------------------ the picture

    def frame(self, width: int, height: int) -> tuple[list[Line], tuple[int, int]]:
        small = self.too_small(width, height)
        if small is not None:
            return small, (0, 0)
        if self.said is not None and self.said.until and time.monotonic() > self.said.until:
            self.said = None
        self._explain_refusal()
        body = self.layered_body(width, height - 6)
        layers = (*reversed(self.over), self.page)
        asked = next((message for layer in layers if (message := layer.message())), None)
        first, second = self.at_once or asked or self._said_rows(width)
        prompt = next((prompt for layer in layers if (prompt := layer.prompt())), None)
        row23, at = self._prompt_row(prompt, width)
        rows = [self._header(width), self._second_row(width), *body, first, second, row23, self._footer_row(width)]
        return [fit_line(row, width) for row in rows], (at, height - 2)

    def _explain_refusal(self) -> None:
        """A hub that is refused is explained over the page, once; Esc shows the cases again."""
        desk = self.desk
        if desk.refused_hub and desk.problem is not None and self.explained is None:
            self.explained = DeskDistrust(self, desk.problem, desk.party.deployment.training)
            self.over.append(self.explained)

    def refused_by(self) -> SyncError | None:
        """What keeps us from somebody who does answer: a withdrawn key, another deployment, a hub that was succeeded."""
        return next((why for one in self.desk.closed_by if (why := refused_us(one)) is not None), None)

    def _header(self, width: int) -> Line:
        t, deployment = self.tongue, self.desk.party.deployment
        training = deployment.training
        mark = Span(t("【訓練】", "[TRAIN]"), "training") if training else Span(t("【本番】", "[LIVE]"), "live")
        profile = self.desk.profile
        city = t(profile.source.city, profile.source.city_en) if profile is not None else deployment.contract
        names = [self.name_of(one.person) for one in (self.officer, self.second and self.second[1]) if one is not None]
        who = f"{'＋'.join(names)}({t('市の鍵', 'city')})" if names else ""
        left = [mark, *line(f"{city} {t('本人確認の窓口', 'identity desk')} {t.day(self.desk.now_ms())} | {who}")]
        shape, words, style = self._link_words()
        return spread(left, line(Span(f"{shape}{words} ", style), clock(self.desk.now_ms()), " "), width)

    def _link_words(self) -> tuple[str, str, str]:
        t, desk = self.tongue, self.desk
        if desk.refused_hub:
            return tokens.BAD, t("信用しない", "refused"), "bad"
        if not desk.connected:
            return tokens.BAD, t("切断", "cut"), "bad"
        lan = desk.lan
        if lan is not None and lan.ready and desk.age_s >= SILENT_S:
            return tokens.REPLY, t("応答待ち", "no answer"), "warn"
        return tokens.DONE, t("接続", "linked"), "done"

    def _second_row(self, width: int) -> Line:
        t, desk = self.tongue, self.desk
        if desk.refused_hub and desk.problem is not None:
            return fit_line(banner(t, desk.problem, width), width, "bad")
        if (why := self.refused_by()) is not None:
            return fit_line(banner(t, why, width), width, "bad")
        cut_s = int(desk.age_s or time.monotonic() - self.began_at)
        if not desk.connected and cut_s >= AWAY_S:
            words = t(
                f"切断 {cut_s}秒：ハブに届きません。署名した決定は保存し、つながると送ります",
                f"Cut for {cut_s} s: what you sign is kept and sent when the hub is back",
            )
            return fit_line(line(Span(tokens.BAD + words, "bad")), width, "bad")
        names = dict.fromkeys(one.officer for one in desk.requests if one.officer)
        if self.officer is not None:
            names = {self.officer.person: None, **names}
        duty = "・".join(map(self.name_of, names)) or tokens.OFF
        left = [
            Span(" "),
            *self._way(t("中継", "Office"), desk.office),
            *self._way(t("会場", "Site"), desk.lan),
            *line(f"| {t('担当', 'on duty')} {duty}", t("（順に割当て）", " (in turn)") if len(names) > 1 else ""),
        ]
        open_ = desk.requests
        if not open_:
            return spread(left, line(t("未決定 0件 ", "none undecided ")), width)
        oldest = span_words(desk.now_ms() - min(one.requested_ms for one in open_))
        words = t(f"未決定{len(open_)}件 最長{oldest} ", f"{len(open_)} undecided, oldest {oldest} ")
        return spread(left, line(Span(words, "warn" if len(open_) > 2 else "")), width)

    def _way(self, word: str, way: Way | None) -> Line:
        if way is None:
            return line(Span(f"{word}{tokens.OFF} ", "dim"))
        shape, style = (
            (tokens.DONE, "done") if way.ready else (tokens.REPLY, "reply") if way.linked else (tokens.BAD, "bad")
        )
        return line(word, Span(shape, style), " ")

    def _said_rows(self, width: int) -> tuple[Line, Line]:
        said = self.said
        if said is None:
            return self.cases.standing() if self.page is self.cases else ([], [])
        return frame_lines.said_rows(self.tongue, said, width)

    def _prompt_row(self, prompt: Prompt | None, width: int) -> tuple[Line, int]:
        """Row 23, and the cell where typing goes on. Nothing on a desk can be taken back: no key offers it."""
        if prompt is None:
            return [], 0
        label = line(f" {prompt.label}> ")
        text = "*" * len(prompt.text) if prompt.secret else prompt.text
        # Of a long sentence the end is shown: that is where one is writing.
        typed = [*label, Span(tail(text, width - line_width(label) - len(CURSOR) - 1), "input")]
        return [*typed, Span(CURSOR), Span("   "), Span(prompt.hint, "dim")], line_width(typed)

    def _footer_row(self, width: int) -> Line:
        spans: Line = []
        for key, ja, en in FOOTER:
            able = self.officer is not None and not self.cases.why_not(key.lower()) or key in ("F1", "F9")
            words = self.cases.label(key.lower()) or self.tongue(ja, en)
            if key == "F9" and self.officer is None:
                words = self.tongue("English", "日本語")
            spans += [Span(key + words, "" if able else "dim", key.lower()), Span(" ")]
        return fit_line(spans, width)

    # ------------------------------------------------------------------ keys

    def press(self, key: str, char: str, came_s: float | None = None) -> None:
        now = time.monotonic()
        self.measure_silence(came_s)
        if key == SILENT:
            if self.officer is not None:
                self.cases.give_sign()
            return  # before anything that a key does to the screen, also while a question lies over the case
        self.at_once = None
        held = key == "f8" and now - self._pressed_at < REPEAT_S
        if key == "f8":
            self._pressed_at = now
        if held:
            return  # a key held down, or a switch that bounces, signs once
        if key == "ctrl+c":
            self.warn(
                self.tongue("Ctrl+C では終わりません。", "Ctrl+C does not quit."),
                self.tongue("終わるときは Ctrl+L のあと Ctrl+X", "To quit: Ctrl+L, then Ctrl+X"),
            )
        elif key == "f9" and self.officer is None:
            self.tongue.switch()  # nobody is signed in: there is nothing else to choose
        elif self.taken(self.top, key, char):
            pass
        elif self.top.modal:
            self.warn(self.tongue("いまの質問に先に答えてください。", "Answer the question first."), "Esc")
        elif key == "ctrl+l":
            self.sign_out()
        elif key in BOOTHS:
            self.warn(
                self.tongue(f"{key.upper()} は会場の端末のキーです。", f"{key.upper()} is a key of the booth's."),
                self.tongue("F9＝ほかの操作  F1＝キーの一覧", "F9=more  F1=keys"),
            )
        elif key == "escape":
            self.said = None
        elif char and not unicodedata.normalize("NFKC", char).isascii():
            self.warn(
                self.tongue("日本語入力が入っています。", "The Japanese input method is on."),
                self.tongue("半角/全角キーで日本語入力を切る", "Turn it off with the Hankaku/Zenkaku key."),
            )
        self.changed()

    def tap(self, what: str) -> None:
        if len(what) == 1 or what in ("enter", "escape") or what.startswith(("f", "ctrl+")):
            self.press(what, what if len(what) == 1 else "")
        else:
            self.top.tap(what)
        self.changed()

    def go(self, name: str) -> None:
        """A desk has one page: whatever is asked for stands on it or is laid over it."""

    def tick(self) -> None:
        if self.officer is not None and self.desk.profile is not None:
            self.lock_when_idle(self.desk.profile.operation.idle_lock_minutes, self.warn)
        here = [one for one in (self.officer, self.second and self.second[1]) if one is not None]
        self.lock_when_revoked(here, self.desk.party.trust)
        self.changed()

    async def stop(self) -> None:
        """Leave: an officer who goes home is off duty, if the hub can still be told."""
        here = [one for one in (self.second and self.second[1], self.officer) if one is not None]
        self.officer = self.second = None
        if self.desk.connected:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEAVING_S):
                    for one in here:
                        await self.ask(functools.partial(self.desk.attend, one, False))
        await super().stop()
        await self.desk.close()
