/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome.c -- reads a report, and decides again from what it says: the two
 * decisions must be one.
 */
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/name.h"
#include "outcome_parts.h"

#define REPORT_SCHEMA "zonegate-report-1"

/* What a report says that is looked at once and not kept. */
struct said {
	struct ends ends;
	struct tally tally;
	uint64_t claims[2], secure[2]; /* of ldns, unbound */
};

enum decision
member_decision(struct doubt *d, const json_t *o)
{
	char text[16];

	member_word(d, o, "decision", text, sizeof(text), false);
	for (int i = DECISION_UNJUDGED; i <= DECISION_RELEASE; i++) {
		if (strcmp(decision_name((enum decision)i), text) == 0) {
			return (enum decision)i;
		}
	}
	doubt(d, "its decision is \"%s\"", text);
	return DECISION_UNJUDGED;
}

enum worker_end
member_end(struct doubt *d, const json_t *o, const char *name, char text[16])
{
	member_word(d, o, name, text, 16, false);
	for (int i = 0; i < N_WORKER_ENDS; i++) {
		if (strcmp(worker_end_name((enum worker_end)i), text) == 0) {
			return (enum worker_end)i;
		}
	}
	doubt(d, "a worker ended \"%s\"", text);
	return WORKER_NOT_RUN;
}

/* ---- of what, and how it ended ---- */

static void
read_zone_name(struct doubt *d, const json_t *o, const char *zone,
    struct outcome *outcome)
{
	uint8_t wanted[LIMIT_NAME_OCTETS], said[LIMIT_NAME_OCTETS];
	char text[LIMIT_NAME_TEXT];

	member_word(d, o, "zone", text, sizeof(text), false);
	if (has_doubt(d)) {
		return;
	}
	if (name_from_text(zone, wanted) == 0 ||
	    name_from_text(text, said) == 0) {
		doubt(d, "its zone is no name");
		return;
	}
	name_to_lower(wanted, wanted);
	name_to_lower(said, said);
	if (name_compare(wanted, said) != 0) {
		doubt(d, "it is of the zone %.100s, not of %.100s", text, zone);
	}
	snprintf(outcome->zone, sizeof(outcome->zone), "%s", zone);
}

static bool
is_zero(const uint8_t sha256[32])
{
	static const uint8_t none[32];

	return memcmp(sha256, none, sizeof(none)) == 0;
}

static void
read_octets(struct doubt *d, const json_t *o, const uint8_t sha256[32],
    struct outcome *outcome)
{
	const json_t *snapshot = member_object(d, o, "snapshot", false);

	member_sha256(d, snapshot, "sha256", outcome->sha256);
	if (has_doubt(d)) {
		return;
	}
	if (is_zero(outcome->sha256)) {
		doubt(d, "nothing was judged: %.200s", outcome->reason);
	} else if (memcmp(outcome->sha256, sha256, 32) != 0) {
		doubt(d, "it is of other octets than the candidate's");
	}
}

static void
read_decision(struct doubt *d, const json_t *o, int status,
    struct outcome *outcome)
{
	uint64_t exit = member_number(d, o, "exit", 255);

	outcome->decision = member_decision(d, o);
	if (!has_doubt(d) && ((int)exit != status ||
	                         decision_exit(outcome->decision) != status)) {
		doubt(d,
		    "the process ended with status %d, but it says %s and %d",
		    status, decision_name(outcome->decision), (int)exit);
	}
	member_text(d, o, "reason", outcome->reason, sizeof(outcome->reason));
	outcome->at = member_time(d, o, "at", false);
	outcome->seconds = member_seconds(d, o, "seconds");
}

static void
read_policy(struct doubt *d, const json_t *o, struct outcome *outcome)
{
	member_sha256(d, member_object(d, o, "policy", false), "sha256",
	    outcome->policy_sha256);
}

/* ---- who judged, and what ---- */

