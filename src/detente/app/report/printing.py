"""The page as PDF, or a drawing as a picture, made by a Chromium that the system has.

A PDF carries a date: its bytes differ from run to run.
"""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""Names of what can print, in the order in which they are looked for."""

PATIENCE = 300
"""Seconds after which printing is given up."""


def chromium() -> str:
    """Find the system's Chromium.

    Raises:
        FileNotFoundError: if there is none.
    """
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        raise FileNotFoundError(
            f"--pdf, and a .png, take Chromium or Chrome; none of {', '.join(CHROMIUMS[:-1])} is on the path. "
            "Install one, or leave --pdf out, write a .svg, and print from your browser"
        )
    return found


def print_pdf(page: Path) -> Path:
    """Print a page beside itself, whole or not at all.

    Raises:
        FileNotFoundError: if there is no Chromium.
        OSError: if it prints nothing.
    """
    out = page.with_suffix(".pdf")
    _ask(page, "--no-pdf-header-footer", "--print-to-pdf", out)
    return out


def picture(svg: str, out: Path, width: int, height: int) -> Path:
    """Turn a drawing into a picture of its own size, twice as fine, whole or not at all.

    Raises:
        FileNotFoundError: if there is no Chromium.
        OSError: if it draws nothing.
    """
    with TemporaryDirectory() as folder:
        page = Path(folder) / "drawing.html"
        style = "<style>body{margin:0;background:#fff}svg{display:block}</style>"
        page.write_text(f'<meta charset="utf-8">{style}{svg}', encoding="utf-8")
        size = f"--window-size={width},{height} --hide-scrollbars --force-device-scale-factor=2"
        _ask(page, size, "--screenshot", out)
    return out


def _ask(page: Path, options: str, asked: str, out: Path) -> None:
    """Have Chromium make a file of a page."""
    part = out.with_name(f"{out.stem}.part{out.suffix}")  # Chromium goes by the ending
    with TemporaryDirectory() as profile:
        # Chromium refuses its sandbox to root; the page is our own and loads nothing.
        root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        command = [
            chromium(),
            *root,
            "--headless",
            "--disable-gpu",
            *options.split(),
            f"--user-data-dir={profile}",
            f"{asked}={part.resolve()}",
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise OSError(f"{command[0]} made no {out} within {PATIENCE} seconds") from None
    if done.returncode or not part.exists():
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise OSError(f"{command[0]} printed nothing (exit code {done.returncode}): {last[0]}")
    part.replace(out)
