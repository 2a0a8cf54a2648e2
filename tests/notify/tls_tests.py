# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate-notify and TLS: whom it believes, and what it shows."""

import os

import harness
from harness import check

import servers
from bad_receiver_tests import BODY
from notify import HERE, file_of, is_refused
from servers import LONG, SHORT_MS, Notify, Odd, Receiver

SUITE = harness.Suite()


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
