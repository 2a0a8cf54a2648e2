/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zonemd_digest.h -- the digests of a zone by the SIMPLE scheme of RFC 8976.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "survey/survey.h"

#define ZONEMD_SCHEME_SIMPLE 1
#define ZONEMD_SHA384 1
#define ZONEMD_SHA512 2
#define ZONEMD_SHA384_OCTETS 48
#define ZONEMD_SHA512_OCTETS 64

struct zonemd_digests {
	bool wants_sha384, wants_sha512;
	uint8_t sha384[ZONEMD_SHA384_OCTETS];
	uint8_t sha512[ZONEMD_SHA512_OCTETS];
};

/* Fills in the digests that are wanted; dies if OpenSSL fails. */
void zonemd_digests_compute(const struct survey *s,
    struct zonemd_digests *digests);
