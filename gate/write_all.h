/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_all.h -- octets go out whole, or the caller hears of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Writes SIZE octets; false, with errno, if not all of them were taken. */
bool write_all(int fd, const void *at, size_t size);
