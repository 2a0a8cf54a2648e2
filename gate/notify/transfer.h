/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transfer.h -- one message on its way, by libcurl: with a connection of its
 * own, so that no message inherits another's fate.
 */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notify/message.h"
#include "notify/upload.h"

/* Octets of an answer's header and of its body that are read. */
#define ANSWER_MOST (64u << 10)
/* Of its body that are shown. */
#define ANSWER_SHOWN 200
#define TRANSFER_ERROR 640

struct transfer {
	struct message *message;
	CURL *easy;
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
	/* the answer */
	size_t header_octets, body_octets;
	char said[ANSWER_SHOWN];
	size_t n_said;
	bool header_ended, header_flood, body_flood;
	struct upload upload; /* of a push */
};

/* What became of it. */
struct outcome_sent {
	bool ok;
	long status; /* of the answer; 0: none */
	char error[TRANSFER_ERROR];
};

/*
 * Begins to send MESSAGE within MULTI.  Returns a transfer, to be freed with
 * transfer_free(), that is the handle's CURLOPT_PRIVATE; or NULL with the
 * reason in ERROR.  Takes MESSAGE over only on success.
 */
struct transfer *transfer_start(CURLM *multi, struct message *message,
    int64_t now_ms, char error[TRANSFER_ERROR]);

/* What became of a transfer that libcurl ended with RESULT. */
void transfer_outcome(const struct transfer *transfer, CURLcode result,
    struct outcome_sent *outcome);

/* Ends it if it still runs; its message is freed too. */
void transfer_free(CURLM *multi, struct transfer *transfer);
