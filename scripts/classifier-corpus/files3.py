"""Round three: files and parsers, with faults that the first two rounds did not build."""

PANDAS = "import pandas as pd\nd = pd.read_csv('staff.csv')\n"
ARROW = "import pyarrow as pa, pyarrow.parquet as pq, pyarrow.csv as pc, pyarrow.dataset as ds\n"

# name, code, type, fields; a name that ends in ~ also runs with the libraries' older releases, if there are any.
FILES = [
    ("read-key~", "import pandas as pd\npd.read_csv('semi.csv')['age']", "missing_column", dict(column="age")),
    ("rename-raise~", PANDAS + "d.rename(columns={'wte': 'fte'}, errors='raise')", "missing_column", dict(column="wte")),
    ("drop-two~", PANDAS + "d.drop(columns=['wte', 'grade'])", "missing_column", dict(column="wte")),
    ("groupby~", PANDAS + "d.groupby('org_code').size()", "missing_column", dict(column="org_code")),
    ("sort~", PANDAS + "d.sort_values('period_end')", "missing_column", dict(column="period_end")),
    ("assign~", PANDAS + "d.assign(total=lambda f: f['wte'] * 2)", "missing_column", dict(column="wte")),
    ("subset~", PANDAS + "d.dropna(subset=['wte'])", "missing_column", dict(column="wte")),
    ("melt~", PANDAS + "d.melt(id_vars=['org'], value_vars=['age'])", "missing_column", dict(column="org")),
    ("merge-on~", PANDAS + "d.merge(d.rename(columns={'id': 'key'}), left_on='id', right_on='idd')", "missing_column", dict(column="idd")),
    ("usecols-number~", "import pandas as pd\npd.read_csv('staff.csv', usecols=[0, 7])", "missing_column", {}),
    ("explode~", PANDAS + "d.explode('codes')", "missing_column", dict(column="codes")),
    ("skip-all~", "import pandas as pd\npd.read_csv('staff.csv', skiprows=50)", "empty_data", {}),
    ("validate~", PANDAS + "pd.concat([d, d]).merge(d, on='id', validate='one_to_one')", "duplicate_key", {}),
    ("integrity~", PANDAS + "pd.concat([d, d], verify_integrity=True)", "duplicate_key", {}),
    ("float-star~", PANDAS + "d['age'].astype(float)", "type_mismatch", dict(value="*")),
    ("int-comma~", "import pandas as pd\npd.Series(['1,204', '3']).astype(int)", "type_mismatch", dict(value="1,204")),
    ("int64-null~", "import pandas as pd\npd.Series([1.0, None]).astype('int64')", "null_violation", {}),
    ("numeric-dash~", "import pandas as pd\npd.to_numeric(pd.Series(['4', '-']))", "type_mismatch", dict(value="-")),
    ("timedelta~", "import pandas as pd\npd.to_timedelta('two weeks or so')", "date_format", {}),
    ("month13~", "import pandas as pd\npd.to_datetime('2025-13-01', format='%Y-%m-%d')", "date_format", dict(value="2025-13-01")),
    ("period~", "import pandas as pd\npd.Period('Quarter 9 2025', freq='Q')", "date_format", {}),
    ("far~", "import pandas as pd\npd.Timestamp('9999-12-31 00:00:00').as_unit('ns')", "date_format", {}),
    ("read-latin~", "import pandas as pd\npd.read_csv('latin.csv', encoding='utf-8')", "encoding_error", {}),
    ("read-ascii~", "import pandas as pd\npd.read_csv('utf8.csv', encoding='ascii')", "encoding_error", {}),
    ("write-ascii~", "import pandas as pd\npd.DataFrame({'n': ['Zoë']}).to_csv('o.csv', encoding='ascii')", "encoding_error", {}),
    ("excel-sheet~", "import pandas as pd\npd.read_excel('book.xlsx', sheet_name='1.2 Headcount')", "sheet_not_found", dict(sheet="1.2 Headcount")),
    ("excel-number~", "import pandas as pd\npd.read_excel('book.xlsx', sheet_name=7)", "sheet_not_found", {}),
    ("excel-gone~", "import pandas as pd\npd.read_excel('gone3.xlsx')", "no_files_found", dict(file="gone3.xlsx")),
    ("excel-csv~", "import pandas as pd\npd.read_excel('staff.csv')", "corrupt_file", {}),
    ("excel-bad~", "import pandas as pd\npd.read_excel('page.xlsx', engine='openpyxl')", "corrupt_file", {}),
    ("calamine-sheet", "import pandas as pd\npd.read_excel('book.xlsx', sheet_name='Nope', engine='calamine')", "sheet_not_found", dict(sheet="Nope")),
    ("calamine-bad", "from python_calamine import CalamineWorkbook\nCalamineWorkbook.from_path('page.xlsx')", "corrupt_file", {}),
    ("calamine-name", "from python_calamine import CalamineWorkbook\nCalamineWorkbook.from_path('book.xlsx').get_sheet_by_name('Data')", "sheet_not_found", dict(sheet="Data")),
    ("excel-usecols~", "import pandas as pd\npd.read_excel('book.xlsx', usecols=['wte'])", "missing_column", dict(column="wte")),
    ("parquet-columns~", "import pandas as pd\npd.DataFrame({'a': [1]}).to_parquet('o.parquet')\nprint(pd.read_parquet('o.parquet', columns=['a'])['wte'])", "missing_column", dict(column="wte")),
    ("parquet-text~", "import pandas as pd\npd.read_parquet('staff.csv')", "corrupt_file", {}),
    ("json-page~", "import pandas as pd\npd.read_json('page.xlsx')", "corrupt_file", {}, False),
    ("no-space~", "import pandas as pd\npd.DataFrame({'a': range(9000)}).to_csv('/dev/full')", "disk_full", {}),
    ("no-folder~", PANDAS + "d.to_excel('none/out.xlsx')", "no_files_found", {}),
    ("openpyxl-sheet~", "import openpyxl\nopenpyxl.load_workbook('book.xlsx')['Table 12a']", "sheet_not_found", dict(sheet="Table 12a")),
    ("openpyxl-remove", "import openpyxl\nb = openpyxl.load_workbook('book.xlsx')\nb.remove(b['Old data'])", "sheet_not_found", dict(sheet="Old data")),
    ("openpyxl-cut", "import openpyxl\nopen('cut3.xlsx', 'wb').write(open('book.xlsx', 'rb').read()[:900])\nopenpyxl.load_workbook('cut3.xlsx')", "corrupt_file", {}),
    ("openpyxl-read-only", "import openpyxl, os\nopenpyxl.load_workbook('nowhere/book.xlsx', read_only=True)", "no_files_found", dict(file="nowhere/book.xlsx")),
    ("decimal", "from decimal import Decimal\nDecimal('n/a')", "type_mismatch", {}),
    ("int-thousands", "int('1,204')", "type_mismatch", dict(value="1,204")),
    ("int-blank", "int('')", "type_mismatch", dict(value="")),
    ("float-percent", "float('12%')", "type_mismatch", dict(value="12%")),
    ("uuid", "import uuid\nuuid.UUID('not-one')", "type_mismatch", {}),
    ("strptime-february", "from datetime import datetime\ndatetime.strptime('2025-02-30', '%Y-%m-%d')", "date_format", {}),
    ("strptime-rest", "from datetime import datetime\ndatetime.strptime('2025-03-01 provisional', '%Y-%m-%d')", "date_format", {}),
    ("iso", "from datetime import date\ndate.fromisoformat('1 March 2025')", "date_format", dict(value="1 March 2025")),
    ("date-month", "from datetime import date\ndate(2025, 13, 1)", "date_format", {}),
    ("timestamp-huge", "from datetime import datetime\ndatetime.fromtimestamp(10**14)", "date_format", {}),
    ("struct-byte", "import struct\nstruct.pack('b', 300)", "value_out_of_range", {}),
    ("numpy-int8", "import numpy as np\nnp.int8(300)", "value_out_of_range", dict(value="300")),
    ("numpy-text", "import numpy as np\nnp.array(['*', '3']).astype(int)", "type_mismatch", dict(value="*")),
    ("csv-dict", "import csv\nfor row in csv.DictReader(open('semi.csv')): print(row['age'])", "missing_column", dict(column="age")),
    ("tar-member", "import tarfile\ntarfile.open('t.tar', 'w').close()\ntarfile.open('t.tar').extractfile('data/staff.csv')", "no_files_found", dict(file="data/staff.csv")),
    ("zip-read", "import zipfile\nzipfile.ZipFile('good.zip').read('data/staff.csv')", "no_files_found", dict(file="data/staff.csv")),
    ("zip-cut", "import zipfile\nopen('cut.zip', 'wb').write(open('good.zip', 'rb').read()[:60])\nzipfile.ZipFile('cut.zip').testzip()", "corrupt_file", {}),
    ("gzip-text", "import gzip\ngzip.open('staff.csv').read()", "corrupt_file", {}),
    ("unpack", "import shutil\nshutil.unpack_archive('page.zip', 'out')", "corrupt_file", {}),
    ("decode-bom", "open('utf16.csv', encoding='utf-8').read()", "encoding_error", {}),
    ("encode", "'Zoë £'.encode('ascii')", "encoding_error", {}),
    ("glob-none", "import glob, sys\nfound = glob.glob('in/*.xlsx')\nif not found: sys.exit('no input files found in in/*.xlsx')", "no_files_found", {}),
    ("listdir", "import os\nos.listdir('raw/nov25')", "no_files_found", dict(file="raw/nov25")),
    ("rename-gone", "import os\nos.rename('part.tmp', 'whole.csv')", "no_files_found", dict(file="part.tmp")),
    ("arrow-extra", ARROW + "pc.read_csv('ragged.csv')", "unexpected_column", {}),
    ("arrow-double", ARROW + "pc.read_csv('staff.csv', convert_options=pc.ConvertOptions(column_types={'age': pa.float64()}))", "type_mismatch", dict(value="*", expected_type="double")),
    ("arrow-dates", ARROW + "pc.read_csv('dates.csv', convert_options=pc.ConvertOptions(column_types={'d': pa.date32()}))", "date_format", dict(value="soon", expected_type="date32")),
    ("arrow-array", ARROW + "pa.array(['c', 'd'], pa.int64())", "type_mismatch", dict(value="c")),
    ("arrow-dataset", ARROW + "ds.dataset('staff.csv', format='csv').to_table(columns=['wte'])", "missing_column", dict(column="wte")),
    ("arrow-schema", ARROW + "w = pq.ParquetWriter('s.parquet', pa.schema([('a', pa.int64())]))\nw.write_table(pa.table({'a': ['x']}))", "type_mismatch", {}),
    ("arrow-cast", ARROW + "pa.array(['12', 'n/a']).cast(pa.int32())", "type_mismatch", dict(value="n/a", expected_type="int32")),
    ("arrow-small", ARROW + "pa.array([70000]).cast(pa.int16())", "value_out_of_range", dict(value="70000")),
    ("arrow-orc", "from pyarrow import orc\norc.ORCFile('staff.csv')", "corrupt_file", {}),
    ("arrow-gone", ARROW + "pq.read_table('gone3.parquet')", "no_files_found", dict(file="gone3.parquet")),
    ("polars-extra~", "import polars as pl\npl.read_csv('ragged.csv')", "unexpected_column", {}),
    ("polars-parse~", "import polars as pl\npl.read_csv('staff.csv', schema_overrides={'age': pl.Int64})", "type_mismatch", dict(value="*", expected_type="i64", column="age")),
    ("polars-join~", "import polars as pl\nd = pl.read_csv('staff.csv')\nd.join(d, on='org_code')", "missing_column", dict(column="org_code")),
    ("polars-drop~", "import polars as pl\npl.read_csv('staff.csv').drop('wte')", "missing_column", dict(column="wte")),
    ("polars-date~", "import polars as pl\npl.Series(['2025-01-01', 'TBC']).str.to_date('%Y-%m-%d')", "date_format", {}),
    ("polars-parquet~", "import polars as pl\npl.read_parquet('staff.csv')", "corrupt_file", {}),
    ("polars-gone~", "import polars as pl\npl.read_csv('gone3.csv')", "no_files_found", dict(file="gone3.csv")),
    ("polars-sheet", "import polars as pl\npl.read_excel('book.xlsx', sheet_name='Nope', engine='openpyxl')", "sheet_not_found", dict(sheet="Nope")),
    ("polars-empty~", "import polars as pl\npl.read_csv('empty.csv')", "empty_data", {}),
    ("pandera", "import pandas as pd, pandera.pandas as pa\npa.DataFrameSchema({'age': pa.Column(int, pa.Check.in_range(0, 120))}).validate(pd.DataFrame({'age': [300]}))", "value_out_of_range", {}),
    ("pandera-missing", "import pandas as pd, pandera.pandas as pa\npa.DataFrameSchema({'wte': pa.Column(float)}).validate(pd.DataFrame({'age': [3]}))", "missing_column", dict(column="wte")),
    ("ok-coerce", PANDAS + "d['age'] = pd.to_numeric(d['age'], errors='coerce')\nprint(d.isna().sum())\nprint('1 value could not be read as a number and is null now')", "none", {}),
    ("ok-optional", PANDAS + "try:\n    d['wte']\nexcept KeyError as e:\n    print('INFO optional column', e, 'is absent, skipped')\nprint('loaded', len(d))", "none", {}),
]

