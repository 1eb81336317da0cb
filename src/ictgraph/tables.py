"""Answers laid out as text: a box for the terminal, Markdown, cells for a spreadsheet.

Widths are those of a terminal: Chinese characters and full-width forms take two columns,
combining marks none, characters of ambiguous width (γ, →, │) one, as most terminals draw
them. Characters that would steer a terminal show as symbols.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ictgraph.results import Label, Table, Term
from ictgraph.spoken import Stated, gathered, shown, spoken, stated
from ictgraph.terms import Lang, display, pick
from ictgraph.vocab import XSD, compress

__all__ = [
    "Sheet",
    "boxed",
    "clean",
    "csv_text",
    "display_width",
    "markdown",
    "sheet",
    "tsv_text",
    "wrap",
]

# Patterns are text, compiled when first used: most answers need none of them.
_STEERING = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "gYear")}
_CLOSING = "，。、；：！？）】》」』”’⁰¹²³⁴⁵⁶⁷⁸⁹·"
_WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U00020000-\U0003fffd"
_PIECES = f"[{_WIDE}][{_CLOSING}]*|[^{_WIDE}\\s/]+/?|/|\\s+"
_PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
_NARROWEST = 8
_LONGEST_WORD = 24
_TALLEST = 5  # lines of the usual row
_RAISED = "[\\d¹²³ªº™\u1d2c-\u1d6a\u2070-\u209c]\\Z"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Sheet(NamedTuple):
    """A table as a reader sees it, before any layout.

    :ivar right: for each column, whether it holds numbers only.
    :ivar notes: the passages that superscript numbers in the cells stand for.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    notes: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Return the text with control and direction characters shown as symbols.

    >>> clean("\\x1b[31mred")
    '␛[31mred'
    """
    return re.sub(_STEERING, _symbol, text)


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\ufffd"


def display_width(text: str) -> int:
    """Return how many terminal columns the text takes.

    >>> display_width("CAR-γδT 细胞")
    12
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )


def wrap(text: str, width: int) -> list[str]:
    """Return the text as lines of at most ``width`` columns (2 or more), nothing lost but spaces.

    Lines break at spaces, after slashes and between Chinese characters; closing Chinese
    punctuation and superscripts stay with the character before, and a longer word is cut.

    >>> wrap("急性淋巴细胞白血病 (ALL)", 12)
    ['急性淋巴细胞', '白血病 (ALL)']
    """
    if display_width(text) <= width:
        return [text]
    lines, line, used = [], "", 0
    for piece in re.findall(_PIECES, text):
        size = display_width(piece)
        if used + size > width and line.strip():
            lines.append(line.rstrip())
            line, used = "", 0
        if not line and piece.isspace():
            continue
        if size > width:
            *full, piece = _cut(piece, width)
            lines += full
            size = display_width(piece)
        line, used = line + piece, used + size
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def _cut(word: str, width: int) -> Iterator[str]:
    part, used = "", 0
    for character in word:
        size = display_width(character)
        if used + size > width:
            yield part
            part, used = "", 0
        part, used = part + character, used + size
    yield part


def sheet(table: Table, lang: Lang) -> Sheet:
    """Return the headings and cells that a reader sees.

    An evidence column becomes superscript numbers behind the values that it states, and the
    passages they stand for become the notes.
    """
    names = shown(table)
    rows = stated(table)
    numbers: dict[Term, int] = {}

    def value(one: Stated, labels: Mapping[str, Label] | None) -> str:
        text = clean(display(one.term, lang, labels))
        cited = one.passages if text else ()
        marks = sorted({numbers.setdefault(source, len(numbers) + 1) for source in cited})
        return _marked(text, "·".join(str(mark).translate(_SUPERSCRIPT) for mark in marks))

    def cell(name: str, values: tuple[Stated, ...]) -> str:
        of, labels = {one.term: one for one in values}, _labels(table, name)
        return _joined(spoken(of, lang), lambda term: value(of[term], labels))

    return Sheet(
        tuple(clean(pick(table.titles.get(name, {}), lang, name)) for name in names),
        tuple(tuple(cell(name, row[name]) for name in names) for row in rows),
        tuple(_is_number_column([row[name] for row in rows]) for name in names),
        tuple(_note(passage, number, lang, table) for passage, number in numbers.items()),
    )


def _labels(table: Table, name: str) -> Mapping[str, Label] | None:
    """Labels for a column; one of identifiers has none, even of what another column names."""
    known = table.entities is None or name in table.entities or name in table.evidence
    return table.labels if known else None


