"""Why a contract profile cannot be used: values that do not fit, and statements that contradict each other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import msgspec
from msgspec import Struct

from hub.domain.contracts import stock_check
from hub.domain.contracts.procedure import PAPER_PREFIX, PinFact
from hub.domain.moment import minute_of

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import DueRule
    from hub.domain.contracts.procedure import Circumstance, Document, Method

REPORT_FIELDS = (
    "date",
    "venue",
    "event",
    "hours",
    "received",
    "reserved",
    "walk_in",
    "visits",
    "inquiries",
    "calls",
    "answer",
)
"""What a column of a report can be; period_report says what each counts."""

CITY_STAFF, CONTRACTOR, APPLICANT = "city_staff", "contractor", "applicant"  # who a step may name besides role ids

# --- saying where a value does not fit ---


def texts(tree: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a TOML tree with its key; the names of keys are texts too, and stand at the key above them.

    So is a number as long as a My Number.
    """
    if isinstance(tree, str):
        yield at or "-", tree
    elif isinstance(tree, int) and tree >= TWELVE_DIGITS:
        yield at or "-", str(tree)
    elif isinstance(tree, dict):
        for key, inner in tree.items():
            yield at or "-", key
            yield from texts(inner, f"{at}.{key}".lstrip("."))
    elif isinstance(tree, list):
        for number, inner in enumerate(tree):
            yield from texts(inner, f"{at}[{number}]")


def comments(text: str) -> Iterator[tuple[str, str]]:
    """Every comment of a TOML text with its line; with it, as one, those on lines of their own right below.

    What follows a # within a text is given as well: it has been read as a text, and is no other there.
    """
    block: list[str] = []
    for number, row in enumerate((*text.split("\n"), ""), 1):
        before, mark, comment = row.partition("#")
        if block and before.strip():
            yield f"{number - len(block)}行目", "\n".join(block)
            block = []
        if mark:
            block.append(comment)
        elif block:
            yield f"{number - len(block)}行目", "\n".join(block)
            block = []


TWELVE_DIGITS = 10**11
"""The least number of as many digits as a My Number has."""


def dates(tree: object, at: str = "") -> Iterator[tuple[str, dt.date]]:
    """Every date of a TOML tree with its key."""
    if isinstance(tree, dt.date):
        yield at or "-", tree
    elif isinstance(tree, dict):
        for key, inner in tree.items():
            yield from dates(inner, f"{at}.{key}".lstrip("."))
    elif isinstance(tree, list):
        for number, inner in enumerate(tree):
            yield from dates(inner, f"{at}[{number}]")


def locate(value: object, wanted: type[Struct], at: str = "") -> tuple[str, str] | None:
    """The deepest key under `at` that does not convert, and msgspec's message (which alone names no array index)."""
    if not isinstance(value, dict):
        return (at or "-"), "Expected `object`"
    for part in msgspec.structs.fields(wanted):
        if part.encode_name not in value:
            continue
        inner, key = value[part.encode_name], f"{at}.{part.encode_name}".lstrip(".")
        struct = _struct_in(part.type)
        if struct is not None and isinstance(inner, list):
            for number, item in enumerate(inner):
                label = item.get("id") if isinstance(item, dict) else None
                if found := locate(item, struct, f"{key}[{label if isinstance(label, str) else number}]"):
                    return found
        elif struct is not None and (found := locate(inner, struct, key)):
            return found
        elif struct is None and (message := _misfit(inner, part.type)):
            return key, message
    if message := _misfit(value, wanted):
        unknown = re.search(r"unknown field `(.*?)`|missing required field `(.*?)`", message)
        return f"{at}.{unknown[1] or unknown[2]}".lstrip(".") if unknown else (at or "-"), message
    return None


def _struct_in(annotation: object) -> type[Struct] | None:
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return annotation
    return next((found for part in get_args(annotation) if (found := _struct_in(part))), None)


def _misfit(value: object, wanted: object) -> str:
    try:
        msgspec.convert(value, wanted, strict=True)
    except msgspec.ValidationError as error:
        return str(error).split(" - at `")[0]
    return ""


