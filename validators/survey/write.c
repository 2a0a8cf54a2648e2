/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write.c -- writes the index file. */
#include <string.h>

#include "contract/fault.h"
#include "survey/output.h"
#include "survey/steps.h"

struct part {
	const void *rows;
	uint64_t count;
	size_t size; /* of a row */
};

static void
list_parts(const struct survey *s, struct part parts[N_SECTIONS])
{
	const struct index *index = &s->index;

	parts[SECTION_OCTETS] = (struct part){s->octets, s->n_octets, 1};
	parts[SECTION_OWNERS] = (struct part){
	    index->owners, index->n_owners, sizeof(*index->owners)};
	parts[SECTION_RRSETS] = (struct part){
	    index->rrsets, index->n_rrsets, sizeof(*index->rrsets)};
	parts[SECTION_RECORDS] = (struct part){
	    index->records, index->n_records, sizeof(*index->records)};
	parts[SECTION_RRSIGS] = (struct part){
	    index->rrsigs, index->n_rrsigs, sizeof(*index->rrsigs)};
	parts[SECTION_KEYS] =
	    (struct part){index->keys, index->n_keys, sizeof(*index->keys)};
	parts[SECTION_CLAIMS] = (struct part){
	    index->claims, index->n_claims, sizeof(*index->claims)};
	parts[SECTION_FINDINGS] = (struct part){
	    s->findings.rows, s->findings.n, sizeof(*s->findings.rows)};
}

static uint64_t
align(uint64_t offset)
{
	return (offset + 7) & ~(uint64_t)7;
}

static void
place_parts(struct survey *s, const struct part parts[N_SECTIONS])
{
	uint64_t offset = align(sizeof(s->header));

	for (int i = 0; i < N_SECTIONS; i++) {
		s->header.section[i].offset = offset;
		s->header.section[i].count = parts[i].count;
		offset = align(offset + parts[i].count * parts[i].size);
	}
	s->header.size = offset;
}

/* Ways to fail on purpose: the gate must notice. */
static void
write_too_much(const struct survey *s, struct output *output)
{
	static const char zeros[4096];

	while (output->offset <= s->job->max_output) {
		output_write(output, zeros, sizeof(zeros));
	}
}

void
index_write(struct survey *s, enum index_outcome outcome, int fd)
{
	struct part parts[N_SECTIONS];
	struct output output;
	int n_parts = N_SECTIONS;

	memcpy(s->header.magic, INDEX_MAGIC, sizeof(s->header.magic));
	s->header.version = INDEX_VERSION;
	s->header.outcome = (uint32_t)outcome;
	list_parts(s, parts);
	place_parts(s, parts);
	if (fault_is(s->job, FAULT_half)) {
		n_parts = SECTION_CLAIMS;
	}
	output_init(&output, fd);
	output_write(&output, &s->header, sizeof(s->header));
	for (int i = 0; i < n_parts; i++) {
		output_align(&output);
		output_write(&output, parts[i].rows,
		    parts[i].count * parts[i].size);
	}
	output_align(&output);
	if (fault_is(s->job, FAULT_too_much)) {
		write_too_much(s, &output);
	}
	output_release(&output);
}
