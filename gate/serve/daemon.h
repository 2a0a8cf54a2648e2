/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * daemon.h -- what the parts of `zonegate serve' share: one process, one
 * thread, one event loop.
 *
 * The way of a candidate: intake.c (octets in, hashed, unpacked) -> judging.c
 * (its turn, a child that runs `zonegate audit') -> deciding.c (what the
 * verdict means) -> releasing.c (vetoes, outbox, manifest) -> steps.c (hooks,
 * pushes, probes).  alarms.c looks at all of it, control.c speaks of it.
 */
#pragma once

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "serve/audit_log.h"
#include "serve/candidate.h"
#include "serve/clock.h"
#include "serve/config.h"
#include "serve/ledger.h"
#include "serve/outbox.h"
#include "serve/outcome.h"
#include "serve/task.h"
#include "serve/watch.h"
#include "time_text.h"

#define DAEMON_WHY 512
#define DAEMON_PATH 4096
#define N_DURATION_BUCKETS 9

struct daemon;
struct helper;
struct needs; /* approve.h */

/* What a zone has seen since the ledger began. */
struct counters {
	int64_t received, superseded, decided[DECISION_RELEASE + 1], released,
	    approved, disputed_claims;
	int64_t durations[N_DURATION_BUCKETS + 1]; /* the last: longer */
	double duration_sum;
};

/* A zone while the daemon runs. */
struct zone_run {
	struct daemon *daemon;
	const struct config_zone *zone; /* NULL: no longer configured */
	char *name, *file_name;

	/* Candidates; each NULL if there is none. */
	struct candidate *waiting;   /* for its turn */
	struct candidate *judging;   /* by TASK */
	struct candidate *releasing; /* passing the vetoes, or the outbox */
	struct candidate *held;      /* the newest that waits for a person */
	struct candidate *released;  /* what is published */

	struct task *task; /* the judging child */
	int64_t judge_deadline_s;
	int64_t judged_against; /* id of what was published when it began */
	char judged_set[65];    /* the set of the last run that began */
	bool judged_alone;      /* without a look at what was published */
	size_t next_veto;
	struct task *veto;
	unsigned veto_generation; /* of the configuration it is from */
	unsigned veto_tries;      /* of this one, that came to nothing */
	int64_t vetoed;           /* the last one that a veto refused */
	struct event *release_again;
	int64_t told_release;   /* the last one that the audit log was told */
	struct taking *takings; /* octets on their way in, oldest first */
	int spool_watch;        /* inotify's number of spool/<zone>/ */
	bool spool_changed;     /* it is to be looked at */

	double spent_s; /* judging time, decayed */
	int64_t spent_at_ms;
	int64_t first_seen_at, last_good_at;
	struct counters counters;
	struct clock_sample sample;
	int64_t sample_offset, sampled; /* clock_offset() then; of which
	                                   candidate */
	uint64_t claims;
	bool slow;
	double seconds;
	bool observe_refused;
	bool key_without_anchor;
	char key_text[128];
	char outbox_why[DAEMON_WHY]; /* "": it is as it must be */
	char veto_why[DAEMON_WHY];
	char set_why[DAEMON_WHY]; /* the published zone fails the present set */
	char anchor_file[DAEMON_PATH], incoming_file[DAEMON_PATH]; /* or "" */
	char set[65]; /* SHA-256 of policy and anchors */
};

struct daemon {
	struct event_base *base;
	struct config *config;
	unsigned generation; /* of the configuration: counts reloads */
	bool hangup;         /* SIGHUP came while a reload was under way */
	char *config_file;
	char program[DAEMON_PATH]; /* this program, to judge with */
	char *state;
	int state_fd;
	struct ledger *ledger;
	struct audit_log *log;
	struct manifest_key *key;
	struct outbox *outbox;
	int64_t started_at;
	int exit_status;
	bool stopping;
	bool again; /* the process begins anew when the loop has ended */

