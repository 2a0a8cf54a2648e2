/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/taken.h"

#include <stdlib.h>
#include <string.h>

static bool
hex_to_sha256(const char *text, uint8_t sha256[32])
{
	if (text == NULL || strlen(text) != 64) {
		return false;
	}
	for (size_t i = 0; i < 32; i++) {
		char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
		char *end;

		sha256[i] = (uint8_t)strtoul(pair, &end, 16);
		if (end != pair + 2 || pair[0] == '-' || pair[0] == '+') {
			return false;
		}
	}
	return true;
}

json_t *
taken_answer(const char *output)
{
	const char *at = strrchr(output, '{');

	for (const char *line = output; line != NULL && *line != '\0';) {
		if (*line == '{') {
			at = line;
		}
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	return at == NULL ? NULL : json_loads(at, JSON_DISABLE_EOF_CHECK, NULL);
}

bool
taken_read(const json_t *said, struct candidate *candidate)
{
	const char *sha256, *received;
	json_int_t bytes;

	*candidate = (struct candidate){.state = CANDIDATE_NONE};
	if (json_unpack((json_t *)(uintptr_t)said, "{s:s, s:s, s:I}", "sha256",
	        &sha256, "received_sha256", &received, "bytes", &bytes) != 0 ||
	    bytes <= 0) {
		return false;
	}
	candidate->bytes = (uint64_t)bytes;
	return hex_to_sha256(sha256, candidate->sha256) &&
	       hex_to_sha256(received, candidate->received_sha256);
}

bool
taken_stands(const struct zone_run *run, const struct candidate *candidate)
{
	switch (candidate->state) {
	case CANDIDATE_WAITING:
	case CANDIDATE_JUDGING:
	case CANDIDATE_RELEASING:
	case CANDIDATE_RELEASED:
		return true;
	case CANDIDATE_DISCARDED:
		/* By a person, under this policy: it stays where it was put.
		 * One whose octets were lost has no policy. */
		return memcmp(candidate->policy_sha256,
		           run->zone->policy->sha256, 32) == 0;
	case CANDIDATE_HELD:
	case CANDIDATE_QUARANTINED:
		/* Another policy, or another try, may say otherwise. */
		return candidate->decided &&
		       candidate->decision != DECISION_UNJUDGED &&
		       memcmp(candidate->policy_sha256,
		           run->zone->policy->sha256, 32) == 0;
	case CANDIDATE_NONE:
	case CANDIDATE_REPLACED:
	case CANDIDATE_OBSERVED:
	case CANDIDATE_SUPERSEDED:
	case N_CANDIDATE_STATES:
		break;
	}
	return false;
}
