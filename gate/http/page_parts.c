/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/page_parts.h"

#include <inttypes.h>
#include <string.h>

#include "http/health_facts.h"
#include "time_text.h"

/* Of one text; longer ones end with an ellipsis. */
#define TEXT_MOST 4000
/* Longer than any signature lives; also keeps sums from overflowing. */
#define SPAN_MOST INT64_C(1000000000000)

/* The first octets of UTF-8 that must not get to a page: directional marks,
 * overrides and isolates (a name could read backwards), C1 controls. */
static size_t
forbidden_length(const char *at)
{
	const unsigned char *c = (const unsigned char *)at;

	if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f) {
		return 2;
	}
	if (c[0] == 0xd8 && c[1] == 0x9c) {
		return 2;
	}
	if (c[0] == 0xe2 && c[1] == 0x80 &&
	    ((c[2] >= 0x8b && c[2] <= 0x8f) ||
	        (c[2] >= 0xa8 && c[2] <= 0xae))) {
		return 3;
	}
	if (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa0 && c[2] <= 0xaf) {
		return 3;
	}
	return c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf ? 3 : 0;
}

static void
write_octet(FILE *out, char c)
{
	switch (c) {
	case '&':
		fputs("&amp;", out);
		break;
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	case '\'':
		fputs("&#39;", out);
		break;
	default:
		fputc((unsigned char)c < 0x20 || c == 0x7f ? ' ' : c, out);
	}
}

void
part_text(FILE *out, const char *text)
{
	const char *at = text;

	while (*at != '\0') {
		size_t skip = forbidden_length(at);

		/* Not in the middle of a character. */
		if (at - text >= TEXT_MOST &&
		    ((unsigned char)*at & 0xc0) != 0x80) {
			fputs("&hellip;", out);
			return;
		}
		if (skip > 0) {
			fputs("&#xfffd;", out);
			at += skip;
			continue;
		}
		write_octet(out, *at++);
	}
}

void
part_zone_address(FILE *out, const char *zone)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";

	fputs("/zones/", out);
	if (strcmp(zone, ".") == 0) {
		fputc('@', out);
		return;
	}
	for (size_t i = 0; zone[i] != '\0' && i < TEXT_MOST; i++) {
		if (strchr(plain, zone[i]) != NULL) {
			fputc(zone[i], out);
		} else {
			fprintf(out, "%%%02X", (unsigned char)zone[i]);
		}
	}
}

void
part_zone(FILE *out, const char *zone)
{
	fputs("<a class=\"name\" href=\"", out);
	part_zone_address(out, zone);
	fputs("\"><bdi>", out);
	part_text(out, zone);
	fputs("</bdi></a>", out);
}

static int64_t
bounded(int64_t seconds)
{
	if (seconds > SPAN_MOST) {
		return SPAN_MOST;
	}
	return seconds < -SPAN_MOST ? -SPAN_MOST : seconds;
}

char *
span_words(int64_t seconds, char text[SPAN_TEXT])
{
	int64_t s = bounded(seconds < 0 ? -bounded(seconds) : seconds);
	int64_t d = s / 86400, h = s / 3600 % 24, m = s / 60 % 60;

	if (d >= 14 || (d > 0 && h == 0)) {
		snprintf(text, SPAN_TEXT, "%" PRId64 " d", d);
	} else if (d > 0) {
		snprintf(text, SPAN_TEXT, "%" PRId64 " d %" PRId64 " h", d, h);
	} else if (h > 0 && (h >= 12 || m == 0)) {
		snprintf(text, SPAN_TEXT, "%" PRId64 " h", h);
	} else if (h > 0) {
		snprintf(text, SPAN_TEXT, "%" PRId64 " h %" PRId64 " min", h,
		    m);
	} else if (m > 0) {
		snprintf(text, SPAN_TEXT, "%" PRId64 " min", m);
	} else {
		snprintf(text, SPAN_TEXT, "%" PRId64 " s", s);
	}
	return text;
}

void
part_time(FILE *out, int64_t at_s, int64_t now_s)
{
	char text[TIME_TEXT];
	bool is_today = now_s != 0 && at_s / 86400 == now_s / 86400;

	if (at_s == 0) {
		fputs("an unknown time", out);
		return;
	}
	time_to_text(at_s, text);
	fprintf(out, "<time datetime=\"%s\">", text);
	if (strlen(text) != 20) {
		fputs(text, out);
	} else if (is_today) {
		fprintf(out, "%.5s&nbsp;UTC", text + 11);
	} else {
		fprintf(out, "%.10s %.5s&nbsp;UTC", text, text + 11);
	}
	fputs("</time>", out);
}

