"""Originals and things left behind in words, for screens and auditors."""

from __future__ import annotations

from hub.domain.custody import left_behind
from hub.domain.custody.left_behind import End, LeftEvent, Place, Thing
from hub.domain.visit import originals
from hub.domain.visit.originals import OriginalsEvent

THINGS = {
    Thing.PAPER: ("本人確認書類・カード・通知", "identity paper, card or notice"),
    Thing.FORM: ("申請書など用紙", "form"),
    Thing.PHONE: ("電話", "phone"),
    Thing.PURSE: ("財布", "purse"),
    Thing.BAG: ("かばん", "bag"),
    Thing.CLOTHES: ("衣類", "clothes"),
    Thing.UMBRELLA: ("かさ", "umbrella"),
    Thing.OTHER: ("そのほか", "something else"),
}

PLACES = {
    Place.RECEPTION: ("受付", "reception"),
    Place.WAITING: ("待合", "waiting room"),
    Place.WINDOW: ("窓口", "window"),
    Place.PHOTO: ("撮影", "photo corner"),
    Place.OTHER: ("そのほか", "elsewhere"),
}

ENDS = {
    End.OWNER: ("ご本人へ返した", "handed back"),
    End.CITY: ("市へ渡した", "handed to the city"),
    End.VENUE: ("会場へ渡した", "handed to the venue"),
    End.POLICE: ("警察へ届けた", "handed to the police"),
}


def sentences(event: OriginalsEvent | LeftEvent) -> tuple[str, str]:
    """The event in Japanese and in English; reasons stand in the entry, not here."""
    match event:
        case originals.OriginalsTaken():
            return f"{event.number} の原本{len(event.papers)}を預かった", f"{event.number}: originals taken"
        case originals.OriginalsReturned():
            return f"{event.number} の原本{len(event.papers)}を返した", f"{event.number}: originals given back"
        case originals.OriginalsLeft():
            return f"{event.number} の原本{len(event.papers)}が残された", f"{event.number}: originals left behind"
        case left_behind.ThingFound():
            (ja, en), (where_ja, where_en) = THINGS[event.thing], PLACES[event.place]
            return f"忘れ物 {ja}（{where_ja}）{event.number}", f"left behind: {en} ({where_en}) {event.number}"
        case left_behind.ThingEnded():
            (ja, en), (end_ja, end_en) = THINGS[event.thing], ENDS[event.end]
            return f"忘れ物 {ja} を{end_ja}", f"left behind: {en} {end_en}"
