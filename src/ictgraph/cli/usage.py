"""The language that messages are said in, and what click says in it of a wrong command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import click

from ictgraph.messages import Message, said
from ictgraph.terms import Lang

__all__ = ["language", "locale_language", "translate_click", "usage"]

_LANGUAGES: dict[str, Lang] = {"zh": "zh", "en": "en", "both": "both"}


def language(arguments: Sequence[str]) -> Lang:
    """Return the language of a command line that nobody has parsed yet, or cannot parse.

    >>> language(["find", "--lang", "zh"]), language(["find", "--lang=en", "--", "--lang=zh"])
    ('zh', 'en')
    """
    typed = ""
    for one, following in pairwise([*arguments, ""]):
        if one == "--":
            break
        name, _, value = one.partition("=")
        typed = (value or following) if name == "--lang" else typed
    wanted = (_LANGUAGES.get(one) for one in (typed, os.environ.get("ICTGRAPH_LANG", "")))
    return next(filter(None, wanted), locale_language())


def locale_language() -> Lang:
    """Return the language of the locale: zh if that is Chinese, else en."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").lower().startswith("zh") else "en"


def translate_click(lang: Lang) -> None:
    """Let click look up what it says in our catalogue, as it would in one of gettext.

    Its modules call what they imported from gettext, which reads compiled catalogues alone, and
    for the language of the locale.
    """
    import gettext

    from click import core, exceptions, parser, types

    def one_or_many(one: str, many: str, count: int) -> str:
        return said(one if count == 1 else many, lang)

    chinese = lang == "zh"
    names: dict[str, Any] = {
        "_": (lambda text: said(text, lang)) if chinese else gettext.gettext,
        "ngettext": one_or_many if chinese else gettext.ngettext,
    }
    for module in (core, exceptions, parser, types):
        for name in names.keys() & vars(module).keys():
            setattr(module, name, names[name])


def usage(error: click.ClickException, lang: Lang) -> str:
    """Return a usage error on one line, with where to read more."""
    error.message = said(error.message, lang)  # type: ignore[misc]
    message = " ".join(error.format_message().split()).rstrip(".。").replace("。 ", "；")
    ctx = getattr(error, "ctx", None)
    if ctx is None or not ctx.command_path:
        return message
    more = said(Message("see '{path} --help'", path=ctx.command_path), lang)
    joint = "；" if lang == "zh" else "; "
    return f"{message[:1].lower()}{message[1:]}{joint}{more}".replace("？；", "？")
