/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask.h -- the question over the network: UDP, said again while nothing comes,
 * and TCP if the answer is truncated.
 */
#pragma once

#include <sys/socket.h>

#include "probe/answer.h"

/*
 * Asks the nameserver at ADDRESS for ZONE's SOA until DEADLINE_MS
 * (spawn_now_ms()).  ANSWER_NONE in the end: nothing usable came, and `why'
 * says what did.
 */
void ask(const struct sockaddr *address, socklen_t size, const ldns_rdf *zone,
    int64_t deadline_ms, struct answer *answer);
