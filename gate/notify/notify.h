/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * notify.h -- what the daemon and zonegate-notify say to each other, over a
 * pair of stream sockets: one JSON object a line, both ways.
 *
 * Daemon to notify, a message to send:
 *   {"id": 17, "kind": "webhook"|"push"|"heartbeat", "method": "POST"|"PUT"|"GET",
 *    "url": "https://...", "headers": ["Content-Type: application/json", ...],
 *    "body": "..." (webhook) | "file": "/abs/path" (push),
 *    "sha256": "<hex>" (push: of the file; sent as Content-Digest too),
 *    "secret_file": "/path" | null, "token_file": "/path" | null,
 *    "ca": "/path" | null, "certificate": "/path" | null, "key": "/path" | null,
 *    "deadline_ms": 30000}
 * With a secret_file, header "X-Zonegate-Signature: sha256=<hex>" is the
 * HMAC-SHA256 of "<timestamp>.<body>" under the file's first line, and
 * "X-Zonegate-Timestamp: <unix seconds>" goes with it.  A webhook is a POST, a
 * push a PUT, a heartbeat a GET or a POST.  deadline_ms (30000 if left out, at
 * most a day) counts from when the line was read: waiting for others to the
 * same host counts too.  Unknown members are refused.
 * Notify to daemon, once for each, at the latest when its deadline is over:
 *   {"id": 17, "ok": true|false, "status": 200, "error": "...", "seconds": 0.2}
 * ok: a 2xx answer; `error' is then "".  status: 0 if none came.  A line that
 * cannot be read is answered too, with id null if it has none.  A push whose
 * file is not that of `sha256' fails, and is not sent whole.
 * Many are under way at once (at most NOTIFY_UNDER_WAY, at most NOTIFY_PER_HOST
 * to one host and port, and in the second half of all only one); none waits
 * for another host's.  What waits beyond 8 MiB for one host, or 64 MiB, is
 * refused at once.  Redirects are not followed.  Answers are read up to 64 KiB
 * and thrown away, their first 200 octets kept for `error'.
 * When the socket ends, zonegate-notify ends.
 *
 * "--waive landlock" and "--waive seccomp" as arguments leave that part of its
 * confinement out; without them a kernel that lacks it is a fault.
 */
#pragma once

/* The daemon's end is handed over with this number. */
#define NOTIFY_FD 3
#define NOTIFY_LINE_MAX (1u << 20)
#define NOTIFY_UNDER_WAY 64
#define NOTIFY_PER_HOST 4
