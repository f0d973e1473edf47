"""Visits, their steps and forms in the words of an auditor."""

from __future__ import annotations

from hub.audit.words.names import Names
from hub.audit.words.said import Said
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import comparing, form_id, pre_check, shared_terminal, visit
from hub.domain.visit.rules import VisitEvent


def sentence(event: VisitEvent | form_id.FormIdEvent, names: Names) -> Said:
    """What happened in a visit."""
    match event:
        case visit.VisitOpened():
            names.begin(event.visit, event.number, event.method)
            method = names.method(event.method)
            return Said(
                f"{event.number} の手続を始めた（{method.ja}）", f"a visit of {event.number} began ({method.en})"
            )
        case visit.StepDone():
            number, method_id = names.visit(event.visit)
            step = names.step(method_id, event.step)
            papers = names.sheets(event.sheets)
            return Said(
                f"{number}：「{step.ja}」を行った{f'（{papers.ja}）' if papers.ja else ''}",
                f'{number}: "{step.en}" was done{f" ({papers.en})" if papers.en else ""}',
            )
        case visit.VisitDowngraded():
            number, _ = names.visit(event.visit)
            names.begin(event.visit, number, event.method)
            method = names.method(event.method)
            return Said(f"{number} を{method.ja}に変えた", f"{number} went on with {method.en}")
        case shared_terminal.TerminalUsed():
            return Said(f"{event.window} の申請用端末を使いはじめた", f"the terminal of {event.window} came into use")
        case comparing.Differed():
            number, _ = names.visit(event.visit)
            ja = "・".join(comparing.WORDS[item][0] for item in event.items)
            en = ", ".join(comparing.WORDS[item][1] for item in event.items)
            return Said(f"{number}：照合不一致（{ja}）", f"{number}: the papers differ in {en}")
        case pre_check.PreChecked():
            ja, en = (
                ("確かめた", "were looked at")
                if event.seen
                else ("確かめたことを取り消した", "were not looked at after all")
            )
            return Said(f"{event.number} の書類を受付で{ja}", f"the papers of {event.number} {en} at the reception")
        case shared_terminal.TerminalFreed():
            return Said(
                f"{event.window} の申請用端末のログアウトを確かめた",
                f"the terminal of {event.window} was logged out",
            )
        case visit_answers.QuestionAnswered():
            number, _ = names.visit(event.visit)
            answer = event.answer
            asked = names.question(answer.question)
            chosen = names.choice(answer.question, answer.choice)
            return Said(f"{number}：{asked.ja}＝{chosen.ja}", f"{number}: {asked.en} = {chosen.en}")
        case visit.VisitTriaged():
            number, _ = names.visit(event.visit)
            said = [names.circumstance(one) for one in event.circumstances]
            return Said(
                f"{number} の事情：{'、'.join(one.ja for one in said) or 'なし'}",
                f"special about {number}: {', '.join(one.en for one in said) or 'nothing'}",
            )
        case visit.VisitEnded():
            done = event.state is visit.VisitState.DONE
            papers = names.sheets(event.papers) if done else Said("", "")
            return Said(
                f"{event.number} の手続を{'終えた' if done else '取りやめた'}"
                f"{f'（預かり {papers.ja}）' if papers.ja else ''}",
                f"the visit of {event.number} {'was finished' if done else 'was given up'}"
                f"{f' (kept: {papers.en})' if papers.en else ''}",
            )
        case form_id.FormRead():
            number, _ = names.visit(event.visit)
            return Said(f"{number} の申請書を読み取った", f"the form of {number} was read")
        case form_id.FormReplaced():
            number, _ = names.visit(event.visit)
            return Said(f"{number} の申請書を取り替えた", f"the form of {number} was replaced")
        case form_id.FormExempted():
            number, _ = names.visit(event.visit)
            return Said(f"{number} の申請書IDは読み取らない", f"no form's ID is read for {number}")
