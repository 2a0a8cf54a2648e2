/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit.c -- asks for every claim of a unit and says what the replies mean.
 */
#include "unbound/unit.h"

#include <assert.h>
#include <stdlib.h>

#include "base/die.h"
#include "base/memory.h"
#include "contract/name.h"
#include "unbound/ask.h"
#include "unbound/context.h"
#include "unbound/unjudgeable.h"

/* Where a search for a type that no name holds begins: RFC 6895 3.1 keeps
 * 65280 to 65534 for private use. */
#define ABSENT_TYPE 65399

struct hearing {
	struct bench *bench;
	const struct units_row *unit;
	struct verdict_row *rows;
	struct span *scratch;
	size_t scratch_capacity;
	uint16_t absent_type; /* UNIT_APEX_NSEC */
	/* About the apex, before or beside the claims. */
	uint32_t apex_rrset;
	struct verdict_row apex;
	char *apex_words;
};

static struct verdict_row
verdict(enum verdict verdict, enum reason reason)
{
	return (struct verdict_row){(uint8_t)verdict, (uint8_t)reason};
}

/* ---- what is wanted ---- */

static struct span
rdata_span(const struct index *index, uint32_t record)
{
	struct index_octets rdata = index->records[record].rdata;

	return (struct span){index_at(index, rdata), rdata.length};
}

static struct span *
scratch(struct hearing *hearing, size_t n)
{
	if (n > hearing->scratch_capacity) {
		hearing->scratch =
		    xreallocarray(hearing->scratch, n, sizeof(struct span));
		hearing->scratch_capacity = n;
	}
	return hearing->scratch;
}

/* Whether MESSAGE holds RRSET and of its signatures RRSIG, or, if that is
 * INDEX_NONE, any that cover it. */
static bool
holds(struct hearing *hearing, struct span message, uint16_t qtype,
    uint32_t rrset_row, uint32_t rrsig)
{
	const struct index *index = hearing->bench->index;
	const struct index_rrset *rrset = &index->rrsets[rrset_row];
	bool any = rrsig == INDEX_NONE;
	uint32_t first = any ? rrset->first_rrsig : rrsig;
	uint32_t n_rrsigs = any ? rrset->n_rrsigs : 1;
	struct span *spans =
	    scratch(hearing, (size_t)rrset->n_records + n_rrsigs);

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		spans[i] = rdata_span(index, rrset->first_record + i);
	}
	for (uint32_t i = 0; i < n_rrsigs; i++) {
		spans[rrset->n_records + i] =
		    rdata_span(index, index->rrsigs[first + i].record);
	}
	const struct answer_wanted wanted = {
	    .name = index_rrset_owner(index, rrset),
	    .qtype = qtype,
	    .type = rrset->type,
	    .rdata = spans,
	    .n_rdata = rrset->n_records,
	    .rrsigs = spans + rrset->n_records,
	    .n_rrsigs = n_rrsigs,
	};

	return answer_holds(message, &wanted);
}

/* True if the type bit map in the RDATA of an NSEC has TYPE (RFC 4034 4.1.2);
 * a map that cannot be read might. */
static bool
nsec_has_type(struct span rdata, uint16_t type)
{
	size_t at = name_length(rdata.at, rdata.length);

	if (at == 0) {
		return true;
	}
	while (rdata.length - at >= 2) {
		unsigned window = rdata.at[at], octets = rdata.at[at + 1];
		unsigned octet = (type & 0xFFU) / 8;

		at += 2;
		if (rdata.length - at < octets) {
			return true;
		}
		if (window == type >> 8 && octet < octets &&
		    (rdata.at[at + octet] & (0x80U >> (type & 7U))) != 0) {
			return true;
		}
		at += octets;
	}
	return at != rdata.length;
}

static uint16_t
find_absent_type(const struct index *index, const struct index_claim *claim)
{
	const struct index_rrset *rrset = &index->rrsets[claim->rrset];
	struct span rdata = rdata_span(index, rrset->first_record);
	uint16_t type = ABSENT_TYPE;

	while (type > 65280 && nsec_has_type(rdata, type)) {
		type--;
	}
	return type;
}

