"""The names of a vocabulary, ready to look things up in, kept between runs.

Names are compared in a plain form: one script, one case, one spelling, no plural. What a name is
(label, exact synonym, other) stays with it, for the linker to weigh.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from unicodedata import normalize
from zlib import crc32

from ictgraph.links import terminologies
from ictgraph.links.terminologies import Term
from ictgraph.messages import Message, reason
from ictgraph.paths import cache_dir

__all__ = ["HAN", "Entry", "Hit", "Lexicon", "key", "plain"]

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, for a character class of a pattern."""

_FORMAT = 4
_GREEK = dict(
    zip("αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
        " sigma tau upsilon phi chi psi omega".split(), strict=True)
)  # fmt: skip
_SAME = {
    "aem": "em",
    "tumour": "tumor",
    "oede": "ede",
    "oeso": "eso",
    "paed": "ped",
    "gynaec": "gynec",
    "rrhoea": "rrhea",
    "sulph": "sulf",
    "isation": "ization",
    "disorder": "disease",
}
_SPELT = re.compile("|".join(_SAME))
_BREAKS = str.maketrans(
    dict.fromkeys('_/,;:()[]{}"‐‑‒–—―−·•・-、。《》「」“”', " ")
    | {ord(mark): "'" for mark in "’‘ʼ`"}
    | {ord(letter): f" {name} " for letter, name in _GREEK.items()}
)
_DROPPED = re.compile(r"'s\b|'|\.(?!\d)|(?<!\d)\.")
_PLURAL = re.compile(r"(?<=[a-z]{3})(ies\b|(?<![suixo])s\b)")
_GAPS = re.compile(r" (?!\d)|(?<!\d) ")
_BESIDE_HAN = re.compile(rf"(?<=[{HAN}]) | (?=[{HAN}])")


class Entry(NamedTuple):
    """A term of a lexicon."""

    id: str
    label: str
    retired: bool
    successors: tuple[str, ...]
    parents: tuple[str, ...]
    country: str


