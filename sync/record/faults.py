"""What can be wrong with a record on disk, each with its name and what to do now."""

from sync.errors import SyncError


class RecordFault(SyncError):
    """Something is wrong with a record on disk; every leaf names what."""

    code = "record.fault"
    ja = "記録ファイルに問題があります。"
    en = "Something is wrong with the record's file."
    todo_ja = "管理者に連絡してください。"
    todo_en = "Tell the manager."


class RecordInUse(RecordFault):
    """Another process (or another store in this one) has the record open for writing."""

    code = "record.in_use"
    ja = "この記録は別のプログラムが使用中です。"
    en = "Another program is using this record."
    todo_ja = "動いているハブを止めてから、もう一度開いてください。"
    todo_en = "Stop the running hub, then open the record again."


class RecordUnusable(RecordFault):
    """The file cannot be opened, created or made durable here (missing, no permission, read-only medium)."""

    code = "record.unusable"
    ja = "記録ファイルを開けません。"
    en = "The record's file cannot be opened here."
    todo_ja = "場所と権限を確認してください。読み取り専用の媒体なら、書き込める場所へフォルダーごと写してください。"
    todo_en = "Check the path and its permissions; from a read-only medium copy the whole folder to a writable place."


class RecordForeign(RecordFault):
    """The file is no record, or of a schema this version does not know. It is left untouched."""

    code = "record.foreign"
    ja = "これは出窓の記録ファイルではないか、知らない版です。"
    en = "This file is not a record of Demado, or of a version unknown to this program."
    todo_ja = "ファイルの場所とプログラムの版を確認してください。"
    todo_en = "Check the path and the program's version."


class RecordOtherOrigin(RecordFault):
    """The file is a record, but another one than asked for."""

    code = "record.other_origin"
    ja = "別のハブまたは別の契約の記録です。"
    en = "This is the record of another hub or another deployment."
    todo_ja = "正しいフォルダーを指定してください。"
    todo_en = "Name the right folder."


class RecordDamaged(RecordFault):
    """What is stored contradicts itself: a gap, a changed entry, a checkpoint about something else."""

    code = "record.damaged"
    ja = "記録ファイルが壊れています。"
    en = "The record's file is damaged."
    todo_ja = (
        "ファイルは消さずに、ハブなら demado recover で端末の控えから取り戻し、ほかはオフィスの写しと照合してください。"
    )
    todo_en = "Do not delete it: a hub's is taken back with demado recover; compare others with the office's copy."


class RecordCommitFailed(RecordFault):
    """A commit failed (disk full, I/O error). The writer must stop and reload the record."""

    code = "record.commit_failed"
    ja = "記録を保存できませんでした。"
    en = "The record could not be saved."
    todo_ja = "空き容量とディスクを確認し、ハブを再起動してください。"
    todo_en = "Check free space and the disk, then restart the hub."


class RecordBatchRefused(RecordFault):
    """The batch contradicts the record (a command id seen before, another root). Nothing of it is stored."""

    code = "record.batch_refused"
    ja = "この書き込みは記録と矛盾するため、何も保存していません。"
    en = "This batch contradicts the record; nothing of it was stored."
    todo_ja = "プログラムの不具合です。開発者に連絡してください。"
    todo_en = "This is a fault of the program: tell the developers."
