"""Coverage-guided fuzzing of one reader with atheris: `python -m tests.fuzz.guided NAME [libFuzzer options]`."""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sync", "hub"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Search until told to stop (-runs=N, -max_total_time=SECONDS); a defect ends it with its traceback and input."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"name one of: {', '.join(TARGETS)}")
    target = TARGETS[sys.argv[1]]

    def once(data: bytes) -> None:
        try:
            again = target.read(data)
        except target.refusals:
            return
        if again is not None and again != data:
            raise AssertionError("taken, and written otherwise")

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(target.corpus):
            (Path(folder) / str(number)).write_bytes(data)
        atheris.Setup([sys.argv[0], *sys.argv[2:], folder], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
