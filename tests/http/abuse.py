# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody should send, and somebody will."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time

from rig import (PATIENCE, TOKENS, Rig, check, eventually, harness, read_all,
                 status_of, tests)

TESTS, test = tests()

VIEWER = f"Authorization: Bearer {TOKENS['viewer']}\r\n"
PUT = ("PUT /v1/zones/shop./candidate HTTP/1.1\r\nHost: gate\r\n"
       f"Authorization: Bearer {TOKENS['submitter']}\r\n")


def get(target, *lines):
    return (f"GET {target} HTTP/1.1\r\nHost: gate\r\n{VIEWER}"
            + "".join(line + "\r\n" for line in lines)
            + "Connection: close\r\n\r\n").encode("latin-1")


def still_serves(rig):
    status, said = rig.json("GET", "/v1/zones", "viewer")
    check(status == 200, "it no longer serves:", status, said)


@test
def path_tricks_lead_nowhere():
    with Rig() as rig:
        (rig.state / "secret.json").write_text("secret")
        (rig.state / "reports" / "7.json").write_text("report")
        for target in (
                "/v1/candidates/../../secret", "/v1/candidates/../secret/report",
                "/v1/candidates/..%2f..%2fsecret/report",
                "/v1/candidates/%2e%2e/report", "/v1/candidates/7%00/report",
                "/v1/candidates/7%2fx/report", "/v1/candidates/07/report",
                "/v1/candidates/+7/report", "/v1/candidates/-7/report",
                "/v1/candidates/0x7/report", "/v1/candidates/7 /report",
                "/v1/candidates/7%20/report", "/v1/candidates/7;x/report",
                "/v1/candidates/9999999999999999999/report",
                "/v1/candidates//report", "/v1/candidates/7//report",
                "//v1/zones", "/v1//zones", "/v1/zones/", "/v1/zones//",
                "/v1/./zones", "/v1/zones/..", "/v1/zones/.",
                "/v1/zones/%2e", "/v1/zones/%2E%2e/zones", "/v1/zones/%00",
                "/v1/zones/shop.%00", "/v1/zones/shop%", "/v1/zones/shop%4",
                "/v1/zones/shop%zz", "/v1/zones/sh%0dop", "/v1/zones/%c3%a9",
                "/v1/zones/\xe9", "/v1/zones/%5c", "/v1/zones/a%2fb",
                "/%76%31/zones/..", "/V1/zones", "/v1/Zones", "/etc/passwd",
                "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                "/v1/zones/" + "a" * 1500, "/v1/zones/" + "%61" * 1100,
                "/v1/zones#x", "/v1/zones?limit=1#x/../..",
                "/v1/zones/shop./candidates/../../../x", "/v1/zones/shop.%2f",
                "v1/zones", "*", "http://gate", "ftp://gate/v1/zones",
                "/\\v1\\zones", "/v1\\zones", "/.", "/..", "/?../..x/..%2f"):
            with rig.raw(get(target)) as connection:
                said = read_all(connection)
            wanted = (200,) if target.startswith("/?") else (0, 400, 404)
            check(status_of(said) in wanted, target, said[:100])
            check(b"secret" not in said and b"root:" not in said, said)
        for target in ("http://gate/v1/zones", "https://x:1/v1/zones"):
            with rig.raw(get(target)) as connection:
                said = read_all(connection)
            check(status_of(said) == 200, "absolute form", target, said[:100])
        still_serves(rig)


@test
def request_lines_that_are_none_are_refused():
    with Rig() as rig:
        for octets in (
                b"\r\n\r\n", b"\n\n\n\n", b"GET\r\n\r\n", b"GET /\r\n\r\n",
                b"GET / HTTP/9.9\r\n\r\n", b"GET /v1/zones\x00 HTTP/1.1\r\n"
                b"Host: x\r\n\r\n", b"\x00" * 200 + b"\r\n\r\n",
                b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n",
                b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\n"
                b"SM\r\n\r\n", b"\xff" * 5000, b"GET  /  HTTP/1.1\r\n\r\n",
                b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
                b"G" * 100_000):
            with rig.raw() as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(octets)
                    connection.shutdown(socket.SHUT_WR)
                said = read_all(connection)
            check(status_of(said) != 200 and b" 2" not in said[:12],
                  octets[:40], said[:80])
        still_serves(rig)


