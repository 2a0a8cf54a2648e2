# SPDX-License-Identifier: GPL-3.0-or-later
"""The structure engine has no second opinion when it runs; here it gets two:
kzonecheck and dnssec-verify judge the same damaged zones.  Where they differ
from zonegate, EXPLAINED says why, or it is a bug."""

import os
import random
import shutil
import subprocess
import time

from gate import audit
from harness import Skip, build_folder, check

from fixtures import AT, texts, zonetext
from fixtures.keys import Pool
from fixtures.sign import Bind
from fixtures.zone import Zone
from fixtures.zonetext import seconds

DENIAL = ("nsec_", "nsec3_", "nsec3param_", "rrsig_present_all",
          "rrsig_valid_all")

# Fixtures on which kzonecheck 3.2.6 says otherwise.
EXPLAINED = {
    "csk-no-sep": "Knot wants the SEP flag, which is no more than a hint",
    **dict.fromkeys(
        (f"roll-csk-knot-{stage}" for stage in
         ("published", "submitted", "retired")),
        "Knot wants every RRset signed by each of two keys that could be both "
        "KSK and ZSK, which its own roll does not do"),
    **dict.fromkeys(
        ("two-chains", "two-chains-optout", "two-chains-salts"),
        "Knot knows zones with one NSEC3 chain only"),
    "dnskey-sep-present--the-only-key-has-no-sep-flag":
        "Knot wants the SEP flag, which is no more than a hint",
    "dnskey-reserved-flags--a-reserved-flag":
        "Knot refuses reserved flags, which others ignore",
    "dnskey-keytag-collision--two-keys-with-one-tag-both-sign":
        "Knot does not get along with two keys of one tag",
    "nsec-not-alone--a-stale-nsec":
        "Knot takes an NSEC for data; RFC 4035 2.3 forbids it",
    "nsec3-extra--an-nsec3-for-a-name-that-is-gone":
        "Knot does not look for names behind NSEC3 records",
    "nsec3-extra--orphan-nsec3":
        "Knot does not look for names behind NSEC3 records",
    "nsec3-optout-policy--no-optout-where-it-is-required":
        "what a policy wants is no peer's business",
    "nsec3-optout-policy--optout-where-it-is-forbidden":
        "what a policy wants is no peer's business",
    "nsec3-alg-compat--algorithm-5-with-nsec3":
        "Knot does not look for RFC 5155 2",
    "nsec3-flags--an-unknown-flag":
        "Knot does not look at the flags",
    "nsec3param-apex--nsec3param-with-flags":
        "Knot does not look at the flags of NSEC3PARAM",
    "nsec3param-apex--nsec3param-below-the-apex":
        "Knot does not look for NSEC3PARAM elsewhere",
    "nsec3-iterations--iterations-51":
        "Knot leaves iterations to validators",
}

MUTANTS = 54
SEED = 5155


def kzonecheck(path, zone, at):
    """True if kzonecheck accepts the zone."""
    return subprocess.run(
        ["kzonecheck", "-o", zone, "-d", "on", "-t", str(at), path],
        capture_output=True, check=False, timeout=120).returncode == 0


def dnssec_verify(path, zone):
    return subprocess.run(["dnssec-verify", "-q", "-o", zone, path],
                          capture_output=True, check=False,
                          timeout=120).returncode == 0


def add_to(suite, manifest, folder):
    suite.add("peers are there", peers_are_there)
    for row in manifest["fixtures"]:
        if row["kind"] == "good" or row["check"].startswith(DENIAL):
            suite.add(f"kzonecheck on {row['name']}", agrees, row)
    for number in range(MUTANTS):
        suite.add(f"kzonecheck and dnssec-verify on mutant {number}",
                  judge_mutant, number, folder)


def peers_are_there():
    for program in ("kzonecheck", "dnssec-verify"):
        check(shutil.which(program), program, "is not installed")


def agrees(row):
    accepted = kzonecheck(row["file"], row["zone"], seconds(AT))
    if row["name"] in EXPLAINED:
        check(accepted != (0 in row["exit"]), "is explained, but agrees now")
    else:
        check(accepted == (0 in row["exit"]), "kzonecheck",
              "accepts" if accepted else "refuses", "it")


# ---- mutants -----------------------------------------------------------------

TYPES = ("A", "AAAA", "TXT", "MX", "NS", "DS", "CNAME", "DNAME", "TYPE65280")


def types_of(record):
    return record.rdata.split()[1 if record.type == "NSEC" else 5:]


def change(zone, record, **changes):
    if record.type == "NSEC":
        zone.set_nsec(record, **changes)
    else:
        zone.set_nsec3(record, **changes)


