# SPDX-License-Identifier: GPL-3.0-or-later
"""A zonegate-http with a daemon that is played here: control.h over a Unix
socket, with answers that a test can change."""

import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

for _folder in ("program", "page"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / _folder))

import harness  # noqa: E402
import schema  # noqa: E402
from harness import check  # noqa: E402,F401

# How long anything may take on a machine that is busy with other things.
PATIENCE = 60

TOKENS = {
    "viewer": "viewer-token-0123456789",
    "submitter": "submitter-token-0123456789",
    "other": "submitter-of-another-zone",
    "operator": "operator-token-0123456789==",
}


def tests():
    """A list, and a decorator that puts tests into it."""
    listed = []

    def test(function):
        listed.append(function)
        return function
    return listed, test


def sha256(octets):
    return hashlib.sha256(octets).hexdigest()


def accounts():
    """Rows of the settings for TOKENS."""
    zones = {"submitter": ["shop.", "."], "other": ["other."]}
    roles = {"other": "submitter"}
    return [{"name": name, "sha256": sha256(token.encode()),
             "role": roles.get(name, name), "zones": zones.get(name, [])}
            for name, token in TOKENS.items()]


def eventually(holds, what):
    """Waits until HOLDS() is true."""
    end = time.monotonic() + PATIENCE
    while not holds():
        check(time.monotonic() < end, "not in time:", what)
        time.sleep(0.02)


def zone(name, state="released"):
    return {"zone": name, "mode": "gate", "state": state, "level": "ok",
            "since": "2026-11-21T20:00:00Z", "text": f"{name} is fine",
            "until": None, "published": None, "open": None, "judging": None,
            "queued": 0, "counters": {}, "claims": 1, "disputes_total": 0,
            "durations": {"count": 0, "sum": 0, "buckets": []}}


def candidate(number, name="shop.", state="waiting", decision=None):
    return {"id": number, "zone": name, "serial": 2026112101, "state": state,
            "decision": decision, "reason": "", "report": False,
            "received_at": "2026-11-21T20:00:00Z", "via": "http"}


class Refusal(Exception):
    """What an operation of the daemon raises to answer "ok": false."""

    def __init__(self, code, message="no"):
        super().__init__(message)
        self.code = code


class Daemon:
    """Plays `zonegate serve' at STATE/run/http.sock."""

    def __init__(self, state):
        self.state = state
        self.lock = threading.Condition()
        self.zones = [zone("shop."), zone("other."), zone(".")]
        self.uploads = True
        self.candidates = {}
        self.events = []
        self.asked = []         # all questions
        self.taken = []         # (zone, octets) of what was submitted
        self.silent = False     # accepts, and says nothing
        self.refuse = {}        # op: Refusal
        self.garble = None      # octets instead of an answer
        self.connections = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.path = state / "run" / "http.sock"
        self.listener.bind(str(self.path))
        self.listener.listen(128)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError, ValueError), connection:
            for line in connection.makefile("rb"):
                question = json.loads(line)
                with self.lock:
                    self.asked.append(question)
                    self.lock.notify_all()
                if self.silent:
                    continue
                if self.garble is not None:
                    connection.sendall(self.garble)
                    continue
                connection.sendall(
                    json.dumps(self.answer(question)).encode() + b"\n")

    def answer(self, question):
        try:
            refusal = self.refuse.get(question["op"])
            if refusal:
                raise refusal
            return {"ok": True,
                    **getattr(self, "op_" + question["op"])(**{
                        key: value for key, value in question.items()
                        if key not in ("op",)})}
        except Refusal as why:
            return {"ok": False, "error": why.code, "message": str(why)}

    def close(self):
        self.listener.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def count(self, op):
        with self.lock:
            return sum(question["op"] == op for question in self.asked)

    def last(self, op):
        with self.lock:
            return [question for question in self.asked
                    if question["op"] == op][-1]

    # ---- operations ----

    def known(self, number):
        if number not in self.candidates:
            raise Refusal("not-found", "no such candidate")
        return self.candidates[number]

    def op_status(self, **_):
        return {"status": {
            "schema": "zonegate-status-1", "version": "0.1.0",
            "at": "2026-11-21T23:00:00Z", "started": "2026-11-21T20:00:00Z",
            "level": "ok", "alarms": [], "zones": self.zones,
            "gate": {"state": "ok", "why": None, "queue": 0, "running": 0,
                     "max_parallel": 2, "disk_free": 1 << 30, "reserve": True,
                     "uploads": self.uploads, "ledger": "ok", "http": True,
                     "notify": True}}}

    def op_candidates(self, zone, limit, before=None, **_):
        rows = [row for number, row in sorted(self.candidates.items(),
                                              reverse=True)
                if row["zone"] == zone and (not before or number < before)]
        return {"candidates": rows[:limit]}

    def op_candidate(self, id, **_):
        return {"candidate": self.known(id)}

    def op_submit(self, zone, file, actor, **more):
        if more["as"]["token"] not in (None, TOKENS["submitter"],
                                       TOKENS["other"]):
            raise Refusal("forbidden", "this token may not")
        path = self.state / "upload" / file
        if "/" in file or not path.is_file():
            raise Refusal("bad-request", "no such upload")
        octets = path.read_bytes()
        path.unlink()
        with self.lock:
            self.taken.append((zone, octets))
            number = len(self.candidates) + 1
            self.candidates[number] = candidate(number, zone)
            self.lock.notify_all()
        return {"candidate": self.candidates[number], "known": False}

    def op_wait(self, id, seconds, **_):
        end = time.monotonic() + seconds
        with self.lock:
            while (self.known(id)["decision"] is None
                   and time.monotonic() < end):
                self.lock.wait(max(0, end - time.monotonic()))
            return {"candidate": self.known(id)}

    def decide(self, number, decision, state):
        with self.lock:
            self.candidates[number] = {**self.candidates[number],
                                       "decision": decision, "state": state}
            self.lock.notify_all()

    def operator(self, caller):
        """As the daemon does: the token counts, not what http says of it."""
        if caller.get("token") != TOKENS["operator"]:
            raise Refusal("forbidden", "this token may not")

    def op_approve(self, reason, id=None, zone=None, fingerprint=None,
                   until=None, break_glass=False, **more):
        self.operator(more["as"])
        needs = {"persons": 2 if break_glass else 1, "have": 1,
                 "break_glass": break_glass}
        return {"candidate": self.known(id) if id else None,
                "released": not break_glass, "needs": needs}

    def op_discard(self, id, reason, **more):
        self.operator(more["as"])
        return {"candidate": {**self.known(id), "state": "discarded"}}

    def op_events(self, after, limit, **_):
        head = self.events[-1]["seq"] if self.events else 0
        return {"events": [event for event in self.events
                           if event["seq"] > after][:limit], "head": head}

    def event(self, kind):
        self.events.append({"seq": len(self.events) + 1, "type": kind,
                            "time": "2026-11-21T23:00:00Z",
                            "text": "line\nline"})


