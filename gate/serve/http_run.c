/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http_run.c -- zonegate-http as the daemon keeps it: told its settings, heard
 * when it says where it listens.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "serve/helper.h"
#include "serve/http_settings.h"

static void
begin(struct helper *helper)
{
	json_t *settings = http_settings(helper->daemon->config);
	char *text = json_dumps(settings, JSON_COMPACT);
	size_t length = strlen(text), at = 0;

	helper->daemon->http_addresses[0] = '\0';
	/* It reads this before anything else; what does not fit into the
	 * socket at once follows as it reads. */
	while (at <= length) {
		const char *from = at < length ? text + at : "\n";
		ssize_t n =
		    write(helper->channel, from, at < length ? length - at : 1);
		struct pollfd ready = {helper->channel, POLLOUT, 0};

		if (n > 0) {
			at += (size_t)n;
		} else if (errno != EINTR &&
		           (errno != EAGAIN || poll(&ready, 1, 2000) != 1)) {
			break; /* it will be seen to end */
		}
	}
	free(text);
	json_decref(settings);
}

static void
heard(struct helper *helper, const char *line)
{
	struct daemon *daemon = helper->daemon;
	const char *word = "listening ";

	if (strncmp(line, word, strlen(word)) == 0) {
		size_t n = strlen(daemon->http_addresses);

		snprintf(daemon->http_addresses + n,
		    sizeof(daemon->http_addresses) - n, "%s%s",
		    n > 0 ? " " : "", line + strlen(word));
	}
	daemon_log(daemon, LOG_LEVEL_INFO, "helper.said", helper->name, NULL,
	    NULL, "%s", line);
	printf("%s: %s\n", helper->name, line);
	fflush(stdout);
}

void
http_start(struct daemon *daemon)
{
	if (!daemon->config->http.enabled) {
		http_stop(daemon);
		return;
	}
	if (daemon->http != NULL) {
		helper_restart(daemon->http);
		return;
	}
	daemon->http = xcalloc(1, sizeof(*daemon->http));
	*daemon->http = (struct helper){.daemon = daemon,
	    .name = "zonegate-http",
	    .begin = begin,
	    .heard = heard,
	    HELPER_NONE};
	helper_run(daemon->http);
}

void
http_stop(struct daemon *daemon)
{
	if (daemon->http != NULL) {
		helper_stop(daemon->http);
		free(daemon->http);
		daemon->http = NULL;
	}
}
