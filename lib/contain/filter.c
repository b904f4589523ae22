// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The filter is written out: it is short, and a library for it would be one more that a hostile
 * input can use. open() and openat() raise SIGSYS, whose handler sends the path to the parent and
 * returns the descriptor that comes back, so that no other code has to know that it is contained.
 */
#include "contain/filter.h"

#if FILTER_KNOWN
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/array.h"
#include "contain/channel.h"
#include "contain/lock.h"

#ifdef __x86_64__
#define OWN_ARCH AUDIT_ARCH_X86_64
#define ARG(uc, i) ((uc)->uc_mcontext.gregs[(const int[]){REG_RDI, REG_RSI, REG_RDX}[i]])
#define RESULT(uc) ((uc)->uc_mcontext.gregs[REG_RAX])
#else
#define OWN_ARCH AUDIT_ARCH_AARCH64
#define ARG(uc, i) ((uc)->uc_mcontext.regs[i])
#define RESULT(uc) ((uc)->uc_mcontext.regs[0])
#endif

/* ---- open(2) ----------------------------------------------------------------------------- */

static int ask(const char *path, int flags)
{
	struct frame_open request;
	size_t len = strnlen(path, sizeof(request.path));

	if (len == sizeof(request.path))
		return -ENAMETOOLONG;
	request.flags = flags;
	memcpy(request.path, path, len);
	request.path[len] = '\0';
	if (!channel_send(LOCK_CHANNEL, FRAME_OPEN, &request,
		    offsetof(struct frame_open, path) + len + 1))
		return -EIO;
	return channel_receive_reply(LOCK_CHANNEL);
}

static void on_trap(int signal_no, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	int saved = errno;
	long result = -ENOSYS;

	(void)signal_no;
	if (info->si_syscall == __NR_openat) {
		const char *path = (const char *)ARG(uc, 1);

		result = (int)ARG(uc, 0) == AT_FDCWD || path[0] == '/' ? ask(path, (int)ARG(uc, 2))
								       : -EACCES;
	}
#ifdef __NR_open
	if (info->si_syscall == __NR_open)
		result = ask((const char *)ARG(uc, 0), (int)ARG(uc, 1));
#endif
	RESULT(uc) = (__typeof__(RESULT(uc)))result;
	errno = saved;
}

static bool catch_traps(void)
{
	struct sigaction act = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};

	return sigaction(SIGSYS, &act, NULL) == 0;
}

/* ---- the filter -------------------------------------------------------------------------- */

enum when {
	ALWAYS,
	ON_CHANNEL, /* the first argument is the channel */
	ON_SELF,    /* the first argument is this process: abort() */
	NO_CODE,    /* the third argument does not make memory executable */
	NO_POINTER, /* the third argument is NULL: limits are read, not set */
	PLAIN_FCNTL,
	ASK,   /* the parent does it */
	NO_TTY /* always fails, as on a file */
};

