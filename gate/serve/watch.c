/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "time_text.h"

/* Attempts of a step after which it will hardly mend itself. */
#define STEP_ATTEMPTS_MANY 5
/* A probe so many times overdue is not merely slow. */
#define PROBE_OVERDUE_MANY 4
/* Runs that ended badly within an hour: once is chance. */
#define WORKER_FAULTS_MANY 10
/* Unjudged runs after which the daemon stops trying by itself. */
#define ATTEMPTS_ALL 3

enum kind {
	/* of the gate */
	GATE_BROKEN,
	CLOCK_SUSPECT,
	LEDGER_BROKEN,
	LEDGER_LOCKED,
	LOG_BROKEN,
	DISK_LOW,
	NOTIFY_DOWN,
	HTTP_DOWN,
	WORKER_FAULTS,
	RELOAD_REFUSED,
	WEBHOOK_FAILING,
	LIBRARY_CHANGED,
	/* of a zone */
	SIGNATURES_EXPIRED,
	HEADROOM_CRITICAL,
	OUTBOX_DAMAGED,
	ZONE_BLOCKED,
	ZONE_DISPUTED,
	ZONE_UNJUDGED,
	QUARANTINED,
	ZONE_HELD,
	RESIGN_OVERDUE,
	SOA_EXPIRE_NEAR,
	VETO_REFUSED,
	HOOK_FAILED,
	PUSH_FAILED,
	PROBE_OVERDUE,
	HEADROOM_WARNING,
	NEVER_RELEASED,
	OBSERVE_REFUSED,
	WITHOUT_ANCHOR,
	SLOW,
	N_KINDS
};

/* LEVEL is where it begins; watched_zone() knows what makes it worse.  The
 * text of an alarm is: whose it is, WHAT, what was found, and TO DO. */
