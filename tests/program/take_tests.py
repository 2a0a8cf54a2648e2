# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate take: what came in, unpacked and on disk."""

import gzip
import hashlib
import json
import lzma
import os
import subprocess
import tempfile
from pathlib import Path

from gate import run
from harness import build_folder, check

TEXT = b"example. 60 IN A 192.0.2.1\n" * 1000


def zstd(octets):
    return subprocess.run(["zstd", "-q", "-c"], input=octets, check=True,
                          capture_output=True).stdout


PACKED = {None: bytes, "gzip": gzip.compress, "xz": lzma.compress,
          "zstd": zstd}


def take(folder, octets, *options, name="out", **how):
    """What is said and the exit status; OCTETS come from a file."""
    source = Path(folder, "in")
    source.write_bytes(octets)
    target = Path(folder, "to")
    target.mkdir(exist_ok=True)
    result = run("take", *options, source, target, name, **how)
    lines = result.out.decode().splitlines()
    check(len(lines) == (1 if result.status != 64 else 0), "lines:", lines)
    return result.status, json.loads(lines[0]) if lines else {}, target


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


def is_taken(compression):
    packed = PACKED[compression](TEXT)
    with tempfile.TemporaryDirectory() as folder:
        status, said, target = take(folder, packed)
        check(status == 0, "exit", status, said)
        check(said == {"sha256": digest(TEXT), "bytes": len(TEXT),
                       "received_sha256": digest(packed),
                       "received_bytes": len(packed),
                       "compression": compression}, said)
        check(os.listdir(target) == ["out"], os.listdir(target))
        check((target / "out").read_bytes() == TEXT, "other octets")


def standard_input_is_taken():
    with tempfile.TemporaryDirectory() as folder:
        result = run("take", "-", folder, "out", stdin=TEXT)
        check(result.status == 0, result.err)
        check(Path(folder, "out").read_bytes() == TEXT, "other octets")


def is_not_taken(expected, octets, *options, **how):
    """Refused with a reason; what was there stays."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "to")
        target.mkdir()
        (target / "out").write_bytes(b"before")
        status, said, _ = take(folder, octets, *options, **how)
        check(status == expected, "exit", status, said)
        check(said["error"] and "sha256" not in said, said)
        check(os.listdir(target) == ["out"], os.listdir(target))
        check((target / "out").read_bytes() == b"before", "replaced")
        return said


def a_full_disk_says_so():
    for call in ("write", "sync", "open"):
        said = is_not_taken(3, TEXT,
                            binary=build_folder() / "fault" / "zonegate",
                            env={"ZONEGATE_DISK_FAULT": f"{call}:1:enospc"})
        check(said.get("no_space") is True, call, said)


def another_fault_of_the_disk_is_no_lack_of_space():
    said = is_not_taken(3, TEXT, binary=build_folder() / "fault" / "zonegate",
                        env={"ZONEGATE_DISK_FAULT": "write:1:eio"})
    check("no_space" not in said, said)


def the_unpackers_end_is_a_fault():
    for fault in ("segv", "kill", "exit1", "hang"):
        is_not_taken(3, gzip.compress(TEXT), "--deadline", "2s",
                     binary=build_folder() / "fault" / "zonegate",
                     env={"ZONEGATE_FAULT": f"unpack:{fault}"})


def what_cannot_be_followed_is_wrong_usage():
    with tempfile.TemporaryDirectory() as folder:
        for arguments in (("-", folder), ("-", folder, "../out"),
                          ("-", folder, ".out"), ("-", folder, ""),
                          ("--deadline", "0", "-", folder, "out"),
                          ("--waive", "all", "-", folder, "out")):
            result = run("take", *arguments, stdin=TEXT)
            check(result.status == 64, arguments, "exit", result.status)
        check(not os.listdir(folder), os.listdir(folder))


def add_to(suite):
    for compression in PACKED:
        suite.add(f"take {compression or 'text'}", is_taken, compression)
        if compression:
            packed = PACKED[compression](TEXT)
            suite.add(f"take {compression} cut short", is_not_taken, 1,
                      packed[:-5])
            suite.add(f"take {compression} and more", is_not_taken, 1,
                      packed + b"more")
            suite.add(f"take {compression} of too much", is_not_taken, 1,
                      packed, "--most", str(len(TEXT) - 1))
    suite.add("take text that is too long", is_not_taken, 1, TEXT, "--most",
              str(len(TEXT) - 1))
    suite.add("take nothing", is_not_taken, 1, b"")
    suite.add("take nothing, packed", is_not_taken, 1, gzip.compress(b""))
    suite.add("take bzip2", is_not_taken, 1, b"BZh91AY&SY" + bytes(50))
    suite.add("take a bomb", is_not_taken, 1,
              gzip.compress(bytes(64 << 20)))
    for test in (standard_input_is_taken, a_full_disk_says_so,
                 another_fault_of_the_disk_is_no_lack_of_space,
                 the_unpackers_end_is_a_fault,
                 what_cannot_be_followed_is_wrong_usage):
        suite.add("take: " + test.__name__.replace("_", " "), test)