_SENTENCES = (
    (r"Object contains unknown field `(.*)`", "知らない項目です"),
    (r"Object missing required field `(.*)`", "必要な項目がありません"),
    (r"Invalid enum value (.*)", "使えない値です"),
    (r"Expected `str` matching regex (.*)", "書き方が違います"),
    (r"Expected `str` of length (.*)", "空の文字列は書けません。記載がなければ項目ごと省きます"),
    (r"Expected `int` (>|>=|<|<=) (.*)", "数の範囲が違います。記載がなければ項目ごと省きます"),
    (r"Expected `array` of length (.*)", "空の並びは書けません"),
    (r"Invalid RFC3339 encoded date", "日付の書き方が違います"),
    (r"Expected (.*)", "値の型が違います"),
)


def in_japanese(message: str) -> str:
    """The decoder's message with a Japanese sentence before it."""
    return next((f"{ja} ({message})" for pattern, ja in _SENTENCES if re.match(pattern, message)), message)


# --- saying where a profile contradicts itself ---

_Contradiction = tuple[str, str]


def contradictions(p: Profile) -> Iterator[_Contradiction]:
    """Everything in a profile that names what is not there, twice, or against a date: (key, reason in Japanese)."""
    lanes, methods = {x.id for x in p.lanes}, {x.id for x in p.methods}
    events, venues, roles = {x.id for x in p.event_types}, {x.id for x in p.venue_types}, {x.id for x in p.roles}
    tables: list[tuple[str, Iterable[str]]] = [
        ("venue_type", (x.id for x in p.venue_types)), ("event_type", (x.id for x in p.event_types)),
        ("session_rule", (x.id for x in p.session_rules)), ("lane", (x.id for x in p.lanes)),
        ("lane.prefix", (x.prefix for x in p.lanes)), ("method", (x.id for x in p.methods)),
        ("identity_paper", (x.id for x in p.identity_papers)), ("circumstance", (x.id for x in p.circumstances)),
        ("question", (x.id for x in p.questions)), ("role", (x.id for x in p.roles)), ("device", (x.id for x in p.devices)),
        ("check", (x.id for x in p.checks)), ("packed", (x.id for x in p.packing)),
        ("custody.deadline", (x.id for x in p.custody.deadlines)),
        ("custody.place", (x.id for x in p.custody.places)),
        ("custody.counter", (x.id for x in p.custody.counters)),
        ("disposal.item", (x.id for x in p.disposal.items)),
        ("report", (x.id for x in p.reports)), ("retention", (x.id for x in p.retention)),
        ("inquiry_category", (x.id for x in p.inquiry_categories)), ("volume", (x.id for x in p.volumes)), ("survey", (x.id for x in p.surveys)),
        ("rehearsal", (x.event_type for x in p.rehearsals)),
    ]  # fmt: skip
    for table, ids in tables:
        yield from _twice(table, ids)
    yield from _dates(p)
    for lane in p.lanes:
        if lane.prefix == PAPER_PREFIX:
            yield f"lane[{lane.id}].prefix", f"「{PAPER_PREFIX}」は紙の番号札の英字です"
    for event in p.event_types:
        yield from _unknown(f"event_type[{event.id}].venue_type", [event.venue_type], venues)
        yield from _unknown(f"event_type[{event.id}].methods", event.methods, methods)
    for method in p.methods:
        yield from _unknown(f"method[{method.id}].lane", [method.lane], lanes)
        yield from _unknown(f"method[{method.id}].downgrade_to", _given(method.downgrade_to), methods)
        yield from _steps(p, method)
        yield from _shown(p, method)
    yield from _circumstances(p)
    yield from _questions(p)
    yield from _inquiries(p)
    yield from _papers(p)
    yield from stock_check.contradictions(p)
    for role in p.roles:
        yield from _unknown(f"role[{role.id}].may_combine", role.may_combine, roles)
    for minimum in p.staffing:
        yield from _unknown(f"staffing_minimum[{minimum.role}].role", [minimum.role], roles)
        contexts = events | {"contract", "each_event", "each_place", "call_centre"}
        yield from _unknown(f"staffing_minimum[{minimum.role}].context", [minimum.context], contexts)
    for deadline in p.custody.deadlines:
        yield from _rule(f"custody.deadline[{deadline.id}].due", deadline.due)
    for form in p.report_forms:
        known = [report.id for report in p.reports]
        yield from _unknown(f"report_form[{form.report}].report", [form.report, *form.binds], known)
        yield from _unknown(f"report_form[{form.report}].event_types", form.event_types, events)
        fields = [column.field.partition(".")[0] for column in form.columns]
        yield from _unknown(f"report_form[{form.report}].columns", fields, REPORT_FIELDS)
    for volume in p.volumes:
        yield from _unknown(f"volume[{volume.id}].event_types", volume.event_types, events)
    for report in p.reports:
        yield from _rule(f"report[{report.id}].due", report.due)
    if not p.disposal.items:
        yield "disposal.item", "廃棄する項目がありません"
    if p.custody.places and not any(place.locked for place in p.custody.places):
        yield "custody.place", "鍵のかかる保管場所がありません"
    if p.incident:
        yield from _unknown("incident.report", [p.incident.report], {r.id for r in p.reports})
        if bool(p.incident.plan) != bool(p.incident.plan_opens_with):
            yield "incident.plan", "計画の段と、計画を開く事故の種類は、どちらも書くか、どちらも書かない"
    yield from _unknown("reservation.applies_to_lanes", p.reservation.applies_to_lanes, lanes)
    yield from _twice("periodic", (one.id for one in p.periodics))
    for one in p.periodics:
        if (one.due_day is None) == (one.days is None):
            yield f"periodic[{one.id}]", "due_day（翌月の日）か days（前回からの日数）の、どちらか1つが要ります"
        if one.due_day and one.due_day > 28:
            yield f"periodic[{one.id}].due_day", "どの月にもある日 (1から28) にします"
        yield from _unknown(f"periodic[{one.id}].role", _given(one.role), roles)
    if p.outing:
        yield from _unknown("outing.event_type", [p.outing.event_type], events)
        yield from _twice("outing.task", (task.id for task in p.outing.tasks))
        if not p.reservation.channels or not any(task.when == "before" for task in p.outing.tasks):
            yield "outing", "申込みの方法（reservation.channels）と、当日までの仕事（when = before）が要ります"
    for kept in p.retention:
        if kept.kind == "keep" and kept.years is None:
            yield f"retention[{kept.id}].years", "保存の年数がありません"
    for practice in p.rehearsals:
        yield from _unknown(f"rehearsal[{practice.event_type}].event_type", [practice.event_type], events)
        yield from _unknown(f"rehearsal[{practice.event_type}].people", practice.people, lanes)


