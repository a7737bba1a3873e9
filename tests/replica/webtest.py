"""What tests and the demo share: a replica web under way, a config for it, and a way to run earshot."""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
os.environ.setdefault("EARSHOT_DATADIR", str(HERE.parents[1] / "data"))  # a build folder far from the source tree does not find it


class Replica:
    """with Replica([folder, ...], state) as web: web.https, web.http, web.ca, web.connect_to"""

    def __init__(self, webs, state, base=None, log=None):
        args = [sys.executable, str(HERE / "replica.py"), "--state", str(state)]
        for w in webs:
            args += ["--web", str(w)]
        if base:
            args += ["--base", base]
        if log:
            args += ["--log", str(log)]
        self.process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the replica web did not start")
        ready = json.loads(line)
        self.http, self.https, self.ca, self.base = ready["http"], ready["https"], ready["ca"], ready["base"]
        self.connect_to = [f":443:127.0.0.1:{self.https}", f":80:127.0.0.1:{self.http}"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


def config(web, store, body, **options):
    """The text of a config whose whole web is the replica."""
    lines = [f'store = "{store}"', 'contact = "test@earshot.example"', f'ca_file = "{web.ca}"',
             "connect_to = {" + ", ".join(f'"{c}"' for c in web.connect_to) + "}"]
    lines += [f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in options.items()]
    return "\n".join(lines) + "\n" + body


def run(program, *args, env=None, timeout=120, stdin=None):
    """-> CompletedProcess with text output; never raises for an exit code."""
    full = {k: v for k, v in os.environ.items() if not k.startswith("EARSHOT_") or k in ("EARSHOT_DATADIR", "EARSHOT_LOCALEDIR")}
    full.update(env or {})
    return subprocess.run([str(program), *map(str, args)], capture_output=True, text=True, env=full, timeout=timeout, input=stdin)
