// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a bad pointer's value is by itself. The numbers of errors are those of
 * include/uapi/asm-generic/errno-base.h and errno.h, and include/linux/errno.h.
 */
#include "triage/value.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/machine.h"
#include "triage/address.h"

#define MAX_ERRNO 4095

static const struct {
	uint16_t number;
	const char *name;
} errors[] = {
	{1, "EPERM"},
	{2, "ENOENT"},
	{3, "ESRCH"},
	{4, "EINTR"},
	{5, "EIO"},
	{6, "ENXIO"},
	{7, "E2BIG"},
	{8, "ENOEXEC"},
	{9, "EBADF"},
	{10, "ECHILD"},
	{11, "EAGAIN"},
	{12, "ENOMEM"},
	{13, "EACCES"},
	{14, "EFAULT"},
	{16, "EBUSY"},
	{17, "EEXIST"},
	{18, "EXDEV"},
	{19, "ENODEV"},
	{20, "ENOTDIR"},
	{21, "EISDIR"},
	{22, "EINVAL"},
	{23, "ENFILE"},
	{24, "EMFILE"},
	{25, "ENOTTY"},
	{27, "EFBIG"},
	{28, "ENOSPC"},
	{30, "EROFS"},
	{31, "EMLINK"},
	{32, "EPIPE"},
	{33, "EDOM"},
	{34, "ERANGE"},
	{35, "EDEADLK"},
	{36, "ENAMETOOLONG"},
	{38, "ENOSYS"},
	{39, "ENOTEMPTY"},
	{40, "ELOOP"},
	{42, "ENOMSG"},
	{43, "EIDRM"},
	{61, "ENODATA"},
	{62, "ETIME"},
	{67, "ENOLINK"},
	{70, "ECOMM"},
	{71, "EPROTO"},
	{74, "EBADMSG"},
	{75, "EOVERFLOW"},
	{84, "EILSEQ"},
	{85, "ERESTART"},
	{88, "ENOTSOCK"},
	{90, "EMSGSIZE"},
	{93, "EPROTONOSUPPORT"},
	{95, "EOPNOTSUPP"},
	{97, "EAFNOSUPPORT"},
	{98, "EADDRINUSE"},
	{99, "EADDRNOTAVAIL"},
	{100, "ENETDOWN"},
	{101, "ENETUNREACH"},
	{104, "ECONNRESET"},
	{105, "ENOBUFS"},
	{106, "EISCONN"},
	{107, "ENOTCONN"},
	{108, "ESHUTDOWN"},
	{110, "ETIMEDOUT"},
	{111, "ECONNREFUSED"},
	{113, "EHOSTUNREACH"},
	{114, "EALREADY"},
	{115, "EINPROGRESS"},
	{116, "ESTALE"},
	{117, "EUCLEAN"},
	{121, "EREMOTEIO"},
	{123, "ENOMEDIUM"},
	{125, "ECANCELED"},
	{512, "ERESTARTSYS"},
	{513, "ERESTARTNOINTR"},
	{514, "ERESTARTNOHAND"},
	{515, "ENOIOCTLCMD"},
	{516, "ERESTART_RESTARTBLOCK"},
	{517, "EPROBE_DEFER"},
	{524, "ENOTSUPP"},
	{529, "EIOCBQUEUED"},
};

/* mips has its own numbers above 34, and so do a few others that are not read. */
static const char *error_name(uint64_t number, const struct machine *m)
{
	if (number > 34 && m->family == MACHINE_MIPS)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].number == number)
			return errors[i].name;
	return NULL;
}

/* Eight printable characters, as they are in memory. At least six, or they may be chance. */
static char *ascii(TALLOC_CTX *ctx, uint64_t value, const struct machine *m)
{
	char text[9] = "";
	unsigned n = 0;

	if (m->narrow || m->family == MACHINE_OTHER)
		return NULL;
	for (; n < 8 && (value >> 8 * n & 0xff); n++) {
		char c = (char)(value >> 8 * n & 0xff);

		if (c < ' ' || c > '~')
			return NULL;
		text[n] = c;
	}
	if (n < 6 || (n < 8 && value >> 8 * n) || text[0] == text[1])
		return NULL;
	return talloc_asprintf(ctx, "text: \"%s\"", text);
}

