# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate-notify and what the daemon may say, or what comes in its place."""

import json
import os
import subprocess

import harness
from harness import check

import servers
from notify import HERE, is_refused
from servers import LONG, Notify, Odd, Receiver

SUITE = harness.Suite()


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
