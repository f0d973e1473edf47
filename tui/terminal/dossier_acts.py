"""Screen 7's line 2: what is owed of people's papers, and how a manager enters approvals, pledges, consents, lists."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hub.domain.moment import iso_date
from hub.domain.people import appointment, dossier
from hub.domain.people.appointment import AppointManager
from hub.domain.people.dossier import (
    LONGEST_REFERENCE,
    ApprovePeople,
    ConsentCourse,
    DossierCommand,
    RecordPledge,
    SubmitRoster,
)
from hub.domain.refusal import short
from tui.layer import Ask, Menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.layer import Terminal
    from tui.station import Station


def owed(station: Station, today: str) -> str:
    """Of how many people a paper is missing, the first thing, and what is owed of the list; empty if nothing is."""
    t, booth = station.tongue, station.booth
    lacks = [dossier.missing(booth.dossier, station.profile, one.person, today) for one in station.staff]
    found = [one for one in lacks if one is not None]
    if found:
        first = t(short(found[0].ja, 16), found[0].en)
        return t(f"  書類の不足 {len(found)}人：{first}", f"  papers missing of {len(found)}: {first}")
    person = station.person
    if person is not None and station.manages(person):
        unnamed = appointment.missing(booth.appointed, station.profile, person.person, today)
        if unnamed is not None:
            return "  " + t(short(unnamed.ja, 16), unnamed.en)
    items = dossier.open_items(booth.dossier, booth.keys, station.profile)
    return "  " + items[0] if items else ""


def choose(terminal: Terminal, train: Callable[[], None]) -> None:
    """Which paper a manager enters; straight to the training where the contract wants nothing else of people."""
    station = terminal.station
    assert station is not None, "screen 7 is shown only after the hub was found"
    t, people = station.tongue, station.profile.people
    courses = [course.ja for course in people.courses if course.consent]
    acts: list[tuple[str, Callable[[], None]]] = [(t("研修", "training"), train)]
    if people.approval is not None:
        acts.append((t("市の承認（全員）", "the city's approval (everybody)"), lambda: _approve(terminal)))
    if people.pledge is not None:
        acts.append((t("誓約書の提出", "a pledge submitted"), lambda: _pledge(terminal)))
    if courses:
        acts.append(
            (t("研修内容への市の承諾", "the city's consent to a course"), lambda: _consent(terminal, courses[0]))
        )
    if people.submission is not None:
        acts.append((t("名簿・体制表の提出", "the list of people submitted"), lambda: _paper(terminal, SubmitRoster)))
    if people.manager is not None:
        acts.append((t("管理者・副管理者の指名", "who is appointed manager"), lambda: _appoint(terminal)))
    if len(acts) == 1 or not station.manages(station.person):
        train()
        return
    entries = [(str(number), words, "") for number, (words, _) in enumerate(acts, 1)]
    terminal.lay(
        Menu(terminal, t("従事者の書類", "Papers of people"), entries, lambda digit: acts[int(digit) - 1][1]())
    )


def topics(terminal: Terminal, listed: tuple[str, ...], then: Callable[[tuple[str, ...]], None]) -> None:
    """Which topics of the contract's list were taught: all, but for the digits that are typed."""
    t = terminal.tongue
    if not listed:
        then(())
        return

    def answered(typed: str) -> None:
        left = {int(digit) for digit in unicodedata.normalize("NFKC", typed) if digit.isdecimal()}
        then(tuple(topic for number, topic in enumerate(listed, 1) if number not in left))

    names = "、".join(f"{number}{short(topic, 5)}" for number, topic in enumerate(listed, 1))
    question = t("受けていない項目の番号（なければ Enter）", "Digits of topics not taken, or Enter")
    terminal.lay(Ask(terminal, t("項目", "topics"), question, names, answered, kana=True))


def _approve(terminal: Terminal) -> None:
    station = terminal.station
    assert station is not None
    everybody = tuple(one.person for one in station.staff)
    _paper(terminal, lambda date, reference: ApprovePeople(everybody, date, reference))


