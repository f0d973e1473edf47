"""An envelope of a live link, sealed and opened whole (frame, checks and all), against its bare libsodium calls."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from hub.rehearsal.bench.limits import MESSAGE, measure_limits
from hub.rehearsal.bench.result import Line, Result
from sync.clock import real_ms
from sync.envelopes.envelope import InStream, OutStream
from sync.keys.keys import BoxKey, Signer
from sync.link.link import MEDIA

MOST_OVER_BARE = 2.0
SLICES = 10
"""Their mean, as the limits are means: sealing and opening in turns, so that both see the same moments."""


def bench(folder: Path, quick: bool) -> Result:
    """Slices of one stream, sealed by one side and opened by the other, in order as on a link."""
    count = 50 if quick else 500
    sender, box = Signer.generate(), BoxKey.generate()
    deployment, inbox, now_ms = os.urandom(16), os.urandom(16), real_ms()
    out = OutStream(sender, deployment, [box.public], inbox, os.urandom(16))
    into = InStream(box, deployment, inbox, sender.public)
    bodies = [os.urandom(MESSAGE) for _ in range(count)]
    limits = measure_limits(folder, quick=quick)
    sealing, opening, same = [], [], True
    for _ in range(SLICES):
        begun = time.process_time()
        envelopes = [out.wrap(MEDIA, body, now_ms=now_ms) for body in bodies]
        sealed = time.process_time()
        opened = [into.unwrap(envelope, now_ms).body for envelope in envelopes]
        opening.append((time.process_time() - sealed) / count)
        sealing.append((sealed - begun) / count)
        same = same and opened == bodies
    limits = limits.and_then(measure_limits(folder, quick=quick))
    seal_s, open_s = statistics.fmean(sealing), statistics.fmean(opening)
    bare_s = limits.seal_s + limits.unseal_s
    return Result(
        "envelope",
        (
            Line("envelope.seal", "封筒を作る", "seal an envelope", seal_s * 1e6, "us"),
            Line("envelope.open", "封筒を開けて確かめる", "open and check it", open_s * 1e6, "us"),
            Line(
                "envelope.over_bare",
                "　素の暗号計算との比",
                "  both, over bare libsodium",
                (seal_s + open_s) / bare_s,
                "x",
                at_most=MOST_OVER_BARE,
                note=f"bare {limits.seal_s * 1e6:.0f} + {limits.unseal_s * 1e6:.0f} us",
            ),
        ),
        {"what_comes_out_is_what_went_in": same},
    )
