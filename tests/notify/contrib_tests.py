# SPDX-License-Identifier: GPL-3.0-or-later
"""What contrib/ has for other programs, tried with those programs."""

import contextlib
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path


import harness
from harness import ROOT, check

sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import parts  # noqa: E402
from gate_daemon import eventually  # noqa: E402

SUITE = harness.Suite()
CONTRIB = ROOT / "contrib"
SUBMIT = CONTRIB / "bind" / "submit-signed"
ODS = CONTRIB / "opendnssec" / "ods-submit"
ZONE = "shop."
LONG = 120

# Stands for zonegate: keeps what it is given, and ends as it is told.
STAND_IN = """#!/bin/sh
for last; do :; done
cp "$last" "$STAND_IN/zone"
echo "$@" >>"$STAND_IN/words"
exit "${STAND_IN_STATUS:-0}"
"""


def wanted(program):
    path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    if not path:
        raise harness.Skip(f"{program} is not installed")
    return path


# ---- samples -----------------------------------------------------------------

def sample_is_accepted(program, *words):
    parts.run(wanted(program), *words)


SUITE.add("nsd.conf is accepted by NSD", sample_is_accepted,
          "nsd-checkconf", CONTRIB / "nsd/nsd.conf")
SUITE.add("named.conf is accepted by BIND", sample_is_accepted,
          "named-checkconf", CONTRIB / "bind/named.conf")
SUITE.add("knot.conf is accepted by Knot", sample_is_accepted,
          "knotc", "-c", CONTRIB / "knot/knot.conf", "conf-check")


def gate_sample_is_accepted(name):
    with tempfile.TemporaryDirectory() as folder:
        anchor = Path(folder) / "shop.ds"
        anchor.write_text(f"shop. IN DS 1 13 2 {'0' * 64}\n")
        text = (CONTRIB / name / "zonegate.conf").read_text()
        check("/etc/zonegate/shop.ds" in text, text)
        file = Path(folder) / "zonegate.conf"
        file.write_text(text.replace("/etc/zonegate/shop.ds", str(anchor)))
        parts.run(harness.build_folder() / "zonegate", "config", "--check",
                  "--config", file)


for _name in ("nsd", "bind", "knot"):
    SUITE.add(f"zonegate.conf for {_name} is accepted",
              gate_sample_is_accepted, _name)


@SUITE.test
def unit_is_understood_by_systemd():
    program = wanted("systemd-analyze")
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder) / "zonegate.service"
        text = (CONTRIB / "systemd/zonegate.service").read_text()
        # What is not installed here is not the unit's fault.
        text = text.replace("/usr/local/bin/zonegate", "/bin/true")
        unit.write_text(re.sub(r"(?m)^Documentation=.*\n", "", text))
        done = subprocess.run([program, "verify", unit], capture_output=True,
                              text=True, timeout=LONG)
        about_it = [line for line in done.stderr.splitlines()
                    if "zonegate.service" in line]
        check(not about_it, *about_it)


# ---- a signing named ---------------------------------------------------------

class Signing(parts.Server):
    """named with inline signing, rndc, and a transfer for those with a key."""

    def __init__(self):
        super().__init__("named", "127.0.0.1")
        self.control = parts.free_port(self.address)
        for name in ("rndc", "transfer"):
            (self.folder / f"{name}.key").write_text(
                parts.run("tsig-keygen", f"{name}-key"))
        (self.folder / "zone").write_text(parts.zone_text(ZONE, 7))
        (self.folder / "named.conf").write_text(f"""
include "{self.folder}/rndc.key";
include "{self.folder}/transfer.key";
options {{
    directory "{self.folder}";
    listen-on port {self.port} {{ {self.address}; }};
    listen-on-v6 {{ none; }};
    pid-file "{self.folder}/named.pid";
    session-keyfile "{self.folder}/session.key";
    recursion no;
    notify no;
    allow-transfer {{ key transfer-key; }};
}};
controls {{
    inet {self.address} port {self.control} allow {{ any; }}
        keys {{ rndc-key; }};
}};
zone "{ZONE}" {{
    type primary;
    file "zone";
    inline-signing yes;
    dnssec-policy default;
}};
""")
        try:
            self.start("/usr/sbin/named", "-g", "-n", "1", "-c",
                       self.folder / "named.conf")
            eventually(self.is_signed, self.output)
        except BaseException:
            self.close()
            raise

    def is_signed(self):
        return "RRSIG" in str(self.query(ZONE, "SOA"))

    @property
    def by_file(self):
        return ("-f", self.folder / "zone.signed", "-r",
                f"-s {self.address} -p {self.control} "
                f"-k {self.folder}/rndc.key")

    @property
    def by_transfer(self):
        return ("-a", self.address, "-p", self.port, "-y",
                self.folder / "transfer.key")


