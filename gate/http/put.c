/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/put.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/die.h"
#include "base/spawn.h"
#include "http/reply.h"
#include "http/upload.h"

/* The daemon is asked to wait for this long at a time, so that we see when
 * nobody waits any more. */
#define SLICE_S 5

static const struct header later[] = {{"Retry-After", "10"}, {0}};

/* ---- Prefer ---- */

/* The number at TEXT, cut at PUT_WAIT_MAX; -1 if it is none. */
static int
read_seconds(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	int seconds = 0;

	if (digits == 0 || strchr(" \t,;", text[digits]) == NULL) {
		return -1;
	}
	for (size_t i = 0; i < digits && seconds < PUT_WAIT_MAX; i++) {
		seconds = 10 * seconds + (text[i] - '0');
	}
	return seconds < PUT_WAIT_MAX ? seconds : PUT_WAIT_MAX;
}

int
put_wait(const char *prefer)
{
	while (prefer != NULL && *prefer != '\0') {
		prefer += strspn(prefer, " \t,");
		if (strncasecmp(prefer, "wait=", 5) == 0) {
			return read_seconds(prefer + 5);
		}
		prefer += strcspn(prefer, ",");
	}
	return -1;
}

/* ---- refusals ---- */

struct refusal {
	unsigned status;
	const char *code, *text;
};

static struct refusal
refusal_of(enum upload_end end)
{
	switch (end) {
	case UPLOAD_GOOD:
	case UPLOAD_FAILED:
		break;
	case UPLOAD_TOO_LARGE:
		return (struct refusal){MHD_HTTP_CONTENT_TOO_LARGE, "too-large",
		    "the content is larger than `upload_bytes_max' allows"};
	case UPLOAD_BUSY:
		return (struct refusal){MHD_HTTP_TOO_MANY_REQUESTS, "busy",
		    "too much is being uploaded: try again"};
	case UPLOAD_NO_SPACE:
		return (struct refusal){MHD_HTTP_INSUFFICIENT_STORAGE,
		    "no-space", "the disk is full"};
	case UPLOAD_DIFFERS:
		return (struct refusal){MHD_HTTP_BAD_REQUEST, "bad-request",
		    "the content is not what Content-Digest says: it was "
		    "damaged on its way"};
	case UPLOAD_EMPTY:
		return (struct refusal){
		    MHD_HTTP_BAD_REQUEST, "bad-request", "there is no content"};
	}
	return (struct refusal){MHD_HTTP_INTERNAL_SERVER_ERROR, "failed",
	    "the upload cannot be stored"};
}

static enum MHD_Result
reply_end(struct request *request, enum upload_end end)
{
	struct refusal refusal = refusal_of(end);

	if (end == UPLOAD_FAILED) {
		warn("upload: %s", strerror(errno));
	}
	return reply_problem(request, refusal.status, refusal.code,
	    refusal.text, end == UPLOAD_BUSY ? later : NULL);
}

static void
drop(struct request *request)
{
	upload_drop(request->upload);
	request->upload = NULL;
}

/* ---- the header ---- */

static bool
has_zone(const json_t *status, const char *zone)
{
	const json_t *zones = json_object_get(status, "zones");

	for (size_t i = 0; i < json_array_size(zones); i++) {
		const char *name =
		    json_string_value(json_object_get(json_array_get(zones, i),
		        "zone"));

		if (name != NULL && strcmp(name, zone) == 0) {
			return true;
		}
	}
	return false;
}

/* False, with an answer, unless the daemon takes uploads for this zone. */
static bool
is_wanted(struct request *request, enum MHD_Result *result)
{
	json_t *status = daemon_status(request->http->daemon);
	bool found = has_zone(status, request->route.zone);
	bool room =
	    json_is_true(json_object_get(json_object_get(status, "gate"),
	        "uploads"));

	if (status == NULL) {
		*result = reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "unavailable",
		    "`zonegate serve' does not answer: try again", later);
	} else if (!found) {
		*result = reply_problem(request, MHD_HTTP_NOT_FOUND,
		    "unknown-zone", "no such zone is configured", NULL);
	} else if (!room) {
		*result = reply_problem(request, MHD_HTTP_INSUFFICIENT_STORAGE,
		    "no-space",
		    "the disk's reserve is touched: no uploads until there is "
		    "room again",
		    later);
	}
	json_decref(status);
	return found && room;
}

