"""Ask any SPARQL 1.1 endpoint, and never take a part of an answer for the whole.

SPARQLWrapper writes the request. Sending and reading are done here, because an endpoint
may answer late, at endless length, in HTML, or with the first half of the rows and
status 200: each of these is an :class:`~ictgraph.errors.EndpointError` that says so.
"""

from __future__ import annotations

import socket
import ssl
import time
from base64 import b64encode
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING
from urllib import request as http
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, unquote, urlsplit

from ictgraph.errors import (
    EndpointError,
    IctgraphError,
    InputError,
    PolicyError,
    QuerySyntaxError,
)
from ictgraph.messages import Message, reason
from ictgraph.received import GRAPHS, RESULTS, excerpt, printable, read
from ictgraph.results import Answer
from ictgraph.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EndpointEngine"]

_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
_CANCELLED = "The SPARQL operation has been cancelled"
_LONGEST_WAIT = 30.0
_HINTS = {
    401: Message("the endpoint wants a user and a password: https://USER:PASSWORD@…"),
    403: Message("the endpoint does not allow this; check the address and the password"),
    404: Message("the path is wrong; endpoints often end in /sparql or /query"),
    405: Message("the address takes no POST; endpoints often end in /sparql or /query"),
    406: Message("the endpoint cannot answer in a standard SPARQL 1.1 format"),
    413: Message("the query is too long for the endpoint"),
    414: Message("the query is too long for the endpoint"),
    429: Message("the endpoint is busy; try again later"),
    500: Message("the endpoint failed; try again later, or ask for less"),
    502: Message("a proxy does not reach the endpoint; try again later"),
    503: Message("the endpoint is busy; try again later"),
    504: Message("the endpoint took too long; ask for less"),
}


