"""The command line: one module per noun, imported when its command runs.

Answers go to standard output, everything else to standard error. ``docs/cli.md`` is the guide.
"""

from __future__ import annotations

from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run ``ictgraph`` with the arguments of this process, and end the process.

    The process ends without taking down the interpreter and the store piece by piece, which
    takes half as long as a query; what is registered to run at exit does run.
    """
    import atexit
    import gc
    import os
    import sys

    _import_later("inspect")
    gc.set_threshold(100_000, 50, 50)  # a short run makes no garbage worth looking for
    try:
        from ictgraph.cli.root import root
        from ictgraph.cli.streams import flush

        code = root.run(sys.argv[1:])
        atexit._run_exitfuncs()
        os._exit(code if flush() else code or 5)
    except KeyboardInterrupt:  # before it runs, or after
        os._exit(130)


def _import_later(name: str) -> None:
    """Let a large module that click imports load when it is first used, which a query does not.

    The stand-in has no names of its own, so that every use goes to the real module.
    """
    import sys
    from importlib import import_module
    from types import ModuleType
    from typing import Any

    def load(attribute: str) -> Any:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    if name not in sys.modules:
        stand_in = sys.modules[name] = ModuleType(name)
        stand_in.__dict__["__getattr__"] = load
