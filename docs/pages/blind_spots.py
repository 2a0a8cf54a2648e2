# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sees which fault: a table made by having everybody judge the same
zones."""

from fixtures import AT
from fixtures.good import GOOD
from gate import audit
from pages.sights import SIGHTS
import peers

PEERS = ("dnssec-verify", "ldns-verify-zone", "kzonecheck", "validns")

HEAD = """\
# Who sees which fault

On these faults validators are known to differ. Each row is a zone, made by
`fixtures/faults/blind_spots.py`, that was judged by everybody
in the head of the table; nothing here is written by hand. `make docs` makes the
table again, a test holds that it is true. No column but the last has all rows:
this is why zonegate asks two validators for every signature and looks at the
structure itself.

**sees** means: refuses the zone, or for zonegate's own columns, has the fault
among its findings or bogus verdicts. **–** means: accepts it.

| fault | ldns | unbound | structure | {peers} | zonegate |
|---|---|---|---|{rules}|---|
"""

FOOT = """
- **ldns** and **unbound** are the two validators as zonegate asks them: for every
  signature, not for one good one of each RRset. As a command ldns is
  `ldns-verify-zone`, beside them.
- **structure** is zonegate's own look at the zone.
- Peers were asked as of the time of judgement: {asked}.
- *two keys of one tag* is a warning: nothing is wrong yet, but the outages of
  [.ru](incidents/ru-2024.md) and [.de](incidents/de-2026.md) began so.
- *opt-out that leaves nothing out* is no fault (RFC 5155 6 allows it): who sees one
  would hold back a good zone.
"""

SEES, NOT = "sees", "–"


def pages(rows):
    return {"blind-spots.md": lambda: page(rows)}


def page(rows):
    head = HEAD.format(peers=" | ".join(PEERS), rules="---|" * len(PEERS)
                       ).replace("|---||---|", "|---|---|")
    return head + "".join(line(sight, rows) for sight in SIGHTS) + FOOT.format(
        asked="`dnssec-verify` with a pinned clock, `ldns-verify-zone -t`, "
        "`kzonecheck -d on -t`, `validns -t`")


def line(sight, rows):
    row = rows[sight.fixture]
    return (f"| {sight.words} | " + " | ".join(
        (*own_columns(row), *(word_of_peer(peer, row) for peer in PEERS),
         zonegate(row))) + " |\n")


def judged(row):
    return audit(row["file"], *row["options"], policy=row["policy"])


def own_columns(row):
    report = judged(row).report
    words = []
    for validator in report["validators"]:
        refused = [f"{kind}" for kind in ("bogus", "insecure",
                                          "indeterminate", "unjudged")
                   if validator[kind]]
        words.append(f"{SEES} ({', '.join(refused)})" if refused else NOT)
    found = sorted({finding["check"] for finding in report["findings"]
                    if "structure" in finding["seen_by"]
                    and finding["severity"] in ("block", "hold", "warn")
                    and finding["check"].replace("-", "_")
                    not in GOOD[row["base"]].warns})
    return (*words, link(found))


def link(checks):
    return "<br>".join(f"[{check}](checks/{check}.md)"
                       for check in checks) or NOT


def word_of_peer(peer, row):
    said = peers.accepts(peer, row["file"], row["zone"], AT)
    return {True: NOT, False: SEES}.get(said, said)


def zonegate(row):
    """What zonegate makes of it, and for which finding."""
    report = judged(row).report
    if row["check"] == "":
        return report["decision"]
    severity = report["findings"][0]["severity"] if report["findings"] else ""
    return (report["decision"] if report["decision"] != "release"
            else f"release, {severity}")
