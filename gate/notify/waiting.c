/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/waiting.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* There as long as a message to it waits or is under way. */
struct waiting_host {
	struct waiting_host *next;
	struct message *first, **end;
	size_t cost; /* of those that wait */
	unsigned under_way;
	char name[MESSAGE_HOST];
};

void
waiting_release(struct waiting *waiting)
{
	while (waiting->first != NULL) {
		struct waiting_host *host = waiting->first;

		waiting->first = host->next;
		while (host->first != NULL) {
			struct message *message = host->first;

			host->first = message->next;
			message_free(message);
		}
		free(host);
	}
	*waiting = (struct waiting){0};
}

static struct waiting_host *
host_find(const struct waiting *waiting, const char *name)
{
	struct waiting_host *host = waiting->first;

	while (host != NULL && strcmp(host->name, name) != 0) {
		host = host->next;
	}
	return host;
}

static void
host_append(struct waiting *waiting, struct waiting_host *host)
{
	host->next = NULL;
	if (waiting->last == NULL) {
		waiting->first = host;
	} else {
		waiting->last->next = host;
	}
	waiting->last = host;
}

static void
host_take_out(struct waiting *waiting, struct waiting_host *host)
{
	struct waiting_host *before = NULL;

	for (struct waiting_host *at = waiting->first; at != host;
	     at = at->next) {
		before = at;
	}
	if (before == NULL) {
		waiting->first = host->next;
	} else {
		before->next = host->next;
	}
	if (waiting->last == host) {
		waiting->last = before;
	}
}

static void
host_forget_if_idle(struct waiting *waiting, struct waiting_host *host)
{
	if (host->first == NULL && host->under_way == 0) {
		host_take_out(waiting, host);
		free(host);
	}
}

bool
waiting_add(struct waiting *waiting, struct message *message)
{
	struct waiting_host *host = host_find(waiting, message->host);

	if (message->cost > WAITING_MOST - waiting->cost ||
	    message->cost >
	        WAITING_MOST_HOST - (host == NULL ? 0 : host->cost)) {
		return false;
	}
	if (host == NULL) {
		host = xcalloc(1, sizeof(*host));
		host->end = &host->first;
		memcpy(host->name, message->host, sizeof(host->name));
		host_append(waiting, host);
	}
	message->next = NULL;
	*host->end = message;
	host->end = &message->next;
	host->cost += message->cost;
	waiting->cost += message->cost;
	return true;
}

/* Takes the message that *LINK points at out of HOST. */
static struct message *
unlink_message(struct waiting *waiting, struct waiting_host *host,
    struct message **link)
{
	struct message *message = *link;

	*link = message->next;
	if (message->next == NULL) {
		host->end = link;
	}
	message->next = NULL;
	host->cost -= message->cost;
	waiting->cost -= message->cost;
	return message;
}

struct message *
waiting_next(struct waiting *waiting)
{
	unsigned most =
	    waiting->under_way < WAITING_SHARED ? NOTIFY_PER_HOST : 1;

	if (waiting->under_way >= NOTIFY_UNDER_WAY) {
		return NULL;
	}
	for (struct waiting_host *host = waiting->first; host != NULL;
	     host = host->next) {
		if (host->first == NULL || host->under_way >= most) {
			continue;
		}
		host->under_way++;
		waiting->under_way++;
		host_take_out(waiting, host);
		host_append(waiting, host);
		return unlink_message(waiting, host, &host->first);
	}
	return NULL;
}

void
waiting_done(struct waiting *waiting, const struct message *message)
{
	struct waiting_host *host = host_find(waiting, message->host);

	if (host != NULL && host->under_way > 0) {
		host->under_way--;
		waiting->under_way--;
		host_forget_if_idle(waiting, host);
	}
}

struct message *
waiting_late(struct waiting *waiting, int64_t now_ms)
{
	for (struct waiting_host *host = waiting->first; host != NULL;
	     host = host->next) {
		for (struct message **link = &host->first; *link != NULL;
		     link = &(*link)->next) {
			if ((*link)->deadline_ms > now_ms) {
				continue;
			}
			struct message *late =
			    unlink_message(waiting, host, link);

			host_forget_if_idle(waiting, host);
			return late;
		}
	}
	return NULL;
}

int64_t
waiting_deadline(const struct waiting *waiting)
{
	int64_t first = INT64_MAX;

	for (const struct waiting_host *host = waiting->first; host != NULL;
	     host = host->next) {
		for (const struct message *message = host->first;
		     message != NULL; message = message->next) {
			if (message->deadline_ms < first) {
				first = message->deadline_ms;
			}
		}
	}
	return first;
}
