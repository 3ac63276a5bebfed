"""Round three: databases, asked for faults that the first two rounds did not build, in three languages and by SQLSTATE alone."""

from databases import SCHEMA

# name, how it is asked, statement, type, fields
STATEMENTS = [
    ("time", "psql", "SELECT '12:99'::time", "date_format", dict(value="12:99")),
    ("time-words", "p3", "SELECT 'noon-ish'::time", "date_format", dict(value="noon-ish")),
    ("money", "psql", "SELECT 'abc'::money", "type_mismatch", dict(value="abc", expected_type="money")),
    ("array-open", "p2", "SELECT '{1,2'::int[]", "type_mismatch", dict(value="{1,2")),
    ("interval", "sa", "SELECT 'ages'::interval", "date_format", dict(value="ages", expected_type="interval")),
    ("retype", "psql", "ALTER TABLE staff ALTER name TYPE integer USING name::integer", "type_mismatch", dict(value="Ann", expected_type="integer")),
    ("new-check", "p3", "ALTER TABLE staff ADD CONSTRAINT age_low CHECK (age < 10)", "constraint_violation", dict(constraint="age_low", table="staff")),
    ("rename", "psql", "ALTER TABLE posts RENAME COLUMN wte TO fte", "missing_column", dict(column="wte")),
    ("index", "p2", "CREATE INDEX i ON staff(wte)", "missing_column", dict(column="wte")),
    ("comment", "psql", "COMMENT ON COLUMN staff.wte IS 'x'", "missing_column", dict(column="wte", table="staff")),
    ("order", "sa", "SELECT id FROM staff ORDER BY wte", "missing_column", dict(column="wte")),
    ("using", "psql", "SELECT * FROM staff JOIN posts USING (wte)", "missing_column", dict(column="wte")),
    ("truncate", "psql", "TRUNCATE tbl_gone", "table_not_found", dict(table="tbl_gone")),
    ("alter-gone", "p3", "ALTER TABLE tbl_gone ADD COLUMN x int", "table_not_found", dict(table="tbl_gone")),
    ("view", "psql", "DROP VIEW v_gone", "table_not_found", dict(table="v_gone")),
    ("matview", "sa", "REFRESH MATERIALIZED VIEW mv_gone", "table_not_found", dict(table="mv_gone")),
    ("parameter", "psql", "SET no_such_parameter = 1", "code_error", {}),
    ("where", "p3", "SELECT * FROM staff WHERE age = 'thirty'", "type_mismatch", dict(value="thirty", expected_type="integer")),
    ("set-null", "psql", "UPDATE staff SET name = NULL", "null_violation", dict(column="name", table="staff")),
    ("exclude", "p2", "CREATE TABLE r(d daterange, CONSTRAINT no_overlap EXCLUDE USING gist (d WITH &&)); INSERT INTO r VALUES ('[2025-01-01,2025-02-01)'), ('[2025-01-05,2025-03-01)')",
     "constraint_violation", dict(constraint="no_overlap", column="d")),
    ("float8", "psql", "SELECT '1e400'::float8", "value_out_of_range", dict(value="1e400", expected_type="double precision")),
    ("real", "sa", "SELECT 1e39::real", "value_out_of_range", {}),
    ("precision", "p3", "SELECT 1234.5::numeric(5,2)", "value_out_of_range", {}),
    ("int-cast", "psql", "SELECT 10000000000::int", "value_out_of_range", {}),
    ("add", "p2", "SELECT 2147483647 + 1", "value_out_of_range", {}),
    ("raise", "psql", "DO $$ BEGIN RAISE EXCEPTION 'staging and target differ'; END $$", "unknown", {}),
    ("guest-truncate", "psql", "SET ROLE guest; TRUNCATE staff", "permission_denied", dict(table="staff")),
    ("guest-write", "p3", "SET ROLE guest; INSERT INTO posts VALUES (1, 1)", "permission_denied", dict(table="posts")),
    ("guest-file", "psql", "SET ROLE guest; COPY staff TO '/srv/out.csv'", "permission_denied", {}),
    ("guest-owner", "p2", "SET ROLE guest; ALTER TABLE staff ADD COLUMN x int", "permission_denied", dict(table="staff")),
    ("read-file", "psql", "SELECT pg_read_file('/srv/none/rules.json')", "no_files_found", dict(file="/srv/none/rules.json")),
    ("dev-full", "psql", "COPY (SELECT i FROM generate_series(1,100000) i) TO '/dev/full'", "disk_full", {}),
    ("varchar-array", "p3", "SELECT 'far too long for this'::varchar(5)[] FROM staff", "type_mismatch", dict(value="far too long for this")),
    ("long-update", "sa", "UPDATE staff SET name = 'a much longer name'", "value_too_long", dict(expected_type="character varying(10)")),
    ("bit", "psql", "CREATE TABLE b(f bit(3)); INSERT INTO b VALUES (B'10101')", "value_too_long", {}),
    ("two-rows", "p3", "INSERT INTO staff VALUES (50,'x'),(50,'y')", "duplicate_key", dict(constraint="staff_pkey", column="id", value="50")),
    ("merge-twice", "psql", "INSERT INTO staff VALUES (60,'x'),(60,'y') ON CONFLICT (id) DO UPDATE SET name='z'", "duplicate_key", {}),
    ("unique-name", "psql", "ALTER TABLE posts ADD CONSTRAINT posts_key UNIQUE (id); INSERT INTO posts VALUES (8,1),(8,1)", "duplicate_key", dict(constraint="posts_key", column="id", value="8")),
    ("keyword", "sa", "SELECT * FORM staff", "code_error", {}),
    ("quote", "psql", "SELECT 'it''s", "code_error", {}),
    ("zero", "p2", "SELECT age / 0 FROM staff", "code_error", {}),
    ("subquery", "psql", "SELECT (SELECT generate_series(1,2))", "code_error", {}),
]

