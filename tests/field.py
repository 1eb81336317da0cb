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


REQUIREMENTS = TOOLS / "requirements.txt"
BUILD = Path(__file__).parent.parent / "build"


def field_python(requirements: Path = REQUIREMENTS, root: Path = BUILD) -> str:
    """The Python of the environment; it is made on first use and kept in the folder ``build``.

    It is made aside and renamed when complete, so processes that test at once do not meet in it.
    """
    wanted = requirements.read_bytes() + sys.version.encode()
    folder = root / f"field-{hashlib.sha256(wanted).hexdigest()[:12]}"
    python = Path("Scripts" if os.name == "nt" else "bin", "python")
    if not folder.exists():
        root.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=f"{folder.name}-") as part:
            making = Path(part, "made")
            venv.create(making, with_pip=True)
            options = ["--quiet", "--no-deps", "--disable-pip-version-check"]
            command = [str(making / python), "-m", "pip", "install", *options, "-r"]
            subprocess.run([*command, str(requirements)], check=True, timeout=900)
            try:
                making.rename(folder)
            except OSError:
                if not folder.exists():
                    raise
    return str(folder / python)


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
