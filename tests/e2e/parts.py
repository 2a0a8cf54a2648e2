# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before and behind the gate: BIND's signers, NSD, and those who
ask: dig, delv, a transfer."""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rdatatype

from gate_daemon import PATIENCE, eventually
from harness import ROOT, check

sys.path.insert(0, str(ROOT))

from fixtures import keys, zonetext  # noqa: E402
from fixtures.zone import Zone  # noqa: E402

DAY = 86400


os.environ["PATH"] += ":/usr/sbin"


def run(*words, folder=None, patience=PATIENCE):
    """The output of a program that must do its work."""
    done = subprocess.run([str(word) for word in words], cwd=folder,
                          capture_output=True, text=True, timeout=patience,
                          check=False)
    check(done.returncode == 0, *words, done.stdout, done.stderr)
    return done.stdout


def free_port(address):
    """A port that nobody has, and that the kernel hands to nobody."""
    while True:
        port = random.randrange(10000, 32000)
        with contextlib.suppress(OSError), socket.socket() as tcp, \
                socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((address, port))
            udp.bind((address, port))
            return port


def own_address():
    """A loopback address: of millions one at random."""
    return "127." + ".".join(str(random.randrange(1, 255)) for _ in range(3))


class Folder:
    """A directory that is gone at the end."""

    def __init__(self, title):
        self.folder = Path(tempfile.mkdtemp(prefix=f"zg-{title}-"))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- zones ------------------------------------------------------------------

def zone_text(zone, serial, delegations=12, more=""):
    """A small TLD, unsigned."""
    lines = [f"{zone} 3600 IN SOA ns1.nic.{zone} admin.nic.{zone} {serial} "
             "7200 900 1209600 3600",
             *(f"{zone} 3600 IN NS ns{n}.nic.{zone}" for n in (1, 2)),
             *(f"ns{n}.nic.{zone} 3600 IN A 192.0.2.{n}" for n in (1, 2)),
             f'text.nic.{zone} 3600 IN TXT "serial {serial}"']
    for i in range(delegations):
        lines.append(f"name{i}.{zone} 3600 IN NS ns{i % 7}.example.")
        if i % 3 == 0:
            lines.append(f"name{i}.{zone} 3600 IN DS {i + 1} 13 2 "
                         f"{i + 1:064x}")
    return "\n".join(lines) + "\n" + more


class Signer(Folder):
    """dnssec-signzone with keys of its own; signatures are valid now."""

    def __init__(self, zone="shop."):
        super().__init__("signer")
        self.zone = zone
        self.bases = [
            self.folder / run("dnssec-keygen", "-q", "-a", "ECDSAP256SHA256",
                              *role, zone, folder=self.folder).strip()
            for role in (("-f", "KSK"), ())]
        self.ds = self.folder / "anchors.ds"
        self.ds.write_text(run("dnssec-dsfromkey", "-2",
                               f"{self.bases[0]}.key", folder=self.folder))

    def sign(self, serial, *, days=28, **more):
        """The path of a signed zone.  Signatures live for DAYS, but those
        over DNSKEY."""
        unsigned = self.folder / f"{serial}.unsigned"
        signed = self.folder / f"{serial}-{days}.signed"
        unsigned.write_text(
            zone_text(self.zone, serial, **more)
            + "".join(Path(f"{base}.key").read_text() for base in self.bases))
        run("dnssec-signzone", "-q", "-P", "-x", "-o", self.zone, "-O",
            "full", "-s", "now-3600", "-e", f"now+{days * DAY}",
            "-X", f"now+{28 * DAY}", "-f", signed, unsigned, *self.bases,
            folder=self.folder)
        return signed

    def damage(self, signed, how):
        """The path of a copy of SIGNED to which HOW(zone) was done."""
        zone = Zone(self.zone, zonetext.read(signed.read_text()),
                    [keys.read_key(base) for base in self.bases])
        fields = zonetext.rrsig(zone.signatures("@", "SOA")[0])
        zone.times = {"inception": str(fields.inception),
                      "expiration": str(fields.expiration)}
        how(zone)
        path = signed.with_suffix(f".{how.__name__}")
        zone.records = [dated(record) for record in zone.records]
        path.write_bytes(zone.octets)
        return path

    def trust_anchors(self):
        """A file for delv."""
        return trust_anchors(self.ds, self.zone)


def trust_anchors(ds, zone):
    """The one DS record in file DS, in a file for delv."""
    tag, algorithm, kind, digest = ds.read_text().split(None, 6)[3:7]
    path = ds.with_suffix(".delv")
    path.write_text(
        f'trust-anchors {{ "{zone}" static-ds {tag} {algorithm} {kind} '
        f'"{"".join(digest.split())}"; }};\n')
    return path


def dated(record):
    """RECORD with the times of an RRSIG as dates: NSD wants them so."""
    if record.type != "RRSIG":
        return record
    fields = record.rdata.split()
    for place in (4, 5):
        fields[place] = time.strftime("%Y%m%d%H%M%S", time.gmtime(
            zonetext.seconds(fields[place])))
    return record.with_(rdata=" ".join(fields))


def flipped_signature(zone):
    """One bit of one signature."""
    old = zone.signatures("name3", "DS")[0]
    octets = bytearray(zonetext.rrsig(old).signature)
    octets[7] ^= 1
    zone.replace(old, old.with_(
        rdata=zonetext.rrsig(old).with_(signature=bytes(octets)).text))


def missing_rrsig(zone):
    zone.remove(*zone.signatures("text.nic", "TXT"))


def wrong_bitmap(zone):
    """An NSEC that denies a type that is there, with a good signature."""
    nsec = zone.one("text.nic", "NSEC")
    zone.set_nsec(nsec, types=[word for word in nsec.rdata.split()[1:]
                               if word != "TXT"])


def content(path):
    """The records of a file with one record a line, in a form to compare."""
    return {(dns.name.from_text(record.owner).canonicalize(), record.ttl,
             record.type, record.wire)
            for record in zonetext.read(Path(path).read_text())}


# ---- servers ----------------------------------------------------------------

class Server(Folder):
    """A nameserver on loopback."""

    def __init__(self, title, address):
        super().__init__(title)
        self.address, self.port = address, free_port(address)
        self.process = None

    def start(self, *command):
        with open(self.folder / "output", "ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        eventually(self.answers, lambda: f"{command[0]}: {self.output()}")
        return self

    def answers(self):
        check(self.process.poll() is None, "it ended:", self.output())
        try:
            self.query("version.bind", "TXT", "CH")
        except (OSError, dns.exception.Timeout):
            return False
        return True

    def output(self):
        return (self.folder / "output").read_text(errors="replace")

    def close(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        super().close()

    # ---- asking ----

    def query(self, name, kind, cls="IN"):
        return dns.query.tcp(
            dns.message.make_query(name, kind, cls, want_dnssec=True),
            self.address, timeout=5, port=self.port)

    def serial(self, zone):
        """What is served; None: nothing."""
        with contextlib.suppress(OSError, dns.exception.Timeout):
            for rrset in self.query(zone, "SOA").answer:
                if rrset.rdtype == dns.rdatatype.SOA:
                    return rrset[0].serial
        return None

    def wait_serial(self, zone, serial):
        eventually(lambda: self.serial(zone) == serial,
                   lambda: f"{zone} {serial} served; it is "
                   f"{self.serial(zone)}\n{self.output()}")

    def dig(self, *words):
        return run("dig", f"@{self.address}", "-p", self.port, "+norec",
                   *words)

    def transfer(self, zone):
        """What a transfer brings, as content() has it."""
        found = set()
        for message in dns.query.xfr(self.address, zone, port=self.port,
                                     relativize=False, lifetime=PATIENCE):
            for rrset in message.answer:
                for rdata in rrset:
                    found.add((rrset.name.canonicalize(), rrset.ttl,
                               dns.rdatatype.to_text(rrset.rdtype),
                               rdata.to_digestable()))
        return found

    def delv(self, anchors, zone, name, kind):
        """What a validating client says."""
        done = subprocess.run(
            ["delv", f"@{self.address}", "-p", str(self.port), "-a",
             str(anchors), f"+root={zone}", name, kind],
            capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.stdout + done.stderr


class Nsd(Server):
    """NSD, with ZONES {name: file}."""

    def __init__(self, zones):
        super().__init__("nsd", own_address())
        self.config = self.folder / "nsd.conf"
        self.config.write_text(f"""
