"""Stills of an identity check, in the words of an auditor."""

from __future__ import annotations

from hub.domain.identity import still
from hub.domain.identity.still import StillEvent
from hub.domain.identity.still_mask import FACE

GONE = {
    "dropped": ("端末も消したと返事", "the desk has let go of them too"),
    "told": ("端末に消すよう伝えた", "the desk was told"),
    "unsent": ("届けられる端末なし", "no desk could be told"),
}


def sentences(event: StillEvent) -> tuple[str, str]:
    """The event in Japanese and in English."""
    match event:
        case still.StillAsked():
            what = _subject(event.subject)
            again_ja, again_en = (f"（{event.attempt}回目）", f" ({event.attempt})") if event.attempt > 1 else ("", "")
            return (
                f"{event.by} が番号のかくれを確かめ、{event.number} の{what[0]}を撮る指示をした{again_ja}",
                f"{event.by} confirmed the mask and had {what[1]} of {event.number} taken{again_en}",
            )
        case still.StillTaken():
            what = _subject(event.subject)
            return (f"{event.number} の{what[0]}の静止画を撮った", f"a still of {what[1]} of {event.number} was taken")
        case still.StillFailed():
            what = _subject(event.subject)
            return (
                f"{event.number} の{what[0]}は撮れなかった（{event.fault}）",
                f"{what[1]} of {event.number} was not taken ({event.fault})",
            )
        case still.StillsGone():
            how = GONE.get(event.desk, (event.desk, event.desk))
            return (
                f"{event.number} の静止画{event.stills}枚を消した（{how[0]}）",
                f"{event.stills} stills of {event.number} were destroyed ({how[1]})",
            )


def _subject(subject: str) -> tuple[str, str]:
    return ("顔", "the face") if subject == FACE else (subject, f"the paper {subject}")