void
part_ago(FILE *out, int64_t at_s, int64_t now_s)
{
	char words[SPAN_TEXT];

	if (at_s == 0 || now_s == 0) {
		fputs("an unknown time ago", out);
	} else if (at_s <= now_s) {
		fprintf(out, "%s ago", span_words(now_s - at_s, words));
	} else {
		fprintf(out, "in %s", span_words(at_s - now_s, words));
	}
}

const char *
state_class(const struct state *state)
{
	return state->name[0] != '\0' ? state->name : "unknown";
}

void
part_state(FILE *out, const struct state *state)
{
	fprintf(out,
	    "<span class=\"state s-%s\"><span class=\"mark\" "
	    "aria-hidden=\"true\">%s</span> %s</span>",
	    state_class(state), state->mark, state->word);
}

/* Of the frame that a telephone puts around the page. */
static const char *
tone_colour(const char *tone)
{
	if (strcmp(tone, "ok") == 0) {
		return "#17603a";
	}
	return strcmp(tone, "warning") == 0 ? "#8a5a00" : "#8a1c1c";
}

void
part_head(FILE *out, const char *title, const char *zone, const char *tone,
    unsigned refresh_s)
{
	fprintf(out,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">"
	    "<meta name=\"color-scheme\" content=\"light dark\">"
	    "<meta name=\"theme-color\" content=\"%s\">"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri "
	    "'none'; form-action 'none'\">"
	    "<meta http-equiv=\"refresh\" content=\"%u\"><title>%s ",
	    tone_colour(tone), refresh_s, title);
	part_text(out, zone);
	fprintf(out, "</title><style>%s</style></head><body>\n", page_style);
	fputs("<p class=\"old\">This page has not been renewed for more than a "
	      "minute: load it again.</p>\n",
	    out);
}

void
part_foot(FILE *out, const json_t *status)
{
	fputs("<footer><p><a href=\"/\">All zones</a> <a "
	      "href=\"/health\">/health</a> <a href=\"/metrics\">/metrics</a> "
	      "<a href=\"/v1/zones\">/v1/zones</a> <a "
	      "href=\"/v1/openapi.json\">API</a></p><p>zonegate ",
	    out);
	part_text(out, fact_text(status, "version", ZONEGATE_VERSION));
	fputs("</p></footer></body></html>\n", out);
}

/* Without a moment the label stands alone. */
static void
clock_row(FILE *out, const char *tone, const char *number, const char *label,
    int64_t at_s, int64_t now_s)
{
	fprintf(out, "<div class=\"clock%s\"><dt><b>%s</b></dt><dd>%s", tone,
	    number, label);
	if (at_s != 0) {
		fputc(' ', out);
		part_time(out, at_s, now_s);
	}
	fputs("</dd></div>\n", out);
}

/* Counts down to AT_S, LEFT_S away; OVER is said once it is past. */
static void
countdown(FILE *out, int64_t left_s, const char *until, const char *over,
    int64_t at_s, int64_t now_s)
{
	char words[SPAN_TEXT], number[SPAN_TEXT + 8];

	span_words(left_s, words);
	snprintf(number, sizeof(number), "%s%s", words,
	    left_s > 0 ? "" : " ago");
	clock_row(out,
	    left_s <= 0       ? " over"
	    : left_s <= 86400 ? " near"
	                      : "",
	    number, left_s > 0 ? until : over, at_s, now_s);
}

static void
signature_clock(FILE *out, const json_t *published, int64_t now_s)
{
	static const char until[] = "until the published signatures run out,";
	static const char over[] = "the published signatures RAN OUT,";
	int64_t expiry = fact_time(published, "expiry"), left;

	if (expiry != 0 && now_s != 0) {
		left = expiry - now_s;
	} else if (!fact_integer(published, "headroom_seconds", &left)) {
		clock_row(out, "", "unknown", until, 0, 0);
		return;
	}
	countdown(out, bounded(left), until, over, expiry, now_s);
}

/* A secondary that has heard nothing since the release stops answering when
 * the SOA's EXPIRE is over (RFC 1035 3.3.13). */
static void
expire_clock(FILE *out, const json_t *published, int64_t now_s)
{
	static const char until[] = "until SOA expire, if refreshes fail,";
	static const char over[] = "SOA expire was over, if refreshes fail,";
	int64_t released = fact_time(published, "released_at"), expire;

	if (!fact_integer(published, "soa_expire_seconds", &expire) ||
	    released == 0 || now_s == 0) {
		clock_row(out, "", "unknown", "until SOA expire", 0, 0);
		return;
	}
	int64_t at = released + bounded(expire);

	countdown(out, at - now_s, until, over, at, now_s);
}

