/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canary.h -- a signed zone per algorithm, built in, that a validator must
 * call secure; with one bit of a signature flipped it must call it bogus.
 *
 * Made by fixtures/canaries with dnssec-keygen and dnssec-signzone; the keys
 * are thrown away.  Judged at CANARY_AT, whatever the job's time.  An
 * algorithm without a canary cannot be judged.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* 2026-01-01T00:00:00Z; the canaries are signed from 2020 until 2037. */
#define CANARY_AT 1767225600

/* The canaries' zone and the name and type that are asked for. */
#define CANARY_ZONE "canary.zonegate."
#define CANARY_NAME "alive.canary.zonegate."

struct canary {
	uint8_t algorithm;
	/* The DNSKEY record, also the trust anchor. */
	const char *dnskey;
	/* Flat zone text: SOA, DNSKEY, CANARY_NAME TXT, each with its RRSIG, one
	 * line a record, `\#' not used. */
	const char *intact;
	/* The same, one bit of CANARY_NAME's RRSIG flipped. */
	const char *flipped;
};

extern const struct canary canaries[];
extern const size_t n_canaries;

/* Returns the canary of ALGORITHM, or NULL. */
const struct canary *canary_find(uint8_t algorithm);
