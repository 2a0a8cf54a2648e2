/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/timex.h>
#include <time.h>

#include "time_text.h"

/* How far behind what we know already a clock may be: it was set a little. */
#define BEHIND_S 60
/* How alike the leads of several signers are if it is we who are late. */
#define ALIKE_S 60
/* Samples older than this say nothing about the clock now. */
#define SAMPLE_S 3600

/* A - B, or the farthest that can be said. */
static int64_t
minus(int64_t a, int64_t b)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference)) {
		return a < b ? INT64_MIN : INT64_MAX;
	}
	return difference;
}

static bool
goes_backwards(int64_t now, int64_t newest_known, char why[CLOCK_WHY])
{
	if (minus(newest_known, now) <= BEHIND_S) {
		return false;
	}
	char here[TIME_TEXT], known[TIME_TEXT];

	snprintf(why, CLOCK_WHY,
	    "the clock says %s, but the ledger has seen %s; set the clock "
	    "right, or, if it is right and was ahead before, `zonegate reload "
	    "--force'",
	    time_to_text(now, here), time_to_text(newest_known, known));
	return true;
}

static bool
runs_free(bool synchronised, int64_t unsynchronised_s, int64_t holdover_s,
    char why[CLOCK_WHY])
{
	if (synchronised || holdover_s <= 0 || unsynchronised_s <= holdover_s) {
		return false;
	}
	char since[TIME_TEXT], most[TIME_TEXT];

	snprintf(why, CLOCK_WHY,
	    "the kernel has called the clock unsynchronised for %s, longer "
	    "than clock_holdover, %s; see to the time service",
	    duration_to_text(unsynchronised_s, since),
	    duration_to_text(holdover_s, most));
	return true;
}

static bool
is_recent(const struct clock_sample *sample, int64_t now)
{
	return sample->newest_inception > 0 && sample->at <= now &&
	       minus(now, sample->at) <= SAMPLE_S;
}

static bool
signers_are_ahead(int64_t now, const struct clock_sample *samples, size_t n,
    char why[CLOCK_WHY])
{
	int64_t least = INT64_MAX, most = INT64_MIN;
	const char *witness = NULL;
	bool are_several = false;

	for (size_t i = 0; i < n; i++) {
		int64_t lead =
		    minus(samples[i].newest_inception, samples[i].at);

		if (!is_recent(&samples[i], now)) {
			continue;
		}
		if (lead <= CLOCK_LEAD_S) {
			return false;
		}
		are_several = are_several ||
		              (witness != NULL &&
		                  strcasecmp(witness, samples[i].zone) != 0);
		witness = samples[i].zone;
		least = lead < least ? lead : least;
		most = lead > most ? lead : most;
	}
	if (!are_several || minus(most, least) > ALIKE_S) {
		return false;
	}
	char lead[TIME_TEXT];

	snprintf(why, CLOCK_WHY,
	    "the newest signatures of all zones judged in the last hour begin "
	    "%s in the future, all alike: this clock is late, or every "
	    "signer's is early",
	    duration_to_text(least, lead));
	return true;
}

bool
clock_is_good(int64_t now, int64_t newest_known, bool synchronised,
    int64_t unsynchronised_s, int64_t holdover_s,
    const struct clock_sample *samples, size_t n_samples, char why[CLOCK_WHY])
{
	why[0] = '\0';
	return !goes_backwards(now, newest_known, why) &&
	       !runs_free(synchronised, unsynchronised_s, holdover_s, why) &&
	       !signers_are_ahead(now, samples, n_samples, why);
}

bool
clock_is_synchronised(void)
{
	struct timex state;

	memset(&state, 0, sizeof(state));
	int end = adjtimex(&state);

	return end != -1 && end != TIME_ERROR &&
	       (state.status & STA_UNSYNC) == 0;
}

#ifdef ZONEGATE_FAULT_POINTS
/* A file that is being written just now keeps its last value. */
static int64_t
offset_of(const char *text, int64_t before)
{
	char *end;
	long long offset = strtoll(text, &end, 10);

	return end != text && (*end == '\0' || *end == '\n') ? offset : before;
}

static int64_t
test_offset(void)
{
	static int64_t offset;
	const char *text = getenv("ZONEGATE_CLOCK_OFFSET");
	const char *name = getenv("ZONEGATE_CLOCK_FILE");

	if (text != NULL) {
		offset = offset_of(text, offset);
	}
	FILE *file = name == NULL ? NULL : fopen(name, "re");

	if (file != NULL) {
		char line[32] = "";

		if (fgets(line, sizeof(line), file) != NULL) {
			offset = offset_of(line, offset);
		}
		fclose(file);
	}
	return offset;
}

int64_t
clock_wait(int64_t seconds)
{
	const char *text = getenv("ZONEGATE_WAIT_MOST");
	int64_t most = text == NULL ? seconds : strtoll(text, NULL, 10);

	return seconds < most ? seconds : most;
}
#else
static int64_t
test_offset(void)
{
	return 0;
}

int64_t
clock_wait(int64_t seconds)
{
	return seconds;
}
#endif

int64_t
clock_now(void)
{
	return (int64_t)time(NULL) + test_offset();
}
