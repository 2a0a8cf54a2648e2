# SPDX-License-Identifier: GPL-3.0-or-later
"""Good zones are released from their first second until as little validity is
left as their policy takes; the time in between is fixture_tests'."""

import re
from pathlib import Path

from gate import agreed, audit
from harness import ROOT, check

from fixtures.zonetext import notation, seconds

POLICIES = ROOT / "etc" / "policies"
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
# Expiration and inception, in any of the signers' styles.
TIMES = re.compile(
    r"\sRRSIG\s+\S+\s+\d+\s+\d+\s+\d+[\s(]+(\d{14})[\s(]+(\d{14})\s")


def add_to(suite, manifest):
    for row in manifest["fixtures"]:
        if row["kind"] == "good":
            suite.add(f"first second of {row['name']}", first, row)
            suite.add(f"last second of {row['name']}", last, row)


def times(row):
    """The newest inception and the earliest expiration."""
    found = TIMES.findall(Path(row["file"]).read_text("latin-1"))
    check(found, "no signature in", row["file"])
    return (max(seconds(inception) for _, inception in found),
            min(seconds(expiration) for expiration, _ in found))


def duration(option, policy):
    """What POLICY, a name or a file, says of OPTION."""
    path = Path(policy)
    if not path.is_absolute():
        path = POLICIES / f"{policy}.conf"
    text = path.read_text()
    found = re.search(rf'^limit {option} {{ value = "(\w+)"', text, re.M)
    if found:
        return sum(int(number) * UNITS[unit] for number, unit in
                   re.findall(r"(\d+)([dhms])", found[1]))
    parent = re.search(r'^inherit = "(\S+)"', text, re.M)
    check(parent, policy, "does not say", option)
    return duration(option, parent[1])


def least(policy):
    """The remaining validity below which POLICY holds."""
    refresh = duration("rrsig_refresh", policy)
    if refresh:
        refresh -= duration("resign_interval_max", policy)
    return max(refresh, duration("rrsig_remaining_min", policy))


def first(row):
    judge(row, times(row)[0])


def last(row):
    judge(row, times(row)[1] - least(row["policy"]))


def judge(row, moment):
    result = audit(row["file"], *row["options"], policy=row["policy"],
                   at=notation(moment))
    check(result.status == 0, "not released at", notation(moment),
          result.summary())
    agreed(result)
