"""What people are handed: the brief since they last read it and as a mail, the report, its feed, surveys.

usage: reading.py            one crawl of the example web on loopback; EARSHOT_BIN names the program (default: ./earshot)
"""
import email
import email.policy
import email.utils
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

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


ATOM = "{http://www.w3.org/2005/Atom}"
ONE, ANY = (1, 1), (0, 10**6)
FEED = {"author": ANY, "category": ANY, "contributor": ANY, "generator": (0, 1), "icon": (0, 1), "id": ONE, "link": ANY, "logo": (0, 1), "rights": (0, 1), "subtitle": (0, 1),
        "title": ONE, "updated": ONE, "entry": ANY}
ENTRY = {"author": (1, 10**6), "category": ANY, "content": (0, 1), "contributor": ANY, "id": ONE, "link": ANY, "published": (0, 1), "rights": (0, 1), "source": (0, 1),
         "summary": (0, 1), "title": ONE, "updated": ONE}
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"


def atom_mistakes(text):
    """What RFC 4287 forbids (sections 3 and 4); every author stands in its entry here, so the feed needs none."""
    root = xml.etree.ElementTree.fromstring(text)
    if root.tag != ATOM + "feed":
        yield f"root {root.tag}"
    for element, rule in [(root, FEED)] + [(e, ENTRY) for e in root.findall(ATOM + "entry")]:
        names = [child.tag for child in element]
        yield from (f"{n} in {element.tag}" for n in names if not n.startswith(ATOM) or n[len(ATOM):] not in rule)
        for name, (least, most) in rule.items():
            if not least <= names.count(ATOM + name) <= most:
                yield f"{names.count(ATOM + name)} {name} in {element.tag}"
        for stamp in element.findall(ATOM + "updated") + element.findall(ATOM + "published"):
            if not re.fullmatch(STAMP, stamp.text or "") or list(stamp):
                yield f"time {stamp.text}"
        for who in element.findall(ATOM + "author"):
            if [c.tag for c in who] not in ([ATOM + "name"], [ATOM + "name", ATOM + "uri"]) or not who[0].text:
                yield "author"
        links = [(x.get("rel", "alternate"), x.get("type"), x.get("hreflang")) for x in element.findall(ATOM + "link")]
        yield from (f"twice {x}" for x in links if x[0] == "alternate" and links.count(x) > 1)
        yield from ("link without an address" for x in element.findall(ATOM + "link") if not re.match(r"https?://[^\s]+$", x.get("href", "")))
        content = element.find(ATOM + "content")
        if element.tag == ATOM + "entry" and content is None and not any(x[0] == "alternate" for x in links):
            yield "neither content nor alternate"
        if content is not None and (content.get("type", "text") not in ("text", "html") or list(content)):
            yield "content"
        for text_of in ("title", "summary", "subtitle", "rights"):
            yield from (f"{text_of}" for x in element.findall(ATOM + text_of) if x.get("type", "text") != "text" or list(x))
    ids = [i.text for i in root.iter(ATOM + "id")]
    yield from (f"id {i}" for i in ids if not re.fullmatch(r"[a-z][a-z0-9+.-]*:[!-~]+", i or "") or ids.count(i) > 1)


def test_atom(desk):
    for lang in ("en", "ru"):
        text = desk("report", "--format", "atom", "--lang", lang).stdout
        entries = text.count("<entry>")
        check(f"atom, {lang}: RFC 4287", not list(atom_mistakes(text)) and entries == len(desk.queue()) > 5, list(atom_mistakes(text)) or entries)
    broken = [text.replace("<id>", "<guid>").replace("</id>", "</guid>"), text.replace("<updated>2026", "<updated>26", 1), re.sub("<title>.*?</title>", "", text, count=1),
              text.replace("<entry>", "<item>").replace("</entry>", "</item>"), re.sub("<author>.*?</author>", "", text, count=1), re.sub(r"<id>.*?</id>", "<id>x y</id>", text, count=1)]
    check("atom: what is broken is found", all(list(atom_mistakes(b)) for b in broken), [bool(list(atom_mistakes(b))) for b in broken])


def total(desk, *words, **kw):
    return json.loads(desk("report", "--format", "json", *words, **kw).stdout.splitlines()[0])


