"""Whether a machine's clock and its own certificate fit together: without that it believes nobody, and nobody believes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sync.keys.certificate import HUB_KINDS, parse
from sync.keys.party import Party
from sync.keys.trust import Authority, OutsideValidity

JAPAN = dt.timezone(dt.timedelta(hours=9))


class OutsideOwnTime(OutsideValidity):
    """Our own certificate does not hold at our clock's time: the contract is not running, or the clock is wrong."""

    code = "trust.own_time"
    ja = "この機械の時計が、この機械の証明書の期間の外にあります。"
    en = "This machine's clock stands outside the time of its own certificate."
    todo_ja = "時計を腕時計やカレンダーと比べ、違えば合わせてください。合っていれば契約の期間の外です（責任者へ）。"
    todo_en = (
        "Compare the clock with a watch and a calendar, and set it if it is wrong; if it is right, the contract is not"
        " running: tell the manager."
    )

    def __init__(self, **data: object) -> None:
        super().__init__(**data)
        if {"clock", "starts", "ends"} <= data.keys():  # the times are what a person compares with a watch
            clock, starts, ends = data["clock"], data["starts"], data["ends"]
            if str(clock) < str(starts):
                self.ja = f"時計（{clock}）が違うか、契約（{starts}から）がまだ始まっていません。"
                self.en = f"The clock ({clock}) is wrong, or the contract (from {starts}) has not begun."
            else:
                self.ja = f"契約（{ends}まで）が終わったか、時計（{clock}）が違います。"
                self.en = f"The contract (until {ends}) has ended, or the clock ({clock}) is wrong."


def own_authority(party: Party, at_ms: int) -> Authority:
    """Who this machine is at its clock's time (ms since 1970, UTC); OutsideOwnTime, or another TrustError leaf."""
    try:
        return party.authority(at_ms)
    except OutsideValidity as error:
        held = parse(party.certificate)
        clock, starts, ends = (_shown(ms) for ms in (at_ms, held.not_before_ms, held.not_after_ms))
        raise OutsideOwnTime(person=held.person, clock=clock, starts=starts[:10], ends=ends[:10]) from error


def hubs_end_ms(certificates: Iterable[bytes]) -> int | None:
    """The last moment (ms) at which a hub of these certificates can write anything; None where there is no hub's."""
    return max((held.not_after_ms for held in map(parse, certificates) if held.kind in HUB_KINDS), default=None)


def _shown(at_ms: int) -> str:
    """A moment in Japan, to the minute; to the end of what a calendar has."""
    latest_ms = 253_402_214_400_000  # 9999-12-31; a clock may show anything
    return dt.datetime.fromtimestamp(min(at_ms, latest_ms) / 1000, JAPAN).strftime("%Y-%m-%d %H:%M")
