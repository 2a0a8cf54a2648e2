# SPDX-License-Identifier: GPL-3.0-or-later
"""A `zonegate serve' of the tree, in a directory of its own.

    with Gate('zone "shop." { anchor active { file = "shop.ds" } }') as gate:
        candidate = gate.submit("shop.", "shop.signed", wait=60)
        gate.eventually(lambda: gate.zone("shop.")["published"], "released")

The text is what follows the keys of TOP; relative paths in it begin in
gate.folder.  FAULT takes the programs with fault points, ENVIRONMENT is added
to what the daemon inherits.
"""

import atexit
import base64
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "program"))

import harness  # noqa: E402
from harness import check  # noqa: E402

# How long anything may take on a machine that is busy with other things.
PATIENCE = 90

# What suits a test; None leaves a key out.
TOP = {
    "syslog": "false",
    "clock_holdover": "0s",
    "watch_interval": "1s",
    "scan_interval": "2s",
    "disk_reserve": "1M",
}
HTTP = 'http { listen = {"127.0.0.1:0"} }\n'
NO_HTTP = "http { enabled = false }\n"

RUNNING = set()


class Refused(Exception):
    """An answer of the daemon that says "ok": false."""

    def __init__(self, answer):
        super().__init__(f"{answer.get('error')}: {answer.get('message')}")
        self.code = answer.get("error")


def eventually(holds, what, patience=PATIENCE, every=0.05):
    """Waits until HOLDS() is true, and returns it.  WHAT is for people, or is
    called for words."""
    end = time.monotonic() + patience
    while not (got := holds()):
        check(time.monotonic() < end, "not in time:",
              what() if callable(what) else what)
        time.sleep(every)
    return got


def file_name(zone):
    """The zone's name in spool and outbox; for plain names."""
    return zone.rstrip(".").lower() or "@"


