/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_html.c -- the report as one page that an auditor can keep: no
 * scripts, nothing from elsewhere, readable on a phone and on paper.
 */
#include <inttypes.h>
#include <stdio.h>

#include "contract/exemption.h"
#include "report.h"
#include "report_words.h"
#include "time_text.h"

/* Places of one check that are written out; the rest are counted. */
#define PLACES_SHOWN 16

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:64rem;"
    "padding:1rem;color:#1b1f24;background:#fff}"
    "header{padding:1rem;border-radius:.5rem;color:#fff;background:#8a1c1c}"
    "header.release{background:#17603a}header.hold{background:#8a5a00}"
    "header.unjudged{background:#444b57}header.disputed{background:#5b2a86}"
    "h1{margin:0;font-size:1.5rem;overflow-wrap:anywhere}h2{margin:2rem 0 "
    ".5rem;"
    "font-size:1.15rem}header p{margin:.25rem 0 0}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;"
    "border-bottom:1px solid #d5d9df;overflow-wrap:anywhere}"
    "th{font-weight:600;width:9rem}td.n{font-variant-numeric:tabular-nums}"
    "section.f{border-left:.35rem solid #8a1c1c;padding:.1rem 0 .1rem .8rem;"
    "margin:1rem 0}section.hold{border-color:#8a5a00}"
    "section.warn{border-color:#c9a400}section.info{border-color:#8a939f}"
    "h3{margin:0;font-size:1rem}code{font:13px/1.4 ui-monospace,monospace;"
    "overflow-wrap:anywhere}.loud{color:#8a1c1c;font-weight:600}"
    "ul{margin:.3rem 0;padding-left:1.2rem}.small{color:#57606a;font-size:13px}"
    "@media print{header{color:#000;background:none!important;"
    "border:2px solid #000}}";

/* Everything that came from a zone or a file name goes through here. */
static void
escape(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
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
		default:
			fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
		}
	}
}

static void
row(FILE *out, const char *what, const char *value)
{
	fprintf(out, "<tr><th>%s</th><td>", what);
	escape(out, value);
	fputs("</td></tr>\n", out);
}

static void
code_row(FILE *out, const char *what, const char *value)
{
	fprintf(out, "<tr><th>%s</th><td><code>", what);
	escape(out, value);
	fputs("</code></td></tr>\n", out);
}

static void
write_head(FILE *out, const struct judgement *j)
{
	char reason[SENTENCE_TEXT];
	const char *zone = j->zone[0] != '\0' ? j->zone : "(zone unknown)";

	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
	      "charset=\"utf-8\">"
	      "<meta name=\"viewport\" content=\"width=device-width\">"
	      "<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
	      "<title>",
	    out);
	fprintf(out, "%s ", decision_word(j->decision));
	escape(out, zone);
	fprintf(out,
	    "</title><style>%s</style></head><body>\n<header class=\"%s\">"
	    "<h1>%s ",
	    style, decision_name(j->decision), decision_word(j->decision));
	escape(out, zone);
	if (j->has_serial) {
		fprintf(out, " serial %" PRIu32, j->serial);
	}
	fprintf(out,
	    "</h1><p>%s</p><p>Reason: ", decision_meaning(j->decision));
	escape(out, decision_reason(j, reason));
	fputs(".</p>", out);
	if (j->request->anchor == NULL) {
		fputs("<p>Anchor ", out);
		escape(out, anchor_sentence(j->request, reason));
		fputs(".</p>", out);
	}
	fputs("</header>\n", out);
}

static void
write_asked(FILE *out, const struct judgement *j)
{
	const struct request *request = j->request;
	char text[SENTENCE_TEXT], hex[65], when[TIME_TEXT];
	char bytes[NUMBER_TEXT], records[NUMBER_TEXT], left[TIME_TEXT];

	fputs("<h2>What was judged</h2><table>\n", out);
	row(out, "File", file_word(request));
	code_row(out, "SHA-256", sha256_to_text(j->sha256, hex));
	snprintf(text, sizeof(text), "%s octets, %s records",
	    number_to_text(j->bytes, bytes),
	    number_to_text(j->records, records));
	row(out, "Size", text);
	if (j->was_compressed) {
		row(out, "Unpacked from", j->compression);
		code_row(out, "SHA-256 packed",
		    sha256_to_text(j->compressed_sha256, hex));
	}
	row(out, "At", time_to_text(request->at, when));
	row(out, "Policy", request->policy->name);
	code_row(out, "Policy SHA-256",
	    sha256_to_text(request->policy->sha256, hex));
	fprintf(out, "<tr><th>Anchor</th><td%s>",
	    request->anchor == NULL ? " class=\"loud\"" : "");
	escape(out, anchor_sentence(request, text));
	fputs("</td></tr>\n", out);
	if (request->previous != NULL) {
		row(out, "Previous release", request->previous);
		code_row(out, "SHA-256",
		    sha256_to_text(j->previous_sha256, hex));
	}
	if (request->unsigned_copy != NULL) {
		row(out, "Unsigned copy", request->unsigned_copy);
		code_row(out, "SHA-256",
		    sha256_to_text(j->unsigned_sha256, hex));
	}
	if (request->waived != 0) {
		snprintf(text, sizeof(text),
		    "confinement of the workers was waived: %s",
		    waived_words(request->waived));
		row(out, "Waived", text);
	}
	if (request->observed) {
		row(out, "Observed only",
		    "the zone was published before it was judged; this holds "
		    "nothing back");
	}
	if (j->has_expiry) {
		snprintf(text, sizeof(text), "%s, in %s: %s %s",
		    time_to_text(j->expiry, when),
		    duration_to_text(j->expiry - request->at, left),
		    j->expiry_owner, j->expiry_type);
		row(out, "Earliest expiry", text);
	}
	fputs("</table>\n", out);
}

