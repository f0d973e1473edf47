"""One request on the desk: look, tick, choose, sign. Ticks are a draft of this person's; F8 alone signs."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hub.domain.identity.identity import FirstSigned, Outcome, Request, RequestPassedOn, by_video
from tui import tokens
from tui.cells import Line, Span, fit, line, spread
from tui.desk import more, video
from tui.desk.more import SECOND
from tui.desk.second_officer import SecondOfficer
from tui.desk.still_card import DeskStillCard
from tui.layer import Ask, Prompt, paragraphs
from tui.meeting import video_words
from tui.words import clock, span_words

if TYPE_CHECKING:
    from sync.keys.party import Person
    from tui.desk.screen import DeskTerminal

CHOICES = (
    (Outcome.CONFIRMED, "確認できた", "Confirmed"),
    (Outcome.REFUSED, "できない（理由）", "Refuse (reason)"),
    (Outcome.MORE_PAPERS, "書類が足りない", "More papers needed"),
    (Outcome.RETAKE, "撮り直し", "Look once more"),
)
"""Outcome and words; the reasons to choose from are the profile's, and another one can be typed."""


FEW = 5
"""Points that leave room for an empty row at 80x24."""


class RequestPane:
    """The right pane for one request."""

    def __init__(self, terminal: DeskTerminal, request: int) -> None:
        self.terminal = terminal
        self.id = request
        self.t = terminal.tongue
        self.ticks: set[str] = set()
        self.deciding = False
        """Digits choose a decision now; before that they tick."""
        self.choice: Outcome | None = None
        self.reason = ""
        self._quiet: set[str] = set()
        """Officers who gave the silent sign here. Nothing takes it back: whoever sees no answer may press again."""
        self._decided = False
        self._request = next(one for one in terminal.desk.requests if one.id == request)
        self._points = terminal.desk.points(self._request)
        self._restarts = self._request.video.restarts

    @property
    def request(self) -> Request:
        """As it is now; as it was last, when it has just ended."""
        known = self._request
        self._request = next((one for one in self.terminal.desk.requests if one.id == self.id), known)
        if self._request.video.restarts != self._restarts:
            self._begin_again()
        return self._request

    def _begin_again(self) -> None:
        """The picture was away for too long."""
        self._restarts = self._request.video.restarts
        self._start_anew()

    def _start_anew(self) -> None:
        """Somebody else looks, or the same officer again: as chance names it now, and nothing that was ticked stands."""
        self._points = self.terminal.desk.points(self._request)
        self.ticks.clear()
        self.deciding, self.choice, self.reason, self._decided = False, None, "", False

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        self._request = self.request
        return self._points

    @property
    def by_video(self) -> bool:
        profile = self.terminal.desk.profile
        return profile is not None and by_video(profile, self._request.method)

    @property
    def signed(self) -> bool:
        """An answer was signed: nothing more can be done here, though the case goes only when its proof has come."""
        return self._decided or self.id in self.terminal.desk.unconfirmed

    @property
    def complete(self) -> bool:
        return len(self.ticks) == len(self.points)

    @property
    def left_ms(self) -> int:
        return self.request.expires_ms - self.terminal.desk.now_ms()

    # ------------------------------------------------------------------ picture

    def title(self) -> Line:
        t, request, profile = self.t, self.request, self.terminal.desk.profile
        method = profile.method(request.method) if profile is not None else None
        words = (method.ja if t.japanese or not method.en else method.en) if method is not None else request.method
        left = self.left_ms
        due = (
            Span(t("期限が切れました", "expired"), "bad")
            if left <= 0
            else Span(
                t(f"決定の期限 あと{span_words(left)}", f"{span_words(left)} left"), "warn" if left < 120_000 else ""
            )
        )
        return spread(line(Span(f" {request.number}", "title"), f" {words} {request.window}"), line(due, " "), 52)

    def rows(self, cells: int) -> list[Line]:
        t, request = self.t, self.request
        shown = "、".join(request.documents) or t("（窓口で確認）", "(see the window)")
        rows = [
            self._papers_row(shown),
            self._video_row(),
            self._second_row(),
            line(Span(t("見て確かめる（数字で印）", "Look and check (digits tick)"), "title")),
        ]
        for number, (point, ja, en) in enumerate(self.points, 1):
            ticked = point in self.ticks
            mark = Span(tokens.DONE if ticked else tokens.WAIT, "done" if ticked else "")
            tap = "" if self.deciding else str(number)
            rows.append(
                [Span(f"[{number}]", "dim" if self.deciding else "key", tap), mark, Span(f" {t(ja, en)}", "", tap)]
            )
        if len(self.points) <= FEW:
            rows.append([])
        head = t("決定（1は印がそろうと選べます）", "Decision (1 needs every tick)")
        rows.append(line(Span(head, "title" if self.deciding else "dim")))
        rows += [self._choice_row(0, 2), self._choice_row(2, 4)]
        # Whole: it is signed as it stands here.
        rows += paragraphs(f"  {t('理由', 'reason')}：{self.reason}", cells) if self.reason else [[]]
        rows += [
            line(
                t(
                    f"この決定は {request.number}・この窓口だけに1回使えます",
                    f"Used once, for {request.number} at this window only",
                )
            ),
            line(t("書類の番号・生年月日は入力しません", "Never type document numbers or birth dates")),
        ]
        return rows

    def _papers_row(self, shown: str) -> Line:
        t, pictures = self.t, self.terminal.desk.stills(self.id)
        papers = Span(t(f"書類：{shown}   ", f"Papers: {shown}   "))
        if not pictures:
            return [papers, Span(t("静止画 なし", "no still"))]
        return [
            papers,
            Span("F7", "key", "f7"),
            Span(t(f"＝静止画{len(pictures)}枚", f"={len(pictures)} stills"), "", "f7"),
        ]

    def _video_row(self) -> Line:
        t, request = self.t, self.request
        if not self.by_video:
            return line(t("会場で、本人と書類を見て確かめます", "Look at person and papers at the booth"))
        style = "warn" if request.video.state == "lost" else ""
        return [Span("F6", "key", "f6"), Span(t(" 映像 ", " video ") + video_words(t, request.video), style, "f6")]

    def _second_row(self) -> Line:
        t, request = self.t, self.request
        if request.first:
            name = self.terminal.name_of(request.first)
            words = t(f"{name}さんが署名ずみ  F9-2＝2人目の職員", f"{name} has signed  F9-2=second officer")
            return line(Span(words, "warn"))
        profile = self.terminal.desk.profile
        if profile is not None and profile.city_check.second_officer("confirmed", request.documents):
            return line(t("2人の職員の署名がいります", "Two officers sign this one"))
        return []

    def _choice_row(self, first: int, end: int) -> Line:
        row: Line = []
        for number, (outcome, ja, en) in list(enumerate(CHOICES, 1))[first:end]:
            able = self.deciding and (outcome is not Outcome.CONFIRMED or self.complete)
            chosen = self.choice is outcome
            words = fit(f"{number} {self.t(ja, en)}", 23)
            row += [
                Span(tokens.BUSY if chosen else "  ", "busy" if chosen else ""),
                Span(words, "bold" if chosen else "" if able else "dim", str(number) if able else ""),
            ]
        return row

    def standing(self) -> tuple[Line, Line]:
        t, request, profile = self.t, self.request, self.terminal.desk.profile
        if self.signed:
            return (
                line(
                    Span(tokens.REPLY, "reply"),
                    t(
                        f"{request.number} の決定に署名しました。記録を待っています。",
                        f"{request.number}: signed, waiting for the record.",
                    ),
                ),
                line(
                    t(
                        "   切れていても、つながると送ります（この端末に保存ずみ）",
                        "   Kept here, and sent when the hub is back",
                    )
                ),
            )
        first = t(
            f"{request.number} を受けました（{clock(request.requested_ms)}）。",
            f"{request.number} came at {clock(request.requested_ms)}. ",
        )
        if request.video.state == "lost" and profile is not None:
            seconds = profile.city_check.video_lost_seconds
            return (
                line(
                    Span(tokens.WARN, "warn"),
                    t("映像が切れています。確認できたとは決定できません。", "The video is lost."),
                ),
                line(
                    t(
                        f"   つぎ：つながったら F6 の 1（{seconds}秒をこえると、確認は最初から）",
                        f"   Next: F6, 1 when it is back (after {seconds} s the check starts anew)",
                    )
                ),
            )
        missing = "・".join(str(n) for n, (point, _, _) in enumerate(self.points, 1) if point not in self.ticks)
        if self.choice is not None:
            return line(first), line(t("   つぎ：F8 で署名して決定", "   Next: F8 signs"))
        if missing and not self.deciding:
            todo = t(f"のこり {missing}。映像を見て、数字で印", f"left: {missing}. Watch, then tick by digit")
        else:
            todo = (
                t("Enter で決定へ", "Enter, then choose")
                if not self.deciding
                else t("数字で決定を選ぶ", "choose by digit")
            )
        return line(first), line(f"   {t('つぎ', 'Next')}：{todo}")

    def prompt(self) -> Prompt:
        t = self.t
        if self.signed:
            return Prompt(t("操作", "key"), "", t("F5＝次の依頼", "F5=next request"))
        if self.choice is not None:
            return Prompt(t("決定", "decision"), "", t("F8＝署名  Esc＝選び直す", "F8=sign  Esc=choose again"))
        if self.deciding:
            return Prompt(t("決定", "decision"), "", t("1から4  Esc＝印へ", "1 to 4  Esc=ticks"))
        return Prompt(t("印", "tick"), "", t("Enter＝決定へ", "Enter=decide"))

    # ------------------------------------------------------------------ keys

    def give_sign(self) -> None:
        """Whoever looks now decides under duress: their decision will say so to the city alone, and nothing shows it."""
        signer = self.terminal.signer(self.id)
        if signer is not None:
            self._quiet.add(signer.person)

    def key(self, key: str, char: str) -> bool:
        if self.signed:
            return False
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if key == "f7":
            if self.terminal.desk.stills(self.id):
                self.terminal.lay(DeskStillCard(self.terminal, self.id))
            else:
                self.terminal.warn(
                    self.t("静止画はまだありません。", "There is no still yet."),
                    self.t("要るときは、会場に頼みます（映像で）", "ask the booth by video"),
                )
        elif key == "enter":
            self.deciding = True
        elif key == "escape" and self.choice is not None:
            self.choice, self.reason = None, ""
        elif key == "escape" and self.deciding:
            self.deciding = False
        elif digit.isdecimal() and self.deciding:
            self._choose(int(digit))
        elif digit.isdecimal() and 0 < int(digit) <= len(self.points):
            self.ticks ^= {self.points[int(digit) - 1][0]}
            self.terminal.said = None
        else:
            return False
        return True

    def _choose(self, number: int) -> None:
        t = self.t
        if not 0 < number <= len(CHOICES):
            return
        outcome, ja, en = CHOICES[number - 1]
        profile = self.terminal.desk.profile
        reasons = profile.city_check.reasons_for(outcome.value) if profile is not None else ()
        if outcome is Outcome.CONFIRMED:
            if self.complete:
                self.choice, self.reason = outcome, ""
                self.terminal.said = None
            else:
                self.terminal.warn(
                    t("印がそろっていません。", "The checklist is incomplete."),
                    t("Esc で印へもどり、見て確かめる", "Esc, then check and tick"),
                    "identity.checklist",
                )
            return

        def answer(reason: str) -> None:
            if reason:
                self.choice, self.reason = outcome, reason
                self.terminal.said = None
            else:
                self.terminal.warn(t("理由がいります。", "A reason is needed."), "", "identity.reason")

        question = t(f"「{ja}」の理由", f"Why: {en}")
        hint = t("書類の番号や生年月日は書きません", "No document numbers, no birth dates")
        label = t("理由", "reason")
        self.terminal.lay(Ask(self.terminal, label, question, hint, answer, kana=True, choices=reasons))

    def why_not(self, key: str) -> str:
        if key == "f6" and not self.by_video:
            return self.t("この方式に映像はありません", "this method has no video")
        if key == "f7":
            return "" if self.terminal.desk.stills(self.id) else self.t("静止画はまだありません", "no still yet")
        if key == SECOND:
            return (
                ""
                if self.request.first
                else self.t("2人目の署名を待つ依頼ではありません", "no second officer is needed")
            )
        if self.signed:
            return self.t("署名ずみです。記録を待っています", "signed already; waiting for the record")
        if self.choice is None and key == "f8":
            return self.t("先に決定を選びます（印、Enter、数字）", "choose a decision first (ticks, Enter, digit)")
        return ""

    def act(self, key: str) -> None:
        """F6: the meeting. F8: sign what is chosen. F9 and a digit: to the next officer, a second one, once more."""
        match key:
            case more.PASS_ON:
                self._pass_on()
            case more.SECOND:
                self._second()
            case more.AGAIN:
                self._choose(1 + next(at for at, one in enumerate(CHOICES) if one[0] is Outcome.RETAKE))
            case "f6":
                self.terminal.lay(video.menu(self.terminal, self.request))
            case "f8":
                self._sign()

    def _pass_on(self) -> None:
        officer, desk, t, number = self.terminal.signer(self.id), self.terminal.desk, self.t, self.request.number
        assert officer is not None

        async def work() -> None:
            done = await self.terminal.ask(lambda: desk.pass_on(self.id, officer))
            given = next((one.given_to for one in done.events if isinstance(one, RequestPassedOn)), "") if done else ""
            if given:
                name = self.terminal.name_of(given)
                self._start_anew()
                self.terminal.say(t(f"{number} を {name} さんに回しました。", f"{number}: passed on to {name}."), "F5")

        self.terminal.said = None
        self.terminal.start(work)

    def _second(self) -> None:
        """A second officer comes; or goes, where they are here."""
        terminal, request = self.terminal, self.request
        if terminal.signer(self.id) is not terminal.officer:
            terminal.part()
            return

        def join(second: Person) -> None:
            self._start_anew()
            terminal.said = None
            terminal.join(self.id, second)

        terminal.lay(SecondOfficer(terminal, request.number, request.first, join))

    def _sign(self) -> None:
        officer, outcome = self.terminal.signer(self.id), self.choice
        assert officer is not None and outcome is not None
        t, request, desk = self.t, self.request, self.terminal.desk
        ja, en = next((one[1], one[2]) for one in CHOICES if one[0] is outcome)
        ticks = tuple(point for point, _, _ in self.points if point in self.ticks)
        quiet = officer.person in self._quiet

        async def work() -> None:
            done = await self.terminal.ask(
                lambda: desk.decide(request.id, officer, outcome, ticks, self.reason, duress=quiet)
            )
            if done is not None:
                self._decided = True
                if any(isinstance(event, FirstSigned) for event in done.events):
                    self.terminal.say(
                        t(
                            f"{request.number} に1人目として署名しました。まだ決まっていません。",
                            f"{request.number}: signed as the first of two; not decided yet.",
                        ),
                        t("2人目の職員が F9-2 で確かめる", "F9-2: a second officer looks"),
                    )
                    return
                if officer is not self.terminal.officer:
                    self.terminal.part()
                self.terminal.say(
                    t(
                        f"{request.number} を「{ja.partition('（')[0]}」と決定しました。記録 {done.index} 番。",
                        f"{request.number}: {en}. Entry {done.index}.",
                    ),
                    t("F5＝次の依頼", "F5=next request")
                    if any(one.id != self.id for one in desk.requests)
                    else t("次の依頼は、来ると左に出ます", "the next one appears on the left"),
                )
            else:
                self.choice = None
                self.terminal.cases.take_up_again(self.id)

        self.terminal.said = None
        self.terminal.start(work)
