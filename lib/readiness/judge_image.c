// SPDX-License-Identifier: GPL-3.0-or-later
/* What is loaded: for which kernel, from which configuration, and did it ever work? */
#include <string.h>

#include "readiness/opinion.h"

#define TEST_AGE (INT64_C(180) * 86400) /* seconds after which a test is old */

/* Also if this one is its debugging flavour. */
static bool is_same_kernel(const char *release, const char *image)
{
	size_t n = strlen(image);

	return !strncmp(release, image, n) && (!release[n] || !strcmp(release + n, "+debug"));
}

static void for_kernel(const struct facts *f, struct opinion *o)
{
	if (!f->service || !f->release)
		return;
	if (f->foreign_initrd)
		judge_say(o, OPINION_WARNING,
			"there are capture initrds, but none for this kernel, %s", f->release);
	else if (!f->image_release)
		return;
	else if (!is_same_kernel(f->release, f->image_release))
		judge_say(o, OPINION_WARNING, "the capture kernel is %s, but this kernel is %s",
			f->image_release, f->release);
	else if (f->initrd)
		judge_say(o, OPINION_OK, "it is of this kernel, %s", f->release);
}

static void age(const struct facts *f, struct opinion *o)
{
	if (!f->initrd)
		return;
	if (f->newer)
		judge_say(o, OPINION_WARNING, "%s (%s) is newer than %s (%s)", f->newer,
			judge_time(o, f->newer_time.v), f->initrd, judge_time(o, f->initrd_time.v));
	else
		judge_say(o, OPINION_OK, "%s is newer than what it is made from", f->initrd);
}

static void config(const struct facts *f, struct opinion *o)
{
	const struct settings *s = f->service_settings;

	if (f->service != SERVICE_KDUMPCTL)
		return;
	if (s->n_problems)
		judge_say(o, OPINION_CRITICAL, "%s%s", s->problems[0],
			s->n_problems > 1 ? ", and there is more" : "");
	else
		judge_say(o, OPINION_OK, "%s has no mistake", f->service_file);
}

/* ssh and raw devices take only a stream that can be written in one go. */
static bool lacks_flat(const struct facts *f)
{
	const char *collector = settings_get(f->service_settings, "core_collector"), *key, *value;

	return f->service == SERVICE_KDUMPCTL &&
	       settings_target(f->service_settings, &key, &value) &&
	       (!strcmp(key, "ssh") || !strcmp(key, "raw")) && collector &&
	       !strncmp(collector, "makedumpfile", 12) && !strstr(collector, " -F");
}

static void collector(const struct facts *f, struct opinion *o)
{
	if (!f->service)
		return;
	if (f->collector_missing) {
		judge_say(o, OPINION_WARNING, "makedumpfile is not installed");
	} else if (lacks_flat(f)) {
		judge_say(o, OPINION_CRITICAL, "core_collector lacks -F, which its target needs");
		o->fix = "add -F to core_collector in /etc/kdump.conf; kdumpctl restart";
	} else if (f->dump_level.seen == SEEN_YES && f->dump_level.v < 31) {
		judge_say(o, OPINION_OK, "dump level %lld: more than the kernel's memory is saved",
			(long long)f->dump_level.v);
	} else {
		judge_say(o, OPINION_OK, "makedumpfile, with dump level 31");
	}
}

/* ---- did it ever work? --------------------------------------------------------------------- */

static bool is_success(const struct facts *f)
{
	return f->test_status && !strcmp(f->test_status, "success");
}

static void tested_by_kdumpctl(const struct facts *f, struct opinion *o)
{
	const char *when = f->test_time.seen == SEEN_YES ? judge_time(o, f->test_time.v)
							 : "at an unknown time";

	if (!is_success(f))
		judge_say(o, OPINION_WARNING, "the test of %s: %s", when, f->test_status);
	else if (f->newer_time.seen == SEEN_YES && f->newer_time.v > f->test_time.v)
		judge_say(o, OPINION_WARNING, "the test of %s succeeded, but %s changed since",
			when, f->newer);
	else if (f->now && f->test_time.seen == SEEN_YES && f->now - f->test_time.v > TEST_AGE)
		judge_say(o, OPINION_WARNING, "the last test is long ago: %s", when);
	else
		judge_say(o, OPINION_OK, "the test of %s succeeded", when);
}

static void test(const struct facts *f, struct opinion *o)
{
	if (!judge_kdump_loaded(f))
		return;
	if (f->test_status)
		tested_by_kdumpctl(f, o);
	else if (f->last_dump.v)
		judge_say(o, OPINION_OK, "the newest crash that it caught: %s, %s",
			judge_time(o, f->last_dump.v), f->last_dump_name);
	else if (f->last_dump.seen == SEEN_YES || f->target_remote)
		judge_say(o, OPINION_OK, "it never was tested, as far as is seen");
	else
		judge_unseen(o, f->last_dump.seen, f->target ? f->target : "the target");
}

