"""What people do with a crawled store: queue, show, explain, mark, report, status, feed, backup, export, damage.

usage: desk.py               one crawl of the example web on loopback; EARSHOT_BIN names the program (default: ./earshot)
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import xml.dom.minidom

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from webtest import Replica, config, run  # noqa: E402

EARSHOT = os.path.abspath(os.environ.get("EARSHOT_BIN", "./earshot"))
ENV = {"EARSHOT_NOW": "2026-11-20T09:00:00Z", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {str(detail)[:600]}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


class Desk:
    def __init__(self, conf):
        self.conf = conf

    def __call__(self, *words, env=None, stdin=None):
        return run(EARSHOT, *words, "-c", self.conf, env={**ENV, **(env or {})}, stdin=stdin)

    def queue(self):
        return [json.loads(line) for line in self("queue", "--format", "json").stdout.splitlines()]


def good(name, r, pattern=""):
    check(name, r.returncode == 0 and re.search(pattern, r.stdout, re.S) is not None, f"{r.returncode} {r.stderr} {r.stdout}")


def one_sentence(name, r, code, pattern):
    check(name, r.returncode == code and r.stderr.count("\n") == 1 and re.search(pattern, r.stderr) is not None, f"{r.returncode} {r.stderr}")


def test_rescore(desk, folder):
    """A new lexicon changes scores and what is watched, and tells no history again."""
    def findings():
        lines = map(json.loads, desk("store", "export", "--stable").stdout.splitlines())
        found = [next((v for v in line.values() if isinstance(v, dict) and "mention" in v), line) for line in lines if line["t"] in ("finding", "mention")]
        return {f["mention"]["id"] + " " + f["brand"]: f for f in found}
    desk("feed", "--sink", "rescore")
    before, queue = findings(), [q["mention"]["id"] for q in desk.queue()]
    r = desk("score", "--rescore", "--dry-run")
    check("rescore: the same lexicon changes nothing", r.returncode == 0 and r.stdout == "" and "other scores: 0, other verdicts: 0" in r.stderr, r.stdout + r.stderr)
    good("rescore: a person's verdict", desk("mark", queue[0], "--verdict", "reply", "--who", "anna"))
    own = folder / "own-lexicon"
    own.mkdir()
    # all that these pages say is praise now, and "the" a complaint
    (own / "en.tsv").write_text("".join(f"{w}\t-5\n" for w in ("the", "and", "my", "it")))
    (own / "ru.tsv").write_text("".join(f"{w}\t5\n" for w in ("не", "и", "в", "на", "деньги", "заказ", "=а", "=я", "с", "что")))
    conf = folder / "rescore.conf"
    conf.write_text(f'lexicons = "{own}"\n' + pathlib.Path(desk.conf).read_text())
    new = Desk(str(conf))
    r = new("score", "--rescore", "--dry-run")
    check("rescore: a dry run lists what flips", r.returncode == 0 and "verdict reply -> " in r.stdout and " -> watch" in r.stdout and "nothing was written" in r.stderr, r.stdout + r.stderr)
    check("rescore: a human's verdict does not flip", not any(line.startswith(queue[0] + "\t") and "verdict" in line for line in r.stdout.splitlines()), r.stdout)
    flips = [line for line in r.stdout.splitlines() if "\tverdict " in line]
    check("rescore: nothing was written", findings()[next(iter(before))]["score"] == before[next(iter(before))]["score"])
    applied = new("score", "--rescore")
    check("rescore: applied", applied.returncode == 0 and f"other verdicts: {len(flips)}" in applied.stderr, applied.stderr)
    after = findings()
    check("rescore: scores are others", any(after[k]["score"] != before[k]["score"] for k in before))
    check("rescore: no state moved", all(after[k]["state"] == before[k]["state"] for k in before))
    check("rescore: nothing came into the queue", set(q["mention"]["id"] for q in desk.queue()) <= set(queue), [q["mention"]["id"] for q in desk.queue()])
    check("rescore: the human's verdict stands", queue[0] in [q["mention"]["id"] for q in desk.queue()])
    check("rescore: no event was written", new("feed", "--sink", "rescore").stdout == "", new("feed", "--sink", "rescore").stdout)
    check("rescore: once is enough", "other scores: 0," in new("score", "--rescore").stderr)
    again = new("crawl", "--all")
    check("rescore: the next crawl tells nothing again", "created" not in new("feed", "--sink", "rescore").stdout, again.stderr)
    one_sentence("rescore: --dry-run alone", desk("score", "--dry-run"), 64, "--rescore")


def test_mark(desk):
    before = desk.queue()
    item = before[0]["mention"]["id"]
    good("mark: seen", desk("mark", item, "seen", "--who", "anna"), f"{re.escape(item)}: seen")
    check("mark: what was seen stays open", item in [q["mention"]["id"] for q in desk.queue()])
    good("mark: answered, with cause, note and assignee",
         desk("mark", item, "answered", "--who", "anna", "--cause", "delivery", "--note", "called back", "--assign", "boris"), "answered")
    after = desk.queue()
    check("mark: answered leaves the queue", len(after) == len(before) - 1 and item not in [q["mention"]["id"] for q in after], [q["mention"]["id"] for q in after])
    shown = desk("show", item)
    good("mark: the journal is shown", shown, "anna")
    check("mark: note and assignee are shown", "called back" in shown.stdout and "boris" in shown.stdout, shown.stdout)
    found = json.loads(desk("show", item, "--format", "json").stdout)
    text = json.dumps(found, ensure_ascii=False)
    check("mark: and in JSON", '"answered"' in text and '"boris"' in text and '"delivery"' in text, text)
    good("mark: back to new", desk("mark", item, "new", "--who", "anna"))
    check("mark: and it is in the queue again", item in [q["mention"]["id"] for q in desk.queue()])
    one_sentence("mark: no such mention", desk("mark", "trustpilot:nothing", "seen"), 1, "trustpilot:nothing")


def test_mark_rules(desk):
    item = desk.queue()[0]["mention"]["id"]
    one = lambda: json.loads(desk("show", item, "--format", "json").stdout)
    finding = lambda: one()["finding"]
    one_sentence("mark: resolved wants a cause", desk("mark", item, "resolved"), 64, "--cause")
    one_sentence("mark: a cause that there is not", desk("mark", item, "resolved", "--cause", "weather"), 64, "weather")
    one_sentence("mark: dismissed wants a reason", desk("mark", item, "dismissed"), 64, "--note")
    one_sentence("mark: no such verdict", desk("mark", item, "--verdict", "maybe"), 64, "maybe")
    one_sentence("mark: --hold and --unhold", desk("mark", item, "--hold", "--unhold"), 64, "--unhold")
    check("mark: what was refused left no trace", not one()["journal"], one()["journal"])
    due = finding()["due"]
    good("mark: --hold", desk("mark", item, "--hold", "--note", "waits for the warehouse", "--who", "anna"))
    check("mark: on hold no clock runs, and it stays in the queue", finding()["due"] is None and finding()["hold_since"] and item in [q["mention"]["id"] for q in desk.queue()], finding())
    good("mark: --unhold", desk("mark", item, "--unhold", "--who", "anna", env={"EARSHOT_NOW": "2026-11-20T19:00:00Z"}))
    check("mark: ten hours on hold put the time ten hours off", finding()["due"] == f"2026-11-{20 + (int(due[11:13]) + 10) // 24:02}T{(int(due[11:13]) + 10) % 24:02}{due[13:]}", f"{due} {finding()['due']}")
    good("mark: --verdict none", desk("mark", item, "--verdict", "none", "--note", "another company", "--who", "anna"))
    check("mark: a verdict takes it off the queue", finding()["verdict"] == "none" and finding()["override"] == "none" and item not in [q["mention"]["id"] for q in desk.queue()], finding())
    good("mark: --verdict auto", desk("mark", item, "--verdict", "auto", "--who", "anna"))
    check("mark: and back", finding()["verdict"] == "reply" and item in [q["mention"]["id"] for q in desk.queue()], finding())
    good("mark: dismissed with a reason", desk("mark", item, "dismissed", "--note", "a joke", "--who", "anna"))
    check("mark: dismissed is verdict none", finding()["verdict"] == "none", finding())
    good("mark: new again", desk("mark", item, "new", "--who", "anna"))
    check("mark: everything is in the journal", [(j["action"], j["from"], j["to"]) for j in one()["journal"]] == [
        ("hold", "off", "on"), ("hold", "on", "off"), ("verdict", "auto", "none"), ("verdict", "none", "auto"), ("state", "new", "dismissed"), ("state", "dismissed", "new")], one()["journal"])
    good("mark: answered is a claim", desk("mark", item, "answered", "--who", "anna"))
    check("mark: the claim waits, the clock was kept", finding()["claim"] == "waiting" and finding()["sla"] == "met", finding())
    good("mark: new at the end", desk("mark", item, "new", "--who", "anna"))
    check("mark: which takes the claim back", finding()["claim"] is None and finding()["sla"] == "running", finding())


def test_look(desk):
    item = desk.queue()[0]["mention"]["id"]
    for command in ("show", "explain"):
        good(f"{command}: by id", desk(command, item), re.escape(item.split(":")[1]))
        good(f"{command}: by the end of an id", desk(command, item[-6:]))
        check(f"{command}: JSON is one object", isinstance(json.loads(desk(command, item, "--format", "json").stdout), dict))
        one_sentence(f"{command}: no such mention", desk(command, "zzz"), 1, "zzz")
        one_sentence(f"{command}: an id that fits many", desk(command, "trustpilot:"), 1, "trustpilot:")
    html = desk("report", "--format", "html")
    good("report: html", html, "<html")
    try:
        xml.dom.minidom.parseString(html.stdout.split("\n", 1)[1] if html.stdout.startswith("<!DOCTYPE") else html.stdout)
        check("report: html is well formed", True)
    except Exception as e:
        check("report: html is well formed", False, e)
    check("report: no script and nothing from elsewhere", not re.search(r"<script|<link|<img|<iframe|@import|url\(", html.stdout), html.stdout[:300])
    for fmt in ("text", "csv", "json"):
        good(f"report: {fmt}", desk("report", "--format", fmt), ".")
    plain = desk("brief", "--color", "never").stdout
    check("brief: no escape codes without colour", "\x1b" not in plain, plain[:200])
    check("brief: escape codes with colour", "\x1b[" in desk("brief", "--color", "always").stdout)
    # line 1, the health of the sources, is one line whatever it takes; so are addresses
    widest = max(len(line) for line in desk("queue", env={"COLUMNS": "60"}).stdout.splitlines()[1:] if "http" not in line)
    check("queue: COLUMNS is kept", widest <= 60, widest)
    good("queue: one brand", desk("queue", "--brand", "larkfield"))
    one_sentence("queue: no such brand", desk("queue", "--brand", "larkfeld"), 64, 'did you mean "larkfield"')
    one_sentence("queue: no such source", desk("queue", "--source", "larkfield/none"), 64, "larkfield/none")
    check("queue: --max", len([x for x in desk("queue", "--format", "json", "--max", "2").stdout.splitlines()]) == 2)
    prom = desk("status", "--format", "prom").stdout
    check("status: prom lines", all(re.fullmatch(r'#.*|[a-z0-9_]+(\{.*\})? -?[0-9.e+]+|', line) for line in prom.splitlines()), prom[:400])
    nagios = desk("status", "--format", "nagios")
    check("status: nagios line and code", nagios.returncode in (1, 2) and nagios.stdout.count("\n") >= 1, f"{nagios.returncode} {nagios.stdout} {nagios.stderr}")


def test_output(desk, tmp):
    out = tmp / "r.html"
    good("report --output", desk("report", "--format", "html", "--output", out))
    check("report --output: the file is whole, nothing else is left", "</html>" in out.read_text(encoding="utf-8") and [p.name for p in tmp.glob("r.html*")] == ["r.html"])
    one_sentence("report --output where nothing can be written", desk("report", "--output", "/proc/x/r.html"), 64, "/proc/x/r.html")
    one_sentence("report --output to a missing folder", desk("report", "--output", tmp / "no" / "r.html"), 64, "No such file")


def test_store(desk, tmp):
    good("store check", desk("store", "check"), "no damage")
    stat = json.loads(desk("store", "stat", "--format", "json").stdout)
    check("store stat", stat["mentions"] > 10 and stat["open"] > 3, stat)
    good("store backup", desk("store", "backup", tmp / "copy"))
    mine = desk("store", "export", "--stable").stdout
    copy = desk("store", "export", "--stable", "--store", tmp / "copy")
    check("store backup: the copy holds the same", copy.returncode == 0 and copy.stdout == mine and mine, copy.stderr)
    check("store export: JSON lines", all(json.loads(line)["t"] for line in mine.splitlines()))
    good("store export --output", desk("store", "export", "--stable", "--output", tmp / "x.jsonl"))
    check("store export --output: the same", (tmp / "x.jsonl").read_text(encoding="utf-8") == mine)
    whole = desk("store", "export").stdout
    good("store import", desk("store", "import", "-", "--store", tmp / "again", stdin=whole))
    check("store import: the same store", desk("store", "export", "--store", tmp / "again").stdout == whole)
    good("store import: no damage", desk("store", "check", "--store", tmp / "again"))
    one_sentence("store import: there is one already", desk("store", "import", "-", "--store", tmp / "again", stdin=whole), 64, "already")
    one_sentence("store import: a cut file", desk("store", "import", "-", "--store", tmp / "half", stdin=whole[: len(whole) // 2]), 64, "standard input:[0-9]+: ")
    check("store import: nothing is left of it", not list(tmp.glob("half*")))
    check("store backup: never over something", desk("store", "backup", tmp / "copy").returncode == 73)
    noconf = run(EARSHOT, "queue", "--store", tmp / "copy", "--format", "json", env={**ENV, "HOME": str(tmp), "XDG_CONFIG_HOME": str(tmp)})
    check("--store alone, without settings", noconf.returncode == 0 and noconf.stdout, noconf.stderr)


def test_damage(desk, tmp):
    bad = tmp / "damaged"
    bad.mkdir()
    for path in (tmp / "copy").iterdir():
        data = bytearray(path.read_bytes())
        for i in range(20000, len(data), 4099):
            data[i] ^= 0x55
        (bad / path.name).write_bytes(data)
    for words in (("store", "check"), ("queue",), ("brief",), ("status",), ("store", "export"), ("feed",)):
        r = desk(*words, "--store", bad)
        check(f"a damaged store: {' '.join(words)} does not crash", r.returncode in (0, 1, 73), f"{r.returncode} {r.stderr}")
    empty = tmp / "empty"
    empty.mkdir()
    one_sentence("an empty folder is no store", desk("queue", "--store", empty), 73, "empty")


def test_feed(desk):
    r = subprocess.run(f"{EARSHOT} feed --sink full -c {desk.conf} > /dev/full", shell=True, capture_output=True, text=True, env={**os.environ, **ENV})
    check("feed to a full disk fails", r.returncode not in (0, 1) and r.stderr.count("\n") == 1, f"{r.returncode} {r.stderr}")
    a = desk("feed", "--sink", "full").stdout
    check("feed: and nothing was lost", a.count("\n") > 3 and a == desk("feed", "--sink", "another").stdout)
    p = subprocess.Popen([EARSHOT, "feed", "--follow", "--sink", "follow", "-c", str(desk.conf)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **ENV})
    followed = "".join(p.stdout.readline() for _ in a.splitlines())
    p.send_signal(signal.SIGTERM)
    rest, err = p.communicate(timeout=20)
    check("feed --follow: gives what there is, and ends in order on SIGTERM", followed == a and rest == "" and p.returncode == 0 and err == "", f"{p.returncode} {err} {rest}")
    parts = desk("feed", "--sink", "parts", "--max", "2").stdout + desk("feed", "--sink", "parts").stdout
    check("feed --max: the rest comes the next time", parts == a)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-desk-") as folder:
        tmp = pathlib.Path(folder)
        conf = tmp / "earshot.conf"
        with Replica([TOP / "data" / "demo" / "web"], tmp / "web-state", base=ENV["EARSHOT_NOW"]) as web:
            conf.write_text(config(web, tmp / "store", (TOP / "data" / "demo" / "brands.conf").read_text(encoding="utf-8"), delay="0s"), encoding="utf-8")
            crawl = run(EARSHOT, "crawl", "-c", conf, env=ENV)
            second = tmp / "second.conf"
            second.write_text(config(web, tmp / "second-store", (TOP / "data" / "demo" / "brands.conf").read_text(encoding="utf-8"), delay="0s"), encoding="utf-8")
            run(EARSHOT, "crawl", "-c", second, env=ENV)
            test_rescore(Desk(second), tmp)
        check("crawl", crawl.returncode == 1, crawl.stderr)
        desk = Desk(conf)
        test_look(desk)
        test_output(desk, tmp)
        test_store(desk, tmp)
        test_feed(desk)
        test_mark_rules(desk)
        test_mark(desk)
        test_damage(desk, tmp)
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
