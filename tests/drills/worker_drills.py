# SPDX-License-Identifier: GPL-3.0-or-later
"""Libraries replaced while the gate runs, and runs that come to nothing."""

import re
from pathlib import Path

from rig import (
    SHOP, Skip, check, drill, eventually, gone, harness, health, named, only,
    run)

UNBOUND = "zonegate-unbound"
# True in a script if it is a run for shop. that the worker works for: its
# parent is the judging process.
FOR_SHOP = "grep -qzx shop. /proc/$PPID/cmdline"
PATIENT = {"ZONEGATE_WAIT_MOST": "2"}
OTHER = "toys."


def library():
    """The libunbound that the worker has."""
    said = run(["ldd", harness.build_folder() / "fault" / UNBOUND])
    return Path(re.search(r"libunbound\S* => (\S+)", said)[1])


def other_version(folder):
    """A library that says it is another version."""
    source = folder / "version.c"
    source.write_text("const char *ub_version(void);\n"
                      "const char *ub_version(void) { return \"9.9.9\"; }\n")
    run(["gcc", "-shared", "-fPIC", "-o", folder / "version.so", source])
    return folder / "version.so"


def breaks(gate, signer, before):
    """The gate is broken, and says so of itself and of no zone; then it is
    well again."""
    published = signer.serial
    before()
    candidate = gate.submit(SHOP, signer.good())
    named(gate, "gate broken")
    only(gate, "gate broken")
    check(health(gate)[0] == 503, "is well", health(gate))
    check(gate.serial(SHOP) == published, "not what was published")
    return candidate["id"]


def goes_on(gate, number):
    gate.wait_state(number, "released")
    gone(gate, "gate broken")
    only(gate)


def a_library_half_installed():
    with drill(workers=True, environment=PATIENT) as (gate, signer):
        gate.release(SHOP, signer.good())
        half = gate.folder / "lib"
        half.mkdir()
        octets = library().read_bytes()
        (half / "libunbound.so.8").write_bytes(octets[:len(octets) // 2])
        (half / library().name).write_bytes(octets[:len(octets) // 2])
        number = breaks(gate, signer, lambda: gate.workers.replace(
            UNBOUND, f"export LD_LIBRARY_PATH={half}\nexec $real"))
        check("unbound" in named(gate, "gate broken")["what"],
              "who?", health(gate))
        gate.workers.restore(UNBOUND)
        goes_on(gate, number)


def a_worker_that_crashes():
    with drill(workers=True, environment=PATIENT) as (gate, signer):
        gate.release(SHOP, signer.good())
        number = breaks(gate, signer, lambda: gate.workers.replace(
            UNBOUND, "kill -SEGV $$"))
        gate.workers.restore(UNBOUND)
        goes_on(gate, number)


def a_library_that_finds_everything_secure():
    """A validator that no longer looks must not be believed."""
    with drill() as (gate, signer):
        gate.release(SHOP, signer.good())
        gate.stop()
        gate.environment["ZONEGATE_FAULT"] = "unbound:all_secure"
        gate.start()
        published = signer.serial
        good = signer.good()
        candidate = gate.submit(SHOP, good)
        named(gate, "gate broken")
        only(gate, "gate broken")
        check(gate.candidate(candidate["id"])["state"] == "waiting",
              gate.candidate(candidate["id"]))
        check(gate.serial(SHOP) == published, "not what was published")
        gate.stop()
        del gate.environment["ZONEGATE_FAULT"]
        gate.start()
        goes_on(gate, candidate["id"])


def another_version():
    """What is published is judged anew; if that fails it is said."""
    if "libasan" in run(["ldd", harness.build_folder() / "fault" / UNBOUND]):
        raise Skip("a sanitizer suffers no library before itself")
    with drill(workers=True, environment=PATIENT) as (gate, signer):
        gate.release(SHOP, signer.good())
        shim = other_version(gate.folder)
        gate.workers.replace(
            UNBOUND, "grep -qz published.json /proc/$PPID/cmdline && exit 1\n"
            f"export LD_PRELOAD={shim}\nexec $real")
        gate.release(SHOP, signer.good())
        named(gate, "library-changed", what="9.9.9")
        named(gate, "reload-refused", what="judged")
        only(gate)
        check(gate.log("library.changed"), "is not in the log")
        gate.workers.replace(UNBOUND,
                             f"export LD_PRELOAD={shim}\nexec $real")
        gate.restart()
        gone(gate, "library-changed")
        gone(gate, "reload-refused")
        gate.workers.restore(UNBOUND)
        gate.release(SHOP, signer.good())
        eventually(lambda: len(gate.log("library.changed")) == 2, "back")
        gone(gate, "library-changed")
        check("9.9.9" not in gate.status()["gate"]["unbound"],
              gate.status()["gate"])
        only(gate)


# ---- runs that come to nothing, of one zone alone ----

def one_that_comes_to_nothing_once():
    """It is late; then it is judged again, by itself."""
    with drill('deadline = "10s"', workers=True) as (gate, signer):
        gate.release(SHOP, signer.good())
        gate.workers.replace(
            UNBOUND, f"{FOR_SHOP} && mkdir {gate.folder}/once 2>/dev/null "
            "&& exec sleep 100\nexec $real")
        candidate = gate.release(SHOP, signer.good())
        check(candidate["attempts"] == 1, "was judged at once", candidate)
        named(gate, "worker-faults")
        only(gate)


def one_that_cannot_be_judged():
    """Four runs, then a page; the other zone goes its way, and so does the
    next one."""
    with drill(workers=True, zones=(SHOP, OTHER)) as (gate, signer, other):
        gate.release(SHOP, signer.good())
        published = signer.serial
        gate.workers.replace(UNBOUND, f"{FOR_SHOP} && exit 1\nexec $real")
        candidate = gate.submit(SHOP, signer.good())
        gate.release(OTHER, other.good())
        found = named(gate, "unjudged", SHOP)
        only(gate, "unjudged")
        check(found["level"] == "critical", "nobody is woken:", found)
        after = gate.candidate(candidate["id"])
        check(after["attempts"] == 4 and after["state"] == "held", after)
        check(gate.serial(SHOP) == published, "not what was published")
        gate.workers.restore(UNBOUND)
        gate.release(SHOP, signer.good())
        gone(gate, "unjudged")
        only(gate)


def one_that_brings_the_judging_process_down():
    """Twice, and it is put aside."""
    with drill(workers=True, zones=(SHOP, OTHER)) as (gate, signer, other):
        gate.release(SHOP, signer.good())
        published = signer.serial
        gate.workers.replace(
            UNBOUND, f"{FOR_SHOP} && kill -SEGV $PPID\nexec $real")
        candidate = gate.submit(SHOP, signer.good())
        gate.release(OTHER, other.good())
        named(gate, "quarantined", SHOP)
        only(gate, "quarantined")
        after = gate.candidate(candidate["id"])
        check(after["attempts"] == 2 and after["state"] == "quarantined",
              after)
        check(gate.serial(SHOP) == published, "not what was published")
        gate.workers.restore(UNBOUND)
        gate.release(SHOP, signer.good())
        gone(gate, "quarantined")
        only(gate)


TESTS = (
    one_that_comes_to_nothing_once,
    one_that_cannot_be_judged,
    one_that_brings_the_judging_process_down,
    a_library_half_installed,
    a_worker_that_crashes,
    a_library_that_finds_everything_secure,
    another_version,
)


def add_to(suite):
    for test in TESTS:
        suite.add(test.__name__.replace("_", " "), test)
