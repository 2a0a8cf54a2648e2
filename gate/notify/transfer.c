/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "notify/headers.h"
#include "notify/secret.h"

/* Certificates that were replaced are seen after so long. */
#define CA_CACHE_S 60L

/* ---- the answer ---- */

static size_t
take_header(char *at, size_t size, size_t n, void *context)
{
	struct transfer *transfer = context;

	if (size * n > 5 && memcmp(at, "HTTP/", 5) == 0) {
		transfer->header_ended = false; /* an answer after a 1xx one */
	} else if (size * n > 0 && (at[0] == '\r' || at[0] == '\n')) {
		transfer->header_ended = true;
	}
	transfer->header_octets += size * n;
	if (transfer->header_octets > ANSWER_MOST) {
		transfer->header_flood = true;
		return 0;
	}
	return size * n;
}

static size_t
take_body(char *at, size_t size, size_t n, void *context)
{
	struct transfer *transfer = context;
	size_t room = ANSWER_SHOWN - transfer->n_said;
	size_t shown = size * n < room ? size * n : room;

	memcpy(transfer->said + transfer->n_said, at, shown);
	transfer->n_said += shown;
	transfer->body_octets += size * n;
	if (transfer->body_octets > ANSWER_MOST) {
		transfer->body_flood = true;
		return 0;
	}
	return size * n;
}

/* ---- the request ---- */

/* Files that OpenSSL would open itself, and wait for if they were pipes. */
static bool
files_are_there(const struct message *message, char error[TRANSFER_ERROR])
{
	const char *const paths[] = {
	    message->ca, message->certificate, message->key};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		uint64_t size;
		int fd = paths[i] == NULL
		             ? -1
		             : regular_file_open(paths[i], &size, error);

		if (fd >= 0) {
			close(fd);
		} else if (paths[i] != NULL) {
			return false;
		}
	}
	return true;
}

/* An option that libcurl does not take would be one we rely on. */
#define SET(easy, option, value)                                               \
	do {                                                                   \
		if (curl_easy_setopt(easy, option, value) != CURLE_OK) {       \
			die("libcurl does not take " #option);                 \
		}                                                              \
	} while (0)

static void
set_manners(CURL *easy)
{
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	/* Do not wait for a name server that hangs when ending a transfer. */
	SET(easy, CURLOPT_QUICK_EXIT, 1L);
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	SET(easy, CURLOPT_FRESH_CONNECT, 1L);
	SET(easy, CURLOPT_FORBID_REUSE, 1L);
	SET(easy, CURLOPT_USERAGENT, "zonegate/" ZONEGATE_VERSION);
}

static void
set_tls(CURL *easy, const struct message *message)
{
	SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	/* One store of trust: the bundle of the system, or the file named. */
	SET(easy, CURLOPT_CAPATH, NULL);
	SET(easy, CURLOPT_CA_CACHE_TIMEOUT, CA_CACHE_S);
	if (message->ca != NULL) {
		SET(easy, CURLOPT_CAINFO, message->ca);
	}
	if (message->certificate != NULL) {
		SET(easy, CURLOPT_SSLCERTTYPE, "PEM");
		SET(easy, CURLOPT_SSLCERT, message->certificate);
		SET(easy, CURLOPT_SSLKEYTYPE, "PEM");
		SET(easy, CURLOPT_SSLKEY, message->key);
		/* Never ask a terminal for it. */
		SET(easy, CURLOPT_KEYPASSWD, "");
	}
}

static void
set_answer(CURL *easy, struct transfer *transfer)
{
	SET(easy, CURLOPT_PRIVATE, transfer);
	SET(easy, CURLOPT_ERRORBUFFER, transfer->error);
	SET(easy, CURLOPT_HEADERFUNCTION, take_header);
	SET(easy, CURLOPT_HEADERDATA, transfer);
	SET(easy, CURLOPT_WRITEFUNCTION, take_body);
	SET(easy, CURLOPT_WRITEDATA, transfer);
}

static void
set_post(CURL *easy, const struct message *message)
{
	const char *body = message->body == NULL ? "" : message->body;

	SET(easy, CURLOPT_POST, 1L);
	SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
	SET(easy, CURLOPT_POSTFIELDS, body);
}

static bool
set_put(CURL *easy, struct transfer *transfer, char error[TRANSFER_ERROR])
{
	struct upload *upload = &transfer->upload;
	const struct message *message = transfer->message;

	if (!upload_open(upload, message->file, message->sha256, error)) {
		return false;
	}
	SET(easy, CURLOPT_UPLOAD, 1L);
	SET(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload->size);
	SET(easy, CURLOPT_READFUNCTION, upload_read);
	SET(easy, CURLOPT_READDATA, upload);
	SET(easy, CURLOPT_SEEKFUNCTION, upload_seek);
	SET(easy, CURLOPT_SEEKDATA, upload);
	return true;
}

static bool
set_method(CURL *easy, struct transfer *transfer, char error[TRANSFER_ERROR])
{
	switch (transfer->message->method) {
	case METHOD_GET:
		SET(easy, CURLOPT_HTTPGET, 1L);
		return true;
	case METHOD_POST:
		set_post(easy, transfer->message);
		return true;
	case METHOD_PUT:
		return set_put(easy, transfer, error);
	case METHOD_NONE:
		break;
	}
	snprintf(error, TRANSFER_ERROR, "no method");
	return false;
}

static bool
set_all(struct transfer *transfer, int64_t now_ms, char error[TRANSFER_ERROR])
{
	const struct message *message = transfer->message;
	int64_t left_ms = message->deadline_ms - now_ms;
	CURL *easy = transfer->easy;

	snprintf(error, TRANSFER_ERROR, "out of memory");
	if (easy == NULL) {
		return false;
	}
	set_manners(easy);
	set_tls(easy, message);
	set_answer(easy, transfer);
	SET(easy, CURLOPT_TIMEOUT_MS, (long)(left_ms < 1 ? 1 : left_ms));
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(left_ms < 1 ? 1 : left_ms));
	return curl_easy_setopt(easy, CURLOPT_URL, message->url) == CURLE_OK &&
	       files_are_there(message, error) &&
	       set_method(easy, transfer, error) &&
	       headers_make(message, transfer->upload.size, &transfer->headers,
	           error) &&
	       curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers) ==
	           CURLE_OK;
}

