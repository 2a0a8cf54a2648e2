/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "approve.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* Octets of a fingerprint in hex. */
#define FINGERPRINT_TEXT 64

/*
 * About signatures and the chain of trust: who approves such a finding does so
 * for octets that he can look at, never for those that will come.  Most of
 * them only hold because a policy says so; the soundness ones are here too
 * lest it hang on one column of a table.
 */
static const enum check_id never_by_fingerprint[] = {
    CHECK_algorithm_unjudgeable,
    CHECK_cds_continuity,
    CHECK_cds_delete,
    CHECK_cds_signed,
    CHECK_dnskey_reuse_after_retire,
    CHECK_dnskey_sep_present,
    CHECK_dnskey_shared_across_zones,
    CHECK_dnskey_signed_by_ds_algorithms,
    CHECK_dnskey_zone_flag,
    CHECK_dnskey_protocol_3,
    CHECK_dnskey_revoked_handling,
    CHECK_ds_algorithm_has_dnskey,
    CHECK_ds_digest_consistent,
    CHECK_ds_parent_match,
    CHECK_ksk_retire_before_ds_removed,
    CHECK_rrsig_class,
    CHECK_rrsig_inception_not_future,
    CHECK_rrsig_labels,
    CHECK_rrsig_not_expired,
    CHECK_rrsig_not_self,
    CHECK_rrsig_original_ttl,
    CHECK_rrsig_present_all,
    CHECK_rrsig_serial_arith,
    CHECK_rrsig_sig_length,
    CHECK_rrsig_signer_name,
    CHECK_rrsig_ttl_equal,
    CHECK_rrsig_valid_all,
    CHECK_rrsig_valid_each_algorithm,
};

static bool
is_about_trust(enum check_id check)
{
	const size_t n =
	    sizeof(never_by_fingerprint) / sizeof(never_by_fingerprint[0]);

	for (size_t i = 0; i < n; i++) {
		if (never_by_fingerprint[i] == check) {
			return true;
		}
	}
	return false;
}

static bool
is_fingerprint(const char *text)
{
	return strnlen(text, FINGERPRINT_TEXT + 1) == FINGERPRINT_TEXT &&
	       strspn(text, "0123456789abcdef") == FINGERPRINT_TEXT;
}

static bool
rule_may_be_waved_through(enum finding_rule rule)
{
	switch (rule) {
	case RULE_PROTOCOL:
	case RULE_POLICY:
		return true;
	case RULE_SOUNDNESS:
	case RULE_INABILITY:
		return false;
	}
	return false;
}

bool
finding_is_approvable(const struct outcome_finding *finding)
{
	enum check_id check = check_find(finding->check);

	/* A row that stands for several places names only one of them. */
	return finding->severity == SEVERITY_HOLD && finding->count == 1 &&
	       !finding->by_validators &&
	       rule_may_be_waved_through(finding->rule) &&
	       check != CHECK_none && rule_fits(check, finding->rule) &&
	       check_may_be_set(check) && checks[check].by != VERDICTS &&
	       !is_about_trust(check) && is_fingerprint(finding->fingerprint);
}

/* ---- persons ---- */

/*
 * Only letters and digits make a person, without regard to case: "Alice B" and
 * "alice.b" are one.  False if TEXT is nobody.
 */
static bool
person_key(const char *text, wchar_t key[ACTOR_TEXT])
{
	static locale_t utf8;
	wchar_t wide[ACTOR_TEXT];
	size_t n = 0;

	if (utf8 == (locale_t)0) {
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	}
	if (utf8 == (locale_t)0 || strnlen(text, ACTOR_TEXT) == ACTOR_TEXT) {
		return false;
	}
	locale_t before = uselocale(utf8);
	size_t length = mbstowcs(wide, text, ACTOR_TEXT);

	uselocale(before);
	for (size_t i = 0; length != (size_t)-1 && i < length; i++) {
		if (iswalnum_l((wint_t)wide[i], utf8)) {
			key[n++] = (wchar_t)
			    towlower_l(towupper_l((wint_t)wide[i], utf8), utf8);
		}
	}
	key[n] = L'\0';
	return n > 0;
}

static bool
is_said(const char *text)
{
	return text[strspn(text, " \t\r\n\v\f")] != '\0';
}

/* ---- what an approval binds to ---- */

static bool
is_of_zone(const struct approval *approval, const struct candidate *candidate)
{
	return candidate->zone[0] != '\0' &&
	       strncmp(approval->zone, candidate->zone, LIMIT_NAME_TEXT) == 0;
}

static bool
has_octets(const uint8_t sha256[32])
{
	static const uint8_t none[32];

	return memcmp(sha256, none, sizeof(none)) != 0;
}

