# about: the first process ends
# kernel: cloud generic
# expect: kind=init-killed module=vmlinux
exit 3
