"""What is kept for others in words, for screens and auditors: boxes in their places, things of the city."""

from __future__ import annotations

from hub.domain.custody import lent, storage
from hub.domain.custody.lent import LentEvent, Paper
from hub.domain.custody.storage import StorageEvent

PAPERS = {
    Paper.LIST: ("予約の一覧", "reservation list"),
    Paper.FORM: ("用紙", "forms"),
    Paper.DOCUMENT: ("書類・資料", "documents"),
    Paper.MEDIUM: ("記録媒体", "storage medium"),
}


def sentences(event: StorageEvent | LentEvent) -> tuple[str, str]:
    """The event in Japanese and in English; names of the city's people stand in the entry, not here."""
    match event:
        case storage.BoxPutAway():
            half = ("", "") if event.whole else ("（2人目待ち）", ", a second signs")
            return f"箱 {event.container} を保管場所へ{half[0]}", f"box {event.container} put away{half[1]}"
        case storage.BoxTakenOut():
            return f"箱 {event.container} を保管場所から出した", f"box {event.container} taken out"
        case lent.LoanReceived():
            return f"市から {event.number} を受け取った（{event.pieces}）", f"{event.number} received from the city"
        case lent.LoanCarriedOut():
            return f"{event.number} を持ち出した（{event.back_by}まで）", f"{event.number} out until {event.back_by}"
        case lent.LoanCarriedIn():
            return f"{event.number} を戻した", f"{event.number} is back in the building"
        case lent.LoanReturned():
            return f"{event.number} を市へ返した（{event.pieces}）", f"{event.number}: {event.pieces} given back"
        case lent.LoanRaised():
            return f"市の貸与が{event.count}になった", f"the city lends {event.count} from now on"
