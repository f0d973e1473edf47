"""Why a hub does not start: each reason with the sentence for the person who started it. Nothing is left open."""

from __future__ import annotations

from sync.errors import SyncError
from sync.keys.party import HomeDamaged, WrongHome


class SimulatedClockRefused(SyncError):
    """A simulated clock was asked for outside a training deployment."""

    code = "hub.simulated_clock"
    ja = "時計を動かせるのは訓練だけです。"
    en = "Only a training deployment may simulate the clock."
    todo_ja = "--simulated-start をつけずに起動してください。"
    todo_en = "Start without --simulated-start."


class AddressUnusable(SyncError):
    """The address to listen at is none, not of this machine, or taken."""

    code = "hub.address"
    ja = "この待ち受けアドレスは使えません（形のちがい、ほかの機械のもの、または使用中）。"
    en = "This address cannot be listened at: malformed, of another machine, or in use."
    todo_ja = "--listen ホスト:ポート を確かめ、ほかのハブが動いていないか見てください。"
    todo_en = "Check --listen HOST:PORT, and whether another hub is running."


class ProfileUnusable(SyncError):
    """The contract profile in the home folder is not the one this deployment is bound to, or no profile."""

    code = "hub.profile"
    ja = "契約の設定（profile.toml）が使えません。"
    en = "The contract profile (profile.toml) cannot be used."
    todo_ja = "このハブの登録のときに渡された profile.toml に戻してください。"
    todo_en = "Put back the profile.toml that came with this hub's enrolment."


class TerminalsHome(WrongHome):
    """A terminal's folder was given: it becomes a hub by a take-over alone."""

    code = "hub.terminals_home"
    ja = "これは端末のフォルダーです。ハブとしては起動しません。何も変えていません。"
    en = "This folder is a terminal's; it does not start as a hub. Nothing was changed."
    todo_ja = "ハブのフォルダーを指定してください。端末にハブを引き継がせるときは --take-over をつけます。"
    todo_en = "Give the hub's folder. For a terminal to take the hub over, add --take-over."


class OtherRules(SyncError):
    """The record was begun under another number of the rules: what this program decided nobody could replay."""

    code = "hub.other_rules"
    ja = "この記録は、別の版のプログラムの決まりで始まっています。"
    en = "This record was begun by another version of the program, under other rules."
    todo_ja = (
        "示した版（program）のプログラムで動かしてください。記録を読むこと（record、vault audit）はこの版でもできます。"
    )
    todo_en = "Run the version that is named (program). This one can still read the record (record, vault audit)."


class BehindDamaged(HomeDamaged):
    """The file that says why this hub writes nothing (a record that was put back) cannot be read."""

    code = "hub.behind_damaged"
    ja = "記録が古い状態に戻ったという印のファイルがこわれています。"
    en = "The mark that this hub's record was put back to an older state is damaged."
    todo_ja = "消さずに、端末の控えをすべて集めて demado recover --without-rest で取り戻してください。"
    todo_en = "Do not delete it: gather every terminal's copy and run demado recover --without-rest."


class RecoveryUnfinished(SyncError):
    """`demado recover` was cut off before the record that it wrote had its name."""

    code = "hub.recovery_unfinished"
    ja = "demado recover が途中で止まっています。記録はまだそろっていません。"
    en = "A `demado recover` was cut off; the record is not whole yet."
    todo_ja = "同じ demado recover をもう一度行ってから、ハブを起動してください。"
    todo_en = "Run the same `demado recover` again, then start the hub."


class RecordGone(SyncError):
    """This machine has been a hub before, and its record is empty or not there: it would begin a second one of that name."""

    code = "hub.record_gone"
    ja = "ハブの記録がありません（空か、消えています）。新しい記録は始めません。"
    en = "The hub's record is gone (empty, or not there); no new one is begun."
    todo_ja = "demado recover で、端末の控えか事務局から記録を取り戻してから起動してください。"
    todo_en = "Take it back with demado recover, from terminals or the office; then start the hub."


class SucceededDamaged(HomeDamaged):
    """The file that says that another machine is the hub now cannot be read: this one does not start."""

    code = "hub.succeeded_damaged"
    ja = "別の機械がハブを引き継いだという印のファイルがこわれています。"
    en = "The mark that another machine has become this site's hub is damaged."
    todo_ja = "このハブは使わず、管理者に渡してください（demado recover --old-hub で証拠になります）。"
    todo_en = "Do not use this hub; hand it to the manager (demado recover --old-hub keeps what it wrote)."


class DeviceAddressWrong(SyncError):
    """A device's name or address on the command line is of no form that there is."""

    code = "hub.device_address"
    ja = "機器のアドレスの書き方が違います。"
    en = "The address of a device is written wrongly."
    todo_ja = "demado devices が、つながっている機器とその書き方を出します。"
    todo_en = "demado devices lists what is connected and how to write it."


class StatusAddressWrong(SyncError):
    """The address of the office's public page is none that a ticket can carry."""

    code = "hub.status_address"
    ja = "番号札のQRコードのアドレスの書き方が違います。"
    en = "The address for the tickets' QR code is written wrongly."
    todo_ja = "https://HOST または https://HOST/場所 の形で、短く書いてください。"
    todo_en = "Write https://HOST or https://HOST/PLACE, and keep it short."
