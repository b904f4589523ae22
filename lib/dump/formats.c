// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/core_elf.h"
#include "dump/format.h"
#include "dump/kdump.h"

const struct dump_format *const dump_formats[] = {&kdump_format, &core_elf_format, NULL};
