"""The shapes of all that a record is read from: commands, events, and what carries them, kept for each number of the rules.

Replay decides every signed command again and compares the events byte by byte. A record of yesterday therefore holds
only while its commands still read, and still lead to the same bytes. What may change under one number (day.RULES):

- a kind that is new, command or event: no older record holds it;
- a field of a command that is new and has a default: arguments that were signed without it read as that default;
- a value more among those that a field may take.

Nothing else. A field of an event that is new changes its bytes even with a default, because every field is written.
It takes a kind of its own, led to by a command of its own; or the next number of the rules, and the next version of the
program with it, which then reads older records, says which program checks them, and does not replay them.

    python -m tests.kept.shapes        keeps today's shapes; what changed under the same number is refused
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

import msgspec
from msgspec import inspect

from hub import VERSION
from hub.domain.booth import Command, Event
from hub.domain.day.day import RULES
from hub.domain.moment import Context
from sync.record.command import Command as SignedContent
from sync.record.command import Signed
from sync.record.entry import Entry

HERE = Path(__file__).parent

Shapes = Mapping[str, Sequence[str]]
"""A kind ("command day.open") to one line for each thing in it ("date: str"), in the order in which it is written."""

IN_ORDER = "parts by place"
"""How a struct is described that is written as a list: a place more in it shifts or lengthens what is read."""

CHANGED = (
    "{kind} changed: {how}. Records that program {program} made under rules {rules} would fail in replay. Give what is "
    "new a kind of its own; or raise RULES (hub/domain/day/day.py) and VERSION (hub/__init__.py), and run "
    "`python -m tests.kept.shapes` and `python -m tests.kept.record`."
)


class Kept(msgspec.Struct, frozen=True):
    """What was kept under one number of the rules, and the program that was the first to run under it."""

    rules: str
    program: str
    shapes: Shapes


def today() -> Kept:
    """The shapes that this program reads and writes."""
    kinds = {f"command {kind.__struct_config__.tag}": kind for kind in get_args(Command)}
    kinds |= {f"event {kind.__struct_config__.tag}": kind for kind in get_args(Event)}
    kinds |= {f"carrier {kind.__name__}": kind for kind in (Context, Entry, Signed)}
    kinds["carrier SignedContent"] = SignedContent
    return Kept(RULES, VERSION, {name: shape(kinds[name]) for name in sorted(kinds)})


def shape(kind: type) -> list[str]:
    """One line for each thing in a struct, what it holds before what lies in that."""
    return [f"{path}: {word}".removeprefix(": ") for path, word in _walk("", inspect.type_info(kind))]


def _walk(path: str, info: inspect.Type, default: str = "") -> Iterator[tuple[str, str]]:
    """A thing's own line, then those of what is in it."""
    match info:
        case inspect.StructType() as struct:
            yield path, (IN_ORDER if struct.array_like else "parts by name") + default
            for field in struct.fields:
                yield from _walk(f"{path}.{field.encode_name}".lstrip("."), field.type, _default(field))
        case inspect.CollectionType() as many:
            yield path, "many" + default
            yield from _walk(f"{path}[]", many.item_type)
        case inspect.TupleType() as each:
            yield path, f"{len(each.item_types)} in a row" + default
            for at, item in enumerate(each.item_types):
                yield from _walk(f"{path}[{at}]", item)
        case inspect.DictType() as pairs:
            yield path, "pairs" + default
            yield from _walk(f"{path}<key>", pairs.key_type)
            yield from _walk(f"{path}<value>", pairs.value_type)
        case inspect.UnionType() as choice:
            yield path, f"{len(choice.types)} ways" + default
            for at, way in enumerate(choice.types):
                yield from _walk(f"{path}|{at}", way)
        case inspect.EnumType() as names:
            yield path, _one_of([one.value for one in names.cls]) + default
        case inspect.LiteralType() as values:
            yield path, _one_of(values.values) + default
        case inspect.Metadata() as meta:
            yield from _walk(path, meta.type, default)
        case _:
            yield path, _plain(info) + default


