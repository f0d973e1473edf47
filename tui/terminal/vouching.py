"""A manager says that refused digits are no My Number: why, signed in place, and a mark stands for the digits in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.people.vouching import LONGEST_FIELD, NotMyNumber
from tui import tokens
from tui.cells import Span, line
from tui.layer import Ask

if TYPE_CHECKING:
    from sync.keys.party import Person
    from tui.field import NotKept
    from tui.layer import Terminal

REASONS = (
    ("荷物の追跡番号", "a parcel's tracking number"),
    ("機器・物品の番号", "a number on a device or an article"),
    ("予約・受付の番号", "a number of a booking"),
    ("電話番号", "telephone numbers"),
)


def may_be_vouched(terminal: Terminal, refused: NotKept) -> bool:
    """Whether the text could stand with a mark in it: prose can, a number and what is only searched for cannot."""
    top = terminal.top
    prose = isinstance(top, Ask) and top.field is refused.field and refused.field.kana
    signed_in = terminal.station is not None and terminal.station.person is not None
    return signed_in and prose and refused.finding.code == "guard.my_number"


def vouch(terminal: Terminal, refused: NotKept) -> None:
    """Ask why, then for the manager's signature where somebody else works here; the field then has the masked text."""
    station, t = terminal.station, terminal.tongue
    assert station is not None and station.person is not None
    prompt = terminal.top.prompt()
    asked = (prompt.label if prompt is not None else "")[:LONGEST_FIELD]

    def reason(text: str) -> None:
        if station.person is not None and station.manages(station.person):
            sign(station.person, text)
            return
        from tui.papers.second_person import SecondPerson

        why = t("マイナンバーではない（管理者の署名）", "No My Number: the manager signs")
        terminal.lay(SecondPerson(terminal, why, lambda person: sign(person, text)))

    def sign(person: Person, text: str) -> None:
        async def work() -> None:
            await station.submit(NotMyNumber(asked, text), person=person)
            refused.field.text = refused.masked
            done = t(
                "数字をふせて受け付けました。理由は記録に残ります。", "A mark stands for it; the reason is recorded."
            )
            todo = t("   つぎ：続きを入れて Enter", "   Next: go on typing, then Enter")
            terminal.at_once = line(Span(f"{tokens.DONE}{done}", "done")), line(todo)

        station.begin(t("記録しています", "recording"), work)

    question = t("マイナンバーでない理由（数字なしで）", "Why it is no My Number (not the digits)")
    hint = t("数字でえらぶか、文字で入れて Enter", "Choose by digit, or type and press Enter.")
    choices = [t(*words) for words in REASONS]
    terminal.lay(Ask(terminal, t("理由", "reason"), question, hint, reason, kana=True, choices=choices))
