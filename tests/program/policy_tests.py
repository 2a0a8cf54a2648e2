# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies on the command line, and what reports say of accepted risks and
exemptions."""

import json
import re
import tempfile
from pathlib import Path

from gate import run
from harness import ROOT, check

from fixtures import AT

POLICIES = sorted(path.stem for path in (ROOT / "etc/policies").glob("*.conf"))
FOUR_KEYS = """inherit = "tucows-cloud-2023"

limit zsk_lifetime { value = "90d" clause = "CLOUD DPS 6.4" }
"""
EXEMPT = """inherit = "registry-default"
accept_risk nsec3_iterations {
    reason = "resolvers <here> & there are old"
    approver = "B. Person"
}
exemption move {
    checks = { rrset_duplicate_rr }
    owner = "all"
    from = "2025-12-01T00:00:00Z"
    until = "2026-01-06T00:00:00Z"
    reason = "the zone moves <here>"
    approver = "A. Person"
}
"""


def with_file(text, *arguments):
    """Runs `zonegate policy' with the file's path for FILE."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ours.conf"
        file.write_text(text)
        return run("policy", *(file if argument == "FILE" else argument
                               for argument in arguments))


def ends(result, status, *words):
    text = result.out.decode() + result.err
    check(result.status == status, "exit", result.status, text)
    for word in words:
        check(word in text, repr(word), "is not in", text)


# ---- check ----

def is_good(name):
    ends(run("policy", "check", name), 0, f"{name}: good")


def contradictions_are_refused_with_the_arithmetic():
    ends(with_file(FOUR_KEYS, "check", "FILE"), 1, "ours.conf:3: refused",
         "60d", "20d", "90d - 20d = 70d", "80d", "4 keys",
         "refused, for 1 reason")


def all_reasons_are_given():
    ends(with_file(FOUR_KEYS + 'limit dnskey_max_block { value = "2" '
                   'clause = "x" }\n', "check", "FILE"), 1, "4 keys",
         "dnskey_max_block 2", "refused, for 2 reasons")


def oddities_are_good():
    ends(with_file('limit ttl_max { value = "31d" clause = "x" }\n', "check",
                   "FILE"), 0, "ours.conf:1: odd", "ours: good")


def a_window_that_is_over_is_odd():
    result = with_file(EXEMPT, "check", "FILE", "--at", "20260106000000")
    ends(result, 0, "odd", "move", "2026-01-06T00:00:00Z")
    result = with_file(EXEMPT, "check", "FILE", "--at", "20260105235959")
    ends(result, 0)
    check("move" not in result.out.decode(), result.out)


def a_file_that_cannot_be_read_is_refused():
    ends(with_file("\nlimit x { value = 1 clause = y }", "check", "FILE"), 1,
         "ours.conf:2: ")


def less_than_a_must_is_refused_with_what_to_write():
    ends(with_file('severity denial_ttl { value = "off" clause = "x" }',
                   "check", "FILE"), 1, "accept_risk denial_ttl {",
         "RFC 9077 3")


def usage_is_64():
    for arguments in ((), ("none",), ("check",), ("check", "none-such"),
                      ("check", "/none/such.conf"), ("check", "a", "b"),
                      ("check", "root-zone", "--at", "soon"),
                      ("show",), ("show", "none-such"),
                      ("show", "root-zone", "--format", "html"),
                      ("diff", "root-zone"), ("diff", "root-zone", "none")):
        result = run("policy", *arguments)
        check(result.status == 64 and result.err, arguments, result.status)


def help_is_there():
    for arguments in ((), ("check",), ("show",), ("diff",)):
        ends(run("policy", *arguments, "--help"), 0, "usage: zonegate policy")


def the_gate_refuses_the_same(good):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ours.conf"
        file.write_text(FOUR_KEYS)
        ends(run("audit", "--at", AT, "--policy", file, good), 64,
             "ours.conf:3: ", "4 keys")
        config = Path(folder) / "zonegate.conf"
        config.write_text(f'zone shop {{ policy = "{file}" '
                          'anchor active { file = "shop.ds" } }')
        (Path(folder) / "shop.ds").write_text(
            "shop. 3600 IN DS 1 13 2 " + "00" * 32 + "\n")
        ends(run("config", "--check", "--config", config), 64, "4 keys")


# ---- show ----

def shown(*arguments):
    result = run("policy", "show", *arguments, "--format", "json")
    check(result.status == 0, result.err)
    return json.loads(result.out)


def every_value_is_shown_with_its_origin(name):
    policy = shown(name)
    check(policy["schema"] == "zonegate-policy-1" and policy["name"] == name,
          policy["schema"], policy["name"])
    text = run("policy", "show", name).out.decode()
    for option, row in policy["options"].items():
        origin = row["origin"]
        check(origin["from"] in ("own", "inherited"), option, origin)
        line = Path(origin["file"]).read_text().splitlines()[
            origin["line"] - 1]
        value = re.fullmatch(rf'limit {option} {{ value = "(.*)" clause = '
                             rf'"{re.escape(row["clause"])}" }}', line)[1]
        check(value.replace(",", " ") == row["value"].replace(",", " "),
              option, row, line)
        check(re.search(rf"^  {option} .*{re.escape(row['clause'])}", text,
                        re.M), option, "is not in the text")


def what_is_built_in_is_shown_as_such():
    result = with_file("", "show", "FILE", "--format", "json")
    row = json.loads(result.out)["options"]["dnskey_max"]
    check(row == {"value": "6", "clause": "built-in default", "origin":
                  {"from": "built-in", "file": None, "line": None}}, row)


def risks_and_exemptions_are_shown():
    result = with_file(EXEMPT, "show", "FILE", "--format", "json")
    policy = json.loads(result.out)
    (risk,), (exemption,) = policy["accepted_risks"], policy["exemptions"]
    check(risk["check"] == "nsec3-iterations" and
          risk["approver"] == "B. Person" and risk["origin"]["line"] == 3,
          risk)
    check(exemption["name"] == "move" and exemption["owner"] == "all" and
          exemption["checks"] == ["rrset-duplicate-rr"] and
          exemption["until"] == "2026-01-06T00:00:00Z", exemption)
    ends(with_file(EXEMPT, "show", "FILE"), 0, "nsec3_iterations",
         "B. Person", "move", "the zone moves <here>", "A. Person")


def a_refused_policy_is_shown():
    ends(with_file(FOUR_KEYS, "show", "FILE"), 1, "zsk_lifetime", "4 keys")


# ---- diff ----

def a_policy_does_not_differ_from_itself(name):
    result = run("policy", "diff", name, name)
    check(result.status == 0 and result.out == b"", result.status, result.out)


def differences_are_told():
    ends(run("policy", "diff", "centralnic-legacy", "centralnic-2021"), 1,
         "ksk_algorithms\n  - 8  (CentralNic DPS 6.1)\n"
         "  + 13  (CentralNic DPS 6.1)\n")
    ends(with_file(EXEMPT + 'severity nsec3_extra { value = "warn" '
                   'clause = "x" }\nlimit retired_keys { value = "1/13" '
                   'clause = "x" }\n', "diff", "registry-default", "FILE"), 1,
         "severity nsec3_extra\n  - hold\n  + warn\n",
         "accept_risk nsec3_iterations\n  - not accepted\n  + accepted\n",
         "exemption move\n  - none\n  + all 2025-12-01T00:00:00Z",
         "retired_keys\n  -   (local)\n  + 1/13  (x)\n")
    ends(with_file(EXEMPT, "diff", "FILE", "FILE"), 0)
    ends(with_file("bogus", "diff", "root-zone", "FILE"), 1, "ours.conf")


# ---- reports ----

def reports(zone):
    """The text, JSON and HTML of one run under EXEMPT."""
    with tempfile.TemporaryDirectory() as folder:
        file, html = Path(folder) / "ours.conf", Path(folder) / "html"
        data = Path(folder) / "json"
        file.write_text(EXEMPT)
        result = run("audit", "--at", AT, "--policy", file, "--report",
                     f"html={html}", "--report", f"json={data}", zone)
        check(result.status == 0, result.out, result.err)
        return (result.out.decode(), json.loads(data.read_text()),
                html.read_text())


def every_report_repeats_who_answers(row):
    text, report, html = reports(row["file"])
    for word in ("nsec3-iterations", "B. Person", "move", "A. Person",
                 "2026-01-06T00:00:00Z", "rrset-duplicate-rr"):
        check(word in text, word, "is not in", text)
        check(word in html, word, "is not in the HTML")
    check("resolvers <here> & there are old" in text, text)
    check("resolvers &lt;here&gt; &amp; there are old" in html and
          "<here>" not in html, "the HTML is not escaped")
    check(report["accepted_risks"] == [
        {"check": "nsec3-iterations", "approver": "B. Person",
         "reason": "resolvers <here> & there are old"}],
          report["accepted_risks"])
    (exemption,) = report["exemptions"]
    check(exemption["findings"] == 1 and exemption["name"] == "move" and
          exemption["approver"] == "A. Person", exemption)
    (finding,) = report["exempted"]
    check(finding["check"] == "rrset-duplicate-rr" and
          finding["severity"] == "hold" and finding["exemption"] == "move",
          finding)
    check(all(finding["check"] != "rrset-duplicate-rr"
              for finding in report["findings"]), "it is among the findings")


def other_reports_have_none(row):
    result = run("audit", "--at", AT, "--format", "json", row["file"])
    report = json.loads(result.out)
    check(report["accepted_risks"] == [] and report["exemptions"] == [] and
          report["exempted"] == [], report["exempted"])
    text = run("audit", "--at", AT, row["file"]).out.decode()
    check("exempt" not in text and "accepted" not in text, text)


def add_to(suite, manifest):
    rows = {row["name"]: row for row in manifest["fixtures"]}
    for test in (contradictions_are_refused_with_the_arithmetic,
                 all_reasons_are_given, oddities_are_good,
                 a_window_that_is_over_is_odd,
                 a_file_that_cannot_be_read_is_refused,
                 less_than_a_must_is_refused_with_what_to_write, usage_is_64,
                 help_is_there, what_is_built_in_is_shown_as_such,
                 risks_and_exemptions_are_shown, a_refused_policy_is_shown,
                 differences_are_told):
        suite.add(f"policy: {test.__name__.replace('_', ' ')}", test)
    for name in POLICIES:
        for test in (is_good, every_value_is_shown_with_its_origin,
                     a_policy_does_not_differ_from_itself):
            suite.add(f"policy: {name}: {test.__name__.replace('_', ' ')}",
                      test, name)
    good = rows["hosts-nsec-bind"]
    suite.add("policy: the gate refuses the same", the_gate_refuses_the_same,
              good["file"])
    suite.add("policy: every report repeats who answers",
              every_report_repeats_who_answers,
              rows["unjudged--exempt-at-its-owner"])
    suite.add("policy: other reports have none", other_reports_have_none, good)
