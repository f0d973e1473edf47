"""Events in the words of the people who work with them: one short sentence for a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.audit.explain import Explainer
from hub.audit.words.plain import PLAIN, plain
from hub.domain.booth import Event
from hub.domain.custody import custody
from hub.domain.day import day, inquiry, manager_presence, sound, survey
from hub.domain.devices import effect
from hub.domain.devices.supply import SupplyFilled
from hub.domain.events import CONTINUITY_EVENTS, DEVICE_EVENTS, PAIRING_EVENTS
from hub.domain.identity import identity, still
from hub.domain.people import newkey, vouching
from hub.domain.personal import disclosure, personal
from hub.domain.photo.returned import ReturnedNoted
from hub.domain.queue import queue, voiding, window_lanes
from hub.domain.queue.queue import STATE_JA
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import comparing, form_id, pre_check, shared_terminal, visit
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.city_result import ResultsEntered

if TYPE_CHECKING:
    from tui.station import Station


def entry_words(station: Station, events: tuple[Event, ...]) -> str:
    """What an entry says, all its events in one line."""
    return "、".join(event_words(station, event) for event in events)


def event_words(station: Station, event: Event) -> str:
    """One event as a sentence."""
    by = getattr(event, "by", "")
    name = station.name_of(by)
    who = station.tongue(f"（{name}）", f" ({name})") if by else ""
    if short := _at_work(station, event, who):
        return short
    if type(event) in PLAIN:
        return station.tongue(*plain(event)) + ("" if type(event) in NAMELESS else who)
    said = Explainer(station.profile).explain(event)
    return station.tongue(said.ja, said.en)


NAMELESS = frozenset({*CONTINUITY_EVENTS, *DEVICE_EVENTS, SupplyFilled, *PAIRING_EVENTS})
"""Their sentences name whoever matters themselves; of a machine's own doing nobody is named."""


