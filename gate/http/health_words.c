/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/health_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/health_facts.h"

static const char *const level_names[N_LEVELS] = {
    "critical",
    "warning",
    "ok",
};

enum level
level_from_name(const char *name)
{
	if (strcmp(name, "ok") == 0) {
		return LEVEL_OK;
	}
	return strcmp(name, "warning") == 0 ? LEVEL_WARNING : LEVEL_CRITICAL;
}

const char *
level_name(enum level level)
{
	return level_names[level < N_LEVELS ? level : LEVEL_CRITICAL];
}

/* Worst first; the last one is what is not known. */
static const struct state zone_states[] = {
    {"gate-broken", "GATE BROKEN", "gate broken", "!!", "gate-broken",
        "The gate judges its own test zones wrongly, so it judges nothing. "
        "This says nothing about the zone; the last release is served.",
        "Leave the zone alone. Look at the gate: was a library updated? "
        "Nothing is released until its test zones come back right.",
        false, false, 0},
    {"empty", "EMPTY", "empty", "&empty;", "never-released",
        "Nothing of this zone has ever been released.",
        "See that the signer hands its zone in, and look at what became of it.",
        false, true, 0},
    {"blocked", "BLOCKED", "zone bad", "&times;", "zone-blocked",
        "The newest zone is bad and was not released; the last release is "
        "served.",
        "Mend the zone and sign it again: the next good one goes out by "
        "itself.",
        false, false, 2},
    {"disputed", "DISPUTED", "disputed", "&ne;", "zone-disputed",
        "The two validators differ about the newest zone: one of them is "
        "wrong. The last release is served.",
        "Read where they differ. Signing again may step around it; the "
        "evidence in the report is for the library's authors.",
        false, false, 2},
    {"quarantined", "QUARANTINED", "quarantined", "#", "candidate-quarantined",
        "Judging the newest zone crashed twice, so it is not tried again. "
        "The last release is served.",
        "Keep the candidate, it shows a fault in the gate. A newer zone is "
        "judged as ever.",
        false, false, 2},
    {"unjudged", "UNJUDGED", "unjudged", "?", "zone-unjudged",
        "The newest zone could not be judged. This says nothing about the "
        "zone; the last release is served.",
        "Read why. It is judged again by itself, and so is every newer zone.",
        false, false, 2},
    {"held", "HELD", "zone held", "&#8214;", "zone-held",
        "The newest zone is not what the policy asks for and waits for a "
        "person; the last release is served.",
        "Read the findings. If this is meant to be, approve it; if not, mend "
        "the zone and sign it again.",
        false, false, 1},
    {"stale", "STALE", "stale", "&#8763;", "resign-overdue",
        "No good zone has come for longer than the signer's interval; the "
        "last release is served.",
        "Look at the signer: does it run, and does it reach the gate?", false,
        false, 0},
    {"judging", "JUDGING", "judging", "&hellip;", "",
        "A newer zone is being judged; the last release is served.",
        "Nothing: wait for the verdict.", true, true, 0},
    {"observe", "OBSERVE", "observe", "&#9678;", "observe-would-refuse",
        "Published as it comes and judged beside it: nothing is held back.",
        "Nothing.", true, true, 0},
    {"released", "RELEASED", "released", "&#10003;", "",
        "What is served was judged and is good.", "Nothing.", true, true, 0},
    {"", "UNKNOWN", "unknown", "?!", "",
        "The gate does not say in which state the zone is.",
        "Ask the gate: zonegate status.", false, false, 0},
};
#define N_ZONE_STATES (sizeof(zone_states) / sizeof(zone_states[0]))

static const struct state gate_states[] = {
    {"ok", "OK", "gate ok", "&#10003;", "", "The gate is well.", "Nothing.",
        true, true, 0},
    {"broken", "GATE BROKEN", "gate broken", "!!", "gate-broken",
        "The gate judges its own test zones wrongly, so it judges nothing. "
        "This says nothing about any zone; what was released is served.",
        "Leave the zones alone. Look at the gate: was a library updated "
        "(/var/log/apt/history.log)? Nothing is released until its test zones "
        "come back right.",
        false, false, 0},
    {"clock-suspect", "CLOCK SUSPECT", "clock suspect", "&asymp;",
        "clock-suspect",
        "The gate does not trust this machine's clock, so it judges nothing. "
        "This says nothing about any zone; what was released is served.",
        "Set the clock right (timedatectl, chronyc tracking). Judging goes on "
        "by itself.",
        false, false, 0},
    {"", "GATE UNKNOWN", "gate unknown", "?!", "",
        "The gate does not say how it is.", "Ask the gate: zonegate status.",
        false, false, 0},
};
#define N_GATE_STATES (sizeof(gate_states) / sizeof(gate_states[0]))

static const struct state *
find(const struct state *rows, size_t n, const char *name)
{
	size_t i = 0;

	while (i + 1 < n && strcmp(rows[i].name, name) != 0) {
		i++;
	}
	return &rows[i];
}

const struct state *
state_of_zone(const char *name)
{
	return find(zone_states, N_ZONE_STATES, name);
}

const struct state *
state_of_gate(const char *name)
{
	return find(gate_states, N_GATE_STATES, name);
}

const struct state *
state_row(size_t i)
{
	return i < N_ZONE_STATES ? &zone_states[i] : NULL;
}

static void
say_who(const struct state *state, const json_t *needs, struct advice *advice)
{
	int64_t persons = state->needed, have = 0;

	fact_integer(needs, "persons", &persons);
	fact_integer(needs, "have", &have);
	if (persons <= 1) {
		snprintf(advice->who, sizeof(advice->who),
		    "One named operator may release it, with a reason.");
	} else {
		snprintf(advice->who, sizeof(advice->who),
		    "Only break-glass by two different persons releases it: "
		    "%" PRId64 " of %" PRId64 " so far.",
		    have, persons);
	}
}

void
advice_for(const struct state *state, const json_t *candidate,
    struct advice *advice)
{
	const json_t *needs = fact_object(candidate, "needs");
	bool break_glass = state->needed > 1;
	int64_t id;

	memset(advice, 0, sizeof(*advice));
	if (!fact_integer(candidate, "id", &id) || state->needed == 0) {
		snprintf(advice->command[advice->n_commands++], ADVICE_COMMAND,
		    "zonegate status");
		return;
	}
	if (json_is_boolean(json_object_get(needs, "break_glass"))) {
		break_glass =
		    json_is_true(json_object_get(needs, "break_glass")) ||
		    break_glass;
	}
	say_who(state, needs, advice);
	snprintf(advice->command[0], ADVICE_COMMAND, "zonegate show %" PRId64,
	    id);
	snprintf(advice->command[1], ADVICE_COMMAND,
	    "zonegate approve%s --reason '...' %" PRId64,
	    break_glass ? " --break-glass" : "", id);
	snprintf(advice->command[2], ADVICE_COMMAND,
	    "zonegate discard --reason '...' %" PRId64, id);
	advice->n_commands = 3;
}