static void
write_place(FILE *out, const struct request *request,
    const struct report_finding *f)
{
	fputs("<li>", out);
	if (f->owner[0] != '\0') {
		fputs("<code>", out);
		escape(out, f->owner);
		fputc(' ', out);
		escape(out, f->type);
		fputs("</code> ", out);
	}
	if (f->line != 0) {
		fputs("<code>", out);
		escape(out, file_word(request));
		fprintf(out, ":%" PRIu32 "</code> ", f->line);
	}
	escape(out, f->message);
	fputs("</li>\n", out);
}

static void
write_group(FILE *out, const struct judgement *j, size_t first_row, size_t n)
{
	const struct report_finding *first = &j->findings[first_row];
	const struct check *check = &checks[first->check];
	uint64_t places = 0, shown = 0;
	char seen[64], number[NUMBER_TEXT];

	for (size_t i = 0; i < n; i++) {
		places += j->findings[first_row + i].count;
	}
	fprintf(out, "<section class=\"f %s\"><h3>%s: %s",
	    severity_name(first->severity), severity_name(first->severity),
	    check_name(first->check));
	if (places > 1) {
		fprintf(out, " (%s places)", number_to_text(places, number));
	}
	fputs("</h3>", out);
	escape(out, check->meaning);
	fputs("<ul>\n", out);
	for (size_t i = 0; i < n && i < PLACES_SHOWN; i++, shown++) {
		write_place(out, j->request, &j->findings[first_row + i]);
	}
	if (places > shown) {
		fprintf(out, "<li>and %s more</li>\n",
		    number_to_text(places - shown, number));
	}
	fputs("</ul><div>To do: ", out);
	escape(out, check->remedy);
	fputs("</div><div class=\"small\">Source: ", out);
	escape(out, first->source);
	fprintf(out, "; seen by %s</div></section>\n",
	    seen_by_words(first->seen_by, seen));
}

static void
write_findings(FILE *out, const struct judgement *j)
{
	fputs("<h2>Findings</h2>\n", out);
	if (j->n_findings == 0) {
		fputs("<p>None.</p>\n", out);
	}
	for (size_t i = 0; i < j->n_findings;) {
		size_t n = finding_group(j, i);

		write_group(out, j, i, n);
		i += n;
	}
}

static void
write_answer(FILE *out, const struct policy_answer *answer)
{
	escape(out, answer->reason);
	fputs(" (approver: ", out);
	escape(out, answer->approver);
	fputs(")", out);
}

static void
write_risks(FILE *out, const struct policy *policy)
{
	if (!has_accepted_risks(policy)) {
		return;
	}
	fputs("<h2>Accepted risks</h2><p>What an RFC demands, relaxed by the "
	      "policy.</p><ul>\n",
	    out);
	for (int id = 1; id < N_CHECKS; id++) {
		if (policy->values.accepted[id] != 0) {
			fprintf(out, "<li><code>%s</code>: ",
			    check_name((enum check_id)id));
			write_answer(out, &policy->accepted[id]);
			fputs("</li>\n", out);
		}
	}
	fputs("</ul>\n", out);
}

/* The findings that exemption I, from 0, covers. */
static void
write_exempted(FILE *out, const struct judgement *j, unsigned i)
{
	fputs("<ul>\n", out);
	for (size_t n = 0; n < j->n_exempted; n++) {
		const struct report_finding *f =
		    &j->findings[j->n_findings + n];

		if (f->exemption == i + 1) {
			fprintf(out, "<li>%s: %s (%" PRIu32 ")<ul>",
			    severity_name(f->severity), check_name(f->check),
			    f->count);
			write_place(out, j->request, f);
			fputs("</ul></li>\n", out);
		}
	}
	fputs("</ul>\n", out);
}

static void
write_exemptions(FILE *out, const struct judgement *j)
{
	const struct policy *policy = j->request->policy;
	const struct policy_values *values = &policy->values;
	char number[NUMBER_TEXT], when[TIME_TEXT];

	if (!has_exemptions(j->request)) {
		return;
	}
	fputs("<h2>Exemptions</h2><p>By the policy; such findings do not "
	      "count.</p>\n",
	    out);
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		const struct policy_exemption *e = &values->exemptions[i];

		if (!exemption_is_in_force(e, j->request->at)) {
			continue;
		}
		fprintf(out, "<h3>%s until %s: %s findings</h3><p>", e->name,
		    time_to_text(e->until, when),
		    number_to_text(exempted_places(j, i), number));
		write_answer(out, &policy->exemptions[i]);
		fputs("</p>", out);
		write_exempted(out, j, i);
	}
}

