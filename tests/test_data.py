r"""The data in triples/: tidy, declared, located, in words of their own, and never without an id.

``tests/data/ids.lock`` lists the ids of every release, one slug a line, sorted. A released id is
never dropped or used for something else, because links and data of others point to it: retire it
with ``owl:deprecated true``. At a release, add the new ids::

    grep -hoE '^ *id:[a-z0-9-]+$' triples/*.ttl triples/*/*.ttl triples/*/*.trig \
        | sed 's/^ *id://' | LC_ALL=C sort -u > tests/data/ids.lock
"""

from __future__ import annotations

import datetime
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, parse

from ictgraph.curation.canonical import canonical
from ictgraph.curation.passages import SourceText, normalise, spans
from ictgraph.paths import data_dir, data_files
from ictgraph.vocab import ICT, ID, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, SRC, XSD

HERE = Path(__file__).parent
LOCK = HERE / "data" / "ids.lock"
FILES = data_files("triples", ending=(".ttl", ".trig"))
TEXTS = {"review-2024": HERE.parent.parent / "shared" / "seed" / "review-2024.txt"}
"""Where a copy of a source's text may lie, beside the checkout; nothing needs it."""

KEBAB = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_RUN = 20
DCTERMS = "http://purl.org/dc/terms/"
DATES = {"gYear": r"\d{4}", "gYearMonth": r"\d{4}-(0[1-9]|1[0-2])", "date": r"\d{4}-\d\d-\d\d"}


def is_record(said: Mapping[str, object]) -> bool:
    """Whether a passage is a record of a register or page rather than a place in a text."""
    return "seenAt" in said


def names_of(path: str) -> str:
    return os.path.relpath(path, data_dir("triples"))


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    """All quads of the data."""
    return [quad for path in FILES for quad in parse(path=path)]


@pytest.fixture(scope="module")
def ontology() -> set[str]:
    """Every IRI that the ontology's files speak of."""
    paths = data_files("ontology", ending=".ttl")
    found = (quad.subject for path in paths for quad in parse(path=path))
    return {node.value for node in found if isinstance(node, NamedNode)}


def typed(quads: list[Quad]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate.value == RDF_TYPE and isinstance(quad.object, NamedNode):
            found[str(getattr(quad.subject, "value", ""))].add(quad.object.value)
    return found


def passages(quads: list[Quad]) -> dict[str, dict[str, list[Literal | NamedNode]]]:
    """What the files say of each passage, by local name of the property."""
    own = {iri for iri, classes in typed(quads).items() if ICT + "Passage" in classes}
    found: dict[str, dict[str, list[Literal | NamedNode]]] = {iri: defaultdict(list) for iri in own}
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and quad.subject.value in own:
            assert isinstance(quad.object, Literal | NamedNode)
            found[quad.subject.value][quad.predicate.value.removeprefix(ICT)].append(quad.object)
    return found


@pytest.mark.parametrize("path", FILES, ids=names_of)
def test_every_file_is_canonical(path: str) -> None:
    with open(path, encoding="utf-8", newline="") as file:
        assert file.read() == canonical(path), f"ictgraph fmt {path}"


def test_every_node_has_a_name(quads: list[Quad]) -> None:
    for quad in quads:
        for node in (quad.subject, quad.object, quad.graph_name):
            assert not isinstance(node, BlankNode)


def test_ids_are_kebab_case(quads: list[Quad]) -> None:
    for quad in quads:
        for node in (quad.subject, quad.object):
            if isinstance(node, NamedNode) and node.value.startswith(ID):
                assert KEBAB.fullmatch(node.value.removeprefix(ID)), node


def test_claims_are_about_what_is_declared(quads: list[Quad], ontology: set[str]) -> None:
    declared = typed(quads).keys() | ontology
    for quad in quads:
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(node, NamedNode) and node.value.startswith((ID, ICT, SRC)):
                assert node.value in declared, f"{node} in {quad}"


def test_classes_and_properties_are_ours_and_in_force(quads: list[Quad]) -> None:
    deprecated = {
        str(getattr(quad.subject, "value", ""))
        for quad in parse(path=os.path.join(data_dir("ontology"), "ictgraph.ttl"))
        if quad.predicate.value.endswith("#deprecated")
    }
    used = {quad.predicate.value for quad in quads}.union(*typed(quads).values())
    assert not used & deprecated


def test_identity_is_declared_once_and_apart_from_claims(quads: list[Quad]) -> None:
    """Names stand with the entity, not in passages, and an entity of one kind is in one file."""
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph):
            assert quad.predicate.value not in (RDFS_LABEL, SKOS_ALT_LABEL), quad
    homes: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        if f"{os.sep}entities{os.sep}" in path:
            for quad in parse(path=path):
                homes[str(quad.subject)].add(path)
    assert [subject for subject, paths in homes.items() if len(paths) > 1] == []


