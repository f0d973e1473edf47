"""What the waiting board shows, from the state: numbers, windows and waits; never a name."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from hub.domain.booth import Booth, Event
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.procedure import Lane
from hub.domain.day.day import Phase, local_minute
from hub.domain.identity.identity import undecided
from hub.domain.identity.officer_presence import paused
from hub.domain.queue.queue import ActionUndone, Ticket, TicketMoved, TicketState, next_in_line, waiting
from hub.domain.queue.waiting import wait_minutes

NEXT_SHOWN = 6
"""As many coming numbers as one lane's box holds in letters that are read from 5 m."""

CALLS_SHOWN = 3
"""The newest call large, two older ones beneath."""

FOOT_SHOWN = 6
"""Numbers that the foot of the page holds."""

CANCELLED_MS = 60_000
"""How long a call that was taken back shows as cancelled: whoever heard it has looked up twice by then."""


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
    silent: bool = False
    """Nothing sounds for this call: the page flashes for longer."""


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


class Foot:
    """The numbers at the foot of the page: marked absent, or called by mistake. Kept from events as they come, so that
    no picture has to look through all tickets of a day."""

    def __init__(self, booth: Booth) -> None:
        """Begin with the absent ones of a state; what was cancelled before is history."""
        held = [ticket for ticket in booth.queue.tickets.values() if ticket.state is TicketState.NO_SHOW]
        self._absent = dict.fromkeys(ticket.id for ticket in sorted(held, key=lambda ticket: ticket.changed_at))
        self._cancelled: deque[ActionUndone] = deque(maxlen=FOOT_SHOWN)

    def take(self, events: Iterable[Event]) -> None:
        """Look at the events of one entry."""
        for event in events:
            if isinstance(event, TicketMoved) and event.state is TicketState.NO_SHOW:
                self._absent.pop(event.ticket, None)  # to its end: the newest is the last
                self._absent[event.ticket] = None
            elif isinstance(event, ActionUndone):
                if event.state is TicketState.NO_SHOW:
                    self._absent[event.ticket] = None
                if event.was is TicketState.CALLED and event.state is not TicketState.CALLED:
                    self._cancelled.append(event)

    def absent(self, booth: Booth) -> list[str]:
        """Numbers marked absent, newest last; at most as many as the foot holds."""
        shown: list[str] = []
        for identifier in reversed(tuple(self._absent)):
            ticket = booth.queue.tickets.get(identifier)
            if ticket is None or ticket.state is not TicketState.NO_SHOW:
                del self._absent[identifier]  # came after all, or of another day
            elif len(shown) < FOOT_SHOWN:
                shown.append(ticket.number)
            else:
                break
        return shown[::-1]

    def cancelled(self, booth: Booth, now_ms: int) -> list[str]:
        """Numbers whose call was taken back within the last minute, oldest first; not those called again since."""
        numbers: dict[str, None] = {}
        for undone in self._cancelled:
            ticket = booth.queue.tickets.get(undone.ticket)
            # In both directions: a clock that was set back must not keep a number cancelled for an hour.
            recent = abs(now_ms - undone.at_ms) < CANCELLED_MS
            if ticket is not None and recent and ticket.state not in (TicketState.CALLED, TicketState.SERVING):
                numbers[ticket.number] = None
        return list(numbers)


def board(booth: Booth, profile: Profile, site: str, training: bool, now_ms: int, foot: Foot) -> BoardView:
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
        calls=[_call(ticket, booth.sound.quiet) for ticket in called if ticket.state is TicketState.CALLED][
            :CALLS_SHOWN
        ],
        absent=foot.absent(booth),
        cancelled=foot.cancelled(booth, now_ms),
        open=booth.day.phase is not Phase.CLOSED,
        message_ja=_city_ja(booth, profile) or _message_ja(booth),
        message_en=_city_en(booth, profile) or _message_en(booth),
    )


def _lane(booth: Booth, profile: Profile, lane: Lane, minute: int) -> LaneView:
    in_line = list(waiting(booth.queue, lane.id))
    first = next_in_line(booth.queue, profile, (lane.id,), minute)
    rest = [ticket for ticket in in_line if first is None or ticket.id != first.id]
    coming = [*([first] if first else []), *rest][:NEXT_SHOWN]
    minutes = wait_minutes(lane, sum(ticket.people for ticket in in_line))
    lamp = "short" if minutes < 20 else "middle" if minutes <= 40 else "long"
    return LaneView(lane.prefix, lane.ja, lane.en, len(in_line), minutes, [t.number for t in coming], lamp)


def _call(ticket: Ticket, quiet: bool) -> CallView:
    window_en = ticket.window.replace("窓口", "Window ")
    silent = quiet or ticket.fetch
    return CallView(ticket.number, ticket.window, window_en, ticket.calls, ticket.called_ms, ticket.changed_at, silent)


def _waits_for_city(booth: Booth, profile: Profile) -> tuple[int, list[Lane]]:
    """While no officer is on duty: how many wait for one in the middle of their visit, and the lanes that stand still."""
    if booth.identity.officers or booth.day.phase is Phase.CLOSED or not booth.day.event_type:
        return 0, []
    still = paused(profile, booth.identity)
    lanes = [lane for lane in profile.lanes_of(booth.day.event_type) if lane.id in still]
    return len(undecided(booth.identity, booth.visits)), lanes


def _city_ja(booth: Booth, profile: Profile) -> str:
    """本人確認待ち, said to those who wait (新潟 8.4(1), 千葉 第2 1(2)); empty where an officer is on duty or nobody waits."""
    people, lanes = _waits_for_city(booth, profile)
    said = [*([f"本人確認待ち {people}人"] if people else []), *(f"{lane.ja} 休止中" for lane in lanes)]
    return f"{'・'.join(said)}：順番はそのままです。市の職員がもどるまでお待ちください" if said else ""


def _city_en(booth: Booth, profile: Profile) -> str:
    people, lanes = _waits_for_city(booth, profile)
    said = [*([f"{people} waiting for the identity check"] if people else []), *(f"{lane.en} paused" for lane in lanes)]
    return f"{', '.join(said)}: your place is kept until city staff are back." if said else ""


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
