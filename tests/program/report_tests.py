# SPDX-License-Identifier: GPL-3.0-or-later
"""What the JSON report says of the zone itself, beside its findings."""

import calendar
import gzip
import hashlib
import struct
import tempfile
import time
from pathlib import Path

import dns.dnssec
import dns.name
import dns.rdatatype
import dns.zone

from gate import audit
from harness import check

REVOKE = 0x80
RULES = {"rrsig_valid_all": "soundness", "ds_parent_match": "soundness",
         "algorithm_unjudgeable": "inability",
         "type_unknown_to_reader": "inability",
         "rrset_duplicate_rr": "protocol", "rrsig_not_expired": "protocol",
         "nsec3_iterations": "protocol", "ksk_without_anchor": "protocol",
         "rrsig_lifetime_max": "policy", "rrsig_remaining_min": "policy",
         "rrsig_count_max": "policy", "dnskey_role_separation": "policy",
         "rrsig_dnskey_ksk_only": "policy"}


def written(moment):
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))


def kid(apex, key):
    head = struct.pack("!HBB", key.flags & ~REVOKE, key.protocol,
                       key.algorithm)
    return hashlib.sha256(apex.to_digestable() + head + key.key).hexdigest()


def are_facts(row):
    """dnspython reads the same of the zone."""
    report = audit(row["file"], *row["options"], policy=row["policy"]).report
    apex = dns.name.from_text(report["zone"])
    zone = dns.zone.from_file(row["file"], apex, relativize=False)
    soa = zone.get_rdataset(apex, "SOA")[0]
    check(report["soa"] == {name: getattr(soa, name) for name in
                            ("refresh", "retry", "expire", "minimum")},
          report["soa"])
    newest = max(rdata.inception for _, _, rdata in zone.iterate_rdatas()
                 if rdata.rdtype == dns.rdatatype.RRSIG)
    check(written(report["newest_inception"]) == newest,
          report["newest_inception"], newest)
    signs = {(rdata.key_tag, rdata.algorithm) for _, _, rdata in
             zone.iterate_rdatas("RRSIG", "DNSKEY")}
    expected = []
    for key in zone.get_rdataset(apex, "DNSKEY"):
        tag = dns.dnssec.key_id(key)
        expected.append((kid(apex, key), tag, key.flags, int(key.algorithm),
                         (tag, key.algorithm) in signs))
    found = [(key["kid"], key["tag"], key["flags"], key["algorithm"],
              key["signs_dnskey"]) for key in report["keys"]]
    check(sorted(found) == sorted(expected), found, expected)


def anchors_name_keys(row):
    """One KSK of a roll is in the parent, the other one to come."""
    report = audit(row["file"], *row["options"], policy=row["policy"]).report
    facts = sorted((key["flags"], key["anchored"], key["incoming"])
                   for key in report["keys"])
    check(facts == [(256, False, False), (257, False, True),
                    (257, True, False)], facts)
    check(report["incoming_anchor"], "the file is not named")
    alone = audit(row["file"], policy=row["policy"]).report
    check(not any(key["anchored"] or key["incoming"]
                  for key in alone["keys"]), alone["keys"])
    check(alone["incoming_anchor"] is None, alone["incoming_anchor"])
    check(alone["previous"] is None and alone["unsigned"] is None,
          "nothing was compared")


def compared_texts_are_named(row):
    """Packed or not, the hash is that of the text."""
    text = Path(row["file"]).read_bytes()
    expected = hashlib.sha256(text).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder, "zone.gz")
        packed.write_bytes(gzip.compress(text))
        report = audit(row["file"], "--previous", row["file"], "--unsigned",
                       str(packed), policy=row["policy"]).report
    check(report["previous"] == {"file": row["file"], "sha256": expected},
          report["previous"])
    check(report["unsigned"] == {"file": str(packed), "sha256": expected},
          report["unsigned"])
    ids = [finding["check"] for finding in report["findings"]]
    check(ids == ["serial-increase"], "not the same zone?", ids)


def is_of_rule(row, rule):
    result = audit(row["file"], *row["options"], policy=row["policy"])
    found = result.findings(row["check"])
    check(found and all(finding["rule"] == rule for finding in found),
          rule, [finding["rule"] for finding in found], result.summary())


def what_is_unknown_is_null():
    report = audit("-", stdin=b"\x1f\x8b\x08").report
    check(report["soa"] is None and report["newest_inception"] is None
          and report["keys"] == [], "facts of no zone")


def add_to(suite, manifest):
    rows = {row["name"]: row for row in manifest["fixtures"]}
    for name in ("hosts-nsec-bind", "hosts-optout-bind", "ksk-roll-rsa"):
        suite.add(f"report: facts of {name}", are_facts, rows[name])
    revoked = next(row for row in rows.values()
                   if row["check"] == "dnskey_revoked_handling")
    suite.add("report: facts of a zone with a revoked key", are_facts,
              revoked)
    suite.add("report: anchors name keys", anchors_name_keys,
              rows["unjudged--the-other-ds-of-a-roll-is-to-come"])
    suite.add("report: what was compared is named", compared_texts_are_named,
              rows["hosts-nsec-bind"])
    for check_id, rule in RULES.items():
        row = next(row for row in rows.values() if row["check"] == check_id)
        suite.add(f"report: {check_id} is of {rule}", is_of_rule, row, rule)
    suite.add("report: what is unknown is null", what_is_unknown_is_null)
