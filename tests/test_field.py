"""The environment with the field's own tools: made once, whole, whoever asks at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASK = "import field, pathlib, sys; print(field.field_python(*map(pathlib.Path, sys.argv[1:])))"


def test_processes_that_want_the_tools_at_once_all_get_them(tmp_path: Path) -> None:
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("# pip is all that is wanted\n", encoding="utf-8")
    command = [sys.executable, "-c", ASK, str(wanted), str(tmp_path / "build")]
    asking = [
        subprocess.Popen(
            command, cwd=Path(__file__).parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    said = [one.communicate(timeout=300) for one in asking]
    assert [one.returncode for one in asking] == [0, 0, 0], said
    (python,) = {out.decode().strip() for out, _ in said}
    assert subprocess.run([python, "-m", "pip", "--version"], check=True, timeout=60)
    assert list((tmp_path / "build").iterdir()) == [Path(python).parent.parent]