	struct zone_run **zones; /* by name; those of the configuration first
	                            to last, none is ever freed while it runs */
	size_t n_zones;
	unsigned running; /* judging children */

	struct alarm *alarms;
	size_t n_alarms;
	struct event *look; /* scheduled look at everything */

	/* Why nothing may be judged now; "": go on. */
	char broken_why[DAEMON_WHY];
	char clock_why[DAEMON_WHY];
	char ledger_why[DAEMON_WHY];
	bool ledger_corrupt;
	char log_why[DAEMON_WHY];
	struct log_entry_waiting *log_waiting; /* logging.c */
	unsigned log_lost;
	char log_damage[DAEMON_WHY]; /* what was found at start */
	char reload_why[DAEMON_WHY];
	char library_text[DAEMON_WHY];
	char ldns[96], unbound[96];   /* the libraries last seen */
	int64_t clock_offset;         /* to CLOCK_BOOTTIME, as accepted */
	bool clock_is_steady;         /* clock_offset is known */
	bool clock_by_signers;        /* they alone accuse it */
	int64_t unsynchronised_since; /* CLOCK_BOOTTIME; 0: is synchronised */
	int64_t newest_time, newest_time_kept, forgot_at;
	struct event *turn; /* when the next candidate's time has come */
	bool reserve_whole;
	unsigned worker_faults;
	int64_t worker_faults_since;
	int64_t canary_at, heartbeat_at, heartbeat_sent_at;

	struct helper *http;       /* NULL: not configured */
	char http_addresses[1024]; /* "127.0.0.1:8053 ...", as it said */
	struct under_way *steps;   /* steps.c: whose program is running */
	bool looking_at_steps;
	struct intake_state *intake;
	struct control_state *control;
	struct canary_state *canary;
	struct message_state *messages;
	struct reload_state *reload;
};

/* ---- daemon.c ---- */

/* The run of the zone called NAME, or NULL. */
struct zone_run *daemon_zone(struct daemon *daemon, const char *name);

/* Appends to the audit log, now or when the disk takes it, and tells syslog if
 * it is to.  DATA's reference is taken; it may be NULL, and so may ZONE. */