class Hit(NamedTuple):
    """A term that has a name.

    :ivar name: the name as the vocabulary writes it.
    :ivar how: ``label``, ``exact``, ``other`` or ``acronym``.
    """

    id: str
    name: str
    how: str


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Return the form in which names are compared.

    >>> plain("γδ T Cells"), plain("B-cell Leukaemia"), plain("Hodgkin’s lymphomas")
    ('gamma delta t cell', 'b cell leukemia', 'hodgkin lymphoma')
    >>> plain("CAR-T 细胞") == plain("ＣＡＲ－T细胞")
    True
    """
    if text.isascii():
        form = text.casefold()
    else:
        form = normalize("NFKC", normalize("NFKC", text).casefold())
    form = " ".join(_DROPPED.sub("", form.translate(_BREAKS)).split())
    form = _SPELT.sub(_spelling, form)
    form = _PLURAL.sub(_singular, form)
    return form if form.isascii() else _BESIDE_HAN.sub("", form)


def key(form: str) -> str:
    """Return a plain form without its gaps, those between numbers apart: PD 1 is PD1.

    >>> key(plain("IL-2")), key(plain("type 1 2"))
    ('il2', 'type1 2')
    """
    return _GAPS.sub("", form)


def _spelling(found: re.Match[str]) -> str:
    return _SAME[found[0]]


def _singular(found: re.Match[str]) -> str:
    return "y" if found[0] == "ies" else ""


class Lexicon:
    """The names of one vocabulary.

    :ivar source: where it was read.
    :ivar version: what the source says of its version.

    >>> from ictgraph.links.terminologies import Name
    >>> some = Lexicon("x", "", [Term("MONDO:0005105", (Name("melanoma", "label"),))])
    >>> some.find("Melanomas")
    [Hit(id='MONDO:0005105', name='melanoma', how='label')]
    """

    def __init__(self, source: str, version: str, terms: Iterable[Term]) -> None:
        self.source = source
        self.version = version
        self._entries: dict[str, str] = {}
        self._names: dict[str, str] = {}  # packed: text thaws ten times as fast as objects
        for one in terms:
            lists = ("\x1f".join(one.successors), "\x1f".join(one.parents))
            retired = "retired" if one.retired else ""
            self._entries[one.id] = "\t".join((one.label, retired, *lists, one.country))
            for name in one.names:
                form, hit = key(plain(name.text)), f"{one.id}\t{name.how}\t{name.text}"
                known = self._names.get(form)
                if known is None:
                    self._names[form] = hit
                elif hit not in known.split("\n"):
                    self._names[form] = f"{known}\n{hit}"
        plain.cache_clear()  # every name of a vocabulary is looked at once

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: object) -> bool:
        return id in self._entries

    def __getitem__(self, id: str) -> Entry:
        label, retired, successors, parents, country = self._entries[id].split("\t")
        return Entry(id, label, bool(retired), _listed(successors), _listed(parents), country)

    @property
    def ids(self) -> Collection[str]:
        """Every term, by CURIE."""
        return self._entries.keys()

    @cached_property
    def forms(self) -> Mapping[str, tuple[str, ...]]:
        """The terms that have each name, by the name's plain form."""
        found: dict[str, dict[str, None]] = {}
        for packed in self._names.values():
            for hit in _unpacked(packed):
                found.setdefault(plain(hit.name), {})[hit.id] = None
        return {form: tuple(ids) for form, ids in found.items()}

    @cached_property
    def _counted(self) -> Counter[str]:
        return Counter(id.partition(":")[0] for id in self._entries)

    @property
    def prefixes(self) -> frozenset[str]:
        """The prefixes of its terms."""
        return frozenset(self._counted)

    @property
    def prefix(self) -> str:
        """The prefix of most of its terms, "" if it has none."""
        return max(self._counted, key=self._counted.__getitem__, default="")

    def find(self, text: str) -> list[Hit]:
        """Return the terms that have this name in its plain form, in the order of the source."""
        return self.at(plain(text))

    def at(self, form: str) -> list[Hit]:
        """Return the terms that have a name of this plain form, in the order of the source."""
        found = self._names.get(key(form))
        return _unpacked(found) if found else []

    @classmethod
    def open(cls, source: str, progress: Callable[[str], None] = lambda _: None) -> Lexicon:
        """Return the lexicon of a file or packaged vocabulary, kept in the cache once read.

        :raises InputError: if the source cannot be read.
        """
        state = f"{_FORMAT} {terminologies.state(source)}\n".encode("utf-8", "surrogateescape")
        path = _kept(state)
        try:
            with open(path, "rb") as file:
                if file.readline() == state and int(file.readline()) == crc32(body := file.read()):
                    return cls._thawed(source, json.loads(body))
        except (OSError, ValueError):
            pass
        progress(Message("reading {source}, which happens once", source=source))
        read = terminologies.read(source)
        made = cls(source, read.version, read.terms)
        done = Message("read {count:,} terms of {source}", count=len(made), source=source)
        if read.encoding:
            done = Message("{what} as {encoding}", what=done, encoding=read.encoding)
        progress(done)
        try:
            made._freeze(path, state)
        except OSError as error:
            progress(
                Message(
                    "{source} will be read again: {folder}: {reason}",
                    source=source,
                    folder=os.path.dirname(path),
                    reason=reason(error),
                )
            )
        return made

    def _freeze(self, path: str, state: bytes) -> None:
        frozen = {"version": self.version, "entries": self._entries, "names": self._names}
        body = json.dumps(frozen, ensure_ascii=False, separators=(",", ":"))
        data = body.encode("utf-8", "surrogatepass")
        fresh = f"{path}.{os.getpid()}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            with open(fresh, "wb") as file:
                file.write(state + f"{crc32(data)}\n".encode() + data)
            os.replace(fresh, path)
        finally:
            if os.path.lexists(fresh):
                os.unlink(fresh)

    @classmethod
    def _thawed(cls, source: str, frozen: Any) -> Lexicon:
        made = cls(source, frozen["version"], ())
        made._entries, made._names = frozen["entries"], frozen["names"]
        return made


def _unpacked(hits: str) -> list[Hit]:
    split = (one.split("\t") for one in hits.split("\n"))
    return [Hit(id, name, how) for id, how, name in split]


def _listed(packed: str) -> tuple[str, ...]:
    return tuple(packed.split("\x1f")) if packed else ()


def _kept(state: bytes) -> str:
    """The cached file of a source: one per place, so that a changed source replaces it."""
    name = hashlib.sha256(state.rsplit(b" ", 2)[0]).hexdigest()[:24]
    return os.path.join(cache_dir(), "lexicons", f"{name}.txt")
