// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * struct new_utsname in init_uts_ns: six strings of 65 bytes. Mirrors include/uapi/linux/utsname.h.
 */
#include "image/identity.h"

#include <string.h>

#include "base/boot_id.h"

#define UTS_LEN 65

enum { UTS_SYSNAME, UTS_NODENAME, UTS_RELEASE, UTS_VERSION, UTS_MACHINE, UTS_DOMAIN, UTS_COUNT };

/*
 * The offset of the names in uts_namespace. Kernels before about 5.11 do not record it. There a
 * reference count of 4 bytes comes first, and the first name is always "Linux".
 */
static uint64_t name_offset(const struct vmcoreinfo *info)
{
	uint64_t off;

	return vmcoreinfo_number(info, "OFFSET(uts_namespace.name)", &off) && off < 4096 ? off : 4;
}

static const char *uts_string(TALLOC_CTX *ctx, const char *raw, unsigned which)
{
	const char *s = raw + which * UTS_LEN;
	size_t len = strnlen(s, UTS_LEN);

	return len ? talloc_strndup(ctx, s, len) : NULL;
}

int identity_read(TALLOC_CTX *ctx, struct mem_space *space, const struct vmcoreinfo *info,
	struct identity *ret, struct vmt_err *err)
{
	char raw[UTS_COUNT * UTS_LEN];
	const char *release = vmcoreinfo_get(info, "OSRELEASE");
	uint64_t addr;
	int rc;

	if (!vmcoreinfo_hex(info, "SYMBOL(init_uts_ns)", &addr))
		return err_set(err, VMT_ERR_CORRUPT, "VMCOREINFO lacks SYMBOL(init_uts_ns)");
	rc = mem_read(space, addr + name_offset(info), raw, sizeof(raw), err);
	if (rc)
		return err_prepend(err, rc, "init_uts_ns");
	ret->nodename = uts_string(ctx, raw, UTS_NODENAME);
	if (ret->nodename && strcmp(ret->nodename, "(none)") == 0) /* never set */
		ret->nodename = NULL;
	ret->release = uts_string(ctx, raw, UTS_RELEASE);
	ret->version = uts_string(ctx, raw, UTS_VERSION);
	ret->machine = uts_string(ctx, raw, UTS_MACHINE);
	/* The same release in both places proves that addresses are translated correctly. */
	if (release && (!ret->release || strcmp(release, ret->release) != 0)) {
		*ret = (struct identity){0};
		return err_set_at(err, VMT_ERR_CORRUPT, addr,
			"the release in memory is not %s: address translation is wrong", release);
	}
	return 0;
}

/* sysctl_bootid in drivers/char/random.c: a random UUID, made when it is first read. */
const char *identity_boot_id(TALLOC_CTX *ctx, const struct kernel_image *k)
{
	uint8_t id[BOOT_ID_LEN];
	uint64_t addr;

	if (kernel_symbol(k, "sysctl_bootid", &addr, NULL) ||
		mem_read(k->space, addr, id, sizeof(id), NULL))
		return NULL;
	/* Version 4, as RFC 4122 marks it: anything else is other memory. */
	return id[6] >> 4 == 4 && id[8] >> 6 == 2 ? boot_id_text(ctx, id) : NULL;
}
