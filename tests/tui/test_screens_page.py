"""docs/screens.md shows every picture that lies beside it, and none that does not."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_shows_every_picture_once_and_no_picture_is_missing() -> None:
    shown = re.findall(r"\(pictures/([a-z-]+\.png)\)", (DOCS / "screens.md").read_text(encoding="utf-8"))
    kept = {picture.name for picture in (DOCS / "pictures").iterdir()} - {
        "board.png"
    }  # the board is no terminal's: README has it
    assert sorted(shown) == sorted(kept)
