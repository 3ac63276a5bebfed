"""Round three: what schedulers, loggers, shells and git say, failures that healed, and lines that only sound bad."""

# How programs write a caught exception: code around {fault}.
LOGGERS = {
    "loguru": "from loguru import logger\nimport sys\nlogger.info('loading')\ntry:\n    {fault}\nexcept Exception:\n    logger.exception('load of tbl_staff failed')\n    sys.exit(1)",
    "loguru-line": "from loguru import logger\nimport sys\ntry:\n    {fault}\nexcept Exception as e:\n    logger.error('tbl_staff: {}', e)\n    sys.exit(1)",
    "structlog": "import structlog, sys\nlog = structlog.get_logger()\nlog.info('load_started', source='staff')\ntry:\n    {fault}\nexcept Exception as e:\n    log.error('load_failed', source='staff', error=str(e))\n    sys.exit(1)",
    "structlog-json": "import structlog, sys\nstructlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper('iso'), structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()])\nlog = structlog.get_logger()\nlog.info('load_started')\ntry:\n    {fault}\nexcept Exception:\n    log.exception('load_failed', source='staff')\n    sys.exit(1)",
    "rich": "from rich.console import Console\nimport sys\ntry:\n    {fault}\nexcept Exception as e:\n    Console(width=200).print(f'[bold red]Error:[/] {e}')\n    sys.exit(1)",
    "click": "import click\n@click.command()\ndef load():\n    try:\n        {fault}\n    except Exception as e:\n        raise click.ClickException(f'load of tbl_staff failed: {e}')\nload()",
    "tqdm": "from tqdm import tqdm\nfor i in tqdm(range(3), desc='sources'):\n    if i == 2:\n        {fault}",
    "unittest": "import unittest\nclass LoadTest(unittest.TestCase):\n    def test_staff(self):\n        {fault}\nunittest.main()",
    "suppressed": "import logging\nlogging.basicConfig()\nfor name in ('a', 'b'):\n    try:\n        raise RuntimeError('cleanup was not needed')\n    except RuntimeError as e:\n        logging.debug('%s', e)\n{fault}",
    "three-deep": "class StageError(Exception): pass\ndef inner():\n    {fault}\ndef middle():\n    try:\n        inner()\n    except Exception as e:\n        raise RuntimeError('could not read the source') from e\ntry:\n    middle()\nexcept RuntimeError as e:\n    raise StageError('stage load failed for adhd/nov25') from e",
    "counted": "import sys\nfailed = 0\nfor source in ('staff', 'posts'):\n    try:\n        if source == 'posts':\n            {fault}\n        print(f'  ok {source}')\n    except Exception as e:\n        failed += 1\n        print(f'  FAILED {source}: {type(e).__name__}: {e}')\nprint(f'{failed} of 2 sources failed')\nsys.exit(1)",
    "retry-others": "import sys, time\nfor n in range(1, 4):\n    try:\n        if n < 3: raise ConnectionResetError(104, 'Connection reset by peer')\n        break\n    except OSError as e:\n        print(f'attempt {n} failed: {e}; sleeping 0.1s', file=sys.stderr)\n{fault}",
}
FAULTS = [
    ("type", "int('n/a')", "type_mismatch", dict(value="n/a")),
    ("column", "__import__('pandas').DataFrame({'age': [1]})['headcount']", "missing_column", dict(column="headcount")),
    ("file", "open('raw/nov25.csv')", "no_files_found", dict(file="raw/nov25.csv")),
    ("table", "__import__('duckdb').sql('SELECT * FROM tbl_gone').show()", "table_not_found", dict(table="tbl_gone")),
    ("sheet", "__import__('pandas').read_excel('book.xlsx', sheet_name='Table 9')", "sheet_not_found", dict(sheet="Table 9")),
    ("date", "__import__('datetime').datetime.strptime('Nov 2025', '%Y-%m')", "date_format", dict(value="Nov 2025")),
    ("memory", "raise MemoryError('Unable to allocate 9.3 GiB for an array')", "out_of_memory", {}),
    ("denied", "raise PermissionError(13, 'Permission denied', '/srv/warehouse/a.csv')", "permission_denied", dict(file="/srv/warehouse/a.csv")),
    ("refused", "__import__('requests').get('http://127.0.0.1:{closed}/a.csv')", "connection_failed", dict(host="127.0.0.1")),
    ("server", "__import__('requests').get('http://127.0.0.1:{port}/502/a.csv').raise_for_status()", "server_error", dict(status=502, url="http://127.0.0.1:8080/502/a.csv")),
    ("unicode", "b'Ren\\xe9'.decode('utf-8')", "encoding_error", {}),
    ("key", "__import__('sqlite3').connect(':memory:').executescript('CREATE TABLE t(org PRIMARY KEY); INSERT INTO t VALUES (1),(1)')", "duplicate_key", dict(table="t", column="org")),
]

