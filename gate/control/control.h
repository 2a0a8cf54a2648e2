/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control.h -- how the command line and zonegate-http talk to the daemon: a
 * stream socket, one JSON object a line each way, one answer to each question,
 * in order.
 *
 * STATE/run/control.sock (mode 0660) is for people: who asks is the account at
 * the other end (SO_PEERCRED).  STATE/run/http.sock (0600) is for zonegate-http
 * alone: who asks is said in "as", and for what changes something (submit,
 * approve, discard) the daemon looks at the token itself.
 *
 * Question:  {"op": OP, ...}, and over http.sock
 *   "as": {"name": "...", "role": "viewer"|"submitter"|"operator",
 *          "token": "..." | null, "address": "192.0.2.1"}
 * Answer:    {"ok": true, ...} or
 *            {"ok": false, "error": CODE, "message": "for people"}
 * CODE: "bad-request", "unknown-zone", "not-found", "forbidden", "conflict",
 *       "no-space", "too-large", "busy", "unavailable", "failed".
 *
 * OP            members                        answer
 * ping                                         version, pid, started
 * status                                       status: {zonegate-status-1}
 * candidates    zone, limit (100), before      candidates: [candidate]
 * candidate     id                             candidate
 * submit        zone, file, actor              candidate, known: bool
 *   control.sock: FILE is an absolute path, read by the daemon by a descriptor
 *   that comes with the message (SCM_RIGHTS), so that nobody makes it read what
 *   he may not.  http.sock: FILE is a name in STATE/upload/, taken over by
 *   renaming; on failure it is removed.
 * wait          id, seconds (<= 600)           candidate, once its decision is
 *               made (or the time is over)
 * holds                                        candidates: [candidate]
 * approve       id | zone + fingerprint +      candidate or null, released:
 *               until (RFC 3339); reason;      bool, needs: {persons, have,
 *               break_glass: bool              break_glass}
 * discard       id, reason                     candidate
 * events        after (sequence), limit        events: [log entry], head
 * reload        force: bool, reason            reloaded: bool, message
 *
 * candidate: {"id": 12, "zone": "shop.", "serial": 2026112101, "state": "held",
 *   "decision": "hold"|null, "reason": "...", "received_at": RFC 3339,
 *   "judged_at", "released_at", "released_by", "via", "actor", "sha256",
 *   "bytes", "seconds", "attempts", "not_before", "expiry", "superseded_by",
 *   "report": bool (STATE/reports/<id>.json and .html are there),
 *   "summary": {outcome_summary(), outcome.h} | null,
 *   "needs": {"persons", "have", "break_glass"} | null,
 *   "approvals": [{"person", "reason", "at", "until", "fingerprint",
 *                  "break_glass"}],
 *   "steps": [{"kind", "name", "state", "attempts", "output", "at"}]}
 * In lists `summary' has no more than the counts, and approvals and steps are
 * left out.
 *
 * zonegate-status-1: {"schema", "version", "at", "started",
 *   "level": "ok"|"warning"|"critical",
 *   "gate": {"state": "ok"|"broken"|"clock-suspect", "why": "..." | null,
 *     "queue": 3, "running": 2, "max_parallel": 2, "disk_free": octets,
 *     "reserve": bool (whole), "uploads": bool (accepted), "ledger": "ok"|...,
 *     "canary_at", "heartbeat_at", "ldns": "ldns 1.8.3, OpenSSL ...",
 *     "unbound": "...", "http": bool, "notify": bool},
 *   "alarms": [alarm_json(), watch.h], worst first,
 *   "zones": [{"zone", "mode": "gate"|"observe",
 *     "state": "released"|"judging"|"held"|"disputed"|"unjudged"|"blocked"|
 *              "quarantined"|"observe"|"stale"|"empty"|"gate-broken",
 *     "level", "since", "text": one sentence,
 *     "until": when it turns into an outage | null,
 *     "published": {"candidate", "serial", "sha256", "released_at",
 *        "released_by", "expiry", "headroom_seconds",
 *        "soa_expire_seconds" (the SOA's EXPIRE field)} | null,
 *     "open": candidate | null  (the newest that waits for a person),
 *     "judging": candidate id | null, "queued": 1,
 *     "last_good_at", "resign_interval_max", "policy", "policy_sha256",
 *     "counters": {"received", "superseded", "release", "hold", "block",
 *        "disputed", "unjudged", "released", "approved"},
 *     "claims": 1110, "disputes_total": 0,
 *     "durations": {"count", "sum", "buckets": [[0.1, n], [0.5, n], [1, n],
 *        [5, n], [10, n], [30, n], [60, n], [300, n], [600, n]]}}],
 *     worst first; cumulative buckets}
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define CONTROL_LINE_MAX (16u << 20)
#define CONTROL_ERROR 256
#define CONTROL_STATUS_SCHEMA "zonegate-status-1"

/* Connects to the socket at PATH; -1 with the reason in ERROR. */
int control_connect(const char *path, char error[CONTROL_ERROR]);

/*
 * Asks QUESTION (the reference stays the caller's) over connection FD and
 * returns the answer, a new reference; NULL with ERROR when there is none
 * within TIMEOUT_MS: then the connection is of no more use, since an answer may
 * still be on its way.  PASS is a descriptor to send along, or -1.  The answer
 * is an object with a boolean "ok"; false is an answer too.
 */
json_t *control_ask(int fd, const json_t *question, int pass, int timeout_ms,
    char error[CONTROL_ERROR]);
