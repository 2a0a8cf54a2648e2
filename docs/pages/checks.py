# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to know of each check: one page each, and an index."""

import json
import re

from gate import run, same_name
from harness import ROOT
from pages import reports

HEAD = """\
# The checks

One page for each: what a finding means, how to see it, how to mend it, who
demands it, what the shipped policies make of it. The same says
`zonegate explain CHECK`. `make docs` writes these pages from the tables that the
program is made of; a test holds that they are true.

In what is to be typed, OWNER, TYPE and LINE are those of the finding, ZONE is the
zone and FILE its file. **@signer** is a nameserver that serves the *candidate*: the
signer itself, or one that was loaded with the file. The public nameservers have
the release before. ANCHORS is a file with the zone's KSK as BIND's `trust-anchors`.

Severities: **block** is never released (break-glass takes two persons); **hold** is
released by one named person, with a reason; **warn** is released, with an alarm;
**info** is recorded. Of a check with several bounds, a page shows the severity that
it has unless the bound that was crossed has its own. *Soundness* means: what the
validators say means nothing without it, so no policy may lower it. *Inability* means: the zone could not be
judged, and nothing is said about it.
"""

FOUND_BY = {
    "reading": "the readers, while they read the text",
    "index": "the structure engine, over the whole zone",
    "verdicts": "the gate, from what both validators say",
}
STANDING = {
    "open": "a policy may change it",
    "must": "an RFC's MUST: a policy may lower it only with `accept_risk`, "
    "which every report repeats",
    "soundness": "soundness: no policy may lower it",
    "inability": "inability: no policy may lower it, and it says nothing "
    "about the zone",
}

# Checks that no fixture shows, and why.
NO_EXAMPLE = {
    "rrsig-class": "[zone-class-in](zone-class-in.md) refuses such a zone "
    "first",
    "nsec3-collision": "nobody knows two names with one SHA-1 hash",
}

GROUP = re.compile(r"^/\* ---- (.*?) -*\s*\*/$", re.M)


def catalogue():
    """The checks as the program tells of them, in the order of reports."""
    return json.loads(run("checks", "--format", "json").out)["checks"]


def groups():
    """[(title, ids in kebab-case)], as checks.def is divided."""
    text = (ROOT / "validators/contract/checks.def").read_text()
    parts = GROUP.split(text)[1:]
    return [(title, [row.replace("_", "-") for row in
                     re.findall(r"^CHECK\((\w+)", rows, re.M)])
            for title, rows in zip(parts[::2], parts[1::2])]


def pages(rows):
    listed = catalogue()
    made = {f"checks/{entry['check']}.md":
            lambda entry=entry: page(entry, rows) for entry in listed}
    made["checks/README.md"] = lambda: index(listed)
    return made


def index(listed):
    by_id = {entry["check"]: entry for entry in listed}
    text = HEAD
    for title, ids in groups():
        text += (f"\n## {title[0].upper()}{title[1:]}\n\n"
                 "| check | severity | a finding means |\n|---|---|---|\n")
        for check in ids:
            entry = by_id[check]
            text += (f"| [{check}]({check}.md) | {entry['severity']} "
                     f"| {cell(entry['meaning'])} |\n")
    return text


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def sentence(text):
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.?' else '.'}"


def page(entry, rows):
    return "\n".join(filter(None, (
        f"# {entry['check']}\n",
        f"{sentence(entry['meaning'])}\n",
        "| | |\n|---|---|\n"
        f"| severity | **{entry['severity']}**{everywhere(entry)} "
        f"({STANDING[entry['standing']]}) |\n"
        f"| source | {cell(entry['source'])} |\n"
        f"| found by | {FOUND_BY[entry['found_by']]} |\n",
        look(entry["look"]),
        f"## Mend it\n\n{sentence(entry['remedy'])}\n",
        policies(entry),
        example(entry["check"], rows),
    )))


def everywhere(entry):
    """A word if no shipped policy says otherwise."""
    said = {policy["severity"] for policy in entry["policies"].values()}
    return (", in every shipped policy" if said == {entry["severity"]}
            else "")


def look(found):
    if found is None:
        return ""
    commands = "\n".join(found["commands"])
    return f"## See it\n\n```\n{commands}\n```\n\n{sentence(found['shows'])}\n"


def policies(entry):
    """A table, if the policies differ or have something to say."""
    found = entry["policies"]
    if not any(said["clause"] or said["options"] for said in found.values()):
        return ""
    text = ("## In the shipped policies\n\n"
            "| policy | severity | options |\n|---|---|---|\n")
    for name, said in found.items():
        severity = said["severity"]
        if said["clause"]:
            severity += f" ({said['clause']})"
        options = "<br>".join(
            f"`{option} = {value['value'] or '(empty)'}`"
            f" ({value['clause'] or 'fallback'})"
            for option, value in said["options"].items())
        text += f"| {name} | {cell(severity)} | {options} |\n"
    return text


# ---- examples ----------------------------------------------------------------

def rank(row):
    """Sorts the fixtures of a check: the plainest first, and those last whose
    text another run would make otherwise."""
    return ("knot" in row["base"], row["name"].endswith(("_octets",)),
            row["policy"] != "registry-default", len(row["also"]),
            len(row["options"]), row["name"])


def example(check, rows):
    """What is said of the check's own fixture."""
    if check in NO_EXAMPLE:
        return f"## Example\n\nThere is none: {NO_EXAMPLE[check]}.\n"
    row_id = check.replace("-", "_")
    row = min((row for row in rows.values() if row["check"] == row_id
               and 64 not in row["exit"]), key=rank)
    words, judged = reports.audit(row, "json")
    finding = the_finding(judged.report["findings"], check, row)
    place = " ".join(filter(None, (finding["owner"], finding["type"])))
    line = f"line {finding['line']}" if finding["line"] else ""
    return ("## Example\n\n```\n"
            f"$ zonegate audit {' '.join(words)}\n"
            f"{finding['severity']}  {check}  {place}  {line}".rstrip()
            + f"\n    {finding['message']}\n```\n")


def the_finding(findings, check, row):
    """The finding that the fixture is there for."""
    found = [finding for finding in findings if finding["check"] == check]
    return next((finding for finding in found
                 if row["owner"]
                 and same_name(finding["owner"], row["owner"])), found[0])
