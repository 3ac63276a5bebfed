"""Round three: the way to files, clouds and language models, with other statuses, clients and ways of logging than before."""

GET = {
    "requests": "import requests\nrequests.get('{url}', timeout=2).raise_for_status()",
    "httpx": "import httpx\nhttpx.get('{url}', timeout=2).raise_for_status()",
    "urllib": "import urllib.request\nurllib.request.urlopen('{url}', timeout=2).read()",
    "aiohttp": "import aiohttp, asyncio\nasync def main():\n    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(2)) as s:\n        async with s.get('{url}') as r:\n            r.raise_for_status()\n            await r.read()\nasyncio.run(main())",
    "session": "import requests\ns = requests.Session()\nr = s.post('{url}', json=dict(a=1), timeout=2)\nr.raise_for_status()",
    "own": "import requests, sys\nr = requests.get('{url}', timeout=2)\nif not r.ok:\n    sys.exit(f'download of {r.url} failed with HTTP status {r.status_code} ({r.reason})')",
    "logged": "import httpx, logging, sys\nlogging.basicConfig(level='INFO', format='%(asctime)s %(levelname)-8s %(message)s')\ntry:\n    httpx.get('{url}', timeout=2).raise_for_status()\nexcept httpx.HTTPStatusError as e:\n    logging.error('could not fetch source: %s', e)\n    sys.exit(2)",
    "tuple": "import requests\nr = requests.get('{url}', timeout=2)\nassert r.status_code == 200, (r.status_code, r.url)",
    "json": "import requests, json, sys\nr = requests.get('{url}', timeout=2)\nif r.status_code >= 400:\n    print(json.dumps(dict(level='ERROR', event='download_failed', url=r.url, status_code=r.status_code)))\n    sys.exit(1)",
    "curl": "curl -fsSL '{url}' -o out.bin",
    "curl-w": "code=$(curl -s -o /dev/null -w '%{http_code}' '{url}'); echo \"GET {url} -> $code\"; [ $code -lt 400 ]",
    "curl-body": "curl --fail-with-body -sS '{url}'",
    "wget": "wget -O out.bin '{url}'",
    "wget-nv": "wget -nv -O out.bin '{url}'",
    "pandas": "import pandas as pd\npd.read_csv('{url}')",
}
STATUSES = {
    404: "404_not_found", 410: "404_not_found", 401: "access_denied", 403: "access_denied", 407: "access_denied", 451: "access_denied",
    429: "rate_limited", 500: "server_error", 502: "server_error", 503: "server_error", 504: "server_error", 408: "timeout",
}
PAIRS = [
    ("requests", 410), ("requests", 451), ("requests", 502), ("httpx", 401), ("httpx", 504), ("httpx", 408), ("urllib", 429), ("urllib", 504),
    ("aiohttp", 401), ("aiohttp", 503), ("aiohttp", 404), ("session", 403), ("session", 503), ("own", 404), ("own", 502), ("own", 401),
    ("logged", 404), ("logged", 503), ("logged", 429), ("tuple", 500), ("tuple", 410), ("json", 404), ("json", 503), ("json", 403),
    ("curl", 410), ("curl", 504), ("curl", 401), ("curl-w", 404), ("curl-w", 503), ("curl-body", 404), ("wget", 500), ("wget", 410), ("wget-nv", 404),
    ("wget-nv", 503), ("pandas", 404), ("pandas", 503),
]
BROKEN = [
    ("requests-stalled", "requests", "stall", "timeout"), ("httpx-stalled", "httpx", "stall", "timeout"), ("aiohttp-stalled", "aiohttp", "stall", "timeout"),
    ("urllib-stalled", "urllib", "stall", "timeout"), ("pandas-reset", "pandas", "reset", "connection_failed"), ("session-reset", "session", "reset", "connection_failed"),
    ("own-empty", "own", "empty", "connection_failed"), ("logged-reset", None, None, None), ("curl-cut", "curl", "truncated", "connection_failed"),
    ("httpx-cut", "httpx", "truncated", "connection_failed"), ("aiohttp-cut", "aiohttp", "truncated", "connection_failed"),
]


