"""A forge on a free port of this machine, which answers as the published interfaces of GitHub, GitLab and Gitea say.

    python3 forge.py github|gitlab|gitea TOKEN [BARE_REPOSITORY]

It is strict where they are: headers, required fields, status codes, one open pull request a branch, pages with `Link`. With a
repository, branches have to be there. The test talks to it below `/_test/`: `requests` (what came in), `pulls`, `people` (a person
changes a pull request), `faults` (answers to give instead), `limit` (the largest page).
"""
import http.server, json, os, socket, subprocess, sys, threading, time, urllib.parse

dialect, token = sys.argv[1], sys.argv[2]
repository = sys.argv[3] if len(sys.argv) > 3 else None
project = "acme/stats"
base_path = {"github": "", "gitlab": "/api/v4", "gitea": "/api/v1"}[dialect]
pulls, labels, requests, faults = {}, {}, [], []
limit = {"github": 100, "gitlab": 100, "gitea": 50}[dialect]
lock = threading.RLock()


class Refusal(Exception):
    def __init__(self, status, body): self.status, self.body = status, body


def commit(branch):
    if repository is None: return "0" * 40
    found = subprocess.run(["git", "-C", repository, "rev-parse", "--verify", "-q", "refs/heads/" + branch],
                           capture_output=True, text=True)
    return found.stdout.strip() or None


def shown(pull):
    """A pull request as the dialect writes it."""
    number, state, page = pull["number"], pull["state"], f"http://forge.test/{project}/pulls/{pull['number']}"
    if dialect == "gitlab":
        return {"id": 9000 + number, "iid": number, "state": {"open": "opened"}.get(state, state), "title": pull["title"],
                "description": pull["body"], "source_branch": pull["head"], "target_branch": pull["base"],
                "source_project_id": 5 if pull["own"] else 6, "target_project_id": 5, "labels": sorted(pull["labels"]),
                "sha": pull["commit"], "draft": pull["title"].startswith("Draft: "), "web_url": page}
    owner = "acme" if pull["own"] else "someone"
    head = {"ref": pull["head"], "sha": pull["commit"], "label": f"{owner}:{pull['head']}",
            "repo": {"full_name": f"{owner}/stats"}}
    if dialect == "gitea": head["label"] = pull["head"]
    body = {"id": 9000 + number, "number": number, "state": "closed" if state == "merged" else state,
            "title": pull["title"], "body": pull["body"], "head": head,
            "base": {"ref": pull["base"], "repo": {"full_name": project}}, "html_url": page,
            "labels": [{"id": labels.get(name, 0), "name": name} for name in sorted(pull["labels"])],
            "merged_at": "2026-01-01T00:00:00Z" if state == "merged" else None}
    if dialect == "gitea": body["merged"] = state == "merged"
    else: body["draft"] = pull["draft"]
    return body


def need(body, *names):
    for name in names:
        if not body.get(name):
            if dialect == "gitlab": raise Refusal(400, {"error": f"{name} is missing"})
            raise Refusal(422, {"message": "Validation Failed", "errors": [
                {"resource": "PullRequest", "code": "missing_field", "field": name}]})


def page(items, query, address):
    size = min(int(query.get("limit" if dialect == "gitea" else "per_page", 30)), limit)
    number = int(query.get("page", 1))
    found = items[(number - 1) * size:number * size]
    headers = {}
    if number * size < len(items):
        following = urllib.parse.urlencode({**query, "page": number + 1})
        headers["Link"] = f'<{address}?{following}>; rel="next", <{address}?page=99>; rel="last"'
    return 200, found, headers


def listed(query, address):
    found = sorted(pulls.values(), key=lambda pull: -pull["number"])
    names = {"opened": "open"} if dialect == "gitlab" else {}
    state = query.get("state", "all" if dialect == "gitlab" else "open")
    state = names.get(state, state)
    if state == "closed" and dialect != "gitlab": found = [p for p in found if p["state"] != "open"]
    elif state != "all": found = [p for p in found if p["state"] == state]
    if dialect == "github" and "head" in query:
        found = [p for p in found if f"{'acme' if p['own'] else 'someone'}:{p['head']}" == query["head"]]
    if dialect == "gitlab" and "source_branch" in query:
        found = [p for p in found if p["head"] == query["source_branch"]]
    return page([shown(pull) for pull in found], query, address)


