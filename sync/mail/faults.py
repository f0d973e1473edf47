"""Why the courier cannot go on by itself."""

from sync.errors import SyncError


class CourierError(SyncError):
    """The courier cannot go on by itself."""

    code = "courier"
    ja = "事務局への送付を続けられません。"
    en = "The courier to the office cannot go on."
    todo_ja = "責任者に知らせてください。記録はハブに残っています。"
    todo_en = "Tell the manager; the record is safe on the hub."


class NoStream(CourierError):
    """No stream is open: the receiver's inbox offer has to come first."""

    code = "courier.no_stream"
    ja = "事務局の受信箱の案内がまだありません。"
    en = "The office's inbox offer is needed first."
    todo_ja = "事務局で、USBメモリーに demado office take STICK を行ってから使うか、一度、事務局につないでください。"
    todo_en = "Have the office run demado office take STICK on a stick and use that one, or connect to the office once."


class OutboxDamaged(CourierError):
    """The file of what was sealed for the office cannot be read; the record beside it is whole."""

    code = "courier.outbox_damaged"
    ja = "事務局へ送る封筒のファイル（outbox.sqlite）が壊れています。記録は無事です。"
    en = "The file of envelopes for the office (outbox.sqlite) is damaged; the record is safe."
    todo_ja = (
        "outbox.sqlite で始まるファイルを、消さずにすべて別の場所へ移し、もう一度起動してください。"
        "事務局にないものは封をし直します。"
    )
    todo_en = (
        "Move every file whose name begins with outbox.sqlite to another place (delete none) and start again:"
        " what the office has not got is sealed anew."
    )


class OutboxUnusable(CourierError):
    """The file of what was sealed for the office cannot be opened or written here: in use, a full disk, no rights."""

    code = "courier.outbox_unusable"
    ja = "事務局へ送る封筒のファイル（outbox.sqlite）を開けないか、書けません。記録は無事です。"
    en = "The file of envelopes for the office (outbox.sqlite) cannot be opened or written; the record is safe."
    todo_ja = "空き容量と権限を確かめ、ほかのプログラムが使っていないか見て、もう一度起動してください。"
    todo_en = "Check free space and permissions, and that no other program uses it; then start again."


class MediaForbidden(CourierError):
    """The contract lets no removable medium be connected: the record leaves by the line alone (Chiba 第2 4(3)イ)."""

    code = "courier.media_forbidden"
    ja = "この契約では、USBメモリーなどの記録媒体をつなげません。"
    en = "This contract forbids removable media."
    todo_ja = "ハブを事務局につないで送ってください。"
    todo_en = "Connect the hub to the office and send it that way."


class RecordBehind(CourierError):
    """The office has seen more of this record than the hub holds: this disk is an old copy."""

    code = "courier.record_behind"
    ja = "このハブの記録は、事務局にある記録より古いものです。"
    en = "The office holds more of this record than this hub: this disk is an old copy."
    todo_ja = "このハブを使わずに、責任者に知らせてください。"
    todo_en = "Stop using this hub and tell the manager."


class WrongReceipt(CourierError):
    """A receipt that is not about what was sent, or not cosigned by the office."""

    code = "courier.wrong_receipt"
    ja = "受領書が送ったものと合いません。"
    en = "A receipt does not fit what was sent."


class DiskFault(CourierError):
    """The machine's own disk failed, or another program has its files; each step before was whole and stays."""

    code = "courier.disk_fault"
    ja = "このコンピューターのディスクを読み書きできません。済んだ分は保存されています。"
    en = "This computer's own disk cannot be read or written. What was done before is kept."
    todo_ja = (
        "空き容量と権限と、同じフォルダーを使うプログラムがほかにないことを確かめ、USBメモリーはそのままで、"
        "同じコマンドをもう一度行ってください。続きから進みます。"
    )
    todo_en = (
        "Check free space, rights and that no other program uses the folder. Leave the stick as it is and run the same"
        " command again: it goes on from there."
    )
