/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steps.h -- the steps of the survey that main.c calls, and what they hand to
 * each other besides struct survey.  Checks do not include this.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "contract/units.h"
#include "survey/survey.h"

/* The rows of struct index are const for checks; here is their maker's way to
 * them. */
struct rows {
	struct index_owner *owners;
	struct index_rrset *rrsets;
	struct index_record *records;
	struct index_rrsig *rrsigs;
	struct index_key *keys;
	struct index_claim *claims;
};

/* A record as it was read. */
struct raw_record {
	uint64_t rdata; /* offset into the survey's octets */
	uint32_t rdata_length;
	uint32_t run;
	uint32_t ttl;
	uint32_t line;
	uint16_t type;
	uint16_t class_;
};

/* Neighbours with one owner; another run may have the same. */
struct raw_run {
	const uint8_t *owner; /* lower case, in the survey's arena */
	uint32_t owner_length;
	uint32_t n_records;
};

/* The zone in the order of the text. */
struct raw_zone {
	struct raw_record *records;
	size_t n_records, records_capacity;
	struct raw_run *runs;
	size_t n_runs, runs_capacity;
};

/* A unit before it is written: a span of claims. */
struct plan_unit {
	uint32_t kind; /* enum unit_kind */
	uint32_t first_claim;
	uint32_t n_claims;
	bool has_text;
};

struct plan {
	struct plan_unit *units;
	size_t n_units, capacity;
};

struct survey_texts {
	struct text zone;
	struct text anchors;       /* if the job has anchors */
	struct text incoming;      /* if the job has anchors still to come */
	struct text previous;      /* if the job has a previous release */
	struct text unsigned_copy; /* if the job has one */
};

/* What is made on the way. */
struct work {
	struct rows rows;
	struct raw_zone raw;
	struct plan plan;
};

/* ---- all steps but writing ---- */

void survey_init(struct survey *s, const struct job *job);
enum index_outcome survey_run(struct survey *s,
    const struct survey_texts *texts, struct work *work);
void survey_release(struct survey *s, struct work *work);

/* ---- in the order of their calls ---- */

/* The trust anchors of TEXT; what cannot be read is an operand error.  That there are
 * none for this zone is for check_ds_parent_match() to say. */
void anchors_read(struct survey *s, const char *text, size_t size,
    const uint8_t *zone);

/* The same of the anchors still to come. */
void incoming_read(struct survey *s, const char *text, size_t size,
    const uint8_t *zone);

/* Sets the serial of the first SOA in TEXT, the previous release; dies if
 * there is none. */
void previous_read(struct survey *s, const char *text, size_t size);

/*
 * Reads the zone TEXT into RAW and finds the apex.  Returns INDEX_COMPLETE,
 * or what is wrong with the text, which then is a finding as well.
 */
enum index_outcome read_zone(struct survey *s, const char *text, size_t size,
    struct raw_zone *raw);

/* Sorts RAW into owners, RRsets, records and RRSIGs, and releases it.  The
 * zone has an SOA at its apex: read_zone() saw to it. */
void index_build(struct survey *s, struct rows *rows, struct raw_zone *raw);

/* Finds the apex, cuts and DNAMEs, and what they occlude. */
void cuts_build(struct survey *s, struct rows *rows);

/* Fills SECTION_KEYS; says which key an RRSIG names, and which keys the
 * anchors name. */
void keys_build(struct survey *s, struct rows *rows);

/* Makes the claims, in the order of the units of PLAN. */
void claims_build(struct survey *s, struct rows *rows, struct plan *plan);

/* Write the files the gate gave us.  FD is at its start. */
void units_write(struct survey *s, const struct plan *plan, int fd);
void index_write(struct survey *s, enum index_outcome outcome, int fd);
