/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * catalogue.c -- the checks and the shipped policies, for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "policy_file.h"
#include "report.h"

static const char *
by_words(enum check_by by)
{
	switch (by) {
	case READING:
		return "the readers, while they read the text";
	case INDEX:
		return "the structure engine, over the whole zone";
	case VERDICTS:
		return "the gate, from what both validators say";
	}
	return "nobody";
}

static const char *
standing_words(enum check_standing standing)
{
	switch (standing) {
	case SOUNDNESS:
	case INABILITY:
		return ", in every policy";
	case MUST:
		return ", less only where a policy accepts the risk";
	case OPEN:
		return "";
	}
	return "";
}

void
list_checks(FILE *out)
{
	for (int id = 1; id < N_CHECKS; id++) {
		fprintf(out, "%-28s %-5s  %s\n", check_name((enum check_id)id),
		    severity_name(checks[id].severity), checks[id].meaning);
	}
}

/* Writes what each shipped policy makes of the check, where it differs. */
static void
explain_in_policies(FILE *out, enum check_id id)
{
	size_t n = 0;
	char **names = policy_names(&n);

	for (size_t i = 0; i < n; i++) {
		struct policy policy;
		char error[POLICY_ERROR];

		if (policy_open(names[i], &policy, error)) {
			if (policy.values.overridden[id] != 0) {
				fprintf(out, "In %s:  %s (%s)\n", names[i],
				    severity_name((enum severity)policy.values
				                      .severity[id]),
				    policy.severity_clause[id]);
			}
			policy_release(&policy);
		}
		free(names[i]);
	}
	free(names);
}

/* Writes each line of TEXT in a line of its own, behind the column of words. */
static void
explain_look(FILE *out, const struct look *look)
{
	const char *title = "To see:";

	for (const char *line = look->commands; line[0] != '\0';) {
		size_t length = strcspn(line, "\n");

		fprintf(out, "%-10s %.*s\n", title, (int)length, line);
		line += length + (line[length] == '\n');
		title = "";
	}
	fprintf(out, "%-10s %s\n", "", look->shows);
}

bool
explain_check(FILE *out, const char *name)
{
	enum check_id id = check_find(name);

	if (id == CHECK_none) {
		return false;
	}
	const struct check *check = &checks[id];

	fprintf(out, "%s\n\n", check_name(id));
	fprintf(out, "Finding:   %s\n", check->meaning);
	if (looks[id].commands != NULL) {
		explain_look(out, &looks[id]);
	}
	fprintf(out, "To do:     %s\n", check->remedy);
	fprintf(out, "Source:    %s\n", check->source);
	fprintf(out, "Severity:  %s%s\n", severity_name(check->severity),
	    standing_words(check->standing));
	fprintf(out, "Found by:  %s\n", by_words(check->by));
	if (looks[id].commands != NULL && looks[id].options[0] != '\0') {
		fprintf(out, "Options:   %s\n", looks[id].options);
	}
	explain_in_policies(out, id);
	return true;
}

void
list_policies(FILE *out)
{
	size_t n = 0;
	char **names = policy_names(&n);

	for (size_t i = 0; i < n; i++) {
		struct policy policy;
		char error[POLICY_ERROR];

		if (policy_open(names[i], &policy, error)) {
			fprintf(out, "%-20s %s\n", names[i], policy.title);
			policy_release(&policy);
		} else {
			fprintf(out, "%-20s cannot be read: %s\n", names[i],
			    error);
		}
		free(names[i]);
	}
	free(names);
}
