"""What somebody types: single keys on a terminal, those typed ahead too, else lines."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["keys"]

_SEQUENCE = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]?|O.|.)?")  # an arrow is no letter


@contextmanager
def keys() -> Iterator[Callable[[], str]]:
    """Give a function that waits for the next key or line and returns it, "" at the end.

    Ctrl-C interrupts as ever; the terminal is what it was when the context is left.
    """
    try:
        import termios
        import tty
    except ImportError:  # on Windows
        yield sys.stdin.readline
        return
    if not sys.stdin.isatty():
        yield sys.stdin.readline
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSADRAIN)
    try:
        yield _reader(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _reader(terminal: int) -> Callable[[], str]:
    waiting: list[str] = []

    def key() -> str:
        while not waiting:
            data = os.read(terminal, 1024)
            if not data:
                return ""
            waiting.extend(_SEQUENCE.sub("", data.decode("utf-8", "replace")))
        return waiting.pop(0)

    return key
