"""PostgreSQL through psql, COPY, psycopg 2 and 3, asyncpg and SQLAlchemy; DuckDB, SQLite and dbt."""

SCHEMA = """
DROP SCHEMA public CASCADE; CREATE SCHEMA public;
CREATE TABLE staff (id integer PRIMARY KEY, name varchar(10) NOT NULL, age integer, joined date, fte numeric(4,2),
  CONSTRAINT age_positive CHECK (age > 0));
CREATE TABLE posts (id integer, staff_id integer CONSTRAINT posts_staff_fk REFERENCES staff(id), seen timestamp, ok boolean);
INSERT INTO staff VALUES (1, 'Ann', 30, '2020-01-01', 1);
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname='guest') THEN
  CREATE ROLE guest LOGIN; CREATE ROLE secretive LOGIN PASSWORD 'x'; CREATE ROLE outsider LOGIN; END IF; END $$;
GRANT USAGE ON SCHEMA public TO guest;
CREATE TYPE mood AS ENUM ('ok','bad');
"""

# name, statement, type, fields: what PostgreSQL refuses however it is asked.
STATEMENTS = [
    ("int-star", "INSERT INTO staff VALUES (2,'Bo','*')", "type_mismatch", dict(value="*", expected_type="integer")),
    ("numeric", "INSERT INTO staff(id,name,fte) VALUES (2,'Bo','n/a')", "type_mismatch", dict(value="n/a", expected_type="numeric")),
    ("boolean", "INSERT INTO posts(ok) VALUES ('maybe')", "type_mismatch", dict(value="maybe", expected_type="boolean")),
    ("uuid", "SELECT 'xyz'::uuid", "type_mismatch", dict(value="xyz", expected_type="uuid")),
    ("expression", "INSERT INTO staff(id,name,age) VALUES (2,'Bo',now())", "type_mismatch", dict(column="age", expected_type="integer")),
    ("enum", "SELECT 'so'::mood", "type_mismatch", dict(value="so", expected_type="mood")),
    ("json", "SELECT '{a:1}'::json", "type_mismatch", dict(expected_type="json")),
    ("date-range", "INSERT INTO staff(id,name,joined) VALUES (2,'Bo','2025-13-45')", "date_format", dict(value="2025-13-45")),
    ("date-words", "INSERT INTO staff(id,name,joined) VALUES (2,'Bo','soon')", "date_format", dict(value="soon", expected_type="date")),
    ("timestamp", "INSERT INTO posts(seen) VALUES ('Q1 25')", "date_format", dict(value="Q1 25", expected_type="timestamp")),
    ("to-date", "SELECT to_date('31-Foo-2025','DD-Mon-YYYY')", "date_format", dict(value="Foo-2025")),
    ("int-range", "INSERT INTO staff VALUES (99999999999,'Bo')", "value_out_of_range", {}),
    ("int-text-range", "SELECT '3000000000'::integer", "value_out_of_range", dict(value="3000000000", expected_type="integer")),
    ("numeric-overflow", "INSERT INTO staff(id,name,fte) VALUES (2,'Bo',12345)", "value_out_of_range", {}),
    ("too-long", "INSERT INTO staff VALUES (2,'Bartholomew the Long')", "value_too_long", dict(expected_type="character varying(10)")),
    ("duplicate", "INSERT INTO staff VALUES (1,'Bo')", "duplicate_key", dict(constraint="staff_pkey", column="id", value="1")),
    ("null", "INSERT INTO staff VALUES (2,NULL)", "null_violation", dict(column="name", table="staff")),
    ("check", "INSERT INTO staff VALUES (2,'Bo',-4)", "constraint_violation", dict(constraint="age_positive", table="staff")),
    ("foreign", "INSERT INTO posts VALUES (1,77)", "constraint_violation",
     dict(constraint="posts_staff_fk", table="posts", column="staff_id", value="77")),
    ("no-column", "SELECT headcount FROM staff", "missing_column", dict(column="headcount")),
    ("no-column-qualified", "SELECT s.headcount FROM staff s", "missing_column", dict(column="s.headcount")),
    ("no-column-insert", "INSERT INTO staff(id,grade) VALUES (2,'a')", "missing_column", dict(column="grade", table="staff")),
    ("no-table", "SELECT * FROM stuff", "table_not_found", dict(table="stuff")),
    ("no-table-qualified", "SELECT * FROM public.stuff", "table_not_found", dict(table="public.stuff")),
    ("no-schema", "SELECT * FROM mart.stuff", "table_not_found", dict(table="mart.stuff")),
    ("syntax", "SELEC 1", "code_error", {}),
    ("no-function", "SELECT headcnt(1)", "code_error", {}),
    ("ambiguous", "SELECT id FROM staff, posts", "code_error", {}),
    ("grouping", "SELECT name, count(*) FROM staff", "code_error", dict(column="staff.name")),
    ("division", "SELECT 1/0", "code_error", {}),
    ("too-many-values", "INSERT INTO posts VALUES (1,1,now(),true,5)", "unexpected_column", {}),
    ("statement-timeout", "SET statement_timeout='50ms'; SELECT pg_sleep(3)", "timeout", {}),
    ("encoding", r"SELECT convert_from('\xff'::bytea,'UTF8')", "encoding_error", {}),
]

