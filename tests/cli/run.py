"""Commands as a user types them: exit code, what stderr says, what stdout says.

usage: run.py [WORD...]      only cases whose name holds one of the words; EARSHOT_BIN names the program (default: ./earshot)
Each case runs in a new folder with its own HOME; the clock is fixed. Exit code 1 when a case failed.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
EARSHOT = os.path.abspath(os.environ.get("EARSHOT_BIN", "./earshot"))
NOW = "2026-11-20T09:00:00Z"
CASES = []


class Case:
    """name, command words; code; err and out: regular expressions that must be found (None: stream must be empty; "" anything)."""

    def __init__(self, name, *words, code=0, err=None, out="", files=None, stdin=b"", env=None, check=None, lines=None, before=None):
        self.name, self.words, self.code, self.err, self.out = name, words, code, err, out
        self.files, self.stdin, self.env, self.check, self.lines, self.before = files or {}, stdin, env or {}, check, lines, before
        CASES.append(self)

    def environment(self, folder):
        env = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "EARSHOT_DATADIR", "EARSHOT_LOCALEDIR")}
        env.setdefault("EARSHOT_DATADIR", str(TOP / "data"))
        env.update({"HOME": str(folder), "EARSHOT_NOW": NOW, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        env.update(self.env)
        return env

    def run(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for path, content in self.files.items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content if isinstance(content, bytes) else content.encode())
            if self.before:
                self.before(self, folder)
            p = subprocess.run([EARSHOT, *self.words], cwd=folder, env=self.environment(folder), input=self.stdin, capture_output=True, timeout=120)
            try:
                return list(self.mistakes(p, folder))
            finally:
                for path in folder.rglob("*"):
                    if path.is_dir():
                        path.chmod(0o700)

    def mistakes(self, p, folder):
        out, err = p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")
        if p.returncode != self.code:
            yield f"exit code {p.returncode}, expected {self.code}; stderr: {err.strip()[:400]}"
        for stream, want, text in (("stderr", self.err, err), ("stdout", self.out, out)):
            if want is None and text:
                yield f"{stream} should be empty: {text[:400]!r}"
            elif want and not re.search(want, text, re.M | re.S):
                yield f"{stream} lacks /{want}/: {text[:600]!r}"
        if self.code not in (0, 1) and self.lines is None and err.count("\n") != 1:
            yield f"stderr should be one line: {err!r}"
        if self.lines is not None and err.count("\n") != self.lines:
            yield f"stderr has {err.count(chr(10))} lines, expected {self.lines}: {err!r}"
        if self.check:
            try:
                self.check(out, err, folder)
            except Exception as e:  # a case's own check may fail in any way
                yield f"{type(e).__name__}: {e}"


def sound_json(schema, count=None):
    def check(out, err, folder):
        objects = [json.loads(line) for line in out.splitlines()]
        assert count is None or len(objects) == count, f"{len(objects)} lines, expected {count}"
        assert all(o["schema"] == schema for o in objects), [o.get("schema") for o in objects]
    return check


def main():
    import cases  # noqa: F401  fills CASES
    failed = 0
    chosen = [c for c in CASES if not sys.argv[1:] or any(w in c.name for w in sys.argv[1:])]
    for case in chosen:
        wrong = case.run()
        failed += bool(wrong)
        print(("FAIL " if wrong else "ok   ") + case.name + "".join(f"\n     {w}" for w in wrong), flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.modules["run"] = sys.modules["__main__"]
    sys.exit(main())