def _dates(p: Profile) -> Iterator[_Contradiction]:
    start, end = p.contract.service_start, p.contract.end_date
    if start and start > end:
        yield "contract.service_start", f"契約の終わり {end} より後です"
    for key, day in (("year_end_from", p.calendar.year_end_from), ("year_end_to", p.calendar.year_end_to)):
        if day and not _in_a_leap_year(day):
            yield f"calendar.{key}", f"暦にない日です ({day})"
    if (p.calendar.year_end_from is None) != (p.calendar.year_end_to is None):
        yield "calendar.year_end_to", "year_end_from と year_end_to は組で書きます"
    rules = {r.id for r in p.session_rules}
    for r in p.session_rules:
        key = f"session_rule[{r.id}]"
        yield from _unknown(f"{key}.event_type", _given(r.event_type), {e.id for e in p.event_types})
        yield from _unknown(f"{key}.replaces", _given(r.replaces), rules)
        if r.date_from and r.date_to and r.date_from > r.date_to:
            yield f"{key}.date_to", f"date_from {r.date_from} より前です"
        if r.date_to and r.date_to > end:
            yield f"{key}.date_to", f"契約の終わり {end} より後です"
        if (r.open is None) != (r.close is None) or (r.open and r.close and r.open >= r.close):
            yield f"{key}.close", "open より後の時刻が要ります"
        if r.min_hours and r.open and r.close:
            around = (r.setup_minutes or 0) + (r.teardown_minutes or 0)
            if (minute_of(r.close) or 0) - (minute_of(r.open) or 0) + around < r.min_hours * 60:
                yield f"{key}.min_hours", f"設営・撤去を入れても{r.min_hours}時間に足りません"
        if r.dated and not (r.weekdays and (r.date_from or start)):
            yield f"{key}.dated", "曜日と始まりの日がなければ日付は決まりません"


