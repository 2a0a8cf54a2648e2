# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies, anchors and keys that do not fit."""

from rig import KSK, NEXT_KSK, SHOP, Refused, check, drill, gone, named, only

TIGHT = 'policy = "{folder}/tight.conf"'


def policy(gate, days):
    """Writes the policy that wants signatures of at least DAYS."""
    (gate.folder / "tight.conf").write_text(
        'inherit = "registry-default"\n'
        f'limit rrsig_remaining_block {{ value = "{days}d" '
        'clause = "a drill" }\n'
        f'limit rrsig_remaining_min {{ value = "{days + 1}d" '
        'clause = "a drill" }\n'
        f'limit rrsig_remaining_warn {{ value = "{days + 2}d" '
        'clause = "a drill" }\n'
        # They must be able to live that long.
        f'limit rrsig_lifetime_max {{ value = "{days + 30}d" '
        'clause = "a drill" }\n'
        f'limit rrsig_lifetime_max_dnskey {{ value = "{days + 30}d" '
        'clause = "a drill" }\n')


def reload(gate, force=False):
    """(whether it was taken, what was said)."""
    try:
        answer = gate.ask("reload", force=force, reason="a drill")
    except Refused as why:
        return False, str(why)
    return answer["reloaded"], answer["message"]


def goes_on(gate, signer):
    """The next good zone goes out by itself."""
    gate.release(SHOP, signer.good())
    check(gate.serial(SHOP) == signer.serial, "not released", gate.status())


def a_policy_that_would_refuse_what_is_published():
    with drill(TIGHT, start=False) as (gate, signer):
        policy(gate, 1)
        gate.start()
        gate.release(SHOP, signer.good())
        published = signer.serial
        before = gate.zone(SHOP)["policy_sha256"]
        policy(gate, 60)
        taken, why = reload(gate)
        check(not taken and SHOP in why, "was taken:", why)
        check("rrsig" in why or "signature" in why, "no reason:", why)
        named(gate, "reload-refused")
        only(gate)
        check(gate.zone(SHOP)["policy_sha256"] == before, "another policy")
        check(gate.serial(SHOP) == published, "not what was published")
        # A named person may want it so.
        taken, why = reload(gate, force=True)
        check(taken, why)
        gone(gate, "reload-refused")
        entry = gate.log("config.reloaded")[-1]
        check(entry["data"]["forced"] and entry["actor"] == "root"
              and entry["data"]["reason"] == "a drill", "who forced it?",
              entry)
        check(gate.zone(SHOP)["policy_sha256"] != before, "the old policy")
        candidate = gate.submit(SHOP, signer.good(), wait=60)
        check(candidate["decision"] == "block", candidate)
        check(gate.serial(SHOP) == published, "not what was published")
        policy(gate, 1)
        check(reload(gate)[0], "was not taken")
        goes_on(gate, signer)
        only(gate)


def a_reloaded_policy_leaves_the_old_one_judging():
    with drill(TIGHT, start=False) as (gate, signer):
        policy(gate, 1)
        gate.start()
        gate.release(SHOP, signer.good())
        policy(gate, 60)
        check(not reload(gate)[0], "was taken")
        # The file is another than the one that is in force, and says so
        # rather than judge by half of it.
        policy(gate, 1)
        goes_on(gate, signer)


def a_configuration_that_cannot_be_read():
    with drill() as (gate, signer):
        gate.release(SHOP, signer.good())
        right = gate.config.read_text()
        gate.config.write_text(right + "no_such_key = 1\n")
        line = len(right.splitlines()) + 1
        taken, why = reload(gate)
        check(not taken and f":{line}:" in why and "no_such_key" in why,
              "expected file and line", line, why)
        named(gate, "reload-refused")
        only(gate)
        goes_on(gate, signer)
        gate.config.write_text(right)
        check(reload(gate)[0], "was not taken")
        gone(gate, "reload-refused")


