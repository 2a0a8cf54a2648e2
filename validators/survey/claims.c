/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * claims.c -- which signatures must hold, and in which unit libunbound is
 * asked about each.
 *
 * A unit has one signature per RRset, so signatures over one RRset go to one
 * pass each.  Within a pass, what redirects and what libunbound answers only
 * in its own way stand apart.  The last units are those without a text, and
 * the chain.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "contract/fault.h"
#include "contract/reading.h"
#include "survey/rdata.h"
#include "survey/steps.h"
#include "survey/unit_text.h"

/* Claims that may stand in one unit, in the order of the units. */
enum {
	GROUP_PLAIN, /* the first of a pass */
	GROUP_ALIAS,
	GROUP_APEX_NS,
	GROUP_APEX_NSEC,
	GROUPS_PER_PASS,
	GROUP_DNSKEY = GROUPS_PER_PASS * LIMIT_RRSIGS_PER_RRSET,
	GROUP_TEXTLESS,
	N_GROUPS
};

/* Units are not smaller than this for the sake of more slices: each one costs
 * libunbound its start. */
enum { FEW_RECORDS = 4000, MANY_RECORDS = 40000 };
static_assert(MANY_RECORDS <= LIMIT_UNIT_RECORDS, "units must be loadable");

/* Octets of text in one unit. */
#define MUCH_TEXT ((uint64_t)64 << 20)

struct planner {
	struct survey *s;
	struct rows *rows;
	struct plan *plan;
	bool has_common_text;
	uint16_t *group_of;           /* by RRSIG; N_GROUPS: no claim */
	uint32_t first[N_GROUPS + 1]; /* by group, into members */
	uint32_t *members;            /* RRSIGs, by group */
	uint64_t unit_records;        /* aimed at */
};

/* Whether libunbound can be asked for RRSET in a flat zone. */
static bool
can_be_asked(const struct survey *s, const struct index_rrset *rrset)
{
	const struct index_owner *owner = &s->index.owners[rrset->owner];
	bool is_apex = (owner->flags & OWNER_APEX) != 0;

	/* Soundness blocks these; here they would spoil a unit for others. */
	if ((owner->flags & OWNER_OUT_OF_ZONE) != 0 ||
	    rrset->class_ != CLASS_IN || rrset->type == TYPE_RRSIG ||
	    type_is_meta(rrset->type)) {
		return false;
	}
	if (!is_apex && (rrset->type == TYPE_NS || rrset->type == TYPE_SOA)) {
		return false;
	}
	return true;
}

/* The group of the RRSIG, the NTH claim over RRSET. */
static uint16_t
group_of(const struct planner *p, const struct index_rrset *rrset,
    const struct index_rrsig *rrsig, uint32_t nth)
{
	const struct survey *s = p->s;
	bool is_apex = rrset->owner == s->header.apex;

	if (!p->has_common_text || nth >= LIMIT_RRSIGS_PER_RRSET ||
	    !can_be_asked(s, rrset) ||
	    !unit_text_is_loadable(s, rrset, rrsig)) {
		return GROUP_TEXTLESS;
	}
	uint16_t pass = (uint16_t)(nth * GROUPS_PER_PASS);

	if (is_apex && rrset->type == TYPE_DNSKEY) {
		return GROUP_DNSKEY;
	}
	if (is_apex && rrset->type == TYPE_NS) {
		return pass + GROUP_APEX_NS;
	}
	if (is_apex && rrset->type == TYPE_NSEC) {
		return pass + GROUP_APEX_NSEC;
	}
	if (rrset->type == TYPE_CNAME || rrset->type == TYPE_DNAME) {
		return pass + GROUP_ALIAS;
	}
	return pass + GROUP_PLAIN;
}

/* True if the RRSIG is a claim: it names a published key and covers an RRset.
 * What else there is are findings. */
static bool
is_claim(const struct index_rrsig *rrsig)
{
	return rrsig->key != INDEX_NONE && rrsig->rrset != INDEX_NONE;
}

