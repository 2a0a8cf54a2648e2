/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * look.c -- the table that looks.def expands to.
 */
#include "look.h"

#include <stddef.h>

const struct look looks[N_CHECKS] = {
    [CHECK_none] = {"", NULL, NULL},
#define LOOK(id, options, commands, shows)                                     \
	[CHECK_##id] = {options, commands, shows},
#include "looks.def"
#undef LOOK
};
