/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * messages.c -- zonegate-notify at work: webhooks from the ledger's list of
 * deliveries, pushes for steps.c, the heartbeat.
 *
 * The ledger keeps a webhook's message until it has arrived or is a day old;
 * zonegate-notify may come and go.
 */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "notify/notify.h"
#include "serve/daemon.h"
#include "serve/helper.h"

#define TOO_OLD_S 86400
#define AGAIN_LONGEST_S 3600
#define WEBHOOK_DEADLINE_MS 30000
#define WEBHOOKS_AT_ONCE 32
/* To one receiver: one that hangs must not keep the others waiting. */
#define WEBHOOKS_TO_ONE 4
#define DUE_MOST 1000
/* Ids of messages: the ledger's times this, and what kind it is. */
enum { OF_WEBHOOK, OF_PUSH, OF_HEARTBEAT, N_OF };

struct failing {
	char name[64];
	char why[256];
	int64_t since; /* 0: does not fail */
};

struct message_state {
	struct helper helper;
	struct bufferevent *channel;                 /* NULL: it does not run */
	struct delivery under_way[WEBHOOKS_AT_ONCE]; /* id 0: free */
	struct failing *failing; /* by webhook of the configuration */
	size_t n_failing;
};

/* ---- which webhooks fail ---- */

static struct failing *
failing_of(struct message_state *state, const char *name)
{
	for (size_t i = 0; i < state->n_failing; i++) {
		if (strcmp(state->failing[i].name, name) == 0) {
			return &state->failing[i];
		}
	}
	state->failing = xreallocarray(state->failing, state->n_failing + 1,
	    sizeof(*state->failing));
	struct failing *made = &state->failing[state->n_failing++];

	*made = (struct failing){.since = 0};
	snprintf(made->name, sizeof(made->name), "%s", name);
	return made;
}

size_t
messages_failing(struct daemon *daemon, size_t most, const char *names[],
    const char *whys[], int64_t sinces[])
{
	struct message_state *state = daemon->messages;
	size_t n = 0;

	for (size_t i = 0; state != NULL && i < state->n_failing; i++) {
		if (state->failing[i].since != 0 && n < most) {
			names[n] = state->failing[i].name;
			whys[n] = state->failing[i].why;
			sinces[n++] = state->failing[i].since;
		}
	}
	return n;
}

/* ---- answers ---- */

static void
webhook_ended(struct daemon *daemon, int64_t id, bool ok, const char *why)
{
	struct message_state *state = daemon->messages;
	struct delivery *d = NULL;

	for (unsigned i = 0; i < WEBHOOKS_AT_ONCE; i++) {
		if (state->under_way[i].id == id) {
			d = &state->under_way[i];
		}
	}
	if (d == NULL) {
		return;
	}
	int64_t now = clock_now();
	struct failing *failing = failing_of(state, d->receiver);

	if (ok) {
		failing->since = 0;
		(void)KEEP(daemon, "a delivery",
		    ledger_drop_delivery(daemon->ledger, id));
	} else {
		int64_t wait = (int64_t)5
		               << (d->attempts < 10 ? d->attempts : 10);

		failing->since = failing->since != 0 ? failing->since : now;
		snprintf(failing->why, sizeof(failing->why), "%s", why);
		d->attempts++;
		d->next_at =
		    now +
		    clock_wait(wait < AGAIN_LONGEST_S ? wait : AGAIN_LONGEST_S);
		if (now - d->created_at > TOO_OLD_S) {
			daemon_log(daemon, LOG_LEVEL_WARNING,
			    "webhook.given-up", d->receiver, NULL, NULL,
			    "a message is a day old and was not taken: %s",
			    why);
			(void)KEEP(daemon, "a delivery",
			    ledger_drop_delivery(daemon->ledger, id));
		} else {
			(void)KEEP(daemon, "a delivery",
			    ledger_update_delivery(daemon->ledger, d));
		}
	}
	free(d->body);
	*d = (struct delivery){.id = 0};
	daemon_look_soon(daemon);
}

