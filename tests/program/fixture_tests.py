# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fixture through the gate: decision, exit status, ids, places."""

from gate import agreed, audit, same_name
from harness import check

DOWN = ("crashed", "late", "garbled", "asleep")


def add_to(suite, manifest):
    for row in manifest["fixtures"]:
        suite.add(f"{row['kind']} {row['name']}", judge, row)


def judge(row):
    result = audit(row["file"], "--deadline", row["deadline"],
                   *row["options"], policy=row["policy"])
    if result.status == 64:
        # Refused before anything was judged; there is no report.
        check(64 in row["exit"], "exit 64:", result.err)
        check(result.err.strip() != "", "refused without a word")
        return
    check(result.status in row["exit"], "expected exit", row["exit"],
          result.summary())
    if row["decision"]:
        check(result.report["decision"] == row["decision"], "expected",
              row["decision"], result.summary())
    ids(row, result)
    if row["check"] and row["owner"]:
        places(row, result)
    if row["seen_by"]:
        seen_by(row, result)
    if result.status == 0:
        agreed(result)
    ends(row, result)


def ids(row, result):
    """Exactly the expected check, and what cannot but come with it."""
    expected = {row["check"]} - {""}
    check(expected <= result.all_checks, row["check"], "is missing",
          result.summary())
    surplus = result.checks - expected - set(row["also"])
    # A fault with no check of its own is judged by its exit status alone.
    if row["check"] or result.status == 0:
        check(not surplus, "not expected:", sorted(surplus),
              result.summary())


def places(row, result):
    found = result.findings(row["check"])
    check(any(same_name(finding["owner"], row["owner"])
              and row["type"] in ("", finding["type"]) for finding in found),
          row["check"], "does not name", row["owner"], row["type"],
          result.summary())


def seen_by(row, result):
    check(any(set(row["seen_by"]) <= set(finding["seen_by"])
              for finding in result.findings(row["check"])),
          row["check"], "is not seen by", row["seen_by"], result.summary())


def ends(row, result):
    """No damage to a zone may bring a worker down."""
    report = result.report
    for worker in (report["survey"], *report["validators"]):
        check(worker["end"] not in DOWN, "a worker ended",
              worker["end"], result.summary())
