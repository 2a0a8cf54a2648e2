# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures as a whole: gone, broken, misplaced, made by the wrong key."""

from damaged import NotHere, pick
from fixtures import derived
from fixtures.keys import SEP, ZONE_KEY, Key, public_octets
from fixtures.zone import flip_octet
from fixtures.zonetext import covered, name, rrsig
from mutations import LEFT, SIGNED, mutation

ORDERS = {algorithm: order for algorithm, (_, order)
          in derived.CURVES.items()}


def any_signature(zone, chance, *types):
    return pick(chance, [record for record in zone.records
                         if record.type == "RRSIG"
                         and (not types or covered(record) in types)])


def with_signature(record, octets):
    return record.with_(rdata=rrsig(record).with_(signature=octets).text)


def stranger(chance, flags=ZONE_KEY, algorithm=13):
    """A key that no zone publishes."""
    private = derived.private_key(f"campaign {chance.random()}", algorithm)
    return Key(flags, algorithm, public_octets(private), private)


@mutation(LEFT)
def flip(zone, chance):
    record = any_signature(zone, chance)
    octets = rrsig(record).signature
    place, bit = chance.randrange(len(octets)), chance.randrange(8)
    zone.replace(record, with_signature(record,
                                        flip_octet(octets, place, bit)))
    return f"bit {bit} of octet {place} of the signature of {record}"


@mutation(LEFT)
def change_octet(zone, chance):
    record = any_signature(zone, chance)
    octets = bytearray(rrsig(record).signature)
    place = chance.randrange(len(octets))
    octets[place] ^= chance.randrange(1, 256)
    zone.replace(record, with_signature(record, bytes(octets)))
    return f"octet {place} of the signature of {record}"


@mutation(LEFT)
def other_length(zone, chance):
    record = any_signature(zone, chance)
    octets = rrsig(record).signature
    changed = chance.choice((octets[:-1], octets[1:], octets + b"\0",
                             b"\0" + octets, octets + octets, b"\0"))
    zone.replace(record, with_signature(record, changed))
    return f"{len(changed)} octets, not {len(octets)}, in {record}"


@mutation(LEFT)
def all_zero(zone, chance):
    record = any_signature(zone, chance)
    zone.replace(record, with_signature(
        record, bytes(len(rrsig(record).signature))))
    return f"zeros in {record}"


@mutation(LEFT)
def drop(zone, chance):
    record = any_signature(zone, chance)
    zone.remove(record)
    return f"dropped {record}"


@mutation(LEFT)
def drop_of_apex(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type == "RRSIG"
                           and name(record.owner) == name(zone.apex)])
    zone.remove(record)
    return f"dropped {record}"


@mutation(LEFT)
def drop_of_algorithm(zone, chance):
    """All signatures by one algorithm."""
    algorithm = rrsig(any_signature(zone, chance)).algorithm
    zone.remove(*[record for record in zone.records if record.type == "RRSIG"
                  and rrsig(record).algorithm == algorithm])
    return f"no signatures of algorithm {algorithm}"


@mutation(LEFT)
def drop_of_key(zone, chance):
    """All signatures by one key."""
    tag = rrsig(any_signature(zone, chance)).tag
    zone.remove(*[record for record in zone.records if record.type == "RRSIG"
                  and rrsig(record).tag == tag])
    return f"no signatures of key {tag}"


@mutation(LEFT)
def drop_of_type(zone, chance):
    kind = covered(any_signature(zone, chance))
    zone.remove(*[record for record in zone.records if record.type == "RRSIG"
                  and covered(record) == kind])
    return f"no signatures over any {kind}"


@mutation(LEFT)
def swap(zone, chance):
    """Two RRsets exchange the signature fields alone."""
    record = any_signature(zone, chance)
    other = pick(chance, [other for other in zone.records
                          if other.type == "RRSIG" and other != record])
    zone.replace(record, with_signature(record, rrsig(other).signature))
    zone.replace(other, with_signature(other, rrsig(record).signature))
    return f"swapped the signatures of {record.owner} {covered(record)} " \
           f"and {other.owner} {covered(other)}"


@mutation(LEFT)
def swap_records(zone, chance):
    """Two owners exchange whole RRSIG records over one type."""
    record = any_signature(zone, chance)
    other = pick(chance, [other for other in zone.records
                          if covered(other) == covered(record)
                          and other.owner != record.owner])
    zone.replace(record, record.with_(rdata=other.rdata))
    zone.replace(other, other.with_(rdata=record.rdata))
    return f"swapped the RRSIGs of {record.owner} and {other.owner} " \
           f"{covered(record)}"


@mutation(LEFT)
def copy_elsewhere(zone, chance):
    """The signature of another RRset beside those that are right."""
    record = any_signature(zone, chance)
    place = pick(chance, zone.owners())
    made = record.with_(owner=place)
    if made in zone.records:
        raise NotHere
    zone.add(made)
    return f"also at {place}: {record}"


