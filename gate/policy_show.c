/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy_show.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "policy_file.h"
#include "report_words.h"

char *
policy_origin_text(struct policy_origin origin, char text[ORIGIN_TEXT])
{
	if (origin.file == NULL) {
		snprintf(text, ORIGIN_TEXT, "built in");
	} else {
		snprintf(text, ORIGIN_TEXT, "%.4096s:%u", origin.file,
		    origin.line);
	}
	return text;
}

/* The same without the directory: the head of what is shown names the file. */
static char *
short_origin(struct policy_origin origin, char text[ORIGIN_TEXT])
{
	const char *slash =
	    origin.file == NULL ? NULL : strrchr(origin.file, '/');

	if (slash != NULL) {
		origin.file = slash + 1;
	}
	return policy_origin_text(origin, text);
}

/* ---- one ---- */

static void
show_options(FILE *out, const struct policy *policy)
{
	char text[OPTION_TEXT], where[ORIGIN_TEXT];

	fputs("\noptions\n", out);
	for (int i = 1; i < N_OPTIONS; i++) {
		enum option_id id = (enum option_id)i;

		fprintf(out, "  %-30s %-14s  %s (%s)\n", option_rows[id].id,
		    policy_option_text(&policy->values, id, text),
		    policy->clause[id],
		    short_origin(policy->origin[id], where));
	}
}

static void
show_severities(FILE *out, const struct policy *policy)
{
	const struct policy_values *values = &policy->values;
	char where[ORIGIN_TEXT];
	bool any = false;

	fputs("\nseverities\n", out);
	for (int id = 1; id < N_CHECKS; id++) {
		if (values->overridden[id] != 0) {
			fprintf(out, "  %-30s %-5s instead of %-5s  %s (%s)\n",
			    checks[id].id,
			    severity_name((enum severity)values->severity[id]),
			    severity_name(checks[id].severity),
			    policy->severity_clause[id],
			    short_origin(policy->severity_origin[id], where));
			any = true;
		}
	}
	fputs(any ? "  all others as `zonegate checks' has them\n"
	          : "  as `zonegate checks' has them\n",
	    out);
}

static void
show_answer(FILE *out, const struct policy_answer *answer)
{
	char where[ORIGIN_TEXT];

	fprintf(out, "      %s\n      approver: %s (%s)\n", answer->reason,
	    answer->approver, short_origin(answer->origin, where));
}

static void
show_risks(FILE *out, const struct policy *policy)
{
	fprintf(out, "\naccepted risks\n%s",
	    has_accepted_risks(policy) ? "" : "  none\n");
	for (int id = 1; id < N_CHECKS; id++) {
		if (policy->values.accepted[id] != 0) {
			fprintf(out, "  %s\n", checks[id].id);
			show_answer(out, &policy->accepted[id]);
		}
	}
}

static void
show_exemptions(FILE *out, const struct policy *policy)
{
	const struct policy_values *values = &policy->values;

	fprintf(out, "\nexemptions\n%s",
	    values->n_exemptions > 0 ? "" : "  none\n");
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		char *what = exemption_to_text(&values->exemptions[i]);

		fprintf(out, "  %s  %s\n", values->exemptions[i].name, what);
		show_answer(out, &policy->exemptions[i]);
		free(what);
	}
}

void
policy_show_text(FILE *out, const struct policy *policy)
{
	char hex[65];

	fprintf(out, "policy    %s\ntitle     %s\nfile      %s\n", policy->name,
	    policy->title, policy->file);
	if (policy->inherits != NULL) {
		fprintf(out, "inherits  %s, %s\n", policy->inherits,
		    policy->inherited);
	}
	fprintf(out, "sha256    %s\n", sha256_to_text(policy->sha256, hex));
	show_options(out, policy);
	show_severities(out, policy);
	show_risks(out, policy);
	show_exemptions(out, policy);
}

/* ---- two ---- */

/* Both sides of one value, if they differ. */
static bool
differ(FILE *out, const char *what, const char *name, const char *a,
    const char *b)
{
	if (strcmp(a, b) == 0) {
		return false;
	}
	fprintf(out, "%s%s\n  - %s\n  + %s\n", what, name, a, b);
	return true;
}

static char *
option_side(const struct policy *policy, enum option_id id)
{
	char text[OPTION_TEXT];
	char *side;

	if (asprintf(&side, "%s  (%s)",
	        policy_option_text(&policy->values, id, text),
	        policy->clause[id]) < 0) {
		abort();
	}
	return side;
}

/* Clauses are shown, but do not make a difference. */
static bool
differ_in_option(FILE *out, const struct policy *a, const struct policy *b,
    enum option_id id)
{
	char left[OPTION_TEXT], right[OPTION_TEXT];

	if (strcmp(policy_option_text(&a->values, id, left),
	        policy_option_text(&b->values, id, right)) == 0) {
		return false;
	}
	char *side_a = option_side(a, id), *side_b = option_side(b, id);

	differ(out, "", option_rows[id].id, side_a, side_b);
	free(side_a);
	free(side_b);
	return true;
}

static const char *
severity_side(const struct policy_values *values, int id)
{
	return severity_name((enum severity)values->severity[id]);
}

static bool
differ_in_check(FILE *out, const struct policy_values *a,
    const struct policy_values *b, int id)
{
	static const char *const accepted[] = {"not accepted", "accepted"};
	bool different = differ(out, "severity ", checks[id].id,
	    severity_side(a, id), severity_side(b, id));

	return differ(out, "accept_risk ", checks[id].id,
	           accepted[a->accepted[id]], accepted[b->accepted[id]]) ||
	       different;
}

/* The exemption of VALUES called NAME as text, to be freed. */
static char *
exemption_side(const struct policy_values *values, const char *name)
{
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		if (strcmp(values->exemptions[i].name, name) == 0) {
			return exemption_to_text(&values->exemptions[i]);
		}
	}
	return xstrdup("none");
}

/* The exemptions of OF, A or B; those of B that A has, too, came before. */
static bool
differ_in_exemptions(FILE *out, const struct policy_values *of,
    const struct policy_values *a, const struct policy_values *b)
{
	bool different = false;

	for (unsigned i = 0; i < of->n_exemptions; i++) {
		const char *name = of->exemptions[i].name;
		char *left = exemption_side(a, name);
		char *right = exemption_side(b, name);

		if (of == a || strcmp(left, "none") == 0) {
			different =
			    differ(out, "exemption ", name, left, right) ||
			    different;
		}
		free(left);
		free(right);
	}
	return different;
}

bool
policy_show_difference(FILE *out, const struct policy *a,
    const struct policy *b)
{
	bool different = false;

	for (int id = 1; id < N_OPTIONS; id++) {
		different = differ_in_option(out, a, b, (enum option_id)id) ||
		            different;
	}
	for (int id = 1; id < N_CHECKS; id++) {
		different = differ_in_check(out, &a->values, &b->values, id) ||
		            different;
	}
	different =
	    differ_in_exemptions(out, &a->values, &a->values, &b->values) ||
	    different;
	return differ_in_exemptions(out, &b->values, &a->values, &b->values) ||
	       different;
}
