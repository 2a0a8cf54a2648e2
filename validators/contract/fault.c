/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/fault.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

void
fault_point(const struct job *job)
{
	if (fault_is(job, FAULT_segv)) {
		raise(SIGSEGV);
	}
	if (fault_is(job, FAULT_abrt)) {
		abort();
	}
	if (fault_is(job, FAULT_kill)) {
		raise(SIGKILL);
	}
	if (fault_is(job, FAULT_exit1)) {
		_exit(1);
	}
	while (fault_is(job, FAULT_hang)) {
		pause();
	}
}
