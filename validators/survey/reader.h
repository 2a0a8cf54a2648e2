/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader.h -- the state of reading a zone text, between read.c, which takes
 * records, and refusal.c, which says why it does not.
 */
#pragma once

#include <libzscanner/scanner.h>
#include <stdbool.h>
#include <stdint.h>

#include "survey/entry.h"
#include "survey/steps.h"

struct reader {
	struct survey *s;
	struct raw_zone *raw;
	const char *text, *end;
	zs_scanner_t *scanner;
	struct lexer lexer; /* at the newline of the entry before */
	uint8_t owner[LIMIT_NAME_OCTETS]; /* of the entry before, as read */
	size_t owner_length;
	uint32_t refusals;
	bool is_unreadable;         /* a type that libzscanner does not know */
	const uint8_t *soa_owner;   /* of the first SOA, or NULL */
	bool soa_owner_is_relative; /* and nothing says to what */
	uint32_t soa_line;
};

/* Where the scanner stands in the text. */
const char *reader_at(const struct reader *r);

/* Finding zone_parse_clean at LINE; the zone is refused. */
void reader_refuse(struct reader *r, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same of the record that the scanner just read. */
void reader_refuse_record(struct reader *r, uint32_t line, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* Says what is wrong with the entry at which the scanner just failed. */
void reader_say_error(struct reader *r);

/* Sets the survey's apex: the zone the job names, or the first SOA's owner. */
void reader_find_apex(struct reader *r);

/* Refuses a zone that has no SOA at its apex. */
void reader_check_apex(struct reader *r);