PARSERS = [
    ("yaml-tab", "import yaml\nyaml.safe_load('a:\\n\\t- b')", "manifest_invalid", dict(line=2)),
    ("yaml-colon", "import yaml\nyaml.safe_load(open('m1.yaml'))", "manifest_invalid", dict(file="m1.yaml", line=2)),
    ("yaml-alias", "import yaml\nyaml.safe_load('a: *base')", "manifest_invalid", dict(line=1)),
    ("yaml-star", "import yaml\nyaml.safe_load('null_values: [*, c]')", "manifest_invalid", dict(line=1)),
    ("yaml-at", "import yaml\nyaml.safe_load('a: @x')", "manifest_invalid", dict(line=1)),
    ("yaml-python", "import yaml\nyaml.safe_load('a: !!python/object:os.system x')", "manifest_invalid", dict(line=1)),
    ("yaml-null-byte", "import yaml\nyaml.safe_load('a: \\x00')", "manifest_invalid", {}),
    ("ruamel-tab", "from ruamel.yaml import YAML\nYAML(typ='safe', pure=True).load('a:\\n\\t- b')", "manifest_invalid", dict(line=2)),
    ("ruamel-bracket", "from ruamel.yaml import YAML\nYAML().load(open('m2.yaml'))", "manifest_invalid", dict(file="m2.yaml")),
    ("json-single", "import json\njson.loads(\"{'a': 1}\")", "manifest_invalid", dict(line=1)),
    ("json-file", "import json\njson.load(open('bad.json'))", "manifest_invalid", dict(line=3)),
    ("json-bom", "import json\njson.loads('\\ufeff{}')", "manifest_invalid", dict(line=1)),
    ("orjson", "import orjson\norjson.loads(b'{\"a\": }')", "manifest_invalid", dict(line=1)),
    ("ujson", "import ujson\nujson.loads('{\"a\": ')", "manifest_invalid", {}),
    ("toml-unclosed", "import tomllib\ntomllib.loads('a = \"x\\nb = 2')", "manifest_invalid", dict(line=1)),
    ("toml-bare", "import tomllib\ntomllib.loads('title = Staff by age')", "manifest_invalid", dict(line=1)),
    ("ini", "import configparser\nconfigparser.ConfigParser().read_string('name = x')", "manifest_invalid", dict(line=1)),
    ("pydantic-type", "from pydantic import BaseModel\nclass Source(BaseModel):\n    header_row: int\nSource(header_row='first')", "manifest_invalid", {}),
    ("pydantic-extra", "from pydantic import BaseModel, ConfigDict\nclass Source(BaseModel):\n    model_config = ConfigDict(extra='forbid')\n    sheet: str\nSource(sheet='x', colums=[])", "manifest_invalid", {}),
    ("schema-type", "import jsonschema\njsonschema.validate({'header_row': 'x'}, {'properties': {'header_row': {'type': 'integer'}}})", "manifest_invalid", {}),
    ("xml-entity", "import xml.etree.ElementTree as E\nE.fromstring('<a>&nbsp;</a>')", "corrupt_file", dict(line=1), False),
    ("lxml", "from lxml import etree\netree.fromstring('<a><b></a>')", "corrupt_file", dict(line=1), False),
    ("jq-comma", None, "manifest_invalid", {}),
    ("yq-bad", None, "manifest_invalid", {}),
]
SHELLS = {"jq-comma": "echo '{\"a\": 1,}' | jq .a", "yq-bad": "printf 'a: [1, 2\\nb: 3\\n' | yq .a"}


