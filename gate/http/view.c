/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/view.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/events.h"
#include "http/health.h"
#include "http/metrics.h"
#include "http/openapi.h"
#include "http/page.h"
#include "http/reply.h"

static const char silent[] =
    "`zonegate serve' does not answer: what is published stays published; "
    "look at its log";

static enum MHD_Result
reply_silent(struct request *request)
{
	static const struct header later[] = {{"Retry-After", "5"}, {0}};

	return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
	    "unavailable", silent, later);
}

static enum MHD_Result
reply_not_found(struct request *request, const char *text)
{
	return reply_problem(request, MHD_HTTP_NOT_FOUND, "not-found", text,
	    NULL);
}

/* ---- the whole ---- */

static enum MHD_Result
answer_readyz(struct request *request)
{
	json_t *status = daemon_status(request->http->daemon);
	bool ready = status != NULL;

	json_decref(status);
	return ready
	           ? reply_json(request, MHD_HTTP_OK,
	                 json_pack("{s:b}", "ready", 1), NULL)
	           : reply_json(request, MHD_HTTP_SERVICE_UNAVAILABLE,
	                 json_pack("{s:b,s:s}", "ready", 0, "message", silent),
	                 NULL);
}

static enum MHD_Result
answer_health(struct request *request)
{
	json_t *status = daemon_status(request->http->daemon);
	int http_status = MHD_HTTP_SERVICE_UNAVAILABLE;
	size_t length = 0;
	char *text = health_json(status, &http_status, &length);

	json_decref(status);
	return reply_text(request, (unsigned)http_status, HEALTH_TYPE, text,
	    length, NULL);
}

static enum MHD_Result
answer_metrics(struct request *request)
{
	json_t *status = daemon_status(request->http->daemon);
	size_t length = 0;
	char *text = metrics_text(status, &length);

	json_decref(status);
	return reply_text(request, MHD_HTTP_OK, METRICS_TYPE, text, length,
	    NULL);
}

static enum MHD_Result
answer_page(struct request *request)
{
	json_t *status = daemon_status(request->http->daemon);
	unsigned http_status =
	    status == NULL ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK;
	size_t length = 0;
	char *text = page_html(status, &length);

	json_decref(status);
	return reply_text(request, http_status, PAGE_TYPE, text, length, NULL);
}

static enum MHD_Result
answer_openapi(struct request *request)
{
	size_t length = 0;
	const char *text = openapi_json(&length);
	char *copy = malloc(length + 1);

	if (copy != NULL) {
		memcpy(copy, text, length);
	}
	return reply_text(request, MHD_HTTP_OK, OPENAPI_TYPE, copy, length,
	    NULL);
}

/* ---- zones ---- */

static enum MHD_Result
answer_zones(struct request *request)
{
	json_t *status = daemon_status(request->http->daemon);

	if (status == NULL) {
		return reply_silent(request);
	}
	json_t *zones =
	    json_pack("{s:O*,s:O*,s:O*}", "at", json_object_get(status, "at"),
	        "level", json_object_get(status, "level"), "zones",
	        json_object_get(status, "zones"));

	json_decref(status);
	return reply_json(request, MHD_HTTP_OK, zones, NULL);
}

/* The route's zone in STATUS, with the time in it; a new reference, or NULL. */
static json_t *
find_zone(const struct request *request, const json_t *status)
{
	const json_t *zones = json_object_get(status, "zones");

	for (size_t i = 0; i < json_array_size(zones); i++) {
		json_t *zone = json_array_get(zones, i);
		const char *name =
		    json_string_value(json_object_get(zone, "zone"));

		if (name == NULL || strcmp(name, request->route.zone) != 0) {
			continue;
		}
		/* Others look at the original. */
		json_t *copy = json_copy(zone);

		(void)json_object_set(copy, "at",
		    json_object_get(status, "at"));
		return copy;
	}
	return NULL;
}

static enum MHD_Result
answer_zone(struct request *request)
{
	json_t *status = daemon_status(request->http->daemon);

	if (status == NULL) {
		return reply_silent(request);
	}
	json_t *zone = find_zone(request, status);

	json_decref(status);
	return zone == NULL
	           ? reply_not_found(request, "no such zone is configured")
	           : reply_json(request, MHD_HTTP_OK, zone, NULL);
}

static json_t *
ask_candidates(struct request *request, int timeout_ms)
{
	const struct route *route = &request->route;
	json_t *question =
	    json_pack("{s:s,s:s,s:I}", "op", "candidates", "zone", route->zone,
	        "limit", (json_int_t)(route->limit == 0 ? 100 : route->limit));

	if (question != NULL && route->before != 0) {
		(void)json_object_set_new(question, "before",
		    json_integer(route->before));
	}
	return daemon_ask(request->http->daemon, &request->caller, false,
	    question, timeout_ms);
}

