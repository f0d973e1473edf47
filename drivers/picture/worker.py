"""The studio's own process: `python -m drivers.picture.worker FD`. OpenCV and the models are loaded here alone.

A picture that is made to hurt its reader reaches this process and no further: its memory is limited, the hub's
deadline ends it.
"""

from __future__ import annotations

import resource
import sys
from typing import Final

import cv2
import msgspec

from drivers.picture import mask, model_files, sheet, viewfinder
from drivers.picture.examine import examine
from drivers.picture.measure import Eyes
from drivers.picture.network import threads
from drivers.picture.unusable import Unusable
from drivers.picture.wire import Reply, Request
from drivers.worker_process import serve

MOST_MEMORY: Final = 1 << 30
"""Bytes of its own data: a progressive 30-megapixel picture takes a quarter of it."""


class Bench:
    """What stands ready between two pictures: the networks, or the reason why there are none."""

    def __init__(self) -> None:
        where = model_files.folder()
        self._eyes: Eyes | None = None
        self.why = ""
        try:
            self._eyes = Eyes(where)
        except (OSError, model_files.WrongModel, cv2.error) as error:
            self.why = str(error)

    def answer(self, body: bytes) -> Reply:
        """What came of one request; never an exception but for a request that is none."""
        request = msgspec.msgpack.decode(body, type=Request)
        try:
            match request.do:
                case "ready":
                    return Reply(checks=self._eyes is not None, why=self.why)
                case "examine":
                    return Reply(examined=examine(request.jpeg, self._eyes, request.box))
                case "small":
                    return Reply(small=viewfinder.small(request.jpeg))
                case "mask":
                    return Reply(masked=mask.masked(request.jpeg, request.areas))
                case "sheet":
                    assert request.label is not None
                    return Reply(sheet=sheet.page(request.jpeg, request.label))
        except Unusable as unusable:
            return Reply(fault=unusable.code, why=str(unusable))
        except (MemoryError, cv2.error, ValueError) as error:
            return Reply(fault="picture.broken", why=type(error).__name__)


def main(descriptor: int) -> None:
    """Answer requests until the hub closes the pipe."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    cv2.setNumThreads(threads())
    serve(descriptor, Bench().answer)


if __name__ == "__main__":
    main(int(sys.argv[1]))