/* What is stored as it is sent: unpacking is for the judging. */
static bool
is_coding_known(const char *coding)
{
	return coding == NULL || strcasecmp(coding, "identity") == 0 ||
	       strcasecmp(coding, "gzip") == 0 ||
	       strcasecmp(coding, "x-gzip") == 0 ||
	       strcasecmp(coding, "zstd") == 0;
}

/* The size that the header says; 0 if it says none.  libmicrohttpd has refused
 * what is no number. */
static uint64_t
said_size(const struct request *request)
{
	const char *text = request_header(request, "Content-Length");

	return text == NULL ? 0 : strtoull(text, NULL, 10);
}

/* False, with an answer, if a header asks for what there is not. */
static bool
is_understood(struct request *request, struct digest *digest,
    enum MHD_Result *result)
{
	static const struct header codings[] = {
	    {"Accept-Encoding", "gzip, zstd, identity"}, {0}};
	static const struct header digests[] = {
	    {"Want-Content-Digest", DIGEST_WANTED}, {0}};
	const char *field = request_header(request, "Content-Digest");

	if (!is_coding_known(request_header(request, "Content-Encoding"))) {
		*result = reply_problem(request,
		    MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "bad-request",
		    "Content-Encoding may be gzip, zstd or identity", codings);
		return false;
	}
	/* RFC 9110 14.5: a part is not the whole. */
	if (request_header(request, "Content-Range") != NULL) {
		*result = reply_problem(request, MHD_HTTP_BAD_REQUEST,
		    "bad-request", "a candidate is sent whole", NULL);
		return false;
	}
	if (field != NULL && !digest_read(field, digest)) {
		*result =
		    reply_problem(request, MHD_HTTP_BAD_REQUEST, "bad-request",
		        "Content-Digest is not like sha-256=:<base64>: or "
		        "sha-512=:<base64>:",
		        digests);
		return false;
	}
	return true;
}

bool
put_begin(struct request *request, enum MHD_Result *result)
{
	struct digest digest = {.wanted = {false}};

	if (!is_wanted(request, result) ||
	    !is_understood(request, &digest, result)) {
		return false;
	}
	enum upload_end end = UPLOAD_FAILED;

	errno = ENOMEM;
	if (digest_begin(&digest)) {
		end = upload_begin(request->http->uploads, request->route.zone,
		    said_size(request), &digest, &request->upload);
	}
	if (end != UPLOAD_GOOD) {
		*result = reply_end(request, end);
		digest_release(&digest);
	}
	return end == UPLOAD_GOOD;
}

/* ---- the content ---- */

void
put_content(struct request *request, const char *at, size_t size)
{
	enum upload_end end = upload_add(request->upload, at, size);

	if (end == UPLOAD_GOOD) {
		return;
	}
	struct refusal refusal = refusal_of(end);

	if (end == UPLOAD_FAILED) {
		warn("upload: %s", strerror(errno));
	}
	drop(request);
	reply_at_once(request, refusal.status, refusal.code, refusal.text,
	    end == UPLOAD_BUSY ? later : NULL);
}

/* ---- the answer ---- */

/* True if nothing more will be said of CANDIDATE by waiting. */
static bool
is_decided(const json_t *candidate)
{
	const char *state =
	    json_string_value(json_object_get(candidate, "state"));

	return json_is_string(json_object_get(candidate, "decision")) ||
	       (state != NULL && strcmp(state, "waiting") != 0 &&
	           strcmp(state, "judging") != 0);
}