class Gate:
    def __init__(self, text, *, folder=None, state=None, fault=False,
                 environment=None, http=HTTP, top=None):
        """HTTP is the text of that section, or "" if TEXT has it."""
        # Paths of sockets are short.
        self.made = folder is None
        self.folder = Path(folder or tempfile.mkdtemp(prefix="zg-"))
        self.state = Path(state or self.folder / "state")
        build = harness.build_folder()
        self.program = str(build / "fault/zonegate" if fault
                           else build / "zonegate")
        self.environment = environment or {}
        self.top = {"state": f'"{self.state}"', **TOP, **(top or {})}
        self.http = http
        self.config = self.folder / "zonegate.conf"
        self.process = None
        self.left_with = None     # how it ended
        self.begun = 0          # where this run begins in the output
        self.configure(text)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *error):
        ran = self.process is not None
        said = self.close()
        if error[0] is None:
            check(not ran or self.left_with == 0, "exit status", self.left_with,
                  said)
            check("Sanitizer" not in said and ": runtime error: " not in said,
                  said)

    # ---- the process ----

    def configure(self, text):
        """Writes the configuration; the daemon is not told."""
        keys = "".join(f"{key} = {value}\n"
                       for key, value in self.top.items() if value is not None)
        self.config.write_text(keys + self.http + text + "\n")

    def spawn(self):
        """Starts the daemon and waits for nothing."""
        check(self.process is None, "it runs already")
        with open(self.folder / "output", "ab") as output:
            self.begun = output.tell()
            self.process = subprocess.Popen(
                [self.program, "serve", "--config", str(self.config)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **self.environment})
        RUNNING.add(self)
        return self

    def start(self):
        """Starts the daemon and waits until it answers."""
        self.spawn()
        eventually(self.answers, lambda: "the daemon: " + self.output())
        return self

    def answers(self):
        check(self.is_alive(), "the daemon ended:", self.output())
        try:
            return self.ask("ping")["pid"] == self.process.pid
        except (OSError, ValueError):
            return False

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def ended(self, patience=PATIENCE):
        """Waits for its end; the exit status, negative for a signal."""
        self.left_with = self.process.wait(patience)
        self.process = None
        RUNNING.discard(self)
        return self.left_with

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.ended()

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.ended()

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        """Ends it; all that it wrote."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self.is_alive():
                    self.signal(signal.SIGTERM)
                self.ended(20)
        if self.process is not None:
            self.kill()
        said = self.output(all_runs=True)
        if self.made:
            shutil.rmtree(self.folder, ignore_errors=True)
        return said

    def output(self, all_runs=False):
        """What the daemon wrote to stdout and stderr."""
        path = self.folder / "output"
        octets = path.read_bytes() if path.exists() else b""
        return octets[0 if all_runs else self.begun:].decode(errors="replace")

    # ---- the control socket ----

    def ask(self, op, *, fd=None, patience=PATIENCE, **members):
        """The answer; Refused if it says no."""
        question = json.dumps({"op": op, **members}).encode() + b"\n"
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(patience)
            connection.connect(str(self.state / "run/control.sock"))
            socket.send_fds(connection, [question],
                            [] if fd is None else [fd])
            with connection.makefile("rb") as answers:
                answer = json.loads(answers.readline())
        if not answer["ok"]:
            raise Refused(answer)
        return answer

    def status(self):
        return self.ask("status")["status"]

    def zone(self, name):
        """The zone's part of the status."""
        return next(zone for zone in self.status()["zones"]
                    if zone["zone"] == name)

    def serial(self, name):
        """What is published; None: nothing."""
        published = self.zone(name)["published"]
        return published and published["serial"]

    def alarms(self, kind=None, zone=None):
        return [alarm for alarm in self.status()["alarms"]
                if kind in (None, alarm["kind"])
                and zone in (None, alarm["zone"])]

    def candidate(self, number):
        return self.ask("candidate", id=number)["candidate"]

    def candidates(self, zone):
        """Newest first."""
        return self.ask("candidates", zone=zone)["candidates"]

    def holds(self):
        return self.ask("holds")["candidates"]

    def submit(self, zone, file, wait=0):
        """Hands FILE in; the candidate, after at most WAIT seconds decided."""
        with open(file, "rb") as octets:
            candidate = self.ask("submit", zone=zone,
                                 fd=octets.fileno())["candidate"]
        return self.wait(candidate["id"], wait) if wait else candidate

    def wait(self, number, seconds=PATIENCE):
        """The candidate once it is decided, or SECONDS are over."""
        return self.ask("wait", id=number, seconds=seconds,
                        patience=seconds + PATIENCE)["candidate"]

    def wait_state(self, number, *states):
        """The candidate once it is in one of STATES."""
        def arrived():
            candidate = self.candidate(number)
            return candidate if candidate["state"] in states else None
        return eventually(arrived, lambda: f"{states}: "
                          f"{self.candidate(number)}\n{self.output()}")

    def release(self, zone, file):
        """Hands in what must be released; the candidate."""
        candidate = self.submit(zone, file, wait=PATIENCE)
        return self.wait_state(candidate["id"], "released", "replaced")

    def approve(self, number, reason="a test says so", break_glass=False):
        return self.ask("approve", id=number, reason=reason,
                        break_glass=break_glass)

    # ---- the command line ----

    def run(self, command, *arguments, **more):
        """`zonegate COMMAND --config ...'; a CompletedProcess with text."""
        return subprocess.run(
            [self.program, command, "--config", str(self.config),
             *map(str, arguments)], capture_output=True, text=True,
            timeout=PATIENCE * 4, check=False,
            env={**os.environ, **self.environment}, **more)

    # ---- files ----

    def spool(self, zone, file, name="zone"):
        """Puts FILE into the spool as a signer should."""
        folder = self.state / "spool" / file_name(zone)
        hidden = folder / f".{name}"
        shutil.copyfile(file, hidden)
        hidden.rename(folder / name)

    def outbox(self, zone):
        return self.state / "outbox" / f"{file_name(zone)}.zone"

    def manifest(self, zone):
        """What the manifest says; its signature is not looked at."""
        path = self.outbox(zone).with_suffix(".manifest")
        payload = json.loads(path.read_text())["payload"]
        return json.loads(base64.urlsafe_b64decode(
            payload + "=" * (-len(payload) % 4)))

    def log(self, kind=None):
        """Entries of the audit log, oldest first."""
        entries = []
        for path in sorted((self.state / "log").iterdir()):
            for line in path.read_text().splitlines():
                with contextlib.suppress(ValueError):
                    entries.append(json.loads(line))
        return [entry for entry in entries if kind in (None, entry["type"])]

    # ---- HTTP ----

    def address(self):
        """(host, port) of zonegate-http, once it listens."""
        def said():
            check(self.is_alive(), "the daemon ended:", self.output())
            lines = [line.split()[-1] for line in self.output().splitlines()
                     if line.startswith("zonegate-http: listening ")]
            return lines[-1] if lines else None
        host, _, port = eventually(said, "an address of zonegate-http") \
            .rpartition(":")
        return host.strip("[]"), int(port)

    def url(self):
        host, port = self.address()
        return f"http://{host}:{port}"

    def http_ask(self, method, target, token=None, body=None, headers=None,
                 patience=PATIENCE):
        """Status, headers and content of the answer."""
        connection = http.client.HTTPConnection(*self.address(),
                                                timeout=patience)
        given = dict(headers or {})
        if token:
            given["Authorization"] = "Bearer " + token
        with contextlib.closing(connection):
            connection.request(method, target, body=body, headers=given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def http_json(self, method, target, token=None, document=None,
                  **more):
        """Status and the JSON of the answer."""
        if document is not None:
            more = {**more, "body": json.dumps(document),
                    "headers": {"Content-Type": "application/json"}}
        status, _, text = self.http_ask(method, target, token, **more)
        return status, json.loads(text)

    def eventually(self, holds, what):
        """As the function, and shows what the daemon wrote."""
        return eventually(holds, lambda: f"{what}\n{self.output()}")


@atexit.register
def end_them_all():
    for gate in list(RUNNING):
        with contextlib.suppress(ProcessLookupError):
            gate.process.kill()