static void
answered(struct daemon *daemon, const char *line)
{
	json_t *said = json_loads(line, 0, NULL);
	json_int_t id = json_integer_value(json_object_get(said, "id"));
	bool ok = json_is_true(json_object_get(said, "ok"));
	const char *error = json_string_value(json_object_get(said, "error"));
	char why[256];

	snprintf(why, sizeof(why), "%s%s%lld",
	    error != NULL && !ok ? error : "",
	    error != NULL && !ok ? ", status " : "status ",
	    (long long)json_integer_value(json_object_get(said, "status")));
	if (id % N_OF == OF_WEBHOOK) {
		webhook_ended(daemon, id / N_OF, ok, why);
	} else if (id % N_OF == OF_PUSH) {
		steps_pushed(daemon, id / N_OF, ok, why);
	} else if (ok) {
		daemon->heartbeat_at = clock_now();
	}
	json_decref(said);
}

static void
on_line(struct bufferevent *channel, void *context)
{
	struct daemon *daemon = context;
	char *line;

	while (daemon->messages->channel == channel &&
	       (line = evbuffer_readln(bufferevent_get_input(channel), NULL,
	            EVBUFFER_EOL_LF)) != NULL) {
		answered(daemon, line);
		free(line);
	}
}

/* ---- the helper ---- */

static void
begin(struct helper *helper)
{
	struct message_state *state = helper->daemon->messages;

	state->channel =
	    bufferevent_socket_new(helper->daemon->base, helper->channel, 0);
	bufferevent_setcb(state->channel, on_line, NULL, NULL, helper->daemon);
	bufferevent_enable(state->channel, EV_READ | EV_WRITE);
	daemon_look_soon(helper->daemon);
}

static void
heard(struct helper *helper, const char *line)
{
	daemon_log(helper->daemon, LOG_LEVEL_INFO, "helper.said", helper->name,
	    NULL, NULL, "%s", line);
}

/* Nothing is known of what it had in hand: all of it is tried again. */
static void
lost(struct helper *helper)
{
	struct daemon *daemon = helper->daemon;
	struct message_state *state = daemon->messages;

	if (state->channel != NULL) {
		bufferevent_free(state->channel);
		state->channel = NULL;
	}
	for (unsigned i = 0; i < WEBHOOKS_AT_ONCE; i++) {
		free(state->under_way[i].body);
		state->under_way[i] = (struct delivery){.id = 0};
	}
	steps_lost_pushes(daemon);
}

static bool
say(struct daemon *daemon, int64_t id, json_t *message)
{
	struct message_state *state = daemon->messages;

	if (state == NULL || state->channel == NULL) {
		json_decref(message);
		return false;
	}
	json_object_set_new(message, "id", json_integer((json_int_t)id));
	char *text = json_dumps(message, JSON_COMPACT);
	struct evbuffer *out = bufferevent_get_output(state->channel);

	evbuffer_add_printf(out, "%s\n", text);
	free(text);
	json_decref(message);
	return true;
}

bool
messages_run(const struct daemon *daemon)
{
	return daemon->messages != NULL && daemon->messages->channel != NULL;
}

bool
messages_push(struct daemon *daemon, int64_t step_id, json_t *message)
{
	return say(daemon, step_id * N_OF + OF_PUSH, message);
}

/* ---- webhooks ---- */

void
messages_send(struct daemon *daemon, json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);

	for (size_t i = 0; i < daemon->config->n_webhooks; i++) {
		struct delivery delivery = {.body = text};

		delivery.created_at = clock_now();
		snprintf(delivery.receiver, sizeof(delivery.receiver), "%s",
		    daemon->config->webhooks[i].name);
		(void)KEEP(daemon, "a message",
		    ledger_add_delivery(daemon->ledger, &delivery));
	}
	free(text);
	json_decref(body);
	messages_look(daemon);
}

static const struct config_webhook *
webhook(const struct daemon *daemon, const char *name)
{
	for (size_t i = 0; i < daemon->config->n_webhooks; i++) {
		if (strcmp(daemon->config->webhooks[i].name, name) == 0) {
			return &daemon->config->webhooks[i];
		}
	}
	return NULL;
}

