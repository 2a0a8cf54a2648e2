# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a fault that the gate released: harmless, allowed, or a bug.

The policy allows a change if nothing of the zone's data differs, only what its
operator may choose: each reason below looks at the records that differ, and
names the options or documents that set the bounds.  That the signatures are
right is known: both validators found each of them secure.
"""

from faults import difference
from fixtures.keys import published
from fixtures.zone import Zone
from fixtures.zonetext import covered, name, rrsig

HARMLESS = "harmless-identical"
ALLOWED = "allowed-by-policy"
BUG = "BUG"


def same_but(record, other, *fields):
    """Whether two RRSIGs differ in nothing but FIELDS."""
    one, two = rrsig(record), rrsig(other)
    return all(getattr(one, title) == getattr(two, title)
               for title in ("covered", "algorithm", "labels", "original_ttl",
                             "expiration", "inception", "tag")
               if title not in fields) and (
        name(one.signer) == name(two.signer))


def pairs(gone, came):
    """Each signature that came with the one that it replaces, or None."""
    left = list(gone)
    for record in came:
        match = next((other for other in left if covered(other)
                      == covered(record) and name(other.owner)
                      == name(record.owner)
                      and other.ttl == record.ttl), None)
        if match is None:
            return None
        left.remove(match)
        yield record, match


def only_signatures(gone, came):
    return all(record.type == "RRSIG" for record in (*gone, *came))


def replaced(gone, came, *fields):
    """Whether every difference is a signature that differs in FIELDS."""
    if not only_signatures(gone, came) or len(gone) != len(came):
        return False
    matched = list(pairs(gone, came))
    return len(matched) == len(came) and all(
        same_but(one, other, *fields) for one, other in matched)


# ---- reasons -----------------------------------------------------------------

def signed_anew(gone, came, _records):
    """Other signatures over the same data for other times."""
    return replaced(gone, came, "inception", "expiration")


def another_key(gone, came, records):
    """Signatures by another key of the DNSKEY RRset."""
    return replaced(gone, came, "inception", "expiration", "tag",
                    "algorithm") and known(came, records)


def known(signatures, records):
    tags = {(key.algorithm, key.tag) for key in published(records)}
    return all((rrsig(record).algorithm, rrsig(record).tag) in tags
               for record in signatures)


def more_signatures(gone, came, records):
    """Further signatures that are right, over data that had some."""
    return not gone and only_signatures(gone, came) and known(came, records)


def fewer_signatures(gone, came, records):
    """Every RRset is still signed by each algorithm that signed it."""
    left = {(name(record.owner), covered(record), rrsig(record).algorithm)
            for record in records if record.type == "RRSIG"}
    return not came and only_signatures(gone, came) and all(
        (name(record.owner), covered(record), rrsig(record).algorithm)
        in left for record in gone)


def key_set(gone, came, _records):
    """The DNSKEY RRset, signed again by a key of its own."""
    return all(record.type == "DNSKEY" or covered(record) == "DNSKEY"
               for record in (*gone, *came))


def of_type(*types):
    def reason(gone, came, _records):
        return all(record.type in types or covered(record) in types
                   for record in (*gone, *came))
    return reason


def flags_only(gone, came, records):
    """Opt-out flags alone."""
    rest = [[record for record in part if record.type == "NSEC3"]
            for part in (gone, came)]
    without = [sorted((record.owner.lower(), record.ttl,
                       record.rdata.split()[0],
                       *record.rdata.lower().split()[2:])
                      for record in part) for part in rest]
    return of_type("NSEC3")(gone, came, records) and (
        without[0] == without[1])


def insecure_cut(gone, came, records):
    """NSEC3s of insecure delegations and of what leads to nothing else, which
    opt-out lets go (RFC 5155 7.1): the others close the chain over them."""
    zone = Zone("", records, ())
    if not of_type("NSEC3")(gone, came, records) or not zone.nsec3s():
        return False
    zone.apex = next(record.owner for record in records
                     if record.type == "SOA")
    dropped = {record.owner.lower() for record in gone
               if record.type == "NSEC3"} - {
        record.owner.lower() for record in came}
    return dropped <= insecure_hashes(zone) and all(
        record.rdata.split()[1] == "1" for record in came
        if record.type == "NSEC3")


def insecure_hashes(zone):
    top = name(zone.apex)
    insecure, others = set(), {top}
    for record in zone.records:
        owner = name(record.owner)
        if record.type == "NS" and owner != top and (
                "DS" not in zone.types(record.owner)):
            insecure.update(up_to(owner, top))
        elif record.type not in ("NSEC3", "RRSIG") and record.type != "NS":
            if not is_below_cut(zone, owner, top):
                others.update(up_to(owner, top))
    return {zone.hashed(owner.to_text()) for owner in insecure - others}


def up_to(owner, top):
    while owner != top and owner.is_subdomain(top):
        yield owner
        owner = owner.parent()


def is_below_cut(zone, owner, top):
    cuts = {name(record.owner) for record in zone.records
            if record.type == "NS"} - {top}
    return any(above in cuts for above in list(up_to(owner, top))[1:])


OPTIONAL = {"CDS", "CDNSKEY", "ZONEMD"}


def optional_records(gone, came, _records):
    """Apex records that may be there or not, and what denial says of them."""
    rest = [[record for record in part
             if not {record.type, covered(record)} & OPTIONAL
             and covered(record) not in ("NSEC", "NSEC3")]
            for part in (gone, came)]
    without = [sorted((record.owner.lower(), record.ttl, sorted(
        word for word in record.rdata.split() if word not in OPTIONAL))
        for record in part) for part in rest]
    return any(record.type in OPTIONAL for record in (*gone, *came)) and (
        without[0] == without[1]) and all(
        record.type in ("NSEC", "NSEC3") for part in rest for record in part)


def soa_of_the_signer(gone, came, records):
    """Signers set the SOA's serial, TTL and MINIMUM."""
    soas = [record.rdata.split() for record in (*gone, *came)
            if record.type == "SOA"]
    return of_type("SOA")(gone, came, records) and len(soas) == 2 and (
        soas[0][:2] + soas[0][3:6] == soas[1][:2] + soas[1][3:6])


