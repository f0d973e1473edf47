"""What can be wrong with sealed personal data or with its keys, each with its name and what to do now.

SyncError
└── VaultError
    ├── VaultLocked         the manager has not unlocked the vault
    ├── WrongWrappingKey    the file was made under another secret
    ├── NoCopyForYou        the secret was never sealed to this manager
    ├── UnknownSubject      no key was ever kept for it
    ├── KeyDestroyed        the data cannot be read any more, as it should be
    ├── KeyDiffers          another key already seals this subject
    ├── CannotOpen          altered bytes, another subject's bytes, or another key
    ├── TooLarge            more than 16 MiB
    ├── NotErased           the old key may still stand in the write-ahead log
    ├── TooManyKeys         more keys wait for their list than any list has rows
    ├── UnlockedElsewhere   the keys come from a terminal at which no manager unlocked it
    ├── GivenOnce           this very entry has had its answer
    ├── VaultDamaged        the file's bytes are not a vault's (any more)
    └── VaultUnusable       the file cannot be opened where it lies
"""

from sync.errors import SyncError


class VaultError(SyncError):
    """What went wrong with a sealed piece of personal data or with its key."""

    code = "vault"
    ja = "個人情報の保管で問題が起きました。"
    en = "Something went wrong with sealed personal data."


class VaultLocked(VaultError):
    """The secret that opens the keys is not in this hub's memory."""

    code = "vault.locked"
    ja = "個人情報の金庫に鍵がかかっています。"
    en = "The vault of personal data is locked."
    todo_ja = "責任者がサインインすると開きます（受付・呼出は続けられます）"
    todo_en = "It opens when the manager signs in; the queue works meanwhile."


class NoCopyForYou(VaultError):
    """The vault's secret was never sealed to this manager's key."""

    code = "vault.no_copy"
    ja = "この責任者の鍵では、個人情報の金庫を開けません。"
    en = "This manager's key does not open the vault."
    todo_ja = "前に開けた責任者が一度開けると、つぎから開けられます"
    todo_en = "Once a manager who could open it has, this one can too."


class WrongWrappingKey(VaultError):
    """The key file was made under another secret."""

    code = "vault.wrong_wrapping_key"
    ja = "個人情報の鍵を開けません。解錠の秘密が違います。"
    en = "The keys of the personal data cannot be opened: this is not the secret they were locked with."
    todo_ja = "この端末の責任者が、このハブの秘密で解錠してください。"
    todo_en = "Have the manager unlock with this hub's own secret."


class UnknownSubject(VaultError):
    """No key was ever kept for this subject."""

    code = "vault.unknown_subject"
    ja = "この受付の個人情報の鍵はありません。"
    en = "There is no key for this subject's personal data."
    todo_ja = "番号を確かめてください。"
    todo_en = "Check the number."


class KeyDestroyed(VaultError):
    """The key was destroyed: the data is erased, and no new key is made for the subject."""

    code = "vault.key_destroyed"
    ja = "この個人情報は消去済みです。"
    en = "This personal data has been erased."
    todo_ja = "必要なら、ご本人からもう一度うかがってください。"
    todo_en = "If it is needed, ask the person again."


class KeyDiffers(VaultError):
    """Another key already stands for this subject; it is not replaced, or what it seals would be lost."""

    code = "vault.key_differs"
    ja = "この受付には別の鍵がすでにあります。"
    en = "Another key is already kept for this subject."
    todo_ja = "取り込みをやめ、責任者に知らせてください。"
    todo_en = "Stop the import and tell the manager."


class CannotOpen(VaultError):
    """The bytes were altered, belong to another subject, or are sealed under another key."""

    code = "vault.cannot_open"
    ja = "封をした個人情報を開けません。別の受付のものか、書き換えられています。"
    en = "The sealed data does not open: it belongs to another subject or was altered."
    todo_ja = "使わずに、責任者に知らせてください。"
    todo_en = "Do not use it; tell the manager."


class TooLarge(VaultError):
    """More than the 16 MiB that one seal takes."""

    code = "vault.too_large"
    ja = "データが大きすぎて封をできません（上限16 MiB）。"
    en = "The data is too large to seal (limit 16 MiB)."
    todo_ja = "小さくしてやり直してください。"
    todo_en = "Make it smaller and try again."


class NotErased(VaultError):
    """The key is gone from the vault, but its old wrapped bytes may still stand in the write-ahead log."""

    code = "vault.not_erased"
    ja = "鍵の消去がまだ終わっていません。"
    en = "Erasing the key is not finished yet."
    todo_ja = "ほかの画面を閉じて、消去をもう一度行ってください。"
    todo_en = "Close what else reads the vault and erase again."


class TooManyKeys(VaultError):
    """More keys were deposited, and never listed, than the longest list has rows."""

    code = "vault.too_many_keys"
    ja = "使われていない鍵が多すぎます。"
    en = "Too many keys wait for a list that never came."
    todo_ja = "10分待ってから、一覧をもう一度取り込んでください。"
    todo_en = "Wait ten minutes, then import the list again."


class UnlockedElsewhere(VaultError):
    """Keys came from a terminal at which no manager has unlocked the vault."""

    code = "vault.unlocked_elsewhere"
    ja = "この端末では、個人情報の金庫を開けていません。"
    en = "No manager has unlocked the vault at this terminal."
    todo_ja = "管理者が、この端末で金庫を開けてから取り込んでください。"
    todo_en = "Have the manager unlock the vault here, then import."


class GivenOnce(VaultError):
    """The same signed command came again: one entry is one answer, whoever sends it."""

    code = "vault.given_once"
    ja = "この操作には、すでにお答えしています。"
    en = "This very command was answered already."
    todo_ja = "もう一度見るときは、はじめからやり直してください（記録されます）"
    todo_en = "To read again, ask again; that is an entry of its own."


class VaultDamaged(VaultError):
    """The vault's file cannot be read: its bytes are not, or not any more, a vault's. It is left as it lies."""

    code = "vault.damaged"
    ja = "個人情報の金庫のファイルがこわれています（受付・呼出は続けられます）。"
    en = "The vault's file is damaged: no personal data can be read or added. The queue works."
    todo_ja = (
        "ファイルは消さないでください。ハブを止め、demado recover --from 端末のフォルダー で鍵を取り戻してください。"
    )
    todo_en = "Do not delete the file. Stop the hub; demado recover --from TERMINAL_HOME takes the keys back."


class VaultUnusable(VaultError):
    """The vault's file cannot be opened where it lies: rights, room, or another program that holds it."""

    code = "vault.unusable"
    ja = "個人情報の金庫のファイルを開けません（受付・呼出は続けられます）。"
    en = "The vault's file cannot be opened. The queue works."
    todo_ja = "場所、権限、空き容量を確かめ、ほかのプログラムが使っていないか見て、もう一度始めてください。"
    todo_en = "Check the place, its rights and free space, and whether another program has it; then start again."
