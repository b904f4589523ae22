// SPDX-License-Identifier: GPL-3.0-or-later
/* Does a message of the kernel leave the machine, or reach its disk? */
#include <string.h>

#include "readiness/opinion.h"
#include "readiness/kernel_words.h"

#define BROADCAST "ff:ff:ff:ff:ff:ff"
#define SLOW 38400 /* bits a second */
#define WARNINGS 5 /* the console level that shows the kernel's warnings */

/* ---- netconsole ---------------------------------------------------------------------------- */

static bool is_up(const struct fact_netconsole *n)
{
	return n->operstate.text &&
	       (!strcmp(n->operstate.text, "up") || !strcmp(n->operstate.text, "unknown"));
}

/* What is wrong with a target; NULL: nothing that is seen. */
static const char *fault_of(const struct fact_netconsole *n)
{
	if (!n->enabled)
		return "it is not enabled";
	if (n->operstate.seen == SEEN_ABSENT)
		return "its device is not there";
	if (n->operstate.text && !is_up(n))
		return "its device is not up";
	if (n->remote_mac && n->neighbour && strcmp(n->remote_mac, n->neighbour) != 0)
		return "the receiver has another MAC address";
	if (n->remote_mac && !strcmp(n->remote_mac, BROADCAST))
		return "it sends to the broadcast address";
	return NULL;
}

bool judge_netconsole_sends(const struct facts *f, const char **why)
{
	bool sends = false;

	*why = f->n_netconsoles ? NULL : "no target";
	for (size_t i = 0; i < f->n_netconsoles; i++) {
		const char *fault = fault_of(&f->netconsoles[i]);

		if (fault)
			*why = fault;
		else
			sends = true;
	}
	return sends;
}

static const char *or_none(const char *text)
{
	return text ? text : "not set";
}

static const struct fact_netconsole *first_enabled(const struct facts *f)
{
	for (size_t i = 0; i < f->n_netconsoles; i++)
		if (f->netconsoles[i].enabled)
			return &f->netconsoles[i];
	return NULL;
}

/* Whether a target is enabled; what may be wrong with it is said by other rows. */
static void target(const struct facts *f, struct opinion *o)
{
	const char *boot = kernel_words_value(o->ctx, f->cmdline, "netconsole");
	const struct fact_netconsole *n = first_enabled(f);

	if (!f->n_netconsoles && !judge_is(f->netconsole_loaded, 1) && !boot)
		return;
	if (n)
		judge_say(o, OPINION_OK, "%s to %s, %s", or_none(n->device), or_none(n->remote_ip),
			or_none(n->remote_mac));
	else if (f->n_netconsoles)
		judge_say(o, OPINION_WARNING, "none of its targets is enabled");
	else if (boot && judge_is(f->netconsole_loaded, 1))
		judge_say(o, OPINION_UNKNOWN,
			"netconsole=%s: this kernel does not show what became of it", boot);
	else if (f->netconsole_seen.seen != SEEN_YES && judge_is(f->netconsole_loaded, 1))
		judge_unseen(o, f->netconsole_seen.seen, "/sys/kernel/config/netconsole");
	else
		judge_say(o, OPINION_WARNING, "netconsole has no target%s",
			boot ? ", though one is on the command line" : "");
}

static void mac(const struct facts *f, struct opinion *o)
{
	for (size_t i = 0; i < f->n_netconsoles; i++) {
		const struct fact_netconsole *n = &f->netconsoles[i];

		if (!n->enabled || !n->remote_mac || o->status == OPINION_WARNING)
			continue;
		if (!strcmp(n->remote_mac, BROADCAST))
			judge_say(o, OPINION_WARNING, "%s: remote_mac is the broadcast address",
				n->name);
		else if (n->neighbour && strcmp(n->neighbour, n->remote_mac) != 0)
			judge_say(o, OPINION_WARNING, "%s: remote_mac is %s, but %s has %s",
				n->name, n->remote_mac, or_none(n->remote_ip), n->neighbour);
		else if (n->neighbour || n->mac_known)
			judge_say(o, OPINION_OK, "%s: a neighbour has %s", n->name, n->remote_mac);
		else
			judge_say(o, OPINION_UNKNOWN,
				"%s: no neighbour that is known now has remote_mac %s", n->name,
				n->remote_mac);
		if (o->status == OPINION_UNKNOWN && n->remote_ip)
			o->fix = "ping the receiver or the gateway, and check again";
	}
}

static void device(const struct facts *f, struct opinion *o)
{
	for (size_t i = 0; i < f->n_netconsoles; i++) {
		const struct fact_netconsole *n = &f->netconsoles[i];

		if (!n->enabled || o->status == OPINION_WARNING)
			continue;
		if (n->operstate.seen == SEEN_ABSENT || (n->operstate.text && !is_up(n)))
			judge_say(o, OPINION_WARNING, "%s is %s", or_none(n->device),
				n->operstate.text ? n->operstate.text : "not there");
		else if (n->master)
			judge_say(o, OPINION_WARNING, "%s is a part of %s", or_none(n->device),
				n->master);
		else if (n->operstate.text)
			judge_say(o, OPINION_OK, "%s is up", or_none(n->device));
	}
}

