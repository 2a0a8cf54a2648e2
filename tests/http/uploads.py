# SPDX-License-Identifier: GPL-3.0-or-later
"""Candidates on their way in, whole or not at all."""

import base64
import gzip
import hashlib
import os
import socket
import subprocess
import threading
import time

from rig import (TOKENS, Rig, check, eventually, harness, read_all, status_of,
                 tests)

TESTS, test = tests()

PATH = "/v1/zones/shop./candidate"
HEAD = (f"PUT {PATH} HTTP/1.1\r\nHost: gate\r\n"
        f"Authorization: Bearer {TOKENS['submitter']}\r\n")


def head(*lines):
    return (HEAD + "".join(line + "\r\n" for line in lines) + "\r\n").encode()


def digest(kind, octets):
    made = hashlib.new(kind.replace("-", ""), octets).digest()
    return f"{kind}=:{base64.b64encode(made).decode()}:"


@test
def octets_arrive_as_they_were_sent():
    with Rig() as rig:
        for n, body in enumerate((b"z", os.urandom(100_000), b"x" * (1 << 20),
                                  gzip.compress(b"zone" * 1000)), 1):
            status, said = rig.put(body=body)
            check(status == 202, status, said)
            check(said["id"] == n and said["status_url"]
                  == f"/v1/candidates/{n}", said)
            check(rig.daemon.taken[-1] == ("shop.", body), "other octets")
        check(rig.parts() == [], rig.parts())


@test
def chunks_arrive_as_they_were_sent():
    with Rig() as rig:
        pieces = [os.urandom(size) for size in (1, 70_000, 3, 400_000)]
        status, about, _ = rig.ask("PUT", PATH, "submitter", iter(pieces))
        check(status == 202, status)
        check(about["Location"] == "/v1/candidates/1", about["Location"])
        check(rig.daemon.taken == [("shop.", b"".join(pieces))], "other")


@test
def a_connection_serves_one_after_another():
    with Rig() as rig:
        connection = rig.connection()
        for n in range(1, 4):
            connection.request("PUT", PATH, b"zone" * n, {
                "Authorization": "Bearer " + TOKENS["submitter"]})
            answer = connection.getresponse()
            answer.read()
            check(answer.status == 202 and not answer.will_close, n)
        connection.close()
        check(len(rig.daemon.taken) == 3, rig.daemon.taken)


@test
def codings_are_stored_and_not_undone():
    with Rig() as rig:
        for coding, wanted in (("gzip", 202), ("zstd", 202), ("x-gzip", 202),
                               ("identity", 202), ("GZIP", 202), ("br", 415),
                               ("deflate", 415), ("gzip, zstd", 415),
                               ("compress", 415), ("", 415)):
            status, about, text = rig.ask("PUT", PATH, "submitter", b"octets",
                                          Content_Encoding=coding)
            check(status == wanted, coding, status, text)
            if wanted == 415:
                check("zstd" in about["Accept-Encoding"], coding)
            else:
                check(rig.daemon.taken[-1][1] == b"octets", coding)


@test
def digests_are_checked():
    with Rig() as rig:
        body = os.urandom(200_000)
        good256, good512 = digest("sha-256", body), digest("sha-512", body)
        bad256, bad512 = digest("sha-256", b"x"), digest("sha-512", b"x")
        for field, wanted in (
                (good256, 202), (good512, 202), (f"{good256}, {good512}", 202),
                (f"md5=:AAAA:,{good256}", 202), (f" {good256} ", 202),
                (bad256, 400), (bad512, 400), (f"{good256}, {bad512}", 400),
                (f"{bad256},{good512}", 400), ("md5=:AAAA:", 400),
                ("sha-256=AAAA", 400), ("sha-256=:AAAA:", 400), ("", 400),
                ("sha-256", 400), (good256 + ";", 400), (good256 + ",", 400),
                (good256[:-1], 400), ("sha-256=:" + "=" * 44 + ":", 400)):
            before = len(rig.daemon.taken)
            status, said = rig.put(body=body, Content_Digest=field)
            check(status == wanted, field, status, said)
            check(len(rig.daemon.taken) - before == (wanted == 202), field)
            check(rig.parts() == [], field, rig.parts())


@test
def what_is_too_large_is_refused_before_it_is_sent():
    with Rig() as rig:
        with rig.raw(head("Content-Length: 1048577")) as connection:
            check(status_of(read_all(connection)) == 413, "413")
        with rig.raw(head("Content-Length: 1048577",
                          "Expect: 100-continue")) as connection:
            said = read_all(connection)
            check(status_of(said) == 413 and b"100 Cont" not in said, said)
        with rig.raw(head("Content-Length: 99999999999999999999999")) as one:
            check(status_of(read_all(one)) in (400, 413), "beyond 64 bits")
        check(rig.parts() == [], rig.parts())


