/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alarm_kinds.c -- what there is to raise an alarm for, and the words for it.
 */
#include "alarm_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* LEVEL is where it begins; watch_zone() and watch() know what makes it worse.  The
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

size_t
alarm_weight(const struct alarm *alarm)
{
	size_t i = 0;

	while (i < N_KINDS && strcmp(kinds[i].word, alarm->kind) != 0) {
		i++;
	}
	return i;
}

/* ---- making one ---- */

struct alarm *
alarm_raise(struct alarms *alarms, enum kind kind,
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

void
alarm_since(const struct alarms *alarms, struct alarm *alarm, int64_t since)
{
	if (since > 0 && since < alarms->now) {
		alarm->since = since;
	}
}

void
alarm_make_worse(struct alarm *alarm, bool is_worse)
{
	if (is_worse) {
		alarm->level = ALARM_CRITICAL;
	}
}

void
alarm_found(struct alarm *alarm, enum kind kind, const char *format, ...)
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

/* ---- arithmetic that cannot overflow ---- */

int64_t
time_minus(int64_t a, int64_t b)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference)) {
		return a < b ? INT64_MIN : INT64_MAX;
	}
	return difference;
}

int64_t
time_plus(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum)) {
		return b < 0 ? INT64_MIN : INT64_MAX;
	}
	return sum;
}
