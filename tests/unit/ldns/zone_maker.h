/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_maker.h -- zones for tests, read from text as the program reads them.
 */
#pragma once

#include "contract/canary.h"
#include "ldns/judge.h"
#include "ldns/read.h"

/* A sealed zone with its keys and a judge. */
struct made_zone {
	uint8_t apex[LIMIT_NAME_OCTETS];
	struct zone zone;
	struct keys keys;
	struct judge judge;
};

/* Reads TEXT below ORIGIN into ZONE, which it inits; returns how it ended. */
struct read_end read_made(struct zone *zone, const char *origin,
    const char *text);

/* Makes a zone of TEXT, which must be readable, judged at AT. */
void make_zone(struct made_zone *made, const char *apex, const char *text,
    int64_t at);
void release_zone(struct made_zone *made);

/* Returns the row of the RRSIG that covers TYPE at OWNER; there must be one. */
uint32_t find_rrsig(const struct made_zone *made, const char *owner,
    uint16_t type);

/* The intact canary of algorithm 13. */
const char *canary_text(void);

/* Returns TEXT with each FIND, of which there must be one, as REPLACE.  In
 * one of a few static buffers. */
const char *with(const char *text, const char *find, const char *replace);
