"""Screen 6 機器: how each device is and what to do, its try-out, what it uses up, and what only a person can answer.

The cursor walks over devices, supplies and open questions. Enter on a device tries it out, Enter on a supply counts it,
y or n on a question answers it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from hub.domain.devices.device import TryDevice
from hub.domain.devices.effect import Effect, EffectState, SettleEffect
from hub.domain.devices.supply import FULL, LOW, MOST, NAMES, FillSupply, Item
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.device_view import DeviceView, views
from tui.frame_lines import rule
from tui.layer import Ask, Layer, Prompt, Terminal
from tui.words import hour_minute

QUESTIONS = {
    "ticket": ("{} の番号札は出ましたか", "Did the ticket {} come out?"),
    "reprint": ("{} の札（再）は出ましたか", "Did the reprint of {} come out?"),
    "display": ("{} は表示器に出ましたか", "Was {} shown on the display?"),
    "voice": ("{} の音声は流れましたか", "Was {} announced?"),
    "try-ticket": ("試しの札は出ましたか", "Did the test ticket come out?"),
    "try-display": ("表示器に TEST と出ましたか", "Did the display show TEST?"),
    "try-voice": ("チャイムは鳴りましたか", "Did the chime sound?"),
    "try-photo": (
        "試しの紙は正しく出ましたか（枠35×45mm・色）",
        "Did the test sheet come out right (35 x 45 mm, inks)?",
    ),
    "try-documents": ("書画カメラのシャッターは切れましたか", "Did the document camera take a shot?"),
    "try-camera": ("カメラのシャッターは切れましたか", "Did the camera take a shot?"),
}

WHAT_A_TRY_DOES = {
    "camera": ("1枚撮って、その場で消します（だれも見ません）", "takes a shot and throws it away unseen"),
    "documents": ("机の上を1枚撮って、その場で消します", "takes a shot of the table and throws it away"),
    "photo": ("枠とものさしを1枚印刷します（顔なし）", "prints a frame and a scale, no face"),
    "ticket": ("試しの札を1枚印刷します", "prints a test ticket"),
    "display": ("表示器に TEST と3秒出します", "shows TEST for three seconds"),
    "voice": ("チャイムを鳴らします", "sounds the chime"),
}

TRIED = {
    EffectState.DUE: (tokens.REPLY, "reply"),
    EffectState.DONE: (tokens.DONE, "done"),
    EffectState.FAILED: (tokens.BAD, "bad"),
    EffectState.UNSURE: (tokens.UNSURE, "unsure"),
    EffectState.OFF: (tokens.OFF, "dim"),
}


class Row(NamedTuple):
    """Something that the cursor can stand on, and its lines."""

    key: str
    """device:KIND, supply:ITEM or effect:ENTRY:KIND: rows come and go, and the cursor stays with its own."""
    lines: list[Line]


class DevicePage(Layer):
    """Keeps its cursor by name, so that a fault that comes in moves nobody's hand."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.cursor = ""

    def shown(self) -> None:
        """A question that waits comes first."""
        questions = self.unsettled()
        self.cursor = _question(questions[0]) if questions else ""

    def unsettled(self) -> list[Effect]:
        """Effects that failed or are unsure, oldest first."""
        asked = (EffectState.UNSURE, EffectState.FAILED)
        effects = [effect for effect in self.station.booth.effects.open.values() if effect.state in asked]
        return sorted(effects, key=lambda effect: (effect.entry, effect.kind))

    def rows(self) -> list[Row]:
        """What the cursor walks over, from top to bottom."""
        return [
            *(Row(f"device:{view.kind}", self._device(view)) for view in views(self.station)),
            *(Row(f"supply:{item}", [self._supply(item)]) for item in Item),
            *(Row(_question(effect), [self._asked(effect)]) for effect in self.unsettled()),
        ]

    @property
    def at(self) -> str:
        """The row under the cursor."""
        keys = [row.key for row in self.rows()]
        return self.cursor if self.cursor in keys else keys[0]

    # ------------------------------------------------------------------ what is shown

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        head = line(Span(t(" 機器", " Devices"), "title"))
        kind, _, which = self.at.partition(":")
        if kind == "device":
            head += line(Span(t("   Enter＝試す：", "   Enter = try: ") + t(*WHAT_A_TRY_DOES[which]), "dim"))
        if station.away:
            head = line(
                Span(t(" 機器   ハブに届かないので、記録にある様子です", " Devices   as of the record: no hub"), "warn")
            )
        made: list[Line] = []
        where, here = 0, self.at
        titles = {
            f"supply:{Item.TICKET_ROLL}": t(" 紙とインク（数えた残り）", " Paper and ink, as counted"),
            next((_question(effect) for effect in self.unsettled()), ""): t(
                " 人が見て答えるもの", " A person looks and answers"
            ),
        }
        for row in self.rows():
            if row.key in titles:
                made.append(line(Span(titles[row.key], "title")))
            if row.key == here:
                where = len(made)
            for number, spans in enumerate(row.lines):
                mark = ">" if row.key == here and not number else " "
                made.append([Span(mark, "", row.key), *(span._replace(tap=row.key) for span in spans)])
        if not self.unsettled():
            made.append(line(t(f" {tokens.DONE} 答えを待つものはありません", f" {tokens.DONE} no open question")))
        room = height - 2
        top = max(0, min(where - room // 2, len(made) - room))
        return [head, rule(min(width, 80), station.deployment.training), *made[top : top + room]]

    def _device(self, view: DeviceView) -> list[Line]:
        """State and cause, since when, the last try-out; below it what to do."""
        t, station = self.t, self.station
        shape, style = view.shape
        if not view.state:
            words = t("この会場では使いません", "not used here")
        elif view.code:
            words = t(view.ja or view.code, view.en or view.code)
        else:
            words = t("静かにする設定です（鳴りません）", "kept quiet") if view.quiet else t("動いています", "working")
        since = f"{hour_minute(view.since_ms)}{t('から', ' on')}" if view.since_ms and view.state else ""
        first = [
            Span(f"{fit(t(*tokens.DEVICE_WORDS[view.kind]), 8)} "),
            Span(shape, style),
            Span(f" {fit(words, 40)} {fit(since, 9)}"),
        ]
        tried = station.booth.devices.tried.get(view.kind)
        if tried is not None and view.state:
            mark, mark_style = TRIED[tried.state]
            first += [Span(t(" 試", " try")), Span(mark, mark_style), Span(hour_minute(tried.at_ms))]
        lines = [first]
        if view.code and view.state:
            todo = t(view.remedy_ja, view.remedy_en or view.remedy_ja)
            lines.append(
                [Span(f"           つぎ：{todo}  " if t.japanese else f"           {todo}  "), Span(view.code, "dim")]
            )
        return lines

    def _supply(self, item: Item) -> Line:
        t, held = self.t, self.station.booth.supplies.held.get(item)
        name = fit(t(*NAMES[item]), 16)
        if held is None:
            return [Span(name), Span(tokens.UNSURE, "unsure"), Span(t(" まだ数えていません", " never counted"))]
        shape, style = (tokens.WARN, "warn") if held.left <= LOW[item] else (tokens.DONE, "done")
        words = t(f" 残り約{held.left}枚  予備{held.spare}  ", f" about {held.left} left, {held.spare} spare  ")
        since = t(f"{hour_minute(held.filled_ms)} に数えた", f"counted {hour_minute(held.filled_ms)}")
        return [Span(name), Span(shape, style), Span(words), Span(f"{since} {self.station.name_of(held.by)}", "dim")]

    def _asked(self, effect: Effect) -> Line:
        ja, en = QUESTIONS.get(effect.kind, ("{}", "{}"))
        unsure = effect.state is EffectState.UNSURE
        shape, style = (tokens.UNSURE, "unsure") if unsure else (tokens.BAD, "bad")
        here = self.cursor == _question(effect)
        words = Span(" " + self.t(ja, en).format(effect.number), "cursor" if here else "")
        return [Span(shape, style), words, Span(f"  {effect.code}", "dim")]

    def prompt(self) -> Prompt:
        t, kind = self.t, self.at.partition(":")[0]
        if kind == "effect":
            return Prompt(
                "n／y", "", t("現物を見て  y＝出た  n＝出ていない（手で対応した）", "y=it did  n=it did not, by hand")
            )
        if kind == "supply":
            return Prompt(t("操作", "key"), "", t("Enter＝残りと予備を数える", "Enter=count it"))
        return Prompt(t("操作", "key"), "", t("Enter＝試す  Esc＝受付・呼出へ", "Enter=try it  Esc=back"))

    # ------------------------------------------------------------------ what is done

    def key(self, key: str, char: str) -> bool:
        answer = unicodedata.normalize("NFKC", char).lower() if char else ""
        kind, _, which = self.at.partition(":")
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go("work")
        elif key in ("up", "down"):
            keys = [row.key for row in self.rows()]
            self.cursor = keys[max(0, min(keys.index(self.at) + (-1 if key == "up" else 1), len(keys) - 1))]
        elif kind == "effect" and answer in ("y", "n"):
            effect = next(one for one in self.unsettled() if _question(one) == self.at)
            self.terminal.alone(lambda: self._settle(effect, answer == "y"))
        elif kind == "device" and key == "enter":
            self._try(which)
        elif kind == "supply" and key == "enter":
            self._count(Item(which))
        else:
            return False
        return True

    def tap(self, what: str) -> None:
        self.cursor = what

    def _try(self, device: str) -> None:
        station, t = self.station, self.t
        name = t(*tokens.DEVICE_WORDS[device])

        async def work() -> None:
            await station.submit(TryDevice(device))
            station.say(t(f"{name}を試しています。結果は上に出ます。", f"Trying {name}; the result shows above."))

        station.begin(t(f"{name}を試します", f"trying {name}"), work)

    def _count(self, item: Item) -> None:
        t, name = self.t, self.t(*NAMES[item])

        def ask(question: str, then: Callable[[int], None]) -> None:
            def answered(typed: str) -> None:
                if typed.isdecimal() and int(typed) <= MOST:
                    then(int(typed))
                else:
                    self.station.warn(t(f"数（0～{MOST}）を入れてください。", f"A number from 0 to {MOST}."))

            hint = t("数字を入れて Enter  Esc＝やめる", "Type a number, Enter. Esc=cancel")
            self.terminal.lay(Ask(self.terminal, t("数", "count"), question, hint, answered))  # a count starts empty

        def spare(left: int) -> None:
            ask(
                t(f"{name}の予備はいくつありますか（箱・巻）", f"How many spare ones of the {name}?"),
                lambda count: self._fill(item, left, count),
            )

        ask(
            t(f"{name}はあと何枚分ですか（新品は{FULL[item]}）", f"How many prints are left ({FULL[item]} when new)?"),
            spare,
        )

    def _fill(self, item: Item, left: int, spare: int) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            await station.submit(FillSupply(item, left, spare))
            station.say(
                t(
                    f"{t(*NAMES[item])}：残り{left}枚、予備{spare}と記録しました。",
                    f"Recorded: {left} left, {spare} spare.",
                )
            )

        station.begin(t("記録しています", "recording"), work)

    def _settle(self, effect: Effect, came_out: bool) -> None:
        station, t = self.station, self.t
        name = effect.number or t("試し", "the test")

        async def work() -> None:
            await station.submit(SettleEffect(effect.entry, effect.kind, came_out))
            station.say(
                t(
                    f"{name}：{'出た' if came_out else '手で対応した'}と記録しました。",
                    f"{name}: recorded.",
                )
            )
            questions = self.unsettled()
            if questions:  # the next one comes under the hand that answers
                self.cursor = _question(questions[0])

        station.begin(t("記録しています", "recording"), work)


def _question(effect: Effect) -> str:
    return f"effect:{effect.entry}:{effect.kind}"
