/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_verdict.c -- a verdict is stored, with its findings and the zone's
 * keys as rows that can be asked for.
 */
#include <jansson.h>
#include <string.h>

#include "ledger_sql.h"

/* The text or number called NAME, or what stands for none. */
static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static int64_t
number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void
store_finding(struct ledger *ledger, int64_t candidate, int64_t position,
    const json_t *finding)
{
	ledger_run(ledger,
	    "INSERT INTO findings (candidate, position, check_name, severity,"
	    " owner, type, count, fingerprint)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    VALUES(value_integer(candidate), value_integer(position),
	        value_text(text_of(finding, "check")),
	        value_text(text_of(finding, "severity")),
	        value_text(text_of(finding, "owner")),
	        value_text(text_of(finding, "type")),
	        value_integer(number_of(finding, "count")),
	        value_text(text_of(finding, "fingerprint"))));
}

/* A key is never forgotten: a row for the first time, then its last one. */
static void
store_key(struct ledger *ledger, const struct candidate *candidate,
    const json_t *key)
{
	const char *kid = text_of(key, "kid");
	int64_t seen = candidate->judged_at != 0 ? candidate->judged_at
	                                         : candidate->received_at;

	if (kid[0] == '\0') {
		return;
	}
	ledger_run(ledger,
	    "INSERT INTO keys (zone, kid, tag, algorithm, flags, first_seen,"
	    " last_seen, signs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)"
	    " ON CONFLICT (zone, kid) DO UPDATE SET tag = excluded.tag,"
	    " algorithm = excluded.algorithm, flags = excluded.flags,"
	    " first_seen = min(first_seen, excluded.first_seen),"
	    " last_seen = max(last_seen, excluded.last_seen),"
	    " signs = excluded.signs",
	    VALUES(value_text(candidate->zone), value_text(kid),
	        value_integer(number_of(key, "tag")),
	        value_integer(number_of(key, "algorithm")),
	        value_integer(number_of(key, "flags")), value_integer(seen),
	        value_integer(json_is_true(json_object_get(key,
	            "signs_dnskey")))));
}

static void
store_rows(struct ledger *ledger, const struct candidate *candidate,
    const json_t *summary)
{
	size_t position;
	json_t *row;

	json_array_foreach(json_object_get(summary, "findings"), position, row)
	{
		store_finding(ledger, candidate->id, (int64_t)position, row);
	}
	json_array_foreach(json_object_get(summary, "keys"), position, row)
	{
		store_key(ledger, candidate, row);
	}
}

static void
store_summary(struct ledger *ledger, const struct candidate *candidate,
    const char *summary)
{
	json_error_t error;
	json_t *root = json_loads(summary, 0, &error);

	if (!json_is_object(root)) {
		ledger_refuse(ledger, LEDGER_FAILED,
		    "the summary is no JSON object: %s",
		    root == NULL ? error.text : "another value");
	}
	ledger_run(ledger,
	    "INSERT INTO summaries (candidate, text) VALUES (?1, ?2)",
	    VALUES(value_integer(candidate->id), value_text(summary)));
	store_rows(ledger, candidate, root);
	json_decref(root);
}

enum ledger_end
ledger_decide(struct ledger *ledger, const struct candidate *candidate,
    const char *summary)
{
	ledger_begin(ledger);
	ledger_store_candidate(ledger, candidate);
	ledger_run(ledger, "DELETE FROM summaries WHERE candidate = ?1",
	    VALUES(value_integer(candidate->id)));
	ledger_run(ledger, "DELETE FROM findings WHERE candidate = ?1",
	    VALUES(value_integer(candidate->id)));
	if (summary != NULL && summary[0] != '\0') {
		store_summary(ledger, candidate, summary);
	}
	/* In observe mode the release came before the serial was known. */
	if (candidate->has_serial) {
		ledger_run(ledger,
		    "UPDATE releases SET has_serial = 1, serial = ?2"
		    " WHERE candidate = ?1 AND has_serial = 0",
		    VALUES(value_integer(candidate->id),
		        value_integer(candidate->serial)));
	}
	return ledger_finish(ledger);
}

char *
ledger_summary(struct ledger *ledger, int64_t id)
{
	ledger_look(ledger);
	char *summary = ledger_text(ledger,
	    "SELECT text FROM summaries WHERE candidate = ?1",
	    VALUES(value_integer(id)));

	ledger_finish(ledger);
	return summary;
}
