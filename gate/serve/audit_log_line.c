/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit_log_line.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "time_text.h"

/* ,"hash":"<64>"} */
#define TAIL_OCTETS (9 + 64 + 2)

/* ---- texts ---- */

/* How many octets the UTF-8 sequence at AT has; 0 if it is none (RFC 3629 4:
 * no surrogates, nothing overlong, nothing above U+10FFFF). */
static size_t
utf8_octets(const unsigned char *at)
{
	static const struct {
		unsigned char from, to, low, high;
		size_t octets;
	} rows[] = {
	    {0x01, 0x7f, 0x80, 0xbf, 1},
	    {0xc2, 0xdf, 0x80, 0xbf, 2},
	    {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3},
	    {0xed, 0xed, 0x80, 0x9f, 3},
	    {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4},
	    {0xf1, 0xf3, 0x80, 0xbf, 4},
	    {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (at[0] < rows[i].from || at[0] > rows[i].to) {
			continue;
		}
		for (size_t n = 1; n < rows[i].octets; n++) {
			if (at[n] < (n == 1 ? rows[i].low : 0x80) ||
			    at[n] > (n == 1 ? rows[i].high : 0xbf)) {
				return 0;
			}
		}
		return rows[i].octets;
	}
	return 0;
}

/* TEXT as a JSON string, whatever its octets: what is no UTF-8 becomes
 * U+FFFD, and what is too long is cut. */
static json_t *
clean(const char *text)
{
	static const char unknown[] = {'\xef', '\xbf', '\xbd'}; /* U+FFFD */
	char clean[LIMIT_LOG_TEXT];
	size_t length = 0;

	for (const unsigned char *at = (const unsigned char *)text;
	     *at != '\0' && length + 4 < sizeof(clean);) {
		size_t octets = utf8_octets(at);

		if (octets == 0) {
			memcpy(clean + length, unknown, sizeof(unknown));
			length += sizeof(unknown);
			at++;
		} else {
			memcpy(clean + length, at, octets);
			length += octets;
			at += octets;
		}
	}
	return json_stringn(clean, length);
}

/* ---- hashing ---- */

/* SHA-256, in hex, of LENGTH octets and a closing brace. */
static bool
hash_closed(const char *at, size_t length, char hash[65])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char digest[32];
	bool good = context != NULL &&
	            EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	            EVP_DigestUpdate(context, at, length) == 1 &&
	            EVP_DigestUpdate(context, "}", 1) == 1 &&
	            EVP_DigestFinal_ex(context, digest, NULL) == 1;

	EVP_MD_CTX_free(context);
	for (size_t i = 0; i < sizeof(digest) && good; i++) {
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	}
	return good;
}

/* ---- making ---- */

static const char *
level_word(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_WARNING:
		return "warning";
	case LOG_LEVEL_ALARM:
		return "alarm";
	}
	return "alarm";
}

/* ENTRY, with DATA, up to `prev'; NULL if memory is short. */
static char *
body_of(const struct log_entry *entry, json_t *data)
{
	char time[TIME_TEXT];
	json_t *root =
	    json_pack("{s:I, s:s, s:o, s:s, s:o, s:o, s:o, s:O?, s:s}", "seq",
	        (json_int_t)entry->sequence, "time",
	        time_to_text(entry->at_s, time), "type", clean(entry->type),
	        "level", level_word(entry->level), "actor", clean(entry->actor),
	        "zone", entry->zone != NULL ? clean(entry->zone) : json_null(),
	        "text", clean(entry->text), "data", data, "prev", entry->prev);
	/* Only ASCII: no terminal and no tool takes anything for a line's end
	 * or for a command. */
	char *body = root != NULL
	                 ? json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII)
	                 : NULL;

	json_decref(root);
	return body;
}

/* The same, with the data left out if they are too much for a line. */
static char *
bounded_body(const struct log_entry *entry)
{
	char *body = body_of(entry, entry->data);
	size_t length = body != NULL ? strlen(body) : 0;

	if (length + TAIL_OCTETS < LIMIT_LOG_LINE) {
		return body;
	}
	free(body);
	json_t *omitted =
	    json_pack("{s:I}", "omitted_octets", (json_int_t)length);

	body = omitted != NULL ? body_of(entry, omitted) : NULL;
	json_decref(omitted);
	return body;
}

char *
log_line_make(const struct log_entry *entry, char hash[65], size_t *length)
{
	char *body = bounded_body(entry);
	size_t open = body != NULL ? strlen(body) - 1 : 0; /* before the } */
	char made[65];
	char *line = NULL;

	if (body != NULL && hash_closed(body, open, made)) {
		int n = asprintf(&line, "%.*s,\"hash\":\"%s\"}\n", (int)open,
		    body, made);

		if (n < 0) {
			line = NULL;
		} else {
			*length = (size_t)n;
			memcpy(hash, made, sizeof(made));
		}
	}
	free(body);
	return line;
}

/* ---- checking ---- */

