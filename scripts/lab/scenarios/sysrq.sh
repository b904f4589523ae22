# about: a person asks for a crash
# kernel: cloud generic
# sets: ci
# expect: kind=sysrq-crash function=sysrq_handle_crash module=vmlinux context=task
echo c >/proc/sysrq-trigger