@test
def what_becomes_too_large_in_chunks_is_refused_at_once():
    with Rig() as rig:
        with rig.raw(head("Transfer-Encoding: chunked")) as connection:
            chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
            for _ in range(17):
                connection.sendall(chunk)
            # Without an end of the content.
            answer = connection.recv(65536)
            check(status_of(answer) == 413, answer)
            eventually(lambda: rig.parts() == [], "the file is removed")
        check(rig.daemon.taken == [], "nothing is taken")
        status, said = rig.put(body=iter([b"x" * 65536] * 17))
        check(status == 413, status, said)
        status, said = rig.put()
        check(status == 202, "and life goes on", status, said)


@test
def nothing_is_no_candidate():
    with Rig() as rig:
        for body in (None, b"", iter([])):
            status, said = rig.put(body=body)
            check(status == 400, body, status, said)
        with rig.raw(head("Content-Range: bytes 0-3/10",
                          "Content-Length: 4") + b"zone") as connection:
            check(status_of(read_all(connection)) == 400, "a part")
        check(rig.daemon.taken == [] and rig.parts() == [], "taken")


@test
def an_upload_that_breaks_off_leaves_nothing():
    with Rig() as rig:
        for lines in (("Content-Length: 100000",),
                      ("Transfer-Encoding: chunked",)):
            for how in (socket.SHUT_WR, socket.SHUT_RDWR, None):
                connection = rig.raw(head(*lines))
                connection.sendall(b"c350\r\n" + b"x" * 30_000)
                eventually(lambda: len(rig.parts()) == 1, "it began")
                if how is not None:
                    connection.shutdown(how)
                connection.close()
                eventually(lambda: rig.parts() == [], "the file is removed")
        check(rig.daemon.count("submit") == 0, "half a zone is handed on")


@test
def chunks_that_are_none_are_refused():
    with Rig() as rig:
        for octets in (b"zz\r\n", b"-1\r\nx\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n",
                       b"ffffffffffffffffff\r\n", b"5;" + b"x" * 70_000):
            with rig.raw(head("Transfer-Encoding: chunked")) as connection:
                connection.sendall(octets)
                connection.shutdown(socket.SHUT_WR)
                said = read_all(connection)
                check(status_of(said) in (0, 400, 413, 500),
                      octets[:20], said[:60])
            eventually(lambda: rig.parts() == [], "the file is removed")
        check(rig.daemon.taken == [], rig.daemon.taken)


@test
def what_an_earlier_run_left_is_removed():
    rig = Rig()
    for name in ("0123.part", "x.part"):
        (rig.state / "upload" / name).write_text("left")
    (rig.state / "upload" / "kept").write_text("not ours")
    with rig:
        check([path.name for path in rig.parts()] == ["kept"], rig.parts())