static const struct kind_row {
	const char *word;
	enum alarm_level level;
	const char *what;
	const char *to_do;
} kinds[N_KINDS] = {
    [GATE_BROKEN] = {"gate-broken", ALARM_CRITICAL,
        "the gate is broken: it does not judge its own test zones as it must. "
        "This says nothing about any zone. Nothing is released; what is "
        "published stays",
        "See which libraries were changed last, go back to the packages from "
        "before, and restart zonegate"},
    [CLOCK_SUSPECT] = {"clock-suspect", ALARM_CRITICAL,
        "the gate's clock is suspect. This says nothing about any zone. "
        "Nothing is judged; what is published stays",
        "Look at the machine's time and its time service; judging goes on by "
        "itself once the clock is right"},
    [LEDGER_BROKEN] = {"ledger-corrupt", ALARM_CRITICAL,
        "the ledger is corrupt. What is published stays and is served",
        "Stop zonegate, keep a copy of the state directory, run `zonegate "
        "rebuild', and look at the disk"},
    [LEDGER_LOCKED] = {"ledger-read-only", ALARM_CRITICAL,
        "the ledger cannot be written, so nothing is released. What is "
        "published stays and is served",
        "See to the file system of the state directory: space, permissions, "
        "read-only mounts"},
    [LOG_BROKEN] = {"log-broken", ALARM_CRITICAL,
        "the audit log's chain is broken, or the log cannot be written",
        "Run `zonegate log verify', keep a copy of the log, and find out who "
        "or what has changed it"},
    [DISK_LOW] = {"disk-low", ALARM_WARNING,
        "the disk of the state directory is filling up",
        "Make room, or lower keep_candidates; uploads are refused before "
        "releases are"},
    [NOTIFY_DOWN] = {"notify-down", ALARM_CRITICAL,
        "zonegate-notify does not run: no webhook, no push and no heartbeat "
        "goes out",
        "See the journal for why it ends; it is started again by itself"},
    [HTTP_DOWN] = {"http-down", ALARM_WARNING,
        "zonegate-http does not run: no uploads over HTTP, no status page, no "
        "metrics. The spool and the command line go on",
        "See the journal for why it ends; it is started again by itself"},
    [WORKER_FAULTS] = {"worker-faults", ALARM_WARNING,
        "judging processes crash or run late",
        "See `zonegate log' for which and on what; look for memory pressure "
        "and for packages changed lately"},
    [RELOAD_REFUSED] = {"reload-refused", ALARM_WARNING,
        "the new configuration was refused; the one before goes on",
        "Mend it, try it with `zonegate config --check', and reload again"},
    [WEBHOOK_FAILING] = {"webhook-failing", ALARM_WARNING,
        "messages do not reach a webhook; they are kept and sent again",
        "See to the receiver; until then watch the status page"},
    [LIBRARY_CHANGED] = {"library-changed", ALARM_WARNING,
        "a library was changed while zonegate runs, and what is published was "
        "not judged anew with it yet",
        "Restart zonegate when the upgrade is done"},
    [SIGNATURES_EXPIRED] = {"signatures-expired", ALARM_CRITICAL,
        "published signatures have EXPIRED: the zone is failing for everybody "
        "who validates",
        "Get a freshly signed zone to the gate now; see `zonegate holds' for "
        "one that waits, and `zonegate approve' to let it out"},
    [HEADROOM_CRITICAL] = {"headroom-critical", ALARM_CRITICAL,
        "the published signatures run out soon",
        "Find out why no new zone was released: does the signer run, is a "
        "candidate held (`zonegate holds')?"},
    [OUTBOX_DAMAGED] = {"outbox-damaged", ALARM_CRITICAL,
        "the file in the outbox is not what was released",
        "Find out who writes there but zonegate; keep the nameservers from "
        "loading it; the next release writes it anew"},
    [ZONE_BLOCKED] = {"zone-blocked", ALARM_CRITICAL,
        "the newest candidate is BAD and was not released; the last good one "
        "stays published",
        "Look at its findings (`zonegate show'), mend the zone at the signer "
        "and have it signed again"},
    [ZONE_DISPUTED] = {"zone-disputed", ALARM_CRITICAL,
        "the two validators DIFFER about the newest candidate, twice; it was "
        "not released, the last good one stays published",
        "Keep the evidence in its report for the makers of the libraries; "
        "sign again, or let two persons break the glass"},
    [ZONE_UNJUDGED] = {"zone-unjudged", ALARM_WARNING,
        "the newest candidate could not be judged. This says nothing about "
        "the zone; the last good one stays published",
        "See its report for which part failed and why; once that is mended, "
        "hand the zone in again"},
    [QUARANTINED] = {"candidate-quarantined", ALARM_CRITICAL,
        "judging the newest candidate crashed twice; it is kept and not tried "
        "again, the last good one stays published",
        "Report the crash with the file; sign again, or let two persons break "
        "the glass"},
    [ZONE_HELD] = {"zone-held", ALARM_WARNING,
        "the newest candidate is held until somebody decides; the last "
        "release stays published",
        "Look at its findings (`zonegate show'); then `zonegate approve' with "
        "a reason, or `zonegate discard' and mend the zone"},
    [RESIGN_OVERDUE] = {"resign-overdue", ALARM_WARNING,
        "no good zone has come for longer than resign_interval_max",
        "See whether the signer runs and hands its zones in, and whether a "
        "candidate is held (`zonegate holds')"},
    [SOA_EXPIRE_NEAR] = {"soa-expire-near", ALARM_WARNING,
        "the SOA expire time since the last release is nearly over: a "
        "secondary that has not reached its primary since drops the zone",
        "See that secondaries refresh the zone, and that new zones are "
        "released"},
    [VETO_REFUSED] = {"veto-refused", ALARM_WARNING,
        "a veto command refuses what the validators let pass; it was not "
        "released",
        "Read what the command says; mend the zone, or the command's row in "
        "the configuration"},
    [HOOK_FAILED] = {"hook-failed", ALARM_WARNING,
        "a hook fails after a release; the nameserver may still have the zone "
        "before. The hook is run again by itself",
        "Run the command by hand and see what it says; see that the "
        "nameserver runs"},
    [PUSH_FAILED] = {"push-failed", ALARM_WARNING,
        "a released zone does not reach a receiver; it is pushed again by "
        "itself",
        "See to the receiver, its certificate and token"},
    [PROBE_OVERDUE] = {"probe-overdue", ALARM_WARNING,
        "a nameserver does not serve the released serial",
        "See whether the nameserver runs, what it logged when it was to load "
        "the zone, and the hooks and pushes before it"},
    [HEADROOM_WARNING] = {"headroom-warning", ALARM_WARNING,
        "the published signatures have less time left than headroom_warn",
        "See whether the signer signs anew in time, and whether a candidate "
        "is held (`zonegate holds')"},
    [NEVER_RELEASED] = {"never-released", ALARM_WARNING,
        "nothing was ever released for this zone",
        "Hand a signed zone in, or take the zone out of the configuration"},
    [OBSERVE_REFUSED] = {"observe-would-refuse", ALARM_WARNING,
        "the zone that is published would not have gone out in gate mode: it "
        "is only observed",
        "Look at its findings (`zonegate show') before nameservers do"},
    [WITHOUT_ANCHOR] = {"key-without-anchor", ALARM_WARNING,
        "a key signs DNSKEY that no configured anchor names",
        "If a key roll is under way, add the new key as an incoming anchor; "
        "if not, find out where the key comes from"},
    [SLOW] = {"slow-judgement", ALARM_WARNING,
        "judging takes more than half of its deadline or of the re-sign "
        "interval",
        "Give it more processors (jobs, max_parallel) or a longer deadline "
        "before zones come out late"},
};

