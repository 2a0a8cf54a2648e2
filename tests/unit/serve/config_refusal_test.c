/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config_reader.h"

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"
#define SHB "1123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"

Test(config_refusal, what_is_written_wrongly_is_named_with_its_line)
{
	config_refuses("\n# c\nstat = /x\n", 3, "state");
	config_refuses("/* a\nb */\nzone a {\n\n  polcy = x\n}\n", 5, "policy");
	config_refuses("zone a { anchor active { fil = x } }", 1, "file");
	config_refuses("\nstate = \"/\xff\"\n", 2, "UTF-8");
	config_refuses("\nstate = \"/\\xff\"\n", 2, "UTF-8");
	config_refuses("zone on { anchor active { file = \"{z{zone}e}\" } }", 1,
	    "{zone}");
	config_refuses("zone a {}\nzone {}\n", 2, "title");
	config_refuses("http {}\n\nhttp {}\n", 3, "twice");
	config_refuses("defaults {}\ndefaults {}\n", 2, "twice");
	config_refuses("state = /a\nstate = /b\n", 2, "state");
	config_refuses("zone a { mode = gate\n mode = gate }", 2, "mode");
	config_refuses("http { listen = \"127.0.0.1:1\"\nlisten = "
	               "{\"127.0.0.1:2\"}}",
	    2, "listen");
	config_refuses("zone a {\n hook x { command = /x }\n", 1, "}");
	config_refuses("state = \"/a\n", 1, "string");
	config_refuses("a\n/* b", 2, "comment");
	config_refuses("\nstate = \"${HOME}\"", 2, "environment");
	config_refuses("zone a { hook x { command = /x }\n hook x { command = "
	               "/y }}",
	    2, "x");
	config_refuses("http { listen = {} }", 1, "empty");
	config_refuses("zone a {}}", 1, "");
}

Test(config_refusal, values_out_of_range_are_named_with_what_is_allowed)
{
	config_refuses("max_parallel = 0", 1, "1 to 64");
	config_refuses("max_parallel = two", 1, "1 to 64");
	config_refuses("max_parallel = -1", 1, "1 to 64");
	config_refuses("jobs = 99999999999999999999", 1, "0 to 32");
	config_refuses("scan_interval = 30", 1, "1s to 1h");
	config_refuses("disk_reserve = 64Q", 1, "4K to 1T");
	config_refuses("disk_reserve = 1MM", 1, "4K to 1T");
	config_refuses("disk_reserve = 999999999999999T", 1, "4K to 1T");
	config_refuses("syslog = yes", 1, "true");
	config_refuses("waive = {landlock,\nsecomp}", 1, "seccomp");
	config_refuses("zone a { mode = watch }", 1, "observe");
	config_refuses("zone a { probe p { address = ns1.example } }", 1,
	    "address");
	config_refuses("zone a { probe p { address = ::1 port = 65536 } }", 1,
	    "port");
	config_refuses("token t { sha256 = abc role = viewer }", 1, "64");
	config_refuses("token t { sha256 = " SHA " role = root }", 1,
	    "operator");
	config_refuses("token \"a b\" { sha256 = " SHA " role = viewer }", 1,
	    "name");
	config_refuses("webhook w { url = \"ftp://x/\" }", 1, "https://");
	config_refuses("webhook w { url = \"https://\" }", 1, "host");
	config_refuses("webhook w { url = \"https://a:b@c/\" }", 1, "password");
	config_refuses("webhook w { url = \"https://a/b c\" }", 1, "%XX");
	config_refuses("webhook w { url = \"https://a/{zone}\" }", 1, "{zone}");
	config_refuses("http { listen = \"localhost:80\" }", 1,
	    "127.0.0.1:8053");
	config_refuses("http { listen = \"127.0.0.1\" }", 1, "127.0.0.1:8053");
	config_refuses("http { listen = \"::1:80\" }", 1, "[::1]:8053");
	config_refuses("http { listen = \"127.0.0.1:65536\" }", 1,
	    "[::1]:8053");
	config_refuses("state = "
	               "\"/0123456789012345678901234567890123456789012345678"
	               "9012345678901234567890123456789012345678901234567890\"",
	    1, "sockets");
	config_refuses("state = \"/a\001\"", 1, "control");
	config_refuses("token t { sha256 = " SHA
	               " role = operator person = \"\" }",
	    1, "person");
}

