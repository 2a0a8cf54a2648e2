/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * option_rows.h -- the rows that the parser of the command line and the help
 * text of `zonegate audit' are made from.
 */
#pragma once

#include "options.h"

/* Returns NULL, or what VALUE should have been. */
typedef const char *reader(const char *value, struct options *options);

struct option_spec {
	const char *name;
	const char *argument;
	reader *read;
	bool repeats;
	const char *help;
};

#define N_AUDIT_OPTIONS 14
extern const struct option_spec audit_options[N_AUDIT_OPTIONS];
