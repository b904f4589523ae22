// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The service that loads the capture kernel, what it loads, and what it needs: kdumpctl(8) of RHEL
 * and Fedora, kdump-config(8) of Debian and Ubuntu, kdump(7) of SUSE.
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/name_gate.h"
#include "readiness/machine_facts.h"
#include "readiness/facts_kdump.h"

/* ---- which service ------------------------------------------------------------------------ */

static const struct service_row {
	enum service service;
	const char *file, *key; /* the configuration, and what must be set in it to be this one's */
	const char *program, *unit;
} services[] = {
	{SERVICE_KDUMPCTL, "/etc/kdump.conf", NULL, "/usr/bin/kdumpctl", "kdump.service"},
	{SERVICE_KDUMP_TOOLS, "/etc/default/kdump-tools", NULL, "/usr/sbin/kdump-config",
		"kdump-tools.service"},
	{SERVICE_SUSE, "/etc/sysconfig/kdump", "KDUMP_SAVEDIR", "/usr/sbin/kdumptool",
		"kdump.service"},
	{SERVICE_SUSE, "/etc/sysconfig/kdump", "KDUMP_CRASHKERNEL", "/usr/sbin/kdumptool",
		"kdump.service"},
};

static void read_service(struct facts *f)
{
	for (size_t i = 0; !f->service && i < ARRAY_SIZE(services); i++) {
		const struct service_row *row = &services[i];
		const char *text = facts_file(f, row->file);
		struct settings *s;

		if (!text)
			continue;
		s = row->service == SERVICE_KDUMPCTL ? settings_kdump_conf(f, text)
						     : settings_shell(f, text);
		if (!s || (row->key && !settings_get(s, row->key)))
			continue;
		f->service = row->service;
		f->service_file = row->file;
		f->service_settings = s;
		f->installed = f->tree || facts_has(f, row->program);
		f->unit_enabled = facts_unit_enabled(f, row->unit);
	}
}

/* ---- what is loaded ----------------------------------------------------------------------- */

/* The release in "/boot/vmlinuz-RELEASE". */
static const char *release_of(struct facts *f, const char *path)
{
	const char *name = path ? strrchr(path, '/') : NULL;
	const char *dash;

	name = name ? name + 1 : path;
	dash = name ? strchr(name, '-') : NULL;
	return dash && name_is_plain(dash + 1) ? talloc_strdup(f, dash + 1) : NULL;
}

static const char *existing(struct facts *f, char *path)
{
	return facts_has(f, path) ? path : NULL;
}

