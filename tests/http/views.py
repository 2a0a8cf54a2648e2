# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be looked at."""

import json
import time

from rig import TOKENS, Refusal, Rig, candidate, check, tests, zone

TESTS, test = tests()


def looks_like_a_refusal(code):
    def check_it(said):
        check(said["error"] == code, said)
        check(isinstance(said["message"], str) and said["message"], said)
    return check_it


@test
def every_view_answers():
    with Rig() as rig:
        rig.daemon.candidates = {7: candidate(7), 8: candidate(8, "other.")}
        status, said = rig.json("GET", "/v1/zones", "viewer")
        check(status == 200, status)
        check([row["zone"] for row in said["zones"]]
              == ["shop.", "other.", "."], said)
        status, said = rig.json("GET", "/v1/zones/shop.", "viewer")
        check(status == 200 and said["zone"] == "shop.", status, said)
        check(said["at"] == "2026-11-21T23:00:00Z", said)
        status, said = rig.json("GET", "/v1/zones/shop./candidates", "viewer")
        check([row["id"] for row in said["candidates"]] == [7], said)
        status, said = rig.json("GET", "/v1/candidates/8", "viewer")
        check(status == 200 and said["zone"] == "other.", status, said)
        status, about, text = rig.ask("GET", "/metrics", "viewer")
        check(about["Content-Type"].startswith("application/openmetrics-text"),
              about["Content-Type"])
        check(text.endswith(b"# EOF\n"), text)
        for path in ("/", "/zones/shop.", "/zones/@"):
            status, about, text = rig.ask("GET", path, "viewer")
            check(status == 200, path, status)
            check(about["Content-Type"] == "text/html; charset=utf-8", path)
        for path in ("/openapi.json", "/v1/openapi.json"):
            status, said = rig.json("GET", path, "viewer")
            check(said["openapi"].startswith("3.1"), said["openapi"])


@test
def zones_are_found_however_they_are_written():
    with Rig() as rig:
        for path in ("shop.", "shop", "SHOP.", "s%68op", "%53hop."):
            status, said = rig.json("GET", f"/v1/zones/{path}", "viewer")
            check(status == 200 and said["zone"] == "shop.", path, status)
        status, said = rig.json("GET", "/v1/zones/@", "viewer")
        check(status == 200 and said["zone"] == ".", said)
        status, said = rig.json("GET", "/v1/zones/nothere.", "viewer")
        check(status == 404, status, said)
        status, _, _ = rig.ask("GET", "/zones/nothere.", "viewer")
        check(status == 404, status)


@test
def lists_are_paged():
    with Rig() as rig:
        rig.daemon.candidates = {n: candidate(n) for n in range(1, 8)}
        path = "/v1/zones/shop./candidates"
        _, said = rig.json("GET", f"{path}?limit=2", "viewer")
        check([row["id"] for row in said["candidates"]] == [7, 6], said)
        _, said = rig.json("GET", f"{path}?limit=3&before=6", "viewer")
        check([row["id"] for row in said["candidates"]] == [5, 4, 3], said)
        for query in ("limit=0", "limit=-1", "limit=1001", "limit=x",
                      "before=", "before=1e3", "limit=%31"):
            status, said = rig.json("GET", f"{path}?{query}", "viewer")
            check(status == 400, query, status)


@test
def reports_come_as_json_and_html():
    with Rig() as rig:
        (rig.state / "reports" / "7.json").write_text('{"a": 1}')
        (rig.state / "reports" / "7.html").write_text("<p>report")
        path = "/v1/candidates/7/report"
        html, json_type = "text/html; charset=utf-8", "application/json"
        for target, accept, wanted in (
                (path, None, json_type),
                (path, "text/html,application/xhtml+xml,*/*;q=0.8", html),
                (path, "application/json, text/html", json_type),
                (path + "?html", None, html),
                (path + ".json", "text/html", json_type),
                (path + ".html", "application/json", html)):
            headers = {"Accept": accept} if accept else {}
            status, about, text = rig.ask("GET", target, "viewer", **headers)
            check(status == 200 and about["Content-Type"] == wanted,
                  target, accept, status, about["Content-Type"])
            check(text == (b"<p>report" if wanted == html else b'{"a": 1}'),
                  text)
        status, said = rig.json("GET", "/v1/candidates/8/report", "viewer")
        check(status == 404, status)
        looks_like_a_refusal("not-found")(said)


@test
def a_report_is_a_file_and_no_link():
    with Rig() as rig:
        secret = rig.state / "secret"
        secret.write_text("secret")
        (rig.state / "reports" / "7.json").symlink_to(secret)
        (rig.state / "reports" / "8.json").mkdir()
        for number in (7, 8):
            status, _ = rig.json("GET", f"/v1/candidates/{number}/report",
                                 "viewer")
            check(status == 404, number, status)


@test
def head_is_like_get_without_content():
    with Rig() as rig:
        for path in ("/healthz", "/", "/v1/zones", "/metrics", "/v1/events"):
            status, about, text = rig.ask("HEAD", path, "viewer")
            check(status == 200 and text == b"", path, status, text)


