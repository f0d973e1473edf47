"""実施状況の写真: attached for the day's report, looked at by a second person, used only when nobody can be made out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from hub.documents.bare_jpeg import bare
from hub.domain.moment import iso_date
from hub.domain.reports import event_picture
from hub.domain.reports.event_picture import (
    FOLDER,
    LONGEST_TEXT,
    AttachPicture,
    ConfirmPicture,
    DropPicture,
    Picture,
    PictureCommand,
)
from sync.keys.party import Person
from sync.wholefile import write_whole
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Menu, Prompt, Why
from tui.papers.ledger_page import LedgerPage
from tui.papers.second_person import SecondPerson

LISTED = 10
"""Of a date no more are looked at in a row; the cursor goes on to the others."""


class PicturePage(LedgerPage[Picture]):
    """Up and down choose, F7 attaches a file, Enter confirms or drops the chosen one."""

    back = "day"

    @property
    def date(self) -> str:
        return self.station.booth.day.date or iso_date(self.station.now_ms())

    @property
    def things(self) -> list[Picture]:
        """Whatever nobody has looked at yet, of any date, then the others of this one."""
        pictures = self.station.booth.pictures
        open_ = event_picture.unseen(pictures)
        return [*open_, *(one for one in event_picture.of_date(pictures, self.date) if one.confirmed_by)]

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station, here, things = self.t, self.station, self.here, self.things
        rows = [
            line(Span(t(" 実施状況の写真（報告書に付ける）", " Pictures of the event, for the report"), "title")),
            rule(min(width, 80), station.deployment.training),
        ]
        first = max(0, things.index(here) - LISTED + 1) if here is not None else 0
        for one in things[first : first + LISTED]:
            seen = bool(one.confirmed_by)
            shape, style = (tokens.DONE, "done") if seen else (tokens.WARN, "warn")
            now = (
                t("確認ずみ ", "seen by ") + station.name_of(one.confirmed_by) if seen else t("確認がまだ", "not seen")
            )
            mark, tap = (">" if here is not None and one.id == here.id else " "), f"item:{one.id}"
            words = f"{fit(one.date, 11)}{fit(one.what, 36)} {now}"
            rows.append([Span(mark, "bold", tap), Span(shape, style, tap), Span(words, style, tap)])
        if not things:
            rows.append(line(t(" 写真はまだありません（F7＝付ける）", " No picture yet (F7 attaches one)")))
        rows += [
            [],
            line(Span(t(" 顔・名前・書類が判別できる写真は使えません。付けた人とべつの人が、", " No face, name or document may be made out."), "dim")),
            line(Span(t(" ファイルを開いて見てから署名します。全部がすむまで報告書はできません。", " Another person opens the file, looks and signs."), "dim")),
        ]  # fmt: skip
        return rows[:height]

    def prompt(self) -> Prompt:
        t = self.t
        words = t("Enter＝確認・使わない  F7＝写真を付ける", "Enter=seen, drop  F7=attach")
        return Prompt(t("操作", "key"), "", words if self.things else t("F7＝写真を付ける", "F7=attach"))

    def label(self, action: str) -> str:
        return {"no_show": self.t("付ける", "Attach")}.get(action, "")

    def why_not(self, action: str) -> Why:
        if action == "no_show" and not self.station.manages(self.station.person):
            return self.t("写真は管理者が付けます（Ctrl+L で交代）", "the manager attaches pictures (Ctrl+L)")
        if action == "no_show" and self.terminal.home is None:
            return self.t("この端末にフォルダーがありません", "this terminal has no folder")
        return super().why_not(action)

    # ------------------------------------------------------------------ the file

    def do_no_show(self) -> None:
        """F7: which file, and what it shows; kept without anything but its picture."""
        t = self.t

        def named(path: str) -> None:
            picture = self._read(Path(path.strip().strip('"')).expanduser())
            if picture is None:
                self.station.warn(
                    t("JPEG の写真として読めません。", "This cannot be read as a JPEG."),
                    t("ファイルの場所を確かめる（例 D:\\写真\\1.jpg）", "Check where the file is."),
                )
                return
            ask = t("何が写っているか（例 会場の全景）", "What does it show? Never who")
            self._ask(ask, lambda what: self._attach(picture, what), longest=LONGEST_TEXT)

        self._ask(t("写真のファイル（JPEG）の場所", "Where is the file (JPEG)?"), named, longest=200)

    def _read(self, path: Path) -> bytes | None:
        try:
            return bare(path.read_bytes())
        except OSError:
            return None

    def _attach(self, picture: bytes, what: str) -> None:
        digest = hashlib.sha256(picture).digest()
        file = self._file(digest)
        file.parent.mkdir(exist_ok=True)
        write_whole(file, picture)
        said = self.t("付けました。べつの人が見て確かめます。", "Attached; another person looks at it.")
        self._send(AttachPicture(self.date, digest, what), said)

    def _file(self, digest: bytes) -> Path:
        assert self.terminal.home is not None
        return self.terminal.home / FOLDER / f"{digest.hex()}.jpg"

    # ------------------------------------------------------------------ the second person

    def choose(self, one: Picture) -> None:
        t = self.t
        seen = t("確認ずみです", "seen already") if one.confirmed_by else ""
        entries = [
            ("1", t("見て確かめた（人も個人情報も判別できない）", "seen: nobody recognisable"), seen),
            ("2", t("使わない（理由）", "not used (why)"), ""),
        ]

        def pick(digit: str) -> None:
            if digit == "1":
                self._confirm(one)
                return

            def drop(reason: str) -> None:
                self._send(DropPicture(one.id, reason), t("使わないことにしました。", "It is not used."), gone=one)

            self._ask(t("使わない理由", "Why is it not used?"), drop, longest=LONGEST_TEXT)

        self.terminal.lay(Menu(self.terminal, one.what, entries, pick))

    def _confirm(self, one: Picture) -> None:
        t, station = self.t, self.station
        file = self._file(one.digest)
        try:
            digest = hashlib.sha256(file.read_bytes()).digest()
        except OSError:
            station.warn(
                t("写真のファイルが、この端末にありません。", "The file is not on this terminal."),
                t(f"付けた端末で見る（{FOLDER} フォルダー）", f"Look at it where it was attached ({FOLDER})."),
            )
            return
        said = t("確認を記録しました。", "Recorded.")
        command = ConfirmPicture(one.id, digest)
        assert station.person is not None
        if station.person.person == one.by:  # whoever sits here attached it: another signs in place
            why = t(f"{file.name[:8]}… を開いて見た人が署名します", f"Who opened {file.name[:8]} and looked signs")
            self.terminal.lay(SecondPerson(self.terminal, why, lambda person: self._send(command, said, person)))
            return
        question = t("だれも・何も判別できない、と署名します。", "Sign that nobody can be made out?")
        self.terminal.lay(Confirm(self.terminal, question, t("署名する", "sign"), lambda: self._send(command, said)))

    def _ask(self, question: str, answer: Callable[[str], None], *, longest: int) -> None:
        t = self.t
        hint = t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel")
        self.terminal.lay(Ask(self.terminal, t("答え", "answer"), question, hint, answer, kana=True, longest=longest))

    def _send(
        self, command: PictureCommand, said: str, person: Person | None = None, gone: Picture | None = None
    ) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command, person=person)
            if gone is not None and self.terminal.home is not None:
                self._file(gone.digest).unlink(missing_ok=True)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)
