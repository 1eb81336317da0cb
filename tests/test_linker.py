"""From a name to a term: what counts before what, what is refused, what our own names lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ictgraph.graph import Graph
from ictgraph.links.known import Entity, Known, known_to
from ictgraph.links.lexicon import Lexicon, plain
from ictgraph.links.linker import Suggestion, suggest, suggest_entity
from ictgraph.links.linking import Linker, fuzzy, open_lexicons
from ictgraph.links.modifiers import without_legal_form, without_modifiers
from ictgraph.links.terminologies import Name, Term


def term(id: str, label: str, *exact: str, other: Sequence[str] = (), **more: Any) -> Term:
    names = [Name(label, "label"), *(Name(one, "exact") for one in exact)]
    return Term(id, (*names, *(Name(one, "other") for one in other)), **more)


def place(id: str, label: str, country: str, *exact: str, acronym: str = "", **more: Any) -> Term:
    made = term(id, label, *exact, country=country, **more)
    short = [Name(acronym, "acronym")] if acronym else []
    return made._replace(names=(*made.names, *short))


DISEASES = Lexicon(
    "diseases",
    "1",
    [
        term("MONDO:1", "lymphoma"),
        term("MONDO:2", "B-cell lymphoma", "lymphoma of B cells", parents=("MONDO:1",)),
        term("MONDO:3", "plasma cell myeloma", "multiple myeloma", "myeloma"),
        term("MONDO:4", "Miyoshi myopathy", "MM", other=["myeloma like disease"]),
        term("MONDO:5", "acute myeloid leukemia", "AML1"),
        term("MONDO:6", "acquired inflammatory myopathy", "IIm1"),
        term("MONDO:7", "myeloma of bone", other=["plasma cell myeloma"]),
        term("MONDO:8", "obsolete sarcoma", "old sarcoma", retired=True, successors=("MONDO:9",)),
        term("MONDO:9", "retired too", retired=True, successors=("MONDO:10",)),
        term("MONDO:10", "sarcoma"),
        term("MONDO:11", "obsolete nothing", "nothing", retired=True),
        term("MONDO:12", "twin one", "twin disease"),
        term("MONDO:13", "twin two", "twin disease"),
        term("MONDO:14", "loop", "round", retired=True, successors=("MONDO:14",)),
    ],
)
INSTITUTIONS = Lexicon(
    "institutions",
    "1",
    [
        place("ror:hu", "Harvard University", "US", "哈佛大学"),
        place("ror:hms", "Harvard Medical School", "US", retired=True, successors=("ror:hu",)),
        place("ror:fdaus", "United States Food and Drug Administration", "US", acronym="FDA"),
        place("ror:fdath", "Food and Drug Administration", "TH", acronym="FDA"),
        place("ror:fdagh", "Food and Drugs Authority", "GH", acronym="FDA"),
        place("ror:nci", "National Cancer Institute", "US", acronym="NCI"),
        place("ror:ncilt", "National Cancer Institute", "LT"),
        place("ror:mhra", "Modern Humanities Research Association", "GB", acronym="MHRA"),
        place("ror:nov", "Novartis (Switzerland)", "CH", "Novartis"),
        place("ror:novcn", "Novartis (China)", "CN", "Novartis", parents=("ror:nov",)),
        place("ror:novus", "Novartis (United States)", "US", "Novartis", parents=("ror:nov",)),
        place("ror:car", "CARsgen Therapeutics Co", "CN", "CARsgen Therapeutics"),
    ],
)
MELANOMA = Entity("id:melanoma", ("melanoma", "黑色素瘤"), links={"exactMatch": ("MONDO:7",)})
MYELOMA = Entity("id:myeloma", ("multiple myeloma", "多发性骨髓瘤"), ("MM", "骨髓瘤"), ("Disease",))


def ids(found: Suggestion) -> list[str]:
    return [one.id for one in found.candidates]


@pytest.mark.parametrize(
    ("text", "outcome", "expected", "how"),
    [
        ("Lymphomas", "exact", ["MONDO:1"], "label"),
        ("MONDO:3", "exact", ["MONDO:3"], "id"),
        ("http://purl.obolibrary.org/obo/MONDO_3", "exact", ["MONDO:3"], "id"),
        ("multiple-myeloma", "exact", ["MONDO:3"], "exact"),
        ("plasma cell myeloma", "exact", ["MONDO:3"], "label"),  # before another's weak name
        ("myeloma like disorder", "exact", ["MONDO:4"], "other"),
        ("twin disorder", "ambiguous", ["MONDO:12", "MONDO:13"], "exact"),
        ("MM", "ambiguous", ["MONDO:4"], "weak"),
        ("AML1", "exact", ["MONDO:5"], "exact"),
        ("aml1", "none", [], ""),
        ("IIM1", "none", [], ""),
        ("IIm1", "exact", ["MONDO:6"], "exact"),
        ("old sarcoma", "exact", ["MONDO:10"], "exact"),  # a successor's successor
        ("nothing", "none", [], ""),
        ("round", "none", [], ""),
        ("relapsed or refractory multiple myeloma", "broad", ["MONDO:3"], "exact"),
        ("CD19-positive relapsed B-cell lymphoma in adults", "broad", ["MONDO:2"], "label"),
        ("B-cell lymphoma after two lines of therapy", "broad", ["MONDO:2"], "label"),
        ("relapsed twin disease", "ambiguous", ["MONDO:12", "MONDO:13"], "exact"),
        ("refractory MM", "none", [], ""),
        ("refractory", "none", [], ""),
        ("B-cell lymphomata", "none", [], ""),
    ],
)
def test_what_counts(text: str, outcome: str, expected: list[str], how: str) -> None:
    found = suggest(text, [DISEASES])
    assert (found.text, found.outcome, ids(found)) == (text, outcome, expected)
    assert all(one.how == how and one.label for one in found.candidates)


@pytest.mark.parametrize(
    ("text", "country", "outcome", "expected"),
    [
        ("National Cancer Institute", "", "ambiguous", ["ror:nci", "ror:ncilt"]),
        ("National Cancer Institute", "US", "exact", ["ror:nci"]),
        ("National Cancer Institute", "LT", "exact", ["ror:ncilt"]),
        ("Food and Drug Administration", "US", "none", []),
        ("Food and Drug Administration", "TH", "exact", ["ror:fdath"]),
        ("FDA", "", "ambiguous", ["ror:fdaus", "ror:fdath", "ror:fdagh"]),
        ("FDA", "US", "ambiguous", ["ror:fdaus"]),
        ("MHRA", "GB", "ambiguous", ["ror:mhra"]),
        ("Harvard Medical School", "US", "broad", ["ror:hu"]),
        ("哈佛大学", "", "exact", ["ror:hu"]),
        ("Novartis", "", "exact", ["ror:nov"]),
        ("Novartis", "CN", "exact", ["ror:novcn"]),
        ("Novartis AG", "", "exact", ["ror:nov"]),
        ("CARsgen Therapeutics Holdings Limited", "", "exact", ["ror:car"]),
        ("The Harvard University", "", "exact", ["ror:hu"]),
    ],
)
def test_institutions(text: str, country: str, outcome: str, expected: list[str]) -> None:
    found = suggest(text, [INSTITUTIONS], country=country)
    assert (found.outcome, ids(found)) == (outcome, expected)


def test_a_name_of_ours_leads_through_its_link_and_an_absent_one_nowhere() -> None:
    lymphoma = Entity("id:b", ("lymphoma B",), ("BL",), links={"exactMatch": ("MONDO:2",)})
    gene = Entity("id:t", ("target",), links={"closeMatch": ("MONDO:5",)})
    wide = Entity(
        "id:w",
        ("twin disease",),
        links={"broadMatch": ("MONDO:1", "MONDO:5")},
        absent=frozenset({"mondo"}),
    )
    known = Known([lymphoma, gene, wide])
    found = suggest("BL", [DISEASES], known)
    assert (found.outcome, ids(found)) == ("exact", ["MONDO:2"])
    assert (found.candidates[0].how, found.candidates[0].via) == ("alias", "id:b")
    assert suggest("lymphoma B", [DISEASES], known).candidates[0].how == "ours"
    assert suggest("target", [DISEASES], known).outcome == "close"
    assert suggest("relapsed BL", [DISEASES], known).outcome == "broad"
    wider = suggest("twin disease", [DISEASES], known)
    assert (wider.outcome, ids(wider)) == ("broad", ["MONDO:1", "MONDO:5"])
    assert suggest("BL", [INSTITUTIONS], known).outcome == "none"


def test_a_linked_label_of_ours_counts_before_a_label_there_another_name_does_not() -> None:
    ours = Entity("id:s", ("sarcoma",), ("lymphoma",), links={"exactMatch": ("MONDO:3",)})
    assert ids(suggest("sarcoma", [DISEASES], Known([ours]))) == ["MONDO:3"]
    assert ids(suggest("lymphoma", [DISEASES], Known([ours]))) == ["MONDO:1"]


def test_a_link_of_ours_settles_an_ambiguity() -> None:
    ours = Entity("id:t", ("second twin",), ("twin disease",), links={"exactMatch": ("MONDO:13",)})
    found = suggest("twin disease", [DISEASES], Known([ours]))
    assert (found.outcome, ids(found)) == ("exact", ["MONDO:13"])
    named = Entity("id:n", ("NCI of the US",), ("NCI",), links={"exactMatch": ("ror:nci",)})
    assert ids(suggest("NCI", [INSTITUTIONS], Known([named]))) == ["ror:nci"]


def test_without_a_link_one_name_of_ours_leads_to_another() -> None:
    for text in ("多发性骨髓瘤", "骨髓瘤", "MM"):
        found = suggest(text, [DISEASES], Known([MYELOMA]))
        assert (found.outcome, ids(found)) == ("exact", ["MONDO:3"])
        assert (found.candidates[0].how, found.candidates[0].via) == ("alias", "id:myeloma")
    found = suggest("复发/难治性多发性骨髓瘤患者", [DISEASES], Known([MYELOMA]))
    assert (found.outcome, ids(found)) == ("broad", ["MONDO:3"])
    other = Entity("id:o", ("twin one",), ("骨髓瘤",))
    both = suggest("骨髓瘤", [DISEASES], Known([MYELOMA, other]))
    assert (both.outcome, sorted(ids(both))) == ("ambiguous", ["MONDO:12", "MONDO:3"])


def test_entities_are_linked_by_all_names_their_own_links_aside() -> None:
    known = Known([MELANOMA, MYELOMA])
    assert suggest_entity(MELANOMA, [DISEASES], known).outcome == "none"
    found = suggest_entity(MYELOMA, [DISEASES], known)
    assert (found.text, found.outcome, ids(found)) == ("multiple myeloma", "exact", ["MONDO:3"])
    unsure = Entity("id:u", ("unheard of",), ("MM", "advanced lymphoma"))
    assert suggest_entity(unsure, [DISEASES], Known()).outcome == "broad"
    torn = Entity("id:t", ("sarcoma", "lymphoma"))
    assert suggest_entity(torn, [DISEASES], known).outcome == "ambiguous"
    assert suggest_entity(Entity("id:e", ()), [DISEASES], known).outcome == "none"


def test_entities_of_a_kind_that_is_only_close_to_its_terms() -> None:
    linked = Entity("id:a", ("a",), classes=("Target",), links={"closeMatch": ("MONDO:1",)})
    target = Entity("id:t", ("sarcoma",), classes=("Target",))
    found = suggest_entity(target, [DISEASES], Known([linked, target]))
    assert (found.outcome, ids(found)) == ("close", ["MONDO:10"])


def test_likeness_only_suggests() -> None:
    found = fuzzy("multipel myeloma", [DISEASES])
    assert (found.outcome, found.candidates[0].id) == ("similar", "MONDO:3")
    assert found.candidates[0].how == "fuzzy" and found.candidates[0].score < 1
    assert fuzzy("xyz", [DISEASES]).outcome == "none"
    linker = Linker((DISEASES,), Known([MYELOMA]), alike=True)
    assert linker.name("multipel myeloma").outcome == "similar"
    assert linker.name("multiple myeloma").outcome == "exact"
    wrong = Entity("id:w", ("sarkoma", "肉瘤"))
    assert linker.entity(wrong).text == "sarkoma" and linker.entity(wrong).outcome == "similar"


EFO = (
    "EFO:0000094 B-cell acute lymphoblastic leukemia|EFO:0000220 acute lymphoblastic leukemia"
    "|EFO:0001378 multiple myeloma|EFO:0000756 melanoma|EFO:0001376 synovial sarcoma"
    "|EFO:0000519 glioblastoma|EFO:0000182 hepatocellular carcinoma"
    "|EFO:0005952 non-Hodgkin lymphoma|EFO:1001938 B-cell lymphoma|EFO:0000574 lymphoma"
    "|EFO:0000616 neoplasm|EFO:0005809 autoimmune disease|EFO:0000540 immune system disorder"
    "|EFO:0005741 infectious disease"
)
TRAPS = [
    ("mondo", "PD", "MONDO:0008199", ""),
    ("mondo", "CRS", "MONDO:0017361", ""),
    ("mondo", "IIM", "MONDO:0020122", ""),
    ("mondo", "glioblastoma multiforme", "MONDO:0002498", "MONDO:0018177"),
    ("mondo", "B-cell acute lymphocytic leukemia", "MONDO:0004963", ""),
    ("cl", "regulatory T cell", "CL:0000493", "CL:0000815"),
    ("cl", "NKT cell", "CL:0000623", ""),
    ("cl", "CIK", "", ""),
    ("hgnc", "PD1", "hgnc:11138", ""),
    ("hgnc", "PD-1", "hgnc:11138", "hgnc:8760"),
    ("hgnc", "BCMA", "hgnc:1009", "hgnc:11913"),
    *(("efo", one.partition(" ")[2], one.partition(" ")[0], "") for one in EFO.split("|")),
]


@pytest.mark.parametrize(("source", "text", "wrong", "right"), TRAPS)
def test_traps_are_refused_without_our_names(
    cache: str, source: str, text: str, wrong: str, right: str
) -> None:
    lexicon = Lexicon.open(source)
    found = suggest(text, [lexicon])
    assert not wrong or wrong in lexicon, "the trap is gone"
    taken = ids(found) if found.outcome in ("exact", "close", "broad") else []
    assert taken == ([right] if right else [])


@pytest.fixture(scope="module")
def known(graph: Graph) -> Known:
    """What the graph knows of its entities."""
    return known_to(graph.engine, graph.names)


@pytest.mark.parametrize(
    ("text", "outcome", "expected"),
    [
        ("CAR-T cell", "broad", "CL:0000084"),
        ("CAR-T细胞", "broad", "CL:0000084"),
        ("嵌合抗原受体T细胞", "broad", "CL:0000084"),
        ("NK细胞", "exact", "CL:0000623"),
        ("多发性骨髓瘤", "exact", "MONDO:0009693"),
        ("MM", "exact", "MONDO:0009693"),
        ("复发难治多发性骨髓瘤", "broad", "MONDO:0009693"),
        ("血液肿瘤", "exact", "MONDO:0044881"),
        ("B-ALL", "exact", "MONDO:0004947"),
        ("细胞因子释放综合征", "exact", "MONDO:0600008"),
        ("cancer", "exact", "MONDO:0004992"),
    ],
)
def test_names_of_the_graph(known: Known, text: str, outcome: str, expected: str) -> None:
    found = suggest(text, [Lexicon.open("mondo"), Lexicon.open("cl")], known)
    assert (found.outcome, ids(found)) == (outcome, [expected])


def test_every_graph_knows_the_same(known: Known, part: Graph, part_in_rdflib: Graph) -> None:
    some = known_to(part.engine, part.names).entities
    assert some == known_to(part_in_rdflib.engine, part_in_rdflib.names).entities
    melanoma = known.entities["id:melanoma"]
    assert melanoma.labels == ("melanoma", "黑色素瘤") and melanoma.classes[0] == "Disease"
    assert "MONDO:0005105" in melanoma.links["exactMatch"]
    assert known.entities["id:car-t-cell"].absent >= {"cl"}


def test_an_endpoint_knows_the_same(known: Known, remote: Graph) -> None:
    assert known_to(remote.engine, remote.names).entities == known.entities


def test_the_kind_chooses_the_vocabularies(known: Known) -> None:
    assert [one.source for one in open_lexicons([], "", known)] == ["mondo", "cl"]
    assert [one.source for one in open_lexicons([], "Disease", known)] == ["mondo"]
    both = open_lexicons(["mondo", "cl"], "CellType", known)
    assert [one.source for one in both] == ["cl"]


def test_modifiers_come_off_one_by_one_and_never_all() -> None:
    assert list(without_modifiers("advanced")) == []
    assert list(without_modifiers(plain("HER2-positive metastatic breast cancer")))[-1] == (
        "breast cancer"
    )
    assert list(without_modifiers(plain("CD19阳性的复发或难治性B细胞淋巴瘤")))[-1] == "b细胞淋巴瘤"
    assert list(without_modifiers("non hodgkin lymphoma")) == []
    long = "advanced " * 200 + "lymphoma"
    assert len(list(without_modifiers(long))) < 10
    assert without_legal_form("inc") == "inc"
