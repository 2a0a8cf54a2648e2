/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch_zone.c -- the alarms of one zone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alarm_parts.h"
#include "time_text.h"

/* Attempts of a step after which it will hardly mend itself. */
#define STEP_ATTEMPTS_MANY 5
/* A probe so many times overdue is not merely slow. */
#define PROBE_OVERDUE_MANY 4
/* Unjudged runs after which the daemon stops trying by itself. */
#define ATTEMPTS_ALL 3

/* How long what is published lasts; INT64_MAX if that is unknown. */
static int64_t
headroom(const struct watched_zone *zone, int64_t now)
{
	return zone->has_released && zone->released.expiry > 0
	           ? time_minus(zone->released.expiry, now)
	           : INT64_MAX;
}

static int64_t
soa_end(const struct watched_zone *zone)
{
	return zone->has_released && zone->released.soa_expire > 0 &&
	               zone->released.released_at > 0
	           ? time_plus(zone->released.released_at,
	                 zone->released.soa_expire)
	           : 0;
}

/* When what is published turns into an outage: 0 if that is unknown. */
static int64_t
outage(const struct watched_zone *zone)
{
	return zone->has_released && zone->released.expiry > 0
	           ? zone->released.expiry
	           : soa_end(zone);
}

/* "the published signatures run out at ..., in ..." */
#define END_WORDS 160
static char *
end_words(const struct watched_zone *zone, int64_t now, char words[END_WORDS])
{
	char at[TIME_TEXT], in[TIME_TEXT];
	int64_t end = outage(zone);

	if (!zone->has_released) {
		snprintf(words, END_WORDS, "nothing is published");
	} else if (end == 0) {
		snprintf(words, END_WORDS,
		    "it is unknown when the published signatures run out");
	} else if (end <= now) {
		snprintf(words, END_WORDS, "what is published ran out at %s",
		    time_to_text(end, at));
	} else if (end == zone->released.expiry) {
		snprintf(words, END_WORDS,
		    "the published signatures run out at %s, in %s",
		    time_to_text(end, at),
		    duration_to_text(time_minus(end, now), in));
	} else {
		snprintf(words, END_WORDS,
		    "the published zone's SOA expires at %s, in %s",
		    time_to_text(end, at),
		    duration_to_text(time_minus(end, now), in));
	}
	return words;
}

static void
watch_headroom(struct alarms *alarms, const struct watched_zone *zone)
{
	int64_t left = headroom(zone, alarms->now);
	const struct config_zone *config = zone->zone;
	enum kind kind;
	int64_t from;

	if (left <= 0) {
		kind = SIGNATURES_EXPIRED;
		from = 0;
	} else if (left < config->headroom_crit_s) {
		kind = HEADROOM_CRITICAL;
		from = config->headroom_crit_s;
	} else if (left < config->headroom_warn_s) {
		kind = HEADROOM_WARNING;
		from = config->headroom_warn_s;
	} else {
		return;
	}
	struct alarm *alarm = alarm_raise(alarms, kind, config, "");
	char words[END_WORDS], bound[TIME_TEXT];

	alarm_since(alarms, alarm, time_minus(zone->released.expiry, from));
	alarm->until = kind == SIGNATURES_EXPIRED ? 0 : zone->released.expiry;
	if (kind == SIGNATURES_EXPIRED) {
		alarm_found(alarm, kind, "%s",
		    end_words(zone, alarms->now, words));
	} else {
		alarm_found(alarm, kind, "%s (%s is the bound)",
		    end_words(zone, alarms->now, words),
		    duration_to_text(from, bound));
	}
}

static void
watch_soa_expire(struct alarms *alarms, const struct watched_zone *zone)
{
	int64_t end = soa_end(zone);
	int64_t bound = zone->released.soa_expire / 4;

	/* A zone that expires soon after each release is no news. */
	if (zone->zone->headroom_warn_s < bound) {
		bound = zone->zone->headroom_warn_s;
	}
	if (end == 0 || time_minus(end, alarms->now) >= bound) {
		return;
	}
	struct alarm *alarm =
	    alarm_raise(alarms, SOA_EXPIRE_NEAR, zone->zone, "");
	char at[TIME_TEXT], released[TIME_TEXT];

	alarm_since(alarms, alarm, time_minus(end, bound));
	alarm->until = end > alarms->now ? end : 0;
	alarm_found(alarm, SOA_EXPIRE_NEAR,
	    "it ends at %s, the release was at %s", time_to_text(end, at),
	    time_to_text(zone->released.released_at, released));
}