static void
sort_into_groups(struct planner *p)
{
	const struct index *index = &p->s->index;
	uint32_t rrset_before = INDEX_NONE;
	uint32_t nth = 0;

	for (uint32_t i = 0; i < index->n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &index->rrsigs[i];

		p->group_of[i] = N_GROUPS;
		if (!is_claim(rrsig)) {
			continue;
		}
		const struct index_rrset *rrset = &index->rrsets[rrsig->rrset];

		nth = rrsig->rrset == rrset_before ? nth + 1 : 0;
		rrset_before = rrsig->rrset;
		p->group_of[i] = group_of(p, rrset, rrsig, nth);
		p->first[p->group_of[i] + 1]++;
	}
	for (unsigned group = 0; group < N_GROUPS; group++) {
		p->first[group + 1] += p->first[group];
	}
}

static void
list_members(struct planner *p)
{
	uint32_t next[N_GROUPS];

	memcpy(next, p->first, sizeof(next));
	p->members = xcalloc(p->first[N_GROUPS], sizeof(*p->members));
	for (uint32_t i = 0; i < p->s->index.n_rrsigs; i++) {
		if (p->group_of[i] != N_GROUPS) {
			p->members[next[p->group_of[i]]++] = i;
		}
	}
}

/* ---- units ---- */

static void
open_unit(struct planner *p, enum unit_kind kind, bool has_text)
{
	struct plan *plan = p->plan;

	plan->units = grow(plan->units, plan->n_units, &plan->capacity,
	    UINT32_MAX - 1, sizeof(*plan->units));
	plan->units[plan->n_units++] = (struct plan_unit){
	    .kind = kind,
	    .first_claim = p->s->index.n_claims,
	    .has_text = has_text,
	};
}

static void
add_claim(struct planner *p, uint32_t row)
{
	struct survey *s = p->s;
	struct index_rrsig *rrsig = &p->rows->rrsigs[row];
	const struct index_record *record = &s->index.records[rrsig->record];
	uint32_t unit = (uint32_t)p->plan->n_units - 1;
	struct index_claim *claim = &p->rows->claims[s->index.n_claims];

	*claim = (struct index_claim){
	    .kind = CLAIM_RRSIG,
	    .rrsig = row,
	    .rrset = rrsig->rrset,
	    .unit = unit,
	};
	record_digest(index_record_owner(&s->index, record), TYPE_RRSIG,
	    s->index.rrsets[record->rrset].class_, record->ttl,
	    at(s, record->rdata), record->rdata.length, claim->digest);
	rrsig->claim = s->index.n_claims++;
	p->plan->units[unit].n_claims++;
}

/* One unit after another, each as large as is aimed at. */
static void
add_group(struct planner *p, unsigned group, enum unit_kind kind)
{
	uint64_t records = 0;
	uint64_t octets = 0;
	bool has_text = group != GROUP_TEXTLESS;

	for (uint32_t i = p->first[group]; i < p->first[group + 1]; i++) {
		const struct index_rrsig *rrsig =
		    &p->rows->rrsigs[p->members[i]];
		const struct index_rrset *rrset =
		    &p->rows->rrsets[rrsig->rrset];
		uint64_t more = has_text ? unit_text_octets(p->s, rrset) : 0;
		bool is_full = has_text && (kind == UNIT_DNSKEY ||
		                               records + rrset->n_records + 2 >
		                                   p->unit_records ||
		                               octets + more > MUCH_TEXT);

		if (i == p->first[group] || is_full) {
			open_unit(p, kind, has_text);
			records = 0;
			octets = 0;
		}
		add_claim(p, p->members[i]);
		records += rrset->n_records + 1;
		octets += more;
	}
}

static void
add_chain(struct planner *p)
{
	struct survey *s = p->s;
	uint32_t dnskey =
	    index_find_rrset(&s->index, s->header.apex, TYPE_DNSKEY);

	if (dnskey == INDEX_NONE) {
		return;
	}
	open_unit(p, UNIT_CHAIN, p->has_common_text);
	p->plan->units[p->plan->n_units - 1].n_claims = 1;
	p->rows->claims[s->index.n_claims++] = (struct index_claim){
	    .kind = CLAIM_CHAIN,
	    .rrsig = INDEX_NONE,
	    .rrset = dnskey,
	    .unit = (uint32_t)p->plan->n_units - 1,
	};
}

