/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * denial.h -- what the zone's NSEC or NSEC3 records have to deny: every name
 * that exists, empty non-terminals included, and the chains that are there.
 *
 * Built once per survey.  Names are kept as octets of the index, not as
 * pointers: making a finding may move them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "survey/denial_types.h"
#include "survey/nsec3_chain.h"
#include "survey/survey.h"

/* A name that exists in the zone as far as this zone speaks for it. */
struct denial_name {
	struct index_octets name;
	uint32_t owner;  /* row; INDEX_NONE for an empty non-terminal */
	uint32_t parent; /* the name above it; the apex is its own parent */
	enum name_kind kind;
};

/* An owner that needs an NSEC record or has one. */
struct nsec_stop {
	uint32_t owner;
	uint32_t nsec; /* its RRset, or INDEX_NONE */
	bool is_needed;
	uint32_t reach; /* steps to the next stop that needs one and has it
	                   (one being added: that needs one), around the end of
	                   the zone if need be */
};

struct denial {
	/* Kinds of denial outside occluded data. */
	bool has_nsec;
	bool has_nsec3;

	/* The apex first, in canonical order; above each its parent. */
	struct denial_name *names;
	uint32_t n_names;

	/* In canonical order.  None if there are no NSEC records. */
	struct nsec_stop *stops;
	uint32_t n_stops;
	/* They are being added beside NSEC3 (RFC 5155 10.5), and the apex has
	 * none yet: there need not be all, but what there is denies. */
	bool is_nsec_unfinished;

	struct nsec3_chains nsec3;
	struct expected_types *expected; /* room for one at a time */
};

/* Returns what S has to deny; builds it at the first call. */
struct denial *denial_of(struct survey *s);

/* True if OWNER is data of another zone, or of none. */
bool denial_is_outside(const struct survey *s, uint32_t owner);

/* Where a name is that lacks a record of TYPE. */
struct place denial_place(const struct survey *s,
    const struct denial_name *name, uint16_t type);
