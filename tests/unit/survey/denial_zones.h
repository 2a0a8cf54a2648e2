/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * denial_zones.h -- an NSEC and an NSEC3 zone in which denial is right, and
 * what is said of them with one thing changed.
 */
#pragma once

#include "zone_survey.h"

/* Shorter than a signature, since strings may have 4095 characters. */
#define DENIAL_SIG(owner, type, labels)                                        \
	owner "example. 3600 IN RRSIG " type " 13 " labels                     \
	      " 3600 20261220000000 20261120230000 1 example. AAAA\n"

/* A wildcard, an empty non-terminal, a DNAME, delegations with and without
 * DS; a next name in other case. */
extern const char zone_nsec[];

/* RFC 5155 appendix A: opt-out, a host at a hashed owner name. */
extern const char zone_nsec3[];

#define DENIAL_CHANGED 6

/* What is changed, and all that the checks of denial may say of it. */
struct denial_change {
	const char *from[DENIAL_CHANGED]; /* replaced, once each, ... */
	const char *to[DENIAL_CHANGED];   /* ... by these */
	const char *options;
	enum check_id check;
	enum severity severity; /* SEVERITY_OFF: nothing may be said */
};

/* Surveys ZONE with each of the N CHANGES and asserts that the check of each
 * speaks in its severity, and no other check of denial. */
void denial_expect(const char *zone, const struct denial_change *changes,
    unsigned n);

#define DENIAL_EXPECT(zone, changes)                                           \
	denial_expect(zone, changes,                                           \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))
