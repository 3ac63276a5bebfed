"""Serves the sample's web site on loopback: `python3 serve.py --port 8765 [--root site]`.

A small server, not a static one, because real sites are not: the first requests for one file get a 503 that heals, which is what
a retry is for, and an upcoming publication is always some weeks ahead. Needs only Python's own library.
"""

import argparse
import datetime
import http.server
import io
import os
import socket
import sys
import threading
from pathlib import Path

# Path to the number of requests that fail before the file is served.
BUSY_AT_FIRST = {"/files/adhd/May25/ADHD_May25.csv": 2}


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    remaining = dict(BUSY_AT_FIRST)
    lock = threading.Lock()

    def do_GET(self):
        with self.lock:
            left = self.remaining.get(self.path, 0)
            if left > 0:
                self.remaining[self.path] = left - 1
        if left > 0:
            self.send_error(503, "Service Unavailable", "The server is busy. Try again shortly.")
        else:
            super().do_GET()

    def send_head(self):
        """A page's `{{next 29 January}}` becomes a day that is still to come."""
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() and self.path.endswith("/") else path
        if page.suffix != ".html" or not page.is_file():
            return super().send_head()
        body = page.read_bytes().replace(b"{{next 29 January}}", next_29_january().encode())
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format, *args):
        print(f"{self.command} {self.path} {args[1] if len(args) > 1 else ''}", flush=True)


def free_port(preferred):
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise SystemExit("serve.py: no free port on 127.0.0.1")


def next_29_january():
    return f"29 January {datetime.date.today().year + 1}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--free-port", action="store_true", help="print the port, or a free one when it is taken, and end")
    parser.add_argument("--root", default=str(Path(__file__).parent / "site"))
    parser.add_argument("--until-closed", action="store_true", help="end when standard input does")
    options = parser.parse_args()
    if options.free_port:
        print(free_port(options.port))
        return
    if options.until_closed:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    handler = lambda *args: Handler(*args, directory=options.root)
    with http.server.ThreadingHTTPServer(("127.0.0.1", options.port), handler) as server:
        print(f"Serving {options.root} on http://127.0.0.1:{options.port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
