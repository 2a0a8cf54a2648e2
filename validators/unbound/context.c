/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * context.c -- sets libunbound up over one flat zone: which options, and why.
 *
 * Whether a unit's questions are answered as they must is ask.c's business.
 */
#include "unbound/context.h"

#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unbound-event.h>
#include <unbound.h>
#include <unistd.h>

#include "base/die.h"
#include "contract/limits.h"

static const char options[] =
    "server:\n"
    "\tverbosity: 0\n"
    "\tuse-syslog: no\n"
    "\tlogfile: \"\"\n"
    "\tlog-servfail: no\n"
    /* Less, and its words on a failure are "misc failure". */
    "\tval-log-level: 2\n"
    "\tdirectory: \"\"\n"
    "\tchroot: \"\"\n"
    "\tusername: \"\"\n"
    "\tpidfile: \"\"\n"
    "\tnum-threads: 1\n"
    "\tmodule-config: \"validator iterator\"\n"
    /* Nothing but the unit may be asked. */
    "\tdo-udp: yes\n"
    "\tdo-tcp: no\n"
    "\tdo-ip6: no\n"
    "\tdo-not-query-localhost: yes\n"
    "\tdo-not-query-address: 0.0.0.0/0\n"
    "\tdo-not-query-address: ::0/0\n"
    "\ttarget-fetch-policy: \"0 0 0 0 0\"\n"
    "\toutgoing-port-avoid: 1-65000\n"
    /* Each question is judged by itself, from what the unit holds. */
    "\taggressive-nsec: no\n"
    "\tqname-minimisation: no\n"
    "\tminimal-responses: no\n"
    "\trrset-roundrobin: no\n"
    "\ttrust-anchor-signaling: no\n"
    "\troot-key-sentinel: no\n"
    "\tprefetch: no\n"
    "\tserve-expired: no\n"
    "\tharden-referral-path: no\n"
    /* Units hold one RRSIG each; that every algorithm signs is the survey's
     * to say (RFC 4035 2.2). */
    "\tharden-algo-downgrade: no\n"
    /* The default accepts what expired an hour ago. */
    "\tval-sig-skew-min: 0\n"
    "\tval-sig-skew-max: 0\n"
    /* Asking the same memory again changes nothing. */
    "\tval-max-restart: 0\n"
    "\tcache-min-ttl: 3600\n"
    "\tmsg-cache-size: 8m\n"
    "\tmsg-cache-slabs: 1\n"
    "\trrset-cache-size: 16m\n"
    "\trrset-cache-slabs: 1\n"
    "\tkey-cache-size: 4m\n"
    "\tkey-cache-slabs: 1\n"
    "\tneg-cache-size: 64k\n"
    "\tinfra-cache-slabs: 1\n"
    /*
     * Built-in zones that libunbound answers for before any auth-zone; such
     * an answer is never secure.  The reverse zones of AS 112 go with the
     * first line; the last two are those of later versions than 1.17.1.
     */
    "\tunblock-lan-zones: yes\n"
    "\tinsecure-lan-zones: no\n"
    "\tlocal-zone: \"localhost.\" nodefault\n"
    "\tlocal-zone: \"127.in-addr.arpa.\" nodefault\n"
    "\tlocal-zone: \"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
    "0.0.0.0.0.0.0.0.ip6.arpa.\" nodefault\n"
    "\tlocal-zone: \"home.arpa.\" nodefault\n"
    "\tlocal-zone: \"onion.\" nodefault\n"
    "\tlocal-zone: \"test.\" nodefault\n"
    "\tlocal-zone: \"invalid.\" nodefault\n"
    "\tlocal-zone: \"resolver.arpa.\" nodefault\n"
    "\tlocal-zone: \"service.arpa.\" nodefault\n";

/* Returns a memory file with LENGTH octets of TEXT.  Landlock lets a process
 * open its own memory files by /proc/self/fd, and nothing else. */
static int
memory_file(const char *name, const char *text, size_t length)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0) {
		die("%s: memfd_create: %s", name, strerror(errno));
	}
	while (length > 0) {
		ssize_t n = write(fd, text, length);

		if (n < 0) {
			die("%s: write: %s", name, strerror(errno));
		}
		text += n;
		length -= (size_t)n;
	}
	return fd;
}