struct transfer *
transfer_start(CURLM *multi, struct message *message, int64_t now_ms,
    char error[TRANSFER_ERROR])
{
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));

	transfer->message = message;
	transfer->upload.fd = -1;
	transfer->easy = curl_easy_init();
	if (set_all(transfer, now_ms, error)) {
		if (curl_multi_add_handle(multi, transfer->easy) == CURLM_OK) {
			return transfer;
		}
		snprintf(error, TRANSFER_ERROR, "libcurl does not take it");
	}
	transfer->message = NULL;
	transfer_free(multi, transfer);
	return NULL;
}

void
transfer_free(CURLM *multi, struct transfer *transfer)
{
	if (transfer->easy != NULL) {
		curl_multi_remove_handle(multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->headers);
	upload_close(&transfer->upload);
	message_free(transfer->message);
	free(transfer);
}

/* ---- what became of it ---- */

static void
say_status(const struct transfer *transfer, struct outcome_sent *outcome)
{
	const char *why = outcome->status >= 300 && outcome->status < 400
	                      ? ": redirects are not followed"
	                      : "";

	snprintf(outcome->error, TRANSFER_ERROR, "answered %ld%s%s%.*s",
	    outcome->status, why, transfer->n_said > 0 ? ": " : "",
	    (int)transfer->n_said, transfer->said);
}

static void
say_failure(const struct transfer *transfer, CURLcode result,
    struct outcome_sent *outcome)
{
	const struct message *message = transfer->message;
	const char *words = transfer->error[0] != '\0'
	                        ? transfer->error
	                        : curl_easy_strerror(result);

	if (transfer->upload.changed) {
		upload_say_changed(&transfer->upload, outcome->error,
		    TRANSFER_ERROR);
	} else if (transfer->header_flood) {
		snprintf(outcome->error, TRANSFER_ERROR,
		    "answered with more than %u octets of header", ANSWER_MOST);
	} else if (result == CURLE_OPERATION_TIMEDOUT) {
		snprintf(outcome->error, TRANSFER_ERROR,
		    "not done within %.1f s: %.300s",
		    (double)(message->deadline_ms - message->received_ms) /
		        1000.0,
		    words);
	} else if (result == CURLE_OK) {
		snprintf(outcome->error, TRANSFER_ERROR,
		    "the connection was closed within the answer's header");
	} else {
		snprintf(outcome->error, TRANSFER_ERROR, "%.300s", words);
	}
}

/* What others said goes into JSON, logs and pages. */
static void
clean(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~') {
			*text = ' ';
		}
	}
}

void
transfer_outcome(const struct transfer *transfer, CURLcode result,
    struct outcome_sent *outcome)
{
	*outcome = (struct outcome_sent){0};
	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE,
	    &outcome->status);
	/* 1xx is no answer yet (RFC 9110 15.2). */
	outcome->status = outcome->status < 200 ? 0 : outcome->status;
	/* libcurl is content with a header that breaks off. */
	bool answered = transfer->header_ended &&
	                (result == CURLE_OK || (result == CURLE_WRITE_ERROR &&
	                                           transfer->body_flood));

	if (!answered) {
		say_failure(transfer, result, outcome);
	} else if (outcome->status < 200 || outcome->status > 299) {
		say_status(transfer, outcome);
	} else {
		outcome->ok = true;
	}
	clean(outcome->error);
}
