/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/confine.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/die.h"
#include "base/sanitized.h"

/* What no helper needs; tried, it fails with EPERM. */
static const int refused_calls[] = {
    /* other programs and processes */
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(kill),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(kcmp),
    /* being a server */
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    /* what Landlock leaves open in the file system */
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(utime),
    SCMP_SYS(utimes),
    SCMP_SYS(futimesat),
    SCMP_SYS(utimensat),
    SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(removexattr),
    SCMP_SYS(lremovexattr),
    SCMP_SYS(fremovexattr),
    /* and the same again where Landlock is waived */
    SCMP_SYS(creat),
    SCMP_SYS(truncate),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    /* the machine */
    SCMP_SYS(acct),
    SCMP_SYS(add_key),
    SCMP_SYS(bpf),
    SCMP_SYS(chroot),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(settimeofday),
    SCMP_SYS(delete_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(init_module),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(keyctl),
    SCMP_SYS(request_key),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(pivot_root),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(personality),
    SCMP_SYS(quotactl),
    SCMP_SYS(reboot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(syslog),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(capset),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setreuid),
    SCMP_SYS(setregid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(setgroups),
    SCMP_SYS(setfsuid),
    SCMP_SYS(setfsgid),
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
enter_limits(const struct confinement *confinement)
{
	int error = limit(RLIMIT_CORE, 0);

	if (error == 0) {
		error = limit(RLIMIT_NOFILE, confinement->open_files);
	}
	/* The sanitizers' runtimes need terabytes of addresses. */
	if (error == 0 && !SANITIZED) {
		error = limit(RLIMIT_AS, confinement->memory);
	}
	return error;
}

/* The kernel's own structure grew after Debian 12's headers. */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

#define NET_BIND_TCP 1U
#define NET_CONNECT_TCP 2U

/* What is handled, without a rule that allows any of it, is refused. */
static int
enter_landlock(const struct confinement *confinement)
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
	    .handled_access_net = abi < 4 ? 0
	                          : confinement->connects
	                              ? NET_BIND_TCP
	                              : NET_BIND_TCP | NET_CONNECT_TCP,
	    .scoped = abi >= 6 ? 3 : 0,
	};
	size_t size = abi >= 6   ? sizeof(ruleset)
	              : abi >= 4 ? offsetof(struct ruleset, scoped)
	                         : offsetof(struct ruleset, handled_access_net);

	if (confinement->reads_files) {
		ruleset.handled_access_fs &=
		    ~(uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE |
		                LANDLOCK_ACCESS_FS_READ_DIR);
	}
	long fd = syscall(SYS_landlock_create_ruleset, &ruleset, size, 0U);

	if (fd < 0) {
		return errno;
	}
	int error =
	    syscall(SYS_landlock_restrict_self, (int)fd, 0U) == 0 ? 0 : errno;

	close((int)fd);
	return error;
}

/* Processes, but not threads; clone3, whose flags no filter can see, is not
 * there, and the C library takes clone instead. */
static int
refuse_processes(scmp_filter_ctx filter, bool threads)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
	    SCMP_SYS(clone3), 0);

	if (error != 0) {
		return error;
	}
	if (!threads) {
		return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(clone), 0);
	}
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone),
	    1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
}

/* Memory that can be written and executed. */
static int
refuse_new_code(scmp_filter_ctx filter)
{
	const uint64_t both = PROT_WRITE | PROT_EXEC;
	int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
	    SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, both, both));

	if (error == 0) {
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, both, both));
	}
	return error;
}

static int
enter_seccomp(const struct confinement *confinement)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (filter == NULL) {
		return ENOMEM;
	}
	int error = refuse_processes(filter, confinement->threads);

	if (error == 0) {
		error = refuse_new_code(filter);
	}
	for (size_t i = 0;
	     error == 0 && i < sizeof(refused_calls) / sizeof(refused_calls[0]);
	     i++) {
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    refused_calls[i], 0);
	}
	if (error == 0) {
		error = seccomp_load(filter);
	}
	seccomp_release(filter);
	return -error;
}

void
confine(const struct confinement *confinement, unsigned waived)
{
	int error = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;

	if (error != 0) {
		die("sandbox: no new privileges: %s", strerror(error));
	}
	error = enter_limits(confinement);
	if (error != 0) {
		die("sandbox: limits: %s", strerror(error));
	}
	if (SANITIZED) {
		return;
	}
	if ((waived & SANDBOX_WAIVE_LANDLOCK) == 0) {
		error = enter_landlock(confinement);
		if (error != 0) {
			die("sandbox: Landlock: %s", strerror(error));
		}
	}
	if ((waived & SANDBOX_WAIVE_SECCOMP) == 0) {
		error = enter_seccomp(confinement);
		if (error != 0) {
			die("sandbox: seccomp: %s", strerror(error));
		}
	}
}

bool
confine_waivers(int argc, char *const *argv, int at, unsigned *waived)
{
	*waived = 0;
	for (; at < argc; at += 2) {
		if (strcmp(argv[at], "--waive") != 0 || at + 1 == argc) {
			return false;
		}
		if (strcmp(argv[at + 1], "landlock") == 0) {
			*waived |= SANDBOX_WAIVE_LANDLOCK;
		} else if (strcmp(argv[at + 1], "seccomp") == 0) {
			*waived |= SANDBOX_WAIVE_SECCOMP;
		} else {
			return false;
		}
	}
	return true;
}
