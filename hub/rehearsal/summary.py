"""What a rehearsal says of itself when it has ended: the day's counts, and what must be true of every day."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hub.domain.contracts.contract import Profile
from hub.domain.reports import counts
from hub.domain.reports.counts import DayCounts


class Checkpoint(msgspec.Struct, frozen=True):
    size: int = 0
    root: str = ""


class AtOffice(msgspec.Struct, frozen=True):
    """What the office holds of the record, and whether its cosignature of that came back to the hub."""

    size: int = 0
    root: str = ""
    cosigned: bool = False


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """summary.json."""

    training: bool = True
    contract: str
    city: str
    date: str
    event_type: str
    venue: str
    seed: int
    tickets: dict[str, int]
    lanes: dict[str, dict[str, int]]
    visits: dict[str, int]
    abandoned: int
    answers: dict[str, dict[str, dict[str, int]]]
    """Finished visits per method, question and choice."""
    again: int
    turned_away: dict[str, int]
    pins: dict[str, int]
    form_ids: dict[str, int]
    """Finished visits whose 申請書ID was read, and those without, by why."""
    inquiries: dict[str, dict[str, int]]
    calls: dict[str, dict[str, int]]
    survey: dict[str, dict[str, int]]
    identity: dict[str, int]
    custody: dict[str, int]
    """Sheets counted, sealed and accepted; equal when nothing is missing."""
    papers: dict[str, dict[str, int]]
    """The same per class of paper."""
    reservations: dict[str, int]
    handover: dict[str, str]
    """The date on which the city signed for the papers and the clause that asks for it; empty where none were collected."""
    entries: int
    checkpoint: Checkpoint
    office: AtOffice
    city_cosigned: int
    """Size of the largest checkpoint that the city's desk has cosigned."""
    suffered: dict[str, int]
    """Fault code to how often a device was broken so, on purpose."""
    invariants: dict[str, bool]
    commands: int
    seconds: float
    notes: list[str]

    @property
    def holds(self) -> bool:
        """Whether everything that must be true is."""
        return bool(self.invariants) and all(self.invariants.values())


def tickets(held: counts.TicketCounts) -> dict[str, int]:
    """A lane's or day's tickets, by what became of them."""
    return {name: int(value) for name, value in msgspec.structs.asdict(held).items()}


def sheets(day: DayCounts) -> dict[str, int]:
    """All classes together at the three places where papers are counted."""
    places = msgspec.structs.asdict(day.custody)
    return {place: sum(classes.values()) for place, classes in places.items()}


def papers(day: DayCounts) -> dict[str, dict[str, int]]:
    """Each class at the three places."""
    places: Mapping[str, Mapping[str, int]] = msgspec.structs.asdict(day.custody)
    classes = sorted({paper for held in places.values() for paper in held})
    return {paper: {place: held.get(paper, 0) for place, held in places.items()} for paper in classes}


def day_report(profile: Profile, day: DayCounts) -> str:
    """The day's counts as a sheet that a person reads; marked as practice, for it leaves the booth."""
    lanes = [
        f"  {profile.lane(lane).ja}：発券 {held.issued}　完了 {held.completed}　不在 {held.no_show}"
        f"　再来 {held.returned}　繰越 {held.carried_over}　取消 {held.voided}"
        for lane, held in day.lanes.items()
    ]
    methods = [
        line
        for method, count in day.visits.items()
        for line in (f"  {profile.method(method).ja}：{count}", *_answered(profile, day.answers.get(method, {})))
    ]
    finished = sum(day.visits.values())
    if finished:
        methods.append(f"  来場：はじめて {finished - day.again}　再来 {day.again}")
    special = {one.id: one.ja for one in profile.circumstances}
    methods += [f"  対象外：{special.get(name, name)} {count}" for name, count in day.turned_away.items()]
    names = {paper.id: paper.ja for paper in profile.handed_over()}
    classes = [
        f"  {names.get(paper, paper)}：数えた {at['counted']}　封印 {at['sealed']}　市の受領 {at['accepted']}"
        for paper, at in papers(day).items()
    ]
    asked = [
        f"  {one.ja}：窓口 {sum(day.inquiries.get(one.id, {}).values())}　電話 {sum(day.calls.get(one.id, {}).values())}"
        + "".join(f"　{topic.ja} {_of_topic(day, one.id, topic.id)}" for topic in one.topics)
        for one in profile.inquiry_categories
    ]
    polled = [
        f"  {one.ja}：" + "　".join(f"{to.ja} {day.survey.get(one.id, {}).get(to.id, 0)}" for to in one.choices)
        for one in profile.surveys
    ]
    event = profile.event_type(day.event_type).ja
    lines = ["【訓練】日計", f"{profile.source.city}　{event}　{day.date}", "", "番号札", *lanes]
    lines += ["", "手続の完了", *(methods or ["  （手続の段の定めなし）"]), f"  取りやめ：{day.abandoned}"]
    if day.pins:
        words = {
            "issued": "渡した",
            "written": "本人が記入",
            "covered": "目隠し",
            "compared": "照合",
            "copy_handed": "控え",
        }
        sheet = "　".join(f"{ja} {day.pins[fact]}" for fact, ja in words.items() if fact in day.pins)
        lines += ["", "暗証番号設定依頼書（事実だけ。中身は記録しません）", f"  {sheet}"]
    if asked:
        lines += ["", "相談・問い合わせ", *asked]
    if polled:
        lines += ["", "アンケート", *polled]
    if day.guidance:
        lines += ["", f"予約の案内：案内済 {day.guidance['told']}　未案内 {day.guidance['untold']}"]
    lines += ["", "書類", *(classes or ["  （回収なし）"]), "", "これは訓練の記録です。"]
    return "\n".join(lines) + "\n"


def _of_topic(day: DayCounts, category: str, topic: str) -> int:
    return day.inquiries.get(category, {}).get(topic, 0) + day.calls.get(category, {}).get(topic, 0)


def _answered(profile: Profile, answers: Mapping[str, Mapping[str, int]]) -> list[str]:
    """A line for each question of the contract that was answered in visits of one method."""
    return [
        f"    {question.ja}："
        + "　".join(f"{one.ja} {answers[question.id].get(one.id, 0)}" for one in question.choices)
        for question in profile.questions
        if question.id in answers
    ]
