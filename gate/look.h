/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * look.h -- which options bear on a check, and how people see for themselves
 * what it found.
 */
#pragma once

#include "contract/check.h"

struct look {
	const char *options;  /* names of policy options, blanks between */
	const char *commands; /* a line each; NULL: the check has no look */
	const char *shows;
};

/* Indexed by enum check_id; the rows are in looks.def. */
extern const struct look looks[N_CHECKS];
