"""What is looked at in a photo, how it can fail, from which number on, and what the applicant is told then.

Numbers without a published rule were found by spoiling one portrait in a known way (tests/drivers/test_photo_checks.py);
docs/photo.md is written from this table.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Level = Literal["ok", "look", "advise", "block"]
"""Of a point: nothing to do; a person must look; better take another; another, or a person's reason why not."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which a subject fails: a measure (`of`, a field of Measures) below `least` or above `most`."""

    code: str
    level: Level
    of: str
    ja: str
    en: str
    least: int | None = None
    most: int | None = None

    def holds(self, value: int) -> bool:
        """Whether this value of its measure is outside."""
        return (self.least is not None and value < self.least) or (self.most is not None and value > self.most)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at; the first finding that holds is said. `source`: where its rule is from."""

    code: str
    title_ja: str
    title_en: str
    findings: tuple[Finding, ...]
    source: str


# Where the rules are from. Only what is published as a rule of the card's photo blocks; the rest is our experience with
# pictures and advises.
SIZE_RULE: Final = "顔写真の規格：縦45 mm × 横35 mm、頭頂からあごまで32〜36 mm、上の余白2〜4 mm"
FACE_RULE: Final = "顔写真の規格：本人のみ、正面、無帽、無背景"
OWN: Final = "試し撮りで決めた目安（規格に数値なし）"

TILT_DDEG: Final = 60
"""6 degrees: seen at once in a frame with straight edges; the measure itself is right within 0.6."""
TURN_DDEG: Final = 100
"""The mesh says two thirds of what a head is turned by: 14 degrees, where one ear begins to disappear."""
TURNED_AWAY_DDEG: Final = 250
"""Turned by 35 degrees: nobody calls that a face from the front."""
NOD_DDEG: Final = 150
"""15 degrees: the mesh is wrong by 5-10 of glasses, masks and low chins."""

SUBJECTS: Final[tuple[Subject, ...]] = (
    Subject(
        code="face",
        title_ja="顔",
        title_en="Face",
        source=FACE_RULE,
        findings=(
            Finding(
                code="face.none",
                level="block",
                of="faces",
                least=1,
                ja="顔が見つかりません。カメラの正面を向いてください。",
                en="No face was found. Please face the camera.",
            ),
            Finding(
                code="face.many",
                level="block",
                of="faces",
                most=1,
                ja="ほかの人の顔が写っています。お一人で写ってください。",
                en="Another face is in the picture. Please stand alone.",
            ),
        ),
    ),
    Subject(
        code="size",
        title_ja="顔の大きさ",
        title_en="Size of the head",
        source=SIZE_RULE,
        findings=(
            Finding(
                code="size.small",
                level="block",
                of="head_dmm",
                least=320,
                ja="顔が小さく写っています。カメラに近づいてください。",
                en="The head is too small. Please come closer.",
            ),
            Finding(
                code="size.large",
                level="block",
                of="head_dmm",
                most=360,
                ja="顔が大きく写っています。カメラから少し離れてください。",
                en="The head is too large. Please step back a little.",
            ),
        ),
    ),
    Subject(
        code="margin",
        title_ja="頭の上の余白",
        title_en="Space above the head",
        source=SIZE_RULE,
        findings=(
            Finding(
                code="margin.little",
                level="block",
                of="top_dmm",
                least=20,
                ja="頭の上が足りません。カメラを少し上に向けます。",
                en="Too little space above the head. The camera is raised a little.",
            ),
            Finding(
                code="margin.much",
                level="block",
                of="top_dmm",
                most=40,
                ja="頭の上が空きすぎています。カメラを少し下に向けます。",
                en="Too much space above the head. The camera is lowered a little.",
            ),
        ),
    ),
    Subject(
        code="centre",
        title_ja="左右の位置",
        title_en="Left and right",
        source=OWN,
        findings=(
            Finding(
                code="centre.right",
                level="advise",
                of="off_centre_dmm",
                most=15,
                ja="中央からずれています。ご自分の右へ少し動いてください。",
                en="Off the middle. Please move a little to your right.",
            ),
            Finding(
                code="centre.left",
                level="advise",
                of="off_centre_dmm",
                least=-15,
                ja="中央からずれています。ご自分の左へ少し動いてください。",
                en="Off the middle. Please move a little to your left.",
            ),
        ),
    ),
    Subject(
        code="tilt",
        title_ja="顔の傾き",
        title_en="Tilt",
        source=FACE_RULE,
        findings=(
            Finding(
                code="tilt.left",
                level="advise",
                of="roll_ddeg",
                most=TILT_DDEG,
                ja="頭が左に傾いています。まっすぐにしてください。",
                en="Your head leans to your left. Please hold it straight.",
            ),
            Finding(
                code="tilt.right",
                level="advise",
                of="roll_ddeg",
                least=-TILT_DDEG,
                ja="頭が右に傾いています。まっすぐにしてください。",
                en="Your head leans to your right. Please hold it straight.",
            ),
        ),
    ),
    Subject(
        code="turn",
        title_ja="顔の向き",
        title_en="Turned aside",
        source=FACE_RULE,
        findings=(
            Finding(
                code="turn.away_left",
                level="block",
                of="yaw_ddeg",
                most=TURNED_AWAY_DDEG,
                ja="横を向いています。カメラの正面を向いてください。",
                en="You look aside. Please face the camera.",
            ),
            Finding(
                code="turn.away_right",
                level="block",
                of="yaw_ddeg",
                least=-TURNED_AWAY_DDEG,
                ja="横を向いています。カメラの正面を向いてください。",
                en="You look aside. Please face the camera.",
            ),
            Finding(
                code="turn.left",
                level="advise",
                of="yaw_ddeg",
                most=TURN_DDEG,
                ja="顔が左を向いています。正面を向いてください。",
                en="Your face is turned to your left. Please face the camera.",
            ),
            Finding(
                code="turn.right",
                level="advise",
                of="yaw_ddeg",
                least=-TURN_DDEG,
                ja="顔が右を向いています。正面を向いてください。",
                en="Your face is turned to your right. Please face the camera.",
            ),
        ),
    ),
    Subject(
        code="nod",
        title_ja="あごの上げ下げ",
        title_en="Chin",
        source=FACE_RULE,
        findings=(
            Finding(
                code="nod.up",
                level="advise",
                of="pitch_ddeg",
                most=NOD_DDEG,
                ja="あごが上がっています。少し引いてください。",
                en="Your chin is raised. Please lower it a little.",
            ),
            Finding(
                code="nod.down",
                level="advise",
                of="pitch_ddeg",
                least=-NOD_DDEG,
                ja="うつむいています。少し顔を上げてください。",
                en="You look down. Please raise your face a little.",
            ),
        ),
    ),
    Subject(
        code="sharp",
        title_ja="ピント",
        title_en="Sharpness",
        source=OWN,
        findings=(
            Finding(
                code="sharp.blurred",
                level="advise",
                of="sharpness",
                least=20,  # the portrait: 70; blurred by a hundredth of the way between its eyes: 33, by two: 16
                ja="ぼけているようです。動かずに、もう一度撮ります。",
                en="It seems blurred. Please hold still: we take it again.",
            ),
        ),
    ),
    Subject(
        code="light",
        title_ja="明るさ",
        title_en="Brightness",
        source=OWN,
        findings=(
            Finding(
                code="light.dark",
                level="advise",
                of="brightness",
                least=75,  # the portrait at less than half its light
                ja="顔が暗く写っています。照明を直して、もう一度撮ります。",
                en="The face is dark. We adjust the light and take it again.",
            ),
            Finding(
                code="light.bright",
                level="advise",
                of="bright_permille",
                most=100,  # a tenth of the face without any detail; a shining forehead has 10-50
                ja="顔が明るすぎます。照明を直して、もう一度撮ります。",
                en="The face is too bright. We adjust the light and take it again.",
            ),
            Finding(
                code="light.one_side",
                level="advise",
                of="light_permille",
                least=650,  # the portrait, lit from one side as studios do, has 810
                ja="顔の片側が暗く写っています。照明を直して、もう一度撮ります。",
                en="One side of the face is dark. We adjust the light and take it again.",
            ),
        ),
    ),
    Subject(
        code="background",
        title_ja="背景",
        title_en="Background",
        source=FACE_RULE,
        findings=(
            Finding(
                code="background.shadow",
                level="advise",
                of="background_spread",
                most=80,  # a wall lit from one side by a tenth has 35, by two fifths 120
                ja="背景に影かむらがあります。背景と照明を直します。",
                en="The background has shadows or patches. We adjust the background and the light.",
            ),
            Finding(
                code="background.things",
                level="advise",
                of="background_edges",
                most=100,  # a plain screen has 1-20
                ja="背景に物か模様が写っています。背景を直します。",
                en="There are things or patterns behind you. We adjust the background.",
            ),
        ),
    ),
    Subject(
        code="eyes",
        title_ja="目",
        title_en="Eyes",
        source=OWN,
        findings=(
            Finding(
                code="eyes.covered",
                level="look",
                of="eye_light_permille",
                least=600,  # open eyes: 950; dark glasses: 260
                ja="目が隠れていませんか。色の濃い眼鏡や髪をよけてください。",
                en="Are the eyes covered? Please move dark glasses or hair aside.",
            ),
            Finding(
                code="eyes.closed",
                level="look",
                of="eyes_permille",
                least=45,  # open eyes: 95; a blink could not be tried, for want of pictures
                ja="目が閉じていませんか。目を開けて、もう一度撮ります。",
                en="Are the eyes closed? Please open them: we take it again.",
            ),
        ),
    ),
    Subject(
        code="mouth",
        title_ja="口",
        title_en="Mouth",
        source=OWN,
        findings=(
            Finding(
                code="mouth.open",
                level="look",
                of="mouth_permille",
                most=60,  # closed lips: 0-20; a smile that shows the teeth: 100
                ja="口が開いていませんか。軽く閉じてください。",
                en="Is the mouth open? Please close it gently.",
            ),
        ),
    ),
)
