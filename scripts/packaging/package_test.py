# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs, runs, upgrades and removes packages in clean systems, which run with chroot."""
import json
import os
import pathlib
import re
import shlex
import shutil

import api
import package_build
from package_build import ROOT, Failed

CACHE = pathlib.Path(os.environ.get('VMTRIAGE_PACKAGES', pathlib.Path.home() / '.cache/vmtriage-packages'))
DUMP = ROOT / 'testdata/real/e1000-receive.vmcore'
# What an installation changes in a system besides its own files.
ELSEWHERE = ('dev', 'packages', 'proc', 'tmp', 'var/cache', 'var/lib/apt', 'var/lib/dpkg', 'var/lib/rpm', 'var/log')
COMPLETIONS = ['bash-completion/completions/vmtriage', 'fish/vendor_completions.d/vmtriage.fish']
PAGES = ['vmtriage', 'vmtriage-report', 'vmtriage-json', 'libvmtriage', 'vmt_triage']


def release():
    """This machine's release of Debian, for which the packages were made, and a mirror that has it."""
    have = re.search(r'^VERSION_CODENAME=(\w+)$', pathlib.Path('/etc/os-release').read_text(), re.M)
    name = have.group(1) if have else 'stable'
    targets = package_build.run(['apt-get', 'indextargets', '--format', '$(CODENAME) $(COMPONENT) $(REPO_URI)',
                                 'Created-By: Packages'])
    mirror = re.search(rf'^{name} main (\S+)$', targets, re.M)
    return name, mirror.group(1) if mirror else 'http://deb.debian.org/debian'


def pristine():
    """A minimal system, made once. It is only copied."""
    name, mirror = release()
    base = CACHE / f'{name}-{os.uname().machine}'
    if not base.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        making = CACHE / f'{base.name}.new'
        if making.exists():
            shutil.rmtree(making)
        package_build.run(['debootstrap', '--variant=minbase', name, making, mirror])
        # Nothing here must survive a power cut.
        (making / 'etc/dpkg/dpkg.cfg.d/unsafe-io').write_text('force-unsafe-io\n')
        making.rename(base)
    return base


class System:
    """A copy of the minimal system, with the packages' files in /packages."""

    def __init__(self, folder, files):
        package_build.run(['cp', '-a', '--reflink=auto', pristine(), folder])
        self.root = folder
        (CACHE / 'archives/partial').mkdir(parents=True, exist_ok=True)
        (folder / 'packages').mkdir()
        for file in [*files, DUMP]:
            shutil.copy(file, folder / 'packages')
        self.run('apt-get', '-qq', 'update')

    def run(self, *command, cwd='/packages'):
        """Runs a command in the system, in namespaces of its own."""
        archives = CACHE / 'archives'
        script = (f'mount -t proc proc {self.root}/proc &&'
                  f' mount --bind {archives} {self.root}/var/cache/apt/archives &&'
                  f' exec chroot {self.root} sh -c {shlex.quote(f"cd {cwd} && {shlex.join(map(str, command))}")}')
        env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': '/root', 'LC_ALL': 'C.UTF-8', 'TERM': 'dumb',
               'DEBIAN_FRONTEND': 'noninteractive', 'VMTRIAGE_PAGER': 'cat', 'PAGER': 'cat'}
        env |= {k: v for k, v in os.environ.items() if k.lower().endswith('_proxy')}
        return package_build.run(['unshare', '--mount', '--pid', '--fork', 'sh', '-c', script], env=env)

    def install(self, *packages):
        self.run('apt-get', '-qq', '-y', 'install', *packages)

    def install_only(self, *packages):
        """Without what they recommend."""
        self.run('apt-get', '-qq', '-y', '--no-install-recommends', 'install', *packages)

    def files(self):
        """Path -> mode of all that is there."""
        found = {}
        for folder, folders, names in os.walk(self.root):
            below = pathlib.Path(folder).relative_to(self.root)
            folders[:] = [f for f in folders if str(below / f) not in ELSEWHERE]
            for name in [*folders, *names]:
                found[str(below / name)] = os.lstat(pathlib.Path(folder, name)).st_mode
        return found


def tried(what, call, *args):
    """(what, the problem that call returned or met)."""
    try:
        return what, call(*args) or ''
    except (Failed, OSError) as e:
        return what, str(e)


def left(system, before, ignored=lambda path: False):
    """What differs from the system as it was."""
    now = system.files()
    wrong = {f for f in now.keys() | before.keys() if now.get(f) != before.get(f) and not ignored(f)}
    return f'changed: {" ".join(sorted(wrong)[:20])}' if wrong else ''


