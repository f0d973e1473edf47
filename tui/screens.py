"""All screens of a terminal, by name."""

from __future__ import annotations

from tui.custody_page import CustodyPage
from tui.day_page import DayPage
from tui.device_page import DevicePage
from tui.facts_page import FactsPage
from tui.layer import Layer
from tui.record_page import RecordPage
from tui.terminal import Terminal
from tui.transfer_page import TransferPage
from tui.visit_page import VisitPage
from tui.work_page import WorkPage


def make_pages(terminal: Terminal) -> dict[str, Layer]:
    """Every page, made once: each keeps its own place while another is shown."""
    return {
        "work": WorkPage(terminal),
        "visit": VisitPage(terminal),
        "custody": CustodyPage(terminal),
        "transfer": TransferPage(terminal),
        "devices": DevicePage(terminal),
        "day": DayPage(terminal),
        "facts": FactsPage(terminal),
        "record": RecordPage(terminal),
    }