static enum kind
kind_of_open(const struct candidate *open)
{
	if (open->state == CANDIDATE_QUARANTINED) {
		return QUARANTINED;
	}
	if (!open->decided) {
		return ZONE_UNJUDGED;
	}
	switch (open->decision) {
	case DECISION_UNJUDGED:
		return ZONE_UNJUDGED;
	case DECISION_DISPUTED:
		return ZONE_DISPUTED;
	case DECISION_BLOCK:
		return ZONE_BLOCKED;
	case DECISION_HOLD:
		return ZONE_HELD;
	case DECISION_RELEASE:
		/* Judged good and yet here: a veto, or a reload, keeps it. */
		return ZONE_HELD;
	}
	return ZONE_UNJUDGED;
}

static void
watch_open(struct alarms *alarms, const struct watched_zone *zone)
{
	const struct candidate *open = &zone->open;
	enum kind kind = kind_of_open(open);
	char words[END_WORDS], since[TIME_TEXT], serial[24] = "unknown";

	/* The veto's own alarm says it better. */
	if (!zone->has_open || (zone->veto_why != NULL && kind == ZONE_HELD &&
	                           open->decision == DECISION_RELEASE)) {
		return;
	}
	struct alarm *alarm = alarm_raise(alarms, kind, zone->zone, "");
	int64_t from =
	    open->judged_at > 0 ? open->judged_at : open->received_at;

	alarm_since(alarms, alarm, from);
	alarm->until = outage(zone) > alarms->now ? outage(zone) : 0;
	alarm_make_worse(alarm,
	    headroom(zone, alarms->now) < zone->zone->headroom_warn_s);
	alarm_make_worse(alarm,
	    kind == ZONE_UNJUDGED && open->attempts >= ATTEMPTS_ALL);
	if (open->has_serial) {
		snprintf(serial, sizeof(serial), "%" PRIu32, open->serial);
	}
	alarm_found(alarm, kind,
	    "candidate %" PRId64 ", serial %s, since %s: %.200s%s%s", open->id,
	    serial, time_to_text(from, since), open->reason,
	    open->reason[0] == '\0' ? "" : "; ",
	    end_words(zone, alarms->now, words));
}

/* When the last sign of life of the signer was. */
static int64_t
last_life(const struct watched_zone *zone)
{
	int64_t at =
	    zone->last_good_at > 0 ? zone->last_good_at : zone->first_seen_at;

	/* What is only observed is never released by a verdict. */
	if (zone->zone->mode == ZONE_OBSERVE && zone->has_released &&
	    zone->released.released_at > at) {
		at = zone->released.released_at;
	}
	return at;
}

static void
watch_interval(struct alarms *alarms, const struct watched_zone *zone)
{
	int64_t at = last_life(zone);
	int64_t most = zone->zone->resign_interval_max_s;
	char since[TIME_TEXT], bound[TIME_TEXT], words[END_WORDS];

	if (at <= 0 || most <= 0 || time_minus(alarms->now, at) <= most) {
		return;
	}
	bool never = !zone->has_released && zone->last_good_at <= 0;
	enum kind kind = never ? NEVER_RELEASED : RESIGN_OVERDUE;
	struct alarm *alarm = alarm_raise(alarms, kind, zone->zone, "");

	alarm_since(alarms, alarm, time_plus(at, most));
	if (never) {
		alarm_found(alarm, kind, "it is configured since %s",
		    time_to_text(at, since));
		return;
	}
	alarm->until = outage(zone) > alarms->now ? outage(zone) : 0;
	alarm_make_worse(alarm,
	    headroom(zone, alarms->now) < zone->zone->headroom_warn_s);
	alarm_found(alarm, kind,
	    "expected one every %s, the last was at %s; %s",
	    duration_to_text(most, bound), time_to_text(at, since),
	    end_words(zone, alarms->now, words));
}

