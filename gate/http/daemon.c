/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/daemon.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/spawn.h"
#include "control/control.h"

/* How old what is known of the status may be. */
#define STATUS_AGE_MS 1000

struct daemon {
	char *socket;
	pthread_mutex_t lock;
	json_t *status; /* NULL: it did not answer */
	int64_t status_ms;
};

struct daemon *
daemon_new(const char *socket)
{
	struct daemon *daemon = xcalloc(1, sizeof(*daemon));

	daemon->socket = xstrdup(socket);
	daemon->status_ms = INT64_MIN;
	pthread_mutex_init(&daemon->lock, NULL);
	return daemon;
}

static json_t *
unavailable(const char *why)
{
	return json_pack("{s:b,s:s,s:s}", "ok", 0, "error", "unavailable",
	    "message", why);
}

/* Only an object that says why is a refusal that can be passed on. */
static json_t *
checked(json_t *answer)
{
	if (json_is_true(json_object_get(answer, "ok")) ||
	    (json_is_string(json_object_get(answer, "error")) &&
	        json_is_string(json_object_get(answer, "message")))) {
		return answer;
	}
	json_decref(answer);
	return unavailable("the daemon's refusal gives no reason");
}

static json_t *
ask_once(const char *socket, const json_t *question, int timeout_ms)
{
	char error[CONTROL_ERROR] = "";
	int fd = control_connect(socket, error);

	if (fd < 0) {
		return unavailable(error);
	}
	json_t *answer = control_ask(fd, question, -1, timeout_ms, error);

	close(fd);
	return answer == NULL ? unavailable(error) : checked(answer);
}

json_t *
daemon_ask(struct daemon *daemon, const struct caller *caller, bool with_token,
    json_t *question, int timeout_ms)
{
	json_t *as = json_pack("{s:s,s:s,s:s?,s:s}", "name", caller->name,
	    "role", http_role_name(caller->role), "token",
	    with_token ? caller->token : NULL, "address", caller->address);
	json_t *answer = NULL;

	if (question == NULL || as == NULL ||
	    json_object_set(question, "as", as) != 0) {
		answer = unavailable("the question cannot be put");
	} else {
		answer = ask_once(daemon->socket, question, timeout_ms);
	}
	json_decref(as);
	json_decref(question);
	return answer;
}

/* With the lock held, so that many who look ask once. */
static void
refresh(struct daemon *daemon)
{
	static const struct caller self = {
	    .name = "zonegate-http",
	    .role = HTTP_ROLE_VIEWER,
	};
	json_t *answer = daemon_ask(daemon, &self, false,
	    json_pack("{s:s}", "op", "status"), DAEMON_STATUS_MS);
	json_t *status = json_object_get(answer, "status");
	const char *schema =
	    json_string_value(json_object_get(status, "schema"));

	json_decref(daemon->status);
	daemon->status = NULL;
	if (schema != NULL && strcmp(schema, CONTROL_STATUS_SCHEMA) == 0) {
		daemon->status = json_incref(status);
	}
	daemon->status_ms = spawn_now_ms();
	json_decref(answer);
}

json_t *
daemon_status(struct daemon *daemon)
{
	pthread_mutex_lock(&daemon->lock);
	if (daemon->status_ms == INT64_MIN ||
	    spawn_now_ms() - daemon->status_ms >= STATUS_AGE_MS) {
		refresh(daemon);
	}
	json_t *status = json_incref(daemon->status);

	pthread_mutex_unlock(&daemon->lock);
	return status;
}

unsigned
daemon_http_status(const json_t *answer)
{
	static const struct {
		const char *code;
		unsigned status;
	} rows[] = {
	    {"bad-request", 400},
	    {"unknown-zone", 404},
	    {"not-found", 404},
	    {"forbidden", 403},
	    {"conflict", 409},
	    {"no-space", 507},
	    {"too-large", 413},
	    {"busy", 429},
	    {"unavailable", 503},
	};

	if (json_is_true(json_object_get(answer, "ok"))) {
		return 200;
	}
	const char *code = json_string_value(json_object_get(answer, "error"));

	for (size_t i = 0; code != NULL && i < sizeof(rows) / sizeof(rows[0]);
	     i++) {
		if (strcmp(rows[i].code, code) == 0) {
			return rows[i].status;
		}
	}
	return code != NULL ? 500 : 503;
}
