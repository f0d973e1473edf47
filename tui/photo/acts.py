"""What can be done with a visit's photo: take it, take it again, cut it by hand, except it, accept it, be done with it."""

from __future__ import annotations

from hub.domain.contracts.procedure import Step
from hub.domain.photo import photo
from hub.domain.photo.photo import Living, PhotoState
from hub.domain.photo.rules import EXEMPT
from hub.domain.refusal import refuse
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit as v
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.visit import Visit
from sync.messages import PhotoShown
from tui.layer import Ask, Layer, Menu, Terminal, Why
from tui.photo.framing import Framing
from tui.photo.live import Live
from tui.photo.sheets import Sheets
from tui.visit import form_id

LOOKED, REVIEW = 1, 2
"""The two ticks, by their digits."""

REASONS = (
    ("ご本人の事情（くわしくは書かない）", "the applicant's circumstances (not which)"),
    ("機械の確認がちがう", "the machine's check is wrong"),
)
"""Religion, illness, an infant, a disability are reasons to use a picture, and are nobody's to write down."""


class PhotoActs(Layer):
    """The photo of the visit that is open at this window."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.ticks: tuple[int, frozenset[int]] = (-1, frozenset())
        """The shot that was ticked, and what: another picture begins without ticks."""
        self.framing: Framing | None = None
        """While the picture is being cut by hand."""
        self.sheets = Sheets(self)
        self.live = Live(self)

    # ------------------------------------------------------------------ what there is

    @property
    def visit(self) -> Visit | None:
        mine = self.station.mine
        return v.open_visit(self.station.booth.visits, mine.id) if mine is not None else None

    def scanned(self, code: str) -> bool:
        visit = self.visit
        return visit is not None and form_id.take(self, visit, code)

    @property
    def step(self) -> Step | None:
        """The photo step that is not done yet."""
        visit = self.visit
        if visit is None:
            return None
        steps = visit_steps.booth_steps(method_of(self.station.profile, visit))
        return next((step for step in steps if step.kind in visit_steps.PHOTO_KIND and step.id not in visit.done), None)

    @property
    def living(self) -> Living | None:
        """This visit's picture."""
        visit = self.visit
        return photo.of_visit(self.station.booth.photos, visit.id) if visit is not None else None

    @property
    def picture(self) -> PhotoShown | None:
        """The picture as this terminal has it, if it is the living one."""
        way, living = self.station.client.photo, self.living
        if way is None or living is None or way.shown is None or way.shown.shot != living.shot:
            return None
        return way.shown

    @property
    def ticked(self) -> frozenset[int]:
        living = self.living
        return self.ticks[1] if living is not None and self.ticks[0] == living.shot else frozenset()

    def why_not_here(self) -> str:
        if self.living is not None or self.step is not None or self.sheets.asks:
            return ""
        return self.t("写真は、その手続の写真の段からだけ開きます", "only from a visit's photo step")

    def why_not(self, action: str) -> Why:
        living = self.living
        match action:
            case "reprint":
                return self.sheets.why_no_print()
            case "finish":
                return "" if self.sheets.loose else self.t("行き先を聞く紙はありません", "no sheet to account for")
            case "no_show":
                return "" if self.live.on else self.live.why_not()
            case "recall":
                if living is None:
                    return self.t("まだ撮っていません（Enterで撮影）", "no picture yet (Enter)")
                if living.state is PhotoState.ASKED:
                    return refuse("photo.not_yet", number=living.number)
                if living.state is PhotoState.DOOMED:
                    return refuse("photo.being_destroyed", number=living.number)
        return super().why_not(action)

    # ------------------------------------------------------------------ deeds

    def tick(self, digit: int) -> None:
        living = self.living
        if living is not None and living.state is PhotoState.TAKEN and digit in (LOOKED, REVIEW):
            self.ticks = (living.shot, self.ticked ^ {digit})

    def enter(self) -> None:
        """What comes next: the shutter, the applicant's word, the end of the step."""
        living, visit, step = self.living, self.visit, self.step
        if self.framing is not None:
            self._cut(self.framing)
        elif self.sheets.unsure is not None:
            self.sheets.look()
        elif visit is None or (step is None and living is None):
            self.terminal.go("visit" if visit is not None else "work")
        elif living is None and step is not None:
            self._shoot(visit, step)
        elif living is not None and living.state is PhotoState.TAKEN:
            self._confirm(living)
        elif living is not None and living.state is PhotoState.CONFIRMED and step is not None:
            self._finish_step(visit, step)
        elif living is not None:
            self.station.refuse(
                refuse("photo.not_yet", number=living.number)
                if living.state is PhotoState.ASKED
                else refuse("photo.being_destroyed", number=living.number)
            )

    def _shoot(self, visit: Visit, step: Step) -> None:
        station, t = self.station, self.t
        self.live.stop()

        async def work() -> None:
            await station.submit(photo.Shoot(visit.id, step.id))
            station.hush()

        station.begin(t(f"{visit.number} の写真を撮っています", f"photographing {visit.number}"), work)

    def _confirm(self, living: Living) -> None:
        station, t = self.station, self.t
        shown = self.picture
        if shown is None:
            station.warn(t("写真がまだ画面に出ていません。", "The picture is not on the screen."), "", "photo.not_here")
            return
        command = photo.Confirm(
            living.shot, living.commitment, looked=LOOKED in self.ticked, review=REVIEW in self.ticked
        )

        async def work() -> None:
            await station.submit(command)
            station.say(t(f"{living.number} の写真を本人が認めました。", f"{living.number}: the picture is accepted."))

        station.begin(t("本人の確認を記録しています", "recording the applicant's word"), work)

    def _finish_step(self, visit: Visit, step: Step) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            await station.submit(v.DoStep(visit.id, step.id), version=visit.version)
            station.say(
                t(f"{visit.number} の写真の段を終え、写真を消しています。", f"{visit.number}: photo step done.")
            )
            self.terminal.go("visit")

        station.begin(t("写真の段を終えています", "ending the photo step"), work)

    def do_reprint(self) -> None:
        """F9-5: the picture on paper."""
        self.sheets.print()

    def do_no_show(self) -> None:
        """F7: look through the camera, or no more."""
        self.live.toggle()

    def do_finish(self) -> None:
        """F8: where a printed sheet went."""
        self.sheets.settle()

    def do_recall(self) -> None:
        """F6: once more, the paper or the picture."""
        living = self.living
        if living is not None and living.state is PhotoState.CONFIRMED and self.sheets.printed:
            self.sheets.once_more()
        else:
            self.retake()

    def retake(self) -> None:
        """This picture is not used."""
        station, t, living = self.station, self.t, self.living
        assert living is not None
        self.framing = None

        async def work() -> None:
            await station.submit(photo.Retake(living.shot))
            station.say(
                t(f"{living.number} の写真を消します。", f"{living.number}: the picture goes."),
                t("消えたら Enter でもう一度撮る", "then Enter takes another"),
            )

        station.begin(t("写真を消しています", "destroying the picture"), work)

    def do_correct(self) -> None:
        """F9-7: an exception with its reason, no photo at all, or a manager's word for a camera that is dead."""
        t, living, visit, step = self.t, self.living, self.visit, self.step
        exempt = step.exempt if step is not None and living is None else ()
        blocked = living is not None and living.state is PhotoState.TAKEN and living.blocked
        doomed = living is not None and living.state is PhotoState.DOOMED
        entries = [
            (
                "1",
                t("例外としてこの写真を使う", "Use it as an exception"),
                "" if blocked else t("要りません", "no need"),
            ),
            *(
                (
                    str(number),
                    t("対象外：", "No photo: ") + t(*words),
                    "" if why in exempt else t("できません", "not now"),
                )
                for number, (why, words) in enumerate(EXEMPT.items(), 2)
            ),
            (
                "9",
                t("カメラの中を見た（管理者）", "Camera looked into (manager)"),
                "" if doomed else t("要りません", "no need"),
            ),
        ]

        def pick(digit: str) -> None:
            if digit == "1" and living is not None:
                self._why(
                    t("例外の理由", "Why the exception?"),
                    tuple(t(*words) for words in REASONS),
                    lambda reason: photo.Override(living.shot, reason),
                )
            elif digit == "9" and living is not None:
                self._why(
                    t("どうやって確かめましたか", "How do you know?"),
                    (
                        t("カメラの画面で消した", "deleted on the camera"),
                        t("カードを抜いて消した", "deleted from its card"),
                    ),
                    lambda reason: photo.VouchEmpty(living.shot, reason),
                )
            elif visit is not None and step is not None:
                self._submit(photo.Exempt(visit.id, step.id, tuple(EXEMPT)[int(digit) - 2]))

        self.terminal.lay(Menu(self.terminal, t("写真の例外", "Exceptions"), entries, pick))

    def _why(self, question: str, choices: tuple[str, ...], command: object) -> None:
        assert callable(command)

        def answer(reason: str) -> None:
            if not reason:
                self.station.refuse(refuse("photo.reason"))
                return
            self._submit(command(reason))

        hint = self.t("数字でえらぶか、文字で入れて Enter", "digit, or type it")
        self.terminal.lay(
            Ask(self.terminal, self.t("理由", "reason"), question, hint, answer, kana=True, choices=choices)
        )

    def _submit(self, command: photo.PhotoCommand) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            await station.submit(command)
            station.say(t("記録しました。", "Recorded."))

        station.begin(t("記録しています", "recording"), work)

    def _cut(self, framing: Framing) -> None:
        station, t, way, living = self.station, self.t, self.station.client.photo, self.living

        async def work() -> None:
            if way is not None and living is not None:
                await way.crop(living.shot, framing.box)
            self.framing = None

        station.begin(t("切り直しています", "cutting"), work)