@test
def a_connection_serves_one_view_after_another():
    with Rig() as rig:
        connection = rig.connection()
        for path in ("/healthz", "/v1/zones", "/metrics", "/", "/readyz"):
            connection.request("GET", path, headers={
                "Authorization": "Bearer " + TOKENS["viewer"]})
            answer = connection.getresponse()
            answer.read()
            check(answer.status == 200, path, answer.status)
            check(not answer.will_close, path, "closes the connection")
        connection.close()


@test
def every_answer_has_the_headers_of_safety():
    with Rig() as rig:
        for path, who in (("/", "viewer"), ("/nothere", None),
                          ("/v1/zones", None), ("/healthz", None)):
            _, about, _ = rig.ask("GET", path, who)
            policy = about["Content-Security-Policy"]
            check("default-src 'none'" in policy, policy)
            check("frame-ancestors 'none'" in policy, policy)
            check("script-src" not in policy, policy)
            check(about["X-Content-Type-Options"] == "nosniff", path)
            check(about["Cache-Control"] == "no-store", path)
            check(about["Set-Cookie"] is None, path)
            check(about["Access-Control-Allow-Origin"] is None, path)


@test
def a_silent_daemon_is_said_so_and_nobody_hangs():
    with Rig() as rig:
        rig.daemon.silent = True
        start = time.monotonic()
        status, said = rig.json("GET", "/healthz")
        check(status == 200, status)
        for path in ("/readyz", "/health", "/v1/zones", "/v1/zones/shop."):
            status, said = rig.json("GET", path, "viewer")
            check(status == 503, path, status, said)
        for path in ("/", "/zones/shop."):
            status, about, text = rig.ask("GET", path, "viewer")
            check(status == 503, path, status)
            check(b"<html" in text, text)
        status, _, text = rig.ask("GET", "/metrics", "viewer")
        check(status == 200 and b"zonegate_up 0" in text, status, text)
        status, said = rig.put()
        check(status == 503, status, said)
        check(rig.parts() == [], rig.parts())
        check(time.monotonic() - start < 50, "it took long")


@test
def a_daemon_that_is_gone_or_talks_nonsense_is_no_daemon():
    with Rig() as rig:
        for garble in (b"nonsense\n", b"{}\n", b"[1]\n", b'{"ok":true}\n',
                       b'{"ok":true,"status":{"schema":"other"}}\n',
                       b'{"ok":false}\n', b"\xff\xfe\n"):
            rig.daemon.garble = garble
            asked = rig.daemon.count("status")
            status, _ = rig.json("GET", "/readyz")
            # What was known a moment ago may still be shown.
            while rig.daemon.count("status") == asked:
                time.sleep(0.05)
                status, _ = rig.json("GET", "/readyz")
            check(status == 503, garble, status)
            status, said = rig.json("GET", "/v1/candidates/7", "viewer")
            check(status in (500, 503), garble, status, said)
        rig.daemon.close()
        status, said = rig.json("GET", "/v1/candidates/7", "viewer")
        check(status == 503, status, said)


@test
def the_status_is_asked_for_once_a_second_for_all():
    with Rig() as rig:
        start = time.monotonic()
        for _ in range(30):
            status, _ = rig.json("GET", "/readyz")
            check(status == 200, status)
        most = time.monotonic() - start + 2
        check(rig.daemon.count("status") <= most,
              rig.daemon.count("status"), "in", most)


@test
def the_daemons_refusals_have_their_statuses():
    with Rig() as rig:
        for code, wanted in (
                ("bad-request", 400), ("unknown-zone", 404),
                ("not-found", 404), ("forbidden", 403), ("conflict", 409),
                ("no-space", 507), ("too-large", 413), ("busy", 429),
                ("unavailable", 503), ("failed", 500), ("new-one", 500)):
            rig.daemon.refuse["submit"] = Refusal(code, "why \u00e9")
            status, about, text = rig.ask(
                "PUT", "/v1/zones/shop/candidate", "submitter", b"zone")
            check(status == wanted, code, status)
            said = json.loads(text)
            check(said == {"error": code, "message": "why \u00e9"}, said)
            if wanted in (429, 503):
                check(about["Retry-After"] is not None, code)
            check(rig.parts() == [], code, rig.parts())


@test
def many_zones_fit():
    with Rig() as rig:
        rig.daemon.zones = [zone(f"zone-{n}.example.") for n in range(3000)]
        status, said = rig.json("GET", "/v1/zones", "viewer")
        check(status == 200 and len(said["zones"]) == 3000, status)
        status, said = rig.json("GET", "/v1/zones/zone-2999.example", "viewer")
        check(status == 200, status)
        status, _, _ = rig.ask("GET", "/", "viewer")
        check(status == 200, status)


@test
def it_listens_on_all_addresses():
    with Rig(listen=("127.0.0.1:0", "127.0.0.2:0", "[::1]:0")) as rig:
        check(len(rig.addresses) == 3, rig.addresses)
        for rig.address in rig.addresses:
            status, _ = rig.json("GET", "/healthz")
            check(status == 200, rig.address, status)