COPIES = [
    ("copy-int", "staff(id,name,age)", "2,Bo,30\n3,Cy,*\n", "type_mismatch",
     dict(value="*", expected_type="integer", table="staff", line=2, column="age")),
    ("copy-missing", "staff(id,name,age)", "2,Bo\n", "missing_column", dict(column="age", table="staff", line=1)),
    ("copy-extra", "staff(id,name)", "2,Bo,9\n", "unexpected_column", dict(table="staff", line=1)),
    ("copy-null", "staff(id,name)", "2,\n", "null_violation", dict(column="name", table="staff", line=1)),
    ("copy-duplicate", "staff(id,name)", "1,Bo\n", "duplicate_key", dict(constraint="staff_pkey", column="id", value="1", table="staff", line=1)),
    ("copy-date", "staff(id,name,joined)", "2,Bo,31/12/2025\n", "date_format",
     dict(value="31/12/2025", table="staff", line=1, column="joined")),
    ("copy-long", "staff(id,name)", "2,Bartholomew the Long\n", "value_too_long",
     dict(value="Bartholomew the Long", expected_type="character varying(10)", table="staff", line=1, column="name")),
    ("copy-range", "staff(id,name)", "99999999999,Bo\n", "value_out_of_range",
     dict(value="99999999999", expected_type="integer", table="staff", line=1, column="id")),
    ("copy-latin1", "staff(id,name)", b"2,Ren\xe9\n", "encoding_error", dict(table="staff", line=1)),
    ("copy-quote", "staff(id,name)", '2,"Bo\n', "corrupt_file", dict(table="staff", line=1, transient=False)),
]