def test_survey(desk, tmp):
    rows = "2026-11-18,10\n2026-11-18,9\n2026-11-19,3\n2026-11-19,\n2026-11-20,8\n"

    def file(text):
        (tmp / "s.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp / "s.csv"

    survey = lambda text, *words: desk("survey", file(text), "--brand", "larkfield", *words)
    check("survey: none yet", total(desk)["nps_survey"] is None)
    good("survey: import", survey("date,score\n" + rows), r"larkfield: 4 answers, 3 days, NPS \+25")
    check("survey: in the report", total(desk)["nps_survey"] == {"nps": 25, "answers": [0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1]}, total(desk)["nps_survey"])
    good("survey: the same again", survey("date,score\n" + rows))
    check("survey: counts once", total(desk)["nps_survey"]["answers"] == [0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1], total(desk)["nps_survey"])
    good("survey: another day, and one that is told anew", survey("date,score\n2026-11-19,10\n2026-11-17,0\n"))
    check("survey: days are replaced one by one", total(desk)["nps_survey"]["answers"] == [1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2], total(desk)["nps_survey"])
    check("survey: of the period alone", total(desk, "--since", "2026-11-20")["nps_survey"]["answers"][8] == 1 and sum(total(desk, "--since", "2026-11-20")["nps_survey"]["answers"]) == 1)
    check("survey: of the brand alone", total(desk, "--brand", "severny-most")["nps_survey"] is None)
    for name, text in {"tabs, quotes, CRLF, BOM": "\ufeff\"Submitted at\"\t\"NPS\"\t\"why\"\r\n\"2026-11-16 10:00:00\"\t\"7\"\t\"a \"\"b\"\"\tc\r\nd\"\r\n16.11.2026\t10/10\t\r\n",
                       "semicolons, Russian": "Дата;Оценка\n16.11.2026;7\n16.11.2026 12:00;10\n"}.items():
        good(f"survey: {name}", survey(text), "2 answers, 1 day, NPS")
    before = total(desk)["nps_survey"]
    wrong = {"an empty file": ("", "empty"), "no score": ("date,x\n2026-11-18,1\n", "s.csv:1: no column is named score"), "no date": ("score\n1\n", "s.csv:1: no column is named date"),
             "eleven": ("date,score\n2026-11-18,9\n2026-11-18,11\n", "s.csv:3: the score"), "minus": ("date,score\n2026-11-18,-1\n", "s.csv:2: the score"),
             "half": ("date,score\n2026-11-18,7.5\n", "s.csv:2: the score"), "a formula": ("date,score\n2026-11-18,=1+1\n", "s.csv:2: the score"),
             "an American date": ("date,score\n11/18/2026,9\n", "s.csv:2: the date"), "30 February": ("date,score\n2026-02-30,9\n", "s.csv:2: the date"),
             "tomorrow's year": ("date,score\n2027-11-18,9\n", "s.csv:2: the date"), "an open quote": ('date,score\n"2026-11-18,9\n', "s.csv:2: a quotation mark"),
             "after a quote": ('date,score\n"2026-11-18"x,9\n', "s.csv:2: a quotation mark"), "a short row": ("date,score\n2026-11-18\n", "s.csv:2: this row has fewer"),
             "many columns": ("date,score" + ",x" * 300 + "\n", "more than 256"), "bytes": (bytes(range(256)), "UTF-8"), "NUL": ("date,score\n2026-11-18,\0\n", "UTF-8"),
             "UTF-16": ("date,score\n".encode("utf-16"), "UTF-8"), "no answers": ("date,score\n2026-11-18,\n", "no answer")}
    for name, (text, say) in wrong.items():
        one_sentence(f"survey: {name}", survey(text), 64, re.escape(say))
    one_sentence("survey: no file", desk("survey", tmp / "nothing.csv", "--brand", "larkfield"), 64, "nothing.csv")
    one_sentence("survey: no brand", desk("survey", file("date,score\n" + rows)), 64, "--brand is missing")
    check("survey: nothing wrong was kept", total(desk)["nps_survey"] == before, total(desk)["nps_survey"])
    big = "date,score\n" + "".join(f"2026-11-{d:02},{s}\n" for _ in range(200) for d in range(1, 19) for s in range(11))
    good("survey: 39,600 answers in any order", survey(big), "39,600|39600 answers, 18 days, NPS -45")
    kept = desk("store", "export", "--output", tmp / "all.jsonl").returncode == 0 and desk("store", "import", tmp / "all.jsonl", "--store", tmp / "copy").returncode == 0
    check("survey: an export and import keeps it", kept and json.loads(desk("report", "--format", "json", "--store", tmp / "copy").stdout.splitlines()[0])["nps_survey"] == total(desk)["nps_survey"])


def test_report(desk):
    both, one, two = total(desk), total(desk, "--brand", "larkfield"), total(desk, "--brand", "larkfield", "--compare", "severny-most")
    check("report --compare", [b["name"] for b in one["brands"]] == ["larkfield"] and sorted((b["name"], b["compared"]) for b in two["brands"]) == [("larkfield", False), ("severny-most", True)], two)
    check("report --compare: the brand's own figures stay", one["mentions"] == two["mentions"] < both["mentions"] and one["sources"] == two["sources"], (one, two))
    one_sentence("report --compare with nobody", desk("report", "--compare", "larkfeld"), 64, 'did you mean "larkfield"')
    for words, line in ((("report",), 0), (("report", "--format", "html"), None), (("brief",), 0), (("brief", "--format", "html"), None), (("queue",), 0)):
        text = desk(*words).stdout
        first = text.splitlines()[0] if line == 0 else re.search(r'role="status".*?<p>(.*?)</p>', text, re.S)[1]
        check(f"{' '.join(words)}: what was not read is told first", "severny-most/trustpilot never read: blocked; its silence means nothing" in first, first)


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
        test_atom(desk)
        test_report(desk)
        test_survey(desk, tmp)
    print(f"{len(other.failed)} failed" if other.failed else "all checks passed")
    return 1 if other.failed else 0


if __name__ == "__main__":
    sys.exit(main())
