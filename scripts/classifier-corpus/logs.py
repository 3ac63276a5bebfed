"""What pipelines write themselves: logged failures in many formats, retries, chains, consequences, and lines that only sound bad."""

FORMATS = {
    "plain": "%(levelname)s:%(name)s:%(message)s",
    "dated": "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    "brackets": "[%(asctime)s] [%(levelname)-8s] %(name)s: %(message)s",
    "bars": "%(asctime)s | %(levelname)-8s | %(module)s:%(funcName)s:%(lineno)d - %(message)s",
    "short": "%(levelname)s - %(message)s",
}

# What a loader meets: code that fails for real, what it is, and what the message then holds.
FAULTS = [
    ("int", "int('*')", "type_mismatch", dict(value="*")),
    ("column", "import pandas as pd; pd.read_csv('staff.csv')['headcount']", "missing_column", dict(column="headcount")),
    ("http", "import requests; requests.get('http://127.0.0.1:{port}/404/a.xlsx').raise_for_status()", "404_not_found",
     dict(status=404, url="http://127.0.0.1:8080/404/a.xlsx")),
    ("server", "import requests; requests.get('http://127.0.0.1:{port}/503/a.xlsx').raise_for_status()", "server_error",
     dict(status=503, url="http://127.0.0.1:8080/503/a.xlsx")),
    ("sheet", "import pandas as pd; pd.read_excel('book.xlsx', sheet_name='Table 2b')", "sheet_not_found", dict(sheet="Table 2b")),
    ("table", "import sqlite3; sqlite3.connect(':memory:').execute('select * from staff')", "table_not_found", dict(table="staff")),
    ("encoding", "open('latin.csv', encoding='utf-8').read()", "encoding_error", {}),
    ("duck", "import duckdb; duckdb.sql(\"select cast('c' as integer)\").show()", "type_mismatch", dict(value="c", expected_type="INT32")),
    ("full", "f = open('/dev/full', 'w'); f.write('x'); f.flush()", "disk_full", {}),
    ("zip", "import zipfile; zipfile.ZipFile('staff.csv')", "corrupt_file", {}),
]


