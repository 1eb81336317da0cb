"""The endpoints that are asked: what they are called, where they are, whose data, how gently.

The table is ``queries/endpoints.tsv``.
"""

from __future__ import annotations

import csv
import os
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from ictgraph.errors import StoreError
from ictgraph.messages import reason
from ictgraph.paths import data_dir
from ictgraph.results import Label

__all__ = ["Endpoint", "endpoints"]


class Endpoint(NamedTuple):
    """A public SPARQL endpoint.

    :ivar licence: SPDX identifier of the licence of the data that templates read there.
    :ivar documentation: address of what its makers say of it.
    :ivar batch: the most identifiers in one request.
    :ivar pause: seconds between two requests.
    """

    name: str
    title: Label
    url: str
    licence: str
    documentation: str
    batch: int
    pause: float

    @property
    def host(self) -> str:
        """The computer that is asked."""
        return urlsplit(self.url).hostname or ""


@cache
def endpoints() -> dict[str, Endpoint]:
    """Return the endpoints by name.

    :raises StoreError: if the table cannot be read.

    >>> endpoints()["uniprot"].host
    'sparql.uniprot.org'
    """
    path = os.path.join(data_dir("queries"), "endpoints.tsv")
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [
                Endpoint(
                    name=row["name"],
                    title={"en": row["title"], "zh": row["title_zh"]},
                    url=row["url"],
                    licence=row["licence"],
                    documentation=row["documentation"],
                    batch=int(row["batch"]),
                    pause=float(row["pause"]),
                )
                for row in csv.DictReader(file, delimiter="\t")
            ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise StoreError(
            "the table of endpoints {path} cannot be read: {reason}",
            hint="install the package again, or run it from a complete checkout",
            path=path,
            reason=reason(error),
        ) from None
    return {one.name: one for one in rows}
