/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "control/control.h"
#include "options.h"
#include "serve/config.h"

#define PATH_MOST 4096

/* ---- asking ---- */

static bool
find_state(struct client *client, char path[PATH_MOST])
{
	char error[CONFIG_ERROR];

	if (client->state != NULL) {
		snprintf(path, PATH_MOST, "%s", client->state);
		return true;
	}
	struct config *config = config_read(client->config, error);

	if (config == NULL) {
		warn("%s", error);
		warn("give --state DIRECTORY if you may not read the "
		     "configuration");
		return false;
	}
	snprintf(path, PATH_MOST, "%s", config->state);
	config_free(config);
	return true;
}

static bool
connect_to_daemon(struct client *client)
{
	char state[PATH_MOST], path[PATH_MOST + 32], error[CONTROL_ERROR];

	if (!find_state(client, state)) {
		return false;
	}
	snprintf(path, sizeof(path), "%s/run/control.sock", state);
	client->fd = control_connect(path, error);
	if (client->fd < 0) {
		warn("%s", error);
	}
	return client->fd >= 0;
}

/* The answer to QUESTION (its reference is taken), or NULL after saying what
 * is wrong. */
json_t *
client_ask(struct client *client, json_t *question, int pass, int timeout_ms)
{
	char error[CONTROL_ERROR];
	json_t *answer =
	    control_ask(client->fd, question, pass, timeout_ms, error);

	json_decref(question);
	if (answer == NULL) {
		warn("%s", error);
		return NULL;
	}
	if (!json_is_true(json_object_get(answer, "ok"))) {
		const char *message =
		    json_string_value(json_object_get(answer, "message"));

		warn("%s", message != NULL ? message : "refused");
		json_decref(answer);
		return NULL;
	}
	return answer;
}

void
client_print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	putchar('\n');
}

/* Reads the options, connects; -1 to go on. */
int
client_begin(struct client *client, const struct flag_reader *reader, int argc,
    char *const *argv, const char **operands, size_t *n)
{
	int status = flags_read(reader, argc, argv, operands, n);

	if (status >= 0) {
		return status;
	}
	return connect_to_daemon(client) ? -1 : EXIT_FAULT;
}

/* ---- showing ---- */

const char *
json_word(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "-";
}

int64_t
json_number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

void
client_print_line(const json_t *c)
{
	printf("%6lld  %-20s %10lld  %-12s %-10s %s\n",
	    (long long)json_number(c, "id"), json_word(c, "zone"),
	    (long long)json_number(c, "serial"), json_word(c, "state"),
	    json_word(c, "decision"), json_word(c, "received_at"));
}

static void
print_finding(const json_t *f)
{
	printf("  %-5s %s: %s %s", json_word(f, "severity"),
	    json_word(f, "check"), json_word(f, "owner"), json_word(f, "type"));
	if (json_number(f, "count") > 1) {
		printf(" (and %lld more)",
		    (long long)json_number(f, "count") - 1);
	}
	printf("\n        %s\n        rule: %s\n        what to do: %s\n",
	    json_word(f, "message"), json_word(f, "source"),
	    json_word(f, "remedy"));
	if (strcmp(json_word(f, "severity"), "hold") == 0) {
		printf("        fingerprint: %s\n",
		    json_word(f, "fingerprint"));
	}
}

static void
print_needs(const json_t *c)
{
	const json_t *needs = json_object_get(c, "needs");
	long long id = (long long)json_number(c, "id");

	if (!json_is_object(needs) || json_number(needs, "persons") == 0) {
		return;
	}
	if (json_is_true(json_object_get(needs, "break_glass"))) {
		printf("To release it all the same, two different persons "
		       "break the glass (%lld of 2 did):\n"
		       "  zonegate approve --break-glass --reason TEXT %lld\n",
		    (long long)json_number(needs, "have"), id);
	} else {
		printf("One operator may release it:\n"
		       "  zonegate approve --reason TEXT %lld\n",
		    id);
	}
}

void
client_print_candidate(const json_t *c)
{
	const json_t *summary = json_object_get(c, "summary");
	const json_t *row;
	size_t i;

	printf("candidate %lld of %s, serial %lld: %s\n",
	    (long long)json_number(c, "id"), json_word(c, "zone"),
	    (long long)json_number(c, "serial"), json_word(c, "state"));
	printf("decision: %s; %s\n", json_word(c, "decision"),
	    json_word(c, "reason"));
	printf("received %s by %s (%s), judged %s, released %s\n",
	    json_word(c, "received_at"), json_word(c, "actor"),
	    json_word(c, "via"), json_word(c, "judged_at"),
	    json_word(c, "released_at"));
	printf("sha256 %s, %lld octets; signatures expire from %s on\n",
	    json_word(c, "sha256"), (long long)json_number(c, "bytes"),
	    json_word(c, "expiry"));
	json_array_foreach(json_object_get(summary, "findings"), i, row)
	{
		print_finding(row);
	}
	json_array_foreach(json_object_get(c, "approvals"), i, row)
	{
		printf("approved by %s at %s: %s\n", json_word(row, "person"),
		    json_word(row, "at"), json_word(row, "reason"));
	}
	json_array_foreach(json_object_get(c, "steps"), i, row)
	{
		printf("%s %s: %s after %lld tries; %s\n",
		    json_word(row, "kind"), json_word(row, "name"),
		    json_word(row, "state"),
		    (long long)json_number(row, "attempts"),
		    json_word(row, "output"));
	}
	print_needs(c);
}
