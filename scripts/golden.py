#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the golden cases of testdata/golden and compares stdout, stderr and exit status, byte for
byte. Each case runs in a fresh folder with copies of testdata/golden/inputs (all with the same time),
and in several locales and time zones: the output must be the same in all of them.

A case is a file NAME.golden:

    # what the case shows (any number of such lines)
    $ shell command, with vmtriage in its path; $REAL is the folder of real dumps
    --- stdout
    ...
    --- stderr
    ...
    --- status 0

usage: golden.py [--update] [--under COMMAND] VMTRIAGE [NAME...]

--update writes the current output. --under runs vmtriage under a command, which must add nothing to its
output: --under 'valgrind -q --error-exitcode=99' finds uses of what was never written. Each case then runs
in the first of the surroundings only.
"""
import concurrent.futures
import difflib
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

import arguments

CASES = pathlib.Path(__file__).resolve().parent.parent / 'testdata' / 'golden'
SECONDS = 600  # for a case, perhaps under valgrind
AGE = 1767323045  # 2026-01-02 03:04:05 UTC, the time of every input
SURROUNDINGS = [
    {'LC_ALL': 'C', 'TZ': 'UTC'},
    {'LC_ALL': 'C.UTF-8', 'TZ': 'XYZ-9', 'TERM': 'xterm-256color', 'COLUMNS': '40'},
    {'LANG': 'de_DE.UTF-8', 'LC_NUMERIC': 'de_DE.UTF-8', 'TZ': 'ABC+11', 'NO_COLOR': '1'},
]


class Case:
    def __init__(self, path):
        self.path = path
        lines = path.read_text(encoding='utf-8').splitlines(keepends=True)
        self.head = []
        while lines and not lines[0].startswith('--- '):
            self.head.append(lines.pop(0))
        self.command = ''.join(s[2:] for s in self.head if s.startswith('$ ')).strip()
        self.wanted = ''.join(lines)
        if not self.command:
            sys.exit(f'{path}: no line "$ COMMAND"')

    def run(self, exe_dir, surroundings):
        with tempfile.TemporaryDirectory(prefix='golden-') as tmp:
            shutil.copytree(CASES / 'inputs', tmp, dirs_exist_ok=True)
            for root, dirs, files in os.walk(tmp):
                for name in dirs + files:
                    os.utime(os.path.join(root, name), (AGE, AGE))
            env = {k: v for k, v in os.environ.items()
                   if not k.startswith('LC_') and k not in ('LANG', 'TZ', 'NO_COLOR', 'DEBUGINFOD_URLS')}
            # Debuginfo that this machine has must not change the output.
            env.update(surroundings, PATH=f'{exe_dir}:{env["PATH"]}', REAL=str(CASES.parent / 'real'),
                       VMTRIAGE_SYSROOT=f'{tmp}/no-system')
            env.setdefault('VMTRIAGE_HISTORY', '')
            env.setdefault('VMTRIAGE_CACHE', '')
            env.setdefault('VMTRIAGE_CACHE', '')
            done = subprocess.run(['sh', '-c', self.command], cwd=tmp, env=env, timeout=SECONDS,
                                  stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return (f'--- stdout\n{text(done.stdout)}--- stderr\n{text(done.stderr)}'
                f'--- status {done.returncode}\n')


def text(data):
    """Output as it is written in a case: always complete lines of UTF-8."""
    s = data.decode('utf-8', 'backslashreplace')
    return s + '\\ no newline at the end\n' if s and not s.endswith('\n') else s


def check(case, exe_dir, update, surroundings):
    """Whether the case is as it should be, and what to say of it."""
    seen = [case.run(exe_dir, s) for s in surroundings]
    for s, got in zip(surroundings, seen):
        wanted = seen[0] if update else case.wanted
        if got != wanted:
            return False, ''.join(difflib.unified_diff(
                wanted.splitlines(True), got.splitlines(True), str(case.path), f'with {s}'))
    if update and seen[0] != case.wanted:
        case.path.write_text(''.join(case.head) + seen[0], encoding='utf-8')
        return True, f'updated {case.path.name}\n'
    return True, ''


def wrapped(vmtriage, command, folder):
    """A folder whose vmtriage runs the real one under the command, which finds no room in a worker's bounds."""
    script = folder / 'vmtriage'
    script.write_text('#!/bin/sh\n[ "$1" != list ] || { shift; set -- list --no-contain "$@"; }\n'
                      f'exec {command} {shlex.quote(str(vmtriage))} "$@"\n', encoding='utf-8')
    script.chmod(0o755)
    return folder


def main():
    parser = arguments.Parser(__doc__)
    parser.add_argument('--update', action='store_true')
    parser.add_argument('vmtriage', type=arguments.program)
    parser.add_argument('names', nargs='*')
    parser.add_argument('--under')
    args = parser.parse_intermixed_args()
    if args.update and args.under:
        parser.error('--update and --under do not go together')
    paths = [CASES / f'{n}.golden' for n in args.names] or sorted(CASES.glob('*.golden'))
    if not args.names and b'__asan_init' in args.vmtriage.read_bytes():
        # The hook bounds memory, of which sanitizers reserve terabytes.
        paths = [p for p in paths if p.stem != 'kdump-hook']
    absent = [p.stem for p in paths if not p.exists()]
    if absent:
        parser.error(f'there is no case {", ".join(absent)}')
    with tempfile.TemporaryDirectory(prefix='golden-') as folder:
        exe_dir = args.vmtriage.resolve().parent
        if args.under:
            exe_dir = wrapped(args.vmtriage.resolve(), args.under, pathlib.Path(folder))
        surroundings = SURROUNDINGS[:1] if args.under else SURROUNDINGS
        failed = []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for path, (good, said) in zip(paths, pool.map(
                    lambda p: check(Case(p), exe_dir, args.update, surroundings), paths)):
                sys.stdout.write(said)
                if not good:
                    failed.append(path.stem)
    print(f'{len(paths) - len(failed)} passed, {len(failed)} failed'
          + (': ' + ' '.join(failed) if failed else ''))
    sys.exit(1 if failed or not paths else 0)


if __name__ == '__main__':
    main()
