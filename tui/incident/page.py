"""One incident: what is known, what is owed to the city and by when; one digit for each thing that can be done."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from hub.domain.incident.course import (
    AT_ONCE,
    RateIncident,
    Severity,
    TakeMeasure,
    plan,
    steps_left,
    unreportable,
    untold_ms,
)
from hub.domain.incident.incident import UNKNOWN_ITEMS, AddFact, CloseIncident, Incident, SubmitReport, TellCity, dues
from hub.domain.incident.rules import LONGEST_TEXT, IncidentCommand
from hub.domain.incident.words import CATEGORIES, SEVERITIES
from tui import documents, tokens
from tui.cells import Line, Span, line
from tui.frame_lines import rule
from tui.layer import Ask, Layer, Menu, Prompt, Terminal, key_row, paragraphs
from tui.words import at_minute, hour_minute


class IncidentPage(Layer):
    """Laid over whatever screen F12 was pressed on; Esc goes back there."""

    modal = True

    def __init__(self, terminal: Terminal, incident: int) -> None:
        super().__init__(terminal)
        self.incident = incident

    @property
    def held(self) -> Incident | None:
        """None once it is closed."""
        return self.station.booth.incidents.open.get(self.incident)

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, held = self.t, self.held
        if held is None:
            return [line(Span(t(" 閉じられました。Esc でもどる", " Closed. Esc goes back"), "title"))]
        rows: list[Line] = [
            line(Span(f" {held.number}  {t(*CATEGORIES[held.category])}", "title")),
            rule(min(width, 80), self.station.deployment.training),
            line(
                t(
                    f" 起きた {hour_minute(held.happened_ms)}   札 {'、'.join(held.tickets) or 'なし'}",
                    f" At {hour_minute(held.happened_ms)}   tickets {', '.join(held.tickets) or 'none'}",
                )
            ),
            *self._owed(held),
            *self._course(held),
            [],
        ]
        facts: list[Line] = []
        for fact in held.facts:
            said = f" {hour_minute(fact.at_ms)} {self.station.name_of(fact.by)}：{fact.text}"
            facts += paragraphs(said, min(width, 80) - 1)
        keys = self._keys(held)
        room = max(1, height - len(rows) - len(keys) - 1)
        if len(facts) > room:  # the newest are what somebody goes on from; the report has them all
            facts = [line(t(" …（前の分は報告書に）", " ... (earlier ones are in the report)")), *facts[1 - room :]]
        return [*rows, *facts, [], *keys]

    def _owed(self, held: Incident) -> list[Line]:
        t = self.t
        if held.told_ms:
            told = line(
                Span(tokens.DONE, "done"),
                t(
                    f" 市へ第一報 {hour_minute(held.told_ms)} {held.told}",
                    f" city told {hour_minute(held.told_ms)} {held.told}",
                ),
            )
        else:
            told = line(
                Span(tokens.WARN, "warn"),
                t(" 市へまだ知らせていません：いま電話してください", " the city does not know: telephone now"),
            )
        rows = [line(" ", *told)]
        for due in dues(held, self.station.profile):
            when = due.word or ""
            if due.due is not None:
                left = (due.due - dt.date.fromisoformat(self.station.date)).days
                when = t(
                    f"{due.due.month}月{due.due.day}日まで（{'期限を過ぎました' if left < 0 else f'あと{left}日'}）",
                    f"by {due.due} ({'overdue' if left < 0 else f'{left} days left'})",
                )
            shape = Span(tokens.DONE, "done") if held.reported_ms else Span(tokens.WAIT, "warn")
            rows.append(line(" ", shape, f" {due.deliverable}：{when}（{due.clause}）"))
        return rows

    def _course(self, held: Incident) -> list[Line]:
        """How grave it is and how many it touched; the plan's steps with their times."""
        t, now_ms = self.t, self.station.now_ms()
        grave = t(*SEVERITIES[Severity(held.severity)]) if held.severity else t("まだ", "not said")
        items = t("まだ", "not said") if held.items == UNKNOWN_ITEMS else t(f"{held.items}件", str(held.items))
        words = t(f" 重さ {grave}   何人分 {items}", f" severity {grave}   items {items}")
        if not held.told_ms:
            minutes = untold_ms(held, now_ms) // 60_000
            words += t(f"   未報告 {minutes}分", f"   untold {minutes} min")
        at_once = held.severity in AT_ONCE and not held.told_ms
        rows = [line(Span(words, "warn" if at_once else ""))]
        when = {one.step: hour_minute(one.at_ms) for one in held.measures}
        steps = [
            f"{tokens.DONE if at in when else tokens.WAIT}{at + 1}{step}{' ' + when[at] if at in when else ''}"
            for at, step in enumerate(plan(held, self.station.profile))
        ]
        return rows + (paragraphs(" " + t("計画 ", "plan ") + "　".join(steps), 79) if steps else [])

    def _keys(self, held: Incident) -> list[Line]:
        t = self.t
        why = self._why_not_close()
        return [
            key_row("1", t("事実を加える", "add a fact")),
            key_row("2", t("市へ知らせた（第一報）", "the city was told"), dim=bool(held.told_ms)),
            key_row("3", t("報告書をつくる（PDF）", "make the report (PDF)")),
            key_row("4", t("報告書を市へ出した", "the report was handed in"), dim=not held.told_ms),
            key_row("5", t(f"閉じる（管理者）{why}", f"close (manager) {why}"), dim=bool(why)),
            key_row("6", t("重さ・何人分か", "how grave, how many people's")),
            *(
                [key_row("7", t("計画の段をした", "a step of the plan was taken"))]
                if steps_left(held, self.station.profile)
                else []
            ),
        ]

    def _why_not_close(self) -> str:
        if self.station.manages(self.station.person):
            return ""
        return self.t("：管理者がします", ": the manager does this")

    def prompt(self) -> Prompt:
        return Prompt(self.t("番号", "No."), "", self.t("数字でえらぶ  Esc＝もどる", "choose by digit  Esc=back"))

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            self.terminal.close(self)
            return True
        do = {
            "1": self._add,
            "2": self._tell,
            "3": self._make,
            "4": self._submit,
            "5": self._close,
            "6": self._rate,
            "7": self._measure,
        }.get(char)
        held = self.held
        if do is None or held is None:
            return False
        do(held)
        return True

    def _add(self, held: Incident) -> None:
        t = self.t
        self._ask(
            t("分かったこと・したこと（お名前は書かない）", "What became known, or was done? Name nobody."),
            lambda text: self._send(AddFact(held.id, text), t("加えました。", "Added.")),
        )

    def _tell(self, held: Incident) -> None:
        t, station = self.t, self.station

        def whom(text: str) -> None:
            now_ms = station.now_ms()
            at_ms = at_minute(text, now_ms)
            if at_ms is None:
                station.warn(
                    t("時刻を4けたで入れてください。", "Four digits, such as 0935."),
                    t("2 でもう一度", "2 again"),
                    "incident.time",
                )
                return
            told_ms = max(at_ms, held.happened_ms) if at_ms // 60_000 == held.happened_ms // 60_000 else at_ms
            self._ask(
                t("市のどこへ、どうやって（例 市民課 電話）", "Which office, how (such as: citizens' desk, telephone)"),
                lambda who: self._send(
                    TellCity(held.id, told_ms, who), t("第一報を記録しました。", "The first word is recorded.")
                ),
            )

        self.terminal.lay(
            Ask(
                self.terminal,
                t("時刻", "time"),
                t("市へ知らせた時刻", "When was the city told?"),
                t("4けた 例 0940。いまなら Enter", "four digits; Enter: now"),
                whom,
                text=hour_minute(station.now_ms()).replace(":", ""),
            )
        )

    def _make(self, held: Incident) -> None:
        from hub.documents.incident_report import incident_report

        profile = self.station.profile
        if (refusal := unreportable(held, profile)) is not None:
            self.station.refuse(refusal)
            return
        documents.make(
            self.terminal,
            held.number,
            f"{held.number} の報告書",
            f"the report on {held.number}",
            lambda made: incident_report(held, profile, made),
        )

    def _submit(self, held: Incident) -> None:
        t, station = self.t, self.station
        path = documents.path_of(self.terminal, held.number)
        if not path.exists():
            station.warn(
                t("この端末に報告書がありません。", "This terminal has made no report."),
                t("3 でつくって出したあと、4 を押す", "make it with 3, hand it in, then 4"),
                "incident.report_missing",
            )
            return
        digest = hashlib.sha256(path.read_bytes()).digest()
        self._ask(
            t("市のどこへ出しましたか", "To which office was it handed?"),
            lambda who: self._send(
                SubmitReport(held.id, digest, who), t("報告書を出したと記録しました。", "Recorded as handed in.")
            ),
        )

    def _rate(self, held: Incident) -> None:
        t, kinds = self.t, list(Severity)
        entries = [(str(at), t(*SEVERITIES[kind]), "") for at, kind in enumerate(kinds, 1)]

        def items(kind: Severity) -> None:
            def answer(text: str) -> None:
                if text and not text.isdecimal():
                    self.station.warn(
                        t("数字で入れてください。", "Digits only."), t("6 でもう一度", "6 again"), "incident.items"
                    )
                    return
                rated = RateIncident(held.id, kind, int(text) if text else UNKNOWN_ITEMS)
                self._send(rated, t("記録しました。", "Recorded."))

            question = t("何人分の個人情報ですか", "How many people's data did it touch?")
            hint = t("数字で。分からないときは空のまま Enter（あとで直せます）", "digits; empty: not known yet")
            self.terminal.lay(Ask(self.terminal, t("件数", "items"), question, hint, answer))

        title = t("重さ：重大・緊急はすぐ市へ電話", "How grave? Grave and urgent: telephone at once")
        self.terminal.lay(Menu(self.terminal, title, entries, lambda digit: items(kinds[int(digit) - 1])))

    def _measure(self, held: Incident) -> None:
        t, whole = self.t, plan(held, self.station.profile)
        taken = {one.step for one in held.measures}
        done = t("すみ", "done")
        entries = [(str(at + 1), step, done if at in taken else "") for at, step in enumerate(whole)]

        def pick(digit: str) -> None:
            self._send(TakeMeasure(held.id, int(digit) - 1), t("段を記録しました。", "The step is recorded."))

        self.terminal.lay(Menu(self.terminal, t("した段をえらぶ", "Which step was taken?"), entries, pick))

    def _close(self, held: Incident) -> None:
        t = self.t
        self._ask(
            t("くりかえさないために、何をしましたか", "What was done so that it does not happen again?"),
            lambda text: self._send(
                CloseIncident(held.id, text), t(f"{held.number} を閉じました。", f"{held.number} is closed.")
            ),
        )

    def _ask(self, question: str, answer: Callable[[str], None]) -> None:
        hint = self.t(f"{LONGEST_TEXT}字まで", f"up to {LONGEST_TEXT} characters")
        label = self.t("内容", "text")
        self.terminal.lay(Ask(self.terminal, label, question, hint, answer, kana=True, longest=LONGEST_TEXT))

    def _send(self, command: IncidentCommand, said: str) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)