# Lines as schedulers and people write them, typed from their formats: text, type, fields, and whether transient if unusual.
LINES = [
    ("airflow", "[2025-11-03T10:00:04.512+0000] {taskinstance.py:3311} ERROR - Task failed with exception\nTraceback (most recent call last):\n  File \"/opt/airflow/dags/load.py\", line 31, in load\n    cur.copy_expert(sql, f)\npsycopg2.errors.NotNullViolation: null value in column \"org_code\" of relation \"tbl_adhd\" violates not-null constraint\nDETAIL:  Failing row contains (null, 3).\nCONTEXT:  COPY tbl_adhd, line 18: \",3\"\n[2025-11-03T10:00:04.530+0000] {taskinstance.py:1225} INFO - Marking task as FAILED. dag_id=adhd, task_id=load\n[2025-11-03T10:00:04.560+0000] {local_task_job_runner.py:266} INFO - Task exited with return code 1", "null_violation", dict(column="org_code", table="tbl_adhd", line=18)),
    ("airflow-sensor", "[2025-11-03T10:00:04.512+0000] {base.py:333} INFO - Poking for file /data/in/nov25.csv\n[2025-11-03T11:00:04.512+0000] {taskinstance.py:3311} ERROR - Task failed with exception\nairflow.exceptions.AirflowSensorTimeout: Sensor has timed out; run duration of 3600.4 seconds exceeds the specified timeout of 3600.0.", "timeout", {}),
    ("airflow-zombie", "[2025-11-03T10:00:04.512+0000] {local_task_job_runner.py:266} INFO - Task exited with return code Negsignal.SIGKILL", "out_of_memory", {}),
    ("prefect", "10:00:04.512 | INFO    | Flow run 'tidy-owl' - Beginning flow run 'tidy-owl' for flow 'adhd'\n10:00:05.100 | ERROR   | Task run 'fetch-0' - Encountered exception during execution: HTTPStatusError(\"Client error '404 Not Found' for url 'https://files.example.org/adhd/nov25.csv'\")\n10:00:05.200 | ERROR   | Flow run 'tidy-owl' - Finished in state Failed('1/3 states failed.')", "404_not_found", dict(status=404, url="https://files.example.org/adhd/nov25.csv")),
    ("prefect-retry", "10:00:05.100 | ERROR   | Task run 'fetch-0' - Task run failed with exception: ReadTimeout('') - Retry 1/3 will start 10 second(s) from now\n10:00:16.100 | INFO    | Task run 'fetch-0' - Finished in state Completed()\n10:00:16.200 | INFO    | Flow run 'tidy-owl' - Finished in state Completed()", "none", {}),
    ("dagster", "2025-11-03 10:00:05 +0000 - dagster - ERROR - adhd_job - 7c1e - 4711 - load - STEP_FAILURE - Execution of step \"load\" failed.\n\ndagster._core.errors.DagsterExecutionStepExecutionError: Error occurred while executing op \"load\":\n\nduckdb.duckdb.CatalogException: Catalog Error: Table with name tbl_adhd does not exist!\nDid you mean \"tbl_pcn\"?", "table_not_found", dict(table="tbl_adhd")),
    ("spark", "25/11/03 10:00:05 ERROR Executor: Exception in task 0.0 in stage 3.0 (TID 12)\norg.apache.spark.SparkException: Job aborted due to stage failure\nCaused by: java.lang.NumberFormatException: For input string: \"n/a\"\n\tat java.lang.Integer.parseInt(Integer.java:652)", "type_mismatch", dict(value="n/a")),
    ("spark-column", "pyspark.errors.exceptions.captured.AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `wte` cannot be resolved. Did you mean one of the following? [`fte`, `id`].", "missing_column", dict(column="wte")),
    ("spark-table", "pyspark.errors.exceptions.captured.AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] The table or view `mart`.`staff` cannot be found. Verify the spelling and correctness of the schema and catalog.", "table_not_found", {}),
    ("spark-path", "pyspark.errors.exceptions.captured.AnalysisException: [PATH_NOT_FOUND] Path does not exist: file:/data/in/nov25.csv.", "no_files_found", {}),
    ("github", "Run python load.py\nTraceback (most recent call last):\n  File \"load.py\", line 3, in <module>\nKeyError: 'org_code'\nError: Process completed with exit code 1.", "missing_column", dict(column="org_code")),
    ("github-oom", "/home/runner/work/_temp/1.sh: line 1:  2101 Killed                  python load.py\nError: Process completed with exit code 137.", "out_of_memory", {}),
    ("docker", "loader-1  | 2025-11-03 10:00:00 loading adhd\nloader-1  | psycopg2.OperationalError: could not translate host name \"db\" to address: Temporary failure in name resolution\nloader-1  | \nloader-1 exited with code 1", "database_unavailable", dict(host="db")),
    ("k8s", "Warning  BackOff  5s  kubelet  Back-off restarting failed container\nState: Terminated\n  Reason: OOMKilled\n  Exit Code: 137", "out_of_memory", {}),
    ("syslog", "Nov  3 10:00:05 etl1 loader[4711]: error: could not write to /data/out.csv: No space left on device", "disk_full", {}),
    ("journal", "Nov 03 10:00:05 etl1 systemd[1]: backfill.service: A process of this unit has been killed by the OOM killer.", "out_of_memory", {}),
    ("snowflake", "snowflake.connector.errors.ProgrammingError: 100038 (22018): 01b2-000: Numeric value 'n/a' is not recognized", "type_mismatch", dict(value="n/a")),
    ("snowflake-table", "snowflake.connector.errors.ProgrammingError: 002003 (42S02): SQL compilation error:\nObject 'MART.STAFF' does not exist or not authorized.", "table_not_found", dict(table="MART.STAFF")),
    ("snowflake-column", "snowflake.connector.errors.ProgrammingError: 000904 (42000): SQL compilation error: error line 1 at position 7\ninvalid identifier 'WTE'", "missing_column", dict(column="WTE")),
    ("bigquery", "google.api_core.exceptions.NotFound: 404 Not found: Table proj:mart.staff was not found in location EU", "table_not_found", {}),
    ("mysql-key", "pymysql.err.IntegrityError: (1062, \"Duplicate entry 'A1' for key 'staff.PRIMARY'\")", "duplicate_key", dict(value="A1", constraint="staff.PRIMARY")),
    ("mysql-table", "pymysql.err.ProgrammingError: (1146, \"Table 'mart.tbl_gone' doesn't exist\")", "table_not_found", dict(table="mart.tbl_gone")),
    ("mysql-gone", "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'db1' ([Errno 111] Connection refused)\")", "database_unavailable", dict(host="db1")),
    ("mssql", "pyodbc.ProgrammingError: ('42S22', \"[42S22] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Invalid column name 'wte'. (207) (SQLExecDirectW)\")", "missing_column", dict(column="wte")),
    ("mssql-trunc", "pyodbc.DataError: ('22001', \"[22001] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]String or binary data would be truncated in table 'mart.dbo.staff', column 'name'. Truncated value: 'Barth'. (2628)\")", "value_too_long", dict(table="mart.dbo.staff", column="name")),
    ("go-pq", "2025/11/03 10:00:05 load.go:42: pq: duplicate key value violates unique constraint \"staff_pkey\"", "duplicate_key", dict(constraint="staff_pkey")),
    ("node-pg", "error: relation \"tbl_gone\" does not exist\n    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:283:98) {\n  length: 108,\n  severity: 'ERROR',\n  code: '42P01'\n}", "table_not_found", dict(table="tbl_gone")),
    ("node-refused", "Error: connect ECONNREFUSED 10.0.0.5:443\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1606:16) {\n  errno: -111,\n  code: 'ECONNREFUSED'\n}", "connection_failed", {}),
    ("java-sql", "org.postgresql.util.PSQLException: ERROR: column \"wte\" of relation \"staff\" does not exist\n  Position: 20\n\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2725)", "missing_column", dict(column="wte", table="staff")),
    ("java-timeout", "java.net.SocketTimeoutException: Read timed out\n\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:288)", "timeout", {}),
    ("java-host", "Caused by: java.net.UnknownHostException: files.example.org", "connection_failed", dict(host="files.example.org")),
    ("seed-column", "❌ adhd/aug25: INTEGER column received unexpected value '*' (column \"march_2020\", sheet \"Table 1\", row 15)", "type_mismatch", dict(expected_type="INTEGER", value="*", column="march_2020", sheet="Table 1", row=15)),
    ("seed-404", "  ⚠️ nov25/workforce.xlsx\n  ❌ Download failed: 404 Not Found: https://files.digital.example.org/workforce.xlsx", "404_not_found", dict(status=404, url="https://files.digital.example.org/workforce.xlsx")),
    ("seed-event", "{\"event_type\": \"source_failed\", \"stage\": \"load\", \"error\": {\"type\": \"type_mismatch\", \"message\": \"expected INTEGER, found 'c'\", \"column\": \"quality_score\", \"row\": 7}}", "type_mismatch", dict(expected_type="INTEGER", value="c", column="quality_score", row=7)),
    ("seed-upcoming", "🔎 landing page checked\n❌ dec25: publication is marked Upcoming (12 January 2026), no files yet", "upcoming_publication", {}),
    ("seed-halt", "PIPELINE HALTED at stage extract\nReason: worksheet 'Table 4b' missing in adhd_nov25.xlsx (sheets: Contents, Table 1)", "sheet_not_found", dict(sheet="Table 4b", file="adhd_nov25.xlsx")),
    ("rows-few", "ERROR: extracted 3 rows from Data but expected at least 100 rows", "low_row_count", {}),
    ("rows-drop", "ERROR quality gate: row count dropped from 12,004 to 31 (minimum 6,000)", "low_row_count", {}),
    ("rows-less", "AssertionError: too few rows: 12 < 500", "low_row_count", {}),
    ("rows-pct", "CRITICAL row count for tbl_adhd is 4% of the previous period's", "low_row_count", dict(table="tbl_adhd")),
    ("empty-frame", "ValueError: extracted frame for 'Table 2' is empty after dropping notes", "empty_data", {}),
    ("empty-file", "ERROR: nov25.csv is 0 bytes", "empty_data", dict(file="nov25.csv")),
    ("empty-rows", "ERROR loader: no rows to insert into tbl_adhd", "empty_data", dict(table="tbl_adhd")),
    ("schema-extra", "ERROR: schema drift: column 'ethnicity' is in the file but not in the table", "unexpected_column", dict(column="ethnicity")),
    ("schema-gone", "ERROR: schema drift: column 'wte' is in the table but not in the file", "missing_column", dict(column="wte")),
    ("schema-header", "ValueError: header mismatch in nov25.csv: expected ['id', 'age'], got ['id', 'age', 'notes']", "unexpected_column", dict(file="nov25.csv")),
    ("reference", "ERROR enrich: reference manifest adhd_may25.yaml was not found in manifests/", "reference_not_found", dict(file="adhd_may25.yaml")),
    ("reference-period", "ERROR: no reference period for pcn/dec25", "reference_not_found", {}),
    ("upcoming", "ERROR: pcn/dec25 is not available yet; the page announces it for 18 December 2025", "upcoming_publication", {}),
    ("upcoming-due", "fetch: this statistic is due to be published on 18 December 2025", "upcoming_publication", {}),
    ("range", "ERROR validation: percentage 104.2 in column 'attendance' is above 100", "value_out_of_range", dict(column="attendance")),
    ("type-words", "ERROR row 12: 'suppressed' in column 'rate' is not numeric", "type_mismatch", dict(value="suppressed", column="rate", row=12)),
    ("date-words", "ERROR row 4: period_end '31-Sept-25' is no date", "date_format", dict(value="31-Sept-25", row=4)),
    ("long-words", "ERROR row 9: value in column 'notes' has 412 characters, the limit is 255", "value_too_long", dict(column="notes", row=9)),
    ("dup-words", "ERROR: 14 duplicate rows on key (org_code, period) in tbl_pcn", "duplicate_key", {}),
    ("null-words", "ERROR: required column 'org_code' has 3 missing values", "null_violation", dict(column="org_code")),
    ("db-slots", "OperationalError: FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", "database_unavailable", {}),
    ("db-login", "sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at \"db.example.org\" (10.0.0.5), port 5432 failed: FATAL:  password authentication failed for user \"etl\"", "database_unavailable", dict(host="db.example.org"), False),
    ("quota", "ERROR: API quota exceeded for project etl, retry after 3600 s", "rate_limited", {}),
    ("gateway", "ERROR - upstream responded 504 Gateway Time-out for https://files.example.org/a.csv", "server_error", dict(status=504, url="https://files.example.org/a.csv")),
    ("cert", "ERROR: x509: certificate signed by unknown authority while fetching https://files.example.org/a.csv", "tls_error", dict(url="https://files.example.org/a.csv")),
    ("deadline", "rpc error: code = DeadlineExceeded desc = context deadline exceeded", "timeout", {}),
    ("unavailable", "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 10.0.0.5:50051: connect: connection refused\"", "connection_failed", {}),
    ("corrupt", "ERROR: downloaded workbook adhd_nov25.xlsx is 1.2 kB and begins with <!DOCTYPE html>", "corrupt_file", dict(file="adhd_nov25.xlsx")),
    ("mystery", "step 4 of 7: reconcile\nERROR 0x80040E14: the operation did not complete", "unknown", {}),
    ("custom", "Traceback (most recent call last):\n  File \"load.py\", line 9, in <module>\nacme.errors.LedgerImbalance: totals differ by 14", "unknown", {}),
]

