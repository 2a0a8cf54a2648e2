/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * survey.h -- what the parts of zonegate-survey share: the zone as an index
 * in memory, the anchors, and the list of findings.
 *
 * main.c reads the job, confines the process, and calls, in this order:
 * read_zone (text to records), index_build (sorted rows, cuts, claims),
 * run_checks (every check of checks.def marked INDEX), units_write,
 * index_write.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "contract/index.h"
#include "contract/job.h"
#include "contract/name.h"
#include "contract/policy.h"

/* One DS or DNSKEY record of the operator's anchor file, or, with the anchor
 * `self', a key that signs the DNSKEY RRset. */
struct anchor {
	uint16_t type; /* TYPE_DS or TYPE_DNSKEY */
	uint16_t tag;
	uint8_t algorithm;
	uint8_t digest_type; /* DS only */
	const uint8_t *rdata;
	uint16_t rdata_length;
	uint32_t key; /* row of index->keys it matches, or INDEX_NONE */
};

/* Octets of a file. */
struct text {
	const char *at;
	size_t length;
};

struct findings {
	struct index_finding *rows;
	size_t n, capacity;
	/* Under no exemption, and under each. */
	uint32_t n_rows[N_CHECKS][SEVERITY_OFF][1 + LIMIT_POLICY_EXEMPTIONS];
	/* where surplus findings are counted */
	uint32_t last_row[N_CHECKS][SEVERITY_OFF][1 + LIMIT_POLICY_EXEMPTIONS];
	/* findings that an exemption would cover, had it not run out */
	uint64_t n_outlived[LIMIT_POLICY_EXEMPTIONS];
};

/* Of which zone a struct survey is, and so what is kept of its text. */
enum survey_part {
	PART_WHOLE,    /* all; the zone under judgement */
	PART_PREVIOUS, /* what is compared of the previous release */
	PART_UNSIGNED, /* the same of the unsigned copy */
};

/* Kinds of denial that stand in a text. */
enum denial_seen { SEEN_NSEC = 1, SEEN_NSEC3 = 2, SEEN_OPTOUT = 4 };

struct survey {
	const struct job *job;
	enum survey_part part;
	unsigned denial_seen; /* enum denial_seen */
	struct arena arena;

	struct index index;         /* rows and octets in memory */
	struct index_header header; /* index.header points here */
	const uint8_t *apex;        /* wire form, lower case */

	struct anchor anchors[LIMIT_ANCHORS];
	unsigned n_anchors;

	/* Those still to come: nothing rests on them. */
	struct anchor incoming[LIMIT_ANCHORS];
	unsigned n_incoming;

	/* What is wrong with the anchors or the zones to compare with, or "":
	 * the operator's mistake, and no word about the zone. */
	char operand_error[256];

	/* Zones to compare with (others.h); .at NULL: none. */
	struct text previous, unsigned_copy;
	bool has_previous_serial;
	uint32_t previous_serial;
	enum { REBOUND_UNASKED, REBOUND_NO, REBOUND_YES } rebound;
	struct changes *changes; /* made by changes_of() when first needed */

	/* Made when they are first needed, by denial_of(), nameservers_of(). */
	struct denial *denial;
	struct nameservers *nameservers;

	struct findings findings;
	uint8_t *octets; /* growing SECTION_OCTETS */
	size_t n_octets, octets_capacity;
};

/* ---- findings ---- */

/* Where a finding is. */
struct place {
	const uint8_t *owner; /* wire form, or NULL */
	uint16_t type;
	uint32_t line;
	bool is_example; /* the finding is about other places, too */
};

/* PLACE as one of N places that a finding is about: if there are more, an
 * exemption must reach all of the zone to cover it. */
struct place place_one_of(struct place place, uint64_t n);

struct place place_zone(void);
struct place place_owner(const struct survey *s, uint32_t owner);
struct place place_rrset(const struct survey *s,
    const struct index_rrset *rrset);
struct place place_record(const struct survey *s,
    const struct index_record *record);
/* The RRSIG's own line, and the type it covers. */
struct place place_rrsig(const struct survey *s,
    const struct index_rrsig *rrsig);

/*
 * Reports a finding with the severity the policy gives CHECK.  The message
 * says what was expected and found; the check's meaning is not repeated.
 * Beyond LIMIT_FINDINGS_PER_CHECK findings of one check and severity are only
 * counted; so are those that an exemption covers, apart, beyond
 * LIMIT_FINDINGS_PER_EXEMPTION.  A check that is off makes none.
 */
void finding(struct survey *s, enum check_id check, struct place place,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same for a check whose severity has steps: SEVERITY is used unless the
 * policy sets the check's severity itself; less than SEVERITY it may make of an
 * RFC's MUST only at an accepted risk.  OPTION is the option that set the
 * bound, or OPTION_none.
 */
void finding_as(struct survey *s, enum check_id check, enum severity severity,
    enum option_id option, struct place place, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The severity of a finding of CHECK that would have SEVERITY if the policy did
 * not set the check's itself. */
enum severity finding_severity(const struct survey *s, enum check_id check,
    enum severity severity);

/* The same, but SEVERITY_OFF if the policy may exempt a finding of CHECK
 * somewhere: then nothing may be left out because of it. */
enum severity certain_severity(const struct survey *s, enum check_id check,
    enum severity severity);

/* True if a finding of CAUSE is, under this policy, at least as bad as one of
 * DERIVED: what has one cause need be said only once.  Where a policy minds
 * less about the cause than about what comes of it, both are said. */
bool says_enough(const struct survey *s, enum check_id cause,
    enum check_id derived);

/* Appends to SECTION_OCTETS, which may move unless there is room. */
struct index_octets octets_add(struct survey *s, const void *octets,
    size_t length);

/* Makes room for MORE octets. */
void octets_reserve(struct survey *s, size_t more);

/* Makes room for all findings there can be: while checks run, octets that
 * at() returned stay where they are. */
void findings_reserve(struct survey *s);

/* ---- checks ---- */

/* One function per INDEX row of checks.def: check_<id>(). */
#define CHECK_PROTOTYPE_READING(id)
#define CHECK_PROTOTYPE_VERDICTS(id)
#define CHECK_PROTOTYPE_INDEX(id) void check_##id(struct survey *s);
#define CHECK(id, severity, standing, by, source, meaning, remedy)             \
	CHECK_PROTOTYPE_##by(id)
#include "contract/checks.def"
#undef CHECK

/* Calls them all, in the order of checks.def. */
void run_checks(struct survey *s);

/* Shorthands for checks. */
static inline const uint8_t *
at(const struct survey *s, struct index_octets octets)
{
	return index_at(&s->index, octets);
}

static inline int64_t
option(const struct survey *s, enum option_id id)
{
	return s->job->policy.option[id];
}
