/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delegation_checks.c -- checks of the zone's delegations: where they are, and
 * their DS records.
 */
#include "survey/signing.h"

void
check_delegation_wildcard(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];
		const struct index_owner *owner =
		    &s->index.owners[rrset->owner];

		/* RFC 4592 4.2: what NS means at a wildcard is not defined;
		 * at the apex (4.1) it does not delegate. */
		if (rrset->type == TYPE_NS &&
		    (owner->flags & OWNER_APEX) == 0 &&
		    name_is_wildcard(at(s, owner->name))) {
			finding(s, CHECK_delegation_wildcard,
			    place_rrset(s, rrset),
			    "expected no NS at a wildcard");
		}
	}
}

/* Octets of a DS's digest by its type; 0 where nobody says. */
static size_t
digest_octets(uint8_t digest_type)
{
	switch (digest_type) {
	case 1: /* SHA-1, RFC 4034 5.1.4 */
		return 20;
	case 2: /* SHA-256, RFC 4509 2.1 */
	case 3: /* GOST R 34.11-94, RFC 5933 4 */
	case 5: /* GOST R 34.11-2012, RFC 9558 4 */
	case 6: /* SM3, RFC 9563 */
		return 32;
	case 4: /* SHA-384, RFC 6605 2 */
		return 48;
	default:
		return 0;
	}
}

static void
ds_syntax(struct survey *s, const struct index_record *record)
{
	const uint8_t *ds = at(s, record->rdata);
	/* After tag, algorithm and digest type: RFC 4034 5.1. */
	size_t found = record->rdata.length - 4;
	size_t expected = digest_octets(ds[3]);

	/* RFC 4034 appendix A: 0 is reserved in both. */
	if (ds[2] == 0) {
		finding(s, CHECK_delegation_ds_syntax, place_record(s, record),
		    "expected an algorithm, found 0");
	}
	if (ds[3] == 0) {
		finding(s, CHECK_delegation_ds_syntax, place_record(s, record),
		    "expected a digest type, found 0");
	}
	if (expected != 0 && found != expected) {
		finding(s, CHECK_delegation_ds_syntax, place_record(s, record),
		    "expected %zu octets of digest of type %u, found %zu",
		    expected, ds[3], found);
	}
}

void
check_delegation_ds_syntax(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->type != TYPE_DS) {
			continue;
		}
		for (uint32_t j = 0; j < rrset->n_records; j++) {
			ds_syntax(s,
			    &s->index.records[rrset->first_record + j]);
		}
	}
}

/* Returns NULL if a DS may stand at OWNER, or why not. */
static const char *
ds_misplaced(const struct index_owner *owner)
{
	/* RFC 4035 2.4: DS RRsets MUST NOT appear at a zone's apex. */
	if ((owner->flags & OWNER_APEX) != 0) {
		return "expected no DS at the apex: it belongs to the parent";
	}
	if ((owner->flags & OWNER_BELOW_CUT) != 0) {
		return "expected no DS below a delegation";
	}
	if ((owner->flags & OWNER_BELOW_DNAME) != 0) {
		return "expected no DS below a DNAME";
	}
	/* RFC 4035 2.4: present at a delegation point. */
	if ((owner->flags & OWNER_CUT) == 0) {
		return "expected NS beside DS, found none";
	}
	return NULL;
}

void
check_delegation_ds_placement(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];
		const struct index_owner *owner =
		    &s->index.owners[rrset->owner];
		const char *fault = ds_misplaced(owner);

		if (rrset->type != TYPE_DS || fault == NULL ||
		    (owner->flags & OWNER_OUT_OF_ZONE) != 0) {
			continue;
		}
		/* Signers leave occluded data as it was; unsigned, it is not
		 * seen by anybody. */
		bool is_seen = (owner->flags & OWNER_BELOW_CUT) == 0 ||
		               rrset->n_rrsigs > 0;

		finding_as(s, CHECK_delegation_ds_placement,
		    is_seen ? SEVERITY_BLOCK : SEVERITY_WARN, OPTION_none,
		    place_rrset(s, rrset), "%s", fault);
	}
}

void
check_delegation_ds_ttl(struct survey *s)
{
	if (option(s, OPTION_ttl_ds) != TTL_DS_NS) {
		return;
	}
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *ds = &s->index.rrsets[i];

		if (ds->type != TYPE_DS ||
		    (s->index.owners[ds->owner].flags & OWNER_CUT) == 0) {
			continue;
		}
		uint32_t row = index_find_rrset(&s->index, ds->owner, TYPE_NS);

		/* RFC 4035 2.4: SHOULD match the TTL of the delegating NS
		 * RRset. */
		if (row != INDEX_NONE && s->index.rrsets[row].ttl != ds->ttl) {
			finding_as(s, CHECK_delegation_ds_ttl, SEVERITY_WARN,
			    OPTION_ttl_ds, place_rrset(s, ds),
			    "expected TTL %u, as that of NS, found %u",
			    s->index.rrsets[row].ttl, ds->ttl);
		}
	}
}

void
check_delegation_ds_count(struct survey *s)
{
	int64_t most = option(s, OPTION_ds_per_delegation_max);

	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *ds = &s->index.rrsets[i];

		if (ds->type == TYPE_DS && ds->n_records > most) {
			finding_as(s, CHECK_delegation_ds_count, SEVERITY_WARN,
			    OPTION_ds_per_delegation_max, place_rrset(s, ds),
			    "expected at most %lld DS records, found %u",
			    (long long)most, ds->n_records);
		}
	}
}

/* What the best DS record of a delegation offers, and how many delegations
 * have no better. */
struct ds_strength {
	uint32_t n;
	uint32_t n_weak_digest;
	uint32_t n_weak_algorithm;
};

static void
weigh_ds(const struct survey *s, const struct index_rrset *rrset,
    struct ds_strength *strength)
{
	bool has_digest = false, has_algorithm = false;

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		const uint8_t *ds =
		    at(s, s->index.records[rrset->first_record + i].rdata);

		/* RFC 9905: digest type 1 is SHA-1. */
		has_digest = has_digest || ds[3] != 1;
		has_algorithm =
		    has_algorithm || !algorithm_must_not_sign(ds[2]);
	}
	strength->n++;
	strength->n_weak_digest += has_digest ? 0 : 1;
	strength->n_weak_algorithm += has_algorithm ? 0 : 1;
}

void
check_delegation_ds_weak(struct survey *s)
{
	struct ds_strength found = {0};

	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->type == TYPE_DS &&
		    (s->index.owners[rrset->owner].flags & OWNER_CUT) != 0) {
			weigh_ds(s, rrset, &found);
		}
	}
	if (found.n_weak_digest != 0 || found.n_weak_algorithm != 0) {
		finding(s, CHECK_delegation_ds_weak, place_zone(),
		    "of %u secure delegations, those with no DS digest but "
		    "SHA-1 are %u, those with no algorithm but such as must "
		    "not sign %u",
		    found.n, found.n_weak_digest, found.n_weak_algorithm);
	}
}
