"""Where a profile contradicts itself about devices, what is brought and what is in stock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the profile's types live with the profile; only their names are needed here
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Document, Method


MOST_CHECKS = 4
"""Lines of a checklist: 4 to 7 are their digits; 8 is what is brought, 9 what is done around the day."""


def contradictions(profile: Profile) -> Iterator[tuple[str, str]]:
    """Key and reason (Japanese) of each: a blank that nothing counts as used, a thing for events that do not exist."""
    for method in profile.methods:
        for paper in method.documents:
            yield from _blank(profile, method, paper)
    for when in ("open", "close"):
        if sum(check.when == when for check in profile.checks) > MOST_CHECKS:
            yield "check", f"{when} の点検は{MOST_CHECKS}つまでです（数字で印をつけます）"
    yield from _devices(profile)
    if profile.custody.locks_away and not profile.custody.places:
        yield "custody.locks_away", "鍵のかかる保管場所 (custody.place) がありません"
    events = {event.id for event in profile.event_types}
    for packed in profile.packing:
        for event in packed.events:
            if event not in events:
                yield f"packed[{packed.id}].events", f"{event} はこの契約にありません"


def _blank(profile: Profile, method: Method, paper: Document) -> Iterator[tuple[str, str]]:
    at = f"method[{method.id}].document[{paper.id}]"
    if paper.blank and (paper.keep == "hand_over") == bool(paper.used_when):
        yield f"{at}.blank", "使った枚数は、回収した枚数 (keep = hand_over) か答え (used_when) の一方から数えます"
    if paper.used_when and not paper.blank:
        yield f"{at}.used_when", "用紙の在庫 (blank = true) にだけ書きます"
    asked = {one.id: one for one in profile.questions if not one.methods or method.id in one.methods}
    for question, choice in paper.used_when.items():
        if question not in asked or choice not in {one.id for one in asked[question].choices}:
            yield f"{at}.used_when", f"{question} = {choice} はこの方式で聞きません"


def _devices(profile: Profile) -> Iterator[tuple[str, str]]:
    ways = {choice.id for question in profile.questions if question.id == "channel" for choice in question.choices}
    known = {one.id for one in profile.devices}
    for one in profile.devices:
        at = f"device[{one.id}]"
        for channel in one.channels:
            if channel not in ways:
                yield f"{at}.channels", f"{channel} は申請の方法（question channel）にありません"
        if one.instead_of is not None and one.instead_of not in known:
            yield f"{at}.instead_of", f"{one.instead_of} はこの契約にありません"
        if one.elsewhere is not None and one.count_kind != "per_venue":
            yield f"{at}.elsewhere", "会場ごとの機器 (count_kind = per_venue) にだけ書きます"
        if one.count_kind == "per_venue" and one.count is None:
            yield f"{at}.count", "会場ごとに何台かを書きます"
