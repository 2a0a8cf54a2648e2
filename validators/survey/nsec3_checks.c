/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_checks.c -- the chains that NSEC3PARAM names: complete, closed,
 * exact.  The parameters themselves are in nsec3_params.c.
 */
#include <string.h>

#include "survey/denial.h"
#include "survey/nsec3_match.h"
#include "survey/nsec3_misfit.h"

/* ---- names without their record: nsec3_complete, nsec3_ent ---- */

static void
each_missing(struct survey *s, bool is_empty, enum check_id check)
{
	const struct denial *d = denial_of(s);
	char text[NSEC3_HASH_TEXT + 1];

	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		if (chain->standing != NSEC3_JUDGED) {
			continue;
		}
		for (uint32_t j = 0; j < d->n_names; j++) {
			const struct denial_name *name = &d->names[j];

			if ((name->kind == NAME_EMPTY) == is_empty &&
			    nsec3_lacks(chain, j) &&
			    !nsec3_is_explained(s, chain, chain->hash[j],
			        check)) {
				finding(s, check,
				    denial_place(s, name, TYPE_NSEC3),
				    "expected an NSEC3 record at %s, found "
				    "none",
				    nsec3_hash_to_text(chain->hash[j], text));
			}
		}
	}
}

void
check_nsec3_complete(struct survey *s)
{
	each_missing(s, false, CHECK_nsec3_complete);
}

/* ---- rows of the judged chains ---- */

typedef void row_check(struct survey *s, struct denial *d,
    const struct nsec3_chain *chain, uint32_t row);

static void
each_row(struct survey *s, row_check *check)
{
	struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		for (uint32_t row = 0;
		     chain->standing == NSEC3_JUDGED && row < chain->n_rows;
		     row++) {
			check(s, d, chain, row);
		}
	}
}

static const struct index_record *
record_of(const struct survey *s, const struct nsec3_chain *chain, uint32_t row)
{
	return &s->index.records[chain->rows[row].record];
}

/* ---- bitmaps: nsec3_bitmap_exact, nsec3_ent ---- */

static void
check_types(struct survey *s, struct denial *d, const struct nsec3_chain *chain,
    uint32_t row, enum check_id check)
{
	const struct denial_name *name = &d->names[chain->rows[row].name];
	const struct index_record *record = record_of(s, chain, row);
	struct nsec3_rdata parts;
	char difference[LIMIT_MESSAGE_BYTES - 2 * LIMIT_NAME_OCTETS];
	char name_text[LIMIT_NAME_TEXT];

	if (!nsec3_record_read(s, chain->rows[row].record, &parts)) {
		return;
	}
	expected_in_nsec3(s, name->kind, name->owner, d->expected);
	if (expected_difference(s, check, d->expected, parts.bitmap,
	        parts.bitmap_length, difference, sizeof(difference))) {
		finding(s, check, place_record(s, record), "of %.400s: %s",
		    name_to_text(at(s, name->name), name_text), difference);
	}
}

static void
check_types_of_data(struct survey *s, struct denial *d,
    const struct nsec3_chain *chain, uint32_t row)
{
	uint32_t name = chain->rows[row].name;

	if (name != INDEX_NONE && d->names[name].kind != NAME_EMPTY) {
		check_types(s, d, chain, row, CHECK_nsec3_bitmap_exact);
	}
}

void
check_nsec3_bitmap_exact(struct survey *s)
{
	each_row(s, check_types_of_data);
}

static void
check_types_of_empty(struct survey *s, struct denial *d,
    const struct nsec3_chain *chain, uint32_t row)
{
	uint32_t name = chain->rows[row].name;

	if (name != INDEX_NONE && d->names[name].kind == NAME_EMPTY) {
		check_types(s, d, chain, row, CHECK_nsec3_ent);
	}
}

void
check_nsec3_ent(struct survey *s)
{
	each_missing(s, true, CHECK_nsec3_ent);
	each_row(s, check_types_of_empty);
}

/* ---- nsec3_chain_closed ---- */

/* True if HASH lies after that of row FROM and before that of row TO, around
 * the end of the chain if need be. */
