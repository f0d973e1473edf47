"""開催の計画: the events of coming dates, their venues, hours and devices, and the ledger of our own devices.

Reached from screen 4 with F9-7-9, and from 持ち物 with F9-7: the packing list is made from what is planned.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import msgspec

from hub.domain.contracts.duties import Device
from hub.domain.day import event_plan
from hub.domain.day.event_plan import DropEvent, EventPlanned, OwnDevices, PlanCommand, PlanEvent, Planned
from hub.domain.moment import iso_date
from hub.domain.refusal import short
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Ask, Menu, Prompt, Why
from tui.papers.ledger_page import LedgerPage
from tui.words import local, month_day


class PlanPage(LedgerPage[Planned]):
    """Up and down choose, Enter acts on an event, F7 plans one, F9-7 is the ledger of our own devices."""

    @property
    def things(self) -> list[Planned]:
        """From today on, in the order of their hours: a car's stops stand in its route."""
        today = iso_date(self.station.now_ms())
        return [one for one in event_plan.in_order(self.station.booth.plans) if one.date >= today]

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station, here = self.t, self.station, self.here
        rows = [
            line(Span(t(" 開催の計画（会場・時間・機器）", " Planned events: venues, hours, devices"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(Span(t("   日付   時間         会場                 窓口 車        機器", "   date   hours        venue               win. car        devices"), "dim")),
        ]  # fmt: skip
        for one in self.things:
            tap = f"item:{one.id}"
            mark = ">" if here is not None and one.id == here.id else " "
            lacks = event_plan.lacking(station.profile, one.channels, dict(one.devices))
            shape, style = (tokens.WARN, "warn") if lacks else (tokens.DONE, "")
            words = f"{one.date[5:]}  {one.opens}-{one.closes}  {fit(one.venue, 20)} {one.windows:>3}  {fit(one.car, 8)}  {self._devices(one)}"  # fmt: skip
            rows.append([Span(mark, "bold", tap), Span(shape, style, tap), Span(words, style, tap)])
        if not self.things:
            rows.append(line(t(" これからの計画はありません", " Nothing is planned ahead")))
        if here is not None:
            rows += [[], *self._details(here)]
        return rows[:height]

    def _devices(self, one: Planned) -> str:
        return " ".join(str(count) for count in one.devices.values()) if one.devices else "－"

    def _details(self, one: Planned) -> list[Line]:
        """Of the chosen event: its kind, its devices by name, what lacks."""
        t, profile = self.t, self.station.profile
        kind = next((each.ja for each in profile.event_types if each.id == one.event_type), "")
        names = {device.id: short(device.ja) for device in profile.devices}
        made = [line(f"  {kind}")]
        if one.devices:
            made.append(line("  " + "、".join(f"{names.get(name, name)} {n}" for name, n in one.devices.items())))
        lacks = [short(device.ja) for device in event_plan.lacking(profile, one.channels, dict(one.devices))]
        if lacks:
            words = t("0台の機器：", "none planned of: ") + "、".join(lacks)
            made.append(line(Span(f"  {tokens.WARN}{words}", "warn")))
        return made

    def prompt(self) -> Prompt:
        t = self.t
        words = t("Enter＝取り消す  F7＝計画する", "Enter=drop  F7=plan")
        return Prompt(t("操作", "key"), "", words if self.things else t("F7＝計画する", "F7=plan"))

    def label(self, action: str) -> str:
        words = {"no_show": self.t("計画", "Plan"), "correct": self.t("機器の台帳", "Our devices")}
        return words.get(action, "")

    def why_not(self, action: str) -> Why:
        if action in ("no_show", "correct") and not self.station.manages(self.station.person):
            return self.t("管理者がします（Ctrl+L で交代）", "the manager does this (Ctrl+L)")
        return super().why_not(action)

    # ------------------------------------------------------------------ actions

    def choose(self, thing: Planned) -> None:
        entries = [("1", self.t("取り消す（開催しない）", "drop it: not held"), "")]
        title = f"{thing.date[5:]} {thing.opens} {thing.venue}"
        self.terminal.lay(Menu(self.terminal, title, entries, lambda _: self._send(DropEvent(thing.id))))

    def do_no_show(self) -> None:
        """F7: an event: its type, date, venue, hours, windows, ways to apply, car and devices."""
        t, types = self.t, self.station.profile.event_types[:9]
        if len(types) == 1:
            self._date(types[0].id)
            return
        entries = [(str(n), t(one.ja, one.en), "") for n, one in enumerate(types, 1)]
        title = t("開催の種類", "Type of event")
        self.terminal.lay(Menu(self.terminal, title, entries, lambda digit: self._date(types[int(digit) - 1].id)))

    def _date(self, event: str) -> None:
        t, today = self.t, local(self.station.now_ms()).date()

        def dated(text: str) -> None:
            day = month_day(text, today)
            if day is None:
                self.station.warn(t("月日を4けたで入れてください。", "Four digits, MMDD."))
            else:
                self._ask(t("会場", "Venue"), lambda venue: self._hours(event, day.isoformat(), venue))

        self._ask(t("月日（4けた）", "Date (MMDD)"), dated, text=f"{today:%m%d}")

    def _hours(self, event: str, date: str, venue: str) -> None:
        t = self.t

        def windows(span: str) -> None:
            opens, _, closes = unicodedata.normalize("NFKC", span).replace(" ", "").partition("-")

            def counted(text: str) -> None:
                number = int(text) if text.isdecimal() else 0
                self._channels(PlanEvent(date, venue, event, opens, closes, number, {}))

            self._ask(t("開く窓口の数", "How many windows?"), counted, text="3")

        self._ask(t("時間（例 10:00-12:00）", "Hours (10:00-12:00)"), windows)

    def _channels(self, command: PlanEvent) -> None:
        """Which ways to apply are offered there, by their digits."""
        known = event_plan.channels(self.station.profile)

        def chosen(text: str) -> None:
            digits = [int(one) for one in unicodedata.normalize("NFKC", text) if one.isdecimal()]
            ways = tuple(one.id for n, one in enumerate(known, 1) if n in digits)
            self._car(_with(command, channels=ways))

        if not known:
            self._car(command)
            return
        listed = "  ".join(f"{n} {one.ja}" for n, one in enumerate(known, 1))
        everything = "".join(str(n) for n in range(1, len(known) + 1))
        self._ask(self.t(f"申請の方法（番号）：{listed}", f"Ways to apply: {listed}"), chosen, text=everything)

    def _car(self, command: PlanEvent) -> None:
        devices = event_plan.movable(self.station.profile)
        if not any(one.travels for one in self.station.profile.devices):
            self._next(command, devices, {})
            return
        question = self.t("車（なければ Enter のまま）", "Car (Enter if none)")
        self._ask(question, lambda car: self._next(_with(command, car=car), devices, {}))

    def _next(self, command: PlanEvent, left: list[Device], counts: dict[str, int]) -> None:
        """One device after the other: how many of it go there."""
        if not left:
            self._send(_with(command, devices=counts))
            return
        device, rest = left[0], left[1:]

        def answered(text: str) -> None:
            count = int(text) if text.isdecimal() else 0
            self._next(command, rest, counts | {device.id: count} if count else counts)

        most = event_plan.have(device, self.station.booth.plans, self.station.booth.lent)
        of = self.t(f"（{most}台まで）", f" (of {most})") if most is not None else ""
        self._ask(self.t(f"{short(device.ja)}は何台{of}", f"How many of {device.ja}{of}?"), answered, text="0")

    def do_correct(self) -> None:
        """F9-7: the ledger of our own devices."""
        t = self.t
        ours = [one for one in self.station.profile.devices if one.owner == "contractor"][:9]
        owned = self.station.booth.plans.owned

        def pick(digit: str) -> None:
            device = ours[int(digit) - 1]
            self._ask(
                t(f"{short(device.ja)}は何台ありますか", f"How many of {device.ja} have we?"),
                lambda text: self._send(OwnDevices(device.id, int(text) if text.isdecimal() else -1)),
            )

        entries = [
            (str(n), f"{short(one.ja)} {owned.get(one.id, t('未記入', 'none'))}", "") for n, one in enumerate(ours, 1)
        ]
        self.terminal.lay(Menu(self.terminal, t("受託者の機器の台帳", "Ledger of our devices"), entries, pick))

    def _ask(self, question: str, answer: Callable[[str], None], *, text: str = "") -> None:
        t = self.t
        hint = t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel")
        self.terminal.lay(Ask(self.terminal, t("答え", "answer"), question, hint, answer, kana=True, text=text))

    def _send(self, command: PlanCommand) -> None:
        t, station = self.t, self.station

        async def work() -> None:
            done = await station.submit(command)
            event = done.events[0]
            if isinstance(event, EventPlanned) and event.lacking:
                names = {device.id: short(device.ja) for device in station.profile.devices}
                station.warn(
                    t("計画しました。0台の機器があります。", "Planned; some devices are lacking."),
                    "、".join(names[one] for one in event.lacking),
                )
            else:
                station.say(t("計画を記録しました。", "The plan is recorded."))

        station.begin(t("記録しています", "recording"), work)


def _with(
    command: PlanEvent,
    *,
    channels: tuple[str, ...] | None = None,
    car: str | None = None,
    devices: dict[str, int] | None = None,
) -> PlanEvent:
    """The command with what was just said."""
    return msgspec.structs.replace(
        command,
        channels=command.channels if channels is None else channels,
        car=command.car if car is None else car,
        devices=command.devices if devices is None else devices,
    )