static void
text_cells(FILE *out, const char *what, const char *a, const char *b)
{
	fprintf(out, "<tr><th>%s</th><td>", what);
	escape(out, a);
	fputs("</td><td>", out);
	escape(out, b);
	fputs("</td></tr>\n", out);
}

static void
number_cells(FILE *out, const char *what, uint64_t a, uint64_t b)
{
	char left[NUMBER_TEXT], right[NUMBER_TEXT];

	text_cells(out, what, number_to_text(a, left),
	    number_to_text(b, right));
}

static void
write_validators(FILE *out, const struct judgement *j)
{
	const struct validator *a = &j->validators[0], *b = &j->validators[1];
	char left[128], right[128];

	fputs("<h2>The two validators</h2><table>\n", out);
	text_cells(out, "", a->name, b->name);
	snprintf(left, sizeof(left), "%s %s", a->library, a->library_version);
	snprintf(right, sizeof(right), "%s %s", b->library, b->library_version);
	text_cells(out, "Library", left, right);
	snprintf(left, sizeof(left), "%s %s", a->crypto, a->crypto_version);
	snprintf(right, sizeof(right), "%s %s", b->crypto, b->crypto_version);
	text_cells(out, "Cryptography", left, right);
	text_cells(out, "End", worker_end_name(a->end),
	    worker_end_name(b->end));
	if (a->why[0] != '\0' || b->why[0] != '\0') {
		text_cells(out, "Why", a->why, b->why);
	}
	number_cells(out, "Claims", a->claims, b->claims);
	number_cells(out, "Secure", a->secure, b->secure);
	number_cells(out, "Insecure", a->insecure, b->insecure);
	number_cells(out, "Bogus", a->bogus, b->bogus);
	number_cells(out, "Indeterminate", a->indeterminate, b->indeterminate);
	number_cells(out, "Unjudged", a->unjudged, b->unjudged);
	snprintf(left, sizeof(left), "%.2f", a->seconds);
	snprintf(right, sizeof(right), "%.2f", b->seconds);
	text_cells(out, "Seconds", left, right);
	fputs("</table>\n", out);
}

static void
write_side(FILE *out, const char *name, const struct verdict_row *row,
    const char *words)
{
	fprintf(out, "%s: %s", name, verdict_name(row->verdict));
	if (row->reason != 0) {
		fprintf(out, ", %s", reason_text(row->reason));
	}
	if (words != NULL) {
		fputs(": ", out);
		escape(out, words);
	}
}

static void
write_claims(FILE *out, const char *what, const struct judgement *j,
    const struct dispute *rows, size_t n)
{
	if (n == 0) {
		return;
	}
	fprintf(out, "<h3>%s</h3><ul>\n", what);
	for (size_t i = 0; i < n; i++) {
		fputs("<li><code>", out);
		escape(out, rows[i].owner);
		fprintf(out, " %s</code> (%s), ", rows[i].type, rows[i].text);
		escape(out, file_word(j->request));
		fprintf(out, ":%" PRIu32 "<br>", rows[i].line);
		write_side(out, "ldns", &rows[i].ldns, rows[i].ldns_words);
		fputs("<br>", out);
		write_side(out, "unbound", &rows[i].unbound,
		    rows[i].unbound_words);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

static void
write_agreement(FILE *out, const struct judgement *j)
{
	const struct tally *t = &j->tally;
	char claims[NUMBER_TEXT], secure[NUMBER_TEXT];

	fprintf(out,
	    "<h2>Agreement</h2><p>%s claims: %s secure by both, %" PRIu64
	    " refused by both, %" PRIu64 " disputed, %" PRIu64
	    " unjudged.%s</p>\n",
	    number_to_text(t->claims, claims),
	    number_to_text(t->agreed_secure, secure), t->agreed_other,
	    t->disputed, t->unjudged,
	    j->judged_twice ? " There were disputes at first, so all claims "
	                      "were judged again."
	                    : "");
	write_claims(out, "Disputed", j, j->disputes, j->n_disputes);
	write_claims(out, "Unjudged", j, j->unjudged, j->n_unjudged);
}

void
report_html(FILE *out, const struct judgement *j)
{
	write_head(out, j);
	write_findings(out, j);
	write_risks(out, j->request->policy);
	write_exemptions(out, j);
	write_validators(out, j);
	write_agreement(out, j);
	write_asked(out, j);
	fprintf(out,
	    "<p class=\"small\">zonegate %s; %.2f seconds; exit status "
	    "%d.</p></body></html>\n",
	    ZONEGATE_VERSION, j->seconds, decision_exit(j->decision));
}
