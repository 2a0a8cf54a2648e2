/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "queue.h"

/* The share of a zone is forgotten by half in this time. */
#define HALF_LIFE_S 600.0
#define LN_2 0.69314718055994530942

/* What cannot be a share counts as the largest one: it never comes first. */
static double
share(const struct queue_zone *zone)
{
	return zone->spent_s >= 0 ? zone->spent_s : __builtin_inf();
}

static bool
comes_before(const struct queue_zone *a, const struct queue_zone *b)
{
	if (share(a) < share(b) || share(b) < share(a)) {
		return share(a) < share(b);
	}
	return a->waiting_since < b->waiting_since;
}

int
queue_next(const struct queue_zone *zones, size_t n, unsigned max_parallel)
{
	size_t running = 0, large = 0;

	for (size_t i = 0; i < n; i++) {
		running += zones[i].runs;
		large += zones[i].runs && zones[i].large;
	}
	if (running >= max_parallel) {
		return -1;
	}
	bool large_may = max_parallel < 2 || large + 1 < max_parallel;
	int next = -1;

	for (size_t i = 0; i < n && i <= __INT_MAX__; i++) {
		if (!zones[i].waits || zones[i].runs ||
		    (zones[i].large && !large_may)) {
			continue;
		}
		if (next < 0 || comes_before(&zones[i], &zones[next])) {
			next = (int)i;
		}
	}
	return next;
}

double
queue_decay(double spent_s, double elapsed_s)
{
	if (!(spent_s > 0) || __builtin_isinf(spent_s)) {
		return 0;
	}
	if (!(elapsed_s > 0)) {
		return spent_s;
	}
	while (elapsed_s >= HALF_LIFE_S && spent_s > 0) {
		spent_s /= 2;
		elapsed_s -= HALF_LIFE_S;
	}
	if (!(spent_s > 0) || elapsed_s >= HALF_LIFE_S) {
		return 0;
	}
	/* exp(-x), x below ln 2: 16 terms are exact to the last digits. */
	double x = elapsed_s / HALF_LIFE_S * LN_2, term = 1, sum = 1;

	for (int i = 1; i <= 16; i++) {
		term *= -x / i;
		sum += term;
	}
	return spent_s * sum;
}
