"""What else has to be installed: fonts that show every name, the photo checks' models, voice, printing, PDF."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from drivers.picture import model_files
from drivers.voice.speech import has_english, has_japanese
from hub.site.devices.doctor.finding import Finding, Level, ok

UD = Path("/usr/share/fonts/truetype/bizud-gothic")
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

CUPS_SERVICE = Path("/lib/systemd/system/cups.service")
CUPS_DROP_INS = Path("/etc/systemd/system/cups.service.d")
CUPS_FILES = Path("/etc/cups/cups-files.conf")
_MOVED = re.compile(r"^\s*RequestRoot\s+(?!/var/spool/cups/?\s*$)(\S+)", re.MULTILINE | re.IGNORECASE)

HARD = "小金井市出張窓口Ａ－０１９髙﨑𠮷辻葛〆"
"""Characters of real names and of the screens; 𠮷 lies outside the first 65,536 and is what fonts lack."""


def fonts() -> list[Finding]:
    """Tickets and photo sheets draw with these; the board's browser and PDFs use what the system has."""
    from drivers.fonts import face

    found = []
    missing = face().uncovered(HARD)
    if missing:
        found.append(
            Finding(
                "fonts.ticket",
                Level.ADVICE,
                f"番号札に出ない字があります（{missing} は 〓 になります）。",
                f"Tickets show 〓 for {missing}.",
                "sudo apt install fonts-noto-cjk",
                "sudo apt install fonts-noto-cjk",
            )
        )
    else:
        found.append(ok("fonts.ticket", "番号札の字はそろっています。", "Tickets have every character."))
    if UD.is_dir() or NOTO.is_file():
        found.append(ok("fonts.board", "待合の画面とPDFの字があります。", "Board and PDFs have Japanese fonts."))
    else:
        found.append(
            Finding(
                "fonts.board",
                Level.ADVICE,
                "待合の画面とPDFに日本語の字がありません。",
                "There is no Japanese font for the board and PDFs.",
                "sudo apt install fonts-morisawa-bizud-gothic fonts-noto-cjk",
                "sudo apt install fonts-morisawa-bizud-gothic fonts-noto-cjk",
            )
        )
    return found


def photo_models(folder: Path | None = None) -> Finding:
    """The photo checks are off without their models; a crop by hand remains."""
    where = folder or model_files.folder()
    trouble = model_files.trouble(where)
    if not trouble:
        return ok("photo.models", "写真の点検のファイルがそろっています。", "The photo checks' models are there.")
    return Finding(
        "photo.models",
        Level.ADVICE,
        "写真の自動点検は切です（点検のファイルがありません）。手で切り抜けます。",
        f"The photo checks are off: {trouble}",
        "deploy/photo-models",
        "deploy/photo-models",
    )


def voice() -> Finding:
    """Chime and board work without any voice."""
    if has_japanese() and has_english():
        return ok("voice.parts", "日本語と英語の音声があります。", "Japanese and English are spoken.")
    lacks = [
        *([] if has_japanese() else ["pip install -r deploy/requirements-voice.txt"]),
        *([] if has_english() else ["sudo apt install espeak-ng"]),
    ]
    return Finding(
        "voice.parts",
        Level.ADVICE,
        "音声の一部がありません。チャイムと画面で呼びます。",
        "Some voice is missing; chime and board call all the same.",
        "、".join(lacks),
        "; ".join(lacks),
    )


def prints_once(
    service: Path = CUPS_SERVICE, drop_ins: Path = CUPS_DROP_INS, files: Path = CUPS_FILES
) -> list[Finding]:
    """Where systemd runs CUPS, a page that CUPS died over must not be begun again, nor lie on a disk (docs/devices.md)."""
    if not service.is_file():
        return []
    moved = files.is_file() and _MOVED.search(files.read_text(encoding="utf-8", errors="replace"))
    if moved:
        return [
            Finding(
                "print.once",
                Level.ADVICE,
                f"CUPSの作業場所が {moved[1]} に移してあり、始めるときに空になりません。",
                f"CUPS's spool was moved to {moved[1]}: no start empties it.",
                f"{files} の RequestRoot の行を消す",
                f"take the line RequestRoot out of {files}",
            )
        ]
    said = "".join(path.read_text(encoding="utf-8", errors="replace") for path in drop_ins.glob("*.conf"))
    if "-delete" in said and "TemporaryFileSystem=" in said:
        return [
            ok(
                "print.once",
                "CUPSは途中で切れた印刷をくり返さず、写真をディスクに置きません。",
                "CUPS begins no page twice, and keeps none on a disk.",
            )
        ]
    todo = f"sudo install -D -m 644 deploy/cups-prints-once.conf {drop_ins}/demado.conf"
    return [
        Finding(
            "print.once",
            Level.ADVICE,
            "CUPSが途中で落ちると、同じ写真をもう1枚印刷することがあります。",
            "A CUPS that dies in mid-job prints that photo again.",
            todo,
            todo,
        )
    ]


def _library(code: str, module: str, ja: str, en: str, todo: str) -> Finding:
    if importlib.util.find_spec(module) is not None:
        return ok(code, f"{ja}の部品があります。", f"The library for {en} is there.")
    return Finding(code, Level.ADVICE, f"{ja}の部品がありません。", f"The library for {en} is missing.", todo, todo)


def check() -> list[Finding]:
    """What is installed on this machine."""
    return [
        *fonts(),
        photo_models(),
        voice(),
        _library(
            "print.parts",
            "cups",
            "写真の印刷",
            "printing photos",
            "sudo apt install libcups2-dev gcc python3-dev; pip install -r deploy/requirements-print.txt",
        ),
        *prints_once(),
        _library("pdf.parts", "typst", "PDF", "PDFs", "pip install -r deploy/requirements.txt"),
    ]
