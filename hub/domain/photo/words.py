"""What happened to a photo, in words: for the record's readers, without anything that a person typed or the picture shows."""

from __future__ import annotations

from typing import assert_never

from hub.domain.photo.photo import (
    PhotoAsked,
    PhotoConfirmed,
    PhotoCropped,
    PhotoDestroyed,
    PhotoEvent,
    PhotoExempted,
    PhotoFailed,
    PhotoLate,
    PhotoOverridden,
    PhotoRetaken,
    PhotoTaken,
    PhotoVouched,
)
from hub.domain.photo.rules import EXEMPT

PLACES = {"camera": "カメラ", "hub": "ハブ", "spool": "印刷待ち", "terminal": "端末"}


def sentences(event: PhotoEvent) -> tuple[str, str]:
    """One sentence of an event, in Japanese and in English."""
    match event:
        case PhotoAsked():
            return f"{event.number} の顔写真を撮る", f"the photo of {event.number} was asked for"
        case PhotoTaken():
            looked = ("確認ずみ", "checked") if event.checked else ("機械の確認なし", "not checked by a machine")
            return f"写真 {event.shot} が撮れた（{looked[0]}）", f"photo {event.shot} was taken ({looked[1]})"
        case PhotoCropped():
            return f"写真 {event.shot} を切り直した", f"photo {event.shot} was cut anew"
        case PhotoLate():
            return f"写真 {event.shot} が遅れて届いた（使わない）", f"photo {event.shot} came too late and is not used"
        case PhotoFailed():
            return f"写真 {event.shot} は撮れていない（{event.code}）", f"there is no photo {event.shot} ({event.code})"
        case PhotoRetaken():
            return f"写真 {event.shot} を使わない（撮り直し）", f"photo {event.shot} is not used (another is taken)"
        case PhotoOverridden():
            return (
                f"写真 {event.shot} を例外として使う（{len(event.points)}点、理由あり）",
                f"photo {event.shot} is used as an exception ({len(event.points)} points, with a reason)",
            )
        case PhotoConfirmed():
            return (
                f"写真 {event.shot} を本人が認め、審査で返ることを了解した",
                f"the applicant accepted photo {event.shot} and that J-LIS may return it",
            )
        case PhotoExempted():
            ja, en = EXEMPT.get(event.why, (event.why, event.why))
            return f"写真は対象外：{ja}", f"no photo: {en}"
        case PhotoVouched():
            return (
                f"写真 {event.shot} がカメラに無いことを人が確かめた（理由あり）",
                f"a person looked: photo {event.shot} is not in the camera (with a reason)",
            )
        case PhotoDestroyed():
            ja = "・".join(f"{PLACES.get(place, place)} {how}" for place, how in event.places)
            en = ", ".join(f"{place} {how}" for place, how in event.places)
            return (
                f"{event.number} の写真 {event.shot} を消した（{ja}）",
                f"photo {event.shot} of {event.number} is destroyed ({en})",
            )
    assert_never(event)
