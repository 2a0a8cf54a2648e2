#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real workers, started the usual way, fail in every way they can: never
a release, always exit 3, and the report names who failed and how.

The programs are those of build/fault, which can be told to fail:
ZONEGATE_FAULT=WORKER:FAULT, with the rows of contract/faults.def."""

import gzip
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "program"))

import gate  # noqa: E402
import harness  # noqa: E402
from harness import ROOT, check  # noqa: E402

CRASHES = ("segv", "abrt", "kill", "exit1")

# fault -> the ends by which a validator that has it may be known.
OF_VALIDATORS = {
    **{crash: ("crashed",) for crash in CRASHES},
    "hang": ("late",),
    "half": ("garbled", "crashed"),
    "other_snapshot": ("garbled",),
    "too_much": ("garbled", "crashed"),
    "one_unjudged": ("done", "garbled"),
    "all_secure": ("asleep",),
}
OF_SURVEY = {
    **{crash: ("crashed",) for crash in CRASHES},
    "hang": ("late",),
    "half": ("garbled", "crashed"),
    "other_snapshot": ("garbled",),
}
# What a survey leaves out, others must miss.
LEFT_OUT = ("omit_claim", "drop_record")
# What one validator alone says.
DISPUTES = ("one_bogus",)


def program():
    return str(harness.build_folder() / "fault" / "zonegate")


def audit(row, fault, deadline="60s"):
    return gate.audit(row["file"], "--deadline", deadline,
                      policy=row["policy"], binary=program(),
                      env={"ZONEGATE_FAULT": fault} if fault else None)


def refused(result):
    check(result.status == 3, "expected exit 3", result.summary())
    check(result.report["reason"], "no reason is given", result.summary())


def end_of(report, worker):
    if worker == "survey":
        return report["survey"]
    return next(validator for validator in report["validators"]
                if validator["name"] == worker)


def fails(row, worker, fault, ends):
    result = audit(row, f"{worker}:{fault}",
                   "4s" if fault == "hang" else "60s")
    refused(result)
    end = end_of(result.report, worker)
    check(end["end"] in ends, worker, "should have ended", ends,
          result.summary())
    check(end["end"] == "done" or end["why"], "no word of how it ended",
          result.summary())
    if fault == "one_unjudged":
        # One by each of its processes.
        check(end["unjudged"] >= 1, "no claim is unjudged",
              result.summary())
    if end["end"] != "done":
        others = [other for other in ("survey", "ldns", "unbound")
                  if other != worker]
        blamed = [other for other in others if end_of(
            result.report, other)["end"] in ("crashed", "asleep", "garbled")]
        check(not blamed, "others are blamed:", blamed, result.summary())


def leaves_out(row, fault):
    result = audit(row, f"survey:{fault}")
    refused(result)
    ldns = end_of(result.report, "ldns")
    check(ldns["end"] == "differs" and ldns["why"],
          "nobody says what is missing", result.summary())


def disputes(row, worker, fault):
    """Asked again, and when it stays, named claim by claim."""
    result = audit(row, f"{worker}:{fault}")
    check(result.status == 2, "expected exit 2", result.summary())
    agreement = result.report["agreement"]
    check(agreement["disputed"] == 1 and len(agreement["disputes"]) == 1,
          "one claim is disputed", result.summary())
    check(agreement["disputed_at_first"] == 1, "was not judged again",
          agreement)
    other = "unbound" if worker == "ldns" else "ldns"
    dispute = agreement["disputes"][0]
    check(dispute[worker] == "bogus"
          and dispute[other] == "secure", dispute)
    types = {line.split()[3] for line in dispute["records"]}
    check({"TYPE46", "TYPE48"} <= types and len(types) == 3,
          "no RRset, RRSIG and DNSKEY to show", dispute)


def bad_zone_stays_refused(row, worker, fault):
    """A validator that calls everything secure does not help a bad zone."""
    result = audit(row, f"{worker}:{fault}")
    check(result.status in (1, 2, 3), "released", result.summary())


def is_released(row):
    """The programs with fault points judge as the others when not told."""
    result = audit(row, "")
    check(result.status == 0, result.summary())
    gate.agreed(result)


def unpack_fails(row, fault, folder):
    path = folder / f"unpack-{fault}.gz"
    path.write_bytes(gzip.compress(Path(row["file"]).read_bytes()))
    result = gate.run(
        "audit", "--format", "json", "--at", gate.AT, "--deadline",
        "4s" if fault == "hang" else "60s", path, binary=program(),
        env={"ZONEGATE_FAULT": f"unpack:{fault}"})
    check(result.status == 3, "expected exit 3", result.err, result.out)


def every_fault_is_tried():
    rows = set(re.findall(r"^FAULT\((\w+)\)", (
        ROOT / "validators/contract/faults.def").read_text(), re.M))
    tried = (set(OF_VALIDATORS) | set(OF_SURVEY) | set(LEFT_OUT)
             | set(DISPUTES))
    check(rows == tried, "differ from faults.def:", rows ^ tried)


def a_plain_build_has_no_fault_points(row):
    result = gate.audit(row["file"], env={"ZONEGATE_FAULT": "ldns:segv"})
    check(result.status == 0, result.summary())


def an_unknown_fault_is_refused(row):
    result = gate.run("audit", "--at", gate.AT, row["file"],
                      binary=program(),
                      env={"ZONEGATE_FAULT": "ldns:none_such"})
    check(result.status != 0, "was taken for no fault")


def a_waiver_is_named(row, what):
    """A confinement that is given up stands in the report, JSON and text."""
    result = gate.audit(row["file"], "--waive", what)
    check(what in result.report["waived"], "is not named",
          result.summary())
    said = gate.run("audit", "--at", gate.AT, "--waive", what, row["file"])
    check(what.encode() in said.out.lower(), "is not named", said.out)


def nothing_is_waived_by_itself(row):
    check(gate.audit(row["file"]).report["waived"] == [], "waived")


# ---- workers from outside ----------------------------------------------------

def hanging(row, worker):
    """A gate whose WORKER hangs, and the process ids of the gate's children."""
    gate_process = subprocess.Popen(
        [program(), "audit", "--at", gate.AT, "--deadline", "50s",
         row["file"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "ZONEGATE_FAULT": f"{worker}:hang",
             "LEAKS": "into-workers"})
    tasks = Path(f"/proc/{gate_process.pid}/task/{gate_process.pid}")
    until = time.monotonic() + 20 * gate.SLOWER
    while time.monotonic() < until:
        children = [int(pid) for pid in
                    (tasks / "children").read_text().split()]
        if any(name_of(pid) == f"zonegate-{worker}"[:15]
               for pid in children):
            return gate_process, children
        time.sleep(0.05)
    gate_process.kill()
    raise harness.Failed(f"zonegate-{worker} was never started")


def name_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_alive(pid, name):
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return name_of(pid) == name and ") Z " not in status


def workers_end_with_the_gate(row):
    for worker in ("survey", "ldns", "unbound"):
        process, children = hanging(row, worker)
        names = {pid: name_of(pid) for pid in children}
        process.kill()
        process.wait()
        until = time.monotonic() + 10
        while (left := [pid for pid, name in names.items()
                        if is_alive(pid, name)]):
            check(time.monotonic() < until, "left behind:",
                  [names[pid] for pid in left])
            time.sleep(0.05)


def workers_have_descriptors_only(row):
    """No environment, no files but those that their job names."""
    for worker in ("survey", "ldns", "unbound"):
        process, children = hanging(row, worker)
        try:
            for pid in children:
                looks_poor(pid)
        finally:
            process.kill()
            process.wait()


def looks_poor(pid):
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        files = [os.readlink(path)
                 for path in Path(f"/proc/{pid}/fd").iterdir()]
    except PermissionError:
        raise harness.Skip("only root may look") from None
    except (FileNotFoundError, ProcessLookupError):
        return  # another worker, which has just ended
    check(b"LEAKS" not in environment, "an environment:", environment)
    allowed = ("/dev/null", "/memfd:", "pipe:", "socket:", "anon_inode:")
    if gate.SLOWER > 1:
        allowed += ("/proc/",)  # a sanitizer looks at its own maps
    surplus = [name for name in files if not name.startswith(allowed)]
    check(not surplus, "it holds", surplus)


def main():
    manifest, folder = harness.make_fixtures()
    rows = {row["name"]: row for row in manifest["fixtures"]}
    suite = harness.Suite()
    suite.add("every fault is tried", every_fault_is_tried)
    for title in ("hosts-nsec-bind", "hosts-optout-bind"):
        suite.add(f"no fault: {title}", is_released, rows[title])
        for worker in ("ldns", "unbound"):
            for fault, ends in OF_VALIDATORS.items():
                suite.add(f"{worker}:{fault} {title}", fails, rows[title],
                          worker, fault, ends)
            for fault in DISPUTES:
                suite.add(f"{worker}:{fault} {title}", disputes, rows[title],
                          worker, fault)
        for fault, ends in OF_SURVEY.items():
            suite.add(f"survey:{fault} {title}", fails, rows[title],
                      "survey", fault, ends)
        for fault in LEFT_OUT:
            suite.add(f"survey:{fault} {title}", leaves_out, rows[title],
                      fault)
    good = rows["hosts-nsec-bind"]
    bad = rows["rrsig-valid-all--a-bit-in-an-address"]
    for worker in ("ldns", "unbound"):
        suite.add(f"{worker}:all_secure on a bad zone",
                  bad_zone_stays_refused, bad, worker, "all_secure")
    for fault in (*CRASHES, "hang"):
        suite.add(f"unpack:{fault}", unpack_fails, good, fault, folder)
    suite.add("a plain build has no fault points",
              a_plain_build_has_no_fault_points, good)
    suite.add("an unknown fault is refused", an_unknown_fault_is_refused,
              good)
    for what in ("landlock", "seccomp"):
        suite.add(f"waiving {what} is named", a_waiver_is_named, good, what)
    suite.add("workers end with the gate", workers_end_with_the_gate, good)
    suite.add("workers have descriptors only",
              workers_have_descriptors_only, good)
    suite.add("nothing is waived by itself", nothing_is_waived_by_itself,
              good)
    suite.run(__doc__)


if __name__ == "__main__":
    main()
