"""How a new terminal came in, or did not, in the words of an auditor."""

from __future__ import annotations

from hub.domain.people import pairing
from hub.domain.people.pairing import PairingEvent, Why

WHY = {
    Why.EXPIRED: ("時間切れ", "its time was over"),
    Why.CLOSED: ("管理者が閉じた", "the manager closed it"),
    Why.DECLINED: ("管理者が数字を認めなかった", "the manager did not accept the digits"),
    Why.LOST: ("端末との通信が切れた", "the terminal went away"),
    Why.UNFIT: ("端末が証明書を使えなかった", "the terminal could not use what it was given"),
}


def sentences(event: PairingEvent) -> tuple[str, str]:
    """The event in Japanese and in English."""
    match event:
        case pairing.PairingOpened():
            return (f"端末を加える窓口をひらいた（{event.by}）", f"{event.by} opened the window for a new terminal")
        case pairing.PairingFailed():
            return (f"まちがったコード（{event.tries}回目）", f"a wrong code (try {event.tries})")
        case pairing.PairingBurnt():
            return ("まちがいが続き、コードを無効にした", "the code was burnt after too many wrong tries")
        case pairing.PairingProved():
            key = event.key.hex()[:16]
            return (f"新しい端末が正しいコードを示した（鍵 {key}…）", f"a terminal knew the code (key {key}…)")
        case pairing.PairingAccepted():
            whole = event.key.hex()  # whole: who loses this terminal revokes it by its key
            return (
                f"{event.by} が端末 {event.name} を認めた（鍵 {whole}）",
                f"{event.by} accepted {event.name} (key {whole})",
            )
        case pairing.PairingEnded():
            why_ja, why_en = WHY[event.why]
            return (f"端末を加えずに終わった（{why_ja}）", f"the window ended without a new terminal: {why_en}")
        case pairing.PairingFinished():
            return (f"端末 {event.name} が加わった", f"{event.name} has joined")
