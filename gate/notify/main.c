/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-notify: sends what the daemon wants sent, side by side,
 * and says what became of each.
 */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/die.h"
#include "base/libraries.h"
#include "base/memory.h"
#include "base/spawn.h"
#include "notify/lines.h"
#include "notify/message.h"
#include "notify/notify.h"
#include "notify/transfer.h"
#include "notify/waiting.h"

/* While so many octets of answers are not taken, nothing new is read. */
#define REPLIES_PENDING_MOST (1u << 20)
#define POLL_MOST_MS 600000

/* All that the program knows. */
struct notify {
	CURLM *multi;
	struct lines lines;
	struct replies replies;
	struct waiting waiting;
	struct transfer *transfers[NOTIFY_UNDER_WAY];
};

/* ---- answers ---- */

/* The reference ID is taken. */
static void
reply(struct notify *notify, json_t *id, const struct outcome_sent *outcome,
    double seconds)
{
	json_t *answer = json_pack("{s:o, s:b, s:I, s:s, s:f}", "id", id, "ok",
	    (int)outcome->ok, "status", (json_int_t)outcome->status, "error",
	    outcome->error, "seconds", seconds);
	char *line = json_dumps(answer,
	    JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6));

	if (line == NULL) {
		die("out of memory");
	}
	replies_add(&notify->replies, line);
	free(line);
	json_decref(answer);
}

static void
reply_to(struct notify *notify, const struct message *message,
    const struct outcome_sent *outcome)
{
	reply(notify, json_integer(message->id), outcome,
	    (double)(spawn_now_ms() - message->received_ms) / 1000.0);
}

static void
refuse(struct notify *notify, const struct message *message, const char *why)
{
	struct outcome_sent outcome = {.ok = false};

	snprintf(outcome.error, sizeof(outcome.error), "%s", why);
	reply_to(notify, message, &outcome);
}

/* ---- from the daemon ---- */

static void
take_line(struct notify *notify, const char *line, size_t length)
{
	struct outcome_sent outcome = {.ok = false};
	json_t *id;
	struct message *message =
	    message_read(line, length, spawn_now_ms(), &id, outcome.error);

	if (message == NULL) {
		reply(notify, id, &outcome, 0);
	} else if (!waiting_add(&notify->waiting, message)) {
		refuse(notify, message, "too many messages wait");
		message_free(message);
	}
}

static void
take_lines(struct notify *notify)
{
	const struct outcome_sent too_long = {
	    .error = "bad message: the line is longer than 1 MiB"};

	while (replies_pending(&notify->replies) < REPLIES_PENDING_MOST) {
		char *line;
		size_t length;

		switch (lines_next(&notify->lines, &line, &length)) {
		case LINES_LINE:
			take_line(notify, line, length);
			break;
		case LINES_TOO_LONG:
			reply(notify, json_null(), &too_long, 0);
			break;
		case LINES_NONE:
			return;
		}
	}
}

/* ---- to the world ---- */

static void
start(struct notify *notify, struct message *message)
{
	struct transfer **slot = notify->transfers;
	struct outcome_sent outcome = {.ok = false};

	while (*slot != NULL) {
		slot++;
	}
	*slot = transfer_start(notify->multi, message, spawn_now_ms(),
	    outcome.error);
	if (*slot == NULL) {
		reply_to(notify, message, &outcome);
		waiting_done(&notify->waiting, message);
		message_free(message);
	}
}

static void
start_those_that_may(struct notify *notify)
{
	struct message *message;

	while ((message = waiting_late(&notify->waiting, spawn_now_ms())) !=
	       NULL) {
		refuse(notify, message,
		    "not sent: messages to the same host took all its time");
		message_free(message);
	}
	while ((message = waiting_next(&notify->waiting)) != NULL) {
		start(notify, message);
	}
}

static void
finish(struct notify *notify, CURL *easy, CURLcode result)
{
	struct outcome_sent outcome;
	struct transfer *transfer = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
	for (size_t i = 0; i < NOTIFY_UNDER_WAY; i++) {
		if (notify->transfers[i] == transfer) {
			notify->transfers[i] = NULL;
		}
	}
	transfer_outcome(transfer, result, &outcome);
	reply_to(notify, transfer->message, &outcome);
	waiting_done(&notify->waiting, transfer->message);
	transfer_free(notify->multi, transfer);
}

