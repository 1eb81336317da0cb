"""Questions that public endpoints of others answer about the graph's entities.

A template in ``queries/federated/`` runs at an endpoint of ``queries/endpoints.tsv``, never from
our engine by ``SERVICE``. The entities meet it as identifiers that the mappings give them. Names
are imported from the modules.
"""

from __future__ import annotations

__all__: list[str] = []
