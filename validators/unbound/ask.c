/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unbound/ask.h"

#include <event2/event.h>
#include <unbound-event.h>
#include <unbound.h>

#include "contract/name.h"

/* Questions in flight.  Answers come from memory, so most are there before
 * ub_resolve_event() returns; a few wait for the loop. */
#define WINDOW 128

/* The third and fifth argument of libunbound's callback. */
enum { UB_SEC_NEITHER, UB_SEC_BOGUS, UB_SEC_SECURE };

struct flight {
	uint32_t question;
	bool used;
};

/* Not on anybody's stack: libunbound calls back once more for what is still
 * in flight when its context is deleted. */
static struct {
	const struct asker *asker;
	unsigned in_flight;
	struct flight flights[WINDOW];
} asking;

static enum reply_status
status_of(int rcode, const void *packet, int length, int sec)
{
	/* On failure the callback's packet says NOERROR: its own rcode is the
	 * one that counts. */
	if (sec == UB_SEC_BOGUS) {
		return REPLY_BOGUS;
	}
	if (rcode != 0 || packet == NULL || length <= 0) {
		return REPLY_NONE;
	}
	return sec == UB_SEC_SECURE ? REPLY_SECURE : REPLY_NEITHER;
}

static void
on_answer(void *data, int rcode, void *packet, int length, int sec,
    char *why_bogus, int was_ratelimited)
{
	struct flight *flight = data;
	struct reply reply = {
	    .status = was_ratelimited ? REPLY_NONE
	                              : status_of(rcode, packet, length, sec),
	    .words = why_bogus,
	};

	if (!flight->used) {
		return;
	}
	if (reply.status == REPLY_SECURE) {
		reply.message.at = packet;
		reply.message.length = (size_t)length;
	}
	flight->used = false;
	asking.in_flight--;
	asking.asker->answered(asking.asker->of, flight->question, &reply);
}

static struct flight *
free_flight(void)
{
	struct flight *flight = asking.flights;

	while (flight->used) {
		flight++;
	}
	return flight;
}

static void
put(struct context *context, uint32_t question)
{
	const struct asker *asker = asking.asker;
	struct flight *flight = free_flight();
	char text[LIMIT_NAME_TEXT];
	const uint8_t *name;
	uint16_t type;

	asker->question(asker->of, question, &name, &type);
	*flight = (struct flight){question, true};
	asking.in_flight++;
	int error = ub_resolve_event(context->ub, name_to_text(name, text),
	    type, CLASS_IN, flight, on_answer, NULL);

	if (error != 0) {
		const char *logged = context_error(context);
		const struct reply reply = {
		    .status = REPLY_REFUSED,
		    .words = *logged != '\0' ? logged : ub_strerror(error),
		};

		flight->used = false;
		asking.in_flight--;
		asker->answered(asker->of, question, &reply);
	}
}

/* Without an event left to wait for, no answer will come any more. */
static void
give_up(void)
{
	static const struct reply none = {.status = REPLY_NONE};

	for (unsigned i = 0; i < WINDOW; i++) {
		struct flight *flight = &asking.flights[i];

		if (flight->used) {
			flight->used = false;
			asking.asker->answered(asking.asker->of,
			    flight->question, &none);
		}
	}
	asking.in_flight = 0;
}

void
ask(struct context *context, uint32_t n, const struct asker *asker)
{
	asking.asker = asker;
	for (uint32_t i = 0; i < n || asking.in_flight > 0;) {
		if (i < n && asking.in_flight < WINDOW) {
			put(context, i++);
		} else if (event_base_loop(context->base, EVLOOP_ONCE) != 0) {
			give_up();
		}
	}
}
