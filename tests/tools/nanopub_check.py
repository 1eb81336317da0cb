"""Hold every nanopublication of a TriG file against the nanopub package.

Usage: python nanopub_check.py FILE.trig
Prints as JSON how many are valid, and what is wrong with the others.
"""

import json
import sys

from nanopub import Nanopub
from rdflib import ConjunctiveGraph, Dataset, URIRef

NP = "http://www.nanopub.org/nschema#"
PARTS = ("hasAssertion", "hasProvenance", "hasPublicationInfo")


def main(path):
    """Take the file apart, one nanopublication at a time."""
    whole = Dataset()
    whole.parse(path, format="trig")
    report = {"valid": 0, "wrong": {}}
    kind = URIRef(NP + "Nanopublication")
    for name, _, _, head in whole.quads((None, None, kind, None)):
        graph = ConjunctiveGraph()
        for quad in whole.quads((None, None, None, head)):
            graph.addN([(*quad[:3], graph.get_context(head))])
        for part in PARTS:
            place = whole.graph(head).value(name, URIRef(NP + part))
            for quad in whole.quads((None, None, None, place)):
                graph.addN([(*quad[:3], graph.get_context(place))])
        try:
            report["valid"] += Nanopub(rdf=graph).is_valid
        except ValueError as error:
            report["wrong"][str(name)] = str(error)
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