def _appoint(terminal: Terminal) -> None:
    """Whom, as manager or deputy; of a manager what the contract wants of one, then the date."""
    station = terminal.station
    assert station is not None
    t, terms, people = station.tongue, station.profile.people.manager, station.staff[:9]
    assert terms is not None, "the line stands only where the contract asks for it"

    def ask(question: str, then: Callable[[str], None]) -> None:
        hint = t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel")
        label = t("指名", "appoint")
        terminal.lay(Ask(terminal, label, question, hint, then, kana=True, longest=LONGEST_REFERENCE))

    def send(person: str, deputy: bool, exam: str = "", experience: str = "", regular: bool = False) -> None:
        command = AppointManager(person, deputy, iso_date(station.now_ms()), exam, experience, regular)

        async def work() -> None:
            await station.submit(command)
            station.say(t("指名を記録しました。", "The appointment is recorded."))

        station.begin(t("記録しています", "recording"), work)

    def rank(person: str) -> None:
        entries = [("1", t("管理者", "manager"), ""), ("2", t("副管理者（代理）", "deputy"), "")]
        terminal.lay(
            Menu(
                terminal,
                t("どちらに", "As what"),
                entries,
                lambda digit: send(person, True) if digit == "2" else exam(person),
            )
        )

    def exam(person: str) -> None:
        ask(t(f"{terms.exam}：合格証の番号か日付", "The certificate's number or date"), lambda text: seen(person, text))

    def seen(person: str, text: str) -> None:
        ask(t(f"{terms.experience}：どこで", "The experience: where"), lambda place: regular(person, text, place))

    def regular(person: str, text: str, place: str) -> None:
        entries = [("1", t("正規雇用者である", "a regular employee"), ""), ("2", t("ではない", "not"), "")]
        title = t("雇用", "Employment")
        terminal.lay(Menu(terminal, title, entries, lambda digit: send(person, False, text, place, digit == "1")))

    entries = [(str(number), one.name, "") for number, one in enumerate(people, 1)]
    terminal.lay(
        Menu(terminal, t("だれを指名するか", "Who"), entries, lambda digit: rank(people[int(digit) - 1].person))
    )


def _pledge(terminal: Terminal) -> None:
    station = terminal.station
    assert station is not None
    people = station.staff[:9]

    def whose(digit: str) -> None:
        person = people[int(digit) - 1].person
        _paper(terminal, lambda date, reference: RecordPledge(person, date, reference))

    entries = [(str(number), one.name, "") for number, one in enumerate(people, 1)]
    terminal.lay(Menu(terminal, terminal.tongue("だれの誓約書か", "Whose pledge"), entries, whose))


def _consent(terminal: Terminal, course: str) -> None:
    _paper(terminal, lambda date, reference: ConsentCourse(course, date, reference))


def _paper(terminal: Terminal, make: Callable[[str, str], DossierCommand]) -> None:
    """The paper's date, then its reference, then the command."""
    station = terminal.station
    assert station is not None
    t = station.tongue
    today = iso_date(station.now_ms()).replace("-", "")

    def dated(typed: str) -> None:
        date = f"{typed[:4]}-{typed[4:6]}-{typed[6:]}" if len(typed) == len("20250806") else typed
        question = t("文書の番号か名前", "The paper's reference")
        terminal.lay(
            Ask(terminal, t("文書", "paper"), question, "", lambda words: send(date, words), kana=True, longest=LONGEST_REFERENCE)
        )  # fmt: skip

    def send(date: str, reference: str) -> None:
        async def work() -> None:
            await station.submit(make(date, reference))
            station.say(t("記録しました。", "It is recorded."))

        station.begin(t("記録しています", "recording"), work)

    hint = t("年月日の8けた。そのままでよければ Enter", "eight digits YYYYMMDD; Enter keeps it")
    terminal.lay(Ask(terminal, t("年月日", "date"), t("文書の日付", "Date of the paper"), hint, dated, text=today))
