# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, and who a client certificate is."""

import json
import socket
import ssl

from rig import (PATIENCE, TOKENS, Rig, Tls, candidate, check, eventually,
                 read_all, tests)

TESTS, test = tests()


def with_tls(**settings):
    made = Tls()

    class Listed(Rig):
        def __exit__(self, *why):
            try:
                return super().__exit__(*why)
            finally:
                made.close()
    rows = [("signer", "submitter", ["shop."]), ("chief", "operator", []),
            ("wrong-use", "viewer", []), ("forged", "viewer", [])]
    return Listed(tls=made, clients=[
        {"name": name, "sha256": made.fingerprint(name), "role": role,
         "zones": zones} for name, role, zones in rows], **settings)


@test
def certificates_are_known_by_their_octets():
    with with_tls() as rig:
        for client, wanted in ((None, 401), ("signer", 200), ("chief", 200),
                               ("unlisted", 401), ("wrong-use", 401)):
            status, _, text = rig.ask("GET", "/v1/zones", client=client)
            check(status == wanted, client, status, text)
        # Of another CA: refused by either end, and never let in.
        try:
            status = rig.ask("GET", "/v1/zones", client="forged")[0]
        except (ssl.SSLError, OSError):
            status = 401
        check(status == 401, "forged", status)
        status, _, _ = rig.ask("GET", "/healthz")
        check(status == 200, "open", status)


@test
def a_certificate_may_submit_and_never_approve():
    with with_tls() as rig:
        rig.daemon.candidates[7] = candidate(7, state="held", decision="hold")
        for zone, wanted in (("shop.", 202), ("other.", 403)):
            status, _, text = rig.ask("PUT", f"/v1/zones/{zone}/candidate",
                                      body=b"zone" * 50_000, client="signer")
            check(status == wanted, zone, status, text)
        check(rig.daemon.last("submit")["as"]["name"] == "signer", "name")
        body = json.dumps({"reason": "x"})
        for client, who, wanted in (("chief", None, 403),
                                    ("signer", None, 403),
                                    ("chief", "viewer", 403),
                                    ("chief", "wrong", 401),
                                    ("signer", "operator", 200),
                                    (None, "operator", 200)):
            status, _, text = rig.ask(
                "POST", "/v1/candidates/7/approve", who, body, client,
                Content_Type="application/json")
            check(status == wanted, client, who, status, text)


@test
def early_answers_come_through_tls():
    with with_tls() as rig:
        for body, wanted in ((iter([b"x" * 65536] * 17), 413),
                             (b"x" * 2_000_000, 413), (iter([]), 400)):
            status, _, text = rig.ask("PUT", "/v1/zones/shop./candidate",
                                      "submitter", body)
            check(status == wanted, status, text)
        check(rig.parts() == [], rig.parts())


@test
def what_is_no_tls_is_no_request():
    with with_tls(limits={"header_timeout_s": 1}) as rig:
        with rig.raw(b"GET /v1/zones HTTP/1.1\r\nHost: x\r\n\r\n") as plain:
            check(b"200" not in read_all(plain), "answered in plain")
        # A handshake that never ends has the header's deadline.
        with rig.raw(b"\x16\x03\x01\x02\x00\x01") as half:
            read_all(half)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with socket.create_connection(rig.address, PATIENCE) as plain:
            try:
                old.wrap_socket(plain)
            except (ssl.SSLError, OSError):
                return
            check(False, "TLS 1.1 is spoken")


@test
def events_and_files_come_through_tls():
    with with_tls() as rig:
        big = json.dumps({"long": "x" * 3_000_000})
        (rig.state / "reports" / "7.json").write_text(big)
        status, _, text = rig.ask("GET", "/v1/candidates/7/report", "viewer")
        check(status == 200 and text == big.encode(), status, len(text))
        connection = rig.connection()
        connection.request("GET", "/v1/events", headers={
            "Authorization": "Bearer " + TOKENS["viewer"]})
        answer = connection.getresponse()
        eventually(lambda: rig.daemon.count("events"), "it listens")
        rig.daemon.event("gate.started")
        line = b""
        while not line.startswith(b"data:"):
            line = answer.readline()
        check(json.loads(line[5:])["type"] == "gate.started", line)
        answer.close()
        connection.close()
