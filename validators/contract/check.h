/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.h -- the checks as data: ids, severities, sources, texts.
 *
 * The rows are in checks.def.  What a check does stands in the survey
 * (check_<id>) or, for verdicts, in the gate.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What a finding does to a candidate.  Zero is the worst. */
enum severity {
	SEVERITY_BLOCK, /* never released; break-glass needs two persons */
	SEVERITY_HOLD,  /* one named person may release it, with a reason */
	SEVERITY_WARN,  /* released, and an alarm raised */
	SEVERITY_INFO,  /* recorded */
	SEVERITY_OFF,   /* not looked at: only a policy can say so */
};

enum check_standing { SOUNDNESS, INABILITY, MUST, OPEN };
enum check_by { READING, INDEX, VERDICTS };

enum check_id {
	CHECK_none, /* zero: no check */
#define CHECK(id, severity, standing, by, source, meaning, remedy) CHECK_##id,
#include "contract/checks.def"
#undef CHECK
	N_CHECKS
};

struct check {
	const char *id; /* as in checks.def: snake_case */
	enum severity severity;
	enum check_standing standing;
	enum check_by by;
	const char *source;
	const char *meaning;
	const char *remedy;
};

/* Indexed by enum check_id; checks[CHECK_none].id is "". */
extern const struct check checks[N_CHECKS];

/* Returns the id as it is printed: kebab-case.  Static storage. */
const char *check_name(enum check_id id);

/* Returns the check called NAME (kebab or snake case), or CHECK_none. */
enum check_id check_find(const char *name);

/* True if a policy may set the severity of CHECK at all: of an RFC's MUST
 * downwards only by accepting the risk. */
bool check_may_be_set(enum check_id check);

/* "block", "hold", "warn", "info", "off". */
const char *severity_name(enum severity severity);

/* Sets *SEVERITY to the one called NAME; returns false if there is none. */
bool severity_find(const char *name, enum severity *severity);
