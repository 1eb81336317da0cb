"""Messages: what the code says is in the catalogue, and said in one language throughout."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from commands import environment
from ictgraph import errors, messages
from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import Message, alternatives, catalogue, reason, said, together

PACKAGE = Path(messages.__file__).parent
CATALOGUE = PACKAGE / "messages.zh.po"
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
USAGE = {"BadParameter", "UsageError"}
SAYING = {"note", "progress", "say"}


class Said(NamedTuple):
    """A text as the code has it: where, and the names of its values."""

    place: str
    text: str
    values: frozenset[str]


def named(call: ast.expr) -> str:
    """The name of what is called."""
    function = call.func if isinstance(call, ast.Call) else call
    return getattr(function, "id", getattr(function, "attr", ""))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, list[ast.AST]]]:
    """Every call, and what it stands in: its function first, the module last."""

    def visit(node: ast.AST, scopes: list[ast.AST]) -> Iterator[tuple[ast.Call, list[ast.AST]]]:
        if isinstance(node, ast.Call):
            yield node, scopes
        inner = [node, *scopes] if isinstance(node, ast.FunctionDef) else scopes
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inner)

    yield from visit(tree, [tree])


GIVING = {"Message", "alternatives", "reason", "together"} | {
    node.name
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or node) == "Message"
}
"""The functions that return messages."""


def is_message(node: ast.expr, scopes: list[ast.AST]) -> bool:
    """Whether an expression can only be a message."""
    if isinstance(node, ast.IfExp):
        return is_message(node.body, scopes) and is_message(node.orelse, scopes)
    if isinstance(node, ast.Dict):
        return all(is_message(value, scopes) for value in node.values)
    if isinstance(node, ast.Attribute):
        return node.attr in ("hint", "what")
    if isinstance(node, ast.Subscript):
        return is_message(node.value, scopes)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and named(node) == "get":
        return is_message(node.func.value, scopes) and is_message(node.args[1], scopes)
    if isinstance(node, ast.Call):
        return named(node) in GIVING
    return isinstance(node, ast.Name) and any(holds_message(node.id, one) for one in scopes)


def holds_message(name: str, scope: ast.AST) -> bool:
    """Whether a name is given messages, and nothing else, where a scope gives it a value."""
    told = []
    for one in ast.walk(scope):
        if isinstance(one, ast.arg) and one.arg == name:
            told.append(ast.unparse(one.annotation or ast.Constant(0)) == "Message")
        names = one.targets if isinstance(one, ast.Assign) else []
        if isinstance(one, ast.Assign) and name in [getattr(at, "id", "") for at in names]:
            told.append(is_message(one.value, [scope]))
    return bool(told) and all(told)


def texts(
    node: ast.expr, scopes: list[ast.AST], place: str, values: frozenset[str]
) -> Iterator[Said]:
    """The literal text that an argument is; otherwise it must be a message."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield Said(place, node.value, values)
    else:
        assert is_message(node, scopes), f"{place}: {ast.unparse(node)} is no text and no message"


@cache
def found() -> tuple[Said, ...]:
    """Every text of an error, a message and a usage error."""
    return tuple(one for path, tree in TREES.items() for one in said_in(path, tree))


def said_in(path: str, tree: ast.AST) -> Iterator[Said]:
    for call, scopes in calls(tree):
        name, place = named(call), f"{path}:{call.lineno}"
        values = frozenset(one.arg or "**" for one in call.keywords)
        if name == "Message":
            is_template = values and "**" not in values
            if is_template or isinstance(call.args[0], ast.Constant):  # else what others say
                yield from texts(call.args[0], scopes, place, values)
        elif name in errors.__all__ or (name, path) == ("cls", "errors.py"):
            hints = [one.value for one in call.keywords if one.arg == "hint"]
            for node in (call.args[0], *hints):
                yield from texts(node, scopes, place, values - {"hint"})
        elif name == "_fault":
            for node in call.args[2:]:
                yield from texts(node, scopes, place, values)
        elif name in USAGE:
            yield from texts(call.args[0], scopes, place, frozenset())