void
part_what(FILE *out, const json_t *zone, const struct state *state,
    const char *words)
{
	const char *reason = fact_text(fact_object(zone, "open"), "reason", "");

	fputs("<p class=\"what\">", out);
	if (state->needed == 0 || reason[0] == '\0') {
		part_text(out, words);
	} else {
		fprintf(out, "%s <b>Found:</b> ", state->meaning);
		part_text(out, reason);
	}
	fputs("</p>\n", out);
}

void
part_clocks(FILE *out, const json_t *zone, const struct state *state,
    int64_t now_s)
{
	const json_t *published = fact_object(zone, "published");
	int64_t since = fact_time(zone, "since");
	char words[SPAN_TEXT], label[64];

	fputs("<dl class=\"clocks\">\n", out);
	if (published != NULL) {
		signature_clock(out, published, now_s);
		expire_clock(out, published, now_s);
	} else {
		clock_row(out, " over", "nothing", "has ever been released", 0,
		    0);
	}
	if (since != 0 && now_s != 0) {
		snprintf(label, sizeof(label), "%s since", state->word);
		clock_row(out, "", span_words(now_s - since, words), label,
		    since, now_s);
	}
	fputs("</dl>\n", out);
}

/* Breaks between words only: "--reason" must not look like two. */
static void
write_command(FILE *out, const char *command)
{
	char word[ADVICE_COMMAND];

	fputs("<code>", out);
	while (*command != '\0') {
		size_t length = strcspn(command, " ");

		snprintf(word, sizeof(word), "%.*s", (int)length, command);
		fputs("<i>", out);
		part_text(out, word);
		fputs("</i>", out);
		command += length;
		for (; *command == ' '; command++) {
			fputc(' ', out);
		}
	}
	fputs("</code>", out);
}

void
part_advice(FILE *out, const char *todo, const struct advice *advice)
{
	fputs("<div class=\"do\"><p><b>Next:</b> ", out);
	part_text(out, todo);
	if (advice->who[0] != '\0') {
		fputs(" <b>", out);
		part_text(out, advice->who);
		fputs("</b>", out);
	}
	fputs("</p>", out);
	for (size_t i = 0; i < advice->n_commands; i++) {
		write_command(out, advice->command[i]);
	}
	fputs("</div>\n", out);
}

void
part_counts(FILE *out, const json_t *candidate)
{
	static const char *const severities[] = {
	    "block", "hold", "warn", "info"};
	const json_t *counts =
	    fact_object(fact_object(candidate, "summary"), "counts");
	bool any = false;
	int64_t n;

	for (size_t i = 0; i < sizeof(severities) / sizeof(*severities); i++) {
		if (fact_integer(counts, severities[i], &n) && n > 0) {
			fprintf(out,
			    "%s<span class=\"v-%s\">%" PRId64 " %s</span>",
			    any ? ", " : "", severities[i], n, severities[i]);
			any = true;
		}
	}
	if (counts != NULL && !any) {
		fputs("no findings", out);
	}
}

void
part_report_link(FILE *out, const json_t *candidate)
{
	int64_t id;

	if (!fact_integer(candidate, "id", &id) ||
	    !json_is_true(json_object_get(candidate, "report"))) {
		return;
	}
	fprintf(out,
	    "<a class=\"go\" href=\"/v1/candidates/%" PRId64
	    "/report?html\">Findings of candidate %" PRId64 "</a>",
	    id, id);
}

void
part_published(FILE *out, const json_t *zone, int64_t now_s)
{
	const json_t *published = fact_object(zone, "published");
	int64_t serial;

	if (published == NULL) {
		fputs("nothing is published", out);
		return;
	}
	if (fact_integer(published, "serial", &serial)) {
		fprintf(out, "serial <span class=\"n\">%" PRId64 "</span>",
		    serial);
	} else {
		fputs("serial unknown", out);
	}
	fputs(", released ", out);
	part_ago(out, fact_time(published, "released_at"), now_s);
	if (fact_text(published, "released_by", NULL) != NULL) {
		fputs(" by ", out);
		part_text(out, fact_text(published, "released_by", ""));
	}
}

int64_t
now_of(const json_t *document)
{
	const json_t *published = fact_object(document, "published");
	int64_t at = fact_time(document, "at");
	int64_t expiry = fact_time(published, "expiry"), left;

	if (at != 0 || expiry == 0 ||
	    !fact_integer(published, "headroom_seconds", &left)) {
		return at;
	}
	left = bounded(left);
	return expiry > left ? expiry - left : 0;
}
