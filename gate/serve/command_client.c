/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_client.c -- the commands that speak to the daemon: submit, status,
 * holds, show, approve, discard, reload.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "options.h"
#include "serve/client.h"

#define TIMEOUT_MS CLIENT_TIMEOUT_MS
#define WAIT_LONGEST_S 600

/* ---- submit ---- */

/* As `zonegate audit' would have ended. */
static int
exit_of(const json_t *c)
{
	const char *state = json_word(c, "state"),
	           *decision = json_word(c, "decision");

	if (strcmp(state, "released") == 0 || strcmp(state, "replaced") == 0) {
		return 0;
	}
	if (strcmp(decision, "hold") == 0 || strcmp(decision, "block") == 0) {
		return 1;
	}
	if (strcmp(decision, "disputed") == 0) {
		return 2;
	}
	/* Observed: what would have been. */
	if (strcmp(state, "observed") == 0 &&
	    strcmp(decision, "release") == 0) {
		return 0;
	}
	return EXIT_FAULT;
}

/* Waits until C's decision is made; takes C's reference, returns another. */
static json_t *
wait_for(struct client *client, json_t *c, int64_t wait_s)
{
	json_int_t id = json_number(c, "id");
	json_t *answer = client_ask(client,
	    json_pack("{s:s, s:I, s:I}", "op", "wait", "id", id, "seconds",
	        (json_int_t)wait_s),
	    -1, (int)(wait_s * 1000) + TIMEOUT_MS);

	if (answer == NULL) {
		return c;
	}
	json_decref(c);
	c = json_incref(json_object_get(answer, "candidate"));
	json_decref(answer);
	return c;
}

