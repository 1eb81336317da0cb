"""Ask an endpoint about entities: in batches, gently, and never with a part for an answer.

:func:`prepare` finds the identifiers and writes the queries, and sends nothing; :func:`ask`
takes what is kept and asks for the rest. ``docs/federation.md`` has the promises.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from ictgraph import queries
from ictgraph.errors import EndpointError, LimitError
from ictgraph.federation.answers import Row, read, table, with_known
from ictgraph.federation.kept import Kept, every, find, keep
from ictgraph.federation.links import Links, links
from ictgraph.federation.questions import Question
from ictgraph.guard import Limits, check
from ictgraph.messages import Message
from ictgraph.remote import EndpointEngine
from ictgraph.results import Table, Term
from ictgraph.terms import text_of

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["MOST_REQUESTS", "Answered", "Request", "ask", "prepare", "user_agent"]

MOST_REQUESTS = 40
"""How many requests one question may take."""

_MOST_BYTES = 16 * 1024 * 1024
_RETRIES = 2


@dataclass(frozen=True, slots=True)
class Request:
    """What an endpoint is to be asked.

    :ivar links: the identifiers asked for, and the entities that have none.
    :ivar address: address that is asked, which may hold a password.
    :ivar batches: the terms of each request, and its query.
    :ivar kept: the answer to each that is kept, ``None`` for those to be asked.
    """

    question: Question
    links: Links
    address: str = field(repr=False)
    batches: tuple[tuple[tuple[Term, ...], str], ...]
    kept: tuple[Kept | None, ...]

    @property
    def pending(self) -> int:
        """How many requests have to be sent."""
        return self.kept.count(None)

    @property
    def query(self) -> str:
        """The query for all identifiers at once."""
        return queries.render(
            self.question.template, {self.question.parameter.name: list(self.links.by_term)}
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request.

    :ivar rows: the rows, for :mod:`ictgraph.federation.records`.
    :ivar table: the same for readers: our entities beside the identifiers, endpoint and day.
    :ivar url: address of the endpoint, without a password.
    """

    rows: tuple[Row, ...]
    table: Table
    url: str


def prepare(
    graph: Graph,
    question: Question,
    entities: Sequence[str] = (),
    *,
    at: str = "",
    refresh: bool = False,
) -> Request:
    """Find the identifiers of entities and write the queries; nothing is sent.

    :param entities: names of entities; all of the question's class if there are none.
    :param at: another address of the endpoint.
    :param refresh: ask again for what is kept.
    :raises UnknownName: if there is no such entity.
    :raises LimitError: if this takes more than :data:`MOST_REQUESTS` requests.
    :raises PolicyError: if the query asks for more than to read.
    """
    iris = [text_of(graph.term(one, question.parameter)) for one in entities]
    found = links(graph.engine, question, list(dict.fromkeys(iris)))
    terms, size = list(found.by_term), question.endpoint.batch
    parts = [tuple(terms[start : start + size]) for start in range(0, len(terms), size)]
    _refuse_many(question, len(terms), len(parts))
    batches = []
    for part in parts:
        text = queries.render(question.template, {question.parameter.name: part})
        check(text, Limits())
        batches.append((part, text))
    engine = _engine(at or question.endpoint.url)
    request = Request(
        question, found, at or question.endpoint.url, tuple(batches), (None,) * len(batches)
    )
    if refresh:
        return request
    return replace(request, kept=tuple(_readable(engine, request, text) for _, text in batches))


