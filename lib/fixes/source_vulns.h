/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `vulns` repository of the kernel's CVE team: cve/published/YYYY/CVE-YYYY-N.{json,dyad,sha1}.
 */
#ifndef VMT_FIXES_SOURCE_VULNS_H
#define VMT_FIXES_SOURCE_VULNS_H

#include "fixes/source_draft.h"

struct vulns_record {
	const char *json;
	size_t json_len;
	const char *dyad; /* which releases have it, by branch; NULL: the JSON says it less well */
	size_t dyad_len;
	const char *sha1; /* upstream's commit, which the dyad has, too; or NULL */
	size_t sha1_len;
};

/* Hands out one. */
int source_vulns_record(
	TALLOC_CTX *ctx, const struct vulns_record *v, struct fix_reading *r, struct vmt_err *err);

/* Hands out all of a clone, or of a folder with these files. */
int source_vulns_read(const char *path, struct fix_reading *r, struct vmt_err *err);

#endif
