/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rest.h -- walking through the fields of RDATA: what is left of it, and
 * taking something off its front.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/name.h"

struct rest {
	const uint8_t *at;
	size_t length;
};

/* Each returns false, and takes nothing, if that is not there. */

static inline bool
rest_skip(struct rest *rest, size_t octets)
{
	if (octets > rest->length) {
		return false;
	}
	rest->at += octets;
	rest->length -= octets;
	return true;
}

static inline bool
rest_skip_name(struct rest *rest)
{
	size_t octets = name_length(rest->at, rest->length);

	return octets > 0 && rest_skip(rest, octets);
}

/* A character-string (RFC 1035 3.3). */
static inline bool
rest_skip_string(struct rest *rest)
{
	return rest->length > 0 && rest_skip(rest, (size_t)rest->at[0] + 1);
}

/* A number of two octets. */
static inline unsigned
number_at(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}
