"""Round four: databases, by their own catalogues. PostgreSQL's label is its SQLSTATE's, so a statement needs none of ours."""

from databases import SCHEMA

# The first that a code begins with. A class says what its codes mean unless one is named before it.
STATES = [
    ("22001", "value_too_long"), ("22026", "value_too_long"), ("22003", "value_out_of_range"), ("22007", "date_format"), ("22008", "date_format"),
    ("22009", "date_format"), ("22015", "date_format"), ("22P02", "type_mismatch"), ("22P03", "type_mismatch"), ("22018", "type_mismatch"), ("2200G", "type_mismatch"),
    ("22021", "encoding_error"), ("22P05", "encoding_error"), ("22019", "code_error"), ("22012", "code_error"), ("22004", "null_violation"), ("22002", "null_violation"),
    ("23502", "null_violation"), ("23505", "duplicate_key"), ("23", "constraint_violation"), ("44000", "constraint_violation"), ("40002", "constraint_violation"),
    ("25006", "permission_denied"), ("25P03", "timeout"), ("25", "code_error"), ("26", "code_error"), ("28", "database_unavailable"), ("34", "code_error"),
    ("3D", "database_unavailable"), ("3F", "table_not_found"), ("40", "lock_conflict"), ("42501", "permission_denied"), ("42703", "missing_column"),
    ("42P01", "table_not_found"), ("42804", "type_mismatch"), ("42846", "type_mismatch"), ("42", "code_error"), ("53100", "disk_full"), ("53200", "out_of_memory"),
    ("53400", "disk_full"), ("53", "database_unavailable"), ("54", "code_error"), ("55006", "lock_conflict"), ("55P03", "lock_conflict"), ("55", "code_error"),
    ("57014", "timeout"), ("57", "database_unavailable"), ("58P01", "no_files_found"), ("58P02", "code_error"), ("08", "database_unavailable"),
    ("0A", "code_error"), ("0P", "code_error"), ("20", "code_error"), ("21", "code_error"), ("2B", "code_error"), ("P0001", "unknown"), ("P0002", "empty_data"), ("XX001", "corrupt_file"), ("XX002", "corrupt_file"),
    ("XX", "code_error"), ("HV00R", "table_not_found"), ("HV005", "missing_column"), ("HV001", "out_of_memory"), ("HV00N", "database_unavailable"),
]


def kind_of(state):
    return next((kind for prefix, kind in STATES if state.startswith(prefix)), None)


