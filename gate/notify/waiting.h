/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * waiting.h -- messages whose turn has not come, host by host, so that those
 * to a host that hangs stand in nobody's way.
 */
#pragma once

#include "notify/message.h"
#include "notify/notify.h"

/* Octets of messages that may wait, for all hosts and for one. */
#define WAITING_MOST (64u << 20)
#define WAITING_MOST_HOST (8u << 20)
/* From so many under way on, a host gets no second one: several hosts that
 * hang leave room for one that does not. */
#define WAITING_SHARED (NOTIFY_UNDER_WAY / 2)

struct waiting_host;

struct waiting {
	struct waiting_host *first, *last; /* in turn */
	size_t cost;
	unsigned under_way;
};

void waiting_release(struct waiting *waiting);

/* Takes MESSAGE over; false if too much waits: then it is still the
 * caller's. */
bool waiting_add(struct waiting *waiting, struct message *message);

/* Takes out a message that may be sent now, which is under way from here on;
 * NULL if there is none. */
struct message *waiting_next(struct waiting *waiting);

/* MESSAGE, from waiting_next(), is not under way any more; it is not freed. */
void waiting_done(struct waiting *waiting, const struct message *message);

/* Takes out a message whose deadline is over at NOW_MS; NULL if there is
 * none. */
struct message *waiting_late(struct waiting *waiting, int64_t now_ms);

/* The next deadline among those that wait; INT64_MAX if none waits. */
int64_t waiting_deadline(const struct waiting *waiting);
