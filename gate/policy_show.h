/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_show.h -- a policy for people and programs: every effective value,
 * who asks for it, and where it was set.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "policy.h"

void policy_show_text(FILE *out, const struct policy *policy);

/* One JSON object, schema zonegate-policy-1. */
void policy_show_json(FILE *out, const struct policy *policy);

/* Writes what the values of A and B differ in; returns false if in nothing. */
bool policy_show_difference(FILE *out, const struct policy *a,
    const struct policy *b);

/* "FILE:LINE", "built in".  Room for a path. */
#define ORIGIN_TEXT 4200
char *policy_origin_text(struct policy_origin origin, char text[ORIGIN_TEXT]);
