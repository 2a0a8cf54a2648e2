/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report_words.h"
#include "contract/exemption.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/sandbox.h"

char *
number_to_text(uint64_t n, char text[NUMBER_TEXT])
{
	char digits[NUMBER_TEXT];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	char *out = text;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0) {
			*out++ = ',';
		}
		*out++ = digits[i];
	}
	*out = '\0';
	return text;
}

char *
sha256_to_text(const uint8_t sha256[32], char text[65])
{
	for (unsigned i = 0; i < 32; i++) {
		snprintf(text + 2 * (size_t)i, 3, "%02x", sha256[i]);
	}
	return text;
}

const char *
decision_word(enum decision decision)
{
	switch (decision) {
	case DECISION_UNJUDGED:
		return "UNJUDGED";
	case DECISION_DISPUTED:
		return "DISPUTED";
	case DECISION_BLOCK:
		return "BLOCK";
	case DECISION_HOLD:
		return "HOLD";
	case DECISION_RELEASE:
		return "RELEASE";
	}
	return "UNJUDGED";
}

const char *
decision_meaning(enum decision decision)
{
	switch (decision) {
	case DECISION_UNJUDGED:
		return "The zone could not be judged. This says nothing about "
		       "the zone; do not publish it.";
	case DECISION_DISPUTED:
		return "The two validators differ. Do not publish the zone; "
		       "one of them is wrong.";
	case DECISION_BLOCK:
		return "The zone is bad. Do not publish it; mend it and sign "
		       "again.";
	case DECISION_HOLD:
		return "The zone is not what the policy asks for. Do not "
		       "publish it unless a named person approves.";
	case DECISION_RELEASE:
		return "The zone may be published.";
	}
	return "Do not publish the zone.";
}

static const char *
worst_severity_word(const struct tally *tally)
{
	if (tally->findings[SEVERITY_BLOCK] > 0) {
		return "block";
	}
	return tally->findings[SEVERITY_HOLD] > 0 ? "hold" : "warn";
}

/* The first worker that did not finish, survey first. */
static void
unfinished_reason(const struct judgement *j, char text[SENTENCE_TEXT])
{
	if (j->intake_why[0] != '\0') {
		snprintf(text, SENTENCE_TEXT, "%s", j->intake_why);
		return;
	}
	if (j->ends.survey != WORKER_DONE) {
		snprintf(text, SENTENCE_TEXT, "the survey ended \"%s\"%s%s",
		    worker_end_name(j->ends.survey),
		    j->survey_why[0] != '\0' ? ": " : "", j->survey_why);
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		const struct validator *v = &j->validators[i];

		if (v->end != WORKER_DONE) {
			snprintf(text, SENTENCE_TEXT,
			    "validator %s ended \"%s\"%s%s", v->name,
			    worker_end_name(v->end),
			    v->why[0] != '\0' ? ": " : "", v->why);
			return;
		}
	}
	snprintf(text, SENTENCE_TEXT,
	    "%" PRIu64 " of %" PRIu64 " claims were left unjudged%s",
	    j->tally.unjudged, j->tally.claims,
	    j->tally.inabilities > 0 ? "; the findings say what is beyond us"
	                             : "");
}

char *
decision_reason(const struct judgement *j, char text[SENTENCE_TEXT])
{
	char claims[NUMBER_TEXT];

	number_to_text(j->tally.claims, claims);
	switch (j->decision) {
	case DECISION_UNJUDGED:
		unfinished_reason(j, text);
		break;
	case DECISION_DISPUTED:
		snprintf(text, SENTENCE_TEXT,
		    "the validators differ on %" PRIu64 " of %s claims%s",
		    j->tally.disputed, claims,
		    j->judged_twice ? ", also when asked again" : "");
		break;
	case DECISION_BLOCK:
	case DECISION_HOLD:
		snprintf(text, SENTENCE_TEXT,
		    "%" PRIu64 " finding%s of severity %s",
		    j->tally.findings[j->decision == DECISION_BLOCK
		                          ? SEVERITY_BLOCK
		                          : SEVERITY_HOLD],
		    j->tally.findings[j->decision == DECISION_BLOCK
		                          ? SEVERITY_BLOCK
		                          : SEVERITY_HOLD] == 1
		        ? ""
		        : "s",
		    worst_severity_word(&j->tally));
		break;
	case DECISION_RELEASE:
		snprintf(text, SENTENCE_TEXT,
		    "both validators call all %s claims secure; nothing found "
		    "is worse than a warning",
		    claims);
		break;
	}
	return text;
}

char *
anchor_sentence(const struct request *request, char text[SENTENCE_TEXT])
{
	if (request->anchor == NULL) {
		snprintf(text, SENTENCE_TEXT,
		    "SELF: the zone's own keys vouch for it; whether the "
		    "parent's DS set matches was NOT judged (use --anchor)");
	} else {
		snprintf(text, SENTENCE_TEXT, "%s", request->anchor);
	}
	return text;
}

const char *
waived_words(unsigned waived)
{
	switch (waived & (SANDBOX_WAIVE_LANDLOCK | SANDBOX_WAIVE_SECCOMP)) {
	case 0:
		return "";
	case SANDBOX_WAIVE_LANDLOCK:
		return "landlock";
	case SANDBOX_WAIVE_SECCOMP:
		return "seccomp";
	default:
		return "landlock, seccomp";
	}
}

const char *
seen_by_name(unsigned seen_by, unsigned i)
{
	static const char *const names[] = {
	    "structure", "ldns", "unbound", "gate"};

	for (unsigned bit = 0; bit < 4; bit++) {
		if ((seen_by >> bit & 1) != 0 && i-- == 0) {
			return names[bit];
		}
	}
	return NULL;
}

char *
seen_by_words(unsigned seen_by, char text[64])
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; seen_by_name(seen_by, i) != NULL; i++) {
		used += (size_t)snprintf(text + used, 64 - used, "%s%s",
		    i > 0 ? ", " : "", seen_by_name(seen_by, i));
	}
	return text;
}

size_t
finding_group(const struct judgement *j, size_t row)
{
	const struct report_finding *first = &j->findings[row];
	size_t n = 1;

	while (row + n < j->n_findings &&
	       j->findings[row + n].check == first->check &&
	       j->findings[row + n].severity == first->severity &&
	       j->findings[row + n].seen_by == first->seen_by) {
		n++;
	}
	return n;
}

const char *
file_word(const struct request *request)
{
	return strcmp(request->file, "-") == 0 ? "stdin" : request->file;
}

uint64_t
exempted_places(const struct judgement *j, unsigned i)
{
	const struct report_finding *rows = j->findings + j->n_findings;
	uint64_t places = 0;

	for (size_t row = 0; row < j->n_exempted; row++) {
		if (rows[row].exemption == i + 1) {
			places += rows[row].count;
		}
	}
	return places;
}

bool
has_accepted_risks(const struct policy *policy)
{
	for (int id = 1; id < N_CHECKS; id++) {
		if (policy->values.accepted[id] != 0) {
			return true;
		}
	}
	return false;
}

bool
has_exemptions(const struct request *request)
{
	const struct policy_values *values = &request->policy->values;

	for (unsigned i = 0; i < values->n_exemptions; i++) {
		if (exemption_is_in_force(&values->exemptions[i],
		        request->at)) {
			return true;
		}
	}
	return false;
}