def ask(
    graph: Graph,
    request: Request,
    *,
    offline: bool = False,
    timeout: float = 30.0,
    progress: Callable[[int], None] = lambda _: None,
) -> Answered:
    """Answer a request from what is kept, and ask the endpoint for the rest.

    Requests go one after another with a pause between them. Every answer is kept as soon as it
    has been read whole, so that one that fails does not cost those before it.

    :param offline: send nothing.
    :param timeout: seconds to wait for the endpoint, for each attempt.
    :param progress: is given the number of each request before it is sent.
    :raises EndpointError: if an answer is missing; the hint names what is kept.
    """
    engine = _engine(request.address, timeout)
    if offline and request.pending:
        raise _unasked(engine, request)
    answers: list[Kept] = []
    sent = 0
    for (terms, text), there in zip(request.batches, request.kept, strict=True):
        if there is None:
            if sent:
                time.sleep(request.question.endpoint.pause)
            sent += 1
            progress(sent)
            answers.append(_asked(engine, request, terms, text))
        else:
            answers.append(there)
    rows = [row for one in answers for row in _rows(engine, request, one)]
    rows = with_known(graph.engine, request.question, rows)
    shown = table(graph.names, request.question, rows, engine.url)
    return Answered(tuple(rows), shown, engine.url)


def user_agent() -> str:
    """Return how we call ourselves, so that whoever runs an endpoint can find us."""
    from ictgraph import __version__

    ours, theirs = f"ictgraph/{__version__}", f"SPARQLWrapper/{version('sparqlwrapper')}"
    return f"{ours} (https://w3id.org/ictgraph) {theirs}"


def _engine(url: str, timeout: float = 30.0) -> EndpointEngine:
    return EndpointEngine(
        url,
        timeout=timeout,
        retries=_RETRIES,
        backoff=1.0,
        max_bytes=_MOST_BYTES,
        user_agent=user_agent(),
    )


def _refuse_many(question: Question, identifiers: int, requests: int) -> None:
    if requests > MOST_REQUESTS:
        raise LimitError(
            "{count} identifiers take {requests} requests to {host}; at most {most} are sent",
            hint="name fewer entities",
            count=identifiers,
            requests=requests,
            host=question.endpoint.host,
            most=MOST_REQUESTS,
        )


def _unasked(engine: EndpointEngine, request: Request) -> EndpointError:
    return EndpointError(
        "nothing is sent; answers of {url} to {name!r} that are not kept: {pending} of {count}",
        hint=_hint(Message("leave out --offline to ask"), engine.url, request),
        url=engine.url,
        name=request.question.name,
        pending=request.pending,
        count=len(request.batches),
    )


def _readable(engine: EndpointEngine, request: Request, text: str) -> Kept | None:
    """Return the kept answer to a query, if it can still be read."""
    there = find(engine.url, engine.address, text)
    try:
        if there:
            _rows(engine, request, there)
    except (EndpointError, UnicodeEncodeError):
        return None
    return there


def _asked(engine: EndpointEngine, request: Request, terms: Sequence[Term], text: str) -> Kept:
    """Ask for one batch, read the answer whole, and keep it."""
    try:
        body, kind = engine.fetch(text)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = engine.read(text, body, kind)
        read(found, request.question, request.links, engine.url, now)
    except EndpointError as error:
        raise EndpointError(error.what, hint=_hint(error.hint, engine.url, request)) from None
    name, count = request.question.name, len(terms)
    answer = Kept(name, engine.url, text, count, now, kind, body.decode())
    keep(answer, engine.address)
    return answer


def _rows(engine: EndpointEngine, request: Request, answer: Kept) -> list[Row]:
    found = engine.read(answer.query, answer.body.encode(), answer.type)
    return read(found, request.question, request.links, engine.url, answer.day)


def _hint(hint: Message, url: str, request: Request) -> Message:
    """Return what to do next, and what is kept of this question."""
    there = [one for one in every(url) if one.question == request.question.name]
    if not there:
        return hint
    count = sum(one.identifiers for one in there)
    first, last = there[0].day, there[-1].day
    days = Message("{first} to {last}", first=first, last=last) if first != last else first
    return Message(
        "{hint}; kept is what it answered for {count} identifiers on {days}",
        hint=hint,
        count=count,
        days=days,
    )
