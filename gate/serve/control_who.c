/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control_who.c -- who asks the daemon, and as what.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "serve/control_server.h"
#include "serve/token.h"

static void
login_name(uid_t uid, char name[ACTOR_TEXT])
{
	struct passwd entry, *found = NULL;
	char buffer[4096];

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 &&
	    found != NULL) {
		snprintf(name, ACTOR_TEXT, "%s", found->pw_name);
	} else {
		snprintf(name, ACTOR_TEXT, "uid %u", uid);
	}
}

/* Whoever may open the socket may look and hand in; approving is for those
 * whom the configuration names, root, and our own account. */
void
question_from_person(struct question *question, uid_t uid, bool is_ours)
{
	const struct config *config = question->daemon->config;

	login_name(uid, question->actor);
	if (is_ours) {
		question->role = ROLE_VIEWER;
		return;
	}
	question->role = ROLE_SUBMITTER;
	if (uid == 0 || uid == geteuid()) {
		question->role = ROLE_OPERATOR;
		snprintf(question->person, ACTOR_TEXT, "%s", question->actor);
	}
	for (size_t i = 0; i < config->n_operators; i++) {
		if (strcmp(config->operators[i].user, question->actor) == 0) {
			question->role = ROLE_OPERATOR;
			snprintf(question->person, ACTOR_TEXT, "%s",
			    config->operators[i].person);
		}
	}
}

static enum role
role_from_name(const char *name)
{
	if (name == NULL) {
		return ROLE_NONE;
	}
	return strcmp(name, "viewer") == 0      ? ROLE_VIEWER
	       : strcmp(name, "submitter") == 0 ? ROLE_SUBMITTER
	       : strcmp(name, "operator") == 0  ? ROLE_OPERATOR
	                                        : ROLE_NONE;
}

/* What zonegate-http says counts up to submitting; an operator's token is
 * looked at here. */
void
question_from_http(struct question *question)
{
	const json_t *as = json_object_get(question->said, "as");
	const char *name = json_string_value(json_object_get(as, "name"));
	const char *token = json_string_value(json_object_get(as, "token"));
	const struct config_token *found = NULL;

	snprintf(question->actor, ACTOR_TEXT, "http:%s",
	    name != NULL ? name : "anonymous");
	question->role =
	    role_from_name(json_string_value(json_object_get(as, "role")));
	if (question->role == ROLE_OPERATOR) {
		question->role = ROLE_VIEWER;
	}
	if (token != NULL) {
		found = token_find(question->daemon->config, token);
	}
	if (found != NULL && found->role == ROLE_OPERATOR) {
		question->role = ROLE_OPERATOR;
		snprintf(question->person, ACTOR_TEXT, "%s", found->person);
	}
}
