"""A PTP/IP camera on loopback (CIPA DC-X005) in a process of its own, with faults that a test asks for by lines.

    python network_camera.py PICTURE [live]    prints its port; then obeys lines on standard input, each answered with one:
    put NAME | free COUNT | battery PERCENT | stores ENDING | keeps yes | files
    fault OPERATION hang SECONDS | fault OPERATION refuse CODE | fault OPERATION short BYTES | guests
The answer is what lies on its card, to `guests` the GUIDs of who has connected. `live`: it has a live picture, asked for as a Nikon's is.
"""

import socket
import struct
import sys
import threading
import time
from pathlib import Path

OPERATIONS = {
    "GetDeviceInfo": 0x1001, "OpenSession": 0x1002, "CloseSession": 0x1003, "GetStorageIDs": 0x1004,
    "GetStorageInfo": 0x1005, "GetNumObjects": 0x1006, "GetObjectHandles": 0x1007, "GetObjectInfo": 0x1008,
    "GetObject": 0x1009, "DeleteObject": 0x100B, "InitiateCapture": 0x100E, "GetDevicePropDesc": 0x1014,
    "GetDevicePropValue": 0x1015,
}  # fmt: skip
LIVE = {"StartLiveView": 0x9201, "EndLiveView": 0x9202, "GetLiveViewImage": 0x9203, "DeviceReady": 0x90C8}
NIKON, LIVE_HEADER = 0x0A, bytes(384)
OK, NO_SUCH_OBJECT, STORE_FULL, NOT_SUPPORTED = 0x2001, 0x2009, 0x200C, 0x2005
BATTERY, STORE, JPEG = 0x5001, 0x10001, 0x3801
OBJECT_ADDED, CAPTURE_COMPLETE = 0x4002, 0x400D
CHUNK = 1 << 16


def text(value):
    """A PTP string: its length in characters, then UTF-16."""
    return bytes([len(value) + 1]) + (value + "\0").encode("utf-16le") if value else b"\0"


def array(kind, values):
    return struct.pack(f"<I{len(values)}{kind}", len(values), *values)


