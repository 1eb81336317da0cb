"""Text that travels: JSON on one line, and words of names."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["as_json", "words"]


def as_json(value: Any, indent: int | None = None) -> str:
    """Return JSON in which nothing can steer a terminal.

    >>> as_json({"zh": "疗法", "odd": chr(0x9B)})
    '{"zh": "疗法", "odd": "\\\\u009b"}'
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub("[\x7f-\x9f\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def words(name: str) -> str:
    """Return the local name of a term as words.

    >>> words("TherapyClass"), words("developedBy")
    ('therapy class', 'developed by')
    """
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", name).lower()
