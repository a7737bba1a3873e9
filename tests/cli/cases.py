"""The table of cases. Brands and people are invented."""
import json
import os
import random
import subprocess

import run
from run import Case, sound_json

ROOT = os.geteuid() == 0
HEAD = 'contact = "ops@acme.example"\nstore = "store"\n'


def brand(body):
    return HEAD + 'brand "acme" {\n' + body + "\n}\n"


def source(body):
    return brand('source "s" {\n' + body + "\n}")


GOOD = source('url = "https://news.example.org/feed.xml"\nsite = "feed"')

# ---- the command line
Case("no command", code=64, out="usage: earshot COMMAND", lines=0)
Case("help", "--help", out="First steps")
Case("help word", "help", "config", "init", out="usage: earshot config init")
Case("version", "--version", out=r"^earshot \d+\.\d+")
Case("unknown command", "crwl", code=64, err='no such command "crwl"; did you mean "crawl"')
Case("unknown group word", "config", "chek", code=64, err='did you mean "config check"')
Case("near to a group", "confg", code=64, err='did you mean "config"')
Case("group alone", "config", code=64, err='"config" needs a second word')
Case("group help", "config", "--help", out="config init .*config check .*config print")
Case("unknown word", "zzzz", code=64, err="`earshot --help` lists them")
Case("option first", "-c", "x", "crawl", code=64, err="the command comes first")
Case("unknown option", "config", "check", "--verbos", code=64, err="no such option --verbos; did you mean --verbose")
Case("unknown option, nothing near", "config", "check", "--zzz", code=64, err="no such option --zzz; see `earshot config check --help`")
Case("option of another command", "config", "check", "--sink", "x", code=64, err="config check takes no option --sink")
Case("unknown letter", "config", "check", "-z", code=64, err="no such option -z")
Case("value missing", "config", "check", "--config", code=64, err="--config needs a value: --config FILE")
Case("value missing, letter", "config", "check", "-c", code=64, err="-c needs a value: -c FILE")
Case("value empty", "config", "check", "--config=", code=64, err="--config needs a value, not an empty one")
Case("value not wanted", "config", "check", "--quiet=yes", code=64, err="--quiet takes no value")
Case("one word too many", "config", "check", "a", "b", code=64, err='"b" is one word too many for earshot config check')
Case("operand missing", "parse", code=64, err="something is missing: earshot parse FILE")
Case("help of a command", "config", "check", "--help", out="usage: earshot config check .*Exit code 78.*--config FILE")
Case("help in Russian or English", "config", "check", "--lang", "ru", "--help", out="usage: earshot config check|использование: earshot config check")
Case("wrong language", "config", "check", "--lang", "ua", code=64, err="--lang ua: must be en, ru or uk")
Case("control characters in an argument", "a\x1b[31mb", code=64, err=r'no such command "a ?\[31mb"')
Case("an argument that is not UTF-8", b"--\xff", code=64, err="earshot: ")
for word in ("crawl", "brief", "queue", "show", "explain", "mark", "report", "feed", "status", "parse", "score", "robots", "replay", "evidence"):
    Case(f"help of {word}", word, "--help", out=f"usage: earshot {word} ")

Case("replay: no file named", "replay", code=64, err="something is missing: earshot replay WARC")
Case("replay: no settings", "replay", "x.warc", code=78, err="there are no settings")
Case("replay: no such file", "replay", "x.warc", "-c", "x.conf", files={"x.conf": GOOD}, code=64, err='archive "x.warc" cannot be read')
Case("replay: a folder", "replay", ".", "-c", "x.conf", files={"x.conf": GOOD}, code=64, err=r'archive "\."')
Case("evidence: no store", "evidence", "x:1", "-c", "x.conf", files={"x.conf": GOOD}, code=73, err="store")
Case("crawl: --watch and --max-time", "crawl", "--watch", "--max-time", "5m", "-c", "x.conf", files={"x.conf": GOOD}, code=64, err="leave out --max-time")

