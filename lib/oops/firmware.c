// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * "iwlwifi 0000:00:14.3: loaded firmware version 77.2df8986f.0 so-a0-gf-a0-77.ucode op_mode
 * iwlmvm": each driver words it in its own way, but they begin with the driver, and a few marks
 * come before the version. Sources: drivers/net/wireless, drivers/net/ethernet, drivers/scsi,
 * drivers/gpu/drm, drivers/bluetooth, sound/soc/sof, arch/x86/kernel/cpu/microcode.
 */
#include "oops/firmware.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/caps.h"
#include "base/text_piece.h"
#include "oops/pattern.h"

#define LONGEST 96 /* bytes of a name or a version */

/* clang-format off */
const struct oops_firmware_row oops_firmware_rows[] = {
	{"irmware version", NULL, NULL},   /* iwlwifi, mlx5, rtw88, rtw89, hns3, qlcnic, wlcore, si2168 */
	{"irmware Version", NULL, NULL},   /* mt76 */
	{"irmware revision ", NULL, NULL}, /* rtl8xxxu, btintel */
	{"irmware ver ", NULL, NULL},	   /* ath10k */
	{"irmware info: version", NULL, NULL}, /* sof */
	{"FW version", NULL, NULL},	   /* be2net, mtk-scp */
	{"FW Version", NULL, NULL},	   /* ath9k_htc */
	{"FWVersion(", NULL, NULL},	   /* mpt3sas */
	{" fw_version ", NULL, NULL},	   /* ath11k, ath12k */
	{" fw_ver ", NULL, NULL},	   /* mlx5, when its health is bad */
	{" fw version = ", " (", NULL},	   /* amdgpu */
	{": fw ", NULL, NULL},		   /* i40e, ice */
	{" host#=", " fw=", NULL},	   /* qla2xxx */
	{"loading DMC firmware ", " (v", NULL},	    /* i915, xe */
	{"GuC firmware ", " version ", NULL},	    /* i915, xe */
	{"HuC firmware ", " version ", NULL},	    /* i915, xe */
	{"Firmware: BCM", " version ", NULL},	    /* brcmfmac */
	{"[drm] Firmware: ", " version: ", NULL},   /* ivpu */
	{"microcode: Current revision", NULL, "microcode"},
	{"microcode updated early to revision", NULL, "microcode"},
	{" pf=0x", "revision=", "microcode"},
	{"patch_level=", NULL, "microcode"},
	{" SOCKET ", " microcode ", "microcode"}, /* a machine check */
};
/* clang-format on */
const size_t oops_n_firmware_rows = ARRAY_SIZE(oops_firmware_rows);

/* What a driver says of a version that it did not load. */
static const char *const others[] = {"requir", "expect", "mismatch", "older", "newer", "minimum",
	"unsupported", "not supported", "fail", "param version"};

/* Ends of the names of files. */
static const char *const suffixes[] = {".ucode", ".bin", ".fw", ".sfi", ".mbn", ".img"};

/* Words between a mark and the version. */
static const char *const fillers[] = {"is ", "Rev ", "v"};

/* In ASCII. */
static bool is_visible(char c)
{
	return c > ' ' && (unsigned char)c < 0x80;
}

static struct oops_span token(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && is_visible(*q) && *q != ',' && *q != ')' && *q != '(')
		q++;
	while (q > p && (q[-1] == '.' || q[-1] == ':'))
		q--;
	return (struct oops_span){p, (size_t)(q - p)};
}

static bool is_version(struct oops_span s)
{
	bool digit = false;

	for (size_t i = 0; i < s.len; i++)
		digit |= ascii_is_digit(s.p[i]);
	return digit && s.len <= LONGEST;
}

/* The version of a row whose mark is at p. */
static struct oops_span version_at(
	const struct oops_firmware_row *row, const char *p, const char *end)
{
	p += strlen(row->mark);
	if (row->then) {
		p = oops_find(p, end, row->then);
		if (!p)
			return (struct oops_span){0};
		p += strlen(row->then);
	}
	while (p < end && (*p == ' ' || *p == ':' || *p == '=' || *p == '(' || *p == '_'))
		p++;
	for (size_t i = 0; i < ARRAY_SIZE(fillers); i++)
		if (text_begins(p, (size_t)(end - p), fillers[i]))
			p += strlen(fillers[i]);
	return token(p, end);
}

/*
 * "iwlwifi 0000:00:14.3: ", "mlx5_core 0000:05:00.0 eth0: ", "wlcore: ", "qla2xxx [0000:05:00.0]-"
 */
