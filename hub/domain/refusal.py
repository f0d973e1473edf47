"""A rule's "no": a value, never an exception."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import final

import msgspec

from hub.domain.guard import SHORTEST_FINDING, redact
from hub.domain.sentences import (
    appointment,
    arrival,
    continuity,
    copies,
    custody,
    day,
    device,
    disposal,
    dossier,
    effect,
    event_plan,
    form_id,
    forms,
    guidance,
    identity,
    incident,
    inquiry,
    keeping,
    left,
    outing,
    packing,
    pairing,
    paper,
    people,
    periodic,
    permission,
    personal,
    photo,
    photo_print,
    picture,
    queue,
    readiness,
    result,
    returned,
    roster,
    sound,
    still,
    transit,
    visit,
)
from hub.domain.sentences.sentence import Sentence


@final
class Refusal(msgspec.Struct, frozen=True):
    """What a rule refused: a stable code and the data that its sentences name.

    Where every entry passes, `type(x) is Refusal` asks for it: isinstance() takes 0.15 µs to say that it is none.
    """

    code: str
    data: dict[str, str] = {}

    @property
    def ja(self) -> str:
        """The reason in Japanese, as row 21 of a terminal shows it."""
        return SENTENCES[self.code].ja.format_map(self.data)

    @property
    def en(self) -> str:
        return SENTENCES[self.code].en.format_map(self.data)

    @property
    def todo_ja(self) -> str:
        """The one next action, in Japanese (row 22)."""
        return SENTENCES[self.code].todo_ja.format_map(self.data)

    @property
    def todo_en(self) -> str:
        return SENTENCES[self.code].todo_en.format_map(self.data)


def refuse(code: str, **data: object) -> Refusal:
    """Build the refusal `code`; every name its sentences use must be given. Long names of the contract are cut.

    A refusal is kept with its command and shown to people: what the guard finds in its data is masked.
    """
    texts = {name: short(str(value)) if name in LONG else str(value) for name, value in data.items()}
    return Refusal(code, {name: text if len(text) < SHORTEST_FINDING else redact(text) for name, text in texts.items()})


LONG = frozenset({"special", "step", "paper", "lane", "method", "event"})
"""Data that a contract words: a whole clause at times."""

NAME_WIDTH = 10
"""Full-width characters of a name in a sentence: two of them and the sentence still fit the 38 of a terminal's row."""


LONE_WIDTH = 24
"""Full-width characters of a name that has its sentence for itself."""


def short(name: str, most: int = NAME_WIDTH) -> str:
    """A name without its remark in brackets, cut to `most` full-width characters (a half-width one is half)."""
    name = name.partition("（")[0] or name
    width = 0.0
    for at, character in enumerate(name):
        width += 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5
        if width > most:
            return name[: at - 1] + "…"
    return name


def some(names: Sequence[str], most: int = 2) -> str:
    """At most `most` names, and how many more there are: a sentence has one row of the terminal, the list has the rest."""
    if len(names) == 1:
        return short(names[0], LONE_WIDTH)
    return "、".join(map(short, names[:most])) + (f"、ほか{len(names) - most}" if len(names) > most else "")


SENTENCES: dict[str, Sentence] = {
    **permission.SENTENCES,
    **day.SENTENCES,
    **queue.SENTENCES,
    **visit.SENTENCES,
    **identity.SENTENCES,
    **still.SENTENCES,
    **custody.SENTENCES,
    **forms.SENTENCES,
    **form_id.SENTENCES,
    **guidance.SENTENCES,
    **returned.SENTENCES,
    **appointment.SENTENCES,
    **result.SENTENCES,
    **picture.SENTENCES,
    **periodic.SENTENCES,
    **outing.SENTENCES,
    **left.SENTENCES,
    **packing.SENTENCES,
    **copies.SENTENCES,
    **event_plan.SENTENCES,
    **keeping.SENTENCES,
    **people.SENTENCES,
    **personal.SENTENCES,
    **photo.SENTENCES,
    **photo_print.SENTENCES,
    **effect.SENTENCES,
    **incident.SENTENCES,
    **inquiry.SENTENCES,
    **readiness.SENTENCES,
    **dossier.SENTENCES,
    **transit.SENTENCES,
    **paper.SENTENCES,
    **disposal.SENTENCES,
    **sound.SENTENCES,
    **device.SENTENCES,
    **pairing.SENTENCES,
    **continuity.SENTENCES,
    **roster.SENTENCES,
    **arrival.SENTENCES,
}
"""Every refusal by its code; each part of the rules keeps its own sentences."""