Test(config_refusal, what_is_needed_and_missing_is_named)
{
	config_refuses("\ntoken t { role = viewer }", 2, "sha256");
	config_refuses("\ntoken t { sha256 = " SHA " }", 2, "role");
	config_refuses("heartbeat { interval = 1m }", 1, "url");
	config_refuses("webhook w {}", 1, "url");
	config_refuses("zone a { hook h {} }", 1, "command");
	config_refuses("zone a { anchor active {} }", 1, "file");
	config_refuses("zone a {\n anchor active { file = missing } }", 2,
	    "missing");
	config_refuses("http { certificate = missing\n key = k }", 1,
	    "missing");
	config_refuses("webhook w { url = \"https://a/\"\n secret_file = "
	               "missing }",
	    2, "missing");
	config_refuses("zone a {\n policy = no-such }", 2, "no-such");
	config_refuses("zone a {\n policy = \"/no/such.conf\" }", 2,
	    "/no/such.conf");
	config_refuses("defaults {\n policy = no-such }\nzone a {}", 2,
	    "no-such");
}

Test(config_refusal, defaults_are_right_even_where_no_zone_takes_them)
{
	config_refuses("zone a { mode = gate }\ndefaults {\nmode = x }", 3,
	    "observe");
	config_refuses("defaults {\nhook h { command = x } }", 2, "absolute");
	config_refuses("defaults { probe p {} }", 1, "address");
	config_refuses("defaults { anchor lost { file = x } }", 1, "active");
	config_free(config_reads("defaults { anchor active { file = "
	                         "\"missing/{zone}\" } }"));
}

Test(config_refusal, zones_are_domain_names_each_once)
{
	config_refuses("zone a {}\nzone b {}\nzone \"A.\" {}", 3, "line 1");
	config_refuses("zone a..b {}", 1, "domain name");
	config_refuses("zone \"\" {}", 1, "domain name");
	config_refuses("zone "
	               "\"01234567890123456789012345678901234567890123456789012"
	               "34"
	               "567890123\" {}",
	    1, "domain name");
}

Test(config_refusal, commands_are_absolute_and_their_placeholders_known)
{
	config_refuses("zone a { hook h {\n command = {nsd-control, reload} } "
	               "}",
	    2, "absolute");
	config_refuses("zone a { hook h {\n command = {/x, \"{zonefile}\"} } }",
	    2, "{zonefile}");
	config_refuses("zone a { hook h { command = {\"/x/{zone}\"} } }", 1,
	    "{zone}");
	config_refuses("zone a { veto v { command = {/x, \"{manifest}\"} } }",
	    1, "{manifest}");
	config_refuses("zone a { push p { url = \"https://a/{file}\" } }", 1,
	    "{file}");
	config_free(config_reads("zone a { hook h { command = {/x, "
	                         "'{\"zone\": \"{zone}\"}', \"{\", \"{}\"} } "
	                         "}"));
}

Test(config_refusal, nothing_pulls)
{
	config_refuses("zone a {\n pull = \"192.0.2.1\" }", 2, "spool");
	config_refuses("pull = {\"192.0.2.1\"}", 1, "spool");
	config_refuses("zone a { pull { address = x } }", 1, "signer");
	config_refuses("zone a { policy = centralnic-2021\n pull = "
	               "\"192.0.2.1\" }",
	    2, "CentralNic DPS 5.6");
	config_refuses("zone a { policy = centralnic-2021 }\n"
	               "defaults {\n pull = \"192.0.2.1\" }",
	    3, "CentralNic DPS 5.6");
}

