"""CPU time and size of one build of the built-in graph; nothing is promised."""

from __future__ import annotations

import argparse
import json
import os
import tempfile

from measure import Row, cpu, environment, interleaved, machine, program, table


def measure(rounds: int = 5) -> list[Row]:
    """Return the figures of a build into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        env = environment(os.path.join(folder, "cache"))
        count = iter(range(1000))

        def build() -> float:
            target = os.path.join(folder, str(next(count)))
            return cpu([program("ictgraph"), "build", "-o", target], env)

        found = interleaved({"build": build}, rounds)
        last = os.path.join(folder, "0")
        with open(os.path.join(last, "current.json"), encoding="utf-8") as file:
            done = os.path.join(last, json.load(file)["build"])
        with open(os.path.join(done, "manifest.json"), encoding="utf-8") as file:
            quads = json.load(file)["quads"]
        size = sum(
            os.path.getsize(os.path.join(where, name))
            for where, _, names in os.walk(done)
            for name in names
        )
        return [
            Row("`build`, cold, CPU", f"{found['build']:.0f} ms for {quads:,} quads"),
            Row("a build on disk", f"{size / 1e6:.1f} MB"),
        ]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    print(machine(), end="\n\n")
    print(table(measure(options.parse_args().rounds)))
