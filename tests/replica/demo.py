#!/usr/bin/env python3
"""The demo: serve the example web on loopback, crawl it, print the morning brief, write the HTML report.

usage: demo.py --earshot PROGRAM --web DIR --out DIR [--lang en|ru|uk]
Keeps OUT/store, OUT/earshot.conf and OUT/report.html, so that every other command can be tried afterwards. A second run starts over.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys

from webtest import Replica, config


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--earshot", required=True)
    p.add_argument("--web", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--lang")
    o = p.parse_args()
    out = pathlib.Path(o.out)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    lang = ["--lang", o.lang] if o.lang else []
    with Replica([pathlib.Path(o.web) / "web"], out / "web-state") as web:
        conf = out / "earshot.conf"
        brands = (pathlib.Path(o.web) / "brands.conf").read_text(encoding="utf-8")
        conf.write_text(config(web, (out / "store").resolve(), brands, delay="0s"), encoding="utf-8")
        print("demo: crawling the example web (two invented brands, on 127.0.0.1 only)", file=sys.stderr)
        crawl = subprocess.run([o.earshot, "crawl", "-c", str(conf), *lang])
    # the example web holds a page that blocks crawlers, so that you see how that is reported: exit code 1 is right here
    if crawl.returncode not in (0, 1):
        print(f"demo: the crawl ended with exit code {crawl.returncode}", file=sys.stderr)
        return 1
    print(flush=True)
    if subprocess.run([o.earshot, "brief", "-c", str(conf), *lang]).returncode != 0:
        return 1
    report = out / "report.html"
    if subprocess.run([o.earshot, "report", "-c", str(conf), "--format", "html", "--output", str(report), *lang]).returncode != 0:
        return 1
    print(f"\ndemo: the HTML report is {report}", file=sys.stderr)
    print(f"demo: go on with  ./earshot queue -c {conf}   ./earshot show ID -c {conf}   ./earshot explain ID -c {conf}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