static bool
binds_to_candidate(const struct approval *approval,
    const struct candidate *candidate)
{
	return candidate->id > 0 && approval->candidate == candidate->id &&
	       approval->fingerprint[0] == '\0' &&
	       is_of_zone(approval, candidate) &&
	       has_octets(candidate->sha256) &&
	       memcmp(approval->sha256, candidate->sha256, 32) == 0 &&
	       is_said(approval->reason);
}

static bool
binds_to_finding(const struct approval *approval,
    const struct candidate *candidate, const struct outcome_finding *finding,
    int64_t at_s)
{
	wchar_t key[ACTOR_TEXT];

	return approval->candidate == 0 && is_of_zone(approval, candidate) &&
	       strncmp(approval->fingerprint, finding->fingerprint,
	           sizeof(approval->fingerprint)) == 0 &&
	       /* `until' cannot be beyond `at' by more than this, so nothing
	        * overflows: at_s lies between the two. */
	       approval->at > 0 && approval->at <= at_s &&
	       at_s < approval->until &&
	       approval->until - approval->at <= FINGERPRINT_LONGEST_S &&
	       person_key(approval->person, key) && is_said(approval->reason);
}

/* How many different persons approved CANDIDATE, at most 2 matter. */
static unsigned
persons(const struct candidate *candidate, const struct approval *approvals,
    size_t n, bool break_glass)
{
	wchar_t first[ACTOR_TEXT], key[ACTOR_TEXT];
	unsigned have = 0;

	for (size_t i = 0; i < n && have < 2; i++) {
		if (!binds_to_candidate(&approvals[i], candidate) ||
		    (break_glass && !approvals[i].break_glass) ||
		    !person_key(approvals[i].person, key)) {
			continue;
		}
		if (have == 0) {
			memcpy(first, key, sizeof(first));
			have = 1;
		} else if (wcscmp(first, key) != 0) {
			have = 2;
		}
	}
	return have;
}

/* ---- the verdict ---- */

static size_t
count_worse(const struct outcome *outcome, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < outcome->n_findings; i++) {
		n += outcome->findings[i].severity == severity;
	}
	return n;
}

static bool
is_of_candidate(const struct outcome *outcome,
    const struct candidate *candidate)
{
	return candidate->decided && outcome != NULL &&
	       outcome->decision == candidate->decision &&
	       strncmp(outcome->zone, candidate->zone, LIMIT_NAME_TEXT) == 0 &&
	       has_octets(candidate->sha256) &&
	       memcmp(outcome->sha256, candidate->sha256, 32) == 0;
}

static bool
all_are_secure(const struct outcome *outcome)
{
	return outcome->claims > 0 && outcome->secure == outcome->claims &&
	       outcome->disputed == 0 && outcome->unjudged == 0;
}

/* The decision, if what is said beside it bears it out. */
static enum decision
sound_decision(const struct candidate *candidate, const struct outcome *outcome)
{
	if (!is_of_candidate(outcome, candidate)) {
		return DECISION_UNJUDGED;
	}
	size_t blocks = count_worse(outcome, SEVERITY_BLOCK);
	size_t holds = count_worse(outcome, SEVERITY_HOLD);

	switch (outcome->decision) {
	case DECISION_UNJUDGED:
	case DECISION_DISPUTED:
	case DECISION_BLOCK:
		return outcome->decision;
	case DECISION_HOLD:
		return all_are_secure(outcome) && blocks == 0 &&
		               (holds > 0 || outcome->findings_left_out > 0)
		           ? DECISION_HOLD
		           : DECISION_UNJUDGED;
	case DECISION_RELEASE:
		return all_are_secure(outcome) && blocks == 0 && holds == 0
		           ? DECISION_RELEASE
		           : DECISION_UNJUDGED;
	}
	return DECISION_UNJUDGED;
}

/* ---- what clears a HOLD ---- */

static bool
is_approved(const struct candidate *candidate,
    const struct outcome_finding *finding, const struct approval *approvals,
    size_t n, int64_t at_s)
{
	if (!finding_is_approvable(finding)) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (binds_to_finding(&approvals[i], candidate, finding, at_s)) {
			return true;
		}
	}
	return false;
}

/* True if every HOLD finding of OUTCOME is known and approved. */
static bool
findings_are_approved(const struct candidate *candidate,
    const struct outcome *outcome, const struct approval *approvals, size_t n,
    int64_t at_s)
{
	size_t holds = 0;

	for (size_t i = 0; i < outcome->n_findings; i++) {
		const struct outcome_finding *finding = &outcome->findings[i];

		if (finding->severity != SEVERITY_HOLD) {
			continue;
		}
		if (!is_approved(candidate, finding, approvals, n, at_s)) {
			return false;
		}
		holds++;
	}
	return holds > 0 && outcome->findings_left_out == 0;
}

/* What may have gone missing on the way: no clock says that it was meant. */
static bool
is_about_content(enum check_id check)
{
	return check == CHECK_zone_delta_bounds ||
	       check == CHECK_delegation_ds_mass_change ||
	       check == CHECK_unsigned_content_identical;
}

