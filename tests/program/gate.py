# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs zonegate and reads what it says."""

import json
import os
import subprocess
import time
from dataclasses import dataclass

import dns.exception
import dns.name

from harness import build_folder, check

from fixtures import AT

# Sanitizers make everything slower.
SLOWER = 10 if "ASAN_OPTIONS" in os.environ else 1
STATUSES = {"release": 0, "hold": 1, "block": 1, "disputed": 2,
            "unjudged": 3}


def program():
    return os.environ.get("ZONEGATE", str(build_folder() / "zonegate"))


@dataclass
class Run:
    status: int
    out: bytes
    err: str
    seconds: float
    _report: object = None

    @property
    def report(self):
        """The JSON report, which is checked for what holds of every one."""
        if self._report is None:
            try:
                self._report = json.loads(self.out)
            except ValueError:
                check(False, f"exit {self.status}, no JSON report;",
                      self.err[-2000:], self.out[:500])
            decision = self._report["decision"]
            check(self._report["exit"] == self.status, "exit status",
                  self.status, "but the report says", self._report["exit"])
            check(STATUSES[decision] == self.status, "decision", decision,
                  "with exit status", self.status)
        return self._report

    @property
    def checks(self):
        """Ids of the findings that matter, as in checks.def."""
        return {finding["check"].replace("-", "_")
                for finding in self.report["findings"]
                if finding["severity"] in ("block", "hold", "warn")}

    @property
    def all_checks(self):
        """Those of what is only recorded too."""
        return {finding["check"].replace("-", "_")
                for finding in self.report["findings"]}

    def findings(self, row):
        return [finding for finding in self.report["findings"]
                if finding["check"].replace("-", "_") == row]

    def summary(self):
        """What a failed test wants to show."""
        report = self.report
        lines = [f"exit {self.status} {report['decision']}; {report['reason']}",
                 "survey {end} {why}".format(**report["survey"])]
        for validator in report["validators"]:
            lines.append("{name} {end} {why} claims {claims} secure {secure} "
                         "bogus {bogus} unjudged {unjudged}".format(
                             **validator))
        for finding in report["findings"][:12]:
            lines.append("{check} {severity} {owner}/{type} line {line} "
                         "x{count} {seen_by}: {message}".format(**finding))
        for kind in ("disputes", "unjudged_examples"):
            for claim in report["agreement"].get(kind, [])[:3]:
                lines.append(f"{kind}: {claim}")
        return "\n    " + "\n    ".join(lines)


def run(*arguments, stdin=None, env=None, timeout=120, stdout=None,
        binary=None, cwd=None):
    start = time.monotonic()
    try:
        done = subprocess.run(
            [binary or program(), *(str(part) for part in arguments)],
            input=stdin, stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=timeout * SLOWER, cwd=cwd,
            env=None if env is None else {**os.environ, **env})
    except subprocess.TimeoutExpired:
        check(False, "zonegate did not end within", timeout * SLOWER, "s")
    seconds = time.monotonic() - start
    err = done.stderr.decode(errors="replace")
    check(done.returncode in (0, 1, 2, 3, 64), "the gate itself ended with",
          done.returncode, err[-2000:])
    return Run(done.returncode, done.stdout, err, seconds)


def audit(path, *options, at=AT, policy="registry-default", **how):
    """zonegate audit, JSON."""
    return run("audit", "--format", "json", "--at", at, "--policy", policy,
               *options, path, **how)


def same_name(one, other):
    try:
        return (dns.name.from_text(one or ".")
                == dns.name.from_text(other or "."))
    except dns.exception.DNSException:
        return False


def agreed(result):
    """Fails unless both validators judged every claim, and all secure."""
    report = result.report
    agreement = report["agreement"]
    check(agreement["claims"] > 0, "no claims", result.summary())
    check(agreement["disputed"] == 0, "disputes", result.summary())
    for validator in report["validators"]:
        check(validator["end"] == "done", validator["name"],
              validator["end"], result.summary())
        check(validator["claims"] == validator["secure"]
              == agreement["claims"], validator["name"],
              "did not find all secure", result.summary())
    names = [validator["name"] for validator in report["validators"]]
    check(names == ["ldns", "unbound"], "validators are", names)