static void failure(const struct facts *f, struct opinion *o)
{
	const char *action = settings_get(f->service_settings, "failure_action");

	if (f->service != SERVICE_KDUMPCTL)
		return;
	if (!action)
		action = settings_get(f->service_settings, "default");
	if (action && (!strcmp(action, "shell") || !strcmp(action, "halt") ||
			      !strcmp(action, "poweroff")))
		judge_say(o, OPINION_WARNING, "failure_action %s", action);
	else
		judge_say(o, OPINION_OK, "failure_action %s", action ? action : "reboot");
}

static void hotplug(const struct facts *f, struct opinion *o)
{
	if (!judge_is(f->crash_loaded, 1))
		return;
	if (judge_is(f->hotplug_cpu, 1) && judge_is(f->hotplug_memory, 1))
		judge_say(o, OPINION_OK, "the kernel adds CPUs and memory to the dump by itself");
	else if (facts_has(f, "/usr/lib/udev/rules.d/98-kexec.rules") ||
		 facts_has(f, "/lib/udev/rules.d/98-kexec.rules") ||
		 facts_has(f, "/usr/lib/udev/rules.d/70-kdump.rules"))
		judge_say(o, OPINION_OK, "udev reloads it when CPUs or memory are added");
	else
		judge_say(o, OPINION_OK,
			"CPUs and memory that are added later are not in the dump until it is "
			"loaded "
			"again");
}

static void hugepages(const struct facts *f, struct opinion *o)
{
	const struct sysctl_setting *s = f->sysctls[SYSCTL_NR_HUGEPAGES].file;
	struct fact_number n = s ? facts_parse(s->value) : (struct fact_number){0};

	if (f->service != SERVICE_KDUMP_TOOLS || n.seen != SEEN_YES || n.v <= 0)
		return;
	if (facts_has(f, "/etc/kdump/sysctl.conf"))
		judge_say(o, OPINION_OK,
			"vm.nr_hugepages is %lld, and the capture kernel has a "
			"/etc/kdump/sysctl.conf of its own",
			(long long)n.v);
	else
		judge_say(o, OPINION_WARNING, "vm.nr_hugepages = %lld in %s", (long long)n.v,
			s->file);
}

const struct judge_row judge_image_rows[] = {
	{"kdump-kernel", "kdump", false, "the capture kernel's files are of the running kernel",
		"After an update of the kernel the old one may lack drivers, or not load at all.",
		{"load the running kernel's image", "kdump-config unload; kdump-config load",
			"kdumpctl rebuild && kdumpctl restart",
			"mkdumprd -f && systemctl restart kdump"},
		for_kernel},
	{"kdump-image-age", "kdump", false, "an initrd that is newer than what it is made from",
		"It has the configuration, or the kernel's files, of before the change.",
		{"make the initrd again, and load it",
			"kernel=$(uname -r); /etc/kernel/postinst.d/kdump-tools $kernel && "
			"kdump-config reload",
			"kdumpctl rebuild && kdumpctl restart",
			"mkdumprd -f && systemctl restart kdump"},
		age},
	{"kdump-config", "kdump", false, "a kdump.conf that kdumpctl accepts",
		"kdumpctl refuses to start with it.", {"kdumpctl restart shows what is wrong"},
		config},
	{"kdump-collector", "kdump", false, "makedumpfile", "It takes the dump.",
		{"install makedumpfile", "apt install makedumpfile", "dnf install makedumpfile",
			"zypper install makedumpfile"},
		collector},
	{"kdump-test", "kdump", false, "a test that succeeded, after the last change",
		"Many set-ups that look right fail in the capture kernel: for a driver, a mount, a "
		"password.",
		{"in a maintenance window: sync; echo c > /proc/sysrq-trigger", NULL,
			"in a maintenance window: kdumpctl test"},
		test},
	{"kdump-failure-action", "kdump", false, "failure_action reboot",
		"If the dump fails, the machine stays down until someone comes.",
		{"set failure_action reboot in /etc/kdump.conf; kdumpctl restart"}, failure},
	{"kdump-hotplug", "kdump", false, "the dump has CPUs and memory that were added",
		"Else the dump lacks them.", {"load the capture kernel again"}, hotplug},
	{"kdump-hugepages", "kdump", false, "no huge pages in the capture kernel",
		"They eat the reserved memory before the dump begins.",
		{"echo vm.nr_hugepages=0 > /etc/kdump/sysctl.conf"}, hugepages},
	{0},
};