def files3(corpus):
    work = corpus.world.work
    (work / "staff.csv").write_text("id,age\n1,34\n2,*\n")
    (work / "semi.csv").write_text("id;age\n1;34\n")
    (work / "ragged.csv").write_text("id,age\n1,34\n2,3,4,5\n")
    (work / "dates.csv").write_text("id,d\n1,soon\n")
    (work / "latin.csv").write_bytes(b"id,name\n1,Ren\xe9\n")
    (work / "utf8.csv").write_text("id,name\n1,René\n", encoding="utf-8")
    (work / "utf16.csv").write_text("id,name\n1,René\n", encoding="utf-16")
    (work / "empty.csv").write_text("")
    for name in ("page.xlsx", "page.zip"):
        (work / name).write_text("<!DOCTYPE html><html><body>Please sign in</body></html>")
    corpus.python("make", "import openpyxl, zipfile\nb = openpyxl.Workbook(); b.active.title = 'Contents'; b.active.append(['id', 'age']); b.save('book.xlsx')\nz = zipfile.ZipFile('good.zip', 'w'); z.writestr('staff.csv', 'id,age\\n' * 400)", "none")
    corpus.cases.clear()
    for row in FILES:
        name, code, kind, fields = row[:4]
        transient = row[4] if len(row) > 4 else None
        corpus.python(name.rstrip("~"), code, kind, transient, older=name.endswith("~") and len(name) % 2 == 0, **fields)


def parsers3(corpus):
    work = corpus.world.work
    (work / "m1.yaml").write_text("publication: adhd\ntitle: ADHD: open referrals\nsources: []\n")
    (work / "m2.yaml").write_text("sources:\n  - url: [a, b\n  - url: c\n")
    (work / "bad.json").write_text('{\n "a": 1,\n "b" 2\n}\n')
    for row in PARSERS:
        name, code, kind, fields = row[:4]
        transient = row[4] if len(row) > 4 else None
        if code is None:
            corpus.shell(name, SHELLS[name], kind, transient, **fields)
        else:
            corpus.python(name, code, kind, transient, **fields)
