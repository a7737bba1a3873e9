"""What people are handed: the brief since they last read it, and as a mail.

usage: reading.py            one crawl of the example web on loopback; EARSHOT_BIN names the program (default: ./earshot)
"""
import email
import email.policy
import email.utils
import json
import pathlib
import subprocess
import sys
import tempfile

import desk as other
from desk import EARSHOT, ENV, TOP, Desk, check, good, one_sentence
from webtest import Replica, config, run


def at(hour, minute=0):
    return {"EARSHOT_NOW": f"2026-11-20T{hour:02}:{minute:02}:00Z"}


def test_since_last(desk):
    head = lambda *words, **kw: json.loads(desk("brief", "--format", "json", *words, **kw).stdout.splitlines()[0])
    check("brief: the last 24 hours by default", head()["since"] == "2026-11-19T09:00:00Z", head())
    first = head("--since", "last", "--who", "anna")
    check("brief --since last: the first time as without", first["since"] == "2026-11-19T09:00:00Z" and first["counts"]["new"] > 0, first)
    with open("/dev/full", "wb") as full:
        lost = subprocess.run([EARSHOT, "brief", "--since", "last", "--who", "anna", "-c", desk.conf], stdout=full, stderr=subprocess.PIPE,
                              env={**other.os.environ, **ENV, **at(11)})
    check("brief --since last: what could not be written was not read", lost.returncode == 74, lost)
    second = head("--since", "last", "--who", "anna", env=at(12))
    check("brief --since last: remembered, a minute more rather than less", second["since"] == "2026-11-20T08:59:00Z", second["since"])
    third = head("--since", "last", "--who", "anna", env=at(13))
    check("brief --since last: nothing is new twice", third["since"] == "2026-11-20T11:59:00Z" and third["counts"]["new"] == 0, third)
    check("brief --since last: each reader for himself", head("--since", "last", "--who", "boris", env=at(13))["since"] == "2026-11-19T13:00:00Z")
    check("brief --since last: a clock that was set back", head("--since", "last", "--who", "anna", env=at(10))["since"] == "2026-11-19T10:00:00Z")
    one_sentence("report --since last", desk("report", "--since", "last"), 64, "--since last: not a time")


def parts_of(text):
    message = email.message_from_string(text, policy=email.policy.default)
    return message, [(p.get_content_type(), p.get_content()) for p in message.iter_parts()]


def test_mail(desk):
    for lang in ("en", "ru", "uk"):
        r = desk("brief", "--mail", "anna@example.org, boris+desk@example.net", "--lang", lang)
        good(f"brief --mail, {lang}", r, "^From: ")
        message, parts = parts_of(r.stdout)
        check(f"mail, {lang}: lines of ASCII, none longer than 998", r.stdout.isascii() and max(map(len, r.stdout.split("\n"))) < 998 and "\r" not in r.stdout)
        check(f"mail, {lang}: encoded lines of 76", max(map(len, r.stdout.split("\n\n", 1)[1].split("\n"))) <= 76)
        check(f"mail, {lang}: no defects", not message.defects and all(not p.defects for p in message.iter_parts()), message.defects)
        check(f"mail, {lang}: to", [a.addr_spec for a in message["to"].addresses] == ["anna@example.org", "boris+desk@example.net"], message["to"])
        check(f"mail, {lang}: from", message["from"].addresses[0].addr_spec == "test@earshot.example", message["from"])
        check(f"mail, {lang}: date", email.utils.parsedate_to_datetime(message["date"]).isoformat() == "2026-11-20T09:00:00+00:00", message["date"])
        check(f"mail, {lang}: nobody answers it by machine", message["auto-submitted"] == "auto-generated" and message["message-id"])
        check(f"mail, {lang}: text, then HTML", [p[0] for p in parts] == ["text/plain", "text/html"], parts)
        plain = desk("brief", "--lang", lang, env={"COLUMNS": "78"}).stdout
        check(f"mail, {lang}: the text is the brief", parts[0][1].strip() == plain.strip(), parts[0][1])
        check(f"mail, {lang}: the subject tells what was read", plain.split(";")[0] in message["subject"], message["subject"])
        html = desk("brief", "--lang", lang, "--format", "html").stdout
        check(f"mail, {lang}: the HTML is the brief", parts[1][1].strip() == html.strip())
    check("mail: as much as a screen holds", len(parts[0][1].splitlines()) <= 50, len(parts[0][1].splitlines()))
    for wrong in ("anna", "anna@", "@x.org", "a b@x.org", "a@x.org\nBcc: c@x.org", "a@x.org,", "<a@x.org>", "-t@x.org", "a@x..org.", "я@x.org", "a@x.org, b", "x@" + "y" * 1000):
        one_sentence(f"mail to {wrong[:20]!r}", desk("brief", "--mail", wrong), 64, "--mail")
    one_sentence("mail and a format", desk("brief", "--mail", "a@x.org", "--format", "html"), 64, "leave out --format")


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-reading-") as folder:
        tmp = pathlib.Path(folder)
        conf = tmp / "earshot.conf"
        with Replica([TOP / "data" / "demo" / "web"], tmp / "web-state", base=ENV["EARSHOT_NOW"]) as web:
            conf.write_text(config(web, tmp / "store", (TOP / "data" / "demo" / "brands.conf").read_text(encoding="utf-8"), delay="0s"), encoding="utf-8")
            crawl = run(EARSHOT, "crawl", "-c", conf, env=ENV)
        check("crawl", crawl.returncode == 1, crawl.stderr)
        desk = Desk(conf)
        test_since_last(desk)
        test_mail(desk)
    print(f"{len(other.failed)} failed" if other.failed else "all checks passed")
    return 1 if other.failed else 0


if __name__ == "__main__":
    sys.exit(main())
