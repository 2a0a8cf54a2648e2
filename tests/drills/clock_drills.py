# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock is wrong by an hour."""

from contextlib import contextmanager

from rig import HOUR, SHOP, check, drill, gone, named, only


@contextmanager
def with_clock(offset=0, **options):
    """As drill(), and a call that sets the gate's clock."""
    with drill(environment={"ZONEGATE_CLOCK_FILE": "{folder}/clock"},
               start=False, **options) as (gate, *signers):
        path = gate.folder / "clock"
        gate.environment["ZONEGATE_CLOCK_FILE"] = str(path)

        def set_clock(seconds):
            new = path.with_name("clock.new")
            new.write_text(f"{seconds}\n")
            new.rename(path)
        set_clock(offset)
        gate.start()
        yield gate, set_clock, *signers


def waits(gate, file, published):
    """FILE comes in, is not judged, and nothing else changes."""
    candidate = gate.submit(SHOP, file)
    named(gate, "clock suspect")
    only(gate, "clock suspect")
    check(gate.candidate(candidate["id"])["state"] == "waiting",
          "was judged:", gate.candidate(candidate["id"]))
    check(gate.serial(SHOP) == published, "not what was published")
    return candidate["id"]


def is_released(gate, number):
    gate.wait_state(number, "released")
    gone(gate, "clock suspect")
    only(gate)


def jumps_by(seconds):
    with with_clock() as (gate, set_clock, signer):
        gate.release(SHOP, signer.good())
        published = signer.serial
        set_clock(seconds)
        named(gate, "clock suspect")
        number = waits(gate, signer.good(), published)
        set_clock(0)
        is_released(gate, number)


def an_hour_late_at_start():
    """The ledger knows a later time."""
    with with_clock() as (gate, set_clock, signer):
        gate.release(SHOP, signer.good())
        published = signer.serial
        gate.stop()
        set_clock(-HOUR)
        gate.start()
        number = waits(gate, signer.good(), published)
        set_clock(0)
        # The clock was set while the gate ran; a start later it is steady.
        gate.restart()
        is_released(gate, number)


def an_hour_late_and_set_right_while_running():
    """A gate that came up late is right again without any hand."""
    with with_clock() as (gate, set_clock, signer):
        gate.release(SHOP, signer.good())
        published = signer.serial
        gate.stop()
        set_clock(-HOUR)
        gate.start()
        number = waits(gate, signer.good(), published)
        set_clock(0)
        is_released(gate, number)


def an_hour_ahead_at_start():
    """Nothing tells until it is set right; then a person says so."""
    with with_clock(HOUR) as (gate, set_clock, signer):
        gate.release(SHOP, signer.good())
        published = signer.serial
        gate.stop()
        set_clock(0)
        gate.start()
        number = waits(gate, signer.good(), published)
        gate.ask("reload", force=False, reason="a new hook")
        named(gate, "clock suspect")
        gate.ask("reload", force=True, reason="the clock is right now")
        is_released(gate, number)
        (entry,) = gate.log("clock.accepted")
        check(entry["actor"], "nobody said so", entry)


def ahead(gate, signers):
    """All of them sign an hour ahead: the clock is accused, and no zone."""
    for signer in signers:
        gate.release(signer.zone, signer.good())
    published = [signer.serial for signer in signers]
    numbers = [gate.submit(signer.zone, signer.good(lead=HOUR))["id"]
               for signer in signers]
    named(gate, "clock suspect", what="future")
    # What was refused before the second zone bore witness waits, too.
    gate.eventually(lambda: all(
        gate.candidate(number)["state"] == "waiting" for number in numbers),
        "they wait")
    gone(gate, "zone bad")
    only(gate, "clock suspect")
    check([gate.serial(signer.zone) for signer in signers] == published,
          "not what was published")
    return numbers


def all_signers_are_ahead():
    """Of several zones; then the signers are right again."""
    with drill(zones=(SHOP, "toys.")) as (gate, *signers):
        ahead(gate, signers)
        for signer in signers:
            gate.release(signer.zone, signer.good())
        gone(gate, "clock suspect")
        only(gate)


def all_signers_are_ahead_of_a_late_clock():
    """It is set right, and they are released."""
    with with_clock(zones=(SHOP, "toys.")) as (gate, set_clock, *signers):
        numbers = ahead(gate, signers)
        set_clock(HOUR)
        for number in numbers:
            gate.wait_state(number, "released")
        gone(gate, "clock suspect")
        only(gate)


def one_signer_is_ahead():
    """Of one zone only: that is the zone's fault."""
    with drill(zones=(SHOP, "toys.")) as (gate, *signers):
        for signer in signers:
            gate.release(signer.zone, signer.good())
        published = signers[0].serial
        gate.submit(SHOP, signers[0].good(lead=HOUR), wait=60)
        named(gate, "zone bad", SHOP, "rrsig-inception-not-future")
        only(gate, "zone bad")
        check(gate.serial(SHOP) == published, "not what was published")
        gate.release(SHOP, signers[0].good())
        gone(gate, "zone bad")


def add_to(suite):
    suite.add("the clock jumps an hour ahead", jumps_by, HOUR)
    suite.add("the clock jumps an hour back", jumps_by, -HOUR)
    for test in (an_hour_late_at_start, an_hour_ahead_at_start,
                 an_hour_late_and_set_right_while_running,
                 all_signers_are_ahead, one_signer_is_ahead,
                 all_signers_are_ahead_of_a_late_clock):
        suite.add(test.__name__.replace("_", " "), test)