@mutation(LEFT)
def second_that_is_bad(zone, chance):
    """One that verifies stands beside it."""
    record = any_signature(zone, chance)
    octets = rrsig(record).signature
    zone.add(with_signature(record, flip_octet(
        octets, chance.randrange(len(octets)))))
    return f"a bad one beside {record}"


@mutation(SIGNED)
def by_stranger(zone, chance):
    """By a key that is not published, under its own tag or another's."""
    record = any_signature(zone, chance)
    fields = rrsig(record)
    changes = chance.choice(({}, {"tag": fields.tag,
                                  "algorithm": fields.algorithm}))
    zone.resign(record.owner, covered(record), stranger(chance), **changes)
    return f"{record} made by a key that is not published {changes}"


@mutation(SIGNED)
def by_stranger_too(zone, chance):
    record = any_signature(zone, chance)
    fields = rrsig(record)
    zone.sign(record.owner, covered(record), stranger(chance),
              inception=str(fields.inception),
              expiration=str(fields.expiration))
    return f"a key that is not published signs beside {record}"


@mutation(SIGNED)
def by_namesake(zone, chance):
    """By a key that is not published and has the tag of the one that is."""
    record = any_signature(zone, chance)
    zone.resign(record.owner, covered(record),
                zone.base.namesake(zone.maker(record)))
    return f"{record} made by another key of that tag"


@mutation(LEFT)
def mirrored(zone, chance):
    """ECDSA: if (r, s) is a signature, (r, n - s) is one too."""
    record = pick(chance, [record for record in zone.records
                           if record.type == "RRSIG"
                           and rrsig(record).algorithm in ORDERS])
    fields = rrsig(record)
    size = len(fields.signature) // 2
    other = ORDERS[fields.algorithm] - int.from_bytes(
        fields.signature[size:], "big")
    zone.replace(record, with_signature(
        record, fields.signature[:size] + other.to_bytes(size, "big")))
    return f"the other s in {record}"


@mutation(SIGNED)
def by_other_role(zone, chance):
    """Data by the key of the DNSKEY RRset, or the other way round."""
    record = any_signature(zone, chance)
    maker = zone.maker(record)
    other = pick(chance, [key for key in zone.keys
                          if key.algorithm == maker.algorithm
                          and key.flags & SEP != maker.flags & SEP])
    zone.resign(record.owner, covered(record), other)
    return f"{record} made by key {other.tag}"


@mutation(SIGNED)
def by_another_too(zone, chance):
    """One more signature that is right, by a key that is published."""
    record = any_signature(zone, chance)
    maker = zone.maker(record)
    other = pick(chance, [key for key in zone.keys if key != maker])
    fields = rrsig(record)
    if any(rrsig(each).tag == other.tag for each in
           zone.signatures(record.owner, covered(record))):
        raise NotHere
    zone.sign(record.owner, covered(record), other,
              inception=str(fields.inception),
              expiration=str(fields.expiration))
    return f"key {other.tag} signs beside {record}"


@mutation(SIGNED)
def twice_by_one_key(zone, chance):
    record = any_signature(zone, chance)
    fields = rrsig(record)
    zone.sign(record.owner, covered(record), zone.maker(record),
              inception=str(fields.inception + chance.choice((-60, 60))),
              expiration=str(fields.expiration))
    return f"a second, equally right signature beside {record}"


@mutation(SIGNED)
def anew(zone, chance):
    """As after the next run of a signer."""
    record = any_signature(zone, chance)
    fields = rrsig(record)
    later = chance.randrange(1, 7200)
    zone.resign(record.owner, covered(record),
                inception=str(fields.inception + later),
                expiration=str(fields.expiration - later))
    return f"signed anew with times {later} s apart: {record}"


@mutation(SIGNED)
def over_glue(zone, chance):
    """What stands below a cut is not signed; RFC 4035 2.2."""
    owner = pick(chance, zone.below(zone.cuts()))
    kind = pick(chance, [record.type for record in zone.records
                         if record.owner == owner and record.type != "RRSIG"])
    zone.resign(owner, kind)
    return f"signed {owner} {kind}, which stands below a cut"


@mutation(SIGNED)
def over_delegation(zone, chance):
    cut = pick(chance, zone.cuts())
    zone.resign(cut, "NS")
    return f"signed {cut} NS"


@mutation(LEFT)
def orphan(zone, chance):
    """An RRSIG over a type that is not there."""
    record = any_signature(zone, chance)
    kind = chance.choice(("TYPE65280", "LOC", "HINFO", "SPF", "DS", "NS"))
    made = record.with_(rdata=" ".join(
        (kind, *record.rdata.split()[1:])))
    if zone.find(record.owner, kind):
        raise NotHere
    zone.add(made)
    return f"added {made}"


@mutation(LEFT)
def signature_of_signature(zone, chance):
    """RFC 4035 2.2: an RRSIG is never signed."""
    record = any_signature(zone, chance)
    made = record.with_(rdata=" ".join(
        ("RRSIG", *record.rdata.split()[1:])))
    zone.add(made)
    return f"added {made}"
