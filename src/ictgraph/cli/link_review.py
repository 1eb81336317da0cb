"""``ictgraph link review``: suggestions judged one by one, each decision kept at once."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from ictgraph.cli.keys import keys
from ictgraph.cli.linking import against_options, entities_of, opened, today, told
from ictgraph.cli.settings import Answering, Settings, path_option
from ictgraph.formats import save
from ictgraph.tables import clean
from ictgraph.vocab import expand

if TYPE_CHECKING:
    from ictgraph.links.review import Decisions, Question
    from ictgraph.links.sssom import MappingSet, SemanticMapping

__all__ = ["review_command"]

_ENDING = ".sssom.tsv"
_SHOWN = 9
_END = "\x04"  # Ctrl-D, as a terminal gives it key by key
_WORDS = {
    "a": ("accept", "接受"),
    "b": ("broad", "较宽"),
    "r": ("reject", "拒绝"),
    "n": ("none", "无"),
    "s": ("skip", "跳过"),
    "q": ("quit", "退出"),
    "?": ("help", "帮助"),
}
_HELP = (
    "a accept, b accept as broader, r reject, n no such term, s skip, q quit; 1-9 chooses",
    "a 接受，b 作为较宽词条接受，r 拒绝，n 没有这样的词条，s 跳过，q 退出；1-9 选择候选",
)


@click.command(
    "review",
    cls=Answering,
    formats=("text",),
    leave_out=("format", "output", "fail_empty", "show_query"),
    epilog="\b\nExamples:\n"
    "  ictgraph link review found.sssom.tsv --author 0000-0002-1825-0097\n"
    "  ictgraph link review --entities Disease --author 'Li Lei' -o links.sssom.tsv\n"
    "  yes s | ictgraph link review found.sssom.tsv --author 'Li Lei'",
)
@click.argument("file", required=False, callback=path_option)
@against_options
@click.option(
    "--author",
    metavar="WHO",
    help="Who decides: an ORCID or a name. Needed once, then known from the file.",
)
@click.option(
    "--confidence",
    type=click.FloatRange(0, 1),
    default=0.95,
    show_default=True,
    help="How sure you are of what you accept, from 0 to 1.",
)
@click.option(
    "-o",
    "--output",
    "accepted",
    metavar="FILE",
    callback=path_option,
    help="Where accepted mappings go. Default: beside FILE, or named after the class.",
)
def review_command(
    settings: Settings,
    file: str | None,
    entities: str | None,
    author: str | None,
    confidence: float,
    accepted: str | None,
    spaces: tuple[str, ...],
    **against: Any,
) -> None:
    """Judge suggestions one by one, from an SSSOM file or for entities of ours.

    One key each, or a typed word where there is no terminal: accept, broad (accept as a broader
    term), reject, none (there is no such term), skip, quit, or a number to choose a candidate.
    Accepted mappings go to one SSSOM file, rejected ones to another; both are complete after every
    decision. Start again to go on where you stopped; what was skipped is asked again.
    """
    if bool(file) == bool(entities):
        raise click.UsageError("give an SSSOM file, or --entities")
    from ictgraph.links import sssom
    from ictgraph.links.review import Decisions

    suggested = sssom.read(file) if file else _suggested(settings, str(entities), spaces, against)
    files = _files(file, str(entities), accepted)
    decisions = Decisions.open(*files, suggested, author or "", today(), confidence)
    left = decisions.questions(suggested.mappings)
    names = _names(settings, left)
    with keys() as key:
        for number, question in enumerate(left, 1):
            head = _HELP if number == 1 else ("", "")
            _echo(f"{settings.worded(*head)}\n[{number}/{len(left)}] {names[question.id]}")
            decided = _judged(settings, question, decisions, files, key)
            if decided is None:
                break
            decisions = decided
    _sum_up(settings, decisions, files, len(decisions.questions(suggested.mappings)))


def _sum_up(settings: Settings, decisions: Decisions, files: tuple[str, str], left: int) -> None:
    counts = (len(decisions.accepted.mappings), len(decisions.rejected.mappings))
    english = f"\n{counts[0]} accepted ({files[0]}), {counts[1]} rejected ({files[1]}), "
    chinese = f"\n已接受{counts[0]}条（{files[0]}），已拒绝{counts[1]}条（{files[1]}），"
    _echo(settings.worded(f"{english}{left} left to judge", f"{chinese}余{left}项"))


def _suggested(
    settings: Settings, entities: str, spaces: tuple[str, ...], against: dict[str, Any]
) -> MappingSet:
    """What is suggested for entities that nobody has linked, and what to say if nothing fits."""
    from ictgraph.links.suggestions import header, mappings, namespaces, nothing

    linker = opened(settings.graph(), kind=entities, **against)
    known = namespaces(linker.lexicons, spaces)
    day, rows = today(), []
    for one in told(entities_of(linker, unlinked=True), settings):
        found = linker.entity(one)
        rows += mappings(found, linker.lexicons, day, one)
        rows += nothing(found, linker.lexicons, day, one, known)
    return header(rows, f"Links of {entities}", known)


def _names(settings: Settings, questions: list[Question]) -> dict[str, str]:
    """What the subjects are called, those of ours in both languages."""
    named = {one.id: one.label for one in questions}
    ours = {expand(id): id for id in named if id.startswith("id:")}
    labels = settings.graph().names.labels(set(ours)) if ours else {}
    for iri, label in labels.items():
        named[ours[iri]] = " · ".join(dict.fromkeys(label.values()))
    return {id: f"{name}  {id}" for id, name in named.items()}


def _files(file: str | None, entities: str, accepted: str | None) -> tuple[str, str]:
    """Where accepted and rejected mappings go."""
    stem = (file or f"{entities.lower()}{_ENDING}").removesuffix(_ENDING)
    path = accepted or f"{stem}.accepted{_ENDING}"
    if path == "-" or (file and os.path.realpath(path) == os.path.realpath(file)):
        raise click.UsageError("-o names a file of its own for what is accepted")
    begin = path.removesuffix(_ENDING).removesuffix(".accepted")
    return path, f"{begin}.rejected{_ENDING}"


def _judged(
    settings: Settings,
    question: Question,
    decisions: Decisions,
    files: tuple[str, str],
    key: Callable[[], str],
) -> Decisions | None:
    """Ask about one subject until it is decided or skipped; ``None`` to stop altogether."""
    rows, chosen = list(question.rows), 0
    _show(settings, rows, chosen)
    while True:
        word, number = _answer(key())
        if 1 <= number <= len(rows):
            chosen = number - 1
        if word == "q":
            return None
        if word == "s":
            return decisions
        if word in ("a", "b") and rows:
            decisions = decisions.accepting(rows[chosen], "broad" if word == "b" else "")
            _keep(decisions, files, settings, word, rows[chosen])
            return decisions
        if word == "r" and rows:
            row = rows.pop(chosen)
            decisions = decisions.rejecting(row)
            _keep(decisions, files, settings, word, row)
            if not rows:
                return decisions
            chosen = 0
        elif word == "n":
            for row in rows:
                decisions = decisions.rejecting(row)
            for row in question.nothing:
                decisions = decisions.accepting(row)
            _keep(decisions, files, settings, word)
            return decisions
        elif word or not number:
            _echo(settings.worded(*_HELP))
            continue
        _show(settings, rows, chosen)


def _show(settings: Settings, rows: list[SemanticMapping], chosen: int) -> None:
    from ictgraph.links.vocabularies import page

    if not rows:
        _echo(settings.worded("  nothing is suggested", "  没有建议"))
    for i, row in enumerate(rows[:_SHOWN]):
        mark = ">" if i == chosen else " "
        match = row.predicate_id.partition(":")[2].removesuffix("Match")
        sure = "" if row.confidence is None else f" {row.confidence:g}"
        met = row.more.get("match_string", "")
        about = "  ".join(filter(None, (f"{match}{sure}", row.comment, met and f"“{met}”")))
        _echo(f"{mark} {i + 1}  {row.object_id}  {row.object_label}  ({about})")
        if page(row.object_id):
            _echo(f"     {page(row.object_id)}")


def _answer(typed: str) -> tuple[str, int]:
    """The letter of a word of :data:`_WORDS`, or what else was typed, and a candidate's number."""
    if typed in ("", _END):
        return "q", 0
    digits = re.search("[0-9]{1,4}", typed)
    word = re.sub("[0-9\\s]", "", typed).lower()
    letters = [letter for letter, words in _WORDS.items() if word and word in (letter, *words)]
    return letters[0] if letters else word, int(digits[0]) if digits else 0


def _keep(
    decisions: Decisions,
    files: tuple[str, str],
    settings: Settings,
    word: str,
    row: SemanticMapping | None = None,
) -> None:
    """Write what was decided, whatever is pressed meanwhile, then say so."""
    from ictgraph.links import sssom

    with _uninterrupted():
        for path, some in zip(files, (decisions.accepted, decisions.rejected), strict=True):
            if some.mappings:
                data = sssom.text(some).encode("utf-8", "backslashreplace")
                save(path, partial(_put, data=data))
    said = settings.worded(*_WORDS[word])
    _echo(f"= {said}  {row.object_id} {row.object_label}" if row else f"= {said}")


def _put(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until a file is whole."""
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    if mask is None:
        yield
        return
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def _echo(line: str) -> None:
    click.echo("\n".join(clean(part) for part in line.split("\n")))
