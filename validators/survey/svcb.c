/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svcb.c -- see svcb.h. */
#include "survey/svcb.h"

/* RFC 9460 7.1.1: protocol names, none empty. */
static bool
is_alpn(struct rest value)
{
	do {
		if (value.length == 0 || value.at[0] == 0 ||
		    !rest_skip_string(&value)) {
			return false;
		}
	} while (value.length > 0);
	return true;
}

/* The value of key WANTED among PARAMETERS, perhaps cut off; nowhere if it is
 * not among them. */
static struct rest
find_parameter(struct rest parameters, unsigned wanted)
{
	while (parameters.length >= 4) {
		unsigned key = number_at(parameters.at);
		size_t length = number_at(parameters.at + 2);

		if (key == wanted) {
			return (struct rest){parameters.at + 4, length};
		}
		if (!rest_skip(&parameters, 4 + length)) {
			break;
		}
	}
	return (struct rest){NULL, 0};
}

/* RFC 9460 8: keys in ascending order, not its own, each of them there. */
static bool
is_mandatory(struct rest value, struct rest parameters)
{
	unsigned before = 0;

	if (value.length == 0) {
		return false;
	}
	while (value.length > 0) {
		unsigned key = value.length < 2 ? before : number_at(value.at);

		if (key <= before || !rest_skip(&value, 2) ||
		    find_parameter(parameters, key).at == NULL) {
			return false;
		}
		before = key;
	}
	return true;
}

/* RFC 9460 7, 14.3.2. */
static bool
is_svc_value(unsigned key, struct rest value, struct rest parameters)
{
	switch (key) {
	case 0:
		return is_mandatory(value, parameters);
	case 1:
		return is_alpn(value);
	case 2: /* no-default-alpn: RFC 9460 7.1.1 */
		return value.length == 0 &&
		       find_parameter(parameters, 1).at != NULL;
	case 3: /* port */
		return value.length == 2;
	case 4: /* ipv4hint */
		return value.length > 0 && value.length % 4 == 0;
	case 6: /* ipv6hint */
		return value.length > 0 && value.length % 16 == 0;
	default:
		return true;
	}
}

/* RFC 9460 2.2: priority, target, parameters in ascending order of keys. */
bool
svcb_is_whole(struct rest rest)
{
	int before = -1;

	if (!rest_skip(&rest, 2) || !rest_skip_name(&rest)) {
		return false;
	}
	struct rest parameters = rest;

	while (rest.length > 0) {
		if (rest.length < 4) {
			return false;
		}
		int key = (int)number_at(rest.at);
		struct rest value = {rest.at + 4, number_at(rest.at + 2)};

		if (key <= before || !rest_skip(&rest, 4 + value.length) ||
		    !is_svc_value((unsigned)key, value, parameters)) {
			return false;
		}
		before = key;
	}
	return true;
}
