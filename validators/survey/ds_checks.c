/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ds_checks.c -- checks of the zone's DNSKEY RRset against the operator's
 * anchors.  The DS records in the zone are in delegation_checks.c.
 */
#include "survey/ds_set.h"

static bool
zone_signs_itself(const struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (entry_fault(&s->index.keys[i]) == NULL) {
			return true;
		}
	}
	return false;
}

/* Says of ANCHOR why it is not a way in. */
static void
anchor_finding(struct survey *s, const struct anchor *anchor)
{
	const char *type = anchor->type == TYPE_DS ? "DS" : "DNSKEY";

	if (anchor->key != INDEX_NONE) {
		const struct index_key *key = &s->index.keys[anchor->key];

		finding(s, CHECK_ds_parent_match,
		    place_record(s, key_record(s, key)),
		    "anchor %s %u, algorithm %u, names key %u, which %s", type,
		    anchor->tag, anchor->algorithm, key->tag, entry_fault(key));
		return;
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (key->tag == anchor->tag &&
		    key->algorithm == anchor->algorithm) {
			finding(s, CHECK_ds_parent_match,
			    place_record(s, key_record(s, key)),
			    "anchor %s %u, algorithm %u: tag and algorithm "
			    "are this key's, but its %s differs",
			    type, anchor->tag, anchor->algorithm,
			    anchor->type == TYPE_DS ? "digest" : "RDATA");
			return;
		}
	}
	finding(s, CHECK_ds_parent_match, place_dnskey(s),
	    "anchor %s %u, algorithm %u: no such key in the DNSKEY RRset", type,
	    anchor->tag, anchor->algorithm);
}

void
check_ds_parent_match(struct survey *s)
{
	if (s->job->has_anchors == 0) {
		if (!zone_signs_itself(s)) {
			finding(s, CHECK_ds_parent_match, place_dnskey(s),
			    "expected an unrevoked zone key that signs "
			    "DNSKEY, found none among %u keys",
			    s->index.n_keys);
		}
		return;
	}
	for (unsigned i = 0; i < s->n_anchors; i++) {
		uint32_t key = s->anchors[i].key;

		/* RFC 4035 5.2: one that holds is enough; the others may be
		 * for keys still to come (RFC 6840 5.11). */
		if (key != INDEX_NONE &&
		    entry_fault(&s->index.keys[key]) == NULL) {
			return;
		}
	}
	for (unsigned i = 0; i < s->n_anchors; i++) {
		anchor_finding(s, &s->anchors[i]);
	}
	if (s->n_anchors == 0) {
		finding(s, CHECK_ds_parent_match, place_dnskey(s),
		    "expected at least one anchor, found none");
	}
}

/* A key with the SEP flag, or one without that signs nothing else, is meant
 * to be where trust enters. */
static bool
is_meant_as_entry(const struct index_key *key)
{
	return entry_fault(key) == NULL &&
	       (key_is_sep(key) || key->n_data_rrsigs == 0);
}

void
check_ksk_without_anchor(struct survey *s)
{
	/* Where no key has its anchor, check_ds_parent_match() says so. */
	if (s->job->has_anchors == 0 || !has_anchored_entry(s)) {
		return;
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (is_meant_as_entry(key) && key->is_anchored == 0 &&
		    key->is_incoming == 0) {
			finding(s, CHECK_ksk_without_anchor,
			    place_record(s, key_record(s, key)),
			    "key %u, algorithm %u, signs DNSKEY: expected an "
			    "anchor for it among %u in use and %u to come, "
			    "found none",
			    key->tag, key->algorithm, s->n_anchors,
			    s->n_incoming);
		}
	}
}

void
check_dnskey_signed_by_ds_algorithms(struct survey *s)
{
	struct algorithms unsigned_by = anchor_algorithms_unsigned(s);

	for (unsigned i = 0; i < 256; i++) {
		/* RFC 4035 2.2: the apex DNSKEY RRset MUST be signed by each
		 * algorithm in the parent's DS RRset. */
		if (algorithms_has(&unsigned_by, i)) {
			finding(s, CHECK_dnskey_signed_by_ds_algorithms,
			    place_dnskey(s),
			    "expected a signature over DNSKEY with algorithm "
			    "%u, which an anchor has, found none",
			    i);
		}
	}
}

void
check_ds_algorithm_has_dnskey(struct survey *s)
{
	struct algorithms has = {{0}};

	if (s->job->has_anchors == 0) {
		return;
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (key_is_usable(&s->index.keys[i])) {
			algorithms_add(&has, s->index.keys[i].algorithm);
		}
	}
	for (unsigned i = 0; i < s->n_anchors; i++) {
		const struct anchor *anchor = &s->anchors[i];
		char text[ALGORITHMS_TEXT];

		/* RFC 6840 5.11: a DNSKEY for each algorithm present in the
		 * DS RRset and expected trust anchors. */
		if (!algorithms_has(&has, anchor->algorithm)) {
			finding(s, CHECK_ds_algorithm_has_dnskey,
			    place_dnskey(s),
			    "anchor for key %u: expected a key of algorithm "
			    "%u, found algorithms %s",
			    anchor->tag, anchor->algorithm,
			    algorithms_to_text(&has, text));
			/* Once per algorithm. */
			algorithms_add(&has, anchor->algorithm);
		}
	}
}