/* "ldns 1.8.3, OpenSSL 3.0.17", or "" if it never ran. */
static void
read_library(struct doubt *d, const json_t *o, char text[96])
{
	char library[32], version[32], crypto[64];

	member_text(d, o, "library", library, sizeof(library));
	member_text(d, o, "version", version, sizeof(version));
	member_text(d, o, "crypto", crypto, sizeof(crypto));
	if (library[0] == '\0') {
		text[0] = '\0';
		return;
	}
	snprintf(text, 96, "%s%s%s%s%.24s", library,
	    version[0] != '\0' ? " " : "", version,
	    crypto[0] != '\0' ? ", " : "", crypto);
}

static enum worker_end
read_validator(struct doubt *d, const json_t *o, const char *wanted,
    char library[96], char end_text[16], uint64_t *claims, uint64_t *secure)
{
	char name[16];

	member_word(d, o, "name", name, sizeof(name), false);
	if (!has_doubt(d) && strcmp(name, wanted) != 0) {
		doubt(d, "a validator is called \"%s\" instead of %s", name,
		    wanted);
	}
	read_library(d, o, library);

	enum worker_end end = member_end(d, o, "end", end_text);

	*claims = member_number(d, o, "claims", UINT32_MAX);
	*secure = member_number(d, o, "secure", UINT32_MAX);

	uint64_t sum = *secure;

	sum += member_number(d, o, "insecure", UINT32_MAX);
	sum += member_number(d, o, "bogus", UINT32_MAX);
	sum += member_number(d, o, "indeterminate", UINT32_MAX);
	sum += member_number(d, o, "unjudged", UINT32_MAX);
	if (!has_doubt(d) &&
	    (sum > *claims || (end == WORKER_DONE && sum != *claims))) {
		doubt(d, "what %s said of its claims does not add up", wanted);
	}
	return end;
}

static void
read_validators(struct doubt *d, const json_t *o, struct outcome *outcome,
    struct said *said)
{
	const json_t *a = member_array(d, o, "validators", 2);

	if (!has_doubt(d) && json_array_size(a) != 2) {
		doubt(d, "it does not name two validators");
	}
	said->ends.survey = member_end(d, member_object(d, o, "survey", false),
	    "end", outcome->ends[0]);
	said->ends.ldns =
	    read_validator(d, row_object(d, a, 0), "ldns", outcome->ldns,
	        outcome->ends[1], &said->claims[0], &said->secure[0]);
	said->ends.unbound =
	    read_validator(d, row_object(d, a, 1), "unbound", outcome->unbound,
	        outcome->ends[2], &said->claims[1], &said->secure[1]);
}

static void
read_agreement(struct doubt *d, const json_t *o, struct outcome *outcome,
    struct said *said)
{
	const json_t *agreement = member_object(d, o, "agreement", false);
	struct tally *tally = &said->tally;

	tally->claims = member_number(d, agreement, "claims", UINT32_MAX);
	tally->agreed_secure =
	    member_number(d, agreement, "secure", UINT32_MAX);
	tally->agreed_other =
	    member_number(d, agreement, "refused", UINT32_MAX);
	tally->disputed = member_number(d, agreement, "disputed", UINT32_MAX);
	tally->unjudged = member_number(d, agreement, "unjudged", UINT32_MAX);
	outcome->claims = tally->claims;
	outcome->secure = tally->agreed_secure;
	outcome->disputed = tally->disputed;
	outcome->unjudged = tally->unjudged;
	for (unsigned i = 0; i < 2 && !has_doubt(d); i++) {
		bool is_done = (i == 0 ? said->ends.ldns
		                       : said->ends.unbound) == WORKER_DONE;

		if ((is_done && said->claims[i] != tally->claims) ||
		    said->secure[i] < tally->agreed_secure ||
		    said->secure[i] > tally->claims) {
			doubt(d, "what the validators said is not what they "
			         "are said to agree on");
		}
	}
}

/* ---- what the zone says ---- */