class Camera:
    def __init__(self, picture, live):
        self.picture, self.card, self.next, self.free, self.faults = picture, {}, 1, 150, {}
        self.battery, self.stores, self.keeps = 80, "JPG", False
        self.operations = OPERATIONS | (LIVE if live else {})
        self.vendor = NIKON if live else 0
        self.events = None
        self.guests = []
        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def put(self, name):
        self.card[self.next] = (name, self.picture)
        self.next += 1
        return self.next - 1

    def accept(self):
        while True:
            connection, _ = self.door.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            kind, body = receive(connection)
            if kind == 3:  # the second connection is for events alone
                self.events = connection
                send(connection, 4, b"")
                while True:
                    receive(connection)
            if body[:16].hex() not in self.guests:
                self.guests.append(body[:16].hex())
            send(connection, 2, struct.pack("<I", 1) + bytes(16) + "Booth\0".encode("utf-16le") + b"\0\0\1\0")
            while True:
                kind, body = receive(connection)
                if kind == 6:
                    phase, code, number = struct.unpack("<IHI", body[:10])
                    parameters = struct.unpack(f"<{(len(body) - 10) // 4}I", body[10:])
                    while phase == 2 and receive(connection)[0] != 12:
                        pass  # settings that it is sent
                    self.answer(connection, code, number, parameters)
        except (EOFError, OSError):
            connection.close()

    def answer(self, connection, code, number, parameters):
        name = next((name for name, known in self.operations.items() if known == code), "")
        what, how = self.faults.pop(name, ("", 0))
        if what == "hang":
            time.sleep(how)
        result, data, events = (int(how), None, []) if what == "refuse" else self.do(name, parameters)
        if data is not None and what == "short":
            data = data[: int(how)]
        if data is not None:
            send(connection, 9, struct.pack("<IQ", number, len(data)))
            for at in range(0, len(data) - CHUNK, CHUNK):
                send(connection, 10, struct.pack("<I", number) + data[at : at + CHUNK])
            sent = max(0, (len(data) - 1) // CHUNK * CHUNK)
            send(connection, 12, struct.pack("<I", number) + data[sent:])
        send(connection, 7, struct.pack("<HI", result, number))
        for event, *values in events:
            send(self.events, 8, struct.pack(f"<HI{len(values)}I", event, 0, *values))

    def do(self, name, parameters):
        """(result, data, events) of one operation."""
        first = parameters[0] if parameters else 0
        if name in ("GetObjectInfo", "GetObject", "DeleteObject") and first not in self.card:
            return NO_SUCH_OBJECT, None, []
        if name == "GetDeviceInfo":
            about = struct.pack("<HIH", 100, self.vendor, 100) + text("") + b"\0\0"
            about += array("H", list(self.operations.values()))
            about += array("H", [OBJECT_ADDED, CAPTURE_COMPLETE]) + array("H", [BATTERY])
            about += array("H", [JPEG]) * 2 + text("Demado") + text("Booth camera") + text("1.0") + text("SN1")
            return OK, about, []
        if name == "GetStorageIDs":
            return OK, array("I", [STORE]), []
        if name == "GetStorageInfo":
            return OK, struct.pack("<HHHQQI", 4, 3, 0, 1 << 34, 1 << 33, self.free) + text("SD") + text(""), []
        if name == "GetObjectHandles":
            return OK, array("I", list(self.card) if parameters[2:3] in ((0,), (0xFFFFFFFF,), ()) else []), []
        if name == "GetObjectInfo":
            stored, data = self.card[first]
            about = struct.pack("<IHHIHIIIIIIIHII", STORE, JPEG, 0, len(data), JPEG, *[0] * 10)
            return OK, about + text(stored) + text("20260101T000000") * 2 + text(""), []
        if name == "GetObject":
            return OK, self.card[first][1], []
        if name == "DeleteObject":
            if not self.keeps:
                del self.card[first]
            return OK, None, []
        if name == "InitiateCapture":
            if self.free <= 0:
                return STORE_FULL, None, []
            self.free -= 1
            handle = self.put(f"IMG_{self.next:04}.{self.stores}")
            return OK, None, [(OBJECT_ADDED, handle), (CAPTURE_COMPLETE,)]
        if name == "GetDevicePropDesc" and first == BATTERY:
            return OK, struct.pack("<HHBBBBBBB", BATTERY, 2, 0, 100, self.battery, 1, 0, 100, 1), []
        if name == "GetDevicePropValue" and first == BATTERY:
            return OK, bytes([self.battery]), []
        if name == "GetLiveViewImage":
            return OK, LIVE_HEADER + self.picture, []
        return (OK if name in ("OpenSession", "CloseSession", *LIVE) else NOT_SUPPORTED), None, []


def receive(connection):
    """(kind, body) of one PTP/IP packet."""
    length, kind = struct.unpack("<II", exactly(connection, 8))
    return kind, exactly(connection, length - 8)


def exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def send(connection, kind, body):
    connection.sendall(struct.pack("<II", len(body) + 8, kind) + body)


def main():
    camera = Camera(Path(sys.argv[1]).read_bytes(), "live" in sys.argv[2:])
    print(camera.door.getsockname()[1], flush=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "put":
            camera.put(rest[0])
        elif word == "free":
            camera.free = int(rest[0])
        elif word == "battery":
            camera.battery = int(rest[0])
        elif word == "stores":
            camera.stores = rest[0]
        elif word == "keeps":
            camera.keeps = rest[0] == "yes"
        elif word == "fault":
            camera.faults[rest[0]] = (rest[1], int(rest[2], 0))
        names = camera.guests if word == "guests" else [name for name, _ in camera.card.values()]
        print(",".join(names), flush=True)


if __name__ == "__main__":
    main()