static const struct row {
	int number;
	enum when when;
} rows[] = {
	/* the most frequent first */
	{__NR_pread64, ALWAYS},
	{__NR_read, ALWAYS},
	{__NR_close, ALWAYS},
	{__NR_newfstatat, ALWAYS},
	{__NR_fstat, ALWAYS},
	{__NR_lseek, ALWAYS},
	{__NR_mmap, NO_CODE},
	{__NR_munmap, ALWAYS},
	{__NR_brk, ALWAYS},
	{__NR_openat, ASK},
#ifdef __NR_open
	{__NR_open, ASK},
	{__NR_stat, ALWAYS},
	{__NR_lstat, ALWAYS},
	{__NR_access, ALWAYS},
	{__NR_readlink, ALWAYS},
	{__NR_getdents, ALWAYS},
	{__NR_time, ALWAYS},
#endif
	{__NR_pwrite64, ALWAYS},
	{__NR_write, ALWAYS},
	{__NR_readv, ALWAYS},
	{__NR_writev, ALWAYS},
	{__NR_preadv, ALWAYS},
	{__NR_statx, ALWAYS},
	{__NR_faccessat, ALWAYS},
#ifdef __NR_faccessat2
	{__NR_faccessat2, ALWAYS},
#endif
	{__NR_readlinkat, ALWAYS},
	{__NR_getdents64, ALWAYS},
	{__NR_fstatfs, ALWAYS},
	{__NR_getcwd, ALWAYS},
	{__NR_ftruncate, ALWAYS},
	{__NR_fallocate, ALWAYS},
	{__NR_fadvise64, ALWAYS},
	{__NR_dup, ALWAYS},
	{__NR_fcntl, PLAIN_FCNTL},
	{__NR_ioctl, NO_TTY},
	{__NR_sendto, ON_CHANNEL},
	{__NR_recvfrom, ON_CHANNEL},
	{__NR_recvmsg, ON_CHANNEL},
	{__NR_mprotect, NO_CODE},
	{__NR_mremap, ALWAYS},
	{__NR_madvise, ALWAYS},
	{__NR_futex, ALWAYS},
	{__NR_clock_gettime, ALWAYS},
	{__NR_clock_getres, ALWAYS},
	{__NR_gettimeofday, ALWAYS},
	{__NR_getrandom, ALWAYS},
	{__NR_sysinfo, ALWAYS},
	{__NR_uname, ALWAYS},
	{__NR_sched_getaffinity, ALWAYS},
	{__NR_sched_yield, ALWAYS},
	{__NR_prlimit64, NO_POINTER},
	{__NR_getpid, ALWAYS},
	{__NR_gettid, ALWAYS},
	{__NR_getuid, ALWAYS},
	{__NR_geteuid, ALWAYS},
	{__NR_getgid, ALWAYS},
	{__NR_getegid, ALWAYS},
	{__NR_rt_sigaction, ALWAYS},
	{__NR_rt_sigprocmask, ALWAYS},
	{__NR_rt_sigreturn, ALWAYS},
	{__NR_sigaltstack, ALWAYS},
	{__NR_restart_syscall, ALWAYS},
	{__NR_tgkill, ON_SELF},
	{__NR_exit, ALWAYS},
	{__NR_exit_group, ALWAYS},
};

#define LOW(i) ((uint32_t)offsetof(struct seccomp_data, args[i]))
#define HIGH(i) (LOW(i) + 4)

struct program {
	struct sock_filter code[4 * ARRAY_SIZE(rows) + 64];
	unsigned short n;
};

static void put(struct program *p, struct sock_filter line)
{
	p->code[p->n++] = line;
}

static void load(struct program *p, uint32_t offset)
{
	put(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void give(struct program *p, uint32_t action)
{
	put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* The next instruction is for those where the loaded value is k; others skip it. */
static void only(struct program *p, uint32_t k)
{
	put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, 0, 1));
}

#define NO (SECCOMP_RET_ERRNO | EPERM)

static void put_fcntl(struct program *p)
{
	static const uint32_t commands[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC};

	load(p, LOW(1));
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		only(p, commands[i]);
		give(p, SECCOMP_RET_ALLOW);
	}
	give(p, NO);
}

/* What to do with the call of this row; ends with a return. */
static void put_action(struct program *p, enum when when)
{
	switch (when) {
	case ALWAYS:
		give(p, SECCOMP_RET_ALLOW);
		return;
	case ASK:
		give(p, SECCOMP_RET_TRAP);
		return;
	case NO_TTY:
		give(p, SECCOMP_RET_ERRNO | ENOTTY);
		return;
	case PLAIN_FCNTL:
		put_fcntl(p);
		return;
	case ON_CHANNEL:
	case ON_SELF:
		load(p, LOW(0));
		only(p, when == ON_SELF ? (uint32_t)getpid() : LOCK_CHANNEL);
		break;
	case NO_CODE:
		load(p, LOW(2));
		put(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, PROT_EXEC));
		only(p, 0);
		break;
	case NO_POINTER:
		load(p, LOW(2));
		put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3));
		load(p, HIGH(2));
		only(p, 0);
		break;
	}
	give(p, SECCOMP_RET_ALLOW);
	give(p, NO);
}

static void put_row(struct program *p, const struct row *row)
{
	unsigned short at = p->n;

	only(p, (uint32_t)row->number);
	put_action(p, row->when);
	p->code[at].jf = (unsigned char)(p->n - at - 1);
}

static void build(struct program *p)
{
	load(p, offsetof(struct seccomp_data, arch));
	put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0));
	give(p, SECCOMP_RET_KILL_PROCESS);
	load(p, offsetof(struct seccomp_data, nr));
	/* x32 calls have a bit that no row has. */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		put_row(p, &rows[i]);
	give(p, NO);
}

bool filter_install(void)
{
	struct program p = {.n = 0};
	struct sock_fprog prog = {.filter = p.code};

	build(&p);
	prog.len = p.n;
	return catch_traps() && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) == 0;
}
#else
bool filter_install(void)
{
	return true;
}
#endif
