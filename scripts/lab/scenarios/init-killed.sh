# SPDX-License-Identifier: GPL-3.0-or-later
# about: the first process ends
# kernel: cloud generic arm64
# expect: kind=init-killed module=vmlinux
exit 3
