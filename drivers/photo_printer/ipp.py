"""Asking an IPP printer itself how it is (Get-Printer-Attributes, RFC 8011 4.2.5) and what became of jobs (Get-Jobs,
4.2.6), over HTTP, with a deadline.

CUPS learns of a printer's state only while it prints; staff want to know that the paper is out before they need it.
pycups could ask too, but always under the path "/", which real printers refuse.
"""

from __future__ import annotations

import http.client
import ssl
import struct
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from drivers.faults import fault

ANSWER_S: Final = 1.0
"""A printer on the network or behind ipp-usb answers within 50 ms; one that wakes from sleep takes most of a second."""
PORT: Final = 631
LONGEST: Final = 1 << 20
"""Bytes; a full answer is 10 kB, and what is longer than this is none."""

GET_JOBS: Final = 0x000A
GET_PRINTER_ATTRIBUTES: Final = 0x000B
VERSION: Final = b"\x02\x00"
OPERATION, END = b"\x01", 0x03
CHARSET, LANGUAGE, URI, KEYWORD = 0x47, 0x48, 0x45, 0x44
FIRST_VALUE_TAG: Final = 0x10
"""Below it are the tags that begin a group (RFC 8010 3.5.1)."""

INTEGER, ENUM = 0x21, 0x23

Attributes = dict[str, list[str]]


def is_ipp(uri: str) -> bool:
    """Whether a device's URI names a printer that can be asked in this way."""
    return urlsplit(uri).scheme in ("ipp", "ipps")


def ask_printer(uri: str, *wanted: str) -> Attributes:
    """These attributes of the printer, as texts (numbers in decimal); absent ones are left out.

    DeviceFault: photo.absent where nobody listens, photo.no_answer where it does not answer in time or not in IPP.
    """
    said = _understood(_asked(uri, GET_PRINTER_ATTRIBUTES, _keywords("requested-attributes", wanted)))
    if said is None:
        raise fault("photo.no_answer")
    return {name: said[name] for name in wanted if name in said}


def end_of_job(uri: str, name: str) -> int | None:
    """The job-state (RFC 8011 5.3.7) of the newest of the printer's ended jobs, if that has this name; None otherwise,
    also where the printer keeps no history. DeviceFault as ask_printer."""
    wanted = _keywords("which-jobs", ("completed",)) + _keywords("requested-attributes", ("job-name", "job-state"))
    # The newest comes first, and one is asked for: of several the last would hide the others here.
    said = _understood(_asked(uri, GET_JOBS, _attribute(INTEGER, "limit", struct.pack(">i", 1)) + wanted))
    if said is None or said.get("job-name") != [name]:
        return None
    return next((int(state) for state in said.get("job-state", ()) if state.isdecimal()), None)


def _understood(body: bytes) -> Attributes | None:
    """An answer's attributes, None for a refusal; DeviceFault for what is no answer."""
    try:
        return read_attributes(body)
    except Refused:
        return None
    except (struct.error, ValueError, IndexError) as error:
        raise fault("photo.no_answer") from error


def _asked(uri: str, operation: int, attributes: bytes) -> bytes:
    """What the printer answers to one operation."""
    where = urlsplit(uri)
    path = where.path or "/"
    try:
        with _connected(where.scheme, where.hostname or "", where.port or PORT) as printer:
            printer.request("POST", path, _request(uri, operation, attributes), {"Content-Type": "application/ipp"})
            answer = printer.getresponse()
            body = answer.read(LONGEST)
    except TimeoutError as error:
        raise fault("photo.no_answer") from error
    except OSError as error:
        raise fault("photo.absent") from error
    except http.client.HTTPException as error:
        raise fault("photo.no_answer") from error
    if answer.status != http.client.OK:
        raise fault("photo.no_answer")
    return body


class Refused(ValueError):
    """The printer understood, and says no."""


def read_attributes(body: bytes) -> Attributes:
    """The attributes of an IPP answer; Refused for a refusal, ValueError, IndexError or struct.error for what is none.

    Collections are not taken apart: their members follow without a name and end up as values of the same attribute.
    """
    if len(body) < 9:
        raise ValueError("shorter than an IPP header")
    (status,) = struct.unpack_from(">H", body, 2)
    if status >= 0x0100:  # RFC 8011 B.1: below are the successful ones
        raise Refused(f"the printer refused with status {status:#06x}")
    found: Attributes = {}
    name = ""
    for tag, said, value in _values(body, 8):
        if said:
            name = said.decode("ascii")
            found[name] = []
        elif not name:
            raise ValueError(f"a value {tag:#04x} of no attribute")
        found[name].append(_text(tag, value))
    return found


def _text(tag: int, value: bytes) -> str:
    if tag in (INTEGER, ENUM):
        return str(struct.unpack(">i", value)[0])
    return value.decode("utf-8", "replace")


def _values(body: bytes, at: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Tag, name (empty: one more value of the last) and value of each attribute, up to the end tag."""
    while True:
        tag = body[at]
        at += 1
        if tag == END:
            return
        if tag < FIRST_VALUE_TAG:
            continue
        name, at = _counted(body, at)
        value, at = _counted(body, at)
        yield tag, name, value


def _counted(body: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", body, at)
    end = at + 2 + length
    if end > len(body):
        raise ValueError("the answer is cut off")
    return body[at + 2 : end], end


def _request(uri: str, operation: int, attributes: bytes) -> bytes:
    parts = [VERSION, struct.pack(">HI", operation, 1), OPERATION]
    parts.append(_attribute(CHARSET, "attributes-charset", b"utf-8"))
    parts.append(_attribute(LANGUAGE, "attributes-natural-language", b"en"))
    parts.append(_attribute(URI, "printer-uri", uri.encode()))
    return b"".join((*parts, attributes, bytes([END])))


def _keywords(name: str, values: tuple[str, ...]) -> bytes:
    """One attribute with these values (RFC 8010 3.1.5: each further one without a name)."""
    return b"".join(_attribute(KEYWORD, "" if at else name, value.encode()) for at, value in enumerate(values))


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    named = name.encode()
    return struct.pack(">BH", tag, len(named)) + named + struct.pack(">H", len(value)) + value


class _connected:
    """An HTTP connection for one question; TLS unchecked for ipps, since printers sign their own certificates."""

    def __init__(self, scheme: str, host: str, port: int) -> None:
        if scheme == "ipps":
            trusting = ssl.create_default_context()
            trusting.check_hostname = False
            trusting.verify_mode = ssl.CERT_NONE
            self._made: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=ANSWER_S, context=trusting
            )
        else:
            self._made = http.client.HTTPConnection(host, port, timeout=ANSWER_S)

    def __enter__(self) -> http.client.HTTPConnection:
        return self._made

    def __exit__(self, *_: object) -> None:
        self._made.close()
