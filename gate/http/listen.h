/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listen.h -- listening sockets by address and port.
 */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "http/auth.h"

/* Reads "192.0.2.1:8053" or "[2001:db8::1]:8053"; false if it is neither. */
bool listen_address(const char *text, struct sockaddr_storage *address,
    socklen_t *length);

/* A socket that listens on TEXT, or dies. */
int listen_on(const char *text);

/* "127.0.0.1:41234", "[::1]:41234": where FD listens. */
void listen_name(int fd, char *text, size_t size);
