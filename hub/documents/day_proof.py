"""The proof of a day that is closed: who was there, what was looked at, what came back, and that nothing is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made
from hub.domain.contracts.calendar import japanese_date
from hub.domain.day.day import Phase
from hub.domain.day.readiness import Readiness, lent_devices
from hub.domain.moment import DAY_MS, when
from hub.domain.personal.personal import until_ms
from hub.domain.reports.counts import count_day, invariants

if TYPE_CHECKING:
    from hub.domain.booth import Booth
    from hub.domain.contracts.contract import Profile


class Row(msgspec.Struct, frozen=True):
    name: str
    value: str


class DayProof(msgspec.Struct, frozen=True):
    title: str
    to: str
    site: str
    date: str
    training: bool
    people: tuple[Row, ...]
    looked: tuple[Row, ...]
    devices: tuple[Row, ...]
    counts: tuple[Row, ...]
    holds: tuple[Row, ...]
    personal: str
    foot: str


class NotClosed(Exception):
    """The proof is of a day that is closed; this one is open."""


def day_proof(
    booth: Booth, profile: Profile, words: Mapping[str, str], made: Made, ends_ms: int | None = None
) -> bytes:
    """The PDF of the day that was closed last; NotClosed. `words`: invariants in Japanese, by their names.

    `ends_ms`: when the hub's certificate ends, if that is known.
    """
    day = booth.day
    if day.phase is not Phase.CLOSED or not day.date:
        raise NotClosed
    ready = booth.readiness if booth.readiness.date == day.date else Readiness(date=day.date)
    counted = count_day(booth)
    tickets, custody = counted.tickets, counted.custody
    collected, sealed = sum(custody.counted.values()), sum(custody.sealed.values())
    data = DayProof(
        title="閉場の確認書",
        to=profile.source.city,
        site=day.venue,
        date=japanese_date(dt.date.fromisoformat(day.date)),
        training=made.training,
        people=tuple(
            Row(made.name(who), f"{when(one.at_ms)}　名札{'あり' if one.badge else '未確認'}")
            for who, one in sorted(ready.present.items())
        ),
        looked=tuple(
            Row(check.ja, f"{made.name(done.by)}　{when(done.at_ms)}" if done is not None else "未確認")
            for check in profile.checks
            for done in (ready.ticks.get(check.id),)
        ),
        devices=tuple(
            Row(device.ja, f"朝 {_count(ready.out, device.id)}　閉場 {_count(ready.back, device.id)}")
            for device in lent_devices(profile)
        )
        + _brought(booth, profile),
        counts=(
            Row("番号札", f"{tickets.issued}（完了{tickets.completed} 不在{tickets.no_show} 繰越{tickets.carried_over}"
                f" 取消{tickets.voided} 残り{tickets.open}）"),
            Row("手続", "、".join(f"{profile.method(m).ja} {n}" for m, n in counted.visits.items()) or "0"),
            Row("取りやめ", str(counted.abandoned)),
            Row("書類", f"回収 {collected}枚　封印 {sealed}枚"),
        ),
        holds=tuple(Row(words.get(name, name), "はい" if true else "いいえ") for name, true in invariants(booth).items()),
        personal=_personal(booth, profile, ends_ms),
        foot=f"記録から　{when(made.at_ms)} 作成",
    )  # fmt: skip
    return pdf.render("day_proof", data, made.at_ms)


def _brought(booth: Booth, profile: Profile) -> tuple[Row, ...]:
    """What the contractor brought to the day that has closed, as it was counted out and in."""
    load = booth.packing.last
    if load is None or booth.packing.now is not None or load.out_ms < booth.day.opened_ms - DAY_MS:
        return ()
    names = {one.id: one.ja for one in profile.packing}
    return tuple(
        Row(names.get(item, item), f"出した {out}　戻した {load.back.get(item, '数えていない')}")
        for item, out in sorted(load.out.items())
    )


def _count(counts: Mapping[str, int], device: str) -> str:
    return f"{counts[device]}台" if device in counts else "数えていない"


def _personal(booth: Booth, profile: Profile, ends_ms: int | None) -> str:
    """What is still held of people, and until when it may be."""
    held = booth.personal.held
    if not held:
        return "個人の欄の鍵は残っていません。"
    last = max(until_ms(profile, one, ends_ms) for one in held.values())
    return f"個人の欄の鍵 {len(held)}件は、遅くとも {when(last)} に消去します。"