@test
def framing_that_two_could_read_in_two_ways_is_refused():
    with Rig() as rig:
        for lines in (
                ("Content-Length: 4", "Transfer-Encoding: chunked"),
                ("Content-Length: 4", "Content-Length: 4"),
                ("Content-Length: 4", "Content-Length: 9"),
                ("Content-Length: 4, 4",), ("Content-Length: +4",),
                ("Content-Length: 0x4",), ("Content-Length: -4",),
                ("Transfer-Encoding: gzip, chunked",),
                ("Transfer-Encoding: identity",),
                ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
                ("Content-Length: 4", "Host: other"),
                ("Content-Length: 4", f"Authorization: Bearer {TOKENS['operator']}"),
                ("Content-Length: 4", "Content-Encoding: gzip",
                 "Content-Encoding: zstd")):
            octets = PUT + "".join(line + "\r\n" for line in lines) + "\r\n"
            with rig.raw(octets.encode() + b"zone") as connection:
                connection.shutdown(socket.SHUT_WR)
                said = read_all(connection)
            check(status_of(said) in (0, 400, 413), lines, said[:100])
            eventually(lambda: rig.parts() == [], "the file is removed")
        check(rig.daemon.taken == [], rig.daemon.taken)


@test
def content_of_a_refused_request_is_no_request():
    with Rig() as rig:
        inner = get("/v1/zones").decode()
        for method in ("GET", "PUT", "POST", "DELETE"):
            octets = (f"{method} /nothere HTTP/1.1\r\nHost: x\r\n"
                      f"Content-Length: {len(inner)}\r\n\r\n{inner}")
            with rig.raw(octets.encode()) as connection:
                connection.shutdown(socket.SHUT_WR)
                said = read_all(connection)
            check(said.count(b"HTTP/1.1 ") == 1, method, said)
            check(status_of(said) == 404, method, said)


@test
def huge_headers_are_refused():
    with Rig() as rig:
        for lines in ((f"X-A: {'x' * 20_000}",),
                      tuple(f"X-{n}: {'x' * 100}" for n in range(300)),
                      tuple(f"X-{n}:" for n in range(5000)),
                      (f"X-A: {'x' * 5_000_000}",)):
            with rig.raw() as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(get("/v1/zones", *lines))
                    connection.shutdown(socket.SHUT_WR)
                said = read_all(connection)
            check(status_of(said) in (0, 413, 431), said[:100])
        for target in ("/v1/zones?" + "x" * 5000, "/" + "x" * 5000,
                       "/" + "x" * 500_000):
            with rig.raw() as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(get(target))
                    connection.shutdown(socket.SHUT_WR)
                said = read_all(connection)
            check(status_of(said) in (0, 414, 431), said[:100])
        still_serves(rig)


@test
def a_header_that_never_ends_has_a_deadline():
    with Rig(limits={"header_timeout_s": 2, "idle_timeout_s": 60}) as rig:
        silent = rig.raw()
        slow = rig.raw(b"GET /v1/zones HTTP/1.1\r\nHost: x\r\n")
        start = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - start < PATIENCE:
                slow.sendall(b"X-A: b\r\n")
                slow.settimeout(0.2)
                with contextlib.suppress(TimeoutError):
                    if not slow.recv(1):
                        break
                    break
        took = time.monotonic() - start
        check(1.5 < took < PATIENCE / 2, "it ended after", took)
        check(read_all(silent) == b"", "the silent one too")
        # As does the time between two requests on one connection.
        kept = rig.raw(get("/healthz").replace(b"Connection: close\r\n", b""))
        kept.settimeout(PATIENCE)
        check(read_all(kept).count(b"HTTP/1.1 ") == 1, "one answer")
        for connection in (silent, slow, kept):
            connection.close()
        still_serves(rig)


@test
def content_that_trickles_is_given_up():
    with Rig(limits={"idle_timeout_s": 2, "upload_rate_min": 1000}) as rig:
        with rig.raw((PUT + "Content-Length: 100000\r\n\r\n").encode()) as one:
            start = time.monotonic()
            one.settimeout(0.2)
            said = b""
            while time.monotonic() - start < PATIENCE:
                try:
                    one.sendall(b"x")
                    said = one.recv(1000)
                    break
                except TimeoutError:
                    continue
                except OSError:
                    break
            check(time.monotonic() - start < PATIENCE / 2, "too late")
            check(status_of(said) in (0, 408), said)
        eventually(lambda: rig.parts() == [], "the file is removed")
        # Fast enough for longer than one window.
        sent = [b"x" * 2000] * 20

        def slowly():
            for piece in sent:
                time.sleep(0.25)
                yield piece
        status, said = rig.put(body=slowly())
        check(status == 202, status, said)


@test
def whoever_does_not_read_is_given_up():
    with Rig(limits={"idle_timeout_s": 1}) as rig:
        (rig.state / "reports" / "7.json").write_bytes(b"x" * 30_000_000)
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(PATIENCE)
            one.connect(rig.address)
            one.sendall(get("/v1/candidates/7/report"))
            check(one.recv(4) == b"HTTP", "it began")
            descriptors = f"/proc/{rig.process.pid}/fd"

            def closed():
                for fd in os.listdir(descriptors):
                    # Some are gone before they are looked at.
                    with contextlib.suppress(FileNotFoundError):
                        if "7.json" in os.readlink(f"{descriptors}/{fd}"):
                            return False
                return True
            eventually(closed, "the report is closed")
        still_serves(rig)


