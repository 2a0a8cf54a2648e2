/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_params.c -- what NSEC3 is made with: NSEC3PARAM, flags, iterations,
 * salt.
 */
#include <stdio.h>

#include "survey/denial.h"
#include "survey/nsec3_misfit.h"

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

/* nsec3_iterations says that there are more than are computed. */
static bool
is_said_of_iterations(const struct survey *s, uint32_t param)
{
	struct nsec3_rdata parts;

	return nsec3_record_read(s, param, &parts) &&
	       parts.iterations > NSEC3_ITERATIONS_COMPUTED &&
	       certain_severity(s, CHECK_nsec3_iterations, SEVERITY_BLOCK) <=
	           finding_severity(s, CHECK_nsec3param_apex,
	               checks[CHECK_nsec3param_apex].severity);
}

static void
check_chain_is_there(struct survey *s, const struct denial *d, uint32_t param)
{
	struct place place = place_record(s, &s->index.records[param]);
	const struct nsec3_chain *chain = nsec3_chain_of(s, &d->nsec3, param);

	if (chain == NULL && nsec3_apex_is_too_long(s) &&
	    says_enough(s, CHECK_nsec3_name_length, CHECK_nsec3param_apex)) {
		return;
	}
	if (chain == NULL) {
		finding(s, CHECK_nsec3param_apex, place,
		    "expected NSEC3 records with these parameters, found "
		    "none");
	} else if (chain->standing == NSEC3_TOO_COSTLY &&
	           !is_said_of_iterations(s, param)) {
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
		if (!says_enough(s, CHECK_nsec3_hash_sha1,
		        CHECK_nsec3param_apex)) {
			finding(s, CHECK_nsec3param_apex, place,
			    "expected hash algorithm 1, found %u",
			    parts.algorithm);
		}
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

/* An NSEC3PARAM that names no chain is nsec3param_apex, whatever it says. */
static bool
is_empty_name(const struct survey *s, const struct denial *d, uint32_t param,
    enum check_id check)
{
	return nsec3param_is_usable(s, param) &&
	       nsec3_chain_of(s, &d->nsec3, param) == NULL &&
	       says_enough(s, CHECK_nsec3param_apex, check);
}

/* Calls COMPARE once for each set of parameters, with the NSEC3PARAM record if
 * there is one.  CHECK is what it looks for. */
static void
each_parameters(struct survey *s, enum check_id check,
    void (*compare)(struct survey *s, uint32_t record))
{
	const struct denial *d = denial_of(s);
	const struct index_rrset *params = nsec3param_rrset(s);

	for (uint32_t i = 0; params != NULL && i < params->n_records; i++) {
		uint32_t param = params->first_record + i;

		if (!is_empty_name(s, d, param, check)) {
			compare(s, param);
		}
	}
	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];
		uint32_t row = nsec3_row_of_its_own(chain);

		/* Of misfits nsec3_params_uniform says enough. */
		if (chain->param == INDEX_NONE && row < chain->n_rows) {
			compare(s, chain->rows[row].record);
		}
	}
}

void
check_nsec3_iterations(struct survey *s)
{
	each_parameters(s, CHECK_nsec3_iterations, check_iterations);
}

/* ---- nsec3_salt ---- */

static void
check_salt(struct survey *s, uint32_t record)
{
	struct nsec3_rdata parts;
	int64_t most = option(s, OPTION_nsec3_salt_len_max);

	/* RFC 9276 3.1: operators should not use one. */
	if (nsec3_record_read(s, record, &parts) && parts.salt_length > most) {
		finding_as(s, CHECK_nsec3_salt,
		    checks[CHECK_nsec3_salt].severity,
		    OPTION_nsec3_salt_len_max,
		    place_record(s, &s->index.records[record]),
		    "expected a salt of at most %lld octets, found %u",
		    (long long)most, parts.salt_length);
	}
}

void
check_nsec3_salt(struct survey *s)
{
	each_parameters(s, CHECK_nsec3_salt, check_salt);
}

/* ---- nsec3_optout_policy ---- */

/* Returns the first row of CHAIN whose opt-out flag IS_SET, or n_rows, and
 * sets *N to how many there are. */
static uint32_t
rows_with_optout(const struct nsec3_chain *chain, bool is_set, uint32_t *n)
{
	uint32_t first = chain->n_rows;

	*n = 0;
	for (uint32_t row = chain->n_rows; row-- > 0;) {
		if (((chain->rows[row].flags & NSEC3_OPT_OUT) != 0) == is_set) {
			first = row;
			(*n)++;
		}
	}
	return first;
}

static void
check_optout_of(struct survey *s, const struct nsec3_chain *chain,
    bool is_required)
{
	uint32_t n;
	uint32_t row = rows_with_optout(chain, !is_required, &n);

	if (n == 0) {
		return;
	}
	/* RFC 5155 6 allows a mixture. */
	finding_as(s, CHECK_nsec3_optout_policy,
	    is_required && n < chain->n_rows ? SEVERITY_WARN : SEVERITY_HOLD,
	    OPTION_nsec3_optout,
	    place_one_of(place_record(s,
	                     &s->index.records[chain->rows[row].record]),
	        n),
	    "expected opt-out in %s; %u of %u records have it%s, this one "
	    "first",
	    is_required ? "all records" : "no record", n, chain->n_rows,
	    is_required ? " not" : "");
}

void
check_nsec3_optout_policy(struct survey *s)
{
	const struct denial *d = denial_of(s);
	int64_t wanted = option(s, OPTION_nsec3_optout);

	for (uint32_t i = 0; wanted != OPTOUT_ANY && i < d->nsec3.n_chains;
	     i++) {
		/* Servers do not use the others. */
		if (d->nsec3.chains[i].standing != NSEC3_UNNAMED) {
			check_optout_of(s, &d->nsec3.chains[i],
			    wanted == OPTOUT_REQUIRE);
		}
	}
}