def postgres(corpus, server):
    psql = f"psql -X -q -h 127.0.0.1 -p {server.port} -U loader -d postgres"

    def reset():
        (corpus.world.work / "schema.sql").write_text(SCHEMA)
        import subprocess
        subprocess.run(f"{psql} -f schema.sql", shell=True, cwd=corpus.world.work, env=corpus.world.env, capture_output=True, check=True)

    reset()
    for index, (name, sql, kind, fields) in enumerate(STATEMENTS):
        import json
        quoted = json.dumps(sql)
        ways = ["psql", "psycopg2", "psycopg", "sqlalchemy", "file"]
        # Each statement is asked in two ways, turn by turn.
        for way in {ways[index % 5], ways[(index * 2 + 1) % 5]}:
            if way == "psql":
                corpus.shell(f"psql-{name}", f"{psql} -v ON_ERROR_STOP=1 -c \"$SQL\"", kind, env={"SQL": sql}, **fields)
            elif way == "file":
                (corpus.world.work / "load.sql").write_text("SET client_min_messages=notice;\n" + sql + ";\n")
                corpus.shell(f"file-{name}", f"{psql} -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -f load.sql", kind, file="load.sql", line=2, **fields)
            elif way == "psycopg2":
                corpus.python(f"psycopg2-{name}", f"import psycopg2\nc = psycopg2.connect('{server.url}')\nc.cursor().execute({quoted})", kind, **fields)
            elif way == "psycopg":
                corpus.python(f"psycopg-{name}", f"import psycopg\nwith psycopg.connect('{server.url}') as c:\n    c.execute({quoted})", kind, **fields)
            else:
                url = server.url.replace("postgresql:", "postgresql+psycopg2:")
                corpus.python(f"sqlalchemy-{name}",
                              f"import sqlalchemy as sa\ne = sa.create_engine('{url}')\nwith e.begin() as c:\n    c.execute(sa.text({quoted}.replace(':', '\\\\:')))", kind, **fields)
    for index, (name, target, data, kind, fields) in enumerate(COPIES):
        path = corpus.world.work / "staff.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        transient = fields.get("transient")
        fields = {k: v for k, v in fields.items() if k != "transient"}
        if index % 2:
            corpus.python(f"psycopg2-{name}", f"""
                import psycopg2
                c = psycopg2.connect('{server.url}')
                c.cursor().copy_expert("COPY {target} FROM STDIN CSV", open('staff.csv', 'rb'))""", kind, transient, **fields)
        else:
            corpus.shell(name, f"{psql} -v ON_ERROR_STOP=1 -c \"\\copy {target} from 'staff.csv' csv\"", kind, transient, **fields)
    corpus.shell("psql-notice", f"{psql} -c 'DROP TABLE IF EXISTS nothing; CREATE TABLE IF NOT EXISTS staff (id int)'", "none")
    corpus.shell("psql-no-stop", f"{psql} -f - <<< \"INSERT INTO staff VALUES (1,'Bo'); SELECT count(*) FROM staff;\"", "duplicate_key",
                 constraint="staff_pkey", column="id", value="1", line=1)
    corpus.shell("psql-aborted", f"{psql} -f - <<< \"BEGIN; SELECT * FROM stuff; INSERT INTO staff VALUES (5,'x'); COMMIT;\"", "table_not_found",
                 table="stuff", line=1)
    corpus.shell("psql-denied", f"{psql.replace('loader', 'guest')} -c 'SELECT * FROM staff'", "permission_denied", table="staff")
    corpus.shell("psql-denied-create", f"{psql.replace('loader', 'guest')} -c 'CREATE TABLE mine (a int)'", "permission_denied")
    corpus.shell("psql-no-file", f"{psql} -f missing.sql", "no_files_found", file="missing.sql")
    corpus.shell("psql-no-database", f"psql -X -h 127.0.0.1 -p {server.port} -U loader -d warehouse -c 'select 1'", "database_unavailable", host="127.0.0.1")
    corpus.shell("psql-no-role", f"psql -X -h 127.0.0.1 -p {server.port} -U nobody -d postgres -c 'select 1'", "database_unavailable", False, host="127.0.0.1")
    corpus.shell("psql-password", f"PGPASSWORD=wrong psql -X -h 127.0.0.1 -p {server.port} -U secretive -d postgres -c 'select 1'",
                 "database_unavailable", False, host="127.0.0.1")
    corpus.shell("psql-hba", f"psql -X -h 127.0.0.1 -p {server.port} -U outsider -d postgres -c 'select 1'", "database_unavailable", False, host="127.0.0.1")
    corpus.python("psycopg2-password", f"import psycopg2\npsycopg2.connect('postgresql://secretive:wrong@127.0.0.1:{server.port}/postgres')",
                  "database_unavailable", False, host="127.0.0.1")
    hold = f"for i in 1 2 3 4 5 6; do {psql} -c 'select pg_sleep(3)' >/dev/null 2>&1 & done; sleep 1; "
    corpus.shell("psql-slots", hold + f"psql -X -h 127.0.0.1 -p {server.port} -U guest -d postgres -c 'select 1'; code=$?; wait; exit $code",
                 "database_unavailable", host="127.0.0.1")
    corpus.shell("psql-lock-timeout", f"({psql} -c \"BEGIN; LOCK staff; SELECT pg_sleep(3)\" >/dev/null &) ; sleep 1; "
                 f"{psql} -c \"SET lock_timeout='100ms'; UPDATE staff SET age=1\"", "lock_conflict")
    corpus.python("psycopg2-nowait", f"""
        import psycopg2
        a, b = psycopg2.connect('{server.url}'), psycopg2.connect('{server.url}')
        a.cursor().execute('SELECT * FROM staff FOR UPDATE')
        b.cursor().execute('SELECT * FROM staff FOR UPDATE NOWAIT')""", "lock_conflict", table="staff")
    corpus.python("psycopg-deadlock", f"""
        import psycopg, threading, time
        a, b = psycopg.connect('{server.url}'), psycopg.connect('{server.url}')
        a.execute('CREATE TABLE IF NOT EXISTS p (i int)'); a.execute('CREATE TABLE IF NOT EXISTS q (i int)'); a.commit()
        a.execute('LOCK p'); b.execute('LOCK q')
        threading.Thread(target=lambda: (time.sleep(0.3), a.execute('LOCK q')), daemon=True).start()
        b.execute('LOCK p')""", "lock_conflict")
    corpus.python("psycopg2-killed", f"""
        import psycopg2
        a, b = psycopg2.connect('{server.url}'), psycopg2.connect('{server.url}')
        a.autocommit = True
        a.cursor().execute('SELECT pg_terminate_backend(%s)', [b.info.backend_pid])
        b.cursor().execute('SELECT 1')""", "database_unavailable")
    corpus.python("asyncpg-int", f"import asyncio, asyncpg\nasync def go():\n    c = await asyncpg.connect('{server.url}')\n    await c.execute(\"INSERT INTO staff VALUES (2,'Bo','*')\")\nasyncio.run(go())",
                  "type_mismatch", value="*", expected_type="integer")
    corpus.python("asyncpg-table", f"import asyncio, asyncpg\nasync def go():\n    c = await asyncpg.connect('{server.url}')\n    await c.fetch('SELECT * FROM stuff')\nasyncio.run(go())",
                  "table_not_found", table="stuff")
    corpus.python("pandas-to-sql", f"import pandas as pd, sqlalchemy as sa\ne = sa.create_engine('{server.url}')\npd.DataFrame({{'id': [7], 'name': ['Bo'], 'grade': ['x']}}).to_sql('staff', e, if_exists='append', index=False)",
                  "missing_column", column="grade", table="staff")


