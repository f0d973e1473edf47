"""Screen 7's checklist: who signed in, what the city lent, what was looked at; each line has a digit that never moves."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

from hub.domain.contracts.unsettled import unsettled
from hub.domain.custody import packing
from hub.domain.day.day import Phase
from hub.domain.day.readiness import (
    MOST_DEVICES,
    CountDevices,
    Readiness,
    ReadinessCommand,
    RecordTraining,
    SignIn,
    Tick,
    lent_devices,
    minimums,
    there,
)
from hub.domain.moment import iso_date
from hub.domain.refusal import short, some
from tui import tokens
from tui.cells import Line, Span
from tui.layer import Ask, Menu
from tui.terminal import agreed_days, dossier_acts
from tui.words import local

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.domain.contracts.duties import Check
    from tui.layer import Terminal
    from tui.station import Station

PEOPLE, TRAINING, DEVICES = "1", "2", "3"
FIRST_ITEM = 4
"""The site's own lines begin here: 1 people, 2 training, 3 the city's devices are the same under every contract."""

PACKING = "8"
"""What we bring along: the digit that it has on screen 4 too (F9-7-8); 9 is what is done around the day."""


def when(terminal: Terminal) -> str:
    """Which list is before the staff: `open` until today's opening, `close` once reception stopped, else none."""
    station = _station(terminal)
    day = station.booth.day
    if day.phase is Phase.STOPPED:
        return "close"
    today = local(station.now_ms()).date().isoformat()
    return "open" if day.phase is Phase.CLOSED and day.date != today else ""


def items(terminal: Terminal) -> list[tuple[str, Check]]:
    """The contract's lines of the list that is shown, each with its digit."""
    now = when(terminal)
    checks = [check for check in _station(terminal).profile.checks if check.when == now]
    return [(str(number), check) for number, check in enumerate(checks, FIRST_ITEM)]


def rows(terminal: Terminal) -> list[Line]:
    """The list that is before the staff; while the booth serves, only what somebody who came later still lacks."""
    now, t = when(terminal), terminal.tongue
    ready = _today(terminal)
    made: list[Line] = []
    if now != "open":
        made += _latecomers(terminal, ready)
    if not now:
        return made
    if now == "open":
        made.append(agreed_days.row(_station(terminal)))
        made += _open_with_the_city(terminal)
        made += [_people(terminal, ready), _training(terminal, ready)]
    if lent_devices(_station(terminal).profile):
        made.append(_devices(terminal, ready, now))
    if _station(terminal).profile.packing:
        made.append(_packing(terminal, now))
    for digit, check in items(terminal):
        ticked = ready.ticks.get(check.id)
        by = "" if ticked is None else "  " + _station(terminal).name_of(ticked.by)
        made.append(_line(digit, ticked is not None, t(check.ja, check.en), by))
    return made


def key(terminal: Terminal, char: str) -> bool:
    """Do what the digit stands for; False if it stands for nothing here."""
    digit = unicodedata.normalize("NFKC", char) if char else ""
    now = when(terminal)
    check = next((check for number, check in items(terminal) if number == digit), None)
    if check is not None:
        _send(terminal, Tick(check.id), terminal.tongue(f"確かめました：{check.ja}", f"checked: {check.en}"))
    elif digit == agreed_days.DIGIT:  # at any hour: next month's days are agreed while this one runs
        agreed_days.enter(terminal)
    elif digit == PACKING and _station(terminal).profile.packing:  # while the booth serves too, to look at
        terminal.go("packing")
    elif digit == PEOPLE:  # at any hour: somebody comes later, or is enrolled while the booth serves
        _sign_in(terminal)
    elif digit == TRAINING:
        dossier_acts.choose(terminal, lambda: _train(terminal))
    elif now and digit == DEVICES and lent_devices(_station(terminal).profile):
        _count(terminal, closing=now == "close")
    else:
        return False
    return True


# ------------------------------------------------------------------ the lines


def _line(digit: str, done: bool, words: str, dim: str) -> Line:
    shape, style = (tokens.DONE, "done") if done else (tokens.WAIT, "warn")
    return [Span(f" [{digit}]", "key", digit), Span(shape, style), Span(words), Span(dim, "dim")]


def _open_with_the_city(terminal: Terminal) -> list[Line]:
    """What the city has not handed over or not fixed: nobody starts the service without having been told."""
    said = unsettled(_station(terminal).profile)
    if not said:
        return []
    words = terminal.tongue(f" 市と未了 {len(said)}件：", f" {len(said)} open with the city: ") + some(said)
    return [[Span(tokens.WARN + words, "warn")]]