static void
read_expiry(struct doubt *d, const json_t *o, struct outcome *outcome)
{
	const json_t *expiry = member_object(d, o, "expiry", true);

	if (expiry == NULL) {
		return;
	}
	outcome->expiry = member_time(d, expiry, "earliest", false);

	const json_t *left = json_object_get(expiry, "seconds_left");

	if (!has_doubt(d) &&
	    (!json_is_integer(left) ||
	        json_integer_value(left) != outcome->expiry - outcome->at)) {
		doubt(d, "the time left is not that until the expiry");
	}
}

static void
read_zone_facts(struct doubt *d, const json_t *o, struct outcome *outcome)
{
	outcome->serial =
	    (uint32_t)member_number_or_null(d, o, "serial", UINT32_MAX);
	outcome->has_serial = !member_is_null(o, "serial");

	const json_t *soa = member_object(d, o, "soa", true);

	if (!has_doubt(d) && outcome->has_serial != (soa != NULL)) {
		doubt(d, "it has a serial without SOA, or an SOA without");
	}
	if (soa != NULL) {
		outcome->soa_refresh =
		    (uint32_t)member_number(d, soa, "refresh", UINT32_MAX);
		outcome->soa_expire =
		    (uint32_t)member_number(d, soa, "expire", UINT32_MAX);
	}
	outcome->newest_inception = member_time(d, o, "newest_inception", true);
	read_expiry(d, o, outcome);
	outcome->keys = keys_read(d, member_array(d, o, "keys", LIMIT_KEYS),
	    &outcome->n_keys);
	outcome->findings = findings_read(d,
	    member_array(d, o, "findings", LIMIT_OUTCOME_FINDINGS),
	    &outcome->n_findings);
}

/* ---- is it so? ---- */

/* What must be so of a zone that goes out, each by itself: this does not rest
 * on decide(). */
static const char *
release_fault(const struct outcome *outcome, const struct said *said)
{
	const struct tally *tally = &said->tally;

	if (said->ends.survey != WORKER_DONE ||
	    said->ends.ldns != WORKER_DONE ||
	    said->ends.unbound != WORKER_DONE) {
		return "a worker did not finish";
	}
	if (tally->claims == 0) {
		return "there was nothing to judge";
	}
	if (said->secure[0] != tally->claims ||
	    said->secure[1] != tally->claims ||
	    tally->agreed_secure != tally->claims) {
		return "not every claim is secure to both";
	}
	if (tally->agreed_other != 0 || tally->disputed != 0 ||
	    tally->unjudged != 0) {
		return "claims were refused, disputed or left unjudged";
	}
	if (tally->findings[SEVERITY_BLOCK] != 0 ||
	    tally->findings[SEVERITY_HOLD] != 0 || tally->inabilities != 0) {
		return "a finding is worse than a warning";
	}
	if (outcome->ldns[0] == '\0' || outcome->unbound[0] == '\0') {
		return "a validator does not say what it is";
	}
	if (!outcome->has_serial || outcome->newest_inception == 0 ||
	    outcome->n_keys == 0) {
		return "the zone has no serial, no signature or no key";
	}
	if (outcome->expiry < outcome->at) {
		return "a signature has expired";
	}
	return NULL;
}

static void
check_decision(struct doubt *d, const struct outcome *outcome,
    struct said *said)
{
	if (has_doubt(d)) {
		return;
	}
	findings_count(outcome, &said->tally);

	enum decision again = decide(&said->ends, &said->tally);

	if (again != outcome->decision) {
		doubt(d, "it says %s, but what it says amounts to %s",
		    decision_name(outcome->decision), decision_name(again));
		return;
	}
	const char *fault = outcome->decision == DECISION_RELEASE
	                        ? release_fault(outcome, said)
	                        : NULL;

	if (fault != NULL) {
		doubt(d, "it says release, but %s", fault);
	}
}

/* ---- all of it ---- */

