"""保管場所: where each sealed box stands before it leaves. Reached from screen 4 with F9-7-4."""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.custody import storage
from hub.domain.custody.storage import PutAway, StorageCommand, TakeOut
from hub.domain.refusal import refuse
from sync.keys.party import Person
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Layer, Menu, Prompt, Terminal, Why
from tui.papers.second_person import SecondPerson
from tui.words import hour_minute


class StorePage(Layer):
    """Up and down choose a box; F8 puts it away (two sign), F7 takes it out."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.box = ""

    @property
    def boxes(self) -> list[str]:
        return storage.boxes(self.station.booth.custody)

    @property
    def here(self) -> str:
        boxes = self.boxes
        return self.box if self.box in boxes else next(iter(boxes), "")

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        rows = [
            line(Span(t(" 封印した箱の保管場所", " Where the sealed boxes stand"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(Span(t("   箱           封印          場所                          署名", "   box          seal          place                         signed"), "dim")),
        ]  # fmt: skip
        for box in self.boxes:
            kept = station.booth.stores.get(box)
            shape, style, where, signed = tokens.WARN, "warn", t("場所の記録がありません", "no place"), ""
            if kept is not None:
                place = storage.place_of(station.profile, kept.place)
                where = t(place.ja, place.en) if place is not None else kept.place
                signed = "、".join(map(station.name_of, kept.by)) + f" {hour_minute(kept.at_ms)}"
                shape, style = (tokens.DONE, "done") if kept.whole else (tokens.WAIT, "warn")
            seal, tap = station.booth.custody.containers[box].seal, f"item:{box}"
            words = f" {fit(box, 12)} {fit(seal, 13)} {fit(where, 29)} {signed}"
            rows.append([Span(">" if box == self.here else " ", "bold", tap), Span(shape, style, tap), Span(words, "", tap)])  # fmt: skip
        if not self.boxes:
            rows.append(line(t(" 手もとに封印した箱はありません", " No sealed box is here")))
        rows += [
            [],
            line(Span(t(" 契約の一覧にない場所、鍵のかからない場所には置けません。", " Only places of the contract's list, and only those that lock."), "dim")),
            line(Span(t(" 出発の前に F7 で出します。だれがいつ出したかが残ります。", " Before it leaves, F7 takes it out: who and when is kept."), "dim")),
        ]  # fmt: skip
        return rows[:height]

    def prompt(self) -> Prompt:
        return Prompt(self.t("操作", "key"), "", self.t("F8＝保管する  F7＝出す", "F8=put away  F7=take out"))

    def label(self, action: str) -> str:
        return {"finish": self.t("保管", "Store"), "no_show": self.t("出す", "Out")}.get(action, "")

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        boxes = self.boxes
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go("custody")
        elif key in ("up", "down") and boxes:
            at = boxes.index(self.here) + (1 if key == "down" else -1)
            self.box = boxes[max(0, min(len(boxes) - 1, at))]
        else:
            return False
        return True

    def tap(self, what: str) -> None:
        if what.startswith("item:"):
            self.box = what[5:]

    # ------------------------------------------------------------------ actions

    def why_not(self, action: str) -> Why:
        stores, t = self.station.booth.stores, self.t
        if action in ("finish", "no_show") and not self.here:
            return t("封印した箱がありません", "no sealed box is here")
        if action == "finish" and not self.station.profile.custody.places:
            return t("この契約に保管場所の一覧はありません", "this contract lists no places")
        if action == "finish" and self.here in stores and stores[self.here].whole:
            return refuse("store.inside", container=self.here)
        if action == "no_show" and self.here not in stores:
            return refuse("store.not_inside", container=self.here)
        return super().why_not(action)

    def do_finish(self) -> None:
        """F8: which place; then the second person, who looks too."""
        places = self.station.profile.custody.places[:9]
        kept, box = self.station.booth.stores.get(self.here), self.here
        if kept is not None:
            self._second(box, kept.place)
            return
        no = self.t("鍵がかかりません", "does not lock")
        entries = [(str(at), self.t(one.ja, one.en), "" if one.locked else no) for at, one in enumerate(places, 1)]

        def pick(digit: str) -> None:
            place = places[int(digit) - 1].id
            two = self.station.profile.operation.two_person_seal
            self._send(PutAway(box, place), None, (lambda: self._second(box, place)) if two else _nothing)

        self.terminal.lay(Menu(self.terminal, self.t(f"箱 {box} の場所", f"Where box {box} stands"), entries, pick))

    def _second(self, box: str, place: str) -> None:
        why = self.t(f"箱 {box}：べつの人も見て署名します", f"Box {box}: another person looks and signs")
        self.terminal.lay(
            SecondPerson(self.terminal, why, lambda person: self._send(PutAway(box, place), person, _nothing))
        )

    def do_no_show(self) -> None:
        """F7: it is taken out, to leave or to be opened."""
        self._send(TakeOut(self.here), None, _nothing)

    def _send(self, command: StorageCommand, person: Person | None, then: Callable[[], None]) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command, person=person)
            station.say(self.t("記録しました。", "Recorded."))
            then()

        station.begin(self.t("記録しています", "recording"), work)


def _nothing() -> None:
    """Nobody else signs."""