def _people(terminal: Terminal, ready: Readiness) -> Line:
    """Each minimum of the contract, and how many are there of it; without one, who signed in."""
    station, t = _station(terminal), terminal.tongue
    profile, person = station.profile, station.person
    event = next((one.id for one in profile.event_types if one.id == station.booth.day.event_type), "")
    opener = person.person if person is not None else ""
    parts, enough = [], True
    for role, need in minimums(profile, event or profile.event_types[0].id).items():
        have = there(ready, profile, role, len(station.booth.identity.officers), ready.date, opener)
        if profile.role(role).manages and not station.manages(person):  # a clerk looks: is a manager here?
            have = sum(station.manages(one) for one in station.staff if one.person in ready.present)
        parts.append(f"{short(profile.role(role).ja)} {have}/{need}")
        enough = enough and have >= need
    here = len(ready.present)
    bare = sum(not one.badge for one in ready.present.values())
    mine = person is not None and person.person in ready.present
    words = t(f"出勤 {here}人（名札なし {bare}）  ", f"{here} signed in, {bare} without badge  ") + "  ".join(parts)
    return _line(PEOPLE, enough and mine, words, "" if mine else t("  あなたはまだ", "  not you yet"))


def _training(terminal: Terminal, ready: Readiness) -> Line:
    station, t = _station(terminal), terminal.tongue
    today = iso_date(station.now_ms())
    over = [station.name_of(who) for who, held in ready.trained.items() if not held.held <= today <= held.until]
    words = t(f"研修の記録 {len(ready.trained)}人", f"training recorded of {len(ready.trained)}")
    late = t("  有効でない：", "  not valid: ") + "、".join(sorted(over)) if over else ""
    owed = dossier_acts.owed(station, today)
    return _line(TRAINING, bool(ready.trained) and not over and not owed, words, late or owed)


def _latecomers(terminal: Terminal, ready: Readiness) -> list[Line]:
    """Who works here and has not signed in, and whose papers are wanting: each with the digit that mends it."""
    station = _station(terminal)
    person, serves = station.person, station.booth.day.phase is not Phase.CLOSED
    made = []
    # Where people are told what to bring, the same digit is theirs while the booth serves.
    if person is not None and person.person not in ready.present and serves and not station.booth.guided:
        made.append(_people(terminal, ready))
    if dossier_acts.owed(station, iso_date(station.now_ms())):
        made.append(_training(terminal, ready))
    return made


def _devices(terminal: Terminal, ready: Readiness, now: str) -> Line:
    t = terminal.tongue
    counted = ready.out if now == "open" else ready.back
    parts = [
        f"{short(device.ja)} {counted.get(device.id, '－')}"
        + (f"/{ready.out[device.id]}" if now == "close" and device.id in ready.out else "")
        for device in lent_devices(_station(terminal).profile)
    ]
    good = bool(counted) and (now == "open" or counted == ready.out or bool(ready.note))
    return _line(DEVICES, good, t("市の機器  ", "lent  ") + "  ".join(parts), "")


def _packing(terminal: Terminal, now: str) -> Line:
    """What we brought: counted out in the morning, counted in at the end, and what has nobody's answer."""
    station, t = _station(terminal), terminal.tongue
    load = station.booth.packing.now
    if load is None:
        return _line(PACKING, False, t("持ち物を数えて出す", "count out what we bring"), "")
    kinds, pieces = len(load.out), sum(load.out.values())
    if now == "open":
        return _line(PACKING, True, t(f"持ち物 {kinds}種 計{pieces}", f"we bring {kinds} kinds, {pieces} pieces"), "")
    if not load.back:
        return _line(PACKING, False, t("持ち物を数えて戻す", "count in what we brought"), "")
    answered = station.booth.incidents.drafts
    left = [one for one in packing.differences(load) if one.draft not in answered]
    words = (
        t(f"持ち物 違い{len(left)}種：F12", f"{len(left)} kinds differ: F12") if left else t("持ち物 済", "all is in")
    )
    return _line(PACKING, not left, words, "")


# ------------------------------------------------------------------ what the digits do


def _sign_in(terminal: Terminal) -> None:
    t = terminal.tongue
    entries = [("1", t("名札をつけている", "badge on"), ""), ("2", t("名札がない", "no badge"), "")]

    def pick(digit: str) -> None:
        _send(terminal, SignIn(digit == "1"), t("出勤を記録しました。", "You are signed in."))

    terminal.lay(Menu(terminal, t("出勤", "Sign in"), entries, pick))


