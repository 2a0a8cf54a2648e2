/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ds_set_checks.c -- checks of the records in the parent's DS set, which the
 * anchors stand for: their digest types, their digests, and those of keys that
 * are not published.  Whether trust enters through them is in ds_checks.c.
 */
#include "survey/ds_set.h"

enum { DIGEST_SHA1 = 1, DIGEST_SHA256 = 2, DIGEST_GOST = 3, DIGEST_SHA384 = 4 };

/* Where the digest begins: RFC 4034 5.1. */
enum { DIGEST_OFFSET = 4 };

/* Octets of a digest of TYPE, or 0 if that is unknown. */
static unsigned
digest_octets(uint8_t type)
{
	switch (type) {
	case DIGEST_SHA1:
		return 20; /* RFC 4034 A.2 */
	case DIGEST_SHA256:
		return 32; /* RFC 4509 2.1 */
	case DIGEST_SHA384:
		return 48; /* RFC 6605 2 */
	}
	return 0;
}

static bool
is_cut_short(const struct anchor *ds)
{
	unsigned octets = digest_octets(ds->digest_type);

	return octets != 0 && ds->rdata_length != DIGEST_OFFSET + octets;
}

/* ---- ds_digest_type ---- */

/* WHAT: "anchor DS", or "CDS", which asks the parent for a DS. */
static void
digest_type_of(struct survey *s, const struct anchor *ds, struct place place,
    const char *what)
{
	/* RFC 9904, RFC 9905, RFC 9906: neither may be used to delegate. */
	if (ds->digest_type == DIGEST_SHA1 || ds->digest_type == DIGEST_GOST) {
		finding_as(s, CHECK_ds_digest_type, SEVERITY_HOLD, OPTION_none,
		    place,
		    "%s %u, algorithm %u: expected digest type 2 or 4, found "
		    "%u, which must not be used",
		    what, ds->tag, ds->algorithm, ds->digest_type);
	} else if (!policy_allows(&s->job->policy, OPTION_ds_digest_types,
	               ds->digest_type)) {
		finding_as(s, CHECK_ds_digest_type, SEVERITY_HOLD,
		    OPTION_ds_digest_types, place,
		    "%s %u, algorithm %u: expected a digest type that the "
		    "policy allows, found %u",
		    what, ds->tag, ds->algorithm, ds->digest_type);
	} else if (is_cut_short(ds)) {
		finding_as(s, CHECK_ds_digest_type, SEVERITY_HOLD, OPTION_none,
		    place,
		    "%s %u, algorithm %u: expected %u octets of digest type "
		    "%u, found %u",
		    what, ds->tag, ds->algorithm,
		    digest_octets(ds->digest_type), ds->digest_type,
		    (unsigned)ds->rdata_length - DIGEST_OFFSET);
	}
}

/* True if ds_digest_consistent says of DS, which has ROW's tag and algorithm,
 * that its digest is not ROW's. */
static bool
is_said_to_differ(const struct survey *s, const struct anchor *ds,
    const struct index_key *row)
{
	return ds->key == INDEX_NONE && ds->tag == row->tag &&
	       ds->algorithm == row->algorithm && !anchor_stands_by(s, ds) &&
	       says_enough(s, CHECK_ds_digest_consistent, CHECK_ds_digest_type);
}

/* The digest types of the anchors that name KEY, or are meant to. */
static struct algorithms
digest_types_of(const struct survey *s, uint32_t key)
{
	const struct index_key *row = &s->index.keys[key];
	struct algorithms types = {{0}};

	for (unsigned i = 0; i < s->n_anchors; i++) {
		const struct anchor *ds = &s->anchors[i];

		if (ds->type == TYPE_DS &&
		    (ds->key == key || is_said_to_differ(s, ds, row))) {
			algorithms_add(&types, ds->digest_type);
		}
	}
	return types;
}

/* RFC 4509 3: zones whose parents have SHA-1 need SHA-256 too; that every key
 * has the types of one's choice is the policy's. */