static void errors(const struct facts *f, struct opinion *o)
{
	for (size_t i = 0; i < f->n_netconsoles; i++) {
		const struct fact_netconsole *n = &f->netconsoles[i];

		if (n->errors.seen == SEEN_YES && n->errors.v > 0)
			judge_say(o, OPINION_WARNING, "%s: %lld packets were not sent", n->name,
				(long long)n->errors.v);
	}
}

/* ---- consoles ------------------------------------------------------------------------------ */

static void level(const struct facts *f, struct opinion *o)
{
	struct fact_number n = f->sysctls[SYSCTL_PRINTK].now;
	bool used = judge_serial(f) || f->n_netconsoles;

	if (n.seen != SEEN_YES)
		return;
	judge_say(o, n.v < WARNINGS && used ? OPINION_WARNING : OPINION_OK,
		"kernel.printk begins with %lld%s", (long long)n.v,
		n.v < WARNINGS ? ": consoles do not show warnings" : "");
}

static void quiet_oops(const struct facts *f, struct opinion *o)
{
	if (f->no_auto_verbose.text && *f->no_auto_verbose.text == 'Y')
		judge_say(o, OPINION_WARNING,
			"printk.console_no_auto_verbose: an oops does not make consoles verbose");
}

static void serial(const struct facts *f, struct opinion *o)
{
	const struct fact_console *c = judge_serial(f);

	if (!f->n_consoles)
		return;
	if (!c)
		judge_say(o, OPINION_OK, "the kernel prints to no serial line");
	else if (c->speed.seen == SEEN_YES && c->speed.v && c->speed.v < SLOW)
		judge_say(o, OPINION_WARNING, "%s at %lld bits a second", c->name,
			(long long)c->speed.v);
	else
		judge_say(o, OPINION_OK, "%s (whether anyone records it is not seen from here)",
			c->name);
}

static void screen(const struct facts *f, struct opinion *o)
{
	if (f->drm_panic.text)
		judge_say(o, OPINION_OK, "drm.panic_screen = %s", f->drm_panic.text);
}

/* ---- the journal --------------------------------------------------------------------------- */

static bool has_syslog(const struct facts *f)
{
	return facts_has(f, "/var/log/syslog") || facts_has(f, "/var/log/messages") ||
	       facts_has(f, "/var/log/kern.log");
}

static void journal(const struct facts *f, struct opinion *o)
{
	struct fact_number kept = f->journal_persistent;
	bool none = kept.seen == SEEN_ABSENT || f->journal_stopped;

	if (kept.seen == SEEN_UNKNOWN)
		return;
	if (kept.seen == SEEN_DENIED)
		judge_unseen(o, kept.seen, "/var/log/journal");
	else if (kept.v && !none)
		judge_say(o, OPINION_OK, "the journal is kept on disk");
	else if (has_syslog(f))
		judge_say(o, OPINION_OK, "%s, but syslog writes to the disk",
			none ? "no journald runs" : "the journal is not kept on disk");
	else if (none)
		judge_say(o, OPINION_WARNING, "no journald runs, and no syslog is seen");
	else
		judge_say(o, OPINION_WARNING, "the journal is not kept on disk%s%s",
			f->journal_storage ? ": Storage=" : "",
			f->journal_storage ? f->journal_storage : "");
	if (none && o->status == OPINION_WARNING)
		o->fix = "start systemd-journald, or a syslog daemon";
}

const struct judge_row judge_console_rows[] = {
	{"netconsole", "netconsole", false, "a target that is enabled",
		"The kernel sends its messages to nobody.",
		{"set it up again, below /sys/kernel/config/netconsole"}, target, 0},
	{"netconsole-mac", "netconsole", false,
		"the MAC address of the receiver, or of the gateway",
		"netconsole asks nobody for it (no ARP): a receiver that was replaced gets "
		"nothing.",
		{"write the right one to remote_mac of the target, while it is not enabled"}, mac,
		0},
	{"netconsole-device", "netconsole", false, "a device that is up, and no part of another",
		"A target on it sends nothing, or is turned off.",
		{"name another device in dev_name of the target"}, device, 0},
	{"netconsole-errors", "netconsole", false, "transmit_errors of 0",
		"Lines were lost, and will be again.", {"look at the device, and its driver"},
		errors, 0},
	{"console-level", "console", false, "kernel.printk that begins with 5 or more",
		"Serial and network consoles lack what the kernel warned of before it died.",
		{"dmesg -n 7; and boot without quiet, or with loglevel=7"}, level, 0},
	{"console-verbose", "console", false, "an oops that is shown completely",
		"The stack of an oops is below the console's level.",
		{"boot without printk.console_no_auto_verbose"}, quiet_oops, 0},
	{"serial-console", "console", false, "115200 bits a second",
		"A report of some hundred lines takes so long that it causes lockups of its own.",
		{"boot with console=ttyS0,115200"}, serial, 0},
	{"panic-screen", "console", false, "a choice", "What a screen shows after a panic.", {NULL},
		screen, 0},
	{"journal", "journal", false, "a journal that is kept on disk",
		"After a reboot the messages of the boot before are gone.",
		{"mkdir -p /var/log/journal && systemd-tmpfiles --create --prefix "
		 "/var/log/journal && systemctl restart systemd-journald"},
		journal, 0},
	{0},
};
