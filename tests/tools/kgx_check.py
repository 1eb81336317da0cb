"""Validate KGX files with kgx's own validator, against the model of the package biolink-model.

kgx and bmt fetch the model and its prefixes from the network on import; here they get the files of
the installed package. Prefixes that Biolink does not know (ours) are named in the last argument.

Usage: python kgx_check.py tsv|jsonl FOLDER PREFIXES.json
Prints as JSON what was counted, the nodes as kgx read them, and what the validator says.
"""

import importlib.util
import json
import sys
from pathlib import Path

import bmt


def main(kind, folder, prefixes):
    """Read nodes and edges as kgx does, and print what its validator says."""
    model = Path(importlib.util.find_spec("biolink_model").submodule_search_locations[0])
    schema = str(model / "schema" / "biolink_model.yaml")
    bmt.Toolkit.__init__.__defaults__ = (schema, {"predicate mappings": []})
    context = json.loads((model / "prefixmaps" / "biolink_model_prefix_map.json").read_text())
    context |= json.loads(Path(prefixes).read_text())["@context"]

    from kgx import config

    names = ("biolink", "monarch_context", "obo_context")
    config.jsonld_context_map |= dict.fromkeys(names, context)

    from kgx.transformer import Transformer
    from kgx.validator import Validator

    read = {"NODE": [], "EDGE": []}
    validator = Validator(
        verbose=True, progress_monitor=lambda entity, record: read[entity.name].append(record)
    )
    files = [str(Path(folder) / f"{part}.{kind}") for part in ("nodes", "edges")]
    Transformer(stream=True).transform(
        input_args={"filename": files, "format": kind},
        output_args={"format": "null"},
        inspector=validator,
    )
    report = {
        "model": validator.get_validation_model_version(),
        "nodes": len(read["NODE"]),
        "edges": len(read["EDGE"]),
        "read": {record[0]: record[-1] for record in read["NODE"]},
        "errors": validator.get_errors("Error"),
    }
    print(json.dumps(report, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
