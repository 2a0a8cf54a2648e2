/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey.c -- the survey of a zone text, from octets to rows and findings. */
#include <stdlib.h>
#include <string.h>

#include "contract/fault.h"
#include "survey/steps.h"

enum { SOA_TAIL = 20 }; /* RFC 1035 3.3.13: serial and four times */

void
survey_init(struct survey *s, const struct job *job)
{
	*s = (struct survey){.job = job};
	s->index.header = &s->header;
	s->header.apex = INDEX_NONE;
	s->header.soa_record = INDEX_NONE;
	s->header.earliest_rrsig = INDEX_NONE;
	s->header.newest_rrsig = INDEX_NONE;
	memcpy(s->header.snapshot_sha256, job->snapshot_sha256,
	    sizeof(s->header.snapshot_sha256));
	if (fault_is(job, FAULT_other_snapshot)) {
		s->header.snapshot_sha256[0] ^= 1;
	}
}

static uint32_t
read_u32(const uint8_t *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	       (uint32_t)octets[2] << 8 | octets[3];
}

static void
set_soa(struct survey *s)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, TYPE_SOA);

	/* A survey that was made to drop a record may lack it. */
	if (row == INDEX_NONE) {
		return;
	}
	const struct index_rrset *soa = &s->index.rrsets[row];
	struct index_octets rdata = s->index.records[soa->first_record].rdata;
	const uint8_t *serial = at(s, rdata) + rdata.length - SOA_TAIL;

	s->header.soa_record = soa->first_record;
	s->header.serial = read_u32(serial);
	s->header.soa_refresh = read_u32(serial + 4);
	s->header.soa_retry = read_u32(serial + 8);
	s->header.soa_expire = read_u32(serial + 12);
	s->header.soa_minimum = read_u32(serial + 16);
}

/* Everything over a zone that could be read. */
static void
survey_zone(struct survey *s, const struct survey_texts *texts,
    struct work *work)
{
	if (s->job->has_anchors != 0) {
		anchors_read(s, texts->anchors.at, texts->anchors.length,
		    s->apex);
	}
	if (s->job->has_incoming != 0 && s->operand_error[0] == '\0') {
		incoming_read(s, texts->incoming.at, texts->incoming.length,
		    s->apex);
	}
	if (s->job->has_previous != 0) {
		previous_read(s, texts->previous.at, texts->previous.length);
	}
	s->previous = texts->previous;
	s->unsigned_copy = texts->unsigned_copy;
	index_build(s, &work->rows, &work->raw);
	cuts_build(s, &work->rows);
	set_soa(s);
	keys_build(s, &work->rows);
	claims_build(s, &work->rows, &work->plan);
	run_checks(s);
}

enum index_outcome
survey_run(struct survey *s, const struct survey_texts *texts,
    struct work *work)
{
	enum index_outcome outcome =
	    read_zone(s, texts->zone.at, texts->zone.length, &work->raw);

	if (s->apex != NULL) {
		s->header.apex_name = octets_add(s, s->apex,
		    name_length(s->apex, LIMIT_NAME_OCTETS));
	}
	if (outcome == INDEX_COMPLETE) {
		survey_zone(s, texts, work);
	}
	return outcome;
}

void
survey_release(struct survey *s, struct work *work)
{
	free(work->rows.owners);
	free(work->rows.rrsets);
	free(work->rows.records);
	free(work->rows.rrsigs);
	free(work->rows.keys);
	free(work->rows.claims);
	free(work->raw.records);
	free(work->raw.runs);
	free(work->plan.units);
	free(s->findings.rows);
	free(s->octets);
	arena_release(&s->arena);
}