LIMITS = {"connections": 64, "connections_per_ip": 64, "header_timeout_s": 30,
          "idle_timeout_s": 30, "upload_bytes_max": 1 << 20,
          "upload_total_max": 1 << 22, "upload_rate_min": 1}


OPENAPI = json.loads(
    (harness.ROOT / "gate" / "http" / "openapi.json").read_text())
# What any request may get before it is known what it wants.
ANYWHERE = {400, 405, 413, 414, 421, 431}


def is_as_documented(method, target, status, kind, text):
    """Fails unless openapi.json says that METHOD on TARGET may get STATUS
    with content of KIND like TEXT."""
    path = target.partition("?")[0]
    method = "get" if method == "HEAD" else method.lower()
    for pattern, operations in OPENAPI["paths"].items():
        expression = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern))
        if not re.fullmatch(expression, path) or method not in operations:
            continue
        answer = operations[method]["responses"].get(str(status))
        if answer is None:
            check(status in ANYWHERE, "undocumented", method, path, status)
            return
        if "$ref" in answer:
            answer = schema.resolve(OPENAPI, answer["$ref"])
        content = answer.get("content", {}).get(kind.partition(";")[0])
        check(content is not None, "undocumented", method, path, status, kind)
        if kind == "application/json" and text and "schema" in content:
            found = schema.faults(OPENAPI, content["schema"],
                                  json.loads(text))
            check(not found, method, path, status, found)