# The same faults in the server's other languages; the names stay.
TONGUES = [
    ("int", "SELECT 'x1'::integer", "type_mismatch", dict(value="x1", expected_type="integer")),
    ("column", "SELECT wte FROM staff", "missing_column", dict(column="wte")),
    ("table", "SELECT * FROM tbl_gone", "table_not_found", dict(table="tbl_gone")),
    ("key", "INSERT INTO staff VALUES (1,'Bo')", "duplicate_key", dict(constraint="staff_pkey", column="id", value="1")),
    ("null", "INSERT INTO staff VALUES (7,NULL)", "null_violation", dict(column="name", table="staff")),
    ("long", "INSERT INTO staff VALUES (7,'Bartholomew the Long')", "value_too_long", dict(expected_type="character varying(10)")),
    ("date", "SELECT '2025-02-30'::date", "date_format", dict(value="2025-02-30")),
    ("denied", "SET ROLE guest; SELECT * FROM staff", "permission_denied", dict(table="staff")),
    ("check", "INSERT INTO staff VALUES (7,'Bo',-3)", "constraint_violation", dict(constraint="age_positive", table="staff")),
    ("syntax", "SELEKT 1", "code_error", {}),
]

STATES = [
    ("22P02", "SELECT 'x'::int", "type_mismatch"), ("22003", "SELECT 99999999999::int", "value_out_of_range"),
    ("22007", "SELECT 'x'::date", "date_format"), ("22008", "SELECT '2025-13-13'::date", "date_format"),
    ("22001", "SELECT 'abc'::varchar(2) FROM staff; INSERT INTO staff VALUES (7,'Bartholomew the Long')", "value_too_long"),
    ("23505", "INSERT INTO staff VALUES (1,'Bo')", "duplicate_key"), ("23502", "INSERT INTO staff VALUES (7,NULL)", "null_violation"),
    ("23503", "INSERT INTO posts VALUES (1,77)", "constraint_violation"), ("42703", "SELECT wte FROM staff", "missing_column"),
    ("42P01", "SELECT * FROM tbl_gone", "table_not_found"), ("42501", "SET ROLE guest; SELECT * FROM staff", "permission_denied"),
    ("42601", "SELEKT 1", "code_error"), ("57014", "SET statement_timeout='50ms'; SELECT pg_sleep(2)", "timeout"),
]


