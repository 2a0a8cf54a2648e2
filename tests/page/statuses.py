# SPDX-License-Identifier: GPL-3.0-or-later
"""Status documents (zonegate-status-1) in every state that there is, at one
moment of a night."""

from datetime import datetime, timedelta, timezone

NOW = datetime(2026, 11, 22, 3, 12, 4, tzinfo=timezone.utc)
MINUTE, HOUR, DAY = 60, 3600, 86400

# State, level, and the words that the page must show for it.
STATES = {
    "released": ("ok", "RELEASED"),
    "judging": ("ok", "JUDGING"),
    "observe": ("ok", "OBSERVE"),
    "held": ("warning", "HELD"),
    "blocked": ("critical", "BLOCKED"),
    "disputed": ("critical", "DISPUTED"),
    "unjudged": ("warning", "UNJUDGED"),
    "quarantined": ("critical", "QUARANTINED"),
    "stale": ("warning", "STALE"),
    "empty": ("warning", "EMPTY"),
    "gate-broken": ("critical", "GATE BROKEN"),
}

ALARM_OF = {
    "held": "zone-held", "blocked": "zone-blocked",
    "disputed": "zone-disputed", "unjudged": "zone-unjudged",
    "quarantined": "candidate-quarantined", "stale": "resign-overdue",
    "empty": "never-released",
}

TEXT = {
    "released": "serial 2026112104 was judged good and is served",
    "judging": "serial 2026112201 is being judged since 40 s",
    "observe": "only observed: serial 2026112104 was published as it came",
    "held": "2 findings of severity hold: signatures live longer than the "
            "policy allows",
    "blocked": "1 finding of severity block: an RRSIG does not validate",
    "disputed": "the validators differ on 3 of 1,110 claims, also when asked "
                "again",
    "unjudged": "validator unbound ended \"late\": still at work after 10m; "
                "judged again in 4 min",
    "quarantined": "judging crashed twice on this candidate",
    "stale": "no good zone for 5 h; the signer's interval is 2 h",
    "empty": "nothing was ever released for this zone",
    "gate-broken": "waits for the gate",
}

DECISION_OF = {"held": "hold", "blocked": "block", "disputed": "disputed",
               "unjudged": "unjudged", "quarantined": None}