class EndpointEngine:
    """Any SPARQL 1.1 endpoint as an engine; answers equal those of the embedded one.

    Queries go as form POST, whatever their length. Redirects are not followed. A user
    and password in the address are sent as basic authentication and appear in no message.

    :param url: ``http`` or ``https`` address of the endpoint.
    :param timeout: seconds to wait for the endpoint, for each attempt.
    :param retries: how often to ask again after status 429 or 503.
    :param backoff: seconds before the first new attempt, doubled for each further one; a
        ``Retry-After`` of the endpoint goes first, one above 30 s is an error at once.
    :param max_bytes: the longest answer to take.
    :param headers: further HTTP headers.
    :ivar url: the address as messages show it, without password and query string.
    :ivar address: the address that is asked, without password.
    :raises PolicyError: for other schemes than ``http`` and ``https``.
    :raises InputError: for an address that is none.

    >>> EndpointEngine("file:///etc/passwd")
    Traceback (most recent call last):
    ictgraph.errors.PolicyError: file: is no endpoint; give an http:// or https:// address
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 30.0,
        retries: int = 3,
        backoff: float = 0.5,
        max_bytes: int = 64 * 1024 * 1024,
        headers: Mapping[str, str] | None = None,
        user_agent: str = "ictgraph",
    ) -> None:
        parts = _address(url)
        host = parts.netloc.rpartition("@")[2]
        self.url = parts._replace(netloc=host, query="", fragment="").geturl()
        self.timeout = timeout
        self.retries = retries
        self.backoff = backoff
        self.max_bytes = max_bytes
        self.address = parts._replace(netloc=host, fragment="").geturl()
        self._headers = dict(headers or {})
        if parts.username:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(login.encode()).decode()}"
        self._user_agent = user_agent
        self._opener = _opener()

    def query(self, text: str) -> Answer:
        """Send a query and return its answer; see :class:`ictgraph.engine.Engine`.

        :raises EndpointError: if there is no whole answer; the message says why.
        :raises QuerySyntaxError: if the text is no query, or the endpoint says so.
        """
        return self.read(text, *self.fetch(text))

    def fetch(self, text: str) -> tuple[bytes, str]:
        """Send a query and return the whole body of its answer, unread, and its content type.

        Errors are those of :meth:`query`, but for what only reading the body shows.
        """
        form = _form(text)
        try:
            request = self._request(text, form)
        except UnicodeEncodeError:
            raise QuerySyntaxError("the query holds half a surrogate pair") from None
        return self._ask(request)

    def read(self, text: str, body: bytes, kind: str) -> Answer:
        """Return the answer to a query that a body of a content type holds.

        :raises EndpointError: if it holds none, or a part of one.
        """
        form = _form(text)
        try:
            written = body.decode()
        except UnicodeDecodeError as error:
            raise self._broken(
                Message("byte {start} is not UTF-8", start=error.start), body
            ) from None
        try:
            return read(form, kind, written)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            if _CANCELLED in written:
                raise EndpointError(
                    "{url} ran out of time and sent a part of its answer",
                    hint="ask for less, or allow the endpoint more time",
                    url=self.url,
                ) from None
            why = Message("no {name}", name=error) if isinstance(error, KeyError) else reason(error)
            raise self._broken(why, body) from None

    def _request(self, text: str, form: str) -> http.Request:
        from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

        wrapper = SPARQLWrapper(self.address, agent=self._user_agent)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.queryString, wrapper.queryType = text, form  # setQuery() guesses the form
        rows = form in ("SELECT", "ASK")
        wrapper.setReturnFormat(JSON if rows else TURTLE)
        accepted = RESULTS if rows else ("application/n-triples", "text/turtle")
        headers = {"Accept": f"{accepted[0]}, {accepted[1]};q=0.5", **self._headers}
        for name, value in headers.items():
            wrapper.addCustomHttpHeader(name, value)
        return wrapper._createRequest()  # its query() follows redirects anywhere

    def _ask(self, request: http.Request) -> tuple[bytes, str]:
        """Return the body and content type of the endpoint's answer, after patient asking."""
        attempt = 0
        while True:
            try:
                with self._opener.open(request, timeout=self.timeout) as response:
                    return self._receive(response)
            except HTTPError as error:
                with error:
                    wait = self._wait(error, attempt)
                    if wait is None:
                        raise self._refusal(error) from None
            except (OSError, HTTPException) as error:
                raise self._failure(error) from None
            time.sleep(wait)
            attempt += 1

    def _wait(self, error: HTTPError, attempt: int) -> float | None:
        """Return the seconds to wait before asking again, or None for not again."""
        if error.code not in (429, 503) or attempt >= self.retries:
            return None
        wait = _retry_after(error.headers.get("Retry-After", ""))
        wait = self.backoff * 2**attempt if wait is None else wait
        return wait if wait <= _LONGEST_WAIT else None

    def _receive(self, response: HTTPResponse) -> tuple[bytes, str]:
        """Read a whole answer within the time and size allowed, and check its type."""
        kind = response.headers.get_content_type() if response.headers["Content-Type"] else ""
        deadline = time.monotonic() + self.timeout
        body, length = bytearray(), response.length
        while (length is None or len(body) < length) and (piece := response.read1(65536)):
            body += piece
            if len(body) > self.max_bytes:
                raise EndpointError(
                    "{url} sends more than {most:,} bytes",
                    hint="add a LIMIT to the query",
                    url=self.url,
                    most=self.max_bytes,
                )
            if time.monotonic() > deadline:
                raise TimeoutError
        if not (kind in RESULTS or kind in GRAPHS):
            raise EndpointError(
                "{url} answered with status {status} and {kind}, not SPARQL results: {excerpt}",
                hint=_HINTS[404],
                url=self.url,
                status=response.status,
                kind=kind or Message("no content type"),
                excerpt=excerpt(body),
            )
        unknown = length is None and not response.chunked  # lines do not tell where they end
        if len(body) < (length or 0) or (unknown and kind in GRAPHS):
            raise self._broken(Message("its end is missing"), body)
        return bytes(body), kind

    def _refusal(self, error: HTTPError) -> IctgraphError:
        """Return the error for an HTTP status other than success."""
        said: str = Message("no explanation")
        with suppress(OSError, HTTPException):
            said = excerpt(error.read(400))
        if 300 <= error.code < 400:
            target = urlsplit(error.headers.get("Location", ""))
            shown = target._replace(netloc=target.netloc.rpartition("@")[2], query="").geturl()
            return EndpointError(
                "{url} redirects to {shown}, which is not followed",
                hint="if you trust that address, give it as the endpoint",
                url=self.url,
                shown=printable(shown),
            )
        if error.code == 400:
            return QuerySyntaxError(
                "{url} does not accept the query: {said}", url=self.url, said=said
            )
        after = error.headers.get("Retry-After", "")
        later = Message(" (retry after {after})", after=printable(after)) if after else ""
        return EndpointError(
            "{url} answered with status {code}{later}: {said}",
            hint=_HINTS.get(error.code, Message("try again later")),
            url=self.url,
            code=error.code,
            later=later,
            said=said,
        )

    def _failure(self, error: OSError | HTTPException) -> EndpointError:
        """Return the error for an endpoint that did not answer at all."""
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            return EndpointError(
                "{url} did not answer within {timeout:g} s",
                hint="ask for less, or allow more time with --timeout",
                url=self.url,
                timeout=self.timeout,
            )
        if isinstance(cause, ConnectionRefusedError):
            return EndpointError(
                "{url} refused the connection", hint="is the server running?", url=self.url
            )
        if isinstance(cause, socket.gaierror):
            host = urlsplit(self.url).hostname
            return EndpointError(
                "no computer named {host} is known",
                hint="check the address and the network",
                host=host,
            )
        if isinstance(cause, ssl.SSLError):
            return EndpointError(
                "{url} has no valid certificate: {cause}",
                url=self.url,
                cause=_cause(cause),
            )
        if isinstance(cause, HTTPException):
            return EndpointError(
                "the answer of {url} is truncated or not HTTP ({kind})",
                hint="check the address, or try again later",
                url=self.url,
                kind=type(cause).__name__,
            )
        return EndpointError("{url} is out of reach: {cause}", url=self.url, cause=_cause(cause))

    def _broken(self, why: Message, body: bytes | bytearray) -> EndpointError:
        return EndpointError(
            "the answer of {url} is truncated or not SPARQL results: {why}: {excerpt}",
            hint="ask for less, or check the address",
            url=self.url,
            why=why if why.values else Message(printable(why)),
            excerpt=excerpt(body),
        )


