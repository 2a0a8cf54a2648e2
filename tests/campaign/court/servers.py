# SPDX-License-Identifier: GPL-3.0-or-later
"""Real nameservers on loopback, each with several versions of one zone."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import dns.message

PATIENCE = 60
TRIES = 3
PATH = os.environ.get("PATH", "") + ":/usr/sbin"


class DoesNotStart(Exception):
    pass


@dataclass(frozen=True)
class Served:
    """Where a version of the zone answers: ask from SOURCE."""
    address: str
    port: int
    apex: str
    source: str = ""


def is_there(kind):
    return bool(shutil.which(PROGRAMS[kind], path=PATH))


def free_port():
    """A port that nobody has, and that the kernel hands to nobody."""
    while True:
        port = random.randrange(10000, 32000)
        with contextlib.suppress(OSError), socket.socket() as tcp, \
                socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def serving(kind, apex, zones, folder):
    """The versions in ZONES, each the octets of a file: a list of Served, or
    of None where the server does not start with it."""
    files = []
    for number, octets in enumerate(zones):
        path = Path(folder) / f"court-{number}"
        path.write_bytes(octets)
        files.append(path)
    running = []
    try:
        yield START[kind](apex, files, Path(folder), running)
    finally:
        for process in running:
            # NSD is several.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for path in files:
            path.unlink()


def start(command, folder, running, apex, port, ready):
    """Starts a server and waits until it says, or shows, that it answers."""
    log = folder / f"log-{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, cwd=folder,
            start_new_session=True,
            env=dict(os.environ, PATH=PATH))
    running.append(process)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if ready(log, apex, port):
            log.unlink()
            return
        time.sleep(0.005)
    raise DoesNotStart(log.read_text(errors="replace")[-3000:])


def answers_at_all(_log, apex, port):
    query = dns.message.make_query(apex, "SOA").to_wire()
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.05)
        with contextlib.suppress(OSError):
            udp.connect(("127.0.0.1", port))
            udp.send(query)
            return bool(udp.recv(65535))
    return False


def start_each(make):
    """One process for each version of the zone."""
    def start_all(apex, files, folder, running):
        served = []
        for path in files:
            served.append(try_to_start(make, apex, path, folder, running))
        return served
    return start_all


def try_to_start(make, apex, path, folder, running):
    """Where the zone is served, or None: no zone may stop a server, and one
    that stops at another time did not do so because of the zone."""
    for _ in range(TRIES):
        port = free_port()
        with contextlib.suppress(DoesNotStart):
            start(make(apex, path, folder, port), folder, running, apex, port,
                  answers_at_all)
            return Served("127.0.0.1", port, apex)
    return None


def nsd(apex, path, folder, port):
    own = Path(tempfile.mkdtemp(prefix="nsd-", dir=folder))
    config = own / "conf"
    config.write_text(f"""
server:
    ip-address: 127.0.0.1@{port}
    server-count: 1
    username: ""
    chroot: ""
    database: ""
    zonesdir: "{own}"
    zonelistfile: "{own}/zone.list"
    pidfile: ""
    xfrdfile: "{own}/xfrd.state"
    xfrdir: "{own}"
    rrl-ratelimit: 0
    ipv4-edns-size: 4096
    minimal-responses: no
    refuse-any: no
remote-control:
    control-enable: no
zone:
    name: "{apex}"
    zonefile: "{path}"
""")
    return "nsd", "-d", "-c", config


def knot(apex, path, folder, port):
    own = Path(tempfile.mkdtemp(prefix="knot-", dir=folder))
    config = own / "conf"
    config.write_text(f"""
server:
    rundir: "{own}"
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    udp-max-payload: 4096
database:
    storage: "{own}"
log:
  - target: stderr
    any: error
zone:
  - domain: "{apex}"
    file: "{path}"
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
    semantic-checks: soft
""")
    return "knotd", "-c", config


def bind(apex, files, folder, running):
    """One process for all, told apart by who asks."""
    port = free_port()
    served = [Served("127.0.0.1", port, apex, f"127.0.1.{number + 1}")
              for number in range(len(files))]
    views = "".join(f"""
view "v{number}" {{
    match-clients {{ {each.source}; }};
    zone "{apex}" {{ type primary; file "{path}"; }};
}};
""" for number, (each, path) in enumerate(zip(served, files)))
    config = folder / f"named-{port}.conf"
    config.write_text(f"""
options {{
    directory "{folder}";
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    pid-file none;
    session-keyfile none;
    recursion no;
    notify no;
    dnssec-validation no;
    empty-zones-enable no;
    check-names primary ignore;
    check-integrity no;
    check-dup-records ignore;
    check-mx ignore;
    check-mx-cname ignore;
    check-srv-cname ignore;
    check-sibling no;
    check-wildcard no;
    edns-udp-size 4096;
    max-udp-size 4096;
    minimal-responses no;
    minimal-any no;
    rrset-order {{ order none; }};
}};
controls {{ }};
{views}
""")
    start(("named", "-g", "-n", "1", "-c", config), folder, running, apex,
          port, all_loaded)
    return served


def all_loaded(log, _apex, _port):
    return b"all zones loaded" in log.read_bytes()


START = {"nsd": start_each(nsd), "knot": start_each(knot), "bind": bind}
PROGRAMS = {"nsd": "nsd", "knot": "knotd", "bind": "named"}
KINDS = tuple(START)
