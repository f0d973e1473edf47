"""A day, what was asked at its booth and what people said of it, in the words of an auditor."""

from __future__ import annotations

from typing import TypeAlias

from hub.audit.words.names import Names
from hub.audit.words.said import Said
from hub.domain.day import day, inquiry, manager_presence, sound, survey
from hub.domain.queue import window_lanes

DayWords: TypeAlias = (
    day.DayEvent
    | inquiry.InquiryEvent
    | survey.SurveyAnswered
    | sound.QuietKept
    | manager_presence.PresenceEvent
    | window_lanes.WindowKept
)


def sentence(event: DayWords, names: Names) -> Said:
    """What happened to a day as a whole."""
    match event:
        case day.DayOpened():
            kind = names.event_type(event.event_type)
            return Said(f"{event.date}（{kind.ja}）を開場した", f"the day {event.date} ({kind.en}) was opened")
        case day.ReceptionStopped():
            return Said("受付を終えた", "reception stopped")
        case day.ReceptionResumed():
            return Said("受付を再開した", "reception was resumed")
        case day.DayClosed():
            return Said(f"{event.date} を閉場した", f"the day {event.date} was closed")
        case day.ReservationsListed():
            return Said(f"予約{len(event.slots)}件を取り込んだ", f"{len(event.slots)} reservations were listed")
        case inquiry.InquiryNoted():
            category = names.category(event.category)
            topic = names.topic(event.category, event.topic) if event.topic else Said("", "")
            late = Said("（受付時間外）", " outside its hours") if event.outside_hours else Said("", "")
            way = Said("電話の", "by telephone") if event.phone else Said("窓口の", "at the booth")
            return Said(
                f"{way.ja}相談を1件記録した{late.ja}：{category.ja}{'・' + topic.ja if topic.ja else ''}",
                f"an inquiry {way.en} was noted{late.en}: {category.en}{', ' + topic.en if topic.en else ''}",
            )
        case inquiry.InquiryTakenBack():
            return Said(
                f"相談の記録（項目 {event.entry}）を取り消した", f"the inquiry of entry {event.entry} was undone"
            )
        case survey.SurveyAnswered():
            return Said("アンケートの答えを1件記録した", "an answer of the questionnaire was noted")
        case manager_presence.ManagerLeft():
            return Said("責任者が会場を離れた", "the manager left the booth")
        case manager_presence.ManagerCame():
            return Said("責任者として引き継いだ", "a manager took the booth over")
        case window_lanes.WindowKept() if event.lane:
            lane = names.lane(event.lane)
            return Said(f"{event.window} を{lane.ja}だけの窓口にした", f"{event.window} was kept for {lane.en}")
        case window_lanes.WindowKept():
            return Said(f"{event.window} をどの列にも使えるようにした", f"{event.window} was given free")
        case sound.QuietKept():
            return Said(
                "会場の音を止めた" if event.quiet else "会場の音を出した",
                "calls make no sound here today" if event.quiet else "calls sound again",
            )