server:
    ip-address: {self.address}@{self.port}
    server-count: 1
    username: ""
    chroot: ""
    database: ""
    zonesdir: "{self.folder}"
    zonelistfile: "{self.folder}/zone.list"
    pidfile: "{self.folder}/nsd.pid"
    xfrdfile: "{self.folder}/xfrd.state"
    xfrdir: "{self.folder}"
    zonefiles-check: no
    verbosity: 1
remote-control:
    control-enable: yes
    control-interface: "{self.folder}/control"
""" + "".join(f"""
zone:
    name: "{name}"
    zonefile: "{file}"
    provide-xfr: 127.0.0.0/8 NOKEY
""" for name, file in zones.items()))
        try:
            self.start("/usr/sbin/nsd", "-d", "-c", self.config)
        except BaseException:
            self.close()
            raise

    def hook(self):
        """A hook and a probe for the zones that NSD serves."""
        return (f'hook nsd {{ command = {{"/usr/sbin/nsd-control", "-c", '
                f'"{self.config}", "reload", "{{zone}}"}} }}\n'
                f'probe nsd {{ address = "{self.address}" '
                f'port = {self.port} overdue = 60s }}\n')


class Named(Server):
    """A named that signs by itself: inline signing of FOLDER/zone."""

    def __init__(self, zone, text):
        # It listens on addresses of interfaces only.
        super().__init__("named", "127.0.0.1")
        self.zone = zone
        self.control_port = free_port(self.address)
        (self.folder / "rndc.key").write_text(
            run("tsig-keygen", "-a", "hmac-sha256", "rndc-key"))
        (self.folder / "zone").write_text(text)
        (self.folder / "named.conf").write_text(f"""
