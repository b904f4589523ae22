// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What to do next, most useful first: advice for the kind, for the culprit's origin, and for any
 * crash.
 */
#include <string.h>

#include "base/array.h"
#include "base/name_gate.h"
#include "base/vmlinux.h"
#include "triage/select.h"
#include "triage/sentence.h"
#include "triage/shortage.h"
#include "triage/subject.h"

/* By kind. The vmtriage command, for use with a dump, shows what the text mentions. */
static const struct {
	const char *text, *command;
} by_kind[ADVICE_COUNT] = {
	[ADVICE_HARDWARE] =
		{"Read the firmware's event log (ipmitool sel list) and the error log of "
		 "rasdaemon, and test the part that is named: processor, memory or card."},
	[ADVICE_PARTS] = {"Find out which part it was: read the firmware's event log (ipmitool sel "
			  "list) and the error log of rasdaemon. If they name none, test the "
			  "processors and the memory."},
	[ADVICE_HOST] = {"The device is most likely a virtual one: look at the host's log of that "
			 "time, and whether the host was short of processors, memory or I/O."},
	[ADVICE_DEVICE] = {"Check the hardware: read the firmware's event log, and update the "
			   "firmware of the device that was accessed."},
	[ADVICE_MEMORY] = {"Find the process or cache that holds the memory: the log has the table "
			   "of tasks and the slab totals near the kill.",
		"log"},
	[ADVICE_FRAGMENTS] = {"Check whether memory was short or only fragmented (the order in the "
			      "message); nothing may need to be done.",
		"log"},
	[ADVICE_SYSRQ] = {"Somebody requested this crash: find out who wrote to "
			  "/proc/sysrq-trigger or sent the key, and why."},
	[ADVICE_ROOT] = {"Check root= on the kernel command line, and that the initramfs has the "
			 "driver of the root disk."},
	[ADVICE_INIT] = {"Find out why process 1 ended: read the messages just before the panic.",
		"log"},
	[ADVICE_DAMAGE] = {"Check the file system and test the memory. Both may only have suffered "
			   "damage that was done elsewhere."},
	[ADVICE_CPUS] = {"Compare the stacks of all CPUs at that time: which one holds what the "
			 "stuck CPU waits for?",
		"stack"},
	[ADVICE_WAIT] =
		{"Find out who holds the lock, or which device did not complete the I/O, that the "
		 "task waits for. Look for earlier errors of the storage or the network.",
			"stack"},
	[ADVICE_LIFETIME] =
		{"Find out who freed or last changed the object: boot with slub_debug=FZPU%, or "
		 "a KASAN kernel, to catch the next occurrence in the act."},
	[ADVICE_POINTER] = {"Look at the culprit's source line: which pointer is it, and which "
			    "code should have set it?"},
	[ADVICE_LOCKS] =
		{"Read the lock checker's report in the log: it says where each lock was taken.",
			"log"},
	[ADVICE_STACK] =
		{"Look for functions that repeat on the stack, or for one with a large frame.",
			"stack"},
	[ADVICE_RESET] = {"Nothing was printed: set up kdump and a serial or network console, and "
			  "look for a reset in the firmware's event log."},
	[ADVICE_CODE] = {"Check the code itself: was the module built for this very kernel "
			 "(modinfo shows its vermagic)? Install or build it again. If its file is "
			 "right, test the memory (memtest86+)."},
	[ADVICE_IMAGE] = {"Test the memory (memtest86+), unless the instruction is one that this "
			  "processor, or a virtual one, lacks, or a wrong function pointer led "
			  "there. Where the kernel is installed, vmtriage compares the code of a "
			  "dump with its file, and says which bits differ."},
	[ADVICE_JUMP] =
		{"Find out which module made the jump that was refused: an out-of-tree one needs a "
		 "version that is made for this kernel. Until then, leave the module out; after "
		 "\"Missing ENDBR\", ibt=off on the kernel command line lets it run, with less "
		 "protection."},
	[ADVICE_BIT] = {"Test the memory (memtest86+, for some hours), and read the firmware's "
			"event log (ipmitool sel list): a single wrong bit is seldom the "
			"program's. It is if the next crash has the same bit wrong."},
	[ADVICE_CAPTURE] = {"A capture kernel started: look for the dump and its log in the crash "
			    "directory (/var/crash), and run vmtriage on them."},
	[ADVICE_NMI] =
		{"Find out what sent the interrupt: the firmware's event log (ipmitool sel "
		 "list) names a part that failed or a watchdog that expired; if it names "
		 "none, somebody sent it to get a dump (a button, virsh inject-nmi, ipmitool "
		 "chassis power diag)."},
};

