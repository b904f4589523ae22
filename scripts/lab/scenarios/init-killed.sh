# about: the first process ends
# kernel: cloud generic arm64
# expect: kind=init-killed module=vmlinux
exit 3