# ---- settings
Case("config: missing", "config", "check", code=78, err=r"there are no settings \(looked for .*earshot\.conf.*\); run `earshot config init`")
Case("config: named file missing", "config", "check", "-c", "no.conf", code=78, err="there is no config file no.conf; run `earshot config init no.conf`")
Case("config: is a folder", "config", "check", "-c", ".", code=78, err=r"earshot: .*\.")
Case("config: empty", "config", "check", "x.conf", files={"x.conf": ""}, code=78, err="x.conf: contact is missing")
Case("config: too large", "config", "check", "x.conf", files={"x.conf": "#" * (5 << 20)}, code=78, err="x.conf")
Case("config: binary", "config", "check", "x.conf", files={"x.conf": bytes(range(256))}, code=78, err="x.conf:1: not a text file in UTF-8")
Case("config: one mistake is one line", "config", "check", "x.conf", files={"x.conf": source('url = "https://a.example/"\ndealy = 3')}, code=78,
     err=r'^earshot: x.conf:6: no such option "dealy" in source "s"')
Case("config: all mistakes", "config", "check", "x.conf", files={"x.conf": "dealy = 3\nlang = xx\n" + GOOD}, code=78, lines=3,
     err=r'x.conf:1: no such option "dealy"; did you mean "delay"\?\n.*x.conf:2: lang = "xx".*\n.*x.conf: 2 mistakes; nothing was done')
Case("config: good", "config", "check", "x.conf", files={"x.conf": GOOD}, out="x.conf: 1 brand, 1 source, no mistakes")
Case("config: quiet", "config", "check", "-q", "x.conf", files={"x.conf": GOOD}, out=None)
Case("config: from the environment", "config", "check", files={"x.conf": GOOD}, env={"EARSHOT_CONFIG": "x.conf"}, out="x.conf: 1 brand")
Case("config: option before environment", "config", "check", "-c", "x.conf", files={"x.conf": GOOD}, env={"EARSHOT_CONFIG": "y.conf"}, out="x.conf: 1 brand")
Case("config: XDG", "config", "check", files={".config/earshot/earshot.conf": GOOD}, out=r"/\.config/earshot/earshot\.conf: 1 brand")
Case("config: no brand yet", "config", "check", "x.conf", files={"x.conf": HEAD}, err="there is no brand yet", out="0 brands")
Case("config print", "config", "print", "x.conf", files={"x.conf": GOOD}, out='contact = "ops@acme.example".*delay = "2s".*brand "acme" {.*source "s" {')
Case("config init to stdout", "config", "init", "-", out='^contact = "you@example.org"')


def init_then_check(out, err, folder):
    again = subprocess.run([run.EARSHOT, "config", "check", str(folder / ".config/earshot/earshot.conf")], capture_output=True, text=True,
                           env={"PATH": os.environ["PATH"], "HOME": str(folder), "EARSHOT_DATADIR": str(run.TOP / "data")})
    assert again.returncode == 0, again.stderr
    twice = subprocess.run([run.EARSHOT, "config", "init"], capture_output=True, text=True, env={"PATH": os.environ["PATH"], "HOME": str(folder)})
    assert twice.returncode == 64 and "exists and is left as it is" in twice.stderr, twice


Case("config init, then check", "config", "init", out="wrote .*/.config/earshot/earshot.conf", check=init_then_check)
Case("config init where nothing can be written", "config", "init", "/proc/x/earshot.conf", code=64, err="cannot write /proc/x/earshot.conf")
Case("config init never replaces", "config", "init", "x.conf", files={"x.conf": "mine"}, code=64, err="x.conf exists and is left as it is",
     check=lambda out, err, folder: exec('assert (folder / "x.conf").read_text() == "mine"', {"folder": folder}))

MISTAKES = [
    ("a file that is not there", 'ca_file = "no/ca.pem"\n' + GOOD, r"x.conf:1: ca_file: cannot read \./no/ca.pem: No such file"),
    ("a folder that is not there", 'sites = "nowhere"\n' + GOOD, r"x.conf:1: sites: cannot read \./nowhere: No such file"),
    ("unknown site", source('site = "trustpilott"\nslug = "acme.example"'), r'x.conf:4: no such site "trustpilott" in source "s"; did you mean "trustpilot"'),
    ("unknown site, nothing near", source('site = "zzzzzz"\nslug = "a"'), r"x.conf:4: .*earshot site list"),
    ("slug that does not fit", source('site = "trustpilot"\nslug = "a b/../c?"'), r'x.conf:4: .*slug "a b/../c\?" does not fit site "trustpilot"'),
    ("slug for a site without build", source('site = "feed"\nslug = "a"'), r'x.conf:4: .*slug "a" does not fit'),
    ("the same page twice", brand('source "a" { url = "https://a.example/f" site = "feed" }\nsource "b" { url = "https://a.example/f" site = "feed" }'),
     r'x.conf:5: source "b" of brand "acme" reads the same page as "a" in line 4'),
]
for what, text, say in MISTAKES:
    Case(f"config: {what}", "config", "check", "x.conf", files={"x.conf": text}, code=78, err=say)