static void
serve_transfers(struct notify *notify)
{
	int running, left;
	CURLMcode code = curl_multi_perform(notify->multi, &running);
	CURLMsg *done;

	if (code != CURLM_OK) {
		die("libcurl: %s", curl_multi_strerror(code));
	}
	while ((done = curl_multi_info_read(notify->multi, &left)) != NULL) {
		if (done->msg == CURLMSG_DONE) {
			finish(notify, done->easy_handle, done->data.result);
		}
	}
}

/* ---- the loop ---- */

static void
wait_for_something(struct notify *notify)
{
	struct curl_waitfd control = {.fd = NOTIFY_FD};
	size_t pending = replies_pending(&notify->replies);
	int64_t left_ms = waiting_deadline(&notify->waiting) - spawn_now_ms();

	if (pending > 0) {
		control.events |= CURL_WAIT_POLLOUT;
	}
	if (pending < REPLIES_PENDING_MOST) {
		control.events |= CURL_WAIT_POLLIN;
	}
	left_ms = left_ms < 0 ? 0 : left_ms;
	left_ms = left_ms > POLL_MOST_MS ? POLL_MOST_MS : left_ms;
	CURLMcode code =
	    curl_multi_poll(notify->multi, &control, 1, (int)left_ms, NULL);

	/* EINTR is none of them. */
	if (code != CURLM_OK) {
		die("libcurl: %s", curl_multi_strerror(code));
	}
}

/* Until the daemon's end is closed. */
static void
serve(struct notify *notify)
{
	while (replies_pending(&notify->replies) >= REPLIES_PENDING_MOST ||
	       lines_fill(&notify->lines, NOTIFY_FD)) {
		take_lines(notify);
		serve_transfers(notify);
		start_those_that_may(notify);
		if (!replies_flush(&notify->replies, NOTIFY_FD)) {
			return;
		}
		wait_for_something(notify);
	}
}

/* Loads what name lookups need while files may still be looked for, and says
 * so early if the library is not what it was built with. */
static void
prepare(void)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		die("libcurl cannot be initialised");
	}
	if (getaddrinfo("localhost", NULL, &hints, &found) == 0) {
		freeaddrinfo(found);
	}
}

int
main(int argc, char **argv)
{
	static const struct confinement confinement = {
	    .reads_files = true,
	    .connects = true,
	    .threads = true,
	    .memory = 16ULL << 30,
	    .open_files = 1024,
	};
	struct notify notify = {0};
	unsigned waived;

	die_init("zonegate-notify");
	libraries_answer(argc, argv, "zonegate-notify");
	if (!confine_waivers(argc, argv, 1, &waived)) {
		die("usage: zonegate-notify [--waive landlock | seccomp] ...");
	}
	int type;
	socklen_t size = sizeof(type);

	if (getsockopt(NOTIFY_FD, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
	    type != SOCK_STREAM) {
		die("descriptor %d is no stream socket: `zonegate serve' "
		    "starts this program",
		    NOTIFY_FD);
	}
	fcntl(NOTIFY_FD, F_SETFD, FD_CLOEXEC);
	/* No proxy, key log or resolver option from the environment. */
	clearenv();
	signal(SIGPIPE, SIG_IGN);
	prepare();
	confine(&confinement, waived);
	notify.multi = curl_multi_init();
	if (notify.multi == NULL) {
		die("libcurl cannot be initialised");
	}
	lines_init(&notify.lines, NOTIFY_LINE_MAX);
	serve(&notify);
	for (size_t i = 0; i < NOTIFY_UNDER_WAY; i++) {
		if (notify.transfers[i] != NULL) {
			transfer_free(notify.multi, notify.transfers[i]);
		}
	}
	waiting_release(&notify.waiting);
	curl_multi_cleanup(notify.multi);
	curl_global_cleanup();
	lines_release(&notify.lines);
	replies_release(&notify.replies);
	return 0;
}
