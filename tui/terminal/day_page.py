"""Screen 7 開場・閉場: the manager opens the day, stops reception and closes; the counts are derived, never typed."""

from __future__ import annotations

import datetime as dt

from hub.domain.custody import copies
from hub.domain.day import manager_presence
from hub.domain.day.day import CloseDay, DayCommand, OpenDay, Phase, ResumeReception, StopReception
from hub.domain.identity.identity import RequestState, undecided
from hub.domain.incident.incident import untold
from hub.domain.reports.counts import count_day, invariants
from tui import tokens
from tui.cells import Line, Span, line
from tui.claims import CLAIMS
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Layer, Menu, Prompt, Why
from tui.photo.shredding import shred, waiting
from tui.terminal import around_the_day, checklist, day_papers, guidance_list, renewing
from tui.words import local, month_day, span_words

SHOWN = 3
"""Applicants who have a place in one row of 80 cells, with their time and whether it expired."""


class DayPage(Layer):
    """F8 goes on to the next: open, stop reception, close."""

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        booth = station.booth
        phase = {
            Phase.CLOSED: t("閉じています", "closed"),
            Phase.OPEN: t("開場中（受付中）", "open, issuing"),
            Phase.STOPPED: t("受付終了（待っている方を対応中）", "reception stopped"),
        }[booth.day.phase]
        event = next((one for one in station.profile.event_types if one.id == booth.day.event_type), None)
        what = t(event.ja, event.en) if event is not None else ""
        rows = [
            line(Span(t(" 開場・閉場   ", " Open and close   ") + phase, "title")),
            rule(min(width, 80), station.deployment.training),
            line(
                t(
                    f" 日付 {booth.day.date or 'まだ'}   会場 {booth.day.venue}   {what}",
                    f" Date {booth.day.date or '-'}   venue {booth.day.venue}   {what}",
                )
            ),
        ]
        rows += renewing.rows(self.terminal, renewing.due_today(self.terminal))
        shreds = waiting(self.terminal)
        if shreds:
            words = t(f"書損じ {shreds}枚：2人で裁断して F9-7", f"{shreds} spoiled sheets: shred, then F9-7")
            rows.append(line(Span(f" {tokens.WARN}{words}", "warn")))
        printed = copies.here(booth.copies, booth.disposals)
        if printed:
            words = t(f"印刷した一覧 {len(printed)}部：返すか裁断 F9-5-4", f"{len(printed)} printed lists: F9-5-4")
            rows.append(line(Span(f" {tokens.WARN}{words}", "warn")))
        unheard = untold(booth.incidents)
        if unheard:
            numbers = "、".join(one.number for one in unheard[:SHOWN])
            words = t(f"市へ知らせていない事故・苦情 {numbers}：電話して F12", f"untold to the city: {numbers}; F12")
            rows.append(line(Span(f" {tokens.WARN}{words}", "warn", "f12")))
        stop = manager_presence.paused(station.profile, booth.leading) if booth.day.phase is not Phase.CLOSED else None
        if stop is not None:
            rows.append(line(Span(f" {tokens.WARN}{t(stop.ja, stop.en)}", "warn")))
        rows += checklist.rows(self.terminal)
        rows += around_the_day.rows(self.terminal)
        if checklist.when(self.terminal) == "open":
            words = t(
                " 番号で確かめ、F8 で開場します（管理者）。日付は人が確かめます",
                " Tick by digit; F8 opens the day (manager)",
            )
            return [*rows, [], line(words)]
        counts = count_day(booth)
        tickets = counts.tickets
        ends = t(
            f" 番号札 {tickets.issued} ＝ 完了{tickets.completed} ＋ 不在{tickets.no_show} ＋ 繰越{tickets.carried_over} ＋ 取消{tickets.voided} ＋ 残り{tickets.open}",
            f" Tickets {tickets.issued} = {tickets.completed} done + {tickets.no_show} absent + {tickets.carried_over} carried + {tickets.voided} void + {tickets.open} open",
        )
        visits = "  ".join(
            f"{t(station.profile.method(m).ja, station.profile.method(m).en)} {n}" for m, n in counts.visits.items()
        )
        custody = counts.custody
        total = [sum(part.values()) for part in (custody.counted, custody.sealed, custody.accepted)]
        rows += [
            line(ends),
            line(
                t(
                    f" 手続 {visits or 0}  取りやめ {counts.abandoned}",
                    f" Visits {visits or 0}  given up {counts.abandoned}",
                )
            ),
            line(
                t(
                    f" 書類 集めた{total[0]}  封印{total[1]}  市が受領{total[2]}",
                    f" Papers {total[0]} collected, {total[1]} sealed, {total[2]} accepted",
                )
            ),
            [],
        ]
        rows += guidance_list.rows(self.terminal)
        rows += self._city_rows()
        checks = list(invariants(booth).items())
        half = (len(checks) + 1) // 2
        room = max(1, height - len(rows) - 1)
        if half > room:  # what is not yet so is never cut off; what is, can be counted
            checks.sort(key=lambda check: check[1])
            checks, held, half = checks[: 2 * room], checks[2 * room :], room
            words = t(f" ほか{len(held)}件", f" and {len(held)} more")
            left = sum(not true for _, true in held)
            more = t(f"：未 {left}件", f": {left} not yet") if left else t("：すべて済", ": all so")
            under_them = [line(Span(words + more, "warn" if left else "dim"))]
        else:
            under_them = []
        for at in range(half):
            cells: Line = [Span(" ")]
            for name, true in checks[at::half][:2]:
                words = t(*CLAIMS.get(name, (name, name)))
                cells += [
                    Span(tokens.DONE if true else tokens.WAIT, "done" if true else "warn"),
                    *line(Span(_pad(words, 36))),
                ]
            rows.append(cells)
        return [*rows, *under_them][:height]

    def _city_rows(self) -> list[Line]:
        """Who waits for the city, and since when; nobody is left undecided unseen."""
        t, station = self.t, self.station
        waits = undecided(station.booth.identity, station.booth.visits)
        if not waits:
            return []
        now = station.now_ms()
        shown = "  ".join(
            f"{one.request.number} {span_words(now - one.since_ms)}"
            + (t("（期限切れ）", " (expired)") if one.request.state is RequestState.EXPIRED else "")
            for one in waits[:SHOWN]
        )
        more = t(f" ほか{len(waits) - SHOWN}", f" +{len(waits) - SHOWN}") if len(waits) > SHOWN else ""
        words = t(f" 市の決定待ち {len(waits)}件：{shown}{more}", f" {len(waits)} wait for the city: {shown}{more}")
        return [line(Span(words, "warn"))]

    def prompt(self) -> Prompt:
        t = self.t
        next_ = {
            Phase.CLOSED: t("F8＝開場する", "F8=open"),
            Phase.OPEN: t("F8＝受付を終える", "F8=stop reception"),
            Phase.STOPPED: t("F8＝閉場する", "F8=close"),
        }
        return Prompt(t("操作", "key"), "", next_[self.station.booth.day.phase])

    def label(self, action: str) -> str:
        t = self.t
        if action == "finish":
            return {
                Phase.CLOSED: t("開場", "Open"),
                Phase.OPEN: t("受付終", "Stop"),
                Phase.STOPPED: t("閉場", "Close"),
            }[self.station.booth.day.phase]
        if action == "recall":
            return t("証明", "Renew")
        if action == "no_show":
            return t("離席", "Leave") if self._leads() else t("引継", "Take")
        if action == "reprint":
            return t("書類をつくる", "Make papers")
        return t("受付を再び開く", "Issue again") if action == "correct" else ""

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go("work")
            return True
        keys = (guidance_list.key, around_the_day.key, checklist.key)
        return any(take(self.terminal, char) for take in keys)

    def tap(self, what: str) -> None:
        self.key(what, what)

    def why_not(self, action: str) -> Why:
        person = self.station.person
        if action == "correct" and waiting(self.terminal):
            return ""
        if action in ("finish", "correct", "no_show") and not self.station.manages(person):
            return self.t("管理者がします（Ctrl+L で交代）", "the manager does this (Ctrl+L)")
        if action == "no_show" and self.station.booth.day.phase is Phase.CLOSED:
            return self.t("開場してからです", "the day is not open")
        if action == "recall":
            return renewing.why_not(self.terminal, renewing.due_today(self.terminal))
        if action == "correct" and self.station.booth.day.phase is not Phase.STOPPED:
            return self.t("受付は終わっていません", "reception is not stopped")
        return super().why_not(action)

    def do_finish(self) -> None:
        t, phase = self.t, self.station.booth.day.phase
        if phase is Phase.CLOSED:
            self._open()
        elif phase is Phase.OPEN:
            waiting = self.station.booth.queue.tally.get("waiting", 0)
            self._confirm(
                t(f"受付を終えます。待っている方 {waiting}人は対応します。", f"Stop reception? {waiting} still wait."),
                t("受付を終える", "stop"),
                StopReception(),
                t("受付を終えました。新しい番号は出ません。", "Reception has stopped."),
            )
        else:
            unheard = len(untold(self.station.booth.incidents))
            owed = t(f"市へ未報告 {unheard}件（F12）。", f"{unheard} untold to the city (F12). ") if unheard else ""
            self._confirm(
                owed + t("閉場します。今日の数はこれで決まります。", "Close the day?"),
                t("閉場する", "close"),
                CloseDay(),
                t("閉場しました。", "The day is closed."),
            )

    def _leads(self) -> bool:
        person = self.station.person
        return person is not None and person.person in self.station.booth.leading

    def do_no_show(self) -> None:
        """F7: a manager leaves the booth, or takes it over."""
        if not self._leads():
            self._send(manager_presence.TakeBooth(), self.t("引き継ぎました。", "You answer for the booth now."))
            return
        alone = len(self.station.booth.leading) == 1
        still = self.t("受付と呼出は止まります。", "Reception stands still. ") if alone else ""
        self._confirm(
            still + self.t("会場を離れますか。", "Leave the booth?"),
            self.t("離れる", "leave"),
            manager_presence.LeaveBooth(),
            self.t("離れたことを記録しました。戻ったら F7", "Recorded. F7 when you are back."),
        )

    def do_recall(self) -> None:
        renewing.renew(self.terminal)

    def do_reprint(self) -> None:
        day_papers.choose(self.terminal, {name: ja for name, (ja, _) in CLAIMS.items()})

    def do_correct(self) -> None:
        if waiting(self.terminal):
            shred(self.terminal)
            return
        self._send(ResumeReception(), self.t("受付を再び開きました。", "Reception is open again."))

    def _confirm(
        self, question: str, yes: str, command: DayCommand | manager_presence.PresenceCommand, said: str
    ) -> None:
        self.terminal.lay(Confirm(self.terminal, question, yes, lambda: self._send(command, said)))

    def _send(self, command: DayCommand | manager_presence.PresenceCommand, said: str) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)

    def _open(self) -> None:
        """Event type, venue, the date typed by a person, then the question."""
        t, station = self.t, self.station
        types = station.profile.event_types

        def venue(event: str) -> None:
            before = station.booth.day.venue or station.deployment.site
            self.terminal.lay(
                Ask(
                    self.terminal,
                    t("会場", "venue"),
                    t("会場の名前", "Name of the venue"),
                    t("そのままでよければ Enter", "Enter keeps it"),
                    lambda name: date(event, name),
                    kana=True,
                    text=before,
                )
            )

        def date(event: str, name: str) -> None:
            clock = local(station.now_ms()).date()
            question = t("きょうの日付を、手元の時計で確かめて入れる", "Today's date, from your own watch")
            hint = t(
                f"月日の4けた。ハブの時計は {clock:%m%d}（{clock:%Y年}）",
                f"four digits MMDD; the hub's clock says {clock:%m%d} ({clock:%Y})",
            )
            self.terminal.lay(
                Ask(self.terminal, t("月日", "MMDD"), question, hint, lambda text: ask(event, name, text))
            )

        def ask(event: str, name: str, text: str) -> None:
            day = month_day(text, local(station.now_ms()).date())
            if day is None:
                station.warn(
                    t("月日を4けたで入れてください。", "Four digits, month and day."),
                    t("例 8月6日＝0806。F8 でもう一度", "such as 0806; F8 again"),
                )
                return
            shown = station.profile.event_type(event)
            if shown.reservation_only:
                entries = [("1", t("どなたでも", "everybody"), ""), ("2", t("予約の方だけ", "reservations only"), "")]
                title = t("受け付ける方", "Who is received")
                self.terminal.lay(
                    Menu(self.terminal, title, entries, lambda digit: sure(event, name, day, digit == "2"))
                )
            else:
                sure(event, name, day, reservation_only=False)

        def sure(event: str, name: str, day: dt.date, reservation_only: bool) -> None:
            command = OpenDay(
                day.isoformat(), event, name, station.deployment.profile, clock_confirmed=True,
                reservation_only=reservation_only,
            )  # fmt: skip
            shown = station.profile.event_type(event)
            weekday = "月火水木金土日"[day.weekday()]
            question = t(
                f"{day.month}月{day.day}日({weekday}) {name} {shown.ja} で開場します。",
                f"Open {day} {name} {shown.en}?",
            )
            apart = abs((day - local(station.now_ms()).date()).days)
            if apart:  # in front, and the place last, where a row may be cut: one typed digit moves a day by weeks
                question = t(
                    f"ハブの時計と{apart}日ちがいます。{day.month}月{day.day}日({weekday})で開場：{name} {shown.ja}",
                    f"{apart} days from the hub's clock! Open {day} {name} {shown.en}?",
                )
            self._confirm(
                question,
                t("開場する", "open"),
                command,
                t("開場しました。受付は F4-1", "The day is open. F4-1: reception"),
            )

        if len(types) == 1:
            venue(types[0].id)
            return
        entries = [(str(n), t(one.ja, one.en), "") for n, one in enumerate(types[:9], 1)]
        self.terminal.lay(
            Menu(
                self.terminal, t("開催の種類", "Type of event"), entries, lambda digit: venue(types[int(digit) - 1].id)
            )
        )


def _pad(words: str, cells: int) -> str:
    from tui.cells import fit

    return fit(words, cells)
