// SPDX-License-Identifier: GPL-3.0-or-later
/* What else may keep a trace of a death: pstore, netconsole, consoles, the journal, a watchdog. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "readiness/machine_facts.h"
#include "readiness/facts_channels.h"
#include "readiness/kernel_words.h"

/* ---- pstore -------------------------------------------------------------------------------- */

static bool is_mounted(struct facts *f, const char *type)
{
	const char *p = facts_file(f, "/proc/mounts");
	char *needle = talloc_asprintf(f, " %s ", type);

	return p && needle && strstr(p, needle) != NULL;
}

static struct fact_number count_names(struct facts *f, const char *folder)
{
	char **names;
	size_t n;
	int rc = root_files_names(f, f->root, folder, &names, &n);

	return (struct fact_number){
		rc == ENOENT && !f->tree ? SEEN_YES : facts_seen(f, rc), rc ? 0 : (int64_t)n};
}

static void read_pstore(struct facts *f)
{
	f->pstore_backend = facts_text(f, "/sys/module/pstore/parameters/backend");
	if (f->pstore_backend.text &&
		(!*f->pstore_backend.text || !strcmp(f->pstore_backend.text, "(null)")))
		f->pstore_backend.text = NULL;
	f->pstore_disabled = facts_bool(f, "/sys/module/efi_pstore/parameters/pstore_disable");
	f->pstore_mounted = is_mounted(f, "pstore");
	f->pstore_records = count_names(f, "/sys/fs/pstore");
	f->pstore_saved = count_names(f, "/var/lib/systemd/pstore");
	f->pstore_collector = facts_unit_enabled(f, "systemd-pstore.service");
	f->erst = facts_has(f, "/sys/firmware/acpi/tables/ERST");
	f->bert = facts_has(f, "/sys/firmware/acpi/tables/BERT");
}

/* ---- netconsole ---------------------------------------------------------------------------- */

#define CONFIGFS "/sys/kernel/config"
#define TARGETS CONFIGFS "/netconsole"
#define MAC_LEN 17

static const char *member(struct facts *f, const char *target, const char *name)
{
	const char *text = facts_text(f, talloc_asprintf(f, TARGETS "/%s/%s", target, name)).text;

	return text && *text ? text : NULL;
}

/* Lines of /proc/net/arp: "IP type flags MAC mask device". */
static void read_neighbours(struct facts *f, struct fact_netconsole *n)
{
	const char *p = facts_file(f, "/proc/net/arp");
	size_t len = n->remote_ip ? strlen(n->remote_ip) : 0;

	for (; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *mac = p;

		for (size_t i = 0; i < 3; i++) {
			mac += strcspn(mac, " \n");
			mac += strspn(mac, " ");
		}
		if (!strncmp(mac, "00:00:00:00:00:00", MAC_LEN))
			continue;
		if (n->remote_mac && !strncmp(mac, n->remote_mac, MAC_LEN))
			n->mac_known = true;
		if (len && !strncmp(p, n->remote_ip, len) && p[len] == ' ')
			n->neighbour = talloc_strndup(f, mac, strcspn(mac, " \n"));
	}
}

static void read_device(struct facts *f, struct fact_netconsole *n)
{
	const char *master;

	n->operstate = facts_text(f, talloc_asprintf(f, "/sys/class/net/%s/operstate", n->device));
	master = root_files_link(
		f, f->root, talloc_asprintf(f, "/sys/class/net/%s/master", n->device));
	if (master)
		n->master = strrchr(master, '/') ? strrchr(master, '/') + 1 : master;
}

static bool add_target(struct facts *f, const char *name)
{
	struct fact_netconsole *room = ARRAY_ROOM(f, f->netconsoles, f->n_netconsoles), *n;
	const char *enabled = member(f, name, "enabled"), *extended = member(f, name, "extended");

	if (!room)
		return false;
	f->netconsoles = room;
	n = &room[f->n_netconsoles++];
	*n = (struct fact_netconsole){.name = name,
		.device = member(f, name, "dev_name"),
		.remote_ip = member(f, name, "remote_ip"),
		.remote_mac = member(f, name, "remote_mac"),
		.enabled = enabled && *enabled == '1',
		.extended = extended && *extended == '1',
		.errors = facts_number(f, talloc_asprintf(f, TARGETS "/%s/transmit_errors", name))};
	if (n->device && !strchr(n->device, '/'))
		read_device(f, n);
	read_neighbours(f, n);
	return true;
}

