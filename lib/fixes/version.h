/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Versions of kernels and of their packages: which one crashed, and whether it has a fix. */
#ifndef VMT_FIXES_VERSION_H
#define VMT_FIXES_VERSION_H

#include "base/alloc.h"
#include "fixes/fix.h"

/* -1: a is older, 0: the same, 1: a is newer. */

/* As dpkg does: "6.1.192-1~deb11u1" < "6.1.192-1" < "6.1.192-1+deb12u1" < "6.1.192-2". */
int version_compare_debian(const char *a, const char *b);

/* As rpm does: "5.14.0-427.el9" < "5.14.0-427.13.1.el9_4" < "5.14.0-611.el9". */
int version_compare_rpm(const char *a, const char *b);

/* Upstream's: "6.1-rc2" < "6.1" < "6.1.2" < "6.1.10". What follows the numbers does not count. */
int version_compare_upstream(const char *a, const char *b);

/* What an upstream release counts in: "6.1.150" and "6.1-rc3": "6.1"; "2.6.32.5": "2.6.32". NULL:
 * it is none. */
const char *version_branch(TALLOC_CTX *ctx, const char *version);

/* The first number with a dot in a text, "v6.1.150-rc1": "6.1.150-rc1". NULL: there is none. */
const char *version_in(TALLOC_CTX *ctx, const char *text, size_t len);

/* The release that a commit's or an entry's subject only marks: "Linux 6.1.150", "Linux v6.8-rc1
 * (bsc#1)". NULL: it is no such mark. */
const char *version_mark(TALLOC_CTX *ctx, const char *subject);

enum version_scheme {
	VERSION_UPSTREAM,
	VERSION_DEBIAN, /* Debian's and Ubuntu's packages */
	VERSION_RPM,	/* RHEL's, Fedora's and their likes */
	VERSION_COMMIT, /* SUSE's: the commit of its sources that was built */
};

/* A kernel that ran. */
struct kernel_version {
	enum version_scheme scheme;
	const char
		*package; /* "6.1.192-2", "5.15.0-91.101", "5.14.0-427.el9", "8ebb1f4"; or NULL */
	const char *upstream;	  /* "6.1.192"; NULL: the distribution does not say */
	const char *distribution; /* "Debian"; NULL: not known */
};

/*
 * From `uname -r` and `uname -v` (or all of the banner "Linux version ..."), and what Ubuntu's
 * /proc/version_signature says (may be NULL).
 */
int version_of_kernel(TALLOC_CTX *ctx, const char *release, const char *banner,
	const char *signature, struct kernel_version *ret, struct vmt_err *err);

enum version_has {
	VERSION_HAS_UNKNOWN,  /* the fix names no release that can be compared */
	VERSION_HAS_IT,	      /* the kernel has the fix already */
	VERSION_LACKS_IT,     /* a newer release of its branch or distribution has it first */
	VERSION_LACKS_BRANCH, /* it is fixed, but in no release of the kernel's branch */
};

/*
 * Whether a kernel has a fix. *release: the one that decides, which to upgrade to; NULL: none. An
 * entry of a changelog without versions (SUSE) is compared by its order instead, with that of the
 * entries whose release is `package`.
 */
enum version_has version_has_fix(const struct kernel_version *kernel,
	const struct fix_release *releases, size_t n, const struct fix_release **release);

#endif
