# SPDX-License-Identifier: GPL-3.0-or-later
"""Real signed zones from the folder ZONEGATE_REAL_ZONES, which is no part of
this tree: its README.md names each file's time and the trust anchors."""

import os
import re
import tempfile
from pathlib import Path

from gate import agreed, audit
from harness import Skip, check


def folder():
    return os.environ.get("ZONEGATE_REAL_ZONES", "")


def listed():
    """(file, time of judgement, note) of each zone, and the anchors."""
    readme = (Path(folder()) / "README.md").read_text()
    rows = re.findall(r"^\| *(\S+\.zone\.xz) *\|[^|]*\| *(\S+) *\|(.*)\|$",
                      readme, re.M)
    anchors = re.findall(r"^ *(\. IN DS .*)$", readme, re.M)
    return ([(Path(folder()) / name, at, note) for name, at, note in rows],
            "\n".join(anchors) + "\n")


def add_to(suite):
    if not folder():
        suite.add("real zones", skip)
        return
    zones, anchors = listed()
    suite.add("real zones: some are there", check, bool(zones), "none")
    for path, at, note in zones:
        suite.add(f"real zone {path.name}", is_released, path, at, note,
                  anchors)
        suite.add(f"real zone {path.name} a day too late", is_late, path, at)


def skip():
    raise Skip("ZONEGATE_REAL_ZONES is not set")


def is_released(path, at, note, anchors):
    with tempfile.NamedTemporaryFile("w", suffix=".ds") as file:
        file.write(anchors)
        file.flush()
        result = audit(path, "--anchor", file.name, at=at,
                       policy="root-zone", timeout=300)
    check(result.status == 0, result.summary())
    agreed(result)
    if "no ZONEMD" in note:
        return
    check(not [row for row in result.checks if row.startswith("zonemd")],
          result.summary())


def is_late(path, at):
    """Thirty days on, every signature has expired, and both say so."""
    year, month = int(at[:4]), int(at[5:7])
    month, year = (1, year + 1) if month == 12 else (month + 1, year)
    later = f"{year}-{month:02d}{at[7:]}"
    result = audit(path, at=later, policy="root-zone", timeout=300)
    check(result.status == 1, result.summary())
    check("rrsig_not_expired" in result.checks, result.summary())
    check(result.report["agreement"]["disputed"] == 0, result.summary())
