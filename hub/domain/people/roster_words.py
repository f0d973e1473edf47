"""What happened to keys and lists, as one sentence in two languages: for the terminal's list and for an auditor."""

from hub.domain.people.roster import ResetNoted, RevocationsTaken, RosterEvent, RosterTaken, UnprovenConfirmed

PARTIES = {"contractor": ("受託者", "the contractor"), "city": ("市", "the city")}


def roster_words(event: RosterEvent) -> tuple[str, str]:
    """The event in Japanese and in English."""
    match event:
        case RosterTaken():
            ja, en = PARTIES.get(event.party, (event.party, event.party))
            people = "、".join(f"{one.person}（{'・'.join(one.roles)}）" for one in event.members)
            return (
                f"{ja}の名簿 第{event.number}号を受け入れた: {people}",
                f"roster {event.number} of {en} was taken over ({len(event.members)} people)",
            )
        case RevocationsTaken():
            ja, en = PARTIES.get(event.party, (event.party, event.party))
            people = "、".join(sorted({one.person for one in event.keys}))
            more_ja = f"。確かめ待ち{len(event.suspects)}件" if event.suspects else ""
            more_en = f"; {len(event.suspects)} entries are unproven" if event.suspects else ""
            return (
                f"{ja}の失効リスト 第{event.number}号を受け入れた: {people}{more_ja}",
                f"list {event.number} of revoked keys of {en} was taken over ({len(event.keys)} keys){more_en}",
            )
        case UnprovenConfirmed():
            return (
                f"失効した鍵による操作{len(event.entries)}件を確かめた",
                f"{len(event.entries)} entries by a revoked key were confirmed",
            )
        case ResetNoted():
            if event.by:
                return (
                    f"{event.person} の鍵は {event.by} が作り直したもの",
                    f"the key of {event.person} was made anew by {event.by}",
                )
            return f"{event.person} の鍵は名簿のもの", f"{event.person} signs with the roster's key again"
