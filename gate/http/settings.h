/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.h -- what the daemon tells zonegate-http: one JSON object and a
 * newline on descriptor 3, which stays open; when its other end closes,
 * zonegate-http ends.
 *
 * {"schema": "zonegate-http-settings-1",
 *  "socket": "/var/lib/zonegate/run/http.sock",
 *  "upload": "/var/lib/zonegate/upload",       a directory that is there
 *  "reports": "/var/lib/zonegate/reports",     likewise
 *  "listen": ["127.0.0.1:8053", "[::1]:0"],    1 to 16; port 0: any
 *  "tls": null | {"certificate": PATH, "key": PATH,
 *                 "client_ca": PATH | null},   PEM, read before the sandbox
 *  "limits": {"connections", "connections_per_ip", "header_timeout_s",
 *             "idle_timeout_s", "upload_bytes_max", "upload_total_max",
 *             "upload_rate_min" (octets a second; may be left out),
 *             "listeners" (of events; may be left out)},
 *  "waived": ["landlock", "seccomp"],          what the sandbox may lack
 *  "tokens": [{"name", "sha256" (64 hex), "role", "zones": [...]}],
 *  "clients": [the same; sha256 of a certificate's DER form]}
 *
 * "role" is viewer, submitter or operator; "zones" are a submitter's, in
 * lower case with a final dot, or "*".  Members beyond these are refused:
 * daemon and helper are of one version.  When it listens, zonegate-http says
 * so on its standard output, a line for each address: "listening
 * 127.0.0.1:8053", then "ready".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_SETTINGS_SCHEMA "zonegate-http-settings-1"
#define HTTP_SETTINGS_FD 3
#define HTTP_SETTINGS_MAX (16u << 20)
#define HTTP_ADDRESSES_MAX 16
#define HTTP_PEM_MAX (1u << 20)
#define HTTP_UPLOAD_RATE_MIN 1000
#define HTTP_LISTENERS 16

struct http_limits {
	unsigned connections, connections_per_ip;
	int64_t header_timeout_s, idle_timeout_s;
	uint64_t upload_bytes_max, upload_total_max;
	uint64_t upload_rate_min; /* octets a second */
	unsigned listeners;
};

enum http_role {
	HTTP_ROLE_NONE, /* zero: may do nothing */
	HTTP_ROLE_VIEWER,
	HTTP_ROLE_SUBMITTER,
	HTTP_ROLE_OPERATOR,
};

/* Somebody with a token, or with a certificate. */
struct http_account {
	char *name;
	uint8_t sha256[32];
	enum http_role role;
	char **zones; /* ends with NULL */
};

struct http_settings {
	char *socket, *upload, *reports;
	char *listen[HTTP_ADDRESSES_MAX];
	size_t n_listen;
	char *certificate, *key, *client_ca; /* paths, or NULL */
	struct http_limits limits;
	unsigned waived; /* enum sandbox_waiver */
	struct http_account *tokens, *clients;
	size_t n_tokens, n_clients;
};

/* Reads the settings from descriptor FD, or dies with the reason. */
struct http_settings *http_settings_receive(int fd);

/* Reads them from LENGTH octets of TEXT; dies as above. */
struct http_settings *http_settings_parse(const char *text, size_t length);

void http_settings_free(struct http_settings *settings);

/* "viewer", "submitter", "operator"; "none" for HTTP_ROLE_NONE. */
const char *http_role_name(enum http_role role);
