/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_candidates.c -- candidates come in, change, and are found again.
 */
#include <string.h>

#include "ledger_sql.h"

#define MOST_BY_DEFAULT 1000

const char *
ledger_state_word(unsigned value)
{
	return value != CANDIDATE_NONE && value < N_CANDIDATE_STATES
	           ? candidate_state_name((enum candidate_state)value)
	           : NULL;
}

const char *
ledger_decision_word(unsigned value)
{
	return value <= DECISION_RELEASE ? decision_name((enum decision)value)
	                                 : NULL;
}

static const struct ledger_column columns[] = {
    {COLUMN_INT64, offsetof(struct candidate, id), sizeof(int64_t), NULL},
    CANDIDATE_COLUMNS(COLUMN_ROW)};

const struct ledger_shape candidate_shape = {
    columns, sizeof(columns) / sizeof(columns[0]), sizeof(struct candidate)};

enum ledger_end
ledger_add(struct ledger *ledger, struct candidate *candidate)
{
	ledger_begin(ledger);
	ledger_run(ledger, "INSERT OR IGNORE INTO zones (name) VALUES (?1)",
	    VALUES(value_text(candidate->zone)));
	ledger_store(ledger, SQL_INSERT(CANDIDATE_COLUMNS, "candidates"),
	    &candidate_shape, candidate);
	int64_t id = sqlite3_last_insert_rowid(ledger->db);
	enum ledger_end end = ledger_finish(ledger);

	if (end == LEDGER_OK) {
		candidate->id = id;
	}
	return end;
}

void
ledger_store_candidate(struct ledger *ledger, const struct candidate *candidate)
{
	if (ledger_store(ledger, SQL_UPDATE(CANDIDATE_COLUMNS, "candidates"),
	        &candidate_shape, candidate) == 0) {
		ledger_refuse(ledger, LEDGER_NOT_FOUND,
		    "there is no candidate %lld", (long long)candidate->id);
	}
}

enum ledger_end
ledger_update(struct ledger *ledger, const struct candidate *candidate)
{
	ledger_begin(ledger);
	ledger_store_candidate(ledger, candidate);
	return ledger_finish(ledger);
}

#define SELECT SQL_SELECT(CANDIDATE_COLUMNS, "candidates")

void
ledger_read_candidate(struct ledger *ledger, int64_t id,
    struct candidate *candidate)
{
	ledger_row(ledger, SELECT " WHERE id = ?1", VALUES(value_integer(id)),
	    &candidate_shape, candidate);
}

enum ledger_end
ledger_get(struct ledger *ledger, int64_t id, struct candidate *candidate)
{
	ledger_look(ledger);
	ledger_read_candidate(ledger, id, candidate);
	return ledger_finish(ledger);
}

enum ledger_end
ledger_find(struct ledger *ledger, const char *zone, const uint8_t sha256[32],
    struct candidate *candidate)
{
	ledger_look(ledger);
	ledger_row(ledger,
	    SELECT " WHERE id = max("
	           "ifnull((SELECT max(id) FROM candidates"
	           " WHERE zone = ?1 AND sha256 = ?2), 0),"
	           "ifnull((SELECT max(id) FROM candidates"
	           " WHERE zone = ?1 AND received_sha256 = ?2), 0))",
	    VALUES(value_text(zone), value_hash(sha256)), &candidate_shape,
	    candidate);
	return ledger_finish(ledger);
}

enum ledger_end
ledger_released(struct ledger *ledger, const char *zone,
    struct candidate *candidate)
{
	ledger_look(ledger);
	ledger_row(ledger,
	    SELECT " WHERE id = (SELECT candidate FROM releases"
	           " WHERE zone = ?1 ORDER BY id DESC LIMIT 1)",
	    VALUES(value_text(zone)), &candidate_shape, candidate);
	return ledger_finish(ledger);
}

/* ---- lists ---- */

/*
 * The newest of each state, and of these the newest: an index answers each
 * part, however many candidates there are.  ?3 and on are states or NULL.
 */
#define OF_STATE(zone, number)                                                 \
	"SELECT * FROM (SELECT id FROM candidates WHERE " zone                 \
	"state = ?" #number " AND id < ?1 ORDER BY id DESC LIMIT ?2)"
#define OF_STATES(zone)                                                        \
	SELECT " WHERE id IN (" OF_STATE(zone, 3) " UNION ALL " OF_STATE(zone, \
	    4) " UNION ALL " OF_STATE(zone, 5) " UNION ALL " OF_STATE(zone,    \
	    6) " UNION ALL " OF_STATE(zone, 7) " UNION ALL " OF_STATE(zone,    \
	    8) " UNION ALL " OF_STATE(zone, 9) " UNION ALL " OF_STATE(zone,    \
	    10) " UNION ALL " OF_STATE(zone, 11) " UNION ALL " OF_STATE(zone,  \
	    12) ") ORDER BY id DESC LIMIT ?2"
#define BEFORE "id < ?1 ORDER BY id DESC LIMIT ?2"

_Static_assert(N_CANDIDATE_STATES - 1 == 10, "a row of OF_STATES for each");

static const char *
list_sql(const struct ledger_filter *filter)
{
	if (filter->zone != NULL && filter->states != 0) {
		return OF_STATES("zone = ?13 AND ");
	}
	if (filter->states != 0) {
		return OF_STATES("");
	}
	return filter->zone != NULL ? SELECT " WHERE zone = ?3 AND " BEFORE
	                            : SELECT " WHERE " BEFORE;
}

enum ledger_end
ledger_list(struct ledger *ledger, const struct ledger_filter *filter,
    struct candidate **rows, size_t *n)
{
	struct ledger_value values[2 + N_CANDIDATE_STATES];
	size_t limit = filter->limit > 0 ? filter->limit : MOST_BY_DEFAULT;
	size_t n_values = 2;

	values[0] =
	    value_integer(filter->before > 0 ? filter->before : INT64_MAX);
	values[1] =
	    value_integer(limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
	for (int id = 1; filter->states != 0 && id < N_CANDIDATE_STATES; id++) {
		values[n_values++] =
		    (filter->states & 1U << id) != 0
		        ? value_text(candidate_state_name((enum candidate_state)
		                  id))
		        : value_null();
	}
	if (filter->zone != NULL) {
		values[n_values++] = value_text(filter->zone);
	}
	ledger_look(ledger);
	struct candidate *found = ledger_rows(ledger, list_sql(filter), values,
	    n_values, &candidate_shape, n);

	if (found != NULL) {
		*rows = found;
	}
	return ledger_finish(ledger);
}