def _at_work(station: Station, event: msgspec.Struct, who: str) -> str:
    """What has a sentence here: shorter than an auditor's, or by the names of the day. Empty: it has none.

    Of any struct, and not of an Event: to tell each case from two hundred kinds would take mypy ten seconds.
    """
    t = station.tongue
    match event:
        case ResultsEntered():
            count = len(event.results)
            return t(f"市の結果 {count}件", f"{count} results of the city")
        case ReturnedNoted():
            return t(f"返戻された写真 {event.count}枚{who}", f"{event.count} pictures came back{who}")
        case queue.TicketIssued():
            return t(f"{event.number} 発券{who}", f"{event.number} issued{who}")
        case queue.TicketCalled():
            return t(
                f"{event.number} 呼出{event.call}回目 {event.window}",
                f"{event.number} call {event.call} {event.window}",
            )
        case queue.TicketCaredFor():
            return t(
                f"{event.number} {'音なし・迎え' if event.fetch else '音で呼ぶ'}{who}",
                f"{event.number} {'fetched' if event.fetch else 'called aloud'}{who}",
            )
        case form_id.FormRead():
            return t(f"申請書を読み取った{who}", f"form read{who}")
        case form_id.FormReplaced():
            return t(f"申請書を取り替えた{who}", f"form replaced{who}")
        case form_id.FormExempted():
            return t(f"申請書IDなし{who}", f"no form ID{who}")
        case inquiry.InquiryNoted():
            category = next((one.ja for one in station.profile.inquiry_categories if one.id == event.category), "")
            return t(f"相談 {category}{who}", f"inquiry noted{who}")
        case inquiry.InquiryTakenBack():
            return t(f"相談の記録を取消{who}", f"inquiry taken back{who}")
        case survey.SurveyAnswered():
            return t(f"アンケート1件{who}", f"questionnaire answer{who}")
        case manager_presence.ManagerLeft():
            return t(f"責任者が離れた{who}", f"the manager left{who}")
        case manager_presence.ManagerCame():
            return t(f"責任者が引き継いだ{who}", f"a manager took over{who}")
        case window_lanes.WindowKept():
            lane = next((one for one in station.profile.lanes if one.id == event.lane), None)
            if lane is None:
                return t(f"{event.window} をあけた{who}", f"{event.window} given free{who}")
            return t(f"{event.window} は {lane.ja}{who}", f"{event.window} kept for {lane.en}{who}")
        case sound.QuietKept():
            return t(
                f"会場の音 {'なし' if event.quiet else 'あり'}{who}", f"sound {'off' if event.quiet else 'on'}{who}"
            )
        case queue.TicketMoved():
            return t(f"{event.number} {STATE_JA[event.state]}{who}", f"{event.number} {event.state.value}{who}")
        case queue.TicketTakenOver():
            return t(f"{event.number} 引継ぎ{who}", f"{event.number} taken over{who}")
        case voiding.TicketVoided():
            return t(f"{event.number} 取消：{event.reason}{who}", f"{event.number} voided: {event.reason}{who}")
        case queue.ActionUndone():
            return t(f"{event.number} 取消{who}", f"{event.number} undone{who}")
        case visit.VisitOpened():
            return t(f"{event.number} 手続をひらいた{who}", f"{event.number} visit opened{who}")
        case visit.StepDone():
            return t(f"段 {step_words(station, event)}{who}", f"step {step_words(station, event)}{who}")
        case visit.VisitEnded():
            ended = t("完了", "done") if event.state is visit.VisitState.DONE else t("取りやめ", "given up")
            return t(f"{event.number} 手続 {ended}{who}", f"{event.number} visit {ended}{who}")
        case shared_terminal.TerminalUsed():
            return t(f"{event.window} 申請用端末を使用", f"{event.window} terminal in use")
        case shared_terminal.TerminalFreed():
            return t(f"{event.window} 申請用端末ログアウト{who}", f"{event.window} terminal logged out{who}")
        case comparing.Differed():
            ja = "・".join(comparing.WORDS[item][0] for item in event.items)
            return t(
                f"照合不一致 {ja}{who}",
                "papers differ: " + ", ".join(comparing.WORDS[one][1] for one in event.items) + who,
            )
        case pre_check.PreChecked():
            ja, en = ("書類の事前確認", "papers looked at") if event.seen else ("事前確認を取消", "look taken back")
            return t(f"{event.number} {ja}{who}", f"{event.number} {en}{who}")
        case visit.VisitTriaged():
            return t(f"事情 {len(event.circumstances)}件{who}", f"special: {len(event.circumstances)}{who}")
        case visit_answers.QuestionAnswered():
            question = next((one for one in station.profile.questions if one.id == event.answer.question), None)
            named = t(question.ja, question.en) if question is not None else event.answer.question
            return t(f"確かめた：{named}{who}", f"asked: {named}{who}")
        case visit.VisitDowngraded():
            return t(f"方式を変更{who}", f"method changed{who}")
        case identity.IdentityRequested():
            return t(f"{event.number} 本人確認を依頼", f"{event.number} city asked")
        case identity.IdentityDecided():
            return t(f"{event.number} 市の決定 {event.outcome.value}", f"{event.number} city: {event.outcome.value}")
        case identity.RequestTakenUp():
            return t(f"{event.number} 市の担当が見はじめた", f"{event.number} officer looks")
        case identity.RequestPassedOn():
            return t(f"{event.number} 次の市の担当へ", f"{event.number} passed on to the next officer")
        case still.StillAsked():
            return t(f"{event.number} 静止画を撮る{who}", f"{event.number} still asked{who}")
        case still.StillTaken():
            return t(f"{event.number} 静止画 撮影ずみ", f"{event.number} still taken")
        case still.StillFailed():
            return t(f"{event.number} 静止画 撮れず", f"{event.number} still failed")
        case still.StillsGone():
            return t(f"{event.number} 静止画{event.stills}枚 消去", f"{event.number} {event.stills} stills gone")
        case identity.FirstSigned():
            return t(f"{event.number} 1人目の職員が署名", f"{event.number} first of two officers signed")
        case identity.VideoNoted():
            words = {"started": ("つながった", "on"), "lost": ("切れた", "lost"), "ended": ("終わった", "over")}
            return t(
                *(
                    f"{event.number} {video} {word}"
                    for video, word in zip(("映像", "video"), words.get(event.video.state, ("？", "?")), strict=True)
                )
            )
        case identity.OfficerAttended():
            return t(
                "市の担当 " + ("つきました" if event.on_duty else "離れました"),
                "officer " + ("on" if event.on_duty else "off"),
            )
        case identity.RequestClosed():
            return t(f"{event.number} 依頼 {event.state.value}", f"{event.number} request {event.state.value}")
        case custody.PapersCounted():
            return t(f"箱 {event.container} を数えた{who}", f"box {event.container} counted{who}")
        case custody.ContainerSealed():
            return t(f"箱 {event.container} 封印 {event.seal}", f"box {event.container} sealed {event.seal}")
        case custody.SealSigned():
            return t(f"封印 {event.seal} に署名{who}", f"seal {event.seal} signed{who}")
        case custody.TransferOffered():
            return t(f"引渡しを申し出た{who}", f"transfer offered{who}")
        case custody.TransferAccepted():
            return t("市が受け取った", "the city accepted")
        case custody.TransferDisputed():
            return t("市の数と食い違い", "the city counted otherwise")
        case day.DayOpened():
            return t(f"開場 {event.date}{who}", f"opened {event.date}{who}")
        case day.ReceptionStopped():
            return t(f"受付終了{who}", f"reception stopped{who}")
        case day.DayClosed():
            return t(f"閉場 {event.date}{who}", f"closed {event.date}{who}")
        case disclosure.Revealed():
            return t(f"{event.number or event.reservation} 閲覧{who}", f"{event.number or event.reservation} read{who}")
        case personal.VaultUnlocked():
            return t(f"金庫を開けた{who}", f"vault unlocked{who}")
        case personal.VaultLocked():
            return t(f"金庫に鍵{who}", f"vault locked{who}")
        case personal.ErasureAsked():
            return t(f"消去を申請 {len(event.subjects)}件{who}", f"asked to erase {len(event.subjects)}{who}")
        case personal.ErasureConsented():
            return t(f"消去の承諾{who}", f"erasure consented{who}")
        case personal.PersonalErased():
            return t(f"消去 {len(event.subjects)}件{who}", f"erased {len(event.subjects)}{who}")
        case newkey.KeySucceeded():
            how = t("再設定", "reset") if event.reset else t("変更", "changed")
            return t(
                f"{station.name_of(event.person)} の合言葉を{how}{who}",
                f"passphrase of {station.name_of(event.person)} {how}{who}",
            )
        case vouching.NumberVouched():
            return t(f"マイナンバーではない：{event.reason}{who}", f"no My Number: {event.reason}{who}")
        case effect.EffectsReported():
            return t(f"機器の結果 {len(event.outcomes)}件", f"{len(event.outcomes)} device results")
        case effect.EffectSettled():
            return t(f"機器を確かめた{who}", f"device checked{who}")
    return ""


def step_words(station: Station, event: visit.StepDone) -> str:
    """The number's visit and the name of the step."""
    held = station.booth.visits.visits.get(event.visit)
    if held is None:
        return event.step
    steps = method_of(station.profile, held).steps
    step = next((one for one in steps if one.id == event.step), None)
    name = station.tongue(step.ja, step.en) if step is not None else event.step
    return f"{held.number} {name}"
