"""Tables of users, who live in spreadsheets: CSV, TSV and XLSX as rows of text."""

from __future__ import annotations

import codecs
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
from ictgraph.messages import Message, reason, series

__all__ = ["ENDINGS", "Row", "Sheet", "decoded", "empty_sheet", "letter", "read_rows", "read_sheet"]

ENDINGS = (".csv", ".tsv", ".xlsx")
"""What the names of tables end in."""

_MOST_BYTES = 50_000_000
_MOST_ROWS = 100_000
_MOST_COLUMNS = 1_000
_MOST_CELLS = 5_000_000
_MOST_LINES = 1_048_576  # of a spreadsheet
_TO_HAVE_XLSX = Message("pip install 'ictgraph[xlsx]', or save the sheet as CSV UTF-8")
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
    """Read a table by its file's ending, one of :data:`ENDINGS`, as :func:`read_rows` does.

    :param name: sheet of a workbook; the first one by default.
    :raises InputError: if the file cannot be read, has a cell that is not closed, or no header.
    :raises LimitError: if it is too large.
    """
    ending = _ending(path)
    if ending not in ENDINGS:
        raise InputError(
            "{path!r} is no table that can be read",
            hint="save it as .csv, .tsv or .xlsx",
            path=path,
        )
    if name and ending != ".xlsx":
        raise InputError("{path!r} has no sheets", hint="leave out --sheet", path=path)
    found, encoding = read_rows(_bytes(path), path, name, strict=True)
    rows = list(islice(found, _MOST_ROWS + 2))
    if len(rows) > _MOST_ROWS + 1:
        raise LimitError(
            "{path!r} has more than {most:,} rows",
            hint="split the table",
            path=path,
            most=_MOST_ROWS,
        )
    if not rows:
        raise InputError("{path!r} is empty", hint="begin with a row of column names", path=path)
    return Sheet(rows[0], tuple(rows[1:]), encoding)


def read_rows(
    data: bytes, path: str, name: str = "", *, strict: bool = False, above: str = ""
) -> tuple[Iterator[Row], str]:
    """Return the rows of a table that are not empty, the header first, and how it was read.

    Text is UTF-8, UTF-16 or GB 18030, with tabs in a .tsv file, else with commas, semicolons or
    tabs, as its header has them. Cells lose outer white space. A formula of a workbook is the text
    of the formula, a date as precise as its cell shows it.

    :param path: of the file, for messages, and for what its ending says.
    :param name: sheet of a workbook; the first one by default.
    :param strict: whether to refuse quotation marks that are not closed, or stand within a cell.
    :param above: what lines begin with that stand above the header.
    :returns: rows, and the encoding of text, "" for a workbook.
    :raises InputError: if it cannot be read, while it is read.
    :raises LimitError: if it is too large, while it is read.

    >>> rows, encoding = read_rows("编号;名称\\n\\n1; CD19\\n".encode("gb18030"), "x.csv")
    >>> [tuple(row) for row in rows], encoding
    ([(1, ('编号', '名称')), (3, ('1', 'CD19'))], 'GB 18030')
    """
    if _ending(path) == ".xlsx":
        return iter(_workbook(path, data, name)), ""
    text, encoding = decoded(data, path)
    lines = (line for line in io.StringIO(text) if line.strip())
    head = next((line for line in lines if not (above and line.startswith(above))), "")
    bare = re.sub('"[^"]*"', "", head)
    delimiter = "\t" if _ending(path) == ".tsv" else max(",;\t", key=bare.count)
    return _filled(path, _lines(path, text, delimiter, strict)), encoding


def empty_sheet(path: str, header: Iterable[str]) -> bytes:
    """Return a table of a header alone, in the format of the file's ending.

    :raises InputError: if the ending is none of .csv, .tsv and .xlsx.

    >>> empty_sheet("a.tsv", ["id", "class"])
    b'id\\tclass\\n'
    """
    ending = _ending(path)
    if ending == ".xlsx":
        openpyxl, stream = _openpyxl(), io.BytesIO()
        book = openpyxl.Workbook()
        book.active.append(list(header))
        book.save(stream)
        return stream.getvalue()
    if ending not in ENDINGS:
        raise InputError(
            "{path!r} is no table", hint="end its name in .csv, .tsv or .xlsx", path=path
        )
    text = io.StringIO(newline="")
    tab = ending == ".tsv"
    csv.writer(text, "excel-tab" if tab else "excel", lineterminator="\n").writerow(header)
    return text.getvalue().encode("utf-8" if tab else "utf-8-sig")


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError.unreadable(repr(path), error, Message("name a table")) from None
    if len(data) > _MOST_BYTES:
        raise LimitError(
            "{path!r} has more than {most:,} bytes",
            hint="split the table",
            path=path,
            most=_MOST_BYTES,
        )
    return data


def _filled(path: str, found: Iterable[Row]) -> Iterator[Row]:
    """Pass on the rows that are not empty; a small workbook may unfold to many that are."""
    cells = 0
    for row in found:
        cells += len(row.cells)
        if len(row.cells) > _MOST_COLUMNS:
            raise LimitError(
                "{path!r}, line {line}: more than {most:,} columns",
                hint="delete the columns that are not needed, empty ones too",
                path=path,
                line=row.line,
                most=_MOST_COLUMNS,
            )
        if cells > _MOST_CELLS or row.line > _MOST_LINES:
            raise LimitError(
                "{path!r}, line {line}: more than {cells:,} cells or {lines:,} lines, empty"
                " ones too",
                hint="split the table, or delete its empty rows and columns",
                path=path,
                line=row.line,
                cells=_MOST_CELLS,
                lines=_MOST_LINES,
            )
        if any(row.cells):
            yield row


def decoded(data: bytes, path: str) -> tuple[str, str]:
    """Return text of a user, and its encoding: UTF-8, UTF-16 (marked as such) or GB 18030.

    :raises InputError: if it is none of them.

    >>> decoded("靶点".encode("gb18030"), "x.txt")
    ('靶点', 'GB 18030')
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    first = ("utf-16", "UTF-16") if marked else ("utf-8-sig", "UTF-8")
    for encoding, name in (first, ("gb18030", "GB 18030")):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise InputError(
        "{path!r} is neither UTF-8 nor GB 18030",
        hint="save it as CSV UTF-8 in the spreadsheet",
        path=path,
    )


def _ending(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _lines(path: str, text: str, delimiter: str, strict: bool) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            "{path}, line {line}: {reason}",
            hint="mend the quotation marks and the length there",
            path=path,
            line=line,
            reason=reason(error),
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
                raise LimitError("{path!r} unpacks to too much", hint="split the table", path=path)
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            if name and name not in book.sheetnames:
                listed = series(book.sheetnames)
                raise InputError(
                    "{path!r} has no sheet {name!r}",
                    hint="its sheets: {listed}",
                    path=path,
                    name=name,
                    listed=listed,
                )
            sheet = book[name or book.sheetnames[0]]
            sheet.reset_dimensions()
            lines = enumerate(sheet.iter_rows(), 1)
            found = (Row(line, tuple(map(_shown, cells))) for line, cells in lines)
            return list(_filled(path, found))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, ParseError) as error:
        raise InputError(
            "{path!r} is no workbook that can be read: {reason}",
            hint="save it anew as .xlsx",
            path=path,
            reason=reason(error),
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
