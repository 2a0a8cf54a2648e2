/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sealed.h -- files in memory that nobody can change once they are sealed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Returns an empty, writable file in memory; NAME is for people. */
int sealed_new(const char *name);

/* Makes FD unchangeable for everybody, for ever; returns its size.  No
 * writable mapping of it may be left. */
uint64_t sealed_close(int fd);

/* Returns a read-only descriptor of FD's file, its offset at 0 and its own. */
int sealed_reopen(int fd);

/* Maps the SIZE octets of FD read-only; NULL if SIZE is 0. */
const void *sealed_map(int fd, size_t size);
void sealed_unmap(const void *at, size_t size);

/* A sealed file holding SIZE octets from AT. */
int sealed_copy(const char *name, const void *at, size_t size);
