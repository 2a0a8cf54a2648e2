# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of an RRSIG: changed under a signature that stays, or signed
again as they now are."""

from damaged import NotHere, pick
from fixtures.zonetext import covered, name, rrsig, seconds
from mutations import LEFT, SIGNED, mutation
from mutations.signatures import any_signature

HOUR = 3600
DAY = 86400


def change(zone, record, **changes):
    """Changes the fields of one RRSIG; by its maker, if it is signed again."""
    old = rrsig(record)
    # Times go round; RFC 4034 3.1.5.
    changes = {title: value % 2**32 if title in ("inception", "expiration")
               else value for title, value in changes.items()}
    new = old.with_(**changes)
    if new == old:
        raise NotHere
    made = record.with_(rdata=new.text)
    if zone.signs:
        key = zone.maker(record)
        covers = covered(record)
        zone.remove(record)
        fields = dict(changes)
        zone.sign(record.owner, covers, key, ttl=record.ttl, **{
            "inception": str(fields.pop("inception", old.inception)),
            "expiration": str(fields.pop("expiration", old.expiration)),
            "original_ttl": old.original_ttl, "labels": old.labels,
            "signer": old.signer, **fields})
    else:
        zone.replace(record, made)
    said = ", ".join(f"{title} {value}" for title, value in changes.items())
    return f"{said} in {record}"


@mutation(LEFT)
def covered_type(zone, chance):
    record = any_signature(zone, chance)
    return change(zone, record, covered=chance.choice(
        (0, 1, 2, 5, 6, 16, 28, 43, 46, 47, 48, 50, 255, 65280, 65535)))


@mutation()
def algorithm(zone, chance):
    record = any_signature(zone, chance)
    return change(zone, record, algorithm=chance.choice(
        (0, 1, 3, 5, 7, 8, 10, 12, 13, 14, 15, 16, 17, 253, 254, 255)))


@mutation()
def fewer_labels(zone, chance):
    record = any_signature(zone, chance)
    labels = rrsig(record).labels
    if not labels:
        raise NotHere
    return change(zone, record, labels=chance.randrange(labels))


@mutation()
def more_labels(zone, chance):
    record = any_signature(zone, chance)
    labels = rrsig(record).labels
    return change(zone, record,
                  labels=min(255, labels + chance.choice((1, 2, 100))))


@mutation()
def original_ttl(zone, chance):
    record = any_signature(zone, chance)
    old = rrsig(record).original_ttl
    return change(zone, record, original_ttl=chance.choice(
        (0, 1, max(0, old - 1), old + 1, 2 * old, 2**31 - 1, 2**32 - 1)))


@mutation()
def key_tag(zone, chance):
    record = any_signature(zone, chance)
    old = rrsig(record).tag
    return change(zone, record, tag=chance.choice(
        (0, (old + 1) % 65536, old ^ 0x8000, chance.randrange(65536))))


@mutation()
def key_tag_of_another(zone, chance):
    """That of another key of the zone."""
    record = any_signature(zone, chance)
    other = pick(chance, [key for key in zone.keys
                          if key.tag != rrsig(record).tag])
    return change(zone, record, tag=other.tag)


@mutation()
def signer(zone, chance):
    record = any_signature(zone, chance)
    others = ["example.net.", f"x.{zone.apex}".replace("..", "."),
              record.owner]
    if zone.apex != ".":
        others.append(name(zone.apex).parent().to_text())
    other = chance.choice([other for other in others
                           if name(other) != name(zone.apex)] or [None])
    if other is None:
        raise NotHere
    return change(zone, record, signer=other)


@mutation()
def signer_in_capitals(zone, chance):
    record = any_signature(zone, chance)
    return change(zone, record, signer=rrsig(record).signer.upper())


@mutation()
def expiration(zone, chance):
    """Over, nearly over, or far away."""
    record = any_signature(zone, chance)
    now = seconds(zone.base.at)
    return change(zone, record, expiration=chance.choice(
        (now - 1, now - DAY, now, now + 1, now + HOUR, now + DAY,
         now + 400 * DAY, now + 2**31 - 1, now + 2**31 + 1, 0)))


@mutation()
def inception(zone, chance):
    """Still to come, just now, or long ago."""
    record = any_signature(zone, chance)
    now = seconds(zone.base.at)
    return change(zone, record, inception=chance.choice(
        (now + 1, now + HOUR, now + DAY, now, now - 1, now - 400 * DAY,
         now - 2**31 + 1, now + 2**31 - 1, 0)))


@mutation()
def a_little_earlier(zone, chance):
    """Times within a day of what they were."""
    record = any_signature(zone, chance)
    fields = rrsig(record)
    less = chance.randrange(1, DAY)
    return change(zone, record, **chance.choice((
        {"expiration": fields.expiration - less},
        {"inception": fields.inception - less})))


@mutation()
def times_swapped(zone, chance):
    record = any_signature(zone, chance)
    fields = rrsig(record)
    return change(zone, record, inception=fields.expiration,
                  expiration=fields.inception)


@mutation(SIGNED)
def all_times(zone, chance):
    """Every signature ends at the same, other time; sixty at most."""
    records = [record for record in zone.records if record.type == "RRSIG"]
    if len(records) > 60:
        raise NotHere
    now = seconds(zone.base.at)
    end = now + chance.choice((-DAY, HOUR, DAY, 3 * DAY, 10 * DAY, 60 * DAY))
    said = ""
    for record in records:
        if rrsig(record).expiration != end:
            said = change(zone, record, expiration=end)
    return f"every signature: {said}"