# name, statement, fields that its text says
STATEMENTS = [
    ("point", "SELECT 'here'::point", dict(value="here", expected_type="point")),
    ("inet", "SELECT '10.0.0.300'::inet", dict(value="10.0.0.300", expected_type="inet")),
    ("bytea", "SELECT '\\xZZ'::bytea", {}),
    ("xml", "SELECT '<a>'::xml", {}),
    ("smallint-word", "SELECT 'six'::smallint", dict(value="six", expected_type="smallint")),
    ("oid", "SELECT 'abc'::oid", dict(value="abc", expected_type="oid")),
    ("double", "SELECT '1,5'::double precision", dict(value="1,5", expected_type="double precision")),
    ("range", "SELECT '[5,1)'::int4range", {}),
    ("range-text", "SELECT 'five'::int4range", dict(value="five")),
    ("jsonb", "SELECT '{\"a\":}'::jsonb", dict(expected_type="json")),
    ("array-nested", "SELECT '{{1},{2,3}}'::int[]", dict(value="{{1},{2,3}}")),
    ("row", "SELECT '(1,2'::staff", dict(value="(1,2")),
    ("bit", "SELECT 'B102'::bit(4)", {}),
    ("tsquery", "SELECT 'a &'::tsquery", {}),
    ("union", "SELECT 1 UNION SELECT 'x'", dict(value="x", expected_type="integer")),
    ("union-types", "SELECT id FROM staff UNION SELECT seen FROM posts", {}),
    ("case-types", "SELECT CASE WHEN true THEN 1 ELSE now() END", {}),
    ("where-int", "SELECT * FROM staff WHERE id", {}),
    ("cast-impossible", "SELECT now()::integer", {}),
    ("default-type", "ALTER TABLE staff ALTER COLUMN age SET DEFAULT 'x'::text", dict(column="age", expected_type="integer")),
    ("alter-auto", "ALTER TABLE staff ALTER COLUMN name TYPE integer", dict(column="name")),
    ("to-number", "SELECT to_number('abc', '999')", dict(expected_type="numeric")),
    ("to-timestamp", "SELECT to_timestamp('2025-13-01', 'YYYY-MM-DD')", dict(value="2025-13-01")),
    ("to-date-day", "SELECT to_date('32', 'DD')", dict(value="32")),
    ("make-date", "SELECT make_date(2025, 2, 30)", dict(value="2025-02-30")),
    ("date-far", "SELECT '99999999-01-01'::date", dict(value="99999999-01-01")),
    ("timestamp-words", "SELECT 'yesterday noon-ish'::timestamptz", dict(value="yesterday noon-ish", expected_type="timestamp with time zone")),
    ("zone", "SELECT now() AT TIME ZONE 'Mars/Olympus'", dict(value="Mars/Olympus")),
    ("interval-far", "SELECT '99999999999 years'::interval", dict(value="99999999999 years")),
    ("datestyle", "SET datestyle='ISO, MDY'; SELECT '31/12/2025'::date", dict(value="31/12/2025")),
    ("date-add", "SELECT '2025-01-01'::date + 2147483647", {}),
    ("extract", "SELECT extract(wombat FROM now())", {}),
    ("int-multiply", "SELECT 100000 * 100000", {}),
    ("bigint-text", "SELECT '99999999999999999999'::bigint", dict(value="99999999999999999999", expected_type="bigint")),
    ("power", "SELECT power(10, 400)::float8", {}),
    ("exp", "SELECT exp(1000::float8)", {}),
    ("smallint-cast", "SELECT 40000::smallint", {}),
    ("numeric-overflow", "INSERT INTO staff(id, name, fte) VALUES (7, 'x', 100.5)", {}),
    ("char", "CREATE TEMP TABLE c(code char(3)); INSERT INTO c VALUES ('ABCD')", dict(expected_type="character(3)")),
    ("bits-long", "CREATE TEMP TABLE c(flags varbit(3)); INSERT INTO c VALUES (B'10101')", {}),
    ("domain-check", "CREATE DOMAIN pg_temp.pct AS int CHECK (VALUE <= 100); SELECT 101::pg_temp.pct", dict(constraint="pct_check")),
    ("domain-null", "CREATE DOMAIN pg_temp.must AS int NOT NULL; SELECT NULL::pg_temp.must", {}),
    ("set-not-null", "ALTER TABLE staff ALTER COLUMN fte SET NOT NULL; UPDATE staff SET fte = NULL", dict(column="fte", table="staff")),
    ("primary-null", "CREATE TEMP TABLE k(id int); INSERT INTO k VALUES (NULL); ALTER TABLE k ADD PRIMARY KEY (id)", dict(column="id", table="k")),
    ("identity", "CREATE TEMP TABLE g(id int GENERATED ALWAYS AS IDENTITY); INSERT INTO g VALUES (3)", {}),
    ("generated", "CREATE TEMP TABLE g(a int, b int GENERATED ALWAYS AS (a) STORED); INSERT INTO g VALUES (1, 2)", {}),
    ("unique-two", "CREATE TEMP TABLE u(org text, period text, CONSTRAINT org_period UNIQUE (org, period)); INSERT INTO u VALUES ('A', 'Q1'), ('A', 'Q1')", dict(constraint="org_period")),
    ("unique-index", "CREATE TEMP TABLE u(org text); INSERT INTO u VALUES ('A'), ('A'); CREATE UNIQUE INDEX u_org ON u(org)", dict(constraint="u_org", column="org", value="A")),
    ("delete-parent", "INSERT INTO posts(id, staff_id) VALUES (1, 1); DELETE FROM staff", dict(constraint="posts_staff_fk", column="id", value="1")),
    ("restrict", "CREATE TABLE par(id int PRIMARY KEY); CREATE TABLE kid(p int CONSTRAINT kid_par REFERENCES par ON DELETE RESTRICT); INSERT INTO par VALUES (1); INSERT INTO kid VALUES (1); DELETE FROM par", dict(constraint="kid_par", value="1", column="id")),
    ("add-foreign", "CREATE TEMP TABLE f(s int); INSERT INTO f VALUES (77); ALTER TABLE f ADD FOREIGN KEY (s) REFERENCES staff(id)", {}),
    ("partition", "CREATE TABLE part(d date) PARTITION BY RANGE (d); INSERT INTO part VALUES ('2025-01-01')", dict(table="part", column="d", value="2025-01-01")),
    ("with-check", "CREATE VIEW old AS SELECT * FROM staff WHERE age > 60 WITH CHECK OPTION; INSERT INTO old(id, name, age) VALUES (9, 'x', 20)", {}),
    ("column-alias", "SELECT s.wte FROM staff s", dict(column="s.wte")),
    ("column-hint", "SELECT nam FROM staff", dict(column="nam")),
    ("column-set", "UPDATE staff SET wte = 1", dict(column="wte", table="staff")),
    ("column-drop", "ALTER TABLE staff DROP COLUMN wte", dict(column="wte", table="staff")),
    ("column-conflict", "INSERT INTO staff(id, name) VALUES (1, 'x') ON CONFLICT (wte) DO NOTHING", dict(column="wte")),
    ("column-returning", "DELETE FROM staff RETURNING wte", dict(column="wte")),
    ("column-group", "SELECT count(*) FROM staff GROUP BY wte", dict(column="wte")),
    ("column-quoted", "SELECT \"Head Count\" FROM staff", dict(column="Head Count")),
    ("column-key", "CREATE TEMP TABLE q(a int, PRIMARY KEY (b))", dict(column="b")),
    ("table-quoted", "SELECT * FROM \"Staff\"", dict(table="Staff")),
    ("table-update", "UPDATE mart.tbl_gone SET a = 1", dict(table="mart.tbl_gone")),
    ("table-from", "SELECT x.id FROM staff", {}),
    ("table-sequence", "SELECT nextval('seq_gone')", dict(table="seq_gone")),
    ("table-regclass", "SELECT 'tbl_gone'::regclass", dict(table="tbl_gone")),
    ("table-drop", "DROP TABLE tbl_gone", dict(table="tbl_gone")),
    ("schema-create", "CREATE TABLE mart.t(a int)", {}),
    ("schema-drop", "DROP SCHEMA mart", {}),
    ("type-gone", "CREATE TEMP TABLE z(a headcount)", {}),
    ("function-gone", "SELECT headcount(1)", {}),
    ("operator", "SELECT 'a' + 1 FROM staff WHERE name + 1 = 2", dict(value="a", expected_type="integer")),
    ("aggregate", "SELECT name, count(*) FROM staff", {}),
    ("where-aggregate", "SELECT * FROM staff WHERE count(*) > 1", {}),
    ("window", "SELECT * FROM staff WHERE row_number() OVER () = 1", {}),
    ("ambiguous", "SELECT id FROM staff, posts", {}),
    ("alias-twice", "SELECT * FROM staff s, posts s", {}),
    ("column-twice", "ALTER TABLE staff ADD COLUMN age int", {}),
    ("table-twice", "CREATE TABLE staff(a int)", {}),
    ("schema-twice", "CREATE SCHEMA public", {}),
    ("values-uneven", "VALUES (1, 2), (3)", {}),
    ("comma", "SELECT id, FROM staff", {}),
    ("parameter", "SELECT $1", {}),
    ("cte", "WITH a AS (SELECT 1) SELECT * FROM b", dict(table="b")),
    ("limit", "SELECT 1 LIMIT -1", {}),
    ("regex", "SELECT 'a' ~ '('", {}),
    ("escape", "SELECT 'a' LIKE 'b' ESCAPE 'cc'", {}),
    ("zero", "SELECT 1 % 0", {}),
    ("two-rows", "SELECT 1 WHERE 1 = (SELECT id FROM (VALUES (1), (1)) v(id))", {}),
    ("copy-program", "SET ROLE guest; COPY staff FROM PROGRAM 'cat x'", {}),
    ("guest-schema", "SET ROLE guest; CREATE TABLE public.x(a int)", {}),
    ("guest-function", "SET ROLE guest; SELECT pg_read_file('/etc/passwd')", {}),
    ("guest-drop", "SET ROLE guest; DROP TABLE posts", dict(table="posts")),
    ("guest-vacuum", "SET ROLE guest; ALTER SYSTEM SET work_mem = '1MB'", {}),
    ("guest-role", "SET ROLE guest; SET ROLE loader", {}),
    ("read-only", "SET default_transaction_read_only = on; BEGIN; CREATE TABLE x(a int)", {}),
    ("read-only-insert", "BEGIN READ ONLY; INSERT INTO staff VALUES (5, 'x')", {}),
    ("vacuum-block", "BEGIN; VACUUM", {}),
    ("savepoint", "ROLLBACK TO SAVEPOINT gone", {}),
    ("prepared", "EXECUTE gone", {}),
    ("cursor", "FETCH FROM gone", {}),
    ("depends", "CREATE VIEW v AS SELECT * FROM staff; DROP TABLE staff", {}),
    ("currval", "CREATE TEMP SEQUENCE s; SELECT currval('s')", {}),
    ("setting-value", "SET work_mem = 'lots'", {}),
    ("setting-late", "SET shared_buffers = '1GB'", {}),
    ("in-use", "DROP DATABASE postgres", {}),
    ("role-gone", "SET ROLE nobody_here", {}),
    ("statement-timeout", "SET statement_timeout = '60ms'; SELECT count(*) FROM generate_series(1, 100000000)", {}),
    ("lock-timeout", "SELECT pg_sleep(0); SET lock_timeout = '1ms'; SELECT 1/0", {}),
    ("temp-limit", "SET temp_file_limit = '1kB'; SET work_mem = '64kB'; SELECT count(*) FROM (SELECT DISTINCT i FROM generate_series(1, 200000) i) s", {}),
    ("stack", "CREATE FUNCTION pg_temp.f(i int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN pg_temp.f(i + 1); END'; SELECT pg_temp.f(1)", {}),
    ("columns-many", "DO $$ BEGIN EXECUTE 'CREATE TEMP TABLE m(' || (SELECT string_agg('c' || i || ' int', ',') FROM generate_series(1, 1700) i) || ')'; END $$", {}),
    ("strict-none", "DO $$ DECLARE a int; BEGIN SELECT id INTO STRICT a FROM staff WHERE id = 4711; END $$", {}),
    ("raise", "DO $$ BEGIN RAISE EXCEPTION 'period nov25 is closed'; END $$", {}),
    ("raise-code", "DO $$ BEGIN RAISE EXCEPTION 'period is closed' USING ERRCODE = 'check_violation'; END $$", {}),
    ("null-array", "SELECT array_fill(1, ARRAY[NULL]::int[])", {}),
    ("null-variadic", "DO $$ BEGIN EXECUTE NULL; END $$", {}),
    ("nul-byte", "SELECT chr(0)", {}),
    ("encoding", "SELECT convert_from('\\xe9'::bytea, 'UTF8')", {}),
    ("convert-to", "SELECT convert_to('日', 'LATIN1')", {}),
    ("file-gone", "COPY staff FROM '/srv/none/in.csv'", dict(file="/srv/none/in.csv")),
    ("directory-gone", "SELECT pg_ls_dir('/srv/none')", dict(file="/srv/none")),
    ("feature", "CREATE TABLE t2(a int) INHERITS (pg_class)", {}),
    ("cross-database", "SELECT * FROM other.public.staff", {}),
]