def postgres3(corpus, server):
    psql = f"psql -X -q -h 127.0.0.1 -p {server.port} -U loader -d postgres"
    corpus.shell("_", f"{psql} -v ON_ERROR_STOP=1", "none", input=SCHEMA.encode())
    corpus.cases.clear()
    sa = server.url.replace("postgresql:", "postgresql+psycopg2:")
    for name, how, sql, kind, fields in STATEMENTS:
        if how == "psql":
            corpus.shell(f"psql-{name}", f"{psql} -c \"$SQL\"", kind, env={"SQL": sql}, **fields)
        elif how == "p2":
            corpus.python(f"p2-{name}", f"import psycopg2\nwith psycopg2.connect('{server.url}') as c, c.cursor() as k:\n    k.execute({sql!r})", kind, **fields)
        elif how == "p3":
            corpus.python(f"p3-{name}", f"import psycopg\nwith psycopg.connect('{server.url}', autocommit=True) as c:\n    c.cursor().execute({sql!r})", kind, **fields)
        else:
            corpus.python(f"sa-{name}", f"from sqlalchemy import create_engine, text\nwith create_engine('{sa}').connect() as c:\n    c.execute(text({sql!r}))\n    c.commit()", kind, **fields)
    for tongue in ("de_DE", "fr_FR"):
        env = {"LANG": f"{tongue}.UTF-8", "LC_ALL": f"{tongue}.UTF-8", "PGOPTIONS": f"-c lc_messages={tongue}.UTF-8"}
        for index, (name, sql, kind, fields) in enumerate(TONGUES):
            if index % 3 < 2:
                corpus.shell(f"{tongue[:2]}-psql-{name}", f"{psql} -c \"$SQL\"", kind, env={**env, "SQL": sql}, **fields)
            else:
                corpus.python(f"{tongue[:2]}-p3-{name}", f"import psycopg\npsycopg.connect('{server.url}').execute({sql!r})", kind, env=env, **fields)
        corpus.shell(f"{tongue[:2]}-copy", f"printf '7,Bo,alt\\n' | {psql} -c 'COPY staff(id,name,age) FROM STDIN CSV'", "type_mismatch", env=env,
                     value="alt", expected_type="integer", table="staff", column="age")
        corpus.shell(f"{tongue[:2]}-cat", "cat gone.csv", "no_files_found", env=env, file="gone.csv")
        corpus.shell(f"{tongue[:2]}-refused", f"psql -h 127.0.0.1 -p 9 -U loader -d postgres -c 'SELECT 1'", "database_unavailable", env=env, host="127.0.0.1")
    for state, sql, kind in STATES:
        if state in {"22003", "22008", "23502", "42703", "57014"}:
            corpus.shell(f"state-{state}", f"{psql} -v VERBOSITY=sqlstate -c \"$SQL\"", kind, env={"SQL": sql})
        else:
            corpus.shell(f"verbose-{state}", f"{psql} -v VERBOSITY=verbose -c \"$SQL\"", kind, env={"SQL": sql})
    copies(corpus, server, psql)
    clients(corpus, server)


def copies(corpus, server, psql):
    def copy(name, into, rows, kind, options="(FORMAT csv)", **fields):
        corpus.shell(f"copy-{name}", f"printf '{rows}' | {psql} -c \"COPY {into} FROM STDIN {options}\"", kind, **fields)
    copy("smallint", "staff(id,name)", "70,a\\n99999999999,b\\n", "value_out_of_range", table="staff", line=2, column="id", value="99999999999")
    copy("timestamp", "posts(id,seen)", "1,2025-01-01 10:00\\n2,Autumn 2025\\n", "date_format", table="posts", line=2, column="seen", value="Autumn 2025", expected_type="timestamp")
    copy("check", "staff(id,name,age)", "71,x,-1\\n", "constraint_violation", table="staff", line=1, constraint="age_positive")
    copy("foreign", "posts(id,staff_id)", "1,4711\\n", "constraint_violation", constraint="posts_staff_fk", table="posts", column="staff_id", value="4711")
    copy("semicolon", "staff(id,name)", "72;x\\n", "type_mismatch", table="staff", line=1, column="id", value="72;x", expected_type="integer")
    copy("percent", "staff(id,name,fte)", "73,x,12%%\\n", "type_mismatch", table="staff", line=1, column="fte", value="12%", expected_type="numeric")
    copy("no-table", "tbl_gone", "1\\n", "table_not_found", table="tbl_gone")
    copy("no-column", "staff(id,wte)", "1,2\\n", "missing_column", column="wte", table="staff")
    copy("tabs", "staff(id,name,age)", "74\\tx\\tN/A\\n", "type_mismatch", options="", table="staff", line=1, column="age", value="N/A", expected_type="integer")
    copy("extra-tab", "staff(id,name)", "75\\tx\\t3\\n", "unexpected_column", options="", table="staff", line=1)
    (corpus.world.work / "staff3.csv").write_text("id,name,age\n80,Al,-\n")
    corpus.shell("copy-client-file", f"{psql} -c \"\\\\copy staff(id,name,age) from 'staff3.csv' csv header\"", "type_mismatch",
                 table="staff", line=2, column="age", value="-", expected_type="integer")
    (corpus.world.work / "load3.sql").write_text("BEGIN;\nINSERT INTO staff(id,name) VALUES (81,'x');\nINSERT INTO staff(id,name,age) VALUES (82,'y','c');\nINSERT INTO staff(id,name) VALUES (83,'z');\nCOMMIT;\n")
    corpus.shell("script-goes-on", f"{psql} -f load3.sql", "type_mismatch", value="c", expected_type="integer", file="load3.sql", line=3)


