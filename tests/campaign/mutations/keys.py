# SPDX-License-Identifier: GPL-3.0-or-later
"""The apex DNSKEY RRset, and what children's parents are told of it."""

from damaged import NotHere, pick
from fixtures.keys import SEP, ZONE_KEY, published
from fixtures.zone import flip_octet
from fixtures.zonetext import rrsig
from mutations import LEFT, SIGNED, contents, mutation
from mutations.signatures import stranger


def any_key(zone, chance):
    record = pick(chance, zone.find("@", "DNSKEY"))
    (key,) = published([record])
    return record, key


def put(zone, record, key):
    made = record.with_(rdata=key.text)
    zone.replace(record, made)
    zone.changed("@", "DNSKEY")
    return f"{record} is now {made.rdata}"


@mutation()
def flip(zone, chance):
    record, key = any_key(zone, chance)
    place = chance.randrange(len(key.public))
    return put(zone, record, key.with_(public=flip_octet(
        key.public, place, chance.randrange(8))))


@mutation()
def other_length(zone, chance):
    record, key = any_key(zone, chance)
    return put(zone, record, key.with_(public=chance.choice(
        (key.public[:-1], key.public + b"\0", b"\0" + key.public,
         key.public[:1]))))


@mutation()
def flags(zone, chance):
    record, key = any_key(zone, chance)
    return put(zone, record, key.with_(flags=chance.choice(
        [other for other in (0, 1, 128, 256, 257, 384, 385, 258, 512, 65535)
         if other != key.flags])))


@mutation()
def protocol(zone, chance):
    record, key = any_key(zone, chance)
    return put(zone, record, key.with_(
        protocol=chance.choice((0, 1, 2, 4, 255))))


@mutation()
def algorithm(zone, chance):
    record, key = any_key(zone, chance)
    return put(zone, record, key.with_(algorithm=chance.choice(
        [other for other in (0, 1, 3, 5, 7, 8, 10, 13, 14, 15, 16, 253, 255)
         if other != key.algorithm])))


@mutation()
def drop(zone, chance):
    record, _ = any_key(zone, chance)
    zone.remove(record)
    zone.changed("@", "DNSKEY")
    return f"dropped {record}"


@mutation()
def add(zone, chance):
    flags_of_new = chance.choice((ZONE_KEY, ZONE_KEY | SEP, 384, 385))
    key = stranger(chance, flags_of_new, chance.choice((13, 14, 15, 16)))
    record = zone.find("@", "DNSKEY")[0]
    zone.add(record.with_(rdata=key.text))
    zone.changed("@", "DNSKEY")
    return f"added key {key.flags} {key.algorithm} {key.tag}"


@mutation()
def add_namesake(zone, chance):
    """Another key of the same tag, which signs nothing, or one RRset."""
    maker = zone.maker(pick(chance, zone.signatures("@", "SOA")))
    key = zone.base.namesake(maker)
    record = zone.find("@", "DNSKEY")[0]
    zone.add(record.with_(rdata=key.text))
    zone.changed("@", "DNSKEY")
    owner, kind = pick(chance, zone.signed_rrsets(
        but=("RRSIG", "DNSKEY", "ZONEMD")))
    if zone.signs and chance.random() < 0.5:
        zone.resign(owner, kind, key)
        return f"a second key {key.tag}, which signs {owner} {kind}"
    return f"a second key {key.tag}"


@mutation()
def add_unusable(zone, chance):
    """Of an algorithm that nobody knows, or no key at all."""
    record = zone.find("@", "DNSKEY")[0]
    text = chance.choice(("256 3 17 AAAA", "257 3 200 AAAA", "256 3 8 AwEAAQ==",
                          "256 3 13 AAAA", "257 3 0 AAAA", "256 3 1 AAAA"))
    zone.add(record.with_(rdata=text))
    zone.changed("@", "DNSKEY")
    return f"added key {text}"


@mutation()
def add_elsewhere(zone, chance):
    owner = pick(chance, [owner for owner in zone.hosts() + zone.cuts()])
    record = zone.find("@", "DNSKEY")[0]
    zone.add(record.with_(owner=owner))
    zone.changed(owner, "DNSKEY", sign=True)
    return f"a DNSKEY at {owner}"


@mutation()
def revoke(zone, chance):
    """The key revokes itself, which changes its tag; RFC 5011 2.1."""
    record, key = any_key(zone, chance)
    revoked = key.with_(flags=key.flags | 128)
    makers = [(zone.maker(each), rrsig(each))
              for each in zone.signatures("@", "DNSKEY")]
    made = record.with_(rdata=revoked.text)
    zone.replace(record, made)
    if zone.signs:
        zone.remove(*zone.signatures("@", "DNSKEY"))
        for maker, fields in makers:
            if maker.public == key.public:
                maker = revoked.with_(private=maker.private)
            zone.sign("@", "DNSKEY", maker,
                      inception=str(fields.inception),
                      expiration=str(fields.expiration))
    return f"{record} is now {made.rdata}"


@mutation(SIGNED)
def replace_set(zone, chance):
    """All keys are others, which sign their own RRset: who has the anchor
    knows, and whoever looks at the other signatures."""
    old = zone.find("@", "DNSKEY")
    key = stranger(chance, ZONE_KEY | SEP)
    zone.remove(*old)
    zone.add(old[0].with_(rdata=key.text))
    zone.resign("@", "DNSKEY", key)
    return f"the only key is now {key.tag}"


# ---- CDS and CDNSKEY ---------------------------------------------------------

@mutation()
def flip_child_record(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type in ("CDS", "CDNSKEY")])
    changed = contents.flipped(record, chance)
    zone.replace(record, changed)
    zone.changed("@", record.type)
    return f"{record} is now {changed.rdata}"


@mutation()
def drop_child_record(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type in ("CDS", "CDNSKEY")])
    zone.remove(record)
    if zone.signs and not zone.find("@", record.type):
        raise NotHere
    zone.changed("@", record.type)
    return f"dropped {record}"


@mutation()
def add_child_record(zone, chance):
    """For a key that is not there, with denial told."""
    key = stranger(chance, ZONE_KEY | SEP)
    kind, rdata = chance.choice((
        ("CDNSKEY", key.text), ("CDS", f"{key.tag} 13 2 " + "ab" * 32),
        ("CDS", "0 0 0 00"), ("CDNSKEY", "0 3 0 AA==")))
    zone.add(zone.new("@", kind, rdata))
    zone.changed("@", kind, sign=True)
    if zone.signs:
        zone.tell(zone.apex)
    return f"added {kind} {rdata}"


@mutation(LEFT)
def repeat(zone, chance):
    record, _ = any_key(zone, chance)
    zone.add(record)
    return f"twice {record}"
