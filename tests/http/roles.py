# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what, route by route."""

import base64
import json

from rig import TOKENS, Rig, candidate, check, tests

TESTS, test = tests()

REASON = {"reason": "seen with the registrar"}
UNTIL = {**REASON, "until": "2026-11-22T10:00:00Z", "fingerprint": "0" * 64}

OPEN = ("/healthz", "/readyz")
VIEWS = ("/", "/health", "/metrics", "/openapi.json", "/v1/openapi.json",
         "/zones/shop.", "/v1/zones", "/v1/zones/shop.",
         "/v1/zones/shop./candidates", "/v1/candidates/7",
         "/v1/candidates/7/report", "/v1/candidates/7/report.json",
         "/v1/candidates/7/report.html", "/v1/events")
SUBMIT = "/v1/zones/shop./candidate"
ACTS = {"/v1/candidates/7/approve": REASON,
        "/v1/candidates/7/discard": REASON,
        "/v1/zones/shop./approvals": UNTIL}
EVERYBODY = (None, "wrong-token", *TOKENS)


def prepared(**settings):
    rig = Rig(**settings)
    rig.daemon.candidates[7] = candidate(7, state="held", decision="hold")
    for kind in ("json", "html"):
        (rig.state / "reports" / f"7.{kind}").write_text("{}")
    return rig


def look(rig, path, who):
    """The status of a view; a stream is looked at by its header."""
    return rig.ask("HEAD" if path == "/v1/events" else "GET", path, who)[0]


@test
def what_is_open_is_open_to_everybody():
    with prepared() as rig:
        for path in OPEN:
            for who in EVERYBODY:
                check(look(rig, path, who) == 200, path, who)


@test
def views_want_any_role():
    with prepared() as rig:
        for path in VIEWS:
            for who in EVERYBODY:
                wanted = 200 if who in TOKENS else 401
                status = look(rig, path, who)
                check(status == wanted, path, who, status)


def password(token):
    pair = base64.b64encode(f"anyone:{token}".encode()).decode()
    return {"Authorization": "Basic " + pair}


@test
def a_token_as_password_opens_pages_and_nothing_else():
    with prepared() as rig:
        for who, token in TOKENS.items():
            status, _, _ = rig.ask("GET", "/", **password(token))
            check(status == 200, who, status)
            for path, document in ACTS.items():
                status, _, _ = rig.ask("POST", path, None,
                                       json.dumps(document),
                                       Content_Type="application/json",
                                       **password(token))
                check(status == 403, path, who, status)
            status, _, _ = rig.ask("PUT", SUBMIT, None, b"zone",
                                   **password(token))
            check(status == 403, who, status)
        check(rig.daemon.count("approve") == 0, "approved by a password")
        status, headers, _ = rig.ask("GET", "/", **password("wrong"))
        check(status == 401, status)
        # Else no browser would ask.
        check(any(value.startswith("Basic ") for value in
                  headers.get_all("WWW-Authenticate")), headers)


@test
def uploads_want_a_submitter_of_the_zone():
    with prepared() as rig:
        for who in EVERYBODY:
            wanted = {None: 401, "wrong-token": 401,
                      "submitter": 202}.get(who, 403)
            status, said = rig.put(who=who)
            check(status == wanted, who, status, said)
        check(len(rig.daemon.taken) == 1, rig.daemon.taken)
        status, _ = rig.put("other.")
        check(status == 403, "submitter of another zone", status)
        status, _ = rig.put("@")
        check(status == 202, "submitter of the root", status)
        asked = rig.daemon.last("submit")
        check(asked["actor"] == "submitter", asked)
        check(asked["as"]["name"] == "submitter", asked)
        check(asked["as"]["role"] == "submitter", asked)
        check(asked["as"]["token"] == TOKENS["submitter"], asked)
        check(rig.daemon.last("status")["as"]["token"] is None,
              "the token is shown for nothing")
        check(asked["as"]["address"] == "127.0.0.1", asked)


@test
def approving_wants_an_operator_with_a_token():
    with prepared() as rig:
        for path, document in ACTS.items():
            for who in EVERYBODY:
                wanted = {None: 401, "wrong-token": 401,
                          "operator": 200}.get(who, 403)
                status, said = rig.post(path, who, document)
                check(status == wanted, path, who, status, said)
        check(rig.daemon.count("approve") == 2, "one each of two")
        check(rig.daemon.count("discard") == 1, "only the operator's")
        asked = rig.daemon.last("approve")
        check(asked["as"]["token"] == TOKENS["operator"], asked)
        check(asked["zone"] == "shop." and "id" not in asked, asked)
        check(asked["fingerprint"] == UNTIL["fingerprint"], asked)


@test
def approvals_say_what_came_of_them():
    with prepared() as rig:
        path = "/v1/candidates/7/approve"
        status, said = rig.post(path, "operator", REASON)
        check(status == 200 and said["released"] is True, status, said)
        check(said["candidate"]["id"] == 7, said)
        status, said = rig.post(path, "operator",
                                {**REASON, "break_glass": True})
        check(status == 200 and said["released"] is False, status, said)
        check(said["needs"]["persons"] == 2, said)
        status, said = rig.post("/v1/candidates/7/discard", "operator", REASON)
        check(said["state"] == "discarded", said)
        status, said = rig.post("/v1/candidates/9/approve", "operator", REASON)
        check(status == 404, status, said)