def clients(corpus, server):
    url = server.url
    apg = f"import asyncio, asyncpg\nasync def main():\n    c = await asyncpg.connect('{url}')\n    "
    end = "\nasyncio.run(main())"
    p = corpus.python
    p("apg-check", f"{apg}await c.execute('INSERT INTO staff VALUES (90, $1, -4)', 'x'){end}", "constraint_violation", constraint="age_positive", table="staff")
    p("apg-date", f"{apg}await c.execute(\"SELECT '2025-02-31'::date\"){end}", "date_format", value="2025-02-31")
    p("apg-range", f"{apg}await c.fetch('SELECT $1::int', 2**40){end}", "value_out_of_range")
    p("apg-long", f"{apg}await c.execute(\"INSERT INTO staff VALUES (91, 'Bartholomew the Long')\"){end}", "value_too_long", expected_type="character varying(10)")
    p("apg-copy", f"{apg}await c.copy_records_to_table('staff', records=[(92, 'x', 'old')], columns=['id', 'name', 'age']){end}", "type_mismatch")
    p("apg-denied", f"{apg}await c.execute('SET ROLE guest')\n    await c.execute('SELECT * FROM staff'){end}", "permission_denied", table="staff")
    p("apg-database", f"import asyncio, asyncpg\nasyncio.run(asyncpg.connect('{url}x'))", "database_unavailable")
    pg8 = f"import pg8000.dbapi\nc = pg8000.dbapi.connect(user='loader', host='127.0.0.1', port={server.port}, database='postgres')\nk = c.cursor()\n"
    p("pg8000-table", f"{pg8}k.execute('SELECT * FROM tbl_gone')", "table_not_found", table="tbl_gone")
    p("pg8000-int", f"{pg8}k.execute(\"INSERT INTO staff(id,name,age) VALUES (93,'x','*')\")", "type_mismatch", value="*", expected_type="integer")
    p("pg8000-key", f"{pg8}k.execute(\"INSERT INTO staff VALUES (1,'Bo')\")", "duplicate_key", constraint="staff_pkey")
    p("pg8000-refused", "import pg8000.dbapi\npg8000.dbapi.connect(user='loader', host='127.0.0.1', port=9)", "database_unavailable", host="127.0.0.1")
    p("pool", "import psycopg_pool, logging\nlogging.basicConfig()\npool = psycopg_pool.ConnectionPool('host=127.0.0.1 port=9', timeout=1, open=True)\nwith pool.connection() as c:\n    pass", "database_unavailable", host="127.0.0.1")
    p("sa-async", f"""
        import asyncio
        from sqlalchemy import text
        from sqlalchemy.ext.asyncio import create_async_engine
        async def main():
            async with create_async_engine('{url}'.replace('postgresql:', 'postgresql+asyncpg:')).begin() as c:
                await c.execute(text('SELECT headcount FROM staff'))
        asyncio.run(main())""", "missing_column", column="headcount")
    p("sa-core-null", f"""
        import sqlalchemy as sa
        engine = sa.create_engine('{url}')
        staff = sa.Table('staff', sa.MetaData(), autoload_with=engine)
        with engine.begin() as c:
            c.execute(staff.insert(), [dict(id=95, name='x'), dict(id=96, name=None)])""", "null_violation", column="name", table="staff")
    p("sa-logged", f"""
        import logging, sqlalchemy as sa
        logging.basicConfig(format='%(asctime)s [%(levelname)s] %(name)s - %(message)s', level='INFO')
        log = logging.getLogger('datawarp.load')
        log.info('loading tbl_staff from adhd_aug25.csv')
        try:
            with sa.create_engine('{url}').begin() as c:
                c.execute(sa.text("INSERT INTO staff(id,name,fte) VALUES (97,'x','1.2.3')"))
        except sa.exc.SQLAlchemyError as e:
            log.error('load of tbl_staff failed: %s', e)
            raise SystemExit(3)""", "type_mismatch", value="1.2.3", expected_type="numeric")
    p("sa-orig", f"import sqlalchemy as sa, sys\ntry:\n    with sa.create_engine('{url}').begin() as c: c.execute(sa.text('DELETE FROM tbl_gone'))\nexcept sa.exc.DBAPIError as e:\n    sys.exit(f'load failed: {{e.orig}}')", "table_not_found", table="tbl_gone")
    p("to-sql-long", f"import pandas as pd, sqlalchemy as sa\npd.DataFrame({{'id': [98], 'name': ['far too long a name']}}).to_sql('staff', sa.create_engine('{url}'), if_exists='append', index=False)", "value_too_long", expected_type="character varying(10)")
    p("to-sql-column", f"import pandas as pd, sqlalchemy as sa\npd.DataFrame({{'id': [98], 'name': ['x'], 'grade': ['b']}}).to_sql('staff', sa.create_engine('{url}'), if_exists='append', index=False)", "missing_column", column="grade", table="staff")
    p("lock-nowait", f"import psycopg\na, b = psycopg.connect('{url}'), psycopg.connect('{url}')\na.execute('LOCK TABLE staff')\nb.execute('LOCK TABLE staff NOWAIT')", "lock_conflict", table="staff")
    p("lock-row", f"import psycopg2\na, b = psycopg2.connect('{url}'), psycopg2.connect('{url}')\na.cursor().execute('SELECT * FROM staff FOR UPDATE')\nb.cursor().execute(\"SET lock_timeout='200ms'; UPDATE staff SET age=2 WHERE id=1\")", "lock_conflict")
    p("killed-midway", f"import psycopg2\na, b = psycopg2.connect('{url}'), psycopg2.connect('{url}')\nk = a.cursor(); k.execute('SELECT pg_backend_pid()')\nb.autocommit = True\nb.cursor().execute('SELECT pg_terminate_backend(%s)', k.fetchone())\nk.execute('SELECT 1')", "database_unavailable")
    p("closed", f"import psycopg\nc = psycopg.connect('{url}')\nc.close()\nc.execute('SELECT 1')", "database_unavailable")
    p("rolled-back-ok", f"import psycopg\nc = psycopg.connect('{url}')\ntry:\n    c.execute('SELECT 1/0')\nexcept psycopg.Error as e:\n    c.rollback()\n    print('INFO probe answered as expected:', type(e).__name__)\nprint('loaded 12 rows')", "none")


