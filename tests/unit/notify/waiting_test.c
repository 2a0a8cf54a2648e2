/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "notify/waiting.h"

static struct message *
message_to(const char *host, int id)
{
	struct message *message = xcalloc(1, sizeof(*message));

	snprintf(message->host, sizeof(message->host), "%s", host);
	message->id = id;
	message->cost = 1000;
	message->deadline_ms = 1000 * id;
	return message;
}

static void
add(struct waiting *waiting, const char *host, int id)
{
	cr_assert(waiting_add(waiting, message_to(host, id)));
}

static json_int_t
next_id(struct waiting *waiting, struct message **keep)
{
	struct message *message = waiting_next(waiting);

	*keep = message;
	return message == NULL ? -1 : message->id;
}

Test(waiting, hosts_take_turns)
{
	struct waiting waiting = {0};
	struct message *sent[6];

	for (int i = 0; i < 3; i++) {
		add(&waiting, "a", 10 + i);
	}
	add(&waiting, "b", 20);
	add(&waiting, "c", 30);
	cr_assert_eq(next_id(&waiting, &sent[0]), 10);
	cr_assert_eq(next_id(&waiting, &sent[1]), 20);
	cr_assert_eq(next_id(&waiting, &sent[2]), 30);
	cr_assert_eq(next_id(&waiting, &sent[3]), 11);
	cr_assert_eq(next_id(&waiting, &sent[4]), 12);
	cr_assert_eq(next_id(&waiting, &sent[5]), -1);
	for (int i = 0; i < 5; i++) {
		waiting_done(&waiting, sent[i]);
		message_free(sent[i]);
	}
	cr_assert_eq(waiting.under_way, 0);
	cr_assert_eq(waiting.cost, 0);
	cr_assert_null(waiting.first);
	cr_assert_null(waiting.last);
}

Test(waiting, a_host_has_its_limit)
{
	struct waiting waiting = {0};
	struct message *sent[NOTIFY_PER_HOST + 1];

	for (int i = 0; i < NOTIFY_PER_HOST + 3; i++) {
		add(&waiting, "a", i);
	}
	for (int i = 0; i < NOTIFY_PER_HOST; i++) {
		cr_assert_eq(next_id(&waiting, &sent[i]), i);
	}
	cr_assert_null(waiting_next(&waiting));
	waiting_done(&waiting, sent[1]);
	cr_assert_eq(next_id(&waiting, &sent[NOTIFY_PER_HOST]),
	    NOTIFY_PER_HOST);
	cr_assert_null(waiting_next(&waiting));
	for (int i = 0; i <= NOTIFY_PER_HOST; i++) {
		message_free(sent[i]);
	}
	waiting_release(&waiting);
}

/* However many hosts hang with all they may have, others find room. */
Test(waiting, there_is_room_beside_hosts_that_hang)
{
	struct waiting waiting = {0};
	struct message *message;
	unsigned n = 0;
	char host[16];

	for (int i = 0; i < 400; i++) {
		snprintf(host, sizeof(host), "h%d", i % 20);
		add(&waiting, host, i);
	}
	while ((message = waiting_next(&waiting)) != NULL) {
		message_free(message);
		n++;
	}
	cr_assert_lt(n, NOTIFY_UNDER_WAY);
	add(&waiting, "other", 1000);
	message = waiting_next(&waiting);
	cr_assert_not_null(message);
	cr_assert_eq(message->id, 1000);
	message_free(message);
	waiting_release(&waiting);
}

Test(waiting, never_more_are_under_way_than_may)
{
	struct waiting waiting = {0};
	struct message *message;
	unsigned n = 0;
	char host[16];

	for (int i = 0; i < 200; i++) {
		snprintf(host, sizeof(host), "h%d", i);
		add(&waiting, host, i);
	}
	while ((message = waiting_next(&waiting)) != NULL) {
		message_free(message);
		n++;
	}
	cr_assert_eq(n, NOTIFY_UNDER_WAY);
	waiting_release(&waiting);
}

Test(waiting, what_waits_is_bounded_by_host_and_in_all)
{
	struct waiting waiting = {0};
	struct message *message;
	char host[16];
	unsigned n = 0;

	for (int i = 0; i < 8; i++) {
		message = message_to("a", i);
		message->cost = WAITING_MOST_HOST / 8;
		cr_assert(waiting_add(&waiting, message));
	}
	message = message_to("a", 9);
	cr_assert_not(waiting_add(&waiting, message));
	snprintf(message->host, sizeof(message->host), "b");
	cr_assert(waiting_add(&waiting, message));
	for (int i = 0; i < 200; i++) {
		snprintf(host, sizeof(host), "h%d", i);
		message = message_to(host, i);
		message->cost = 1 << 20;
		if (waiting_add(&waiting, message)) {
			n++;
		} else {
			message_free(message);
		}
	}
	cr_assert_eq(n, (WAITING_MOST - WAITING_MOST_HOST) / (1 << 20) - 1);
	waiting_release(&waiting);
}

Test(waiting, those_that_are_late_come_out)
{
	struct waiting waiting = {0};
	struct message *late;

	cr_assert_eq(waiting_deadline(&waiting), INT64_MAX);
	add(&waiting, "a", 5);
	add(&waiting, "a", 2);
	add(&waiting, "a", 7);
	add(&waiting, "b", 3);
	cr_assert_eq(waiting_deadline(&waiting), 2000);
	cr_assert_null(waiting_late(&waiting, 1999));
	late = waiting_late(&waiting, 2000);
	cr_assert_eq(late->id, 2);
	message_free(late);
	cr_assert_null(waiting_late(&waiting, 2000));
	late = waiting_late(&waiting, 4000);
	cr_assert_eq(late->id, 3);
	message_free(late);
	late = waiting_late(&waiting, 7000);
	cr_assert_eq(late->id, 5);
	message_free(late);
	late = waiting_late(&waiting, 7000);
	cr_assert_eq(late->id, 7);
	message_free(late);
	cr_assert_null(waiting.first);
	/* A host whose last one was late takes new ones. */
	add(&waiting, "a", 9);
	waiting_release(&waiting);
}