HARMLESS = [
    "INFO errors=0 warnings=2 rows=1204", "All 14 sources loaded. Failures: none.", "12 passed, 3 skipped, 0 failed, 0 errors in 4.11s", "OK (skipped=2)\nRan 41 tests in 0.802s",
    "INFO Error handling enabled; max_errors=10", "DEBUG connection pool: 0 timeouts, 0 refused, 3 idle", "INFO dead-letter queue is empty", "created table tbl_failed_loads (0 rows)",
    "INFO loaded error_log.csv into tbl_error_log: 404 rows", "INFO [retry] not needed", "WARNING: column 'notes' is not in the manifest and is ignored", "WARN  deprecated option --no-fail-fast",
    "INFO 503 rows written", "INFO Status: 200 OK (took 429 ms)", "GET /api/v1/errors 200 12ms", "INFO wrote report to out/exceptions.html", "Checked 500 links: 500 ok, 0 broken, 0 timeouts",
    "sources: 14/14 [00:03<00:00, 4.29it/s, errors=0]", "INFO circuit breaker closed (failures: 0/5)", "INFO fatal error threshold set to 3", "INFO signal handlers for SIGTERM, SIGKILL documented",
    "NOTICE:  relation \"tbl_error\" already exists, skipping", "NOTICE:  table \"tbl_gone\" does not exist, skipping", "INFO  permission check passed", "INFO access denied pages excluded: 3",
    "DEBUG except clause not reached", "INFO null_violation checks: 14 ok", "INFO previous run failed at load; resuming from there", "INFO schema unchanged: no missing or unexpected columns",
    "WARNING 2 values could not be parsed as dates and were set to null (allowed by manifest)", "INFO rollback segment size 10 MB", "INFO no upcoming publications", "INFO disk usage 91% (limit 95%)",
    "INFO memory 1.2 of 4.0 GB, out of memory guard active", "INFO certificate valid until 2026-05-01", "INFO TLS handshake completed in 12 ms", "INFO lock acquired on warehouse.duckdb", "INFO lock timeout is 30 s",
    "INFO killed 0 stale workers", "INFO duplicate detection: 0 of 1,204", "error: 0\nwarning: 0\ndone", "::notice::0 errors found", "Nothing to commit, no conflicts", "INFO Connection to db closed",
    "INFO Retrying is enabled (3 attempts, backoff 2 s)", "INFO rate limit: 4,990 of 5,000 requests left", "{\"level\":\"info\",\"msg\":\"load finished\",\"errors\":[],\"error\":null}", "{\"level\":\"info\",\"event\":\"source_completed\",\"failed\":0,\"message\":\"no errors\"}",
    "level=info msg=\"compaction done\" err=nil", "ts=10:00 level=warn msg=\"slow query\" duration=31s", "2025-11-03 10:00:00 UTC [4711] LOG:  could not receive data from client: Connection reset by peer\n2025-11-03 10:00:01 UTC [4711] LOG:  checkpoint complete",
    "Downloading failed-appointments-2025.csv... done", "INFO table crash_statistics loaded", "INFO 'Deaths from unknown causes' loaded, 512 rows", "INFO column error_rate: min 0.0 max 4.1",
    "+ set -e\n+ trap 'echo failed' ERR\n+ python load.py\nloaded", "INFO dry run: would raise no exceptions", "urllib3 DEBUG Retry(total=3, connect=None, read=None, redirect=None, status=None)", "INFO timeout=30 retries=3 fail_fast=False",
    "INFO expected failure of probe: ok", "INFO 3 upcoming releases ignored: not due in this period", "INFO robots.txt: 403 for /private (not needed)", "INFO the page says: 'Some figures are missing due to suppression'",
]


