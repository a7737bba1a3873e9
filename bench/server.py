"""A loopback server whose answers never repeat: chains of JSON feeds, each with five items and the address of the next. In a process of its own."""
import multiprocessing
import re
import selectors
import socket
import time

ITEM = ('{"id":"https://feeds.example/%d","url":"https://feeds.example/%d","title":"Order %d","content_text":"The parcel came two weeks late and nobody told me why. '
        'I wrote four emails and got no answer at all. Support keeps sending the same useless text.","date_published":"2026-03-%02dT10:00:00Z","authors":[{"name":"Anna Bell"}]}')
ASKED = re.compile(rb"^GET /chain(\d+)x(\d+)\.json HTTP/1\.1\r\n(?:.*\r\n)*?[Hh]ost: ([^\r:]+)")
HEAD = "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
PER_PAGE = 5


def answer(chain, step, n_step, host):
    number = (chain * 1000 + step) * PER_PAGE
    items = ",".join(ITEM % (number + i, number + i, number + i, (number + i) % 28 + 1) for i in range(PER_PAGE))
    after = '"next_url":"http://%s/chain%dx%d.json",' % (host, chain, step + 1) if step + 1 < n_step else ""
    return '{"version":"https://jsonfeed.org/version/1.1","title":"Chain",%s"items":[%s]}' % (after, items)


def serve(listener, n_step, slow_s, report):
    chosen, waiting, first, last = selectors.DefaultSelector(), [], 0.0, 0.0
    chosen.register(listener, selectors.EVENT_READ)
    chosen.register(report, selectors.EVENT_READ)
    buffer = {}
    while True:
        pause = max(0.0, min(w[0] for w in waiting) - time.monotonic()) if waiting else None
        for key, _ in chosen.select(pause):
            if key.fileobj is report:
                report.recv()
                report.send((first, last))
                return
            if key.fileobj is listener:
                c, _ = listener.accept()
                c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                chosen.register(c, selectors.EVENT_READ)
                buffer[c] = b""
                continue
            c = key.fileobj
            try:
                data = c.recv(65536)
            except OSError:
                data = b""
            if not data:
                chosen.unregister(c)
                del buffer[c]
                c.close()
                continue
            buffer[c] += data
            if b"\r\n\r\n" not in buffer[c]:
                continue
            asked, buffer[c] = ASKED.match(buffer[c]), b""
            if not asked:
                c.sendall((HEAD % ("200 OK", "text/plain", len(ROBOTS))).encode() + ROBOTS)
                continue
            host = asked[3].decode()
            body = answer(int(asked[1]), int(asked[2]), n_step, host).encode()
            whole = (HEAD % ("200 OK", "application/json", len(body))).encode() + body
            if host.startswith("slow"):
                waiting.append((time.monotonic() + slow_s, c, whole))
                continue
            last = time.monotonic()
            first = first or last
            c.sendall(whole)
        now = time.monotonic()
        for w in [w for w in waiting if w[0] <= now]:
            waiting.remove(w)
            if w[1] in buffer:
                w[1].sendall(w[2])


class Chains:
    """with Chains(n_chain, n_step) as web: web.port, web.first(i); after it web.first_quick and web.last_quick (seconds): when quick hosts were asked."""

    def __init__(self, n_chain, n_step, slow_s=0.0):
        self.n_chain = n_chain
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = listener.getsockname()[1]
        self.report, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(listener, n_step, slow_s, theirs), daemon=True)
        self.process.start()
        listener.close()

    def first(self, i):
        return f"/chain{i}x0.json"

    def settle(self):
        if self.process.is_alive():
            self.report.send("times")
            self.first_quick, self.last_quick = self.report.recv()
            self.process.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.settle()
        self.process.kill()
        self.process.join()