def test_every_entity_has_one_label_in_each_language(quads: list[Quad]) -> None:
    labels: dict[str, list[str]] = defaultdict(list)
    entities: set[str] = set()
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph) and quad.predicate.value == RDFS_LABEL:
            labels[str(quad.subject)].append(getattr(quad.object, "language", "") or "")
    for path in FILES:
        if f"{os.sep}entities{os.sep}" in path:
            entities |= {str(quad.subject) for quad in parse(path=path)}
    entities &= {
        f"<{iri}>"
        for iri, classes in typed(quads).items()
        if ICT + "Statistic" not in classes and any(one.startswith(ICT) for one in classes)
    }
    assert len(entities) > 150
    for subject in entities:
        assert sorted(labels[subject]) == ["en", "zh"], subject


def test_every_passage_is_located_and_told_in_both_languages(quads: list[Quad]) -> None:
    found = passages(quads)
    assert len(found) >= 40
    for iri, said in found.items():
        assert re.fullmatch(re.escape(SRC) + r"[a-z0-9-]+(/[A-Za-z0-9._-]+)+", iri)
        (source,) = said["partOf"]
        assert iri.startswith(f"{source.value}/")
        if is_record(said):
            (seen_on,) = said["seenOn"]
            assert all(isinstance(one, NamedNode) for one in said["seenAt"]) and said["seenAt"]
            assert re.fullmatch(DATES["date"], seen_on.value), iri
            assert not said.keys() & {"offsets", "digest", "section"}, iri
        else:
            (offsets,), (digest,), (_,) = said["offsets"], said["digest"], said["section"]
            assert spans(offsets.value)
            assert re.fullmatch("[0-9a-f]{64}", digest.value)
        for name in ("locator", "gloss"):
            languages = [one.language for one in said[name] if isinstance(one, Literal)]
            assert sorted(map(str, languages)) == ["en", "zh"], (iri, name)


def test_no_two_passages_share_characters(quads: list[Quad]) -> None:
    by_source: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for said in passages(quads).values():
        if not is_record(said):
            by_source[said["partOf"][0].value] += spans(said["offsets"][0].value)
    for found in by_source.values():
        ordered = sorted(found)
        assert all(one[1] <= other[0] for one, other in pairwise(ordered))


def test_every_claim_is_in_a_passage_of_its_file(quads: list[Quad]) -> None:
    known = passages(quads)
    for path in FILES:
        graphs = {
            q.graph_name.value for q in parse(path=path) if isinstance(q.graph_name, NamedNode)
        }
        assert graphs <= known.keys()
        for graph in graphs:
            if is_record(known[graph]):
                assert os.path.basename(os.path.dirname(path)) == "records", (graph, path)
            else:
                section = known[graph]["section"][0].value.lower()
                assert section.removeprefix("t") in os.path.basename(path), (graph, path)


def test_references_are_known_as_far_as_records_prove_them(quads: list[Quad]) -> None:
    statuses: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        paper = str(getattr(quad.subject, "value", "")).removeprefix(ID)
        if quad.predicate.value == ICT + "citationStatus" and isinstance(quad.object, NamedNode):
            statuses[quad.object.value.removeprefix(ID + "citation-")].add(paper)
        if quad.predicate.value == DCTERMS + "title" and isinstance(quad.object, Literal):
            titles[paper].add(quad.object.value)
    assert {status: len(papers) for status, papers in statuses.items()} == {
        "verified": 21, "preprint-only": 1, "ambiguous": 3, "unresolved": 10,
    }  # fmt: skip
    assert set.union(*statuses.values()) == {f"ref-{n}" for n in range(1, 36)}
    assert statuses["verified"] == {paper for paper in titles if paper.startswith("ref-")}
    names = {
        (str(q.subject), q.object.value)
        for q in quads
        if q.predicate.value == SKOS_ALT_LABEL and isinstance(q.object, Literal)
    }
    for paper in statuses["verified"]:
        assert all((f"<{ID}{paper}>", title) in names for title in titles[paper]), paper


def test_the_records_of_a_source_are_in_one_file(quads: list[Quad]) -> None:
    known = {iri: said for iri, said in passages(quads).items() if is_record(said)}
    homes: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        for quad in parse(path=path):
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in known:
                homes[known[quad.graph_name.value]["partOf"][0].value].add(path)
    assert len(homes) > 20
    assert [source for source, paths in homes.items() if len(paths) > 1] == []