static bool read_netconsole(struct facts *f)
{
	bool loaded = facts_has(f, "/sys/module/netconsole");
	char **names;
	size_t n;
	int rc = root_files_names(f, f->root, TARGETS, &names, &n);

	f->netconsole_loaded = (struct fact_number){
		loaded || !f->tree || facts_has(f, "/sys/module") ? SEEN_YES : SEEN_UNKNOWN,
		loaded};
	f->netconsole_seen.seen = facts_seen(f, rc);
	for (size_t i = 0; i < n; i++)
		if (!add_target(f, names[i]))
			return false;
	return true;
}

/* ---- consoles ------------------------------------------------------------------------------ */

static const char *const serials[] = {"ttyS", "ttyAMA", "ttyMSM", "hvc", "ttysclp", "sclp", "hvsi",
	"ttyPS", "ttymxc", "ttySC", "xvc", "ttyUSB"};

static bool is_serial(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(serials); i++)
		if (!strncmp(name, serials[i], strlen(serials[i])))
			return true;
	return false;
}

/* console=ttyS0,115200n8 */
static struct fact_number speed_of(const struct facts *f, const char *name)
{
	const char *line = f->cmdline;
	struct kernel_word word;
	struct fact_number speed = {0};
	size_t len = strlen(name);

	while (line && kernel_words_next(&line, &word))
		if (kernel_words_is(&word, "console") && word.value_len > len &&
			!strncmp(word.value, name, len) && word.value[len] == ',')
			speed = facts_parse(word.value + len + 1);
	return speed;
}

static bool add_console(struct facts *f, const char *name, bool enabled)
{
	struct fact_console *room = ARRAY_ROOM(f, f->consoles, f->n_consoles);

	if (!room || !name)
		return false;
	f->consoles = room;
	room[f->n_consoles++] =
		(struct fact_console){name, enabled, is_serial(name), speed_of(f, name)};
	return true;
}

/* /proc/consoles: "ttyS0   -W- (EC p  )  4:64"; a tree may only have the command line. */
static bool read_consoles(struct facts *f)
{
	const char *p = facts_file(f, "/proc/consoles"), *line = f->cmdline;
	struct kernel_word word;

	for (; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t len = strcspn(p, "\n");
		const char *flags = memchr(p, '(', len);
		bool enabled = flags && memchr(flags, 'E', len - (size_t)(flags - p));

		if (!add_console(f, talloc_strndup(f, p, strcspn(p, " \n")), enabled))
			return false;
	}
	while (!f->n_consoles && f->tree && line && kernel_words_next(&line, &word)) {
		if (kernel_words_is(&word, "console") && word.value_len &&
			!add_console(f,
				talloc_strndup(f, word.value, strcspn(word.value, ", \"\n")), true))
			return false;
	}
	return true;
}

/* ---- the journal --------------------------------------------------------------------------- */

/* Storage=auto keeps it on disk where that folder is. */
static void read_journal(struct facts *f)
{
	const char *text = facts_file(f, "/etc/systemd/journald.conf");
	const struct settings *s = settings_shell(f, text);
	const char *storage = settings_get(s, "Storage");
	char **names;
	size_t n;
	bool kept;

	if (!root_files_names(f, f->root, "/etc/systemd/journald.conf.d", &names, &n))
		for (size_t i = 0; i < n; i++) {
			const char *own = settings_get(
				settings_shell(
					f, facts_file(f, talloc_asprintf(f,
								 "/etc/systemd/journald.conf.d/%s",
								 names[i]))),
				"Storage");

			storage = own ? own : storage;
		}
	f->journal_storage = storage;
	kept = facts_has(f, "/var/log/journal");
	f->journal_stopped = !f->tree && !facts_has(f, "/run/systemd/journal/socket");
	if (storage && strcmp(storage, "auto") != 0)
		f->journal_persistent =
			(struct fact_number){SEEN_YES, !strcmp(storage, "persistent")};
	else if (f->tree && !kept && !facts_has(f, "/run/log/journal"))
		f->journal_persistent.seen = SEEN_UNKNOWN;
	else
		f->journal_persistent =
			(struct fact_number){f->systemd || kept ? SEEN_YES : SEEN_ABSENT, kept};
}

bool facts_read_channels(struct facts *f)
{
	read_pstore(f);
	if (!read_netconsole(f) || !read_consoles(f))
		return false;
	read_journal(f);
	return facts_read_hardware(f);
}
