"""送付表 and 預り証: what goes with the boxes, and what both sides keep after the city has counted.

Chiba 第2 1(2)ウ wants classes and sheets per venue; Koganei 特記16条 a receipt. Both bear the hash of the manifest that the
two signatures in the record name, as a QR: whoever holds the paper can find the entries it stands for.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import segno

from hub.documents import pdf
from hub.documents.setting import Made, date
from hub.domain.custody.custody import Sheets, Transfer, TransferState
from hub.domain.custody.paper_receipt import PaperReceipt, Taker, counter_of
from hub.domain.moment import when

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile


class Box(msgspec.Struct, frozen=True):
    name: str
    seal: str


class Line(msgspec.Struct, frozen=True):
    paper: str
    sheets: int


class Handover(msgspec.Struct, frozen=True):
    title: str
    to: str
    site: str
    date: str
    training: bool
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    total: int
    giver: str
    given: str
    receiver: str
    """Empty: left for a pen."""
    received: str
    note: str
    code: str
    """The manifest's hash in groups of four: what two people compare by voice."""
    qr: str
    """The same as an SVG picture."""
    foot: str


class NotAccepted(Exception):
    """A receipt is made of what the city has signed for; this transfer it has not."""


def transmittal(transfer: Transfer, papers: tuple[PaperReceipt, ...], profile: Profile, made: Made) -> bytes:
    """The 送付表 of a transfer: boxes with their seals, sheets per class, room for the city's signature.

    Once two people have entered one that was signed with a pen, it says so: nobody signs a second one for the same boxes.
    """
    return _render("送付表", transfer, transfer.sheets, _on_paper(papers, profile), profile, made)


def receipt(transfer: Transfer, papers: tuple[PaperReceipt, ...], profile: Profile, made: Made) -> bytes:
    """The 預り証 of a transfer that the city has signed for: what it counted, two names, the time; NotAccepted."""
    if transfer.state is not TransferState.ACCEPTED:
        raise NotAccepted(transfer.id)
    differs = "" if transfer.received == transfer.sheets else "送付表の枚数と差があります。差は記録にあります。"
    return _render("預り証", transfer, transfer.received, differs + _on_paper(papers, profile), profile, made)


def _on_paper(papers: tuple[PaperReceipt, ...], profile: Profile) -> str:
    """The signature of the city's counter on paper, with both times."""
    signed = next((one for one in papers if one.taker is Taker.CITY and one.whole), None)
    if signed is None:
        return ""
    counter, _ = counter_of(profile, signed)
    return f"紙で受領：{counter}　{when(signed.signed_ms)}（{when(signed.entered_ms)} に2人が入力）"


def _render(
    title: str,
    transfer: Transfer,
    sheets: Sheets,
    note: str,
    profile: Profile,
    made: Made,
) -> bytes:
    found = dict(sheets)
    accepted = transfer.state is TransferState.ACCEPTED
    document = Handover(
        title=title,
        to=profile.source.city,
        site=made.site,
        date=date(transfer.offered_ms),
        training=made.training,
        boxes=tuple(Box(*box) for box in zip(transfer.containers, transfer.seals, strict=True)),
        # Every class of the contract, none left out: a line that is missing could be written in afterwards.
        lines=tuple(Line(paper.ja, found.get(paper.id, 0)) for paper in profile.handed_over()),
        total=sum(count for _, count in sheets),
        giver=made.name(transfer.offered_by),
        given=when(transfer.offered_ms),
        receiver=made.name(transfer.received_by) if accepted else "",
        received=when(transfer.received_ms) if accepted else "",
        note=note,
        code=fingerprint(transfer.manifest),
        qr=_qr(transfer.manifest),
        foot=f"記録の第{transfer.id}項から　{when(made.at_ms)} 作成",
    )
    return pdf.render("handover", document, made.at_ms)


def fingerprint(manifest: bytes) -> str:
    """The first sixteen hexadecimal digits in groups of four."""
    digits = manifest.hex()[:16].upper()
    return "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _qr(manifest: bytes) -> str:
    """M and the hash in capitals: the alphanumeric mode's characters, which a keyboard wedge types on any layout."""
    out = io.BytesIO()
    segno.make("M" + manifest.hex().upper(), error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()
