"""Screen 5 移送・引渡し: sealed boxes are offered to the city; the city signs for them on its own machine."""

from __future__ import annotations

from hub.domain.custody.custody import (
    Container,
    ContainerState,
    OfferTransfer,
    Transfer,
    TransferState,
    WithdrawTransfer,
    manifest_hash,
    version_of,
)
from hub.domain.custody.paper_receipt import city_paper
from hub.domain.custody.rules import UNSIGNED
from tui import documents, tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Layer, Menu, Prompt, Why
from tui.papers import on_paper, on_the_way
from tui.papers.due_words import left
from tui.words import hour_minute

STATES = {
    ContainerState.OPEN: (tokens.WAIT, "数えている", "being counted", ""),
    ContainerState.SEALED: (tokens.SEAL, "封印ずみ", "sealed", "done"),
    ContainerState.OFFERED: (tokens.REPLY, "市の署名待ち", "offered", "reply"),
    ContainerState.ACCEPTED: (tokens.DONE, "市が受け取った", "accepted", "done"),
}

PAPER = (tokens.REPLY, "紙で受領", "on paper", "reply")
"""The city's counter signed with a pen, two people have read it, and no key of the city has signed."""

TRANSFERS = {
    TransferState.OFFERED: (tokens.REPLY, "市の署名を待っています", "waiting for the city", "reply"),
    TransferState.DISPUTED: (tokens.BAD, "市の数と食い違っています", "the city counted otherwise", "bad"),
    TransferState.ACCEPTED: (tokens.DONE, "市が受け取りました", "accepted by the city", "done"),
    TransferState.WITHDRAWN: (tokens.OFF, "申し出を取り下げました", "withdrawn", "dim"),
}


