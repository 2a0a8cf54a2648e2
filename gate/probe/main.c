/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c -- zonegate-probe: which serial does a nameserver serve?
 *
 * The one program of the gate that reads DNS messages; the daemon sees only the
 * line that it prints.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/confine.h"
#include "base/die.h"
#include "base/libraries.h"
#include "base/spawn.h"
#include "probe/answer.h"
#include "probe/ask.h"
#include "time_text.h"

#define EXIT_NOT_SERVED 1
#define EXIT_USAGE 64
#define TIMEOUT_S 5
#define TIMEOUT_MOST_S 3600

struct options {
	struct sockaddr_storage address;
	socklen_t size;
	ldns_rdf *zone;
	int64_t timeout_s;
	unsigned waived;
};

static void
usage(const char *why, const char *what)
{
	warn("%s%s%s", why, what[0] != '\0' ? ": " : "", what);
	warn("usage: zonegate-probe ADDRESS PORT ZONE [--timeout DURATION] "
	     "[--waive landlock | seccomp] ...");
	exit(EXIT_USAGE);
}

static void
take_address(const char *host, const char *port, struct options *options)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM,
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	char *end;
	unsigned long number = strtoul(port, &end, 10);

	if (port[0] < '0' || port[0] > '9' || *end != '\0' || number < 1 ||
	    number > 65535) {
		usage("the port is not in 1 to 65535", port);
	}
	if (getaddrinfo(host, port, &hints, &found) != 0) {
		usage("this is no IPv4 or IPv6 address", host);
	}
	memcpy(&options->address, found->ai_addr, found->ai_addrlen);
	options->size = found->ai_addrlen;
	freeaddrinfo(found);
}

static void
take_arguments(int argc, char **argv, struct options *options)
{
	int at = 4;

	if (argc < at) {
		usage("arguments are missing", "");
	}
	take_address(argv[1], argv[2], options);
	options->zone = ldns_dname_new_frm_str(argv[3]);
	if (options->zone == NULL) {
		usage("this is no domain name", argv[3]);
	}
	options->timeout_s = TIMEOUT_S;
	if (argc > at + 1 && strcmp(argv[at], "--timeout") == 0) {
		if (!duration_from_text(argv[at + 1], &options->timeout_s) ||
		    options->timeout_s < 1 ||
		    options->timeout_s > TIMEOUT_MOST_S) {
			usage("the timeout is not in 1s to 1h", argv[at + 1]);
		}
		at += 2;
	}
	if (!confine_waivers(argc, argv, at, &options->waived)) {
		usage("an argument is not understood", argv[at]);
	}
}

/* The words are ours and the system's: nothing in them needs escaping. */
static int
print(const struct answer *answer)
{
	bool served = answer->kind == ANSWER_SERIAL;

	if (served) {
		printf("{\"serial\": %u, \"aa\": true, \"rcode\": \"%s\", "
		       "\"signed\": %s}\n",
		    answer->serial, answer->rcode,
		    answer->is_signed ? "true" : "false");
	} else {
		printf("{\"error\": \"%s\"}\n", answer->why);
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		die("the answer cannot be written");
	}
	return served ? 0 : EXIT_NOT_SERVED;
}

int
main(int argc, char **argv)
{
	static const struct confinement confinement = {
	    .connects = true,
	    .memory = 1ULL << 30,
	    .open_files = 16,
	};
	struct options options = {0};
	struct answer answer;

	die_init("zonegate-probe");
	libraries_answer(argc, argv, "zonegate-probe");
	signal(SIGPIPE, SIG_IGN);
	take_arguments(argc, argv, &options);
	confine(&confinement, options.waived);
	ask((const struct sockaddr *)&options.address, options.size,
	    options.zone, spawn_now_ms() + options.timeout_s * 1000, &answer);
	ldns_rdf_deep_free(options.zone);
	return print(&answer);
}
