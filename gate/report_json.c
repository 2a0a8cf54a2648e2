/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_json.c -- the report for programs; zonegate-report(5) documents it.
 *
 * REPORT_SCHEMA changes when a member changes its meaning or goes; new members
 * may come without that.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sandbox.h"
#include "contract/exemption.h"
#include "policy_file.h"
#include "report.h"
#include "report_words.h"
#include "time_text.h"

#define REPORT_SCHEMA "zonegate-report-1"

/* A string member; octets that are no UTF-8 (hostile text quoted in a message)
 * become question marks.  Empty text is null. */
static json_t *
text(const char *value)
{
	if (value == NULL || value[0] == '\0') {
		return json_null();
	}
	json_t *string = json_string(value);

	if (string != NULL) {
		return string;
	}
	char *ascii = strdup(value);

	assert(ascii != NULL);
	for (char *c = ascii; *c != '\0'; c++) {
		if ((unsigned char)*c >= 0x80) {
			*c = '?';
		}
	}
	string = json_string(ascii);
	free(ascii);
	return string;
}

static json_t *
number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *
line(uint32_t value)
{
	return value == 0 ? json_null() : number(value);
}

static json_t *
hex(const uint8_t sha256[32])
{
	char digits[65];

	return json_string(sha256_to_text(sha256, digits));
}

static json_t *
moment(int64_t at)
{
	char when[TIME_TEXT];

	return json_string(time_to_text(at, when));
}

static void
set(json_t *object, const char *key, json_t *value)
{
	int failed = json_object_set_new(object, key, value);

	assert(failed == 0);
}

static json_t *
snapshot(const struct judgement *j)
{
	json_t *o = json_object();

	set(o, "file", text(file_word(j->request)));
	set(o, "sha256", hex(j->sha256));
	set(o, "bytes", number(j->bytes));
	set(o, "records", number(j->records));
	if (j->was_compressed) {
		set(o, "compression", text(j->compression));
		set(o, "compressed_sha256", hex(j->compressed_sha256));
	}
	return o;
}

/* A zone text that the judged one was compared with. */
static json_t *
compared(const char *file, const uint8_t sha256[32])
{
	json_t *o = file == NULL ? json_null() : json_object();

	if (file != NULL) {
		set(o, "file", text(file));
		set(o, "sha256", hex(sha256));
	}
	return o;
}

static json_t *
policy(const struct policy *p)
{
	json_t *o = json_object();

	set(o, "name", text(p->name));
	set(o, "title", text(p->title));
	set(o, "sha256", hex(p->sha256));
	return o;
}

static json_t *
waived(unsigned bits)
{
	json_t *a = json_array();

	if ((bits & SANDBOX_WAIVE_LANDLOCK) != 0) {
		json_array_append_new(a, json_string("landlock"));
	}
	if ((bits & SANDBOX_WAIVE_SECCOMP) != 0) {
		json_array_append_new(a, json_string("seccomp"));
	}
	return a;
}

static json_t *
survey(const struct judgement *j)
{
	json_t *o = json_object();

	set(o, "end", text(worker_end_name(j->ends.survey)));
	set(o, "why", text(j->survey_why));
	set(o, "seconds", json_real(j->survey_seconds));
	set(o, "max_rss_kib", number(j->survey_max_rss_kib));
	return o;
}

static json_t *
validator(const struct validator *v)
{
	json_t *o = json_object();

	set(o, "name", text(v->name));
	set(o, "library", text(v->library));
	set(o, "version", text(v->library_version));
	char crypto[128];

	snprintf(crypto, sizeof(crypto), "%s%s%s", v->crypto,
	    v->crypto[0] != '\0' ? " " : "", v->crypto_version);
	set(o, "crypto", text(crypto));
	set(o, "end", text(worker_end_name(v->end)));
	set(o, "why", text(v->why));
	set(o, "claims", number(v->claims));
	set(o, "secure", number(v->secure));
	set(o, "insecure", number(v->insecure));
	set(o, "bogus", number(v->bogus));
	set(o, "indeterminate", number(v->indeterminate));
	set(o, "unjudged", number(v->unjudged));
	set(o, "seconds", json_real(v->seconds));
	set(o, "max_rss_kib", number(v->max_rss_kib));
	return o;
}

