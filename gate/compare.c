/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "evidence.h"

enum outcome { UNJUDGED, AGREED_SECURE, AGREED_OTHER, DISPUTED };

/* Only what both judged can be agreed, and only SECURE passes. */
static enum outcome
compare(struct verdict_row ldns, struct verdict_row unbound)
{
	bool is_secure[] = {
	    ldns.verdict == VERDICT_SECURE, unbound.verdict == VERDICT_SECURE};

	if (ldns.verdict == VERDICT_UNJUDGED || ldns.verdict >= N_VERDICTS ||
	    unbound.verdict == VERDICT_UNJUDGED ||
	    unbound.verdict >= N_VERDICTS) {
		return UNJUDGED;
	}
	if (is_secure[0] != is_secure[1]) {
		return DISPUTED;
	}
	return is_secure[0] ? AGREED_SECURE : AGREED_OTHER;
}

void
compare_count(const struct verdict_row *ldns, const struct verdict_row *unbound,
    uint32_t n, struct tally *tally)
{
	tally->claims = n;
	tally->agreed_secure = 0;
	tally->agreed_other = 0;
	tally->disputed = 0;
	tally->unjudged = 0;
	for (uint32_t i = 0; i < n; i++) {
		switch (compare(ldns[i], unbound[i])) {
		case UNJUDGED:
			tally->unjudged++;
			break;
		case AGREED_SECURE:
			tally->agreed_secure++;
			break;
		case AGREED_OTHER:
			tally->agreed_other++;
			break;
		case DISPUTED:
			tally->disputed++;
			break;
		}
	}
}

/* ---- in words ---- */

/* Where a claim stands. */
struct stand {
	const uint8_t *owner;
	uint16_t type; /* covered */
	uint32_t line; /* 0: nowhere in particular */
	char text[96];
};

static struct stand
stand_of(const struct index *index, uint32_t number)
{
	const struct index_claim *claim = &index->claims[number];
	struct stand stand = {.type = TYPE_DNSKEY};

	if (claim->rrsig == INDEX_NONE) {
		stand.owner =
		    index_at(index, index->owners[index->header->apex].name);
		snprintf(stand.text, sizeof(stand.text), "chain");
		return stand;
	}
	const struct index_rrsig *rrsig = &index->rrsigs[claim->rrsig];
	const struct index_record *record = &index->records[rrsig->record];

	stand.owner = index_record_owner(index, record);
	stand.type = rrsig->type_covered;
	stand.line = record->line;
	snprintf(stand.text, sizeof(stand.text), "rrsig %u/%u", rrsig->key_tag,
	    rrsig->algorithm);
	return stand;
}

/* "ldns: bogus, the signature does not verify (its words)". */
static void
say_verdict(char *text, size_t size, const char *name, struct verdict_row row,
    const char *words)
{
	const char *reason = reason_text((enum reason)row.reason);

	snprintf(text, size, "%s: %s%s%s%s%s%s", name,
	    verdict_name((enum verdict)row.verdict),
	    reason[0] == '\0' ? "" : ", ", reason, words == NULL ? "" : " (",
	    words == NULL ? "" : words, words == NULL ? "" : ")");
}

/*
 * Checks that say of one signature why no validator may take it.  A signature
 * that one of them BLOCKs for is not refused a second time for the same reason:
 * who else refuses it is noted there.  That it is not secure counts all the
 * same (decide.h).
 */
static const enum check_id reasons[] = {
    CHECK_rrsig_not_self,
    CHECK_rrsig_signer_name,
    CHECK_rrsig_labels,
    CHECK_rrsig_sig_length,
    CHECK_rrsig_inception_not_future,
    CHECK_rrsig_not_expired,
    CHECK_rrsig_serial_arith,
};
#define N_REASONS (sizeof(reasons) / sizeof(reasons[0]))

/* The rows of a list that are such. */
struct refusals {
	size_t rows[N_REASONS * LIMIT_FINDINGS_PER_CHECK];
	size_t n;
};

static bool
is_reason(const struct report_finding *row)
{
	for (size_t i = 0; i < N_REASONS; i++) {
		if (row->check == reasons[i]) {
			return row->severity == SEVERITY_BLOCK &&
			       row->exemption == 0 && row->line > 0;
		}
	}
	return false;
}

static void
find_refusals(const struct finding_list *list, struct refusals *refusals)
{
	const size_t most = sizeof(refusals->rows) / sizeof(refusals->rows[0]);

	refusals->n = 0;
	for (size_t i = 0; i < list->n && refusals->n < most; i++) {
		if (is_reason(&list->rows[i])) {
			refusals->rows[refusals->n++] = i;
		}
	}
}

/* True if ROW, which stands for several signatures of which it names only one,
 * may mean that of CLAIM, too. */
static bool
may_stand_for(const struct report_finding *row, const struct index *index,
    uint32_t claim, struct verdict_row ldns)
{
	const struct index_rrsig *rrsig =
	    &index->rrsigs[index->claims[claim].rrsig];

	if (row->count <= 1) {
		return false;
	}
	if (row->check == CHECK_rrsig_signer_name) {
		return rrsig->signer_is_apex == 0;
	}
	return (row->check == CHECK_rrsig_not_expired &&
	           ldns.reason == REASON_expired) ||
	       (row->check == CHECK_rrsig_inception_not_future &&
	           ldns.reason == REASON_not_yet_valid);
}

/* Notes at the rows that refuse the signature of CLAIM already that both
 * validators refuse it; returns false if there are none. */
