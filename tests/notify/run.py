#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate-notify against receivers on loopback, good and bad ones, and
zonegate-probe against nameservers of either kind."""

import base64
import hashlib
import hmac
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "program"))

import harness  # noqa: E402
from harness import check  # noqa: E402

import bad_receiver_tests  # noqa: E402
import contrib_tests  # noqa: E402
import line_tests  # noqa: E402
import probe_tests  # noqa: E402
import servers  # noqa: E402
import tls_tests  # noqa: E402
from bad_receiver_tests import CHUNKED  # noqa: E402
from notify import FOLDER, HERE, file_of, is_refused  # noqa: E402
from servers import LONG, Notify, Odd, Receiver  # noqa: E402

SUITE = harness.Suite()

# ---- what goes well ----------------------------------------------------------

@SUITE.test
def webhook_arrives():
    with Receiver(status=204) as receiver, Notify() as notify:
        notify.webhook(7, receiver.url)
        answer = notify.answer(7)
        check(answer["ok"] and answer["status"] == 204 and
              answer["error"] == "" and answer["seconds"] < LONG, answer)
        method, path, headers, body = receiver.request()
        check((method, path, body) ==
              ("POST", "/hook?a=b", b'{"number": 7}'), method, path, body)
        check(headers.get_all("Content-Type") == ["application/json"] and
              "X-Zonegate-Signature" not in headers and
              "Authorization" not in headers and
              headers["User-Agent"].startswith("zonegate/"), headers)


@SUITE.test
def heartbeat_is_a_plain_get():
    with Receiver() as receiver, Notify() as notify:
        notify.send(id=1, kind="heartbeat", method="GET", url=receiver.url)
        check(notify.answer(1)["ok"], notify.answers)
        method, _, headers, body = receiver.request()
        check(method == "GET" and not body and
              "Content-Type" not in headers, method, headers)


@SUITE.test
def members_that_are_null_are_not_there():
    with Receiver() as receiver, Notify() as notify:
        notify.webhook(1, receiver.url, secret_file=None, token_file=None,
                       ca=None, certificate=None, key=None, file=None,
                       sha256=None, headers=None)
        check(notify.answer(1)["ok"], notify.answers)
        check(receiver.request()[2]["Content-Type"] == "application/json")


@SUITE.test
def signature_is_that_of_an_independent_computation():
    secret = HERE / "secret"
    secret.write_bytes(b"not to be guessed \r\nsecond line\n")
    body = '{"text": "Umlaut \u00fc, quote \\", newline \\n"}'
    with Receiver() as receiver, Notify() as notify:
        before = int(time.time())
        notify.webhook(1, receiver.url, body=body, secret_file=str(secret))
        check(notify.answer(1)["ok"], notify.answers)
        _, _, headers, got = receiver.request()
        stamp = headers["X-Zonegate-Timestamp"]
        check(before <= int(stamp) <= time.time(), stamp)
        expected = hmac.new(b"not to be guessed", stamp.encode() + b"." + got,
                            hashlib.sha256).hexdigest()
        check(got == body.encode() and
              headers["X-Zonegate-Signature"] == "sha256=" + expected,
              headers)


# ---- pushes ------------------------------------------------------------------

def digest_header(sha256):
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


@SUITE.test
def push_sends_the_file_with_its_digest_and_the_token():
    path, sha256 = file_of("small.zone", b"$TTL 3600\n" * 1000)
    token = HERE / "token"
    token.write_text("very-secret\n")
    with Receiver(status=201) as receiver, Notify() as notify:
        notify.push(1, receiver.url, path, sha256, token_file=str(token),
                    headers=["Content-Type: text/dns", "X-Serial: 7"])
        check(notify.answer(1)["ok"], notify.answers)
        method, _, headers, body = receiver.request()
        check(method == "PUT" and body == path.read_bytes(), method)
        check(headers["Content-Digest"] == digest_header(sha256) and
              headers["Authorization"] == "Bearer very-secret" and
              headers["Content-Type"] == "text/dns" and
              headers["X-Serial"] == "7", headers)


@SUITE.test
def large_push_asks_first_and_is_streamed():
    path, sha256 = file_of("large.zone", os.urandom(20 << 20))
    with Receiver() as receiver, Notify() as notify:
        notify.push(1, receiver.url, path, sha256)
        check(notify.answer(1)["ok"], notify.answers)
        check(receiver.request()[0] == "EXPECT")
        check(hashlib.sha256(receiver.request()[3]).hexdigest() == sha256)


@SUITE.test
def push_refused_before_its_body_is_refused():
    path, sha256 = file_of("unwanted.zone", bytes(4 << 20))
    with Receiver(refuse=True) as receiver, Notify() as notify:
        notify.push(1, receiver.url, path, sha256)
        is_refused(notify.answer(1), 413)


@SUITE.test
def receiver_that_does_not_know_expect_gets_the_file():
    """One that never says 100 is sent the file after a while."""
    octets = bytes(2 << 20)
    path, sha256 = file_of("expect.zone", octets)

    def act(_, connection):
        got = 0
        while got < len(octets):
            got += len(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    with Odd(act) as receiver, Notify() as notify:
        notify.push(1, receiver.url, path, sha256)
        check(notify.answer(1)["ok"], notify.answers)


@SUITE.test
def empty_file_is_pushed():
    path, sha256 = file_of("empty.zone", b"")
    with Receiver() as receiver, Notify() as notify:
        notify.push(1, receiver.url, path, sha256)
        check(notify.answer(1)["ok"], notify.answers)
        check(receiver.request()[3] == b"")


def changed_file_is_never_sent_whole(octets):
    path, _ = file_of(f"changed-{len(octets)}.zone", octets)
    with Receiver() as receiver, Notify() as notify:
        notify.push(1, receiver.url, path,
                    hashlib.sha256(b"other").hexdigest())
        is_refused(notify.answer(1))
        with receiver.requests.mutex:
            whole = [request for request in receiver.requests.queue
                     if len(request[3]) == len(octets)
                     and request[0] == "PUT"]
        check(not whole, "it was sent")


for _size in (0, 10, 200000, 3 << 20):
    SUITE.add(f"changed file of {_size} octets is never sent whole",
              changed_file_is_never_sent_whole, bytes(_size))


@SUITE.test
def file_that_is_not_there_is_refused():
    with Receiver() as receiver, Notify() as notify:
        notify.push(1, receiver.url, HERE / "nowhere", "0" * 64)
        notify.push(2, receiver.url, HERE, "0" * 64)
        is_refused(notify.answer(1))
        is_refused(notify.answer(2))
        check(receiver.requests.empty())


@SUITE.test
def trailers_and_early_answers_do_not_disturb():
    with Odd(servers.say(b"HTTP/1.1 102 Processing\r\n\r\n" + CHUNKED +
                         b"1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n")) as odd, \
            Notify() as notify:
        notify.webhook(1, odd.url)
        check(notify.answer(1)["ok"], notify.answers)


# ---- what it may -------------------------------------------------------------

@SUITE.test
def environment_changes_nothing():
    """No proxy, no file of TLS keys."""
    log = HERE / "keylog"
    env = {**os.environ, "http_proxy": "http://127.0.0.1:9/",
           "https_proxy": "http://127.0.0.1:9/", "SSLKEYLOGFILE": str(log)}
    with Receiver(context=servers.tls(HERE, "good")) as receiver, \
            Notify(env=env) as notify:
        notify.webhook(1, receiver.url, ca=tls_tests.pem("authority"))
        check(notify.answer(1)["ok"], notify.answers)
    check(not log.exists(), "TLS keys were written")


@SUITE.test
def it_is_confined():
    if servers.SANITIZED:
        raise harness.Skip("builds for tests are not confined")
    with Receiver() as good, Notify() as notify:
        notify.webhook(1, good.url)
        check(notify.answer(1)["ok"])
        status = servers.seccomp_of(notify.process.pid)
        check(status["NoNewPrivs"] == "1" and status["Seccomp"] == "2",
              status)


@SUITE.test
def version_names_the_libraries():
    done = subprocess.run([harness.build_folder() / "zonegate-notify",
                           "--version"], capture_output=True, text=True)
    check(done.returncode == 0 and
          re.match(r"zonegate-notify \S+: .*libcurl", done.stdout), done)


if __name__ == "__main__":
    with FOLDER:
        tls_tests.make_certificates()
        for part in (bad_receiver_tests, tls_tests, line_tests, probe_tests,
                     contrib_tests):
            SUITE.tests += part.SUITE.tests
        SUITE.run(__doc__)
