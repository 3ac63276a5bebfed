"""HTTP clients against a server that fails in every way."""

STATUSES = {404: "404_not_found", 410: "404_not_found", 403: "access_denied", 401: "access_denied", 429: "rate_limited", 500: "server_error",
            502: "server_error", 503: "server_error", 504: "server_error"}

CLIENTS = {
    "requests": "import requests\nr = requests.get('{url}', timeout=1)\nr.raise_for_status()\nprint(len(r.content))",
    "urllib": "import urllib.request\nprint(len(urllib.request.urlopen('{url}', timeout=1).read()))",
    "httpx": "import httpx\nr = httpx.get('{url}', timeout=1)\nr.raise_for_status()\nprint(len(r.content))",
    "aiohttp": "import aiohttp, asyncio\nasync def go():\n    async with aiohttp.ClientSession(raise_for_status=True, timeout=aiohttp.ClientTimeout(1)) as s:\n"
               "        async with s.get('{url}') as r:\n            print(len(await r.read()))\nasyncio.run(go())",
    "pandas": "import pandas as pd\nprint(len(pd.read_csv('{url}')))",
    "urllib3": "import urllib3\nr = urllib3.PoolManager(retries=False, timeout=1).request('GET', '{url}')\nif r.status >= 400:\n    raise SystemExit(f'HTTP {{r.status}} {{r.reason}} for {url}')\nprint(r.data)",
}
SHELLS = {"curl": "curl -fsS --max-time 1 -o out '{url}'", "wget": "wget -T 1 -t 1 -O out '{url}'", "curl-v": "curl -f -v --max-time 1 -o out '{url}'"}


def web(corpus, port, tls, closed):
    plain = f"http://127.0.0.1:{port}"

    def ask(name, client, url, kind, transient=None, **fields):
        shown = corpus.world.plain(url)
        fields.setdefault("url", shown)
        fields.setdefault("host", shown.split("//")[1].split("/")[0].split(":")[0])
        if fields["url"] in ("", None):
            fields.pop("url")
        if client in SHELLS:
            corpus.shell(f"{client}-{name}", SHELLS[client].format(url=url), kind, transient, **fields)
        else:
            corpus.python(f"{client}-{name}", CLIENTS[client].format(url=url), kind, transient, **fields)

    for index, (status, kind) in enumerate(STATUSES.items()):
        clients = ["requests", "curl", "urllib", "wget", "httpx", "aiohttp", "pandas", "urllib3", "curl-v"]
        for client in {clients[index % 9], clients[(index + 1) % 9], clients[(index + 4) % 9], clients[(index + 6) % 9]}:
            ask(status, client, f"{plain}/{status}/staff.xlsx", kind, status=status)
    for client in ["requests", "httpx", "aiohttp", "urllib", "curl", "wget"]:
        ask("slow", client, f"{plain}/slow/staff.csv", "timeout")
        ask("refused", client, f"http://127.0.0.1:{closed}/staff.csv", "connection_failed")
        ask("no-host", client, "http://files.invalid/staff.csv", "connection_failed", host="files.invalid")
        ask("tls", client, f"https://127.0.0.1:{tls}/staff.csv", "tls_error")
        ask("reset", client, f"{plain}/reset/staff.csv", "connection_failed")
    for client in ["requests", "curl", "wget", "httpx", "aiohttp", "urllib"]:
        ask("truncated", client, f"{plain}/truncated/staff.csv", "connection_failed")
    for client in ["requests", "curl", "urllib", "httpx", "aiohttp"]:
        ask("empty", client, f"{plain}/empty/staff.csv", "connection_failed")
    for client in ["requests", "curl", "aiohttp"]:
        ask("drip", client, f"{plain}/drip/staff.csv", "timeout")
    ask("plain-tls", "requests", f"https://127.0.0.1:{port}/staff.csv", "tls_error")
    ask("plain-tls", "curl", f"https://127.0.0.1:{port}/staff.csv", "tls_error")
    ask("host-tls", "urllib", f"https://localhost:{tls}/staff.csv", "tls_error")
    for client in ["requests", "curl", "httpx"]:
        ask("ok", client, f"{plain}/staff.csv", "none")
    corpus.python("requests-json", f"import requests\nprint(requests.get('{plain}/data.json').json())", "corrupt_file", line=1)
    corpus.python("requests-scheme", "import requests\nrequests.get('files/staff.csv')", "code_error")
    corpus.python("requests-retry", f"""
        import requests
        from requests.adapters import HTTPAdapter, Retry
        s = requests.Session()
        s.mount('http://', HTTPAdapter(max_retries=Retry(2, backoff_factor=0.1, status_forcelist=[503])))
        s.get('{plain}/503/staff.csv')""", "server_error", host="127.0.0.1", status=503)
    corpus.python("xlsx-page", f"import io, requests, pandas as pd\npd.read_excel(io.BytesIO(requests.get('{plain}/page.xlsx').content))", "corrupt_file")
    corpus.python("pandas-url-column", f"import pandas as pd\npd.read_csv('{plain}/staff.csv')['grade']", "missing_column", column="grade")