static bool
confirm(const struct index *index, const struct hearing *hearing,
    uint32_t claim, const struct refusals *refusals, struct finding_list *list)
{
	struct verdict_row ldns = hearing->validators[LDNS].rows[claim];
	bool is_confirmed = false;

	if (index->claims[claim].rrsig == INDEX_NONE) {
		return false;
	}
	uint32_t line = stand_of(index, claim).line;

	for (size_t i = 0; i < refusals->n; i++) {
		struct report_finding *row = &list->rows[refusals->rows[i]];

		if (row->line == line ||
		    may_stand_for(row, index, claim, ldns)) {
			row->seen_by |= SEEN_BY_LDNS | SEEN_BY_UNBOUND;
			is_confirmed = true;
		}
	}
	return is_confirmed;
}

static void
add_finding(const struct index *index, const struct hearing *hearing,
    uint32_t claim, struct finding_list *list)
{
	struct stand stand = stand_of(index, claim);
	bool is_chain = index->claims[claim].rrsig == INDEX_NONE;
	enum check_id check =
	    is_chain ? CHECK_ds_parent_match : CHECK_rrsig_valid_all;
	char text[LIMIT_MESSAGE_BYTES] = "";
	char said[N_VALIDATORS][LIMIT_MESSAGE_BYTES / 2 - 64];

	if (finding_is_surplus(list, check)) {
		finding_add(list, check, SEEN_BY_LDNS | SEEN_BY_UNBOUND, NULL,
		    0, 0, "");
		return;
	}
	for (unsigned v = 0; v < N_VALIDATORS; v++) {
		char *words = hearing_words(hearing, v, claim);

		say_verdict(said[v], sizeof(said[v]),
		    hearing->validators[v].name,
		    hearing->validators[v].rows[claim], words);
		free(words);
	}
	snprintf(text, sizeof(text), "%s must be secure; %s; %s",
	    is_chain ? "the DNSKEY RRset under the anchors" : stand.text,
	    said[LDNS], said[UNBOUND]);
	finding_add(list, check, SEEN_BY_LDNS | SEEN_BY_UNBOUND, stand.owner,
	    stand.type, stand.line, text);
}

/* Appends claim NUMBER to ROWS, which has room for MOST; more are dropped. */
static void
add_dispute(const struct index *index, const struct hearing *hearing,
    uint32_t number, struct dispute **rows, size_t *n, size_t most)
{
	if (*n == most) {
		return;
	}
	if (*rows == NULL) {
		*rows = xcalloc(most, sizeof(**rows));
	}
	struct dispute *row = &(*rows)[(*n)++];
	struct stand stand = stand_of(index, number);

	row->claim = number;
	name_to_text(stand.owner, row->owner);
	type_to_text(stand.type, row->type);
	memcpy(row->text, stand.text, sizeof(row->text));
	row->line = stand.line;
	row->ldns = hearing->validators[LDNS].rows[number];
	row->unbound = hearing->validators[UNBOUND].rows[number];
	row->ldns_words = hearing_words(hearing, LDNS, number);
	row->unbound_words = hearing_words(hearing, UNBOUND, number);
}

/* What the libraries' maintainers need of the newest dispute. */
static void
add_evidence(const struct index *index, struct comparison *comparison)
{
	struct dispute *row = &comparison->disputes[comparison->n_disputes - 1];

	if (row->evidence == NULL) {
		row->evidence = evidence_text(index, row->claim);
	}
}

static void
add_unable(const struct hearing *hearing, struct finding_list *list)
{
	static const unsigned seen_by[N_VALIDATORS] = {
	    SEEN_BY_LDNS, SEEN_BY_UNBOUND};

	for (unsigned v = 0; v < N_VALIDATORS; v++) {
		for (unsigned a = 0; a < N_ALGORITHMS; a++) {
			char text[LIMIT_MESSAGE_BYTES];

			if (!hearing->unable[v][a]) {
				continue;
			}
			snprintf(text, sizeof(text),
			    "%s %s cannot judge algorithm %u of the DNSKEY "
			    "RRset: its canary does not come back secure",
			    hearing->validators[v].library,
			    hearing->validators[v].library_version, a);
			finding_add(list, CHECK_algorithm_unjudgeable,
			    seen_by[v], NULL, 0, 0, text);
		}
	}
}

void
compare_describe(const struct index *index, const struct hearing *hearing,
    struct finding_list *list, struct comparison *comparison)
{
	const struct verdict_row *ldns = hearing->validators[LDNS].rows;
	const struct verdict_row *unbound = hearing->validators[UNBOUND].rows;

	/* Where a whole validator is missing, examples would say nothing. */
	size_t most_unjudged =
	    hearing->validators[LDNS].end == WORKER_DONE &&
	            hearing->validators[UNBOUND].end == WORKER_DONE
	        ? LIMIT_UNJUDGED
	        : 0;

	struct refusals refusals;

	memset(comparison, 0, sizeof(*comparison));
	find_refusals(list, &refusals);
	add_unable(hearing, list);
	for (uint32_t i = 0; i < index->n_claims; i++) {
		switch (compare(ldns[i], unbound[i])) {
		case UNJUDGED:
			add_dispute(index, hearing, i, &comparison->unjudged,
			    &comparison->n_unjudged, most_unjudged);
			break;
		case AGREED_SECURE:
			break;
		case AGREED_OTHER:
			if (!confirm(index, hearing, i, &refusals, list)) {
				add_finding(index, hearing, i, list);
			}
			break;
		case DISPUTED:
			add_dispute(index, hearing, i, &comparison->disputes,
			    &comparison->n_disputes, LIMIT_DISPUTES);
			add_evidence(index, comparison);
			break;
		}
	}
}