def opened(body):
    head, base = ("source_branch", "target_branch") if dialect == "gitlab" else ("head", "base")
    need(body, "title", head, base)
    for name in (head, base):
        if commit(body[name]) is None:
            if dialect == "gitea": raise Refusal(404, {"message": "The target couldn't be found.", "errors": []})
            if dialect == "gitlab": raise Refusal(409, {"message": [f"{name} does not exist"]})
            raise Refusal(422, {"message": "Validation Failed", "errors": [
                {"resource": "PullRequest", "field": name, "code": "invalid"}]})
    for pull in pulls.values():
        if pull["state"] == "open" and pull["head"] == body[head] and pull["base"] == body[base] and pull["own"]:
            if dialect == "github": raise Refusal(422, {"message": "Validation Failed", "errors": [
                {"resource": "PullRequest", "code": "custom",
                 "message": f"A pull request already exists for acme:{body[head]}."}]})
            if dialect == "gitlab": raise Refusal(409, {"message": [
                f"Another open merge request already exists for this source branch: !{pull['number']}"]})
            raise Refusal(409, {"message": f"pull request already exists for these targets [id: {pull['number']}]"})
    pull = {"number": len(pulls) + 1, "state": "open", "title": body["title"],
            "body": body.get("description" if dialect == "gitlab" else "body", ""), "head": body[head],
            "base": body[base], "draft": body.get("draft", False), "labels": set(), "comments": [], "own": True,
            "commit": commit(body[head])}
    pulls[pull["number"]] = pull
    return 201, shown(pull), {}


def changed(pull, body):
    if dialect == "gitlab":
        known = {"title", "description", "state_event", "add_labels"}
        if not body.keys() & known: raise Refusal(400, {"error": "title, description, ... are missing, at least one"})
        if body.get("state_event") == "close": pull["state"] = "closed"
        pull["labels"] |= {name for name in body.get("add_labels", "").split(",") if name}
    elif "state" in body:
        if body["state"] not in ("open", "closed"): raise Refusal(422, {"message": "Validation Failed", "errors": []})
        pull["state"] = body["state"]
    pull["title"] = body.get("title", pull["title"])
    pull["body"] = body.get("description" if dialect == "gitlab" else "body", pull["body"])
    return (201 if dialect == "gitea" else 200), shown(pull), {}


def labelled(pull, body):
    wanted = body.get("labels")
    if dialect == "github":
        if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
            raise Refusal(422, {"message": "Invalid request.\n\nFor 'links/0/schema', nil is not an array."})
        pull["labels"] |= set(wanted)
    else:
        if not isinstance(wanted, list) or not all(isinstance(number, int) for number in wanted):
            raise Refusal(422, {"message": "[]: json: cannot unmarshal string into Go struct field"})
        pull["labels"] |= {name for name, number in labels.items() if number in wanted}
    return 200, [{"name": name} for name in sorted(pull["labels"])], {}


def new_label(body):
    if not body.get("name") or not body.get("color"): raise Refusal(422, {"message": "[Color]: Required"})
    labels[body["name"]] = len(labels) + 11
    return 201, {"id": labels[body["name"]], "name": body["name"], "color": body["color"]}, {}