/* On x86 and arm64, the upper bits of all kernel addresses are set. */
static uint64_t missing_bits(uint64_t value, const struct machine *m)
{
	if (m->narrow || (m->family != MACHINE_X86 && m->family != MACHINE_ARM64))
		return 0;
	return ~value & 0xffff800000000000u;
}

bool value_is_one_bit_off(uint64_t value, const char *arch)
{
	uint64_t bits = missing_bits(value, machine_find(arch));

	return bits && !(bits & (bits - 1));
}

static char *one_bit_off(TALLOC_CTX *ctx, uint64_t value, const char *arch)
{
	uint64_t bit = missing_bits(value, machine_find(arch));

	if (!value_is_one_bit_off(value, arch))
		return NULL;
	return talloc_asprintf(ctx, "one bit (%d) off the kernel address 0x%" PRIx64,
		__builtin_ctzll(bit), value | bit);
}

static const struct {
	const char *id, *words;
} rows[] = {
	{"slab-poison", "the poison of freed slab memory"},
	{"slab-uninitialised", "the fill of slab memory that was never initialised"},
	{"slab-redzone", "the red zone of a slab object"},
	{"page-poison", "the poison of a freed page"},
	{"init-poison", "the poison of freed init memory, or a red zone"},
	{"dma-pool-poison", "the poison of a freed DMA pool block"},
	{"null-offset", "an offset from NULL"},
	{"timer-poison", "TIMER_ENTRY_STATIC: the entry of a timer that was never queued"},
};

/* include/linux/poison.h: LIST_POISON1 and 2 with the usual offset. */
static const char *list_poison(uint64_t value)
{
	if (value == 0xdead000000000100u)
		return "LIST_POISON1, the next pointer of an entry that was removed from its list";
	if (value == 0xdead000000000122u || value == 0xdead000000000200u)
		return "LIST_POISON2, the previous pointer of an entry that was removed from its "
		       "list";
	return NULL;
}

static const char *words_of(uint64_t value, const char *arch)
{
	const struct address_class *k = address_classify(value, arch);

	for (size_t i = 0; k && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].id, k->id) == 0)
			return rows[i].words;
	return NULL;
}

static char *error_text(TALLOC_CTX *ctx, uint64_t value, const struct machine *m)
{
	uint64_t number = m->narrow ? (uint32_t)-value : -value;
	const char *name;

	if (!number || number > MAX_ERRNO)
		return NULL;
	name = error_name(number, m);
	return name ? talloc_asprintf(ctx, "the error pointer -%s", name)
		    : talloc_asprintf(ctx, "the error pointer -%" PRIu64, number);
}

char *value_special(TALLOC_CTX *ctx, uint64_t value, const char *arch)
{
	const struct machine *m = machine_find(arch);
	char *text = error_text(ctx, value, m);

	if (!text)
		text = ascii(ctx, value, m);
	return text ? text : one_bit_off(ctx, value, arch);
}

char *value_text(TALLOC_CTX *ctx, uint64_t value, const char *arch)
{
	const char *words = list_poison(value);
	const struct address_class *k;
	char *special;

	if (!value)
		return talloc_strdup(ctx, "NULL");
	if (!words)
		words = words_of(value, arch);
	if (words)
		return talloc_asprintf(ctx, "0x%" PRIx64 ", %s", value, words);
	special = value_special(ctx, value, arch);
	k = address_classify(value, arch);
	if (!special && k && strcmp(k->id, "user") == 0)
		special = talloc_asprintf(ctx, "0x%" PRIx64 ", a user-space address", value);
	return special ? special : talloc_asprintf(ctx, "0x%" PRIx64, value);
}
