"""Screen 4 保管・封印: two people count blind, then two people sign one seal."""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.custody import custody as c
from hub.domain.custody.custody import Container, ContainerState
from hub.domain.custody.rules import LONGEST_NUMBER
from hub.domain.refusal import refuse
from hub.domain.visit.form_id import is_form_id
from sync.keys.party import Person
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.field import Field
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Layer, Menu, Prompt, Terminal, Why
from tui.papers import resolving
from tui.papers.disposal_page import waiting_disposals
from tui.papers.due_words import left
from tui.papers.second_person import SecondPerson
from tui.papers.tally import Tally

PAGES = {"3": "left", "4": "store", "5": "lent", "6": "disposal", "8": "packing", "9": "plan"}
"""What else people answer for beside sealed papers, by its digit under F9-7."""


class CustodyPage(Layer):
    """Box, first count, second count, seal number read by both, F8."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.box = ""
        self.field = Field(longest=20)
        self.second: Person | None = None
        self.tally = Tally(5)
        self.again = False
        """The person whose turn it is counts once more."""
        self.seals: list[str] = []
        """The seal number as each signer read it."""

    def shown(self) -> None:
        self.field.text = ""
        self._begin_count()
        if self.box and self.container.state is not ContainerState.OPEN:
            self.box = ""
        if not self.box:
            self.box = next(
                (b.id for b in self.station.booth.custody.containers.values() if b.state is ContainerState.OPEN), ""
            )
        self.seals = []

    def _begin_count(self) -> None:
        self.tally.clear()
        self.again = False

    # ------------------------------------------------------------------ where we are

    @property
    def container(self) -> Container:
        return c.open_container(self.station.booth.custody, self.box)

    @property
    def two(self) -> bool:
        return self.station.profile.operation.two_person_seal

    def counting(self) -> Person | None:
        """Whose count comes now: the first person's, then the second's; None when all have counted."""
        first, second = self.station.person, self.second
        assert first is not None
        counted = {count.person for count in self.container.counts}
        if self.again:
            return second if second is not None and second.person in counted else first
        if first.person not in counted:
            return first
        if self.two and second is not None and second.person not in counted:
            return second
        return None

    @property
    def stage(self) -> str:
        if not self.box:
            return "box"
        if self.counting() is not None:
            return "count"
        if self.two and self.second is None:
            return "second"
        return "seal" if len(self.seals) < (2 if self.two else 1) else "sign"

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        station, t = self.station, self.t
        person = station.person
        assert person is not None
        boxed = t(f"箱 {self.box}", f"box {self.box}") if self.box else t("箱をえらぶ", "choose a box")
        owed = station.still_owed()
        title = line(Span(t(f" 保管・封印   {boxed}", f" Count and seal   {boxed}"), "title"))
        if owed:  # the most urgent of all; screen 5 has each box's own
            title += [Span("   "), left(station, owed[0])]
        title += waiting_disposals(station)
        rows = [
            title,
            rule(min(width, 80), station.deployment.training),
        ]
        counted = {count.person: sum(n for _, n in count.sheets) for count in self.container.counts}
        counter = self.counting() if self.box else None
        name = station.name_of(counter.person) if counter is not None else ""
        head = t(
            f" 分類                              {name} が数える", f" Class                             {name} counts"
        )
        rows.append(line(Span(head if counter is not None else t(" 分類", " Class"), "dim")))
        for number, paper in enumerate(station.profile.handed_over()):
            here = counter is not None and number == self.tally.at
            shown = (
                fit(self.tally.shown(paper.id, here), 6, right=True) if counter is not None else t("【隠す】", "hidden")
            )
            rows.append(
                [
                    Span(">" if here else " "),
                    Span(fit(t(paper.ja, paper.en), 33)),
                    Span(shown, "cursor" if here else "bold" if counter else "dim", f"item:{number}"),
                ]
            )
        rows += [
            [],
            line(
                Span(
                    t(
                        " 数える間は【隠す】：記録の数は2人とも、1人目の数は2人目に見えません。",
                        " Blind: nobody sees the record's numbers, nor the other's.",
                    ),
                    "dim",
                )
            ),
            [],
        ]
        done, wait = tokens.DONE, tokens.WAIT
        others = [one for one in counted if one != person.person]
        steps = [
            (
                person.person in counted,
                t(f"1 {station.name_of(person.person)} が数えた", f"1 counted by {station.name_of(person.person)}"),
            ),
            (
                bool(others),
                t(
                    "2 べつの人が数えた " + "、".join(map(station.name_of, others)),
                    "2 counted by another " + ", ".join(map(station.name_of, others)),
                ),
            ),
            (
                bool(self.seals),
                t(
                    "3 封印番号を1人目が読んだ " + (self.seals[0] if self.seals else ""),
                    "3 seal read by the first " + (self.seals[0] if self.seals else ""),
                ),
            ),
            (len(self.seals) > 1, t("4 封印番号を2人目が読んだ", "4 seal read by the second")),
            (False, t("5 F8 で2人が署名（元に戻せません）", "5 F8: both sign (cannot be undone)")),
        ]
        for ok, words in steps:
            rows.append([Span(f" {done if ok else wait} ", "done" if ok else ""), Span(words)])
        return rows

    def prompt(self) -> Prompt:
        t = self.t
        match self.stage:
            case "box":
                return Prompt(
                    t("箱の番号", "box"),
                    self.field.text,
                    t("箱に書いてある番号を入れて Enter", "as written on the box, Enter"),
                )
            case "count":
                return Prompt(t("枚数", "count"), "", t("数字、Enter＝次の分類", "digits, Enter=next class"))
            case "second":
                return Prompt(t("操作", "key"), "", t("Enter＝2人目をよぶ", "Enter=second person"))
            case "seal":
                who = t("1人目", "first") if not self.seals else t("2人目（現物を読み直す）", "second, reading again")
                return Prompt(t("封印番号", "seal"), self.field.text, t(f"{who} Enter＝決める", f"{who} Enter=ok"))
        return Prompt(t("操作", "key"), "", t("F8＝封印の署名へ", "F8=sign the seal"))

    def label(self, action: str) -> str:
        t = self.t
        words = {"finish": t("封印", "Seal"), "recall": t("数え直し", "Again"), "no_show": t("用紙", "Blanks")}
        return words.get(action, "")

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            elif self.field.text:
                self.field.text = ""
            else:
                self.terminal.go("work")
            return True
        match self.stage:
            case "box":
                if key == "enter":
                    self._box_read(self.field.take().strip().upper())
                    return True
                return self.field.feed(key, char)
            case "count":
                return self._count_key(key, char)
            case "second":
                if key == "enter":
                    self.terminal.lay(
                        SecondPerson(
                            self.terminal,
                            self.t("べつの人が数えて署名します", "Another person counts and signs"),
                            self._joined,
                        )
                    )
                    return True
            case "seal":
                if key == "enter":
                    self._seal_read(self.field.take().strip().upper())
                    return True
                return self.field.feed(key, char)
        return False

    def scanned(self, code: str) -> bool:
        """The code on a box or on a seal, where that is asked for: what was half typed in its place is dropped.

        A form's ID is none of both, and must not become a box's name in the record.
        """
        read = {"box": self._box_read, "seal": self._seal_read}.get(self.stage)
        if read is None or is_form_id(code) or len(code) > LONGEST_NUMBER:
            return False
        self.field.text = ""
        read(code.strip().upper())
        return True

    def _box_read(self, box: str) -> None:
        self.box = box
        if box and self.container.state is not ContainerState.OPEN:
            self.station.refuse(refuse("custody.container_sealed", container=box))
            self.box = ""

    def remember(self) -> Callable[[], None]:
        text, counted = self.field.text, self.tally.remember()

        def restore() -> None:
            self.field.text = text
            counted()

        return restore

    def tap(self, what: str) -> None:
        self.tally.tapped(what)

    def _joined(self, person: Person) -> None:
        self.second = person
        self.tally.clear()

    def _count_key(self, key: str, char: str) -> bool:
        papers = self.station.profile.handed_over()
        classes = [paper.id for paper in papers]
        if key != "enter":
            return self.tally.feed(key, char, classes)
        missing = self.tally.missing(classes)
        if missing is None:
            self._count()
        elif self.tally.has(classes[self.tally.at]) and self.tally.at < len(papers) - 1:
            self.tally.at += 1
        else:
            self.tally.at = missing
            self.station.refuse(refuse("custody.class_missing", paper=self.t(papers[missing].ja, papers[missing].en)))
        return True

    def _count(self) -> None:
        station, t, person = self.station, self.t, self.counting()
        assert person is not None
        sheets = self.tally.numbers

        async def work() -> None:
            done = await station.submit(c.CountPapers(self.box, sheets), person=person)
            counted = done.events[0]
            assert isinstance(counted, c.PapersCounted)
            name = station.name_of(person.person)
            self._begin_count()
            if counted.agrees:
                station.say(t(f"{name} の枚数は記録と合いました。", f"{name}'s count agrees with the record."))
            else:
                station.warn(
                    t(f"{name} の枚数は記録と合いません。", f"{name}'s count differs from the record."),
                    t("F6 で数え直す。合わないときは管理者が F9-7", "F6 counts again; else the manager, F9-7"),
                    "custody.count_mismatch",
                )

        station.begin(t("枚数を記録しています", "recording the count"), work)

    def _seal_read(self, seal: str) -> None:
        t, station = self.t, self.station
        if not seal:
            station.warn(
                t("封印番号が入っていません。", "No seal number."),
                t("封印に書いてある番号を読んで入れる", "Read it from the seal."),
            )
        elif self.seals and seal != self.seals[0]:
            station.refuse(refuse("custody.seal_differs", seal=seal))
        else:
            self.seals.append(seal)

    # ------------------------------------------------------------------ actions

    def why_not(self, action: str) -> Why:
        if action == "finish" and self.stage != "sign":
            return self.t("数えて、封印番号を読んでから", "count and read the seal first")
        if action == "recall" and not self.box:
            return self.t("箱をえらんでから", "choose a box first")
        return super().why_not(action)

    def do_finish(self) -> None:
        t, station, second = self.t, self.station, self.second
        assert station.person is not None
        first, box, seal, shown = station.person, self.box, self.seals[0], self.container
        sheets = c.loose_sheets(station.booth.custody)
        manifest = c.manifest_hash((c.under_seal(station.booth.custody, shown, seal),))
        command = c.SealContainer(box, seal, manifest)
        question = t(
            f"{seal} で箱 {box} を封印します。{sheets}枚。元に戻せません。",
            f"Seal box {box} with {seal}: {sheets} sheets, for good.",
        )

        async def work() -> None:
            version = shown.version
            if first.person not in shown.signed_by:
                await station.submit(command, version=version, person=first)
                version += 1  # by this signature, and by nothing else
            if second is not None:
                await station.submit(command, version=version, person=second)
            self.second, self.box, self.seals = None, "", []
            station.say(
                t(
                    f"箱 {box} を {seal} で封印しました。{sheets}枚。",
                    f"Box {box} sealed with {seal}: {sheets} sheets.",
                ),
                t("引渡しは F4-5", "Hand it over: F4-5"),
            )

        def sign() -> None:
            station.begin(t("封印を記録しています", "recording the seal"), work)

        self.terminal.lay(Confirm(self.terminal, question, t("封印する", "seal"), sign))

    def do_no_show(self) -> None:
        """F7: the blanks of forms."""
        self.terminal.go("forms")

    def do_recall(self) -> None:
        """F6: count again."""
        self._begin_count()
        self.again = True
        self.seals = []

    def do_correct(self) -> None:
        """F9-7: the manager answers for a difference, or opens a sealed box; and what else is in our keeping."""
        t = self.t
        boxes = self.station.booth.custody.containers.values()
        newest_first = sorted(boxes, key=lambda box: (-box.sealed_ms, box.id))
        sealed = [box.id for box in newest_first if box.state is ContainerState.SEALED]
        entries = [
            (
                "1",
                t("差を認めて、数えた枚数にする（管理者）", "Admit the difference (manager)"),
                "" if self.box else t("箱をえらんでから", "choose a box first"),
            ),
            (
                "2",
                t("封印した箱をあける（管理者）", "Open a sealed box (manager)"),
                "" if sealed else t("封印した箱がありません", "none is sealed"),
            ),
            ("3", t("忘れ物", "Things left behind"), ""),
            ("4", t("封印した箱の保管場所", "Where sealed boxes stand"), ""),
            ("5", t("市から預かった物", "What the city handed to us"), ""),
            ("6", t("個人情報の廃棄", "Disposal of personal data"), ""),
            resolving.entry(self.terminal, "7"),
            ("8", t("持ち物（持ってきた物）", "What we brought along"), ""),
            ("9", t("開催の計画と機器", "Planned events and devices"), ""),
        ]

        def pick(digit: str) -> None:
            if digit in PAGES:
                self.terminal.go(PAGES[digit])
                return
            if digit == "7":
                resolving.resolve(self.terminal)
                return
            if digit == "1":
                self._admit()
            elif len(sealed) == 1:
                self._unseal(sealed[0])
            else:
                newest = sealed[:9]
                self.terminal.lay(
                    Menu(
                        self.terminal,
                        t("開ける箱", "Which box to open"),
                        [(str(number), box, "") for number, box in enumerate(newest, 1)],
                        lambda number: self._unseal(newest[int(number) - 1]),
                    )
                )

        self.terminal.lay(Menu(self.terminal, t("訂正", "Correct"), entries, pick))

    def _admit(self) -> None:
        """Ask the manager why; what it is signed for stands beside the question. Nobody else sees it: counts are blind."""
        station, t, box = self.station, self.t, self.container
        differs: c.Sheets = ()
        if station.manages(station.person):
            found = c.standing_difference(station.booth.custody, box, self.two, station.booth.keys)
            if found is None:
                station.refuse(refuse("custody.not_counted"))
                return
            if not found:
                station.refuse(refuse("custody.no_difference"))
                return
            differs = found
        names = {paper.id: t(paper.ja, paper.en) for paper in station.profile.handed_over()}
        rows = [f"{fit(names.get(paper, paper), 30)} {sheets:+}" for paper, sheets in differs]
        self._ask_why(box, rows, lambda reason: c.RecordDifference(box.id, reason, differs))

    def _unseal(self, number: str) -> None:
        box = self.station.booth.custody.containers[number]
        manifest, sheets = c.manifest_hash((box,)), sum(n for _, n in box.sheets)
        rows = [self.t(f"封印 {box.seal}  {sheets}枚", f"Seal {box.seal}: {sheets} sheets")]
        self._ask_why(box, rows, lambda reason: c.UnsealContainer(number, reason, manifest))

    def _ask_why(
        self, box: Container, about: list[str], command: Callable[[str], c.RecordDifference | c.UnsealContainer]
    ) -> None:
        t = self.t
        self.terminal.lay(
            Ask(
                self.terminal,
                t("理由", "reason"),
                t(f"箱 {box.id}：理由", f"Box {box.id}: why?"),
                t("文字で入れて Enter", "type it, Enter"),
                lambda reason: self._with_reason(command(reason), box.version),
                kana=True,
                about=about,
            )
        )

    def _with_reason(self, command: c.RecordDifference | c.UnsealContainer, version: int) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command, version=version)
            station.say(self.t("記録しました。", "Recorded."))

        station.begin(self.t("記録しています", "recording"), work)
