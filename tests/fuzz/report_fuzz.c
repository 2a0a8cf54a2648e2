/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_fuzz.c -- outcome_read() over any octets: it refuses with a text, or
 * what it has read says of itself what a release must, and comes back from its
 * summary.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "serve/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void
check_release(const struct outcome *outcome)
{
	if (outcome->decision != DECISION_RELEASE) {
		return;
	}
	if (outcome->claims == 0 || outcome->secure != outcome->claims ||
	    outcome->disputed != 0 || outcome->unjudged != 0) {
		abort();
	}
	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(outcome->ends[i], "done") != 0) {
			abort();
		}
	}
	for (size_t i = 0; i < outcome->n_findings; i++) {
		if (outcome->findings[i].severity < SEVERITY_WARN) {
			abort();
		}
	}
}

static char *
summary_of(const struct outcome *outcome)
{
	json_t *o = outcome_summary(outcome);
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

/* What an outcome keeps survives its summary. */
static void
check_summary(const struct outcome *outcome)
{
	struct outcome again;
	char error[OUTCOME_ERROR];
	char *first = summary_of(outcome);
	int64_t at;

	outcome_waits_for_inception(outcome, &at);
	if (!outcome_from_summary(first, &again, error)) {
		abort();
	}
	char *second = summary_of(&again);

	if (again.decision != outcome->decision ||
	    (outcome->n_findings <= 64 && strcmp(first, second) != 0)) {
		abort();
	}
	free(first);
	free(second);
	outcome_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct outcome outcome;
	char error[OUTCOME_ERROR];
	uint8_t sha256[32];
	int status;

	memset(sha256, 0xaa, sizeof(sha256));
	/* Any status but one must be refused. */
	for (status = 0; status < 4; status++) {
		if (outcome_read((const char *)octets, length, status, "shop.",
		        sha256, &outcome, error)) {
			if (decision_exit(outcome.decision) != status) {
				abort();
			}
			check_release(&outcome);
			check_summary(&outcome);
			outcome_release(&outcome);
		} else if (error[0] == '\0' || strlen(error) >= OUTCOME_ERROR) {
			abort();
		}
	}
	return 0;
}
