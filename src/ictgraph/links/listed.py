"""Names to link, read from a file of the user's: a plain list, or a column of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import series
from ictgraph.sheets import ENDINGS, Row, decoded, read_rows

__all__ = ["Line", "Listed", "read_names"]

_LONGEST = 500


class Line(NamedTuple):
    """A name of a file.

    :ivar number: the line on which it begins, from 1.
    :ivar problem: why it cannot be linked, in English and Chinese; empty if it can.
    """

    text: str
    number: int
    problem: tuple[str, str] | tuple[()] = ()


class Listed(NamedTuple):
    """The names of a file.

    :ivar encoding: how it was read, see :func:`ictgraph.sheets.read_rows`.
    """

    lines: list[Line]
    encoding: str


def read_names(stream: BinaryIO, name: str, column: str = "") -> Listed:
    """Return the names of a file in their order; empty lines are passed over.

    A ``.csv``, ``.tsv`` or ``.xlsx`` file, and any with a wanted column, is a table with a header.
    Other files have one name a line.

    :param name: of the file, for messages, and for what its ending says.
    :param column: title or number (from 1) of the column; not needed if there is only one.
    :raises InputError: if the file cannot be read, or has several columns and none is named.
    :raises LimitError: if the table is too large.
    :raises UnknownName: if there is no such column.

    >>> from io import BytesIO
    >>> read_names(BytesIO("id,disease\\n1,多发性骨髓瘤\\n2\\n".encode()), "x.csv", "disease").lines
    ... # doctest: +NORMALIZE_WHITESPACE
    [Line(text='多发性骨髓瘤', number=2, problem=()),
     Line(text='', number=3, problem=('1 cells, the column is the 2nd', '只有1格，该列为第2列'))]
    """
    data = stream.read()
    if column or name.lower().endswith(ENDINGS):
        rows, encoding = read_rows(data, name)
        return Listed(list(_table(rows, name, column)), encoding)
    text, encoding = decoded(data, name)
    lines = [_line(one, i) for i, one in enumerate(text.splitlines(), 1) if one.strip()]
    return Listed(lines, encoding)


def _table(rows: Iterator[Row], name: str, column: str) -> Iterator[Line]:
    header = next(rows, Row(1, ()))
    place = _place(header.cells, name, column)
    for line, cells in rows:
        if len(cells) > place:
            yield _line(cells[place], line)
        else:
            order = {1: "1st", 2: "2nd", 3: "3rd"}.get(place + 1, f"{place + 1}th")
            english = f"{len(cells)} cells, the column is the {order}"
            yield Line("", line, (english, f"只有{len(cells)}格，该列为第{place + 1}列"))


def _place(header: tuple[str, ...], name: str, column: str) -> int:
    titles = series(one for one in header if one)
    if not column and len(header) == 1:
        return 0
    if not column:
        raise InputError(
            "{name} has {columns} columns",
            hint="name one with --column: {titles}",
            name=name,
            columns=len(header),
            titles=titles,
        )
    if column in header:
        return header.index(column)
    if column.isascii() and column.isdigit() and 1 <= int(column) <= len(header):
        return int(column) - 1
    raise UnknownName(
        "{name} has no column {column!r}",
        hint="its columns are {titles}",
        name=name,
        column=column,
        titles=titles,
    )


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