static bool
is_hash(const char *text, size_t length)
{
	return length == 64 && strspn(text, "0123456789abcdef") >= 64;
}

/* Reads the members of LINE that make the chain. */
static bool
read_link(const char *line, size_t length, struct log_link *link,
    char why[LOG_ERROR])
{
	json_error_t error;
	json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	const json_t *prev = json_object_get(root, "prev");
	const json_t *hash = json_object_get(root, "hash");
	json_int_t sequence = json_integer_value(json_object_get(root, "seq"));
	bool good =
	    json_is_string(prev) && json_is_string(hash) && sequence > 0 &&
	    is_hash(json_string_value(prev), json_string_length(prev)) &&
	    is_hash(json_string_value(hash), json_string_length(hash));

	if (good) {
		link->sequence = (uint64_t)sequence;
		memcpy(link->prev, json_string_value(prev), 65);
		memcpy(link->hash, json_string_value(hash), 65);
	} else {
		snprintf(why, LOG_ERROR, "%s",
		    root == NULL ? "it is no JSON object"
		                 : "seq, prev or hash is missing");
	}
	json_decref(root);
	return good;
}

bool
log_line_check(const char *line, size_t length, struct log_link *link,
    char why[LOG_ERROR])
{
	char hash[65], tail[TAIL_OCTETS + 1];
	struct log_link read;

	if (!read_link(line, length, &read, why)) {
		return false;
	}
	snprintf(tail, sizeof(tail), ",\"hash\":\"%s\"}", read.hash);
	if (length <= TAIL_OCTETS ||
	    memcmp(line + length - TAIL_OCTETS, tail, TAIL_OCTETS) != 0) {
		snprintf(why, LOG_ERROR, "the hash is not its last member");
		return false;
	}
	if (!hash_closed(line, length - TAIL_OCTETS, hash)) {
		snprintf(why, LOG_ERROR, "SHA-256 cannot be computed");
		return false;
	}
	if (strcmp(hash, read.hash) != 0) {
		snprintf(why, LOG_ERROR,
		    "entry %llu was changed: its hash says %.16s..., its text "
		    "has %.16s...",
		    (unsigned long long)read.sequence, read.hash, hash);
		return false;
	}
	*link = read;
	return true;
}

bool
log_link_follows(const struct log_link *link, const struct log_link *before,
    char why[LOG_ERROR])
{
	const char *hash = before->sequence > 0 ? before->hash : LOG_NO_HASH;

	if (link->sequence != before->sequence + 1) {
		snprintf(why, LOG_ERROR,
		    "entry %llu stands where %llu should: entries are missing "
		    "or were put in",
		    (unsigned long long)link->sequence,
		    (unsigned long long)before->sequence + 1);
		return false;
	}
	if (strcmp(link->prev, hash) != 0) {
		snprintf(why, LOG_ERROR,
		    "entry %llu follows one with hash %.16s..., the one before "
		    "it has %.16s...",
		    (unsigned long long)link->sequence, link->prev, hash);
		return false;
	}
	return true;
}

uint64_t
log_line_sequence(const char *line, size_t length)
{
	static const char start[] = "{\"seq\":";
	size_t skip = sizeof(start) - 1;
	uint64_t sequence = 0;

	if (length < skip || memcmp(line, start, skip) != 0) {
		return 0;
	}
	for (size_t i = skip;
	     i < length && i < skip + 18 && line[i] >= '0' && line[i] <= '9';
	     i++) {
		sequence = sequence * 10 + (uint64_t)(line[i] - '0');
	}
	return sequence;
}

/* ---- lines of a file ---- */

/* Reads more behind what is there; octets read, 0 at the end, -1. */
static ssize_t
fill(struct log_lines *lines)
{
	ssize_t got;

	memmove(lines->buffer, lines->buffer + lines->from,
	    lines->to - lines->from);
	lines->to -= lines->from;
	lines->from = 0;
	do {
		got = read(lines->fd, lines->buffer + lines->to,
		    sizeof(lines->buffer) - lines->to);
	} while (got < 0 && errno == EINTR);
	if (got > 0) {
		lines->to += (size_t)got;
	}
	return got;
}

enum log_got
log_lines_next(struct log_lines *lines, const char **line, size_t *length)
{
	for (;;) {
		char *start = lines->buffer + lines->from;
		size_t there = lines->to - lines->from;
		const char *end = memchr(start, '\n', there);

		if (end != NULL) {
			*line = start;
			*length = (size_t)(end - start);
			lines->from += *length + 1;
			return *length < LIMIT_LOG_LINE ? LOG_GOT_LINE
			                                : LOG_GOT_TOO_LONG;
		}
		if (there >= LIMIT_LOG_LINE) {
			return LOG_GOT_TOO_LONG;
		}
		ssize_t got = fill(lines);

		if (got < 0) {
			return LOG_GOT_NOTHING;
		}
		if (got == 0) {
			return there > 0 ? LOG_GOT_UNFINISHED : LOG_GOT_END;
		}
	}
}