def at(seconds):
    """RFC 3339, SECONDS from now."""
    return (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def finding(severity="hold", check="rrsig-lifetime-max", **more):
    return {"check": check, "severity": severity, "rule": "policy",
            "source": "policy", "owner": "www.shop.", "type": "A",
            "line": 4711, "count": 12,
            "message": "lives 40d, the policy allows 30d",
            "remedy": "set the signer's validity to at most 30d",
            "seen_by": [], "fingerprint": "5e" * 32, **more}


def candidate(number, zone, state="held", decision="hold", **more):
    persons = 1 if decision == "hold" else 2
    return {
        "id": number, "zone": zone, "serial": 2026112200 + number % 100,
        "state": state, "decision": decision,
        "reason": "2 findings of severity hold",
        "received_at": at(-2 * HOUR - 120), "judged_at": at(-2 * HOUR),
        "released_at": None, "released_by": None, "via": "http",
        "actor": "signer-1", "sha256": "ab" * 32, "bytes": 1234567,
        "seconds": 3.2, "attempts": 0, "not_before": None,
        "expiry": at(6 * DAY), "superseded_by": None, "report": True,
        "summary": {"counts": {"block": int(decision == "block"),
                               "hold": 2 * int(decision == "hold"),
                               "warn": 1, "info": 3},
                    "findings": [finding()], "findings_left_out": 0},
        "needs": {"persons": persons, "have": 0,
                  "break_glass": persons == 2},
        "approvals": [], "steps": [], **more}


def zone(name, state="released", number=12, **more):
    level = STATES[state][0]
    row = {
        "zone": name, "mode": "observe" if state == "observe" else "gate",
        "state": state, "level": level, "since": at(-2 * HOUR),
        "text": TEXT[state], "until": None,
        "published": {
            "candidate": number - 1, "serial": 2026112104,
            "sha256": "cd" * 32, "released_at": at(-5 * HOUR),
            "released_by": "observe" if state == "observe" else "verdict",
            "expiry": at(6 * DAY + 4 * HOUR + 7 * MINUTE),
            "headroom_seconds": 6 * DAY + 4 * HOUR + 7 * MINUTE,
            "soa_expire_seconds": 7 * DAY},
        "open": None, "judging": None, "queued": 0,
        "last_good_at": at(-5 * HOUR), "resign_interval_max": 7200,
        "policy": "centralnic", "policy_sha256": "ef" * 32,
        "counters": {"received": 120, "superseded": 3, "release": 110,
                     "hold": 4, "block": 1, "disputed": 0, "unjudged": 2,
                     "released": 111, "approved": 1},
        "claims": 1110, "disputes_total": 0,
        "durations": {"count": 117, "sum": 301.25,
                      "buckets": [[0.1, 0], [0.5, 3], [1, 40], [5, 110],
                                  [10, 116], [30, 116], [60, 117],
                                  [300, 117], [600, 117]]}}
    if state in DECISION_OF:
        row["open"] = candidate(
            number, name,
            "quarantined" if state == "quarantined" else "held",
            DECISION_OF[state], reason=TEXT[state])
        row["until"] = row["published"]["expiry"]
    if state == "judging":
        row["judging"] = number
    if state == "empty":
        row["published"] = None
    return {**row, **more}


def alarm(kind, name="", level="warning", text="Something is wrong.", **more):
    return {"kind": kind, "zone": name, "detail": "", "level": level,
            "since": at(-40 * MINUTE), "until": None, "text": text, **more}


def gate(state="ok", **more):
    why = {"ok": None,
           "broken": "canary \"bad-rrsig\" came back secure with libunbound "
                     "1.17.1: it must be bogus",
           "clock-suspect": "the clock says 02:12, the newest entry of the "
                            "log 03:12: it went back by 1 h"}
    return {"state": state, "why": why[state], "queue": 3, "running": 2,
            "max_parallel": 2, "disk_free": 41200000000, "reserve": True,
            "uploads": True, "ledger": "ok", "canary_at": at(-12 * MINUTE),
            "heartbeat_at": at(-4), "ldns": "ldns 1.8.3, OpenSSL 3.0.15",
            "unbound": "libunbound 1.17.1, Nettle 3.8.1", "http": True,
            "notify": True, **more}


def status(zones, alarms=(), gate_is=None, level=None):
    """As the daemon says it: a zone's level and text are those of its worst
    alarm."""
    order = ["critical", "warning", "ok"]
    own = [alarm(ALARM_OF[z["state"]], z["zone"], STATES[z["state"]][0],
                 TEXT[z["state"]], since=z["since"], until=z["until"])
           for z in zones if z["state"] in ALARM_OF]
    for row in zones:
        told = [one for one in [*alarms, *own] if one["zone"] == row["zone"]]
        if told:
            worst = min(told, key=lambda one: order.index(one["level"]))
            row |= {key: worst[key] for key in ("level", "text", "since")}
            row["until"] = worst["until"] or row["until"]
    levels = [z["level"] for z in zones] + [a["level"] for a in alarms]
    worst = level or min(levels or ["ok"], key=order.index)
    return {
        "schema": "zonegate-status-1", "version": "0.1.0", "at": at(0),
        "started": at(-9 * DAY), "level": worst, "gate": gate_is or gate(),
        "alarms": sorted([*alarms, *own],
                         key=lambda a: order.index(a["level"])),
        "zones": sorted(zones, key=lambda z: (order.index(z["level"]),
                                              z["zone"]))}


def every_state():
    """One zone in each state."""
    zones = [zone(f"{state}.example.", state, 12 + i)
             for i, state in enumerate(STATES)]
    return status(zones, [
        alarm("hook-failed", "released.example.", text="hook reload exited "
              "with status 1: nsd-control: connect: refused. Look at NSD.",
              detail="reload"),
        alarm("disk-low", text="2.1 GB free; the reserve is 4 GB")])


def shown():
    """Name to status: what the screenshots show."""
    near = {"candidate": 11, "serial": 2026112104, "sha256": "cd" * 32,
            "released_at": at(-29 * DAY), "released_by": "approval",
            "expiry": at(5 * HOUR + 7 * MINUTE),
            "headroom_seconds": 5 * HOUR + 7 * MINUTE,
            "soa_expire_seconds": 30 * DAY}
    over = {**near, "expiry": at(-HOUR), "headroom_seconds": -HOUR,
            "soa_expire_seconds": 28 * DAY}
    broken = [zone(f"z{i}.example.", "gate-broken") for i in range(5)]
    many = [zone(f"zone-{i:03}.example.",
                 published={**near, "released_at": at(-i * 60),
                            "released_by": "verdict",
                            "expiry": at(6 * DAY + i * 1000),
                            "headroom_seconds": 6 * DAY + i * 1000})
            for i in range(190)]
    few = [zone("held.example.", "held"), zone("blocked.example.", "blocked"),
           *[zone(f"judging-{i}.example.", "judging") for i in range(6)],
           *[zone(f"observed-{i}.example.", "observe") for i in range(2)]]
    return {
        "silent": None,
        "well": status([zone("shop."), zone("example."),
                        zone("new.", "judging"), zone("try.", "observe")]),
        "states": every_state(),
        "held": status([zone("shop.", "held", published=near,
                             until=near["expiry"]),
                        zone("example.")],
                       [alarm("headroom-critical", "shop.", "critical",
                              "the published signatures run out in 5 h; the "
                              "critical bound is 12 h",
                              until=near["expiry"])]),
        "expired": status([zone("shop.", "blocked", published=over,
                                until=over["expiry"]), zone("example.")],
                          [alarm("signatures-expired", "shop.", "critical",
                                 "published signatures have EXPIRED: the zone "
                                 "is failing for everybody who validates. Get "
                                 "a freshly signed zone to the gate now",
                                 since=over["expiry"],
                                 until=over["expiry"])]),
        "broken": status(broken, [alarm("gate-broken", "", "critical",
                                        "canary bad-rrsig came back secure")],
                         gate("broken"), "critical"),
        "clock": status([zone("shop."), zone("example.")], (),
                        gate("clock-suspect"), "critical"),
        "observed": status([zone("try.", "observe")], [
            alarm("observe-would-refuse", "try.", text="the zone that is "
                  "published would not have gone out in gate mode: it is "
                  "only observed. Look at its findings")]),
        "hook": status([zone("shop."), zone("example.")], [
            alarm("hook-failed", "shop.", detail="reload",
                  text="a hook fails after a release: reload exited with "
                  "status 1. Run the command by hand.")]),
        "many": status([*few, *many]),
        "long": status([zone(
            "xn--" + "a-very-long-label-without-an-end-in-sight-" * 2 + ".x."
            * 20, "stale")],
            [alarm("w" * 31, "xn--long.", text="w" * 300)]),
        "none": status([]),
    }


def zone_page():
    """A zone and its candidates, of every state."""
    name = "shop."
    steps = [{"kind": "hook", "name": "reload", "state": "done",
              "attempts": 1, "output": "ok", "at": at(-5 * HOUR)},
             {"kind": "probe", "name": "ns1", "state": "failed",
              "attempts": 4, "output": "192.0.2.1: serial 2026112103, not "
              "2026112104", "at": at(-60)}]
    approvals = [{"person": "alice", "reason": "the signer's validity is "
                  "changed tomorrow", "at": at(-HOUR), "until": None,
                  "fingerprint": None, "break_glass": True}]
    rows = [
        candidate(17, name, "judging", None, summary=None, needs=None,
                  judged_at=None, report=False, reason=""),
        candidate(16, name, "waiting", None, summary=None, needs=None,
                  judged_at=None, report=False, reason=""),
        candidate(15, name, "held", "disputed", approvals=approvals,
                  needs={"persons": 2, "have": 1, "break_glass": True}),
        candidate(14, name, "held", "hold"),
        candidate(13, name, "quarantined", None),
        candidate(12, name, "discarded", "block"),
        candidate(11, name, "released", "release", needs=None, steps=steps,
                  released_at=at(-5 * HOUR), released_by="verdict",
                  reason="both validators call all 1,110 claims secure"),
        candidate(10, name, "replaced", "release", needs=None),
        candidate(9, name, "superseded", None, needs=None, summary=None)]
    return {"zone": zone(name, "held", 15, open=rows[2]), "candidates": rows}
