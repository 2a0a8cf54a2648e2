# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fault a number stands for: the same for a seed, kinds and bases."""

import random
from dataclasses import dataclass

import dns.exception
import dns.name

import mutations
from damaged import Damaged, NotHere
from fixtures.zonetext import name


@dataclass
class Fault:
    number: int
    kind: str
    base: str
    what: str
    octets: bytes
    records: tuple = ()     # empty where the octets are no records


class Plan:
    """Every kind in turn; for each, bases by chance until one has what the
    kind works on."""

    def __init__(self, seed, kinds, bases):
        self.seed = seed
        self.kinds = sorted(kinds)
        self.bases = {base.name: base for base in bases}
        random.Random(f"{seed} kinds").shuffle(self.kinds)

    def fault(self, number):
        """The fault, or the title of a kind that no base has a place for."""
        title = self.kinds[number % len(self.kinds)]
        names = sorted(self.bases)
        random.Random(f"{self.seed} {number}").shuffle(names)
        for base in names:
            made = self.make(number, title, base)
            if made:
                return made
        return title

    def make(self, number, title, base):
        """The fault that TITLE makes of BASE, or None."""
        kind = mutations.KINDS[title]
        good = self.bases[base]
        chance = random.Random(f"{self.seed} {number} {title} {base}")
        zone = Damaged(good, chance, kind.signs)
        try:
            what = kind.function(zone, chance)
            zone.finish()
        except (NotHere, dns.exception.DNSException):
            return None
        if zone.octets == good.text.encode("latin-1"):
            return None
        return Fault(number, title, base, what, zone.octets,
                     () if zone.raw is not None else tuple(zone.records))


def difference(good, records):
    """(records gone, records that came), comparing names without case."""
    before, after = counted(good), counted(records)
    gone = [record for key, record in before.items() if key not in after]
    came = [record for key, record in after.items() if key not in before]
    return gone, came


def counted(records):
    return {key(record): record for record in records}


def key(record):
    """What two records have alike that say the same.  The next name of an
    NSEC is signed in the letters that it has (RFC 6840 5.1), which mean
    nothing."""
    try:
        rdata = record.wire
        if record.type == "NSEC":
            following, size = dns.name.from_wire(rdata, 0)
            rdata = following.to_digestable() + rdata[size:]
    except Exception:       # the library has many; the text will do
        rdata = record.rdata
    return name(record.owner), record.ttl, record.cls, record.type, rdata
