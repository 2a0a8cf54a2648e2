/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome_summary.c -- an outcome as the JSON that the ledger keeps and pages
 * show, and back.
 */
#include <assert.h>
#include <string.h>

#include "outcome_parts.h"
#include "report_words.h"
#include "time_text.h"

static void
set(json_t *o, const char *name, json_t *value)
{
	int failed = json_object_set_new(o, name, value);

	assert(failed == 0);
}

static json_t *
text(const char *value)
{
	return value[0] == '\0' ? json_null() : json_string(value);
}

static json_t *
number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *
number_or_null(uint64_t value)
{
	return value == 0 ? json_null() : number(value);
}

static json_t *
moment(int64_t at)
{
	char when[TIME_TEXT];

	return at == 0 ? json_null() : json_string(time_to_text(at, when));
}

static json_t *
hex(const uint8_t sha256[32])
{
	char digits[65];

	return json_string(sha256_to_text(sha256, digits));
}

static json_t *
finding_json(const struct outcome_finding *row)
{
	json_t *o = json_object(), *seen = json_array();

	if (row->by_validators) {
		json_array_append_new(seen, json_string("ldns"));
		json_array_append_new(seen, json_string("unbound"));
	}
	set(o, "check", text(row->check));
	set(o, "severity", text(severity_name(row->severity)));
	set(o, "rule", text(rule_name(row->rule)));
	set(o, "source", text(row->source));
	set(o, "owner", text(row->owner));
	set(o, "type", text(row->type));
	set(o, "line", number_or_null(row->line));
	set(o, "count", number(row->count));
	set(o, "message", text(row->message));
	set(o, "remedy", text(row->remedy));
	set(o, "seen_by", seen);
	set(o, "fingerprint", text(row->fingerprint));
	return o;
}

static json_t *
findings_json(const struct outcome *outcome, uint64_t *left_out)
{
	json_t *a = json_array();

	*left_out = outcome->findings_left_out;
	for (size_t i = 0; i < outcome->n_findings; i++) {
		if (i < LIMIT_SUMMARY_FINDINGS) {
			json_array_append_new(a,
			    finding_json(&outcome->findings[i]));
		} else {
			(*left_out)++;
		}
	}
	return a;
}

static json_t *
keys_json(const struct outcome *outcome)
{
	json_t *a = json_array();

	for (size_t i = 0; i < outcome->n_keys; i++) {
		const struct outcome_key *key = &outcome->keys[i];
		json_t *o = json_object();

		set(o, "tag", number(key->tag));
		set(o, "flags", number(key->flags));
		set(o, "algorithm", number(key->algorithm));
		set(o, "kid", text(key->kid));
		set(o, "signs_dnskey", json_boolean(key->signs_dnskey));
		set(o, "anchored", json_boolean(key->anchored));
		set(o, "incoming", json_boolean(key->incoming));
		json_array_append_new(a, o);
	}
	return a;
}

/* By severity, in places, all findings. */
static json_t *
counts_json(const struct outcome *outcome)
{
	uint64_t places[SEVERITY_OFF] = {0};
	json_t *o = json_object();

	for (size_t i = 0; i < outcome->n_findings; i++) {
		places[outcome->findings[i].severity] +=
		    outcome->findings[i].count;
	}
	for (int i = 0; i < SEVERITY_OFF; i++) {
		set(o, severity_name((enum severity)i), number(places[i]));
	}
	return o;
}

static json_t *
validators_json(const struct outcome *outcome)
{
	json_t *o = json_object();

	set(o, "ldns", text(outcome->ldns));
	set(o, "unbound", text(outcome->unbound));
	return o;
}

static json_t *
ends_json(const struct outcome *outcome)
{
	json_t *o = json_object();

	set(o, "survey", text(outcome->ends[0]));
	set(o, "ldns", text(outcome->ends[1]));
	set(o, "unbound", text(outcome->ends[2]));
	return o;
}

json_t *
outcome_summary(const struct outcome *outcome)
{
	json_t *o = json_object();
	uint64_t left_out;

	set(o, "zone", text(outcome->zone));
	set(o, "serial",
	    outcome->has_serial ? number(outcome->serial) : json_null());
	set(o, "decision", text(decision_name(outcome->decision)));
	set(o, "reason", text(outcome->reason));
	set(o, "at", moment(outcome->at));
	set(o, "seconds", json_real(outcome->seconds));
	set(o, "sha256", hex(outcome->sha256));
	set(o, "policy_sha256", hex(outcome->policy_sha256));
	set(o, "claims", number(outcome->claims));
	set(o, "secure", number(outcome->secure));
	set(o, "disputed", number(outcome->disputed));
	set(o, "unjudged", number(outcome->unjudged));
	set(o, "expiry", moment(outcome->expiry));
	set(o, "newest_inception", moment(outcome->newest_inception));
	set(o, "soa_expire", number_or_null(outcome->soa_expire));
	set(o, "soa_refresh", number_or_null(outcome->soa_refresh));
	set(o, "validators", validators_json(outcome));
	set(o, "ends", ends_json(outcome));
	set(o, "counts", counts_json(outcome));
	set(o, "findings", findings_json(outcome, &left_out));
	set(o, "findings_left_out", number(left_out));
	set(o, "keys", keys_json(outcome));
	return o;
}

