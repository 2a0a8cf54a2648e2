/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "control/control.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 20000

/* A daemon that reads a line, says ANSWER, and waits for the other end. */
static int
daemon_that_says(const char *answer, pid_t *pid)
{
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	*pid = fork();
	cr_assert_geq(*pid, 0);
	if (*pid == 0) {
		char octet = 0;

		close(pair[0]);
		while (read(pair[1], &octet, 1) == 1 && octet != '\n') {
		}
		for (size_t left = strlen(answer); left > 0;) {
			ssize_t n = write(pair[1], answer, left);

			if (n <= 0) {
				_exit(1);
			}
			answer += n;
			left -= (size_t)n;
		}
		shutdown(pair[1], SHUT_WR);
		while (read(pair[1], &octet, 1) > 0) {
		}
		_exit(0);
	}
	close(pair[1]);
	return pair[0];
}

static json_t *
ask(const char *answer, char error[CONTROL_ERROR])
{
	pid_t pid;
	int fd = daemon_that_says(answer, &pid);
	json_t *question = json_pack("{s:s}", "op", "ping");
	json_t *said = control_ask(fd, question, -1, LONG_MS, error);

	close(fd);
	waitpid(pid, NULL, 0);
	json_decref(question);
	return said;
}

Test(control, an_answer_is_an_object_with_ok)
{
	char error[CONTROL_ERROR] = "";
	json_t *said = ask("{\"ok\":true,\"pid\":7}\n", error);

	cr_assert_not_null(said, "%s", error);
	cr_assert_eq(json_integer_value(json_object_get(said, "pid")), 7);
	json_decref(said);
	said = ask("{\"ok\":false,\"error\":\"busy\"}\n", error);
	cr_assert_not_null(said, "%s", error);
	cr_assert(json_is_false(json_object_get(said, "ok")));
	json_decref(said);
}

Test(control, what_is_no_answer_is_none)
{
	static const char *const bad[] = {
	    "",
	    "\n",
	    "{\"ok\":true}",       /* no newline: cut off */
	    "{\"ok\":true}\nmore", /* not asked for */
	    "{\"ok\":true}{}\n",   /* two */
	    "{\"ok\":\"true\"}\n", /* no boolean */
	    "{\"o\":true}\n",      /* lacks it */
	    "[true]\n",            /* no object */
	    "{\"ok\":true,\"ok\":false}\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char error[CONTROL_ERROR] = "";

		cr_assert_null(ask(bad[i], error), "%s", bad[i]);
		cr_assert_neq(error[0], '\0', "%s", bad[i]);
	}
}

Test(control, a_long_answer_is_read_whole_and_an_endless_one_is_not)
{
	char error[CONTROL_ERROR] = "";
	size_t size = 3u << 20;
	char *text = malloc(CONTROL_LINE_MAX + 100);

	cr_assert_not_null(text);
	int head = sprintf(text, "{\"ok\":true,\"x\":\"");

	memset(text + head, 'x', size);
	strcpy(text + head + size, "\"}\n");
	json_t *said = ask(text, error);

	cr_assert_not_null(said, "%s", error);
	cr_assert_eq(json_string_length(json_object_get(said, "x")), size);
	json_decref(said);
	memset(text, ' ', CONTROL_LINE_MAX + 99);
	text[CONTROL_LINE_MAX + 99] = '\0';
	cr_assert_null(ask(text, error));
	cr_assert_not_null(strstr(error, "longer"), "%s", error);
	free(text);
}

Test(control, a_daemon_that_is_silent_is_waited_for_no_longer_than_said)
{
	int pair[2];
	char error[CONTROL_ERROR] = "";
	json_t *question = json_pack("{s:s}", "op", "ping");

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	cr_assert_null(control_ask(pair[0], question, -1, 50, error));
	cr_assert_not_null(strstr(error, "in time"), "%s", error);
	json_decref(question);
	close(pair[0]);
	close(pair[1]);
}

Test(control, a_daemon_that_is_gone_is_an_error_and_no_signal)
{
	int pair[2];
	char error[CONTROL_ERROR] = "";
	json_t *question = json_pack("{s:s}", "op", "ping");

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	close(pair[1]);
	cr_assert_null(control_ask(pair[0], question, -1, LONG_MS, error));
	cr_assert_neq(error[0], '\0');
	json_decref(question);
	close(pair[0]);
}

/* Reads a message with a descriptor, which it returns. */
static int
receive_descriptor(int fd)
{
	char text[256];
	char ancillary[CMSG_SPACE(sizeof(int))];
	struct iovec part = {.iov_base = text, .iov_len = sizeof(text)};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = ancillary,
	    .msg_controllen = sizeof(ancillary),
	};
	int passed = -1;

	if (recvmsg(fd, &message, 0) > 0 && CMSG_FIRSTHDR(&message) != NULL) {
		memcpy(&passed, CMSG_DATA(CMSG_FIRSTHDR(&message)),
		    sizeof(passed));
	}
	return passed;
}

Test(control, a_descriptor_goes_with_the_question)
{
	int pair[2];
	char error[CONTROL_ERROR] = "";
	json_t *question = json_pack("{s:s}", "op", "submit");
	int file = memfd_create("zone", MFD_CLOEXEC);

	cr_assert_eq(write(file, "zone", 4), 4);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid_t pid = fork();

	if (pid == 0) {
		char text[5] = "";
		int passed = receive_descriptor(pair[1]);
		bool same =
		    pread(passed, text, 4, 0) == 4 && strcmp(text, "zone") == 0;

		_exit(same && write(pair[1], "{\"ok\":true}\n", 12) == 12 ? 0
		                                                          : 1);
	}
	json_t *said = control_ask(pair[0], question, file, LONG_MS, error);
	int status = -1;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	cr_assert_not_null(said, "%s", error);
	json_decref(said);
	json_decref(question);
}

Test(control, a_path_too_long_or_without_a_daemon_says_so)
{
	char error[CONTROL_ERROR] = "", path[200] = "/tmp/";

	memset(path + 5, 'x', 150);
	cr_assert_lt(control_connect(path, error), 0);
	cr_assert_not_null(strstr(error, "shorter"), "%s", error);
	cr_assert_lt(control_connect("/nonexistent/control.sock", error), 0);
	cr_assert_not_null(strstr(error, "running"), "%s", error);
}

Test(control, connects_to_a_socket_that_listens)
{
	char folder[] = "/tmp/zonegate-control-XXXXXX", error[CONTROL_ERROR];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	cr_assert_not_null(mkdtemp(folder));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", folder);
	cr_assert_eq(bind(listener, (struct sockaddr *)&address,
	                 sizeof(address)),
	    0);
	cr_assert_eq(listen(listener, 1), 0);
	int fd = control_connect(address.sun_path, error);

	cr_assert_geq(fd, 0, "%s", error);
	cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	close(listener);
	unlink(address.sun_path);
	rmdir(folder);
}
