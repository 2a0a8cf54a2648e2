/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "canary.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "durable.h"
#include "outcome.h"

/* Only what policy.def falls back to: no file of the operator's has a say. */
#define CANARY_POLICY "title = \"Canary zones\"\n"

#define N_LINES(lines) (sizeof(lines) / sizeof((lines)[0]))

/* A line of the good zone that is otherwise, or (NULL) not at all. */
struct edit {
	size_t line;
	const char *text;
};

struct row {
	struct canary canary;
	const char *const *lines;
	size_t n_lines;
	const struct edit *edits;
	size_t n_edits;
};

#include "canary_zones.inc"

size_t
canary_count(void)
{
	return N_LINES(canaries);
}

const struct canary *
canary_get(size_t i)
{
	return i < N_LINES(canaries) ? &canaries[i].canary : NULL;
}

/* ---- its files ---- */

static const char *
line_of(const struct row *row, size_t line)
{
	for (size_t i = 0; i < row->n_edits; i++) {
		if (row->edits[i].line == line) {
			return row->edits[i].text;
		}
	}
	return row->lines[line];
}

char *
canary_text(size_t i, size_t *length)
{
	if (i >= N_LINES(canaries)) {
		return NULL;
	}
	const struct row *row = &canaries[i];
	size_t size = 1;

	for (size_t k = 0; k < row->n_lines; k++) {
		const char *line = line_of(row, k);

		size += line == NULL ? 0 : strlen(line) + 1;
	}
	char *text = xmalloc(size), *to = text;

	for (size_t k = 0; k < row->n_lines; k++) {
		const char *line = line_of(row, k);

		if (line != NULL) {
			to = stpcpy(to, line);
			*to++ = '\n';
		}
	}
	*to = '\0';
	*length = size - 1;
	return text;
}

static int
write_file(int directory, const char *name, const char *suffix,
    const char *text, size_t length)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.%s", name, suffix);
	return durable_write(directory, file, text, length);
}

int
canary_write(size_t i, int directory)
{
	const struct canary *canary = canary_get(i);
	size_t length;
	char *text = canary_text(i, &length);

	if (text == NULL) {
		return EINVAL;
	}
	int error = write_file(directory, canary->name, "zone", text, length);

	if (error == 0) {
		error = write_file(directory, canary->name, "anchor",
		    canary->anchor, strlen(canary->anchor));
	}
	if (error == 0) {
		error = write_file(directory, canary->name, "conf",
		    canary->policy, strlen(canary->policy));
	}
	free(text);
	return error;
}

/* ---- what came of it ---- */

static bool
has_found(const struct outcome *outcome, enum check_id check)
{
	for (size_t i = 0; i < outcome->n_findings; i++) {
		if (outcome->findings[i].severity <= SEVERITY_HOLD &&
		    strcmp(outcome->findings[i].check, check_name(check)) ==
		        0) {
			return true;
		}
	}
	return false;
}

static bool
is_as_expected(const struct canary *canary, const struct outcome *outcome,
    char why[CANARY_WHY])
{
	if (outcome->decision != canary->decision) {
		snprintf(why, CANARY_WHY,
		    "canary zone `%s' must end in %s, and ended in %s: %.200s",
		    canary->name, decision_name(canary->decision),
		    decision_name(outcome->decision), outcome->reason);
		return false;
	}
	if (outcome->at != canary->at_s) {
		snprintf(why, CANARY_WHY,
		    "canary zone `%s' was judged as of another time",
		    canary->name);
		return false;
	}
	if (canary->check != CHECK_none && !has_found(outcome, canary->check)) {
		snprintf(why, CANARY_WHY,
		    "canary zone `%s' must be refused for %s, which was not "
		    "found: %.200s",
		    canary->name, check_name(canary->check), outcome->reason);
		return false;
	}
	if (outcome->claims != canary->claims ||
	    outcome->secure != canary->secure || outcome->disputed > 0 ||
	    outcome->unjudged > 0) {
		snprintf(why, CANARY_WHY,
		    "canary zone `%s' must have %" PRIu64 " of %" PRIu64
		    " signatures secure to both validators, and has %" PRIu64
		    " of %" PRIu64 " (%" PRIu64 " disputed, %" PRIu64
		    " unjudged)",
		    canary->name, canary->secure, canary->claims,
		    outcome->secure, outcome->claims, outcome->disputed,
		    outcome->unjudged);
		return false;
	}
	return true;
}

bool
canary_judge(size_t i, int status, const char *report, size_t length,
    char why[CANARY_WHY])
{
	const struct canary *canary = canary_get(i);
	char error[OUTCOME_ERROR];
	struct outcome outcome;
	uint8_t sha256[32];
	size_t size = 0;
	char *text = canary_text(i, &size);

	if (text == NULL) {
		snprintf(why, CANARY_WHY, "there is no canary zone %zu", i);
		return false;
	}
	bool is_hashed =
	    EVP_Digest(text, size, sha256, NULL, EVP_sha256(), NULL) == 1;

	free(text);
	if (!is_hashed || status < 0 || report == NULL) {
		snprintf(why, CANARY_WHY, "canary zone `%s' was not judged",
		    canary->name);
		return false;
	}
	if (!outcome_read(report, length, status, canary->zone, sha256,
	        &outcome, error)) {
		snprintf(why, CANARY_WHY,
		    "canary zone `%s' was not judged: %.200s", canary->name,
		    error);
		return false;
	}
	why[0] = '\0';

	bool is_good = is_as_expected(canary, &outcome, why);

	outcome_release(&outcome);
	return is_good;
}
