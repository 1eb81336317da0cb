"""Links to the world: identifiers of other vocabularies, each with its justification.

``docs/links.md`` is the guide. Mappings are SSSOM files in ``ontology/mappings/``.
"""

from __future__ import annotations

__all__: list[str] = []
