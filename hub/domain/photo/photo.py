"""The face photo of a visit: what its state is, and which commands and events there are.

One picture lives at a time in the whole booth, and it is one visit's from the entry that asks for the shutter: there is
no pool, no list and no choosing. A picture that is not needed any more is doomed; it lives until the hub has reported
which places were emptied of it. Rules: rules.py.

    photo.shoot -> asked --taken--> taken --confirmed--> confirmed --visit.step--> doomed --destroyed--> (none)
                     |                |  retake, abandoned  |                        ^
                     +-- failed, late +---------------------+------------------------+
"""

from __future__ import annotations

import enum

import msgspec
from immutables import Map


class PhotoState(enum.StrEnum):
    ASKED = "asked"  # the shutter was asked for; a picture may be in the camera already
    TAKEN = "taken"  # in the hub's memory; the applicant looks at it
    CONFIRMED = "confirmed"  # the applicant accepted it; it may be printed
    DOOMED = "doomed"  # nobody needs it any more; the hub empties the places where it is


class Level(enum.StrEnum):
    """How a point of the check stands, best first."""

    OK = "ok"
    LOOK = "look"  # a machine cannot tell: a person looks
    ADVISE = "advise"  # better again, if the applicant agrees
    BLOCK = "block"  # outside the published rule: again, or an exception with its reason


