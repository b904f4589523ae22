// SPDX-License-Identifier: GPL-3.0-or-later
/* Does the firmware, or memory that survives a reset, keep the end of the log? */
#include <string.h>

#include "base/array.h"
#include "readiness/opinion.h"
#include "readiness/kernel_words.h"

/* Somebody set it up on the command line. */
static const char *wanted(const struct facts *f, struct opinion *o)
{
	static const char *const parameters[] = {"pstore.backend", "ramoops.mem_address",
		"ramoops.mem_name", "ramoops.mem_size", "reserve_mem"};

	for (size_t i = 0; f->cmdline && i < ARRAY_SIZE(parameters); i++) {
		const char *value = kernel_words_value(o->ctx, f->cmdline, parameters[i]);

		if (value)
			return judge_words(o, "%s=%s", parameters[i], value);
	}
	return NULL;
}

static bool is_off_by_parameter(const struct facts *f, struct opinion *o)
{
	const char *value = kernel_words_value(o->ctx, f->cmdline, "efi_pstore.pstore_disable");

	return value && (*value == 'Y' || *value == 'y' || *value == '1');
}

static void backend(const struct facts *f, struct opinion *o)
{
	bool efi = facts_has(f, "/sys/firmware/efi");
	const char *asked;

	if (f->pstore_backend.text) {
		judge_say(o, OPINION_OK, "%s%s", f->pstore_backend.text,
			f->always_kmsg_dump.text && *f->always_kmsg_dump.text == 'Y'
				? ", also for each clean reboot (printk.always_kmsg_dump)"
				: "");
		return;
	}
	if (f->pstore_backend.seen == SEEN_ABSENT) {
		judge_say(o, OPINION_OK, "this kernel has no pstore");
		return;
	}
	if (f->pstore_backend.seen != SEEN_YES) {
		judge_unseen(o, f->pstore_backend.seen, "/sys/module/pstore/parameters/backend");
		return;
	}
	asked = wanted(f, o);
	if (judge_is(f->pstore_disabled, 1) || is_off_by_parameter(f, o)) {
		judge_say(o, OPINION_WARNING,
			"none: the firmware's is turned off "
			"(efi_pstore.pstore_disable)");
		o->fix = "boot with efi_pstore.pstore_disable=0";
	} else if (asked) {
		judge_say(o, OPINION_WARNING, "none, though %s is on the command line", asked);
		o->fix = "load the module of that backend (efi_pstore, ramoops) at boot: "
			 "/etc/modules-load.d";
	} else if (efi || f->erst) {
		judge_say(o, OPINION_WARNING, "none, though the firmware could keep records (%s)",
			f->erst ? "ERST" : "EFI");
		o->fix = f->erst ? "boot with pstore.backend=erst"
				 : "modprobe efi_pstore; echo efi_pstore > "
				   "/etc/modules-load.d/efi_pstore.conf";
	} else {
		judge_say(o, OPINION_OK, "none, and no firmware that could be one");
	}
}

static void mounted(const struct facts *f, struct opinion *o)
{
	if (!f->pstore_backend.text || (f->tree && !f->pstore_mounted))
		return;
	if (f->pstore_mounted)
		judge_say(o, OPINION_OK, "/sys/fs/pstore is mounted");
	else
		judge_say(o, OPINION_WARNING, "/sys/fs/pstore is not mounted");
}

static void records(const struct facts *f, struct opinion *o)
{
	if (f->pstore_records.seen == SEEN_DENIED)
		judge_unseen(o, SEEN_DENIED, "/sys/fs/pstore");
	else if (f->pstore_records.seen == SEEN_YES && f->pstore_records.v)
		judge_say(o, OPINION_WARNING, "%lld records in /sys/fs/pstore",
			(long long)f->pstore_records.v);
	else if (f->pstore_records.seen == SEEN_YES && f->pstore_backend.text)
		judge_say(o, OPINION_OK, "/sys/fs/pstore is empty");
}

static void collector(const struct facts *f, struct opinion *o)
{
	if (!f->pstore_backend.text || f->pstore_collector.seen != SEEN_YES)
		return;
	if (f->pstore_collector.v)
		judge_say(o, OPINION_OK, "systemd-pstore moves them to /var/lib/systemd/pstore%s",
			f->pstore_saved.v > 0 ? ", which has some" : "");
	else
		judge_say(o, OPINION_WARNING, "systemd-pstore is not enabled");
}

static void order(const struct facts *f, struct opinion *o)
{
	if (!f->pstore_backend.text || f->post_notifiers.seen != SEEN_YES)
		return;
	if (!judge_kdump_loaded(f))
		judge_say(o, OPINION_OK, "no capture kernel comes before pstore");
	else if (judge_is_post(f))
		judge_say(o, OPINION_OK, "a panic writes pstore before the dump");
	else
		judge_say(o, wanted(f, o) ? OPINION_WARNING : OPINION_OK,
			"the capture kernel starts at once: a panic that it catches leaves pstore, "
			"pvpanic and IPMI empty");
}

const struct judge_row judge_pstore_rows[] = {
	{"pstore-backend", "pstore", false, "a backend: efi_pstore, erst, ramoops, nvram",
		"The end of the log would survive a reset, also where there is no dump.",
		{"modprobe efi_pstore"}, backend, 0},
	{"pstore-mounted", "pstore", false, "/sys/fs/pstore is mounted",
		"Records are there, but nobody sees them.",
		{"mount -t pstore pstore /sys/fs/pstore"}, mounted, 0},
	{"pstore-records", "pstore", false, "an empty /sys/fs/pstore",
		"They are of a crash that nobody looked at, and take the room of the next one.",
		{"vmtriage /sys/fs/pstore; then remove them, or: systemctl start systemd-pstore"},
		records, 0},
	{"pstore-collector", "pstore", false, "systemd-pstore.service, enabled",
		"Records stay in the firmware until its room is used up.",
		{"systemctl enable systemd-pstore"}, collector, 0},
	{"pstore-order", "pstore", false,
		"crash_kexec_post_notifiers, if pstore is to have each panic",
		"If the capture kernel then fails, nothing is left.",
		{"boot with crash_kexec_post_notifiers"}, order, 0},
	{0},
};