def test_every_source_says_what_it_is_and_who_publishes_it(quads: list[Quad]) -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        said[str(getattr(quad.subject, "value", ""))].add(quad.predicate.value)
    terms = "http://purl.org/dc/terms/"
    for iri, classes in typed(quads).items():
        if ICT + "Source" in classes:
            assert terms + "title" in said[iri], iri
            assert said[iri] & {terms + "publisher", terms + "bibliographicCitation"}, iri


PRINTED = {
    ("fda-purple-book/125646", "approval-kymriah-fda", "approvedOn"): "2017-08-30",
    ("fda-purple-book/125703", "approval-tecartus-fda", "approvedOn"): "2020-07-24",
    ("fda-purple-book/125773", "approval-lifileucel-fda", "approvedOn"): "2024-02-16",
    ("fda-purple-book/125789", "approval-afami-cel-fda", "approvedOn"): "2024-08-01",
    ("fda-purple-book/125813", "approval-aucatzyl-fda", "approvedOn"): "2024-11-08",
    ("fda-disco/tecelra", "approval-afami-cel-fda", "approvedOn"): "2024-08-02",
    ("ema-epar/emea-h-c-004090", "approval-kymriah-eu", "approvedOn"): "2018-08-22",
    ("ema-epar/emea-h-c-005102", "approval-tecartus-eu", "approvedOn"): "2020-12-14",
    ("carsgen/2024-03-01-exchange", "approval-zevorcabtagene-autoleucel-nmpa", "approvedOn"): (
        "2024-02-23"
    ),
    ("huadong-medicine/2024-099", "application-im19-nmpa", "acceptedOn"): "2024-11-27",
    ("huadong-medicine/2024-099", "application-im19-nmpa", "applicant"): "immunochina",
    ("huadong-medicine/2024-099", "im19", "commercialisedBy"): "huadong-medicine-hangzhou",
    ("nature-aging/s43587-023-00560-5/text", "upa-car-t-cold-spring-harbor", "target"): "upar",
    ("review-2024/s1.1/p1/s13", "upa-car-t-cold-spring-harbor", "target"): "upa",
    ("review-2024/t4/r2", "im19", "developedBy"): "huadong-medicine",
}
"""What records and the review print, as read in them: (passage, subject, property) → value."""


@pytest.mark.parametrize("place", PRINTED, ids="/".join)
def test_the_claim_is_what_the_source_prints(
    place: tuple[str, str, str], quads: list[Quad]
) -> None:
    graph, subject, name = place
    (value,) = (
        quad.object.value.removeprefix(ID)
        for quad in quads
        if isinstance(quad.object, Literal | NamedNode)
        and quad.graph_name == NamedNode(SRC + graph)
        and quad.subject == NamedNode(ID + subject)
        and quad.predicate.value == ICT + name
    )
    assert value == PRINTED[place]


def test_sources_that_differ_are_flagged(quads: list[Quad]) -> None:
    """Every passage above that differs from another has a doubt together with it."""
    doubted: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate.value == ICT + "onPassage" and isinstance(quad.object, NamedNode):
            doubted[str(quad.subject)].add(quad.object.value.removeprefix(SRC))
    for pair in (
        {"fda-purple-book/125789", "fda-disco/tecelra"},
        {"huadong-medicine/2024-099", "review-2024/t4/r2"},
        {"nature-aging/s43587-023-00560-5/text", "review-2024/s1.1/p1/s13"},
        {"carsgen/2024-03-01-exchange", "review-2024/s3.1/p2/s4"},
        {"nci/fda-sipuleucel-t", "review-2024/s3.1/p2/s1"},
        {"roche/2024-11-26", "review-2024/s3.3/p2/s3"},
    ):
        assert any(pair <= passages for passages in doubted.values()), pair


def test_dates_have_their_kind_and_the_precision_printed(quads: list[Quad]) -> None:
    above: dict[str, set[str]] = defaultdict(set)
    for quad in parse(path=os.path.join(data_dir("ontology"), "ictgraph.ttl")):
        if quad.predicate.value.endswith("#subPropertyOf"):
            above[str(getattr(quad.object, "value", ""))].add(
                str(getattr(quad.subject, "value", ""))
            )
    kinds = above[ICT + "eventDate"] | {ICT + "eventDate"}
    assert len(kinds) > 5
    used = set()
    for quad in quads:
        predicate, value = quad.predicate.value, quad.object
        if predicate in kinds:
            used.add(predicate)
            assert isinstance(value, Literal), quad
            kind = value.datatype.value.removeprefix(XSD)
            assert re.fullmatch(DATES[kind], value.value), quad
            assert not isinstance(quad.graph_name, DefaultGraph), "a date without a passage"
            padded = f"{value.value}-01-01"[:10]
            assert 1900 < datetime.date.fromisoformat(padded).year < 2100
        elif isinstance(value, Literal) and value.datatype.value.removeprefix(XSD) in DATES:
            assert predicate.startswith("http://purl.org/dc/terms/") or predicate in kinds | {
                ICT + "asOf",
                ICT + "seenOn",
            }, quad
    assert {ICT + "announcedOn", ICT + "approvedOn"} <= used