def web3(corpus, port, tls, closed):
    base, shown = f"http://127.0.0.1:{port}", "http://127.0.0.1:8080"

    def get(name, how, address, kind, **fields):
        if how.startswith(("curl", "wget")):
            corpus.shell(name, GET[how].replace("{url}", address), kind, **fields)
        else:
            corpus.python(name, GET[how].replace("{url}", address), kind, older=how in {"requests", "httpx", "aiohttp", "session"} and len(name) % 2 == 0, **fields)
    for how, status in PAIRS:
        get(f"{how}-{status}", how, f"{base}/{status}/adhd/nov25.csv", STATUSES[status], status=status, url=f"{shown}/{status}/adhd/nov25.csv")
    for name, how, path, kind in BROKEN:
        if how:
            get(name, how, f"{base}/{path}/nov25.csv", kind, url=f"{shown}/{path}/nov25.csv", host="127.0.0.1")
    full = """
        import socket
        s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0)
        held = []
        for _ in range(4):
            c = socket.socket(); c.setblocking(False); c.connect_ex(s.getsockname()); held.append(c)
        url = f'http://127.0.0.1:{s.getsockname()[1]}/nov25.csv'
        """
    for name, line in [("requests", "import requests; requests.get(url, timeout=1)"), ("httpx", "import httpx; httpx.get(url, timeout=1)"),
                       ("urllib", "import urllib.request; urllib.request.urlopen(url, timeout=1)"),
                       ("curl", "import subprocess, sys; sys.exit(subprocess.call(['curl', '-sS', '--connect-timeout', '1', url]))"),
                       ("curl-sum", "import subprocess, sys; sys.exit(subprocess.call(['curl', '-fsS', '-m', '1', url]))")]:
        corpus.python(f"connect-{name}", full + line, "timeout", host="127.0.0.1")
    secure = f"https://127.0.0.1:{tls}/a.csv"
    for how in ("requests", "urllib", "aiohttp", "session", "pandas", "curl", "wget-nv"):
        get(f"tls-{how}", how, secure, "tls_error", host="127.0.0.1", url="https://127.0.0.1:8443/a.csv")
    for how in ("session", "logged", "pandas", "curl-body", "wget-nv", "own"):
        if how != "logged":
            get(f"refused-{how}", how, f"http://127.0.0.1:{closed}/a.csv", "connection_failed", host="127.0.0.1", url="http://127.0.0.1:9/a.csv")
    for how in ("requests", "httpx", "urllib", "pandas", "curl", "wget"):
        get(f"unknown-host-{how}", how, "http://files.statistics.invalid/a.csv", "connection_failed", host="files.statistics.invalid", url="http://files.statistics.invalid/a.csv")
    p, s = corpus.python, corpus.shell
    p("adapter-429", f"import requests\nfrom requests.adapters import HTTPAdapter, Retry\ns = requests.Session()\ns.mount('http://', HTTPAdapter(max_retries=Retry(2, status_forcelist=[429], backoff_factor=0)))\ns.get('{base}/429/a.csv')",
      "rate_limited", status=429, host="127.0.0.1")
    p("adapter-500", f"import requests\nfrom requests.adapters import HTTPAdapter, Retry\ns = requests.Session()\ns.mount('http://', HTTPAdapter(max_retries=Retry(2, status_forcelist=[500], backoff_factor=0)))\ns.get('{base}/500/a.csv')",
      "server_error", status=500, host="127.0.0.1")
    s("curl-retries", f"curl -fsS --retry 2 --retry-delay 0 {base}/503/a.csv", "server_error", status=503)
    s("curl-retry-refused", f"curl -sS --retry 2 --retry-delay 0 --retry-connrefused http://127.0.0.1:{closed}/a.csv", "connection_failed", host="127.0.0.1")
    s("wget-tries", f"wget -t2 --waitretry=0 -T1 -O- {base}/stall/a.csv", "timeout", url=f"{shown}/stall/a.csv")
    s("wget-server", f"wget -q -S -O- {base}/403/a.csv", "access_denied", status=403)
    s("curl-head", f"curl -sSfI {base}/404/a.csv", "404_not_found", status=404)
    s("curl-many", f"curl -sSf {base}/ok.csv {base}/404/a.csv", "404_not_found", status=404)
    s("curl-write", f"curl -sS -o none/dir/a.csv {base}/ok.csv", "unknown")
    p("page-excel", f"import pandas as pd\npd.read_excel('{base}/page.xlsx')", "corrupt_file", url=f"{shown}/page.xlsx")
    p("page-zip", f"import requests, zipfile, io\nzipfile.ZipFile(io.BytesIO(requests.get('{base}/page.xlsx').content))", "corrupt_file")
    p("json-cut", f"import httpx\nhttpx.get('{base}/data.json').json()", "corrupt_file")
    p("healed", f"import requests, time\nfor path in ('503', '503', 'ok.csv'):\n    r = requests.get(f'{base}/{{path}}')\n    if r.ok:\n        print('downloaded', len(r.content), 'bytes after retries')\n        break\n    print(f'got {{r.status_code}} from {{r.url}}, retrying')", "none")
    p("mirror", f"import requests\nfor url in ('http://127.0.0.1:{closed}/a.csv', '{base}/a.csv'):\n    try:\n        print(url, requests.get(url, timeout=2).status_code)\n        break\n    except requests.ConnectionError as e:\n        print(f'WARN {{e}}; trying the mirror')", "none")
    p("probe", f"import requests\nfor name in ('oct25', 'nov25'):\n    r = requests.head(f'{base}/404/{{name}}.csv' if name == 'oct25' else f'{base}/{{name}}.csv')\n    print('INFO', name, 'is', 'there' if r.ok else 'absent', r.status_code)", "none")
    s("curl-ok-verbose", f"curl -vsS {base}/errors/timeout.csv", "none")
    s("wget-ok", f"wget -O- {base}/denied.csv", "none")


