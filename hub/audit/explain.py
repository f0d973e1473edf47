"""Entries in words, for people who audit: one sentence per event, in Japanese and in English.

No sentence holds what a person typed about a person: reasons are not shown, names are not in the record, and an
applicant is a ticket number.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import assert_never

from hub.audit import explain_continuity, explain_device, explain_pairing, explain_still
from hub.audit.explain_personal import Said, personal_words
from hub.domain.booth import Event
from hub.domain.continuity import continuity, succession
from hub.domain.contracts.contract import Profile
from hub.domain.custody import custody
from hub.domain.custody.discrepancy import DiscrepancyResolved
from hub.domain.custody.forms import FormsEvent
from hub.domain.custody.forms_words import sentences as forms_sentences
from hub.domain.custody.keeping_words import sentences as keeping_sentences
from hub.domain.custody.left_behind import LeftEvent
from hub.domain.custody.left_words import sentences as left_sentences
from hub.domain.custody.lent import LentEvent
from hub.domain.custody.storage import StorageEvent
from hub.domain.custody.transit import TransitEvent
from hub.domain.custody.transit_words import sentences as transit_sentences
from hub.domain.day import day, inquiry, sound, survey
from hub.domain.day.agreed_day import DaysAgreed
from hub.domain.day.agreed_day_words import sentences as agreed_sentences
from hub.domain.day.readiness import ReadinessEvent
from hub.domain.day.readiness_words import sentences as readiness_sentences
from hub.domain.devices import effect
from hub.domain.devices.device import TRIES, DeviceEvent
from hub.domain.devices.supply import SupplyFilled
from hub.domain.identity import identity
from hub.domain.identity.still import StillEvent
from hub.domain.incident.incident import IncidentEvent
from hub.domain.incident.words import sentences as incident_sentences
from hub.domain.moment import JAPAN_MS
from hub.domain.people import roster, vouching
from hub.domain.people.dossier import DossierEvent
from hub.domain.people.dossier_words import sentences as dossier_sentences
from hub.domain.people.pairing import PairingEvent
from hub.domain.people.roster_words import roster_words
from hub.domain.personal import disclosure, personal
from hub.domain.photo.photo import PhotoEvent
from hub.domain.photo.print import PhotoPrintEvent
from hub.domain.photo.print_words import sentences as print_sentences
from hub.domain.photo.words import sentences as photo_sentences
from hub.domain.queue import queue
from hub.domain.queue.queue import STATE_JA
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import form_id, shared_terminal, visit
from hub.domain.visit.originals import OriginalsEvent

OUTCOMES = {
    identity.Outcome.CONFIRMED: Said("確認した", "confirmed"),
    identity.Outcome.REFUSED: Said("認めなかった", "refused"),
    identity.Outcome.MORE_PAPERS: Said("書類の追加を求めた", "more papers are needed"),
    identity.Outcome.RETAKE: Said("撮り直しを求めた", "another picture is needed"),
}
VIDEO = {
    "": Said("まだない", "has not begun"),
    "started": Said("つながった", "is there"),
    "lost": Said("切れた", "is lost"),
    "ended": Said("終わった", "is over"),
}

STATES_EN = {
    queue.TicketState.WAITING: "waiting",
    queue.TicketState.CALLED: "called",
    queue.TicketState.SERVING: "being served",
    queue.TicketState.HELD: "on hold",
    queue.TicketState.AWAY: "away, to come back",
    queue.TicketState.FINISHED: "finished",
    queue.TicketState.NO_SHOW: "a no-show",
    queue.TicketState.CARRIED_OVER: "carried over",
    queue.TicketState.VOID: "void",
}

EFFECTS = {
    "ticket": Said("番号札の印刷", "printing the ticket"),
    "reprint": Said("番号札の再印刷", "printing the ticket again"),
    "display": Said("呼出表示", "showing the number"),
    "voice": Said("音声の案内", "the announcement"),
    **{
        try_: Said(f"{explain_device.KINDS[kind][0]}の試し", f"trying {explain_device.KINDS[kind][1]}")
        for kind, try_ in TRIES.items()
    },
}

EFFECT_STATES = {
    effect.EffectState.DUE: Said("未実行", "due"),
    effect.EffectState.DONE: Said("済", "done"),
    effect.EffectState.FAILED: Said("失敗", "failed"),
    effect.EffectState.UNSURE: Said("未確認", "unsure"),
    effect.EffectState.OFF: Said("機器なし", "no device"),
}


def when(at_ms: int) -> str:
    """A time in Japan as an auditor reads it; the number itself if it is no time that a calendar has."""
    try:
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=at_ms + JAPAN_MS)
    except OverflowError:
        return f"{at_ms} ms"
    return moment.strftime("%Y-%m-%d %H:%M:%S")


class Explainer:
    """Puts events into words, in the order of the record; it remembers which visit belongs to which number."""

    def __init__(self, profile: Profile | None) -> None:
        """Without the profile the contract's ids stand where its words would."""
        self._lanes = {lane.id: Said(lane.ja, lane.en) for lane in profile.lanes} if profile else {}
        self._methods = {method.id: Said(method.ja, method.en) for method in profile.methods} if profile else {}
        self._steps = (
            {
                (method.id, step.id): Said(step.ja, step.en)
                for method in profile.methods
                for step in (*method.steps, *(step for one in profile.circumstances for step in one.steps))
            }
            if profile
            else {}
        )
        self._papers = {paper.id: Said(paper.ja, paper.en) for paper in profile.known_papers()} if profile else {}
        categories = profile.inquiry_categories if profile else ()
        self._categories = {one.id: Said(one.ja, one.en or one.ja) for one in categories}
        self._topics = {f"{one.id}.{to.id}": Said(to.ja, to.en) for one in categories for to in one.topics}
        self._questions = {one.id: Said(one.ja, one.en) for one in profile.questions} if profile else {}
        self._choices = (
            {f"{one.id}.{to.id}": Said(to.ja, to.en) for one in profile.questions for to in one.choices}
            if profile
            else {}
        )
        self._circumstances = {one.id: Said(one.ja, one.en) for one in profile.circumstances} if profile else {}
        self._events = {event.id: Said(event.ja, event.en) for event in profile.event_types} if profile else {}
        purposes = profile.operation.purposes if profile else ()
        self._purposes = {one.id: Said(one.ja, one.en) for one in purposes}
        self._visits: dict[int, tuple[str, str]] = {}
        """Visit to its ticket's number and its method."""

    def explain(self, event: Event) -> Said:
        """The sentence of one event."""
        match event:
            case day.DayOpened() | day.ReceptionStopped() | day.ReceptionResumed() | day.DayClosed():
                return self._day(event)
            case day.ReservationsListed():
                return Said(f"予約{len(event.slots)}件を取り込んだ", f"{len(event.slots)} reservations were listed")
            case (
                queue.TicketIssued()
                | queue.TicketCalled()
                | queue.TicketMoved()
                | queue.TicketTakenOver()
                | queue.TicketCaredFor()
                | queue.ActionUndone()
            ):
                return self._queue(event)
            case (
                visit.VisitOpened()
                | visit.StepDone()
                | visit.VisitDowngraded()
                | visit.VisitTriaged()
                | visit_answers.QuestionAnswered()
                | shared_terminal.TerminalUsed()
                | shared_terminal.TerminalFreed()
                | visit.VisitEnded()
            ):
                return self._visit(event)
            case (
                identity.IdentityRequested()
                | identity.OfficerAttended()
                | identity.IdentityDecided()
                | identity.RequestClosed()
                | identity.RequestTakenUp()
                | identity.FirstSigned()
                | identity.VideoNoted()
            ):
                return self._identity(event)
            case succession.KeySucceeded():
                if event.reset:
                    return Said(
                        f"{event.person} の忘れた合言葉を再設定し、新しい鍵にした",
                        f"the forgotten passphrase of {event.person} was reset: a new key",
                    )
                return Said(f"{event.person} が合言葉を変え、新しい鍵にした", f"{event.person} changed to a new key")
            case vouching.NumberVouched():
                return Said(
                    "拒まれた数字を、マイナンバーではないとした（理由あり）",
                    "refused digits were said to be no My Number (with a reason)",
                )
            case form_id.FormRead():
                number, _ = self._visits.get(event.visit, (str(event.visit), ""))
                return Said(f"{number} の申請書を読み取った（末尾{event.last4}）", f"the form of {number} was read")
            case form_id.FormReplaced():
                number, _ = self._visits.get(event.visit, (str(event.visit), ""))
                return Said(f"{number} の申請書を取り替えた", f"the form of {number} was replaced")
            case form_id.FormExempted():
                number, _ = self._visits.get(event.visit, (str(event.visit), ""))
                return Said(f"{number} の申請書IDは読み取らない", f"no form's ID is read for {number}")
            case inquiry.InquiryNoted():
                category = _word(self._categories, event.category)
                topic = _word(self._topics, f"{event.category}.{event.topic}") if event.topic else Said("", "")
                way = Said("電話の", "by telephone") if event.phone else Said("窓口の", "at the booth")
                return Said(
                    f"{way.ja}相談を1件記録した：{category.ja}{'・' + topic.ja if topic.ja else ''}",
                    f"an inquiry {way.en} was noted: {category.en}{', ' + topic.en if topic.en else ''}",
                )
            case inquiry.InquiryTakenBack():
                return Said(
                    f"相談の記録（項目 {event.entry}）を取り消した", f"the inquiry of entry {event.entry} was undone"
                )
            case survey.SurveyAnswered():
                return Said("アンケートの答えを1件記録した", "an answer of the questionnaire was noted")
            case sound.QuietKept():
                return Said(
                    "会場の音を止めた" if event.quiet else "会場の音を出した",
                    "calls make no sound here today" if event.quiet else "calls sound again",
                )
            case effect.EffectsReported() | effect.EffectSettled() | effect.EffectRepeated():
                return self._effect(event)
            case (
                continuity.SwitchedOffConfirmed()
                | continuity.TakenOver()
                | continuity.Recovered()
                | continuity.DiscrepancyKept()
            ):
                return Said(*explain_continuity.sentences(event))
            case (
                personal.VaultUnlocked()
                | personal.VaultLocked()
                | personal.ErasureAsked()
                | personal.ErasureConsented()
                | personal.PersonalErased()
                | disclosure.Revealed()
            ):
                return personal_words(event, self._purposes)
            case roster.RosterTaken() | roster.RevocationsTaken() | roster.UnprovenConfirmed() | roster.ResetNoted():
                return Said(*roster_words(event))
        if isinstance(event, DeviceEvent | SupplyFilled):
            return Said(*explain_device.sentences(event))
        if isinstance(event, StillEvent):
            return Said(*explain_still.sentences(event))
        if isinstance(event, PairingEvent):
            return Said(*explain_pairing.sentences(event))
        if isinstance(event, PhotoEvent):
            return Said(*photo_sentences(event))
        if isinstance(event, PhotoPrintEvent):
            return Said(*print_sentences(event))
        if isinstance(event, IncidentEvent):
            return Said(*incident_sentences(event))
        if isinstance(event, TransitEvent):
            return Said(*transit_sentences(event))
        if isinstance(event, FormsEvent | DiscrepancyResolved):
            return Said(*forms_sentences(event))
        if isinstance(event, OriginalsEvent | LeftEvent):
            return Said(*left_sentences(event))
        if isinstance(event, DossierEvent):
            return Said(*dossier_sentences(event))
        if isinstance(event, DaysAgreed):
            return Said(*agreed_sentences(event))
        if isinstance(event, StorageEvent | LentEvent):
            return Said(*keeping_sentences(event))
        if isinstance(event, ReadinessEvent):
            return Said(*readiness_sentences(event))
        return self._custody(event)

    def _day(self, event: day.DayOpened | day.ReceptionStopped | day.ReceptionResumed | day.DayClosed) -> Said:
        match event:
            case day.DayOpened():
                kind = _word(self._events, event.event_type)
                return Said(f"{event.date}（{kind.ja}）を開場した", f"the day {event.date} ({kind.en}) was opened")
            case day.ReceptionStopped():
                return Said("受付を終えた", "reception stopped")
            case day.ReceptionResumed():
                return Said("受付を再開した", "reception was resumed")
            case day.DayClosed():
                return Said(f"{event.date} を閉場した", f"the day {event.date} was closed")

    def _queue(self, event: queue.QueueEvent) -> Said:
        number = event.number
        match event:
            case queue.TicketIssued():
                lane = _word(self._lanes, event.lane)
                booked = Said("・予約", ", reserved") if event.reservation else Said("", "")
                if event.paper:
                    booked = Said(booked.ja + "・紙の札", booked.en + ", on paper")
                return Said(
                    f"番号札 {number} を発行した（{lane.ja}{booked.ja}）",
                    f"ticket {number} was issued ({lane.en}{booked.en})",
                )
            case queue.TicketCalled():
                silent = Said("・音なし、迎えに行く", ", silently: fetched") if event.fetch else Said("", "")
                return Said(
                    f"{number} を{event.window}へ呼んだ（{event.call}回目{silent.ja}）",
                    f"{number} was called to {event.window} (call {event.call}{silent.en})",
                )
            case queue.TicketCaredFor():
                return Said(
                    f"{number} の呼び方を「{'音なし、迎えに行く' if event.fetch else 'ふつう'}」にした",
                    f"{number} is {'fetched without a sound' if event.fetch else 'called as everybody'}",
                )
            case queue.TicketMoved():
                lane = _word(self._lanes, event.lane)
                return Said(
                    f"{number} を「{STATE_JA[event.state]}」にした（{lane.ja}）",
                    f"{number} is now {STATES_EN[event.state]} ({lane.en})",
                )
            case queue.TicketTakenOver():
                return Said(
                    f"{number}（{event.window}）を {event.was} から引き継いだ",
                    f"{number} at {event.window} was taken over from {event.was}",
                )
            case queue.ActionUndone():
                return Said(
                    f"{number} の操作（項目 {event.entry}）を取り消した",
                    f"the action of entry {event.entry} on {number} was undone",
                )

    def _visit(self, event: visit.VisitEvent) -> Said:
        match event:
            case visit.VisitOpened():
                self._visits[event.visit] = event.number, event.method
                method = _word(self._methods, event.method)
                return Said(
                    f"{event.number} の手続を始めた（{method.ja}）", f"a visit of {event.number} began ({method.en})"
                )
            case visit.StepDone():
                number, method_id = self._visits.get(event.visit, (str(event.visit), ""))
                step = self._step(method_id, event.step)
                papers = self._sheets(event.sheets)
                return Said(
                    f"{number}：「{step.ja}」を行った{f'（{papers.ja}）' if papers.ja else ''}",
                    f'{number}: "{step.en}" was done{f" ({papers.en})" if papers.en else ""}',
                )
            case visit.VisitDowngraded():
                number, _ = self._visits.get(event.visit, (str(event.visit), ""))
                self._visits[event.visit] = number, event.method
                method = _word(self._methods, event.method)
                return Said(f"{number} を{method.ja}に変えた", f"{number} went on with {method.en}")
            case shared_terminal.TerminalUsed():
                return Said(
                    f"{event.window} の申請用端末を使いはじめた", f"the terminal of {event.window} came into use"
                )
            case shared_terminal.TerminalFreed():
                return Said(
                    f"{event.window} の申請用端末のログアウトを確かめた",
                    f"the terminal of {event.window} was logged out",
                )
            case visit_answers.QuestionAnswered():
                number, _ = self._visits.get(event.visit, (str(event.visit), ""))
                answer = event.answer
                asked = _word(self._questions, answer.question)
                chosen = _word(self._choices, f"{answer.question}.{answer.choice}")
                return Said(f"{number}：{asked.ja}＝{chosen.ja}", f"{number}: {asked.en} = {chosen.en}")
            case visit.VisitTriaged():
                number, _ = self._visits.get(event.visit, (str(event.visit), ""))
                said = [_word(self._circumstances, one) for one in event.circumstances]
                return Said(
                    f"{number} の事情：{'、'.join(one.ja for one in said) or 'なし'}",
                    f"special about {number}: {', '.join(one.en for one in said) or 'nothing'}",
                )
            case visit.VisitEnded():
                done = event.state is visit.VisitState.DONE
                papers = self._sheets(event.papers) if done else Said("", "")
                return Said(
                    f"{event.number} の手続を{'終えた' if done else '取りやめた'}"
                    f"{f'（預かり {papers.ja}）' if papers.ja else ''}",
                    f"the visit of {event.number} {'was finished' if done else 'was given up'}"
                    f"{f' (kept: {papers.en})' if papers.en else ''}",
                )

    def _identity(
        self,
        event: identity.IdentityEvent,
    ) -> Said:
        match event:
            case identity.IdentityRequested():
                step = self._step(event.method, event.step)
                to = Said(f"、担当 {event.officer}", f", for {event.officer}") if event.officer else Said("", "")
                return Said(
                    f"{event.number} の「{step.ja}」を市に依頼した{to.ja}",
                    f'the city was asked for "{step.en}" of {event.number}{to.en}',
                )
            case identity.OfficerAttended():
                return Said(
                    f"市の職員 {event.officer} が{'着席した' if event.on_duty else '離席した'}",
                    f"officer {event.officer} {'came on duty' if event.on_duty else 'left'}",
                )
            case identity.IdentityDecided():
                _, method_id = self._visits.get(event.visit, ("", ""))
                step = self._step(method_id, event.step)
                outcome = OUTCOMES[event.outcome]
                two = Said(f"と {event.first}", f" and {event.first}") if event.first else Said("", "")
                return Said(
                    f"市の職員 {event.officer}{two.ja} が {event.number} の「{step.ja}」を{outcome.ja}",
                    f'officer {event.officer}{two.en} on "{step.en}" of {event.number}: {outcome.en}',
                )
            case identity.RequestTakenUp():
                return Said(
                    f"市の職員 {event.officer} が {event.number} の依頼を見はじめた",
                    f"officer {event.officer} began to look at {event.number}",
                )
            case identity.FirstSigned():
                return Said(
                    f"市の職員 {event.officer} が {event.number} に署名した（2人のうち1人目）",
                    f"officer {event.officer} signed about {event.number}, the first of two",
                )
            case identity.VideoNoted():
                again = event.video.state == "started" and event.video.restarts
                how = VIDEO[event.video.state]
                return Said(
                    f"{event.number} の映像が{how.ja}{f'（確認は最初から {again}回）' if again else ''}",
                    f"the video of {event.number} {how.en}{f' (check started again: {again})' if again else ''}",
                )
            case identity.RequestClosed():
                over = event.state is identity.RequestState.EXPIRED
                return Said(
                    f"{event.number} の市への依頼が{'期限切れになった' if over else '取り下げられた'}",
                    f"the request about {event.number} {'expired' if over else 'was withdrawn'}",
                )

    def _custody(self, event: custody.CustodyEvent) -> Said:
        match event:
            case custody.PapersCounted():
                papers, agrees = self._sheets(event.sheets), event.agrees
                return Said(
                    f"{event.container} へ入れる書類を数えた：{papers.ja or '0枚'}（記録と{'一致' if agrees else '不一致'}）",
                    f"papers for {event.container} were counted: {papers.en or 'none'} "
                    f"({'as' if agrees else 'NOT as'} recorded)",
                )
            case custody.SealSigned():
                return Said(
                    f"{event.container} の封印 {event.seal} に署名した",
                    f"seal {event.seal} on {event.container} was signed",
                )
            case custody.ContainerSealed():
                papers = self._sheets(event.sheets)
                return Said(
                    f"{event.container} を封印 {event.seal} で閉じた（{papers.ja}）",
                    f"{event.container} was closed under seal {event.seal} ({papers.en})",
                )
            case custody.DifferenceRecorded():
                papers = self._sheets(event.difference, signed=True)
                return Said(
                    f"{event.container} の枚数の差を認めて記録した（{papers.ja}）",
                    f"a difference at {event.container} was acknowledged ({papers.en})",
                )
            case custody.ContainerUnsealed():
                return Said(
                    f"{event.container} の封印 {event.seal} を開けた",
                    f"seal {event.seal} of {event.container} was opened",
                )
            case custody.TransferOffered():
                papers, boxes = self._sheets(event.sheets), "、".join(event.containers)
                return Said(
                    f"{boxes} を市へ引き渡す用意をした（{papers.ja}）",
                    f"{', '.join(event.containers)} was offered to the city ({papers.en})",
                )
            case custody.TransferWithdrawn():
                return Said(
                    f"引渡し（項目 {event.transfer}）を取り下げた",
                    f"the transfer of entry {event.transfer} was withdrawn",
                )
            case custody.TransferAccepted():
                papers = self._sheets(event.sheets)
                return Said(
                    f"市が引渡し（項目 {event.transfer}）を受け取った（{papers.ja}）",
                    f"the city accepted the transfer of entry {event.transfer} ({papers.en})",
                )
            case custody.TransferDisputed():
                papers = self._sheets(event.difference, signed=True)
                return Said(
                    f"市の数えた枚数が引渡し（項目 {event.transfer}）と違った（{papers.ja}）",
                    f"the city counted otherwise than the transfer of entry {event.transfer} ({papers.en})",
                )
        assert_never(event)

    def _effect(self, event: effect.EffectsReported | effect.EffectSettled | effect.EffectRepeated) -> Said:
        match event:
            case effect.EffectsReported():
                parts = [(one.entry, _word(EFFECTS, one.kind), EFFECT_STATES[one.state]) for one in event.outcomes]
                if not parts:
                    return Said("機器の結果の報告（なし）", "a report of no device outcome")
                return Said(
                    "、".join(f"{kind.ja}（項目 {entry}）：{state.ja}" for entry, kind, state in parts),
                    "; ".join(f"{kind.en} (entry {entry}): {state.en}" for entry, kind, state in parts),
                )
            case effect.EffectSettled():
                kind = _word(EFFECTS, event.effect)
                return Said(
                    f"{kind.ja}（項目 {event.entry}）は{'済んでいた' if event.came_out else '済んでいなかった'}と確かめた",
                    f"{kind.en} (entry {event.entry}) was found {'done' if event.came_out else 'not done'}",
                )
            case effect.EffectRepeated():
                kind = _word(EFFECTS, event.effect)
                return Said(
                    f"{event.number} の{kind.ja}（項目 {event.entry}）をもう一度行った",
                    f"{kind.en} (entry {event.entry}) for {event.number} was repeated",
                )

    def _step(self, method: str, step: str) -> Said:
        return self._steps.get((method, step), Said(step, step))

    def _sheets(self, sheets: Iterable[tuple[str, int]], *, signed: bool = False) -> Said:
        """Sheets per class in words; `signed`: differences, with their sign."""
        parts = [
            (_word(self._papers, paper), f"{count:+}" if signed else f"{count}") for paper, count in sheets if count
        ]
        return Said(
            "、".join(f"{name.ja} {count}枚" for name, count in parts),
            ", ".join(f"{name.en} {count}" for name, count in parts),
        )


def _word(words: dict[str, Said], id: str) -> Said:
    return words.get(id, Said(id, id))
