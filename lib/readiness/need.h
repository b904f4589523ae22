/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much memory a capture kernel needs, as two programs estimate it: `kdumpctl estimate` of RHEL
 * and Fedora, and `kdump-config show` of Debian and Ubuntu. Bytes; 0: not known.
 */
#ifndef VMT_READINESS_NEED_H
#define VMT_READINESS_NEED_H

#include <stdbool.h>
#include <stdint.h>

struct need_of {
	uint64_t memory;	/* of the machine */
	const char *machine;	/* as uname -m prints it; NULL: not known */
	uint64_t kernel_loaded; /* the kernel's code and data in memory */
	uint64_t modules;	/* all that are loaded */
	uint64_t kernel_file;	/* the compressed image */
	uint64_t initrd_file;	/* that of the capture kernel */
	uint64_t initrd_unpacked;
	uint64_t early_used; /* memory in use early in boot */
};

struct need {
	bool known;
	/* bytes; most counts what may not be loaded by the capture kernel, too */
	uint64_t least, most;
	bool partly; /* something is not known and not counted */
};

/* Not known: `of` lacks a size that the estimate begins with. */
struct need need_kdumpctl(const struct need_of *of);
struct need need_kdump_config(const struct need_of *of);

#endif