void daemon_log(struct daemon *daemon, enum log_level level, const char *type,
    const char *actor, const char *zone, json_t *data, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* Writes what the log could not take before. */
void daemon_log_again(struct daemon *daemon);
/* Closes it; what it still does not take goes to standard error. */
void daemon_log_close(struct daemon *daemon);

/*
 * Notes how a ledger call ended.  Returns true for LEDGER_OK; otherwise the
 * reason is kept for the alarms, and a full disk gets its reserve, so that the
 * caller's next try may succeed.
 */
bool daemon_kept(struct daemon *daemon, enum ledger_end end, const char *what);
/* Does CALL, once more with the reserve if the disk was full. */
#define KEEP(daemon, what, call)                                               \
	(daemon_kept((daemon), (call), (what)) ||                              \
	    daemon_kept((daemon), (call), (what)))

/* Adds "--waive TECHNIQUE" from ARGV[N] on for what the configuration waives,
 * at most four words, and the NULL at the end. */
void daemon_waivers(const struct daemon *daemon, const char **argv, unsigned n);

/* STATE/FOLDER/NAME; returns PATH. */
char *daemon_path(const struct daemon *daemon, const char *folder,
    const char *name, char path[DAEMON_PATH]);

/* The file of a candidate's octets.  Returns PATH. */
char *candidate_path(const struct zone_run *run,
    const struct candidate *candidate, char path[DAEMON_PATH]);

/* Removes what writers that were stopped left in the folder PATH, while nobody
 * writes there. */
void daemon_clean(const char *path);

/* Replaces the candidate at PLACE by a copy of CANDIDATE; NULL clears it. */
void place_candidate(struct candidate **place,
    const struct candidate *candidate);

/* Looks at everything soon: something has changed. */
void daemon_look_soon(struct daemon *daemon);

/* True if candidates may be judged now: neither gate nor clock is in doubt. */
bool daemon_may_judge(const struct daemon *daemon);
/* True if only the signers accuse the clock: a candidate that says nothing of
 * it yet is judged to hear what it says, and no more comes of that. */
bool daemon_may_sample(const struct daemon *daemon);

/* ---- intake.c ---- */

/* What becomes of octets handed in.  ERROR is a code of control.h, NULL when
 * they are candidate ID; KNOWN if they were one before. */
typedef void taken_done(void *context, int64_t id, bool known,
    const char *error, const char *message);

void intake_start(struct daemon *daemon);
void intake_reload(struct daemon *daemon);
void intake_stop(struct daemon *daemon);
/* Takes the octets of FD in (its owner keeps it), or those of the file STATE/
 * upload/FILE, which is removed afterwards.  DONE may be NULL. */
void intake_take(struct zone_run *run, int fd, const char *file,
    const char *via, const char *actor, taken_done *done, void *context);
/* True if STATE/upload/FILE is on its way in already. */
bool intake_has(const struct zone_run *run, const char *file);
/* False if so many octets of RUN are on their way in that no more may come. */
bool intake_has_room(const struct zone_run *run);
/* Goes on with what the disk had no room for. */
void intake_try_again(struct daemon *daemon);
/* False while uploads are refused: the disk's reserve is not whole. */
bool intake_is_open(const struct daemon *daemon);

/* ---- judging.c ---- */

/* CANDIDATE (stored, WAITING) waits for its turn; one that waited before is
 * superseded. */
void judging_add(struct zone_run *run, const struct candidate *candidate);
/* Starts whatever may start now. */
void judging_poke(struct daemon *daemon);

/* The command that judges FILE of RUN's zone into reports OUTPUT (JSON) and
 * HTML (or NULL); arguments live in ARGUMENTS. */
struct judge_command {
	const char *argv[48];
	char at[32], jobs[16], deadline[TIME_TEXT], html[DAEMON_PATH + 8];
};
void judge_command(struct judge_command *command, const struct zone_run *run,
    const struct config_zone *zone, const char *anchor_file,
    const char *incoming_file, const char *file, const char *previous,
    int64_t at_s, const char *output, const char *html);

/* Where the octets lie that RUN has published.  Returns PATH. */
char *published_path(const struct zone_run *run, char path[DAEMON_PATH]);

/* Reads a whole report file; NULL if it cannot be. */
char *report_read(const char *path, size_t *length);

/* ---- deciding.c ---- */

/* RUN's judging candidate has OUTCOME; or, with NULL, no verdict: WHY.  CRASHED
 * if the judging process itself came down. */
void decided(struct zone_run *run, const struct outcome *outcome,
    const char *why, bool crashed, double seconds);
/* ---- noting.c ---- */
/* Notes what OUTCOME, a run of SECONDS, tells beside its decision. */
void note_outcome(struct zone_run *run, const struct outcome *outcome,
    double seconds);
/* Keeps the counters in the ledger. */
void note_counters(struct zone_run *run);
/* Notes which libraries judged; others than before are looked at. */
void note_libraries(struct daemon *daemon, const struct outcome *outcome);
/* RUN's held candidate is judged again: WHY. */
void judge_held_again(struct zone_run *run, const char *why);
/* What was judged by another policy or other anchors than the present ones is
 * judged again, if it is still to go out. */
void deciding_review(struct zone_run *run);

/* ---- clearing.c ---- */
/* Releases CANDIDATE if the verdict, the approvals and the time allow it; says
 * what is still needed. */
bool clear_candidate(struct zone_run *run, const struct candidate *candidate,
    struct needs *needs);
/* Held candidates whose approval or headroom has come are released. */
void deciding_look(struct zone_run *run);
/* Finds the newest candidate that waits for a person. */
void find_held(struct zone_run *run);
/* Signature headroom of what is published; INT64_MAX if nothing is. */
int64_t published_headroom(const struct zone_run *run, int64_t now);

/* ---- releasing.c ---- */

/* CANDIDATE, cleared, goes through the vetoes (not again when people approved
 * it) into the outbox. */
void release_begin(struct zone_run *run, const struct candidate *candidate,
    const char *released_by);
/* Puts what is released in the outbox again. */
void release_again(struct zone_run *run, const struct candidate *candidate);
/* Publishes at intake (observe mode): true when it is in the outbox. */
bool release_observed(struct zone_run *run, struct candidate *candidate);

/* ---- steps.c ---- */
/* Keeps what is to follow CANDIDATE's release; steps_look() begins with it once
 * it is released. */
bool steps_add(struct zone_run *run, const struct candidate *candidate);
void steps_look(struct daemon *daemon);
void steps_stop(struct daemon *daemon);
/* zonegate-notify has ended: its pushes have failed. */
void steps_lost_pushes(struct daemon *daemon);
const char *step_kind_name(enum step_kind kind);
/* A push has ended. */
void steps_pushed(struct daemon *daemon, int64_t id, bool ok, const char *why);

/* ---- messages.c ---- */
void messages_start(struct daemon *daemon);
void messages_look(struct daemon *daemon);
void messages_stop(struct daemon *daemon);
/* Queues BODY (reference taken) for every webhook. */
void messages_send(struct daemon *daemon, json_t *body);
/* Hands a push over; false if there is nobody to hand it to. */
bool messages_push(struct daemon *daemon, int64_t step_id, json_t *message);
/* The webhooks that fail, for the alarms; returns their number. */
size_t messages_failing(struct daemon *daemon, size_t most, const char *names[],
    const char *whys[], int64_t sinces[]);

/* True while zonegate-notify runs. */
bool messages_run(const struct daemon *daemon);

/* ---- http_run.c ---- */
/* Starts zonegate-http, or starts it again with the present configuration. */
void http_start(struct daemon *daemon);
void http_stop(struct daemon *daemon);

/* ---- alarms.c ---- */
void alarms_look(struct daemon *daemon);
/* ---- clock_look.c ---- */
void clock_look(struct daemon *daemon);
/* From CLOCK_BOOTTIME to the clock. */
int64_t clock_offset(void);
/* The clock has not jumped since now.  PERSON, if not NULL, says that it is
 * right even if the ledger has seen a later time. */
void clock_accept(struct daemon *daemon, const char *person);

/* ---- housekeeping.c ---- */
void housekeeping_look(struct daemon *daemon);

/* ---- canary_run.c ---- */
void canary_start(struct daemon *daemon);
/* Judges the canaries now, unless they are being judged. */
void canary_soon(struct daemon *daemon);
void canary_stop(struct daemon *daemon);

/* ---- reload.c ---- */
typedef void reload_done(void *context, bool ok, const char *message);
/* Reads the configuration again; judges what is published by it first.  DONE
 * may be NULL. */
void reload(struct daemon *daemon, const char *person, bool force,
    const char *reason, reload_done *done, void *context);
/* Judges what is published where its set has changed since it was judged. */
void reload_judge_published(struct daemon *daemon, bool all);
void reload_stop(struct daemon *daemon);
/* Makes a zone's anchor files and its set. */
bool zone_set(struct daemon *daemon, const struct config_zone *zone,
    char anchor_file[DAEMON_PATH], char incoming_file[DAEMON_PATH],
    char set[65], char why[DAEMON_WHY]);

/* ---- control_server.c ---- */
bool control_start(struct daemon *daemon, char why[DAEMON_WHY]);
void control_stop(struct daemon *daemon);
/* The decision on candidate ID has been made: whoever waits hears of it. */
void control_decided(struct daemon *daemon, int64_t id);

/* ---- status.c ---- */
json_t *status_json(struct daemon *daemon);
json_t *candidate_json(struct daemon *daemon, const struct candidate *candidate,
    bool whole);
