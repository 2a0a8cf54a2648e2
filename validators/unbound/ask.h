/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask.h -- puts questions to a context, many in flight, on one event loop.
 */
#pragma once

#include <stdint.h>

#include "unbound/answer.h"
#include "unbound/context.h"

/* How libunbound's word ended up, before its records are looked at. */
enum reply_status {
	REPLY_NONE, /* zero: no answer */
	REPLY_SECURE,
	REPLY_BOGUS,
	REPLY_NEITHER,
	REPLY_REFUSED, /* libunbound did not take the question */
};

struct reply {
	enum reply_status status;
	struct span message; /* of REPLY_SECURE only; valid during the call */
	const char *words;   /* what libunbound says beside it, or NULL */
};

/* Who asks: questions 0 to n - 1, and what becomes of each reply. */
struct asker {
	void (*question)(void *of, uint32_t i, const uint8_t **name,
	    uint16_t *type);
	void (*answered)(void *of, uint32_t i, const struct reply *reply);
	void *of;
};

/* Asks N questions; answered() has been called once for each, in any order,
 * when it returns. */
void ask(struct context *context, uint32_t n, const struct asker *asker);