/* Whether a folder has a file with that beginning and end. */
static bool has_like(struct facts *f, const char *folder, const char *begin, const char *end)
{
	char **names;
	size_t n, len = strlen(end);
	bool found = false;

	if (root_files_names(f, f->root, folder, &names, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t own = strlen(names[i]);

		found |= !strncmp(names[i], begin, strlen(begin)) && own >= len &&
			 !strcmp(names[i] + own - len, end);
	}
	return found;
}

static void read_image_kdumpctl(struct facts *f)
{
	const struct settings *s = settings_shell(f, facts_file(f, "/etc/sysconfig/kdump"));
	const char *release = settings_get(s, "KDUMP_KERNELVER");
	size_t len;

	if (!release || !*release || !name_is_plain(release))
		release = f->release;
	if (!release)
		return;
	/* For a debug kernel it loads the usual one. */
	len = strlen(release);
	if (len > 6 && !strcmp(release + len - 6, "+debug"))
		release = talloc_strndup(f, release, len - 6);
	f->image_release = release;
	f->image = existing(f, talloc_asprintf(f, "/boot/vmlinuz-%s", release));
	f->initrd = existing(f, talloc_asprintf(f, "/boot/initramfs-%skdump.img", release));
	if (!f->initrd)
		f->initrd = existing(
			f, talloc_asprintf(f, "/var/lib/kdump/initramfs-%skdump.img", release));
	f->foreign_initrd =
		!f->initrd && (has_like(f, "/boot", "initramfs-", "kdump.img") ||
				      has_like(f, "/var/lib/kdump", "initramfs-", "kdump.img"));
}

/* Links that the service makes when it loads the image, and the files that they lead to. */
static void read_image_links(struct facts *f, const char *image, const char *initrd)
{
	const char *link = root_files_link(f, f->root, image);
	const char *initrd_link = root_files_link(f, f->root, initrd);

	f->image_release = release_of(f, link ? link : initrd_link);
	f->image = existing(f, talloc_strdup(f, image));
	f->initrd = existing(f, talloc_strdup(f, initrd));
	if (!f->image && f->image_release)
		f->image = existing(f, talloc_asprintf(f, "/boot/vmlinuz-%s", f->image_release));
}

static void read_image_kdump_tools(struct facts *f)
{
	const char *image = settings_get(f->service_settings, "KDUMP_KERNEL");
	const char *initrd = settings_get(f->service_settings, "KDUMP_INITRD");

	read_image_links(f, image && *image ? image : "/var/lib/kdump/vmlinuz",
		initrd && *initrd ? initrd : "/var/lib/kdump/initrd.img");
	if (f->release && !f->initrd)
		f->initrd =
			existing(f, talloc_asprintf(f, "/var/lib/kdump/initrd.img-%s", f->release));
	f->foreign_initrd = !f->initrd && has_like(f, "/var/lib/kdump", "initrd.img-", "");
}

static void read_image(struct facts *f)
{
	if (f->service == SERVICE_KDUMPCTL)
		read_image_kdumpctl(f);
	else if (f->service == SERVICE_KDUMP_TOOLS)
		read_image_kdump_tools(f);
	else if (f->service == SERVICE_SUSE)
		read_image_links(f, "/var/lib/kdump/kernel", "/var/lib/kdump/initrd");
}

/* ---- is it older than what it was made of? ------------------------------------------------- */

struct newest {
	struct facts *f;
	const char *path;
	int64_t time;
};

static void consider(struct newest *n, const char *path)
{
	struct stat st;

	if (!path || root_files_stat(n->f->root, path, &st) || st.st_mtim.tv_sec <= n->time)
		return;
	n->path = path;
	n->time = st.st_mtim.tv_sec;
}

static void consider_folder(struct newest *n, const char *folder)
{
	char **names;
	size_t count;

	if (root_files_names(n->f, n->f->root, folder, &names, &count))
		return;
	for (size_t i = 0; i < count; i++)
		consider(n, talloc_asprintf(n->f, "%s/%s", folder, names[i]));
}

/* Words of a setting that are paths. */
static void consider_words(struct newest *n, const char *words)
{
	while (words && *words) {
		size_t len = strcspn(words, " \t");

		if (*words == '/')
			consider(n, talloc_strndup(n->f, words, len));
		words += len + strspn(words + len, " \t");
	}
}

static void consider_redhat(struct newest *n)
{
	static const char *const folders[] = {
		"/etc/kdump/pre.d", "/etc/kdump/post.d", "/etc/kdump/emergency.d"};
	const struct settings *s = n->f->service_settings;

	consider(n, "/etc/kdump.conf");
	consider(n, "/etc/fstab");
	consider(n, "/usr/sbin/makedumpfile");
	consider_words(n, settings_get(s, "extra_bins"));
	consider_words(n, settings_get(s, "kdump_pre"));
	consider_words(n, settings_get(s, "kdump_post"));
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		consider_folder(n, folders[i]);
}

static void read_age(struct facts *f)
{
	struct newest n = {.f = f};
	struct stat st;
	int rc = f->initrd ? root_files_stat(f->root, f->initrd, &st) : -1;

	if (rc)
		return;
	f->initrd_time = (struct fact_number){SEEN_YES, st.st_mtim.tv_sec};
	n.time = st.st_mtim.tv_sec;
	consider(&n, f->image);
	if (f->service == SERVICE_KDUMPCTL)
		consider_redhat(&n);
	else if (f->service == SERVICE_KDUMP_TOOLS)
		consider(&n, "/etc/kdump/sysctl.conf");
	else if (f->service == SERVICE_SUSE)
		consider(&n, f->service_file);
	f->newer = n.path;
	if (n.path)
		f->newer_time = (struct fact_number){SEEN_YES, n.time};
}

/* ---- how much memory it needs -------------------------------------------------------------- */

/* The ranges of the kernel in /proc/iomem, which has zeros for who is not root. */
static uint64_t kernel_in_memory(struct facts *f)
{
	static const char *const parts[] = {
		"Kernel code", "Kernel rodata", "Kernel data", "Kernel bss"};
	const char *text = facts_file(f, "/proc/iomem");
	uint64_t sum = 0;

	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n') {
		uint64_t range[2] = {0};
		const char *p = text + strspn(text, " ");

		for (size_t i = 0; i < 2; i++, p += *p == '-')
			for (int digit; (digit = ascii_hex(*p)) >= 0; p++)
				range[i] = range[i] << 4 | (unsigned)digit;
		p += strspn(p, " :");
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
			if (!strncmp(p, parts[i], strlen(parts[i])) && range[1] > range[0])
				sum += range[1] - range[0] + 1;
	}
	return sum;
}

/* "NAME SIZE ..." */
static uint64_t loaded_modules(struct facts *f)
{
	const char *text = facts_file(f, "/proc/modules");
	uint64_t sum = 0;

	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n') {
		struct fact_number size = facts_parse(text + strcspn(text, " \n"));

		sum += size.seen == SEEN_YES && size.v > 0 ? (uint64_t)size.v : 0;
	}
	return sum;
}

static uint64_t file_size(const struct facts *f, const char *path)
{
	struct stat st;

	return path && !root_files_stat(f->root, path, &st) && st.st_size > 0 ? (uint64_t)st.st_size
									      : 0;
}

