// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Faults of the system, put before the C library by LD_PRELOAD. VMT_INJECT names one:
 *
 *	alloc N		the Nth allocation fails, and only that one
 *	allocs N	the Nth and all that follow
 *	read N		the Nth read fails with EIO
 *	reads N		the Nth and all that follow
 *	short N		a read returns at most N bytes
 *	intr N		every Nth read fails with EINTR
 *
 * VMT_INJECT_COUNT is a file, to which each process adds a line with its allocations and reads.
 * With VMT_INJECT_TRACE the calls that led to the fault are printed.
 *
 * fts_open() of glibc 2.36 and libcapstone do not check what they allocate: nothing fails in them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <fts.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault { NONE, ALLOC, ALLOCS, READ, READS, SHORT, INTR };

static const char *const names[] = {"", "alloc ", "allocs ", "read ", "reads ", "short ", "intr "};

static enum fault fault;
static unsigned long nth;
static _Thread_local int unchecked;
static atomic_ulong allocations, reads;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

__attribute__((constructor)) static void start(void)
{
	const char *what = getenv("VMT_INJECT");

	for (enum fault f = ALLOC; what && f <= INTR; f++) {
		size_t len = strlen(names[f]);

		if (strncmp(what, names[f], len) == 0) {
			nth = strtoul(what + len, NULL, 10);
			fault = f;
		}
	}
	atomic_store(&allocations, 0);
	atomic_store(&reads, 0);
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("VMT_INJECT_COUNT");
	char line[64];
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	int len = snprintf(
		line, sizeof(line), "%lu %lu\n", atomic_load(&allocations), atomic_load(&reads));

	if (fd >= 0 && write(fd, line, (size_t)len) != len)
		abort();
	if (fd >= 0)
		close(fd);
}

static void trace(void)
{
	void *calls[24];

	if (getenv("VMT_INJECT_TRACE"))
		backtrace_symbols_fd(calls, backtrace(calls, 24), STDERR_FILENO);
}

static int is_unchecked(const void *caller)
{
	Dl_info info;

	return unchecked || (dladdr(caller, &info) && strstr(info.dli_fname, "libcapstone"));
}

static int no_memory(const void *caller)
{
	unsigned long n = atomic_fetch_add(&allocations, 1) + 1;

	if ((fault != ALLOC || n != nth) && (fault != ALLOCS || n < nth))
		return 0;
	if (is_unchecked(caller))
		return 0;
	if (n == nth)
		trace();
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return no_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return no_memory(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return no_memory(__builtin_return_address(0)) ? NULL : __libc_realloc(p, size);
}

/* The programs map memory for what is large. A mapped file is no allocation. */
void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	static void *(*next)(void *, size_t, int, int, int, off_t);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "mmap");
	if ((flags & MAP_ANONYMOUS) && no_memory(__builtin_return_address(0)))
		return MAP_FAILED;
	return next(at, len, prot, flags, fd, off);
}

void *mmap64(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	return mmap(at, len, prot, flags, fd, off);
}

/* Whether a read fails; *len is cut to what it may return. */
static int no_read(size_t *len)
{
	unsigned long n = atomic_fetch_add(&reads, 1) + 1;

	if (fault == SHORT && *len > nth)
		*len = nth;
	if ((fault == READ && n == nth) || (fault == READS && n >= nth))
		errno = EIO;
	else if (fault == INTR && n % nth == 0)
		errno = EINTR;
	else
		return 0;
	return 1;
}

FTS64 *fts64_open(
	char *const *paths, int options, int (*compare)(const FTSENT64 **, const FTSENT64 **))
{
	static FTS64 *(*next)(char *const *, int, int (*)(const FTSENT64 **, const FTSENT64 **));
	FTS64 *ret;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "fts64_open");
	unchecked++;
	ret = next(paths, options, compare);
	unchecked--;
	return ret;
}

#define NEXT(name, ...)                                                                            \
	static ssize_t (*next)(__VA_ARGS__);                                                       \
	if (!next)                                                                                 \
	*(void **)&next = dlsym(RTLD_NEXT, name)

ssize_t read(int fd, void *buf, size_t len)
{
	NEXT("read", int, void *, size_t);
	return no_read(&len) ? -1 : next(fd, buf, len);
}

ssize_t pread(int fd, void *buf, size_t len, off_t off)
{
	NEXT("pread", int, void *, size_t, off_t);
	return no_read(&len) ? -1 : next(fd, buf, len, off);
}

ssize_t pread64(int fd, void *buf, size_t len, off_t off)
{
	return pread(fd, buf, len, off);
}

/* An object of which the caller says how large it is (_FORTIFY_SOURCE). */
ssize_t __read_chk(int fd, void *buf, size_t len, size_t room)
{
	if (len > room)
		abort();
	return read(fd, buf, len);
}

ssize_t __pread_chk(int fd, void *buf, size_t len, off_t off, size_t room)
{
	if (len > room)
		abort();
	return pread(fd, buf, len, off);
}

ssize_t __pread64_chk(int fd, void *buf, size_t len, off_t off, size_t room)
{
	return __pread_chk(fd, buf, len, off, room);
}