def _address(url: str) -> SplitResult:
    """Return the parts of an endpoint's address.

    No message quotes a bad address: it may hold a password.
    """
    hint = Message("give an http:// or https:// address")
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise InputError("the address of the endpoint is malformed", hint=hint) from None
    if parts.scheme not in ("http", "https"):
        if parts.scheme:
            raise PolicyError("{scheme}: is no endpoint", hint=hint, scheme=printable(parts.scheme))
        raise InputError("the address of the endpoint has no scheme", hint=hint)
    if not sound or not url.isascii() or not url.isprintable() or " " in url:
        raise InputError("the address of the endpoint is malformed", hint=hint)
    return parts


def _opener() -> http.OpenerDirector:
    """Return an opener for HTTP alone: no files, no FTP, no redirects."""
    opener = http.OpenerDirector()
    for handler in (
        http.ProxyHandler(),
        http.HTTPHandler(),
        http.HTTPSHandler(),
        http.HTTPDefaultErrorHandler(),
        http.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _form(text: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE."""
    for token in tokens(text):
        if token.kind == "word" and token.upper() in _FORMS:
            return token.upper()
        if token in ("{", "("):
            break
    raise QuerySyntaxError("the text is no query", hint="begin with SELECT, ASK or CONSTRUCT")


def _retry_after(value: str) -> float | None:
    """Return the seconds that a ``Retry-After`` header names, as a number or a date."""
    from email.utils import parsedate_to_datetime

    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _cause(error: object) -> Message:
    """Return why a connection failed, fit for a terminal."""
    text = reason(error) if isinstance(error, BaseException) else str(error)
    return Message(printable(text))