DUCKS = [
    ("insert-words", "CREATE TABLE t(age INTEGER); INSERT INTO t VALUES ('abc')", "type_mismatch", dict(value="abc", expected_type="INT32")),
    ("list", "SELECT 'abc'::INTEGER[]", "type_mismatch", dict(value="abc")),
    ("float-int", "SELECT CAST(1e20 AS INTEGER)", "value_out_of_range", {}),
    ("by-name", "CREATE TABLE t(a INT); INSERT INTO t BY NAME SELECT 1 AS wte", "missing_column", dict(column="wte")),
    ("update", "CREATE TABLE t(a INT); UPDATE t SET wte = 1", "missing_column", dict(column="wte")),
    ("alter-gone", "ALTER TABLE tbl_gone ADD COLUMN a INT", "table_not_found", dict(table="tbl_gone")),
    ("drop-gone", "DROP TABLE tbl_gone", "table_not_found", dict(table="tbl_gone")),
    ("insert-gone", "INSERT INTO tbl_gone VALUES (1)", "table_not_found", dict(table="tbl_gone")),
    ("delete-gone", "DELETE FROM mart.tbl_gone", "table_not_found", {}),
    ("parquet-gone", "SELECT * FROM 'gone.parquet'", "no_files_found", dict(file="gone.parquet")),
    ("copy-gone", "CREATE TABLE t(a INT); COPY t FROM 'gone3.csv'", "no_files_found", dict(file="gone3.csv")),
    ("index", "CREATE TABLE t(a INT); INSERT INTO t VALUES (7), (7); CREATE UNIQUE INDEX u ON t(a)", "duplicate_key", {}),
    ("named-check", "CREATE TABLE t(a INT, CONSTRAINT adult CHECK (a > 17)); INSERT INTO t VALUES (3)", "constraint_violation", dict(table="t")),
    ("copy-null", "CREATE TABLE t(id INT, age INT NOT NULL); COPY t FROM 'hole.csv' (HEADER)", "null_violation", dict(column="age", table="t")),
    ("memory", "SET memory_limit='20MB'; SET max_temp_directory_size='0KB'; SELECT count(*) FROM (SELECT DISTINCT random() FROM range(30000000))", "out_of_memory", {}),
    ("setting", "SET no_such_setting = 1", "code_error", {}),
    ("slash-date", "SELECT CAST('2025/31/12' AS DATE)", "date_format", dict(value="2025/31/12")),
    ("month-first", "CREATE TABLE t(d DATE); INSERT INTO t VALUES ('12/31/2025')", "date_format", dict(value="12/31/2025")),
    ("boolean", "SELECT CAST('yes please' AS BOOLEAN)", "type_mismatch", dict(value="yes please", expected_type="BOOL")),
    ("huge-sum", "SELECT 9223372036854775807::BIGINT + 1::BIGINT", "value_out_of_range", {}),
    ("negative", "SELECT (-5)::UINTEGER", "value_out_of_range", {}),
    ("date-int", "SELECT CAST('2025-01-01' AS INTEGER)", "type_mismatch", dict(value="2025-01-01", expected_type="INT32")),
    ("csv-column", "SELECT wte FROM read_csv('staff.csv')", "missing_column", dict(column="wte")),
    ("csv-typed", "SELECT * FROM read_csv('staff.csv', columns={'id': 'INT', 'age': 'INT'}, header=true)", "type_mismatch", dict(value="*", column="age", line=3, file="staff.csv", expected_type="INTEGER")),
    ("csv-dates", "SELECT * FROM read_csv('dates.csv', columns={'id': 'INT', 'd': 'DATE'}, header=true)", "date_format", dict(value="soon", column="d", line=2, file="dates.csv", expected_type="DATE")),
    ("json-cut", "SELECT * FROM read_json('cut.json')", "corrupt_file", dict(file="cut.json")),
    ("decimal", "SELECT CAST(12345.6 AS DECIMAL(4,1))", "value_out_of_range", {}),
    ("where-type", "CREATE TABLE t(a INT); INSERT INTO t VALUES (1); SELECT * FROM t WHERE a = 'c'", "type_mismatch", dict(value="c", expected_type="INT32")),
    ("syntax", "SELECT a b c FROM", "code_error", {}),
    ("macro", "SELECT headcnt(3)", "code_error", {}),
]


