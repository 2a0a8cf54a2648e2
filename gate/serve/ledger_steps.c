/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_steps.c -- what is still to be done after a release.
 */
#include "ledger_sql.h"

static const char *
kind_word(unsigned value)
{
	static const char *const words[N_STEP_KINDS] = {
	    [STEP_HOOK] = "hook", [STEP_PUSH] = "push", [STEP_PROBE] = "probe"};

	return value < N_STEP_KINDS ? words[value] : NULL;
}

static const char *
state_word(unsigned value)
{
	static const char *const words[] = {[STEP_PENDING] = "pending",
	    [STEP_DONE] = "done",
	    [STEP_FAILED] = "failed",
	    [STEP_DROPPED] = "dropped"};

	return value <= STEP_DROPPED ? words[value] : NULL;
}

/* clang-format off */
#define STEP_COLUMNS(X) \
	X(step, candidate, INT64, NULL) \
	X(step, zone, TEXT, NULL) \
	X(step, kind, WORD, kind_word) \
	X(step, name, TEXT, NULL) \
	X(step, state, WORD, state_word) \
	X(step, attempts, UINT32, NULL) \
	X(step, created_at, INT64, NULL) \
	X(step, next_at, INT64, NULL) \
	X(step, done_at, INT64, NULL) \
	X(step, output, TEXT, NULL)
/* clang-format on */

static const struct ledger_column columns[] = {
    {COLUMN_INT64, offsetof(struct step, id), sizeof(int64_t), NULL},
    STEP_COLUMNS(COLUMN_ROW)};

static const struct ledger_shape shape = {
    columns, sizeof(columns) / sizeof(columns[0]), sizeof(struct step)};

static bool
is_there(struct ledger *ledger, const struct step *step)
{
	return ledger_number(ledger,
	           "SELECT id FROM steps"
	           " WHERE candidate = ?1 AND kind = ?2 AND name = ?3",
	           VALUES(value_integer(step->candidate),
	               value_text(kind_word(step->kind)),
	               value_text(step->name)),
	           0) != 0;
}

static void
add_step(struct ledger *ledger, const struct step *step)
{
	struct step added = *step;

	if (is_there(ledger, step)) {
		return;
	}
	ledger_run(ledger,
	    "UPDATE steps SET state = 'dropped' WHERE zone = ?1"
	    " AND candidate < ?2 AND state IN ('pending', 'failed')",
	    VALUES(value_text(step->zone), value_integer(step->candidate)));
	added.id = 0;
	ledger_store(ledger, SQL_INSERT(STEP_COLUMNS, "steps"), &shape, &added);
}

enum ledger_end
ledger_add_steps(struct ledger *ledger, const struct step *steps, size_t n)
{
	ledger_begin(ledger);
	for (size_t i = 0; i < n; i++) {
		add_step(ledger, &steps[i]);
	}
	return ledger_finish(ledger);
}

#define SELECT SQL_SELECT(STEP_COLUMNS, "steps")

enum ledger_end
ledger_update_step(struct ledger *ledger, const struct step *step)
{
	struct step stored = {0};
	struct step updated = *step;

	ledger_begin(ledger);
	ledger_row(ledger, SELECT " WHERE id = ?1",
	    VALUES(value_integer(step->id)), &shape, &stored);
	/* One that was under way while a newer release dropped it does not
	 * come back. */
	if (stored.state == STEP_DROPPED && step->state != STEP_DONE) {
		updated.state = STEP_DROPPED;
	}
	ledger_store(ledger, SQL_UPDATE(STEP_COLUMNS, "steps"), &shape,
	    &updated);
	return ledger_finish(ledger);
}

enum ledger_end
ledger_steps(struct ledger *ledger, int64_t candidate, struct step **rows,
    size_t *n)
{
	ledger_look(ledger);
	struct step *found = ledger_rows(ledger,
	    candidate != 0 ? SELECT " WHERE candidate = ?1 ORDER BY id"
	                   : SELECT
	        " WHERE ?1 = 0 AND state IN ('pending', 'failed') ORDER BY id",
	    VALUES(value_integer(candidate)), &shape, n);

	if (found != NULL) {
		*rows = found;
	}
	return ledger_finish(ledger);
}