def logs(corpus, port, closed):
    work = corpus.world.work
    (work / "staff.csv").write_text("id,age\n1,34\n2,*\n")
    (work / "latin.csv").write_bytes(b"id,name\n1,Ren\xe9\n")
    corpus.world.env["PYTHONPATH"] = str(work)
    import subprocess, sys
    subprocess.run([sys.executable, "-c", "import openpyxl; b = openpyxl.Workbook(); b.active.title = 'Table 1'; b.save('book.xlsx')"], cwd=work, check=True)
    faults = [(name, code.replace("{port}", str(port)), kind, fields) for name, code, kind, fields in FAULTS]
    head = "import logging, sys\nlogging.basicConfig(level=logging.INFO, format={!r}, stream=sys.stdout)\nlogging.getLogger('urllib3').setLevel(logging.WARNING)\nlog = logging.getLogger('loader')\n"

    def run(name, code, kind, transient=None, **fields):
        corpus.python(name, code, kind, transient, **fields)

    for index, (name, code, kind, fields) in enumerate(faults):
        style = list(FORMATS)[index % len(FORMATS)]
        body = head.format(FORMATS[style])
        # Logged in one line, and the program goes on to its summary.
        run(f"line-{style}-{name}", f"{body}log.info('loading 3 sources')\ntry:\n    {code}\nexcept Exception as e:\n"
            "    log.error('source staff_by_age failed: %s', e)\nlog.info('loaded 2 sources, 1 failed')\nsys.exit(1)", kind, **fields)
        # Logged with its traceback.
        style = list(FORMATS)[(index + 2) % len(FORMATS)]
        body = head.format(FORMATS[style])
        run(f"trace-{style}-{name}", f"{body}log.info('loading')\ntry:\n    {code}\nexcept Exception:\n    log.exception('load failed')\n    sys.exit(2)", kind, **fields)
        # Raised again from another: the first is the cause.
        run(f"chain-{name}", f"class LoadError(Exception):\n    pass\ntry:\n    {code}\nexcept Exception as e:\n    raise LoadError('could not load staff_by_age') from e", kind, **fields)
        # The clean-up fails too, which is a consequence.
        second = faults[(index + 3) % len(faults)][1]
        run(f"during-{name}", f"try:\n    {code}\nexcept Exception:\n    raise AttributeError(\"'NoneType' object has no attribute 'close'\")", kind, **fields)
        run(f"after-{name}", f"{body}try:\n    {code}\nexcept Exception as e:\n    log.error('%s: %s', type(e).__name__, e)\ntry:\n    {second}\nexcept Exception as e:\n"
            "    log.error('and then: %s', e)\nprint('pipeline halted')\nsys.exit(1)", kind, **fields)
        # With emoji, as people print.
        run(f"emoji-{name}", f"print('🚀 loading')\ntry:\n    {code}\nexcept Exception as e:\n    print(f'❌ staff_by_age: {{e}}')\n    sys.exit(1)" .replace("print('🚀", "import sys\nprint('🚀"), kind, **fields)
        # As JSON lines.
        run(f"json-{name}", f"import json, sys, traceback\ndef log(level, message, **extra): print(json.dumps(dict(level=level, message=message, **extra)))\nlog('info', 'start', errors=0)\n"
            f"try:\n    {code}\nexcept Exception as e:\n    log('error', str(e), exception=traceback.format_exc(), source='staff_by_age')\nlog('info', 'done', failed=1)\nsys.exit(1)", kind, **fields)
        # A retry heals the network; then comes the real failure.
        run(f"healed-{name}", f"""
            import requests, sys, time
            attempts = ['reset', 'slow', 'staff.csv']
            for n, path in enumerate(attempts, 1):
                try:
                    requests.get(f'http://127.0.0.1:{port}/{{path}}/', timeout=0.5).raise_for_status()
                    print(f'INFO download succeeded on attempt {{n}}')
                    break
                except requests.RequestException as e:
                    print(f'WARNING attempt {{n}}/3 failed: {{e}}; retrying in 1s')
            {code.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{port}")}""", kind, **fields)
    for name, path, kind in [("reset", "reset", "connection_failed"), ("slow", "slow", "timeout"), ("503", "503", "server_error"), ("429", "429", "rate_limited")]:
        run(f"gave-up-{name}", f"""
            import requests, sys
            for n in range(1, 4):
                try:
                    requests.get('http://127.0.0.1:{port}/{path}/staff.csv', timeout=0.5).raise_for_status()
                except requests.RequestException as e:
                    print(f'WARNING: attempt {{n}} failed ({{e}}), retrying...')
            print('ERROR: giving up after 3 attempts')
            sys.exit(1)""", kind, url=f"http://127.0.0.1:8080/{path}/staff.csv", host="127.0.0.1", status=int(path) if path.isdigit() else None)
        run(f"all-healed-{name}", f"""
            import requests
            for path in ['{path}', 'staff.csv']:
                try:
                    requests.get(f'http://127.0.0.1:{port}/{{path}}', timeout=0.5).raise_for_status()
                    print('download ok')
                except requests.RequestException as e:
                    print(f'request failed: {{e}}')
                    print('retrying in 0 seconds')
            print('Loaded 1,204 rows into tbl_staff')""", "none")
    run("interleaved", f"""
        import logging, sys, threading, time, requests
        logging.basicConfig(level=logging.INFO, format='%(asctime)s %(threadName)s %(levelname)s %(message)s', stream=sys.stdout)
        failed = []
        def fetch():
            for n in (1, 2):
                try:
                    requests.get('http://127.0.0.1:{port}/' + ('503' if n == 1 else 'staff.csv')).raise_for_status()
                    logging.info('fetched page on attempt %d', n)
                except Exception as e:
                    logging.warning('fetch failed: %s, will retry', e)
                time.sleep(0.2)
        def load():
            time.sleep(0.1)
            try:
                float('n/a')
            except ValueError as e:
                logging.error('load of fte failed: %s', e)
                failed.append(1)
        threads = [threading.Thread(target=f, name=f.__name__) for f in (fetch, load)]
        [t.start() for t in threads]; [t.join() for t in threads]
        sys.exit(len(failed))""", "type_mismatch", value="n/a")
    run("prefixed", """
        import sys, traceback
        try:
            int('c')
        except ValueError:
            for line in traceback.format_exc().splitlines():
                print('loader-1  | ' + line)
                print('web-1     | GET /health 200')
        sys.exit(1)""", "type_mismatch", value="c")
    run("seeds", "import sys\nprint('''Processing pcn_workforce/jun25\n  ✓ pcn_wf_fte_gender_role: 450 rows\n  ✗ pcn_wf_headcount: INTEGER column received unexpected value '*'\n"
        "    (column \"headcount_march_2020\", sheet \"Table 2b\", row 15)''')\nsys.exit(1)", "type_mismatch", value="*", expected_type="INTEGER",
        column="headcount_march_2020", sheet="Table 2b", row=15)
    run("event", "import json, sys\nprint(json.dumps(dict(event_type='source_failed', error=dict(type='type_mismatch', message=\"INTEGER column received unexpected value '*'\","
        " column='headcount', sheet='Table 2b', row=15))))\nsys.exit(1)", "type_mismatch", value="*", expected_type="INTEGER", column="headcount", sheet="Table 2b", row=15)
    run("upcoming", "print('ERROR: no files on https://data.example.org/adhd/november-2025: Upcoming, not yet published')\nraise SystemExit(1)", "upcoming_publication",
        url="https://data.example.org/adhd/november-2025")
    run("no-files", "print('No Excel or CSV files found on https://data.example.org/adhd')\nraise SystemExit(1)", "no_files_found", url="https://data.example.org/adhd")
    run("low-rows", "print('ERROR - validation failed: low row count: expected at least 1000 rows, got 12')\nraise SystemExit(1)", "low_row_count")
    run("zero-rows", "print('ValueError: sheet \"Table 3\" contains no rows')\nraise SystemExit(1)", "empty_data", sheet="Table 3")
    run("reference", "print('FileNotFoundError: reference manifest manifests/adhd_aug25.yaml does not exist')\nraise SystemExit(1)", "reference_not_found", file="manifests/adhd_aug25.yaml")
    run("logfmt", "print('time=2025-11-03T10:00:00Z level=error msg=\"load failed\" err=\"invalid input syntax for type integer: \\\\\"*\\\\\"\" source=staff')\nraise SystemExit(1)",
        "type_mismatch", value="*", expected_type="integer")
    run("colours", "print('\\x1b[31m\\x1b[1mERROR\\x1b[0m: \\x1b[33mcolumn \"grade\"\\x1b[0m does not exist')\nraise SystemExit(1)", "missing_column", column="grade")
    run("progress", "import sys\nfor i in range(0, 101, 5): sys.stdout.write(f'\\rloading {i}% errors=0')\nprint()\nint('*')", "type_mismatch", value="*")
    run("binary", "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 4 + b'\\nMemoryError\\n')\nsys.exit(1)", "out_of_memory")


