// SPDX-License-Identifier: GPL-3.0-or-later
/*
 *	Driver: iwlwifi - Intel Wireless Wifi
 *
 *	File: iwlwifi-8265-36.ucode
 *	Version: 36.ca7b901d.0
 *
 * A version is that of the files of its paragraph. One that stands alone is that of all files that
 * follow, to the end of the driver's part.
 */
#include "fixes/source_firmware.h"

#include <string.h>

#include "base/array.h"

#define MOST_FILES 65536 /* of one paragraph */
#define HEAD_LINES 256	 /* in which there is a driver and a file */

struct whence {
	TALLOC_CTX *ctx, *part, *paragraph; /* each within the one before */
	const char *driver, *common, *version;
	const char **files;
	size_t n;
	firmware_taker take;
	void *arg;
};

static int finish(struct whence *w, struct vmt_err *err)
{
	int rc = 0;

	if (w->version && !w->n) {
		w->common = talloc_strdup(w->part, w->version);
		if (!w->common)
			rc = err_nomem(err);
	}
	for (size_t i = 0; i < w->n && !rc; i++) {
		struct firmware f = {w->driver, w->files[i], w->version ? w->version : w->common};

		rc = w->take(&f, w->arg, err);
	}
	talloc_free(w->paragraph);
	w->paragraph = NULL;
	w->version = NULL;
	w->files = NULL;
	w->n = 0;
	return rc;
}

/* The text after a field's name; NULL: it is another field. */
static const char *field(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	for (line += n + 1; *line == ' ' || *line == '\t';)
		line++;
	return line;
}

static int add_file(struct whence *w, const char *name, struct vmt_err *err)
{
	const char **more;
	size_t len = strlen(name);

	if (w->n >= MOST_FILES)
		return err_set(err, VMT_ERR_LIMIT, "more than %u files of one version", MOST_FILES);
	if (len > 1 && name[0] == '"' && name[len - 1] == '"') { /* with blanks in it */
		name++;
		len -= 2;
	}
	more = ARRAY_ROOM(w->paragraph, w->files, w->n);
	if (!more)
		return err_nomem(err);
	w->files = more;
	more[w->n] = talloc_strndup(w->paragraph, name, len);
	return more[w->n++] ? 0 : err_nomem(err);
}

static int read_driver(struct whence *w, const char *name, struct vmt_err *err)
{
	int rc = finish(w, err);

	if (rc)
		return rc;
	talloc_free(w->part);
	w->part = talloc_new(w->ctx);
	w->common = NULL;
	w->driver = w->part ? talloc_strndup(w->part, name, strcspn(name, " ,:")) : NULL;
	return w->driver ? 0 : err_nomem(err);
}

static int read_line(struct whence *w, const char *line, struct vmt_err *err)
{
	const char *driver = field(line, "Driver"), *file = field(line, "File"),
		   *version = field(line, "Version");

	if (driver)
		return read_driver(w, driver, err);
	if (!w->driver || !*line || !strncmp(line, "----", 4))
		return finish(w, err);
	if (!file)
		file = field(line, "RawFile");
	if (!w->paragraph)
		w->paragraph = talloc_new(w->part);
	if (!w->paragraph)
		return err_nomem(err);
	if (version && !w->version) {
		w->version = talloc_strdup(w->paragraph, version);
		return w->version ? 0 : err_nomem(err);
	}
	return file && *file ? add_file(w, file, err) : 0;
}

static int read_lines(struct fix_input *in, size_t most, struct whence *w, struct vmt_err *err)
{
	struct fix_line line;
	int rc = 0, more = 1;

	w->ctx = talloc_new(NULL);
	if (!w->ctx)
		return err_nomem(err);
	for (size_t i = 0; !rc && i < most && (more = fix_input_line(in, &line, err)) > 0; i++)
		rc = read_line(w, line.text, err);
	if (!rc)
		rc = more < 0 ? more : finish(w, err);
	talloc_free(w->ctx);
	return rc;
}

int source_firmware_read(struct fix_input *in, firmware_taker take, void *arg, struct vmt_err *err)
{
	struct whence w = {.take = take, .arg = arg};

	return read_lines(in, SIZE_MAX, &w, err);
}

static int stop_at_first(const struct firmware *f, void *arg, struct vmt_err *err)
{
	bool *any = arg;

	(void)f;
	(void)err;
	*any = true;
	return 1;
}

bool source_firmware_is(struct fix_input *in)
{
	bool any = false;
	struct whence w = {.take = stop_at_first, .arg = &any};

	read_lines(in, HEAD_LINES, &w, NULL);
	return any;
}
