"""Why a terminal did not join: each end of a pairing that is not a success, with the sentence for who stands there.

PairingError
├── WrongCode        the other side does not know the code that was typed
├── PairingBroken    a message that is out of turn, altered, sent back or sent again
├── PairingClosed    nobody has opened the window, or its 120 s are over
├── PairingBurnt     three wrong tries: this code is worth nothing any more
├── PairingBusy      another terminal is being paired
├── PairingDeclined  the manager said no
├── PairingLost      the connection broke, or nobody answered in time
├── OtherHub         whoever answers does not hold the key that is expected
├── HubNotTrusted    whoever answers is no hub of the deployment that it shows
├── GrantRefused     what was handed over does not fit what was agreed
├── HomeTaken        the folder is a terminal's already
└── HomeNotWritten   the disk did not take the new folder
"""

from typing import Final

from sync.errors import SyncError


class PairingError(SyncError):
    """A pairing that ended without a new terminal; nothing was kept."""

    code = "pairing"
    ja = "端末を加えられませんでした。"
    en = "The terminal was not added."
    todo_ja = "管理者に、もう一度コードを出してもらってください。"
    todo_en = "Ask the manager for a new code."


class WrongCode(PairingError):
    """The two sides did not use the same code, or somebody stands between them who does not know it."""

    code = "pairing.wrong_code"
    ja = "コードがちがいます（または、相手は本物のハブではありません）。"
    en = "The code is wrong, or whoever answered is not the hub that shows it."
    todo_ja = "8けたをもう一度。3回まちがえるとコードは無効です"
    todo_en = "Type the 8 digits again; three wrong tries burn the code."


class PairingBroken(PairingError):
    """A message that is out of turn, altered, reflected or replayed."""

    code = "pairing.broken"
    ja = "端末を加える途中のやりとりが、途中で変えられたか、こわれています。"
    en = "A message of the pairing was altered, repeated or out of turn."
    todo_ja = "もう一度はじめから。続くときは別のネットワークで"
    todo_en = "Begin again; if it persists, use another network."


class PairingClosed(PairingError):
    """No window is open at this hub."""

    code = "pairing.closed"
    ja = "このハブは、いま端末を受け付けていません。"
    en = "This hub is not taking a new terminal now."
    todo_ja = "管理者の端末の F4-8、F8 でひらいてもらう（120秒）"
    todo_en = "Ask the manager to open the window (F4-8, F8; 120 s)."


class PairingBurnt(PairingError):
    """Three wrong tries have used this code up."""

    code = "pairing.burnt"
    ja = "3回まちがえたので、このコードはもう使えません。"
    en = "Three wrong tries: this code is burnt."
    todo_ja = "新しいコードを出してもらってください（記録に残りました）"
    todo_en = "Ask the manager for a new code (it is in the record)."


class PairingBusy(PairingError):
    """One terminal at a time."""

    code = "pairing.busy"
    ja = "ほかの端末を加えているところです。"
    en = "Another terminal is being added."
    todo_ja = "終わるまで待って、もう一度入れてください。"
    todo_en = "Wait until that is over and try again."


class PairingDeclined(PairingError):
    """The manager did not accept the fingerprint."""

    code = "pairing.declined"
    ja = "管理者が、この端末を受け付けませんでした。"
    en = "The manager did not accept this terminal."
    todo_ja = "両方の数字が同じか、管理者といっしょに確かめる"
    todo_en = "Compare the digits on both screens with the manager."


class PairingLost(PairingError):
    """The connection broke or nobody answered in time."""

    code = "pairing.lost"
    ja = "途中で通信が切れたか、時間がすぎました。"
    en = "The connection broke, or the time was over."
    todo_ja = "この端末には何も残していません。もう一度はじめから"
    todo_en = "Nothing was kept on this terminal; begin again."


class OtherHub(PairingError):
    """The machine that answered holds another key than the one that was expected."""

    code = "pairing.other_hub"
    ja = "答えたハブの鍵が、QRコードのものとちがいます。"
    en = "The hub that answered holds another key than the QR code says."
    todo_ja = "つないでいません。ほかのハブがないか管理者と確かめる"
    todo_en = "Not linked. Is there a second hub? Ask the manager."


class HubNotTrusted(PairingError):
    """The certificates that the machine shows do not make it the hub of the deployment it names."""

    code = "pairing.hub_not_trusted"
    ja = "答えた機械は、契約のハブとして証明されていません。"
    en = "The machine that answered is not proved to be a hub of its deployment."
    todo_ja = "アドレスと、この端末の時計を確かめてください。"
    todo_en = "Check the address, and this terminal's clock."


class GrantRefused(PairingError):
    """The certificate or the secret that was handed over is not the one for this pairing."""

    code = "pairing.grant_refused"
    ja = "渡された証明書が、この端末のものではありません。"
    en = "The certificate that was handed over does not fit this terminal."
    todo_ja = "何も残していません。管理者に知らせて、はじめから"
    todo_en = "Nothing was kept. Tell the manager and begin again."


class HomeTaken(PairingError):
    """The folder holds a terminal already, or other files."""

    code = "pairing.home_taken"
    ja = "このフォルダーは、もう使われています。"
    en = "This folder is in use already."
    todo_ja = "空のフォルダーを --home で指定してください。"
    todo_en = "Give an empty folder with --home."


class HomeNotWritten(PairingError):
    """The disk is full, or the place may not be written to."""

    code = "pairing.home_not_written"
    ja = "この端末のフォルダーを書けませんでした。"
    en = "This terminal's folder could not be written."
    todo_ja = "ディスクの空きと権限を確かめて、はじめから"
    todo_en = "Check free space and rights, then begin again."


SAID_BY_HUB: Final = {
    kind.code: kind
    for kind in (
        WrongCode,
        PairingBroken,
        PairingClosed,
        PairingBurnt,
        PairingBusy,
        PairingDeclined,
        PairingLost,
    )
}
"""What a hub may give as its reason; whatever else it says is PairingBroken."""


def said_by_hub(code: str) -> PairingError:
    """The fault for a reason that came over the wire (before the code is proved anybody may have said it)."""
    return SAID_BY_HUB.get(code, PairingBroken)(said=code if code in SAID_BY_HUB else "?")
