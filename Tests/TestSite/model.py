"""A model's server on a free port of this machine, strict as the published interfaces of Anthropic, Gemini and OpenAI are.

    python3 model.py anthropic|gemini|openai KEY

It says what the test put into `/_test/script`, one item a call, the last one for ever: `text` (what the model says), or an answer to
give instead: `status`, `body`, `headers`, `sleep`, `huge` (bytes without end), `drop`, `trickle`; `stop` (the reason it ended), `usage`
false. `/_test/requests` tells what came in. An empty KEY asks for none.
"""
import http.server, json, os, sys, threading, time

provider, key = sys.argv[1], sys.argv[2]
script, requests = [], []
lock = threading.RLock()


class Refusal(Exception):
    def __init__(self, status, body): self.status, self.body = status, body


def refuse(status, message, kind="invalid_request_error"):
    if provider == "anthropic": raise Refusal(status, {"type": "error", "error": {"type": kind, "message": message}})
    if provider == "gemini": raise Refusal(status, {"error": {"code": status, "message": message, "status": kind.upper()}})
    raise Refusal(status, {"error": {"message": message, "type": kind, "param": None, "code": None}})


def turns(messages, roles, text):
    if not messages or any(role != roles[i % 2] for i, role in enumerate(roles_of(messages))):
        refuse(400, "roles must alternate and begin with the user's")
    return [text(message) for message in messages]


def roles_of(messages): return [message.get("role") for message in messages]


def checked(path, headers, body):
    """What was asked, or a refusal as the provider's own."""
    if provider == "anthropic":
        if path != "/v1/messages": refuse(404, "Not found", "not_found_error")
        if key and headers.get("x-api-key") != key: refuse(401, "invalid x-api-key", "authentication_error")
        if headers.get("anthropic-version") != "2023-06-01": refuse(400, "anthropic-version: header is required")
        if not isinstance(body.get("max_tokens"), int): refuse(400, "max_tokens: Field required")
        if not isinstance(body.get("system"), str): refuse(400, "system: Field required")
        if set(body) - {"model", "max_tokens", "system", "messages"}: refuse(400, "Extra inputs are not permitted")
        return turns(body["messages"], ("user", "assistant"), lambda m: m["content"])
    if provider == "gemini":
        if not path.startswith("/v1beta/models/") or not path.endswith(":generateContent"): refuse(404, "not found")
        if key and headers.get("x-goog-api-key") != key: refuse(400, "API key not valid.", "invalid_argument")
        if set(body) != {"systemInstruction", "contents", "generationConfig"}: refuse(400, "Unknown name")
        if not isinstance(body["generationConfig"].get("maxOutputTokens"), int): refuse(400, "maxOutputTokens")
        return turns(body["contents"], ("user", "model"), lambda m: m["parts"][0]["text"])
    if path != "/v1/chat/completions": refuse(404, "Invalid URL")
    if key and headers.get("authorization") != "Bearer " + key: refuse(401, "Incorrect API key provided: " + headers.get("authorization", "")[7:])
    if not isinstance(body.get("max_tokens"), int): refuse(400, "max_tokens is missing")
    if body["messages"][0]["role"] != "system": refuse(400, "no system message")
    return turns(body["messages"][1:], ("user", "assistant"), lambda m: m["content"])


def said(item):
    text, counted = item["text"], item.get("usage", True)
    if provider == "anthropic":
        answer = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m",
                  "content": [{"type": "thinking", "thinking": "{hm}"}, {"type": "text", "text": text}],
                  "stop_reason": item.get("stop", "end_turn"), "stop_sequence": None}
        if counted: answer["usage"] = {"input_tokens": 1000, "cache_read_input_tokens": 200, "output_tokens": 100}
    elif provider == "gemini":
        answer = {"candidates": [{"content": {"role": "model", "parts": [{"text": "{hm}", "thought": True}, {"text": text}]},
                                  "finishReason": item.get("stop", "STOP"), "index": 0}], "modelVersion": "m"}
        if counted: answer["usageMetadata"] = {"promptTokenCount": 1200, "candidatesTokenCount": 70,
                                               "thoughtsTokenCount": 30, "totalTokenCount": 1300}
    else:
        answer = {"id": "chatcmpl-1", "object": "chat.completion", "model": "m", "choices": [{
            "index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": item.get("stop", "stop")}]}
        if counted: answer["usage"] = {"prompt_tokens": 1200, "completion_tokens": 100, "total_tokens": 1300}
    return answer


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *arguments): pass

    def answer(self, status, value, headers={}):
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(value, str) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items(): self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def stream(self, piece, pause):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for _ in range(400):
                self.wfile.write(piece)
                time.sleep(pause)
        except OSError: pass
        self.close_connection = True

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        if self.path == "/_test/script":
            with lock: script[:] = sent
            return self.answer(200, [])
        if self.path == "/_test/requests":
            with lock: return self.answer(200, requests)
        headers = {name.lower(): text for name, text in self.headers.items()}
        with lock:
            item = script.pop(0) if len(script) > 1 else script[0]
            try:
                asked = checked(self.path, headers, sent)
            except Refusal as refusal:
                requests.append({"path": self.path, "turns": [], "tokens": 0})
                return self.answer(refusal.status, refusal.body)
            limit = sent.get("max_tokens") or sent.get("generationConfig", {}).get("maxOutputTokens")
            requests.append({"path": self.path, "turns": asked, "tokens": limit})
        time.sleep(item.get("sleep", 0))
        if item.get("drop"):
            self.close_connection = True
            return self.connection.close()
        if item.get("huge"): return self.stream(b" " * 65536, 0)
        if item.get("trickle"): return self.stream(b" ", 0.2)
        if "text" in item: return self.answer(200, said(item))
        self.answer(item.get("status", 200), item.get("body", ""), item.get("headers", {}))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print(server.server_address[1])
server.serve_forever()