/* ---- and back ---- */

static void
read_head(struct doubt *d, const json_t *o, struct outcome *outcome)
{
	member_word(d, o, "zone", outcome->zone, sizeof(outcome->zone), false);
	outcome->serial =
	    (uint32_t)member_number_or_null(d, o, "serial", UINT32_MAX);
	outcome->has_serial = !member_is_null(o, "serial");
	outcome->decision = member_decision(d, o);
	member_text(d, o, "reason", outcome->reason, sizeof(outcome->reason));
	outcome->at = member_time(d, o, "at", false);
	outcome->seconds = member_seconds(d, o, "seconds");
	member_sha256(d, o, "sha256", outcome->sha256);
	member_sha256(d, o, "policy_sha256", outcome->policy_sha256);
	outcome->claims = member_number(d, o, "claims", UINT32_MAX);
	outcome->secure = member_number(d, o, "secure", UINT32_MAX);
	outcome->disputed = member_number(d, o, "disputed", UINT32_MAX);
	outcome->unjudged = member_number(d, o, "unjudged", UINT32_MAX);
	outcome->expiry = member_time(d, o, "expiry", true);
	outcome->newest_inception = member_time(d, o, "newest_inception", true);
	outcome->soa_expire =
	    (uint32_t)member_number_or_null(d, o, "soa_expire", UINT32_MAX);
	outcome->soa_refresh =
	    (uint32_t)member_number_or_null(d, o, "soa_refresh", UINT32_MAX);
}

static void
read_workers(struct doubt *d, const json_t *o, struct outcome *outcome)
{
	const json_t *validators = member_object(d, o, "validators", false);
	const json_t *ends = member_object(d, o, "ends", false);

	member_text(d, validators, "ldns", outcome->ldns,
	    sizeof(outcome->ldns));
	member_text(d, validators, "unbound", outcome->unbound,
	    sizeof(outcome->unbound));
	member_end(d, ends, "survey", outcome->ends[0]);
	member_end(d, ends, "ldns", outcome->ends[1]);
	member_end(d, ends, "unbound", outcome->ends[2]);
}

/* A ledger can be damaged: what goes out must at least look so. */
static void
check_summary(struct doubt *d, const struct outcome *outcome)
{
	struct tally tally = {0};

	if (has_doubt(d) || outcome->decision != DECISION_RELEASE) {
		return;
	}
	findings_count(outcome, &tally);
	if (outcome->claims == 0 || outcome->secure != outcome->claims ||
	    outcome->disputed != 0 || outcome->unjudged != 0 ||
	    tally.findings[SEVERITY_BLOCK] != 0 ||
	    tally.findings[SEVERITY_HOLD] != 0 || tally.inabilities != 0) {
		doubt(d, "it says release, and its numbers do not");
	}
}

static void
read_rows(struct doubt *d, const json_t *o, struct outcome *outcome)
{
	outcome->findings_left_out =
	    member_number(d, o, "findings_left_out", LIMIT_PLACES);
	outcome->keys = keys_read(d, member_array(d, o, "keys", LIMIT_KEYS),
	    &outcome->n_keys);
	outcome->findings = findings_read(d,
	    member_array(d, o, "findings", LIMIT_SUMMARY_FINDINGS),
	    &outcome->n_findings);
}

bool
outcome_from_summary(const char *from, struct outcome *outcome,
    char error[OUTCOME_ERROR])
{
	struct doubt d = {error, OUTCOME_ERROR};
	json_t *o = json_loads(from, JSON_REJECT_DUPLICATES, NULL);

	memset(outcome, 0, sizeof(*outcome));
	error[0] = '\0';
	if (o == NULL) {
		doubt(&d, "the summary is no JSON");
		return false;
	}
	read_head(&d, o, outcome);
	read_workers(&d, o, outcome);
	read_rows(&d, o, outcome);
	check_summary(&d, outcome);
	json_decref(o);
	if (has_doubt(&d)) {
		outcome_release(outcome);
		return false;
	}
	return true;
}
