/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/changes.h"

#include <string.h>

#include "survey/others.h"
#include "survey/rdata.h"
#include "survey/signing.h"

/* ---- delegations and hosts ---- */

struct delta {
	struct survey *s;
	const struct survey *previous;
	struct changes *changes;
};

/* Counts NAME; examples outlive the previous release's index. */
static void
count(struct survey *s, struct change *change, const uint8_t *name)
{
	if (change->n < CHANGE_EXAMPLES) {
		change->examples[change->n] = arena_copy(&s->arena, name,
		    name_length(name, LIMIT_NAME_OCTETS));
	}
	change->n++;
}

/* What an owner is, for the counting. */
struct role {
	bool is_cut;
	bool has_ds;  /* of a cut */
	bool is_host; /* glue: an address at or below a cut */
	uint32_t ns;
};

static struct role
role_of(const struct survey *s, uint32_t row)
{
	struct role role = {.ns = INDEX_NONE};

	if (row == INDEX_NONE) {
		return role;
	}
	const struct index_owner *owner = &s->index.owners[row];
	bool has_address = false;

	if ((owner->flags & (OWNER_CUT | OWNER_BELOW_CUT)) == 0) {
		return role;
	}
	role.is_cut = (owner->flags & OWNER_CUT) != 0;
	for (uint32_t i = 0; i < owner->n_rrsets; i++) {
		uint32_t rrset = owner->first_rrset + i;
		uint16_t type = s->index.rrsets[rrset].type;

		has_address =
		    has_address || type == TYPE_A || type == TYPE_AAAA;
		role.has_ds = role.has_ds || (role.is_cut && type == TYPE_DS);
		role.ns = type == TYPE_NS ? rrset : role.ns;
	}
	role.is_host = has_address;
	return role;
}

/* True if OWNER has an address, wherever it is. */
static bool
has_address(const struct survey *s, uint32_t owner)
{
	return owner != INDEX_NONE &&
	       (index_find_rrset(&s->index, owner, TYPE_A) != INDEX_NONE ||
	           index_find_rrset(&s->index, owner, TYPE_AAAA) != INDEX_NONE);
}

/* True if no record of one RRset of names is in the other. */
static bool
are_apart(const struct survey *a, uint32_t rrset_a, const struct survey *b,
    uint32_t rrset_b)
{
	const struct index_rrset *x = &a->index.rrsets[rrset_a];
	const struct index_rrset *y = &b->index.rrsets[rrset_b];
	uint32_t i = 0, j = 0;

	while (i < x->n_records && j < y->n_records) {
		const struct index_record *r =
		    &a->index.records[x->first_record + i];
		const struct index_record *q =
		    &b->index.records[y->first_record + j];
		int order = rdata_compare(TYPE_NS, at(a, r->rdata),
		    r->rdata.length, at(b, q->rdata), q->rdata.length);

		if (order == 0) {
			return false;
		}
		i += order < 0;
		j += order > 0;
	}
	return true;
}

static void
count_kept(const struct delta *delta, const uint8_t *name,
    const struct role *ours, const struct role *theirs)
{
	struct changes *changes = delta->changes;

	if (theirs->has_ds && !ours->has_ds) {
		count(delta->s, &changes->ds_removed, name);
	} else if (ours->has_ds && !theirs->has_ds) {
		count(delta->s, &changes->ds_added, name);
	}
	if (are_apart(delta->s, ours->ns, delta->previous, theirs->ns)) {
		count(delta->s, &changes->delegations_moved, name);
	}
}

static void
count_pair(void *context, uint32_t ours_row, uint32_t theirs_row)
{
	const struct delta *delta = context;
	struct changes *changes = delta->changes;
	struct role ours = role_of(delta->s, ours_row);
	struct role theirs = role_of(delta->previous, theirs_row);
	const uint8_t *name =
	    ours_row != INDEX_NONE
	        ? at(delta->s, delta->s->index.owners[ours_row].name)
	        : at(delta->previous,
	              delta->previous->index.owners[theirs_row].name);

	changes->delegations_removed.of += theirs.is_cut;
	changes->ds_removed.of += theirs.has_ds;
	changes->hosts_removed.of += theirs.is_host;
	if (theirs.is_cut && ours.is_cut) {
		count_kept(delta, name, &ours, &theirs);
	} else if (theirs.is_cut) {
		count(delta->s, &changes->delegations_removed, name);
	} else if (ours.is_cut) {
		count(delta->s, &changes->delegations_added, name);
	}
	if (theirs.is_host && !has_address(delta->s, ours_row)) {
		count(delta->s, &changes->hosts_removed, name);
	}
}

