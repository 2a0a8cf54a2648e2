/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_file.h -- policies as text: files in, canonical text out.
 *
 *	title = "Aruba PEC .cloud DPS, 2023-09-01"
 *	inherit = "registry-default"
 *	limit rrsig_lifetime_max { value = "1d" clause = "CLOUD DPS 6.5" }
 *	severity nsec3_extra { value = "warn" clause = "local" }
 *	accept_risk denial_ttl { reason = "..." approver = "..." }
 *	exemption move { checks = { nsec3_extra } owner = "*.sub.example."
 *	    from = "2026-08-01T00:00:00Z" until = "2026-09-01T00:00:00Z"
 *	    reason = "..." approver = "..." }
 *
 * Options that a file does not set keep the value of the policy it inherits
 * from, or the fallback of policy.def.  Values that cannot be together are
 * refused.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "policy.h"

/* A policy file is small. */
#define LIMIT_POLICY_BYTES 65536

/* Says what is wrong with a policy, and where. */
#define POLICY_ERROR 768

/* Returns the file of the policy called NAME (see policy_open()), to be freed;
 * or NULL with the reason in ERROR: there is none. */
char *policy_path(const char *name, char error[POLICY_ERROR]);

/*
 * Reads the policy called NAME from the policy directory or, if NAME has a
 * slash or ends in .conf, from that file.
 *
 * Returns true and fills POLICY, which the caller releases; or false with the
 * reason in ERROR, and POLICY is untouched.
 */
bool policy_open(const char *name, struct policy *policy,
    char error[POLICY_ERROR]);

/*
 * Reads LENGTH octets of TEXT.  FILE is for messages; the policy's name is its
 * last part without .conf.  Policies that it inherits from are looked for in
 * DIRECTORY; with NULL it may inherit from none.  Returns as policy_open().
 */
bool policy_read(const char *text, size_t length, const char *file,
    const char *directory, struct policy *policy, char error[POLICY_ERROR]);

/* The same without looking at what the values are together: that is
 * policy_lint.h's. */
bool policy_open_alone(const char *name, struct policy *policy,
    char error[POLICY_ERROR]);
bool policy_read_alone(const char *text, size_t length, const char *file,
    const char *directory, struct policy *policy, char error[POLICY_ERROR]);

void policy_release(struct policy *policy);

/*
 * Writes the effective values, a line each, sorted: "option = value",
 * "severity.check = value", "accept_risk.check = true", "exemption.name = ...".
 * The policy's SHA-256 is that of this text.
 */
void policy_text(FILE *out, const struct policy_values *values);

/* Writes the value of option ID as a policy file has it: "30d", "8,13,15",
 * "nsec", "true", "6"; "" if it is a LIST, which policy_list_text() knows.
 * Returns TEXT. */
#define OPTION_TEXT 256
char *option_to_text(enum option_id id, int64_t value, char text[OPTION_TEXT]);

/* The same for VALUES' option ID, lists too; TEXT may go unused. */
const char *policy_option_text(const struct policy_values *values,
    enum option_id id, char text[OPTION_TEXT]);

/* Returns "OWNER FROM UNTIL CHECK ...", to be freed. */
char *exemption_to_text(const struct policy_exemption *exemption);

/* Writes what EXEMPTION reaches as a policy file has it: "www.example.",
 * "*.sub.example.", "all".  Returns TEXT. */
char *exemption_owner_text(const struct policy_exemption *exemption,
    char text[LIMIT_NAME_TEXT + 2]);

/* Reads such a value.  Returns false with what is allowed in ERROR. */
bool option_from_text(enum option_id id, const char *text, int64_t *value,
    char error[POLICY_ERROR]);

/*
 * Returns the names of the shipped policies, sorted; their number is in *N.
 * The caller frees each and the array.
 */
char **policy_names(size_t *n);