class StandIn:
    """A folder with a zonegate that keeps what it is given."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="zonegate-contrib-")
        self.path = Path(self.folder.name)
        program = self.path / "zonegate"
        program.write_text(STAND_IN)
        program.chmod(0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def run(self, script, *words, status=0):
        env = {**os.environ, "STAND_IN": str(self.path),
               "STAND_IN_STATUS": str(status), "PATH":
               f"{self.path}:{os.environ['PATH']}:/usr/sbin"}
        return subprocess.run([script, *map(str, words)], env=env,
                              capture_output=True, text=True, timeout=LONG)

    @property
    def zone(self):
        return self.path / "zone"

    @property
    def words(self):
        file = self.path / "words"
        return file.read_text().splitlines() if file.exists() else []


def is_whole(named, file):
    text = file.read_text()
    check(text.count("\tSOA\t") + text.count(" SOA ") >= 1, text)
    parts.run("dnssec-verify", "-q", "-z", "-o", ZONE, file)
    check(parts.content(file) is not None)


@SUITE.test
def signed_zone_is_taken_out_of_named():
    with Signing() as named, StandIn() as gate:
        for words in (named.by_file, named.by_transfer):
            done = gate.run(SUBMIT, *words, ZONE, "--", "--wait", "1m")
            check(done.returncode == 0, done)
            is_whole(named, gate.zone)
            check(gate.words[-1].startswith(f"submit --wait 1m {ZONE} "),
                  gate.words)
            gate.zone.unlink()
        # The verdict is passed on.
        done = gate.run(SUBMIT, *named.by_file, ZONE, status=2)
        check(done.returncode == 2, done)


@SUITE.test
def serial_that_was_handed_in_is_not_handed_in_again():
    with Signing() as named, StandIn() as gate:
        stamp = gate.path / "stamp"
        words = ("-l", stamp, *named.by_transfer, ZONE)
        check(gate.run(SUBMIT, *words, status=3).returncode == 3)
        check(not stamp.exists(), "a failure was taken for good")
        check(gate.run(SUBMIT, *words).returncode == 0)
        check(len(gate.words) == 2 and stamp.read_text().strip().isdigit())
        check(gate.run(SUBMIT, *words).returncode == 0)
        check(len(gate.words) == 2, gate.words)


@SUITE.test
def zone_that_named_does_not_give_is_not_handed_in():
    with Signing() as named, StandIn() as gate:
        for words in (
                (*named.by_transfer, "other.example."),
                (*named.by_file, "other.example."),
                ("-a", named.address, "-p", named.port, ZONE),
                ("-f", named.folder / "nowhere", *named.by_file[2:], ZONE)):
            done = gate.run(SUBMIT, *words)
            check(done.returncode == 70 and done.stderr, done)
        check(not gate.words, gate.words)


def broken_transfer(named):
    """A listener that passes on half of a transfer's first message."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, socket.create_connection(
                        (named.address, named.port)) as other:
                    length = connection.recv(2, socket.MSG_WAITALL)
                    other.sendall(length + connection.recv(
                        struct.unpack("!H", length)[0], socket.MSG_WAITALL))
                    size = other.recv(2, socket.MSG_WAITALL)
                    message = other.recv(struct.unpack("!H", size)[0],
                                         socket.MSG_WAITALL)
                    connection.sendall(size + message[:len(message) // 2])
    threading.Thread(target=serve, daemon=True).start()
    return server


@SUITE.test
def transfer_that_breaks_off_is_not_handed_in():
    with Signing() as named, StandIn() as gate:
        with broken_transfer(named) as server:
            done = gate.run(SUBMIT, "-a", "127.0.0.1", "-p",
                            server.getsockname()[1], "-y",
                            named.folder / "transfer.key", ZONE)
        check(done.returncode == 70 and not gate.words, done)


@SUITE.test
def OpenDNSSEC_hands_in():
    with StandIn() as gate:
        (gate.path / "signed").write_text("zone\n")
        done = gate.run(ODS, ZONE, gate.path / "signed")
        check(done.returncode == 0 and gate.zone.read_text() == "zone\n" and
              gate.words == [f"submit {ZONE} {gate.path}/signed"], done)
        check(gate.run(ODS, ZONE).returncode == 64)
