"""The names of a vocabulary, ready to look things up in, kept between runs.

Names are compared in a plain form: one script, one case, one spelling, no plural. What a name is
(label, exact synonym, other) stays with it, for the linker to weigh.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ictgraph.errors import StoreError
from ictgraph.links import terminologies
from ictgraph.links.terminologies import Term
from ictgraph.paths import cache_dir

__all__ = ["Entry", "Hit", "Lexicon", "plain"]

_FORMAT = 1
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "σ": "sigma", "ω": "omega",
}  # fmt: skip
_SPELT = (
    (re.compile("haem"), "hem"),
    (re.compile("aemia"), "emia"),
    (re.compile("tumour"), "tumor"),
    (re.compile("oedema"), "edema"),
    (re.compile("oesoph"), "esoph"),
    (re.compile("paedi"), "pedi"),
    (re.compile(r"isation\b"), "ization"),
)
_BREAKS = re.compile(r"[\s_/,;:()\[\]{}'\"‐‑‒–—―−·・-]+")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?<![suixo])s$")
_HOW = ("label", "exact", "other")


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
    :ivar how: ``label``, ``exact`` or ``other``.
    """

    id: str
    name: str
    how: str


@lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Return the form in which names are compared.

    >>> plain("γδ T Cells"), plain("B-cell Leukaemia"), plain("Tumours")
    ('gamma delta t cell', 'b cell leukemia', 'tumor')
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        text = "".join(f" {_GREEK[c]} " if c in _GREEK else c for c in text)
    for pattern, spelling in _SPELT:
        text = pattern.sub(spelling, text)
    words = [_PLURAL.sub("", word) for word in _BREAKS.split(text) if word]
    return " ".join(words)


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
        self._entries: dict[str, Entry] = {}
        self._names: dict[str, list[tuple[str, str, int]]] = {}
        for one in terms:
            self._entries[one.id] = Entry(
                one.id, one.label, one.retired, one.successors, one.parents, one.country
            )
            for name in one.names:
                hits = self._names.setdefault(plain(name.text), [])
                hit = (one.id, name.text, _HOW.index(name.how))
                if hit not in hits:
                    hits.append(hit)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: object) -> bool:
        return id in self._entries

    def __getitem__(self, id: str) -> Entry:
        return self._entries[id]

    @property
    def names(self) -> Mapping[str, object]:
        """Every name in its plain form."""
        return self._names

    @property
    def prefixes(self) -> set[str]:
        """The prefixes of its terms."""
        return {id.partition(":")[0] for id in self._entries}

    def find(self, text: str) -> list[Hit]:
        """Return the terms that have this name in its plain form, in the order of the source."""
        return [Hit(id, name, _HOW[how]) for id, name, how in self._names.get(plain(text), ())]

    @classmethod
    def open(cls, source: str, progress: Callable[[str], None] = lambda _: None) -> Lexicon:
        """Return the lexicon of a file or packaged vocabulary, kept in the cache once read.

        :raises InputError: if the source cannot be read.
        """
        version = terminologies.version(source)
        path = _kept(source, version)
        try:
            with open(path, encoding="utf-8") as file:
                return cls._thawed(json.load(file))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        progress(f"reading {source}, which happens once")
        made = cls(source, version, terminologies.read(source))
        progress(f"read {len(made):,} terms of {source}")
        made._freeze(path)
        return made

    def _freeze(self, path: str) -> None:
        frozen = {
            "source": self.source,
            "version": self.version,
            "entries": list(self._entries.values()),
            "names": self._names,
        }
        fresh = f"{path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(fresh, "w", encoding="utf-8") as file:
                json.dump(frozen, file, ensure_ascii=False, separators=(",", ":"))
            os.replace(fresh, path)
        except OSError as error:
            raise StoreError(
                f"the lexicon cannot be kept in {os.path.dirname(path)}: {error.strerror}",
                hint="set ICTGRAPH_CACHE to a folder with room",
            ) from None

    @classmethod
    def _thawed(cls, frozen: dict[str, object]) -> Lexicon:
        made = cls(str(frozen["source"]), str(frozen["version"]), ())
        entries = frozen["entries"]
        assert isinstance(entries, list), "as frozen"
        made._entries = {
            one[0]: Entry(one[0], one[1], one[2], tuple(one[3]), tuple(one[4]), one[5])
            for one in entries
        }
        names = frozen["names"]
        assert isinstance(names, dict), "as frozen"
        made._names = names
        return made


def _kept(source: str, version: str) -> str:
    """The cached file of a source in its present state."""
    import hashlib

    state = f"{_FORMAT} {source} {version}"
    if os.path.isfile(source):
        info = os.stat(source)
        state += f" {os.path.abspath(source)} {info.st_size} {info.st_mtime_ns}"
    name = hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return os.path.join(cache_dir(), "lexicons", f"{name}.json")
