"""Run the command line in tests: in this process, or as the program that users start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import ictgraph
from ictgraph.cli.root import root
from ictgraph.federation import questions

__all__ = ["at_home", "call", "environment", "process", "start", "write_examples"]

_PREFIXES = """\
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix id: <https://w3id.org/ictgraph/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://w3id.org/ictgraph/source/> .
"""
_EXAMPLES = {
    "mine.ttl": _PREFIXES
    + 'id:some-cel a ict:Therapy ; rdfs:label "Some-cel"@en , "某疗法"@zh .\n',
    "mine.trig": _PREFIXES
    + 'src:example a ict:Source ; rdfs:label "an example"@en , "示例"@zh .\n',
    "review.txt": "the review",
    "table.csv": "id,class\nTyU19,therapy\n",
    "terms.csv": "id,disease\n1,黑色素瘤\n2,melanomma\n",
    "mine.tsv": "id\tlabel\nEX:1\tmelanoma\nEX:2\tHarvard University\n",
}
SOURCES = os.path.dirname(os.path.dirname(os.path.abspath(ictgraph.__file__)))


def call(*args: str, stdin: str | bytes = "", env: Mapping[str, str] | None = None) -> Result:
    """Run a command in this process, its output caught."""
    plain = {"LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    return CliRunner().invoke(root, list(args), input=stdin, env={**plain, **(env or {})})


def at_home(command: str, public_endpoints: Mapping[str, str]) -> str:
    """Return a command that asks a server of ours where it would ask a public endpoint."""

    def here(found: re.Match[str]) -> str:
        return f"{found[0]} --at {public_endpoints[questions.load(found[1]).endpoint.name]}"

    return re.sub(r"\bictgraph enrich ([\w./][\w./-]*)", here, command)


def environment(**changes: str) -> dict[str, str]:
    """Return the variables for a process that can import the package under test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    return {**kept, "PYTHONPATH": SOURCES, "LANG": "C.UTF-8", **changes}


def process(*args: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the program to its end, its output caught unless ``options`` say otherwise."""
    caught = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if "input" in options:
        del caught["stdin"]
    settings = {"env": environment(), "timeout": 60, **caught, **options}
    return subprocess.run([sys.executable, "-m", "ictgraph", *args], **settings)


def start(*args: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start the program."""
    settings = {"env": environment(), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-m", "ictgraph", *args], **{**settings, **options})


def write_examples() -> None:
    """Write the files that examples of the help and the guides name into the current folder."""
    for name, text in _EXAMPLES.items():
        Path(name).write_text(text, encoding="utf-8")