/* An array with a string for each line of TEXT. */
static json_t *
lines(const char *text)
{
	json_t *a = json_array();

	while (text != NULL && *text != '\0') {
		size_t length = strcspn(text, "\n");

		json_array_append_new(a, json_stringn(text, length));
		text += length + (text[length] == '\n');
	}
	return a;
}

static json_t *
claim(const struct dispute *d)
{
	json_t *o = json_object();

	set(o, "owner", text(d->owner));
	set(o, "type", text(d->type));
	set(o, "claim", text(d->text));
	set(o, "line", line(d->line));
	set(o, "ldns", text(verdict_name(d->ldns.verdict)));
	set(o, "ldns_reason", text(reason_text(d->ldns.reason)));
	set(o, "ldns_words", text(d->ldns_words));
	set(o, "unbound", text(verdict_name(d->unbound.verdict)));
	set(o, "unbound_reason", text(reason_text(d->unbound.reason)));
	set(o, "unbound_words", text(d->unbound_words));
	set(o, "records", lines(d->evidence));
	return o;
}

static json_t *
claims(const struct dispute *rows, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++) {
		json_array_append_new(a, claim(&rows[i]));
	}
	return a;
}

static json_t *
agreement(const struct judgement *j)
{
	json_t *o = json_object();

	set(o, "claims", number(j->tally.claims));
	set(o, "secure", number(j->tally.agreed_secure));
	set(o, "refused", number(j->tally.agreed_other));
	set(o, "disputed", number(j->tally.disputed));
	set(o, "disputes", claims(j->disputes, j->n_disputes));
	set(o, "unjudged", number(j->tally.unjudged));
	set(o, "unjudged_examples", claims(j->unjudged, j->n_unjudged));
	set(o, "judged_twice", json_boolean(j->judged_twice));
	set(o, "disputed_at_first", number(j->first_disputed));
	return o;
}

static json_t *
finding(const struct report_finding *f)
{
	json_t *o = json_object(), *seen = json_array();

	for (unsigned i = 0; seen_by_name(f->seen_by, i) != NULL; i++) {
		json_array_append_new(seen,
		    json_string(seen_by_name(f->seen_by, i)));
	}
	set(o, "check", text(check_name(f->check)));
	set(o, "severity", text(severity_name(f->severity)));
	set(o, "rule", text(rule_name(f->rule)));
	set(o, "source", text(f->source));
	set(o, "owner", text(f->owner));
	set(o, "type", text(f->type));
	set(o, "line", line(f->line));
	set(o, "message", text(f->message));
	set(o, "remedy", text(checks[f->check].remedy));
	set(o, "seen_by", seen);
	set(o, "count", number(f->count));
	return o;
}

static json_t *
findings(const struct judgement *j)
{
	json_t *a = json_array();

	for (size_t i = 0; i < j->n_findings; i++) {
		json_array_append_new(a, finding(&j->findings[i]));
	}
	return a;
}

