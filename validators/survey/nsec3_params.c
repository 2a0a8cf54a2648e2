/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_params.c -- what NSEC3 is made with: NSEC3PARAM, flags, iterations.
 */
#include <stdio.h>

#include "survey/denial.h"

/* ---- nsec3param_apex ---- */

static void
check_misplaced(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->type == TYPE_NSEC3PARAM &&
		    rrset->owner != s->index.header->apex &&
		    !denial_is_outside(s, rrset->owner)) {
			finding(s, CHECK_nsec3param_apex, place_rrset(s, rrset),
			    "expected NSEC3PARAM at the apex only");
		}
	}
}

static void
check_chain_is_there(struct survey *s, const struct denial *d, uint32_t param)
{
	struct place place = place_record(s, &s->index.records[param]);
	const struct nsec3_chain *chain = nsec3_chain_of(s, &d->nsec3, param);

	if (chain == NULL) {
		finding(s, CHECK_nsec3param_apex, place,
		    "expected NSEC3 records with these parameters, found "
		    "none");
	} else if (chain->standing == NSEC3_TOO_COSTLY) {
		finding(s, CHECK_nsec3param_apex, place,
		    "the chain was not checked: at most %d chains of at most "
		    "%d iterations are",
		    NSEC3_CHAINS_COMPUTED, NSEC3_ITERATIONS_COMPUTED);
	}
}

static void
check_param(struct survey *s, const struct denial *d, uint32_t param)
{
	struct place place = place_record(s, &s->index.records[param]);
	struct nsec3_rdata parts;

	if (!nsec3_record_read(s, param, &parts)) {
		finding(s, CHECK_nsec3param_apex, place,
		    "the record's length is not what its salt length says");
	} else if (parts.algorithm != NSEC3_SHA1) {
		finding(s, CHECK_nsec3param_apex, place,
		    "expected hash algorithm 1 (RFC 5155 11), found %u",
		    parts.algorithm);
	} else if (parts.flags == 0) {
		check_chain_is_there(s, d, param);
	} else {
		/* RFC 5155 4.1.2: such a record MUST be ignored. */
		bool is_missed = d->nsec3.n_named == 0 && !d->has_nsec;

		finding_as(s, CHECK_nsec3param_apex,
		    is_missed ? checks[CHECK_nsec3param_apex].severity
		              : SEVERITY_WARN,
		    OPTION_none, place,
		    "expected flags 0, found %u; servers ignore the record",
		    parts.flags);
	}
}

void
check_nsec3param_apex(struct survey *s)
{
	const struct denial *d = denial_of(s);

	/* With no denial at all denial_mode alone speaks. */
	if (!d->has_nsec && !d->has_nsec3) {
		return;
	}
	check_misplaced(s);
	const struct index_rrset *params = nsec3param_rrset(s);

	if (params == NULL) {
		/* RFC 5155 10.4: between NSEC and NSEC3 it comes last. */
		if (!d->has_nsec) {
			struct place place =
			    place_owner(s, s->index.header->apex);

			place.type = TYPE_NSEC3PARAM;
			finding(s, CHECK_nsec3param_apex, place,
			    "expected an NSEC3PARAM record, found none");
		}
		return;
	}
	for (uint32_t i = 0; i < params->n_records; i++) {
		check_param(s, d, params->first_record + i);
	}
}

/* ---- nsec3_flags ---- */

static void
check_flags(struct survey *s, uint32_t record, bool is_warning)
{
	struct nsec3_rdata parts;

	/* RFC 5155 8.2: validators MUST ignore flags they do not know. */
	if (!nsec3_record_read(s, record, &parts) ||
	    (parts.flags & ~NSEC3_OPT_OUT) == 0) {
		return;
	}
	finding_as(s, CHECK_nsec3_flags,
	    is_warning ? SEVERITY_WARN : checks[CHECK_nsec3_flags].severity,
	    OPTION_none, place_record(s, &s->index.records[record]),
	    "expected flags 0 or 1, found %u", parts.flags);
}

void
check_nsec3_flags(struct survey *s)
{
	const struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		for (uint32_t row = 0; row < chain->n_rows; row++) {
			check_flags(s, chain->rows[row].record,
			    chain->standing == NSEC3_UNNAMED);
		}
	}
	for (uint32_t i = 0; i < d->nsec3.n_odd; i++) {
		check_flags(s, d->nsec3.odd[i].record, false);
	}
}

/* ---- nsec3_iterations ---- */

static void
check_iterations(struct survey *s, uint32_t record)
{
	struct nsec3_rdata parts;
	int64_t most = option(s, OPTION_nsec3_iterations_max);
	int64_t block = option(s, OPTION_nsec3_iterations_block);
	struct place place = place_record(s, &s->index.records[record]);

	if (!nsec3_record_read(s, record, &parts)) {
		return;
	}
	if (parts.iterations > block) {
		finding_as(s, CHECK_nsec3_iterations, SEVERITY_BLOCK,
		    OPTION_nsec3_iterations_block, place,
		    "expected at most %lld additional iterations, found %u",
		    (long long)block, parts.iterations);
	} else if (parts.iterations > NSEC3_ITERATIONS_COMPUTED) {
		finding_as(s, CHECK_nsec3_iterations, SEVERITY_BLOCK,
		    OPTION_none, place,
		    "expected at most %d additional iterations, found %u",
		    NSEC3_ITERATIONS_COMPUTED, parts.iterations);
	} else if (parts.iterations > most) {
		finding_as(s, CHECK_nsec3_iterations,
		    checks[CHECK_nsec3_iterations].severity,
		    OPTION_nsec3_iterations_max, place,
		    "expected at most %lld additional iterations, found %u",
		    (long long)most, parts.iterations);
	}
}

/* Once for each set of parameters, at the NSEC3PARAM record if it has one. */
void
check_nsec3_iterations(struct survey *s)
{
	const struct denial *d = denial_of(s);
	const struct index_rrset *params = nsec3param_rrset(s);

	for (uint32_t i = 0; params != NULL && i < params->n_records; i++) {
		check_iterations(s, params->first_record + i);
	}
	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		if (chain->param == INDEX_NONE) {
			check_iterations(s, chain->rows[0].record);
		}
	}
}
