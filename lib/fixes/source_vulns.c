// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixes/source_vulns.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/root_files.h"

#define PUBLISHED "/cve/published"
#define MOST_JSON (4u << 20)
#define MOST_YEARS 64

struct vulns {
	const struct root_files *root;
	struct fix_reading *r;
	size_t done;
};

static int read_one(
	struct vulns *v, TALLOC_CTX *ctx, const char *folder, const char *name, struct vmt_err *err)
{
	struct vulns_record record = {0};
	const char *path = talloc_asprintf(ctx, "%s/%s", folder, name);
	size_t stem = strlen(name) - strlen(".json");
	char *json = NULL, *dyad = NULL, *sha1 = NULL;
	int rc;

	if (!path)
		return err_nomem(err);
	rc = root_files_read(ctx, v->root, path, MOST_JSON, &json, &record.json_len);
	if (rc) { /* one file that cannot be read is no reason to lose the others */
		v->r->counts.items++;
		v->r->counts.skipped++;
		return 0;
	}
	record.json = json;
	path = talloc_asprintf(ctx, "%s/%.*s.dyad", folder, (int)stem, name);
	if (!path)
		return err_nomem(err);
	if (!root_files_read(ctx, v->root, path, MOST_JSON, &dyad, &record.dyad_len))
		record.dyad = dyad;
	path = talloc_asprintf(ctx, "%s/%.*s.sha1", folder, (int)stem, name);
	if (!path)
		return err_nomem(err);
	if (!root_files_read(ctx, v->root, path, MOST_JSON, &sha1, &record.sha1_len))
		record.sha1 = sha1;
	rc = source_vulns_record(ctx, &record, v->r, err);
	if (!rc && v->r->progress && ++v->done % 256 == 0)
		rc = v->r->progress(v->r->arg, v->done, 0);
	return rc;
}

static int read_folder(struct vulns *v, const char *folder, struct vmt_err *err)
{
	static const struct root_files_pattern records = {"CVE-", ".json"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	char **names;
	size_t n;
	int rc = ctx ? 0 : err_nomem(err), found;

	if (rc)
		return rc;
	found = root_files_names_of(ctx, v->root, folder, &records, &names, &n);
	if (found)
		rc = err_set_errno(err, found, "%s", folder);
	for (size_t i = 0; i < n && !rc; i++) {
		TALLOC_CTX *one = talloc_new(ctx);

		rc = one ? read_one(v, one, folder, names[i], err) : err_nomem(err);
		talloc_free(one);
	}
	talloc_free(ctx);
	return rc;
}

int source_vulns_read(const char *path, struct fix_reading *r, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct root_files *root = NULL;
	struct vulns v = {.r = r};
	char **years;
	size_t n = 0;
	int rc = ctx ? root_files_open(ctx, path, &root, err) : err_nomem(err);

	if (!rc) {
		int found = root_files_names(ctx, root, PUBLISHED, &years, &n);

		if (found)
			rc = err_set_errno(err, found, "%s%s", path, PUBLISHED);
	}
	v.root = root;
	for (size_t i = 0; i < n && i < MOST_YEARS && !rc; i++) {
		const char *folder = talloc_asprintf(ctx, PUBLISHED "/%s", years[i]);

		if (!folder)
			rc = err_nomem(err);
		else if (ascii_is_digit(years[i][0]))
			rc = read_folder(&v, folder, err);
	}
	talloc_free(ctx);
	return rc;
}
