#!/usr/bin/env python3
"""The inbox, and the files that brief and report write, in a real browser: Debian's chromium, driven by playwright-core; accessibility by axe-core. Everything on loopback.

usage: run.py BUILD_DIR [session|hostile|files]      EARSHOT_BIN names the program (default: ./earshot)
Node packages go to BUILD_DIR/browser, screenshots to BUILD_DIR/browser/shots. Ends with "N passed, N failed"; skips, and says so, without chromium, node or npm.
EARSHOT_RELIABILITY: a folder with xss_payloads.txt, one a line; without it the few of hostile.py are used.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "replica"), str(HERE)]
from hostile import hostile_store, payloads  # noqa: E402
from serving import PASSWORD, Served, place, run_earshot  # noqa: E402

PACKAGES = ["playwright-core@1.65.1", "axe-core@4.14.1"]
CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]


def skip(why):
    print(f"skipped: {why}")
    print("0 passed, 0 failed")
    return 0


def install(folder):
    """false: the packages cannot be had here."""
    if all((folder / "node_modules" / p.split("@")[0]).is_dir() for p in PACKAGES):
        return True
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private":true}\n')
    r = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-save", *PACKAGES], cwd=folder, capture_output=True, text=True)
    return r.returncode == 0


def drive(script, folder, **task):
    """Runs a script of this folder; prints its lines; (passed, failed)."""
    task = {**task, "chromium": next(c for c in CHROMIUM if os.path.exists(c)), "shots": str(folder / "shots"), "password": PASSWORD}
    copy = folder / script  # beside node_modules, where its imports are found
    for f in HERE.glob("*.mjs"):
        shutil.copy(f, folder)
    r = subprocess.run(["node", str(copy), json.dumps(task)], capture_output=True, text=True, timeout=1500)
    print(r.stdout, end="", flush=True)
    passed, failed = len(re.findall(r"^ok ", r.stdout, re.M)), len(re.findall(r"^FAIL ", r.stdout, re.M))
    if r.returncode != 0 or "end of " + script not in r.stdout:
        print(f"FAIL {script}: it did not come to its end: {r.stderr[-2000:]}")
        failed += 1
    return passed, failed


def files(folder, conf, hostile):
    """Writes what brief and report give; the address of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang in ("en", "ru"):
        for command in ("brief", "report"):
            run_earshot(command, "--format", "html", "--lang", lang, "--output", folder / f"{command}-{lang}.html", "-c", conf)
    run_earshot("brief", "--format", "html", "--max", "5000", "--since", "2026-01-01", "--output", folder / "hostile-brief.html", "-c", hostile)
    run_earshot("report", "--format", "html", "--output", folder / "hostile-report.html", "-c", hostile)
    return folder.as_uri()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve() / "browser"
    if not any(os.path.exists(c) for c in CHROMIUM):
        return skip("chromium is missing (Debian: chromium)")
    if not shutil.which("node") or not shutil.which("npm"):
        return skip("node or npm is missing (Debian: nodejs npm)")
    if not install(folder):
        return skip("npm could not install " + " ".join(PACKAGES))
    (folder / "shots").mkdir(exist_ok=True)
    total, parts = [0, 0], sys.argv[2:] or ["session", "hostile", "files"]
    with tempfile.TemporaryDirectory() as tmp, place(pathlib.Path(tmp)) as conf:
        run_earshot("user", "add", "anna", "--role", "admin", "-c", conf, stdin=PASSWORD + "\n")
        if "session" in parts:
            with Served(conf, "--open") as s:
                total = [a + b for a, b in zip(total, drive("session.mjs", folder, url=s.url, link=s.link))]
        lines = payloads()
        hostile = hostile_store(pathlib.Path(tmp), conf, lines)
        if "hostile" in parts:
            with Served(hostile) as s:
                total = [a + b for a, b in zip(total, drive("hostile.mjs", folder, url=s.url, n=len(lines)))]
        if "files" in parts:
            total = [a + b for a, b in zip(total, drive("files.mjs", folder, url=files(folder / "files", conf, hostile), n=len(lines)))]
    print(f"{total[0]} passed, {total[1]} failed")
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
