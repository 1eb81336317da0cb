"""Every error ictgraph raises on purpose, one tree, each with its exit code.

::

    IctgraphError                 1
    ├── CheckFailed               1   a check found problems
    ├── InputError                2   malformed input or usage
    │   ├── UnknownName           2   no entity, template or format of that name
    │   ├── AmbiguousName         2   several entities of that name
    │   └── QuerySyntaxError      2   SPARQL that does not parse
    ├── PolicyError               3   refused: network, files or updates
    ├── LimitError                4   time, memory, rows or size
    ├── StoreError                5   store, disk or lock
    └── EndpointError             6   SPARQL endpoint or network

The message says what happened and where; ``hint`` says what to do next. The
command line prints both on one line, in English or Chinese, and exits with ``exit_code``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ictgraph.messages import Message, reason, said

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "AmbiguousName",
    "CheckFailed",
    "EndpointError",
    "IctgraphError",
    "InputError",
    "LimitError",
    "PolicyError",
    "QuerySyntaxError",
    "StoreError",
    "UnknownName",
]


class IctgraphError(Exception):
    """Base of every error of this package.

    :param what: a template of :class:`ictgraph.messages.Message`, as is ``hint``.
    :param values: the values of both.

    >>> error = InputError("{path!r} is empty", hint="begin with column names", path="a.csv")
    >>> print(error)
    'a.csv' is empty; begin with column names
    >>> error.exit_code
    2
    """

    exit_code = 1

    def __init__(self, what: str, /, *, hint: str = "", **values: object) -> None:
        self.what = Message(what, **values)
        self.hint = Message(hint, **values)
        super().__init__(self.said("en"))

    def said(self, lang: str) -> str:
        """Return the whole message on one line, in Chinese if ``lang`` is "zh"."""
        joint = "；" if lang == "zh" else "; "
        return joint.join(said(part, lang) for part in (self.what, self.hint) if part)


class CheckFailed(IctgraphError):
    """A check found problems in the data."""


class InputError(IctgraphError):
    """Input that cannot be understood: a file, an option, a value."""

    exit_code = 2

    @classmethod
    def unreadable(cls, path: str, error: BaseException, hint: Message) -> Self:
        """Return the error that a file cannot be read, and why."""
        return cls("{path} cannot be read: {reason}", hint=hint, path=path, reason=reason(error))


class UnknownName(InputError):
    """A name that no entity, template, option value or format has."""


class AmbiguousName(InputError):
    """A name that several entities share; the hint lists them."""


class QuerySyntaxError(InputError):
    """SPARQL that does not parse."""


class PolicyError(IctgraphError):
    """A request that is refused: network, files or updates."""

    exit_code = 3


class LimitError(IctgraphError):
    """A limit of time, memory, rows or size was reached."""

    exit_code = 4


class StoreError(IctgraphError):
    """The store, the disk or a lock failed."""

    exit_code = 5


class EndpointError(IctgraphError):
    """The SPARQL endpoint or the network failed."""

    exit_code = 6