/*
 * Waits for the decision on *CANDIDATE, whose reference is exchanged for a
 * newer one.  A daemon that stops answering has it all the same: the answer
 * is then 202.
 */
static void
wait_for_decision(struct request *request, int seconds, json_t **candidate)
{
	int64_t until_ms = spawn_now_ms() + (int64_t)seconds * 1000;
	json_t *id = json_object_get(*candidate, "id");

	json_incref(id);
	while (!is_decided(*candidate) && !request_is_gone(request)) {
		int64_t left_ms = until_ms - spawn_now_ms();

		if (left_ms <= 0) {
			break;
		}
		int slice = left_ms > SLICE_S * INT64_C(1000)
		                ? SLICE_S
		                : (int)(left_ms / 1000) + 1;
		json_t *answer =
		    daemon_ask(request->http->daemon, &request->caller, false,
		        json_pack("{s:s,s:O,s:i}", "op", "wait", "id", id,
		            "seconds", slice),
		        slice * 1000 + DAEMON_ANSWER_MS);
		json_t *newer = json_object_get(answer, "candidate");
		bool good = daemon_http_status(answer) == MHD_HTTP_OK &&
		            json_is_object(newer);

		if (good) {
			json_decref(*candidate);
			*candidate = json_incref(newer);
		}
		json_decref(answer);
		if (!good) {
			break;
		}
	}
	json_decref(id);
}

/* RFC 9110 15.3.3: where to look. */
static enum MHD_Result
reply_accepted(struct request *request, json_t *candidate, bool known)
{
	const char *prefer = request_header(request, "Prefer");
	int seconds = put_wait(prefer);
	char place[64], applied[32];

	if (seconds > 0) {
		wait_for_decision(request, seconds, &candidate);
	}
	bool decided = seconds >= 0 && is_decided(candidate);

	snprintf(place, sizeof(place), "/v1/candidates/%" JSON_INTEGER_FORMAT,
	    json_integer_value(json_object_get(candidate, "id")));
	snprintf(applied, sizeof(applied), "wait=%d", seconds);
	struct header extra[] = {
	    {"Location", place},
	    {decided ? "Preference-Applied" : NULL, applied},
	    {0},
	};

	if (decided) {
		return reply_json(request, MHD_HTTP_OK, candidate, extra);
	}
	json_t *document = json_pack("{s:O?,s:O?,s:b,s:s,s:o}", "id",
	    json_object_get(candidate, "id"), "zone",
	    json_object_get(candidate, "zone"), "known", known, "status_url",
	    place, "candidate", candidate);

	return reply_json(request, MHD_HTTP_ACCEPTED, document, extra);
}

static enum MHD_Result
submit(struct request *request)
{
	json_t *answer =
	    daemon_ask(request->http->daemon, &request->caller, true,
	        json_pack("{s:s,s:s,s:s,s:s}", "op", "submit", "zone",
	            request->route.zone, "file", upload_name(request->upload),
	            "actor", request->caller.name),
	        DAEMON_TAKING_MS);

	/* Taken over or refused: no file remains of it. */
	drop(request);
	if (daemon_http_status(answer) != MHD_HTTP_OK) {
		return reply_refusal(request, answer);
	}
	json_t *candidate = json_incref(json_object_get(answer, "candidate"));
	bool known = json_is_true(json_object_get(answer, "known"));

	json_decref(answer);
	if (!json_is_integer(json_object_get(candidate, "id"))) {
		json_decref(candidate);
		return reply_problem(request, MHD_HTTP_INTERNAL_SERVER_ERROR,
		    "failed", "the daemon's answer names no candidate", NULL);
	}
	return reply_accepted(request, candidate, known);
}

enum MHD_Result
put_end(struct request *request)
{
	enum upload_end end = upload_finish(request->upload);

	if (end == UPLOAD_GOOD) {
		return submit(request);
	}
	int why = errno;

	drop(request);
	errno = why;
	return reply_end(request, end);
}
