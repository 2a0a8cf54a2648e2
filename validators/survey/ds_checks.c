/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ds_checks.c -- checks of the zone's DNSKEY RRset against the operator's
 * anchors, and of the DS records for the zone's own delegations.
 */
#include "survey/signing.h"

static struct place
place_dnskey(const struct survey *s)
{
	struct place place = place_zone();

	place.owner = s->apex;
	place.type = TYPE_DNSKEY;
	return place;
}

/* Returns NULL if trust can enter the zone through KEY, or why not. */
static const char *
entry_fault(const struct index_key *key)
{
	/* RFC 4034 5.2, RFC 4035 5.2: Flags bit 7 set. */
	if ((key->flags & DNSKEY_ZONE) == 0) {
		return "has no Zone Key flag";
	}
	/* RFC 4034 2.1.2. */
	if (key->protocol != 3) {
		return "does not have protocol 3";
	}
	/* RFC 5011 2.1. */
	if (key_is_revoked(key)) {
		return "is revoked";
	}
	/* RFC 4035 5.2: the corresponding private key has signed the
	 * apex DNSKEY RRset. */
	if (key->n_dnskey_rrsigs == 0) {
		return "does not sign DNSKEY";
	}
	return NULL;
}

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

		if (rrset->type == TYPE_DS && fault != NULL &&
		    (owner->flags & OWNER_OUT_OF_ZONE) == 0) {
			finding(s, CHECK_delegation_ds_placement,
			    place_rrset(s, rrset), "%s", fault);
		}
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
