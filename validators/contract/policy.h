/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy.h -- the options of a policy as data, and the values of one policy.
 *
 * The rows are in policy.def.  Reading policy files is the gate's work
 * (gate/policy_file.c); the survey receives the values in its job.
 */
#pragma once

#include <stdint.h>

#include "contract/check.h"
#include "contract/limits.h"

enum option_kind { COUNT, DURATION, SET, CHOICE, BOOL, LIST };

enum option_id {
	OPTION_none, /* zero: no option */
#define OPTION(id, kind, fallback, least, most, choices, meaning) OPTION_##id,
#include "contract/policy.def"
#undef OPTION
	N_OPTIONS
};

struct option_row {
	const char *id;
	enum option_kind kind;
	int64_t fallback;
	int64_t least;
	int64_t most;
	const char *choices;
	const char *meaning;
};

/* Indexed by enum option_id; option_rows[OPTION_none].id is "". */
extern const struct option_row option_rows[N_OPTIONS];

/* The values of CHOICE options, in the order of policy.def. */
enum { SPLIT_ALLOW, SPLIT_REQUIRE };
enum { SIGNERS_ANY, SIGNERS_KSK_ONLY };
enum { DENIAL_ANY, DENIAL_NSEC, DENIAL_NSEC3 };
enum { TTL_DENIAL_RFC9077, TTL_DENIAL_SOA, TTL_DENIAL_ANY };
enum { TTL_DS_NS, TTL_DS_ANY };
enum { ZONEMD_IGNORE, ZONEMD_VERIFY, ZONEMD_REQUIRE };
enum { TRANSFER_ANY, TRANSFER_SIGNER };
enum { EXPONENT_65537, EXPONENT_3_OR_65537, EXPONENT_ANY };
enum { OPTOUT_ANY, OPTOUT_REQUIRE, OPTOUT_FORBID };
enum { TTL_DNSKEY_ANY, TTL_DNSKEY_SOA };
enum { ORPHANS_OFF, ORPHANS_OCCLUDED, ORPHANS_ALL };
enum { CONTENTS_ANY, CONTENTS_EXHIBIT_A };
enum { SERIAL_ANY, SERIAL_UNIXTIME };
enum { UNSIGNED_OFF, UNSIGNED_IF_GIVEN, UNSIGNED_REQUIRE };

/* What an exemption reaches. */
enum exemption_reach {
	EXEMPT_NOTHING, /* zero: of no use */
	EXEMPT_OWNER,   /* findings at one name */
	EXEMPT_BELOW,   /* findings at names below one */
	EXEMPT_ALL,
};

/* A window in which findings of some checks do not count. */
struct policy_exemption {
	int64_t from, until; /* seconds since 1970; UNTIL is outside */
	char name[32];
	uint8_t checks[N_CHECKS];         /* 1: covered */
	uint8_t reach;                    /* enum exemption_reach */
	uint8_t owner[LIMIT_NAME_OCTETS]; /* in lower case */
};

/* What a policy says, without its texts: fixed size, goes into jobs. */
struct policy_values {
	/* Of a LIST: where in LISTS its text begins; policy_list.h reads it. */
	int64_t option[N_OPTIONS];
	struct policy_exemption exemptions[LIMIT_POLICY_EXEMPTIONS];
	uint64_t n_exemptions;
	uint8_t severity[N_CHECKS];     /* enum severity */
	uint8_t accepted[N_CHECKS];     /* 1: the risk of less than a MUST */
	uint8_t overridden[N_CHECKS];   /* 1: the policy itself set it */
	char lists[LIMIT_POLICY_LISTS]; /* at 0 the empty list */
};

/* Returns the option called NAME (snake or kebab case), or OPTION_none. */
enum option_id option_find(const char *name);

/* Sets every value to the fallback of its row. */
void policy_values_init(struct policy_values *values);

/* True if ALGORITHM is in the SET option ID. */
bool policy_allows(const struct policy_values *values, enum option_id id,
    unsigned algorithm);
