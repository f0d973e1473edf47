"""What can be done in a visit: sign a step, ask the city, finish, hold, send away, give up."""

from __future__ import annotations

from hub.domain.contracts.procedure import Method, Step
from hub.domain.identity.identity import RequestIdentity, WithdrawRequest
from hub.domain.queue.queue import FinishTicket, HoldTicket, SendAway
from hub.domain.refusal import refuse, some
from hub.domain.visit import comparing
from hub.domain.visit import originals as o
from hub.domain.visit import rules as visit_rules
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit as v
from hub.domain.visit.circumstances import method_of, offered
from hub.domain.visit.form_id import step_to_read
from hub.domain.visit.rules import VisitCommand
from hub.domain.visit.shown_papers import ticked_at
from hub.domain.visit.visit import Visit
from sync.keys.party import Person
from tui import tokens
from tui.layer import Ask, Layer, Menu, Terminal, Why
from tui.papers.second_person import SecondPerson
from tui.personal import reading
from tui.visit import form_id, originals
from tui.visit.draft import Draft, items_of, lacking
from tui.visit.questions import ask_again
from tui.visit.steps import short_name, window_step
from tui.words import minute_words
from tui.work.queue_acts import QueueActs, back_by


class VisitActs(Layer):
    """One visit: the open one of the ticket at this window."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.visit_id: int | None = None
        self.step_id = ""
        self.shown_papers: dict[int, set[int]] = {}
        """Visit to the classes of identity papers ticked for its request."""

    @property
    def visit(self) -> Visit | None:
        mine = self.station.mine
        return v.open_visit(self.station.booth.visits, mine.id) if mine is not None else None

    def scanned(self, code: str) -> bool:
        visit = self.visit
        return visit is not None and form_id.take(self, visit, code)

    def why_not_here(self) -> str:
        return (
            ""
            if self.visit is not None
            else self.t("対応中の手続がありません（F5で呼んで Enter）", "no open visit (F5, then Enter)")
        )

    def method(self, visit: Visit) -> Method:
        return method_of(self.station.profile, visit)

    def step(self, visit: Visit) -> Step | None:
        """The step under the cursor; it goes on by itself when its step is done."""
        steps = visit_steps.booth_steps(self.method(visit))
        if visit.id != self.visit_id:
            self.visit_id, self.step_id = visit.id, ""
        known = next((step for step in steps if step.id == self.step_id), None)
        if known is None or known.id in visit.done:
            # Steps of the reception are left to whoever goes up to them: the cursor goes on, and never back to them.
            known = window_step(visit, self.method(visit))
            self.step_id = known.id if known is not None else "-"
        return known

    def draft(self, visit: Visit, step: Step) -> Draft:
        person = self.station.person.person if self.station.person is not None else ""
        key = (person, visit.id, step.id)
        drafts = self.terminal.drafts
        if key not in drafts:
            drafts[key] = Draft(items_of(step, self.method(visit), self.station.profile))
        return drafts[key]

    def pending_request(self, visit: Visit) -> int | None:
        """The request of this visit that the city has not answered."""
        identity = self.station.booth.identity
        return next((n for n in identity.pending if identity.requests[n].visit == visit.id), None)

    def _sign(self, visit: Visit, step: Step) -> None:
        station, t = self.station, self.t
        command: VisitCommand
        if step.kind in visit_steps.CITY_KINDS:
            self._ask_city(visit, step)
            return
        if step.kind in visit_steps.PHOTO_KIND:
            self.terminal.go("photo")
            return
        draft = self.draft(visit, step)
        if ticked_at(step):
            # The hub refuses a missing paper too; that nothing was left undecided only this screen knows.
            lacks = lacking(draft, step, self.method(visit))
            if lacks:
                handout = step.kind == "notice"
                station.refuse(
                    refuse(
                        "visit.handout_missing" if handout else "visit.documents_missing",
                        missing=some([t(ja, en) for ja, en in lacks]),
                    )
                )
                return
            command = v.DoStep(visit.id, step.id, draft.shown)
            self.shown_papers[visit.id] = {
                n for n, paper in enumerate(station.profile.identity_papers, 1) if draft.ticks.get(paper.id)
            }
        elif step.kind == "count":
            if draft.uncounted:
                paper = draft.uncounted[0]
                station.refuse(refuse("custody.class_missing", paper=t(paper.ja, paper.en)))
                return
            command = v.CountSheets(
                visit.id, step.id, {paper.id: int(draft.counts[paper.id]) for paper in draft.papers}
            )
        else:
            command = v.DoStep(visit.id, step.id)

        def begin(person: Person | None = None) -> None:
            async def work() -> None:
                await station.submit(command, version=visit.version, person=person)
                station.say(t(f"{short_name(step.ja, 40)} を署名しました。", f"{step.en}: signed."))

            station.begin(t(f"{short_name(step.ja, 40)} を署名しています", f"signing {step.en}"), work)

        person = station.person.person if station.person is not None else ""
        seen_before = bool(step.checks) and v.done_by(visit, step.checks) == person
        if person and (seen_before or comparing.same_eyes(visit, step.id, person)):
            why = t(f"{short_name(step.ja, 24)}：べつの人が確かめて署名", f"{step.en}: another person signs")
            self.terminal.lay(SecondPerson(self.terminal, why, begin))
        else:
            begin()

    def _ask_city(self, visit: Visit, step: Step) -> None:
        station, t = self.station, self.t
        if self.pending_request(visit):
            station.warn(
                t("市の返事を待っています。", "Waiting for the city."),
                t("返事は右に出ます。長いときは F9-1 保留", "F9-1 holds"),
                "identity.pending",
            )
            return
        ticked = sorted(self.shown_papers.get(visit.id, ()))
        papers = tuple(dict.fromkeys(station.profile.identity_papers[n - 1].told for n in ticked))

        async def work() -> None:
            await station.submit(RequestIdentity(visit.id, step.id, papers))
            station.say(t(f"{visit.number} の本人確認を市へ依頼しました。", f"{visit.number}: the city was asked."))

        station.begin(t("市へ依頼しています", "asking the city"), work)

    @property
    def work(self) -> QueueActs:
        page = self.terminal.pages["work"]
        assert isinstance(page, QueueActs)
        return page

    def why_not(self, action: str) -> Why:
        t, visit = self.t, self.visit
        match action:
            case "issue_1" | "issue_2":
                return self.work.why_not(action)
            case "call_next" | "call_this":
                return t("手続中です。先に完了（F8）か保留（F9-1）", "finish (F8) or hold (F9-1) this visit first")
            case "finish" if visit is not None:
                gate = visit_steps.missing_gate(visit, self.method(visit))
                if gate is not None and (stop := comparing.stopped(visit, gate.id)) is not None:
                    return stop
                if gate is not None:
                    return refuse("visit.gate_open", step=t(gate.ja, gate.en))
                booth = self.station.booth
                return o.not_returned(booth.originals, visit.id, self.station.profile, booth.visits) or ""
            case "reveal" if visit is not None:
                return reading.why_not(self.station, self._reservation(visit), visit=True)
            case "finish" if visit is None and self.station.mine is not None:
                return self.work.why_not(action)  # what was given up leaves its ticket to be ended
            case "finish" | "hold" | "send_away" | "correct" | "reveal" | "no_show" if visit is None:
                return t("手続が終わっています", "no open visit")
        return super().why_not(action)

    def _reservation(self, visit: Visit) -> str:
        return self.station.booth.queue.tickets[visit.ticket].reservation

    def do_reveal(self) -> None:
        """F9-0: one field of the person whose visit this is, for a purpose of the contract."""
        assert self.visit is not None
        reading.ask_what_for(self.terminal, self._reservation(self.visit), self.visit.id)

    def do_issue_1(self) -> None:
        self.work.do_issue_1()

    def do_issue_2(self) -> None:
        self.work.do_issue_2()

    def do_no_show(self) -> None:
        """F7: originals are given back, or taken."""
        assert self.visit is not None
        originals.give_or_take(self, self.visit)

    def do_finish(self) -> None:
        """F8: the visit ends; when everybody of this ticket had theirs, the ticket ends with it."""
        station, t, visit = self.station, self.t, self.visit
        if visit is None:
            self.terminal.go("work")
            self.work.do_finish()
            return

        async def work() -> None:
            await station.submit(v.FinishVisit(visit.id), version=visit.version)
            ticket = station.booth.queue.tickets[visit.ticket]
            if (
                visit_rules.blocks_finish(station.booth.visits, station.profile, station.booth.queue, ticket.id)
                is not None
            ):
                station.say(
                    t(f"{visit.number} の1人分の手続を完了しました。", f"{visit.number}: one visit finished."),
                    t("Enter でつぎの人の手続をひらく", "Enter opens the next one"),
                )
            else:
                await station.submit(FinishTicket(ticket.id), version=ticket.version)
                # No Ctrl+Z: it would take back the ticket's end alone, and the visit's stays.
                station.say(
                    t(f"{visit.number} の手続と番号札を完了しました。", f"{visit.number}: visit and ticket finished.")
                )
            self.terminal.go("work")

        station.begin(t(f"{visit.number} を完了しています", f"finishing {visit.number}"), work)

    def do_hold(self) -> None:
        station, t, ticket = self.station, self.t, self.station.mine
        assert ticket is not None

        async def work() -> None:
            done = await station.submit(HoldTicket(ticket.id), version=ticket.version)
            station.done(
                t(
                    f"{ticket.number} を保留にしました。手続はそのままです。",
                    f"{ticket.number} held; the visit stays open.",
                ),
                done,
                ticket.id,
            )
            self.terminal.go("work")

        station.begin(t(f"{ticket.number} を保留にしています", f"holding {ticket.number}"), work)

    def do_send_away(self) -> None:
        """A return ticket: the visit is given up (its papers go back), the place in line is kept."""
        station, t, visit, ticket = self.station, self.t, self.visit, self.station.mine
        assert visit is not None and ticket is not None

        def answer(text: str) -> None:
            minute = back_by(text, station.now_ms())
            if minute is None:
                station.refuse(refuse("queue.back_by"))
                return

            async def work() -> None:
                await station.submit(v.AbandonVisit(visit.id, "再来の札"), version=visit.version)
                now = station.booth.queue.tickets[ticket.id]
                await station.submit(SendAway(ticket.id, minute), version=now.version)
                until = minute_words(minute)  # no Ctrl+Z: the visit that was given up would not come back with it
                station.say(
                    t(
                        f"{ticket.number} を再来の札にしました（{until}まで）。書類を返してください。",
                        f"{ticket.number}: back by {until}. Return the papers.",
                    )
                )
                self.terminal.go("work")

            station.begin(t("再来の札にしています", "making a return ticket"), work)

        question = t(
            f"{ticket.number}：何時までに戻られますか（手続は取りやめます）",
            f"{ticket.number}: back by when? The visit ends.",
        )
        self.terminal.lay(
            Ask(self.terminal, t("時刻", "time"), question, t("4けた。例 1130", "four digits, such as 1130"), answer)
        )

    def do_correct(self) -> None:
        """F9-7: withdraw the request to the city, change to the lesser method, or give the visit up."""
        t, visit = self.t, self.visit
        assert visit is not None
        request = self.pending_request(visit)
        lesser = self.method(visit).downgrade_to
        entries = [
            ("1", t("手続を取りやめる（理由）", "Give the visit up, with a reason"), ""),
            (
                "2",
                t("市への依頼を取り下げる", "Withdraw the request to the city"),
                "" if request is not None else t("依頼は出ていません", "no request"),
            ),
            (
                "3",
                t("サポートだけの方式に変える", "Change to the lesser method"),
                "" if lesser is not None else t("この方式にはありません", "this method has none"),
            ),
            (
                "4",
                t("事情（代理人・年齢・市外など）", "What is special: representative, age, other city"),
                "" if offered(self.station.profile, visit.method) else t("この契約にはありません", "none here"),
            ),
            (
                "5",
                t("原本を置いて帰られた（理由）", "Gone without the originals"),
                "" if visit.id in self.station.booth.originals else t("預かっていません", "none is here"),
            ),
            (
                "6",
                t("確かめたこと（申請の方法・郵送・お住まいなど）", "What was asked: channel, mail, residence"),
                "" if self.station.profile.asked(visit.method) else t("この契約にはありません", "none here"),
            ),
            (
                "7",
                t("申請書（IDを入れる・取り替え）", "The form: type its ID, or replaced"),
                "" if step_to_read(self.method(visit), visit.done) else t("読み取る段はありません", "no step reads it"),
            ),
        ]

        def pick(digit: str) -> None:
            if digit == "1":
                self._give_up(visit)
            elif digit == "7":
                form_id.ask(self, visit)
            elif digit == "6":
                ask_again(self, visit)
            elif digit == "2" and request is not None:
                self._chain(WithdrawRequest(request), t("市への依頼を取り下げました。", "The request was withdrawn."))
            elif digit == "4":
                self.ask_circumstances()
            elif digit == "5":
                originals.left(self, visit)
            elif lesser is not None:
                self._chain(
                    v.DowngradeVisit(visit.id, lesser),
                    t("方式を変えました。書類は返し、はじめから確かめます。", "The method was changed."),
                )

        self.terminal.lay(Menu(self.terminal, t("訂正・取りやめ", "Correct"), entries, pick))

    def _chain(self, command: VisitCommand | WithdrawRequest, said: str) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)

    def ask_circumstances(self) -> None:
        """F9-7-4, or a digit on a step without ticks: one thing that is special, said or taken back."""
        t, visit = self.t, self.visit
        assert visit is not None
        entries = [
            (str(n), (tokens.DONE if one.id in visit.circumstances else tokens.WAIT) + t(one.ja, one.en), "")
            for n, one in enumerate(offered(self.station.profile, visit.method), 1)
        ]
        title = t(f"{visit.number} の事情", f"Special about {visit.number}")

        def pick(digit: str) -> None:
            self.toggle(visit, int(digit))

        self.terminal.lay(Menu(self.terminal, title, entries, pick))

    def toggle(self, visit: Visit, number: int) -> bool:
        """Say the circumstance of that number, or take it back; False if there is none."""
        known = offered(self.station.profile, visit.method)
        if not 0 < number <= len(known):
            return False
        one, station, t = known[number - 1], self.station, self.t
        names = set(visit.circumstances) ^ {one.id}
        said = one.id in names

        async def work() -> None:
            await station.submit(v.TriageVisit(visit.id, tuple(sorted(names))), version=visit.version)
            station.say(
                t(f"{one.ja}：段を合わせました。", f"{one.en}: the steps were changed.")
                if said
                else t(f"{one.ja}：取り消しました。", f"{one.en}: taken back.")
            )

        station.begin(t("事情を記録しています", "recording"), work)
        return True

    def _give_up(self, visit: Visit) -> None:
        t = self.t
        reasons = (
            ("書類がそろわない", "ご本人の都合", "市の決定：できない", "方式をまちがえた")
            if t.japanese
            else ("papers missing", "applicant's wish", "the city refused", "wrong method")
        )
        unserved = {t(f"対象外：{one.ja}", f"not served here: {one.en}"): one.id
                    for one in offered(self.station.profile, visit.method) if not one.accepted}  # fmt: skip

        def answer(reason: str) -> None:
            if not reason:
                self.station.refuse(refuse("visit.reason"))
                return
            self._chain(
                v.AbandonVisit(visit.id, reason, unserved.get(reason, "")),
                t(
                    f"{visit.number} の手続を取りやめました。書類を返してください。",
                    f"{visit.number}: given up. Return the papers.",
                ),
            )

        question = t(f"{visit.number} の手続を取りやめる理由", f"Why is {visit.number} given up?")
        self.terminal.lay(
            Ask(
                self.terminal,
                t("理由", "reason"),
                question,
                t("数字でえらぶか、文字で入れて Enter", "digit, or type it"),
                answer,
                kana=True,
                choices=(*reasons, *unserved),
            )
        )
