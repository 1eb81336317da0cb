"""Run every benchmark and print one Markdown table: ``make bench``."""

from __future__ import annotations

import build
import cold_start
import linking
import pictures
import template_overhead
from measure import machine, table


def main() -> None:
    """Measure one after the other, nothing at the same time; print each part when it is done."""
    print(machine(), end="\n\n")
    heading, rule, *_ = table(()).split("\n")
    print(heading, rule, sep="\n", flush=True)
    for part in (cold_start, template_overhead, pictures, build, linking):
        print(*table(part.measure()).split("\n")[2:], sep="\n", flush=True)


if __name__ == "__main__":
    main()
