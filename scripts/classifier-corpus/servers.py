"""Loopback servers that fail in every way a pipeline meets, and a PostgreSQL cluster of the corpus's own."""

import http.server
import json
import os
import pwd
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

REASONS = {"400": "Bad Request", "429": "Too Many Requests"}
CLOUD = {
    "missing.csv": (404, "NoSuchKey", "The specified key does not exist."),
    "secret.csv": (403, "AccessDenied", "Access Denied"),
    "busy.csv": (503, "SlowDown", "Please reduce your request rate."),
    "broken.csv": (500, "InternalError", "We encountered an internal error. Please try again."),
    "expired.csv": (400, "ExpiredToken", "The provided token has expired."),
    "signature.csv": (403, "SignatureDoesNotMatch", "The request signature we calculated does not match."),
}

MODEL_WORDS = {
    "overloaded_error": "Overloaded", "context_length_exceeded": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9120 tokens.",
    "insufficient_quota": "You exceeded your current quota, please check your plan and billing details.", "request_too_large": "Request exceeds the maximum size",
    "invalid_request_error": "prompt is too long: 210041 tokens > 200000 maximum", "RESOURCE_EXHAUSTED": "Resource has been exhausted (e.g. check quota).",
    "UNAVAILABLE": "The model is overloaded. Please try again later.", "invalid_api_key": "Incorrect API key provided: k.",
}


class Faulty(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self, status, data, kind="text/plain", length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    do_PUT = do_HEAD = lambda self: self.do_GET() if self.command == "HEAD" else self.do_POST()

    def do_GET(self):
        path = self.path.split("?")[0]
        parts = [part for part in path.split("/") if part]
        first = parts[0] if parts else ""
        if first.isdigit():
            return self.body(int(first), b"<html><title>Sorry</title></html>", "text/html")
        if first.startswith(("s3code-", "llmapi-")):
            return self.says(*first.split("-")[:3])
        if first == "bucket":
            return self.cloud(parts[-1])
        if first.startswith("llm"):
            return self.model(int(first[3:] or 200))
        if first == "stall":
            return time.sleep(3)
        if first == "slow":
            time.sleep(6)
            return self.body(200, b"late")
        if first == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"id,age\n")
            self.wfile.flush()
            time.sleep(6)
            return
        if first == "truncated":
            self.body(200, b"id,age\n1,2\n", "text/csv", length=100000)
            self.close_connection = True
            return
        if first == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.close_connection = True
            return self.connection.close()
        if first == "empty":
            self.close_connection = True
            return self.connection.shutdown(socket.SHUT_RDWR)
        if first == "loop":
            return self.body(302, b"", Location=path)
        if first == "garbage":
            self.wfile.write(b"hello, this is no HTTP\r\n\r\n")
            self.close_connection = True
            return
        if first == "page.xlsx":
            return self.body(200, b"<!DOCTYPE html><html><body>Please sign in</body></html>", "text/html")
        if first == "data.json":
            return self.body(200, b'{"rows": [1, 2', "application/json")
        self.body(200, b"id,age\n1,34\n2,*\n", "text/csv")

    def cloud(self, key):
        status, code, message = CLOUD.get(key, CLOUD["missing.csv"])
        xml = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        self.body(status, xml.encode(), "application/xml")

    def says(self, which, code, status):
        """Answers with an error in a cloud's XML or a model's JSON."""
        if which == "s3code":
            data = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>It says {code}</Message></Error>"
            return self.body(int(status), data.encode(), "application/xml")
        error = {"type": code, "code": int(status) if code.isupper() else code, "status": code, "message": MODEL_WORDS.get(code, f"it says {code}")}
        self.body(int(status), json.dumps({"type": "error", "error": error, "message": error["message"]}).encode(), "application/json")

    def model(self, status):
        kinds = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error", 400: "invalid_request_error"}
        data = '{"type":"error","error":{"type":"%s","code":%d,"status":"X","message":"the model says %d"}}'
        if status == 200:
            return self.body(200, b'{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"not json"}]}',
                             "application/json")
        self.body(status, (data % (kinds.get(status, "api_error"), status, status)).encode(), "application/json")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def serve(world):
    """Starts the plain server; gives its address."""
    server = Server(("127.0.0.1", 0), Faulty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world.cleanups.append(server.shutdown)
    world.stand_in(f"127.0.0.1:{server.server_port}", "127.0.0.1:8080")
    world.stand_in(f"port={server.server_port}", "port=8080")
    world.stand_in(f"port {server.server_port}", "port 8080")
    return server.server_port


def serve_tls(world):
    """Starts a server whose certificate nobody trusts; gives its port."""
    key, cert = world.root / "key.pem", world.root / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "1",
                    "-subj", "/CN=data.example.org", "-addext", "subjectAltName=DNS:data.example.org"],
                   check=True, capture_output=True)
    server = Server(("127.0.0.1", 0), Faulty)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world.cleanups.append(server.shutdown)
    for shape in ("127.0.0.1:{}", "localhost:{}", "port={}", "port {}"):
        world.stand_in(shape.format(server.server_port), shape.format(8443))
    return server.server_port


def closed_port(world):
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for shape in ("127.0.0.1:{}", "localhost:{}", "port={}", "port {}", "'127.0.0.1', {}", '"127.0.0.1", {}'):
        world.stand_in(shape.format(port), shape.format(9))
    return port


class Postgres:
    """A cluster in the scratch folder, stopped and removed with it."""

    def __init__(self, world):
        self.data = world.root / "pg"
        self.bin = next(Path("/usr/lib/postgresql").glob("*/bin"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        for shape in ("127.0.0.1:{}", "port={}", "port {}", "PGSQL.{}", "'127.0.0.1', {}"):
            world.stand_in(shape.format(self.port), shape.format(5433))
        os.chmod(world.root, 0o755)
        self.run("initdb", "-D", self.data, "-U", "loader", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8")
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write(f"port={self.port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nmax_connections=6\n"
                       "superuser_reserved_connections=1\nfsync=off\nlog_min_messages=fatal\n")
        (self.data / "pg_hba.conf").write_text(
            "host all secretive 127.0.0.1/32 scram-sha-256\nhost all outsider 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 trust\n")
        self.run("pg_ctl", "-D", self.data, "-l", "/dev/null", "-w", "start")
        world.cleanups.append(lambda: self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop"))
        self.url = f"postgresql://loader@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments):
        """As the user postgres where we are root, which the server refuses to be."""
        command = [str(self.bin / program), *map(str, arguments)]
        options = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            self.data.mkdir(exist_ok=True)
            os.chown(self.data, user.pw_uid, user.pw_gid)
            options = {"user": user.pw_uid, "group": user.pw_gid}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, **options)