S3 = """
import boto3
from botocore.config import Config
c = boto3.client('{service}', endpoint_url='{url}', aws_access_key_id='AKIA', aws_secret_access_key='x', region_name='eu-west-2',
                 config=Config(retries=dict(total_max_attempts={tries}), connect_timeout=1, read_timeout=1, s3=dict(addressing_style='path')))
"""
MOTO = """
import boto3, os, moto
os.environ.update(AWS_ACCESS_KEY_ID='x', AWS_SECRET_ACCESS_KEY='x', AWS_DEFAULT_REGION='eu-west-2')
with moto.mock_aws():
    {body}
"""


def cloud3(corpus, port, closed):
    base = f"http://127.0.0.1:{port}"
    p = corpus.python
    for name, body, kind, fields in [
        ("get", "boto3.client('s3').get_object(Bucket='adhd', Key='nov25.csv')", "404_not_found", {}),
        ("key", "s = boto3.client('s3'); s.create_bucket(Bucket='adhd', CreateBucketConfiguration=dict(LocationConstraint='eu-west-2')); s.download_file('adhd', 'nov25.csv', 'x.csv')", "404_not_found", dict(status=404)),
        ("list", "list(boto3.resource('s3').Bucket('gone').objects.all())", "404_not_found", {}),
        ("secret", "boto3.client('secretsmanager').get_secret_value(SecretId='warehouse')", "404_not_found", {}),
        ("queue", "boto3.client('sqs').get_queue_url(QueueName='loads')", "404_not_found", {}),
        ("parameter", "boto3.client('ssm').get_parameter(Name='/warehouse/url')", "404_not_found", {}),
        ("upload", "boto3.client('s3').upload_file('gone.csv', 'adhd', 'gone.csv')", "no_files_found", dict(file="gone.csv")),
    ]:
        p(f"moto-{name}", MOTO.replace("{body}", body), kind, **fields)
    for code, status, service, kind in [
        ("AccessDenied", 403, "s3", "access_denied"), ("SlowDown", 503, "s3", "rate_limited"), ("InternalError", 500, "s3", "server_error"),
        ("RequestTimeTooSkewed", 403, "s3", "access_denied"), ("InvalidAccessKeyId", 403, "s3", "access_denied"), ("ServiceUnavailable", 503, "s3", "server_error"),
        ("NoSuchKey", 404, "s3", "404_not_found"), ("TooManyRequestsException", 429, "s3", "rate_limited"),
    ]:
        key = f"s3code-{code}-{status}"
        p(f"s3-{code}", S3.format(service=service, url=f"{base}/{key}", tries=2) + "c.get_object(Bucket='adhd', Key='nov25.csv')", kind)
    p("s3-reset", S3.format(service="s3", url=f"{base}/reset", tries=1) + "c.list_objects_v2(Bucket='adhd')", "connection_failed", url="http://127.0.0.1:8080/reset/adhd?list-type=2&encoding-type=url")
    p("s3-stalled", S3.format(service="s3", url=f"{base}/stall", tries=1) + "c.head_object(Bucket='adhd', Key='nov25.csv')", "timeout", url="http://127.0.0.1:8080/stall/adhd/nov25.csv")
    p("s3-refused", S3.format(service="s3", url=f"http://127.0.0.1:{closed}", tries=2) + "c.put_object(Bucket='adhd', Key='a', Body=b'x')", "connection_failed", url="http://127.0.0.1:9/adhd/a")
    p("s3fs-gone", f"import s3fs\ns3fs.S3FileSystem(key='x', secret='x', endpoint_url='{base}/bucket').open('adhd/missing.csv').read()", "404_not_found")
    p("s3-logged", S3.format(service="s3", url=f"{base}/s3code-ExpiredToken-400", tries=1) + "import logging\nfrom botocore.exceptions import ClientError\ntry:\n    c.get_object(Bucket='adhd', Key='nov25.csv')\nexcept ClientError as e:\n    logging.error('s3://adhd/nov25.csv: %s', e.response['Error'])\n    raise SystemExit(1)", "access_denied")


