import pytest

from hub.domain.devices import effect
from hub.domain.devices.effect import EffectOutcome, EffectState, ReportEffects
from hub.domain.queue import queue
from tests.hub.domain.booths import CLERK, HUB, Site


def report(site: Site, *outcomes: tuple[int, str, EffectState]) -> int:
    return site.do(ReportEffects(tuple(EffectOutcome(*outcome) for outcome in outcomes)), HUB)


def open_effects(site: Site) -> dict[tuple[int, str], EffectState]:
    return {key: held.state for key, held in site.booth.effects.open.items()}


def test_what_an_entry_asks_of_devices_is_due_when_the_entry_is() -> None:
    site = Site()
    ticket = site.issue()
    called = site.do(queue.CallTicket(ticket, "窓口1"))
    assert open_effects(site) == {
        (ticket, "ticket"): EffectState.DUE,
        (called, "display"): EffectState.DUE,
        (called, "voice"): EffectState.DUE,
    }
    assert [(held.entry, held.kind, held.number) for held in effect.unfinished(site.booth.effects)] == [
        (ticket, "ticket", "A-001"),
        (called, "display", "A-001"),
        (called, "voice", "A-001"),
    ]


@pytest.mark.parametrize("state", [EffectState.DONE, EffectState.OFF])
def test_what_is_done_or_not_owed_is_closed(state: EffectState) -> None:
    site = Site()
    ticket = site.issue()
    report(site, (ticket, "ticket", state))
    assert open_effects(site) == {}


@pytest.mark.parametrize("state", [EffectState.FAILED, EffectState.UNSURE])
@pytest.mark.parametrize("came_out", [True, False])
def test_what_failed_or_is_unsure_waits_for_a_person(state: EffectState, came_out: bool) -> None:
    site = Site()
    ticket = site.issue()
    report(site, (ticket, "ticket", state))
    assert open_effects(site) == {(ticket, "ticket"): state}
    assert effect.unfinished(site.booth.effects) == []
    site.do(effect.SettleEffect(ticket, "ticket", came_out))
    assert open_effects(site) == {}
    assert site.refused(effect.SettleEffect(ticket, "ticket", came_out)) == "effect.unknown"


def test_an_outcome_said_twice_counts_once_and_the_last_word_holds() -> None:
    site = Site()
    ticket = site.issue()
    report(
        site,
        (ticket, "ticket", EffectState.FAILED),
        (ticket, "ticket", EffectState.DONE),
        (99, "voice", EffectState.DONE),
    )
    assert open_effects(site) == {}
    assert len(site.last(effect.EffectsReported).outcomes) == 1
    again = ReportEffects((EffectOutcome(ticket, "ticket", EffectState.DONE),))
    assert site.refused(again, HUB) == "effect.unknown"


def test_nothing_becomes_due_by_a_report() -> None:
    site = Site()
    ticket = site.issue()
    report(site, (ticket, "ticket", EffectState.UNSURE))
    assert site.refused(ReportEffects((EffectOutcome(ticket, "ticket", EffectState.DUE),)), HUB) == "effect.unknown"


def test_only_the_hub_reports_what_its_devices_did() -> None:
    site = Site()
    ticket = site.issue()
    assert (
        site.refused(ReportEffects((EffectOutcome(ticket, "ticket", EffectState.DONE),)), CLERK) == "role.not_allowed"
    )


def test_a_ticket_is_printed_again_only_as_the_number_it_is() -> None:
    site = Site()
    ticket = site.issue()
    again = site.do(effect.RepeatEffect(ticket, "ticket", "A-001"))
    assert (again, "reprint") in open_effects(site)
    assert site.refused(effect.RepeatEffect(ticket, "ticket", "A-002")) == "effect.unknown"
    assert site.refused(effect.RepeatEffect(again, "ticket", "A-001")) == "effect.unknown"
    assert site.refused(effect.RepeatEffect(ticket, "voice", "A-001")) == "effect.unknown"


def test_a_void_number_is_not_printed_again() -> None:
    site = Site()
    ticket = site.issue()
    site.do(queue.UndoAction(ticket, ticket))
    assert site.refused(effect.RepeatEffect(ticket, "ticket", "A-001")) == "queue.wrong_state"


def test_a_recall_is_an_effect_of_its_own_and_an_undo_announces_nothing() -> None:
    site = Site()
    ticket = site.issue()
    called = site.do(queue.CallTicket(ticket, "窓口1"))
    before = open_effects(site)
    site.do(queue.UndoAction(ticket, called))
    assert open_effects(site) == before
    site.do(queue.CallTicket(ticket, "窓口1"))
    recalled = site.do(queue.RecallTicket(ticket))
    assert {(recalled, "display"), (recalled, "voice")} <= open_effects(site).keys()


def test_a_ticket_can_be_printed_again_in_large_letters() -> None:
    site = Site()
    ticket = site.issue()
    for large in (False, True):
        site.do(effect.RepeatEffect(ticket, "ticket", "A-001", large=large))
        assert site.last(effect.EffectRepeated).large is large