static bool
is_between(const struct nsec3_chain *chain, uint32_t from, const uint8_t *hash,
    uint32_t to)
{
	const uint8_t *low = chain->rows[from].hash;
	const uint8_t *high = chain->rows[to].hash;
	bool is_after = memcmp(low, hash, NSEC3_HASH_OCTETS) < 0;
	bool is_before = memcmp(hash, high, NSEC3_HASH_OCTETS) < 0;

	if (memcmp(low, high, NSEC3_HASH_OCTETS) < 0) {
		return is_after && is_before;
	}
	return is_after || is_before;
}

/* Names that lack their record, and records of no name, are other findings;
 * the chain may pass by them and through them. */
static bool
may_point_to(const struct nsec3_chain *chain, uint32_t from,
    const uint8_t *hash)
{
	uint32_t reach = chain->rows[from].reach;
	uint32_t row = nsec3_row_at_or_after(chain, hash);

	if (row == chain->n_rows ||
	    memcmp(chain->rows[row].hash, hash, NSEC3_HASH_OCTETS) != 0) {
		return nsec3_is_missing(chain, hash) &&
		       is_between(chain, from, hash,
		           (from + reach) % chain->n_rows);
	}
	uint32_t steps = row > from ? row - from : row + chain->n_rows - from;

	return steps <= reach;
}

static void
check_next(struct survey *s, struct denial *d, const struct nsec3_chain *chain,
    uint32_t row)
{
	const struct index_record *record = record_of(s, chain, row);
	const uint8_t *expected = chain->rows[(row + 1) % chain->n_rows].hash;
	struct nsec3_rdata parts;
	char expected_text[NSEC3_HASH_TEXT + 1];
	char next_text[NSEC3_HASH_TEXT + 1];

	(void)d;
	if (chain->rows[row].is_doubled ||
	    !nsec3_record_read(s, chain->rows[row].record, &parts)) {
		return;
	}
	if (parts.next_length != NSEC3_HASH_OCTETS) {
		if (!says_enough(s, CHECK_nsec3_owner_format,
		        CHECK_nsec3_chain_closed)) {
			finding(s, CHECK_nsec3_chain_closed,
			    place_record(s, record), "found no next hash");
		}
		return;
	}
	if (memcmp(parts.next, expected, NSEC3_HASH_OCTETS) != 0 &&
	    !may_point_to(chain, row, parts.next) &&
	    !nsec3_is_explained(s, chain, parts.next,
	        CHECK_nsec3_chain_closed)) {
		finding(s, CHECK_nsec3_chain_closed, place_record(s, record),
		    "expected next hash %s, found %s",
		    nsec3_hash_to_text(expected, expected_text),
		    nsec3_hash_to_text(parts.next, next_text));
	}
}

void
check_nsec3_chain_closed(struct survey *s)
{
	const struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->nsec3.n_odd; i++) {
		const struct nsec3_odd *odd = &d->nsec3.odd[i];
		struct place place =
		    place_record(s, &s->index.records[odd->record]);

		if (odd->oddity == NSEC3_MALFORMED) {
			finding(s, CHECK_nsec3_chain_closed, place,
			    "the record is shorter than its lengths say");
		} else if (odd->oddity == NSEC3_TWICE) {
			finding(s, CHECK_nsec3_chain_closed, place,
			    "expected one NSEC3 record of a chain at this "
			    "owner, found another");
		}
	}
	each_row(s, check_next);
}

/* ---- nsec3_extra ---- */

static bool
is_said_of_misfit(const struct survey *s, const struct nsec3_row *row)
{
	return row->is_misfit &&
	       says_enough(s, CHECK_nsec3_params_uniform, CHECK_nsec3_extra);
}

static void
check_row_has_name(struct survey *s, struct denial *d,
    const struct nsec3_chain *chain, uint32_t row)
{
	(void)d;
	if (chain->rows[row].name == INDEX_NONE &&
	    !is_said_of_misfit(s, &chain->rows[row])) {
		finding(s, CHECK_nsec3_extra,
		    place_record(s, record_of(s, chain, row)),
		    "expected a name with this hash, found none");
	}
}

/* Signers that change salt or iterations have two chains for a while; servers
 * use the one that NSEC3PARAM names. */
