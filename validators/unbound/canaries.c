/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unbound/canaries.h"

#include <string.h>

#include "base/die.h"
#include "contract/canary.h"
#include "contract/fault.h"
#include "contract/name.h"
#include "unbound/ask.h"
#include "unbound/context.h"

/* ECDSA P-256: its canary sings beside those of the zone's algorithms, so that
 * a library that does not know those is not taken for one that is asleep. */
#define ALWAYS 13

struct song {
	uint8_t name[LIMIT_NAME_OCTETS];
	enum verdict verdict;
};

static void
question(void *of, uint32_t i, const uint8_t **name, uint16_t *type)
{
	struct song *song = of;

	(void)i;
	*name = song->name;
	*type = TYPE_TXT;
}

static void
answered(void *of, uint32_t i, const struct reply *reply)
{
	struct song *song = of;

	(void)i;
	switch (reply->status) {
	case REPLY_SECURE:
		song->verdict = VERDICT_SECURE;
		return;
	case REPLY_BOGUS:
		song->verdict = VERDICT_BOGUS;
		return;
	case REPLY_NEITHER:
		song->verdict = VERDICT_INSECURE;
		return;
	case REPLY_NONE:
		song->verdict = VERDICT_INDETERMINATE;
		return;
	case REPLY_REFUSED:
		song->verdict = VERDICT_UNJUDGED;
		return;
	}
}

/* Each in a context of its own: a secure answer may linger in a cache. */
static enum verdict
hear(const char *text, const char *dnskey)
{
	struct song song = {.verdict = VERDICT_UNJUDGED};
	const struct asker asker = {question, answered, &song};
	uint8_t apex[LIMIT_NAME_OCTETS];
	const struct context_zone zone = {
	    .apex = apex,
	    .text = text,
	    .text_length = strlen(text),
	    .anchors = dnskey,
	    .anchors_length = strlen(dnskey),
	    .at = CANARY_AT,
	};
	struct context context;

	if (name_from_text(CANARY_ZONE, apex) == 0 ||
	    name_from_text(CANARY_NAME, song.name) == 0) {
		die("the canaries have no name");
	}
	context_open(&context, &zone);
	ask(&context, 1, &asker);
	context_close(&context);
	return song.verdict;
}

static void
sing(struct bench *bench, const struct canary *canary, enum canary_phase phase)
{
	enum verdict intact = hear(canary->intact, canary->dnskey);
	enum verdict flipped = fault_is(bench->job, FAULT_all_secure)
	                           ? VERDICT_SECURE
	                           : hear(canary->flipped, canary->dnskey);
	const struct frame_canary frame = {
	    .algorithm = canary->algorithm,
	    .phase = (uint8_t)phase,
	    .intact = (uint8_t)intact,
	    .flipped = (uint8_t)flipped,
	};

	if (!frame_write(bench->verdicts_fd, FRAME_CANARY, &frame,
	        sizeof(frame))) {
		die("cannot write a canary");
	}
	bench->awake[canary->algorithm] =
	    intact == VERDICT_SECURE && flipped == VERDICT_BOGUS;
}

void
canaries_sing(struct bench *bench, enum canary_phase phase)
{
	bool wanted[256] = {[ALWAYS] = true};

	for (uint32_t i = 0; i < bench->index->n_keys; i++) {
		wanted[bench->index->keys[i].algorithm] = true;
	}
	for (size_t i = 0; i < n_canaries; i++) {
		if (wanted[canaries[i].algorithm]) {
			sing(bench, &canaries[i], phase);
		}
	}
}
