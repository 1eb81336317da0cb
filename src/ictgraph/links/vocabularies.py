"""The vocabularies we link to: what they are called, how identifiers look, where they show.

The table is ``ontology/vocabularies.tsv``; patterns agree with the Bioregistry where it has the
prefix.
"""

from __future__ import annotations

import csv
import os
import re
from functools import cache
from typing import NamedTuple

from ictgraph.errors import StoreError
from ictgraph.messages import reason
from ictgraph.paths import data_dir

__all__ = ["Vocabulary", "identifier", "page", "vocabularies", "well_formed"]

_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Vocabulary(NamedTuple):
    """A vocabulary or registry.

    :ivar pattern: regular expression that the local part of an identifier matches whole.
    :ivar bioregistry: its prefix in the Bioregistry, "" if it has none.
    :ivar page: address of the page of an identifier, ``$1`` standing for it; "" if there is none.
    :ivar licence: SPDX identifier, "" if not known.
    :ivar spellings: how else identifiers are written, ``$1`` standing for the local part; spaces
        between them.
    """

    prefix: str
    name: str
    name_zh: str
    pattern: str
    bioregistry: str
    page: str
    licence: str
    spellings: str


@cache
def vocabularies() -> dict[str, Vocabulary]:
    """Return the vocabularies by prefix.

    >>> vocabularies()["MONDO"].name
    'Mondo Disease Ontology'
    """
    path = os.path.join(data_dir("ontology"), "vocabularies.tsv")
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [Vocabulary(**row) for row in csv.DictReader(file, delimiter="\t")]
    except (OSError, TypeError, ValueError) as error:
        raise StoreError(
            "the table of vocabularies {path} cannot be read: {reason}",
            hint="install the package again, or run it from a complete checkout",
            path=path,
            reason=reason(error),
        ) from None
    return {one.prefix: one for one in rows}


def page(curie: str) -> str:
    """Return the address of the page about an identifier, "" if none is known.

    >>> page("clinicaltrials:NCT04404660")
    'https://clinicaltrials.gov/study/NCT04404660'
    """
    prefix, _, local = curie.partition(":")
    known = vocabularies().get(prefix)
    return known.page.replace("$1", local) if known and known.page else ""


def identifier(text: str) -> str:
    """Return the CURIE of an identifier however it is written, "" if it is none that we know.

    Understood are CURIEs, the addresses of pages, and the spellings of ``vocabularies.tsv``; http
    and https, and a stroke at the end, make no difference.

    >>> identifier("https://www.uniprot.org/uniprotkb/P15391/entry"), identifier("PMID:38381673")
    ('uniprot:P15391', 'pubmed:38381673')
    >>> identifier("CD19: a target")
    ''
    """
    if not {"/", ":"} & set(text):
        return ""
    plain = _plain(text)
    for prefix, form in _forms():
        if found := form.fullmatch(plain):
            return f"{prefix}:{found['local']}"
    return ""


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (one.prefix, re.compile(f"(?P<local>{one.pattern})".join(map(re.escape, parts))))
        for one in vocabularies().values()
        for spelling in (f"{one.prefix}:$1", one.page, *one.spellings.split())
        if len(parts := _plain(spelling).split("$1")) == 2 and one.pattern
    ]


def _plain(address: str) -> str:
    return re.sub("^https?://(www[.])?", "//", address.strip()).removesuffix("/")


def well_formed(curie: str) -> bool:
    """Tell whether an identifier can exist: its pattern, and its check character if it has one.

    Identifiers of vocabularies without a pattern are well formed. UNII, ROR, ISSN and ORCID have
    check characters, which find any single wrong character.

    >>> well_formed("unii:Q6C9WHR03O"), well_formed("unii:Q6C9WHR03P"), well_formed("MONDO:12")
    (True, False, False)
    """
    prefix, _, local = curie.partition(":")
    known = vocabularies().get(prefix)
    if known is None:
        return True
    check = _CHECKS.get(prefix)
    return bool(re.fullmatch(known.pattern, local)) and (check is None or check(local))


def _unii(local: str) -> bool:
    """The last character is the sum of the others modulo 36."""
    return _BASE_36[sum(map(_BASE_36.index, local[:-1])) % 36] == local[-1]


def _ror(local: str) -> bool:
    """ISO 7064 mod 97-10 over the number that Crockford's base 32 writes."""
    number = 0
    for digit in local[1:7]:
        number = number * 32 + _BASE_32.index(digit)
    return 98 - (number * 100) % 97 == int(local[7:])


def _issn(local: str) -> bool:
    """Weights 8 to 2, modulo 11."""
    digits = local.replace("-", "")
    total = sum(
        int(digit) * weight for digit, weight in zip(digits[:7], range(8, 1, -1), strict=True)
    )
    return "0123456789X"[-total % 11] == digits[7]


def _orcid(local: str) -> bool:
    """ISO 7064 mod 11-2."""
    total = 0
    for digit in local.replace("-", "")[:15]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == local[-1]


_CHECKS = {"unii": _unii, "ror": _ror, "issn": _issn, "orcid": _orcid}
