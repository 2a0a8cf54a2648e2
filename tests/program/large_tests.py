# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred thousand NSEC3 records without opt-out."""

import shutil

from gate import agreed, audit, same_name
from harness import check

from fixtures import texts, zonetext
from fixtures.keys import Pool
from fixtures.sign import RSA_SHORT_ZSK, Bind
from fixtures.zone import flipped

ZONE = "large."
SMALL = 25_000
LARGE = 100_000
# A quarter of the names may take a quarter of the time; were the work
# quadratic it would be sixteen times.
TIMES = 8


def add_to(suite, folder):
    suite.add(f"{LARGE} NSEC3 without opt-out, judged in linear time",
              is_linear, folder)


def make(names, folder):
    """The signed zone of NAMES insecure delegations; kept in FOLDER."""
    path = folder / "large" / str(names)
    signed = path / "signed"
    if not signed.exists():
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        text = texts.soa(ZONE) + texts.lines(ZONE, texts.APEX)
        text += "".join(f"d{number}.{ZONE} 3600 IN NS ns.example.net.\n"
                        for number in range(names - 2))
        pool = Pool(folder / "keys")
        signer = Bind(RSA_SHORT_ZSK, nsec3="-")
        pool.fill(signer.pool)
        signer.sign(pool, path, ZONE, text)
    return signed


def is_linear(folder):
    small = audit(make(SMALL, folder), timeout=300)
    agreed(small)
    path = make(LARGE, folder)
    large = audit(path, timeout=300)
    agreed(large)
    check(large.report["agreement"]["claims"] >= LARGE, large.summary())
    check(large.seconds < TIMES * small.seconds, LARGE, "names took",
          large.seconds, "s and", SMALL, "names", small.seconds, "s")
    smallest_gap(path)


def smallest_gap(path):
    """A flip at the owner whose next hash is nearest: where a search by
    covering span is likeliest to find its neighbour instead."""
    lines = path.read_text().splitlines(keepends=True)
    hashes = {}
    signatures = {}
    for number, line in enumerate(lines):
        fields = line.split(None, 5)
        if len(fields) < 5:
            continue
        if fields[3] == "NSEC3":
            hashes[fields[0].split(".")[0].lower()] = fields[0]
        elif fields[3] == "RRSIG" and fields[4] == "NSEC3":
            signatures[fields[0].split(".")[0].lower()] = number
    check(len(hashes) >= LARGE, "only", len(hashes), "NSEC3 records")
    ordered = sorted(hashes)
    gaps = ((int(after, 32) - int(before, 32), before)
            for before, after in zip(ordered, ordered[1:]))
    label = min(gaps)[1]
    number = signatures[label]
    (record,) = zonetext.read(lines[number])
    lines[number] = f"{flipped(record)}\n"
    bad = path.with_name("flipped")
    bad.write_text("".join(lines))
    result = audit(bad, timeout=300)
    bad.unlink()
    check(result.status == 1, result.summary())
    found = [finding for finding in result.findings("rrsig_valid_all")
             if same_name(finding["owner"], hashes[label])]
    check(len(found) == 1 and found[0]["type"] == "NSEC3"
          and {"ldns", "unbound"} <= set(found[0]["seen_by"]),
          hashes[label], "is not named", result.summary())
