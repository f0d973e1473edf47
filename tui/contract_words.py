"""A whole contract as a listing: what staff and the city read of it, also what no rule of the program asks.

The clauses' own words stay as the specification has them; headings and labels are in both languages. Steps, papers and
questions of each method stand on the screens where they are asked, and in the profile itself (`--json`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.duties import Consent, Device, Role
from hub.domain.contracts.unsettled import unsettled


class Section(NamedTuple):
    ja: str
    en: str
    rows: tuple[str, ...]


def sections(profile: Profile) -> list[Section]:
    """The contract part by part, those of which it says nothing left out."""
    return [
        Section(ja, en, held) for ja, en, rows in _parts(profile) if (held := tuple(row for row in rows if row.strip()))
    ]


def _parts(profile: Profile) -> Iterator[tuple[str, str, Iterable[str]]]:
    yield "契約", "contract", _contract(profile)
    yield "市に確認すること", "to ask the city", _open_questions(profile)
    yield "開催と会場", "events and venues", _events(profile)
    yield "列と手続", "lanes and methods", _lanes(profile)
    yield "人", "people", _people(profile)
    for (ja, en), held in _by_owner(profile).items():
        yield f"物：{ja}", f"things: {en}", [_device(one) for one in held]
    yield "持ち物", "brought to an event", [f"{one.ja} / {one.en}" for one in profile.packing]
    yield "保管と引渡し", "custody and handing over", _custody(profile)
    yield "報告", "reports", _reports(profile)
    yield "定期の点検", "looked at regularly", [f"{one.ja} / {one.en}（{one.clause}）" for one in profile.periodics]
    yield "予約", "reservations", _reservation(profile)
    yield "訪問", "visits to bodies", _outing(profile)
    yield "電話", "telephone", _telephone(profile)
    yield "事故", "incidents", _incident(profile)
    yield "研修", "training", _training(profile)
    yield "情報セキュリティ", "security", profile.security
    yield "個人情報", "personal data", profile.privacy
    yield "打合せ", "meetings", profile.meetings
    yield "市の承諾", "consents of the city", _consents(profile)
    yield "契約のあと", "after the contract", _afterwards(profile)
    yield "件数", "numbers", [f"{one.ja} {one.value} {UNITS.get(one.unit, one.unit)}" for one in profile.volumes]


def _row(ja: str, en: str, *said: object) -> str:
    """A label with what is said under it; empty where nothing is."""
    stated = _together(said)
    return f"{ja} / {en}：{stated}" if stated else ""


def _in_brackets(*said: object) -> str:
    stated = _together(said)
    return f"（{stated}）" if stated else ""


def _together(said: Iterable[object]) -> str:
    return "、".join(CODES.get(str(one), str(one)) for one in said if one not in (None, ""))


STARTS = {
    "contract_signing_day": "契約締結の日から / from the day of signing",
    "day_after_contract_signing": "契約締結の翌日から / from the day after signing",
}

PAYMENTS = {
    "partial_11_then_completion": "部分払い11回と完了払い / 11 parts, then the rest",
    "lump_sum_after_end": "終了後に一括 / at once after the end",
    "10_monthly_parts": "10回の月払い / ten monthly parts",
    "monthly": "月払い / monthly",
}

SUBCONTRACTING = {
    "consent_partial_only": "承諾を得て一部だけ / a part, with consent",
    "prior_consent_partial_only": "事前の承諾を得て一部だけ / a part, with prior consent",
    "application_procedure": "申請による / on application",
    "written_approval": "書面の承認による / with written approval",
}

UNITS = {
    "calls_per_day": "件（1日） / calls a day",
    "cards": "枚 / cards",
    "cases": "件 / cases",
    "cases_per_event": "件（1回） / an event",
    "cases_per_month": "件（月） / a month",
    "copies": "部 / copies",
    "days_per_week": "日（週） / days a week",
    "events": "回 / events",
    "events_per_week": "回（週） / events a week",
    "households": "世帯 / households",
    "persons": "人 / persons",
    "persons_per_day": "人（1日） / persons a day",
    "persons_per_event": "人（1回） / persons an event",
    "venues_per_day": "か所（1日） / venues a day",
    "yen": "円 / yen",
}

CODES = {
    "24h": "24時間 / day and night",
    "city": "市 / the city",
    "city_agrees": "市と協議 / agreed with the city",
    "city_approves": "市の承認 / approved by the city",
    "city_confirms_contractor_adjusts": "市が確認し受託者が調整 / the city confirms, the contractor adjusts",
    "city_confirms_reservation": "市が予約を確認 / the city confirms the booking",
    "city_consent": "市の承諾 / with the city's consent",
    "city_counter": "市の窓口で交付 / delivered at the city's counter",
    "contractor": "受託者 / the contractor",
    "electronic": "電子データ / as data",
    "fax": "ファクス / fax",
    "internet": "インターネット / internet",
    "microsoft_office": "Microsoft Office",
    "mon-fri": "月～金 / Monday to Friday",
    "paper": "紙 / on paper",
    "paper_1": "紙1部 / one on paper",
    "pdf": "PDF",
    "phone": "電話 / telephone",
    "post": "郵送 / post",
    "requesting_body": "申込みの団体 / whoever asks for it",
    "visited_body": "訪問先の団体 / the body that is visited",
    "web": "ウェブ / web",
    "weekdays": "平日 / business days",
}
"""What the profiles of the contracts at hand write as a code; of another one the code itself is shown."""

CONTEXTS = {
    "contract": "契約全体 / the whole contract",
    "booth": "出張窓口 / booth",
    "call_centre": "電話 / call centre",
    "each_event": "毎回の開催 / each event",
    "each_place": "会場ごと / each place",
}


def _contract(profile: Profile) -> Iterator[str]:
    source, held = profile.source, profile.contract
    yield _row("件名", "title", held.title)
    yield _row("市", "city", source.city, source.city_en)
    yield _row("仕様書", "specification", source.document_title, "案 / a draft" if source.draft else "")
    yield _row("始まり", "begins", STARTS[held.start_rule])
    yield _row("締結", "signed", held.signed)
    yield _row("業務の開始", "service begins", held.service_start, held.service_month, held.service_start_text)
    yield _row("終わり", "ends", held.end_date)
    yield _row("休みの根拠", "closed days", profile.calendar.business_day_basis)
    yield _row("支払", "payment", PAYMENTS.get(held.payment_kind or "", held.payment_kind))
    yield _row("再委託", "subcontracting", SUBCONTRACTING.get(held.subcontracting or "", held.subcontracting))
    yield _row("納入場所", "delivered to", held.delivery_place)
    yield _row("対象", "for whom", held.served_people)


def _open_questions(profile: Profile) -> Iterator[str]:
    yield from unsettled(profile)
    for anomaly in profile.source.anomalies:
        yield f"{anomaly.ja}（{anomaly.clause}）"


def _events(profile: Profile) -> Iterator[str]:
    for event in profile.event_types:
        venue = next(one.ja for one in profile.venue_types if one.id == event.venue_type)
        planned = f"{event.sessions}回 / sessions" if event.sessions else ""
        yield f"{event.ja} / {event.en}{_in_brackets(venue, planned)}"
    for rule in profile.session_rules:
        hours = f"{rule.open}-{rule.close}" if rule.open else ""
        yield f"{rule.ja}{_in_brackets(hours, rule.clause, rule.change_rule, *rule.ask)}"
    for kind in profile.venue_types:
        yield _row("会場", "venue", kind.ja, kind.secured_by, kind.approval, *kind.examples)


def _lanes(profile: Profile) -> Iterator[str]:
    for lane in profile.lanes:
        hour = f"1時間{lane.per_hour} / an hour" if lane.per_hour else ""
        day = f"1日{lane.per_day} / a day" if lane.per_day else ""
        yield f"{lane.prefix} {lane.ja} / {lane.en}{_in_brackets(hour, day)}"
        for method in profile.methods_of_lane(lane.id):
            yield f"  {method.ja} / {method.en}{_in_brackets(method.delivery, *method.notices)}"


def _people(profile: Profile) -> Iterator[str]:
    for role in profile.roles:
        yield _row(*PARTIES[role.party], role.ja) + _in_brackets(*_terms(role))
    names = {role.id: role.ja for role in profile.roles}
    where = {**CONTEXTS, **{event.id: f"{event.ja} / {event.en}" for event in profile.event_types}}
    for least in profile.staffing:
        yield _row(
            "人数",
            "at least",
            f"{names[least.role]} {least.count}人",
            where.get(least.context, least.context),
            least.condition,
        )
    people = profile.people
    for course in people.courses:
        yield _row("研修", "course", course.ja, *course.topics, course.clause)
    if people.manager is not None:
        yield _row("責任者", "manager", people.manager.exam, people.manager.experience, people.manager.clause)
    yield _row("承認", "approval", people.approval)
    yield _row("誓約", "pledge", people.pledge)
    yield _row("提出", "submission", people.submission)


PARTIES = {"contractor": ("受託者", "contractor"), "city": ("市", "city")}


def _terms(role: Role) -> Iterator[str]:
    if role.manages:
        yield "責任者 / answers for the site"
    if role.regular_employee:
        yield "正社員 / regular employee"
    if role.presence is not None:
        always = role.presence == "each_event"
        yield "毎回の開催 / at each event" if always else "責任者の不在時 / while the manager is away"
    yield from role.requirements


OWNERS = {
    "city": ("市が用意", "the city's"),
    "contractor": ("受託者が用意", "the contractor's"),
    "venue": ("会場のもの", "the venue's"),
    None: ("持ち主の記載なし", "owner not stated"),
}

COUNTS = {
    "min": ("以上", "at least"),
    "exact": ("", ""),
    "as_needed": ("必要数", "as needed"),
    "per_venue": ("会場ごと", "at each venue"),
    "max_loan": ("まで", "at most"),
}


def _by_owner(profile: Profile) -> dict[tuple[str, str], list[Device]]:
    return {words: [one for one in profile.devices if one.owner == owner] for owner, words in OWNERS.items()}


def _device(device: Device) -> str:
    ja, en = COUNTS[device.count_kind]
    number = f"{device.count}台{ja}" if device.count else ja
    there = f"ほかの場所に{device.elsewhere}台 / {device.elsewhere} elsewhere" if device.elsewhere else ""
    return f"{device.ja}{_in_brackets(number + (f' / {en}' if en else ''), there, device.rule)}"


def _custody(profile: Profile) -> Iterator[str]:
    held = profile.custody
    yield _row("箱", "container", held.container)
    yield _row("保管", "storage", held.storage)
    yield _row("車", "vehicle", held.vehicle_rule)
    yield _row("運搬", "transport", held.transport_rule)
    yield _row("複写", "copying", held.copy_rule)
    yield _row("送付表", "manifest", held.manifest, *held.manifest_fields)
    yield _row("受領", "receipt", held.receipt)
    yield _row("紙での受領", "received on paper", held.paper_delivers)
    for place in held.places:
        yield _row("保管場所", "place", f"{place.ja} / {place.en}")
    for counter in held.counters:
        yield _row("市の窓口", "counter", f"{counter.ja} / {counter.en}")
    for rule in held.deadlines:
        yield _row("期限", "deadline", rule.ja, rule.due.word, rule.text, rule.clause)
    yield _row("廃棄", "disposal", profile.disposal.clause)


def _reports(profile: Profile) -> Iterator[str]:
    for one in profile.reports:
        yield f"{one.ja}{_in_brackets(one.title, one.due.word, *one.format, *one.contents, one.clause)}"
    for form in profile.report_forms:
        named = next(one.ja for one in profile.reports if one.id == form.report)
        yield _row("様式", "form", named, *(column.ja for column in form.columns), form.pictures)


def _reservation(profile: Profile) -> Iterator[str]:
    held = profile.reservation
    yield _row("管理", "managed by", held.managed_by)
    yield _row("方法", "ways", *held.channels)
    yield _row("受付", "opens", f"{held.window_days}日前から / days before" if held.window_days else "", held.hours)
    yield _row("項目", "fields", *held.fields)
    yield _row("事前の確認", "asked beforehand", *held.precheck)
    yield _row("案内", "guidance", held.guidance, held.reissue_guidance)


def _outing(profile: Profile) -> Iterator[str]:
    if profile.outing is not None:
        for task in profile.outing.tasks:
            yield f"{task.ja} / {task.en}（{profile.outing.clause}）"


def _telephone(profile: Profile) -> Iterator[str]:
    held = profile.call_centre
    yield _row("受付", "open", held.days, f"{held.open}-{held.close}" if held.open else "")
    least = held.answer_rate_min_percent
    yield _row("応答率", "answered", f"{least}%以上 / at least" if least else "")
    yield _row("市外局番", "area code", held.area_code)
    yield _row("見込み", "expected", held.expected_total, f"1日{held.expected_per_day} / a day" if held.expected_per_day else "")  # fmt: skip
    for category in profile.inquiry_categories:
        yield _row("区分", "category", category.ja, category.en)


def _incident(profile: Profile) -> Iterator[str]:
    held = profile.incident
    if held is not None:
        yield _row("何が", "what", held.what, held.clause)
        yield _row("報告の内容", "its report", *held.contents)
        for number, step in enumerate(held.plan, 1):
            yield _row("手順", "step", f"{number}. {step}")


def _training(profile: Profile) -> Iterator[str]:
    for gate in profile.training.gates:
        yield _row("前に", "before", gate)
    yield _row("内容", "topics", *profile.training.topics)
    yield _row("報告", "report", profile.training.report)


def _consents(profile: Profile) -> Iterator[str]:
    held = profile.consents
    for ja, en, one in (
        ("記録", "record", held.record),
        ("送信", "send", held.send),
        ("複写", "copy", held.copy),
        ("消去", "erase", held.erase),
    ):
        yield _row(ja, en, _consent(one))


def _consent(one: Consent | None) -> str:
    """Absent consent means no."""
    return "なし / none" if one is None else f"{one.reference}、{one.date}、{one.scope}"


def _afterwards(profile: Profile) -> Iterator[str]:
    for one in profile.retention:
        years = f"{one.years}年 / years" if one.years else ""
        yield f"{one.ja}{_in_brackets(one.title, one.rule, years, one.approval, one.clause)}"
