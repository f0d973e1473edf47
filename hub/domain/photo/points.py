"""What is said of a photo before it is kept: one point per subject, with what the applicant is told to change.

The numbers come from the hub's devices (drivers/picture); what they mean is decided here, without a picture in sight.
Nothing here refuses: a point that blocks is overridden by a person with a reason (religion, illness, infants).
"""

from __future__ import annotations

from typing import Final

import msgspec

from hub.domain.photo.subjects import SUBJECTS, Level, Subject


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen in the cut picture of 35 x 45 mm: lengths in 0.1 mm, angles in 0.1 degree. Each field's meaning is
    told in drivers/picture/values.py, whose struct has the same fields."""

    faces: int
    head_dmm: int = 0
    top_dmm: int = 0
    off_centre_dmm: int = 0
    roll_ddeg: int = 0
    yaw_ddeg: int = 0
    pitch_ddeg: int = 0
    sharpness: int = 0
    brightness: int = 0
    dark_permille: int = 0
    bright_permille: int = 0
    light_permille: int = 0
    background_spread: int = 0
    background_edges: int = 0
    eye_light_permille: int = 0
    eyes_permille: int = 0
    mouth_permille: int = 0


class PhotoPoint(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one subject. `code` is stable (tilt.left); `value` is the measure it was judged by.

    The sentences are read aloud to the applicant and say what to do; of a point that is ok they say that it is.
    """

    code: str
    level: Level
    value: int
    title_ja: str
    title_en: str
    ja: str
    en: str


WORN: Final = PhotoPoint(
    code="worn.look",
    level="look",
    value=0,
    title_ja="身につけた物",
    title_en="What is worn",
    ja="帽子・マスク・眼鏡の反射がないか、目で確かめます。",
    en="A person looks for hats, masks and reflections in glasses.",
)
"""No measure knows these: always a person."""

UNCHECKED: Final = PhotoPoint(
    code="checks.off",
    level="look",
    value=0,
    title_ja="写真の検査",
    title_en="Photo check",
    ja="自動の検査はしていません。大きさ・向き・明るさ・背景を目で確かめます。",
    en="The photo was not checked. A person looks at size, direction, light and background.",
)


def judge(measures: Measures | None) -> tuple[PhotoPoint, ...]:
    """One point per subject in the order they are shown; None (the checks are off) is one point that says so.

    Without a face nothing else is said: every other number would be about nothing.
    """
    if measures is None:
        return (UNCHECKED, WORN)
    subjects = SUBJECTS if measures.faces else SUBJECTS[:1]
    return (*(_point(subject, measures) for subject in subjects), *((WORN,) if measures.faces else ()))


def blocking(points: tuple[PhotoPoint, ...]) -> tuple[str, ...]:
    """The codes of those points that a person must override with a reason."""
    return tuple(point.code for point in points if point.level == "block")


def _point(subject: Subject, measures: Measures) -> PhotoPoint:
    for finding in subject.findings:
        value = measured(measures, finding.of)
        if finding.holds(value):
            return _said(subject, finding.code, finding.level, value, finding.ja, finding.en)
    return _said(subject, f"{subject.code}.ok", "ok", measured(measures, subject.findings[0].of), "よい", "Good")


def measured(measures: Measures, name: str) -> int:
    """The measure of this name; AttributeError where there is none."""
    value: int = getattr(measures, name)
    return value


def _said(subject: Subject, code: str, level: Level, value: int, ja: str, en: str) -> PhotoPoint:
    return PhotoPoint(
        code=code, level=level, value=value, title_ja=subject.title_ja, title_en=subject.title_en, ja=ja, en=en
    )
