/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_exemption.c -- an exemption as a policy file has it, and the words of
 * those who answer for one.
 */
#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/exemption.h"
#include "contract/policy_list.h"
#include "policy_draft.h"
#include "time_text.h"

static bool
read_name(const char *title, struct policy_exemption *exemption, char *wrong)
{
	size_t length = strlen(title);

	if (length == 0 || length >= sizeof(exemption->name) ||
	    strspn(title, "abcdefghijklmnopqrstuvwxyz0123456789-_") != length) {
		snprintf(wrong, POLICY_ERROR,
		    "is no name: give 1 to %zu lower-case letters, digits, "
		    "hyphens",
		    sizeof(exemption->name) - 1);
		return false;
	}
	memcpy(exemption->name, title, length + 1);
	return true;
}

static bool
read_check(const char *name, struct policy_exemption *exemption, char *wrong)
{
	enum check_id id = check_find(name);

	if (id == CHECK_none) {
		snprintf(wrong, POLICY_ERROR, "there is no check called %.100s",
		    name);
		return false;
	}
	if (!exemption_may_name(id)) {
		snprintf(wrong, POLICY_ERROR,
		    "%s cannot be exempt: the validators' word depends on it, "
		    "or is it",
		    check_name(id));
		return false;
	}
	if (exemption->checks[id] != 0) {
		snprintf(wrong, POLICY_ERROR, "%s stands there twice",
		    check_name(id));
		return false;
	}
	exemption->checks[id] = 1;
	return true;
}

static bool
read_owner(const char *text, struct policy_exemption *exemption, char *wrong)
{
	if (strcmp(text, "all") == 0) {
		exemption->reach = EXEMPT_ALL;
		return true;
	}
	bool is_below = strncmp(text, "*.", 2) == 0;

	if (!policy_name_read(text + (is_below ? 2 : 0), exemption->owner)) {
		snprintf(wrong, POLICY_ERROR,
		    "owner \"%.100s\" must be an absolute name, as "
		    "www.example., names below one, as *.sub.example., or the "
		    "word all",
		    text);
		return false;
	}
	exemption->reach = is_below ? EXEMPT_BELOW : EXEMPT_OWNER;
	return true;
}

static bool
read_time(const char *what, const char *text, int64_t *at, char *wrong)
{
	if (time_from_text(text, at) && *at >= 0) {
		return true;
	}
	snprintf(wrong, POLICY_ERROR,
	    "%s \"%.100s\" must be a time as 2026-08-05T00:00:00Z", what, text);
	return false;
}

static bool
read_window(const char *from, const char *until,
    struct policy_exemption *exemption, char *wrong)
{
	char length[TIME_TEXT], most[TIME_TEXT];

	if (!read_time("from", from, &exemption->from, wrong) ||
	    !read_time("until", until, &exemption->until, wrong)) {
		return false;
	}
	int64_t window = exemption->until - exemption->from;

	if (window <= 0) {
		snprintf(wrong, POLICY_ERROR, "until must be later than from");
		return false;
	}
	if (window > LIMIT_EXEMPTION_S) {
		snprintf(wrong, POLICY_ERROR,
		    "from %.40s until %.40s is %s; an exemption lasts at most "
		    "%s",
		    from, until, duration_to_text(window, length),
		    duration_to_text(LIMIT_EXEMPTION_S, most));
		return false;
	}
	return true;
}

static bool
read_checks(cfg_t *section, struct policy_exemption *exemption, char *wrong)
{
	unsigned n = cfg_size(section, "checks");

	for (unsigned i = 0; i < n; i++) {
		if (!read_check(cfg_getnstr(section, "checks", i), exemption,
		        wrong)) {
			return false;
		}
	}
	return true;
}

bool
exemption_read(struct cfg_t *section, struct policy_exemption *exemption,
    char wrong[POLICY_ERROR])
{
	const char *owner = cfg_getstr(section, "owner");
	const char *from = cfg_getstr(section, "from");
	const char *until = cfg_getstr(section, "until");

	memset(exemption, 0, sizeof(*exemption));
	if (!read_name(cfg_title(section), exemption, wrong)) {
		return false;
	}
	if (cfg_size(section, "checks") == 0 || owner == NULL || from == NULL ||
	    until == NULL) {
		snprintf(wrong, POLICY_ERROR,
		    "needs all of checks, owner, from, until, reason and "
		    "approver");
		return false;
	}
	return read_checks(section, exemption, wrong) &&
	       read_owner(owner, exemption, wrong) &&
	       read_window(from, until, exemption, wrong);
}

bool
answer_is_good(const char *text)
{
	if (text == NULL || text[strspn(text, " ")] == '\0' ||
	    strlen(text) > LIMIT_ANSWER) {
		return false;
	}
	/* One line, and no orders to a terminal. */
	while ((unsigned char)*text >= ' ' && *text != 0x7f) {
		text++;
	}
	return *text == '\0';
}

void
draft_answer_release(struct draft_answer *answer)
{
	free(answer->reason);
	free(answer->approver);
}
