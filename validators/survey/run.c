/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c -- calls the checks: those that checks.def marks INDEX. */
#include "survey/survey.h"

/* READING findings are made while reading, VERDICTS by the gate. */
#define RUN_READING(id)
#define RUN_VERDICTS(id)
#define RUN_INDEX(id)                                                          \
	if (s->job->policy.severity[CHECK_##id] != SEVERITY_OFF ||             \
	    checks[CHECK_##id].standing != OPEN) {                             \
		check_##id(s);                                                 \
	}

void
run_checks(struct survey *s)
{
	findings_reserve(s);
#define CHECK(id, severity, standing, by, source, meaning, remedy) RUN_##by(id)
#include "contract/checks.def"
#undef CHECK
}
