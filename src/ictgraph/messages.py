"""What is said to people: templates with their values, in English or, by a catalogue, Chinese.

The catalogue is ``messages.zh.po``, read when the first message is wanted in Chinese. A message
that it does not have stays English: what a library says, for example.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

__all__ = [
    "Message",
    "alternatives",
    "bilingual",
    "catalogue",
    "reason",
    "said",
    "series",
    "together",
]


class Message(str):
    """A text in English that knows its template and values, so that it can be said otherwise.

    :param template: as for :meth:`str.format` if there are values, else the text itself. Values
        may be messages.

    >>> text = Message("{path!r} is empty", path="a.csv")
    >>> text, said(text, "zh")
    ("'a.csv' is empty", "'a.csv' 为空")
    """

    template: str
    values: dict[str, object]
    chinese = ""

    def __new__(cls, template: str, /, **values: object) -> Message:
        """Format a template; what is a message already is returned as it is."""
        if isinstance(template, Message):
            return template
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made


def said(text: str, lang: str) -> str:
    """Return a message in Chinese if ``lang`` is "zh" and the catalogue has it, else as it is."""
    if lang != "zh":
        return str(text)
    if not isinstance(text, Message):
        return catalogue().get(text, text)
    if text.chinese:
        return text.chinese
    template = catalogue().get(text.template, text.template)
    values = {
        name: said(value, lang) if isinstance(value, Message) else value
        for name, value in text.values.items()
    }
    return template.format(**values) if values else template


def bilingual(english: str, chinese: str) -> Message:
    """Return a message that no catalogue has: a label, for example.

    >>> said(bilingual("disease", "疾病"), "zh")
    '疾病'
    """
    made = Message(english)
    made.chinese = chinese
    return made


def series(names: Iterable[str]) -> Message:
    """Return names joined by commas.

    >>> series(["a", "b"]), said(series(["a", "b"]), "zh")
    ('a, b', 'a、b')
    """
    return _joined(names, ", ", "、")


def alternatives(names: Iterable[str]) -> Message:
    """Return names joined by "or"."""
    return _joined(names, " or ", " 或 ")


def together(names: Iterable[str]) -> Message:
    """Return names joined by "and"."""
    return _joined(names, " and ", " 和 ")


def _joined(names: Iterable[str], english: str, chinese: str) -> Message:
    found = [Message(name) for name in names]
    return bilingual(english.join(found), chinese.join(one.chinese or one for one in found))


def reason(error: BaseException) -> Message:
    """Return why, in the words of an exception; of the system's errors without the path.

    >>> reason(FileNotFoundError(2, "No such file or directory", "a.csv"))
    'No such file or directory'
    """
    if isinstance(error, OSError) and error.strerror:
        return Message(error.strerror)
    first = error.args[0] if error.args else ""
    if isinstance(first, Message):
        return first
    return Message(str(error).partition(" (os error ")[0])


@cache
def catalogue() -> dict[str, str]:
    """Return the Chinese templates by their English ones.

    The file is gettext's, each text on one line.
    """
    import json
    import os
    import re

    path = os.path.join(os.path.dirname(__file__), "messages.zh.po")
    with open(path, encoding="utf-8") as file:
        pairs = re.findall(r'^msgid (".+")\nmsgstr (".+")$', file.read(), re.MULTILINE)
    return {json.loads(english): json.loads(chinese) for english, chinese in pairs}
