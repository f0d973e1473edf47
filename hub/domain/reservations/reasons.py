"""The sentences for every reason why a reservation file, a row or a cell is refused: what is wrong, then what to do."""

from typing import Final

_SAVE_AS: Final = "表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。"
_SAVE_AS_EN: Final = 'In the spreadsheet program save it as "CSV UTF-8 (comma delimited)".'

_SENTENCES: Final = {
    # the whole file
    "file.empty": (
        "ファイルが空です。予約システムから書き出し直してください。",
        "The file is empty. Export it again from the reservation system.",
    ),
    "file.too_large": (
        "ファイルが5 MBを超えています。1日分だけを書き出してください。",
        "The file is larger than 5 MB. Export one day only.",
    ),
    "file.too_many_rows": (
        "{most}行を超えています。1日分だけを書き出してください。",
        "The file has more than {most} rows. Export one day only.",
    ),
    "file.xlsx": (
        "これはExcelのファイル（.xlsx）で、CSVではありません。" + _SAVE_AS,
        "This is an Excel workbook (.xlsx), not a CSV. " + _SAVE_AS_EN,
    ),
    "file.xls": (
        "これは古い形式のExcelのファイル（.xls）で、CSVではありません。" + _SAVE_AS,
        "This is an old Excel workbook (.xls), not a CSV. " + _SAVE_AS_EN,
    ),
    "file.nul": (
        "文字ではないデータ（NUL）があります。" + _SAVE_AS,
        "The file contains NUL bytes, so it is no text. " + _SAVE_AS_EN,
    ),
    "file.undecodable": (
        "{line}行目に、UTF-8でもShift_JISでも読めない文字があります。" + _SAVE_AS,
        "Line {line} can be read neither as UTF-8 nor as Shift_JIS. " + _SAVE_AS_EN,
    ),
    "file.header_quotes": (
        '見出しの行の引用符（"）が閉じていません。' + _SAVE_AS,
        "The quotes in the header line do not close. " + _SAVE_AS_EN,
    ),
    "file.missing_column": (
        "必要な列がありません。最初の行に、次のどれかの見出しが必要です：{names}。市の見出しが違うときは契約書の設定に加えてください。",
        "A column that is needed is missing: the first line must name one of {names}. Add the city's name to the profile if it differs.",
    ),
    "file.column_twice": (
        "見出し「{column}」が2列あります。どちらかの名前を変えてください。",
        'Two columns are called "{column}". Rename one of them.',
    ),
    # a row
    "row.quotes": (
        '引用符（"）が正しく閉じていないため、この行は読めません。引用符を直してください。',
        "The quotes in this line do not close properly. Correct them.",
    ),
    "row.too_many": (
        "見出しは{columns}列ですが、この行には{cells}列あります。コンマを含む欄は引用符で囲んでください。",
        "The header has {columns} columns, this row has {cells}. Put cells that contain commas in quotes.",
    ),
    "row.too_few": (
        "見出しは{columns}列ですが、この行は{cells}列しかありません。途中で切れていないか確かめてください。",
        "The header has {columns} columns, this row only {cells}. Check that the row was not cut off.",
    ),
    "row.duplicate": (
        "同じ予約番号が{first}行目にあります。どちらが正しいか市に確かめてください。",
        "The same reservation number stands in line {first}. Ask the city which one is right.",
    ),
    # the time that a row asks for
    "slot.hours": (
        "受付の時間（{first}から{last}の前まで）の外です。その日の時間に直すよう市に伝えてください。",
        "Outside the hours of that day ({first} until before {last}). Ask for another time.",
    ),
    "slot.full": (
        "{lane}のこの時間は{seats}人までで、席がありません。ほかの時間にしてください。",
        "That hour has no seat left ({seats} for this lane). Another time is needed.",
    ),
    # a cell
    "cell.required": ("空欄です。必ず要る欄です。", "The cell is empty, but it is needed."),
    "cell.undecodable": (
        "読めない文字（壊れた文字）があります。元の名簿で確かめて直してください。",
        "Some of this is no text in the file's encoding. Correct it from the original list.",
    ),
    "cell.control": (
        "表示できない制御文字があります。その文字を消してください。",
        "The cell contains control characters. Remove them.",
    ),
    "cell.too_long": (
        '2000文字を超えています。短くするか、引用符（"）を確かめてください。',
        "Longer than 2000 characters. Shorten it, or check the quotes.",
    ),
    "cell.number": (
        "予約番号として読めません（英数字と - _ / で32文字まで。1.2E+11のような表示なら、列を文字列にして保存し直してください）。",
        "Not a reservation number (letters, digits, - _ /, up to 32; if it shows as 1.2E+11, format the column as text and save again).",
    ),
    "cell.kana": (
        "カナ氏名として読めません。カタカナ、ひらがな又は英字で書いてください。",
        "Not a kana name. Write it in katakana, hiragana or Latin letters.",
    ),
    "cell.phone": (
        "電話番号として読めません。市外局番から10桁又は11桁で書いてください。",
        "Not a telephone number. Write 10 or 11 digits with the area code.",
    ),
    "cell.phone_zero": (
        "電話番号の先頭の0が消えているようです。列を文字列にして保存し直してください。",
        "The telephone number seems to have lost its leading 0. Format the column as text and save again.",
    ),
    "cell.people": (
        "人数として読めません。「2」のように書いてください。",
        'Not a number of people. Write it like "2".',
    ),
    "cell.people_range": ("人数は1人から99人までです。", "The number of people must be 1 to 99."),
    "cell.note_long": ("500文字を超えています。短くしてください。", "Longer than 500 characters. Shorten it."),
    "cell.date": (
        "日付として読めません。1985/4/3、1985年4月3日、昭和60年4月3日、S60.4.3のように書いてください。",
        "Not a date. Write it like 1985/4/3, 1985年4月3日, 昭和60年4月3日 or S60.4.3.",
    ),
    "cell.date_short_year": (
        "年が2桁です。西暦4桁か、元号を付けて書いてください。",
        "The year has two digits. Write four, or name the era.",
    ),
    "cell.date_none": ("暦にない日付です。", "There is no such day in the calendar."),
    "cell.date_era": (
        "その元号の期間にない日付です（例：昭和は1926年12月25日から1989年1月7日まで）。",
        "The day lies outside that era (昭和, for example, runs from 1926-12-25 to 1989-01-07).",
    ),
    "cell.date_early": ("1873年（明治6年）より前の日付です。", "The day lies before 1873 (明治6)."),
    "cell.birth_future": ("生年月日が来場日より後になっています。", "The birth date lies after the day of the visit."),
    "cell.other_day": (
        "{date}の予約ではありません。その日の名簿に入れてください。",
        "This reservation is not for {date}. It belongs in that other day's list.",
    ),
    "cell.time": (
        "時刻として読めません。9:30、9:30〜10:00、午前9時30分のように書いてください。",
        "Not a time. Write it like 9:30, 9:30〜10:00 or 午前9時30分.",
    ),
    "cell.time_none": ("存在しない時刻です。", "There is no such time of day."),
    "cell.time_order": ("終わりの時刻が始まりより後ではありません。", "The end is not after the beginning."),
    "cell.time_twelve": (
        "午前12時・午後12時は二通りに読めます。0:30又は12:30のように書いてください。",
        "午前12時 and 午後12時 can be read in two ways. Write 0:30 or 12:30.",
    ),
    "cell.time_two": ("時間の列と日時の列とで時刻が違います。", "The two columns with the time disagree."),
    "cell.lane": (
        "受付の種類が分かりません。次のどれかにしてください：{names}。",
        "No such kind of reception. Use one of: {names}.",
    ),
    "cell.yes_no": ("「はい」か「いいえ」で書いてください。", "Write はい or いいえ."),
    "cell.reissue": (
        "再交付の申請は予約できません。ご案内：{guidance}",
        "A card to be issued again cannot be booked here. Tell the applicant: {guidance}",
    ),
    "cell.lane_closed": ("この種類の受付は予約を取りません。", "This kind of reception takes no reservations."),
}


def sentences(code: str, data: dict[str, str]) -> tuple[str, str]:
    """The Japanese and the English sentence for a reason, with its data filled in; KeyError for an unknown code."""
    ja, en = _SENTENCES[code]
    return ja.format_map(data), en.format_map(data)