def logs3(corpus, port, closed):
    corpus.world.env["PYTHONPATH"] = str(corpus.world.work)
    corpus.python("make", "import openpyxl\nb = openpyxl.Workbook(); b.active.title = 'Contents'; b.save('book.xlsx')", "none")
    corpus.cases.clear()
    for index, (logger, body) in enumerate(LOGGERS.items()):
        for step in range(5):
            name, fault, kind, fields = FAULTS[(index * 5 + step + index) % len(FAULTS)]
            code = body.replace("{fault}", fault.replace("{port}", str(port)).replace("{closed}", str(closed)))
            corpus.python(f"{logger}-{name}", code, kind, **fields)
    for name, text, kind, fields, *transient in LINES:
        corpus.add(f"line-{name}", f"{text}\n", 0 if kind == "none" else 1, kind, *transient, **fields)
    corpus.python("tenacity", f"""
        import logging, requests, tenacity
        logging.basicConfig(level=logging.INFO)
        log = logging.getLogger('fetch')
        paths = iter(['503', 'reset', 'ok.csv'])
        @tenacity.retry(wait=tenacity.wait_fixed(0.1), stop=tenacity.stop_after_attempt(5), before_sleep=tenacity.before_sleep_log(log, logging.WARNING))
        def fetch():
            r = requests.get('http://127.0.0.1:{port}/' + next(paths))
            r.raise_for_status()
            return r
        print(len(fetch().content), 'bytes')""", "none")
    corpus.python("tenacity-then", f"""
        import logging, requests, tenacity
        logging.basicConfig(level=logging.INFO)
        log = logging.getLogger('fetch')
        paths = iter(['503', 'ok.csv'])
        @tenacity.retry(wait=tenacity.wait_fixed(0.1), stop=tenacity.stop_after_attempt(5), before_sleep=tenacity.before_sleep_log(log, logging.WARNING))
        def fetch():
            r = requests.get('http://127.0.0.1:{port}/' + next(paths))
            r.raise_for_status()
            return r
        fetch()
        import datetime
        datetime.date.fromisoformat('Q3 2025')""", "date_format", value="Q3 2025")
    corpus.python("retry-exception-logged", f"""
        import logging, requests, time
        logging.basicConfig(level=logging.INFO, format='%(asctime)s %(levelname)s %(message)s')
        for n in (1, 2, 3):
            try:
                requests.get('http://127.0.0.1:{port}/' + ('504' if n < 3 else 'ok.csv')).raise_for_status()
                logging.info('download complete')
                break
            except requests.HTTPError:
                logging.exception('download failed (attempt %d of 3)', n)
        logging.info('loaded 1,204 rows')""", "none")
    corpus.python("retry-in-vain", f"""
        import logging, requests, sys
        logging.basicConfig(level=logging.INFO, format='%(asctime)s %(levelname)s %(message)s')
        for n in (1, 2, 3):
            try:
                requests.get('http://127.0.0.1:{port}/504').raise_for_status()
            except requests.HTTPError as e:
                logging.warning('attempt %d of 3: %s', n, e)
        sys.exit('no data after 3 attempts')""", "server_error", status=504, url="http://127.0.0.1:8080/504")
    corpus.python("pytest", "open('test_x.py', 'w').write('def test_a(): assert 1 == 1\\ndef test_failed_rows(): pass\\n')\nimport pytest\nraise SystemExit(pytest.main(['-v', 'test_x.py', '-p', 'no:cacheprovider']))", "none")
    corpus.python("pytest-failing", "open('test_y.py', 'w').write('def test_b():\\n    import json\\n    assert {\"a\": 1}[\"a\"] == 2\\n')\nimport pytest\nraise SystemExit(pytest.main(['-q', 'test_y.py', '-p', 'no:cacheprovider']))", "code_error")