static void
count_changes(struct survey *s, const struct survey *previous,
    struct changes *changes)
{
	struct delta delta = {s, previous, changes};

	pairs_walk(&s->index, &previous->index, count_pair, &delta);
	changes->delegations_added.of = changes->delegations_removed.of;
	changes->delegations_moved.of = changes->delegations_removed.of;
	changes->ds_added.of = changes->delegations_removed.of;
}

/* ---- denial and keys ---- */

static bool
apex_has(const struct survey *s, uint16_t type)
{
	return s->header.apex != INDEX_NONE &&
	       index_find_rrset(&s->index, s->header.apex, type) != INDEX_NONE;
}

static struct denial_state
denial_state_of(const struct survey *s)
{
	return (struct denial_state){
	    .has_nsec = (s->denial_seen & SEEN_NSEC) != 0,
	    .has_nsec3 = (s->denial_seen & SEEN_NSEC3) != 0,
	    .has_optout = (s->denial_seen & SEEN_OPTOUT) != 0,
	    .has_apex_nsec = apex_has(s, TYPE_NSEC),
	    .has_nsec3param = apex_has(s, TYPE_NSEC3PARAM),
	};
}

/* Beyond LIMIT_KEYS keys those that no anchor names are left out: the rest
 * are no more than anchors. */
static void
keep_keys(const struct survey *previous, struct changes *changes)
{
	for (int round = 0; round < 2; round++) {
		for (uint32_t k = 0; k < previous->index.n_keys; k++) {
			const struct index_key *key = &previous->index.keys[k];

			if ((key->is_anchored != 0) != (round == 0) ||
			    changes->n_keys == LIMIT_KEYS) {
				continue;
			}
			struct former_key *kept =
			    &changes->keys[changes->n_keys++];

			*kept = (struct former_key){
			    .tag = key->tag,
			    .algorithm = key->algorithm,
			    .is_anchored = key->is_anchored != 0,
			    .is_revoked = key_is_revoked(key),
			    .signed_dnskey = key->n_dnskey_rrsigs > 0,
			};
			memcpy(kept->kid, key->kid, sizeof(kept->kid));
		}
	}
}

const struct changes *
changes_of(struct survey *s)
{
	if (s->changes != NULL) {
		return s->changes;
	}
	struct other *other = other_open(s, PART_PREVIOUS);

	if (other == NULL) {
		return NULL;
	}
	const struct survey *previous = other_survey(other);
	struct changes *changes = arena_alloc(&s->arena, sizeof(*changes));

	*changes = (struct changes){
	    .before = denial_state_of(previous),
	    .now = denial_state_of(s),
	};
	count_changes(s, previous, changes);
	keep_keys(previous, changes);
	other_close(other);
	s->changes = changes;
	return changes;
}

/* ---- the same serial ---- */

static bool
skip_none(const struct survey *s, const struct index_rrset *rrset)
{
	(void)s;
	(void)rrset;
	return false;
}

static void
note_difference(void *context, const struct rrset_pair *pair)
{
	bool *differs = context;

	(void)pair;
	*differs = true;
}

/* True if the previous release has not the same records; if it cannot be read
 * that is an operand error. */
static bool
previous_differs(struct survey *s)
{
	struct other *other = other_open(s, PART_WHOLE);
	bool differs = false;

	if (other != NULL) {
		differences_walk(s, other_survey(other), skip_none,
		    note_difference, &differs);
		other_close(other);
	}
	return differs;
}

bool
serial_is_rebound(struct survey *s)
{
	if (s->rebound == REBOUND_UNASKED) {
		bool is_same = s->has_previous_serial &&
		               s->header.soa_record != INDEX_NONE &&
		               s->previous_serial == s->header.serial;

		s->rebound =
		    is_same && previous_differs(s) ? REBOUND_YES : REBOUND_NO;
	}
	return s->rebound == REBOUND_YES;
}
