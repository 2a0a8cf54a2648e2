/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * die.h -- faults: we cannot do our job.  A dead process is a refusal.
 */
#pragma once

/* Exit status of a process that could not do its job. */
#define EXIT_FAULT 3

/* Names the program in messages; called first in main. */
void die_init(const char *program);

/* Writes "program: message" and a newline to stderr and exits EXIT_FAULT. */
void die(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* Writes "program: message" and a newline to stderr. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
