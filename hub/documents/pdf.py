"""A template and its data become a PDF/A-2a: same data, same bytes, and never a box where a character should be."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import msgspec
import pylopdf_fonts_jp
import typst

DEBIAN_FONTS = Path("/usr/share/fonts")
"""BIZ UD (universal design) stands there where the package is installed; the templates name it first."""


NO_FILES: Mapping[str, bytes] = {}


class Unprintable(Exception):
    """A document cannot be set: a character that no font here has, or a fault of the template."""


def render(template: str, data: msgspec.Struct, at_ms: int, files: Mapping[str, bytes] = NO_FILES) -> bytes:
    """The PDF of `templates/<template>.typ` with the data as its `sys.inputs.data` (JSON); Unprintable.

    `at_ms`: the time the document bears; nothing else in the file depends on when or where it is made. `files`: pictures
    that the template names, which lie beside it while it is set.
    """
    folder = resources.files("hub.documents") / "templates"
    with resources.as_file(folder) as templates, tempfile.TemporaryDirectory(prefix="demado-") as beside:
        root = templates
        if files:
            root = Path(beside)
            for file in templates.glob("*.typ"):
                shutil.copy(file, root)
            for name, content in files.items():
                (root / name).write_bytes(content)
        try:
            made: bytes = typst.compile(
                str(root / f"{template}.typ"),
                root=str(root),
                font_paths=[str(path) for path in _fonts()],
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs={"data": msgspec.json.encode(data).decode()},
                pdf_standards=["a-2a"],
                timestamp=dt.datetime.fromtimestamp(at_ms // 1000, dt.UTC),
            )
        except typst.TypstError as error:
            raise Unprintable(str(error)) from error
    return made


def _fonts() -> list[Path]:
    bundled = pylopdf_fonts_jp.sans_path().parent
    return [path for path in (DEBIAN_FONTS / "truetype" / "bizud-gothic", bundled) if path.is_dir()]
