"""Standard output and standard error: UTF-8 everywhere, one line per message, no escapes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import BinaryIO

from ictgraph.errors import StoreError
from ictgraph.messages import said
from ictgraph.terms import Lang

__all__ = [
    "colour",
    "flush",
    "is_terminal",
    "note",
    "say",
    "silence",
    "speak",
    "stdout",
    "use_utf8",
    "width",
]

_LONGEST = 1200
_lang: Lang = "en"


def use_utf8() -> None:
    """Write UTF-8 whatever the locale; what is no text shows as an escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def stdout() -> BinaryIO:
    """Return standard output for bytes.

    :raises StoreError: if it is closed.
    """
    if sys.stdout is None:
        raise StoreError("standard output is closed", hint="write to a file with -o FILE")
    return sys.stdout.buffer


def is_terminal() -> bool:
    """Tell whether answers go to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def colour() -> bool:
    """Tell whether answers may be coloured: on a terminal that can, unless ``NO_COLOR`` is set."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal() and not plain


def width() -> int:
    """Return the columns of the terminal; ``COLUMNS`` overrides it."""
    named = os.environ.get("COLUMNS", "")
    if named.isascii() and named.isdigit() and int(named) > 0:
        return int(named)
    with suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    return 80


def speak(lang: Lang) -> Lang:
    """Say messages in this language from now on, and return it."""
    global _lang
    _lang = lang
    return lang


def say(message: str) -> None:
    """Write one line to standard error, whatever the message holds."""
    from ictgraph.tables import clean

    line = clean(said(message, _lang))
    if len(line) > _LONGEST:
        line = f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"
    _write(f"ictgraph: {line}\n")


def note(message: str) -> None:
    """Report progress: one line on standard error if that is a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        say(message)


def flush() -> bool:
    """Write out what is buffered; tell whether standard output took it."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        return False
    return True


def silence() -> None:
    """Let nothing more reach standard output, so that the end of the process stays quiet."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _write(text: str) -> None:
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()
