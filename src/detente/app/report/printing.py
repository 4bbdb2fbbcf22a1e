"""The page as PDF, printed by a Chromium that the system has. Its bytes carry a date: they differ from run to run."""

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
            f"--pdf prints with Chromium or Chrome; none of {', '.join(CHROMIUMS[:-1])} is on the path. "
            "Install one, or leave --pdf out and print the page from your browser"
        )
    return found


def print_pdf(page: Path) -> Path:
    """Print a page beside itself, whole or not at all.

    Raises:
        FileNotFoundError: if there is no Chromium.
        OSError: if it prints nothing.
    """
    out, part = page.with_suffix(".pdf"), page.with_suffix(".pdf.part")
    with TemporaryDirectory() as profile:
        # Chromium refuses its sandbox to root; the page is our own and loads nothing.
        root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        options = [
            "--headless",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={part.resolve()}",
        ]
        asked = [chromium(), *root, *options, page.resolve().as_uri()]
        try:
            done = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise OSError(f"{asked[0]} did not print {page} within {PATIENCE} seconds") from None
    if done.returncode or not part.exists():
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise OSError(f"{asked[0]} printed nothing (exit code {done.returncode}): {last[0]}")
    part.replace(out)
    return out