def postgres4(corpus, server):
    import psycopg2
    psql = f"psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {server.port} -U loader -d postgres"
    corpus.shell("_", f"{psql}", "none", input=SCHEMA.encode())
    corpus.cases.clear()
    sa = server.url.replace("postgresql:", "postgresql+psycopg2:")
    ways = ["psql", "p2", "p3", "sa", "verbose", "apg"]
    for index, (name, sql, fields) in enumerate(STATEMENTS):
        connection = psycopg2.connect(server.url)
        try:
            connection.cursor().execute(sql)
            state = None
        except psycopg2.Error as error:
            state = error.pgcode
        connection.close()
        kind = kind_of(state or "?")
        if kind is None:
            print("no label:", name, state)
            continue
        how = ways[index % len(ways)]
        if how == "apg" and "; " in sql and "BEGIN" in sql:
            how = "psql"
        transient = False if state.startswith("28") else None
        if how in {"psql", "verbose"}:
            options = "-v VERBOSITY=verbose " if how == "verbose" else ""
            corpus.shell(f"{how}-{name}", f"{psql} {options}-c \"$SQL\"", kind, transient, env={"SQL": sql}, **fields)
        elif how == "p2":
            corpus.python(f"p2-{name}", f"import psycopg2\nwith psycopg2.connect('{server.url}') as c, c.cursor() as k:\n    k.execute({sql!r})", kind, transient, **fields)
        elif how == "p3":
            corpus.python(f"p3-{name}", f"import psycopg\nwith psycopg.connect('{server.url}') as c:\n    c.cursor().execute({sql!r})", kind, transient, **fields)
        elif how == "sa":
            corpus.python(f"sa-{name}", f"from sqlalchemy import create_engine, text\nwith create_engine('{sa}').begin() as c:\n    c.exec_driver_sql({sql.replace('%', '%%')!r})", kind, transient, **fields)
        else:
            corpus.python(f"apg-{name}", f"import asyncio, asyncpg\nasync def main():\n    c = await asyncpg.connect('{server.url}')\n    async with c.transaction():\n        await c.execute({sql!r})\nasyncio.run(main())", kind, transient, **fields)