/* So large that each slice gets two units, if there is that much to do. */
static uint64_t
aim_at(const struct planner *p)
{
	uint64_t records = 0;

	for (uint32_t i = 0; i < p->first[N_GROUPS]; i++) {
		const struct index_rrsig *rrsig =
		    &p->rows->rrsigs[p->members[i]];

		records += p->rows->rrsets[rrsig->rrset].n_records + 1;
	}
	uint32_t n_slices = p->s->job->n_slices;
	uint64_t aim = records / (2 * (uint64_t)(n_slices > 0 ? n_slices : 1));

	/* Rounded up, lest a few records are left for one unit more. */
	aim += 64;
	return aim < FEW_RECORDS    ? FEW_RECORDS
	       : aim > MANY_RECORDS ? MANY_RECORDS
	                            : aim;
}

static void
add_units(struct planner *p)
{
	static const enum unit_kind kinds[GROUPS_PER_PASS] = {
	    [GROUP_PLAIN] = UNIT_PLAIN,
	    [GROUP_ALIAS] = UNIT_ALIAS,
	    [GROUP_APEX_NS] = UNIT_APEX_NS,
	    [GROUP_APEX_NSEC] = UNIT_APEX_NSEC,
	};

	for (unsigned group = 0; group < GROUP_DNSKEY; group++) {
		add_group(p, group, kinds[group % GROUPS_PER_PASS]);
	}
	add_group(p, GROUP_DNSKEY, UNIT_DNSKEY);
	add_group(p, GROUP_TEXTLESS, UNIT_PLAIN);
	add_chain(p);
}

/* The claim whose signature expires first, seen from the time of judgement
 * (RFC 4034 3.1.5: serial number arithmetic). */
static uint32_t
earliest_of(const struct survey *s)
{
	uint32_t now = (uint32_t)s->job->at;
	uint32_t earliest = INDEX_NONE;
	int64_t least = INT64_MAX;

	for (uint32_t i = 0; i < s->index.n_claims; i++) {
		uint32_t row = s->index.claims[i].rrsig;

		if (row == INDEX_NONE) {
			continue;
		}
		int32_t left = (int32_t)(s->index.rrsigs[row].expiration - now);

		if (left < least) {
			least = left;
			earliest = row;
		}
	}
	return earliest;
}

/* The RRSIG with the last inception, of all there are: what tells whether it
 * is the signer's clock or ours that is wrong. */
static uint32_t
newest_of(const struct survey *s)
{
	uint32_t now = (uint32_t)s->job->at;
	uint32_t newest = INDEX_NONE;
	int64_t most = INT64_MIN;

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		int32_t ahead = (int32_t)(s->index.rrsigs[i].inception - now);

		if (ahead > most) {
			most = ahead;
			newest = i;
		}
	}
	return newest;
}

/* A survey that forgets one signature must be found out. */
static void
omit_a_claim(struct planner *p)
{
	uint32_t n = p->first[N_GROUPS];

	if (fault_is(p->s->job, FAULT_omit_claim) && n > 0) {
		p->group_of[p->members[n - 1]] = N_GROUPS;
		for (unsigned group = 0; group <= N_GROUPS; group++) {
			p->first[group] -= p->first[group] == n;
		}
	}
}

void
claims_build(struct survey *s, struct rows *rows, struct plan *plan)
{
	struct planner p = {
	    .s = s,
	    .rows = rows,
	    .plan = plan,
	    .has_common_text = unit_text_has_common(s),
	    .group_of = xcalloc(s->index.n_rrsigs, sizeof(*p.group_of)),
	};

	sort_into_groups(&p);
	list_members(&p);
	omit_a_claim(&p);
	p.unit_records = aim_at(&p);
	rows->claims =
	    xcalloc((size_t)p.first[N_GROUPS] + 1, sizeof(*rows->claims));
	s->index.claims = rows->claims;
	add_units(&p);
	s->header.n_units = (uint32_t)plan->n_units;
	s->header.earliest_rrsig = earliest_of(s);
	s->header.newest_rrsig = newest_of(s);
	free(p.group_of);
	free(p.members);
}
