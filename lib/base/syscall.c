// SPDX-License-Identifier: GPL-3.0-or-later
/* See syscall.h. */
#include "base/syscall.h"

#include <string.h>

#include "base/array.h"

#define SYS "sys_"
#define COMPAT "compat_sys_"

/* What SYSCALL_DEFINE (since 2.6.29) and COMPAT_SYSCALL_DEFINE (since 3.10) make of a name. */
static const struct {
	const char *prefix, *head;
} makers[] = {
	{"__do_compat_sys_", COMPAT},
	{"__se_compat_sys_", COMPAT},
	{"C_SYSC_", COMPAT},
	{"compat_SyS_", COMPAT},
	{"__do_sys_", SYS},
	{"__se_sys_", SYS},
	{"SYSC_", SYS},
	{"SyS_", SYS},
};

/* What a machine puts before it, since 4.17. */
static const char *const machines[] = {
	"__x64_", "__ia32_", "__x32_", "__arm64_", "__s390x_", "__s390_", "__riscv_", "__powerpc_"};

/* The length of the prefix that the name begins with; 0: it does not. */
static size_t begins(const char *name, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return len >= n && memcmp(name, prefix, n) == 0 ? n : 0;
}

/* __x64_sys_read, __ia32_compat_sys_open */
static size_t machine_prefix(const char *name, size_t len, const char **head)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		size_t n = begins(name, len, machines[i]), more;

		if (!n)
			continue;
		*head = begins(name + n, len - n, SYS) ? SYS : COMPAT;
		more = begins(name + n, len - n, *head);
		if (more)
			return n + more;
	}
	return 0;
}

size_t syscall_prefix(const char *name, size_t len, const char **head)
{
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		size_t n = begins(name, len, makers[i].prefix);

		if (n) {
			*head = makers[i].head;
			return n;
		}
	}
	return machine_prefix(name, len, head);
}
