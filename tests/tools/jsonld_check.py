"""Turn JSON-LD into N-Quads with PyLD, without the network.

Usage: python jsonld_check.py FILE.jsonld
Prints N-Quads.
"""

import json
import sys
from pathlib import Path

from pyld import jsonld


def refuse(url, _):
    """Load nothing."""
    raise ValueError(f"{url} must not be fetched")


if __name__ == "__main__":
    jsonld.set_document_loader(refuse)
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.buffer.write(jsonld.to_rdf(document, {"format": "application/n-quads"}).encode())