/* ---- arithmetic that cannot overflow ---- */

static int64_t
minus(int64_t a, int64_t b)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference)) {
		return a < b ? INT64_MIN : INT64_MAX;
	}
	return difference;
}

static int64_t
plus(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum)) {
		return b < 0 ? INT64_MIN : INT64_MAX;
	}
	return sum;
}

/* ---- making one ---- */

struct alarms {
	struct alarm *rows;
	size_t n, capacity;
	int64_t now;
};

/* An alarm of KIND about ZONE (or NULL); its text is finished by found(). */
static struct alarm *
raise_alarm(struct alarms *alarms, enum kind kind,
    const struct config_zone *zone, const char *detail)
{
	alarms->rows = grow(alarms->rows, alarms->n, &alarms->capacity,
	    UINT32_MAX, sizeof(*alarms->rows));

	struct alarm *alarm = &alarms->rows[alarms->n++];

	memset(alarm, 0, sizeof(*alarm));
	snprintf(alarm->kind, sizeof(alarm->kind), "%s", kinds[kind].word);
	if (zone != NULL) {
		snprintf(alarm->zone, sizeof(alarm->zone), "%s", zone->name);
	}
	snprintf(alarm->detail, sizeof(alarm->detail), "%s",
	    detail == NULL ? "" : detail);
	alarm->level = kinds[kind].level;
	alarm->since = alarms->now;
	return alarm;
}

static void
set_since(const struct alarms *alarms, struct alarm *alarm, int64_t since)
{
	if (since > 0 && since < alarms->now) {
		alarm->since = since;
	}
}

static void
make_worse(struct alarm *alarm, bool is_worse)
{
	if (is_worse) {
		alarm->level = ALARM_CRITICAL;
	}
}

/* Writes the text of ALARM, of KIND: what, what was found (FORMAT), what to
 * do.  What to do is never cut off by what was found. */
static void __attribute__((format(printf, 3, 4)))
found(struct alarm *alarm, enum kind kind, const char *format, ...)
{
	char details[480];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(details, sizeof(details), format, arguments);
	va_end(arguments);
	snprintf(alarm->text, sizeof(alarm->text), "%.120s%s%s%s%s. %s.",
	    alarm->zone, alarm->zone[0] == '\0' ? "" : ": ", kinds[kind].what,
	    details[0] == '\0' ? "" : ": ", details, kinds[kind].to_do);
}

/* ---- of a zone ---- */