#define VIEWER "token t { sha256 = " SHA " role = viewer }\n"
#define TLS "certificate = c key = k "

Test(config_refusal, strangers_reach_loopback_only)
{
	config_refuses("http {\n listen = \"0.0.0.0:80\" }", 2, "token");
	config_refuses("http {\n listen = {\"127.0.0.1:80\", \"192.0.2.1:80\"} "
	               "}",
	    2, "token");
	config_refuses("http { listen = \"[::]:80\" " TLS "}", 1, "token");
	config_refuses("http { listen = \"[::ffff:192.0.2.1]:80\" " TLS "}", 1,
	    "token");
	config_refuses(VIEWER "http {\n listen = \"192.0.2.1:80\" }", 3,
	    "certificate");
	config_refuses("client c { sha256 = " SHA " role = viewer }", 1,
	    "client_ca");
	config_refuses("http { " TLS "client_ca = ca }\n"
	               "client c { sha256 = " SHA "\n role = operator }",
	    3, "token");
	config_free(config_reads("http { listen = {\"127.8.9.1:80\", "
	                         "\"[::1]:80\", "
	                         "\"[::ffff:127.0.0.1]:80\"} }"));
	config_free(config_reads(VIEWER "http { listen = \"0.0.0.0:80\" " TLS
	                                "}"));
	config_free(config_reads("http { enabled = false listen = "
	                         "\"0.0.0.0:80\" }"));
}

Test(config_refusal, what_does_not_go_together_is_refused)
{
	config_refuses("http {\n certificate = c }", 2, "key");
	config_refuses("http {\n key = c }", 2, "certificate");
	config_refuses("http {\n client_ca = c }", 2, "certificate");
	config_refuses("http { connections = 5\n connections_per_ip = 6 }", 2,
	    "connections");
	config_refuses("http { upload_bytes_max = 2G\n upload_total_max = 1G }",
	    2, "upload_bytes_max");
	config_refuses(VIEWER "token u { role = viewer\nsha256 = " SHA " }", 3,
	    "sha256");
	config_refuses(VIEWER "token t { sha256 = " SHB " role = viewer }", 2,
	    "name");
	config_refuses("zone a {}\ntoken t { sha256 = " SHA
	               " role = viewer zones = a }",
	    2, "submitter");
	config_refuses("token t { sha256 = " SHA " role = submitter }", 1,
	    "zones");
	config_refuses("token t { sha256 = " SHA
	               " role = submitter\nzones = b }",
	    2, "b.");
	config_refuses("operator a {}\noperator b { user = a }", 2, "user");
	config_refuses("operator a {}\noperator a {}", 2, "name");
	config_refuses("webhook a { url = http://a/ }\nwebhook a { url = "
	               "http://b/ }",
	    2, "name");
	config_refuses("zone a { headroom_warn = 1d\n headroom_crit = 2d }", 2,
	    "headroom_crit");
	config_refuses("zone a { headroom_crit = 3d }", 1, "registry-default");
	config_refuses("zone a { push p { url = https://a/ key = k } }", 1,
	    "certificate");
	config_refuses("zone a { push p { url = http://a/ token_file = t } }",
	    1, "https");
	config_free(config_reads("zone a {} token t { sha256 = " SHA
	                         " role = submitter zones = {a, \"*\"} }"));
}

Test(config_refusal, a_policy_that_demands_what_candidates_do_not_have)
{
	char path[] = "/tmp/zg-policy-XXXXXX";
	char text[128];
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	dprintf(fd, "limit unsigned_compare { value = \"require\" clause = "
	            "\"here\" }\n");
	close(fd);
	snprintf(text, sizeof(text), "zone a {\n policy = \"%s\" }", path);
	config_refuses(text, 2, "unsigned copy");
	unlink(path);
}
