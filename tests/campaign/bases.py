# SPDX-License-Identifier: GPL-3.0-or-later
"""The good fixtures as what the campaign damages: records, private keys, the
text that the signer got, and the release before."""

from dataclasses import dataclass
from pathlib import Path

from damaged import NotHere
from fixtures import zonetext
from fixtures.good import GOOD
from fixtures.keys import Pool, published, read_key, read_pem
from fixtures.zonetext import name, rrsig


@dataclass(frozen=True)
class Base:
    name: str
    apex: str
    policy: str
    options: tuple
    at: str
    records: tuple
    keys: tuple             # those whose private part is at hand
    unsigned: Path          # or None
    previous: str           # text of the release before
    pool: Pool

    def namesake(self, key):
        """Another key with the tag, algorithm and flags of KEY.  One is
        searched for among 65536; the fixtures have some."""
        if key.algorithm != 13 or not (
                self.pool.folder / f"collider-{key.tag}.pem").exists():
            raise NotHere
        found = self.pool.collider(key)
        if found.public == key.public:
            raise NotHere
        return found

    @property
    def text(self):
        return zonetext.write(self.records)


def load(manifest, folder, only=()):
    """The bases whose name contains one of ONLY, or all.  Zones of which a
    record takes several lines are left out: the fixtures have the same ones
    in one line each."""
    bases = []
    for row in manifest["fixtures"]:
        if row["kind"] != "good" or not (
                not only or any(word in row["name"] for word in only)):
            continue
        base = read(row, manifest["at"], folder)
        if base:
            bases.append(base)
    return bases


def read(row, at, folder):
    path = Path(row["file"])
    try:
        text = path.read_text("latin-1")
        records = zonetext.read(text)
    except (UnicodeDecodeError, ValueError, IndexError):
        return None
    if not is_one_line_each(text):
        return None
    unsigned = unsigned_copy(row, path)
    return Base(row["name"], row["zone"], row["policy"],
                tuple(row["options"]), row.get("at", at), tuple(records),
                tuple(private_keys(row, path.parent, records, folder)),
                unsigned, previous(row["zone"], records),
                Pool(folder / "keys"))


def is_one_line_each(text):
    for line in text.splitlines():
        line = zonetext.strip_comment(line)
        if line.startswith("$") or line.endswith("("):
            return False
    return True


def unsigned_copy(row, path):
    """What the signer got, if it is a file beside the zone."""
    copy = path.parent / "unsigned"
    return copy if copy.exists() else None


def previous(apex, records):
    """The same zone with a lesser serial.  It was judged when it came, so
    nobody looks at its signatures."""
    old = []
    for record in records:
        if record.type == "SOA" and name(record.owner) == name(apex):
            fields = record.rdata.split()
            fields[2] = str((int(fields[2]) - 1) % 2**32)
            record = record.with_(rdata=" ".join(fields))
        old.append(record)
    return zonetext.write(old)


def private_keys(row, folder, records, fixtures):
    """Of the keys that RECORDS publish, those that may sign: from the pool,
    or from what the signer left in FOLDER."""
    shown = published(records)
    signer = GOOD[row["name"]].signer
    pool = Pool(fixtures / "keys")
    found = [pool.key(key) for key in getattr(signer, "pool", ())]
    found += [read_key(path.with_suffix(""))
              for path in sorted(folder.rglob("K*.private"))
              if path.with_suffix(".key").exists()]
    found += [key for path in sorted(folder.rglob("*.pem"))
              if (key := read_pem(path, shown))]
    privates = {(key.algorithm, key.public): key.private for key in found}
    return [key.with_(private=privates[key.algorithm, key.public])
            for key in shown if (key.algorithm, key.public) in privates]


def makers(base):
    """How many of BASE's signatures can be made again; for the report."""
    tags = {(key.algorithm, key.tag) for key in base.keys}
    signatures = [rrsig(record) for record in base.records
                  if record.type == "RRSIG"]
    return sum((fields.algorithm, fields.tag) in tags
               for fields in signatures), len(signatures)