@test
def several_uploads_of_one_zone_do_not_mix():
    with Rig() as rig:
        bodies = [os.urandom(300_000) for _ in range(4)]
        ends = []

        def put(body):
            ends.append(rig.put(body=body)[0])
        threads = [threading.Thread(target=put, args=(body,))
                   for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check(ends == [202] * 4, ends)
        check(sorted(octets for _, octets in rig.daemon.taken)
              == sorted(bodies), "mixed")


@test
def one_zone_has_no_more_than_its_share():
    with Rig() as rig:
        open_ones = []
        for _ in range(4):
            open_ones.append(rig.raw(head("Content-Length: 10") + b"zone"))
        eventually(lambda: len(rig.parts()) == 4, "four are open")
        status, said = rig.put()
        check(status == 429, status, said)
        status, said = rig.put("@")
        check(status == 202, "another zone", status, said)
        open_ones.pop().close()
        eventually(lambda: len(rig.parts()) == 3, "three are open")
        status, said = rig.put()
        check(status == 202, status, said)
        for connection in open_ones:
            connection.close()


@test
def all_uploads_together_are_bounded():
    with Rig(limits={"upload_total_max": 1_500_000}) as rig:
        first = rig.raw(head("Content-Length: 1000000") + b"zone")
        eventually(lambda: len(rig.parts()) == 1, "it is open")
        status, said = rig.put(body=b"x" * 600_000)
        check(status == 429, status, said)
        status, said = rig.put(body=iter([b"x" * 60_000] * 10))
        check(status == 429, "in chunks", status, said)
        status, said = rig.put(body=b"x" * 400_000)
        check(status == 202, status, said)
        first.close()
        eventually(lambda: rig.parts() == [], "it is gone")
        for _ in range(3):
            status, said = rig.put(body=b"x" * 1_000_000)
            check(status == 202, "the room is given back", status, said)


@test
def no_uploads_when_the_reserve_is_touched():
    with Rig() as rig:
        rig.daemon.uploads = False
        with rig.raw(head("Content-Length: 1000",
                          "Expect: 100-continue")) as connection:
            said = read_all(connection)
            check(status_of(said) == 507, said)
        check(rig.parts() == [], rig.parts())


@test
def an_unknown_zone_is_refused_before_the_content():
    with Rig() as rig:
        status, said = rig.json("PUT", "/v1/zones/nothere./candidate",
                                "submitter", b"zone")
        check(status == 403, "not his zone", status)
        rig.daemon.zones = rig.daemon.zones[1:]
        status, said = rig.put()
        check(status == 404, status, said)
        check(rig.daemon.count("submit") == 0, "asked")


@test
def a_full_disk_is_said_so_and_leaves_nothing():
    rig = Rig()
    upload = rig.state / "upload"
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "none", upload],
        capture_output=True).returncode == 0
    if not mounted:
        raise harness.Skip("needs root to mount a small tmpfs")
    try:
        with rig:
            status, said = rig.put(body=b"x" * 1_000_000)
            check(status == 507, status, said)
            check(rig.parts() == [], rig.parts())
            status, said = rig.put(body=iter([b"x" * 60_000] * 10))
            check(status == 507, status, said)
            check(rig.parts() == [], rig.parts())
            status, said = rig.put(body=b"x" * 60_000)
            check(status == 202, status, said)
            check(len(rig.daemon.taken) == 1, "halves")
            # Lazily: the directory is open still.
            subprocess.run(["umount", "-l", upload], check=True)
            mounted = False
    finally:
        if mounted:
            subprocess.run(["umount", "-l", upload], check=False)


@test
def prefer_wait_answers_with_the_verdict():
    with Rig() as rig:
        for number, decision, state in ((1, "release", "released"),
                                        (2, "block", "held"),
                                        (3, "unjudged", "held")):
            def decide():
                with rig.daemon.lock:
                    while rig.daemon.count("wait") < number:
                        rig.daemon.lock.wait(1)
                rig.daemon.decide(number, decision, state)
            thread = threading.Thread(target=decide)
            thread.start()
            status, about, text = rig.ask("PUT", PATH, "submitter", b"zone",
                                          Prefer="respond-async, wait=100")
            thread.join()
            check(status == 200, status, text)
            check(about["Preference-Applied"] == "wait=100", about)
            check(about["Location"] == f"/v1/candidates/{number}", about)
            check(f'"decision": "{decision}"'.encode() in text, text)


@test
def prefer_wait_ends_when_the_time_is_over():
    with Rig() as rig:
        start = time.monotonic()
        status, about, _ = rig.ask("PUT", PATH, "submitter", b"zone",
                                   Prefer="wait=1")
        check(status == 202, status)
        check(about["Preference-Applied"] is None, about)
        check(0.9 < time.monotonic() - start < 30, "waited")
        for prefer in ("wait=0", "wait=", "wait=x", "wait=-1", "wait", "a=b"):
            status, _ = rig.put(Prefer=prefer)
            check(status == 202, prefer, status)


@test
def waiting_longer_than_the_idle_time_is_no_idling():
    with Rig(limits={"idle_timeout_s": 1, "header_timeout_s": 1}) as rig:
        threading.Timer(3, rig.daemon.decide, (1, "hold", "held")).start()
        status, said = rig.put(Prefer="wait=60")
        check(status == 200 and said["decision"] == "hold", status, said)


@test
def whoever_goes_away_is_not_waited_for():
    with Rig() as rig:
        connection = rig.raw(head("Content-Length: 4", "Prefer: wait=600")
                             + b"zone")
        eventually(lambda: rig.daemon.count("wait") == 1, "it waits")
        connection.close()
        # Its daemon connection ends with it, after a slice at most.
        eventually(lambda: rig.daemon.count("wait") <= 2, "slices")
        waits = rig.daemon.count("wait")
        time.sleep(7)
        check(rig.daemon.count("wait") <= waits + 1, "it waits on")
        check(len(rig.daemon.taken) == 1, "the candidate stays")


@test
def a_daemon_that_dies_while_one_waits_has_the_candidate_all_the_same():
    with Rig() as rig:
        def end():
            with rig.daemon.lock:
                while rig.daemon.count("wait") < 1:
                    rig.daemon.lock.wait(1)
            rig.daemon.close()
        thread = threading.Thread(target=end)
        thread.start()
        status, said = rig.put(Prefer="wait=600")
        thread.join()
        check(status == 202 and said["id"] == 1, status, said)