def route(method, path, query, body, address):
    project_path = f"/projects/{project.replace('/', '%2F')}" if dialect == "gitlab" else f"/repos/{project}"
    if not path.startswith(base_path + project_path + "/"): raise Refusal(404, {"message": "Not Found"})
    parts = path[len(base_path + project_path) + 1:].split("/")
    collection = "merge_requests" if dialect == "gitlab" else "pulls"
    if parts == [collection]: return listed(query, address) if method == "GET" else opened(body)
    if dialect == "gitea" and parts == ["labels"]:
        if method == "POST": return new_label(body)
        return page([{"id": number, "name": name} for name, number in labels.items()], query, address)
    if len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) not in pulls:
        raise Refusal(404, {"message": "404 Not found" if dialect == "gitlab" else "Not Found"})
    pull, issues = pulls[int(parts[1])], "merge_requests" if dialect == "gitlab" else "issues"
    if parts[0] == collection and len(parts) == 2:
        if method == "GET": return 200, shown(pull), {}
        if method == ("PUT" if dialect == "gitlab" else "PATCH"): return changed(pull, body)
    if parts[0] == issues and parts[2:] == ["notes" if dialect == "gitlab" else "comments"]:
        if method == "GET": return page([{"id": i, "body": text} for i, text in enumerate(pull["comments"])], query, address)
        need(body, "body")
        pull["comments"].append(body["body"])
        return 201, {"id": len(pull["comments"]), "body": body["body"]}, {}
    if parts[0] == "issues" and parts[2:] == ["labels"] and dialect != "gitlab" and method == "POST":
        return labelled(pull, body)
    raise Refusal(405, {"message": "405 Method Not Allowed"})


def test(name, body):
    """What only the test may do."""
    global limit
    if name == "requests": return requests
    if name == "faults": faults[:] = body
    elif name == "limit": limit = body
    elif name == "people":
        pull = pulls.setdefault(body["number"], {
            "number": body["number"], "state": "open", "title": "A person's", "body": "", "head": "theirs", "base": "main",
            "draft": False, "labels": set(), "comments": [], "own": True, "commit": "0" * 40})
        pull.update({**body, "labels": set(body.get("labels", pull["labels"]))})
    return [{**pull, "labels": sorted(pull["labels"])} for _, pull in sorted(pulls.items())]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *arguments): pass

    def answer(self, status, value, headers={}):
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(value, str) else "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items(): self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def handle_all(self):
        path, _, text = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(text, strict_parsing=bool(text)))
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(sent) if sent else {}
        if path.startswith("/_test/"):
            with lock: return self.answer(200, test(path[7:], body))
        with lock:
            requests.append({"method": self.command, "path": path, "query": query, "body": body,
                             "headers": {name.lower(): value for name, value in self.headers.items()}})
            fault = next((f for f in faults if f.get("on", "") in f"{self.command} {path}"), None)
            if fault and "times" in fault:
                fault["times"] -= 1
                if fault["times"] <= 0: faults.remove(fault)
        if fault and "sleep" in fault: time.sleep(fault["sleep"])
        if fault and fault.get("drop"): return self.hang_up()
        if fault and fault.get("trickle"): return self.trickle()
        if fault and "status" in fault:
            return self.answer(fault["status"], fault.get("body", ""), fault.get("headers", {}))
        try:
            carried = self.headers.get("PRIVATE-TOKEN" if dialect == "gitlab" else "Authorization", "")
            scheme = {"github": "Bearer ", "gitlab": "", "gitea": "token "}[dialect]
            if carried != scheme + token: raise Refusal(401, {"message": {
                "github": "Bad credentials", "gitlab": "401 Unauthorized", "gitea": "invalid username, password or token"}[dialect]})
            if dialect == "github":
                if not self.headers.get("User-Agent"): raise Refusal(403, {"message": "Request forbidden by administrative rules."})
                if self.headers.get("Accept") != "application/vnd.github+json" or not self.headers.get("X-GitHub-Api-Version"):
                    raise Refusal(415, {"message": "Unsupported 'Accept' header"})
            if sent and self.headers.get("Content-Type") != "application/json": raise Refusal(415, {"message": "Unsupported"})
            with lock:
                if fault and fault.get("lost"):
                    route(self.command, path, query, body, path)
                    return self.hang_up()
                self.answer(*route(self.command, path, query, body, f"http://{self.headers['Host']}{path}"))
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body)

    def trickle(self):
        """A byte now and then: never silent, and never done."""
        self.send_response(200)
        self.send_header("Content-Length", "60")
        self.end_headers()
        for _ in range(60):
            self.wfile.write(b" ")
            time.sleep(0.3)

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_all


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that gave up is what some tests are about."""
        if not isinstance(sys.exc_info()[1], ConnectionError): super().handle_error(request, client_address)


server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print(server.server_address[1])
server.serve_forever()
