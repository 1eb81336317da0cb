"""ictgraph: a knowledge graph of immune cell therapy with a query layer.

>>> import ictgraph
>>> graph = ictgraph.open_graph()
>>> answer = graph.query("who-develops-what", disease="黑色素瘤")
>>> sorted({row["therapy"] for row in answer.records()})
['https://w3id.org/ictgraph/id/lifileucel']
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "AmbiguousName": "errors",
    "Answer": "results",
    "CheckFailed": "errors",
    "EndpointError": "errors",
    "Graph": "graph",
    "IctgraphError": "errors",
    "InputError": "errors",
    "LimitError": "errors",
    "Limits": "guard",
    "Match": "labels",
    "PolicyError": "errors",
    "QuerySyntaxError": "errors",
    "Statements": "results",
    "StoreError": "errors",
    "Table": "results",
    "Truth": "results",
    "UnknownName": "errors",
    "open_graph": "graph",
}

if TYPE_CHECKING:
    from ictgraph.errors import (
        AmbiguousName,
        CheckFailed,
        EndpointError,
        IctgraphError,
        InputError,
        LimitError,
        PolicyError,
        QuerySyntaxError,
        StoreError,
        UnknownName,
    )
    from ictgraph.graph import Graph, open_graph
    from ictgraph.guard import Limits
    from ictgraph.labels import Match
    from ictgraph.results import Answer, Statements, Table, Truth

__all__ = [
    "AmbiguousName",
    "Answer",
    "CheckFailed",
    "EndpointError",
    "Graph",
    "IctgraphError",
    "InputError",
    "LimitError",
    "Limits",
    "Match",
    "PolicyError",
    "QuerySyntaxError",
    "Statements",
    "StoreError",
    "Table",
    "Truth",
    "UnknownName",
    "__version__",
    "open_graph",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command line starts fast."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'ictgraph' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"ictgraph.{home}"), name)
