# SPDX-License-Identifier: GPL-3.0-or-later
# about: a person asks for a crash
# kernel: cloud generic arm64
# sets: ci
# expect: kind=sysrq-crash function=sysrq_handle_crash module=vmlinux context=task
# expect-arm64: function=__handle_sysrq|sysrq_handle_crash
echo c >/proc/sysrq-trigger