static void
check_unnamed(struct survey *s, const struct nsec3_chain *chain)
{
	uint32_t n = 0;

	for (uint32_t row = 0; row < chain->n_rows; row++) {
		n += !is_said_of_misfit(s, &chain->rows[row]);
	}
	if (n > 0) {
		finding_as(s, CHECK_nsec3_extra, SEVERITY_WARN, OPTION_none,
		    place_one_of(place_record(s, record_of(s, chain, 0)), n),
		    "%u records of a chain that no NSEC3PARAM names; right "
		    "only while it is being made or removed",
		    n);
	}
}

/* True if NSEC3PARAM names chains, but none that is there, which is
 * nsec3param_apex. */
static bool
are_all_unnamed(const struct survey *s, const struct denial *d)
{
	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		if (d->nsec3.chains[i].standing != NSEC3_UNNAMED) {
			return false;
		}
	}
	return d->nsec3.n_named > 0 &&
	       says_enough(s, CHECK_nsec3param_apex, CHECK_nsec3_extra);
}

void
check_nsec3_extra(struct survey *s)
{
	const struct denial *d = denial_of(s);

	each_row(s, check_row_has_name);
	if (are_all_unnamed(s, d)) {
		return;
	}
	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		if (d->nsec3.chains[i].standing == NSEC3_UNNAMED &&
		    (d->nsec3.n_named > 0 || d->has_nsec)) {
			check_unnamed(s, &d->nsec3.chains[i]);
		}
	}
}

/* ---- nsec3_optout_correct ---- */

/* The check that says that NAME lacks its record. */
static enum check_id
says_lacking(const struct denial_name *name)
{
	return name->kind == NAME_EMPTY ? CHECK_nsec3_ent
	                                : CHECK_nsec3_complete;
}

/*
 * Returns the next closer name (RFC 5155 1.3) to delegation NAME, which has
 * no NSEC3 record: just below the closest of its ancestors that has one.
 * INDEX_NONE if an ancestor lacks a record it needs and that is said to be at
 * least as bad; else that only moves the closest provable encloser.
 */
static uint32_t
next_closer(const struct survey *s, const struct denial *d,
    const struct nsec3_chain *chain, uint32_t name)
{
	uint32_t closer = name;

	while (closer != 0) {
		uint32_t above = d->names[closer].parent;

		if (chain->row[above] != INDEX_NONE) {
			return closer;
		}
		if (nsec3_lacks(chain, above) &&
		    says_enough(s, says_lacking(&d->names[above]),
		        CHECK_nsec3_optout_correct)) {
			return INDEX_NONE;
		}
		closer = above;
	}
	return INDEX_NONE;
}

static void
check_cover(struct survey *s, const struct denial *d,
    const struct nsec3_chain *chain, uint32_t name)
{
	uint32_t closer = next_closer(s, d, chain, name);
	char row_text[NSEC3_HASH_TEXT + 1];
	char hash_text[NSEC3_HASH_TEXT + 1];

	if (closer == INDEX_NONE ||
	    nsec3_is_explained(s, chain, chain->hash[name],
	        CHECK_nsec3_optout_correct)) {
		return;
	}
	uint32_t row = nsec3_row_before(chain, chain->hash[closer]);

	if ((chain->rows[row].flags & NSEC3_OPT_OUT) == 0) {
		finding(s, CHECK_nsec3_optout_correct,
		    denial_place(s, &d->names[name], TYPE_NS),
		    "expected an NSEC3 record of its own, or opt-out in the "
		    "one at %s, which covers its next closer name's hash %s; "
		    "found neither",
		    nsec3_hash_to_text(chain->rows[row].hash, row_text),
		    nsec3_hash_to_text(chain->hash[closer], hash_text));
	}
}

void
check_nsec3_optout_correct(struct survey *s)
{
	const struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		for (uint32_t j = 0;
		     chain->standing == NSEC3_JUDGED && j < d->n_names; j++) {
			if (d->names[j].kind == NAME_INSECURE_CUT &&
			    chain->row[j] == INDEX_NONE) {
				check_cover(s, d, chain, j);
			}
		}
	}
}
