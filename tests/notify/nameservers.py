# SPDX-License-Identifier: GPL-3.0-or-later
"""Nameservers on loopback for zonegate-probe: NSD, and one that lies."""

import contextlib
import socket
import struct
import subprocess
import threading
import time

import dns.flags
import dns.message
import dns.rrset

from harness import check

LONG = 60
ZONE = "probe.example."
SERIAL = 4000000001  # beyond 31 bits

ZONE_TEXT = f"""$TTL 3600
@ IN SOA ns.{ZONE} hostmaster.{ZONE} {SERIAL} 7200 3600 1209600 3600
@ IN NS ns.{ZONE}
ns IN A 192.0.2.1
"""


def sign(folder, algorithm):
    """Signs the zone; returns its file."""
    (folder / "unsigned").write_text(ZONE_TEXT)
    for flags in ([], ["-f", "KSK"]):
        subprocess.run(["dnssec-keygen", "-q", *algorithm, *flags, ZONE],
                       cwd=folder, check=True, capture_output=True)
    subprocess.run(["dnssec-signzone", "-q", "-S", "-P", "-o", ZONE, "-f",
                    "signed", "unsigned"], cwd=folder, check=True,
                   capture_output=True)
    return folder / "signed"


class Nsd:
    """A real nameserver with the zone in FILE."""

    def __init__(self, folder, file, options=""):
        # The port may be taken by another between here and there.
        for _ in range(5):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            if self.start(folder, file, options):
                return
        check(False, "nsd does not start:", self.said(folder))

    @staticmethod
    def said(folder):
        return (folder / "nsd.log").read_text()

    def start(self, folder, file, options):
        (folder / "nsd.conf").write_text(f"""server:
  ip-address: 127.0.0.1@{self.port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
  server-count: 1
  verbosity: 2
{options}
remote-control:
  control-enable: no
zone:
  name: "{ZONE}"
  zonefile: "{file}"
""")
        log = folder / "nsd.log"
        log.write_text("")
        self.process = subprocess.Popen(
            ["/usr/sbin/nsd", "-d", "-c", folder / "nsd.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        return self.answers()

    def answers(self):
        """Waits until it answers anything, or ends."""
        question = dns.message.make_query(ZONE, "SOA").to_wire()
        end = time.monotonic() + LONG
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.connect(("127.0.0.1", self.port))
            asker.settimeout(0.2)
            while time.monotonic() < end and self.process.poll() is None:
                with contextlib.suppress(OSError):
                    asker.send(question)
                    asker.recv(65535)
                    return True
                if self.process.poll() is None:
                    threading.Event().wait(0.02)
        self.__exit__()
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(LONG)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def both_sockets():
    """UDP and TCP at one port; the latter does not listen yet."""
    for attempt in range(100):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp.bind(("127.0.0.1", 0))
        try:
            tcp.bind(udp.getsockname())
            return udp, tcp
        except OSError:
            udp.close()
            tcp.close()
            if attempt == 99:
                raise
    return None


class Fake:
    """Gives UDP(question) over UDP, a list of packets, and over TCP what
    TCP(connection, question) does."""

    def __init__(self, udp, tcp=None):
        self.udp, self.tcp = both_sockets()
        self.port = self.udp.getsockname()[1]
        self.asked = []
        self.ends = threading.Event()
        if tcp:
            self.tcp.listen()
            threading.Thread(target=self.serve_tcp, args=(tcp,),
                             daemon=True).start()
        threading.Thread(target=self.serve_udp, args=(udp,),
                         daemon=True).start()

    def serve_udp(self, udp):
        with contextlib.suppress(OSError):
            while True:
                packet, peer = self.udp.recvfrom(65535)
                question = dns.message.from_wire(packet)
                self.asked.append(question)
                for answer in udp(question):
                    self.udp.sendto(answer, peer)

    def serve_tcp(self, tcp):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.tcp.accept()
                with connection:
                    connection.settimeout(LONG)
                    length = struct.unpack("!H", connection.recv(
                        2, socket.MSG_WAITALL))[0]
                    question = dns.message.from_wire(
                        connection.recv(length, socket.MSG_WAITALL))
                    tcp(self, connection, question)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.udp.close()
        self.tcp.close()


SOA = f"ns.{ZONE} hostmaster.{ZONE} {SERIAL} 7200 3600 1209600 3600"
RRSIG = ("SOA 13 2 3600 20300101000000 20200101000000 7 " + ZONE +
         " " + "A" * 86 + "==")


def answer(question, owner=ZONE, soas=(SOA,), signed=True, flags=dns.flags.AA,
           rcode=0, asked=None, change=None):
    """The octets of an answer, good unless told otherwise."""
    reply = dns.message.make_response(question)
    reply.flags |= flags
    reply.set_rcode(rcode)
    if soas:
        reply.answer.append(dns.rrset.from_text(owner, 3600, "IN", "SOA",
                                                *soas))
        if signed:
            reply.answer.append(dns.rrset.from_text(owner, 3600, "IN",
                                                    "RRSIG", RRSIG))
    if asked is not None:
        reply.question = asked
    if change:
        change(reply)
    return reply.to_wire()
