"""What printers say of themselves (IPP printer-state-reasons), as our fault codes.

Keywords of RFC 8011 5.4.12 and PWG 5100.9; a suffix -report, -warning or -error is each maker's taste (a printer
without paper that idles says media-empty-report) and is left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# In the order in which a person would deal with them: an open cover explains the missing paper.
_FAULTS: Final = (
    (("cover-open", "door-open", "interlock-open"), "photo.cover_open"),
    (("media-jam",), "photo.jam"),
    (("media-empty", "media-needed", "input-tray-missing", "input-media-supply-empty"), "photo.paper_out"),
    (("marker-supply-empty", "toner-empty", "marker-supply-missing"), "photo.ink_out"),
    (("marker-waste-full",), "photo.waste_full"),
    (("paused", "moving-to-paused", "stopped", "stopped-partly", "stopping"), "photo.stopped"),
    (("offline", "shutdown", "connecting-to-device", "timed-out"), "photo.absent"),
)
_ADVICE: Final = (
    (("media-low", "input-media-supply-low"), "photo.paper_low"),
    (("marker-supply-low", "toner-low"), "photo.ink_low"),
    (("marker-waste-almost-full",), "photo.waste_low"),
)
# CUPS's own remarks that make a job's "completed" worthless: the printer was cut off, or answered against the protocol.
DOUBTS: Final = frozenset({"cups-ipp-missing-job-history", "cups-ipp-conformance-failure-report"})

_SEVERITY = re.compile(r"-(report|warning|error)\Z")
# A self-describing size name (PWG 5101.1 section 5): its measures stand at the end.
_MEASURES = re.compile(r"_(?P<x>[0-9.]{1,8})x(?P<y>[0-9.]{1,8})(?P<unit>in|mm)\Z")
L_MM: Final = (88.9, 127.0)
SAME_MM: Final = 1.0
"""Makers call the same sheet 3.5 x 5 in or 89 x 127 mm; the next size is 11 mm wider."""


def fault_of(reasons: Iterable[str]) -> str:
    """The code of what keeps the printer from printing, or empty."""
    return _first(_FAULTS, reasons)


def advice_of(reasons: Iterable[str]) -> str:
    """The code of what will soon be in the way, or empty."""
    return _first(_ADVICE, reasons)


def doubtful(reasons: Iterable[str]) -> bool:
    """Whether these remarks make a completed job uncertain."""
    return not DOUBTS.isdisjoint(reasons)


def is_l_size(media: str) -> bool:
    """Whether a media name means an L-size sheet; names without measures mean nothing here."""
    found = _MEASURES.search(media)
    if found is None:
        return False
    try:
        measures = float(found["x"]), float(found["y"])
    except ValueError:  # 3.5.1x5in
        return False
    scale = 25.4 if found["unit"] == "in" else 1.0
    return all(abs(one * scale - want) <= SAME_MM for one, want in zip(measures, L_MM, strict=True))


def _first(table: tuple[tuple[tuple[str, ...], str], ...], reasons: Iterable[str]) -> str:
    said = {_SEVERITY.sub("", reason) for reason in reasons}
    return next((code for keywords, code in table if not said.isdisjoint(keywords)), "")
