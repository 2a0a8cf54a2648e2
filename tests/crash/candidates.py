# SPDX-License-Identifier: GPL-3.0-or-later
"""Candidates: small zones signed once by dnssec-signzone, from then on given
another serial and another signature over the SOA each time."""

import gzip
import hashlib
import threading
import time
from dataclasses import dataclass

from fixtures import zonetext
from fixtures.keys import Pool
from fixtures.sign import P256, Bind
from fixtures.zone import Zone

TEXT = """$TTL 3600
{zone} SOA ns1.nic.{zone} hostmaster.nic.{zone} {serial} 7200 900 1209600 3600
{zone} NS ns1.nic.{zone}
{zone} NS ns2.nic.{zone}
ns1.nic.{zone} A 192.0.2.1
ns2.nic.{zone} A 192.0.2.2
shop.{zone} NS ns.example.
"""
# Those of a zone with this policy are held.
NSEC3_WANTED = """title = "NSEC3 wanted"
inherit = "registry-default"
limit denial { value = "nsec3" clause = "local" }
"""
FIRST_SERIAL = 4294967000   # soon to pass zero, RFC 1982


def dnssec_time(seconds):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))


@dataclass(frozen=True)
class Candidate:
    zone: str
    kind: str           # good, bad, hold, junk
    serial: int
    octets: bytes       # as judged
    sent: bytes         # as handed in: packed perhaps

    @property
    def sha256(self):
        return hashlib.sha256(self.octets).hexdigest()

    def __str__(self):
        return f"{self.kind} {self.zone} {self.serial} {self.sha256[:12]}"


def is_newer(serial, other):
    """RFC 1982 3.2."""
    return 0 < (serial - other) % 2**32 < 2**31


class Signer:
    """Makes candidates of ZONE.  What is called GOOD is as its policy wants
    it; for a zone of which the policy holds everything that is "hold"."""

    def __init__(self, zone, folder, good="good"):
        now = time.time()
        times = {"inception": dnssec_time(now - 3600),
                 "expiration": dnssec_time(now + 20 * 86400)}
        pool = Pool(folder / "keys")
        pool.fill(P256)
        work = folder / zone
        work.mkdir(parents=True, exist_ok=True)
        text, keys = Bind(**times).sign(
            pool, work, zone, TEXT.format(zone=zone, serial=FIRST_SERIAL))
        self.zone, self.kind = zone, good
        self.signed = Zone(zone, zonetext.read(text), keys)
        self.signed.times = times
        self.serial = FIRST_SERIAL
        self.made = []
        self.lock = threading.Lock()

    def candidate(self, kind, serial, octets, packed):
        sent = gzip.compress(octets, mtime=0) if packed else octets
        return Candidate(self.zone, kind, serial, octets, sent)

    def good(self, packed=False):
        """One with the next serial."""
        with self.lock:
            self.serial = (self.serial + 1) % 2**32
            soa = self.signed.one("@", "SOA").rdata.split()
            soa[2] = str(self.serial)
            self.signed.put("@", "SOA", " ".join(soa))
            made = self.candidate(self.kind, self.serial, self.signed.octets,
                                  packed)
            self.made.append(made)
            return made

    def old(self, rng):
        """One that was made before."""
        return rng.choice(self.made) if self.made else self.good()

    def bad(self, rng, packed=False):
        """One with the next serial, and a bit of a signature flipped."""
        good = self.good()
        with self.lock:
            self.made.remove(good)
        lines = good.octets.decode().splitlines()
        place = rng.choice([n for n, line in enumerate(lines)
                            if " IN RRSIG " in line])
        head, signature = lines[place].rsplit(" ", 1)
        at = rng.randrange(8, len(signature) - 8)
        other = "A" if signature[at] != "A" else "B"
        lines[place] = f"{head} {signature[:at]}{other}{signature[at + 1:]}"
        return self.candidate("bad", good.serial,
                              ("\n".join(lines) + "\n").encode(), packed)

    def junk(self, rng):
        """What is no zone at all, or not all of one."""
        good = self.good()
        with self.lock:
            self.made.remove(good)
        octets = rng.choice((good.octets[:len(good.octets) // 2],
                             good.sent + b"(\n", rng.randbytes(500)))
        return Candidate(self.zone, "junk", good.serial, octets, octets)