def unreachable(corpus, port):
    """Databases that are not there."""
    corpus.shell("psql-refused", f"psql -X -h 127.0.0.1 -p {port} -U loader -c 'select 1'", "database_unavailable", host="127.0.0.1")
    corpus.shell("psql-no-host", "psql -X -h db.invalid -U loader -c 'select 1'", "database_unavailable", host="db.invalid")
    corpus.python("psycopg2-refused", f"import psycopg2\npsycopg2.connect('host=127.0.0.1 port={port} user=loader')", "database_unavailable", host="127.0.0.1")
    corpus.python("psycopg-refused", f"import psycopg\npsycopg.connect('host=127.0.0.1 port={port} user=loader')", "database_unavailable", host="127.0.0.1")
    corpus.python("psycopg2-no-host", "import psycopg2\npsycopg2.connect('host=db.invalid user=loader')", "database_unavailable", host="db.invalid")
    corpus.python("sqlalchemy-refused", f"import sqlalchemy as sa\nsa.create_engine('postgresql+psycopg2://loader@127.0.0.1:{port}/x').connect()",
                  "database_unavailable", host="127.0.0.1")
    corpus.python("asyncpg-refused", f"import asyncio, asyncpg\nasyncio.run(asyncpg.connect('postgresql://loader@127.0.0.1:{port}/x'))", "database_unavailable")
    corpus.shell("pg-isready", f"pg_isready -h 127.0.0.1 -p {port} || (echo 'ERROR: database is not ready'; exit 2)", "database_unavailable")