/* NAME as libunbound's configuration reader takes it between quotes: it knows
 * no escapes of its own, so every odd octet becomes \DDD. */
static void
quote_name(const uint8_t *name, char text[LIMIT_NAME_TEXT + 3])
{
	char *at = text;

	*at++ = '"';
	if (*name == 0) {
		*at++ = '.';
	}
	while (*name != 0) {
		for (unsigned n = *name++; n > 0; n--, name++) {
			if ((*name >= 'a' && *name <= 'z') ||
			    (*name >= '0' && *name <= '9') || *name == '-') {
				*at++ = (char)*name;
			} else {
				*at++ = '\\';
				*at++ = (char)('0' + *name / 100);
				*at++ = (char)('0' + *name / 10 % 10);
				*at++ = (char)('0' + *name % 10);
			}
		}
		*at++ = '.';
	}
	*at++ = '"';
	*at = '\0';
}

/*
 * libunbound keeps the date in 32 bits, as RRSIG does (RFC 4034 3.1.5), and
 * takes 0 for "use the clock" and -1 for "any date will do".
 */
static int32_t
override_date(int64_t at)
{
	uint32_t date = (uint32_t)at;

	if (at <= 0 || date == 0 || date == UINT32_MAX) {
		die("libunbound cannot be told the time %" PRId64, at);
	}
	return (int32_t)date;
}

static FILE *
open_text(char **text, size_t *length)
{
	FILE *out = open_memstream(text, length);

	if (out == NULL) {
		die("open_memstream: %s", strerror(errno));
	}
	return out;
}

static int
config_file(const struct context_zone *zone, int zone_fd, int anchor_fd)
{
	char apex[LIMIT_NAME_TEXT + 3];
	char *text;
	size_t length;
	FILE *out = open_text(&text, &length);

	quote_name(zone->apex, apex);
	fputs(options, out);
	fprintf(out,
	    "\tval-override-date: \"%" PRId32 "\"\n"
	    "\ttrust-anchor-file: \"/proc/self/fd/%d\"\n"
	    "auth-zone:\n"
	    "\tname: %s\n"
	    "\tzonefile: \"/proc/self/fd/%d\"\n"
	    "\tfor-downstream: no\n" /* such answers are never validated */
	    "\tfor-upstream: yes\n"
	    "\tfallback-enabled: no\n",
	    override_date(zone->at), anchor_fd, apex, zone_fd);
	if (fclose(out) != 0) {
		die("configuration: %s", strerror(errno));
	}
	int fd = memory_file("config", text, length);

	free(text);
	return fd;
}

static void
configure(struct context *context, const struct context_zone *zone)
{
	char path[32];
	int fd = config_file(zone, context->zone_fd, context->anchors_fd);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int error = ub_ctx_config(context->ub, path);

	if (error != 0) {
		die("libunbound: configuration: %s: %s", ub_strerror(error),
		    context_error(context));
	}
	close(fd);
}

void
context_open(struct context *context, const struct context_zone *zone)
{
	context->zone_fd = memory_file("zone", zone->text, zone->text_length);
	context->anchors_fd =
	    memory_file("anchors", zone->anchors, zone->anchors_length);
	memset(context->log_octets, 0, sizeof(context->log_octets));
	context->log =
	    fmemopen(context->log_octets, sizeof(context->log_octets) - 1, "w");
	context->base = event_base_new();
	context->ub =
	    context->base == NULL ? NULL : ub_ctx_create_event(context->base);
	if (context->log == NULL || context->ub == NULL) {
		die("libunbound: no context: %s", strerror(errno));
	}
	setvbuf(context->log, NULL, _IONBF, 0);
	ub_ctx_debugout(context->ub, context->log);
	configure(context, zone);
}

void
context_close(struct context *context)
{
	ub_ctx_debugout(context->ub, NULL);
	ub_ctx_delete(context->ub);
	event_base_free(context->base);
	fclose(context->log);
	close(context->zone_fd);
	close(context->anchors_fd);
}

const char *
context_error(struct context *context)
{
	char *error = strstr(context->log_octets, "error: ");

	if (error == NULL) {
		return "";
	}
	error[strcspn(error, "\n")] = '\0';
	return error + strlen("error: ");
}