int
command_submit(int argc, char *const *argv)
{
	struct client client = {.config = DEFAULT_CONFIG};
	int64_t wait_s = 0;
	const char *operands[2];
	size_t n;
	const struct flag_row rows[] = {CLIENT_ROWS(&client),
	    {.name = "wait",
	        .argument = "DURATION",
	        .duration_s = &wait_s,
	        .help = "wait that long for the decision, at most 10m"}};
	const struct flag_reader reader = {.command = "submit",
	    .operand = "ZONE FILE",
	    .help = "Hands FILE (gzip, xz and zstd are unpacked) to the daemon "
	            "as a candidate of ZONE.  Exit status without --wait: 0 "
	            "when it is in safely.  With --wait as audit: 0 released, "
	            "1 held or blocked, 2 the validators differ, 3 not judged "
	            "(in time), 64 wrong usage.",
	    .rows = rows,
	    .n_rows = N_CLIENT_ROWS + 1,
	    .least = 2,
	    .most = 2};
	int status = client_begin(&client, &reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	if (wait_s > WAIT_LONGEST_S) {
		warn("--wait: give at most 10m");
		return EXIT_USAGE;
	}
	int fd = open(operands[1], O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		warn("%s: %s", operands[1], strerror(errno));
		return EXIT_USAGE;
	}
	json_t *answer = client_ask(&client,
	    json_pack("{s:s, s:s}", "op", "submit", "zone", operands[0]), fd,
	    WAIT_LONGEST_S * 1000);

	close(fd);
	if (answer == NULL) {
		return EXIT_FAULT;
	}
	json_t *c = json_incref(json_object_get(answer, "candidate"));

	json_decref(answer);
	status = 0;
	if (wait_s > 0) {
		c = wait_for(&client, c, wait_s);
		status = exit_of(c);
	}
	if (client.json) {
		client_print_json(c);
	} else {
		printf("candidate %lld of %s: %s\n",
		    (long long)json_number(c, "id"), json_word(c, "zone"),
		    json_word(c, "state"));
		if (wait_s > 0 && status != 0) {
			client_print_candidate(c);
		}
	}
	json_decref(c);
	return status;
}

/* ---- looking ---- */

static int
show_status(struct client *client)
{
	json_t *answer = client_ask(client, json_pack("{s:s}", "op", "status"),
	    -1, TIMEOUT_MS);
	const json_t *status = json_object_get(answer, "status"), *row;
	size_t i;

	if (answer == NULL) {
		return EXIT_FAULT;
	}
	int end = strcmp(json_word(status, "level"), "critical") == 0 ? 1 : 0;

	if (client->json) {
		client_print_json(status);
		json_decref(answer);
		return end;
	}
	printf("%s: gate %s", json_word(status, "level"),
	    json_word(json_object_get(status, "gate"), "state"));
	printf(", %s\n",
	    json_word(json_object_get(status, "gate"), "listening"));
	json_array_foreach(json_object_get(status, "alarms"), i, row)
	{
		printf("%-8s %s %s since %s\n         %s\n",
		    json_word(row, "level"), json_word(row, "kind"),
		    json_word(row, "zone"), json_word(row, "since"),
		    json_word(row, "text"));
	}
	json_array_foreach(json_object_get(status, "zones"), i, row)
	{
		const json_t *p = json_object_get(row, "published");

		printf("%-20s %-12s serial %lld, expires %s\n",
		    json_word(row, "zone"), json_word(row, "state"),
		    (long long)json_number(p, "serial"),
		    json_word(p, "expiry"));
	}
	json_decref(answer);
	return end;
}

static int
show_holds(struct client *client)
{
	json_t *answer = client_ask(client, json_pack("{s:s}", "op", "holds"),
	    -1, TIMEOUT_MS);
	const json_t *rows = json_object_get(answer, "candidates"), *row;
	size_t i;

	if (answer == NULL) {
		return EXIT_FAULT;
	}
	if (client->json) {
		client_print_json(rows);
	} else {
		json_array_foreach(rows, i, row)
		{
			client_print_line(row);
			printf("        %s\n", json_word(row, "reason"));
		}
		if (json_array_size(rows) == 0) {
			puts("nothing is held");
		}
	}
	json_decref(answer);
	return 0;
}

static const char client_exits[] =
    "  Exit status: 0, or 3 when the daemon does not answer or refuses.";

int
command_status(int argc, char *const *argv)
{
	struct client client = {.config = DEFAULT_CONFIG};
	const char *operands[1];
	size_t n;
	const struct flag_row rows[] = {CLIENT_ROWS(&client)};
	const struct flag_reader reader = {.command = "status",
	    .operand = "",
	    .help = "Shows how the gate and its zones do, worst first.  Exit "
	            "status: 0 well or with warnings, 1 something is "
	            "critical, 3 the daemon does not answer.",
	    .rows = rows,
	    .n_rows = N_CLIENT_ROWS,
	    .most = 0};
	int status = client_begin(&client, &reader, argc, argv, operands, &n);

	return status >= 0 ? status : show_status(&client);
}

int
command_holds(int argc, char *const *argv)
{
	struct client client = {.config = DEFAULT_CONFIG};
	const char *operands[1];
	char help[256];
	size_t n;
	const struct flag_row rows[] = {CLIENT_ROWS(&client)};
	struct flag_reader reader = {.command = "holds",
	    .operand = "",
	    .help = help,
	    .rows = rows,
	    .n_rows = N_CLIENT_ROWS,
	    .most = 0};

	snprintf(help, sizeof(help),
	    "Lists the candidates that wait for a person.%s", client_exits);
	int status = client_begin(&client, &reader, argc, argv, operands, &n);

	return status >= 0 ? status : show_holds(&client);
}

/* ---- one candidate ---- */

static bool
read_id(const char *text, json_int_t *id)
{
	size_t length = strspn(text, "0123456789");

	*id = strtoll(text, NULL, 10);
	if (length == 0 || length > 15 || text[length] != '\0') {
		warn("%s: give the number of a candidate; `zonegate holds' "
		     "lists those that are held",
		    text);
		return false;
	}
	return true;
}

static int
show_answer(struct client *client, json_t *answer)
{
	const json_t *c = json_object_get(answer, "candidate");

	if (answer == NULL) {
		return EXIT_FAULT;
	}
	if (client->json) {
		client_print_json(answer);
	} else if (json_is_object(c)) {
		client_print_candidate(c);
	} else {
		puts(json_word(answer, "message"));
	}
	json_decref(answer);
	return 0;
}

int
command_show(int argc, char *const *argv)
{
	struct client client = {.config = DEFAULT_CONFIG};
	const char *operands[1];
	char help[256];
	size_t n;
	json_int_t id;
	const struct flag_row rows[] = {CLIENT_ROWS(&client)};
	struct flag_reader reader = {.command = "show",
	    .operand = "CANDIDATE",
	    .help = help,
	    .rows = rows,
	    .n_rows = N_CLIENT_ROWS,
	    .least = 1,
	    .most = 1};

	snprintf(help, sizeof(help),
	    "Shows a candidate: verdict, findings, approvals, steps, and what "
	    "may be done.%s",
	    client_exits);
	int status = client_begin(&client, &reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	if (!read_id(operands[0], &id)) {
		return EXIT_USAGE;
	}
	return show_answer(&client,
	    client_ask(&client,
	        json_pack("{s:s, s:I}", "op", "candidate", "id", id), -1,
	        TIMEOUT_MS));
}

int
command_approve(int argc, char *const *argv)
{
	struct client client = {.config = DEFAULT_CONFIG};
	const char *operands[1], *reason = "", *fingerprint = NULL;
	const char *zone = NULL, *until = NULL;
	bool glass = false;
	size_t n = 0;
	json_int_t id = 0;
	const struct flag_row rows[] = {CLIENT_ROWS(&client),
	    {.name = "reason",
	        .argument = "TEXT",
	        .text = &reason,
	        .help = "why; it is kept in the audit log"},
	    {.name = "break-glass",
	        .flag = &glass,
	        .help = "for what was blocked, is disputed or could not be "
	                "judged: two different persons must"},
	    {.name = "fingerprint",
	        .argument = "HEX",
	        .text = &fingerprint,
	        .help = "approve this finding of a held candidate of --zone "
	                "for later candidates too, --until a time"},
	    {.name = "zone",
	        .argument = "NAME",
	        .text = &zone,
	        .help = "the zone of --fingerprint"},
	    {.name = "until",
	        .argument = "TIME",
	        .text = &until,
	        .help = "RFC 3339, at most 24 hours away"}};
	const struct flag_reader reader = {.command = "approve",
	    .operand = "[CANDIDATE]",
	    .help = "Releases a held candidate on your word: you are the "
	            "account that runs this.  Exit status: 0 kept (it says "
	            "whether that released it), 3 refused, 64 wrong usage.",
	    .rows = rows,
	    .n_rows = N_CLIENT_ROWS + 5,
	    .least = 0,
	    .most = 1};
	int status = client_begin(&client, &reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	if ((n == 1) == (fingerprint != NULL) ||
	    (fingerprint != NULL && (zone == NULL || until == NULL))) {
		warn("approve needs a CANDIDATE, or --fingerprint with --zone "
		     "and --until");
		return EXIT_USAGE;
	}
	if (n == 1 && !read_id(operands[0], &id)) {
		return EXIT_USAGE;
	}
	json_t *question = json_pack("{s:s, s:s, s:b}", "op", "approve",
	    "reason", reason, "break_glass", (int)glass);

	if (n == 1) {
		json_object_set_new(question, "id", json_integer(id));
	} else {
		json_object_set_new(question, "zone", json_string(zone));
		json_object_set_new(question, "fingerprint",
		    json_string(fingerprint));
		json_object_set_new(question, "until", json_string(until));
	}
	return show_answer(&client,
	    client_ask(&client, question, -1, TIMEOUT_MS));
}

int
command_discard(int argc, char *const *argv)
{
	struct client client = {.config = DEFAULT_CONFIG};
	const char *operands[1], *reason = "";
	size_t n;
	json_int_t id;
	const struct flag_row rows[] = {CLIENT_ROWS(&client),
	    {.name = "reason",
	        .argument = "TEXT",
	        .text = &reason,
	        .help = "why; it is kept in the audit log"}};
	const struct flag_reader reader = {.command = "discard",
	    .operand = "CANDIDATE",
	    .help = "Puts a held or waiting candidate aside for good.  Exit "
	            "status: 0, 3 refused, 64 wrong usage.",
	    .rows = rows,
	    .n_rows = N_CLIENT_ROWS + 1,
	    .least = 1,
	    .most = 1};
	int status = client_begin(&client, &reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	if (!read_id(operands[0], &id)) {
		return EXIT_USAGE;
	}
	return show_answer(&client,
	    client_ask(&client,
	        json_pack("{s:s, s:I, s:s}", "op", "discard", "id", id,
	            "reason", reason),
	        -1, TIMEOUT_MS));
}

int
command_reload(int argc, char *const *argv)
{
	struct client client = {.config = DEFAULT_CONFIG};
	const char *operands[1], *reason = "reload";
	bool force = false;
	size_t n;
	const struct flag_row rows[] = {CLIENT_ROWS(&client),
	    {.name = "force",
	        .flag = &force,
	        .help = "even if the new set would refuse what is published; "
	                "logged with your name"},
	    {.name = "reason",
	        .argument = "TEXT",
	        .text = &reason,
	        .help = "why; it is kept in the audit log"}};
	const struct flag_reader reader = {.command = "reload",
	    .operand = "",
	    .help = "Has the daemon read its configuration again, once what "
	            "is published has been judged by it; a configuration that "
	            "would refuse it is refused.  Takes the clock as it is "
	            "for right.  Exit status: 0 done, 3 refused: the old one "
	            "stays.",
	    .rows = rows,
	    .n_rows = N_CLIENT_ROWS + 2,
	    .most = 0};
	int status = client_begin(&client, &reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	return show_answer(&client,
	    client_ask(&client,
	        json_pack("{s:s, s:b, s:s}", "op", "reload", "force",
	            (int)force, "reason", reason),
	        -1, 3600 * 1000));
}