def _steps(p: Profile, method: Method) -> Iterator[_Contradiction]:
    at = f"method[{method.id}]"
    papers = {d.id for d in method.documents}
    parties = {CITY_STAFF: "city", CONTRACTOR: "contractor", **{r.id: str(r.party) for r in p.roles}}
    yield from _twice(f"{at}.step", (s.id for s in method.steps))
    yield from _twice(f"{at}.document", (d.id for d in method.documents))
    for step in method.steps:
        key = f"{at}.step[{step.id}]"
        yield from _unknown(f"{key}.roles", step.roles, {*parties, APPLICANT})
        yield from _unknown(f"{key}.documents", step.documents, papers)
        if step.kind in ("identity", "pin_content") and any(parties.get(r) != "city" for r in step.roles):
            yield f"{key}.roles", "市職員だけが行える手順です"
        if step.kind in ("identity", "pin_content") and not step.gate:
            yield f"{key}.gate", "市の確認は省けません"
        before = [s for s in method.steps[: method.steps.index(step)] if s.kind not in ("identity", "pin_content")]
        yield from _unknown(f"{key}.checks", _given(step.checks), (s.id for s in before))
        if step.logs_out and not (step.gate and step.kind == "check" and step.place == "booth"):
            yield f"{key}.logs_out", "ログアウトの確認は省けない手順 (gate, kind = check) です"
        if step.originals and (step.kind != "check" or step.place != "booth"):
            yield f"{key}.originals", "原本を預かるのは、窓口の確認の手順 (kind = check) です"
        if step.sheet_facts and (step.place != "booth" or step.kind in ("identity", "pin_content", "photo", "count")):
            yield f"{key}.sheet_facts", "暗証番号の書類のことを言うのは、窓口で人が署名する手順です"
        if step.compares and not (step.gate and step.kind == "check" and step.place == "booth"):
            yield f"{key}.compares", "照合は省けない手順 (gate, kind = check) です"
        if step.form_id and (step.kind != "check" or step.place != "booth"):
            yield f"{key}.form_id", "申請書IDを読み取るのは、窓口の確認の手順 (kind = check) です"
        if step.checks and not step.gate:
            yield f"{key}.gate", "べつの人の確認は省けません"
    facts = [fact for step in method.steps for fact in step.sheet_facts]
    if facts != [fact for fact in get_args(PinFact) if fact in facts]:
        yield f"{at}.step", f"暗証番号の書類は {'・'.join(get_args(PinFact))} の順に一度ずつです"
    if facts and not any(paper.pin for paper in method.documents):
        yield f"{at}.document", "暗証番号の書類 (pin = true) がありません"
    counts = [s for s in method.steps if s.kind == "count"]
    collected = any(d.keep == "hand_over" for d in method.documents)
    if method.steps and (len(counts) != 1 if collected else bool(counts)):
        yield f"{at}.step", "回収する書類があるときに限り、数える手順 (kind = count) が一つ要ります"


NEVER_DROPPED = frozenset({"identity", "documents", "photo", "count"})


def _circumstances(p: Profile) -> Iterator[_Contradiction]:
    if len(p.circumstances) > MOST_DIGITS:
        yield "circumstance", f"事情は{MOST_DIGITS}つまでです（数字で選びます）"
    for one in p.circumstances:
        at = f"circumstance[{one.id}]"
        methods = [method for method in p.methods if not one.methods or method.id in one.methods]
        yield from _unknown(f"{at}.methods", one.methods, {method.id for method in p.methods})
        yield from _unknown(f"{at}.drops", one.drops, {step.id for method in methods for step in method.steps})
        yield from _unknown(f"{at}.without", one.without, {d.id for method in methods for d in method.documents})
        if one.accepted == (one.guidance is not None):
            yield f"{at}.guidance", "受け付けない事情にだけ、案内の文 (guidance) が要ります"
        if any(document.keep != "shown" for document in one.documents):
            yield f"{at}.document", "事情で増える書類は見るだけです (keep = shown)"
        for step in one.steps:
            if step.kind not in ("check", "documents", "notice") or step.place != "booth":
                yield f"{at}.step[{step.id}].kind", "事情で増やせるのは確認・書類・案内の手順だけです"
            if step.kind == "documents" and not step.documents:
                yield f"{at}.step[{step.id}].documents", "見る書類を書きます"
            yield from _unknown(f"{at}.step[{step.id}].documents", step.documents, {d.id for d in one.documents})
        for method in methods:
            yield from _twice(f"{at}.step", [*(s.id for s in method.steps), *(s.id for s in one.steps)])
            yield from _twice(f"{at}.document", [*(d.id for d in method.documents), *(d.id for d in one.documents)])
            yield from _dropped(at, one, method)