def duckdb3(corpus):
    work = corpus.world.work
    (work / "staff.csv").write_text("id,age\n1,34\n2,*\n")
    (work / "hole.csv").write_text("id,age\n1,34\n2,\n")
    (work / "ragged.csv").write_text("id,age\n1,34\n2,3,4,5\n")
    (work / "dates.csv").write_text("id,d\n1,soon\n")
    (work / "cut.json").write_text('[{"id": 1}, {"id": ')
    for index, (name, sql, kind, fields) in enumerate(DUCKS):
        transient = False if kind == "corrupt_file" else None
        code = f"import duckdb\nc = duckdb.connect('w3.duckdb')\nc.execute('DROP TABLE IF EXISTS t')\nfor statement in {sql!r}.split('; '):\n    c.execute(statement).fetchall()"
        corpus.python(f"py-{name}", code, kind, transient, older=index % 2 == 0, **fields)
        if index % 4 == 1:
            corpus.shell(f"cli-{name}", "duckdb -bail w4.duckdb -c 'DROP TABLE IF EXISTS t' -c \"$SQL\"", kind, transient, env={"SQL": sql}, **fields)
    corpus.python("logged", "import duckdb, logging\nlogging.basicConfig(format='%(levelname)s | %(message)s')\ntry:\n    duckdb.sql('SELECT * FROM tbl_gone')\nexcept duckdb.Error as e:\n    logging.error('query failed: %s', e)\n    raise SystemExit(1)", "table_not_found", table="tbl_gone")
    corpus.python("locked-twice", "import duckdb, subprocess, sys\nc = duckdb.connect('held.duckdb')\nprint(subprocess.run([sys.executable, '-c', 'import duckdb; duckdb.connect(\"held.duckdb\")'], capture_output=True, text=True).stderr)\nsys.exit(1)", "lock_conflict")


