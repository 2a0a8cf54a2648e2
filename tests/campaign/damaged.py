# SPDX-License-Identifier: GPL-3.0-or-later
"""A good zone in the hands of a mutation: what it changes is signed again, by
the same keys and for the same times, if the mutation is to be seen by
structure alone."""

import hashlib
import struct

import dns.rdataclass
import dns.rdatatype

from fixtures.zone import Zone
from fixtures.zonetext import covered, name, rrsig

# Types that come from signing.
SIGNERS = ("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "ZONEMD")
# RFC 8976 5.3: the hash algorithms of ZONEMD.
HASHES = {"1": hashlib.sha384, "2": hashlib.sha512}


class NotHere(Exception):
    """The mutation finds nothing in this zone to work on."""


def pick(chance, choices):
    choices = list(choices)
    if not choices:
        raise NotHere
    return chance.choice(choices)


class Damaged(Zone):
    def __init__(self, base, chance, signs):
        super().__init__(base.apex, base.records, base.keys)
        self.base = base
        self.chance = chance
        self.signs = signs
        self.waiting = []       # RRsets to be signed again

    # ---- finding ----

    def rrsets(self, *types, but=SIGNERS):
        """(owner, type) of the RRsets of TYPES, or of all types but BUT."""
        return list(dict.fromkeys(
            (record.owner, record.type) for record in self.records
            if (record.type in types if types else record.type not in but)))

    def signed_rrsets(self, *types, but=("RRSIG",)):
        signed = {(name(record.owner), covered(record))
                  for record in self.records if record.type == "RRSIG"}
        return [(owner, kind) for owner, kind in self.rrsets(*types, but=but)
                if (name(owner), kind) in signed]

    def owners(self):
        """Those that hold data, each once, in the order of the zone."""
        return list(dict.fromkeys(
            record.owner for record in self.records
            if record.type not in ("RRSIG", "NSEC3")))

    def cuts(self):
        return [owner for owner, _ in self.rrsets("NS")
                if name(owner) != name(self.apex)]

    def below(self, tops):
        """Owners that are below, not at, one of TOPS."""
        tops = [name(top) for top in tops]
        return [owner for owner in self.owners()
                if any(name(owner) != top and name(owner).is_subdomain(top)
                       for top in tops)]

    def hosts(self):
        """Authoritative owners that are neither apex nor cut."""
        out = {name(self.apex)} | {name(owner) for owner in
                                   self.cuts() + self.below(self.cuts())}
        return [owner for owner in self.owners() if name(owner) not in out]

    def maker(self, signature):
        """The key that made SIGNATURE."""
        fields = rrsig(signature)
        for key in self.keys:
            if (key.algorithm, key.tag) == (fields.algorithm, fields.tag):
                return key
        raise NotHere

    # ---- signing ----

    def changed(self, owner, kind, sign=None):
        """Says that this RRset was changed; with SIGN, that it is to have a
        signature even if it had none."""
        if sign is None:
            sign = bool(self.signatures(owner, kind))
        if sign and (owner, kind) not in self.waiting:
            self.waiting.append((owner, kind))

    def resign(self, owner, kind, key=None, **changes):
        """New signatures by the makers of the old ones, for the same times;
        where there was none, by those of the SOA or the DNSKEY RRset."""
        old = self.signatures(owner, kind)
        self.remove(*old)
        like = old
        if not like:
            at_apex = kind if kind in ("DNSKEY", "CDS", "CDNSKEY") else "SOA"
            like = [record for record in self.base.records
                    if covered(record) == at_apex
                    and name(record.owner) == name(self.apex)]
        for record in like:
            fields = rrsig(record)
            self.sign(owner, kind, key or self.maker(record), **{
                "inception": str(fields.inception),
                "expiration": str(fields.expiration), **changes})

    # ---- denial ----

    def tell(self, owner):
        """Makes the chain what OWNER's types, or its end, want."""
        if self.nsecs():
            self.tell_nsec(owner)
        elif len(self.chains()) == 1:
            self.tell_nsec3(owner)
        else:
            raise NotHere

    def chains(self):
        """The parameters of the NSEC3 chains."""
        return {tuple(record.rdata.split()[2:4]) for record in self.nsec3s()}

    def tell_nsec(self, owner):
        types = self.types(owner)
        if "NSEC" not in types:
            self.insert_nsec(owner)
        elif types == {"NSEC", "RRSIG"}:
            self.remove_nsec(owner)
        else:
            self.touch_nsec(owner)

    def tell_nsec3(self, owner):
        """OWNER and the names above it, which may come or go with it."""
        at = name(owner)
        while at.is_subdomain(name(self.apex)):
            self.tell_hash(at)
            if at == name(self.apex):
                return
            at = at.parent()

    def tell_hash(self, at):
        hashed = self.hashed(at.to_text())
        types = self.types(at.to_text()) - {"NSEC3"}
        there = [record for record in self.nsec3s()
                 if record.owner.lower() == hashed]
        lives = bool(types) or any(
            name(record.owner).is_subdomain(at) for record in self.records
            if record.type not in ("NSEC3", "RRSIG"))
        if "NS" in types and at != name(self.apex) and "DS" not in types:
            types = {"NS"}
        if there and lives:
            self.set_nsec3(there[0], types=types)
        elif there:
            self.remove_nsec3(there[0])
        elif lives and not (types == {"NS"} and self.has_optout()):
            self.insert_nsec3(at.to_text(), types)

    def has_optout(self):
        return any(record.rdata.split()[1] == "1"
                   for record in self.nsec3s())

    def finish(self):
        """Signs what waits, and makes the zone's digests true again."""
        if not self.signs:
            return
        for owner, kind in self.waiting:
            if self.find(owner, kind):
                self.resign(owner, kind)
        self.digest()

    def digest(self):
        """Both hash algorithms of the SIMPLE scheme; RFC 8976 3."""
        digests = self.find("@", "ZONEMD")
        if not digests:
            return
        self.renew_digests(digests)
        self.resign("@", "ZONEMD")

    def renew_digests(self, digests):
        serial = self.find("@", "SOA")[0].rdata.split()[2]
        for record in digests:
            fields = record.rdata.split()
            if fields[1:2] != ["1"] or fields[2] not in HASHES:
                raise NotHere
            made = HASHES[fields[2]](self.digested()).hexdigest()
            self.replace(record, record.with_(rdata=" ".join(
                (serial, *fields[1:3], made))))

    def digested(self):
        """What a ZONEMD's digest is over; RFC 8976 3.3.1."""
        octets = set()
        for record in self.records:
            owner = name(record.owner)
            kind = dns.rdatatype.from_text(record.type)
            about = covered(record) or record.type
            if (owner, about) != (name(self.apex), "ZONEMD"):
                octets.add((owner, kind, record.wire, struct.pack(
                    "!HHI", kind, dns.rdataclass.from_text(record.cls),
                    record.ttl)))
        return b"".join(
            owner.to_digestable() + fixed + struct.pack("!H", len(wire)) + wire
            for owner, _, wire, fixed in sorted(octets))


def type_name(number):
    return dns.rdatatype.to_text(dns.rdatatype.RdataType.make(number))
