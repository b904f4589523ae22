// SPDX-License-Identifier: GPL-3.0-or-later
/* Every parser on the same text. */
#include <stdint.h>
#include <string.h>

#include "readiness/crashkernel.h"
#include "readiness/machine_facts.h"
#include "readiness/kernel_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *text = talloc_strndup(ctx, (const char *)data, size), *key, *value;
	struct sysctl_files *files = talloc_zero(ctx, struct sysctl_files);
	struct settings *shell = settings_shell(ctx, text), *conf = settings_kdump_conf(ctx, text);
	struct crashkernel c = crashkernel_read(text, UINT64_C(4) << 30);

	if (!shell || !conf || !sysctl_files_parse(files, "f", text))
		__builtin_trap();
	if (c.problem && c.size && !c.high)
		__builtin_trap();
	for (size_t i = 0; i < shell->n; i++)
		if (!shell->items[i].expands && !settings_get(shell, shell->items[i].key))
			settings_get(shell, shell->items[i].value);
	settings_target(conf, &key, &value);
	for (size_t i = 0; i < files->n; i++)
		if (!sysctl_files_find(files, files->items[i].key))
			__builtin_trap();
	kernel_words_value(ctx, text, "console");
	facts_parse(text);
	talloc_free(ctx);
	return 0;
}