def test_text_is_tidy_and_in_the_language_it_says(quads: list[Quad]) -> None:
    for quad in quads:
        if isinstance(quad.object, Literal):
            text, language = quad.object.value, quad.object.language
            assert text == " ".join(text.split()) and text, quad
            if language == "en" and quad.predicate.value != SKOS_ALT_LABEL:
                assert re.search("[A-Za-z]", text), quad


def prose(quads: list[Quad]) -> Iterator[str]:
    """What we say in our own words."""
    for quad in quads:
        own = quad.predicate.value in {ICT + name for name in ("gloss", "note", "outcome")}
        if own and isinstance(quad.object, Literal):
            yield quad.object.value


def shared_run(text: str, source: str, names: list[str]) -> str:
    """The longest run of characters, names apart, that a text shares with a source."""
    for name in names:
        text = text.replace(name, "\0")
    best = ""
    for start in range(len(text)):
        while (longer := text[start : start + len(best) + 1]) in source:
            if len(longer) <= len(best):
                break
            best = longer
    return best


def test_runs_are_found_and_names_left_out() -> None:
    source = "a sentence about Wonder Therapeutics that is long"
    assert shared_run("our sentence about all", source, []) == " sentence about "
    assert shared_run("of Wonder Therapeutics it", source, ["Wonder Therapeutics"]) == " i"


def test_offsets_and_digests_hold_and_no_sentence_is_copied(quads: list[Quad]) -> None:
    """Where a copy of the source's text lies beside the checkout, every passage is looked up."""
    known = passages(quads)
    labels = {
        normalise(quad.object.value)
        for quad in quads
        if quad.predicate.value in (RDFS_LABEL, SKOS_ALT_LABEL) and isinstance(quad.object, Literal)
    }
    names = sorted((name for name in labels if len(name) > 3), key=len, reverse=True)
    for source, path in TEXTS.items():
        own = {iri: said for iri, said in known.items() if iri.startswith(f"{SRC}{source}/")}
        assert own, f"no passage of {source}"
        for copy in filter(os.path.isfile, [path]):
            text = SourceText.open(str(copy))
            for iri, said in own.items():
                assert text.holds(said["offsets"][0].value, said["digest"][0].value), iri
            for ours in prose(quads):
                run = shared_run(normalise(ours), text.normalised, names)
                assert len(run) <= LONGEST_RUN, (run, ours)


def test_in_vivo_is_claimed_as_in_animals_only_where_animals_are_printed(quads: list[Quad]) -> None:
    stages: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate.value == ICT + "stage" and isinstance(quad.object, NamedNode):
            stages[str(getattr(quad.graph_name, "value", ""))].add(
                quad.object.value.removeprefix(ID + "stage-")
            )
    glosses = {
        iri: next(one.value for one in said["gloss"] if getattr(one, "language", "") == "zh")
        for iri, said in passages(quads).items()
    }
    vivo = {iri for iri, gloss in glosses.items() if re.search("体内(?!CAR)", gloss)}
    assert {iri for iri, found in stages.items() if "in-vivo" in found} == vivo != set()
    for iri, found in stages.items():
        if "in-animals" in found:
            assert re.search("鼠|动物", glosses[iri]), iri


def test_no_released_id_is_dropped(quads: list[Quad]) -> None:
    released = LOCK.read_text(encoding="utf-8").splitlines()
    assert released == sorted(set(released)) and len(released) > 250
    declared = {iri.removeprefix(ID) for iri in typed(quads) if iri.startswith(ID)}
    assert set(released) - declared == set()


def test_every_doubt_says_what_is_doubtful_and_where(quads: list[Quad]) -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        said[str(getattr(quad.subject, "value", ""))].add(quad.predicate.value.removeprefix(ICT))
    doubts = [iri for iri, classes in typed(quads).items() if ICT + "Doubt" in classes]
    assert len(doubts) > 30
    for iri in doubts:
        assert {"doubtKind", "note", "onPassage"} <= said[iri], iri
