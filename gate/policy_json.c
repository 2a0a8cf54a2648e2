/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_json.c -- a policy for programs: `zonegate policy show --format json'.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>

#include "policy_file.h"
#include "policy_show.h"
#include "report_words.h"
#include "time_text.h"

#define POLICY_SCHEMA "zonegate-policy-1"

static void
set(json_t *object, const char *key, json_t *value)
{
	int failed = json_object_set_new(object, key, value);

	assert(failed == 0);
}

/* Texts of files may be no UTF-8; then they are left out. */
static json_t *
text(const char *value)
{
	json_t *string = value == NULL ? NULL : json_string(value);

	return string != NULL ? string : json_null();
}

static void
set_origin(json_t *o, const struct policy *policy, struct policy_origin origin)
{
	json_t *where = json_object();

	set(where, "from",
	    text(origin.file == NULL           ? "built-in"
	         : origin.file == policy->file ? "own"
	                                       : "inherited"));
	set(where, "file", text(origin.file));
	set(where, "line",
	    origin.file == NULL ? json_null() : json_integer(origin.line));
	set(o, "origin", where);
}

static json_t *
options(const struct policy *policy)
{
	json_t *all = json_object();
	char value[OPTION_TEXT];

	for (int i = 1; i < N_OPTIONS; i++) {
		enum option_id id = (enum option_id)i;
		json_t *o = json_object();

		set(o, "value",
		    text(policy_option_text(&policy->values, id, value)));
		set(o, "clause", text(policy->clause[id]));
		set_origin(o, policy, policy->origin[id]);
		set(all, option_rows[id].id, o);
	}
	return all;
}

static json_t *
severities(const struct policy *policy)
{
	const struct policy_values *values = &policy->values;
	json_t *a = json_array();

	for (int id = 1; id < N_CHECKS; id++) {
		json_t *o;

		if (values->overridden[id] == 0) {
			continue;
		}
		o = json_object();
		set(o, "check", text(check_name((enum check_id)id)));
		set(o, "severity",
		    text(severity_name((enum severity)values->severity[id])));
		set(o, "instead_of", text(severity_name(checks[id].severity)));
		set(o, "clause", text(policy->severity_clause[id]));
		set_origin(o, policy, policy->severity_origin[id]);
		json_array_append_new(a, o);
	}
	return a;
}

static void
set_answer(json_t *o, const struct policy *policy,
    const struct policy_answer *answer)
{
	set(o, "reason", text(answer->reason));
	set(o, "approver", text(answer->approver));
	set_origin(o, policy, answer->origin);
}

static json_t *
risks(const struct policy *policy)
{
	json_t *a = json_array();

	for (int id = 1; id < N_CHECKS; id++) {
		json_t *o;

		if (policy->values.accepted[id] == 0) {
			continue;
		}
		o = json_object();
		set(o, "check", text(check_name((enum check_id)id)));
		set_answer(o, policy, &policy->accepted[id]);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
exemption(const struct policy *policy, unsigned i)
{
	const struct policy_exemption *e = &policy->values.exemptions[i];
	json_t *o = json_object(), *names = json_array();
	char owner[LIMIT_NAME_TEXT + 2], when[TIME_TEXT];

	for (int id = 1; id < N_CHECKS; id++) {
		if (e->checks[id] != 0) {
			json_array_append_new(names,
			    text(check_name((enum check_id)id)));
		}
	}
	set(o, "name", text(e->name));
	set(o, "checks", names);
	set(o, "owner", text(exemption_owner_text(e, owner)));
	set(o, "from", text(time_to_text(e->from, when)));
	set(o, "until", text(time_to_text(e->until, when)));
	set_answer(o, policy, &policy->exemptions[i]);
	return o;
}

void
policy_show_json(FILE *out, const struct policy *policy)
{
	json_t *o = json_object(), *exempt = json_array();
	char hex[65];

	for (unsigned i = 0; i < policy->values.n_exemptions; i++) {
		json_array_append_new(exempt, exemption(policy, i));
	}
	set(o, "schema", json_string(POLICY_SCHEMA));
	set(o, "zonegate", json_string(ZONEGATE_VERSION));
	set(o, "name", text(policy->name));
	set(o, "title", text(policy->title));
	set(o, "file", text(policy->file));
	set(o, "inherits", text(policy->inherits));
	set(o, "sha256", text(sha256_to_text(policy->sha256, hex)));
	set(o, "options", options(policy));
	set(o, "severities", severities(policy));
	set(o, "accepted_risks", risks(policy));
	set(o, "exemptions", exempt);
	json_dumpf(o, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(o);
}
