"""A Debian of the test's own, booted by systemd-nspawn from a root that mmdebstrap made once: without network, and with all
that is written forgotten at the end. Needs root."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build/boot"


def missing_tools():
    """Why no machine can be booted here; None: one can."""
    if os.geteuid() != 0:
        return "booting a machine needs root"
    tools = [tool for tool in ("mmdebstrap", "systemd-nspawn", "nsenter", "dpkg-deb") if not shutil.which(tool)]
    return f"{', '.join(tools)}: not installed (./dev check installs them)" if tools else None


def suite():
    return re.search(r"^VERSION_CODENAME=(\w+)", pathlib.Path("/etc/os-release").read_text(), re.M)[1]


def root_with(packages):
    """A root of this machine's own distribution with these packages; kept for the next time."""
    wanted = sorted({"systemd", "systemd-sysv", "dbus", "curl", *packages})
    root, stamp = CACHE / suite(), CACHE / f"{suite()}.packages"
    if root.is_dir() and stamp.exists() and stamp.read_text().split() == wanted:
        return root
    if root.exists():
        shutil.rmtree(root)
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", f"--include={','.join(wanted)}", suite(), root], check=True)
    stamp.write_text("\n".join(wanted))
    return root


class Machine:
    def __init__(self, root, files):
        """Boots; `files` are bound into its root folder, read-only."""
        binds = [f"--bind-ro={file}:/{file.name}" for file in files]
        self.log = open(CACHE / "console.log", "wb")
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", root, "--volatile=overlay", "--register=no", "--keep-unit", "--private-network",
             "--kill-signal=SIGRTMIN+3", "--console=pipe", *binds, "-b"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})
        self.leader = None
        deadline = time.monotonic() + 60
        while self._state() not in ("running", "degraded"):
            if self.nspawn.poll() is not None or time.monotonic() > deadline:
                self.nspawn.kill()
                self.stop()
                raise AssertionError(f"the machine did not boot: {CACHE}/console.log")
            time.sleep(0.1)

    def _state(self):
        # Its first children set the machine up and go: the one that stays is the machine's init.
        children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        self.leader = children[0] if children else None
        return self.leader and self.run("systemctl is-system-running", check=False).strip()

    def run(self, script, check=True, seconds=60):
        """Runs a shell's script inside, as root; returns what it said, stderr included."""
        outcome = subprocess.run(["nsenter", "-t", self.leader, "-m", "-u", "-i", "-n", "-p", "-C", "sh", "-c", script],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds,
                                 env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root",
                                      "DEBIAN_FRONTEND": "noninteractive"})
        if check and outcome.returncode != 0:
            raise AssertionError(f"{script}\nended with {outcome.returncode}:\n{outcome.stdout}")
        return outcome.stdout

    def wait_for(self, script, wanted, seconds=30):
        """Until what `script` says matches the regular expression."""
        deadline = time.monotonic() + seconds
        while not re.search(wanted, said := self.run(script, check=False)):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {wanted!r}; {script} says:\n{said}\n"
                                     + self.run("journalctl -u foghorn -n 30 --no-pager", check=False))
            time.sleep(0.2)
        return said

    def stop(self):
        if self.nspawn.poll() is None and self.leader:
            os.kill(int(self.leader), signal.SIGRTMIN + 3)
            try:
                self.nspawn.wait(20)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
        self.nspawn.wait(20)
        self.log.close()