# ---- robots
ROBOTS = "User-agent: *\nDisallow: /private\nAllow: /private/open\n"
Case("robots: allowed", "robots", "r.txt", "--url", "https://a.example/x", files={"r.txt": ROBOTS}, out="^allowed: no line applies")
Case("robots: disallowed", "robots", "r.txt", "--url", "https://a.example/private/x", files={"r.txt": ROBOTS}, code=1, out="^disallowed: r.txt:2: Disallow: /private")
Case("robots: longest match", "robots", "r.txt", "--url", "https://a.example/private/open/x", files={"r.txt": ROBOTS}, out="^allowed: r.txt:3: ")
Case("robots: other agent", "robots", "r.txt", "--agent", "other", "--url", "https://a.example/y", files={"r.txt": "User-agent: earshot\nDisallow: /\n"}, out="^allowed")
Case("robots: empty file", "robots", "r.txt", "--url", "https://a.example/y", files={"r.txt": ""}, out="^allowed")
Case("robots: no file", "robots", "r.txt", "--url", "https://a.example/y", code=64, err="r.txt")
Case("robots: no URL", "robots", "r.txt", files={"r.txt": ""}, code=64, err="--url is missing")

# ---- score
Case("score: a line each", "score", stdin="Ужасный банк, деньги пропали\n\nGreat service\nno end of line".encode(), check=sound_json("earshot.score/1", 4))
Case("score: nothing", "score", out=None)
Case("score: binary and NUL", "score", stdin=bytes(range(256)) * 3 + b"\n\0\0\n\xff\xfe\n", check=sound_json("earshot.score/1", 6))
Case("score: CRLF", "score", stdin=b"bad\r\nbad\r\n", check=lambda out, err, folder: same_lines(out))
Case("score: a line too long", "score", stdin=b"bad " * (600 << 10) + b"\ngood\n", err="line 1 is longer than 1 MiB", check=sound_json("earshot.score/1", 2), lines=1)
Case("score: negative is negative", "score", "--lang", "en", stdin=b"terrible service, they stole my money\n", out='"label":"negative"')
Case("score: an operand", "score", "x", code=64, err="one word too many")


def same_lines(out):
    a, b = out.splitlines()
    assert a == b, out


