"""持ち物の一覧: what is brought to an event, to tick beside the car when it goes out and when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made
from hub.domain.custody import packing
from hub.domain.moment import when

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.packing import Load


class PackingList(msgspec.Struct, frozen=True):
    title: str
    event: str
    windows: int
    training: bool
    rows: tuple[tuple[str, str, str, str], ...]
    """Thing, plan, counted out, counted in; what was not counted is left to be written."""
    foot: str


def packing_list(profile: Profile, event: str, windows: int, load: Load | None, made: Made) -> bytes:
    """The PDF for an event of that type with so many windows; pdf.Unprintable."""
    plan = packing.plan(profile, event, windows)
    out = load.out if load is not None else {}
    back = load.back if load is not None else {}
    data = PackingList(
        title="持ち物の一覧",
        event=profile.event_type(event).ja,
        windows=windows,
        training=made.training,
        rows=tuple(
            (
                one.ja + ("（個人情報が入る）" if one.holds_data else ""),
                str(plan[one.id]),
                str(out.get(one.id, "")),
                str(back.get(one.id, "")),
            )
            for one in packing.items(profile, event)
        ),
        foot=f"契約の設定と記録から　{when(made.at_ms)} 作成",
    )
    return pdf.render("packing", data, made.at_ms)