ASK = {
    "anthropic": "import anthropic\nc = anthropic.Anthropic(api_key='k', base_url='{url}', max_retries=0, timeout=2)\nc.messages.create(model='m', max_tokens=9, messages=[dict(role='user', content='x')])",
    "openai": "import openai\nc = openai.OpenAI(api_key='k', base_url='{url}', max_retries=0, timeout=2)\nc.chat.completions.create(model='m', messages=[dict(role='user', content='x')])",
    "genai": "from google import genai\nc = genai.Client(api_key='k', http_options=dict(base_url='{url}'))\nc.models.generate_content(model='m', contents='x')",
    "mistral": "from mistralai.client import Mistral\nMistral(api_key='k', server_url='{url}').chat.complete(model='m', messages=[dict(role='user', content='x')])",
    "cohere": "import cohere\ncohere.ClientV2('k', base_url='{url}').chat(model='m', messages=[dict(role='user', content='x')])",
    "ollama": "import ollama\nollama.Client(host='{url}').chat(model='m', messages=[dict(role='user', content='x')])",
    "litellm": "import litellm\nlitellm.completion(model='openai/m', api_key='k', api_base='{url}', max_retries=0, messages=[dict(role='user', content='x')])",
    "requests": "import requests\nrequests.post('{url}/v1/chat/completions', json=dict(model='m', messages=[]), timeout=2).raise_for_status()",
}


def models3(corpus, port, closed):
    base = f"http://127.0.0.1:{port}"
    transient = {429, 500, 502, 503, 504, 529}
    for client, path, status in [
        ("anthropic", "llmapi-overloaded_error-529", 529), ("anthropic", "llmapi-request_too_large-413", 413), ("anthropic", "llmapi-api_error-500", 500), ("anthropic", "llmapi-not_found_error-404", 404),
        ("anthropic", "llmapi-permission_error-403", 403), ("openai", "llmapi-context_length_exceeded-400", 400), ("openai", "llmapi-insufficient_quota-429", 429), ("openai", "llmapi-server_error-500", 500),
        ("openai", "llmapi-model_not_found-404", 404), ("openai", "llmapi-bad_gateway-502", 502), ("openai", "llmapi-unprocessable-422", 422), ("genai", "llmapi-UNAVAILABLE-503", 503), ("genai", "llmapi-PERMISSION_DENIED-403", 403),
        ("genai", "llmapi-RESOURCE_EXHAUSTED-429", 429), ("mistral", "llmapi-rate-429", 429), ("mistral", "llmapi-auth-401", 401), ("cohere", "llmapi-auth-401", 401), ("cohere", "llmapi-busy-503", 503),
        ("ollama", "llmapi-model-404", 404), ("litellm", "llmapi-rate_limit-429", 429), ("litellm", "llmapi-auth-401", 401), ("requests", "llmapi-rate-429", 429),
    ]:
        corpus.python(f"{client}-{status}", ASK[client].replace("{url}", f"{base}/{path}"), "llm_error", status in transient,
                      older=client in {"anthropic", "openai"} and status in {529, 404, 429, 502}, status=status,
                      **(dict(url=f"http://127.0.0.1:8080/{path}/v1/chat/completions") if client == "requests" else {}))
    for client, kind in (("anthropic", "stall"), ("openai", "reset"), ("openai", "stall"), ("ollama", "refused"), ("litellm", "refused"), ("mistral", "refused")):
        url = f"http://127.0.0.1:{closed}" if kind == "refused" else f"{base}/{kind}"
        corpus.python(f"{client}-{kind}", ASK[client].replace("{url}", url), "llm_error", True)
    for client, path, status, level in (("anthropic", "llmapi-overloaded_error-529", 529, "error"), ("openai", "llmapi-rate_limit_exceeded-429", 429, "exception"),
                                        ("openai", "llmapi-invalid_api_key-401", 401, "error"), ("anthropic", "llmapi-invalid_request_error-400", 400, "error")):
        body = "\n".join("    " + line for line in ASK[client].replace("{url}", f"{base}/{path}").split("\n"))
        corpus.python(f"{client}-logged-{status}", f"import logging, sys\nlogging.basicConfig(format='%(asctime)s %(levelname)s adviser: %(message)s')\ntry:\n{body}\nexcept Exception as e:\n    logging.{level}('no advice: %s', e)\n    sys.exit(1)", "llm_error", status in transient, status=status)
    corpus.python("not-json", "import json, sys\nreply = 'Sure! Here is the fix: {\"action\": '\ntry:\n    json.loads(reply)\nexcept ValueError as e:\n    sys.exit(f'ERROR model reply is not valid JSON: {e}')", "llm_error", False)
