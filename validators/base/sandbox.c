/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox.c -- all rights on one screen, and the techniques that take the
 * others away.
 */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "base/sanitized.h"

#define GIB (1ULL << 30)

/* What a role may have.  No role may start programs or processes, reach a
 * path, or open a socket to anywhere; `events' are what an event loop needs:
 * epoll, pipes, a pair of nameless AF_UNIX sockets. */
/* clang-format off */
static const struct rights {
	const char *name;
	uint64_t memory; /* address space, octets */
	uint64_t cpu_s;  /* a backstop: the deadline comes from outside */
	uint64_t files;  /* open descriptors */
	int events;
} rights[N_SANDBOX_ROLES] = {
	/*                    name       memory    cpu_s  files  events */
	[SANDBOX_SURVEY]  = { "survey",  64 * GIB, 86400,    16,      0 },
	[SANDBOX_LDNS]    = { "ldns",    32 * GIB, 86400,    16,      0 },
	[SANDBOX_UNBOUND] = { "unbound", 16 * GIB, 86400,   256,      1 },
	[SANDBOX_UNPACK]  = { "unpack",  64 * GIB, 86400,    16,      0 },
};
/* clang-format on */

static const int calls_for_all[] = {
    SCMP_SYS(brk),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(fcntl),
    SCMP_SYS(fstat),
    SCMP_SYS(ftruncate),
    SCMP_SYS(futex),
    SCMP_SYS(getpid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(gettid),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(lseek),
    SCMP_SYS(madvise),
    SCMP_SYS(memfd_create),
    SCMP_SYS(mremap),
    SCMP_SYS(munmap),
    SCMP_SYS(nanosleep),
    SCMP_SYS(newfstatat),
    SCMP_SYS(openat),
    SCMP_SYS(pause),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sysinfo),
    SCMP_SYS(tgkill),
    SCMP_SYS(time),
    SCMP_SYS(uname),
    SCMP_SYS(write),
    SCMP_SYS(writev),
};

static const int calls_for_events[] = {
    SCMP_SYS(dup2),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(geteuid),
    SCMP_SYS(getuid),
    SCMP_SYS(ioctl),
    SCMP_SYS(pipe2),
    SCMP_SYS(poll),
    SCMP_SYS(recvfrom),
    SCMP_SYS(select),
    SCMP_SYS(sendto),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
};

/* ---- the techniques; each returns 0 or an errno ---- */

static int
limit(int resource, uint64_t most)
{
	struct rlimit value = {.rlim_cur = most, .rlim_max = most};
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)resource, &now) != 0) {
		return errno;
	}
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most) {
		value.rlim_cur = value.rlim_max = now.rlim_max;
	}
	return setrlimit((__rlimit_resource_t)resource, &value) == 0 ? 0
	                                                             : errno;
}

static int
enter_limits(const struct rights *r, uint64_t max_file)
{
	int error = limit(RLIMIT_CORE, 0);

	if (error == 0) {
		error = limit(RLIMIT_CPU, r->cpu_s);
	}
	if (error == 0) {
		error = limit(RLIMIT_NOFILE, r->files);
	}
	if (error == 0) {
		error = limit(RLIMIT_FSIZE, max_file);
	}
	/* The sanitizers' runtimes need terabytes of addresses, ptrace and
	 * /proc: with them only the other limits are set. */
	if (error == 0 && !SANITIZED) {
		error = limit(RLIMIT_AS, r->memory);
	}
	return error;
}

/* The kernel's own structure grew after Debian 12's headers. */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

/* Everything that the running kernel's Landlock can refuse, without a rule
 * that allows any of it. */
static int
enter_landlock(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1) {
		return abi < 0 ? errno : ENOSYS;
	}
	static const unsigned fs_rights_by_abi[] = {0, 13, 14, 15, 15, 16};
	unsigned n_rights = fs_rights_by_abi[abi > 5 ? 5 : abi];
	struct ruleset ruleset = {
	    .handled_access_fs = (1ULL << n_rights) - 1,
	    .handled_access_net = abi >= 4 ? 3 : 0,
	    .scoped = abi >= 6 ? 3 : 0,
	};
	size_t size = abi >= 6   ? sizeof(ruleset)
	              : abi >= 4 ? offsetof(struct ruleset, scoped)
	                         : offsetof(struct ruleset, handled_access_net);
	long fd = syscall(SYS_landlock_create_ruleset, &ruleset, size, 0U);

	if (fd < 0) {
		return errno;
	}
	int error =
	    syscall(SYS_landlock_restrict_self, (int)fd, 0U) == 0 ? 0 : errno;

	close((int)fd);
	return error;
}

static int
allow(scmp_filter_ctx filter, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int error =
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);

		if (error != 0) {
			return -error;
		}
	}
	return 0;
}

/* Memory that is never executable, and for event loops nameless pairs. */
static int
allow_with_conditions(scmp_filter_ctx filter, const struct rights *r)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (error == 0) {
		error =
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect),
		        1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	}
	/* Reading limits, not setting them. */
	if (error == 0) {
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0));
	}
	if (error == 0 && r->events) {
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(socketpair), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
	}
	return -error;
}

/* An allow list; whatever else is tried fails with EPERM. */
static int
enter_seccomp(const struct rights *r)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (filter == NULL) {
		return ENOMEM;
	}
	int error = allow(filter, calls_for_all,
	    sizeof(calls_for_all) / sizeof(calls_for_all[0]));

	if (error == 0 && r->events) {
		error = allow(filter, calls_for_events,
		    sizeof(calls_for_events) / sizeof(calls_for_events[0]));
	}
	if (error == 0) {
		error = allow_with_conditions(filter, r);
	}
	if (error == 0) {
		error = -seccomp_load(filter);
	}
	seccomp_release(filter);
	return error;
}

void
sandbox_enter(enum sandbox_role role, uint64_t max_file, unsigned waived)
{
	const struct rights *r = &rights[role];

	if (r->name == NULL) {
		die("sandbox: no such role");
	}
	int error = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;

	if (error != 0) {
		die("sandbox: no new privileges: %s", strerror(error));
	}
	error = enter_limits(r, max_file);
	if (error != 0) {
		die("sandbox: limits: %s", strerror(error));
	}
	if (SANITIZED) {
		return;
	}
	if ((waived & SANDBOX_WAIVE_LANDLOCK) == 0) {
		error = enter_landlock();
		if (error != 0) {
			die("sandbox: Landlock: %s", strerror(error));
		}
	}
	if ((waived & SANDBOX_WAIVE_SECCOMP) == 0) {
		error = enter_seccomp(r);
		if (error != 0) {
			die("sandbox: seccomp: %s", strerror(error));
		}
	}
}

/* ---- finding out beforehand ---- */

static int
works_in_a_child(unsigned technique)
{
	pid_t pid = fork();

	if (pid == 0) {
		int error = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

		if (error == 0 && technique == SANDBOX_WAIVE_LANDLOCK) {
			error = enter_landlock();
		}
		if (error == 0 && technique == SANDBOX_WAIVE_SECCOMP) {
			error = enter_seccomp(&rights[SANDBOX_UNBOUND]);
		}
		_exit(error == 0 ? 0 : 1);
	}
	int status = -1;

	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

unsigned
sandbox_missing(void)
{
	unsigned missing = 0;

	if (!works_in_a_child(SANDBOX_WAIVE_LANDLOCK)) {
		missing |= SANDBOX_WAIVE_LANDLOCK;
	}
	if (!works_in_a_child(SANDBOX_WAIVE_SECCOMP)) {
		missing |= SANDBOX_WAIVE_SECCOMP;
	}
	return missing;
}