DUCKS = [
    ("hugeint", "SELECT '1e50'::HUGEINT", "type_mismatch", dict(value="1e50", expected_type="INT128")),
    ("double", "SELECT '1.2.3'::DOUBLE", "type_mismatch", dict(value="1.2.3", expected_type="DOUBLE")),
    ("uuid", "SELECT 'abc'::UUID", "type_mismatch", dict(value="abc", expected_type="UUID")),
    ("interval", "SELECT 'soonish'::INTERVAL", "date_format", dict(value="soonish")),
    ("time", "SELECT '25:00:00'::TIME", "date_format", dict(value="25:00:00")),
    ("timestamptz", "SELECT '2025-01-01 99:00'::TIMESTAMPTZ", "date_format", dict(value="2025-01-01 99:00")),
    ("strptime", "SELECT strptime('Nov 2025', '%d/%m/%Y')", "date_format", dict(value="Nov 2025")),
    ("make-date", "SELECT make_date(2025, 2, 30)", "date_format", {}),
    ("map", "SELECT 'x'::MAP(INTEGER, INTEGER)", "type_mismatch", dict(value="x", expected_type="MAP")),
    ("enum", "CREATE TYPE mood AS ENUM ('ok'); SELECT 'so'::mood", "type_mismatch", dict(value="so")),
    ("json", "SELECT '{a'::JSON", "type_mismatch", {}),
    ("blob", "SELECT '\\xZ'::BLOB", "type_mismatch", {}),
    ("tinyint", "SELECT 300::TINYINT", "value_out_of_range", dict(value="300", expected_type="INT8")),
    ("tinyint-text", "SELECT '300'::TINYINT", "type_mismatch", dict(value="300", expected_type="INT8")),
    ("insert-range", "CREATE TABLE t(a SMALLINT); INSERT INTO t VALUES (40000)", "value_out_of_range", dict(value="40000", expected_type="INT16")),
    ("multiply", "SELECT 2147483647::INTEGER * 2::INTEGER", "value_out_of_range", {}),
    ("not-null", "CREATE TABLE t(a INT NOT NULL); INSERT INTO t VALUES (NULL)", "null_violation", dict(table="t", column="a")),
    ("not-null-set", "CREATE TABLE t(a INT); INSERT INTO t VALUES (NULL); ALTER TABLE t ALTER a SET NOT NULL", "null_violation", dict(table="t", column="a")),
    ("update-null", "CREATE TABLE t(a INT NOT NULL, b INT); INSERT INTO t VALUES (1, 1); UPDATE t SET a = NULL", "null_violation", dict(table="t", column="a")),
    ("unique", "CREATE TABLE t(org TEXT, period TEXT, UNIQUE(org, period)); INSERT INTO t VALUES ('A', 'Q1'), ('A', 'Q1')", "duplicate_key", {}),
    ("primary-twice", "CREATE TABLE t(id INT PRIMARY KEY); INSERT INTO t VALUES (7); INSERT INTO t VALUES (7)", "duplicate_key", dict(column="id", value="7")),
    ("foreign", "CREATE TABLE p(id INT PRIMARY KEY); CREATE TABLE k(p INT REFERENCES p(id)); INSERT INTO k VALUES (4)", "constraint_violation", {}),
    ("foreign-delete", "CREATE TABLE p(id INT PRIMARY KEY); CREATE TABLE k(p INT REFERENCES p(id)); INSERT INTO p VALUES (4); INSERT INTO k VALUES (4); DELETE FROM p", "constraint_violation", {}),
    ("check", "CREATE TABLE t(a INT CHECK (a < 10)); INSERT INTO t VALUES (11)", "constraint_violation", dict(table="t")),
    ("conflict-target", "CREATE TABLE t(a INT); INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING", "code_error", {}),
    ("column-where", "CREATE TABLE t(a INT); SELECT * FROM t WHERE wte = 1", "missing_column", dict(column="wte")),
    ("column-qualified", "CREATE TABLE t(a INT); SELECT t.wte FROM t", "missing_column", dict(column="wte", table="t")),
    ("column-insert", "CREATE TABLE t(a INT); INSERT INTO t(wte) VALUES (1)", "missing_column", dict(column="wte", table="t")),
    ("column-order", "SELECT 1 AS a ORDER BY wte", "missing_column", dict(column="wte")),
    ("column-exclude", "CREATE TABLE t(a INT); SELECT * EXCLUDE (wte) FROM t", "missing_column", dict(column="wte")),
    ("column-replace", "CREATE TABLE t(a INT); SELECT * REPLACE (1 AS wte) FROM t", "missing_column", dict(column="wte")),
    ("column-columns", "CREATE TABLE t(a INT); SELECT COLUMNS('^wte$') FROM t", "missing_column", {}),
    ("column-using", "CREATE TABLE t(a INT); CREATE TABLE u(b INT); SELECT * FROM t JOIN u USING (a)", "missing_column", dict(column="a")),
    ("column-drop", "CREATE TABLE t(a INT, b INT); ALTER TABLE t DROP COLUMN wte", "missing_column", dict(column="wte", table="t")),
    ("column-group", "CREATE TABLE t(a INT); SELECT count(*) FROM t GROUP BY wte", "missing_column", dict(column="wte")),
    ("struct-field", "SELECT {'a': 1}.b", "missing_column", dict(column="b")),
    ("values-few", "CREATE TABLE t(a INT, b INT); INSERT INTO t VALUES (1)", "missing_column", dict(table="t")),
    ("values-many", "CREATE TABLE t(a INT); INSERT INTO t VALUES (1, 2)", "unexpected_column", dict(table="t")),
    ("union-width", "SELECT 1 UNION ALL SELECT 1, 2", "code_error", {}),
    ("table-hint", "CREATE TABLE tbl_staff(a INT); SELECT * FROM tbl_stuff", "table_not_found", dict(table="tbl_stuff")),
    ("table-schema", "SELECT * FROM mart.staff", "table_not_found", {}),
    ("table-schema-create", "CREATE TABLE mart.t(a INT)", "table_not_found", {}),
    ("table-view", "DROP VIEW v_gone", "table_not_found", dict(table="v_gone")),
    ("table-describe", "DESCRIBE tbl_gone", "table_not_found", dict(table="tbl_gone")),
    ("table-copy", "COPY tbl_gone TO 'out.csv'", "table_not_found", dict(table="tbl_gone")),
    ("table-twice", "CREATE TABLE t(a INT); CREATE TABLE t(a INT)", "code_error", {}),
    ("csv-gone", "SELECT * FROM read_csv('gone/nov25.csv')", "no_files_found", dict(file="gone/nov25.csv")),
    ("json-gone", "SELECT * FROM read_json_auto('gone.json')", "no_files_found", dict(file="gone.json")),
    ("glob-gone", "SELECT * FROM read_parquet('part-*.parquet')", "no_files_found", dict(file="part-*.parquet")),
    ("copy-folder", "COPY (SELECT 1) TO 'gone/out.csv'", "no_files_found", dict(file="gone/out.csv")),
    ("attach-gone", "ATTACH 'gone/x.duckdb'", "no_files_found", dict(file="/srv/backfill/gone/x.duckdb")),
    ("parquet-csv", "SELECT * FROM read_parquet('staff.csv')", "corrupt_file", dict(file="staff.csv")),
    ("csv-quote", "SELECT * FROM read_csv('quote.csv', auto_detect=false, columns={'a': 'INT', 'b': 'TEXT'}, quote='\"', delim=',', strict_mode=true)", "type_mismatch", dict(file="quote.csv", value="a", column="a", line=1, expected_type="INTEGER")),
    ("csv-columns", "SELECT * FROM read_csv('wide.csv', auto_detect=false, header=true, columns={'a': 'INT', 'b': 'INT'})", "unexpected_column", dict(file="wide.csv", line=2)),
    ("csv-short", "SELECT * FROM read_csv('short.csv', auto_detect=false, header=true, columns={'a': 'INT', 'b': 'INT'})", "missing_column", dict(file="short.csv", line=3)),
    ("csv-double", "SELECT * FROM read_csv('staff.csv', header=true, columns={'id': 'INT', 'age': 'DOUBLE'})", "type_mismatch", dict(file="staff.csv", line=3, value="*", column="age", expected_type="DOUBLE")),
    ("csv-latin", "SELECT * FROM read_csv('latin.csv', encoding='utf-8', columns={'a': 'TEXT'})", "encoding_error", dict(file="latin.csv")),
    ("csv-force", "SELECT * FROM read_csv('staff.csv', force_not_null=['wte'])", "missing_column", dict(column="wte")),
    ("csv-types", "SELECT * FROM read_csv('staff.csv', types={'wte': 'INT'})", "missing_column", dict(column="wte")),
    ("syntax", "SELEC 1", "code_error", {}),
    ("aggregate", "CREATE TABLE t(a INT, b INT); SELECT a, sum(b) FROM t", "code_error", {}),
    ("argument", "SELECT upper(1, 2)", "code_error", {}),
    ("no-cast", "SELECT DATE '2025-01-01' + 'x'::BLOB", "code_error", {}),
    ("subquery", "SELECT (SELECT * FROM range(3))", "code_error", {}),
]

