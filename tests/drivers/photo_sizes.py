"""What the printer of the print shop can do: a colour photo printer, L size to A4, 300 dpi, borderless or with 3 mm.

Attributes as ippeveprinter reads them (CUPS's ippevepcl(7) syntax); names of sizes from PWG 5101.1, in 0.01 mm.
"""

from __future__ import annotations

SIZES = (
    ("oe_photo-l_3.5x5in", 8890, 12700),
    ("jpn_hagaki_100x148mm", 10000, 14800),
    ("na_index-4x6_4x6in", 10160, 15240),
    ("iso_a4_210x297mm", 21000, 29700),
)
MARGINS = (0, 300)
"""Borderless, and the 3 mm that plain sheets get, in 0.01 mm."""

SUPPLIES = (
    "octetString printer-supply "
    + ",".join(
        f'"index={n};class=supplyThatIsConsumed;type=ink;unit=percent;maxcapacity=100;level=90;colorantname={ink};"'
        for n, ink in enumerate(("cyan", "magenta", "yellow", "black"), 1)
    ),
    'text printer-supply-description "Cyan","Magenta","Yellow","Black"',
)


def _size(x: int, y: int) -> str:
    return f"{{ MEMBER integer x-dimension {x} MEMBER integer y-dimension {y} }}"


def _media(size: tuple[str, int, int], margin: int) -> str:
    name, x, y = size
    margins = " ".join(f"MEMBER integer media-{edge}-margin {margin}" for edge in ("top", "bottom", "left", "right"))
    return (
        f"{{ MEMBER keyword media-size-name {name} MEMBER collection media-size {_size(x, y)} {margins} "
        "MEMBER keyword media-source main MEMBER keyword media-type photographic }"
    )


def printer_attributes() -> str:
    """The file for ippeveprinter -a."""
    l_size = _media(SIZES[0], 0)
    lines = [
        'text printer-make-and-model "Demado PhotoSim"',
        "boolean color-supported true",
        "integer copies-default 1",
        "rangeOfInteger copies-supported 1-9",
        "keyword print-color-mode-supported auto,color,monochrome",
        "keyword print-color-mode-default color",
        "enum print-quality-supported 3,4,5",
        "enum print-quality-default 5",
        "keyword print-scaling-supported auto,auto-fit,fill,fit,none",
        "keyword print-scaling-default auto",
        "keyword sides-supported one-sided",
        "keyword sides-default one-sided",
        "resolution printer-resolution-supported 300dpi",
        "resolution printer-resolution-default 300dpi",
        "keyword pwg-raster-document-type-supported srgb_8,sgray_8",
        "resolution pwg-raster-document-resolution-supported 300dpi",
        "keyword pwg-raster-document-sheet-back normal",
        "keyword urf-supported V1.4,CP1,W8,SRGB24,RS300,PQ3-4-5,MT1-11,IS1",
        "keyword media-supported " + ",".join(name for name, _, _ in SIZES),
        f"keyword media-default {SIZES[0][0]}",
        f"keyword media-ready {SIZES[0][0]}",
        "keyword media-source-supported main",
        "keyword media-type-supported photographic,stationery",
        *(f"integer media-{edge}-margin-supported 0,300" for edge in ("top", "bottom", "left", "right")),
        "collection media-size-supported " + ",".join(_size(x, y) for _, x, y in SIZES),
        f"collection media-col-default {l_size}",
        f"collection media-col-ready {l_size}",
        "collection media-col-database " + ",".join(_media(size, margin) for size in SIZES for margin in MARGINS),
        "enum orientation-requested-supported 3,4,5,6",
        "enum orientation-requested-default 3",
        "keyword output-bin-supported face-up",
        "keyword output-bin-default face-up",
        "enum finishings-supported 3",
        "enum finishings-default 3",
        "rangeOfInteger jpeg-k-octets-supported 0-65536",
        "rangeOfInteger jpeg-x-dimension-supported 0-16384",
        "rangeOfInteger jpeg-y-dimension-supported 1-16384",
        *SUPPLIES,
        'octetString printer-input-tray "type=sheetFeedAutoRemovableTray;mediafeed=12700;mediaxfeed=8890;'
        'maxcapacity=50;level=20;status=0;name=main"',
    ]
    return "".join(f"ATTR {line}\n" for line in lines)
