/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * taken.h -- what `zonegate take' said of the octets that it took in.
 */
#pragma once

#include <jansson.h>

#include "serve/daemon.h"

/* The last line of OUTPUT that is a JSON object, a new reference; or NULL. */
json_t *taken_answer(const char *output);

/* Makes CANDIDATE of it: digests and size, all else zero.  False if SAID is not
 * what a take that went well says. */
bool taken_read(const json_t *said, struct candidate *candidate);

/* True if the octets are those of a candidate that stands as it is: it need
 * not come in again. */
bool taken_stands(const struct zone_run *run,
    const struct candidate *candidate);
