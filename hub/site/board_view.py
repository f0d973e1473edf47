"""What the waiting board shows, from the state: numbers, windows and waits; never a name."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.domain.booth import Booth
from hub.domain.contract import Lane, Profile
from hub.domain.day import JAPAN_MS, Phase, local_minute
from hub.domain.queue import Ticket, TicketState, next_in_line, waiting

NEXT_SHOWN = 6
"""As many coming numbers as one lane's box holds in letters that are read from 5 m."""

CALLS_SHOWN = 3
"""The newest call large, two older ones beneath."""

DEFAULT_PER_HOUR = 6
"""Where a contract states no rate: about ten minutes a person, what booths report."""


class LaneView(msgspec.Struct, frozen=True):
    prefix: str
    ja: str
    en: str
    waiting: int
    wait_minutes: int
    next: list[str]
    lamp: str


class CallView(msgspec.Struct, frozen=True):
    number: str
    window: str
    window_en: str
    call: int
    called_ms: int
    entry: int


class BoardView(msgspec.Struct, frozen=True):
    at_ms: int
    site: str
    training: bool
    lanes: list[LaneView]
    calls: list[CallView]
    absent: list[str]
    cancelled: list[str]
    open: bool
    message_ja: str
    message_en: str


def wait_minutes(lane: Lane, ahead: int) -> int:
    """Minutes that `ahead` people before one mean in this lane, by the contract's rate."""
    return round(ahead * 60 / (lane.per_hour or DEFAULT_PER_HOUR))


def board(booth: Booth, profile: Profile, site: str, training: bool, now_ms: int) -> BoardView:
    """The board as it is now."""
    minute = local_minute(now_ms)
    lanes = profile.lanes_of(booth.day.event_type) if booth.day.event_type else ()
    # Windows hold the calls that are standing; looking only there keeps a busy day's finished tickets out of it.
    called = sorted(
        (booth.queue.tickets[ticket] for ticket in booth.queue.windows.values()),
        key=lambda ticket: ticket.called_ms,
        reverse=True,
    )
    return BoardView(
        at_ms=now_ms,
        site=site,
        training=training,
        lanes=[_lane(booth, profile, lane, minute) for lane in lanes],
        calls=[_call(ticket) for ticket in called if ticket.state is TicketState.CALLED][:CALLS_SHOWN],
        absent=absent(booth),
        cancelled=[],
        open=booth.day.phase is not Phase.CLOSED,
        message_ja=_message_ja(booth),
        message_en=_message_en(booth),
    )


def absent(booth: Booth) -> list[str]:
    """Numbers marked absent, newest last; at most as many as the foot of the page holds."""
    if not booth.queue.tally.get(TicketState.NO_SHOW.value, 0):
        return []
    tickets = [t for t in booth.queue.tickets.values() if t.state is TicketState.NO_SHOW]
    return [ticket.number for ticket in sorted(tickets, key=lambda t: t.ended_ms)][-6:]


def _lane(booth: Booth, profile: Profile, lane: Lane, minute: int) -> LaneView:
    in_line = list(waiting(booth.queue, lane.id))
    first = next_in_line(booth.queue, profile, (lane.id,), minute)
    rest = [ticket for ticket in in_line if first is None or ticket.id != first.id]
    coming = [*([first] if first else []), *rest][:NEXT_SHOWN]
    minutes = wait_minutes(lane, sum(ticket.people for ticket in in_line))
    lamp = "short" if minutes < 20 else "middle" if minutes <= 40 else "long"
    return LaneView(lane.prefix, lane.ja, lane.en, len(in_line), minutes, [t.number for t in coming], lamp)


def _call(ticket: Ticket) -> CallView:
    window_en = ticket.window.replace("窓口", "Window ")
    return CallView(ticket.number, ticket.window, window_en, ticket.calls, ticket.called_ms, ticket.changed_at)


def _message_ja(booth: Booth) -> str:
    match booth.day.phase:
        case Phase.OPEN:
            return "番号でお呼びします。席をはなれるときは受付へお知らせください"
        case Phase.STOPPED:
            return "本日の受付は終わりました。番号札をお持ちの方はそのままお待ちください"
        case Phase.CLOSED:
            return "ただいま受付時間外です"


def _message_en(booth: Booth) -> str:
    match booth.day.phase:
        case Phase.OPEN:
            return "We call by number. Please tell reception if you leave your seat."
        case Phase.STOPPED:
            return "Reception has ended. If you hold a ticket, please wait."
        case Phase.CLOSED:
            return "Closed now"


def clock_words(at_ms: int) -> str:
    """HH:MM:SS in Japan."""
    return (dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=at_ms + JAPAN_MS)).strftime("%H:%M:%S")