class TransferPage(Layer):
    """What is sealed, what is on its way, what the city has."""

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        custody = station.booth.custody
        rows = [
            line(Span(t(" 移送・引渡し   会場から市へ", " Hand over to the city"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(
                Span(
                    t(
                        " 箱            封印          状態            枚数",
                        " Box           Seal          State           Sheets",
                    ),
                    "dim",
                )
            ),
        ]
        due = {one.container: one for one in station.still_owed()}
        for box in sorted(custody.containers.values(), key=lambda box: box.sealed_ms):
            shape, ja, en, style = self.state_of(box)
            sheets = "" if box.state is ContainerState.OPEN else str(sum(n for _, n in box.sheets))
            rows.append(
                [
                    Span(f" {fit(box.id, 13)} {fit(box.seal, 13)} "),
                    Span(shape + fit(t(ja, en), 16), style),
                    Span(fit(sheets, 5, right=True)),
                    *([Span("  "), left(station, due[box.id])] if box.id in due else []),
                ]
            )
        if not custody.containers:
            rows.append(line(t(" まだ箱がありません（F4-4 で数えて封印）", " No box yet (F4-4)")))
        rows += [[], line(Span(t(" 引渡し", " Transfers"), "title"))]
        for transfer in custody.transfers.values():
            shape, ja, en, style = self.standing_of(transfer)
            total = sum(n for _, n in transfer.sheets)
            boxes = "、".join(transfer.containers)
            rows.append(
                [
                    Span(f" {hour_minute(transfer.offered_ms)} {boxes} {total}{t('枚', ' sheets')} "),
                    Span(shape + t(ja, en), style),
                ]
            )
            rows += on_the_way.rows(self.terminal, transfer)
            rows += on_paper.rows(self.terminal, transfer)
            if transfer.received_by:
                rows.append(
                    line(
                        t(
                            f"    受取 {transfer.received_by} {hour_minute(transfer.received_ms)}",
                            f"    by {transfer.received_by} {hour_minute(transfer.received_ms)}",
                        )
                    )
                )
        return rows[:height]

    def state_of(self, box: Container) -> tuple[str, str, str, str]:
        """A box's shape and words; what the city has on paper alone is neither offered nor accepted."""
        paper = city_paper(self.station.booth.paper_receipts, box.transfer)
        return PAPER if paper is not None and box.state is ContainerState.OFFERED else STATES[box.state]

    def standing_of(self, transfer: Transfer) -> tuple[str, str, str, str]:
        """The same of a whole transfer."""
        paper = city_paper(self.station.booth.paper_receipts, transfer.id)
        if paper is None or transfer.state is not TransferState.OFFERED:
            return TRANSFERS[transfer.state]
        return tokens.REPLY, "紙で受領・市の確認待ち", "on paper; the city is to confirm", "reply"

    def sealed(self) -> tuple[Container, ...]:
        boxes = self.station.booth.custody.containers.values()
        return tuple(sorted((box for box in boxes if box.state is ContainerState.SEALED), key=lambda box: box.id))

    def open_transfer(self) -> Transfer | None:
        made = reversed(list(self.station.booth.custody.transfers.values()))
        return next((one for one in made if one.state in UNSIGNED), None)

    def prompt(self) -> Prompt:
        hint = self.t("F8＝封印した箱を市へ引き渡す", "F8=offer the sealed boxes")
        if self.moving() is not None:
            hint += self.t("  Enter＝出発・立寄り・到着", "  Enter=depart, stop, arrive")
        return Prompt(self.t("操作", "key"), "", hint)

    def label(self, action: str) -> str:
        words = {
            "finish": self.t("引渡", "Offer"),
            "reprint": self.t("送付表・預り証（PDF）", "transmittal, receipt (PDF)"),
            "correct": self.t("紙の受領・取り下げ", "Paper, withdraw"),
        }
        return words.get(action, "")

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            self.terminal.go("work")
            return True
        moving = self.moving()
        if key == "enter" and moving is not None:
            on_the_way.go_on(self.terminal, moving)
            return True
        return False

    def moving(self) -> Transfer | None:
        """The transfer whose boxes are here or on the road."""
        transfer = self.open_transfer()
        return transfer if transfer is not None and transfer.state is TransferState.OFFERED else None

    def why_not(self, action: str) -> Why:
        if action == "finish" and not self.sealed():
            return self.t("封印した箱がありません（F4-4）", "no sealed box (F4-4)")
        if action == "correct" and self.open_transfer() is None:
            return self.t("市の署名を待つ引渡しがありません", "no transfer is open")
        if action == "reprint" and self.last_transfer() is None:
            return self.t("引き渡した箱がありません", "no box was handed over")
        return super().why_not(action)

    def last_transfer(self) -> Transfer | None:
        """The newest that was not withdrawn: the one that papers are wanted of."""
        made = reversed(list(self.station.booth.custody.transfers.values()))
        return next((one for one in made if one.state is not TransferState.WITHDRAWN), None)

    def do_reprint(self) -> None:
        """F9-5: the 送付表 while the city has not signed, the 預り証 from then on."""
        from hub.documents.handover import receipt, transmittal

        profile, transfer = self.station.profile, self.last_transfer()
        assert transfer is not None
        papers = self.station.booth.paper_receipts.get(transfer.id, ())
        if transfer.state is TransferState.ACCEPTED:
            name, ja, en, render = f"receipt-{transfer.id}", "預り証", "the receipt", receipt
        else:
            name, ja, en, render = f"transmittal-{transfer.id}", "送付表", "the transmittal sheet", transmittal
        documents.make(self.terminal, name, ja, en, lambda made: render(transfer, papers, profile, made))

    def do_finish(self) -> None:
        t, station, boxes = self.t, self.station, self.sealed()
        numbers, sheets = tuple(box.id for box in boxes), sum(n for box in boxes for _, n in box.sheets)

        async def work() -> None:
            await station.submit(OfferTransfer(numbers, manifest_hash(boxes)), version=boxes[0].version)
            station.say(
                t(
                    "引渡しを申し出ました。市が署名するまで、預かっているのは会場です。",
                    "Offered; until the city signs, the booth answers for them.",
                )
            )

        def yes() -> None:
            station.begin(t("引渡しを記録しています", "recording the offer"), work)

        question = t(
            f"箱 {'、'.join(numbers)} を市へ引き渡します。{sheets}枚。",
            f"Offer {', '.join(numbers)} to the city: {sheets} sheets?",
        )
        self.terminal.lay(Confirm(self.terminal, question, t("引き渡す", "offer"), yes))

    def do_correct(self) -> None:
        """F9-7: a paper that was signed instead of a screen, read or struck; or the offer is taken back."""
        t, transfer = self.t, self.open_transfer()
        assert transfer is not None
        none = "" if self.station.booth.paper_receipts.get(transfer.id) else t("紙の受領はありません", "there is none")
        entries = [
            ("1", t("紙の受領を入れる（2人）", "Enter a paper that was signed (two)"), ""),
            ("2", t("紙の受領を取り消す（管理者）", "Strike a paper (manager)"), none),
            ("3", t("引渡しを取り下げる（管理者）", "Withdraw the offer (manager)"), ""),
        ]
        acts = {"1": on_paper.enter, "2": on_paper.strike}

        def pick(digit: str) -> None:
            if digit in acts:
                acts[digit](self.terminal, transfer)
            else:
                self._withdraw(transfer)

        self.terminal.lay(Menu(self.terminal, t("紙の受領・取り下げ", "Paper, withdraw"), entries, pick))

    def _withdraw(self, transfer: Transfer) -> None:
        t, station = self.t, self.station
        version = version_of(station.booth.custody, transfer)

        def answer(reason: str) -> None:
            async def work() -> None:
                await station.submit(WithdrawTransfer(transfer.id, reason, transfer.manifest), version=version)
                station.say(t("申し出を取り下げました。", "The offer was withdrawn."))

            station.begin(t("記録しています", "recording"), work)

        self.terminal.lay(
            Ask(
                self.terminal,
                t("理由", "reason"),
                t("引渡しを取り下げる理由", "Why is the offer withdrawn?"),
                t("文字で入れて Enter", "type it, Enter"),
                answer,
                kana=True,
            )
        )