def harmless3(corpus):
    for index, text in enumerate(HARMLESS):
        around = "INFO start adhd/nov25\n{}\nINFO done in 3.1 s\n" if index % 2 else "{}\n"
        corpus.add(f"line-{index}", around.replace("{}", text), 0, "none")
    p, s = corpus.python, corpus.shell
    p("warnings", "import warnings\nfor kind in (DeprecationWarning, FutureWarning, UserWarning, ResourceWarning):\n    warnings.warn('this raises an error in a later release: connection refused', kind)\nprint('ok')", "none")
    p("progress", "from tqdm import tqdm\nimport time\nfor _ in tqdm(range(20), desc='failed rows reviewed'): time.sleep(0.01)", "none")
    p("caught", "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\nprint('no division by zero reached the table')", "none")
    p("pandas-warn", "import pandas as pd, warnings\nwarnings.simplefilter('always')\nprint(pd.to_datetime(pd.Series(['1/2/2025', '3/4/2025'])))", "none")
    p("duck-table", "import duckdb\nduckdb.sql(\"SELECT 'connection refused' AS last_error, 503 AS status, 'ERROR' AS level\").show()", "none")
    s("git-log", "git init -q h3; cd h3; git -c user.name=a -c user.email=a@e.org commit -q --allow-empty -m 'Fix fatal error: duplicate key in loader'; git log --oneline; git log", "none")
    s("grep-count", "printf 'ok\\nok\\n' > run.log; grep -c -i error run.log || echo 'no line with error, failed or fatal'", "none")
    s("fallback", "cat optional.yaml 2>/dev/null || echo 'optional.yaml not found, defaults used'", "none")
    s("help", "curl --help all | grep -i -E 'fail|error|retry'", "none")
    s("sql-echo", "sqlite3 :memory: \"SELECT 'UNIQUE constraint failed' AS example, 'no such table' AS other\"", "none")


