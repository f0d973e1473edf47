"""What the city looks at before it decides, as the contract's profile says it, and how chance names today's part of it.

No specification at hand lists the points: the defaults here are Demado's own, and a city's profile replaces any of
them. A security feature for each paper shown and the cue asked by video are drawn from bytes that the officer's desk
makes at random; the bytes go with the decision, so that whoever reads the record draws the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct, field

from hub.domain.identity.still_mask import MASKS, Mask

DRAWN_BYTES = 16
"""Random bytes of a draw: nobody guesses them, and no two checks of a day have the same."""

MOST_FEATURES = 2
"""Papers of which a feature is drawn: more than two are never asked for, and the desk's screen has room for two."""

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Meta(min_length=1, max_length=46)]
"""One row of the desk."""


class Point(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something to tick. `draw`: chance says which feature or cue it is about; a cue is asked for by video only."""

    id: Name
    ja: Words
    en: Words
    draw: Literal["feature", "cue"] | None = None


class Feature(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A security feature. `paper`: the class of paper as the booth names it; absent: to be found on any."""

    id: Name
    ja: Words
    en: Words
    paper: Words | None = None


class Cue(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that the applicant is asked to do in front of the camera; a recording does not do it."""

    id: Name
    ja: Words
    en: Words


class Reason(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reason that the desk offers for an outcome; another one can be typed."""

    outcome: Literal["refused", "more_papers", "retake"]
    ja: Words


def _points(*points: tuple[str, str, str, Literal["feature", "cue"] | None]) -> tuple[Point, ...]:
    return tuple(Point(id=id, ja=ja, en=en, draw=draw) for id, ja, en, draw in points)


IDENTITY = _points(
    ("valid", "有効期限が切れていない", "Not expired", None),
    ("security", "券面のしかけ", "Security feature", "feature"),
    ("face", "顔と書類の写真が同じ人", "Face and document show the same person", None),
    ("cue", "合図", "Cue", "cue"),
    ("birth", "生年月日を本人が言った（入力しない）", "Said the birth date (never typed)", None),
)
"""本人確認."""

PIN_CONTENT = _points(
    ("sheet", "暗証番号設定依頼書を本人が書いた", "The applicant wrote the PIN request sheet", None),
    ("rule", "文字の数と種類が決まりどおり", "Length and characters follow the rule", None),
    ("covered", "見たあと目隠しをした（値は入力しない）", "Covered again after the look (never typed)", None),
)
"""暗証番号内容確認 (Niigata 8.1(1)※): about the sheet, not about the face."""

FEATURES = tuple(
    Feature(id=id, ja=ja, en=en, paper=paper)
    for id, ja, en, paper in (
        # 在留カード: as the Immigration Services Agency describes it to those who look at one.
        ("residence_colour", "かたむけると「MOJ」の色が変わる", "MOJ changes colour when tilted", "在留カード等"),
        ("residence_edge", "左端の帯の色が変わる", "The strip at the left changes colour", "在留カード等"),
        # 個人番号カード: as J-LIS describes its face.
        ("card_pearl", "かたむけると左上の模様が見える", "A pattern shows at the upper left", "個人番号カード"),
        ("card_shade", "写真のふちが券面にとけ込む", "The photo's edge fades into the card", "個人番号カード"),
        # 旅券: as the Ministry of Foreign Affairs describes the page with the photo.
        ("passport_hologram", "写真の頁のホログラムが動く", "The hologram moves when tilted", "旅券（パスポート）"),
        ("passport_photo", "写真が頁に印刷されている", "The photo is printed, not glued", "旅券（パスポート）"),
        ("photo_flat", "写真に重ね貼りの段がない", "The photo is not pasted over", None),
        ("letters_even", "文字のならびと濃さがそろう", "Letters are even in line and weight", None),
        ("edge_whole", "角とふちに削り・はがれがない", "Corners and edges are whole", None),
    )
)

CUES = tuple(
    Cue(id=id, ja=ja, en=en)
    for id, ja, en in (
        ("right_ear", "右手で左の耳にさわる", "Right hand to the left ear"),
        ("left_shoulder", "左手で右の肩にさわる", "Left hand to the right shoulder"),
        ("three_fingers", "顔の横で指を3本立てる", "Three fingers beside the face"),
        ("look_right", "ゆっくり右を向いて、もどる", "Look right slowly, and back"),
        ("look_up", "上を見てから、目をとじる", "Look up, then close the eyes"),
        ("paper_tilt", "書類を顔の横でかたむける", "Tilt the paper beside the face"),
    )
)

_OFFERED: tuple[tuple[Literal["refused", "more_papers", "retake"], str], ...] = (
    ("refused", "顔と書類の写真がちがう"),
    ("refused", "有効期限が切れている"),
    ("refused", "書類に不審な点がある"),
    ("more_papers", "書類の種類が足りない"),
    ("more_papers", "氏名・住所が届出とちがう"),
    ("more_papers", "代理権の書類がない"),
    ("retake", "暗くて見えない"),
    ("retake", "書類が読めない"),
    ("retake", "途中で切れた"),
)

REASONS = tuple(Reason(outcome=outcome, ja=ja) for outcome, ja in _OFFERED)
"""What comes up most."""


class CityCheck(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the city checks under one contract."""

    points: tuple[Point, ...] = IDENTITY
    sheet_points: tuple[Point, ...] = PIN_CONTENT
    features: tuple[Feature, ...] = FEATURES
    cues: tuple[Cue, ...] = CUES
    reasons: tuple[Reason, ...] = REASONS
    second_officer_outcomes: tuple[Literal["confirmed", "refused", "more_papers", "retake"], ...] = ()
    """Outcomes that two different officers sign; no contract at hand asks for it."""
    second_officer_papers: tuple[Words, ...] = ()
    """Classes of paper with which "confirmed" needs two different officers."""
    video_lost_seconds: Annotated[int, Meta(gt=0)] = 30
    """A picture that is away for longer may come back with somebody else before it: the check starts again."""
    masks: tuple[Mask, ...] = field(default=MASKS, name="mask")
    """What is covered on a still of each class of paper."""
    meetings: dict[str, Annotated[str, Meta(pattern=r"^https://[!-~]{4,160}$")]] = {}
    """Window to the link of its meeting; the window "*" stands for every other one."""

    def mask(self, paper: str) -> Mask | None:
        """What is covered on a paper of this class; None: it is not photographed."""
        return next((mask for mask in self.masks if mask.paper == paper), None)

    def meeting(self, window: str) -> str:
        """The link of the meeting for a window, or empty."""
        return self.meetings.get(window, self.meetings.get("*", ""))

    def second_officer(self, outcome: str, papers: Sequence[str]) -> bool:
        """Whether a decision is an exception that a second officer signs as well."""
        confirms_exception = outcome == "confirmed" and not set(papers).isdisjoint(self.second_officer_papers)
        return outcome in self.second_officer_outcomes or confirms_exception

    def reasons_for(self, outcome: str) -> tuple[str, ...]:
        """The reasons offered for an outcome, in the profile's order."""
        return tuple(reason.ja for reason in self.reasons if reason.outcome == outcome)

    def points_for(
        self, kind: str, papers: Sequence[str], drawn: bytes, *, video: bool
    ) -> tuple[tuple[str, str, str], ...]:
        """What to tick in a check of this kind (`identity`, `pin_content`): id, Japanese, English.

        `papers`: the classes shown. `drawn`: what chance named; the same bytes give the same points. `video`: the
        officer is not at the booth, so that a cue is asked for.
        """
        made: list[tuple[str, str, str]] = []
        for point in self.sheet_points if kind == "pin_content" else self.points:
            if point.draw is None:
                made.append((point.id, point.ja, point.en))
            elif point.draw == "feature":
                drawn_features = self._features(papers, drawn)
                made += [(f"{point.id}:{one.id}", f"{point.ja}：{one.ja}", one.en) for one in drawn_features]
            elif video and self.cues:
                cue = _pick(self.cues, drawn, "cue")
                made.append((f"{point.id}:{cue.id}", f"{point.ja}「{cue.ja}」", f"{point.en}: {cue.en}"))
        return tuple(made)

    def _features(self, papers: Sequence[str], drawn: bytes) -> tuple[Feature, ...]:
        """One feature of each paper that has its own; one to be found on any paper where none has."""
        known = [paper for paper in dict.fromkeys(papers) if any(one.paper == paper for one in self.features)]
        chosen = tuple(
            _pick([one for one in self.features if one.paper == paper], drawn, paper) for paper in known[:MOST_FEATURES]
        )
        common = [one for one in self.features if one.paper is None]
        return chosen or ((_pick(common, drawn, "any"),) if common else ())

    def every_point(self) -> tuple[str, ...]:
        """The id of whatever a check may ask for."""
        made: list[str] = []
        for point in (*self.points, *self.sheet_points):
            if point.draw is None:
                made.append(point.id)
            elif point.draw == "feature":
                made += [f"{point.id}:{one.id}" for one in self.features]
            else:
                made += [f"{point.id}:{one.id}" for one in self.cues]
        return tuple(made)


_T = TypeVar("_T")


def _pick(options: Sequence[_T], drawn: bytes, what: str) -> _T:
    """One of the options: even to a part in 2^60, and each `what` for itself."""
    number = int.from_bytes(hashlib.sha256(drawn + what.encode()).digest()[:8], "big")
    return options[number % len(options)]