class Rig:
    """A daemon, and a zonegate-http that talks to it.  SETTINGS replace what
    the settings would be, those in "limits" one by one; CREDENTIALS=False is
    without tokens."""

    def __init__(self, credentials=True, tls=None, listen=("127.0.0.1:0",),
                 **settings):
        # A socket's path is short.
        self.state = Path(tempfile.mkdtemp(prefix="zg-", dir="/tmp"))
        for folder in ("run", "upload", "reports"):
            (self.state / folder).mkdir()
        self.tls = tls
        self.daemon = Daemon(self.state)
        self.settings = {
            "schema": "zonegate-http-settings-1",
            "socket": str(self.daemon.path),
            "upload": str(self.state / "upload"),
            "reports": str(self.state / "reports"),
            "listen": list(listen), "tls": tls and tls.settings,
            "waived": [], "tokens": accounts() if credentials else [],
            "clients": [], **settings,
            "limits": {**LIMITS, **settings.get("limits", {})}}
        self.process = None
        self.lines = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        """Starts zonegate-http and waits until it listens."""
        theirs, self.pipe = os.pipe()
        program = harness.build_folder() / "zonegate-http"
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", f'exec "$0" 3<&{theirs}', program],
            pass_fds=(theirs,), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        os.close(theirs)
        os.write(self.pipe, json.dumps(self.settings).encode() + b"\n")
        self.addresses = []
        for line in self.process.stdout:
            if line == "ready\n":
                break
            address = line.removeprefix("listening ").strip()
            host, _, port = address.rpartition(":")
            self.addresses.append((host.strip("[]"), int(port)))
        else:
            raise harness.Failed("it did not start:",
                                 self.process.stderr.read())
        self.address = self.addresses[0]

    def __exit__(self, *_):
        if self.process:
            with contextlib.suppress(OSError):
                os.close(self.pipe)
            try:
                status = self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                status = "no end"
            errors = self.process.stderr.read()
            self.process.stdout.close()
            self.process.stderr.close()
        else:
            status, errors = 0, ""
        self.daemon.close()
        shutil.rmtree(self.state, ignore_errors=True)
        # A crash is a failure whatever the test saw.
        if not _[0:1] or _[0] is None:
            check(status == 0, f"zonegate-http ended with {status}:",
                          errors)
            check("Sanitizer" not in errors, errors)

    # ---- asking ----

    def connection(self, client=None, timeout=PATIENCE):
        if self.tls:
            return http.client.HTTPSConnection(
                *self.address, timeout=timeout,
                context=self.tls.context(client))
        return http.client.HTTPConnection(*self.address, timeout=timeout)

    def ask(self, method, target, who=None, body=None, client=None, **headers):
        """Status, headers and content.  WHO is a key of TOKENS or a token."""
        connection = self.connection(client)
        headers = {name.replace("_", "-"): value
                   for name, value in headers.items()}
        if who:
            headers["Authorization"] = "Bearer " + TOKENS.get(who, who)
        try:
            # An answer may come before all of the content is out.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            is_as_documented(method, target, answer.status,
                             answer.headers["Content-Type"], text)
            return answer.status, answer.headers, text
        finally:
            connection.close()

    def json(self, method, target, who=None, body=None, **headers):
        """Status and what the JSON says."""
        status, about, text = self.ask(method, target, who, body, **headers)
        check(about["Content-Type"] == "application/json",
                      about["Content-Type"], text)
        return status, json.loads(text)

    def post(self, target, who, document):
        return self.json("POST", target, who, json.dumps(document),
                         Content_Type="application/json")

    def put(self, zone="shop.", body=b"zone", who="submitter", **headers):
        return self.json("PUT", f"/v1/zones/{zone}/candidate", who, body,
                         **headers)

    def raw(self, octets=b"", timeout=PATIENCE):
        """A connection on which OCTETS have been sent."""
        plain = socket.create_connection(self.address, timeout=timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.sendall(octets)
        return plain

    def parts(self):
        return list((self.state / "upload").iterdir())


def read_all(connection):
    """Everything until the other end closes."""
    octets = b""
    with contextlib.suppress(ConnectionResetError):
        while True:
            got = connection.recv(65536)
            if not got:
                break
            octets += got
    return octets


def status_of(octets):
    """The status of a raw answer; 0 if there is none."""
    return int(octets.split(b" ", 2)[1]) if octets.startswith(b"HTTP/1.1 ") \
        else 0


class Tls:
    """A CA, a server's certificate, and clients' of this and another CA."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="zg-tls-"))
        for ca in ("ca", "stranger"):
            self.openssl("req", "-x509", "-subj", f"/CN={ca}", "-keyout",
                         f"{ca}.key", "-out", f"{ca}.pem", "-days", "30")
        self.make("server", "ca", "subjectAltName=IP:127.0.0.1")
        for name in ("signer", "unlisted", "chief"):
            self.make(name, "ca", "extendedKeyUsage=clientAuth")
        self.make("wrong-use", "ca", "extendedKeyUsage=serverAuth")
        self.make("forged", "stranger", "extendedKeyUsage=clientAuth")
        self.settings = {"certificate": str(self.folder / "server.pem"),
                         "key": str(self.folder / "server.key"),
                         "client_ca": str(self.folder / "ca.pem")}

    def openssl(self, *words):
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes") if words[0] == "req" else ()
        subprocess.run(["openssl", *words, *key], cwd=self.folder, check=True,
                       capture_output=True)

    def make(self, name, ca, extension):
        (self.folder / f"{name}.ext").write_text(extension + "\n")
        self.openssl("req", "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                     "-out", f"{name}.csr")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem",
                     "-CAkey", f"{ca}.key", "-CAcreateserial", "-days", "30",
                     "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def fingerprint(self, name):
        pem = (self.folder / f"{name}.pem").read_text()
        return sha256(ssl.PEM_cert_to_DER_cert(pem))

    def context(self, client=None):
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        if client:
            context.load_cert_chain(self.folder / f"{client}.pem",
                                    self.folder / f"{client}.key")
        return context

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
