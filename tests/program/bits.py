# SPDX-License-Identifier: GPL-3.0-or-later
"""Single flipped bits in signed data: places, and what must be said of each."""

import random
import tempfile
from dataclasses import dataclass

import dns.name

from gate import audit, same_name
from harness import build_folder, check

from fixtures import texts, zonetext
from fixtures.keys import Pool
from fixtures.sign import RSA, Bind
from fixtures.zone import flip_octet
from fixtures.zonetext import covered, rrsig

SAMPLES = 40
SEED = 20260105


@dataclass(frozen=True)
class Place:
    """An octet of a record: FIELD is signature, digest or next."""
    record: int
    field: str
    octet: int
    owner: str
    type: str


def fifty_names(zone="fifty."):
    """Fifty owners: the apex, hosts, and delegations with and without DS."""
    text = texts.soa(zone) + texts.lines(zone, texts.APEX)
    for number in range(24):
        text += texts.lines(zone, f"host{number} A 192.0.2.{number}\n")
    for number in range(24):
        child = f"child{number}"
        text += texts.lines(zone, f"{child} NS ns2.nic.example.net.")
        if number % 2:
            text += texts.lines(
                zone, f"{child} DS {number} 13 2 " + f"{number:02x}" * 32)
    return text


def make_zone(title, signer, folder, zone="fifty."):
    """Records of the zone of fifty names, signed; kept in FOLDER."""
    path = folder / "bits" / title
    signed = path / "signed"
    if not signed.exists():
        path.mkdir(parents=True, exist_ok=True)
        pool = Pool(folder / "keys")
        pool.fill(signer.pool)
        signer.sign(pool, path, zone, fifty_names(zone))
    return zonetext.read(signed.read_text())


def next_length(record):
    """Octets of the next name of an NSEC record."""
    return len(dns.name.from_text(record.rdata.split()[0]).to_digestable())


def places(records):
    """Every octet that a campaign flips a bit of."""
    for number, record in enumerate(records):
        if record.type == "RRSIG":
            for octet in range(len(rrsig(record).signature)):
                yield Place(number, "signature", octet, record.owner,
                            covered(record))
        elif record.type == "DS":
            for octet in range(len(record.wire) - 4):
                yield Place(number, "digest", octet, record.owner, "DS")
        elif record.type == "NSEC":
            for octet in range(next_length(record)):
                yield Place(number, "next", octet, record.owner, "NSEC")


def flip(record, place, bit):
    """RECORD with one bit changed at PLACE."""
    if place.field == "signature":
        fields = rrsig(record)
        return record.with_(rdata=fields.with_(signature=flip_octet(
            fields.signature, place.octet, bit)).text)
    offset = 4 if place.field == "digest" else 0
    return record.generic(flip_octet(record.wire, offset + place.octet, bit))


def is_label_length(record, place):
    """True if PLACE holds the length of a label: its RDATA is then, as a
    rule, not a name any more, and a reader may refuse it as text."""
    at = 0
    wire = record.wire
    while at < place.octet and wire[at]:
        at += 1 + wire[at]
    return at == place.octet


def text_with(records, flips):
    changed = list(records)
    for place, bit in flips:
        changed[place.record] = flip(changed[place.record], place, bit)
    return zonetext.write(changed)


def judge(records, flips, **how):
    """Judges RECORDS with FLIPS and fails unless each of them is named."""
    with tempfile.NamedTemporaryFile(
            "w", suffix=".zone", dir=build_folder()) as file:
        file.write(text_with(records, flips))
        file.flush()
        result = audit(file.name, **how)
    check(result.status == 1, "expected exit 1", flips, result.summary())
    for place, _ in flips:
        is_named(result, records, place)


def is_named(result, records, place):
    record = records[place.record]
    if place.field == "next" and is_label_length(record, place):
        if "zone_parse_clean" in result.checks:
            return
    found = [finding for finding in result.findings("rrsig_valid_all")
             if same_name(finding["owner"], place.owner)
             and finding["type"] == place.type]
    check(found, place, "is not named", result.summary())
    check(any({"ldns", "unbound"} <= set(finding["seen_by"])
              for finding in found), place, "is not seen by both",
          result.summary())


def zones(folder):
    return {"p256": make_zone("p256", Bind(), folder),
            "rsa": make_zone("rsa", Bind(RSA), folder)}


def add_to(suite, folder):
    """A seeded sample; tests/campaign/every_bit.py does them all."""
    chance = random.Random(SEED)
    for title, records in zones(folder).items():
        every = list(places(records))
        for number in range(SAMPLES // 2):
            place = chance.choice(every)
            bit = chance.randrange(8)
            suite.add(f"bit {title} {number}: {place.field} octet "
                      f"{place.octet} of {place.owner} {place.type}",
                      judge, records, [(place, bit)])
