"""Ticks of a documents step, before they are signed."""

from hub.domain.contracts.reading import load_profile
from tui.visit.draft import Draft, items_of, lacking


def niigata() -> tuple[Draft, list[tuple[str, str]]]:
    profile = load_profile("niigata")
    method = profile.method("outreach_intake")
    step = next(step for step in method.steps if step.kind == "documents")
    draft = Draft(items_of(step, method, profile))
    return draft, lacking(draft, step, method)


def test_a_digit_pressed_again_says_that_the_report_of_the_loss_was_shown_instead() -> None:
    draft, _ = niigata()
    seen = []
    for _ in range(3):
        draft.digit(2)
        seen.append(draft.ticks.get("notification_card"))
    assert seen == ["notification_card", "notification_card_loss", None]


def test_digits_mean_identity_papers_only_once_the_papers_are_decided_or_the_cursor_goes_there() -> None:
    draft, lacks = niigata()
    assert len(lacks) == 3
    assert not draft.digit(3)  # two papers: no third
    draft.digit(2)
    draft.digit(1)
    assert not draft.ticks.get("driving_licence")
    draft.move(1)
    draft.move(1)
    draft.digit(1)
    assert draft.shown == ("application_form", "notification_card", "A")
