"""A CSV file as offices really send it: bytes to text, text to records that know the line they start on.

Written out because the standard reader repairs silently: a quote that is never closed swallows the rest of the file,
and a stray one becomes part of a name. Here such a line is named and the next line is read.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

LARGEST: Final = 5 * 1024 * 1024  # bytes; a day's list of 2,000 reservations is under 1 MB
_WIDE_ENOUGH: Final = 3  # columns; of fewer, what somebody wrote on two lines looks like a row too
_LONGEST_QUOTED: Final = 10_000  # characters; a longer quoted cell is a quote that was never closed

_ENDING: Final = re.compile(r"\r\n|\r|\n")
# Bytes that cp932 gives no character to, yet Python's codec lets through: 80, A0, FD, FE, FF.
_NO_CP932: Final = re.compile("[\x80\xa0\uf8f1-\uf8f3]")


class Fault(msgspec.Struct, frozen=True):
    """Why a whole file cannot be read: a stable code and the data its sentences name."""

    code: str
    data: dict[str, str] = {}


class Decoded(msgspec.Struct, frozen=True):
    """The file's text without a byte order mark, and the encoding it was in."""

    text: str
    encoding: str


class Record(msgspec.Struct, frozen=True):
    """One record: the 1-based line of the file it starts on and its cells; None where the quotes do not close."""

    line: int
    cells: tuple[str, ...] | None

    @property
    def blank(self) -> bool:
        """Whether nothing but white space stands in it (a spreadsheet saves empty rows as commas)."""
        return self.cells is not None and not any(cell.strip() for cell in self.cells)


def decode(data: bytes) -> Decoded | Fault:
    """UTF-8 (with or without mark), UTF-16 with mark, else cp932; a Fault for anything that is no such text."""
    if len(data) > LARGEST:
        return Fault("file.too_large")
    if data.startswith(b"PK\x03\x04"):
        return Fault("file.xlsx")
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # the compound file of .xls
        return Fault("file.xls")
    if data.startswith(b"\xef\xbb\xbf"):
        decoded = _strictly(data[3:], "utf-8", "utf-8-sig")
        if isinstance(decoded, Fault):
            decoded = _mostly(data[3:], {"utf-8": "utf-8-sig"}) or decoded
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        decoded = _strictly(data, "utf-16", "utf-16")  # a spreadsheet's "Unicode text"
    else:
        decoded = _strictly(data, "utf-8", "utf-8")
        if isinstance(decoded, Fault):  # valid UTF-8 is hardly ever meant as cp932, so UTF-8 is tried first
            shift_jis = _strictly(data, "cp932", "cp932")
            if isinstance(shift_jis, Fault):
                either = _mostly(data, {"utf-8": "utf-8", "cp932": "cp932"})
                shift_jis = either or _further(decoded, shift_jis)
            decoded = shift_jis
    if isinstance(decoded, Fault):
        return decoded
    if "\0" in decoded.text and not _few(["\0" in line for line in _ENDING.split(decoded.text)]):
        return Fault("file.nul")
    return decoded if decoded.text.strip() else Fault("file.empty")


def delimiter(text: str) -> str:
    """Tab where the first written line has tabs and no comma, else comma."""
    first = text.lstrip("\r\n")
    line = _ENDING.split(first, maxsplit=1)[0]
    return "\t" if "\t" in line and "," not in line else ","


def records(text: str, between: str) -> Iterator[Record]:
    """The records of text in order (RFC 4180, with any line ending); a line whose quotes are wrong comes as cells=None."""
    position, line, width = 0, 1, 0
    cell = _cell(between)
    while position < len(text):
        cells, end = _read(text, position, between, cell)
        if cells is not None and width >= _WIDE_ENOUGH and any(_holds_a_row(one, between, width) for one in cells):
            cells, end = None, _next_line(text, position)
        record = Record(line, cells)
        yield record
        width = width or (0 if record.blank or cells is None else len(cells))
        line += len(_ENDING.findall(text, position, end))
        position = end


def _strictly(data: bytes, codec: str, called: str) -> Decoded | Fault:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as wrong:
        return _undecodable(data, wrong.start)
    stray = _NO_CP932.search(text) if codec == "cp932" else None
    return Decoded(text, called) if stray is None else _undecodable(data, len(text[: stray.start()].encode(codec)))


def _mostly(data: bytes, codecs: dict[str, str]) -> Decoded | None:
    """The text of a file of which a few lines are broken: what cannot be read there stands as UNREADABLE.

    A byte that an export has broken is its row's fault, and the other rows are people too. None where most are broken.
    """
    best: Decoded | None = None
    least = len(data)
    for codec, called in codecs.items():
        lines = data.splitlines(keepends=True)
        texts = [_strictly(line, codec, called) for line in lines]
        broken = [isinstance(text, Fault) for text in texts]
        if not _few(broken) or sum(broken) >= least:
            continue
        least = sum(broken)
        whole = [
            text.text if isinstance(text, Decoded) else _marked(line, codec)
            for line, text in zip(lines, texts, strict=True)
        ]
        best = Decoded("".join(whole), called)
    return best


def _marked(line: bytes, codec: str) -> str:
    text = line.decode(codec, "surrogateescape")
    return _NO_CP932.sub("\udcff", text) if codec == "cp932" else text


def _few(broken: list[bool]) -> bool:
    """Whether the header is whole, and more rows than not."""
    return not broken[0] and 2 * sum(broken) < len(broken) - 1


UNREADABLE: Final = re.compile("[\ud800-\udfff]")
"""What stands in a decoded text for bytes that are no text (PEP 383)."""


def _undecodable(data: bytes, at: int) -> Fault:
    lines = len(re.findall(rb"\r\n|\r|\n", data[:at])) + 1
    return Fault("file.undecodable", {"line": str(lines)})


def _further(one: Fault, other: Fault) -> Fault:
    """The attempt that read more lines meant the right encoding."""
    return max(one, other, key=lambda fault: int(fault.data["line"]))


def _cell(between: str) -> re.Pattern[str]:
    # Quoted, or ="..." (how systems keep a leading zero through a spreadsheet), or bare without any quote.
    quoted = rf'"(?P<quoted>(?:[^"]|""){{0,{_LONGEST_QUOTED}}})"'
    return re.compile(
        rf'(?:{quoted}|="(?P<kept>[^"\r\n]*)"|(?P<bare>[^"\r\n{between}]*))(?P<end>{between}|\r\n|\r|\n|\Z)'
    )


def _read(text: str, position: int, between: str, cell: re.Pattern[str]) -> tuple[tuple[str, ...] | None, int]:
    """The cells of the record at position and where the next begins; where it is broken, its one line is given up."""
    cells: list[str] = []
    at = position
    while match := cell.match(text, at):
        quoted, kept, bare = match.group("quoted", "kept", "bare")
        cells.append(quoted.replace('""', '"') if quoted is not None else kept if kept is not None else bare)
        at = match.end()
        if match["end"] != between:
            return tuple(cells), at
    return None, _next_line(text, position)


def _next_line(text: str, position: int) -> int:
    ending = _ENDING.search(text, position)
    return ending.end() if ending else len(text)


def _holds_a_row(cell: str, between: str, width: int) -> bool:
    """Whether a line within a cell has as many cells as the header: a quote that nobody closed has swallowed a row."""
    return any(line.count(between) >= width - 1 for line in _ENDING.split(cell)[1:])
