/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * taken.h -- what `zonegate take' said of the octets that it took in.
 */
#pragma once

#include <jansson.h>

#include "serve/candidate.h"

/* The last line of OUTPUT that is a JSON object, a new reference; or NULL. */
json_t *taken_answer(const char *output);

/* Makes CANDIDATE of it: digests and size, all else zero.  False if SAID is not
 * what a take that went well says. */
bool taken_read(const json_t *said, struct candidate *candidate);
