/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The distribution of a kernel, recognized by a substring of its release or version (may be NULL).
 */
#ifndef VMT_BASE_DISTRIBUTION_H
#define VMT_BASE_DISTRIBUTION_H

/* For example "Debian". NULL: not known. The string is static. */
const char *distribution_name(const char *release, const char *version);

/*
 * The format of the name of the package with the kernel's debuginfo: %s is the release. NULL: not
 * known. The string is static.
 */
const char *distribution_debuginfo(const char *release, const char *version);

#endif