def _default(field: inspect.Field) -> str:
    if field.default is not msgspec.NODEFAULT:
        return f" = {field.default!r}" if not hasattr(field.default, "value") else f" = {field.default.value!r}"
    if field.default_factory is not msgspec.NODEFAULT:
        return f" = {field.default_factory()!r}"
    return ""


def _one_of(values: Sequence[object]) -> str:
    return "one of " + "|".join(map(str, values))


def _plain(info: inspect.Type) -> str:
    """`str`, `int ge=0`: a type with the bounds that reading holds it to."""
    bounds = ((name, getattr(info, name)) for name in info.__struct_fields__)
    name = type(info).__name__.removesuffix("Type").lower()
    return " ".join([name, *(f"{bound}={value}" for bound, value in bounds if value is not None)])


def changes(kept: Kept, now: Shapes) -> list[str]:
    """What makes records of these kept shapes fail today, a sentence for each kind; empty if nothing does."""
    found = []
    for kind, lines in kept.shapes.items():
        how = "it is gone" if kind not in now else _difference(kind, lines, now[kind])
        if how:
            found.append(CHANGED.format(kind=kind, how=how, program=kept.program, rules=kept.rules))
    return found


def _difference(kind: str, before: Sequence[str], after: Sequence[str]) -> str:
    """The first difference that matters, or nothing."""
    now, paths = {_path(line): line for line in after}, [_path(line) for line in before]
    for path, line in zip(paths, before, strict=True):
        if path not in now:
            return f"`{line}` is gone"
        if now[path] != line and not _more_values(line, now[path]):
            return f"`{line}` is now `{now[path]}`"
    lists = [path for path in paths if now[path].partition(": ")[2].startswith(IN_ORDER)]
    by_name = kind.startswith("command ")  # a command's fields are read by name, and may be left out
    new = ""
    for line in after:
        path = _path(line)
        if path in paths or (new and path.startswith((f"{new}.", f"{new}[", f"{new}<", f"{new}|"))):
            continue
        if not by_name or " = " not in line or path.rpartition(".")[0] in lists:
            return f"`{line}` is new"
        new = path
    if (lists or not by_name) and [path for path in now if path in paths] != paths:
        return "its fields stand in another order"
    return ""


def _path(line: str) -> str:
    return line.partition(": ")[0]


def _more_values(old: str, new: str) -> bool:
    """Whether a field may take every value that it could take, and others beside them."""
    (path, marker, values), (other, also, more) = old.partition(": one of "), new.partition(": one of ")
    (values, _, default), (more, _, other_default) = values.partition(" = "), more.partition(" = ")
    same = (path, marker, default) == (other, also, other_default) and marker != ""
    return same and set(values.split("|")) <= set(more.split("|"))


def file_of(rules: str) -> Path:
    """Where the shapes under a number are kept."""
    return HERE / f"rules-{rules}.txt"


def written(kept: Kept) -> str:
    """The file's text: a kind at the margin, its lines under it."""
    head = f"# rules {kept.rules}, from program {kept.program} on. Written by `python -m tests.kept.shapes`.\n"
    return head + "".join(f"{kind}\n" + "".join(f"  {line}\n" for line in kept.shapes[kind]) for kind in kept.shapes)


def read(file: Path) -> Kept:
    """What is kept in a file."""
    head, *lines = file.read_text("utf-8").splitlines()
    words = head.split()
    shapes: dict[str, list[str]] = {}
    under: list[str] = []
    for line in lines:
        if line.startswith("  "):
            under.append(line[2:])
        else:
            under = shapes[line] = []
    return Kept(words[2].rstrip(","), words[5], shapes)


def keep(now: Kept, file: Path) -> list[str]:
    """Write these shapes, the file's own program kept in it; or the sentences of why they are not those of its number."""
    if file.exists():
        before = read(file)
        if wrong := changes(before, now.shapes):
            return wrong
        now = msgspec.structs.replace(now, program=before.program)
    file.write_text(written(now), "utf-8", newline="\n")
    return []


if __name__ == "__main__":
    if refused := keep(today(), file_of(RULES)):
        sys.exit("\n".join(refused))
