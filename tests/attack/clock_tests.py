# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock jumps, forwards and back."""

from harness import Skip, check
from rig import DAY, PATIENCE, Signer, gated

ZONE = "shop."


def a_clock_that_jumps_releases_nothing():
    with Signer() as signer:
        clock = signer.folder / "clock"

        def jump(seconds):
            fresh = signer.folder / "clock.new"
            fresh.write_text(f"{seconds}\n")
            fresh.rename(clock)

        def suspect(is_so):
            gate.eventually(
                lambda: (gate.status()["gate"]["state"] == "clock-suspect")
                == is_so, f"the clock is suspect: {is_so}")
        jump(0)
        with gated(signer.section("release_policy_holds_below = 3d\n"),
                   fault=True,
                   environment={"ZONEGATE_CLOCK_FILE": str(clock)}) as gate:
            gate.release(ZONE, signer.sign(2026010101, days=20))
            held = gate.submit(ZONE, signer.sign(2026010102, days=40),
                               wait=PATIENCE)
            check(held["decision"] == "hold", held)
            soon = gate.submit(ZONE, signer.sign(2026010103, begins=250),
                               wait=0)
            gate.eventually(
                lambda: gate.candidate(soon["id"])["not_before"],
                "it waits for its signatures")
            jump(18 * DAY)
            if synchronised():
                raise Skip("the kernel calls its clock synchronised")
            suspect(True)
            before = len(gate.log("alarm.raised"))
            gate.eventually(lambda: gate.status() and before >= 0,
                            "a look at everything")
            check(gate.candidate(held["id"])["state"] == "held",
                  "a wrong clock has released it")
            # A person says that it is right, and was wrong; and then that
            # it is right again.  What waits for a time does so no longer
            # than the wait was.
            gate.configure(signer.section())
            gate.ask("reload", reason="it is right", force=True)
            suspect(False)
            jump(-DAY)
            suspect(True)
            gate.ask("reload", reason="it is right now", force=True)
            suspect(False)
            gate.restart()
            suspect(False)


def a_verdict_does_not_outlive_a_long_stop():
    """Stopped between decision and outbox: a day later the signatures have
    run out."""
    with Signer() as signer:
        clock = signer.folder / "clock"
        clock.write_text("0")
        with gated(signer.section('veto slow { command = {"/bin/sleep", '
                                  '"1000"} deadline = "1000s" }\n'),
                   fault=True,
                   environment={"ZONEGATE_CLOCK_FILE": str(clock)}) as gate:
            first = gate.submit(ZONE, signer.sign(2026010101, days=6))
            gate.wait_state(first["id"], "releasing")
            gate.kill()
            clock.write_text(str(7 * DAY))
            gate.configure(signer.section())
            gate.start()
            found = gate.wait_state(first["id"], "held", "released")
            check(found["decision"] == "block", found)
            check(not gate.outbox(ZONE).exists(), "expired, and published")


def synchronised():
    import ctypes

    class Timex(ctypes.Structure):
        _fields_ = [("octets", ctypes.c_ubyte * 512)]
    return ctypes.CDLL(None).adjtimex(ctypes.byref(Timex())) != 5


def add_to(suite):
    suite.add("a clock that jumps releases nothing",
              a_clock_that_jumps_releases_nothing)
    suite.add("a verdict does not outlive a long stop",
              a_verdict_does_not_outlive_a_long_stop)
