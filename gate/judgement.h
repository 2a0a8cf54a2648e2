/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judgement.h -- everything one run found out about one snapshot: what
 * judge() (judge.c) fills in and the reports read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/index.h"
#include "contract/name.h"
#include "contract/policy.h"
#include "contract/verdict.h"
#include "decide.h"
#include "policy.h"
#include "rule.h"

/* ---- what is asked ---- */

struct request {
	const char *file;     /* zone file as given, "-" for standard input */
	const char *zone;     /* presentation form, or NULL: from the SOA */
	const char *previous; /* zone file, or NULL */
	const char *anchor;   /* file, or NULL for "self" */
	const char *incoming; /* file of anchors still to come, or NULL */
	const char *unsigned_copy; /* zone file, or NULL */
	const struct policy *policy;
	int64_t at;         /* seconds since 1970 */
	uint64_t most;      /* octets of zone text; 0: what memory bears */
	int64_t deadline_s; /* wall clock for the whole run */
	unsigned jobs;      /* processes side by side; at least 1 */
	unsigned waived;    /* enum sandbox_waiver: confinements given up */
	bool observed;      /* published already, whatever comes of it */
	bool progress;      /* on stderr, if it is a terminal */
};

/* ---- what came of it ---- */

/* One of the two validators, all its processes taken together. */
struct validator {
	const char *name; /* "ldns", "unbound" */
	enum worker_end end;
	char why[256]; /* how it ended, in words, when not done */
	char library[32], library_version[32];
	char crypto[32], crypto_version[64];
	uint64_t claims, secure, insecure, bogus, indeterminate, unjudged;
	double seconds;
	uint64_t max_rss_kib;
	struct verdict_row *rows; /* one per claim; NULL if never run */
};

/* A finding for the report: of the survey, or made from verdicts. */
struct report_finding {
	enum check_id check;
	enum severity severity;
	enum finding_rule rule;
	const char *source;          /* the check's, or the policy's clause */
	char owner[LIMIT_NAME_TEXT]; /* "" if none */
	char type[TYPE_TEXT];        /* "" if none */
	uint32_t line;               /* 0 if none */
	uint32_t count;
	char *message;
	unsigned seen_by; /* enum seen_by */
	/* Of the policy, from 1; 0: none, and the finding counts. */
	unsigned exemption;
};

enum seen_by {
	SEEN_BY_STRUCTURE = 1,
	SEEN_BY_LDNS = 2,
	SEEN_BY_UNBOUND = 4,
	SEEN_BY_GATE = 8,
};

struct dispute {
	uint32_t claim;
	char owner[LIMIT_NAME_TEXT];
	char type[TYPE_TEXT]; /* covered */
	char text[96];        /* "rrsig 12345/13", "chain" */
	uint32_t line;
	struct verdict_row ldns, unbound;
	char *ldns_words, *unbound_words; /* or NULL */
	char *evidence; /* evidence_text(), of disputes only; else NULL */
};

/* A key of the apex DNSKEY RRset. */
struct report_key {
	uint16_t tag, flags;
	uint8_t algorithm;
	bool signs_dnskey; /* an RRSIG over DNSKEY names it */
	bool is_anchored;  /* by the operator's anchors; false with self */
	bool is_incoming;
	uint8_t kid[32];
};

/* Disputes kept in full; the rest are counted. */
#define LIMIT_DISPUTES 100
/* Unjudged claims named as examples; the rest are counted. */
#define LIMIT_UNJUDGED 16

struct judgement {
	const struct request *request;

	/* The snapshot. */
	uint8_t sha256[32];
	uint64_t bytes;
	uint64_t records;
	bool was_compressed;
	uint8_t compressed_sha256[32];
	const char *compression; /* "gzip", "xz", "zstd" */

	/* What it was compared with, where the request names files. */
	uint8_t previous_sha256[32];
	uint8_t unsigned_sha256[32];

	char zone[LIMIT_NAME_TEXT]; /* "" if unknown */
	bool has_serial;
	uint32_t serial;

	/* Why there is no snapshot to judge (it could not be read, or unpacked),
	 * or "".  Then no worker of struct ends has run. */
	char intake_why[256];

	struct ends ends;
	char survey_why[256];
	/* The operator named anchors or a previous release that cannot be used;
	 * SURVEY_WHY says what is wrong.  No report is owed. */
	bool operand_is_wrong;
	double survey_seconds;
	uint64_t survey_max_rss_kib;
	struct validator validators[2]; /* ldns, unbound */

	struct tally tally;
	struct report_finding *findings; /* worst first, then by check */
	size_t n_findings;
	/* Those that an exemption of the policy covers follow in the same array:
	 * no part of the tally, nor of the decision. */
	size_t n_exempted;
	struct dispute *disputes;
	size_t n_disputes;        /* kept; tally.disputed counts them all */
	struct dispute *unjudged; /* examples, of the same shape */
	size_t n_unjudged;        /* kept; tally.unjudged counts them all */
	bool judged_twice;       /* there were disputes, so both judged again */
	uint64_t first_disputed; /* how many, the first time */

	struct report_key keys[LIMIT_KEYS];
	unsigned n_keys;

	/* With HAS_SERIAL. */
	uint32_t soa_refresh, soa_retry, soa_expire, soa_minimum;

	bool has_inception;
	int64_t newest_inception; /* of all RRSIGs, seconds since 1970 */

	bool has_expiry;
	int64_t expiry; /* earliest RRSIG expiration, seconds since 1970 */
	char expiry_owner[LIMIT_NAME_TEXT];
	char expiry_type[TYPE_TEXT];

	double seconds; /* the whole run */
	enum decision decision;
};

/* Frees what JUDGEMENT holds, the request not included. */
void judgement_release(struct judgement *judgement);
