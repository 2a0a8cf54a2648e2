/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * message.h -- one line of the daemon as a message to send, or what is wrong
 * with it.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_ERROR 256
#define MESSAGE_HEADERS_MAX 64
#define MESSAGE_HEADER_MAX 8192
/* A host's key: name, colon, port. */
#define MESSAGE_HOST 300

#define MESSAGE_DEADLINE_MS 30000
#define MESSAGE_DEADLINE_MOST_MS 86400000

enum message_method {
	METHOD_NONE, /* zero: never valid */
	METHOD_GET,
	METHOD_POST, /* of `body' */
	METHOD_PUT,  /* of `file' */
};

struct message {
	struct message *next;
	json_t *line; /* what the strings below are parts of */
	json_int_t id;
	enum message_method method;
	const char *kind, *method_name, *url;
	const char *body; /* NULL: none */
	const char *file, *sha256_hex;
	const char *secret_file, *token_file; /* NULL: none */
	const char *ca, *certificate, *key;   /* NULL: none */
	const json_t *headers;                /* strings; NULL: none */
	uint8_t sha256[32];                   /* of `file' */
	char host[MESSAGE_HOST];              /* lower case, with its port */
	int64_t received_ms;                  /* spawn_now_ms() */
	int64_t deadline_ms;                  /* likewise: a moment */
	size_t cost; /* octets of memory it stands for */
};

/*
 * Reads LENGTH octets of LINE that came at NOW_MS.  Returns a message to be
 * freed with message_free(); or NULL with the reason in ERROR and in *ID the
 * message's id, or JSON null if it has none that can be read (a new
 * reference).
 */
struct message *message_read(const char *line, size_t length, int64_t now_ms,
    json_t **id, char error[MESSAGE_ERROR]);

void message_free(struct message *message);