def _marked(text: str, marks: str) -> str:
    """Return the text with marks behind, a space between where they would read as an exponent."""
    return f"{text} {marks}" if marks and re.search(_RAISED, text) else text + marks


def _is_number_column(cells: Sequence[tuple[Stated, ...]]) -> bool:
    found = [one.term for cell in cells for one in cell]
    return bool(found) and all(
        isinstance(one, Literal) and one.datatype.value in _NUMBERS for one in found
    )


def _joined(groups: Iterable[tuple[Term, ...]], shown: Callable[[Term], str]) -> str:
    """Return the values of each language after the other, the languages with a slash between."""
    return " / ".join("; ".join(map(shown, group)) for group in groups)


def _note(passage: Term, number: int, lang: Lang, table: Table) -> str:
    curie, where = display(passage, lang, None), display(passage, lang, table.labels)
    mark = str(number).translate(_SUPERSCRIPT)
    return clean(f"{mark} {curie}" if where == curie else f"{mark} {where}  {curie}")


def boxed(sheet: Sheet, width: int | None = None, *, colour: bool = False) -> str:
    """Return the sheet as a box, or a block per row where words would break or rows be too tall.

    :param width: columns of the terminal; ``None`` lets lines be as long as they are.

    >>> cells = ("CAR-T", "12"), ("肿瘤浸润", "3")
    >>> print(boxed(Sheet(("疗法", "n"), cells, (False, True))), end="")
    ┌──────────┬────┐
    │ 疗法     │  n │
    ├──────────┼────┤
    │ CAR-T    │ 12 │
    │ 肿瘤浸润 │  3 │
    └──────────┴────┘
    """
    if not sheet.headings:
        return ""
    natural = [
        max(1, *map(display_width, cells))
        for cells in zip(sheet.headings, *sheet.rows, strict=True)
    ]
    widths = natural if width is None else _fitted(sheet, natural, width - 3 * len(natural) - 1)
    if widths is None or _is_tall(sheet, widths):
        return _blocks(sheet, width or 0, colour)
    bold, dim, off = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    bar = f"{dim}│{off}"

    def rule(left: str, cross: str, right: str) -> str:
        return dim + left + cross.join("─" * (n + 2) for n in widths) + right + off

    def lines(cells: Sequence[str], style: str = "") -> list[str]:
        end = off if style else ""
        found = _cell_lines(cells, widths, sheet.right)
        return [bar + bar.join(f" {style}{part}{end} " for part in line) + bar for line in found]

    body = [lines(row) for row in sheet.rows]
    between = [rule("├", "┼", "┤")] if any(len(row) > 1 for row in body) else []
    out = [rule("┌", "┬", "┐"), *lines(sheet.headings, bold), rule("├", "┼", "┤")]
    for i, row in enumerate(body):
        out += (between if i else []) + row
    return "\n".join([*out, rule("└", "┴", "┘"), *_noted(sheet, width), ""])


def _cell_lines(
    cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]
) -> Iterator[list[str]]:
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for line in zip_longest(*wrapped, fillvalue=""):
        yield [_padded(*part) for part in zip(line, widths, right, strict=True)]


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - display_width(text))
    return space + text if right else text + space


def _fitted(sheet: Sheet, natural: list[int], room: int) -> list[int] | None:
    """Return column widths that fit the room, or nothing if words would have to be broken."""
    if sum(natural) <= room:
        return natural
    widths = [
        max(min(n, _NARROWEST), *(min(_longest_word(cell), _LONGEST_WORD) for cell in cells))
        for n, *cells in zip(natural, sheet.headings, *sheet.rows, strict=True)
    ]
    spare = room - sum(widths)
    if spare < 0:
        return None
    for _ in range(spare):
        growing = [i for i, n in enumerate(natural) if widths[i] < n]
        widths[min(growing, key=widths.__getitem__)] += 1
    return widths


def _is_tall(sheet: Sheet, widths: Sequence[int]) -> bool:
    heights = (
        max(len(wrap(cell, width)) for cell, width in zip(row, widths, strict=True))
        for row in sheet.rows
    )
    return sum(heights) > _TALLEST * len(sheet.rows)


def _longest_word(text: str) -> int:
    return max(map(display_width, re.findall(_PIECES, text)), default=0)


