"""Entries in words, for people who audit: one sentence per event, in Japanese and in English.

No sentence holds what a person typed about a person: reasons are not shown, names are not in the record, and an
applicant is a ticket number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from hub.audit.words import custody, day, effect, identity, people, personal, queue, visit
from hub.audit.words.names import Names
from hub.audit.words.plain import plain
from hub.audit.words.said import Said
from hub.domain.contracts.contract import Profile
from hub.domain.day.sound import QuietKept
from hub.domain.day.survey import SurveyAnswered
from hub.domain.events import (
    CUSTODY_EVENTS,
    DAY_EVENTS,
    EFFECT_EVENTS,
    FORM_ID_EVENTS,
    IDENTITY_EVENTS,
    INQUIRY_EVENTS,
    PERSONAL_EVENTS,
    PRESENCE_EVENTS,
    QUEUE_EVENTS,
    VISIT_EVENTS,
    Event,
)
from hub.domain.kinds import rows
from hub.domain.people.newkey import KeySucceeded
from hub.domain.people.vouching import NumberVouched
from hub.domain.personal.disclosure import Revealed
from hub.domain.photo.returned import ReturnedNoted
from hub.domain.queue.window_lanes import WindowKept
from hub.domain.visit.city_result import ResultsEntered

if TYPE_CHECKING:
    from typing import Never

    from hub.domain.kinds import Kinds

E = TypeVar("E")


class Explainer:
    """Puts events into words, in the order of the record; it remembers which visit belongs to which number."""

    def __init__(self, profile: Profile | None) -> None:
        """Without the profile the contract's ids stand where its words would."""
        self._names = Names(profile)

    def explain(self, event: Event) -> Said:
        """The sentence of one event."""
        says = _SAYS.get(type(event))
        return Said(*plain(event)) if says is None else says(event, self._names)  # type: ignore[arg-type]  # by its row


def _results(event: ResultsEntered, names: Names) -> Said:
    count = len(event.results)
    return Said(f"市が会場の後の手続 {count}件を済ませた", f"the city has done {count} steps after the booth")


def _returned(event: ReturnedNoted, names: Names) -> Said:
    return Said(f"返戻された写真は、この会場で合わせて{event.count}枚", f"{event.count} pictures of a venue came back")


def _part(kinds: Kinds[E] | type[E], says: Callable[[E, Names], Said]) -> dict[type, Callable[[Never, Names], Said]]:
    return rows(kinds, says)


_SAYS = {
    **_part(DAY_EVENTS, day.sentence),
    **_part(INQUIRY_EVENTS, day.sentence),
    **_part(SurveyAnswered, day.sentence),
    **_part(QuietKept, day.sentence),
    **_part(PRESENCE_EVENTS, day.sentence),
    **_part(WindowKept, day.sentence),
    **_part(QUEUE_EVENTS, queue.sentence),
    **_part(VISIT_EVENTS, visit.sentence),
    **_part(FORM_ID_EVENTS, visit.sentence),
    **_part(IDENTITY_EVENTS, identity.sentence),
    **_part(CUSTODY_EVENTS, custody.sentence),
    **_part(EFFECT_EVENTS, lambda event, names: effect.sentence(event)),
    **_part(PERSONAL_EVENTS, lambda event, names: personal.sentence(event, names.purposes)),
    **_part(Revealed, lambda event, names: personal.sentence(event, names.purposes)),
    **_part(KeySucceeded, lambda event, names: people.sentence(event)),
    **_part(NumberVouched, lambda event, names: people.sentence(event)),
    **_part(ResultsEntered, _results),
    **_part(ReturnedNoted, _returned),
}
"""Kinds whose sentence needs names or stands here; of the others hub.audit.words.plain says it."""