# reason -> (function, options or documents)
REASONS = {
    "signed-anew": (signed_anew, "rrsig_inception_offset, rrsig_lifetime_max, "
                    "rrsig_lifetime_min, rrsig_remaining_min"),
    "another-key": (another_key, "dnskey_signers, ksk_zsk_split; RFC 4035 "
                    "2.2 lets any zone key sign"),
    "more-signatures": (more_signatures, "rrsigs_max, dnskey_signers"),
    "fewer-signatures": (fewer_signatures, "dnskey_signers; RFC 4035 2.2 "
                         "wants one of each algorithm"),
    "opt-out-flags": (flags_only, "nsec3_optout"),
    "insecure-cut": (insecure_cut, "nsec3_optout; RFC 5155 7.1"),
    "soa-of-the-signer": (soa_of_the_signer, "unsigned_compare, serial_style, "
                          "serial_jump_max, ttl_soa_is, ttl_denial"),
    "key-set": (key_set, "expected_keys, dnskey_max, foreign_keys"),
}


def without_digests(records):
    return [record for record in records
            if "ZONEMD" not in (record.type, covered(record))]


def allowed(gone, came, records):
    """Why the policy allows the difference, or None.  A ZONEMD follows what it
    digests; a false one would be among the findings."""
    if not gone and not came:
        return None
    if optional_records(gone, came, records):
        return "optional-records: zonemd, allow_cds_delete"
    gone, came = without_digests(gone), without_digests(came)
    for reason, (holds, options) in REASONS.items():
        if holds(gone, came, records):
            return f"{reason}: {options}"
    return None


def judge(base, records, finding, warnings):
    """(verdict, evidence) of a released fault: RECORDS of the damaged zone,
    or () if they cannot be told from its octets; what the court found; the
    checks that warned of it and not of the good zone."""
    if finding.harmless:
        silent = (f"; {', '.join(finding.silent)} does not serve the good "
                  "zone" if finding.silent else "")
        return HARMLESS, (f"{finding.asked} questions, answered alike by "
                          f"{', '.join(finding.alike)}{silent}")
    gone, came = difference(base.records, records) if records else ([], [])
    reason = allowed(gone, came, records)
    if reason is None and warnings:
        reason = f"warned of by {', '.join(warnings)}"
    example = "; ".join(f"{server}: {words}" for server, words
                        in finding.different.items())
    if reason is not None:
        return ALLOWED, f"{reason} ({example})"
    return BUG, example or "no server serves the good zone"
