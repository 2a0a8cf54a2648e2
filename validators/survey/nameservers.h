/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nameservers.h -- the hosts that the zone's NS records and its policy name:
 * what this zone says of each.
 *
 * Built once per survey.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "survey/survey.h"

/* What the zone says of a host that an NS record names. */
enum host_kind {
	HOST_MISSING, /* zero: only this zone could have its address, and has
	                 none */
	HOST_ALIAS,   /* its name is an alias here */
	HOST_SIBLING, /* below another delegation, and no address here */
	HOST_FOUND,   /* it has an address here */
	HOST_OUTSIDE, /* its name is not in this zone */
};

struct host {
	enum host_kind kind;
	uint32_t owner; /* of the address, or INDEX_NONE */
	uint32_t alias; /* the RRset that makes it one, or INDEX_NONE */
	uint32_t cut;   /* for HOST_SIBLING: the owner below which it is */
};

/* An NS record at the apex or a delegation whose host has no address here,
 * though its name is in this zone. */
struct lame {
	struct lame *next;
	uint32_t record; /* the NS record */
	struct host host;
};

enum named_by {
	NAMED_BY_APEX = 1,
	NAMED_BY_DELEGATION = 2,
	NAMED_BY_OCCLUDED = 4, /* by NS records that nobody is told of */
	NAMED_BY_POLICY = 8,   /* by allow_auth_hosts */
};

struct nameservers {
	uint8_t *named;    /* by owner: enum named_by, as bits */
	struct lame *lame; /* in the order of the records */
};

/* Returns the hosts of S; looks them up at the first call. */
struct nameservers *nameservers_of(struct survey *s);

/* Looks up the host that RECORD, an NS record of OWNER, names. */
struct host host_of(const struct survey *s, uint32_t owner,
    const struct index_record *record);

/* Returns the first owner at or after FROM in canonical order whose name is
 * not less than NAME (lower case), or n_owners. */
uint32_t owner_not_less(const struct survey *s, uint32_t from,
    const uint8_t *name);
