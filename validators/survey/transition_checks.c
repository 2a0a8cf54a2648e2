/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transition_checks.c -- what may not change from one release to the next all
 * at once: the kind of denial, and the key that the parent names.
 */
#include <string.h>

#include "survey/changes.h"
#include "survey/signing.h"

/* ---- denial ---- */

static bool
denies(const struct denial_state *state)
{
	return state->has_nsec || state->has_nsec3;
}

/* RFC 5155 10.4 and 10.5: with NSEC3PARAM servers use NSEC3, without it NSEC;
 * when they change over, the zone must have both, and whole.  That both are
 * whole is for other checks to see.  Returns what was left out, or NULL. */
static const char *
order_broken(const struct changes *changes)
{
	const struct denial_state *before = &changes->before;
	const struct denial_state *now = &changes->now;

	if (!denies(before) || !denies(now)) {
		return NULL;
	}
	if (!before->has_nsec3param && now->has_nsec3param &&
	    !now->has_apex_nsec) {
		return "the previous release has NSEC and no NSEC3PARAM: "
		       "expected NSEC to stay beside NSEC3 for a release, "
		       "found NSEC3 alone";
	}
	if (before->has_nsec3param && !now->has_nsec3param &&
	    !before->has_apex_nsec) {
		return "the previous release has NSEC3 alone: expected a "
		       "release with NSEC beside NSEC3 before NSEC3PARAM "
		       "goes, found no NSEC3PARAM";
	}
	return NULL;
}

void
check_denial_transition(struct survey *s)
{
	const struct changes *changes = changes_of(s);
	const char *broken = changes == NULL ? NULL : order_broken(changes);

	if (broken != NULL) {
		finding(s, CHECK_denial_transition,
		    place_owner(s, s->header.apex), "%s", broken);
	}
}

static const char *
state_text(const struct denial_state *state)
{
	if (state->has_nsec && state->has_nsec3) {
		return "NSEC and NSEC3";
	}
	if (state->has_nsec) {
		return "NSEC";
	}
	return state->has_optout ? "NSEC3 with opt-out"
	                         : "NSEC3 without opt-out";
}

/* True if another check says it already: that the order is broken, or that
 * the zone has both kinds or none. */
static bool
is_said(const struct survey *s, const struct changes *changes)
{
	bool has_one = changes->now.has_nsec != changes->now.has_nsec3;

	return (order_broken(changes) != NULL &&
	           says_enough(s, CHECK_denial_transition,
	               CHECK_denial_mode_changed)) ||
	       (!has_one && says_enough(s, CHECK_denial_mode,
	                        CHECK_denial_mode_changed));
}

void
check_denial_mode_changed(struct survey *s)
{
	const struct changes *changes = changes_of(s);

	if (changes == NULL) {
		return;
	}
	const struct denial_state *before = &changes->before;
	const struct denial_state *now = &changes->now;

	if (!denies(before) ||
	    (before->has_nsec == now->has_nsec &&
	        before->has_nsec3 == now->has_nsec3 &&
	        before->has_optout == now->has_optout) ||
	    is_said(s, changes)) {
		return;
	}
	finding_as(s, CHECK_denial_mode_changed,
	    option(s, OPTION_denial_change) != 0 ? SEVERITY_WARN
	                                         : SEVERITY_HOLD,
	    OPTION_denial_change, place_owner(s, s->header.apex),
	    "expected %s, as in the previous release, found %s",
	    state_text(before), denies(now) ? state_text(now) : "neither");
}

/* ---- keys ---- */

static const struct index_key *
find_key(const struct survey *s, const uint8_t kid[32])
{
	for (uint32_t k = 0; k < s->index.n_keys; k++) {
		if (memcmp(s->index.keys[k].kid, kid, 32) == 0) {
			return &s->index.keys[k];
		}
	}
	return NULL;
}

static bool
signed_before(const struct changes *changes, const uint8_t kid[32])
{
	for (unsigned k = 0; k < changes->n_keys; k++) {
		if (changes->keys[k].signed_dnskey &&
		    memcmp(changes->keys[k].kid, kid, 32) == 0) {
			return true;
		}
	}
	return false;
}

/* How the chain stands without the key in question. */
struct successors {
	bool has_any;   /* an anchored key signs DNSKEY */
	bool has_fresh; /* one that did not sign it in the previous release */
};

static struct successors
find_successors(const struct survey *s, const struct changes *changes)
{
	struct successors found = {false, false};

	for (uint32_t k = 0; k < s->index.n_keys; k++) {
		const struct index_key *key = &s->index.keys[k];

		if (key->is_anchored != 0 && key->n_dnskey_rrsigs > 0 &&
		    key_is_usable(key)) {
			found.has_any = true;
			found.has_fresh = found.has_fresh ||
			                  !signed_before(changes, key->kid);
		}
	}
	return found;
}

void
check_ksk_retire_before_ds_removed(struct survey *s)
{
	const struct changes *changes =
	    s->job->has_anchors == 0 ? NULL : changes_of(s);

	if (changes == NULL) {
		return;
	}
	struct successors successors = find_successors(s, changes);

	/* With no key left ds_parent_match says so.  With a fresh one the two
	 * change places, whose DS were both there before (RFC 4641 4.2.3). */
	if (!successors.has_any || successors.has_fresh) {
		return;
	}
	for (unsigned k = 0; k < changes->n_keys; k++) {
		const struct former_key *former = &changes->keys[k];
		const struct index_key *key = find_key(s, former->kid);

		/* A revoked key has said itself that it is no anchor any more
		 * (RFC 5011 2.1). */
		if (!former->is_anchored || !former->signed_dnskey ||
		    former->is_revoked ||
		    (key != NULL &&
		        (key_is_revoked(key) || key->n_dnskey_rrsigs > 0))) {
			continue;
		}
		finding(s, CHECK_ksk_retire_before_ds_removed,
		    place_owner(s, s->header.apex),
		    "expected key %u/%u, which signed DNSKEY in the previous "
		    "release, to do so until its DS is gone from the anchors, "
		    "found it %s",
		    former->tag, former->algorithm,
		    key == NULL ? "not published" : "published only");
	}
}
