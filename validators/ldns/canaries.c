/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldns/canaries.h"

#include <stdio.h>
#include <string.h>

#include "base/die.h"
#include "contract/name.h"
#include "ldns/anchors.h"
#include "ldns/judge.h"
#include "ldns/read.h"

static FILE *
open_text(const char *text)
{
	union {
		const char *in;
		char *out;
	} octets = {.in = text};
	FILE *file = fmemopen(octets.out, strlen(text), "r");

	if (file == NULL) {
		die("cannot read a canary");
	}
	return file;
}

static void
get_name(const char *text, uint8_t name[LIMIT_NAME_OCTETS])
{
	if (name_from_text(text, name) == 0) {
		die("the canaries' name is no name");
	}
}

/* What is asked for: the RRSIG over CANARY_NAME TXT. */
static enum verdict
judge_alive(struct judge *judge)
{
	const struct zone *zone = judge->zone;
	uint8_t name[LIMIT_NAME_OCTETS];
	struct rrsig_rdata rdata;

	get_name(CANARY_NAME, name);

	uint32_t owner = zone_find_owner(zone, name);

	if (owner == ZONE_NONE) {
		return VERDICT_UNJUDGED;
	}
	struct zone_rrset rrsigs =
	    zone_find_rrset(zone, owner, TYPE_RRSIG, CLASS_IN);

	for (uint32_t i = 0; i < rrsigs.n; i++) {
		uint32_t rrsig = zone->order[rrsigs.first + i];

		if (zone_rrsig_rdata(&zone->records[rrsig], &rdata) &&
		    rdata.type_covered == TYPE_TXT) {
			return judge_rrsig(judge, rrsig).verdict;
		}
	}
	return VERDICT_UNJUDGED;
}

static enum verdict
judge_text(const char *text, const char *dnskey)
{
	uint8_t apex[LIMIT_NAME_OCTETS];
	struct anchors anchors;
	struct judge judge;
	struct keys keys;
	struct zone zone;

	get_name(CANARY_ZONE, apex);

	FILE *anchor_file = open_text(dnskey);
	FILE *zone_file = open_text(text);

	anchors_read(&anchors, anchor_file, apex);
	zone_init(&zone, 0);

	struct read_end end = read_text(zone_file, ".", &zone);

	zone_seal(&zone);
	keys_init(&keys, &zone, apex);
	judge_init(&judge, &zone, &keys, apex, CANARY_AT);

	enum verdict chain = judge_chain(&judge, &anchors).verdict;
	enum verdict alive = judge_alive(&judge);

	judge_release(&judge);
	keys_release(&keys);
	zone_release(&zone);
	anchors_release(&anchors);
	fclose(zone_file);
	fclose(anchor_file);
	if (end.status != LDNS_STATUS_OK) {
		return VERDICT_INDETERMINATE;
	}
	/* The DNSKEY RRset is intact in both: there the chain must hold. */
	return chain == VERDICT_SECURE ? alive : VERDICT_INDETERMINATE;
}

struct frame_canary
canary_judge(uint8_t algorithm, enum canary_phase phase)
{
	const struct canary *canary = canary_find(algorithm);
	struct frame_canary frame = {
	    .algorithm = algorithm,
	    .phase = (uint8_t)phase,
	};

	if (canary != NULL) {
		frame.intact =
		    (uint8_t)judge_text(canary->intact, canary->dnskey);
		frame.flipped =
		    (uint8_t)judge_text(canary->flipped, canary->dnskey);
	}
	return frame;
}
