/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * logging.c -- what the daemon says to the audit log, and to syslog.
 *
 * An entry that the disk does not take waits, in its order, until it does: the
 * gate goes on meanwhile, but its log must not have holes.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/die.h"
#include "base/memory.h"
#include "serve/daemon.h"
#include "serve/space.h"

#define WAITING_MOST 1000

struct log_entry_waiting {
	struct log_entry_waiting *next;
	int64_t at_s;
	enum log_level level;
	char *type, *actor, *zone; /* ZONE may be NULL */
	char *text;
	json_t *data;
};

static int
syslog_priority(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_INFO:
		return LOG_INFO;
	case LOG_LEVEL_WARNING:
		return LOG_WARNING;
	case LOG_LEVEL_ALARM:
		break;
	}
	return LOG_CRIT;
}

/* ---- waiting ---- */

static char *
copy(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

/* Takes DATA's reference. */
static void
put_last(struct daemon *daemon, enum log_level level, const char *type,
    const char *actor, const char *zone, const char *text, json_t *data)
{
	struct log_entry_waiting **last = &daemon->log_waiting;
	unsigned n = 0;

	for (; *last != NULL; last = &(*last)->next) {
		n++;
	}
	if (n >= WAITING_MOST) {
		daemon->log_lost++;
		json_decref(data);
		return;
	}
	struct log_entry_waiting *entry = xcalloc(1, sizeof(*entry));

	*entry = (struct log_entry_waiting){.at_s = clock_now(),
	    .level = level,
	    .type = xstrdup(type),
	    .actor = xstrdup(actor),
	    .zone = copy(zone),
	    .text = xstrdup(text),
	    .data = data};
	*last = entry;
}

static void
drop_first(struct daemon *daemon)
{
	struct log_entry_waiting *entry = daemon->log_waiting;

	daemon->log_waiting = entry->next;
	free(entry->type);
	free(entry->actor);
	free(entry->zone);
	free(entry->text);
	json_decref(entry->data);
	free(entry);
}

/* ---- writing ---- */

static int
add(struct daemon *daemon, const struct log_entry_waiting *entry)
{
	return audit_log_add(daemon->log, entry->at_s, entry->level,
	    entry->type, entry->actor, entry->zone, entry->text,
	    json_incref(entry->data));
}

static int
write_first(struct daemon *daemon)
{
	int error = add(daemon, daemon->log_waiting);

	if (error == ENOSPC) {
		space_use_reserve(daemon->state);
		daemon->reserve_whole = false;
		error = add(daemon, daemon->log_waiting);
	}
	if (error == 0) {
		drop_first(daemon);
	}
	return error;
}

static void
tell_lost(struct daemon *daemon)
{
	char text[80];

	snprintf(text, sizeof(text),
	    "%u entries are lost: the log could not be written",
	    daemon->log_lost);
	daemon->log_lost = 0;
	put_last(daemon, LOG_LEVEL_ALARM, "log.lost", "zonegate", NULL, text,
	    NULL);
}

void
daemon_log_again(struct daemon *daemon)
{
	int error = 0;

	if (daemon->log == NULL) {
		return;
	}
	while (error == 0 && daemon->log_waiting != NULL) {
		error = write_first(daemon);
		if (daemon->log_waiting == NULL && daemon->log_lost > 0) {
			tell_lost(daemon);
		}
	}
	if (error != 0) {
		snprintf(daemon->log_why, sizeof(daemon->log_why),
		    "the audit log cannot be written: %s", strerror(error));
	} else if (strncmp(daemon->log_why, "the audit log cannot", 20) == 0) {
		snprintf(daemon->log_why, sizeof(daemon->log_why), "%s",
		    daemon->log_damage);
	}
}

void
daemon_log(struct daemon *daemon, enum log_level level, const char *type,
    const char *actor, const char *zone, json_t *data, const char *format, ...)
{
	char text[REASON_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);

	if (daemon->config != NULL && daemon->config->syslog) {
		syslog(syslog_priority(level), "%s: %s%s%s", type,
		    zone != NULL ? zone : "", zone != NULL ? ": " : "", text);
	}
	if (level != LOG_LEVEL_INFO) {
		warn("%s%s%s: %s", zone != NULL ? zone : "",
		    zone != NULL ? " " : "", type, text);
	}
	put_last(daemon, level, type, actor, zone, text, data);
	daemon_log_again(daemon);
}

void
daemon_log_close(struct daemon *daemon)
{
	daemon_log_again(daemon);
	while (daemon->log_waiting != NULL) {
		warn("not in the audit log: %s: %s", daemon->log_waiting->type,
		    daemon->log_waiting->text);
		drop_first(daemon);
	}
	audit_log_close(daemon->log);
	daemon->log = NULL;
}
