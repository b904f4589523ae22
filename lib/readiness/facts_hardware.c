// SPDX-License-Identifier: GPL-3.0-or-later
/* Watchdogs, the service processor, counts of memory errors, a screen for panics, debuginfo. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "readiness/facts_channels.h"

#define MOST_BUILD_ID 32

/* ---- watchdogs ----------------------------------------------------------------------------- */

#define WATCHDOGS "/sys/class/watchdog"

static const char *attribute(struct facts *f, const char *name, const char *what)
{
	return facts_text(f, talloc_asprintf(f, WATCHDOGS "/%s/%s", name, what)).text;
}

static struct fact_number attribute_number(struct facts *f, const char *name, const char *what)
{
	const char *text = attribute(f, name, what);

	return text ? facts_parse(text) : (struct fact_number){SEEN_ABSENT, 0};
}

static bool read_watchdogs(struct facts *f)
{
	char **names;
	size_t n;
	int rc = root_files_names(f, f->root, WATCHDOGS, &names, &n);

	f->watchdogs_seen =
		(struct fact_number){rc == ENOENT && !f->tree ? SEEN_YES : facts_seen(f, rc), 0};
	for (size_t i = 0; i < n; i++) {
		struct fact_watchdog *room = ARRAY_ROOM(f, f->watchdogs, f->n_watchdogs);
		const char *state = attribute(f, names[i], "state"),
			   *identity = attribute(f, names[i], "identity");

		if (!room)
			return false;
		f->watchdogs = room;
		room[f->n_watchdogs++] = (struct fact_watchdog){.name = names[i],
			.identity = identity,
			.software = identity && !strcmp(identity, "Software Watchdog"),
			.active = state && !strcmp(state, "active"),
			.timeout = attribute_number(f, names[i], "timeout"),
			.bootstatus = attribute_number(f, names[i], "bootstatus"),
			.governor = attribute(f, names[i], "pretimeout_governor"),
			.pretimeout = attribute_number(f, names[i], "pretimeout")};
	}
	return true;
}

static void read_runtime_watchdog(struct facts *f)
{
	static const char *const folders[] = {
		"/usr/lib/systemd/system.conf.d", "/etc/systemd/system.conf.d"};
	const char *value = settings_get(
		settings_shell(f, facts_file(f, "/etc/systemd/system.conf")), "RuntimeWatchdogSec");

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		char **names;
		size_t n;

		if (root_files_names(f, f->root, folders[i], &names, &n))
			continue;
		for (size_t k = 0; k < n; k++) {
			char *path = talloc_asprintf(f, "%s/%s", folders[i], names[k]);
			const char *own = settings_get(
				settings_shell(f, facts_file(f, path)), "RuntimeWatchdogSec");

			value = own ? own : value;
		}
	}
	f->runtime_watchdog = value;
}

/* ---- memory errors -------------------------------------------------------------------------- */

static void read_edac(struct facts *f)
{
	static const char folder[] = "/sys/devices/system/edac/mc";
	char **names;
	size_t n;

	if (root_files_names(f, f->root, folder, &names, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct fact_number ce, ue;

		if (strncmp(names[i], "mc", 2) != 0)
			continue;
		ce = facts_number(f, talloc_asprintf(f, "%s/%s/ce_count", folder, names[i]));
		ue = facts_number(f, talloc_asprintf(f, "%s/%s/ue_count", folder, names[i]));
		if (ce.seen == SEEN_YES)
			f->edac_ce = (struct fact_number){SEEN_YES, f->edac_ce.v + ce.v};
		if (ue.seen == SEEN_YES)
			f->edac_ue = (struct fact_number){SEEN_YES, f->edac_ue.v + ue.v};
	}
}

/* ---- debuginfo ------------------------------------------------------------------------------ */

/* The note NT_GNU_BUILD_ID in /sys/kernel/notes. */
static char *read_build_id(struct facts *f)
{
	enum { BUILD_ID = 3 };
	char *bytes, *id;
	size_t len;
	struct cur c;

	if (root_files_read(f, f->root, "/sys/kernel/notes", 1u << 16, &bytes, &len))
		return NULL;
	c = cur_init_little(bytes, len);
	while (cur_left(&c) >= 12) {
		uint32_t name = cur_u32(&c), size = cur_u32(&c), type = cur_u32(&c);
		const uint8_t *who = cur_bytes(&c, (name + 3) & ~UINT32_C(3));
		const uint8_t *what = cur_bytes(&c, (size + 3) & ~UINT32_C(3));

		if (!who || !what)
			return NULL;
		if (type != BUILD_ID || name != 4 || memcmp(who, "GNU", 4) != 0 || !size ||
			size > MOST_BUILD_ID)
			continue;
		id = talloc_zero_size(f, 2 * (size_t)size + 1);
		for (uint32_t i = 0; id && i < size; i++) {
			id[2 * i] = "0123456789abcdef"[what[i] >> 4];
			id[2 * i + 1] = "0123456789abcdef"[what[i] & 15];
		}
		return id;
	}
	return NULL;
}

static void read_debuginfo(struct facts *f)
{
	const char *id = f->build_id = read_build_id(f);
	char *places[4] = {NULL};

	f->btf = facts_has(f, "/sys/kernel/btf/vmlinux");
	if (f->release) {
		places[0] = talloc_asprintf(f, "/usr/lib/debug/lib/modules/%s/vmlinux", f->release);
		places[1] = talloc_asprintf(f, "/usr/lib/debug/boot/vmlinux-%s", f->release);
		places[2] = talloc_asprintf(f, "/boot/vmlinux-%s.gz", f->release);
	}
	if (id)
		places[3] =
			talloc_asprintf(f, "/usr/lib/debug/.build-id/%.2s/%s.debug", id, id + 2);
	f->debuginfo.seen = f->tree ? SEEN_UNKNOWN : SEEN_ABSENT;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (facts_has(f, places[i]))
			f->debuginfo = (struct fact_text){SEEN_YES, places[i]};
}

bool facts_read_hardware(struct facts *f)
{
	static const char *const drivers[] = {"/sys/bus/platform/drivers/pvpanic-mmio",
		"/sys/bus/pci/drivers/pvpanic-pci", "/sys/module/pvpanic"};

	read_runtime_watchdog(f);
	read_edac(f);
	read_debuginfo(f);
	f->ipmi_panic = facts_text(f, "/sys/module/ipmi_msghandler/parameters/panic_op");
	f->drm_panic = facts_text(f, "/sys/module/drm/parameters/panic_screen");
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		f->pvpanic |= facts_has(f, drivers[i]);
	return read_watchdogs(f);
}
