# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the table of who sees which fault."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sight:
    words: str
    fixture: str


SIGHTS = tuple(Sight(*row) for row in (
    ("a bogus signature beside a good one",
     "rrsig-valid-all--second-signature-bogus"),
    ("an RRset signed by one of two algorithms only",
     "rrsig-valid-each-algorithm--unsigned-by-one-of-two-algorithms"),
    ("a signature over a type that is not there",
     "rrsig-covers-missing--orphan-signature"),
    ("a wrong NSEC bitmap", "nsec-bitmap-exact--wrong-nsec-bitmap"),
    ("a wrong NSEC3 bitmap", "nsec3-bitmap-exact--wrong-nsec3-bitmap"),
    ("an NSEC3 for no name", "nsec3-extra--orphan-nsec3"),
    ("no NSEC3 at an empty non-terminal",
     "nsec3-ent--no-nsec3-at-an-empty-non-terminal"),
    ("NSEC3PARAM of another chain",
     "nsec3param-apex--nsec3param-of-another-chain"),
    ("a TTL above the signed one",
     "rrsig-original-ttl--ttl-above-the-original"),
    ("signed glue", "rrsig-absent-nonauth--glue-that-is-signed"),
    ("glue from outside the zone",
     "zone-out-of-zone--glue-from-outside-the-zone"),
    ("an expired signature", "rrsig-not-expired--expired-signature"),
    ("a signature that expires in an hour",
     "rrsig-remaining-min--one-hour-left"),
    ("a KSK that the parent's DS does not name",
     "ds-parent-match--ksk-without-ds"),
    ("a ZSK of protocol 4", "dnskey-protocol-3--zsk-of-protocol-4"),
    ("a ZSK without the Zone Key flag",
     "dnskey-zone-flag--zsk-without-zone-flag"),
    ("two keys of one tag, both signing",
     "dnskey-keytag-collision--two-keys-of-one-tag"),
    ("opt-out that leaves nothing out",
     "unjudged--optout-that-leaves-nothing-out"),
    ("data signed by a revoked key only",
     "dnskey-revoked-handling--data-signed-by-a-revoked-key-only"),
    ("signed data below a zone cut",
     "rrsig-absent-nonauth--signed-text-below-a-cut"),
    ("signed data below a DNAME",
     "dname-no-descendants--signed-address-below-a-dname"),
    ("an algorithm that not all know (Ed448)",
     "algorithm-unjudgeable--an-algorithm-not-all-know"),
))
