"""What was asked of the city, and what it answered, in the words of an auditor."""

from __future__ import annotations

from hub.audit.words.names import Names
from hub.audit.words.said import Said
from hub.domain.identity import identity

OUTCOMES = {
    identity.Outcome.CONFIRMED: Said("確認した", "confirmed"),
    identity.Outcome.REFUSED: Said("認めなかった", "refused"),
    identity.Outcome.MORE_PAPERS: Said("書類の追加を求めた", "more papers are needed"),
    identity.Outcome.RETAKE: Said("撮り直しを求めた", "another picture is needed"),
}

VIDEO = {
    "": Said("まだない", "has not begun"),
    "started": Said("つながった", "is there"),
    "lost": Said("切れた", "is lost"),
    "ended": Said("終わった", "is over"),
}


def sentence(event: identity.IdentityEvent, names: Names) -> Said:
    """What the city was asked, or did."""
    match event:
        case identity.IdentityRequested():
            step = names.step(event.method, event.step)
            to = Said(f"、担当 {event.officer}", f", for {event.officer}") if event.officer else Said("", "")
            return Said(
                f"{event.number} の「{step.ja}」を市に依頼した{to.ja}",
                f'the city was asked for "{step.en}" of {event.number}{to.en}',
            )
        case identity.OfficerAttended():
            return Said(
                f"市の職員 {event.officer} が{'着席した' if event.on_duty else '離席した'}",
                f"officer {event.officer} {'came on duty' if event.on_duty else 'left'}",
            )
        case identity.IdentityDecided():
            _, method_id = names.visit(event.visit)
            step = names.step(method_id, event.step)
            outcome = OUTCOMES[event.outcome]
            two = Said(f"と {event.first}", f" and {event.first}") if event.first else Said("", "")
            return Said(
                f"市の職員 {event.officer}{two.ja} が {event.number} の「{step.ja}」を{outcome.ja}",
                f'officer {event.officer}{two.en} on "{step.en}" of {event.number}: {outcome.en}',
            )
        case identity.RequestTakenUp():
            return Said(
                f"市の職員 {event.officer} が {event.number} の依頼を見はじめた",
                f"officer {event.officer} began to look at {event.number}",
            )
        case identity.RequestPassedOn():
            return Said(
                f"市の職員 {event.officer} が {event.number} の依頼を {event.given_to} に回した",
                f"officer {event.officer} passed the request about {event.number} on to {event.given_to}",
            )
        case identity.FirstSigned():
            return Said(
                f"市の職員 {event.officer} が {event.number} に署名した（2人のうち1人目）",
                f"officer {event.officer} signed about {event.number}, the first of two",
            )
        case identity.VideoNoted():
            again = event.video.state == "started" and event.video.restarts
            how = VIDEO[event.video.state]
            return Said(
                f"{event.number} の映像が{how.ja}{f'（確認は最初から {again}回）' if again else ''}",
                f"the video of {event.number} {how.en}{f' (check started again: {again})' if again else ''}",
            )
        case identity.RequestClosed():
            over = event.state is identity.RequestState.EXPIRED
            return Said(
                f"{event.number} の市への依頼が{'期限切れになった' if over else '取り下げられた'}",
                f"the request about {event.number} {'expired' if over else 'was withdrawn'}",
            )
