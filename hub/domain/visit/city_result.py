"""What the city does of a visit after the booth and outside the contract: the card's delivery, the certificate's issue.

Niigata 8.1(1)※: set-up and delivery are the city's; Koganei 6⑴: so is issuing the certificate. At the booth nobody can
sign such a step. The city enters its results by ticket, with its own key, and only then it counts as done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.moment import as_date
from hub.domain.queue import paper_block
from hub.domain.refusal import Refusal, refuse
from hub.domain.reservations.cells import YES, plain
from hub.domain.reservations.csv_records import Fault, decode, delimiter, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Step
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import Queue

MOST = 500
"""Results of one command: more than a booth serves in a day."""


class Result(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    date: str
    number: str
    """The ticket's: A-019. The city and the booth call a person by it and by nothing else."""
    step: str


Results = Map[str, tuple[str, ...]]
"""By "2025-08-06/A-019": the steps that the city has done since, in the order in which it said so."""


class EnterResults(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="result.enter"):
    """The city has done these."""

    results: tuple[Result, ...]


class ResultsEntered(msgspec.Struct, frozen=True, tag_field="kind", tag="result.entered/1"):
    results: tuple[Result, ...]
    at_ms: int
    by: str


def city_steps(profile: Profile) -> dict[str, Step]:
    """The steps after the booth that are the city's alone, by id."""
    return {
        step.id: step
        for method in profile.methods
        for step in method.steps
        if step.place == "after" and all(_is_citys(profile, role) for role in step.roles)
    }


def _is_citys(profile: Profile, role: str) -> bool:
    return any(one.id == role and one.party == "city" for one in profile.roles)


def state(step: Step) -> str:
    """What a ticket is called whose step the city has done: delivered_by_city where the contract has a word, else its id."""
    return step.city_state or f"{step.id}_by_city"


def states(results: Results, profile: Profile, date: str, number: str) -> tuple[str, ...]:
    """What the city has done of a ticket since."""
    steps = city_steps(profile)
    return tuple(state(steps[step]) for step in results.get(f"{date}/{number}", ()) if step in steps)


def decide(
    command: EnterResults,
    results: Results,
    queue: Queue,
    today: str,
    numbers: Mapping[str, int],
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[ResultsEntered] | Refusal:
    """The city's results; refused whole where one names no ticket of ours, no step of the city's, or stands already.

    `today`: the date of the queue; `numbers`: the highest number of each earlier date and prefix.
    """
    if not 0 < len(command.results) <= MOST:
        return refuse("result.many", most=MOST)
    steps, seen = city_steps(profile), set[Result]()
    for one in command.results:
        if one.step not in steps:
            return refuse("result.step", number=one.number[:SHOWN])
        if not _given(one, queue, today, numbers):
            return refuse("result.unknown", number=one.number[:SHOWN], date=one.date[:SHOWN])
        if one in seen or one.step in results.get(f"{one.date}/{one.number}", ()):
            return refuse("result.twice", number=one.number, date=one.date)
        seen.add(one)
    return (ResultsEntered(command.results, context.at_ms, by.person),)


SHOWN = 10
"""Characters of a number or date that is repeated to people; ours are no longer."""


def _given(one: Result, queue: Queue, today: str, numbers: Mapping[str, int]) -> bool:
    """Whether the booth has given that number on that date."""
    if as_date(one.date) is None:
        return False
    if one.date == today:
        return any(ticket.number == one.number for ticket in queue.tickets.values())
    printed = paper_block.read(one.number)
    if printed is not None:  # which of the pile were used is forgotten with their day; the city has the person's papers
        return one.number == paper_block.number(printed)
    prefix, _, digits = one.number.rpartition("-")
    return digits.isdecimal() and 0 < int(digits) <= numbers.get(f"{one.date}/{prefix}", 0)


def evolve(results: Results, event: ResultsEntered) -> Results:
    for one in event.results:
        key = f"{one.date}/{one.number}"
        results = results.set(key, (*results.get(key, ()), one.step))
    return results


# ------------------------------------------------------------------ the city's file


class Wrong(msgspec.Struct, frozen=True):
    """A line of the file that says nothing clear; 0: the whole file."""

    line: int
    ja: str
    en: str


COLUMNS = ("日付", "番号", "結果")


def read(data: bytes, profile: Profile) -> tuple[list[Result], list[Wrong]]:
    """The results of a city's CSV (日付, 番号, 結果), and what cannot be read. 結果 is the step's name, or 済 where it has one."""
    decoded = decode(data)
    if isinstance(decoded, Fault):
        return [], [Wrong(0, "CSV（UTF-8 か Shift_JIS）ではありません", f"not a CSV: {decoded.code}")]
    lines = [record for record in records(decoded.text, delimiter(decoded.text)) if not record.blank]
    head = [plain(cell) for cell in lines[0].cells or ()] if lines else []
    if not set(COLUMNS) <= set(head):
        return [], [Wrong(0, f"列が足りません：{'・'.join(COLUMNS)}", f"columns wanted: {', '.join(COLUMNS)}")]
    at = [head.index(name) for name in COLUMNS]
    found: list[Result] = []
    wrong: list[Wrong] = []
    steps = city_steps(profile)
    for record in lines[1:]:
        cells = [plain(cell) for cell in record.cells or ()]
        if len(cells) < len(head):
            wrong.append(Wrong(record.line, "列の数が違います", "another number of columns"))
            continue
        date, number, said = (cells[column] for column in at)
        step = next(_meant(said, steps), None)
        if as_date(date.replace("/", "-")) is None:
            wrong.append(Wrong(record.line, "日付は 2025-08-06 の形で", "dates look like 2025-08-06"))
        elif step is None:
            names = "、".join(one.ja for one in steps.values())
            wrong.append(Wrong(record.line, f"結果は次のどれか：{names}", "not a step of the city's"))
        else:
            found.append(Result(date.replace("/", "-"), number.upper(), step))
    return found, wrong


def _meant(said: str, steps: Mapping[str, Step]) -> Iterator[str]:
    for step in steps.values():
        short = step.ja.partition("（")[0]
        if said in (step.id, step.ja, short, state(step)) or (len(steps) == 1 and said.casefold() in YES):
            yield step.id
