# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that are generated: each is a function that returns its text, so
that a test can hold them against what is committed."""

from pathlib import Path

from pages import blind_spots, checks, incidents

DOCS = Path(__file__).resolve().parent.parent
# Folders in which nothing stands that is not generated.
FOLDERS = ("checks", "incidents")


def every(manifest):
    """Path below docs/ -> function that returns the page."""
    rows = {row["name"]: row for row in manifest["fixtures"]}
    return {**checks.pages(rows), **incidents.pages(rows),
            **blind_spots.pages(rows)}


def committed():
    """The generated pages that are there, as paths below docs/."""
    return {str(path.relative_to(DOCS)) for folder in FOLDERS
            for path in (DOCS / folder).glob("*.md")}