static bool
is_under_way(const struct message_state *state, int64_t id)
{
	for (unsigned i = 0; i < WEBHOOKS_AT_ONCE; i++) {
		if (state->under_way[i].id == id) {
			return true;
		}
	}
	return false;
}

static unsigned
count_under_way(const struct message_state *state, const char *receiver)
{
	unsigned n = 0;

	for (unsigned i = 0; i < WEBHOOKS_AT_ONCE; i++) {
		n += state->under_way[i].id != 0 &&
		     strcmp(state->under_way[i].receiver, receiver) == 0;
	}
	return n;
}

static struct delivery *
free_place(struct message_state *state)
{
	for (unsigned i = 0; i < WEBHOOKS_AT_ONCE; i++) {
		if (state->under_way[i].id == 0) {
			return &state->under_way[i];
		}
	}
	return NULL;
}

/* Sends one; its body goes with it. */
static void
send_webhook(struct daemon *daemon, struct delivery *delivery)
{
	struct message_state *state = daemon->messages;
	const struct config_webhook *to = webhook(daemon, delivery->receiver);
	struct delivery *place = free_place(state);

	if (to == NULL) { /* no longer configured */
		(void)KEEP(daemon, "a delivery",
		    ledger_drop_delivery(daemon->ledger, delivery->id));
	} else if (place != NULL && !is_under_way(state, delivery->id) &&
	           count_under_way(state, delivery->receiver) <
	               WEBHOOKS_TO_ONE) {
		*place = *delivery;
		delivery->body = NULL;
		say(daemon, place->id * N_OF + OF_WEBHOOK,
		    json_pack("{s:s, s:s, s:s, s:[s], s:s, s:s?, s:s?, s:i}",
		        "kind", "webhook", "method", "POST", "url", to->url,
		        "headers", "Content-Type: application/json", "body",
		        place->body, "secret_file", to->secret_file, "ca",
		        to->ca, "deadline_ms", WEBHOOK_DEADLINE_MS));
	}
}

static void
heartbeat(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	int64_t now = clock_now();

	/* A gate that cannot judge must be missed. */
	if (config->heartbeat_url == NULL || !daemon_may_judge(daemon) ||
	    daemon->ledger_why[0] != '\0' ||
	    now - daemon->heartbeat_sent_at < config->heartbeat_interval_s) {
		return;
	}
	if (say(daemon, OF_HEARTBEAT,
	        json_pack("{s:s, s:s, s:s, s:[], s:i}", "kind", "heartbeat",
	            "method", "GET", "url", config->heartbeat_url, "headers",
	            "deadline_ms", WEBHOOK_DEADLINE_MS))) {
		daemon->heartbeat_sent_at = now;
	}
}

void
messages_look(struct daemon *daemon)
{
	struct delivery *rows = NULL;
	size_t n = 0;

	if (!messages_run(daemon) || daemon->stopping) {
		return;
	}
	heartbeat(daemon);
	if (ledger_deliveries(daemon->ledger, clock_now(), DUE_MOST, &rows,
	        &n) != LEDGER_OK) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		send_webhook(daemon, &rows[i]);
		free(rows[i].body);
	}
	free(rows);
}

void
messages_start(struct daemon *daemon)
{
	struct message_state *state = xcalloc(1, sizeof(*state));

	daemon->messages = state;
	state->helper = (struct helper){.daemon = daemon,
	    .name = "zonegate-notify",
	    .takes_waivers = true,
	    .begin = begin,
	    .heard = heard,
	    .lost = lost,
	    HELPER_NONE};
	helper_run(&state->helper);
}

void
messages_stop(struct daemon *daemon)
{
	struct message_state *state = daemon->messages;

	if (state == NULL) {
		return;
	}
	helper_stop(&state->helper);
	lost(&state->helper);
	free(state->failing);
	free(state);
	daemon->messages = NULL;
}
