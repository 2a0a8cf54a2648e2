/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config.h -- zonegate.conf as data: what `zonegate serve' is to do.
 *
 * The rows of config.def are the keys: the reader, `zonegate config' and the
 * manual page zonegate.conf(5) know them from there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "judgement.h"

/* A configuration file of many thousand zones. */
#define LIMIT_CONFIG_BYTES (16u << 20)
#define LIMIT_ZONES 20000
/* Rows of one kind within one section. */
#define LIMIT_CONFIG_ROWS 1000
#define CONFIG_ERROR 1024
#define DEFAULT_CONFIG "/etc/zonegate/zonegate.conf"

enum zone_mode {
	ZONE_GATE,    /* zero: nothing goes out unjudged */
	ZONE_OBSERVE, /* published at intake, judged beside it */
};

enum anchor_state {
	ANCHOR_ACTIVE,   /* in the parent's DS set */
	ANCHOR_INCOMING, /* not yet in the parent: the chain may not rest on it */
	ANCHOR_OUTGOING, /* still in the parent, soon withdrawn */
};

enum role {
	ROLE_NONE, /* zero: may do nothing */
	ROLE_VIEWER,
	ROLE_SUBMITTER, /* for the zones listed; may view too */
	ROLE_OPERATOR,  /* may approve and discard; may view too */
};

/* A command with its arguments: no shell.  "{zone}", "{file}", "{serial}" and
 * "{manifest}" in an argument are replaced.  argv[0] is an absolute path. */
struct config_command {
	char *name;
	char **argv; /* ends with NULL */
	int64_t deadline_s;
};

struct config_push {
	char *name;
	char *url;                    /* "{zone}" and "{serial}" are replaced */
	char *ca, *certificate, *key; /* PEM files, or NULL */
	char *token_file; /* its first line is the bearer token; or NULL */
};

struct config_probe {
	char *name;
	char *address; /* IPv4 or IPv6, no name */
	uint16_t port;
	int64_t overdue_s; /* an alarm if the serial is not served by then */
};

struct config_anchor {
	enum anchor_state state;
	char *file; /* DS or DNSKEY records */
};

struct config_zone {
	char *name;      /* presentation form, lower case, final dot */
	char *file_name; /* the same as a file's name: zone_file_name() */
	char *policy_name;
	struct policy *policy; /* read and checked */
	enum zone_mode mode;
	struct config_anchor *anchors; /* none: self */
	size_t n_anchors;
	struct config_command *vetoes, *hooks;
	size_t n_vetoes, n_hooks;
	struct config_push *pushes;
	size_t n_pushes;
	struct config_probe *probes;
	size_t n_probes;
	bool spool;                           /* watch spool/<zone>/ */
	int64_t release_policy_holds_below_s; /* 0: off */
	/* The policy's, unless set here. */
	int64_t deadline_s; /* of a judgement */
	int64_t resign_interval_max_s;
	int64_t headroom_warn_s, headroom_crit_s;
	uint64_t candidate_bytes_max; /* unpacked */
	unsigned line;                /* where the section begins */
};

/* A bearer token, kept as the SHA-256 of its text. */
struct config_token {
	char *name;
	char
	    *person; /* who an approval by it counts for; the name by default */
	uint8_t sha256[32];
	enum role role;
	/* Of a submitter, else NULL; ends with NULL; "*" is all. */
	char **zones;
};

/* A client certificate, known by the SHA-256 of its DER form. */
struct config_client {
	char *name;
	uint8_t sha256[32];
	enum role role; /* viewer or submitter: approvals want a token */
	char **zones;
};

/* A local account that may approve and discard through the control socket.
 * Root and the account that the daemon runs under may always, in their own
 * names. */
struct config_operator {
	char *name;
	char *user;   /* login name; the section's name by default */
	char *person; /* the login name by default */
};

struct config_webhook {
	char *name;
	char *url;
	char *secret_file; /* key of the HMAC-SHA256 signature; or NULL */
	char *ca;          /* PEM file, or NULL */
};

struct config_http {
	bool enabled;
	char **listen; /* "127.0.0.1:8053", "[::1]:8053"; ends with NULL */
	char *certificate, *key;     /* PEM files, or NULL: no TLS */
	char *client_ca;             /* PEM file: ask for client certificates */
	unsigned connections;        /* at once */
	unsigned connections_per_ip; /* at once */
	int64_t header_timeout_s; /* a request's header must be there by then */
	int64_t idle_timeout_s;   /* without an octet */
	uint64_t upload_bytes_max; /* one candidate, as sent */
	uint64_t upload_total_max; /* all uploads in progress */
};

struct config {
	char *file;
	char *state; /* absolute: ledger, outbox, candidates, sockets */
	unsigned max_parallel; /* judgements side by side */
	unsigned jobs;   /* `--jobs' of each; 0: processors / max_parallel */
	unsigned waived; /* enum sandbox_waiver */
	bool syslog;
	int64_t scan_interval_s;  /* of the spool, beside inotify */
	int64_t watch_interval_s; /* of what is published */
	int64_t canary_interval_s;
	int64_t clock_holdover_s; /* unsynchronised for longer: suspect; 0: the
	                             kernel's word is not asked for */
	uint64_t disk_reserve;    /* octets kept for release and ledger */
	uint64_t large_candidate; /* octets from which one counts as large: one
	                             slot is kept for smaller ones */
	unsigned keep_candidates; /* decided ones kept of each zone, at least */
	int64_t keep_candidates_s; /* and those younger than this */
	struct config_http http;
	char *heartbeat_url; /* or NULL */
	int64_t heartbeat_interval_s;
	struct config_webhook *webhooks;
	size_t n_webhooks;
	struct config_token *tokens;
	size_t n_tokens;
	struct config_client *clients;
	size_t n_clients;
	struct config_operator *operators;
	size_t n_operators;
	struct config_zone *zones; /* by name */
	size_t n_zones;
	struct config_source *source; /* config.c's: policies, lines */
};

/*
 * Reads FILE, and every policy that it names.
 *
 * Returns a configuration to be freed with config_free(), or NULL with the
 * reason in ERROR: file, line, what is wrong, what is allowed.  An unknown
 * key, a zone named twice, a listener beyond loopback without credentials, a
 * pull source are such reasons.
 */
struct config *config_read(const char *file, char error[CONFIG_ERROR]);

/* As config_read(), of LENGTH octets of TEXT; FILE is for messages, and
 * relative paths are taken from its directory. */
struct config *config_parse(const char *text, size_t length, const char *file,
    char error[CONFIG_ERROR]);

void config_free(struct config *config);

/* The zone called NAME (any case, final dot or not), or NULL. */
const struct config_zone *config_zone(const struct config *config,
    const char *name);

/* Writes every effective value, a line each: key, value, and in a comment
 * where it came from: "file:line", "policy NAME" or "default". */
void config_print(FILE *out, const struct config *config);

/*
 * A zone's name as the name of a file: letters in lower case, digits, `-',
 * `_' and inner dots stay, the final dot goes, every other octet becomes %XX;
 * the root is "@".  Returns false if TEXT is no domain name.
 */
#define ZONE_FILE_NAME (3 * 255 + 1)
bool zone_file_name(const char *text, char name[ZONE_FILE_NAME]);