def denials(zone):
    return zone.nsecs() or zone.nsec3s()


def add_a_type(zone, chance):
    record = chance.choice(denials(zone))
    change(zone, record,
           types=set(types_of(record)) | {chance.choice(TYPES)})


def remove_a_type(zone, chance):
    record = chance.choice([record for record in denials(zone)
                            if types_of(record)])
    gone = chance.choice(types_of(record))
    change(zone, record,
           types=[kind for kind in types_of(record) if kind != gone])


def point_elsewhere(zone, chance):
    record, other = chance.sample(denials(zone), 2)
    following = (other.owner if other.type == "NSEC"
                 else other.owner.split(".")[0])
    change(zone, record, following=following)


def leave_one_out(zone, chance):
    # Not the apex: then nothing points to anything.
    record = chance.choice(denials(zone)[1:])
    if record.type == "NSEC":
        zone.remove_nsec(record.owner)
    else:
        zone.remove_nsec3(record)


def drop_an_rrset(zone, chance):
    record = chance.choice([
        record for record in zone.records if record.type in
        ("A", "AAAA", "TXT", "MX", "CNAME", "DNAME", "DS", "CAA")
        and zone.signatures(record.owner, record.type)])
    zone.remove(*zone.find(record.owner, record.type),
                *zone.signatures(record.owner, record.type))


def add_an_unsigned_rrset(zone, chance):
    owner = chance.choice(("web", "new", "mail", "h.new.deep"))
    zone.add(zone.new(owner, "HINFO", '"PDP-10" "ITS"'))


def add_a_delegation(zone, chance):
    zone.add(zone.new(chance.choice(("aa", "zz", "b.c.d", "nn.web.x")), "NS",
                      "ns2.nic.example.net."))


def cut_above_data(zone, chance):
    zone.add(zone.new(chance.choice(("down", "er.down", "_tcp", "mail")),
                      "NS", "ns2.nic.example.net."))


def toggle_optout(zone, chance):
    record = chance.choice(denials(zone))
    if record.type == "NSEC3":
        zone.set_nsec3(record, flags=1 - int(record.rdata.split()[1]))


CHANGES = (add_a_type, remove_a_type, point_elsewhere, leave_one_out,
           drop_an_rrset, add_an_unsigned_rrset, add_a_delegation,
           cut_above_data, toggle_optout)

MODES = {"nsec": Bind(), "nsec3": Bind(nsec3="-"),
         "optout": Bind(nsec3="-", optout=True)}


def base(mode, number, folder):
    """A zone of ordinary hosts signed for today: dnssec-verify looks at the
    clock."""
    path = folder / "mutants" / str(number)
    signer = MODES[mode]
    now = int(time.time())
    times = {"inception": stamp(now - 86400),
             "expiration": stamp(now + 20 * 86400)}
    zone = "plain.example."
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    pool = Pool(folder / "keys")
    text, keys = Bind(nsec3=signer.nsec3, optout=signer.optout,
                      **times).sign(pool, path, zone, texts.hosts(zone))
    made = Zone(zone, zonetext.read(text), keys, pool)
    made.times = times
    return made, now


def stamp(at):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(at))


def mutant(number, folder):
    """The zone of mutant NUMBER, what was done to it, and the time."""
    chance = random.Random(SEED * 1000 + number)
    mode = list(MODES)[number % len(MODES)]
    zone, now = base(mode, number, folder)
    what = CHANGES[number // len(MODES) % len(CHANGES)]
    what(zone, chance)
    return zone, f"{mode} {what.__name__}", now


def opinions(number, folder):
    """(what was done, zonegate, kzonecheck, dnssec-verify, the run)."""
    zone, what, now = mutant(number, folder)
    path = build_folder() / f"mutant-{os.getpid()}-{number}.zone"
    path.write_text(zone.text)
    result = audit(path, at=stamp(now))
    knot = kzonecheck(path, zone.apex, now)
    bind = dnssec_verify(path, zone.apex)
    path.unlink()
    return what, result.status == 0, knot, bind, result


def judge_mutant(number, folder):
    """zonegate accepts what both peers accept: Knot does not mind an NSEC3
    that stands for no name, BIND an insecure delegation that has no NSEC3
    where there is no opt-out."""
    if not shutil.which("kzonecheck") or not shutil.which("dnssec-verify"):
        raise Skip("no peers")
    what, ours, knot, bind, result = opinions(number, folder)
    check(ours == (knot and bind), what, "zonegate",
          "accepts," if ours else "refuses,", "kzonecheck",
          "accepts," if knot else "refuses,", "dnssec-verify",
          "accepts" if bind else "refuses", result.summary())