static const char vendor[] = "Send this report to the vendor of %. Try a newer version of the "
			     "module, or run the machine without it.";

/* By the origin of the culprit's module. A '%' is replaced by its name. */
static const struct {
	const char *origin, *text;
} by_origin[] = {
	{"out-of-tree", vendor},
	{"proprietary", vendor},
	{"in-tree", "Search the kernel's git log and mailing lists for fixes to %, and try a newer "
		    "stable kernel."},
};

static const char with_dump[] =
	"Keep the dump. With the debuginfo of its kernel, vmtriage shows source lines, too, and a "
	"debugger (crash, drgn) arguments and objects.";

static const char with_debuginfo[] =
	"Keep the dump. A debugger (crash, drgn) shows more of its objects.";

static const char with_text[] =
	"If kdump saved a dump of this crash, run vmtriage on the dump: it shows more than a log.";

static const char *fill(TALLOC_CTX *ctx, const char *text, const char *module)
{
	const char *hole = strchr(text, '%');

	if (!hole || !module)
		return text;
	return talloc_asprintf(ctx, "%.*s%s%s", (int)(hole - text), text, module, hole + 1);
}

const char *advice_text(enum oops_advice advice)
{
	return by_kind[advice].text;
}

int advice_have_debuginfo(TALLOC_CTX *ctx, struct vmt_verdict *v, struct vmt_err *err)
{
	const char **next = talloc_array(ctx, const char *, v->n_next + 1);

	if (!next)
		return err_nomem(err);
	for (size_t i = 0; i < v->n_next; i++)
		next[i] = strcmp(v->next[i], with_dump) == 0 ? with_debuginfo : v->next[i];
	v->next = next;
	return 0;
}

char *sentence_quote(TALLOC_CTX *ctx, const char *path)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:+,@%=-";
	char *s;

	if (*path && *path != '-' && strspn(path, plain) == strlen(path))
		return talloc_strdup(ctx, path);
	s = talloc_strdup(ctx, *path == '-' ? "'./" : "'");
	for (; s && *path; path++)
		s = *path == '\'' ? talloc_strdup_append_buffer(s, "'\\''")
				  : talloc_strndup_append_buffer(s, path, 1);
	return s ? talloc_strdup_append_buffer(s, "'") : NULL;
}

/* In the name of a hypervisor's machine, and drivers of devices that only a hypervisor has. */
static const char *const guests[] = {"QEMU", "KVM", "VMware", "Virtual Machine", "VirtualBox",
	"Amazon EC2", "Google Compute Engine", "Xen", "Bochs", "OpenStack", "Parallels", "BHYVE",
	"dummy-virt", "Alibaba Cloud ECS", "Droplet", "vServer", "Nutanix AHV", "crosvm"};
static const char *const virtual_drivers[] = {"virtio_net", "virtio_blk", "virtio_scsi",
	"virtio_gpu", "virtio_pci", "vmxnet3", "vmw_pvscsi", "vmwgfx", "hv_netvsc", "hv_storvsc",
	"xen_netfront", "xen_blkfront", "ena", "gve", "mana", "ibmveth", "ibmvnic", "ibmvscsi",
	"ibmvfc"};