/* How long what is published lasts; INT64_MAX if that is unknown. */
static int64_t
headroom(const struct watched_zone *zone, int64_t now)
{
	return zone->has_released && zone->released.expiry > 0
	           ? minus(zone->released.expiry, now)
	           : INT64_MAX;
}

static int64_t
soa_end(const struct watched_zone *zone)
{
	return zone->has_released && zone->released.soa_expire > 0 &&
	               zone->released.released_at > 0
	           ? plus(zone->released.released_at, zone->released.soa_expire)
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
		    duration_to_text(minus(end, now), in));
	} else {
		snprintf(words, END_WORDS,
		    "the published zone's SOA expires at %s, in %s",
		    time_to_text(end, at),
		    duration_to_text(minus(end, now), in));
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
	struct alarm *alarm = raise_alarm(alarms, kind, config, "");
	char words[END_WORDS], bound[TIME_TEXT];

	set_since(alarms, alarm, minus(zone->released.expiry, from));
	alarm->until = kind == SIGNATURES_EXPIRED ? 0 : zone->released.expiry;
	if (kind == SIGNATURES_EXPIRED) {
		found(alarm, kind, "%s", end_words(zone, alarms->now, words));
	} else {
		found(alarm, kind, "%s (%s is the bound)",
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
	if (end == 0 || minus(end, alarms->now) >= bound) {
		return;
	}
	struct alarm *alarm =
	    raise_alarm(alarms, SOA_EXPIRE_NEAR, zone->zone, "");
	char at[TIME_TEXT], released[TIME_TEXT];

	set_since(alarms, alarm, minus(end, bound));
	alarm->until = end > alarms->now ? end : 0;
	found(alarm, SOA_EXPIRE_NEAR, "it ends at %s, the release was at %s",
	    time_to_text(end, at),
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
	struct alarm *alarm = raise_alarm(alarms, kind, zone->zone, "");
	int64_t from =
	    open->judged_at > 0 ? open->judged_at : open->received_at;

	set_since(alarms, alarm, from);
	alarm->until = outage(zone) > alarms->now ? outage(zone) : 0;
	make_worse(alarm,
	    headroom(zone, alarms->now) < zone->zone->headroom_warn_s);
	make_worse(alarm,
	    kind == ZONE_UNJUDGED && open->attempts >= ATTEMPTS_ALL);
	if (open->has_serial) {
		snprintf(serial, sizeof(serial), "%" PRIu32, open->serial);
	}
	found(alarm, kind,
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

	if (at <= 0 || most <= 0 || minus(alarms->now, at) <= most) {
		return;
	}
	bool never = !zone->has_released && zone->last_good_at <= 0;
	enum kind kind = never ? NEVER_RELEASED : RESIGN_OVERDUE;
	struct alarm *alarm = raise_alarm(alarms, kind, zone->zone, "");

	set_since(alarms, alarm, plus(at, most));
	if (never) {
		found(alarm, kind, "it is configured since %s",
		    time_to_text(at, since));
		return;
	}
	alarm->until = outage(zone) > alarms->now ? outage(zone) : 0;
	make_worse(alarm,
	    headroom(zone, alarms->now) < zone->zone->headroom_warn_s);
	found(alarm, kind, "expected one every %s, the last was at %s; %s",
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
	int64_t age = minus(alarms->now, step->created_at);
	bool is_probe = kind == PROBE_OVERDUE;

	/* A probe asks until it is served; it is late, or it is not. */
	if (is_probe ? age <= step->overdue_s : step->attempts == 0) {
		return;
	}
	struct alarm *alarm = raise_alarm(alarms, kind, zone->zone, step->name);
	char since[TIME_TEXT];

	set_since(alarms, alarm,
	    is_probe ? plus(step->created_at, step->overdue_s)
	             : step->created_at);
	make_worse(alarm, is_probe ? age / PROBE_OVERDUE_MANY > step->overdue_s
	                           : step->attempts >= STEP_ATTEMPTS_MANY);
	found(alarm, kind, "%s of the release of %s, %u attempts: %.240s",
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
		found(raise_alarm(alarms, OUTBOX_DAMAGED, zone->zone, ""),
		    OUTBOX_DAMAGED, "%s", zone->outbox_why);
	}
	if (zone->veto_why != NULL) {
		struct alarm *alarm =
		    raise_alarm(alarms, VETO_REFUSED, zone->zone, "");

		alarm->until = outage(zone) > alarms->now ? outage(zone) : 0;
		make_worse(alarm,
		    headroom(zone, alarms->now) < zone->zone->headroom_warn_s);
		found(alarm, VETO_REFUSED, "%.240s; %s", zone->veto_why,
		    end_words(zone, alarms->now, words));
	}
	if (zone->key_without_anchor) {
		found(raise_alarm(alarms, WITHOUT_ANCHOR, zone->zone, ""),
		    WITHOUT_ANCHOR, "%s", zone->key_text);
	}
	if (zone->slow) {
		char bound[TIME_TEXT], deadline[TIME_TEXT];

		found(raise_alarm(alarms, SLOW, zone->zone, ""), SLOW,
		    "the last run took %.1f s, resign_interval_max is %s, the "
		    "deadline is %s",
		    zone->seconds,
		    duration_to_text(zone->zone->resign_interval_max_s, bound),
		    zone->zone->deadline_s > 0
		        ? duration_to_text(zone->zone->deadline_s, deadline)
		        : "the policy's");
	}
}

static void
watch_zone(struct alarms *alarms, const struct watched_zone *zone)
{
	watch_headroom(alarms, zone);
	watch_soa_expire(alarms, zone);
	if (zone->zone->mode == ZONE_GATE) {
		watch_open(alarms, zone);
	} else if (zone->observe_refused) {
		found(raise_alarm(alarms, OBSERVE_REFUSED, zone->zone, ""),
		    OBSERVE_REFUSED, "%.300s",
		    zone->has_open ? zone->open.reason : zone->released.reason);
	}
	watch_interval(alarms, zone);
	watch_words(alarms, zone);
	for (size_t i = 0; i < zone->n_steps; i++) {
		watch_step(alarms, zone, &zone->steps[i]);
	}
}

/* ---- of the gate ---- */

static void
watch_reason(struct alarms *alarms, enum kind kind, const char *why)
{
	if (why != NULL) {
		found(raise_alarm(alarms, kind, NULL, ""), kind, "%s", why);
	}
}

static void
watch_disk(struct alarms *alarms, const struct watched_gate *gate)
{
	if (!gate->reserve_touched && gate->disk_free >= gate->disk_reserve) {
		return;
	}
	struct alarm *alarm = raise_alarm(alarms, DISK_LOW, NULL, "");

	make_worse(alarm, gate->reserve_touched);
	found(alarm, DISK_LOW,
	    "%" PRIu64 " MiB are free, %" PRIu64 " MiB are to be kept for "
	    "release and ledger%s",
	    gate->disk_free >> 20, gate->disk_reserve >> 20,
	    gate->reserve_touched
	        ? ", and that reserve is not whole: uploads are refused"
	        : "");
}

static void
watch_gate(struct alarms *alarms, const struct watched_gate *gate)
{
	watch_reason(alarms, GATE_BROKEN, gate->broken_why);
	watch_reason(alarms, CLOCK_SUSPECT, gate->clock_why);
	if (gate->ledger_corrupt) {
		watch_reason(alarms, LEDGER_BROKEN,
		    gate->ledger_why == NULL ? "" : gate->ledger_why);
	} else {
		watch_reason(alarms, LEDGER_LOCKED, gate->ledger_why);
	}
	watch_reason(alarms, LOG_BROKEN, gate->log_why);
	watch_disk(alarms, gate);
	if (gate->worker_faults > 0) {
		struct alarm *alarm =
		    raise_alarm(alarms, WORKER_FAULTS, NULL, "");

		make_worse(alarm, gate->worker_faults >= WORKER_FAULTS_MANY);
		found(alarm, WORKER_FAULTS, "%u in the last hour",
		    gate->worker_faults);
	}
	watch_reason(alarms, RELOAD_REFUSED, gate->reload_why);
	watch_reason(alarms, HTTP_DOWN, gate->http_down ? "" : NULL);
	watch_reason(alarms, NOTIFY_DOWN, gate->notify_down ? "" : NULL);
	for (size_t i = 0; i < gate->n_webhooks; i++) {
		struct alarm *alarm = raise_alarm(alarms, WEBHOOK_FAILING, NULL,
		    gate->webhooks[i].name);

		set_since(alarms, alarm, gate->webhooks[i].since);
		found(alarm, WEBHOOK_FAILING, "%s: %s", alarm->detail,
		    gate->webhooks[i].why == NULL ? "no answer"
		                                  : gate->webhooks[i].why);
	}
	watch_reason(alarms, LIBRARY_CHANGED, gate->library_text);
}

/* ---- sets of them ---- */

static int
by_key(const struct alarm *a, const struct alarm *b)
{
	int order = strcmp(a->kind, b->kind);

	order = order != 0 ? order : strcmp(a->zone, b->zone);
	return order != 0 ? order : strcmp(a->detail, b->detail);
}

static int
compare_keys(const void *a, const void *b)
{
	return by_key(*(const struct alarm *const *)a,
	    *(const struct alarm *const *)b);
}

/* The alarms by key, to be freed; NULL if there are none. */
static const struct alarm **
sorted(const struct alarm *alarms, size_t n)
{
	if (n == 0) {
		return NULL;
	}
	const struct alarm **rows =
	    xreallocarray(NULL, n, sizeof(const struct alarm *));

	for (size_t i = 0; i < n; i++) {
		rows[i] = &alarms[i];
	}
	qsort(rows, n, sizeof(const struct alarm *), compare_keys);
	return rows;
}

static const struct alarm *
find(const struct alarm **rows, size_t n, const struct alarm *alarm)
{
	const struct alarm **row =
	    n == 0 ? NULL
	           : bsearch(&alarm, rows, n, sizeof(const struct alarm *),
	                 compare_keys);

	return row == NULL ? NULL : *row;
}

/* The kind's place in the table: its weight among its like. */
static size_t
weight(const struct alarm *alarm)
{
	size_t i = 0;

	while (i < N_KINDS && strcmp(kinds[i].word, alarm->kind) != 0) {
		i++;
	}
	return i;
}

static int
by_weight(const void *left, const void *right)
{
	const struct alarm *a = left, *b = right;
	size_t weight_a = weight(a), weight_b = weight(b);

	if (a->level != b->level) {
		return a->level > b->level ? -1 : 1;
	}
	if (weight_a != weight_b) {
		return weight_a < weight_b ? -1 : 1;
	}
	/* The outage that comes first; an unknown time comes last. */
	if (a->until != b->until) {
		return (uint64_t)a->until - 1 < (uint64_t)b->until - 1 ? -1 : 1;
	}
	return by_key(a, b);
}

static int
by_key_worst_first(const void *left, const void *right)
{
	const struct alarm *a = left, *b = right;
	int order = by_key(a, b);

	return order != 0 ? order : (int)b->level - (int)a->level;
}

/* Of alarms of one key, as of two hooks of one name, only the worst stays. */
static void
drop_doubles(struct alarms *alarms)
{
	size_t kept = 0;

	if (alarms->n > 1) {
		qsort(alarms->rows, alarms->n, sizeof(*alarms->rows),
		    by_key_worst_first);
	}
	for (size_t i = 0; i < alarms->n; i++) {
		if (kept == 0 ||
		    by_key(&alarms->rows[kept - 1], &alarms->rows[i]) != 0) {
			alarms->rows[kept++] = alarms->rows[i];
		}
	}
	alarms->n = kept;
}

static void
take_over(struct alarms *alarms, const struct alarm *before, size_t n_before)
{
	const struct alarm **rows = sorted(before, n_before);

	for (size_t i = 0; i < alarms->n; i++) {
		const struct alarm *same =
		    find(rows, n_before, &alarms->rows[i]);

		if (same != NULL) {
			alarms->rows[i].since = same->since;
		}
	}
	free(rows);
}

size_t
watch(const struct watched_gate *gate, const struct watched_zone *zones,
    size_t n_zones, const struct alarm *before, size_t n_before,
    struct alarm **alarms)
{
	struct alarms found_now = {.now = gate->now};

	watch_gate(&found_now, gate);
	for (size_t i = 0; i < n_zones; i++) {
		watch_zone(&found_now, &zones[i]);
	}
	drop_doubles(&found_now);
	take_over(&found_now, before, n_before);
	if (found_now.n > 1) {
		qsort(found_now.rows, found_now.n, sizeof(*found_now.rows),
		    by_weight);
	}
	*alarms = found_now.rows;
	return found_now.n;
}

void
watch_changes(const struct alarm *before, size_t n_before,
    const struct alarm *now, size_t n_now,
    void (*raised)(void *context, const struct alarm *alarm),
    void (*resolved)(void *context, const struct alarm *alarm), void *context)
{
	const struct alarm **were = sorted(before, n_before);
	const struct alarm **are = sorted(now, n_now);

	for (size_t i = 0; i < n_now; i++) {
		const struct alarm *was = find(were, n_before, &now[i]);

		if (was == NULL || was->level < now[i].level) {
			raised(context, &now[i]);
		}
	}
	for (size_t i = 0; i < n_before; i++) {
		if (find(are, n_now, &before[i]) == NULL) {
			resolved(context, &before[i]);
		}
	}
	free(were);
	free(are);
}

/* ---- as JSON ---- */

/* What comes from outside (a hook's words) may have been cut within a
 * character: then what is not ASCII is left out. */
static json_t *
text_json(const char *text)
{
	json_t *string = json_string(text);

	if (string != NULL) {
		return string;
	}
	char ascii[REASON_TEXT];
	size_t n = 0;

	for (; *text != '\0' && n + 1 < sizeof(ascii); text++) {
		ascii[n++] = (unsigned char)*text < 0x80 ? *text : '?';
	}
	ascii[n] = '\0';
	return json_string(ascii);
}

static json_t *
time_json(int64_t at_s)
{
	char text[TIME_TEXT];

	return at_s <= 0 ? json_null() : json_string(time_to_text(at_s, text));
}

static const char *
level_name(enum alarm_level level)
{
	switch (level) {
	case ALARM_WARNING:
		return "warning";
	case ALARM_CRITICAL:
		return "critical";
	}
	return "critical";
}

json_t *
alarm_json(const struct alarm *alarm)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o}", "kind",
	    text_json(alarm->kind), "zone", text_json(alarm->zone), "detail",
	    text_json(alarm->detail), "level", level_name(alarm->level),
	    "since", time_json(alarm->since), "until", time_json(alarm->until),
	    "text", text_json(alarm->text));
}

/* The same for all events of one alarm, however long its names are. */
static char *
alarm_key(const struct alarm *alarm, const char *host, char key[65])
{
	char text[LIMIT_NAME_TEXT + 512];
	unsigned char digest[EVP_MAX_MD_SIZE];
	int length = snprintf(text, sizeof(text), "%.255s\n%s\n%s\n%s", host,
	    alarm->kind, alarm->zone, alarm->detail);

	key[0] = '\0';
	if (length > 0 && (size_t)length < sizeof(text) &&
	    EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha256(),
	        NULL) == 1) {
		for (size_t i = 0; i < 32; i++) {
			snprintf(key + 2 * i, 3, "%02x", digest[i]);
		}
	}
	return key;
}

json_t *
alarm_message(const struct alarm *alarm, const char *event, const char *host,
    int64_t at_s)
{
	char key[65];

	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:o}", "schema",
	    "zonegate-alarm-1", "event", event, "at", time_json(at_s), "host",
	    text_json(host), "key", alarm_key(alarm, host, key), "alarm",
	    alarm_json(alarm));
}