static int64_t meminfo_kib(const char *text, const char *key)
{
	const char *at = text ? strstr(text, key) : NULL;

	return at ? facts_parse(at + strlen(key)).v : 0;
}

/* What kdump-tools keeps of its own measurements in the initrd. */
static void read_kdump_tools_memory(struct facts *f)
{
	static const char *const free[] = {
		"MemFree:", "Buffers:", "\nCached:", "SReclaimable:", "Hugetlb:"};
	const char *text = facts_file(f, talloc_asprintf(f, "/var/lib/kdump/mem-%s", f->release));
	struct fact_number size = facts_number(
		f, talloc_asprintf(f, "/var/lib/kdump/size_initrd.img-%s", f->release));
	int64_t used = meminfo_kib(text, "MemTotal:");

	for (size_t i = 0; i < ARRAY_SIZE(free); i++)
		used -= meminfo_kib(text, free[i]);
	if (used > 0 && used < INT64_MAX >> 10)
		f->need.early_used = (uint64_t)used << 10;
	if (size.seen == SEEN_YES && size.v > 0)
		f->need.initrd_unpacked = (uint64_t)size.v;
}

static void read_need(struct facts *f)
{
	f->need = (struct need_of){.memory = f->memory,
		.machine = f->machine,
		.kernel_loaded = kernel_in_memory(f),
		.modules = loaded_modules(f),
		.kernel_file = file_size(f, f->image),
		.initrd_file = file_size(f, f->initrd)};
	if (f->release)
		read_kdump_tools_memory(f);
}

/* ---- the next boot ------------------------------------------------------------------------- */

/* Made by the boot loader's tools; then what they are made from. */
static const char *const boot_files[] = {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg",
	"/boot/grub2/grubenv", "/boot/efi/EFI/fedora/grub.cfg", "/etc/kernel/cmdline",
	"/etc/default/grub", "/boot/extlinux/extlinux.conf", "/boot/firmware/cmdline.txt"};
static const char *const boot_folders[] = {
	"/boot/loader/entries", "/efi/loader/entries", "/etc/default/grub.d"};

/* The last crashkernel= of lines that are no comments. */
static char *crashkernel_in(struct facts *f, const char *text)
{
	static const char key[] = "crashkernel=";
	char *found = NULL;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		const char *p = text + strspn(text, " \t"), *end = text + strcspn(text, "\n"), *at;

		if (*p == '#')
			continue;
		for (; (at = memmem(p, (size_t)(end - p), key, sizeof(key) - 1)); p = at + 1)
			found = talloc_strndup(f, at, strcspn(at, " \t\n\"'"));
	}
	return found;
}

static void read_boot_file(struct facts *f, const char *path)
{
	struct fact_text text = facts_text(f, path);
	const char *found = text.text ? crashkernel_in(f, text.text) : NULL;

	if (f->boot_config.seen == SEEN_YES)
		return;
	if (found) {
		f->boot_config = (struct fact_text){SEEN_YES, found};
		f->boot_config_file = path;
	} else if (text.seen == SEEN_DENIED) {
		f->boot_config.seen = SEEN_DENIED;
	} else if (text.seen == SEEN_YES && f->boot_config.seen == SEEN_UNKNOWN) {
		f->boot_config.seen = SEEN_ABSENT;
	}
}

static void read_boot_config(struct facts *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(boot_folders); i++) {
		char **names;
		size_t n;
		int rc = root_files_names(f, f->root, boot_folders[i], &names, &n);

		if (facts_seen(f, rc) == SEEN_DENIED && f->boot_config.seen != SEEN_YES)
			f->boot_config.seen = SEEN_DENIED;
		for (size_t k = 0; !rc && k < n; k++)
			read_boot_file(f, talloc_asprintf(f, "%s/%s", boot_folders[i], names[k]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(boot_files); i++)
		read_boot_file(f, boot_files[i]);
}

/* ---- the last test ------------------------------------------------------------------------- */

/* "success kdump_test_id=EPOCH-NANOSECONDS" */
static void read_test(struct facts *f)
{
	const char *text = f->service == SERVICE_KDUMPCTL
				   ? facts_file(f, "/var/lib/kdump/vmcore-creation.status")
				   : NULL;
	const char *id = text ? strstr(text, "kdump_test_id=") : NULL;
	size_t len = text ? strcspn(text, " \t\n") : 0;

	if (!len)
		return;
	f->test_status = talloc_strndup(f, text, len);
	if (id)
		f->test_time = facts_parse(id + strlen("kdump_test_id="));
}

bool facts_read_kdump(struct facts *f)
{
	read_service(f);
	read_image(f);
	read_age(f);
	read_need(f);
	read_boot_config(f);
	read_test(f);
	facts_read_target(f);
	return true;
}