def _blocks(sheet: Sheet, width: int, colour: bool) -> str:
    bold, dim, off = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    used = [name for name, *cells in zip(sheet.headings, *sheet.rows, strict=True) if any(cells)]
    indent = min(max(map(display_width, used), default=0), max(width // 3, 2))
    out: list[str] = []
    for number, row in enumerate(sheet.rows, 1):
        out.append(f"{dim}── {number} ──{off}")
        for pair in zip(sheet.headings, row, strict=True):
            sizes = (indent, max(width - indent - 2, 2))
            for name, value in _cell_lines(pair, sizes, (False, False)) if pair[1] else ():
                out.append(f"{bold}{name}{off}  {value}".rstrip())
    return "\n".join([*out, *_noted(sheet, width), ""])


def _noted(sheet: Sheet, width: int | None) -> Iterator[str]:
    for note in sheet.notes:
        yield from wrap(note, width) if width else (note,)


def markdown(sheet: Sheet) -> str:
    """Return the sheet as a GitHub table, with what Markdown would read as markup escaped.

    >>> print(markdown(Sheet(("a|b", "n"), (("x", "1"),), (False, True))), end="")
    | a\\|b | n |
    | --- | ---: |
    | x | 1 |
    """
    if not sheet.headings:
        return ""
    marks = ["---:" if right else "---" for right in sheet.right]
    rows = [[_unmarked(cell) for cell in row] for row in (sheet.headings, *sheet.rows)]
    notes = "".join(f"\n{_unmarked(note)}  " for note in sheet.notes)
    table = "".join(f"| {' | '.join(row)} |\n" for row in (rows[0], marks, *rows[1:]))
    return table + (notes + "\n" if notes else "")


def _unmarked(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", text).replace("␍␊", "␊").replace("␊", "<br>")


def csv_text(table: Table, lang: Lang) -> str:
    """Return a labelled table as CSV for spreadsheets.

    A column of entities becomes its label (``developer``; with ``both`` ``developer_en`` and
    ``developer_zh``) and its CURIE (``developer_id``). The passages of an evidence column are
    CURIEs. Of several values in one cell, CURIEs are joined by a space, all else by "; ". It
    starts with a byte order mark, for Excel to read Chinese. Text that starts like a formula
    gets a leading apostrophe (OWASP ASVS 1.2.10); plain numbers stay, and control characters
    show as symbols.
    """
    import csv
    import io

    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    csv.writer(text).writerows(map(_unformulaic, cells) for cells in _spread(table, lang))
    return text.getvalue()


def tsv_text(table: Table, lang: Lang) -> str:
    r"""Return a labelled table as TSV with the columns of :func:`csv_text`.

    Backslash, tab and line ends are written ``\\``, ``\t``, ``\n`` and ``\r``.
    """
    escapes = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
    return "".join(
        "\t".join(cell.translate(escapes) for cell in cells) + "\n"
        for cells in _spread(table, lang)
    )


def _spread(table: Table, lang: Lang) -> Iterator[list[str]]:
    entities = table.entities
    if entities is None:
        entities = tuple(
            name
            for i, name in enumerate(table.columns)
            if any(isinstance(row[i], NamedNode) for row in table.rows)
        )
    split = ("_en", "_zh", "_id") if lang == "both" else ("", "_id")
    plan: list[tuple[int, str, str]] = []
    for i, name in enumerate(table.columns):
        if name in table.evidence:
            plan.append((i, name, "_id"))
        else:
            plan += [(i, name + part, part) for part in (split if name in entities else ("",))]
    yield [heading for _, heading, _ in plan]

    @cache
    def shown(cell: tuple[Term, ...], part: str, name: str) -> str:
        return _part(cell, part, lang, _labels(table, name))

    for row in gathered(table):
        yield [shown(row.cells[i], part, table.columns[i]) for i, _, part in plan]


def _part(cell: tuple[Term, ...], part: str, lang: Lang, labels: Mapping[str, Label] | None) -> str:
    if part == "_id":
        return " ".join(compress(one.value) for one in cell if isinstance(one, NamedNode))
    if not part:
        return _joined(spoken(cell, lang), lambda one: display(one, lang, labels))
    half: Lang = "zh" if part == "_zh" else "en"

    def shown(one: Term) -> str:
        if isinstance(one, NamedNode):
            return (labels or {}).get(one.value, {}).get(half, "")
        return display(one, half, None)

    return _joined(spoken(cell, half), shown)


def _unformulaic(text: str) -> str:
    risky = text.startswith(_FORMULA) and not re.fullmatch(_PLAIN_NUMBER, text)
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", _symbol, text)
    return f"'{text}" if risky else text
