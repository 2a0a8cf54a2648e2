/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome.h -- what a judging child said: its JSON report (zonegate-report(5)),
 * read with suspicion, and cut down to what the daemon keeps.
 *
 * A report that is short, malformed, of another snapshot or zone, or that does
 * not fit the child's exit status is no verdict.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "candidate.h"
#include "rule.h"

#define OUTCOME_ERROR 256
#define LIMIT_REPORT_BYTES (64u << 20)

struct outcome_finding {
	char check[64]; /* "rrsig-lifetime-max" */
	enum severity severity;
	enum finding_rule rule;
	bool by_validators; /* seen by them, not by the structure's checks */
	char owner[LIMIT_NAME_TEXT], type[16];
	uint32_t line, count;
	char *message, *remedy, *source;
	/* SHA-256, hex, over check, owner, type, message and count. */
	char fingerprint[65];
};

struct outcome_key {
	uint16_t tag, flags;
	uint8_t algorithm;
	bool signs_dnskey; /* an RRSIG over DNSKEY names it */
	bool anchored;     /* an anchor, active or outgoing, matches it */
	bool incoming;     /* an incoming one does */
	char kid[65];      /* SHA-256, hex, as CHECKS' kid: REVOKE cleared */
};

struct outcome {
	enum decision decision;
	char zone[LIMIT_NAME_TEXT];
	bool has_serial;
	uint32_t serial;
	uint8_t sha256[32], policy_sha256[32];
	int64_t at;
	double seconds;
	char reason[REASON_TEXT];
	uint64_t claims, secure, disputed, unjudged;
	int64_t expiry;                   /* earliest; 0: none */
	int64_t newest_inception;         /* 0: unknown */
	uint32_t soa_expire, soa_refresh; /* 0: unknown */
	char ldns[96], unbound[96];       /* library and crypto with versions */
	char ends[3][16]; /* of survey, ldns, unbound: "done", "late", ... */
	struct outcome_finding *findings; /* worst first */
	size_t n_findings;
	uint64_t findings_left_out; /* not among them: the summary was cut */
	struct outcome_key *keys;
	size_t n_keys;
};

/*
 * Reads the report TEXT of a child that ended with STATUS (exit status) for
 * the candidate with SHA256.  Returns true and fills OUTCOME, to be released;
 * or false with the reason in ERROR.
 */
bool outcome_read(const char *text, size_t length, int status, const char *zone,
    const uint8_t sha256[32], struct outcome *outcome,
    char error[OUTCOME_ERROR]);
void outcome_release(struct outcome *outcome);

/* The reason, and the worst of what was found. */
char *outcome_words(const struct outcome *outcome, char words[REASON_TEXT]);

/* What the ledger keeps and pages show, at most 64 findings of it (those left
 * out are counted): "findings", "counts" by severity, "keys", "claims",
 * "validators", ...  A new reference. */
json_t *outcome_summary(const struct outcome *outcome);
/* Reads such a summary again; as outcome_read(): zone, sha256, decision, the
 * numbers of claims, findings and `findings_left_out' come back too, since
 * approvals hang on them (approve.h). */
bool outcome_from_summary(const char *text, struct outcome *outcome,
    char error[OUTCOME_ERROR]);

/*
 * True if the only fault is that signatures are not valid yet: the findings
 * worse than a warning are those of rrsig-inception-not-future, and what the
 * validators say of no more signatures than that; and all of it is over by
 * *AT_S, at most 300 s after OUTCOME's time.
 */
#define LONGEST_WAIT_S 300
bool outcome_waits_for_inception(const struct outcome *outcome, int64_t *at_s);