DUCK = [
    ("cast", "SELECT CAST('*' AS INTEGER)", "type_mismatch", dict(value="*", expected_type="INT32")),
    ("insert", "CREATE TABLE t(i INTEGER); INSERT INTO t VALUES ('c')", "type_mismatch", dict(value="c", expected_type="INT32")),
    ("date", "SELECT DATE '31/12/2025'", "date_format", dict(value="31/12/2025")),
    ("timestamp", "SELECT CAST('soon' AS TIMESTAMP)", "date_format", dict(value="soon")),
    ("strptime", "SELECT strptime('31/12/25','%Y-%m-%d')", "date_format", dict(value="31/12/25")),
    ("range", "SELECT CAST(3000000000 AS INTEGER)", "value_out_of_range", dict(value="3000000000", expected_type="INT32")),
    ("overflow", "SELECT 2147483647::INT + 1::INT", "value_out_of_range", {}),
    ("decimal", "SELECT CAST(12345 AS DECIMAL(4,2))", "value_out_of_range", dict(value="12345", expected_type="DECIMAL(4,2)")),
    ("bool", "SELECT CAST('maybe' AS BOOLEAN)", "type_mismatch", dict(value="maybe", expected_type="BOOL")),
    ("no-column", "CREATE TABLE t(i INTEGER); SELECT headcount FROM t", "missing_column", dict(column="headcount")),
    ("no-column-insert", "CREATE TABLE t(i INTEGER); INSERT INTO t(grade) VALUES (1)", "missing_column", dict(column="grade", table="t")),
    ("no-table", "SELECT * FROM staff", "table_not_found", dict(table="staff")),
    ("no-schema", "SELECT * FROM mart.staff", "table_not_found", dict(table="mart.staff")),
    ("primary", "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1),(1)", "duplicate_key", dict(column="id", value="1")),
    ("null", "CREATE TABLE t(id INTEGER NOT NULL); INSERT INTO t VALUES (NULL)", "null_violation", dict(column="id", table="t")),
    ("check", "CREATE TABLE t(a INTEGER CHECK (a > 0)); INSERT INTO t VALUES (-1)", "constraint_violation", dict(table="t")),
    ("foreign", "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p INTEGER REFERENCES p(id)); INSERT INTO c VALUES (4)",
     "constraint_violation", {}),
    ("values", "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1,2)", "unexpected_column", dict(table="t")),
    ("syntax", "SELEC 1", "code_error", {}),
    ("function", "SELECT headcnt(1)", "code_error", {}),
    ("no-file", "SELECT * FROM read_csv('missing.csv')", "no_files_found", dict(file="missing.csv")),
    ("no-glob", "SELECT * FROM 'data/*.parquet'", "no_files_found", dict(file="data/*.parquet")),
    ("bad-parquet", "SELECT * FROM read_parquet('bad.parquet')", "corrupt_file", dict(file="bad.parquet", transient=True)),
    ("csv-type", "SELECT * FROM read_csv('star.csv', columns={'id':'INTEGER','age':'INTEGER'})", "type_mismatch",
     dict(value="*", column="age", line=3, file="star.csv", expected_type="INTEGER")),
    ("csv-date", "SELECT * FROM read_csv('days.csv', columns={'id':'INTEGER','day':'DATE'}, dateformat='%Y-%m-%d')", "date_format",
     dict(column="day", line=2, file="days.csv", value="31/12/2025", expected_type="DATE")),
    ("csv-extra", "SELECT * FROM read_csv('wide.csv', columns={'id':'INTEGER','age':'INTEGER'}, auto_detect=false, header=true)", "unexpected_column",
     dict(line=3, file="wide.csv")),
    ("csv-missing", "SELECT * FROM read_csv('short.csv', columns={'id':'INTEGER','age':'INTEGER'}, auto_detect=false, header=true)", "missing_column",
     dict(line=3, file="short.csv")),
    ("csv-latin", "SELECT * FROM read_csv('latin.csv', columns={'id':'INTEGER','name':'VARCHAR'}, auto_detect=false)", "encoding_error", dict(file="latin.csv", line=1)),
    ("json", "SELECT * FROM read_json('bad.json')", "corrupt_file", dict(file="bad.json", transient=False)),
    ("read-only-memory", "SET memory_limit='5MB'; SELECT count(x) FROM (SELECT DISTINCT md5(i::varchar) x FROM range(2000000) t(i)) GROUP BY ALL", "out_of_memory", {}),
]