def _questions(p: Profile) -> Iterator[_Contradiction]:
    choices = {question.id: {choice.id for choice in question.choices} for question in p.questions}
    for question in p.questions:
        at = f"question[{question.id}]"
        methods = [method for method in p.methods if not question.methods or method.id in question.methods]
        yield from _unknown(f"{at}.methods", question.methods, {method.id for method in p.methods})
        yield from _twice(f"{at}.choice", (choice.id for choice in question.choices))
        yield from _unknown(f"{at}.default", _given(question.default), choices[question.id])
        if len(question.choices) > MOST_DIGITS or any(len(one.reasons) > MOST_DIGITS for one in question.choices):
            yield f"{at}.choice", f"答えと理由は{MOST_DIGITS}つまでです（数字で選びます）"
        if (question.step is None) == (question.default is None):
            yield f"{at}.step", "step（その前に聞く手順）か default（言わないときの答え）の一方が要ります"
        for method in methods:
            yield from _unknown(f"{at}.step", _given(question.step), (s.id for s in method.steps if s.place == "booth"))
        for choice in question.choices:
            yield from _twice(f"{at}.choice[{choice.id}].reason", (one.id for one in choice.reasons))
            if choice.accepted == (choice.guidance is not None):
                yield f"{at}.choice[{choice.id}].guidance", "受け付けない答えにだけ、案内の文 (guidance) が要ります"
            if choice.id == question.default and (choice.reasons or choice.within_days or not choice.accepted):
                yield f"{at}.default", "言わないときの答えに、理由や期限は付けられません"
    for one in p.circumstances:
        at = f"circumstance[{one.id}].says"
        yield from _unknown(at, one.says, choices)
        for name, answer in one.says.items():
            yield from _unknown(at, [answer], choices.get(name, ()))


def _inquiries(p: Profile) -> Iterator[_Contradiction]:
    if len(p.inquiry_categories) >= MOST_DIGITS:
        yield "inquiry_category", f"区分は{MOST_DIGITS - 1}つまでです（数字で選びます。{MOST_DIGITS} はアンケート）"
    for category in p.inquiry_categories:
        at = f"inquiry_category[{category.id}].topic"
        yield from _twice(at, (one.id for one in category.topics))
        if len(category.topics) >= MOST_DIGITS:
            yield at, f"内容は{MOST_DIGITS - 1}つまでです（最後の数字は「そのほか」）"
    for survey in p.surveys:
        yield from _twice(f"survey[{survey.id}].choice", (one.id for one in survey.choices))
    if any(len(one.choices) > MOST_DIGITS for one in p.surveys) or len(p.surveys) > MOST_DIGITS:
        yield "survey", f"アンケートの問いと答えは{MOST_DIGITS}つまでです（数字で選びます）"


def _dropped(at: str, one: Circumstance, method: Method) -> Iterator[_Contradiction]:
    pins = {paper.id for paper in method.documents if paper.pin}
    for step in method.steps:
        if step.id in one.drops and step.kind in NEVER_DROPPED:
            yield f"{at}.drops", f"{step.ja} は事情でなくせません"
        if step.id in one.drops and step.kind == "pin_content" and not pins <= set(one.without):
            yield f"{at}.without", "暗証番号の書類があるのに、内容確認だけをなくせません"
        if step.documents and set(step.documents) <= set(one.without):
            yield f"{at}.without", f"{step.ja} で見る書類がなくなります"