static enum kind
kind_of_step(const char *kind)
{
	if (kind != NULL && strcmp(kind, "push") == 0) {
		return PUSH_FAILED;
	}
	return kind != NULL && strcmp(kind, "probe") == 0 ? PROBE_OVERDUE
	                                                  : HOOK_FAILED;
}

static void
watch_step(struct alarms *alarms, const struct watched_zone *zone,
    const struct watched_step *step)
{
	enum kind kind = kind_of_step(step->kind);
	int64_t age = time_minus(alarms->now, step->created_at);
	bool is_probe = kind == PROBE_OVERDUE;

	/* A probe asks until it is served; it is late, or it is not. */
	if (is_probe ? age <= step->overdue_s : step->attempts == 0) {
		return;
	}
	struct alarm *alarm = alarm_raise(alarms, kind, zone->zone, step->name);
	char since[TIME_TEXT];

	alarm_since(alarms, alarm,
	    is_probe ? time_plus(step->created_at, step->overdue_s)
	             : step->created_at);
	alarm_make_worse(alarm, is_probe
	                            ? age / PROBE_OVERDUE_MANY > step->overdue_s
	                            : step->attempts >= STEP_ATTEMPTS_MANY);
	alarm_found(alarm, kind, "%s of the release of %s, %u attempts: %.240s",
	    step->name == NULL ? "a step" : step->name,
	    time_to_text(step->created_at, since), step->attempts,
	    step->output == NULL || step->output[0] == '\0' ? "no answer"
	                                                    : step->output);
}

static void
watch_words(struct alarms *alarms, const struct watched_zone *zone)
{
	char words[END_WORDS];

	if (zone->outbox_why != NULL) {
		alarm_found(alarm_raise(alarms, OUTBOX_DAMAGED, zone->zone, ""),
		    OUTBOX_DAMAGED, "%s", zone->outbox_why);
	}
	if (zone->veto_why != NULL) {
		struct alarm *alarm =
		    alarm_raise(alarms, VETO_REFUSED, zone->zone, "");

		alarm->until = outage(zone) > alarms->now ? outage(zone) : 0;
		alarm_make_worse(alarm,
		    headroom(zone, alarms->now) < zone->zone->headroom_warn_s);
		alarm_found(alarm, VETO_REFUSED, "%.240s; %s", zone->veto_why,
		    end_words(zone, alarms->now, words));
	}
	if (zone->key_without_anchor) {
		alarm_found(alarm_raise(alarms, WITHOUT_ANCHOR, zone->zone, ""),
		    WITHOUT_ANCHOR, "%s", zone->key_text);
	}
	if (zone->slow) {
		char bound[TIME_TEXT], deadline[TIME_TEXT];

		alarm_found(alarm_raise(alarms, SLOW, zone->zone, ""), SLOW,
		    "the last run took %.1f s, resign_interval_max is %s, the "
		    "deadline is %s",
		    zone->seconds,
		    duration_to_text(zone->zone->resign_interval_max_s, bound),
		    zone->zone->deadline_s > 0
		        ? duration_to_text(zone->zone->deadline_s, deadline)
		        : "the policy's");
	}
}

void
watch_zone(struct alarms *alarms, const struct watched_zone *zone)
{
	watch_headroom(alarms, zone);
	watch_soa_expire(alarms, zone);
	if (zone->zone->mode == ZONE_GATE) {
		watch_open(alarms, zone);
	} else if (zone->observe_refused) {
		alarm_found(alarm_raise(alarms, OBSERVE_REFUSED, zone->zone,
		                ""),
		    OBSERVE_REFUSED, "%.300s",
		    zone->has_open ? zone->open.reason : zone->released.reason);
	}
	watch_interval(alarms, zone);
	watch_words(alarms, zone);
	for (size_t i = 0; i < zone->n_steps; i++) {
		watch_step(alarms, zone, &zone->steps[i]);
	}
}