static enum MHD_Result
answer_zone_page(struct request *request)
{
	json_t *status = daemon_status(request->http->daemon);
	json_t *zone = status == NULL ? NULL : find_zone(request, status);
	json_t *answer =
	    zone == NULL ? NULL : ask_candidates(request, DAEMON_STATUS_MS);

	if (status != NULL && zone == NULL) {
		json_decref(status);
		return reply_not_found(request, "no such zone is configured");
	}
	size_t length = 0;
	char *text = page_zone_html(zone, json_object_get(answer, "candidates"),
	    &length);
	unsigned http_status =
	    status == NULL ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK;

	json_decref(answer);
	json_decref(zone);
	json_decref(status);
	return reply_text(request, http_status, PAGE_TYPE, text, length, NULL);
}

/* One member of an answer, or its refusal. */
static enum MHD_Result
reply_member(struct request *request, json_t *answer, const char *member,
    bool wrapped)
{
	json_t *value = json_object_get(answer, member);

	if (daemon_http_status(answer) != MHD_HTTP_OK) {
		return reply_refusal(request, answer);
	}
	json_t *document =
	    wrapped ? json_pack("{s:O*}", member, value) : json_incref(value);

	json_decref(answer);
	if (document == NULL) {
		return reply_problem(request, MHD_HTTP_INTERNAL_SERVER_ERROR,
		    "failed", "the daemon's answer lacks what was asked for",
		    NULL);
	}
	return reply_json(request, MHD_HTTP_OK, document, NULL);
}

static enum MHD_Result
answer_candidates(struct request *request)
{
	return reply_member(request, ask_candidates(request, DAEMON_ANSWER_MS),
	    "candidates", true);
}

/* ---- candidates ---- */

static enum MHD_Result
answer_candidate(struct request *request)
{
	json_t *answer =
	    daemon_ask(request->http->daemon, &request->caller, false,
	        json_pack("{s:s,s:I}", "op", "candidate", "id",
	            (json_int_t)request->route.id),
	        DAEMON_ANSWER_MS);

	return reply_member(request, answer, "candidate", false);
}

/* Browsers say that they like HTML, programs that they want JSON. */
static bool
wants_html(const struct request *request)
{
	const char *accept = request_header(request, "Accept");

	return request->route.html ||
	       (accept != NULL && strstr(accept, "text/html") != NULL &&
	           strstr(accept, "application/json") == NULL);
}

static enum MHD_Result
answer_report(struct request *request, bool html)
{
	char name[32];
	struct stat about;

	snprintf(name, sizeof(name), "%" PRId64 ".%s", request->route.id,
	    html ? "html" : "json");
	int fd = openat(request->http->reports_fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
		if (fd >= 0) {
			close(fd);
		}
		return reply_not_found(request,
		    "there is no report of this candidate: it is not judged "
		    "yet, or too old");
	}
	return reply_file(request, html ? TYPE_HTML : TYPE_JSON, fd,
	    (uint64_t)about.st_size);
}

/* ---- all ---- */

static enum MHD_Result
answer_healthz(struct request *request)
{
	return reply_json(request, MHD_HTTP_OK,
	    json_pack("{s:s}", "status", "ok"), NULL);
}

enum MHD_Result
view_answer(struct request *request)
{
	switch (request->route.kind) {
	case ROUTE_HEALTHZ:
		return answer_healthz(request);
	case ROUTE_READYZ:
		return answer_readyz(request);
	case ROUTE_HEALTH:
		return answer_health(request);
	case ROUTE_METRICS:
		return answer_metrics(request);
	case ROUTE_OPENAPI:
		return answer_openapi(request);
	case ROUTE_PAGE:
		return answer_page(request);
	case ROUTE_ZONE_PAGE:
		return answer_zone_page(request);
	case ROUTE_ZONES:
		return answer_zones(request);
	case ROUTE_ZONE:
		return answer_zone(request);
	case ROUTE_ZONE_CANDIDATES:
		return answer_candidates(request);
	case ROUTE_CANDIDATE:
		return answer_candidate(request);
	case ROUTE_REPORT:
		return answer_report(request, wants_html(request));
	case ROUTE_REPORT_JSON:
		return answer_report(request, false);
	case ROUTE_REPORT_HTML:
		return answer_report(request, true);
	case ROUTE_EVENTS:
		return events_answer(request);
	case ROUTE_NONE:
	case ROUTE_SUBMIT:
	case ROUTE_APPROVALS:
	case ROUTE_APPROVE:
	case ROUTE_DISCARD:
		break;
	}
	return MHD_NO;
}