/* ---- what a reply means ---- */

static struct verdict_row
weigh(const struct reply *reply, bool is_claimed)
{
	switch (reply->status) {
	case REPLY_SECURE:
		return is_claimed ? verdict(VERDICT_SECURE, REASON_none)
		                  : verdict(VERDICT_INDETERMINATE,
		                        REASON_other_answer);
	case REPLY_BOGUS:
		return verdict(VERDICT_BOGUS, REASON_bogus);
	case REPLY_NEITHER:
		return verdict(VERDICT_INSECURE, REASON_neither);
	case REPLY_REFUSED:
		return verdict(VERDICT_UNJUDGED, REASON_unit_unloadable);
	case REPLY_NONE:
		break;
	}
	return verdict(VERDICT_INDETERMINATE, REASON_no_answer);
}

static void
say(struct bench *bench, uint32_t claim, const char *words)
{
	if (words == NULL || bench->n_words == LIMIT_WORDS_PER_WORKER) {
		return;
	}
	bench->n_words++;
	if (!frame_write_words(bench->verdicts_fd, claim, words)) {
		die("cannot write words");
	}
}

/* ---- the apex: DNSKEY before the claims; for the chain, SOA too ---- */

static void
apex_question(void *of, uint32_t i, const uint8_t **name, uint16_t *type)
{
	struct hearing *hearing = of;
	const struct index *index = hearing->bench->index;
	const struct index_rrset *rrset = &index->rrsets[hearing->apex_rrset];

	(void)i;
	*name = index_rrset_owner(index, rrset);
	*type = rrset->type;
}

static void
apex_answered(void *of, uint32_t i, const struct reply *reply)
{
	struct hearing *hearing = of;
	uint16_t type = hearing->bench->index->rrsets[hearing->apex_rrset].type;

	(void)i;
	hearing->apex = weigh(reply, reply->status == REPLY_SECURE &&
	                                 holds(hearing, reply->message, type,
	                                     hearing->apex_rrset, INDEX_NONE));
	if (hearing->apex.verdict != VERDICT_SECURE && reply->words != NULL) {
		free(hearing->apex_words);
		hearing->apex_words = xstrdup(reply->words);
	}
}

/* Asks for the apex's RRset of TYPE. */
static struct verdict_row
ask_apex(struct hearing *hearing, struct context *context, uint16_t type)
{
	const struct index *index = hearing->bench->index;
	const struct asker asker = {apex_question, apex_answered, hearing};

	hearing->apex_rrset =
	    index_find_rrset(index, index->header->apex, type);
	if (hearing->apex_rrset == INDEX_NONE) {
		return verdict(VERDICT_UNJUDGED, REASON_unchained);
	}
	ask(context, 1, &asker);
	return hearing->apex;
}

/* ---- the claims ---- */

static const struct index_claim *
claim_at(const struct hearing *hearing, uint32_t i)
{
	return &hearing->bench->index->claims[hearing->unit->first_claim + i];
}

static void
claim_question(void *of, uint32_t i, const uint8_t **name, uint16_t *type)
{
	const struct hearing *hearing = of;
	const struct index *index = hearing->bench->index;
	const struct index_rrset *rrset =
	    &index->rrsets[claim_at(hearing, i)->rrset];

	*name = index_rrset_owner(index, rrset);
	*type = hearing->unit->kind == UNIT_APEX_NSEC ? hearing->absent_type
	                                              : rrset->type;
}

static void
claim_answered(void *of, uint32_t i, const struct reply *reply)
{
	struct hearing *hearing = of;
	const struct index_claim *claim = claim_at(hearing, i);
	const uint8_t *name;
	uint16_t qtype;

	claim_question(of, i, &name, &qtype);
	hearing->rows[i] =
	    weigh(reply, reply->status == REPLY_SECURE &&
	                     holds(hearing, reply->message, qtype, claim->rrset,
	                         claim->rrsig));
	if (hearing->rows[i].verdict != VERDICT_SECURE) {
		say(hearing->bench, hearing->unit->first_claim + i,
		    reply->words);
	}
}

