"""The right pane of a visit: what the step under the cursor asks for."""

from __future__ import annotations

from hub.domain.contracts.procedure import Step
from hub.domain.identity.identity import Request, RequestState
from hub.domain.moment import Signer
from hub.domain.refusal import some
from hub.domain.visit.circumstances import offered
from hub.domain.visit.shown_papers import asked, ticked_at, ways_en, ways_ja
from hub.domain.visit.steps import CITY_KINDS, may_do
from hub.domain.visit.visit import Visit, done_by
from tui import tokens
from tui.cells import Line, Span, columns, fit, line, wrap
from tui.layer import paragraphs
from tui.visit import comparing, form_id, handout
from tui.visit.acts import VisitActs
from tui.visit.city_pane import answer, waiting
from tui.visit.draft import Draft, Item, lacking
from tui.visit.questions import question_at, question_rows

CELLS = 40


def step_pane(page: VisitActs, visit: Visit, step: Step) -> list[Line]:
    """The pane of a step, by its kind."""
    if step.kind in CITY_KINDS:
        return _city(page, visit, step)
    if ticked_at(step):
        return _documents(page, visit, step)
    return _count(page, visit, step) if step.kind == "count" else _plain(page, visit, step)


def _plain(page: VisitActs, visit: Visit, step: Step) -> list[Line]:
    t = page.t
    rows = [[], *paragraphs(" " + t(step.ja, step.en), CELLS), []]
    person = page.station.person
    if person is not None:
        refusal = may_do(step, Signer(person.person, "staff", "contractor", tuple(person.roles)))
        if refusal is not None:
            return [*rows, *paragraphs(" " + tokens.WARN + t(refusal.ja, refusal.en), CELLS, "warn")]
    if step.kind == "photo":
        words = t(" 撮影・本人の確認・消去は写真の画面で", " Taken, accepted and destroyed on the photo screen")
        return [
            *rows,
            *paragraphs(words, CELLS),
            [],
            [Span(" Enter ", "key", "enter"), Span(t("写真の画面へ", "photo"))],
        ]
    rows.append([Span(" Enter ", "key", "enter"), Span(t("すんだら署名して次へ", "sign when done"))])
    if step.checks is not None:
        who = page.station.name_of(done_by(visit, step.checks)) if done_by(visit, step.checks) else ""
        words = t(f" べつの人が署名します（前の段：{who}）", f" Another person signs (the step before: {who})")
        rows += [[], *paragraphs(words, CELLS, "warn")]
    rows += form_id.rows(page, visit, step)
    if step.compares:
        return [*rows, *comparing.rows(page, visit, step, CELLS)]
    question = question_at(page, visit, step)
    return [*rows, *(question_rows(page, visit, question, CELLS) if question else _circumstances(page, visit))]


def _circumstances(page: VisitActs, visit: Visit) -> list[Line]:
    """What may be special about the visit; its digits are free on steps that have nothing to tick."""
    t, known = page.t, offered(page.station.profile, visit.method)
    if not known:
        return []
    rows: list[Line] = [[], line(Span(t(" 事情：あてはまれば数字", " Special: press the digit"), "title"))]
    for number, one in enumerate(known, 1):
        shape, style = (tokens.DONE, "done") if one.id in visit.circumstances else (tokens.WAIT, "")
        tap = f"item:{number}"
        first, *more = wrap(t(one.ja, one.en), CELLS - 9)
        rows.append([Span(f" [{number}]", "key", tap), Span(shape, style, tap), Span(" " + first, "", tap)])
        rows += [line(Span("       " + piece, "", tap)) for piece in more]
    return rows


def _documents(page: VisitActs, visit: Visit, step: Step) -> list[Line]:
    t, draft, method = page.t, page.draft(visit, step), page.method(visit)
    rows: list[Line] = []
    group = draft.group if draft.papers else range(0)
    heads = [paper for paper in asked(step, method) if paper.identity]
    for place, item in enumerate(draft.papers):
        if not item.rank:
            number = group.index(place) + 1 if place in group else 0
            rows += _item(page, item, number, draft.ticks.get(item.id), place, here=place == draft.at)
    if heads:
        rows += _identity_papers(page, draft, heads[0].identity)
    if printed := handout.of(step, method):
        tap = f"item:{len(draft.papers) + 1}"
        words = t("つくる（PDF、説明しながら渡す）", "make it (a PDF), explain it, hand it over")
        rows += [[Span(" "), Span(f"[{len(draft.papers) + 1}]", "key", tap), Span(f" {words}", "", tap)], []]
    lacks = lacking(draft, step, method)
    if lacks:
        rows.append(line(Span(t(" 足りない：", " Missing: ") + some([t(ja, en) for ja, en in lacks], 1), "warn")))
        if not printed:
            rows.append(line(t(" そろわないとき：F9-2 再来の札", " If they cannot be had: F9-2")))
            if (lesser := method.downgrade_to) is not None:
                name = page.station.profile.method(lesser)
                rows += paragraphs(t(f" または F9-7 の 3：{name.ja}に変える", f" or F9-7, 3: {name.en}"), CELLS)
    else:
        rows.append([Span(" Enter ", "key", "enter"), Span(t("署名して次へ", "sign and go on"))])
    if any(item.pin for item in draft.papers):
        rows.append(
            line(Span(t(" 暗証番号は見ない・聞かない・入力しない", " Never look at, ask for or type a PIN"), "warn"))
        )
    return rows


