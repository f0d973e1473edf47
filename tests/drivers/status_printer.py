"""A ticket printer that only answers for its status (ESC/POS, DLE EOT), on the network or on a serial line.

What a cable does to a real one: `unplug` takes the printer away, `silence` cuts the network cable somewhere behind it.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import tty

from tests.ports import own_port

WELL = b"\x12"
"""The fixed bits of every status byte, and nothing wrong."""


class NetworkPrinter:
    """On a port of this machine that stays its own: plugged in again it is found where it was."""

    def __init__(self) -> None:
        self.port = own_port()
        self.silent = False
        self.plug()

    def plug(self) -> None:
        """Switch it on."""
        self._door = socket.create_server(("127.0.0.1", self.port))
        self.port = self._door.getsockname()[1]
        self._links: list[socket.socket] = []
        threading.Thread(target=self._accept, args=(self._door,), daemon=True).start()

    def unplug(self) -> None:
        """Switch it off: its connections are gone, and nobody listens."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for link in self._links:
            link.close()

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                link, _ = door.accept()
            except OSError:
                return
            self._links.append(link)
            threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        try:
            while heard := link.recv(4096):
                if not self.silent:
                    link.sendall(WELL * heard.count(b"\x10\x04"))
        except OSError:
            return


class LinePrinter:
    """On a pseudo-terminal; `port` is what a driver opens."""

    def __init__(self) -> None:
        self._inside, self._outside = os.openpty()
        tty.setraw(self._outside)
        self.port = os.ttyname(self._outside)
        self._stop, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        os.write(self._stopper, b"x")
        self._thread.join()
        for descriptor in (self._outside, self._inside, self._stop, self._stopper):
            os.close(descriptor)

    def _serve(self) -> None:
        while True:
            ready, _, _ = select.select([self._inside, self._stop], [], [])
            if self._stop in ready:
                return
            heard = os.read(self._inside, 4096)
            os.write(self._inside, WELL * heard.count(b"\x10\x04"))
