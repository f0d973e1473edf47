"""The steps of a visit as a window works through them: what the reception did before, and where one is now."""

from __future__ import annotations

from hub.domain.contracts.procedure import Method, Step
from hub.domain.visit.steps import booth_steps
from hub.domain.visit.visit import Visit
from tui.cells import clip, width


def reception_steps(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The first steps, up to the first that a contract insists on or that is more than a look: done before the call.

    They can be signed like any other, and the record says so if they are; a window's cursor begins after them.
    """
    for at, step in enumerate(steps):
        if step.gate or step.kind != "check":
            return steps[:at]
    return steps[:-1]


def window_step(visit: Visit, method: Method) -> Step | None:
    """The first step that the window still has to do; None when only F8 is left."""
    steps = booth_steps(method)
    return next((step for step in steps[len(reception_steps(steps)) :] if step.id not in visit.done), None)


def short_name(name: str, cells: int) -> str:
    """A name cut to `cells`; a long one first loses what it says in brackets."""
    if width(name) > cells:
        name = name.partition("（")[0]
    return clip(name, cells)
