/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noting.c -- what a judgement tells beside its decision: times, counts, keys,
 * libraries, for pages and alarms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/daemon.h"

static const double bucket_top[N_DURATION_BUCKETS] = {
    0.1, 0.5, 1, 5, 10, 30, 60, 300, 600};

static void
note_duration(struct counters *counters, double seconds)
{
	unsigned i = 0;

	while (i < N_DURATION_BUCKETS && seconds > bucket_top[i]) {
		i++;
	}
	counters->durations[i]++;
	counters->duration_sum += seconds;
}

/* What the check ksk-without-anchor says, kept until the next judgement. */
static void
note_keys(struct zone_run *run, const struct outcome *outcome)
{
	const char *check = check_name(CHECK_ksk_without_anchor);

	run->key_without_anchor = false;
	run->key_text[0] = '\0';
	for (size_t i = 0; i < outcome->n_findings; i++) {
		if (strcmp(outcome->findings[i].check, check) == 0) {
			run->key_without_anchor = true;
			snprintf(run->key_text, sizeof(run->key_text), "%s",
			    outcome->findings[i].message);
		}
	}
}

/* A library that is not the one of before: what is published is judged anew,
 * and the canaries with it. */
void
note_libraries(struct daemon *daemon, const struct outcome *outcome)
{
	bool changed = daemon->ldns[0] != '\0' &&
	               (strcmp(daemon->ldns, outcome->ldns) != 0 ||
	                   strcmp(daemon->unbound, outcome->unbound) != 0);

	if (outcome->ldns[0] == '\0' || outcome->unbound[0] == '\0' ||
	    (daemon->ldns[0] != '\0' && !changed)) {
		return;
	}
	if (changed) {
		snprintf(daemon->library_text, sizeof(daemon->library_text),
		    "%s and %s judge now; before it was %s and %s",
		    outcome->ldns, outcome->unbound, daemon->ldns,
		    daemon->unbound);
	}
	snprintf(daemon->ldns, sizeof(daemon->ldns), "%s", outcome->ldns);
	snprintf(daemon->unbound, sizeof(daemon->unbound), "%s",
	    outcome->unbound);
	(void)KEEP(daemon, "the libraries",
	    ledger_set_fact(daemon->ledger, "", "ldns", daemon->ldns));
	(void)KEEP(daemon, "the libraries",
	    ledger_set_fact(daemon->ledger, "", "unbound", daemon->unbound));
	if (changed) {
		daemon_log(daemon, LOG_LEVEL_WARNING, "library.changed",
		    "zonegate", NULL, NULL, "%s", daemon->library_text);
		canary_soon(daemon);
		reload_judge_published(daemon, true);
	}
}

void
note_outcome(struct zone_run *run, const struct outcome *outcome,
    double seconds)
{
	int64_t interval = run->zone->resign_interval_max_s;
	double limit = (double)run->judge_deadline_s / 2;

	if (interval > 0 && (double)interval / 2 < limit) {
		limit = (double)interval / 2;
	}
	run->seconds = seconds;
	run->slow = seconds > limit;
	run->claims = outcome->claims;
	run->counters.disputed_claims += (int64_t)outcome->disputed;
	note_duration(&run->counters, seconds);
	snprintf(run->sample.zone, sizeof(run->sample.zone), "%s", run->name);
	run->sample.newest_inception = outcome->newest_inception;
	run->sample.at = outcome->at;
	run->sample_offset = clock_offset();
	note_keys(run, outcome);
	note_libraries(run->daemon, outcome);
}

void
note_counters(struct zone_run *run)
{
	char *text;
	const struct counters *c = &run->counters;
	json_t *o = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:f}",
	    "received", (json_int_t)c->received, "superseded",
	    (json_int_t)c->superseded, "unjudged",
	    (json_int_t)c->decided[DECISION_UNJUDGED], "disputed",
	    (json_int_t)c->decided[DECISION_DISPUTED], "block",
	    (json_int_t)c->decided[DECISION_BLOCK], "hold",
	    (json_int_t)c->decided[DECISION_HOLD], "release",
	    (json_int_t)c->decided[DECISION_RELEASE], "released",
	    (json_int_t)c->released, "approved", (json_int_t)c->approved,
	    "disputed_claims", (json_int_t)c->disputed_claims, "sum",
	    c->duration_sum);
	json_t *buckets = json_array();

	for (unsigned i = 0; i <= N_DURATION_BUCKETS; i++) {
		json_array_append_new(buckets,
		    json_integer((json_int_t)c->durations[i]));
	}
	json_object_set_new(o, "durations", buckets);
	text = json_dumps(o, JSON_COMPACT);
	(void)KEEP(run->daemon, "counters",
	    ledger_set_fact(run->daemon->ledger, run->name, "counters", text));
	free(text);
	json_decref(o);
}
