/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_serve.c -- `zonegate serve': from an empty process to the event loop
 * and back.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/die.h"
#include "base/memory.h"
#include "base/sandbox.h"
#include "command_line.h"
#include "options.h"
#include "serve/daemon.h"
#include "serve/helper.h"
#include "serve/rebuild.h"
#include "serve/space.h"
#include "serve/zones.h"

/* ---- the state directory ---- */

static const struct {
	const char *name;
	mode_t mode;
} folders[] = {{"run", 0750}, {"spool", 0770}, {"upload", 0700},
    {"candidates", 0750}, {"reports", 0750}, {"refused", 0750},
    {"outbox", 0755}, {"manifests", 0755}, {"keys", 0755}, {"log", 0750}};

/* The mode is what the table says, whatever the umask: a signer writes to the
 * spool, a nameserver reads the outbox.  One that is there stays as it is. */
static bool
make_folder(const char *path, mode_t mode)
{
	if (mkdir(path, mode) != 0) {
		return errno == EEXIST;
	}
	return chmod(path, mode) == 0;
}

static bool
make_folders(struct daemon *daemon)
{
	char path[DAEMON_PATH];

	if (!make_folder(daemon->state, 0755)) {
		warn("state %s: %s; make the directory, or give another in the "
		     "configuration",
		    daemon->state, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", daemon->state,
		    folders[i].name);
		if (!make_folder(path, folders[i].mode)) {
			warn("%s: %s", path, strerror(errno));
			return false;
		}
	}
	return true;
}

/* One daemon for one state directory; the lock ends with the process. */
static bool
lock(struct daemon *daemon)
{
	char path[DAEMON_PATH], pid[24];
	int fd = open(daemon_path(daemon, "run", "lock", path),
	    O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
		warn("%s: %s; is a daemon running on this state directory?",
		    path, strerror(errno));
		return false;
	}
	int n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());

	/* For people only. */
	if (ftruncate(fd, 0) != 0 || write(fd, pid, (size_t)n) != n) {
		warn("%s: %s", path, strerror(errno));
	}
	return true;
}

/* ---- ledger and log ---- */

/* Makes the ledger again from outbox and manifests, and says so. */
static bool
rebuild(struct daemon *daemon, const char *why)
{
	char words[REBUILD_ERROR];
	bool done;

	daemon_log(daemon, LOG_LEVEL_ALARM, "ledger.lost", "zonegate", NULL,
	    NULL, "%s; it is made again from outbox and manifests", why);
	done = rebuild_ledger(daemon->state, words);
	daemon_log(daemon, LOG_LEVEL_ALARM,
	    done ? "ledger.rebuilt" : "ledger.not-rebuilt", "zonegate", NULL,
	    NULL, "%s", words);
	return done;
}

static bool
open_ledger(struct daemon *daemon)
{
	char error[DAEMON_WHY] = "";

	if (rebuild_is_wanted(daemon->state) &&
	    !rebuild(daemon, "the ledger is not there")) {
		return false;
	}
	enum ledger_end end =
	    ledger_open(daemon->state, true, &daemon->ledger, error);

	if (end == LEDGER_FULL) {
		space_use_reserve(daemon->state);
		daemon->reserve_whole = false;
		end = ledger_open(daemon->state, true, &daemon->ledger, error);
	}
	if (end == LEDGER_CORRUPT && rebuild(daemon, error)) {
		end = ledger_open(daemon->state, true, &daemon->ledger, error);
	}
	if (end != LEDGER_OK) {
		warn("ledger: %s", error);
	}
	return end == LEDGER_OK;
}

static bool
open_all(struct daemon *daemon)
{
	char error[DAEMON_WHY] = "";

	daemon->log = audit_log_open(daemon->state, error);
	if (daemon->log == NULL) {
		warn("audit log: %s", error);
		return false;
	}
	if (!open_ledger(daemon)) {
		return false;
	}
	daemon->key = manifest_key_open(daemon->state, true, error);
	if (daemon->key == NULL) {
		warn("manifest key: %s", error);
		return false;
	}
	daemon->outbox = outbox_open(daemon->state, daemon->key, error);
	if (daemon->outbox == NULL) {
		warn("outbox: %s", error);
		return false;
	}
	return true;
}

/* The log must have the entry that the ledger knows, and what follows must
 * hang together. */
static void
compare_log(struct daemon *daemon)
{
	uint64_t known = 0;
	char hash[65] = "";

	if (audit_log_damage(daemon->log)[0] != '\0') {
		snprintf(daemon->log_damage, sizeof(daemon->log_damage), "%s",
		    audit_log_damage(daemon->log));
	} else if (ledger_log_head(daemon->ledger, &known, hash) &&
	           !audit_log_has(daemon->log, known, hash)) {
		snprintf(daemon->log_damage, sizeof(daemon->log_damage),
		    "the ledger has seen entry %llu, and it is not there as it "
		    "was: entries are lost or changed; compare with the copies "
		    "elsewhere",
		    (unsigned long long)known);
	}
	snprintf(daemon->log_why, sizeof(daemon->log_why), "%s",
	    daemon->log_damage);
}

static void
read_facts(struct daemon *daemon)
{
	char *text = ledger_fact(daemon->ledger, "", "newest_time");

	daemon->newest_time = text != NULL ? strtoll(text, NULL, 10) : 0;
	daemon->newest_time_kept = daemon->newest_time;
	free(text);
	text = ledger_fact(daemon->ledger, "", "ldns");
	snprintf(daemon->ldns, sizeof(daemon->ldns), "%s",
	    text != NULL ? text : "");
	free(text);
	text = ledger_fact(daemon->ledger, "", "unbound");
	snprintf(daemon->unbound, sizeof(daemon->unbound), "%s",
	    text != NULL ? text : "");
	free(text);
}

/* ---- the loop ---- */

static void
on_look(evutil_socket_t fd, short what, void *context)
{
	struct daemon *daemon = context;

	(void)fd;
	(void)what;
	alarms_look(daemon);
	for (size_t i = 0; i < daemon->n_zones; i++) {
		if (daemon->zones[i]->zone != NULL) {
			deciding_look(daemon->zones[i]);
		}
	}
	judging_poke(daemon);
	steps_look(daemon);
	messages_look(daemon);
}

/* A ledger that is broken is made again at start: the process begins anew. */
static void
begin_anew(struct daemon *daemon)
{
	daemon_log(daemon, LOG_LEVEL_ALARM, "gate.restarting", "zonegate", NULL,
	    NULL, "%s", daemon->ledger_why);
	daemon->again = daemon->stopping = true;
	event_base_loopbreak(daemon->base);
}

static void
on_tick(evutil_socket_t fd, short what, void *context)
{
	struct daemon *daemon = context;

	daemon_log_again(daemon);
	on_look(fd, what, context);
	housekeeping_look(context);
	if (!ledger_is_there(daemon->ledger)) {
		daemon->ledger_corrupt = true;
		snprintf(daemon->ledger_why, sizeof(daemon->ledger_why),
		    "the ledger's file was removed or replaced");
	}
	if (daemon->ledger_corrupt) {
		begin_anew(daemon);
	}
}

static void
on_hangup(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	reload(context, "SIGHUP", false, "SIGHUP", NULL, NULL);
}

static void
on_end(evutil_socket_t fd, short what, void *context)
{
	struct daemon *daemon = context;

	(void)what;
	daemon_log(daemon, LOG_LEVEL_INFO, "gate.stopping", "zonegate", NULL,
	    NULL, "signal %d", (int)fd);
	daemon->stopping = true;
	event_base_loopbreak(daemon->base);
}

static void
run_loop(struct daemon *daemon)
{
	const struct timeval interval = {daemon->config->watch_interval_s, 0};
	struct event *tick =
	    event_new(daemon->base, -1, EV_PERSIST, on_tick, daemon);
	struct event *hangup =
	    evsignal_new(daemon->base, SIGHUP, on_hangup, daemon);
	struct event *end = evsignal_new(daemon->base, SIGTERM, on_end, daemon);
	struct event *interrupt =
	    evsignal_new(daemon->base, SIGINT, on_end, daemon);

	event_add(tick, &interval);
	event_add(hangup, NULL);
	event_add(end, NULL);
	event_add(interrupt, NULL);
	daemon_look_soon(daemon);
	event_base_dispatch(daemon->base);
	event_free(tick);
	event_free(hangup);
	event_free(end);
	event_free(interrupt);
}

/* ---- beginning and end ---- */

static bool
begin(struct daemon *daemon)
{
	char why[DAEMON_WHY] = "";

	if (!make_folders(daemon) || !lock(daemon)) {
		return false;
	}
	daemon->reserve_whole =
	    space_reserve(daemon->state, daemon->config->disk_reserve);
	if (!open_all(daemon)) {
		return false;
	}
	daemon->started_at = clock_now();
	clock_accept(daemon, NULL);
	compare_log(daemon);
	read_facts(daemon);
	daemon_log(daemon, LOG_LEVEL_INFO, "gate.started", "zonegate", NULL,
	    json_pack("{s:s, s:i, s:I}", "version", ZONEGATE_VERSION, "pid",
	        (int)getpid(), "zones", (json_int_t)daemon->config->n_zones),
	    "zonegate %s serves %zu zones", ZONEGATE_VERSION,
	    daemon->config->n_zones);
	if (!control_start(daemon, why)) {
		warn("control socket: %s", why);
		return false;
	}
	daemon->look = evtimer_new(daemon->base, on_look, daemon);
	messages_start(daemon);
	zones_follow_config(daemon);
	intake_start(daemon);
	canary_start(daemon);
	zones_go_on(daemon);
	steps_look(daemon);
	http_start(daemon);
	return true;
}

static void
finish(struct daemon *daemon)
{
	char hash[65];

	daemon->stopping = true;
	http_stop(daemon);
	control_stop(daemon);
	canary_stop(daemon);
	reload_stop(daemon);
	intake_stop(daemon);
	steps_stop(daemon);
	messages_stop(daemon);
	daemon_log_again(daemon);
	if (daemon->log != NULL && daemon->ledger != NULL) {
		uint64_t sequence = audit_log_head(daemon->log, hash);

		if (sequence > 0 && daemon->log_why[0] == '\0') {
			ledger_set_log_head(daemon->ledger, sequence, hash);
		}
	}
	for (size_t i = 0; i < daemon->n_zones; i++) {
		zone_run_free(daemon->zones[i]);
	}
	free(daemon->zones);
	free(daemon->alarms);
	if (daemon->look != NULL) {
		event_free(daemon->look);
	}
	if (daemon->turn != NULL) {
		event_free(daemon->turn);
	}
	outbox_close(daemon->outbox);
	manifest_key_free(daemon->key);
	daemon_log_close(daemon);
	ledger_close(daemon->ledger);
	event_base_free(daemon->base);
	config_free(daemon->config);
}

static bool
find_itself(struct daemon *daemon)
{
	ssize_t n = readlink("/proc/self/exe", daemon->program,
	    sizeof(daemon->program) - 1);

	if (n <= 0) {
		warn("/proc/self/exe: %s", strerror(errno));
		return false;
	}
	daemon->program[n] = '\0';
	return true;
}

static int
serve(const char *file)
{
	struct daemon daemon = {.config_file = realpath(file, NULL)};
	char error[CONFIG_ERROR];
	int status = EXIT_FAULT;

	daemon.config =
	    config_read(daemon.config_file != NULL ? daemon.config_file : file,
	        error);
	if (daemon.config == NULL) {
		warn("%s", error);
		free(daemon.config_file);
		return EXIT_USAGE;
	}
	if ((sandbox_missing() & ~daemon.config->waived) != 0) {
		warn("workers cannot be confined here (Landlock, seccomp); "
		     "`waive' in the configuration goes on without, and every "
		     "report says so");
		config_free(daemon.config);
		free(daemon.config_file);
		return EXIT_FAULT;
	}
	char *state = xstrdup(daemon.config->state);

	daemon.state = state;
	if (daemon.config->syslog) {
		openlog("zonegate", LOG_PID, LOG_DAEMON);
	}
	daemon.base = event_base_new();
	assert(daemon.base != NULL);
	if (find_itself(&daemon) && begin(&daemon)) {
		printf("zonegate %s: %zu zones, state %s\n", ZONEGATE_VERSION,
		    daemon.config->n_zones, daemon.state);
		fflush(stdout);
		run_loop(&daemon);
		status = 0;
	}
	finish(&daemon);
	if (daemon.again) {
		const char *const argv[] = {
		    daemon.program, "serve", "--config", file, NULL};

		execv(daemon.program, (char *const *)(uintptr_t)argv);
		warn("%s: %s", daemon.program, strerror(errno));
		status = EXIT_FAULT;
	}
	free(daemon.config_file);
	free(state);
	return status;
}

int
command_serve(int argc, char *const *argv)
{
	const char *file = DEFAULT_CONFIG, *operands[1];
	size_t n;
	const struct flag_row rows[] = {{.name = "config",
	    .argument = "FILE",
	    .text = &file,
	    .help = "the configuration, zonegate.conf(5); " DEFAULT_CONFIG
	            " by default"}};
	const struct flag_reader reader = {.command = "serve",
	    .operand = "",
	    .help = "Takes candidates in, judges them, releases them into the "
	            "outbox or holds them.  Stays in the foreground; SIGHUP "
	            "reads the configuration again, SIGTERM ends it.  Exit "
	            "status: 0 after SIGTERM, 3 it could not go on, 64 the "
	            "configuration is wrong.",
	    .rows = rows,
	    .n_rows = 1,
	    .most = 0};
	int status = flags_read(&reader, argc, argv, operands, &n);

	if (status >= 0) {
		return status;
	}
	umask(0027);
	return serve(file);
}
