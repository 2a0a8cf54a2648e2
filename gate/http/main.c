/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-http: what `zonegate serve' shows and takes over HTTP.
 *
 * Started by the daemon (settings.h), restarted by it when it ends.  It holds
 * no state and decides nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/die.h"
#include "http/events.h"
#include "http/listen.h"
#include "http/sandbox.h"
#include "http/server.h"
#include "http/upload.h"
#include "small_file.h"

/* Descriptors for each connection: its socket, one to the daemon, a file,
 * what TLS may want; and for the rest of us. */
#define FILES_PER_CONNECTION 4
#define FILES_BESIDE 128

static char *
read_pem(const char *path)
{
	char error[256];
	size_t length = 0;
	char *text =
	    small_file_read(path, HTTP_PEM_MAX, &length, error, sizeof(error));

	if (text == NULL) {
		die("%s", error);
	}
	text[length] = '\0';
	if (strlen(text) != length) {
		die("%s: no PEM file", path);
	}
	return text;
}

static int
open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		die("%s: %s", path, strerror(errno));
	}
	return fd;
}

static void
ignore_signals(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
	/* The daemon reloads; we are told by a restart. */
	sigaction(SIGHUP, &ignore, NULL);
}

/* Everything that is opened by its path, and then the sandbox. */
static struct http *
prepare(const struct http_settings *settings, struct server_tls *tls,
    int sockets[HTTP_ADDRESSES_MAX])
{
	static struct http http;
	const struct http_limits *limits = &settings->limits;

	http.settings = settings;
	http.tls = settings->certificate != NULL;
	if (http.tls) {
		tls->certificate = read_pem(settings->certificate);
		tls->key = read_pem(settings->key);
		tls->client_ca = settings->client_ca == NULL
		                     ? NULL
		                     : read_pem(settings->client_ca);
	}
	http.reports_fd = open_folder(settings->reports);
	http.uploads = uploads_new(settings->upload, limits);
	if (http.uploads == NULL) {
		die("%s: %s", settings->upload, strerror(errno));
	}
	http.connections = connections_new(limits);
	http.listeners = listeners_new(limits);
	http.daemon = daemon_new(settings->socket);
	for (size_t i = 0; i < settings->n_listen; i++) {
		sockets[i] = listen_on(settings->listen[i]);
	}
	http_sandbox_enter(uploads_fd(http.uploads), http.reports_fd,
	    (uint64_t)limits->connections * FILES_PER_CONNECTION + FILES_BESIDE,
	    limits->upload_bytes_max, settings->waived);
	return &http;
}

/* Until descriptor 3 says that the daemon is gone. */
static void
wait_for_the_end(void)
{
	char octet;
	ssize_t n;

	do {
		n = read(HTTP_SETTINGS_FD, &octet, 1);
	} while (n > 0 || (n < 0 && errno == EINTR));
}

int
main(void)
{
	struct server_tls tls = {.key = NULL};
	int sockets[HTTP_ADDRESSES_MAX] = {0};

	die_init("zonegate-http");
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	ignore_signals();
	struct http_settings *settings =
	    http_settings_receive(HTTP_SETTINGS_FD);

	/* What these read of the system, they read before the sandbox. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) != 1 ||
	    MHD_is_feature_supported(MHD_FEATURE_TLS) == MHD_NO) {
		die("OpenSSL or libmicrohttpd's TLS is not there");
	}
	json_object_seed(0);
	struct http *http = prepare(settings, &tls, sockets);
	int error = connections_watch(http->connections);

	if (error != 0) {
		die("thread: %s", strerror(error));
	}
	for (size_t i = 0; i < settings->n_listen; i++) {
		char name[128];

		listen_name(sockets[i], name, sizeof(name));
		if (server_start(http, sockets[i], http->tls ? &tls : NULL) ==
		    NULL) {
			die("%s: libmicrohttpd does not start%s", name,
			    http->tls ? ": are certificate and key a pair?"
			              : "");
		}
		printf("listening %s\n", name);
	}
	printf("ready\n");
	fflush(stdout);
	wait_for_the_end();
	/* Uploads under way are left to the next start; threads to exit. */
	_exit(0);
}
