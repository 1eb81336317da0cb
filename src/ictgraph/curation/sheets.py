"""Tables of people who live in spreadsheets: CSV, TSV and XLSX as rows of text."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from ictgraph.errors import InputError, LimitError

__all__ = ["Row", "Sheet", "empty_sheet", "letter", "read_sheet"]

_MOST_BYTES = 50_000_000
_MOST_ROWS = 100_000
_MOST_COLUMNS = 1_000
_MOST_CELLS = 5_000_000
_MOST_LINES = 1_048_576  # of a spreadsheet
_TO_HAVE_XLSX = "pip install 'ictgraph[xlsx]', or save the sheet as CSV UTF-8"
_UNSHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class Row(NamedTuple):
    """One row: the line it begins at, counted from 1 with the header, and its cells as text."""

    line: int
    cells: tuple[str, ...]


class Sheet(NamedTuple):
    """A table with a header.

    :ivar encoding: how its bytes were read, "" for a workbook.
    """

    header: Row
    rows: tuple[Row, ...]
    encoding: str = ""


def letter(column: int) -> str:
    """Return the letters that spreadsheets give a column, counted from 0.

    >>> letter(0), letter(25), letter(26), letter(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_sheet(path: str, name: str = "") -> Sheet:
    """Read a table by its file's ending: .csv, .tsv or .xlsx; cells lose outer white space.

    CSV is UTF-8 or GB 18030, with commas, semicolons or tabs. A formula of a workbook is the text
    of the formula, and a date as precise as its cell shows it.

    :param name: sheet of a workbook; the first one by default.
    :raises InputError: if the file cannot be read, or has no header.
    :raises LimitError: if it is too large.
    """
    ending = os.path.splitext(path)[1].lower()
    if ending not in (".csv", ".tsv", ".xlsx"):
        raise InputError(
            f"{path!r} is no table that can be read", hint="save it as .csv, .tsv or .xlsx"
        )
    if name and ending != ".xlsx":
        raise InputError(f"{path!r} has no sheets", hint="leave out --sheet")
    data, encoding = _bytes(path), ""
    if ending == ".xlsx":
        rows = _workbook(path, data, name)
    else:
        text, encoding = _decoded(path, data)
        rows = _kept(path, _lines(path, text, "\t" if ending == ".tsv" else ""))
    if not rows:
        raise InputError(f"{path!r} is empty", hint="begin with a row of column names")
    return Sheet(rows[0], tuple(rows[1:]), encoding)


def empty_sheet(path: str, header: Iterable[str]) -> bytes:
    """Return a table of a header alone, in the format of the file's ending.

    :raises InputError: if the ending is none of .csv, .tsv and .xlsx.

    >>> empty_sheet("a.tsv", ["id", "class"])
    b'id\\tclass\\n'
    """
    ending = os.path.splitext(path)[1].lower()
    if ending == ".xlsx":
        openpyxl, stream = _openpyxl(), io.BytesIO()
        book = openpyxl.Workbook()
        book.active.append(list(header))
        book.save(stream)
        return stream.getvalue()
    if ending not in (".csv", ".tsv"):
        raise InputError(f"{path!r} is no table", hint="end its name in .csv, .tsv or .xlsx")
    text = io.StringIO(newline="")
    tab = ending == ".tsv"
    csv.writer(text, "excel-tab" if tab else "excel", lineterminator="\n").writerow(header)
    return text.getvalue().encode("utf-8" if tab else "utf-8-sig")


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path!r} cannot be read: {reason}", hint="name a table") from None
    if len(data) > _MOST_BYTES:
        raise LimitError(f"{path!r} has more than {_MOST_BYTES:,} bytes", hint="split the table")
    return data


def _kept(path: str, found: Iterable[Row]) -> list[Row]:
    """Return the rows that are not empty."""
    rows = list(islice((row for row in _sized(path, found) if any(row.cells)), _MOST_ROWS + 2))
    if len(rows) > _MOST_ROWS + 1:
        raise LimitError(f"{path!r} has more than {_MOST_ROWS:,} rows", hint="split the table")
    return rows


def _sized(path: str, found: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on; a small workbook may unfold to many that are empty."""
    cells = 0
    for row in found:
        cells += len(row.cells)
        if len(row.cells) > _MOST_COLUMNS:
            raise LimitError(
                f"{path!r}, line {row.line}: more than {_MOST_COLUMNS:,} columns",
                hint="delete the columns that are not needed, empty ones too",
            )
        if cells > _MOST_CELLS or row.line > _MOST_LINES:
            raise LimitError(
                f"{path!r}, line {row.line}: more than {_MOST_CELLS:,} cells"
                f" or {_MOST_LINES:,} lines, empty ones too",
                hint="split the table, or delete its empty rows and columns",
            )
        yield row


def _decoded(path: str, data: bytes) -> tuple[str, str]:
    for encoding, name in (("utf-8-sig", "UTF-8"), ("gb18030", "GB 18030")):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise InputError(
        f"{path!r} is neither UTF-8 nor GB 18030", hint="save it as CSV UTF-8 in the spreadsheet"
    )


def _lines(path: str, text: str, delimiter: str) -> Iterator[Row]:
    head = re.sub('"[^"]*"', "", text.lstrip().partition("\n")[0])
    between = delimiter or max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{path}, line {line}: {error}", hint="mend the quotation marks and the length there"
        ) from None


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise InputError("openpyxl is not installed", hint=_TO_HAVE_XLSX) from None
    return openpyxl


def _workbook(path: str, data: bytes, name: str) -> list[Row]:
    import warnings
    import zipfile
    from xml.etree.ElementTree import ParseError

    openpyxl = _openpyxl()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if sum(part.file_size for part in packed.infolist()) > 4 * _MOST_BYTES:
                raise LimitError(f"{path!r} unpacks to too much", hint="split the table")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            if name and name not in book.sheetnames:
                listed = ", ".join(book.sheetnames)
                raise InputError(f"{path!r} has no sheet {name!r}", hint=f"its sheets: {listed}")
            sheet = book[name or book.sheetnames[0]]
            sheet.reset_dimensions()
            lines = enumerate(sheet.iter_rows(), 1)
            return _kept(path, (Row(line, tuple(map(_shown, cells))) for line, cells in lines))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, ParseError) as error:
        raise InputError(
            f"{path!r} is no workbook that can be read: {error}", hint="save it anew as .xlsx"
        ) from None


def _shown(cell: Any) -> str:
    """Return what a cell of a workbook shows."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return f"={getattr(value, 'text', value)}".replace("==", "=", 1)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return _dated(value, _UNSHOWN.sub("", str(cell.number_format)).lower())
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        percent = "%" in str(cell.number_format)
        plain = f"{number * 100 if percent else number:f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return plain + "%" * percent
    return str(value).strip()


def _dated(value: date, form: str) -> str:
    """Return a date as precise as the form of its cell shows it."""
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return value.isoformat(" ")
    length = 10 if "d" in form else 7 if "m" in form else 4
    return f"{value.year:04}-{value.month:02}-{value.day:02}"[:length]