@test
def connections_are_bounded():
    with Rig(limits={"connections": 8, "connections_per_ip": 4}) as rig:
        held = [rig.raw(b"GET / HT") for _ in range(4)]
        for connection in held:
            connection.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                check(connection.recv(1) != b"", "the first four are kept")
        with rig.raw(get("/healthz")) as fifth:
            check(status_of(read_all(fifth)) == 0, "the fifth is not")

        def from_elsewhere(number):
            one = socket.create_connection(
                rig.address, PATIENCE, source_address=(f"127.0.0.{number}", 0))
            one.sendall(get("/healthz"))
            with one:
                return status_of(read_all(one))
        check(from_elsewhere(2) == 200, "from elsewhere there is room")
        held.pop().close()
        eventually(lambda: from_elsewhere(1) == 200, "room again")
        for connection in held:
            connection.close()


@test
def many_at_once_and_thousands_in_a_row_are_served():
    with Rig() as rig:
        for _ in range(100):
            batch = [rig.raw(get("/healthz")) for _ in range(20)]
            for connection in batch:
                with connection:
                    check(status_of(read_all(connection)) == 200, "served")
        descriptors = f"/proc/{rig.process.pid}/fd"
        eventually(lambda: len(os.listdir(descriptors)) < 30,
                   "descriptors are closed")


@test
def noise_is_no_harm():
    chance = random.Random(3)
    seeds = (get("/v1/zones"), (PUT + "Content-Length: 4\r\n\r\nzone").encode(),
             (PUT + "Transfer-Encoding: chunked\r\n\r\n4\r\nzone\r\n0\r\n\r\n")
             .encode())
    with Rig() as rig:
        for _ in range(600):
            octets = bytearray(chance.choice(seeds))
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(octets))
                how = chance.randrange(3)
                if how == 0:
                    octets[at] = chance.randrange(256)
                elif how == 1:
                    del octets[at:at + chance.randint(1, 20)]
                else:
                    octets[at:at] = bytes([chance.randrange(256)])
                if not octets:
                    break
            with rig.raw() as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(octets)
                    connection.shutdown(socket.SHUT_WR)
                read_all(connection)
        still_serves(rig)
        eventually(lambda: rig.parts() == [], "files are removed")


@test
def it_ends_with_the_daemon():
    rig = Rig()
    with rig:
        stream = rig.raw(get("/v1/events"))
        upload = rig.raw((PUT + "Content-Length: 100\r\n\r\n").encode())
        os.close(rig.pipe)
        check(rig.process.wait(PATIENCE) == 0, "with status 0")
        read_all(stream)
        stream.close()
        upload.close()


@test
def settings_that_are_wrong_are_refused():
    program = harness.build_folder() / "zonegate-http"
    rig = Rig()
    with rig:
        good = rig.settings
    for change in ({"schema": "x"}, {"listen": []}, {"listen": ["x"]},
                   {"listen": ["127.0.0.1"]}, {"listen": ["[::1:80"]},
                   {"listen": ["127.0.0.1:70000"]}, {"more": 1},
                   {"limits": {}}, {"tokens": [{"name": "x"}]},
                   {"tokens": None}, {"upload": "/nonexistent"},
                   {"waived": ["all"]},
                   {"tls": {"certificate": "/nonexistent", "key": "/x"}}):
        with rig_folders(rig):
            theirs, ours = os.pipe()
            os.write(ours, rig_text({**good, **change}))
            os.close(ours)
            done = subprocess.run(
                ["/bin/bash", "-c", f'exec "$0" 3<&{theirs}', program],
                pass_fds=(theirs,), capture_output=True, text=True,
                timeout=PATIENCE)
            os.close(theirs)
        check(done.returncode == 3, change, done)
        check(done.stderr.startswith("zonegate-http: "), done.stderr)
        check(done.stdout == "", done.stdout)
    done = subprocess.run([program], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=PATIENCE)
    check(done.returncode == 3 and "zonegate serve" in done.stderr, done)


def rig_text(settings):
    import json
    return json.dumps(settings).encode() + b"\n"


@contextlib.contextmanager
def rig_folders(rig):
    """The directories that the settings name."""
    for folder in ("upload", "reports"):
        (rig.state / folder).mkdir(parents=True, exist_ok=True)
    yield
    import shutil
    shutil.rmtree(rig.state)


@test
def rights_are_given_up():
    with Rig() as rig:
        status = open(f"/proc/{rig.process.pid}/status").read()
        check("NoNewPrivs:\t1" in status, status)
        limits = open(f"/proc/{rig.process.pid}/limits").read()
        core = [line for line in limits.splitlines()
                if line.startswith("Max core")][0]
        check(core.split()[4:6] == ["0", "0"], core)
        if "Seccomp:\t2" not in status:
            libraries = open(f"/proc/{rig.process.pid}/maps").read()
            check("libasan" in libraries or "san" in str(
                harness.build_folder()), "no seccomp")
        rig.process.send_signal(signal.SIGHUP)
        still_serves(rig)
