"""The desk's working page: on the left what waits for the city, on the right the case that is open."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from hub.domain.identity.identity import Outcome, Request
from tui import tokens
from tui.cells import Line, Span, columns, fit, line
from tui.desk.booking import BookingPane
from tui.desk.disposal import DisposalPane
from tui.desk.erasure import ErasurePane
from tui.desk.more import AGAIN, PASS_ON, SECOND, More
from tui.desk.papers import PapersPane
from tui.desk.request import RequestPane
from tui.frame_lines import rule
from tui.layer import Layer, Prompt
from tui.words import span_words

if TYPE_CHECKING:
    from hub.client.desk.casebook import Booking, Disposing, Erasing, Offered

    Case = Request | Offered | Erasing | Disposing | Booking
    from tui.desk.screen import DeskTerminal

Pane = RequestPane | PapersPane | ErasurePane | DisposalPane | BookingPane

LEFT = 27
"""Cells of the list: number, window, age, officer."""

OUTCOMES = {
    Outcome.CONFIRMED: ("確認できた", "Confirmed"),
    Outcome.REFUSED: ("できない", "Refused"),
    Outcome.MORE_PAPERS: ("書類不足", "More papers"),
    Outcome.RETAKE: ("撮り直し", "Once more"),
}


class CasesPage(Layer):
    """Requests, oldest first, then papers, requests to erase and to dispose; the cursor stays on its case when others come or go."""

    def __init__(self, terminal: DeskTerminal) -> None:
        super().__init__(terminal)
        self.desk_terminal = terminal
        self.at: int | None = None
        """The case that is open: a request's or transfer's id."""
        self._panes: dict[int, Pane] = {}
        """Drafts by case: going to another case and back loses no tick."""
        self._taken_up: set[int] = set()
        """Requests of which the booth was told that this officer looks."""

    def shown(self) -> None:
        self._panes.clear()  # drafts belong to the person who made them
        self._taken_up.clear()
        self.desk_terminal.desk.leave_seat()
        self.at = None

    # ------------------------------------------------------------------ what is open

    def cases(self) -> list[Case]:
        desk = self.desk_terminal.desk
        return [*desk.requests, *desk.transfers, *desk.erasures, *desk.disposals, *desk.bookings]

    def current(self) -> Case | None:
        """The open case. Where none was opened yet, this officer's first; where the open one has ended, none until F5.

        Nothing slides under the officer's fingers: what was typed for one applicant never lands on the next.
        """
        cases = self.cases()
        if self.at is None and cases:
            self.at = self._mine()
        return next((case for case in cases if case.id == self.at), None)

    def _mine(self) -> int:
        """The oldest request whose turn is this officer's; the oldest case where there is none."""
        cases, officer = self.cases(), self.desk_terminal.officer
        mine = (one for one in cases if isinstance(one, Request) and officer and one.officer == officer.person)
        return next(mine, cases[0]).id

    def pane(self) -> Pane | None:
        case = self.current()
        if case is None:
            return None
        pane = self._panes.get(case.id)
        if pane is None:
            if isinstance(case, Request):
                pane = RequestPane(self.desk_terminal, case.id)
            elif case in self.desk_terminal.desk.erasures:
                pane = ErasurePane(self.desk_terminal, case.id)
            elif case in self.desk_terminal.desk.disposals:
                pane = DisposalPane(self.desk_terminal, case.id)
            elif case in self.desk_terminal.desk.bookings:
                pane = BookingPane(self.desk_terminal, case.id)
            else:
                pane = PapersPane(self.desk_terminal, case.id)
            self._panes[case.id] = pane
        if isinstance(case, Request):
            self._take_up(case)
        return pane

    def give_sign(self) -> None:
        """The silent sign, for the decision that is open; where none is, nothing happens and nothing is said."""
        pane = self.pane()
        if isinstance(pane, RequestPane):
            pane.give_sign()

    def take_up_again(self, request: int) -> None:
        """A decision was refused: its pictures are gone, and are sealed anew to whoever goes on looking."""
        self._taken_up.discard(request)

    def _take_up(self, request: Request) -> None:
        """The booth sees that somebody looks. Told once and not asked for again: the decision says it as well."""
        terminal, officer, desk = self.desk_terminal, self.desk_terminal.signer(request.id), self.desk_terminal.desk
        if officer is None or request.officer != officer.person:
            self._taken_up.discard(request.id)  # it may come back in turn, to be taken up anew
            return
        # A desk that was started again has lost the key of the check: its officer takes it up anew.
        told = request.id in self._taken_up or (request.taken_up_ms and desk.accepted(request.id))
        if told or not desk.connected or request.id in desk.unconfirmed:
            return
        self._taken_up.add(request.id)

        from hub.client.link.connection import NotConnected

        async def work() -> None:
            with contextlib.suppress(NotConnected):
                await desk.take_up(request.id, officer)

        terminal.start(work)

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, desk = self.t, self.desk_terminal.desk
        pane = self.pane()
        title = pane.title() if pane is not None else []
        rows = columns([line(t(" 依頼（古い順）", " Requests, oldest first"))], [title], LEFT, width, 1)
        rows.append(rule(width, desk.party.deployment.training, LEFT))
        right = pane.rows(width - LEFT - 2) if pane is not None else self._nothing()
        return [*rows, *columns(self._list(height - 2), [[Span(" "), *row] for row in right], LEFT, width, height - 2)]

    def _nothing(self) -> list[Line]:
        t = self.t
        if self.cases():
            return [[], line(t("F5＝次の依頼を開く", "F5=open the next request"))]
        return [
            [],
            line(t("いま依頼はありません。", "Nothing waits now.")),
            line(t("来ると左に出ます（音は出ません）。", "New requests appear on the left, without a sound.")),
        ]

    def _list(self, height: int) -> list[Line]:
        t, desk = self.t, self.desk_terminal.desk
        case = self.current()
        rows: list[Line] = []
        for one in desk.requests:
            here = case is not None and one.id == case.id
            shape, style = self._shape(one, here)
            age = span_words(desk.now_ms() - one.requested_ms)
            officer = self.desk_terminal.name_of(one.officer) if one.officer else tokens.UNSURE
            words = f"{fit(one.number, 5)} {fit(one.window, 6)}{fit(age, 5, right=True)} {officer}"
            rows.append(
                [
                    Span(">" if here else " "),
                    Span(shape, style, f"case:{one.id}"),
                    Span(words, "bold" if here else "", f"case:{one.id}"),
                ]
            )
        if desk.transfers:
            rows += [[], line(t(" 受け取る書類", " Papers to sign for"))]
        for offered in desk.transfers:
            here = case is not None and offered.id == case.id
            shape, style = (tokens.BAD, "bad") if offered.disputed else (tokens.SEAL, "")
            if offered.id in desk.unconfirmed:
                shape, style = tokens.REPLY, "reply"
            words = t(f"箱 {'・'.join(offered.containers)}", f"box {', '.join(offered.containers)}")
            rows.append(
                [
                    Span(">" if here else " "),
                    Span(shape, style, f"case:{offered.id}"),
                    Span(words, "bold" if here else "", f"case:{offered.id}"),
                ]
            )
        if desk.erasures:
            rows += [[], line(t(" 消去の承諾", " Consent to erase"))]
        for erasing in desk.erasures:
            here = case is not None and erasing.id == case.id
            words = t(f"{erasing.people}人分 {erasing.planned}", f"{erasing.people} people {erasing.planned}")
            rows.append(
                [
                    Span(">" if here else " "),
                    Span(tokens.WAIT, "", f"case:{erasing.id}"),
                    Span(words, "bold" if here else "", f"case:{erasing.id}"),
                ]
            )
        if desk.disposals:
            rows += [[], line(t(" 廃棄", " Disposals"))]
        for disposing in desk.disposals:
            here = case is not None and disposing.id == case.id
            waits = disposing.consented and not disposing.carried_out_by
            shape, style = (tokens.OFF, "dim") if waits else (tokens.WAIT, "")
            words = f"{disposing.number} {disposing.planned}"
            rows.append(
                [
                    Span(">" if here else " "),
                    Span(shape, style, f"case:{disposing.id}"),
                    Span(words, "bold" if here else "", f"case:{disposing.id}"),
                ]
            )
        if desk.bookings:
            rows += [[], line(t(" 訪問の予約", " Visits to confirm"))]
        for booking in desk.bookings:
            here, tap = case is not None and booking.id == case.id, f"case:{booking.id}"
            words = f"{booking.number} {booking.date}"
            rows.append(
                [Span(">" if here else " "), Span(tokens.WAIT, "", tap), Span(words, "bold" if here else "", tap)]
            )
        foot = self._today()
        room = max(0, height - len(foot) - 1)
        if len(rows) > room:
            more = len(rows) - room + 1
            rows = [*rows[: room - 1], line(Span(t(f"  ほか{more}行", f"  {more} more"), "dim"))]
        return [*rows, *([[]] * (room - len(rows))), [], *foot]

    def _shape(self, request: Request, here: bool) -> tuple[str, str]:
        desk = self.desk_terminal.desk
        if request.id in desk.unconfirmed:
            return tokens.REPLY, "reply"
        if desk.now_ms() >= request.expires_ms:
            return tokens.WARN, "warn"
        return (tokens.BUSY, "busy") if here else (tokens.WAIT, "")

    def _today(self) -> list[Line]:
        from hub.domain.moment import iso_date

        t, desk = self.t, self.desk_terminal.desk
        counts = desk.decided_on(iso_date(desk.now_ms()))
        rows = [line(t(" きょうの決定", " Decided today"))]
        rows += [
            line(f"  {fit(t(*OUTCOMES[one]), 12)}{fit(str(count), 4, right=True)}") for one, count in counts.items()
        ]
        if desk.problem is not None and not desk.refused_hub:
            rows.append(line(Span(f" {tokens.BAD}{desk.problem.code}", "bad")))
        return rows

    def standing(self) -> tuple[Line, Line]:
        """Rows 21 and 22 while nothing else is said."""
        pane = self.pane()
        return pane.standing() if pane is not None else ([], [])

    # ------------------------------------------------------------------ keys

    def prompt(self) -> Prompt | None:
        pane = self.pane()
        return pane.prompt() if pane is not None else Prompt(self.t("操作", "key"), "", "")

    def why_not(self, action: str) -> str:
        """Why a footer key does nothing now; empty if it does something."""
        pane = self.pane()
        if action == "f5":
            other = any(case is not self.current() for case in self.cases())
            return "" if other else self.t("ほかに依頼はありません", "nothing else waits")
        if action in ("f9", "ctrl+l"):
            return ""
        if pane is None or (action in (PASS_ON, SECOND, AGAIN, "f7") and not isinstance(pane, RequestPane)):
            return self.t("開いている依頼がありません", "no request is open")
        return pane.why_not(action)

    def label(self, action: str) -> str:
        pane = self.pane()
        return self.t("数直", "Recount") if action == "f6" and isinstance(pane, PapersPane) else ""

    def key(self, key: str, char: str) -> bool:
        if key == "f9":
            self.terminal.lay(More(self.desk_terminal))
            return True
        if key in ("f5", "f6", "f8"):
            reason = self.why_not(key)
            if reason:
                self.desk_terminal.warn(reason)
            elif key == "f5":
                self._step(1)
            else:
                pane = self.pane()
                assert pane is not None
                pane.act(key)
            return True
        if key in ("up", "down"):
            self._step(-1 if key == "up" else 1)
            return True
        if key == "f1":
            from tui.desk.help import DeskHelp

            self.terminal.lay(DeskHelp(self.desk_terminal))
            return True
        pane = self.pane()
        return pane is not None and pane.key(key, char)

    def tap(self, what: str) -> None:
        if what.startswith("case:"):
            self.at = int(what[5:])

    def _step(self, by: int) -> None:
        ids = [case.id for case in self.cases()]
        if ids:
            self.at = ids[(ids.index(self.at) + by) % len(ids)] if self.at in ids else self._mine()
            self.desk_terminal.said = None
