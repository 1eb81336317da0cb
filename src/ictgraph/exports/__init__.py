"""The graph in the forms that other tools of the field read; see ``docs/exports.md``."""

from __future__ import annotations

__all__: list[str] = []