static void take_names(
	const char *p, const char *end, struct oops_span *driver, struct oops_span *device)
{
	const char *q = p;

	while (q < end && (ascii_is_alnum(*q) || *q == '_' || *q == '-'))
		q++;
	*driver = (struct oops_span){p, (size_t)(q - p)};
	*device = (struct oops_span){0};
	q += text_begins(q, (size_t)(end - q), ": ") || text_begins(q, (size_t)(end - q), " [");
	if (q >= end || (*q != ' ' && *q != '['))
		return;
	for (p = ++q; q < end && is_visible(*q) && *q != ']';)
		q++;
	if (q == p || q == end || !(*q == ']' || memchr(p, ':', (size_t)(q - p))))
		return;
	if (q[-1] == ':')
		q--;
	/* A function or a chip may stand here, too; a device's name has its number. */
	*device = (struct oops_span){p, (size_t)(q - p)};
	if (!ascii_is_digit(q[-1]) || (*p >= 'A' && *p <= 'Z'))
		*device = (struct oops_span){0};
}

/* "WM Firmware Version": the word before the mark, if it is a part's name. */
static struct oops_span part_of(const char *line, const char *mark)
{
	const char *end = mark, *p;

	while (end > line && end[-1] != ' ')
		end--;
	end -= end > line;
	for (p = end; p > line && p[-1] >= 'A' && p[-1] <= 'Z';)
		p--;
	if (p == line || p[-1] != ' ' || end - p < 2)
		return (struct oops_span){0};
	return (struct oops_span){p, (size_t)(end - p)};
}

/* The file that the line names; p NULL: none. */
static struct oops_span file_of(const char *p, const char *end)
{
	while (p < end) {
		struct oops_span s = token(p, end);

		for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
			size_t n = strlen(suffixes[i]);

			if (s.len > n && s.len <= LONGEST &&
				memcmp(s.p + s.len - n, suffixes[i], n) == 0)
				return s;
		}
		p = s.p + (s.len ? s.len : 1);
	}
	return (struct oops_span){0};
}

static bool is_same(const char *a, struct oops_span b)
{
	if (!a || !b.p)
		return !a && !b.p;
	return strlen(a) == b.len && memcmp(a, b.p, b.len) == 0;
}

static const char *copy(struct oops_log *log, struct oops_span s)
{
	return s.p ? talloc_strndup(log->boot, s.p, s.len) : NULL;
}

/* What one line says. */
struct said {
	struct oops_span driver, device, part, file, version;
};

/* The last that is said of a part counts. */
static bool is_about(const struct oops_firmware *f, const struct said *s)
{
	return is_same(f->driver, s->driver) && is_same(f->device, s->device) &&
	       is_same(f->part, s->part) &&
	       (is_same(f->file, s->file) || is_same(f->version, s->version));
}

static void keep(struct oops_log *log, const struct said *s)
{
	struct oops_boot *boot = log->boot;
	struct oops_firmware *f = boot->firmware, row = {0};
	size_t i = 0;

	while (i < boot->n_firmware && !is_about(&f[i], s))
		i++;
	if (i == CAP_FIRMWARE || (i < boot->n_firmware && is_same(f[i].version, s->version)))
		return;
	row.version = copy(log, s->version);
	if (i < boot->n_firmware) {
		f[i].version = row.version ? row.version : f[i].version;
		return;
	}
	f = ARRAY_ROOM(boot, boot->firmware, boot->n_firmware);
	if (!f)
		return;
	boot->firmware = f;
	row.driver = copy(log, s->driver);
	row.device = copy(log, s->device);
	row.part = copy(log, s->part);
	row.file = copy(log, s->file);
	f[i] = row;
	if (row.driver && row.version)
		boot->n_firmware++;
}

static bool is_of_another(const char *line, const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (oops_find(line, end, others[i]))
			return true;
	return false;
}

/* Of one row; returns whether it is such a line. */
static bool take(struct oops_log *log, const struct oops_firmware_row *row, const char *line,
	const char *end)
{
	const char *at = oops_find(line, end, row->mark);
	struct said s = {0};

	if (!at)
		return false;
	s.version = version_at(row, at, end);
	if (!is_version(s.version))
		return false;
	if (row->driver) {
		s.driver = (struct oops_span){row->driver, strlen(row->driver)};
	} else {
		take_names(line, end, &s.driver, &s.device);
		if (s.driver.p + s.driver.len > at)
			return false;
		s.part = part_of(line, at);
		s.file = file_of(at, end);
	}
	if (!s.driver.len || s.driver.len > LONGEST || s.device.len > LONGEST)
		return false;
	keep(log, &s);
	return true;
}

void oops_firmware_line(struct oops_log *log, const char *line, size_t len)
{
	const char *end = line + len;
	bool done = is_of_another(line, end);

	for (size_t i = 0; !done && i < ARRAY_SIZE(oops_firmware_rows); i++)
		done = take(log, &oops_firmware_rows[i], line, end);
}