class Point(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One point of the check. What was measured stays with the picture: the record is for ever, and it is a face."""

    code: str
    level: Level


class Living(msgspec.Struct, frozen=True):
    """The one picture that is alive, from the shutter to the proof that it is gone."""

    shot: int
    """Index of the entry that asked for the shutter: the picture's name."""
    visit: int
    ticket: int
    number: str
    step: str
    state: PhotoState
    at_ms: int
    """Since when it is in this state."""
    by: str
    commitment: bytes = b""
    points: tuple[Point, ...] = ()
    checked: bool = False
    """False: the checks were off, and only people have looked."""
    overridden: str = ""
    """The reason of an exception."""
    why: str = ""
    """Why it is doomed: retake, done, abandoned, or the code of a fault."""
    vouched: str = ""
    """The manager who looked into a camera, or printer, that cannot say itself that it is empty."""

    @property
    def blocked(self) -> bool:
        """Whether a point stands against it that nobody has excepted."""
        return not self.overridden and any(point.level is Level.BLOCK for point in self.points)


class Gone(msgspec.Struct, frozen=True):
    """The last picture that was destroyed."""

    number: str
    visit: int
    why: str
    at_ms: int


class Photos(msgspec.Struct, frozen=True):
    living: Living | None = None
    shots: Map[int, int] = Map()
    """Visit to how many pictures were taken for it today."""
    gone: Gone | None = None
    destroyed: int = 0
    """Pictures destroyed today."""


# ------------------------------------------------------------------ commands

CAMERA, HUB, SPOOL, TERMINAL = "camera", "hub", "spool", "terminal"
PLACES = (CAMERA, HUB, SPOOL, TERMINAL)
"""Where a picture can be; each is named when it is destroyed."""

EMPTIED = {
    CAMERA: frozenset({"verified", "none", "by_hand"}),
    HUB: frozenset({"erased", "restarted"}),
    SPOOL: frozenset({"empty", "unused", "by_hand"}),
    TERMINAL: frozenset({"confirmed", "unused", "gone"}),
}
"""What can be said of each: the camera was asked and has nothing of ours; no picture was ever in it; a person looked.
A terminal holds a preview in memory alone: one whose link has ended has let go of it."""


class Shoot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.shoot"):
    """Ask for the shutter, for this visit and no other."""

    visit: int
    step: str


class Retake(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.retake"):
    """This picture is not used; once it is destroyed another can be taken."""

    shot: int


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.override"):
    """Use this picture although points stand against it (religion, illness, an infant, a disability).

    `reason`: that there is one, never which: hub.domain.visit.discreet refuses it in words.
    """

    shot: int
    reason: str


class Confirm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.confirm"):
    """The applicant looked at this picture and said "this one", and knows that J-LIS may return it.

    `commitment`: the picture's as the record has it; one that was cropped anew since then is another.
    """

    shot: int
    commitment: bytes
    looked: bool
    review: bool


class Exempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.exempt"):
    """No photo is taken of this applicant (対象外), for a reason that the contract's step knows."""

    visit: int
    step: str
    why: str


class VouchEmpty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.vouch_empty"):
    """A manager looked into a camera or printer that does not answer any more: nothing of this picture is in it."""

    shot: int
    reason: str


class ReportTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.taken"):
    """The hub has the picture of this shot. `commitment`: its BLAKE2b-256 under the picture's own key."""

    shot: int
    commitment: bytes
    checked: bool
    points: tuple[Point, ...]


class ReportCropped(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.cropped"):
    """The hub cropped the picture anew, by hand and eye of who looks at it."""

    shot: int
    commitment: bytes


class ReportFailed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.failed"):
    """The hub has no picture of this shot (any more): a device's fault, or its own start."""

    shot: int
    code: str


class ReportDestroyed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="photo.destroyed"):
    """The hub emptied every place; `places` says of each in PLACES how that is known."""

    shot: int
    places: dict[str, str]


PhotoCommand = (
    Shoot
    | Retake
    | Override
    | Confirm
    | Exempt
    | VouchEmpty
    | ReportTaken
    | ReportCropped
    | ReportFailed
    | ReportDestroyed
)


# ------------------------------------------------------------------ events


class PhotoAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.asked/1"):
    shot: int
    visit: int
    ticket: int
    number: str
    step: str
    at_ms: int
    by: str


class PhotoTaken(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.taken/1"):
    shot: int
    visit: int
    commitment: bytes
    checked: bool
    points: tuple[Point, ...]
    at_ms: int


class PhotoCropped(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.cropped/1"):
    shot: int
    visit: int
    commitment: bytes
    at_ms: int


class PhotoLate(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.late/1"):
    """A picture came after it was given up: nobody has seen it, and it is destroyed like any other."""

    shot: int
    visit: int
    at_ms: int


class PhotoFailed(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.failed/1"):
    shot: int
    visit: int
    code: str
    at_ms: int


class PhotoRetaken(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.retaken/1"):
    shot: int
    visit: int
    at_ms: int
    by: str


class PhotoOverridden(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.overridden/1"):
    shot: int
    visit: int
    points: tuple[str, ...]
    """Codes of the points that stood against it."""
    reason: str
    at_ms: int
    by: str


class PhotoConfirmed(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.confirmed/1"):
    """The applicant's word, signed by the clerk who heard it."""

    shot: int
    visit: int
    at_ms: int
    by: str


class PhotoExempted(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.exempted/1"):
    visit: int
    step: str
    why: str
    at_ms: int
    by: str


class PhotoVouched(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.vouched/1"):
    shot: int
    visit: int
    reason: str
    at_ms: int
    by: str


class PhotoDestroyed(msgspec.Struct, frozen=True, tag_field="kind", tag="photo.destroyed/1"):
    shot: int
    visit: int
    number: str
    why: str
    places: tuple[tuple[str, str], ...]
    """Place to how it is known to be empty, in the order of PLACES."""
    at_ms: int


PhotoEvent = (
    PhotoAsked
    | PhotoTaken
    | PhotoCropped
    | PhotoLate
    | PhotoFailed
    | PhotoRetaken
    | PhotoOverridden
    | PhotoConfirmed
    | PhotoExempted
    | PhotoVouched
    | PhotoDestroyed
)


# ------------------------------------------------------------------ questions and evolve


def of_visit(photos: Photos, visit: int) -> Living | None:
    """The living picture, if it is this visit's."""
    living = photos.living
    return living if living is not None and living.visit == visit else None


def is_hubs_turn(photos: Photos) -> bool:
    """Whether the hub owes something: a picture, or the proof that one is gone."""
    return photos.living is not None and photos.living.state in (PhotoState.ASKED, PhotoState.DOOMED)


def next_date(photos: Photos) -> Photos:
    """The photos on another date: counts start anew. A day does not close over a living picture, yet one would go on."""
    return Photos(living=photos.living)


def doomed(photos: Photos, visit: int, why: str, at_ms: int) -> Photos:
    """The photos after the picture of a visit, if it has one, is needed no more."""
    living = of_visit(photos, visit)
    if living is None or living.state is PhotoState.DOOMED:
        return photos
    return _with(photos, living, state=PhotoState.DOOMED, why=why, at_ms=at_ms)


def evolve(photos: Photos, event: PhotoEvent) -> Photos:
    if isinstance(event, PhotoExempted):
        return photos
    if isinstance(event, PhotoAsked):
        asked = Living(
            event.shot,
            event.visit,
            event.ticket,
            event.number,
            event.step,
            PhotoState.ASKED,
            event.at_ms,
            event.by,
        )
        return msgspec.structs.replace(photos, living=asked)
    living = photos.living
    assert living is not None and living.shot == event.shot  # decide names no other
    match event:
        case PhotoTaken():
            shots = photos.shots.set(event.visit, photos.shots.get(event.visit, 0) + 1)
            return _with(
                msgspec.structs.replace(photos, shots=shots),
                living,
                state=PhotoState.TAKEN,
                commitment=event.commitment,
                points=event.points,
                checked=event.checked,
                at_ms=event.at_ms,
            )
        case PhotoCropped():
            return _with(photos, living, commitment=event.commitment)
        case PhotoFailed():
            return doomed(photos, living.visit, event.code, event.at_ms)
        case PhotoRetaken():
            return doomed(photos, living.visit, RETAKE, event.at_ms)
        case PhotoOverridden():
            return _with(photos, living, overridden=event.reason)
        case PhotoConfirmed():
            return _with(photos, living, state=PhotoState.CONFIRMED, at_ms=event.at_ms)
        case PhotoVouched():
            return _with(photos, living, vouched=event.by)
        case PhotoDestroyed():
            gone = Gone(living.number, living.visit, living.why, event.at_ms)
            return msgspec.structs.replace(photos, living=None, gone=gone, destroyed=photos.destroyed + 1)
        case PhotoLate():
            return photos


RETAKE, DONE, ABANDONED = "retake", "done", "abandoned"
"""Why a picture is doomed; otherwise a fault's code says it."""


def _with(photos: Photos, living: Living, **fields: object) -> Photos:
    return msgspec.structs.replace(photos, living=msgspec.structs.replace(living, **fields))