static void
required_types(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (key->is_anchored == 0 || entry_fault(key) != NULL) {
			continue;
		}
		struct algorithms types = digest_types_of(s, i);

		for (unsigned type = 0; type < 64; type++) {
			/* An anchor that is a DNSKEY has no digest. */
			if (algorithms_is_empty(&types) ||
			    algorithms_has(&types, type) ||
			    !policy_allows(&s->job->policy,
			        OPTION_ds_digest_required, type)) {
				continue;
			}
			finding_as(s, CHECK_ds_digest_type, SEVERITY_HOLD,
			    OPTION_ds_digest_required,
			    place_record(s, key_record(s, key)),
			    "key %u, algorithm %u: expected an anchor DS of "
			    "digest type %u for it, found none",
			    key->tag, key->algorithm, type);
		}
	}
}

static void
cds_types(struct survey *s)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, TYPE_CDS);

	if (row == INDEX_NONE) {
		return;
	}
	const struct index_rrset *rrset = &s->index.rrsets[row];

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		const struct index_record *record =
		    &s->index.records[rrset->first_record + i];
		const struct anchor cds = anchor_of(TYPE_DS,
		    at(s, record->rdata), record->rdata.length);

		/* The delete form is a matter of cds_delete. */
		if (cds.algorithm != 0) {
			digest_type_of(s, &cds, place_record(s, record), "CDS");
		}
	}
}

void
check_ds_digest_type(struct survey *s)
{
	cds_types(s);
	if (s->job->has_anchors == 0) {
		return;
	}
	for (unsigned i = 0; i < s->n_anchors; i++) {
		if (s->anchors[i].type == TYPE_DS) {
			digest_type_of(s, &s->anchors[i], place_dnskey(s),
			    "anchor DS");
		}
	}
	required_types(s);
}

/* ---- ds_digest_consistent ---- */

void
check_ds_digest_consistent(struct survey *s)
{
	/* Where no anchor holds, check_ds_parent_match() says why of each. */
	if (s->job->has_anchors == 0 || !has_anchored_entry(s)) {
		return;
	}
	for (unsigned i = 0; i < s->n_anchors; i++) {
		const struct anchor *ds = &s->anchors[i];
		uint32_t key = anchor_find_tag(s, ds);

		/* RFC 4509 6.1: a validator may look at one digest type only.
		 * Tags are not unique: the record may be of a key that is not
		 * published, if the operator says so. */
		if (ds->type != TYPE_DS || ds->key != INDEX_NONE ||
		    key == INDEX_NONE || is_cut_short(ds) ||
		    digest_octets(ds->digest_type) == 0 ||
		    anchor_stands_by(s, ds)) {
			continue;
		}
		finding(s, CHECK_ds_digest_consistent,
		    place_record(s, key_record(s, &s->index.keys[key])),
		    "anchor DS %u, algorithm %u, digest type %u: expected the "
		    "digest of this key, whose tag and algorithm it has, found "
		    "another",
		    ds->tag, ds->algorithm, ds->digest_type);
	}
}

/* ---- ds_standby ---- */

void
check_ds_standby(struct survey *s)
{
	if (s->job->has_anchors == 0 || !has_anchored_entry(s)) {
		return;
	}
	for (unsigned i = 0; i < s->n_anchors; i++) {
		const struct anchor *anchor = &s->anchors[i];

		/* RFC 6840 5.11: a DS of a key that is not published breaks
		 * nothing while its algorithm signs; of an algorithm that does
		 * not ds_algorithm_has_dnskey and
		 * dnskey_signed_by_ds_algorithms speak. */
		if (anchor_find_tag(s, anchor) != INDEX_NONE ||
		    !signs_dnskey_with(s, anchor->algorithm) ||
		    anchor_stands_by(s, anchor)) {
			continue;
		}
		finding_as(s, CHECK_ds_standby, SEVERITY_HOLD,
		    OPTION_standby_ds, place_dnskey(s),
		    "anchor %s %u, algorithm %u: expected its key in the "
		    "DNSKEY RRset, or the policy to have it standing by, found "
		    "neither",
		    anchor->type == TYPE_DS ? "DS" : "DNSKEY", anchor->tag,
		    anchor->algorithm);
	}
}
