// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * About 120 lines: a sorted index over one copy of the text. If a key appears twice, the last one
 * counts, since the kernel appends what it learns late.
 */
#include "dump/vmcoreinfo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/text_piece.h"

struct vmcoreinfo_row {
	const char *key, *value;
};

struct vmcoreinfo {
	struct vmcoreinfo_row *rows; /* sorted by key */
	size_t n;
	char *text;
};

static int by_key(const void *a, const void *b)
{
	const struct vmcoreinfo_row *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	/* All values are in the same text, so addresses give their order. */
	return order ? order : x->value < y->value ? -1 : x->value > y->value;
}

/* Cuts the text in place into keys and values. */
static void index_lines(struct vmcoreinfo *info, char *line)
{
	while (line) {
		char *end = strchr(line, '\n');
		char *eq;

		if (end)
			*end++ = '\0';
		eq = strchr(line, '=');
		if (eq && eq != line) {
			*eq = '\0';
			info->rows[info->n++] = (struct vmcoreinfo_row){line, eq + 1};
		}
		line = end;
	}
}

int vmcoreinfo_parse(
	TALLOC_CTX *ctx, const char *text, size_t len, struct vmcoreinfo **ret, struct vmt_err *err)
{
	struct vmcoreinfo *info;

	if (len > CAP_VMCOREINFO)
		return err_set(err, VMT_ERR_LIMIT, "VMCOREINFO is too large: %zu bytes", len);
	/* The page is padded with zeros. */
	len = strnlen(text, len);
	info = talloc_zero(ctx, struct vmcoreinfo);
	if (!info)
		return err_nomem(err);
	info->text = talloc_strndup(info, text, len);
	info->rows = talloc_array(info, struct vmcoreinfo_row, text_count_lines(text, len));
	if (!info->text || !info->rows) {
		talloc_free(info);
		return err_nomem(err);
	}
	index_lines(info, info->text);
	qsort(info->rows, info->n, sizeof(info->rows[0]), by_key);
	*ret = info;
	return 0;
}

const char *vmcoreinfo_get(const struct vmcoreinfo *info, const char *key)
{
	size_t lo = 0, hi = info->n;

	/* One past the last row whose key is not greater. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(info->rows[mid].key, key) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && strcmp(info->rows[lo - 1].key, key) == 0 ? info->rows[lo - 1].value : NULL;
}

/*
 * Parses the complete value, an optional sign and digits. strtoull() would also take spaces and
 * prefixes.
 */
static bool parse_number(const char *s, int base, uint64_t *ret)
{
	bool negative = *s == '-';
	char *end;
	uint64_t v;

	s += negative;
	if (base == 0) {
		base = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') ? 16 : 10;
		s += base == 16 ? 2 : 0;
	}
	if (!strchr("0123456789abcdefABCDEF", *s) || !*s || s[1] == 'x' || s[1] == 'X')
		return false;
	errno = 0;
	v = strtoull(s, &end, base);
	if (errno || end == s || *end)
		return false;
	*ret = negative ? -v : v;
	return true;
}

bool vmcoreinfo_hex(const struct vmcoreinfo *info, const char *key, uint64_t *ret)
{
	const char *value = vmcoreinfo_get(info, key);

	return value && value[0] != '-' && parse_number(value, 16, ret);
}

bool vmcoreinfo_number(const struct vmcoreinfo *info, const char *key, uint64_t *ret)
{
	const char *value = vmcoreinfo_get(info, key);

	return value && parse_number(value, 0, ret);
}