def _train(terminal: Terminal) -> None:
    """The manager records who was trained in what, when, and until when it counts."""
    station, t = _station(terminal), terminal.tongue
    if not station.manages(station.person):
        station.warn(t("研修の記録は管理者がします（Ctrl+L で交代）", "the manager records training (Ctrl+L)"))
        return
    people = station.staff[:9]
    today = local(station.now_ms()).date()

    def course(digit: str) -> None:
        person = people[int(digit) - 1].person
        required = [one.ja for one in station.profile.people.courses]
        gates = required or [gate[:40] for gate in station.profile.training.gates]
        terminal.lay(
            Ask(
                terminal, t("研修", "course"), t("受けた研修", "Which course"), "", lambda name: held(person, name),
                kana=True, choices=gates, longest=60,
            )
        )  # fmt: skip

    def held(person: str, name: str) -> None:
        _date(terminal, t("受けた日", "Held on"), today, lambda on: until(person, name, on))

    def until(person: str, name: str, on: str) -> None:
        year = today + dt.timedelta(days=365)

        def send(last: str, topics: tuple[str, ...] = ()) -> None:
            command = RecordTraining(person, name, on, last, topics)
            _send(terminal, command, t("研修を記録しました。", "Training is recorded."))

        listed = next((one.topics for one in station.profile.people.courses if one.ja == name), ())

        def last_day(last: str) -> None:
            dossier_acts.topics(terminal, listed, lambda taught: send(last, taught))

        _date(terminal, t("いつまで有効か", "Counts until"), year, last_day)

    entries = [(str(number), one.name, "") for number, one in enumerate(people, 1)]
    terminal.lay(Menu(terminal, t("研修を受けた人", "Who was trained"), entries, course))


def _date(terminal: Terminal, question: str, near: dt.date, then: Callable[[str], None]) -> None:
    t = terminal.tongue

    def answered(typed: str) -> None:
        try:
            then(dt.datetime.strptime(typed, "%Y%m%d").date().isoformat())
        except ValueError:
            _station(terminal).warn(t("年月日を8けたで入れてください。", "Eight digits: YYYYMMDD."))

    hint = t("年月日の8けた。そのままでよければ Enter", "eight digits YYYYMMDD; Enter keeps it")
    terminal.lay(Ask(terminal, t("年月日", "date"), question, hint, answered, text=f"{near:%Y%m%d}"))


def _count(terminal: Terminal, *, closing: bool) -> None:
    """One device after the other; a difference at the end asks why."""
    station, t = _station(terminal), terminal.tongue
    lent = lent_devices(station.profile)

    def ask(at: int, counts: dict[str, int]) -> None:
        if at == len(lent):
            out = _today(terminal).out
            if closing and out and counts != dict(out):
                why = t("朝と違う理由（なければ Enter のまま）", "Why fewer than in the morning (or Enter)")
                terminal.lay(
                    Ask(terminal, t("理由", "why"), why, "", lambda note: send(counts, note), kana=True, longest=80)
                )
            else:
                send(counts, "")
            return
        device = lent[at]

        def answered(typed: str) -> None:
            if typed.isdecimal() and int(typed) <= MOST_DEVICES:
                ask(at + 1, counts | {device.id: int(typed)})
            else:
                station.warn(t("台数を数字で入れてください。", "A number."))

        question = t(f"{device.ja}は何台ありますか", f"How many of {device.ja}?")
        terminal.lay(Ask(terminal, t("台数", "count"), question, t("数えて Enter", "count, Enter"), answered))

    def send(counts: dict[str, int], note: str) -> None:
        _send(terminal, CountDevices(closing, counts, note), t("市の機器を記録しました。", "The devices are recorded."))

    ask(0, {})


def _send(terminal: Terminal, command: ReadinessCommand, said: str) -> None:
    station = _station(terminal)

    async def work() -> None:
        await station.submit(command)
        station.say(said)

    station.begin(terminal.tongue("記録しています", "recording"), work)


def _today(terminal: Terminal) -> Readiness:
    """What was signed today; of another day only who was trained."""
    station = _station(terminal)
    ready, today = station.booth.readiness, iso_date(station.now_ms())
    return ready if ready.date == today else Readiness(date=today, trained=ready.trained)


def _station(terminal: Terminal) -> Station:
    assert terminal.station is not None, "screen 7 is shown only after the hub was found"
    return terminal.station
