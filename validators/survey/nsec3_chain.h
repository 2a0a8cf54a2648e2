/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_chain.h -- the NSEC3 records of a zone, by chain (RFC 5155: hash
 * algorithm, iterations and salt), and which name each of them stands for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "survey/nsec3_hash.h"
#include "survey/survey.h"

struct denial;

/* More iterations are not computed: validators stop at 150 or sooner, and the
 * time would be the zone's to choose (CVE-2023-50868). */
#define NSEC3_ITERATIONS_COMPUTED 500
/* Chains one may name before their hashes cost too much. */
#define NSEC3_CHAINS_COMPUTED 4

#define NSEC3_OPT_OUT 1

/* The parts of NSEC3 RDATA, and, up to the salt, of NSEC3PARAM. */
struct nsec3_rdata {
	uint8_t algorithm;
	uint8_t flags;
	uint16_t iterations;
	uint8_t salt_length;
	uint8_t next_length;
	const uint8_t *salt;
	const uint8_t *next;
	const uint8_t *bitmap;
	size_t bitmap_length;
};

struct nsec3_row {
	uint8_t hash[NSEC3_HASH_OCTETS];
	uint32_t record;
	uint32_t name;  /* row of denial->names it stands for, or INDEX_NONE */
	uint32_t reach; /* steps to the next row that stands for a name */
	uint8_t flags;
	bool is_doubled; /* there is another with its hash, an oddity */
	bool is_misfit;  /* it stands where another chain wants a record */
};

/* A record that stands where a chain wants one, and is not of that chain. */
struct nsec3_misfit {
	uint8_t hash[NSEC3_HASH_OCTETS];
	uint32_t record;
	enum check_id cause; /* the check that says why it is not */
};

enum nsec3_standing {
	NSEC3_UNNAMED,    /* zero: no NSEC3PARAM names it; it denies nothing */
	NSEC3_TOO_COSTLY, /* named, and not looked at */
	NSEC3_JUDGED,
};

struct nsec3_chain {
	enum nsec3_standing standing;
	uint32_t param; /* the NSEC3PARAM record that names it, or INDEX_NONE */
	struct nsec3_row *rows; /* by hash; one per hash */
	uint32_t n_rows;

	/* What follows is there for judged chains only.  By name: */
	uint8_t (*hash)[NSEC3_HASH_OCTETS];
	uint32_t *row;   /* that stands for it, or INDEX_NONE */
	bool *is_needed; /* false: opt-out may leave it out */

	/* Hashes of names that need a row and have none, sorted. */
	uint8_t (*missing)[NSEC3_HASH_OCTETS];
	uint32_t n_missing;

	struct nsec3_misfit *misfits; /* by hash */
	uint32_t n_misfits;

	/* The first row whose hash begins with these bits, or a later one. */
	uint32_t *first;
	unsigned first_bits;
};

/* Why a record is in no chain. */
enum nsec3_oddity {
	NSEC3_MALFORMED, /* zero: its RDATA is too short for what it says */
	NSEC3_ALGORITHM, /* its hash algorithm is not SHA-1 */
	NSEC3_OWNER,     /* its owner is not a hash, one label below the apex */
	NSEC3_TWICE,     /* another one at its owner has its parameters */
};

struct nsec3_odd {
	uint32_t record;
	enum nsec3_oddity oddity;
};

struct nsec3_chains {
	struct nsec3_chain *chains; /* by parameters */
	uint32_t n_chains;
	struct nsec3_odd *odd;
	uint32_t n_odd;
	uint32_t n_named; /* NSEC3PARAM records that servers use */
};

/* Finds the zone's chains, and for those to be judged which row stands for
 * which name.  D has its names. */
void nsec3_chains_build(struct survey *s, struct denial *d);

/* Reads RDATA; returns false if it is too short for what it says. */
bool nsec3_rdata_read(const uint8_t *rdata, size_t length, bool is_param,
    struct nsec3_rdata *parts);
/* The same for a RECORD of the index; NSEC3PARAM by its RRset's type. */
bool nsec3_record_read(const struct survey *s, uint32_t record,
    struct nsec3_rdata *parts);

/* Returns the chain of the NSEC3PARAM or NSEC3 RECORD's parameters, or NULL. */
struct nsec3_chain *nsec3_chain_of(const struct survey *s,
    const struct nsec3_chains *chains, uint32_t record);

/* True if servers take RECORD, an NSEC3PARAM, for the name of a chain. */
bool nsec3param_is_usable(const struct survey *s, uint32_t record);

/* True if the owner of RECORD is a hash one label below the apex; sets HASH. */
bool nsec3_owner_hash(const struct survey *s, uint32_t record,
    uint8_t hash[NSEC3_HASH_OCTETS]);

/* Returns where the apex' NSEC3PARAM RRset is, or NULL. */
const struct index_rrset *nsec3param_rrset(const struct survey *s);

/* True if the zone's name leaves no room for a hash before it. */
bool nsec3_apex_is_too_long(const struct survey *s);

/* Returns the first row whose hash is HASH or greater, n_rows if there is
 * none.  For judged chains. */
uint32_t nsec3_row_at_or_after(const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS]);
