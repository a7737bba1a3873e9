"""What tests of the inbox share: a crawled example store, the server under way, a browser of few words."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

from webtest import Replica, config, run

TOP = pathlib.Path(__file__).resolve().parents[2]
EARSHOT = os.path.abspath(os.environ.get("EARSHOT_BIN", "./earshot"))
ENV = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
PASSWORD = "correct horse 1"


def run_earshot(*words, stdin=None):
    return run(EARSHOT, *words, env=ENV, stdin=stdin)


@contextlib.contextmanager
def place(folder):
    """The example web, crawled into FOLDER/store; the web stays up. Gives the path of the settings."""
    with Replica([TOP / "data" / "demo" / "web"], folder / "web-state") as web:
        conf = folder / "earshot.conf"
        conf.write_text(config(web, (folder / "store").resolve(), (TOP / "data" / "demo" / "brands.conf").read_text(encoding="utf-8"), delay="0s"), encoding="utf-8")
        r = run_earshot("crawl", "-c", conf)
        if r.returncode not in (0, 1):
            raise RuntimeError(f"the crawl ended with {r.returncode}: {r.stderr}")
        yield conf


class Served:
    """with Served(conf, "--open") as s: s.url, s.port, s.host, s.link"""

    def __init__(self, conf, *args):
        self.conf = conf
        self.err = tempfile.TemporaryFile()
        env = {k: v for k, v in os.environ.items() if not k.startswith("EARSHOT_") or k in ("EARSHOT_DATADIR", "EARSHOT_LOCALEDIR")}
        self.process = subprocess.Popen([EARSHOT, "serve", "-v", "--listen", "127.0.0.1:0", "-c", str(conf), *map(str, args)], stdout=subprocess.PIPE, stderr=self.err,
                                        env={**env, **ENV}, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the server did not start: " + self.log())
        self.link = self.process.stdout.readline().strip() if "--open" in args else None
        self.port = self._port()
        self.host = f"127.0.0.1:{self.port}"

    def _port(self):
        """Out of the kernel's list of listening sockets: with --public-url the address does not say."""
        if urllib.parse.urlparse(self.url).port:
            return urllib.parse.urlparse(self.url).port
        inodes = {os.readlink(f) for f in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir() if os.path.islink(f)}
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                return int(fields[1].split(":")[1], 16)
        raise RuntimeError("the server does not listen")

    def log(self):
        self.err.seek(0)
        return self.err.read().decode("utf-8", "replace")

    def __enter__(self):
        return self

    def __exit__(self, *args):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()
        self.err.close()


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode("utf-8", "replace")


class Browser:
    """Keeps cookies, follows nothing, sends the forms of a page as a browser does."""

    def __init__(self, served, host=None, origin=None):
        self.s, self.cookies = served, {}
        self.host, self.origin = host or served.host, origin or served.url

    def request(self, method, path, body=None, headers=None):
        all_headers = {"Host": self.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        all_headers.update(headers or {})
        c = http.client.HTTPConnection("127.0.0.1", self.s.port, timeout=60)
        try:
            c.request(method, path, body, {k: v for k, v in all_headers.items() if v is not None})
            a = Answer(c.getresponse())
        finally:
            c.close()
        for line in a.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return a

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def token(self):
        """The CSRF token of whoever we are: every page holds it in its language form."""
        page = self.get("/keys")
        if page.status != 200:
            page = self.get("/login")
        return re.search(r'name="csrf" value="([^"]+)"', page.text)[1]

    def post(self, path, headers=None, **fields):
        fields.setdefault("csrf", self.token())
        base = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urllib.parse.urlencode(fields), {**base, **(headers or {})})

    def login(self, name, password, **fields):
        return self.post("/login", name=name, password=password, **fields)

    def first_item(self):
        return re.search(r'data-seq="(\d+)"', self.get("/").text)[1]

    def shown(self, seq):
        return json.loads(self.get(f"/api/mention/%23{seq}").text)

    def finding(self, seq):
        return self.shown(seq)["finding"]

    def journal(self, seq):
        return self.shown(seq)["journal"]

    def counts(self):
        return json.loads(self.get("/api/counts").text)
