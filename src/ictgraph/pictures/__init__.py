"""Pictures: networks and tables become drawings, drawings become SVG and HTML.

A picture is computed whole in Python, with positions, and then written; nothing is laid out in a
browser. ``docs/pictures.md`` says what each picture shows.
"""

from __future__ import annotations

__all__: list[str] = []
