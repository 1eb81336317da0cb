"""``ictgraph passage add``: a passage of a source, with its place, offsets and digest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ictgraph.cli import streams
from ictgraph.cli.options import Group
from ictgraph.cli.settings import Answering, Settings, path_option, require_text
from ictgraph.errors import AmbiguousName, InputError, UnknownName
from ictgraph.messages import Message, together

if TYPE_CHECKING:
    from ictgraph.curation.additions import NewPassage
    from ictgraph.curation.passages import SourceText
    from ictgraph.graph import Graph

__all__ = ["passage_command"]

_LISTED = 12


@click.group(
    "passage",
    cls=Group,
    epilog="\b\nExamples:\n  ictgraph passage add --help",
)
def passage_command() -> None:
    """Add passages: the sentences, table rows and records that claims are taken from."""


@passage_command.command(
    "add",
    cls=Answering,
    formats=("text",),
    leave_out=("format", "output", "fail_empty", "show_query", "endpoint", "timeout"),
    epilog="\b\nExamples:\n"
    "  ictgraph passage add src:example s1/p1/s1 --text review.txt 'the review' -o mine.trig\n"
    "  ictgraph passage add src:example t1/r2 --text review.txt 'the … review' -o mine.trig\n"
    "  ictgraph passage add --record src:example 7 --seen-at https://example.org/7"
    " --seen-on 2026-11-28 -o mine.trig",
)
@click.argument("source")
@click.argument("place")
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--text", metavar="FILE", callback=path_option, help="The source's text, UTF-8.")
@click.option(
    "--nth",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of several places with these words, the N-th.",
)
@click.option("--gloss-en", metavar="TEXT", help="What it says, in our own words, in English.")
@click.option("--gloss-zh", metavar="TEXT", help="The same in Chinese.")
@click.option("--no-claims", metavar="REASON", help="Why it states nothing: heading, connective, …")
@click.option("--record", is_flag=True, help="It is a record; PLACE is its number or name there.")
@click.option("--seen-at", metavar="URL", help="Where the record was read.")
@click.option("--seen-on", metavar="DATE", help="When the record was read, like 2026-11-28.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    callback=path_option,
    help="Add it to this TriG file. Default: standard output.",
)
def _add(
    settings: Settings,
    source: str,
    place: str,
    words: tuple[str, ...],
    text: str | None,
    nth: int | None,
    record: bool,
    **said: str | None,
) -> None:
    """Add a passage: find its words in the text, compute offsets and digest, name its place.

    WORDS are the whole sentence or row, or its beginning and end as 'first words … last words'.
    Line breaks, spaces, hyphens and full-width forms of the copy do not matter. Several WORDS are
    the pieces of a sentence that a table cuts. PLACE is its place in the source: s3.1/p2/s1,
    s3.1/heading, t5/r3, t5/caption, … A record has no text: --record --seen-at URL --seen-on DATE.
    """
    from ictgraph.curation.additions import at_place, is_known, read_record, refuse_other_text
    from ictgraph.curation.drafts import Draft
    from ictgraph.curation.passages import SourceText

    path = _target(settings)
    given = {name: value or "" for name, value in said.items()}
    _refuse_mixtures(record, words, text or "", given)
    copy = SourceText.open(text) if text else None
    graph = Draft(settings.graph(), [path]).graph
    iri = _source(graph, source)
    gloss = {"en": given["gloss_en"], "zh": given["gloss_zh"]}
    because = given["no_claims"]
    reason = graph.entity(because, "NoClaimsReason") if because else ""
    if copy is None:
        seen = given["seen_at"], given["seen_on"]
        label = graph.names.labels([iri]).get(iri, {})
        new = read_record(iri, place, *seen, label=label, gloss=gloss, reason=reason)
    else:
        refuse_other_text(graph, copy, iri)
        found = [_chosen(copy, one, nth, settings) for one in words]
        new = at_place(iri, place, copy, found, gloss=gloss, reason=reason)
    _write(settings, path, new, is_known(graph, new))


def _target(settings: Settings) -> str:
    """Return the file to add to, "" for standard output."""
    if settings.to_file and not settings.output.endswith(".trig"):
        raise InputError(
            "{output!r} is not TriG",
            hint="name a file that ends in .trig for -o",
            output=settings.output,
        )
    return settings.output if settings.to_file else ""


def _refuse_mixtures(
    record: bool, words: tuple[str, ...], text: str, given: dict[str, str]
) -> None:
    seen = {"--seen-at": given["seen_at"], "--seen-on": given["seen_on"]}
    printed = {"WORDS": words, "--text": text}
    wanted, other = (seen, printed) if record else (printed, seen)
    missing = [name for name, value in wanted.items() if not value]
    strange = [name for name, value in other.items() if value]
    kind = Message("a record") if record else Message("a passage of a text")
    if missing:
        raise click.UsageError(
            Message("{kind} needs {missing}", kind=kind, missing=together(missing))
        )
    if strange:
        raise click.UsageError(
            Message("{kind} has no {strange}", kind=kind, strange=together(strange))
        )


def _source(graph: Graph, name: str) -> str:
    """Return the IRI of a source by name; an unknown one is to be declared first."""
    try:
        return graph.entity(require_text(name, "SOURCE"), "Source")
    except UnknownName as error:
        raise UnknownName(
            "no source {name!r} is declared",
            hint=(
                'declare it in the file first: \'src:NAME a ict:Source ; rdfs:label "…"@en ,'
                " \"…\"@zh .'; 'ictgraph find TEXT --kind Source' searches"
            ),
            name=name,
        ) from error


def _chosen(text: SourceText, words: str, nth: int | None, settings: Settings) -> tuple[int, int]:
    """Return the span of words in the text; several are listed, none shows what comes nearest."""
    from ictgraph.curation.search import around, nearest, occurrences

    found = occurrences(text, require_text(words, "WORDS"))
    short = words if len(words) <= 40 else words[:39] + "…"
    if not found:
        start, end = nearest(text, words)
        near = f"{start}-{end}"
        what = Message("the text does not have {short!r}", short=short)
        if end:
            quoted = text.quote(near)
            what = Message(
                "{what}; the nearest is {near}: {quoted}", what=what, near=near, quoted=quoted
            )
        raise UnknownName(what, hint="copy the words from the text")
    if len(found) == 1:
        return found[0]
    if nth is None:
        for number, (start, end) in enumerate(found[:_LISTED], 1):
            streams.say(f"{number}: {start}-{end} {around(text, start, end)}")
        raise AmbiguousName(
            "{short!r} stands at {count} places",
            hint="choose one with --nth N, or give more words",
            short=short,
            count=len(found),
        )
    if nth > len(found):
        raise InputError(
            "{short!r} stands at {count} places only",
            hint="choose a lower --nth",
            short=short,
            count=len(found),
        )
    return found[nth - 1]


def _write(settings: Settings, path: str, new: NewPassage, known: bool) -> None:
    """Write the passage into its file or to standard output, unless it stands elsewhere."""
    from ictgraph.checks import locate
    from ictgraph.curation.additions import merged
    from ictgraph.curation.canonical import canonical_text, comments_in, read, write
    from ictgraph.vocab import compress

    before = read(path) if os.path.exists(path) else set()
    curie = compress(new.iri)
    if known and path and not any(str(quad.subject) == f"<{new.iri}>" for quad in before):
        where = locate(new.iri, settings.data)
        there = f"{curie} is there already, the same: {where}", f"{curie} 已有，内容相同：{where}"
        streams.say(settings.worded(*there))
        return
    text = canonical_text(merged(before, new))
    if not path:
        settings.write_text(text)
        return
    lost = comments_in(path)
    write({path: text})
    settings.say_lost(path, lost)
    streams.say(settings.worded(f"{curie} is in {path}", f"{curie} 已写入 {path}"))
