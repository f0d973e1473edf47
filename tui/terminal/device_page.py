"""Screen 6 機器: what each device says, and the effects that only a person can settle (？ n／y)."""

from __future__ import annotations

import unicodedata

from hub.domain.effect import Effect, EffectState, SettleEffect
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Layer, Prompt
from tui.terminal.terminal import Terminal

QUESTIONS = {
    "ticket": ("{} の番号札は出ましたか", "Did the ticket {} come out?"),
    "reprint": ("{} の札（再）は出ましたか", "Did the reprint of {} come out?"),
    "display": ("{} は表示器に出ましたか", "Was {} shown on the display?"),
    "voice": ("{} の音声は流れましたか", "Was {} announced?"),
}


class DevicePage(Layer):
    """The cursor is on an effect; y: it happened, n: it did not and was dealt with by hand."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.at = 0

    def unsettled(self) -> list[Effect]:
        """Effects that failed or are unsure, oldest first."""
        asked = (EffectState.UNSURE, EffectState.FAILED)
        effects = [effect for effect in self.station.booth.effects.open.values() if effect.state in asked]
        return sorted(effects, key=lambda effect: (effect.entry, effect.kind))

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        status = station.client.status
        found = {word.device: word for word in status.devices} if status is not None else {}
        rows = [line(Span(t(" 機器", " Devices"), "title")), rule(min(width, 80), station.deployment.training)]
        for device, (ja, en) in tokens.DEVICE_WORDS.items():
            word = found.get(device)
            if word is None:
                shape, style, words = tokens.OFF, "dim", t("この会場にはありません", "not here")
            else:
                shape, style = tokens.DEVICE_STATES.get(word.state, (tokens.BAD, "bad"))
                words = word.ja or t("動いています", "working")
            code = word.code if word is not None else ""
            rows.append([Span(f" {fit(t(ja, en), 10)} "), Span(shape, style), Span(f" {words} "), Span(code, "dim")])
        rows += [[], line(Span(t(" 人が見て答えるもの", " A person looks and answers"), "title"))]
        effects = self.unsettled()
        self.at = max(0, min(self.at, len(effects) - 1))
        room = height - len(rows) - 1
        top = max(0, self.at - room + 1)
        for number, effect in list(enumerate(effects))[top : top + room]:
            ja, en = QUESTIONS.get(effect.kind, ("{}", "{}"))
            unsure = effect.state is EffectState.UNSURE
            shape, style = (tokens.UNSURE, "unsure") if unsure else (tokens.BAD, "bad")
            here = number == self.at
            rows.append(
                [
                    Span(">" if here else " "),
                    Span(shape, style, f"item:{number}"),
                    Span(" " + t(ja, en).format(effect.number), "cursor" if here else "", f"item:{number}"),
                    Span(f"  {effect.code}", "dim"),
                ]
            )
        if not effects:
            rows.append(line(t(f" {tokens.DONE} ありません", f" {tokens.DONE} nothing")))
        return rows

    def prompt(self) -> Prompt:
        t = self.t
        if not self.unsettled():
            return Prompt(t("操作", "key"), "", t("Esc＝受付・呼出へ", "Esc=back"))
        return Prompt(
            "n／y", "", t("現物を見て  y＝出た  n＝出ていない（手で対応した）", "y=it did  n=it did not, done by hand")
        )

    def key(self, key: str, char: str) -> bool:
        effects = self.unsettled()
        answer = unicodedata.normalize("NFKC", char).lower() if char else ""
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go("work")
        elif key in ("up", "down"):
            self.at += -1 if key == "up" else 1
        elif effects and answer in ("y", "n"):
            effect = effects[self.at]
            self.terminal.alone(lambda: self._settle(effect, answer == "y"))
        else:
            return False
        return True

    def tap(self, what: str) -> None:
        if what.startswith("item:"):
            self.at = int(what[5:])

    def _settle(self, effect: Effect, came_out: bool) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            await station.submit(SettleEffect(effect.entry, effect.kind, came_out))
            station.say(
                t(
                    f"{effect.number}：{'出た' if came_out else '手で対応した'}と記録しました。",
                    f"{effect.number}: recorded.",
                )
            )

        station.begin(t("記録しています", "recording"), work)
