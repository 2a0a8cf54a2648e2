#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate-notify against receivers on loopback, good and bad ones, and
zonegate-probe against nameservers of either kind."""

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "program"))

import harness  # noqa: E402
from harness import check  # noqa: E402

import probe_tests  # noqa: E402
import servers  # noqa: E402
from servers import LONG, SHORT_MS, Notify, Odd, Receiver  # noqa: E402

SUITE = harness.Suite()
FOLDER = tempfile.TemporaryDirectory(prefix="zonegate-notify-")
HERE = Path(FOLDER.name)


def is_refused(answer, status=0):
    check(not answer["ok"] and answer["status"] == status and
          answer["error"], answer)


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

def file_of(name, octets):
    path = HERE / name
    path.write_bytes(octets)
    return path, hashlib.sha256(octets).hexdigest()


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


# ---- receivers that do not go well -------------------------------------------

@SUITE.test
def answer_500_is_a_failure_with_its_words():
    with Receiver(status=500) as receiver, Notify() as notify:
        notify.webhook(1, receiver.url)
        answer = notify.answer(1)
        is_refused(answer, 500)
        check("words" in answer["error"], answer)


@SUITE.test
def redirect_is_not_followed():
    with Receiver() as other, Notify() as notify:
        with Receiver(status=307, headers=[("Location", other.url)]) \
                as receiver:
            notify.webhook(1, receiver.url)
            is_refused(notify.answer(1), 307)
        check(other.requests.empty())


@SUITE.test
def refused_connection_is_a_failure():
    holder, port = servers.closed_port()
    with holder, Notify() as notify:
        notify.webhook(1, f"http://127.0.0.1:{port}/")
        is_refused(notify.answer(1))


@SUITE.test
def host_that_is_not_there_is_a_failure():
    with Notify() as notify:
        notify.webhook(1, "http://nowhere.invalid/")
        is_refused(notify.answer(1))


HEAD = b"HTTP/1.1 200 OK\r\n"
ENDLESS = HEAD + b"Content-Length: 1000000000000\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PIECE = b"10000\r\n" + bytes(65536) + b"\r\n"
BODY = bytes(65536)

# What the receiver does, the status that is reported, and whether it counts
# as delivered.
BAD = {
    "hangs": (servers.hang, 0, False),
    "hangs before the header ends": (servers.say_and_hang(HEAD), 200, False),
    "hangs within the body":
        (servers.say_and_hang(HEAD + b"Content-Length: 5\r\n\r\nab"), 200,
         False),
    "drips a status line": (servers.drip(b"HTTP/1.1 ", b"0"), 0, False),
    "drips headers": (servers.drip(HEAD, b"A: b\r\n"), 200, False),
    "drips a body": (servers.drip(ENDLESS, b"x"), 200, False),
    "drips chunks": (servers.drip(CHUNKED, b"1\r\nx\r\n"), 200, False),
    "floods headers": (servers.flood(HEAD, b"A: " + b"b" * 1000 + b"\r\n"),
                       200, False),
    "floods one header": (servers.flood(HEAD + b"A: ", b"b" * 65536), 200,
                          False),
    "floods 1xx answers":
        (servers.flood(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000), 102,
         False),
    "floods a body": (servers.flood(ENDLESS, BODY), 200, True),
    "floods chunks": (servers.flood(CHUNKED, PIECE), 200, True),
    "floods a body with 500":
        (servers.flood(ENDLESS.replace(b"200 OK", b"500 No"), BODY), 500,
         False),
    "floods without HTTP": (servers.flood(b"", BODY), 0, False),
    "closes at once": (servers.say(b""), 0, False),
    "closes within the header": (servers.say(HEAD + b"A: "), 200, False),
    "closes within the header after 102":
        (servers.say(b"HTTP/1.1 102 Processing\r\n\r\n" + HEAD + b"A: "),
         200, False),
    "closes within the body":
        (servers.say(HEAD + b"Content-Length: 9\r\n\r\nabc"), 200, False),
    "speaks no HTTP": (servers.say(b"220 smtp.example ESMTP\r\n"), 0, False),
    "is not ours": (servers.say(b"HTTP/9.9 200 OK\r\n\r\n"), None, False),
    "has a bad chunk": (servers.say(CHUNKED + b"zz\r\n"), 200, False),
}


def bad_receiver_delays_nobody(name):
    act, status, delivered = BAD[name]
    with Odd(act) as bad, Receiver() as good, Notify() as notify:
        notify.webhook(1, bad.url, deadline_ms=SHORT_MS)
        bad.accepted.get(timeout=LONG)
        notify.webhook(2, good.url)
        check(notify.answer(2)["ok"], notify.answers)
        answer = notify.answer(1)
        check(answer["ok"] == delivered, answer)
        check(status is None or answer["status"] in (status, 0), answer)
        check(bool(answer["error"]) != delivered, answer)
        check(len(answer["error"]) < 640, answer)


for _name in BAD:
    SUITE.add(f"receiver that {_name} delays nobody",
              bad_receiver_delays_nobody, _name)


@SUITE.test
def hang_ends_at_its_deadline():
    with Odd(servers.hang) as bad, Notify() as notify:
        start = time.monotonic()
        notify.webhook(1, bad.url, deadline_ms=SHORT_MS)
        is_refused(notify.answer(1))
        took = time.monotonic() - start
        check(SHORT_MS / 1000 - 0.1 <= took < 60, took)


@SUITE.test
def peer_that_accepts_and_never_reads_is_a_failure():
    path, sha256 = file_of("unread.zone", bytes(30 << 20))
    with Odd(servers.hang, read=False) as bad, Notify() as notify:
        notify.push(1, bad.url, path, sha256, deadline_ms=3000)
        is_refused(notify.answer(1))


@SUITE.test
def host_that_hangs_does_not_delay_another():
    """A hundred messages wait for the first host; the other's passes them."""
    with Odd(servers.hang) as bad, Receiver() as good, Notify() as notify:
        for number in range(100):
            notify.webhook(number, bad.url, deadline_ms=10000)
        for _ in range(4):
            bad.accepted.get(timeout=LONG)
        notify.webhook(1000, good.url)
        answer = notify.answer(1000)
        check(answer["ok"], answer)
        check(set(notify.answers) == {1000}, "it waited for others")
        check(bad.accepted.empty(), "more than four to one host")
        for number in range(100):
            is_refused(notify.answer(number))


