"""docs/refusals.md: every refusal of the rules, written from the one table that the terminals read.

python -m hub.domain.refusal_table [FILE]      writes FILE, or prints
"""

from __future__ import annotations

import sys
from pathlib import Path

from hub.domain.refusal import SENTENCES

GROUPS = {
    "role": "Who may do it",
    "day": "The day",
    "dossier": "What must stand of people",
    "agreed": "Days that the city agrees to",
    "ready": "Ready to open, ready to close",
    "queue": "The queue",
    "visit": "The visit",
    "photo": "The photo",
    "print": "The printed photo",
    "identity": "本人確認, which the city decides",
    "still": "Stills for the identity check",
    "custody": "Custody of papers",
    "originals": "Originals of applicants",
    "left": "Things left behind",
    "store": "Where sealed boxes stand",
    "lent": "What the city has handed to us",
    "copies": "Prints of what the city handed over",
    "packing": "What we bring along",
    "plan": "Planned events and their devices",
    "forms": "Blank forms",
    "discrepancy": "Differences that a day was closed with",
    "consent": "The city's consents",
    "disclosure": "Reading personal data",
    "erasure": "Erasing personal data",
    "effect": "Print, display, voice",
    "sound": "Sound",
    "form_id": "申請書ID, the application form's number",
    "inquiry": "Inquiries",
    "result": "What the city does after the booth",
    "appoint": "Who is appointed to answer for the work",
    "returned": "Pictures that came back",
    "guidance": "Who has booked is told what to bring",
    "picture": "Pictures of how an event was held",
    "periodic": "Supervision and checks that come again",
    "outing": "Visits to bodies that applied for one",
    "survey": "The questionnaire",
    "incident": "Incidents and complaints",
    "transit": "Boxes on the way",
    "disposal": "Disposal of what holds personal data",
    "paper": "Signatures on paper, entered later",
    "device": "Devices and supplies",
    "pairing": "A new terminal",
    "keys": "Keys of people",
    "command": "Anything that arrives",
    "continuity": "Recovery and take-over",
    "roster": "Keys and people",
    "guard": "Personal numbers",
}
"""First part of a code to its heading, in the order of the table."""

HEAD = """# Refusals

What a rule of the booth refuses, by its stable code. A terminal shows the reason on row 21 with the code, and what to do
on row 22; nothing has happened when one is shown. `{...}` is filled in with the case's own data.

Written by `python -m hub.domain.refusal_table docs/refusals.md` from `hub/domain/sentences/`; do not edit by hand.
"""


def table() -> str:
    """The whole page as Markdown; KeyError for a code whose group has no heading."""
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for code, sentence in SENTENCES.items():
        cells = (f"`{code}`", sentence.ja, sentence.todo_ja, sentence.en, sentence.todo_en)
        groups[code.partition(".")[0]].append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    parts = [HEAD]
    for group, rows in groups.items():
        heading = "| code | 理由 | つぎにすること | reason | what to do next |\n|---|---|---|---|---|\n"
        parts.append(f"\n## {GROUPS[group]}\n\n{heading}" + "\n".join(rows) + "\n")
    return "".join(parts)


def main(arguments: list[str]) -> None:
    """Write the page into the named file, or print it."""
    if arguments:
        Path(arguments[0]).write_text(table(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(table())


if __name__ == "__main__":
    main(sys.argv[1:])