options {{
    directory "{self.folder}";
    listen-on port {self.port} {{ {self.address}; }};
    listen-on-v6 {{ none; }};
    pid-file "{self.folder}/named.pid";
    session-keyfile "{self.folder}/session.key";
    dnssec-validation no;
    recursion no;
    notify no;
    allow-transfer {{ any; }};
}};
include "{self.folder}/rndc.key";
controls {{
    inet {self.address} port {self.control_port} allow {{ any; }}
        keys {{ rndc-key; }};
}};
dnssec-policy gate {{
    keys {{
        ksk lifetime unlimited algorithm ecdsap256sha256;
        zsk lifetime unlimited algorithm ecdsap256sha256;
    }};
    signatures-validity 14d;
    signatures-validity-dnskey 14d;
    signatures-refresh 5d;
}};
zone "{zone}" {{
    type primary;
    file "zone";
    inline-signing yes;
    dnssec-policy gate;
}};
""")
        try:
            self.start("/usr/sbin/named", "-g", "-n", "1", "-c",
                       self.folder / "named.conf")
        except BaseException:
            self.close()
            raise

    def rndc_options(self):
        return f"-s {self.address} -p {self.control_port} " \
               f"-k {self.folder}/rndc.key"

    def change(self, text):
        """A new unsigned zone, signed by named as it is read."""
        (self.folder / "zone").write_text(text)
        run("rndc", *self.rndc_options().split(), "reload", self.zone)

    def ds(self):
        """The DS records of its KSK, once there is one."""
        def made():
            return [key for key in self.folder.glob("K*.key")
                    if " 257 " in key.read_text()]
        (key,) = eventually(made, "a KSK of named")
        path = self.folder / "anchors.ds"
        path.write_text(run("dnssec-dsfromkey", "-2", key))
        return path


class Receiver:
    """An HTTP server that takes connections and answers 500, or nothing."""

    def __init__(self, answer=b""):
        self.answer = answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.taken = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.taken.append(self.listener.accept()[0])
                if self.answer:
                    threading.Thread(target=self.reply, daemon=True,
                                     args=(self.taken[-1],)).start()

    def reply(self, connection):
        with contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(self.answer)
            connection.shutdown(socket.SHUT_RDWR)

    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.listener.close()
        for connection in self.taken:
            connection.close()


FAILS = (b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n"
         b"Connection: close\r\n\r\n")
