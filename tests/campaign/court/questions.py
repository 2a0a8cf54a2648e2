# SPDX-License-Identifier: GPL-3.0-or-later
"""What a zone can be asked: all that it holds, and what it denies."""

from functools import lru_cache

import dns.dnssec
import dns.exception
import dns.message
import dns.name

from fixtures.zonetext import covered

# Names to find one for each span of an NSEC3 chain.
TRIES = 1500
NOBODY = "TYPE65432"        # a type that no zone here has
LONGEST = 250


def of(apex, records, others):
    """Questions, each (name, type) in text: of the zone with RECORDS and of
    its damaged versions in OTHERS, lists of records too."""
    asked = {}
    for each in (records, *others):
        for question in of_zone(apex, each):
            asked[question] = None
    for name in into_spans(apex, records):
        asked[name, "A"] = None
    return list(asked)


def of_zone(apex, records):
    top = dns.name.from_text(apex)
    types = {}
    for record in records:
        owner = readable(record.owner)
        if owner is None or not owner.is_subdomain(top):
            continue
        if record.type != "NSEC3" and covered(record) != "NSEC3":
            types.setdefault(owner, {})[record.type] = None
    for owner in list(types):
        above = owner
        while above != top and above.is_subdomain(top):
            above = above.parent()
            types.setdefault(above, {})
    cuts = {owner for owner in types
            if "NS" in types[owner] and owner != top}
    for owner, kinds in types.items():
        yield from of_owner(owner, kinds, owner in cuts)
    yield from ((apex, kind) for kind in ("NSEC3PARAM", "DNSKEY", "CDS",
                                          "CDNSKEY", "ZONEMD", "DS"))


def readable(text):
    try:
        return dns.name.from_text(text)
    except dns.exception.DNSException:
        return None


def of_owner(owner, kinds, is_cut):
    text = owner.to_text()
    for kind in (*kinds, "A", "DS", "NSEC", NOBODY):
        yield text, kind
    # What is not there, or only by a wildcard: below, beside, in between.
    for name in (below(owner, b"nx"), below(owner, b"a", b"b"),
                 beside(owner)):
        if name is not None:
            yield name, "A"
            if not is_cut:
                yield name, NOBODY
    if owner.labels[:1] == (b"*",):
        parent = owner.parent()
        for name in (below(parent, b"w"), below(parent, b"w", b"x")):
            for kind in (*kinds, NOBODY):
                if name is not None and kind not in ("RRSIG", "NSEC"):
                    yield name, kind


def below(owner, *labels):
    name = dns.name.Name(labels)
    if len(owner.to_wire()) + len(name) * 3 > LONGEST:
        return None
    return name.concatenate(owner).to_text()


def beside(owner):
    """The name that follows in canonical order, nearly."""
    if len(owner) < 2 or len(owner[0]) > 60:
        return None
    label = (b"w" if owner[0] == b"*" else owner[0]) + b"0"
    try:
        return dns.name.Name((label, *owner.labels[1:])).to_text()
    except dns.exception.DNSException:
        return None


def into_spans(apex, records):
    """A name of the apex for each span of the NSEC3 chain, as far as they
    are found."""
    chain = [record for record in records if record.type == "NSEC3"]
    if not chain:
        return
    _, _, iterations, salt = chain[0].rdata.split()[:4]
    labels = sorted(record.owner.split(".")[0].lower() for record in chain)
    missing = set(range(len(labels)))
    for number in range(TRIES):
        name = f"s{number}.{'' if apex == '.' else apex}"
        hashed = dns.dnssec.nsec3_hash(
            name, None if salt == "-" else salt, int(iterations),
            "SHA1").lower()
        span = sum(label < hashed for label in labels) % len(labels)
        if span in missing:
            missing.remove(span)
            yield name
        if not missing:
            return


@lru_cache(maxsize=1 << 14)
def wire(question, number):
    """A query with the DO bit and room for the largest answers."""
    name, kind = question
    query = dns.message.make_query(name, kind, want_dnssec=True,
                                   payload=4096)
    query.flags = 0
    query.id = number
    return query.to_wire()