LITES = [
    ("column-select", "SELECT wte FROM (SELECT 1 AS a)", "missing_column", dict(column="wte")),
    ("column-alias", "CREATE TABLE t(a); SELECT t.wte FROM t", "missing_column", dict(column="t.wte")),
    ("column-drop", "CREATE TABLE t(a, b); ALTER TABLE t DROP COLUMN wte", "missing_column", dict(column="wte")),
    ("column-rename", "CREATE TABLE t(a); ALTER TABLE t RENAME COLUMN wte TO fte", "missing_column", dict(column="wte")),
    ("column-join", "CREATE TABLE t(a); CREATE TABLE u(b); SELECT * FROM t JOIN u USING (wte)", "missing_column", dict(column="wte")),
    ("table-insert", "INSERT INTO tbl_gone VALUES (1)", "table_not_found", dict(table="tbl_gone")),
    ("table-alter", "ALTER TABLE tbl_gone ADD COLUMN a", "table_not_found", dict(table="tbl_gone")),
    ("table-index", "CREATE INDEX i ON tbl_gone(a)", "table_not_found", dict(table="main.tbl_gone")),
    ("view-drop", "DROP VIEW v_gone", "table_not_found", {}),
    ("primary", "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)", "duplicate_key", dict(table="t", column="id")),
    ("without-rowid", "CREATE TABLE t(org TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('A'); INSERT INTO t VALUES ('A')", "duplicate_key", dict(table="t", column="org")),
    ("index-unique", "CREATE TABLE t(a); INSERT INTO t VALUES (1), (1); CREATE UNIQUE INDEX i ON t(a)", "duplicate_key", dict(table="t", column="a")),
    ("null", "CREATE TABLE t(a NOT NULL); INSERT INTO t VALUES (NULL)", "null_violation", dict(table="t", column="a")),
    ("check", "CREATE TABLE t(a CHECK (a < 10)); INSERT INTO t VALUES (11)", "constraint_violation", {}),
    ("delete-parent", "PRAGMA foreign_keys=ON; CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE k(p REFERENCES p); INSERT INTO p VALUES (1); INSERT INTO k VALUES (1); DELETE FROM p", "constraint_violation", {}),
    ("strict-real", "CREATE TABLE t(a REAL) STRICT; INSERT INTO t VALUES ('x')", "type_mismatch", dict(table="t", column="a", expected_type="REAL")),
    ("rowid", "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES ('x')", "type_mismatch", {}),
    ("abs", "SELECT abs(-9223372036854775808)", "value_out_of_range", {}),
    ("sum", "SELECT sum(i) FROM (SELECT 9223372036854775807 AS i UNION ALL SELECT 1)", "value_out_of_range", {}),
    ("json", "SELECT json('{a')", "corrupt_file", {}),
    ("values-few", "CREATE TABLE t(a, b, c); INSERT INTO t VALUES (1, 2)", "missing_column", dict(table="t")),
    ("union", "SELECT 1 UNION SELECT 1, 2", "code_error", {}),
    ("function", "SELECT headcount(1)", "code_error", {}),
    ("function-arguments", "SELECT upper(1, 2)", "code_error", {}),
    ("misuse", "SELECT sum(count(1))", "code_error", {}),
    ("ambiguous", "SELECT a FROM (SELECT 1 a), (SELECT 2 a)", "code_error", {}),
    ("syntax", "SELECT * FORM t", "code_error", {}),
    ("token", "SELECT 1 @@ 2", "code_error", {}),
    ("table-twice", "CREATE TABLE t(a); CREATE TABLE t(a)", "code_error", {}),
    ("attach", "ATTACH '/srv/none/x.db' AS x", "no_files_found", {}),
]