@test
def what_an_operator_says_is_looked_at():
    with prepared() as rig:
        path = "/v1/candidates/7/approve"
        for document in ({}, [], "x", None, {"reason": ""}, {"reason": 1},
                         {"reason": "x" * 1024}, {"reason": "a\0b"},
                         {**REASON, "break_glass": "yes"},
                         {**REASON, "as": {"role": "operator"}},
                         {**REASON, "op": "reload"}, {**REASON, "id": 8},
                         {**REASON, "zone": "other."}):
            status, said = rig.post(path, "operator", document)
            check(status == 400, document, status, said)
        for lacking in UNTIL:
            document = {key: value for key, value in UNTIL.items()
                        if key != lacking}
            status, said = rig.post("/v1/zones/shop./approvals", "operator",
                                    document)
            check(status == 400, document, status, said)
        for text in ("", "{", '{"reason":"a","reason":"b"}',
                     '{"reason":"a"} x', "[" * 5000):
            status, said = rig.json("POST", path, "operator", text,
                                    Content_Type="application/json")
            check(status == 400, text[:20], status, said)
        check(rig.daemon.count("approve") == 0, "the daemon was asked")
        for kind in (None, "text/plain", "application/jsonx",
                     "application/x-www-form-urlencoded",
                     "multipart/form-data"):
            headers = {"Content-Type": kind} if kind else {}
            status, _ = rig.json("POST", path, "operator",
                                 json.dumps(REASON), **headers)
            check(status == 415, kind, status)
        status, _ = rig.json("POST", path, "operator",
                             b'{"reason":"' + b"x" * 70000 + b'"}',
                             Content_Type="application/json")
        check(status == 413, status)
        check(rig.daemon.count("approve") == 0, "the daemon was asked")


@test
def without_credentials_one_may_read_and_no_more():
    with prepared(credentials=False) as rig:
        for path in (*OPEN, *VIEWS):
            for who in (None, "operator"):
                check(look(rig, path, who) == 200, path, who)
        for who in (None, "operator", "submitter"):
            check(rig.put(who=who)[0] == 403, who)
            for path, document in ACTS.items():
                status, said = rig.post(path, who, document)
                check(status == 403, path, who, status, said)
        check(rig.daemon.taken == [], rig.daemon.taken)


@test
def without_credentials_a_name_that_points_here_is_not_enough():
    with prepared(credentials=False) as rig:
        for host, wanted in (("localhost:8053", 200), ("127.0.0.1", 200),
                             ("127.1.2.3:80", 200), ("[::1]:8053", 200),
                             ("evil.example", 421), ("127.0.0.1.evil", 421),
                             ("localhost.evil", 421), ("", 421)):
            status, _, _ = rig.ask("GET", "/v1/zones", Host=host)
            check(status == wanted, host, status)
    with prepared() as rig:
        status, _, _ = rig.ask("GET", "/v1/zones", "viewer",
                               Host="gate.example")
        check(status == 200, "with tokens any name will do:", status)


@test
def tokens_are_taken_exactly():
    with prepared() as rig:
        token = TOKENS["viewer"]
        for text, wanted in (
                (f"Bearer {token}", 200), (f"bearer {token}", 200),
                (f"Bearer  {token}", 200), (f"Bearer {token}x", 401),
                (f"Bearer {token[:-1]}", 401), (f"Basic {token}", 401),
                (token, 401), ("Bearer", 401), ("Bearer ", 401),
                (f"Bearer {token} {token}", 401), (f"Bearer {token},", 401),
                (f"Bearer {token.upper()}", 401), ("Bearer " + "x" * 513, 401),
                (f'Bearer "{token}"', 401)):
            status, about, _ = rig.ask("GET", "/v1/zones", Authorization=text)
            check(status == wanted, text[:60], status)
            if wanted == 401:
                check(about["WWW-Authenticate"].startswith("Bearer"), text)
        for cookie in (f"token={token}", f"Authorization=Bearer {token}"):
            status, _, _ = rig.ask("GET", "/v1/zones", Cookie=cookie)
            check(status == 401, cookie, status)
        status, _, _ = rig.ask("GET", f"/v1/zones?access_token={token}")
        check(status == 401, "a token in the target", status)


@test
def another_sites_page_may_not_act():
    with prepared() as rig:
        path = "/v1/candidates/7/approve"
        for site, wanted in (("cross-site", 403), ("same-site", 403),
                             ("same-origin", 200), ("none", 200)):
            status, said = rig.json(
                "POST", path, "operator", json.dumps(REASON),
                Content_Type="application/json", Sec_Fetch_Site=site)
            check(status == wanted, site, status, said)
        status, _, _ = rig.ask("OPTIONS", path, Origin="https://evil.example")
        check(status == 405, "no preflight is answered", status)


@test
def wrong_methods_are_named():
    with prepared() as rig:
        for path, allowed in ((*((view, "GET, HEAD") for view in VIEWS),
                               (SUBMIT, "PUT"),
                               *((act, "POST") for act in ACTS))):
            for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH",
                           "OPTIONS", "TRACE", "get"):
                if method in allowed:
                    continue
                status, about, _ = rig.ask(method, path, "operator")
                check(status == 405, method, path, status)
                check(about["Allow"] == allowed, path, about["Allow"])
