"""Every refusal that the rules know is used, said in full, and fits the terminal's row; the page in docs/ is current."""

import ast
import string
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.identity.city_check import CityCheck
from hub.domain.queue.queue import STATE_JA
from hub.domain.refusal import NAME_WIDTH, SENTENCES, refuse, short, some
from hub.domain.refusal_table import table
from hub.domain.sentences.sentence import Sentence

ROOT = Path(__file__).resolve().parents[3]
WIDEST = 38
"""Full-width characters of a sentence on row 21 or 22 of a terminal with 80 columns (a half-width one is half)."""

MADE_ELSEWHERE = {
    "command.rejected",  # by the hub: a command whose signature or certificate does not hold
    "keys.no_file",  # by the hub: the locked file of a new key did not come with its command
    "queue.other_window",  # by the terminal: the ticket stands at another's window, so it does not even ask
    "still.elsewhere",  # by the terminal, when the hub lets another terminal alone look through the camera
}
"""Codes that a room beside the domain makes."""


class Use(NamedTuple):
    """One refuse(...): where, a code it may make, and the names of the data it gives."""

    path: Path
    line: int
    code: str
    given: set[str]


@cache
def uses() -> tuple[Use, ...]:
    """Every refuse(...) in the rooms that may make one."""
    return tuple(_uses())


def _uses() -> Iterator[Use]:
    for path in (path for room in ("hub", "tui") for path in sorted((ROOT / room).rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        if "refuse" not in text:
            continue
        tree = ast.parse(text)
        if not any(isinstance(node, ast.ImportFrom) and node.module == "hub.domain.refusal" for node in ast.walk(tree)):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refuse":
                codes = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                assert codes and len(node.args) == 1, f"{path}:{node.lineno}"
                for code in codes:
                    yield Use(path, node.lineno, str(code), {keyword.arg or "**" for keyword in node.keywords})


def names(sentence: Sentence) -> set[str]:
    """What a refusal's sentences have filled in."""
    return {name for text in sentence for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_that_is_used_stands_in_the_table() -> None:
    assert {use.code for use in uses()} <= SENTENCES.keys()


def test_every_code_in_the_table_is_used() -> None:
    everywhere = {use.code for use in uses()}
    in_domain = {use.code for use in uses() if ROOT / "hub" / "domain" in use.path.parents}
    assert SENTENCES.keys() - in_domain == MADE_ELSEWHERE
    assert everywhere >= MADE_ELSEWHERE


def test_every_refusal_is_given_what_its_sentences_name() -> None:
    for use in uses():
        assert names(SENTENCES[use.code]) <= use.given, f"{use.path}:{use.line}: {use.code}"


def test_the_committed_page_is_current() -> None:
    page = (ROOT / "docs" / "refusals.md").read_text(encoding="utf-8")
    assert page == table(), "run: python -m hub.domain.refusal_table docs/refusals.md"


def test_both_languages_name_something_to_do() -> None:
    for code, sentence in SENTENCES.items():
        assert all(part.strip() for part in sentence), code
        assert all(part.isascii() for part in (sentence.en, sentence.todo_en)), code


def full_width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


TYPICAL = {
    "items": "氏名・生年月日・住所",
    "role": "会計年度任用職員",
    "have": "0",
    "device": "フォトプリンタ",
    "place": "会場の施錠保管庫",
    "out": "3",
    "back": "2",
    "item": "left_behind",
    "course": "個人情報保護",
    "held": "2025-08-01",
    "until": "2026-07-31",
    "first": "P-01",
    "last": "P-99",
    "size": "12034",
    "person": "佐藤",
    "need": "管理者",
    "date": "2025-08-06",
    "event": "出張交付窓口",
    "count": "12",
    "used": "3",
    "car": "青森 500 あ 1",
    "venue": "長い名前の会…",
    "opens": "10:00",
    "numbers": some(["A-001"] * 9),
    "number": "A-019",
    "lane": "長い名前のレーン" * 3,
    "window": "窓口2",
    "state": max(STATE_JA.values(), key=full_width),
    "calls": "2",
    "seconds": "10",
    "reservation": "20250806-01",
    "basis": "令和2年12月28日通知・仕様書8.1(1)※",
    "people": "2",
    "method": "長い名前の方式" * 3,
    "step": "長い名前の手順" * 3,
    "missing": some(["長い名前の書類" * 3] * 3),
    "paper": "長い名前の書類" * 3,
    "what": "契約の設定",
    "minutes": "15",
    "officer": "森",
    "limit": "3",
    "container": "KG-03",
    "special": "長い名前の事情" * 3,
    "hours": "8",
    "part": "感染症対策",
    "to": "2025-11-06",
    "next": "2025-11-06",
    "why": "年末年始",
    "clause": "第1 8(2)ア、第1 8(2)イ",
    "guidance": "ご本人か法定代理人の来場が必要です",
    "detail": some(["長い名前の書類" * 3] * 3),
    "seal": "SL-000412",
    "question": "転送届・転居の予定",
    "choice": "申請の方法：手書き・郵送",
    "days": "30",
    "category": "長い名前の区分" * 3,
    "topic": "交付の時期",
    "kind": "queue.call_next",
    "longest": 100,
    "most": 10000,
}


@pytest.mark.parametrize("code", sorted(SENTENCES.keys() - MADE_ELSEWHERE))
def test_a_sentence_fits_its_row(code: str) -> None:
    data = TYPICAL
    if code == "identity.checklist":
        check = CityCheck()
        longest = max((point.ja for point in check.points), key=full_width)
        data = TYPICAL | {"missing": some([longest] * 5, 1)}
    refusal = refuse(code, **{name: data[name] for name in names(SENTENCES[code])})
    assert full_width(refusal.ja) <= WIDEST, refusal.ja
    assert full_width(refusal.todo_ja) <= WIDEST, refusal.todo_ja


@pytest.mark.parametrize("contract", shipped())
def test_steps_and_papers_of_every_contract_fit_the_sentences_that_name_them(contract: str) -> None:
    profile = load_profile(contract)
    refusals = [refuse("queue.lane_closed", lane=lane.ja) for lane in profile.lanes]
    for method in profile.methods:
        for step in method.steps:
            refusals.append(refuse("visit.gate_open", step=step.ja))
            refusals.append(refuse("visit.open", number="A-019", step=step.ja))
        papers = [paper.ja for paper in method.documents]
        refusals += [refuse("visit.paper_count", paper=paper, count=99) for paper in papers]
        refusals += [refuse("visit.documents_missing", missing=some(papers[at:])) for at in range(len(papers))]
    texts = [text for refusal in refusals for text in (refusal.ja, refusal.todo_ja)]
    assert [text for text in texts if full_width(text) > WIDEST] == []


def test_a_long_name_loses_its_remark_and_then_its_end() -> None:
    assert short("本人確認") == "本人確認"
    assert short("必要記載書類記入支援（回答書欄・暗証番号設定依頼書）") == "必要記載書類記入支援"
    assert short("（ただし書き）") == "（ただし書き）"
    assert full_width(short("ＷＥＢ会議等による市職員の本人確認")) <= NAME_WIDTH


def test_a_long_list_is_cut_and_says_how_many_more() -> None:
    assert some(["a"]) == "a"
    assert some(["a", "b"]) == "a、b"
    assert some(["a", "b", "c", "d"]) == "a、b、ほか2"
