"""Coverage-guided fuzzing of one reader with atheris: `python -m tests.fuzz.guided NAME [libFuzzer options]`.

`--each` searches once for each line of standard input, a JSON list of a file for what libFuzzer says, NAME and options,
and answers with a line: the exit status. Instrumenting every room takes seven seconds, so it is done once and forked.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sync", "hub"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Search as the arguments say; a defect ends it with its traceback and input."""
    if sys.argv[1:] == ["--each"]:
        for line in sys.stdin:
            said, *arguments = json.loads(line)
            print(_forked(Path(said), arguments), flush=True)
    else:
        search(sys.argv[1:], Path(tempfile.mkdtemp(prefix="demado-corpus-")))  # a night's findings are worth keeping


def _forked(said: Path, arguments: list[str]) -> int:
    """The exit status of a search in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            with said.open("wb") as file:
                os.dup2(file.fileno(), 1)  # where atheris tells of a defect
                os.dup2(file.fileno(), 2)
            try:
                search(arguments, Path(folder))
            finally:
                os._exit(70)  # a defect comes out as an exception; a search that finds none ends the process itself
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def search(arguments: list[str], folder: Path) -> None:
    """Search until told to stop (-runs=N, -max_total_time=SECONDS), beginning in an empty folder, and end the process."""
    if not arguments or arguments[0] not in TARGETS:
        sys.exit(f"name one of: {', '.join(TARGETS)}")
    target = TARGETS[arguments[0]]

    def once(data: bytes) -> None:
        try:
            again = target.read(data)
        except target.refusals:
            return
        if again is not None and again != data:
            raise AssertionError("taken, and written otherwise")

    for number, data in enumerate(target.corpus):
        (folder / str(number)).write_bytes(data)
    atheris.Setup([sys.argv[0], *arguments[1:], str(folder)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