LITES = [
    ("insert-column", "CREATE TABLE t(a); INSERT INTO t(wte) VALUES (1)", "missing_column", dict(column="wte", table="t")),
    ("update-column", "CREATE TABLE t(a); UPDATE t SET wte = 1", "missing_column", dict(column="wte")),
    ("index-column", "CREATE TABLE t(a); CREATE INDEX i ON t(wte)", "missing_column", dict(column="wte")),
    ("delete-table", "DELETE FROM tbl_gone", "table_not_found", dict(table="tbl_gone")),
    ("attached", "SELECT * FROM mart.tbl_gone", "table_not_found", dict(table="mart.tbl_gone")),
    ("composite", "CREATE TABLE t(org, period, UNIQUE(org, period)); INSERT INTO t VALUES ('A','Q1'); INSERT INTO t VALUES ('A','Q1')", "duplicate_key", dict(table="t", column="org")),
    ("parent", "PRAGMA foreign_keys=ON; CREATE TABLE p(id PRIMARY KEY); CREATE TABLE k(p REFERENCES p(id)); INSERT INTO k VALUES (4)", "constraint_violation", {}),
    ("named-check", "CREATE TABLE t(age CONSTRAINT adult CHECK (age > 17)); INSERT INTO t VALUES (3)", "constraint_violation", dict(constraint="adult")),
    ("incomplete", "SELECT * FROM (SELECT 1", "code_error", {}),
    ("extra-values", "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2, 3)", "unexpected_column", dict(table="t")),
    ("strict", "CREATE TABLE t(age INTEGER) STRICT; INSERT INTO t VALUES ('n/a')", "type_mismatch", dict(table="t", column="age", expected_type="INTEGER")),
    ("full", "PRAGMA max_page_count=3; CREATE TABLE t(a); INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c LIMIT 99999) SELECT hex(randomblob(50)) FROM c", "disk_full", {}),
]


def sqlite3_(corpus):
    for index, (name, sql, kind, fields) in enumerate(LITES):
        if index % 2:
            corpus.shell(f"cli-{name}", "rm -f l3.db; sqlite3 -bail l3.db \"$SQL\"", kind, env={"SQL": sql}, **fields)
        else:
            corpus.python(f"py-{name}", f"import sqlite3\nc = sqlite3.connect(':memory:')\nfor statement in {sql!r}.split('; '):\n    c.execute(statement)", kind, **fields)
    corpus.python("busy", "import sqlite3\na = sqlite3.connect('b3.db'); a.execute('CREATE TABLE IF NOT EXISTS t(i)'); a.execute('BEGIN EXCLUSIVE')\nsqlite3.connect('b3.db', timeout=0.1).execute('SELECT * FROM t')", "lock_conflict")
    corpus.python("not-a-db", "import sqlite3\nopen('n3.db', 'w').write('id,age\\n' * 300)\nsqlite3.connect('n3.db').execute('SELECT 1 FROM sqlite_master')", "corrupt_file")
    corpus.python("read-only", "import sqlite3\nsqlite3.connect('r3.db').execute('CREATE TABLE IF NOT EXISTS t(i)')\nsqlite3.connect('file:r3.db?mode=ro', uri=True).execute('INSERT INTO t VALUES (1)')", "permission_denied")
    corpus.python("sa-sqlite", "import sqlalchemy as sa\nwith sa.create_engine('sqlite://').connect() as c:\n    c.execute(sa.text('SELECT headcount FROM (SELECT 1 AS age)'))", "missing_column", column="headcount")
    corpus.python("pandas-sqlite", "import pandas as pd, sqlite3\npd.read_sql('SELECT * FROM tbl_gone', sqlite3.connect(':memory:'))", "table_not_found", table="tbl_gone")
