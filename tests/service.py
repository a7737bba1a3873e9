"""The unit file that is built: its program is where make install puts it, its options exist. Run: tests/service.py; 77 = nothing to check it with."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# of systemd.service(5), systemd.exec(5), systemd.kill(5), systemd.resource-control(5): what the unit uses, with systemd 252
KNOWN = set("""Description Documentation Wants After Type ExecStart ExecReload User Environment StateDirectory StateDirectoryMode UMask Restart RestartSec
RestartPreventExitStatus TimeoutStopSec Nice MemoryMax NoNewPrivileges CapabilityBoundingSet AmbientCapabilities ProtectSystem ProtectHome PrivateTmp PrivateDevices
ProtectClock ProtectControlGroups ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProcSubset RemoveIPC RestrictAddressFamilies
RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality SystemCallArchitectures SystemCallFilter SystemCallErrorNumber WantedBy""".split())


def main():
    unit = pathlib.Path("contrib/earshot.service")
    text = unit.read_text(encoding="utf-8")
    names = {m[1] for m in re.finditer(r"^(\w+)=", text, re.M)}
    wrong = sorted(names - KNOWN)
    program = re.search(r"^ExecStart=(\S+) crawl --watch --config (\S+)$", text, re.M)
    if "@" in re.sub(r"@(system-service|privileged|resources)", "", text) or not program or not program[1].startswith("/") or wrong:
        print(f"contrib/earshot.service: a name that was not filled in, no program, or unknown options {wrong}")
        return 1
    if shutil.which("systemd-analyze"):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "earshot.service"
            copy.write_text(text.replace(program[1], "/bin/true"), encoding="utf-8")
            r = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True)
            if r.returncode != 0 and "earshot.service" in r.stderr:
                print(r.stderr)
                return 1
    print("the service's unit file is sound")
    return 0


if __name__ == "__main__":
    sys.exit(main())