def duckdb(corpus):
    work = corpus.world.work
    (work / "star.csv").write_text("id,age\n1,34\n2,*\n")
    (work / "days.csv").write_text("id,day\n1,31/12/2025\n")
    (work / "wide.csv").write_text("id,age\n1,34\n2,35,9\n")
    (work / "short.csv").write_text("id,age\n1,34\n2\n")
    (work / "latin.csv").write_bytes(b"1,Ren\xe9\n")
    (work / "bad.json").write_text('{"a": 1}\n{"a": \n')
    (work / "bad.parquet").write_bytes(b"PAR1 this is no parquet")
    for index, (name, sql, kind, fields) in enumerate(DUCK):
        transient = fields.get("transient")
        fields = {k: v for k, v in fields.items() if k != "transient"}
        if index % 2 or kind == "out_of_memory":
            corpus.python(f"python-{name}", f"import duckdb\nduckdb.sql({sql!r}).show()" if ";" not in sql
                          else f"import duckdb\nduckdb.connect().execute({sql!r})", kind, transient, **fields)
        if not index % 2 or index % 3 == 0:
            corpus.shell(f"cli-{name}", "python -c 'import duckdb_cli,glob,os,sys;d=os.path.dirname(duckdb_cli.__file__);"
                         "b=[p for p in glob.glob(d+\"/**/duckdb*\",recursive=True) if os.access(p,os.X_OK) and os.path.isfile(p)][0];"
                         "os.execv(b,[\"duckdb\",\"-bail\",\"-c\",os.environ[\"SQL\"]])'", kind, transient, env={"SQL": sql}, **fields)
    corpus.python("lock", """
        import duckdb, subprocess, sys, time
        holder = subprocess.Popen([sys.executable, '-c', "import duckdb,time; c=duckdb.connect('w.duckdb'); time.sleep(4)"])
        time.sleep(2)
        duckdb.connect('w.duckdb')""", "lock_conflict", file="/srv/backfill/w.duckdb")
    corpus.shell("not-a-database", "echo 'hello there, plain text in a file that is no database at all' > x.duckdb; python -c \"import duckdb; duckdb.connect('x.duckdb')\"",
                 "corrupt_file", file="/srv/backfill/x.duckdb")
    corpus.shell("no-folder", "python -c \"import duckdb; duckdb.connect('no/such/w.duckdb')\"", "no_files_found", file="/srv/backfill/no/such/w.duckdb")
    corpus.python("http-404", f"import duckdb\nduckdb.sql(\"SELECT 1\").show()\nprint('0 errors, 0 warnings')", "none")


LITE = [
    ("no-table", "SELECT * FROM staff", "table_not_found", dict(table="staff")),
    ("no-column", "CREATE TABLE t(i); SELECT headcount FROM t", "missing_column", dict(column="headcount")),
    ("no-column-insert", "CREATE TABLE t(i); INSERT INTO t(grade) VALUES (1)", "missing_column", dict(column="grade", table="t")),
    ("unique", "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1),(1)", "duplicate_key", dict(column="id", table="t")),
    ("null", "CREATE TABLE t(id INTEGER, n TEXT NOT NULL); INSERT INTO t VALUES (1,NULL)", "null_violation", dict(column="n", table="t")),
    ("check", "CREATE TABLE t(a INTEGER CONSTRAINT positive CHECK (a > 0)); INSERT INTO t VALUES (-1)", "constraint_violation", dict(constraint="positive")),
    ("foreign", "PRAGMA foreign_keys=on; CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p INTEGER REFERENCES p(id)); INSERT INTO c VALUES (4)",
     "constraint_violation", {}),
    ("datatype", "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES ('*')", "type_mismatch", {}),
    ("strict", "CREATE TABLE t(age INTEGER) STRICT; INSERT INTO t VALUES ('*')", "type_mismatch", dict(column="age", table="t", expected_type="INTEGER")),
    ("syntax", "SELEC 1", "code_error", {}),
    ("values", "CREATE TABLE t(a,b); INSERT INTO t VALUES (1,2,3)", "unexpected_column", dict(table="t")),
    ("full", "PRAGMA max_page_count=3; CREATE TABLE t(a); INSERT INTO t SELECT randomblob(9000)", "disk_full", {}),
    ("toobig", "SELECT abs(-9223372036854775808)", "value_out_of_range", {}),
]


def sqlite(corpus):
    for index, (name, sql, kind, fields) in enumerate(LITE):
        corpus.shell(f"cli-{name}", "rm -f c.db; sqlite3 -bail c.db \"$SQL\"", kind, env={"SQL": sql}, **fields)
        if index % 2 == 0:
            corpus.python(f"python-{name}", f"import sqlite3\nc = sqlite3.connect(':memory:')\nfor s in {sql.split('; ')!r}:\n    c.execute(s)", kind, **fields)
    corpus.python("locked", """
        import sqlite3
        a = sqlite3.connect('w.db'); a.execute('CREATE TABLE IF NOT EXISTS t(i)'); a.commit(); a.execute('BEGIN EXCLUSIVE')
        sqlite3.connect('w.db', timeout=0.1).execute('INSERT INTO t VALUES (1)')""", "lock_conflict")
    corpus.shell("not-a-database", "echo 'plain text, no database, some more bytes to make it longer' > p.db; sqlite3 p.db 'select * from t'", "corrupt_file")
    corpus.python("no-folder", "import sqlite3\nsqlite3.connect('/srv/none/x.db')", "no_files_found")
    corpus.python("readonly", "import sqlite3\nsqlite3.connect('r.db').execute('create table t(i)')\nsqlite3.connect('file:r.db?mode=ro', uri=True).execute('insert into t values (1)')",
                  "permission_denied")
    corpus.python("overflow", "import sqlite3\nc=sqlite3.connect(':memory:')\nc.execute('create table t(i)')\nc.execute('insert into t values (?)', [2**70])", "value_out_of_range")
    corpus.python("bindings", "import sqlite3\nc=sqlite3.connect(':memory:')\nc.execute('create table t(i)')\nc.execute('insert into t values (?)', [1,2])", "code_error")