def fields(template: str) -> set[str]:
    """The names between the braces of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_texts_name_the_values_they_are_given() -> None:
    """A template takes no other values, and every value is in the message or its hint."""
    assert len(found()) > 500
    used: dict[str, set[str]] = {}
    for one in found():
        if one.values:
            assert fields(one.text) <= one.values, f"{one.place}: {one.text}"
            used.setdefault(f"{one.place} {sorted(one.values)}", set()).update(fields(one.text))
    for place, names in used.items():
        assert str(sorted(names)) == place.partition(" ")[2], place


def test_every_text_is_in_the_catalogue_with_the_same_values() -> None:
    chinese = catalogue()
    missing = sorted({one.text for one in found()} - chinese.keys() - {""})
    assert missing == []
    for one in found():
        if one.values and one.text:
            assert fields(chinese[one.text]) == fields(one.text), f"{one.place}: {one.text}"


def entries() -> list[tuple[str, str]]:
    """The section and the English text of every entry of the file."""
    section, found = "", []
    for line in CATALOGUE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#. "):
            section = line.removeprefix("#. ").partition(":")[0]
        elif line.startswith("msgid ") and section:
            found.append((section, json.loads(line.removeprefix("msgid "))))
    return found


def test_the_catalogue_is_in_order_and_holds_nothing_else() -> None:
    assert [english for _, english in entries()] == list(catalogue()), "twice, or not read"
    own = [english for section, english in entries() if section == "ictgraph"]
    assert own == sorted({one.text for one in found()} - {""})
    assert {section for section, _ in entries()} == {"ictgraph", "click", "the system"}


def test_translations_are_chinese() -> None:
    """Only texts without English words have no Chinese ones; punctuation is Chinese."""
    for english, chinese in catalogue().items():
        words = re.sub(r"\{[^}]*\}|'[^']*'", "", english)
        assert re.search("[一-龥]", chinese) or not re.search("[A-Za-z]{3}", words), english
        around = re.sub(r"\{[^}]*\}", "x", chinese)
        assert not re.search(r"[一-龥][,;:?]|[,;?] ?[一-龥]", around), chinese


def test_nothing_is_said_in_english_alone() -> None:
    """What is said on standard error is a message, or worded in both languages."""
    for path, tree in TREES.items():
        for call, _ in calls(tree):
            if named(call) in SAYING and call.args:
                for part in ast.walk(call.args[0]):
                    inside = isinstance(call.args[0], ast.Constant | ast.JoinedStr)
                    text = part.value if isinstance(part, ast.Constant) else ""
                    english = isinstance(text, str) and re.search("[A-Za-z]{3}", text)
                    assert not (inside and english), f"{path}:{call.lineno}: {text!r}"


def test_a_message_is_a_text_that_can_be_said_in_chinese() -> None:
    inner = Message("there is no file {path!r}", path="a {b}")
    assert inner == "there is no file 'a {b}'" and isinstance(inner, str)
    assert said(inner, "en") == said(inner, "both") == inner
    assert said(inner, "zh") == "没有文件 'a {b}'"
    outer = InputError("rule {name}: {reason}", hint="mend the rule", name="x", reason=inner)
    assert str(outer) == f"rule x: {inner}; mend the rule"
    assert outer.said("zh") == "规则 x：没有文件 'a {b}'；请改正该规则"
    assert UnknownName(outer.what, hint=outer.hint).said("zh") == outer.said("zh")
    assert InputError("of {braces} and no value").said("zh") == "of {braces} and no value"
    assert [said(one(["a", "b", "c"]), "zh") for one in (alternatives, together)] == [
        "a 或 b 或 c", "a 和 b 和 c",
    ]  # fmt: skip
    assert said(reason(PermissionError(13, "Permission denied", "/x")), "zh") == "没有权限"


def test_an_english_message_reads_no_catalogue() -> None:
    code = (
        "import sys, builtins, io\n"
        "opened = []\n"
        "sys.addaudithook(lambda name, args: name == 'open' and opened.append(str(args[0])))\n"
        "import ictgraph.cli.root as cli\n"
        "code = cli.root.run(['find', '--no-such'])\n"
        "print(code, [one for one in opened if one.endswith('.po')])"
    )
    for lang, expected in (("en", "2 []"), ("zh", "2 [")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(ICTGRAPH_LANG=lang),
            capture_output=True,
            encoding="utf-8",
        )
        assert done.stdout.startswith(expected), done