def works(system, version, *env):
    """The program runs, and finds its library and its table."""
    said = system.run('env', *env, 'vmtriage', '--version').split()
    if said[1:2] != [version]:
        return f'--version says {said}, not {version}'
    report = json.loads(system.run('env', *env, 'vmtriage', 'report', '--format', 'json', DUMP.name))
    if report['tool']['version'] != version or 'network drivers' not in json.dumps(report['verdict']):
        return f'the report is wrong: {report["verdict"]}'
    history = system.root / 'var/lib/vmtriage'
    return '' if (history / 'history.db').exists() and history.stat().st_mode & 0o77 == 0 else 'no history was kept'


# ---- Debian ---------------------------------------------------------------------------------

def older(debs_made, folder, version):
    """The same packages with an older version, and with a file that the new ones lack."""
    folder.mkdir()
    for deb in debs_made:
        tree = folder / deb.stem
        package_build.run(['dpkg-deb', '-R', deb, tree])
        control = tree / 'DEBIAN/control'
        text = control.read_text()
        now = re.search(r'^Version: (.*)$', text, re.M).group(1)
        control.write_text(text.replace(now, version))
        (tree / 'usr/share/vmtriage-old').mkdir(parents=True, exist_ok=True)
        (tree / f'usr/share/vmtriage-old/{deb.name.partition("_")[0]}').write_text('old\n')
        package_build.run(['dpkg-deb', '--root-owner-group', '-b', tree, folder / f'old-{deb.name}'])
        shutil.rmtree(tree)
    return sorted(folder.iterdir())


def upgraded(system, names, old_version, new):
    have = system.run('dpkg-query', '-W', '-f', '${Version}\n', *names).split()
    if set(have) != {old_version}:
        return f'the old versions are {have}'
    history = system.root / 'var/lib/vmtriage/history.db'
    before = history.read_bytes()
    system.install(*new)
    if (system.root / 'usr/share/vmtriage-old').exists():
        return 'files of the old version are left'
    return '' if history.read_bytes() == before else 'the history is not as it was'


def completes(system, zsh):
    missing = [f for f in [*COMPLETIONS, zsh] if not (system.root / 'usr/share' / f).stat().st_size]
    return f'empty: {missing}' if missing else ''


def not_listening(system):
    """A socket that is open to the network is opened by who wants it."""
    found = [str(p) for p in (system.root / 'etc/systemd').rglob('*listen*')]
    return f'enabled: {found}' if found else ''


def removed(system, *names):
    system.run('apt-get', '-qq', '-y', 'remove', *names)
    if not (system.root / 'var/lib/vmtriage/history.db').exists():
        return 'the history is gone, though the packages were not purged'
    return 'the program is left' if (system.root / 'usr/bin/vmtriage').exists() else ''


def listened(system):
    """What systemd and the listener leave behind."""
    state = system.root / 'var/lib/private/vmtriage-listen/netconsole'
    state.mkdir(parents=True, exist_ok=True)
    (state / 'netconsole.log').write_text('a line\n')
    (system.root / 'var/lib/vmtriage-listen').symlink_to('private/vmtriage-listen')


def purged(system, before):
    listened(system)
    known = system.run('dpkg-query', '-W', '-f', '${Package}\n').split()
    system.run('apt-get', '-qq', '-y', '--autoremove', 'purge', *[n for n in known if 'vmtriage' in n])
    return left(system, before)


def compiles(system):
    """The example of README.md, with the library as it is installed, shared and static."""
    source, _, want = api.example(ROOT)
    (system.root / 'packages/why.c').write_text(source)
    for link in ('pkg-config --cflags --libs libvmtriage',
                 'echo -l:libvmtriage.a; pkg-config --libs $(pkg-config --print-requires-private libvmtriage)'):
        system.run('sh', '-c', f'gcc -Wall -Werror -o why why.c $({link})')
        got = system.run('./why', DUMP.name)
        if got != want:
            return f'{link}: got\n{got}instead of\n{want}'
    return ''


def pages(system):
    for page in PAGES:
        text = system.run('man', page)
        if 'vmtriage' not in text:
            return f'man {page} shows {text[:200]!r}'
    return ''


def hardened(system):
    files = [system.root / 'usr/bin/vmtriage', *system.root.glob('usr/lib*/**/libvmtriage.so.0')]
    package_build.run([ROOT / 'scripts/hardened', *files])
    return '' if len(files) == 2 else f'there are {len(files)} files to check'