def dbt(corpus):
    root = corpus.world.work / "shop"
    (root / "models").mkdir(parents=True)
    (root / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nprofile: shop\nmodel-paths: [models]\nseed-paths: [seeds]\n"
                                          "flags:\n  send_anonymous_usage_stats: false\n  use_colors: false\n")
    (root / "profiles.yml").write_text("shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n")
    (root / "seeds").mkdir()

    def model(name, sql, kind, command="run", extra=None, transient=None, **fields):
        for old in list((root / "models").iterdir()) + list((root / "seeds").iterdir()):
            old.unlink()
        (root / "models" / "orders.sql").write_text(sql)
        for path, text in (extra or {}).items():
            (root / path).write_text(text)
        corpus.shell(name, f"dbt --no-use-colors {command} --profiles-dir .", kind, transient, cwd=root, **fields)

    base = {"models/raw.sql": "select 1 as id, '*' as age, '31/12/2025' as day"}
    model("ok", "select 1 as id", "none")
    model("no-column", "select headcount from {{ ref('raw') }}", "missing_column", extra=base, column="headcount")
    model("no-table", "select * from raw.staff", "table_not_found", table="raw.staff")
    model("cast", "{{ config(materialized='table') }} select cast(age as integer) as age from {{ ref('raw') }}", "type_mismatch", extra=base, value="*", expected_type="INT32")
    model("date", "{{ config(materialized='table') }} select cast(day as date) as day from {{ ref('raw') }}", "date_format", extra=base, value="31/12/2025")
    model("syntax", "selec 1", "code_error")
    model("no-ref", "select * from {{ ref('missing_model') }}", "reference_not_found", table="missing_model")
    model("no-source", "select * from {{ source('raw','staff') }}", "reference_not_found", table="raw.staff")
    model("jinja", "select {{ 1 + }} from x", "code_error")
    model("undefined", "select {{ nope() }}", "code_error")
    model("bad-yaml", "select 1 as id", "manifest_invalid", extra={"models/schema.yml": "version: 2\nmodels:\n  - name: orders\n   columns: x\n"})
    tests = "version: 2\nmodels:\n  - name: orders\n    columns:\n      - name: id\n        tests: [{0}]\n"
    model("test-null", "select null as id", "null_violation", "build", {"models/schema.yml": tests.replace("{0}", "not_null")})
    model("test-unique", "select 1 as id union all select 1", "duplicate_key", "build", {"models/schema.yml": tests.replace("{0}", "unique")})
    model("test-values", "select 'x' as id", "constraint_violation", "build",
          {"models/schema.yml": tests.replace("{0}", "{accepted_values: {values: [a]}}")})
    model("test-pass", "select 1 as id", "none", "build", {"models/schema.yml": tests.replace("{0}", "not_null, unique")})
    model("seed-type", "select 1 as id", "type_mismatch", "seed", {"seeds/staff.csv": "id,age\n1,34\n2,*\n", "seeds/p.yml":
          "version: 2\nseeds:\n  - name: staff\n    config: {column_types: {age: integer}}\n"}, value="*", column="age", expected_type="INTEGER", file="/srv/backfill/shop/seeds/staff.csv", line=3)
    model("json-log", "select headcount from {{ ref('raw') }}", "missing_column", "--log-format json run", base, column="headcount")
    model("csv", "select * from read_csv('missing.csv')", "no_files_found", file="missing.csv")
    model("skip", "select headcount from {{ ref('raw') }}", "missing_column", extra={**base, "models/z.sql": "select * from {{ ref('orders') }}"}, column="headcount")
