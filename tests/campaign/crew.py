# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes that do the work, and what each of them has at hand."""

import contextlib
import multiprocessing
import shutil
import traceback

import court
import verdicts
from judge import ASKED, Bench, Outcome, in_memory, warning
from peers import CRASHED, LATE

HAND = {}


@contextlib.contextmanager
def hired(plan, processes, output):
    """A pool of processes that know PLAN, and leave zones in OUTPUT."""
    kept = output / "zones"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    with in_memory() as folder, multiprocessing.get_context("fork").Pool(
            processes, initializer=begin,
            initargs=(plan, kept, folder)) as pool:
        yield pool
        pool.close()
        pool.join()


def begin(plan, kept, folder):
    HAND.update(plan=plan, kept=kept, bench=Bench(folder))


def try_one(job):
    """The outcome of a fault, or the title of a kind that has no place."""
    number, with_peers = job
    try:
        fault = HAND["plan"].fault(number)
        if isinstance(fault, str):
            return fault
        base = HAND["plan"].bases[fault.base]
        outcome = HAND["bench"].judge(fault, base,
                                      ASKED if with_peers else ())
    except Exception:
        return Outcome(number, "", "", "", trouble=traceback.format_exc())
    if is_worth_keeping(outcome):
        keep(fault)
    return outcome


def is_worth_keeping(outcome):
    return bool(outcome.trouble) or outcome.decision in (
        "release", "disputed", "unjudged") or any(
        said in (CRASHED, LATE) for said in outcome.peers.values())


def keep(fault):
    (HAND["kept"] / f"{fault.number}.zone").write_bytes(fault.octets)


def check_good(title):
    """(zone, what is warned of, what is wrong): the good zone must be
    released with all that the damaged ones are judged with."""
    base = HAND["plan"].bases[title]
    bench = HAND["bench"]
    path = bench.file("good", base.text.encode("latin-1"))
    try:
        result = bench.audit(path, base)
        wrong = "" if result.status == 0 else result.summary()
        warned = [warning(finding) for finding in result.report["findings"]
                  if finding["severity"] == "warn"]
    except Exception:
        return title, [], traceback.format_exc()
    return title, warned, wrong


def hear(session):
    """Rows for the report on outcomes that were released."""
    title, outcomes, known = session
    base = HAND["plan"].bases[title]
    made = [HAND["plan"].fault(outcome.number) for outcome in outcomes]
    try:
        findings = court.hear(
            base, base.text.encode("latin-1"),
            [(fault.octets, fault.records) for fault in made],
            HAND["bench"].path)
    except Exception:
        findings = [court.Finding(different={"the court": why}) for why in
                    [traceback.format_exc()] * len(made)]
    rows = []
    for outcome, fault, finding in zip(outcomes, made, findings):
        warned = sorted({check for check, *_ in
                         set(outcome.warnings) - set(known)})
        verdict, evidence = verdicts.judge(base, fault.records, finding,
                                           warned)
        rows.append({
            "number": outcome.number, "kind": outcome.kind, "base": title,
            "what": outcome.what, "verdict": verdict, "evidence": evidence,
            "warnings": warned, "asked": finding.asked,
            "alike": finding.alike, "different": finding.different,
            "silent": finding.silent,
            "zone": str(HAND["kept"] / f"{outcome.number}.zone")})
    return rows
