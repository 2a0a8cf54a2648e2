# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/ says is what is so: every generated page is made again and
compared, and nothing stands there that is not."""

import re
import sys

from harness import ROOT, Skip, check

sys.path.insert(0, str(ROOT / "docs"))

import pages  # noqa: E402
import peers  # noqa: E402
from pages import blind_spots, checks, incidents, sights, stories  # noqa: E402

LINK = re.compile(r"\]\(([^)#:]+)\)")


def add_to(suite, manifest):
    rows = {row["name"]: row for row in manifest["fixtures"]}
    made = pages.every(manifest)
    for page, make in made.items():
        suite.add(f"docs {page}", is_what_is_generated, page, make)
    suite.add("docs has no stale page", no_stale_page, made)
    suite.add("docs has no broken link", no_broken_link)
    suite.add("docs tells every remade outage", every_recipe_is_told,
              "incidents", {incidents.row_of(story, rows)["name"]
                            for story in stories.STORIES})
    suite.add("docs has every blind spot", every_recipe_is_told,
              "blind_spots", {sight.fixture for sight in sights.SIGHTS})
    suite.add("docs index has every check", index_is_complete)
    for sight in sights.SIGHTS:
        suite.add(f"blind spot {sight.fixture} is found", is_found,
                  rows[sight.fixture])


def is_what_is_generated(page, make):
    path = ROOT / "docs" / page
    check(path.exists(), "is missing: run `make docs'")
    if page == "blind-spots.md":
        for peer in blind_spots.PEERS:
            if not peers.is_there(peer):
                raise Skip(f"{peer} is not installed")
    made, there = make().splitlines(), path.read_text().splitlines()
    for number, (new, old) in enumerate(zip(made, there), 1):
        check(new == old, f"differs: run `make docs'. Line {number} is",
              repr(old), "and should be", repr(new))
    check(len(made) == len(there), "differs in length: run `make docs'")


def no_stale_page(made):
    stale = pages.committed() - set(made)
    check(not stale, *sorted(stale))


def no_broken_link():
    broken = []
    for path in sorted((ROOT / "docs").rglob("*.md")):
        broken += [f"{path.relative_to(ROOT)}: {link}"
                   for link in LINK.findall(path.read_text())
                   if not (path.parent / link).exists()]
    check(not broken, *broken)


def every_recipe_is_told(module, told):
    """Whatever the module of recipes makes is on a page."""
    from fixtures import faults
    recipes = {name for name, fault in faults.load().items()
               if fault.damage.__module__.endswith(f".{module}")}
    check(recipes == told, "told and made differ:", recipes ^ told)


def index_is_complete():
    listed = {check for _, ids in checks.groups() for check in ids}
    known = {entry["check"] for entry in checks.catalogue()}
    check(listed == known, "index and program differ:", listed ^ known)


def is_found(row):
    """zonegate does not let the fault pass in silence."""
    if not row["check"]:
        raise Skip("is no fault")
    report = blind_spots.judged(row).report
    check(any(finding["check"] == row["check"].replace("_", "-")
              and finding["severity"] in ("block", "hold", "warn")
              for finding in report["findings"]),
          row["check"], "is not among the findings")
