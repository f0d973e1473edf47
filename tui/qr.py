"""A QR code as text: two modules in each character cell, so that it fits a terminal and a printed log."""

from __future__ import annotations

QUIET = 2
"""Light modules around the code. The standard wants four; readers find it with two, and 80x24 has no room for more."""


def qr_lines(text: str) -> list[str]:
    """The lines of a QR code (ISO/IEC 18004, error correction M), light on dark as a terminal shows them."""
    import segno

    rows = [[bool(cell) for cell in row] for row in segno.make(text, error="m", micro=False).matrix]
    width = len(rows[0]) + 2 * QUIET
    light = [False] * width
    framed = [light] * QUIET + [[False] * QUIET + row + [False] * QUIET for row in rows] + [light] * QUIET
    if len(framed) % 2:
        framed.append(light)
    # A light module is drawn, a dark one left out: on a dark terminal that is the code's own contrast.
    return [
        "".join(" ▀▄█"[(not upper) + 2 * (not lower)] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(framed[::2], framed[1::2], strict=True)
    ]
