/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock_look.c -- the clock as the daemon sees it: against what the ledger knows,
 * against the monotonic one, against the signers.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "serve/daemon.h"

/* A faster clock than the monotonic one, or a slower one, by this: a step. */
#define STEP_MOST_S 60

static int64_t
monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

int64_t
clock_offset(void)
{
	return clock_now() - monotonic_s();
}

/* True, with WHY, if the clock was set while we were running, and is neither
 * back nor known to be right.  The kernel's word counts only where it is asked:
 * without clock_holdover it is not. */
static bool
has_stepped(struct daemon *daemon, bool synchronised, char why[CLOCK_WHY])
{
	int64_t offset = clock_offset();
	int64_t step = offset - daemon->clock_offset;

	synchronised &= daemon->config->clock_holdover_s > 0;
	if (!daemon->clock_is_steady) {
		daemon->clock_offset = offset;
		daemon->clock_is_steady = true;
		return false;
	}
	if (synchronised || (step <= STEP_MOST_S && step >= -STEP_MOST_S)) {
		/* A clock that is slewed is followed. */
		if (synchronised || (step <= 1 && step >= -1)) {
			daemon->clock_offset = offset;
		}
		return false;
	}
	snprintf(why, CLOCK_WHY,
	    "the clock jumped by %lld s while the gate was running; set it "
	    "right, or `zonegate reload' if it is right now",
	    (long long)step);
	return true;
}

void
clock_accept(struct daemon *daemon, const char *person)
{
	int64_t now = clock_now();
	char known[TIME_TEXT];

	/* From the next look on, once it is not behind what is known. */
	daemon->clock_is_steady = false;
	if (person == NULL || daemon->newest_time <= now) {
		return;
	}
	daemon_log(daemon, LOG_LEVEL_ALARM, "clock.accepted", person, NULL,
	    NULL, "the clock is right, and the ledger's time, %s, was not",
	    time_to_text(daemon->newest_time, known));
	daemon->newest_time = now;
	daemon->newest_time_kept = 0;
}

/* What the zones' last judgements say, as if they had been made by the clock
 * of now: it may have been set since.  To be freed. */
static struct clock_sample *
gather(const struct daemon *daemon, size_t *n)
{
	struct clock_sample *samples =
	    xcalloc(daemon->n_zones + 1, sizeof(*samples));
	int64_t offset = clock_offset();

	*n = 0;
	for (size_t i = 0; i < daemon->n_zones; i++) {
		const struct zone_run *run = daemon->zones[i];

		if (run->sample.at != 0) {
			samples[*n] = run->sample;
			samples[(*n)++].at += offset - run->sample_offset;
		}
	}
	return samples;
}

/* The signers accuse the clock.  What was decided by it is open again, and when
 * it is set right, that is no jump. */
static void
accused(struct daemon *daemon)
{
	daemon->clock_is_steady = false;
	for (size_t i = 0; i < daemon->n_zones; i++) {
		struct zone_run *run = daemon->zones[i];

		if (run->held != NULL && run->held->id == run->sampled) {
			judge_held_again(run, "the clock is suspect");
		}
	}
}

void
clock_look(struct daemon *daemon)
{
	int64_t now = clock_now();
	bool synchronised = clock_is_synchronised();
	char why[CLOCK_WHY] = "", other[CLOCK_WHY];
	size_t n = 0;
	struct clock_sample *samples = gather(daemon, &n);

	if (synchronised) {
		daemon->unsynchronised_since = 0;
	} else if (daemon->unsynchronised_since == 0) {
		daemon->unsynchronised_since = monotonic_s();
	}
	int64_t without =
	    synchronised ? 0 : monotonic_s() - daemon->unsynchronised_since;
	bool good = clock_is_good(now, daemon->newest_time, synchronised,
	    without, daemon->config->clock_holdover_s, samples, n, why);

	daemon->clock_by_signers =
	    !good &&
	    clock_is_good(now, daemon->newest_time, synchronised, without,
	        daemon->config->clock_holdover_s, NULL, 0, other);
	free(samples);
	if (daemon->clock_by_signers) {
		accused(daemon);
	}
	if (good) {
		good = !has_stepped(daemon, synchronised, why);
	}
	if (good && now > daemon->newest_time) {
		daemon->newest_time = now;
	}
	snprintf(daemon->clock_why, sizeof(daemon->clock_why), "%s",
	    good ? "" : why);
}