def git3(corpus, port, closed):
    setup = ("export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@e.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@e.org; rm -rf repo3 c3 b3.git; "
             "git init -q -b main repo3; cd repo3; echo a > a.txt; git add a.txt; git commit -qm one; ")

    def git(name, command, kind, transient=None, **fields):
        corpus.shell(name, setup + command, kind, transient, **fields)
    base, shown = f"http://127.0.0.1:{port}", "http://127.0.0.1:8080"
    git("fetch-500", f"git remote add o {base}/500/x.git; git fetch o", "server_error", status=500, url=f"{shown}/500/x.git/")
    git("push-401", f"git push {base}/401/x.git main", "access_denied", url=f"{shown}/401/x.git/")
    git("clone-429", f"git clone {base}/429/x.git ../c3", "rate_limited", status=429, url=f"{shown}/429/x.git/")
    git("clone-reset", f"git clone {base}/reset/x.git ../c3", "connection_failed", url=f"{shown}/reset/x.git/")
    git("pull-refused", f"git remote add o http://127.0.0.1:{closed}/x.git; git pull o main", "connection_failed", url="http://127.0.0.1:9/x.git/")
    git("lock", "touch .git/refs/heads/fix.lock; git branch fix", "lock_conflict")
    git("config-lock", "touch .git/config.lock; git config user.x y", "lock_conflict")
    git("merge", "git checkout -qb fix; echo b > a.txt; git commit -qam b; git checkout -q main; echo c > a.txt; git commit -qam c; git merge fix", "lock_conflict", False)
    git("behind", "git clone -q --bare . ../b3.git; git clone -q ../b3.git ../c3; git push -q ../b3.git main; cd ../c3; git commit -q --allow-empty -m x; git push -q; cd ../repo3; git commit -q --allow-empty -m y; git push ../b3.git main", "lock_conflict")
    git("checkout", "git checkout fix/adhd", "reference_not_found", file="fix/adhd")
    git("log-range", "git log main..origin/fix", "reference_not_found")
    git("worktree", "git worktree add ../w3 no-such-branch", "reference_not_found")
    git("index", "printf junk > .git/index; git status", "corrupt_file")
    git("object", "for o in .git/objects/??/*; do chmod u+w $o; printf x > $o; done; git log", "corrupt_file")
    git("outside", "cd /; git log", "code_error")
    git("merge-ok", "git checkout -qb fix; git commit -q --allow-empty -m 'handle 404 and timeout errors'; git checkout -q main; git merge fix; git log --oneline --stat", "none")


