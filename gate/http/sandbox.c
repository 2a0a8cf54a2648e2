/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/die.h"
#include "base/sandbox.h"
#include "base/sanitized.h"

static const int forbidden[] = {
    SCMP_SYS(acct),
    SCMP_SYS(add_key),
    SCMP_SYS(bind),
    SCMP_SYS(bpf),
    SCMP_SYS(chroot),
    SCMP_SYS(clock_settime),
    SCMP_SYS(delete_module),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(finit_module),
    SCMP_SYS(fork),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fsopen),
    SCMP_SYS(init_module),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(kcmp),
    SCMP_SYS(kexec_load),
    SCMP_SYS(keyctl),
    SCMP_SYS(listen),
    SCMP_SYS(mount),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(move_mount),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(open_tree),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(personality),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pivot_root),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(ptrace),
    SCMP_SYS(quotactl),
    SCMP_SYS(reboot),
    SCMP_SYS(request_key),
    SCMP_SYS(sethostname),
    SCMP_SYS(setns),
    SCMP_SYS(settimeofday),
    SCMP_SYS(swapon),
    SCMP_SYS(symlinkat),
    SCMP_SYS(syslog),
    SCMP_SYS(umount2),
    SCMP_SYS(unshare),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(vfork),
};

/* ---- the techniques; each returns 0 or an errno ---- */

static int
limit(int resource, uint64_t most)
{
	struct rlimit now, value = {.rlim_cur = most, .rlim_max = most};

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
enter_limits(uint64_t files, uint64_t max_file)
{
	int error = limit(RLIMIT_CORE, 0);

	if (error == 0) {
		error = limit(RLIMIT_NOFILE, files);
	}
	if (error == 0) {
		error = limit(RLIMIT_FSIZE, max_file);
	}
	return error;
}

/* The kernel's own structure grew after Debian 12's headers. */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

static int
allow_below(int ruleset, int directory, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {
	    .allowed_access = access,
	    .parent_fd = directory,
	};

	return syscall(SYS_landlock_add_rule, ruleset,
	           LANDLOCK_RULE_PATH_BENEATH, &rule, 0U) == 0
	           ? 0
	           : errno;
}

static int
enter_landlock(int upload, int reports)
{
	static const unsigned fs_rights_by_abi[] = {0, 13, 14, 15, 15, 16};
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1) {
		return abi < 0 ? errno : ENOSYS;
	}
	struct ruleset ruleset = {
	    .handled_access_fs =
	        (1ULL << fs_rights_by_abi[abi > 5 ? 5 : abi]) - 1,
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
	int error = allow_below((int)fd, upload,
	    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
	        LANDLOCK_ACCESS_FS_REMOVE_FILE);

	if (error == 0) {
		error =
		    allow_below((int)fd, reports, LANDLOCK_ACCESS_FS_READ_FILE);
	}
	if (error == 0 &&
	    syscall(SYS_landlock_restrict_self, (int)fd, 0U) != 0) {
		error = errno;
	}
	close((int)fd);
	return error;
}

/* Threads and sockets to the daemon, but no processes, no other sockets, and
 * no memory that becomes executable. */
static int
forbid_with_conditions(scmp_filter_ctx filter)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
	    SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));

	/* Its arguments cannot be looked at; libc then uses clone(). */
	if (error == 0) {
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		    SCMP_SYS(clone3), 0);
	}
	if (error == 0) {
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES),
		    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX));
	}
	if (error == 0) {
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	}
	if (error == 0) {
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(mmap), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	}
	return -error;
}

static int
enter_seccomp(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int error = 0;

	if (filter == NULL) {
		return ENOMEM;
	}
	for (size_t i = 0;
	     error == 0 && i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		error = -seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    forbidden[i], 0);
	}
	if (error == 0) {
		error = forbid_with_conditions(filter);
	}
	if (error == 0) {
		error = -seccomp_load(filter);
	}
	seccomp_release(filter);
	return error;
}

void
http_sandbox_enter(int upload, int reports, uint64_t files, uint64_t max_file,
    unsigned waived)
{
	int error = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;

	if (error != 0) {
		die("sandbox: no new privileges: %s", strerror(error));
	}
	error = enter_limits(files, max_file);
	if (error != 0) {
		die("sandbox: limits: %s", strerror(error));
	}
	if (SANITIZED) {
		return;
	}
	if ((waived & SANDBOX_WAIVE_LANDLOCK) == 0) {
		error = enter_landlock(upload, reports);
		if (error != 0) {
			die("sandbox: Landlock: %s", strerror(error));
		}
	}
	if ((waived & SANDBOX_WAIVE_SECCOMP) == 0) {
		error = enter_seccomp();
		if (error != 0) {
			die("sandbox: seccomp: %s", strerror(error));
		}
	}
}