def harmless(corpus, port, closed):
    work = corpus.world.work
    (work / "staff.csv").write_text("id,age\n1,34\n2,*\n")
    lines = {
        "zero-errors": "Validation finished: 0 errors, 2 warnings", "no-errors": "No errors found in 14 files", "count": "errors=0 failed=0 skipped=2",
        "rate": "error_rate: 0.00 timeout_rate: 0.00", "json": '{"level": "info", "message": "done", "errors": 0, "failed": 0}',
        "handler": "ErrorHandler registered for ConnectionError, TimeoutError and HTTPError", "retry-config": "Retry policy: max_retries=3, retry on 429, 500, 502, 503, 504",
        "timeout-config": "connect timeout=30s read timeout=60s", "column-name": "columns: id, error_code, failed_at, exception_text, timeout_seconds",
        "table-name": "Loaded 450 rows into tbl_failed_payments", "test": "test_connection_refused PASSED\ntest_404_not_found PASSED\n2 passed in 0.4s",
        "file-name": "Reading error_log_2025.csv\nReading exceptions.parquet", "deprecated": "DeprecationWarning: 'utcnow' is deprecated and will raise an error in a future version",
        "skipped": "SKIP source_b (disabled): last error was 404 Not Found", "summary": "PASS=11 WARN=0 ERROR=0 SKIP=0 TOTAL=11", "failover": "Failover region eu-west-1 ready",
        "doc": "See https://docs.example.org/errors/timeout for help", "fatal-free": "no fatal conditions, nothing failed", "killed-zero": "killed: 0, oom: 0",
        "null-markers": "replaced 37 values '*' by NULL in column headcount (suppressed, expected)", "ok-404": "INFO checking for upcoming release: HTTP 404 (expected until 20 November)",
        "debug": "DEBUG CELL TYPES: column_a -> types: {'s'}", "migration": "MIGRATION SUCCESS: 12 sources, 0 failed", "notice": "NOTICE:  relation \"staff\" already exists, skipping",
        "emoji": "✅ adhd/nov25 completed: 12 loaded, 0 failed ❌ 0", "closing": "Closing connection 0\nConnection reset counters cleared", "debug-exception": "DEBUG caught StopIteration, finished iterating",
        "coverage": "exceptions.py   44   0   100%\nerrors.py   12   0   100%", "permission": "Permission check passed for role loader", "memory": "Memory usage 312 MB, no out of memory events",
        "disk": "disk space check: 45% used", "lock": "Acquired lock on warehouse.duckdb", "encoding": "Detected encoding: utf-8 (confidence 0.99)", "expected": "Expected 3 columns, found 3 columns: OK",
        "health": "health: 0.98 error budget remaining 99.2%", "dq": "check not_null_id: PASS (0 failing rows)\ncheck unique_id: PASS (0 duplicates)",
        "resolved": "INFO previous failure (timeout on 2025-11-01) is resolved", "fallback": "WARNING: utf-8 decoding failed, fell back to latin-1\nLoaded 10 rows",
        "empty": "", "dots": "....................\n20 passed, 0 failed, 0 errors in 1.2s",
    }
    for name, text in lines.items():
        corpus.shell(f"line-{name}", "printf '%s\\n' \"$TEXT\"" if text else "true", "none", env={"TEXT": text})
    corpus.shell("curl-verbose", f"curl -v -o out http://127.0.0.1:{port}/staff.csv", "none")
    corpus.shell("wget", f"wget -O out http://127.0.0.1:{port}/staff.csv", "none")
    corpus.shell("git", "rm -rf g; git init g && cd g && git -c user.name=a -c user.email=a@b.c commit --allow-empty -m 'Fix error: connection refused' && git log", "none")
    corpus.shell("pip", "python -m pip --version; python -m pip list 2>/dev/null | head -50", "none")
    corpus.shell("unittest", "printf 'import unittest\\nclass T(unittest.TestCase):\\n    def test_raises_timeout_error(self):\\n        with self.assertRaises(TimeoutError): raise TimeoutError()\\n' > test_x.py; python -m unittest -v test_x", "none")
    corpus.shell("optional", "[ -f config.local ] || echo 'config.local not found, using defaults'", "none")
    corpus.shell("grep", "printf 'error 1\\nok\\n' > l.txt; grep -c error l.txt", "none")
    for name, code in {
        "dtype": "import pandas as pd\npd.Series([1, 2]).astype('int64')\nimport warnings\nwarnings.warn('Columns (3) have mixed types. Specify dtype option on import', pd.errors.DtypeWarning)",
        "future": "import warnings\nwarnings.warn('errors=ignore is deprecated and will raise in a future version', FutureWarning)",
        "insecure": "import warnings, urllib3\nwarnings.warn('Unverified HTTPS request is being made to host', urllib3.exceptions.InsecureRequestWarning)",
        "coerced": "import pandas as pd\ns = pd.to_numeric(pd.Series(['1', '*']), errors='coerce')\nprint('coerced', s.isna().sum(), 'invalid values to NaN')",
        "handled": "import logging, sys\nlogging.basicConfig(level=logging.INFO, stream=sys.stdout)\ntry:\n    open('cache.json')\nexcept FileNotFoundError as e:\n    logging.info('no cache yet (%s), starting fresh', e)\nlogging.info('loaded 12 rows')",
        "debug-trace": "import logging, sys\nlogging.basicConfig(level=logging.DEBUG, stream=sys.stdout)\nlogging.debug('optional module missing: %s', ModuleNotFoundError(\"No module named 'cudf'\"))\nprint('done')",
        "info-status": "import logging, sys\nlogging.basicConfig(level=logging.INFO, stream=sys.stdout)\nlogging.info('HTTP Request: GET https://data.example.org/nov25 \"HTTP/1.1 404 Not Found\"')\nlogging.info('nov25 is not there yet; marked pending')",
        "sqlite": "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('create table error_log (message text)')\nc.execute(\"insert into error_log values ('connection refused')\")\nprint(c.execute('select count(*) from error_log').fetchone()[0], 'row in error_log')",
        "queue": "print('dead letter queue: empty')\nprint('failed jobs: 0')\nprint('exceptions: none')",
    }.items():
        corpus.python(f"python-{name}", code, "none")
    corpus.python("healed", f"""
        import logging, sys, requests
        logging.basicConfig(level=logging.INFO, format='%(asctime)s %(levelname)s %(message)s', stream=sys.stdout)
        for n, path in enumerate(['500', '503', 'staff.csv'], 1):
            try:
                requests.get(f'http://127.0.0.1:{port}/{{path}}').raise_for_status()
                logging.info('attempt %d succeeded', n)
            except requests.HTTPError as e:
                logging.error('attempt %d of 3 failed: %s', n, e)""", "none")
    corpus.python("urllib3-retries", f"""
        import logging, sys, requests
        from requests.adapters import HTTPAdapter, Retry
        logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
        s = requests.Session()
        s.mount('http://', HTTPAdapter(max_retries=Retry(1, backoff_factor=0.1)))
        try:
            s.get('http://127.0.0.1:{closed}/mirror.csv')
        except requests.ConnectionError:
            logging.info('mirror is down, using the origin')
        print(s.get('http://127.0.0.1:{port}/staff.csv').status_code)""", "none")
