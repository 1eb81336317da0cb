"""Names to link, read from a file of the user's: a plain list, or a column of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ictgraph.errors import InputError, UnknownName

__all__ = ["Line", "read_names"]

_LONGEST = 500


class Line(NamedTuple):
    """A name of a file.

    :ivar number: the line on which it begins, from 1.
    :ivar problem: why it cannot be linked, in English and Chinese; empty if it can.
    """

    text: str
    number: int
    problem: tuple[str, str] | tuple[()] = ()


def read_names(stream: BinaryIO, name: str, column: str = "") -> list[Line]:
    """Return the names of a file in their order; empty lines are passed over.

    A ``.csv`` or ``.tsv`` file, and any with a wanted column, is a table with a header. Other files
    have one name a line.

    :param name: of the file, for messages, and for what its ending says.
    :param column: title or number (from 1) of the column; not needed if there is only one.
    :raises InputError: if the file is not UTF-8 text or has several columns and none is named.
    :raises UnknownName: if there is no such column.

    >>> read_names(io.BytesIO("id,disease\\n1,多发性骨髓瘤\\n2\\n".encode()), "x.csv", "disease")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Line(text='多发性骨髓瘤', number=2, problem=()),
     Line(text='', number=3, problem=('1 cells, the column is the 2nd', '只有1格，该列为第2列'))]
    """
    data = stream.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{name}:{line}: not UTF-8 text", hint="save the file as UTF-8 and try again"
        ) from None
    if column or name.lower().endswith((".csv", ".tsv")):
        return list(_table(text, name, column))
    return [_line(one, i) for i, one in enumerate(text.splitlines(), 1) if one.strip()]


def _table(text: str, name: str, column: str) -> Iterator[Line]:
    first = text.partition("\n")[0]
    mark = "\t" if "\t" in first else ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        place = _place([cell.strip() for cell in next(reader, [])], name, column)
    except csv.Error as error:
        raise InputError(f"{name}:1: {error}", hint="mend the header") from None
    while True:
        begin = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Line("", begin, (str(error), f"不是表格的一行：{error}"))
            continue
        if len(row) > place:
            yield _line(row[place], begin)
        elif any(cell.strip() for cell in row):
            order = {1: "1st", 2: "2nd", 3: "3rd"}.get(place + 1, f"{place + 1}th")
            english = f"{len(row)} cells, the column is the {order}"
            yield Line("", begin, (english, f"只有{len(row)}格，该列为第{place + 1}列"))


def _place(header: list[str], name: str, column: str) -> int:
    titles = ", ".join(one for one in header if one)
    if not column and len(header) == 1:
        return 0
    if not column:
        raise InputError(
            f"{name} has {len(header)} columns", hint=f"name one with --column: {titles}"
        )
    if column in header:
        return header.index(column)
    if column.isascii() and column.isdigit() and 1 <= int(column) <= len(header):
        return int(column) - 1
    raise UnknownName(f"{name} has no column {column!r}", hint=f"its columns are {titles}")


def _line(text: str, number: int) -> Line:
    shown = " ".join(text.split())
    if "\n" in text.strip() or "\r" in text.strip():
        return Line(
            "", number, ("a name over several lines: is a quote open?", "名称跨多行：引号未闭合？")
        )
    if not shown:
        return Line("", number, ("no name", "没有名称"))
    if len(shown) > _LONGEST:
        return Line("", number, (f"longer than {_LONGEST} characters", f"超过{_LONGEST}个字符"))
    if any(ord(one) < 32 or one == "\ufffd" for one in shown):
        return Line("", number, ("a name with control characters", "名称含控制字符"))
    return Line(shown, number)
