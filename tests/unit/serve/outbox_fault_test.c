/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox_fault_test.c -- every way to fail, at every call of a release.
 */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "outbox_scratch.h"

TestSuite(outbox_fault, .init = outbox_scratch_make,
    .fini = outbox_scratch_remove, .timeout = 300);

static char old_text[400000];
static char new_text[400000];

/* Zones of more than one buffer, of the same size. */
static void
fill_texts(void)
{
	memset(old_text, 'o', sizeof(old_text) - 1);
	memset(new_text, 'n', sizeof(new_text) - 1);
}

static bool
is_zone(const char *text)
{
	static char found[sizeof(old_text) + 1];
	int fd = open(box_path("outbox/shop.zone"), O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, found, sizeof(found));

	close(fd);
	return got == (ssize_t)strlen(text) &&
	       memcmp(found, text, (size_t)got) == 0;
}

/* As the daemon would after a start: opens, and releases. */
static int64_t acted_id;

static int
act(void)
{
	box = outbox_open(box_place, box_key, box_error);
	if (box == NULL) {
		return 200;
	}
	int failed =
	    box_release(acted_id, acted_id % 2 == 1 ? old_text : new_text);

	outbox_close(box);
	return failed;
}

static void
start_over(void)
{
	static const char *const files[] = {"outbox/shop.zone",
	    "outbox/shop.manifest", "manifests/shop/1.json",
	    "manifests/shop/2.json", "manifests/shop/3.json"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		unlink(box_path(files[i]));
	}
	box_reopen();
	cr_assert_eq(box_release(1, old_text), 0, "%s", box_error);
}

/* Candidate 2 is stopped; it is done again, or another comes first. */
static void
check_stopped(const char *fault, bool again)
{
	box_reopen();
	enum outbox_state state = box_look();

	cr_assert(state == OUTBOX_GOOD || state == OUTBOX_OTHER, "%s: %d",
	    fault, (int)state);
	cr_assert(is_zone(old_text) || is_zone(new_text), "%s", fault);
	bool marked = box_seen.candidate == 2;

	/* No manifest speaks of what never was in the outbox. */
	cr_assert(!marked || is_zone(new_text), "%s", fault);
	if (again) {
		cr_assert_eq(box_release(2, new_text), 0, "%s: %s", fault,
		    box_error);
		cr_assert_eq(box_look(), OUTBOX_GOOD, "%s", fault);
		cr_assert_eq(box_seen.candidate, 2);
		cr_assert(is_zone(new_text), "%s", fault);
		CHAIN(fault, 1, 2);
	}
	cr_assert_eq(box_release(3, old_text), 0, "%s: %s", fault, box_error);
	cr_assert_eq(box_look(), OUTBOX_GOOD, "%s", fault);
	if (again || marked) {
		CHAIN(fault, 1, 2, 3);
	} else {
		CHAIN(fault, 1, 3);
	}
}

static void
campaign(const char *what, bool again)
{
	bool through = false;
	int n;

	fill_texts();
	acted_id = 2;
	for (n = 1; !through; n++) {
		char fault[64];

		cr_assert_lt(n, 200);
		start_over();
		snprintf(fault, sizeof(fault), "any:%d:%s", n, what);
		through = scratch_with_fault(fault, act) == 0;
		check_stopped(fault, again);
	}
	/* Four directories, three files: the faults did hit. */
	cr_assert_gt(n, 15, "%s: only %d calls", what, n);
}

static const char *const whats[] = {
    "kill", "torn", "enospc", "enospc-once", "eio", "eio-once", "erofs"};

Test(outbox_fault, stopped_anywhere_it_is_done_again)
{
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		campaign(whats[i], true);
	}
}

Test(outbox_fault, stopped_anywhere_another_comes_first)
{
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		campaign(whats[i], false);
	}
}

/* The very first release, and a second crash on the way of healing. */
Test(outbox_fault, stopped_twice_it_is_still_done)
{
	fill_texts();
	acted_id = 2;
	for (int n = 1; n < 40; n++) {
		char fault[64];

		start_over();
		snprintf(fault, sizeof(fault), "any:%d:kill", n);
		scratch_with_fault(fault, act);
		for (int m = 1; m < 40; m += 3) {
			snprintf(fault, sizeof(fault), "any:%d:torn", m);
			if (scratch_with_fault(fault, act) == 0) {
				break;
			}
		}
		check_stopped(fault, true);
	}
}