def a_bad_configuration_by_signal():
    with drill() as (gate, signer):
        gate.release(SHOP, signer.good())
        right = gate.config.read_text()
        gate.config.write_text(right + "zone {\n")
        gate.signal(1)
        problem = named(gate, "reload-refused")
        check(str(gate.config) in problem["what"], "no file", problem)
        goes_on(gate, signer)
        gate.config.write_text(right)
        gate.signal(1)
        gone(gate, "reload-refused")


def anchors_that_do_not_fit_what_is_published():
    with drill() as (gate, signer):
        gate.release(SHOP, signer.good())
        anchor = signer.anchor(KSK)
        right = anchor.read_text()
        anchor.write_text(signer.anchor(NEXT_KSK).read_text())
        taken, why = reload(gate)
        check(not taken and SHOP in why, "was taken", why)
        named(gate, "reload-refused")
        only(gate)
        # A restart does not take them for right, either: it says so.
        gate.restart()
        named(gate, "reload-refused")
        check(gate.serial(SHOP) == signer.serial, "not what was published")
        anchor.write_text(right)
        check(reload(gate)[0], "was not taken")
        gone(gate, "reload-refused")
        goes_on(gate, signer)


# ---- a KSK that changes ----

def a_ksk_without_anchor():
    """It warns from the day the key signs DNSKEY; refuses once it is alone;
    goes on when the anchors are right."""
    with drill() as (gate, signer):
        gate.release(SHOP, signer.good())
        old_anchor = gate.config.read_text()
        gate.release(SHOP, signer.good(ksks=(KSK, NEXT_KSK)))
        named(gate, "key-without-anchor", SHOP)
        published = signer.serial
        # The roll goes on, and nobody has told the gate.
        alone = signer.good(ksks=(NEXT_KSK,))
        candidate = gate.submit(SHOP, alone, wait=60)
        check(candidate["decision"] == "block", candidate)
        named(gate, "zone bad", SHOP, "anchor")
        only(gate, "zone bad")
        check(gate.serial(SHOP) == published, "not what was published")
        # The old DS is gone: what is published fits, and what comes, too.
        gate.config.write_text(old_anchor.replace(
            str(signer.anchor(KSK)), str(signer.anchor(NEXT_KSK))))
        taken, why = reload(gate)
        check(taken, why)
        # What was refused for the anchors alone is judged by the new ones.
        gate.wait_state(candidate["id"], "released")
        gone(gate, "zone bad")
        gate.release(SHOP, signer.good(ksks=(NEXT_KSK,)))
        gone(gate, "key-without-anchor")
        only(gate)


def an_incoming_anchor_silences_the_warning():
    with drill() as (gate, signer):
        gate.release(SHOP, signer.good(ksks=(KSK, NEXT_KSK)))
        named(gate, "key-without-anchor", SHOP)
        text = gate.config.read_text()
        gate.config.write_text(text.replace(
            "anchor active", "anchor incoming "
            f'{{ file = "{signer.anchor(NEXT_KSK)}" }}\nanchor active'))
        taken, why = reload(gate)
        check(taken, why)
        gate.release(SHOP, signer.good(ksks=(KSK, NEXT_KSK)))
        gone(gate, "key-without-anchor")
        # The chain may not rest on what is not in the parent yet.
        candidate = gate.submit(SHOP, signer.good(ksks=(NEXT_KSK,)), wait=60)
        check(candidate["decision"] == "block", candidate)


TESTS = (
    a_policy_that_would_refuse_what_is_published,
    a_reloaded_policy_leaves_the_old_one_judging,
    a_configuration_that_cannot_be_read,
    a_bad_configuration_by_signal,
    anchors_that_do_not_fit_what_is_published,
    a_ksk_without_anchor,
    an_incoming_anchor_silences_the_warning,
)


def add_to(suite):
    for test in TESTS:
        suite.add(test.__name__.replace("_", " "), test)
