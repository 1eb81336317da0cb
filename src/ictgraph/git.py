"""Git, run in a checkout to read it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from ictgraph.errors import InputError
from ictgraph.messages import Message, reason

__all__ = ["commit", "git"]

_MOST_SECONDS = 60


def git(folder: str, *arguments: str, passing: Sequence[int] = (0,)) -> bytes:
    """Run git in a folder and return what it prints.

    :param passing: exit codes that are no failure.
    :raises InputError: if it fails, takes too long, or is not installed.
    """
    try:
        done = subprocess.run(
            ["git", "-C", folder, *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_MOST_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(
            "git cannot be run: {reason}", hint="install git", reason=reason(error)
        ) from None
    if done.returncode not in passing:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        failed = Message("git {command} failed", command=arguments[0])
        raise InputError(
            Message(lines[0]) if lines else failed, hint="run it on data files of a git checkout"
        )
    return done.stdout


def commit(folder: str, revision: str) -> str:
    """Return the commit that a commit, branch or tag names, "" if there is none.

    :raises InputError: like :func:`git`.
    """
    verify = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return git(folder, *verify, passing=(0, 1)).decode().strip()