static bool
is_of_policy(const struct outcome_finding *finding)
{
	enum check_id check = check_find(finding->check);

	return finding->rule == RULE_POLICY && !finding->by_validators &&
	       check != CHECK_none && rule_fits(check, finding->rule) &&
	       check_may_be_set(check) && !is_about_trust(check) &&
	       !is_about_content(check);
}

static bool
holds_are_of_policy(const struct outcome *outcome)
{
	size_t holds = 0;

	for (size_t i = 0; i < outcome->n_findings; i++) {
		const struct outcome_finding *finding = &outcome->findings[i];

		if (finding->severity != SEVERITY_HOLD) {
			continue;
		}
		if (!is_of_policy(finding)) {
			return false;
		}
		holds++;
	}
	return holds > 0 && outcome->findings_left_out == 0;
}

/* True if CANDIDATE's own signatures last at least as long as what is
 * published: else releasing it buys no time. */
static bool
buys_time(const struct outcome *outcome, int64_t headroom_s, int64_t at_s)
{
	int64_t published_until;

	return !__builtin_add_overflow(at_s, headroom_s, &published_until) &&
	       outcome->expiry > at_s && outcome->expiry >= published_until;
}

static bool
headroom_clears(const struct outcome *outcome, const struct config_zone *zone,
    int64_t headroom_s, int64_t at_s)
{
	return zone->release_policy_holds_below_s > 0 &&
	       headroom_s < zone->release_policy_holds_below_s &&
	       holds_are_of_policy(outcome) &&
	       buys_time(outcome, headroom_s, at_s);
}

/* ---- all together ---- */

/* True if CANDIDATE is on its way still, and not decided already otherwise. */
static bool
is_open(const struct candidate *candidate)
{
	switch (candidate->state) {
	case CANDIDATE_WAITING:
	case CANDIDATE_JUDGING:
	case CANDIDATE_HELD:
	case CANDIDATE_RELEASING:
		return candidate->decided;
	case CANDIDATE_QUARANTINED:
		return true;
	case CANDIDATE_NONE:
	case CANDIDATE_RELEASED:
	case CANDIDATE_REPLACED:
	case CANDIDATE_OBSERVED:
	case CANDIDATE_SUPERSEDED:
	case CANDIDATE_DISCARDED:
	case N_CANDIDATE_STATES:
		return false;
	}
	return false;
}

static bool
is_gated(const struct candidate *candidate, const struct config_zone *zone)
{
	return zone != NULL && zone->mode == ZONE_GATE && zone->name != NULL &&
	       strncmp(zone->name, candidate->zone, LIMIT_NAME_TEXT) == 0;
}

static enum clearance
cleared(enum clearance how, struct needs *needs)
{
	needs->persons = 0;
	needs->break_glass = false;
	return how;
}

/* The judge that gives the word, or the person who does it alone, is missing:
 * two persons may break the glass. */
static enum clearance
break_glass(const struct candidate *candidate, const struct approval *approvals,
    size_t n, struct needs *needs)
{
	needs->persons = 2;
	needs->break_glass = true;
	needs->have = persons(candidate, approvals, n, true);
	return needs->have >= 2 ? cleared(CLEARANCE_APPROVAL, needs)
	                        : CLEARANCE_NONE;
}

enum clearance
clearance(const struct candidate *candidate, const struct outcome *outcome,
    const struct config_zone *zone, const struct approval *approvals,
    size_t n_approvals, int64_t headroom_s, int64_t at_s, struct needs *needs)
{
	struct needs unused = {.persons = 0};

	needs = needs == NULL ? &unused : needs;
	memset(needs, 0, sizeof(*needs));
	if (!is_gated(candidate, zone) || !is_open(candidate)) {
		return CLEARANCE_NONE;
	}
	/* One that waits will be judged again: its last verdict is over. */
	bool is_over = candidate->state == CANDIDATE_WAITING ||
	               candidate->state == CANDIDATE_QUARANTINED;
	enum decision decision =
	    is_over ? DECISION_UNJUDGED : sound_decision(candidate, outcome);

	if (decision == DECISION_RELEASE) {
		return cleared(CLEARANCE_VERDICT, needs);
	}
	if (decision != DECISION_HOLD) {
		return break_glass(candidate, approvals, n_approvals, needs);
	}
	needs->persons = 1;
	needs->have = persons(candidate, approvals, n_approvals, false) > 0;
	if (needs->have > 0 || findings_are_approved(candidate, outcome,
	                           approvals, n_approvals, at_s)) {
		return cleared(CLEARANCE_APPROVAL, needs);
	}
	return headroom_clears(outcome, zone, headroom_s, at_s)
	           ? cleared(CLEARANCE_HEADROOM, needs)
	           : CLEARANCE_NONE;
}