def _item(page: VisitActs, item: Item, number: int, tick: str | None, place: int, *, here: bool) -> list[Line]:
    """A line of a paper, or two. Only the cursor's group shows digits: they mean nothing else."""
    t = page.t
    shape, style = (tokens.WAIT, "") if tick is None else (tokens.DONE, "done") if tick else (tokens.OFF, "dim")
    ja, en = next(((ja, en) for choice, ja, en in item.choices if choice == tick), (item.ja, item.en))
    hint = t(" 0＝対象外", " 0=n/a") if item.optional else ""
    if len(item.choices) > 1:
        after = item.choices[1] if tick in (None, "", item.id) else item.choices[0]
        hint = t(f"／{after[1]}", f" / {after[2]}") + hint
    first, *more = wrap(t(ja, en) + hint, CELLS - 9)
    tap = f"item:{place + 1}"
    digit = Span(f"[{number}]", "key", tap) if number else Span("   ", "dim", tap)
    rows: list[Line] = [[Span(">" if here else " "), digit, Span(shape, style, tap), Span(" " + first, "", tap)]]
    return [*rows, *(line(Span("       " + piece, "", tap)) for piece in more)]


def _identity_papers(page: VisitActs, draft: Draft, ways: tuple[str, ...]) -> list[Line]:
    """The city's list in two columns: those with a photo left, the others right."""
    t, group = page.t, draft.group
    here = bool(draft.papers[draft.at].rank)
    words = t(f" 本人確認書類：{ways_ja(ways)}", f" Identity: {ways_en(ways)}")
    rows: list[Line] = [
        line(Span(words, "title"), Span("" if here else t(" →＝ここへ", " right=here"), "dim")),
        line(Span(t("   A 写真つき           B 写真なし", "   A with a photo       B without"), "dim")),
    ]
    sides: dict[str, list[Line]] = {"A": [], "B": []}
    for place, item in enumerate(draft.papers):
        if item.rank:
            tap = f"item:{place + 1}"
            shape, style = (tokens.DONE, "done") if draft.ticks.get(item.id) else (tokens.WAIT, "")
            digit = Span(f"[{place - group.start + 1}]", "key", tap) if here else Span("   ", "dim", tap)
            name = t(item.ja, item.en).partition("（")[0]
            mark = Span(">" if place == draft.at else " ")
            sides[item.rank].append(
                [mark, digit, Span(shape, style, tap), Span(fit(name, 14 if item.rank == "A" else 13), "", tap)]
            )
    return rows + columns(sides["A"], sides["B"], 20, CELLS, max(len(side) for side in sides.values()))


def _count(page: VisitActs, visit: Visit, step: Step) -> list[Line]:
    t, draft = page.t, page.draft(visit, step)
    rows = [line(Span(t(" 書類ごとに数えて入れる（0枚も 0 と）", " Count each class (0 too)"), "dim"))]
    for number, paper in enumerate(draft.papers, 1):
        count = draft.counts.get(paper.id, "")
        here = number - 1 == draft.at
        tap = f"item:{number}"
        rows.append(
            [
                Span(">" if here else " "),
                Span(fit(t(paper.ja, paper.en), 30), "", tap),
                Span(" "),
                Span(fit(count + ("_" if here else ""), 4, right=True), "cursor" if here else "bold", tap),
                Span(t(" 枚", "")),
            ]
        )
    rows.append([])
    if draft.uncounted:
        rows.append(
            line(Span(t(" 10枚から：← でもどり、もう1けた", " 10 or more: left arrow, then the second digit"), "dim"))
        )
    else:
        rows.append([Span(" Enter ", "key", "enter"), Span(t("署名して次へ", "sign and go on"))])
    return rows


def last_request(page: VisitActs, visit: Visit, step: Step) -> Request | None:
    """The newest request of this visit for this step."""
    requests = page.station.booth.identity.requests.values()
    mine = [request for request in requests if request.visit == visit.id and request.step == step.id]
    return max(mine, key=lambda request: request.id, default=None)


def _city(page: VisitActs, visit: Visit, step: Step) -> list[Line]:
    t = page.t
    request = last_request(page, visit, step)
    if request is not None and request.state is RequestState.PENDING:
        return waiting(page, request, CELLS)
    rows: list[Line] = []
    if request is not None:
        rows += [*answer(page, request, CELLS), []]
    if step.id in visit.refused:
        return [
            *rows,
            line(t(" 同じ手続でもう一度たのむことはできません", " It cannot be asked again for this visit")),
            line(t(" F9-7 で手続を取りやめる", " F9-7 gives the visit up")),
        ]
    rows.append(line(t(" 市の職員だけが決めます", " Only city staff decide this")))
    officers = page.station.booth.identity.officers
    rows.append(
        line(
            t(f" 市の窓口：{len(officers)}人が担当中", f" City desk: {len(officers)} on duty")
            if officers
            else Span(t(" 市の窓口：担当がまだいません", " Nobody on duty at the city desk yet"), "warn")
        )
    )
    rows += [[], line(t(" 見せてもらう書類（番号は入れません）", " Papers shown (never their numbers)"))]
    ticked = page.shown_papers.get(visit.id, set())
    for number, paper in enumerate(page.station.profile.identity_papers, 1):
        shape, style = (tokens.DONE, "done") if number in ticked else (tokens.WAIT, "")
        tap = f"item:{number}"
        rows.append(
            [
                Span(" "),
                Span(f"[{number}]", "key", tap),
                Span(shape, style, tap),
                Span(" " + t(paper.ja, paper.en), "", tap),
                Span(t("（種類は送らない）", " (its kind is not sent)") if paper.discreet else "", "dim"),
            ]
        )
    return rows
