"""What a benchmark reports: lines of figures, each with its target, and checks that must hold whatever the speed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One figure. Without a target it is there to judge the others by."""

    name: str
    """Stable name for programs, like "commands.rate"."""
    ja: str
    en: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        if self.at_most is not None:
            return self.value <= self.at_most
        return None


class Result(msgspec.Struct, frozen=True):
    """What one benchmark found."""

    benchmark: str
    lines: tuple[Line, ...] = ()
    checks: dict[str, bool] = {}
    """What is right or wrong and no matter of speed: nothing twice, nothing lost."""
    fault: str = ""
    """Why it could not be measured, or empty."""

    @property
    def sound(self) -> bool:
        """It was measured, and every check held."""
        return not self.fault and all(self.checks.values())


def at(samples: Sequence[float], part: float) -> float:
    """The sample below which `part` (0..1) of them lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