@SUITE.test
def hosts_that_hang_leave_room():
    """Twenty of them, each with all that it may have."""
    bad = [Odd(servers.hang) for _ in range(20)]
    with Receiver() as good, Notify() as notify:
        for number in range(200):
            notify.webhook(number, bad[number % 20].url, deadline_ms=20000)
        for server in bad:
            server.accepted.get(timeout=LONG)
        notify.webhook(1000, good.url)
        check(notify.answer(1000)["ok"], notify.answers)
        check(set(notify.answers) == {1000}, "it waited for others")
    for server in bad:
        server.__exit__()


@SUITE.test
def thousand_messages_are_each_answered_once():
    with Receiver() as receiver, Notify() as notify:
        for number in range(1000):
            notify.webhook(number, receiver.url)
        for number in range(1000):
            check(notify.answer(number)["ok"], notify.answers[number])
        check(receiver.requests.qsize() == 1000)


SLOW_LOOKUP = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int
getaddrinfo(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **found)
{
	int (*real)(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");

	if (node != NULL && strstr(node, "slow") != NULL) {
		sleep(600);
	}
	return real(node, service, hints, found);
}
"""


@SUITE.test
def name_server_that_hangs_delays_nobody():
    if servers.SANITIZED:
        raise harness.Skip("the sanitizer wants to be loaded first")
    source, library = HERE / "slow.c", HERE / "slow.so"
    source.write_text(SLOW_LOOKUP)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source],
                   check=True)
    with Receiver() as good, \
            Notify(env={"LD_PRELOAD": str(library)}) as notify:
        for number in range(8):
            notify.webhook(number, f"http://slow{number}.test/",
                           deadline_ms=SHORT_MS)
        notify.webhook(100, good.url)
        check(notify.answer(100)["ok"], notify.answers)
        for number in range(8):
            is_refused(notify.answer(number, 60))
        notify.webhook(101, good.url)
        check(notify.answer(101)["ok"], notify.answers)


# ---- TLS ---------------------------------------------------------------------

def make_certificates():
    for name in ("authority", "stranger"):
        servers.make_authority(HERE, name)
    servers.make_certificate(HERE, "authority", "good", "IP:127.0.0.1")
    servers.make_certificate(HERE, "authority", "elsewhere",
                             "DNS:elsewhere.example")
    servers.make_certificate(HERE, "stranger", "foreign", "IP:127.0.0.1")
    servers.make_certificate(HERE, "authority", "client", "DNS:gate.example")
    servers.openssl(HERE, "ec", "-in", "client.key", "-aes128", "-passout",
                    "pass:x", "-out", "locked.key")


def pem(name):
    return str(HERE / f"{name}.pem")


def key(name):
    return str(HERE / f"{name}.key")


@SUITE.test
def certificate_of_the_authority_named_is_taken():
    with Receiver(context=servers.tls(HERE, "good")) as receiver, \
            Notify() as notify:
        notify.webhook(1, receiver.url, ca=pem("authority"))
        check(notify.answer(1)["ok"], notify.answers)


def wrong_certificate_is_refused(name, ca):
    with Receiver(context=servers.tls(HERE, name)) as receiver, \
            Notify() as notify:
        notify.webhook(1, receiver.url, ca=ca and pem(ca))
        is_refused(notify.answer(1))
        check(receiver.requests.empty(), "it was sent all the same")


SUITE.add("certificate of an unknown authority is refused",
          wrong_certificate_is_refused, "good", None)
SUITE.add("certificate of another authority is refused",
          wrong_certificate_is_refused, "foreign", "authority")
SUITE.add("certificate of another host is refused",
          wrong_certificate_is_refused, "elsewhere", "authority")


@SUITE.test
def authority_that_is_none_is_refused():
    (HERE / "nonsense.pem").write_text("nonsense\n")
    os.mkfifo(HERE / "pipe.pem")
    with Receiver(context=servers.tls(HERE, "good")) as receiver, \
            Notify() as notify:
        for number, ca in enumerate((pem("nowhere"), pem("nonsense"),
                                     pem("pipe"))):
            notify.webhook(number, receiver.url, ca=ca)
            is_refused(notify.answer(number))
        check(receiver.requests.empty())


@SUITE.test
def client_certificate_is_shown():
    path, sha256 = file_of("mtls.zone", b"zone\n")
    context = servers.tls(HERE, "good", client_ca="authority")
    with Receiver(context=context) as receiver, Notify() as notify:
        notify.push(1, receiver.url, path, sha256, ca=pem("authority"))
        is_refused(notify.answer(1))
        notify.push(2, receiver.url, path, sha256, ca=pem("authority"),
                    certificate=pem("client"), key=key("client"))
        check(notify.answer(2)["ok"], notify.answers)
        for number, secret in ((3, key("good")), (4, key("locked"))):
            notify.push(number, receiver.url, path, sha256,
                        ca=pem("authority"), certificate=pem("client"),
                        key=secret)
            is_refused(notify.answer(number))
        check(receiver.requests.qsize() == 1)


@SUITE.test
def handshake_that_hangs_or_is_none_delays_nobody():
    with Odd(servers.hang, read=False) as silent, \
            Odd(servers.flood(b"", BODY), read=False) as noise, \
            Receiver() as good, Notify() as notify:
        notify.webhook(1, silent.url.replace("http:", "https:"),
                       deadline_ms=SHORT_MS)
        notify.webhook(2, noise.url.replace("http:", "https:"),
                       deadline_ms=SHORT_MS)
        silent.accepted.get(timeout=LONG)
        notify.webhook(3, good.url)
        check(notify.answer(3)["ok"], notify.answers)
        is_refused(notify.answer(1))
        is_refused(notify.answer(2))


# ---- the daemon's lines ------------------------------------------------------

WEBHOOK = {"id": 1, "kind": "webhook", "method": "POST",
           "url": "http://127.0.0.1:9/", "body": "x"}
PUSH = {"id": 1, "kind": "push", "method": "PUT",
        "url": "http://127.0.0.1:9/", "file": "/dev/null", "sha256": "0" * 64}


def without(message, *names):
    return {name: value for name, value in message.items()
            if name not in names}


# Refused with the id that they have.
WRONG = [
    {"id": 1},
    *(without(WEBHOOK, name) for name in ("kind", "method", "url", "body")),
    *(without(PUSH, name) for name in ("file", "sha256")),
    *({**WEBHOOK, "kind": kind} for kind in ("push", "mail", 7)),
    *({**WEBHOOK, "method": method} for method in ("PUT", "GET", "DELETE")),
    *({**WEBHOOK, "url": url} for url in (
        "", "/", "127.0.0.1", "ftp://127.0.0.1/", "file:///etc/passwd",
        "http://", "http://a b/", "http:///x", "gopher://127.0.0.1:9/_x",
        "http://" + "a" * 400 + ".test/", "javascript:1",
        "http://127.0.0.1:99999/")),
    *({**WEBHOOK, "headers": headers} for headers in (
        "A: b", [7], ["A"], ["A:"], ["A: "], [": b"], ["A: b\r\nC: d"],
        ["A b: c"], ["A: \u0001"], ["Content-Length: 5"],
        ["transfer-encoding: chunked"], ["X-Zonegate-Signature: sha256=0"],
        ["A: " + "b" * 9000], ["A: b"] * 65)),
    *({**WEBHOOK, "deadline_ms": ms} for ms in (0, -1, 10**9, "5", None)),
    *({**WEBHOOK, name: "relative"} for name in
      ("secret_file", "token_file", "ca", "certificate", "key")),
    {**WEBHOOK, "certificate": "/dev/null"},
    {**WEBHOOK, "file": "/dev/null"},
    {**WEBHOOK, "secret_file": "/nowhere"},
    {**WEBHOOK, "token_file": "/nowhere"},
    {**WEBHOOK, "body": 7},
    {**WEBHOOK, "unknown": 7},
    *({**PUSH, "sha256": sha256} for sha256 in
      ("", "0" * 63, "0" * 65, "g" * 64, "A" * 64)),
    {**PUSH, "secret_file": "/dev/null"},
    {**PUSH, "body": "x"},
]

# Refused with the id null.
GARBAGE = [b"", b"garbage", b"\0\1\2\xff", b"{", b"[]", b"7", b"null", b"{}",
           b'{"id": null}', b'{"id": "1"}', b'{"id": 1.5}', b"[" * 100000,
           b'{"id":1,"id":1}', b'{"id": 99999999999999999999}',
           b'{"a":' * 10000, b'"' + b"\\u0000" * 100 + b'"']


@SUITE.test
def wrong_messages_are_refused_with_their_id():
    with Receiver() as good, Notify() as notify:
        for number, message in enumerate(WRONG):
            notify.send(**{**message, "id": number})
            is_refused(notify.answer(number))
        notify.webhook(1000, good.url)
        check(notify.answer(1000)["ok"], notify.answers[1000])


@SUITE.test
def garbage_is_answered_and_survived():
    with Receiver() as good, Notify() as notify:
        for line in GARBAGE:
            notify.write(line + b"\n")
            answer = notify.read()
            check(answer["id"] is None and not answer["ok"] and
                  answer["error"], line[:40], answer)
        notify.webhook(1, good.url)
        check(notify.answer(1)["ok"], notify.answers)


@SUITE.test
def line_without_end_is_dropped_with_an_answer():
    with Receiver() as good, Notify() as notify:
        for size in ((1 << 20), (1 << 20) + 1, 5 << 20):
            notify.write(b"x" * size + b"\n")
            answer = notify.read()
            check(answer["id"] is None and not answer["ok"], answer)
        body = "x" * ((1 << 20) - 1000)
        notify.webhook(1, good.url, body=body)
        check(notify.answer(1)["ok"], notify.answers)
        check(good.request()[3] == body.encode())


@SUITE.test
def secret_files_that_are_none_are_refused():
    for name, octets in (("none", b""), ("blank", b"  \nx\n"),
                         ("binary", b"a\0b\n"), ("long", b"x" * 5000)):
        (HERE / name).write_bytes(octets)
    os.mkfifo(HERE / "pipe")
    with Receiver() as good, Notify() as notify:
        number = 0
        for name in ("none", "blank", "binary", "long", "pipe", "."):
            for member in ("secret_file", "token_file"):
                notify.webhook(number, good.url,
                               **{member: str(HERE / name)})
                is_refused(notify.answer(number))
                number += 1
        check(good.requests.empty(), "sent unsigned")


@SUITE.test
def what_waits_is_bounded():
    """Some 8 MiB for one host; the rest is refused at once, and another
    host's message still goes."""
    with Odd(servers.hang) as bad, Receiver() as good, Notify() as notify:
        body = "x" * 500000
        for number in range(30):
            notify.webhook(number, bad.url, body=body, deadline_ms=20000)
        notify.webhook(1000, good.url)
        check(notify.answer(1000)["ok"])
        refused = [number for number in notify.answers if number < 1000]
        check(5 <= len(refused) < 30, refused)


@SUITE.test
def messages_in_pieces_are_put_together():
    with Receiver() as good, Notify() as notify:
        text = json.dumps({**WEBHOOK, "url": good.url}).encode() + b"\n"
        for octet in text:
            notify.write(bytes([octet]))
        check(notify.answer(1)["ok"], notify.answers)


@SUITE.test
def end_of_the_daemon_ends_it():
    with Odd(servers.hang) as bad, Notify() as notify:
        for number in range(20):
            notify.webhook(number, bad.url)
        bad.accepted.get(timeout=LONG)
    check(notify.process.returncode == 0)


@SUITE.test
def without_its_socket_it_does_not_start():
    done = subprocess.run([harness.build_folder() / "zonegate-notify"],
                          capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=LONG)
    check(done.returncode == 3 and done.stderr, done)


# ---- what it may -------------------------------------------------------------

@SUITE.test
def environment_changes_nothing():
    """No proxy, no file of TLS keys."""
    log = HERE / "keylog"
    env = {**os.environ, "http_proxy": "http://127.0.0.1:9/",
           "https_proxy": "http://127.0.0.1:9/", "SSLKEYLOGFILE": str(log)}
    with Receiver(context=servers.tls(HERE, "good")) as receiver, \
            Notify(env=env) as notify:
        notify.webhook(1, receiver.url, ca=pem("authority"))
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
        make_certificates()
        SUITE.tests += probe_tests.SUITE.tests
        SUITE.run(__doc__)