SEES_ORIGINALS = frozenset({"documents", "identity"})

MOST_DIGITS = 9
"""What is ticked has a digit each, and 0 says that a paper does not apply."""


def _shown(p: Profile, method: Method) -> Iterator[_Contradiction]:
    at = f"method[{method.id}]"
    others = [other.id for d in method.documents for other in d.alternatives]
    yield from _twice(
        f"{at}.document", [*(d.id for d in method.documents), *others, *(x.id for x in p.identity_papers)]
    )
    ranks = "".join(sorted(x.rank for x in p.identity_papers))
    if len(ranks) > MOST_DIGITS:
        yield "identity_paper", f"本人確認書類の種類は{MOST_DIGITS}つまでです（数字で選びます）"
    for document in method.documents:
        if document.identity and document.keep != "shown":
            yield f"{at}.document[{document.id}].keep", "本人確認書類は見るだけです (keep = shown)"
        for way in document.identity:
            if any(way.count(rank) > ranks.count(rank) for rank in way):
                yield f"{at}.document[{document.id}].identity", f"{way} にそろう本人確認書類の種類がありません"
    shown = {d.id for d in method.documents if d.keep == "shown"}
    handouts = {d.id for d in method.documents if d.handout}
    for document in method.documents:
        if document.handout and document.keep != "applicant":
            yield f"{at}.document[{document.id}].keep", "手渡す紙は本人のものです (keep = applicant)"
    for place, step in enumerate(method.steps):
        yield from _unknown(f"{at}.step[{step.id}].originals", step.originals, shown)
        seen = [one for one in method.steps[:place] if one.gate and one.kind in SEES_ORIGINALS]
        if step.originals and not seen:  # 新潟 8.4(2) 写し及び原本の提示: the original is a gate before its copy
            yield (
                f"{at}.step[{step.id}].originals",
                "写しの前に、原本を見る手順（書類の確認か本人確認）が必須で要ります",
            )
        if step.kind == "documents" and len(step.documents or method.documents) > MOST_DIGITS:
            yield f"{at}.step[{step.id}].documents", f"一つの手順で見る書類は{MOST_DIGITS}つまでです"
        if step.kind == "notice" and not set(step.documents) <= handouts:
            yield f"{at}.step[{step.id}].documents", "案内の手順の書類は、手渡す紙 (handout) だけです"


def _papers(p: Profile) -> Iterator[_Contradiction]:
    seen: dict[str, Document] = {}
    for method in p.methods:
        for paper in method.documents:
            first = seen.setdefault(paper.id, paper)
            if (first.ja, first.pin, first.blank) != (paper.ja, paper.pin, paper.blank):
                yield (
                    f"method[{method.id}].document[{paper.id}]",
                    "同じ種類の書類の名前か pin か blank がほかの方式と違います",
                )


def _rule(key: str, due: DueRule) -> Iterator[_Contradiction]:
    needs: dict[str, tuple[tuple[str, object], ...]] = {
        "monthly_day": (("n", due.n),),
        "days_after": (("n", due.n),),
        "days_before": (("n", due.n),),
        "nth_weekday": (("ordinals", due.ordinals), ("weekday", due.weekday)),
        "fixed_date": (("date", due.date),),
    }
    for name, value in needs.get(due.kind, ()):
        if not value:
            yield f"{key}.{name}", f"{due.kind} には {name} が要ります"
    if due.kind == "monthly_day" and due.n and due.n > 28:
        yield f"{key}.n", "どの月にもある日 (1から28) にします"


def _in_a_leap_year(month_day: str) -> bool:
    try:
        dt.date.fromisoformat(f"2024-{month_day}")
    except ValueError:
        return False
    return True


def _given(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _unknown(key: str, used: Iterable[str], known: Iterable[str]) -> Iterator[_Contradiction]:
    have = set(known)
    yield from ((key, f"{name} はこの契約にありません") for name in used if name not in have)


def _twice(key: str, ids: Iterable[str]) -> Iterator[_Contradiction]:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            yield key, f"{name} が二度あります"
        seen.add(name)
