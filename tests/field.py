"""An environment with the field's own tools, which do not agree with ours about versions."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

TOOLS = Path(__file__).parent / "tools"


def field_python() -> str:
    """The Python of the environment; it is made on first use and kept in the folder ``build``."""
    wanted = (TOOLS / "requirements.txt").read_bytes() + sys.version.encode()
    root = Path(__file__).parent.parent / "build"
    folder = root / f"field-tools-{hashlib.sha256(wanted).hexdigest()[:12]}"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = folder / "complete"
    if not done.exists():
        root.mkdir(exist_ok=True)
        venv.create(folder, with_pip=True, clear=True)
        options = ["--quiet", "--no-deps", "--disable-pip-version-check"]
        command = [str(python), "-m", "pip", "install", *options, "-r"]
        subprocess.run([*command, str(TOOLS / "requirements.txt")], check=True, timeout=900)
        done.touch()
    return str(python)


def run(script: Path, *args: str) -> str:
    """What a script prints that runs among the field's tools, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [field_python(), str(script), *args],
            cwd=folder,
            capture_output=True,
            timeout=600,
            env=os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": ""},
        )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout.decode()
