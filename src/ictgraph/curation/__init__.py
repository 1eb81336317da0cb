"""Curating: passages of a source's text, and the one form in which data files are written.

``docs/curating.md`` is the guide.
"""

from __future__ import annotations

__all__: list[str] = []
