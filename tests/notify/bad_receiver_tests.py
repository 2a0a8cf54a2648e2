# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate-notify and receivers that hang, drip, flood, lie or are not there."""

import subprocess
import time

import harness
from harness import check

import servers
from notify import HERE, file_of, is_refused
from servers import LONG, SHORT_MS, Notify, Odd, Receiver

SUITE = harness.Suite()


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