def duckdb4(corpus):
    work = corpus.world.work
    (work / "staff.csv").write_text("id,age\n1,34\n2,*\n")
    (work / "quote.csv").write_text("a,b\n1,\"x\n2,y\n")
    (work / "wide.csv").write_text("a,b\n1,2,3\n")
    (work / "short.csv").write_text("a,b\n1,2\n3\n")
    (work / "latin.csv").write_bytes("a\nRen\xe9e\n".encode("latin-1"))
    for index, (name, sql, kind, fields) in enumerate(DUCKS):
        if index % 3 == 0:
            corpus.shell(f"cli-{name}", "rm -f d4.duckdb; duckdb -bail d4.duckdb -c \"$SQL\"", kind, env={"SQL": sql}, **fields)
        else:
            code = f"import duckdb\nc = duckdb.connect()\nfor statement in {sql!r}.split('; '):\n    c.execute(statement).fetchall()"
            corpus.python(f"py-{name}", code, kind, older=index % 3 == 2, **fields)


def sqlite4(corpus):
    for index, (name, sql, kind, fields) in enumerate(LITES):
        transient = False if kind == "corrupt_file" else None
        if index % 2:
            corpus.shell(f"cli-{name}", "rm -f l4.db; sqlite3 -bail l4.db \"$SQL\"", kind, transient, env={"SQL": sql}, **fields)
        else:
            corpus.python(f"py-{name}", f"import sqlite3\nc = sqlite3.connect(':memory:')\nfor statement in {sql!r}.split('; '):\n    c.execute(statement).fetchall()", kind, transient, **fields)