static json_t *
accepted_risks(const struct policy *p)
{
	json_t *a = json_array();

	for (int id = 1; id < N_CHECKS; id++) {
		json_t *o;

		if (p->values.accepted[id] == 0) {
			continue;
		}
		o = json_object();
		set(o, "check", text(check_name((enum check_id)id)));
		set(o, "reason", text(p->accepted[id].reason));
		set(o, "approver", text(p->accepted[id].approver));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
exemption(const struct judgement *j, unsigned i)
{
	const struct policy *p = j->request->policy;
	const struct policy_exemption *e = &p->values.exemptions[i];
	json_t *o = json_object(), *names = json_array();
	char owner[LIMIT_NAME_TEXT + 2];

	for (int id = 1; id < N_CHECKS; id++) {
		if (e->checks[id] != 0) {
			json_array_append_new(names,
			    text(check_name((enum check_id)id)));
		}
	}
	set(o, "name", text(e->name));
	set(o, "checks", names);
	set(o, "owner", text(exemption_owner_text(e, owner)));
	set(o, "from", moment(e->from));
	set(o, "until", moment(e->until));
	set(o, "reason", text(p->exemptions[i].reason));
	set(o, "approver", text(p->exemptions[i].approver));
	set(o, "findings", number(exempted_places(j, i)));
	return o;
}

/* Those in force. */
static json_t *
exemptions(const struct judgement *j)
{
	const struct policy_values *values = &j->request->policy->values;
	json_t *a = json_array();

	for (unsigned i = 0; i < values->n_exemptions; i++) {
		if (exemption_is_in_force(&values->exemptions[i],
		        j->request->at)) {
			json_array_append_new(a, exemption(j, i));
		}
	}
	return a;
}

static json_t *
exempted(const struct judgement *j)
{
	const struct policy_values *values = &j->request->policy->values;
	json_t *a = json_array();

	for (size_t i = 0; i < j->n_exempted; i++) {
		const struct report_finding *f =
		    &j->findings[j->n_findings + i];
		json_t *o = finding(f);

		set(o, "exemption",
		    text(values->exemptions[f->exemption - 1].name));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
soa(const struct judgement *j)
{
	if (!j->has_serial) {
		return json_null();
	}
	json_t *o = json_object();

	set(o, "refresh", number(j->soa_refresh));
	set(o, "retry", number(j->soa_retry));
	set(o, "expire", number(j->soa_expire));
	set(o, "minimum", number(j->soa_minimum));
	return o;
}

static json_t *
keys(const struct judgement *j)
{
	json_t *a = json_array();

	for (unsigned i = 0; i < j->n_keys; i++) {
		const struct report_key *key = &j->keys[i];
		json_t *o = json_object();

		set(o, "tag", number(key->tag));
		set(o, "flags", number(key->flags));
		set(o, "algorithm", number(key->algorithm));
		set(o, "kid", hex(key->kid));
		set(o, "signs_dnskey", json_boolean(key->signs_dnskey));
		set(o, "anchored", json_boolean(key->is_anchored));
		set(o, "incoming", json_boolean(key->is_incoming));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
expiry(const struct judgement *j)
{
	if (!j->has_expiry) {
		return json_null();
	}
	json_t *o = json_object();

	set(o, "earliest", moment(j->expiry));
	set(o, "seconds_left",
	    json_integer((json_int_t)(j->expiry - j->request->at)));
	set(o, "owner", text(j->expiry_owner));
	set(o, "type", text(j->expiry_type));
	return o;
}

void
report_json(FILE *out, const struct judgement *j)
{
	json_t *o = json_object(), *validators = json_array();
	char reason[SENTENCE_TEXT];

	set(o, "schema", json_string(REPORT_SCHEMA));
	set(o, "zonegate", json_string(ZONEGATE_VERSION));
	set(o, "zone", text(j->zone));
	set(o, "serial", j->has_serial ? number(j->serial) : json_null());
	set(o, "at", moment(j->request->at));
	set(o, "decision", text(decision_name(j->decision)));
	set(o, "exit", json_integer(decision_exit(j->decision)));
	set(o, "reason", text(decision_reason(j, reason)));
	set(o, "snapshot", snapshot(j));
	set(o, "policy", policy(j->request->policy));
	set(o, "anchor",
	    text(j->request->anchor != NULL ? j->request->anchor : "self"));
	set(o, "incoming_anchor", text(j->request->incoming));
	set(o, "previous", compared(j->request->previous, j->previous_sha256));
	set(o, "unsigned",
	    compared(j->request->unsigned_copy, j->unsigned_sha256));
	set(o, "waived", waived(j->request->waived));
	set(o, "mode", text(j->request->observed ? "observe" : "gate"));
	set(o, "survey", survey(j));
	for (unsigned i = 0; i < 2; i++) {
		json_array_append_new(validators, validator(&j->validators[i]));
	}
	set(o, "validators", validators);
	set(o, "agreement", agreement(j));
	set(o, "findings", findings(j));
	set(o, "exempted", exempted(j));
	set(o, "exemptions", exemptions(j));
	set(o, "accepted_risks", accepted_risks(j->request->policy));
	set(o, "expiry", expiry(j));
	set(o, "newest_inception",
	    j->has_inception ? moment(j->newest_inception) : json_null());
	set(o, "soa", soa(j));
	set(o, "keys", keys(j));
	set(o, "seconds", json_real(j->seconds));
	json_dumpf(o, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	fputc('\n', out);
	json_decref(o);
}