# ---- parse
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://a.example/</link>
<item><title>One</title><link>https://a.example/1</link><guid>https://a.example/1</guid><description>ACME lost my parcel &lt;b&gt;again&lt;/b&gt;</description>
<pubDate>Fri, 13 Nov 2026 10:00:00 +0000</pubDate></item></channel></rss>"""


def one_mention(out, err, folder):
    page = json.loads(out)
    assert page["schema"] == "earshot.page/1" and page["outcome"] == "ok", out
    assert len(page["mentions"]) == 1 and "lost my parcel again" in page["mentions"][0]["text"], out


PARSE = ("parse", "p", "--url", "https://a.example/feed.xml")
Case("parse: a feed", *PARSE, files={"p": FEED}, check=one_mention)
Case("parse: from standard input", "parse", "-", "--url", "https://a.example/feed.xml", stdin=FEED.encode(), check=one_mention)
Case("parse: empty file", *PARSE, files={"p": ""}, out=r'"outcome":"(drift|baddata|network)"', check=sound_json("earshot.page/1", 1))
Case("parse: garbage", *PARSE, files={"p": random.Random(7).randbytes(5000)}, out=r'"outcome":"(drift|baddata)"', check=sound_json("earshot.page/1", 1))
Case("parse: not a feed", *PARSE, files={"p": "<html><body><p>hello"}, out=r'"outcome":"(drift|baddata)"')
Case("parse: headers: not found", *PARSE, "--headers", "h", files={"p": "gone", "h": "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"}, out='"outcome":"gone"')
Case("parse: headers: the last answer counts", *PARSE, "--headers", "h",
     files={"p": FEED, "h": "HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\nHTTP/2 200\r\ncontent-type: application/rss+xml\r\n\r\n"}, check=one_mention)
Case("parse: headers without status", *PARSE, "--headers", "h", files={"p": FEED, "h": "content-type: text/html\n"}, code=64, err="h holds no status line")
Case("parse: no file", *PARSE, code=64, err="p")
Case("parse: no URL", "parse", "p", files={"p": FEED}, code=64, err="--url is missing")
Case("parse: wrong URL", "parse", "p", "--url", "nonsense", files={"p": FEED}, code=64, err="--url nonsense: it must begin with https:// or http://")
Case("parse: URL with a password", "parse", "p", "--url", "https://u:p@a.example/", files={"p": FEED}, code=64, err="a user name or password in an address is refused")
Case("parse: URL of another kind", "parse", "p", "--url", "file:///etc/passwd", files={"p": FEED}, code=64, err="only http:// and https:// are read")
Case("parse: a wrong config stops it", *PARSE, "-c", "x.conf", files={"p": FEED, "x.conf": "dealy = 1"}, code=78, lines=3, err="no such option")

# ---- site
Case("site list", "site", "list", out="^trustpilot +review +slug")
Case("site list as JSON", "site", "list", "--format", "json", check=lambda out, err, folder: [json.loads(x)["name"] for x in out.splitlines()])
Case("site list, wrong format", "site", "list", "--format", "xml", code=64, err="--format xml: must be text or json")
Case("site check: shipped", "site", "check", out="no mistakes")
Case("site check: a wrong file", "site", "check", "x.site", files={"x.site": 'nonsense = "1"\n'}, code=65, lines=2, err=r"x.site:1: .*\n.*1 of 1 site files are wrong")
Case("site check: no file", "site", "check", "no.site", code=65, lines=2, err="no.site")
Case("site save: nothing is kept", "site", "save", "news", "-c", "c", files={"c": GOOD}, code=1, lines=1, err='no page of "news" is kept')
Case("site test: without --url, and no kept page", "site", "test", "feed", "p", files={"p": FEED}, code=64, err="--url is missing")
Case("site test: a kept page", "site", "test", "feed", "p", files={"p": "EARSHOT-PAGE 1\nurl: https://a.example/feed.xml\nfetched: 2026-11-20T08:00:00Z\n\nHTTP/1.1 200\ncontent-type: text/xml\n\n" + FEED}, out="text")
Case("site test: a kept page that is cut off", "site", "test", "feed", "p", files={"p": "EARSHOT-PAGE 1\nurl: https://a.example/feed.xml\n"}, code=64, err="no status line")
Case("site test", "site", "test", "feed", "p", "--url", "https://a.example/feed.xml", files={"p": FEED}, out="text")
Case("site test: unknown site", "site", "test", "fed", "p", "--url", "https://a.example/feed.xml", files={"p": FEED}, code=64, err='no such site "fed"; did you mean "feed"')
Case("site test: no page", "site", "test", "feed", "p", "--url", "https://a.example/feed.xml", code=64, err="p")

# ---- commands on a store
for words in (("brief",), ("queue",), ("status",), ("report",), ("feed",), ("show", "x:1"), ("explain", "x:1"), ("mark", "x:1", "seen"), ("store", "check"), ("store", "stat"), ("store", "export")):
    name = " ".join(words)
    Case(f"no settings: {name}", *words, code=78, err="there are no settings")
    Case(f"no store: {name}", *words, "-c", "x.conf", files={"x.conf": GOOD}, code=73, err="/store|no store")
Case("wrong format: brief", "brief", "--format", "xml", "-c", "x.conf", files={"x.conf": GOOD}, code=64, err="--format xml: must be text, html or json")
Case("wrong format: report", "report", "--format", "pdf", "-c", "x.conf", files={"x.conf": GOOD}, code=64, err="must be text, html, csv, json or atom")
Case("wrong time", "brief", "--since", "yesterday", code=64, err="--since yesterday: not a time; write it like 24h, 7d or 2026-02-11")
Case("wrong period", "report", "--since", "1d", "--until", "7d", code=64, err="--since 1d is not before --until 7d")
Case("wrong number", "queue", "--max", "0", code=64, err="--max 0: must be a whole number from 1 on")
Case("mark: wrong state", "mark", "x:1", "anwsered", "-c", "x.conf", files={"x.conf": GOOD}, code=64, err='no such state "anwsered"; did you mean "answered"')
Case("mark: nothing said", "mark", "x:1", "-c", "x.conf", files={"x.conf": GOOD}, code=64, err="say what to note")
Case("feed: both ways", "feed", "--once", "--follow", code=64, err="exclude each other")

# ---- crawl
Case("crawl: no settings", "crawl", code=78, err="there are no settings")
Case("crawl: unwritable store", "crawl", "-c", "x.conf", "--store", "/proc/earshot", files={"x.conf": GOOD}, code=73, err="/proc/earshot")
Case("crawl: store is a file", "crawl", "-c", "x.conf", "--store", "s", files={"x.conf": GOOD, "s": "x"}, code=73, err="earshot: .*s")
Case("crawl: no such brand", "crawl", "-c", "x.conf", "--brand", "acmee", files={"x.conf": GOOD}, code=64, err='no brand "acmee" in x.conf; did you mean "acme"')
Case("crawl: no such source", "crawl", "-c", "x.conf", "--source", "t", files={"x.conf": GOOD}, code=64, err='no source "acme/t" in x.conf')
Case("crawl: wrong time", "crawl", "--max-time", "soon", code=64, err="--max-time soon: not a time span")
Case("crawl: wrong connect-to", "crawl", "--connect-to", "a:b", code=64, err="--connect-to a:b: it must have the form HOST:PORT:HOST2:PORT2")


# ---- output that cannot be written
def full_disk(*words, **k):
    """stdout is /dev/full"""
    class Full(Case):
        def run(self):
            with open("/dev/full", "wb") as full:
                p = subprocess.run([run.EARSHOT, *self.words], stdout=full, stderr=subprocess.PIPE, env=self.environment("/nonexistent"))
            wrong = [] if p.returncode == 74 else [f"exit code {p.returncode}, expected 74"]
            if p.stderr.count(b"\n") != 1 or b"cannot write to standard output: No space left on device" not in p.stderr:
                wrong.append(f"stderr: {p.stderr!r}")
            return wrong
    Full(*words, **k)


def closed_pipe(*words, **k):
    """nobody reads stdout"""
    class Closed(Case):
        def run(self):
            r, w = os.pipe()
            os.close(r)
            p = subprocess.run([run.EARSHOT, *self.words], stdout=w, stderr=subprocess.PIPE, env=self.environment("/nonexistent"))
            os.close(w)
            return [] if p.returncode != 0 and p.stderr == b"" else [f"exit code {p.returncode}, stderr {p.stderr!r}"]
    Closed(*words, **k)


full_disk("full disk: config init -", "config", "init", "-")
full_disk("full disk: help", "--help")
closed_pipe("closed pipe: config init -", "config", "init", "-")
closed_pipe("closed pipe: site list", "site", "list")


# ---- completion
def completes(name, words, expected):
    """bash completion offers exactly these"""
    class Bash(Case):
        def run(self):
            script = f'source "{run.TOP}/cli/completion/earshot"; compopt() {{ :; }}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _earshot; printf "%s\\n" "${{COMPREPLY[@]}}"'
            p = subprocess.run(["bash", "-c", script, "bash", run.EARSHOT, *words], capture_output=True, text=True, env=self.environment("/nonexistent"))
            got = p.stdout.split()
            return [] if got == expected else [f"{got}, expected {expected}; {p.stderr}"]
    Bash(name)


completes("completion: commands", ["cr"], ["crawl"])
completes("completion: second words", ["config", ""], ["init", "check", "print"])
completes("completion: options", ["parse", "x", "--u"], ["--url"])
completes("completion: formats", ["status", "--format", ""], ["text", "json", "prom", "nagios"])