/* The hardware's own firmware keeps no log that the guest's owner can read. */
static bool is_virtual(const struct sentence_facts *f)
{
	const char *hardware = f->ev->hardware ? f->ev->hardware : f->hardware;

	for (size_t i = 0; f->culprit->module && i < ARRAY_SIZE(virtual_drivers); i++)
		if (strcmp(virtual_drivers[i], f->culprit->module) == 0)
			return true;
	/* The same maker's name, and the whole machine for one customer. */
	if (!hardware || strstr(hardware, ".metal"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(guests); i++)
		if (strstr(hardware, guests[i]))
			return true;
	return false;
}

/* The kind's advice, unless the values in the report say more. */
static enum oops_advice advice_of(const struct sentence_facts *f)
{
	enum oops_advice advice = f->ev->kind->advice;

	if (f->freed || (f->pointer && f->pointer->overrun) || f->culprit->basis == CULPRIT_TRIPPED)
		return ADVICE_LIFETIME;
	if (f->ev->bad_ram)
		return ADVICE_HARDWARE;
	if (f->one_bit)
		return ADVICE_BIT;
	if (f->code_is_foreign || (advice == ADVICE_POINTER && f->code_is_wrong))
		return is_vmlinux(f->culprit->module) ? ADVICE_IMAGE : ADVICE_CODE;
	if (advice == ADVICE_DEVICE && f->ev->kind->blames == BLAMES_DRIVER && is_virtual(f))
		return ADVICE_HOST;
	if (advice == ADVICE_HARDWARE && !f->ev->object && !f->ev->bank.known && !f->ev->cpu.known)
		return ADVICE_PARTS;
	return advice;
}

/* What the report itself has; a debug option would not show more. */
static const char with_history[] = "The report shows who freed the object: compare that stack with "
				   "the culprit's, to find which "
				   "of the two was wrong about who uses it.";

static bool shows_free(const struct oops_event *ev)
{
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == OOPS_TRACE_FREE && ev->traces[i].n_frames)
			return true;
	return false;
}

/* The words for the kind; a '%' in them is the slab cache, as the boot option wants it. */
static const char *kind_words(
	TALLOC_CTX *ctx, const struct sentence_facts *f, enum oops_advice advice)
{
	const struct oops_event *ev = f->ev;
	const char *cache = subject_cache(ev), *option = "";

	if (!cache && f->pointer && (f->pointer->freed || f->pointer->overrun))
		cache = f->pointer->cache;
	if (advice == ADVICE_LIFETIME && shows_free(ev))
		return with_history;
	if (name_is_word(cache, "_-"))
		option = talloc_asprintf(ctx, ",%s", cache);
	return option ? fill(ctx, by_kind[advice].text, option) : NULL;
}

/* Advice to look at stacks is of no use where a text has none. */
static bool lacks_stacks(const struct sentence_facts *f, enum oops_advice advice)
{
	if (f->dump || (advice != ADVICE_CPUS && advice != ADVICE_STACK))
		return false;
	for (size_t i = 0; i < f->ev->n_traces; i++)
		if (f->ev->traces[i].n_frames)
			return false;
	return true;
}

static const char *kind_text(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	enum oops_advice advice = advice_of(f);
	const char *path, *words;

	words = f->ev->memory ? shortage_advice(ctx, f->ev->memory) : NULL;
	if (words)
		return words;
	words = by_kind[advice].text && !lacks_stacks(f, advice) ? kind_words(ctx, f, advice)
								 : NULL;
	if (!words || !f->dump || !by_kind[advice].command)
		return words;
	path = strcmp(f->dump, "-") == 0 ? "DUMP" : sentence_quote(ctx, f->dump);
	return path ? talloc_asprintf(
			      ctx, "%s See: vmtriage %s %s", words, by_kind[advice].command, path)
		    : NULL;
}

static const char *origin_text(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	for (size_t i = 0; f->origin && i < ARRAY_SIZE(by_origin); i++)
		if (strcmp(by_origin[i].origin, f->origin) == 0)
			return fill(ctx, by_origin[i].text, f->culprit->module);
	return NULL;
}

/* If the machine kept running, there is no dump to look for. */
static bool went_on(const struct oops_event *ev)
{
	return select_is_no_crash(ev) || (ev->kind->outcome == OOPS_WARNING &&
						 ev->kind->weight == WEIGHT_WARNING && !ev->fatal);
}

static const char *dump_text(const struct sentence_facts *f)
{
	if (f->dump)
		return with_dump;
	if (f->dump_advice || went_on(f->ev) || f->ev->kind->advice == ADVICE_CAPTURE)
		return NULL;
	return with_text;
}

struct sentence_list sentence_next(TALLOC_CTX *ctx, const struct sentence_facts *f)
{
	const char *texts[] = {
		kind_text(ctx, f), origin_text(ctx, f), dump_text(f), f->dump_advice};
	struct sentence_list l = {0};

	l.items = talloc_zero_array(ctx, const char *, ARRAY_SIZE(texts));
	for (size_t i = 0; l.items && i < ARRAY_SIZE(texts); i++)
		if (texts[i])
			l.items[l.n++] = texts[i];
	return l;
}