static void
set_all(struct hearing *hearing, struct verdict_row row, const char *words)
{
	for (uint32_t i = 0; i < hearing->unit->n_claims; i++) {
		hearing->rows[i] = row;
	}
	say(hearing->bench, hearing->unit->first_claim, words);
}

/* A claim's answer may rest on the apex's RRset of TYPE.  If that does not
 * hold, it is the business of the claims over it, not of all others. */
static bool
rests_on(struct hearing *hearing, struct context *context, uint16_t type)
{
	struct verdict_row row = ask_apex(hearing, context, type);

	if (row.verdict == VERDICT_SECURE) {
		return true;
	}
	if (row.reason != REASON_unit_unloadable) {
		row.reason = REASON_unchained;
	}
	row.verdict = VERDICT_UNJUDGED;
	set_all(hearing, row, hearing->apex_words);
	return false;
}

/*
 * The chain is one claim: DNSKEY is secure under the anchors.  That SOA is
 * secure too shows that libunbound uses those keys; if it is not, the claims
 * over SOA say so, and the chain is left open.
 */
static void
judge_chain(struct hearing *hearing, struct context *context)
{
	struct verdict_row row = ask_apex(hearing, context, TYPE_DNSKEY);

	if (row.verdict != VERDICT_SECURE) {
		set_all(hearing, row, hearing->apex_words);
	} else if (rests_on(hearing, context, TYPE_SOA)) {
		set_all(hearing, row, NULL);
	}
}

static void
judge_claims(struct hearing *hearing, struct context *context)
{
	const struct asker asker = {claim_question, claim_answered, hearing};

	if (hearing->unit->kind != UNIT_DNSKEY &&
	    !rests_on(hearing, context, TYPE_DNSKEY)) {
		return;
	}
	if (hearing->unit->kind == UNIT_APEX_NSEC) {
		/* libunbound looks for the signer of an NSEC above its owner,
		 * so that a positive answer at the apex is "neither"; a NODATA
		 * shows it, beside the SOA. */
		if (!rests_on(hearing, context, TYPE_SOA)) {
			return;
		}
		hearing->absent_type = find_absent_type(hearing->bench->index,
		    claim_at(hearing, 0));
	}
	ask(context, hearing->unit->n_claims, &asker);
}

void
unit_judge(struct bench *bench, const struct units_row *unit,
    struct verdict_row *rows)
{
	struct hearing hearing = {.bench = bench, .unit = unit, .rows = rows};
	struct context_zone zone = {
	    .apex = index_at(bench->index, bench->index->header->apex_name),
	    .text = bench->units->text + unit->text_offset,
	    .text_length = unit->text_length,
	    .anchors = bench->units->text + unit->anchor_offset,
	    .anchors_length = unit->anchor_length,
	    .at = bench->job->at,
	};
	struct context context;

	if (unit->text_length == 0) {
		for (uint32_t i = 0; i < unit->n_claims; i++) {
			rows[i] = unjudged_without_text(bench->index,
			    claim_at(&hearing, i));
		}
		return;
	}
	if (unit->kind == UNIT_CHAIN && bench->job->has_anchors != 0) {
		zone.anchors = (const char *)bench->operator_anchors.at;
		zone.anchors_length = bench->operator_anchors.length;
	}
	context_open(&context, &zone);
	if (unit->kind == UNIT_CHAIN) {
		judge_chain(&hearing, &context);
	} else {
		judge_claims(&hearing, &context);
	}
	context_close(&context);
	for (uint32_t i = 0; i < unit->n_claims; i++) {
		rows[i] = unjudgeable(bench, claim_at(&hearing, i), rows[i]);
	}
	free(hearing.scratch);
	free(hearing.apex_words);
}
