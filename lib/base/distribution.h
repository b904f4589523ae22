/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose kernel it is, by a part of its release or its version; both may be NULL. */
#ifndef VMT_BASE_DISTRIBUTION_H
#define VMT_BASE_DISTRIBUTION_H

/* "Debian"; NULL: not known. */
const char *distribution_name(const char *release, const char *version);

/* The package that holds the kernel's debuginfo, with %s for the release; NULL: not known. */
const char *distribution_debuginfo(const char *release, const char *version);

#endif
