"""Environments of what Détente is held beside, never its own: made from pinned requirements under build/."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def say(text: str) -> None:
    """Tell whoever runs the benchmark."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def environment(name: str, requirements: Path) -> Path:
    """The Python of an environment, made from its requirements where it isn't there yet."""
    folder = ROOT / "build" / name
    python, stamp = folder / "bin" / "python", folder / ".ready"
    if not stamp.exists() or stamp.stat().st_mtime < requirements.stat().st_mtime:
        say(f"{name}: making {folder.relative_to(ROOT)} (a minute or two)")
        pip = [python, "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([*pip, "--require-hashes", "--requirement", requirements], check=True)
        stamp.touch()
    return python