def debs(source, files, work):
    """Yields (what, problem) for the Debian packages."""
    new = [f for f in files if f.suffix == '.deb' and '-dbgsym_' not in f.name]
    program = [f for f in new if '-dev_' not in f.name]
    names = [f.name.partition('_')[0] for f in program]
    old_version = '0.0.1-1'
    old = older(program, work / 'old-debs', old_version)
    system = System(work / 'debian', [*new, *old])
    (system.root / 'var/lib/private').mkdir(exist_ok=True)  # systemd's
    before = system.files()
    yield tried('deb: an older version is installed', system.install, *[f'./{f.name}' for f in old])
    yield tried('deb: it runs', works, system, source.version)
    yield tried('deb: it is upgraded', upgraded, system, names, old_version, [f'./{f.name}' for f in program])
    yield tried('deb: the new version runs', works, system, source.version)
    yield tried('deb: it is hardened', hardened, system)
    yield tried('deb: its completions are where the shells look', completes, system,
                'zsh/vendor-completions/_vmtriage')
    yield tried('deb: the listener is not enabled', not_listening, system)
    yield tried('deb: the program is removed, its history stays', removed, system, *names)
    yield tried('deb: a purge leaves nothing', purged, system, before)
    yield tried('deb: the new version is installed, with the library for programs', system.install_only, 'gcc',
                'libc6-dev', 'man-db', 'pkg-config', *[f'./{f.name}' for f in new])
    yield tried('deb: the example of README.md compiles and runs', compiles, system)
    yield tried('deb: man shows the pages', pages, system)


# ---- RPM ------------------------------------------------------------------------------------

LIBRARIES = 'LD_LIBRARY_PATH=/usr/lib64'  # Debian's loader does not look there


def rpm(system, *command):
    return package_build.run(['rpm', '--root', system.root, '--dbpath', '/var/lib/rpm', *command])


def rpm_changes(system, how, files):
    """What dpkg installed is no package for rpm, so it cannot look up dependencies. (Without
    --force-debian, Debian's rpm warns of its use.)"""
    said = rpm(system, how, '--force-debian', '--nodeps', *files)
    return said.strip()


def rpm_upgraded(system, files, source):
    said = rpm_changes(system, '-U', files)
    have = set(rpm(system, '-qa', '--qf', '%{VERSION}-%{RELEASE}\n').split())
    return said if said else '' if have == {f'{source.version}-{source.release}'} else f'the versions are {have}'


def rpm_erased(system, before):
    names = rpm(system, '-qa', '--qf', '%{NAME}\n').split()
    (system.root / 'var/lib/vmtriage/history.db').unlink(missing_ok=True)
    said = rpm(system, '-e', '--force-debian', *names).strip()
    # A folder that others use too belongs to packages that rpm does not have here.
    return said or left(system, before, lambda f: 'vmtriage' not in f and (system.root / f).is_dir())


def libraries_of(files):
    """The libraries that the Debian packages depend on."""
    lists = [package_build.run(['dpkg-deb', '-f', f, 'Depends']) for f in files if f.suffix == '.deb']
    names = re.findall(r'(?:^|,)\s*([a-z0-9.+-]+)', ','.join(lists))
    return sorted({n for n in names if 'vmtriage' not in n and not n.endswith('-dev')})


def rpms(source, files, old, work):
    """Yields (what, problem) for the RPM packages."""
    new = [f for f in files if f.suffix == '.rpm' and not f.name.endswith('.src.rpm')]
    system = System(work / 'rpm-system', [])
    debs_of_program = [f for f in files if not re.search(r'-(dev|dbgsym)_', f.name)]
    system.install_only('libsqlite3-0', *libraries_of(debs_of_program))
    rpm(system, '--initdb')
    system.run('ldconfig')
    before = system.files()
    yield tried('rpm: an older version is installed', rpm_changes, system, '-i', old)
    yield tried('rpm: it runs', works, system, source.version, LIBRARIES)
    yield tried('rpm: it is upgraded', rpm_upgraded, system, new, source)
    yield tried('rpm: the new version runs', works, system, source.version, LIBRARIES)
    yield tried('rpm: it is hardened', hardened, system)
    yield tried('rpm: its completions are where the shells look', completes, system,
                'zsh/site-functions/_vmtriage')
    yield tried('rpm: the files are as the packages say', lambda: rpm(system, '-Va', '--nodeps').strip())
    yield tried('rpm: they are erased and leave nothing', rpm_erased, system, before)
