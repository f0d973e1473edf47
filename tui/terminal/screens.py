"""All screens of a terminal, by name."""

from __future__ import annotations

from tui.layer import Layer, Terminal
from tui.papers.custody_page import CustodyPage
from tui.papers.disposal_page import DisposalPage
from tui.papers.forms_page import FormsPage
from tui.papers.left_page import LeftPage
from tui.papers.lent_page import LentPage
from tui.papers.packing_page import PackingPage
from tui.papers.plan_page import PlanPage
from tui.papers.store_page import StorePage
from tui.papers.transfer_page import TransferPage
from tui.personal.page import PersonalPage
from tui.photo.page import PhotoPage
from tui.terminal.day_page import DayPage
from tui.terminal.device_page import DevicePage
from tui.terminal.facts_page import FactsPage
from tui.terminal.outing_page import OutingPage
from tui.terminal.pairing_page import PairingPage
from tui.terminal.picture_page import PicturePage
from tui.terminal.record_page import RecordPage
from tui.visit.page import VisitPage
from tui.work.page import WorkPage


def make_pages(terminal: Terminal) -> dict[str, Layer]:
    """Every page, made once: each keeps its own place while another is shown."""
    return {
        "work": WorkPage(terminal),
        "visit": VisitPage(terminal),
        "photo": PhotoPage(terminal),
        "custody": CustodyPage(terminal),
        "forms": FormsPage(terminal),
        "left": LeftPage(terminal),
        "store": StorePage(terminal),
        "lent": LentPage(terminal),
        "disposal": DisposalPage(terminal),
        "packing": PackingPage(terminal),
        "plan": PlanPage(terminal),
        "transfer": TransferPage(terminal),
        "devices": DevicePage(terminal),
        "day": DayPage(terminal),
        "outings": OutingPage(terminal),
        "pictures": PicturePage(terminal),
        "facts": FactsPage(terminal),
        "record": RecordPage(terminal),
        "personal": PersonalPage(terminal),
        "pairing": PairingPage(terminal),
    }
