"""docs/photo.md: what is measured in a face photo, from which number on something is said, and what is not looked at.

python -m hub.domain.photo.table [FILE]      writes FILE, or prints
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from hub.domain.photo.points import UNCHECKED, WORN
from hub.domain.photo.subjects import SUBJECTS, Finding

MEASURES: Final = {
    "faces": "faces in the whole frame that both face models take for one",
    "head_dmm": "crown to chin in the cut picture, 0.1 mm; the crown is where the person's outline begins above the "
    "forehead, or twice the way from eyes to chin where that outline cannot be right (hair standing up, a thing behind)",
    "top_dmm": "crown to the upper edge, 0.1 mm",
    "off_centre_dmm": "the face's middle from the picture's, 0.1 mm, positive to the picture's right",
    "roll_ddeg": "the line between the eyes, 0.1 degree, positive clockwise; right within 0.6 degree",
    "yaw_ddeg": "the line between the cheeks in depth, 0.1 degree; a face turned by 20 degrees measures 14-15",
    "pitch_ddeg": "the line from forehead to chin in depth, 0.1 degree; rough: dark glasses and masks move it by 5-7",
    "sharpness": "variance of the Laplacian of the face at 60 px between the eyes, as if it were of middle brightness",
    "brightness": "mean grey of the face, 0-255",
    "dark_permille": "part of the face that is nearly black; shown, not judged",
    "bright_permille": "part of the face that is burnt out",
    "light_permille": "mean grey of the darker half of the face to that of the brighter",
    "background_spread": "standard deviation of the lightness of what is surely not the person, above the chin, in tenths",
    "background_edges": "mean gradient of the same, in tenths",
    "eye_light_permille": "brightness of the band of the eyes to that of the face",
    "eyes_permille": "gap of the lids of the less open eye to the way from eyes to chin",
    "mouth_permille": "gap of the lips, likewise",
}
"""Each field of Measures in words."""

HEAD = """# The face photo

How a picture from the camera becomes the picture of the card, and what is checked on the way. All of it runs on the hub,
in one process of its own (`drivers/picture/`) with a limit on its memory and a deadline of ten seconds a picture: a
picture that hangs or crashes it costs that picture and nothing else. Nothing is written to a disk.

F7 on screen 3 shows what the camera sees before the shutter, with lines where crown and chin belong; a camera without a live
picture (a tablet's folder, the Pi camera's driver as it is) says so, and shoots all the same. Of it nothing is checked or kept.

1. The JPEG's header is read first. No JPEG, other than 8 bits a sample, inks instead of light, more than 120 megapixels
   (30 where it is progressive) or too few pixels: refused by name before a pixel is decoded.
2. It is decoded upright (as its EXIF says the camera was held), at a half or a quarter where that is enough. A file that
   is cut off or damaged is refused, never shown in part.
3. Three small models (BlazeFace, a face mesh and an outline of the person, from the mediapipe 0.10.18 wheel) look at a
   frame of at most 1600 px. `deploy/photo-models` fetches them; each file's SHA-256 is checked whenever it is loaded.
   **Without them nothing is checked**, every screen says so, and a person cuts the picture by hand.
4. It is cut to 35 x 45 mm around the head: 34 mm from crown to chin with 3 mm above it where the picture allows, else as
   near to that as 32-36 mm and 2-4 mm and the picture's edges leave room for.
5. It is scaled down to at most 1260 x 1620 px and written as JPEG: RGB, 20 KB-7 MB, 480-6000 px a side.

**Nothing is retouched, ever**: no colour, no sharpening, no background. A picture is turned as its EXIF says, cut and made
smaller; a test compares every pixel. **Nothing of the camera's words goes along**: no EXIF, place, time or serial number.

## What is said of a picture

`block`: another picture, or a person gives the reason why not (religion, illness, infants and disabilities are reasons).
`advise`: another picture would be better. `look`: the measure is too unsure to advise; a person looks.
Only what is published as a rule of the card's photo blocks. A sentence is read aloud to the applicant, whose left and right it names.

"""

TAIL = """
## What is not measured

- Hats, masks, hair over the eyes, reflections in glasses: a person looks at every picture ({worn}).
- Whether the picture is recent, and whether it shows the applicant: that is for people, and the city decides it.
- Expression. A smile that shows the teeth is seen as an open mouth, and left to a person.
- The colours of the screen behind: only whether it is even.
- Closed eyes and glasses could not be tried for want of pictures of them, nor could many faces: every number without a
  published rule comes from one portrait (NASA's, in the public domain) and a drawn one, spoiled in known ways by the
  tests. How the models do with other ages and skins was not measured here; a false `block` is overridden with a reason.
- This is no implementation of ISO/IEC 29794-5 and claims no conformance to it.
- A colour space other than sRGB is not converted: set the camera to sRGB.
"""


def table() -> str:
    """The whole page as Markdown."""
    rows = ["| subject | measure | said if | level | sentence | code |", "|---|---|---|---|---|---|"]
    for subject in SUBJECTS:
        for finding in subject.findings:
            sentence = f"{finding.ja}<br>{finding.en}"
            rows.append(
                f"| {subject.title_ja} {subject.title_en} | `{finding.of}` | {_limit(finding)} | {finding.level} "
                f"| {sentence} | `{finding.code}` |"
            )
    for point in (WORN, UNCHECKED):
        when = "always" if point is WORN else "without the models"
        rows.append(
            f"| {point.title_ja} {point.title_en} | | {when} | {point.level} | {point.ja}<br>{point.en} | `{point.code}` |"
        )
    sources = "".join(f"- {subject.title_ja} {subject.title_en}: {subject.source}\n" for subject in SUBJECTS)
    measures = "".join(f"- `{name}`: {meaning}\n" for name, meaning in MEASURES.items())
    tail = TAIL.format(worn=f"`{WORN.code}`")
    return (
        HEAD
        + "\n".join(rows)
        + f"\n\nWhere the rules are from:\n\n{sources}"
        + f"\n## What is measured\n\nEvery number is whole; of a picture without a face there is none but `faces`.\n\n{measures}"
        + tail
        + "\nWritten by `python -m hub.domain.photo.table docs/photo.md` from `hub/domain/photo/subjects.py`; do not edit by hand.\n"
    )


def _limit(finding: Finding) -> str:
    return f"< {finding.least}" if finding.least is not None else f"> {finding.most}"


def main(arguments: list[str]) -> None:
    """Write the page into the named file, or print it."""
    if arguments:
        Path(arguments[0]).write_text(table(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(table())


if __name__ == "__main__":
    main(sys.argv[1:])