static void
read_report(struct doubt *d, const json_t *o, int status, const char *zone,
    const uint8_t sha256[32], struct outcome *outcome)
{
	struct said said = {0};
	char schema[32];

	member_word(d, o, "schema", schema, sizeof(schema), false);
	if (!has_doubt(d) && strcmp(schema, REPORT_SCHEMA) != 0) {
		doubt(d, "its schema is \"%s\", not %s", schema, REPORT_SCHEMA);
	}
	read_decision(d, o, status, outcome);
	read_zone_name(d, o, zone, outcome);
	read_octets(d, o, sha256, outcome);
	read_policy(d, o, outcome);
	read_validators(d, o, outcome, &said);
	read_agreement(d, o, outcome, &said);
	read_zone_facts(d, o, outcome);
	check_decision(d, outcome, &said);
}

bool
outcome_read(const char *text, size_t length, int status, const char *zone,
    const uint8_t sha256[32], struct outcome *outcome,
    char error[OUTCOME_ERROR])
{
	struct doubt d = {error, OUTCOME_ERROR};
	json_error_t why;

	memset(outcome, 0, sizeof(*outcome));
	error[0] = '\0';
	if (length > LIMIT_REPORT_BYTES) {
		doubt(&d, "the report is larger than %u octets",
		    LIMIT_REPORT_BYTES);
		return false;
	}
	json_t *o = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);

	if (o == NULL) {
		doubt(&d, "the report is no JSON: line %d: %.100s", why.line,
		    why.text);
		return false;
	}
	read_report(&d, o, status, zone, sha256, outcome);
	json_decref(o);
	if (has_doubt(&d)) {
		outcome_release(outcome);
		return false;
	}
	return true;
}

void
outcome_release(struct outcome *outcome)
{
	for (size_t i = 0; i < outcome->n_findings; i++) {
		free(outcome->findings[i].message);
		free(outcome->findings[i].remedy);
		free(outcome->findings[i].source);
	}
	free(outcome->findings);
	free(outcome->keys);
	memset(outcome, 0, sizeof(*outcome));
}

/* ---- waiting ---- */

/* Places of the findings of CHECK worse than a warning, if the validators alone
 * saw them or MAY_BE_STRUCTURE. */
static uint64_t
places_of(const struct outcome *outcome, enum check_id check,
    bool may_be_structure)
{
	uint64_t n = 0;

	for (size_t i = 0; i < outcome->n_findings; i++) {
		const struct outcome_finding *row = &outcome->findings[i];

		if (row->severity <= SEVERITY_HOLD &&
		    check_find(row->check) == check &&
		    (may_be_structure || row->by_validators)) {
			n += row->count;
		}
	}
	return n;
}

bool
outcome_waits_for_inception(const struct outcome *outcome, int64_t *at_s)
{
	uint64_t early =
	    places_of(outcome, CHECK_rrsig_inception_not_future, true);
	uint64_t invalid = places_of(outcome, CHECK_rrsig_valid_all, false);
	uint64_t chains = places_of(outcome, CHECK_ds_parent_match, false);
	struct tally tally = {0};

	findings_count(outcome, &tally);

	uint64_t others = tally.findings[SEVERITY_BLOCK] +
	                  tally.findings[SEVERITY_HOLD] + tally.inabilities -
	                  early - invalid - chains;

	/* The validators refuse a signature for that, too, but then no more
	 * of them than there are such signatures. */
	if (early == 0 || invalid > early || chains > 1 || others > 0 ||
	    outcome->findings_left_out > 0 || outcome->disputed > 0 ||
	    outcome->newest_inception <= outcome->at ||
	    outcome->newest_inception - outcome->at > LONGEST_WAIT_S) {
		return false;
	}
	*at_s = outcome->newest_inception;
	return true;
}

char *
outcome_words(const struct outcome *outcome, char words[REASON_TEXT])
{
	const struct outcome_finding *f = outcome->findings;

	snprintf(words, REASON_TEXT, "%s", outcome->reason);
	if (outcome->n_findings > 0 && f->severity <= SEVERITY_HOLD) {
		snprintf(words, REASON_TEXT, "%.300s: %s, %.200s %s: %.300s",
		    outcome->reason, f->check, f->owner, f->type, f->message);
	}
	return words;
}