def system3(corpus):
    p, s = corpus.python, corpus.shell
    s("nobody-write", "install -d -o nobody out3 && chmod 555 . ; su nobody -s /bin/bash -c 'echo x > root-owned.csv'; code=$?; chmod 755 .; exit $code", "permission_denied", file="root-owned.csv")
    s("nobody-ls", "su nobody -s /bin/bash -c 'ls /root'", "permission_denied", file="/root")
    s("python-full", "python3 -c \"print('x' * 100000)\" > /dev/full", "disk_full")
    s("sort-full", "seq 100000 | sort > /dev/full", "disk_full")
    s("tee-full", "seq 100000 | tee /dev/full > /dev/null", "disk_full")
    p("errno-full", "import errno, os\nraise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), '/data/out.parquet')", "disk_full")
    p("errno-quota", "import errno, os\nraise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), 'out.csv')", "disk_full")
    p("errno-rofs", "import errno, os\nraise OSError(errno.EROFS, os.strerror(errno.EROFS), '/data/out.csv')", "permission_denied", file="/data/out.csv")
    p("errno-unreachable", "import errno, os\nraise OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))", "connection_failed")
    p("errno-memory", "import errno, os\nraise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))", "out_of_memory")
    p("bytearray", "import resource\nresource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))\nbytearray(2 ** 31)", "out_of_memory")
    p("arrow-memory", "import resource, pyarrow as pa\nresource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))\npa.allocate_buffer(2 ** 36)", "out_of_memory")
    p("getaddrinfo", "import socket\nsocket.getaddrinfo('db.internal.invalid', 5432)", "connection_failed")
    p("create-connection", "import socket\nsocket.create_connection(('127.0.0.1', 9), 1)", "connection_failed")
    p("future-timeout", "import concurrent.futures as f, time\nwith f.ThreadPoolExecutor() as e: e.submit(time.sleep, 1).result(timeout=0.1)", "timeout")
    p("wait-for", "import asyncio\nasyncio.run(asyncio.wait_for(asyncio.sleep(3), 0.1))", "timeout")
    p("alarm", "import signal, time\ndef late(*_): raise TimeoutError('stage download took longer than 1 s')\nsignal.signal(signal.SIGALRM, late); signal.alarm(1); time.sleep(5)", "timeout")
    s("timeout-script", "timeout 1 python3 -c 'import time; print(\"loading\", flush=True); time.sleep(9)'", "timeout")
    s("abort-glibc", "python3 -c 'import ctypes; ctypes.CDLL(None).abort()'", "code_error")
    s("no-module", "python3 -c 'import no_such_package.sub'", "code_error")
    s("import-name", "python3 -c 'from json import lods'", "code_error")
    s("tab", "printf 'if True:\\n\\tx = 1\\n        y = 2\\n' > t.py; python3 t.py", "code_error")
    s("node-type", "node -e 'null.rows'", "code_error")
    s("node-module", "node -e 'require(\"no-such-module\")'", "code_error")
    s("node-json", "node -e 'JSON.parse(\"{a: 1}\")'", "manifest_invalid")
    s("node-file", "node -e 'require(\"fs\").readFileSync(\"gone.csv\")'", "no_files_found", file="gone.csv")
    s("perl-file", "perl -e 'open(F, \"<\", \"gone.csv\") or die \"cannot open gone.csv: $!\"'", "no_files_found", file="gone.csv")
    s("make", "printf 'load:\\n\\tpython3 -c \"import sys; print(open(\\\\\"gone.csv\\\\\"))\"\\n' > Makefile; make load", "no_files_found", file="gone.csv")
    s("xargs", "echo gone.csv | xargs cat", "no_files_found", file="gone.csv")
    s("sed", "sed -i s/a/b/ gone.csv", "no_files_found", file="gone.csv")
    s("diff", "diff gone.csv gone2.csv", "no_files_found", file="gone.csv")
    s("bash-function", "load_staff nov25", "code_error")
    s("bash-cd", "cd raw/nov25 && ls", "no_files_found", file="raw/nov25")
    s("kill-9", "python3 -c 'import os, signal; print(\"sorting 40 million rows\", flush=True); os.kill(os.getpid(), signal.SIGKILL)'", "out_of_memory")
    s("kill-15", "echo loading; kill -TERM $$", "unknown")
    s("quiet-3", "echo 'stage load'; exit 3", "unknown")
    p("group", "raise ExceptionGroup('two sources failed', [FileNotFoundError(2, 'No such file or directory', 'raw/nov25.csv')])", "no_files_found", file="raw/nov25.csv")
    p("pool-child", "from concurrent.futures import ProcessPoolExecutor\nimport datetime\nif __name__ == '__main__':\n    list(ProcessPoolExecutor(1).map(datetime.date.fromisoformat, ['2025-02-30']))", "date_format", **{})
    p("from-none", "try:\n    {}['x']\nexcept KeyError:\n    raise ValueError(\"could not convert string to float: 'c'\") from None", "type_mismatch", value="c")
    p("atexit", "import atexit\n@atexit.register\ndef close():\n    raise RuntimeError('already closed')\nint('*')", "type_mismatch", value="*")
    p("del", "class C:\n    def __del__(self): raise OSError('handle lost')\nc = C(); del c\nprint('loaded 12 rows')", "none")


