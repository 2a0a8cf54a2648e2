/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "config_reader.h"

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"
#define SHB "1123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"
#define VIEWER "token t { sha256 = " SHA " role = viewer }\n"
#define TLS "certificate = c key = k "

/* The same without comments. */
static char *
values_of(const char *text)
{
	char *made = config_printed(text);
	char *to = made;

	for (const char *at = made; *at != '\0'; at++) {
		at += strncmp(at, " # ", 3) == 0 ? strcspn(at, "\n") : 0;
		*to++ = *at;
	}
	*to = '\0';
	return made;
}

static const char everything[] =
    "state = '/s/${x} \"q\" \\\\'\n"
    "waive = landlock\n"
    "http { listen = {\"127.0.0.1:0\", \"[::1]:1\"} " TLS "client_ca = ca }\n"
    "heartbeat { url = \"https://h/\" }\n"
    "webhook w { url = \"https://w/\" secret_file = s }\n" VIEWER
    "client c { sha256 = " SHB " role = submitter zones = {a, \"*\"} }\n"
    "operator o { person = \"O P\" }\n"
    "defaults { hook one { command = {/one, \"{zone}\"} } spool = false }\n"
    "zone \"A\" { policy = centralnic-2021 headroom_warn = 36h\n"
    "  anchor outgoing { file = x } veto v { command = /v }\n"
    "  push p { url = \"https://p/\" token_file = t }\n"
    "  probe q { address = 192.0.2.1 }\n"
    "  candidate_bytes_max = 1536M\n"
    "}\n"
    "zone \"a\\\\.b\" {}\n";

Test(config_print, what_is_printed_says_the_same_when_read)
{
	char *once = values_of(everything);
	char *twice = values_of(once);

	cr_assert_str_eq(once, twice);
	cr_assert_not_null(strstr(once, "candidate_bytes_max = 1536M\n"));
	free(once);
	free(twice);
}

static void
prints(const char *text, const char *line)
{
	char *made = config_printed(text);

	cr_expect_not_null(strstr(made, line), "%s\nin\n%s", line, made);
	free(made);
}

Test(config_print, what_is_printed_says_where_it_came_from)
{
	const char *text = "state = \"/x\"\n"
	                   "defaults { headroom_warn = 3d\nspool = true }\n"
	                   "zone b {\n spool = false }\n"
	                   "zone a { policy = root-zone }\n";

	prints(text, "state = \"/x\" # /conf/zg.conf:1\n");
	prints(text, "syslog = true # default\n");
	prints(text, "headroom_warn = 3d # /conf/zg.conf:2\n");
	prints(text, "    headroom_crit = 2d # policy root-zone\n");
	prints(text, "    headroom_crit = 1d # policy registry-default\n");
	prints(text, "    spool = false # /conf/zg.conf:5\n");
	prints(text, "    spool = true # /conf/zg.conf:3\n");
	prints(text, "    listen = {\"127.0.0.1:8053\"} # default\n");
	prints(text, "zone \"a.\" {\n");
}
