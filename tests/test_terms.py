"""Terms to Python, typed text to terms, and what a reader sees of a term."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from ictgraph.errors import InputError, UnknownName
from ictgraph.terms import Lang, display, iri, is_iri, parse, pick, to_python
from ictgraph.vocab import ID, XSD, prefixes

TYPES = ("anyURI", "boolean", "date", "decimal", "gYear", "gYearMonth", "integer", "string")


def typed(text: str, name: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + name))


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("007", "integer", 7),
        ("-3", "nonPositiveInteger", -3),
        ("2.50", "decimal", Decimal("2.50")),
        ("1e-3", "double", 0.001),
        ("-INF", "float", float("-inf")),
        ("1", "boolean", True),
        ("false", "boolean", False),
        ("2024-02-16", "date", date(2024, 2, 16)),
        ("2024-02-16T08:30:00Z", "dateTime", datetime(2024, 2, 16, 8, 30, tzinfo=UTC)),
        ("2024", "gYear", 2024),
        ("2024-02", "gYearMonth", "2024-02"),
        ("CAR-T", "string", "CAR-T"),
        ("P1Y", "duration", "P1Y"),
    ],
)
def test_values_of_each_datatype(text: str, name: str, value: object) -> None:
    found = to_python(typed(text, name))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1_000", "integer"),
        ("१२", "integer"),
        ("9" * 5000, "integer"),
        ("1e5", "decimal"),
        ("nan", "double"),
        ("yes", "boolean"),
        ("20240216", "date"),
        ("2024-02-30", "date"),
        ("2024-02-16Z", "date"),
        ("12024-02-16", "date"),
        ("2024-02-16T24:00:00", "dateTime"),
        ("2024-02-16T00:00:00.1234567", "dateTime"),
        ("2024Z", "gYear"),
    ],
)
def test_what_python_cannot_hold_stays_text(text: str, name: str) -> None:
    assert to_python(typed(text, name)) == text


def test_values_of_other_terms() -> None:
    assert to_python(NamedNode("urn:x")) == "urn:x"
    assert to_python(BlankNode("b1")) == "_:b1"
    assert to_python(Literal("黑色素瘤", language="zh")) == "黑色素瘤"
    assert to_python(Literal("5", datatype=NamedNode("urn:integer"))) == "5"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (" +007 ", "integer", "7"),
        ("-0", "integer", "0"),
        ("１２", "integer", "12"),
        ("-02.50", "decimal", "-2.5"),
        (".5", "decimal", "0.5"),
        ("-0.0", "decimal", "0"),
        ("True", "boolean", "true"),
        ("0", "boolean", "false"),
        ("２０２４－０２－１６", "date", "2024-02-16"),
        ("2024-02", "gYearMonth", "2024-02"),
        ("2024", "gYear", "2024"),
        (" ＡＢＣ ", "string", " ＡＢＣ "),
        ("https://example.org/a", "anyURI", "https://example.org/a"),
    ],
)
def test_typed_text(text: str, name: str, value: str) -> None:
    assert parse(text, XSD + name) == typed(value, name)


@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [
        ("twelve", "integer", "is not a whole number; write it like 12"),
        ("1.5", "integer", "is not a whole number"),
        ("1e5", "decimal", "is not a decimal number"),
        ("maybe", "boolean", "is not true or false"),
        ("16/02/2024", "date", "is not a date; write it like 2024-02-16"),
        ("2024-02-30", "date", "is not a date"),
        ("24", "gYear", "is not a year"),
        ("2024-13", "gYearMonth", "is not a month; write it like 2024-02"),
        ("a\0b", "string", "is not text"),
        ("\udc80", "string", "is not text"),
        ("\udc80", "integer", "is not a whole number"),
        ("example.org", "anyURI", "is not an absolute IRI"),
        ("9" * 5000, "integer", "is not a whole number"),
        ("", "date", "is not a date"),
    ],
)
def test_text_of_the_wrong_type_is_refused_with_an_example(text: str, name: str, hint: str) -> None:
    with pytest.raises(InputError, match=hint):
        parse(text, XSD + name)


@given(st.text(), st.sampled_from(TYPES))
def test_any_text_is_a_literal_or_an_input_error(text: str, name: str) -> None:
    try:
        literal = parse(text, XSD + name)
    except InputError as error:
        assert len(str(error)) < 700
    else:
        assert literal.datatype.value == XSD + name
        assert parse(literal.value, XSD + name) == literal


@given(st.integers())
def test_integers_survive(number: int) -> None:
    assert to_python(parse(f"{number:+}", XSD + "integer")) == number


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4
    )
)
def test_decimals_survive(number: Decimal) -> None:
    assert to_python(parse(f"{number:f}", XSD + "decimal")) == number


@given(st.dates())
def test_dates_survive(day: date) -> None:
    assert to_python(parse(day.isoformat(), XSD + "date")) == day


def test_an_unknown_parameter_type_is_named() -> None:
    with pytest.raises(UnknownName, match=r"no parameter type 'xsd:duration'; the types are xsd:"):
        parse("P1Y", XSD + "duration")
    with pytest.raises(UnknownName):
        parse("x", "string")


@pytest.mark.parametrize(
    "text",
    [
        "https://w3id.org/ictgraph/id/novartis",
        "HTTP://example.org/é?x=1#y",
        "https://example.org/疗法",
        "urn:isbn:123",
    ],
)
def test_absolute_iris_are_accepted(text: str) -> None:
    assert is_iri(text)
    assert iri(text) == NamedNode(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "novartis",
        "/id/novartis",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http:",
        "http://",
        "https:example.org",
        "http://?x",
        "http://a b",
        "http://a/>",
        "http://a/\n",
        "http://a/\u202egnp",
        "http://a/\0",
        "http://a/\udc80",
        "http://a/%zz",
        "urn:",
        " http://a/",
        *(f"{prefix}:x" for prefix in prefixes()),
    ],
)
def test_all_else_is_not_an_iri(text: str) -> None:
    assert not is_iri(text)
    with pytest.raises(InputError, match="is not an absolute IRI"):
        iri(text)


@given(st.text())
def test_any_text_is_an_iri_or_not(text: str) -> None:
    assert is_iri(text) in (True, False)
    assert is_iri("https://example.org/" + text) in (True, False)


LABELS = {
    ID + "mel": {"en": "Melanoma", "zh": "黑色素瘤"},
    ID + "zh": {"zh": "某"},
    ID + "fr": {"fr": "x"},
}


@pytest.mark.parametrize(
    ("name", "lang", "shown"),
    [
        ("mel", "en", "Melanoma"),
        ("mel", "zh", "黑色素瘤"),
        ("mel", "both", "黑色素瘤 / Melanoma"),
        ("zh", "en", "某"),
        ("zh", "both", "某"),
        ("fr", "both", "x"),
        ("none", "zh", "id:none"),
    ],
)
def test_labels_fall_back_to_the_other_language_then_the_curie(
    name: str, lang: Lang, shown: str
) -> None:
    assert display(NamedNode(ID + name), lang, LABELS) == shown


def test_display_of_what_has_no_label() -> None:
    assert display(None, "en", LABELS) == ""
    assert display(NamedNode(ID + "mel"), "en", None) == "id:mel"
    assert display(NamedNode("https://example.org/x"), "en", LABELS) == "https://example.org/x"
    assert display(Literal("x", language="zh"), "en", LABELS) == "x"
    assert display(BlankNode("b"), "en", LABELS) == "_:b"


def test_a_label_that_is_the_same_in_both_languages_shows_once() -> None:
    assert pick({"en": "CAR-T", "zh": "CAR-T"}, "both", "") == "CAR-T"
    assert pick({"en": "", "zh": ""}, "both", "none") == "none"