def dbt3(corpus):
    root = corpus.world.work / "shop3"
    (root / "models").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "dbt_project.yml").write_text("name: shop3\nversion: '1.0'\nprofile: shop3\nmodel-paths: [models]\ntest-paths: [tests]\nflags:\n  send_anonymous_usage_stats: false\n  use_colors: false\n")
    (root / "profiles.yml").write_text("shop3:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop3.duckdb}\n")

    def run(name, models, kind, command="build", transient=None, **fields):
        for old in [*(root / "models").iterdir(), *(root / "tests").iterdir()]:
            old.unlink()
        for path, text in models.items():
            (root / path).write_text(text)
        corpus.shell(name, f"dbt --no-use-colors {command} --profiles-dir .", kind, transient, cwd=root, **fields)
    tests = "version: 2\nmodels:\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [{0}]\n"
    run("relation", {"models/orders.sql": "select * from mart.tbl_gone"}, "table_not_found")
    run("macro", {"models/orders.sql": "select {{ dbt_utils.star(ref('x')) }}"}, "reference_not_found")
    run("overflow", {"models/orders.sql": "{{ config(materialized='table') }} select cast(3000000000 as integer) as n"}, "value_out_of_range")
    run("relationships", {"models/orders.sql": "select 4 as id", "models/people.sql": "select 1 as id", "models/schema.yml": tests.replace("{0}", "{relationships: {arguments: {to: ref('people'), field: id}}}")}, "constraint_violation")
    run("accepted", {"models/orders.sql": "select 'x' as id", "models/schema.yml": tests.replace("{0}", "{accepted_values: {arguments: {values: [a]}}}")}, "constraint_violation")
    run("warn-only", {"models/orders.sql": "select null as id", "models/schema.yml": tests.replace("{0}", "{not_null: {config: {severity: warn}}}")}, "none")
    run("tab", {"models/orders.sql": "select 1 as id", "models/schema.yml": "version: 2\nmodels:\n\t- name: orders\n"}, "manifest_invalid")
    run("profile", {"models/orders.sql": "select 1 as id"}, "manifest_invalid", command="run --profile nowhere")
    run("file", {"models/orders.sql": "select * from read_parquet('raw/nov25.parquet')"}, "no_files_found", file="raw/nov25.parquet")
    run("ref", {"models/orders.sql": "select * from {{ ref('stg_orders') }}"}, "reference_not_found", table="stg_orders")
    run("alias", {"models/orders.sql": "select o.wte from (select 1 as id) o"}, "missing_column", column="wte")
    run("good", {"models/orders.sql": "select 1 as id", "models/schema.yml": tests.replace("{0}", "unique, not_null")}, "none")
