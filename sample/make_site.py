"""Writes sample/site: the publications' web site that `errata demo` serves on loopback.

The files are committed, so nothing needs this script to run the demo. It is here to show how the data were made and to make
them again: `python3 sample/make_site.py` (needs openpyxl). The same bytes come out every time.

All figures are invented. The faults are those that NHS publications have had: suppression markers in number columns, a sheet
that was renamed, files and pages that moved, a web page in place of a workbook, a decimal in a count, a page that is not out yet.
"""

import io
import random
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font

SITE = Path(__file__).parent / "site"
ICBS = [
    ("QE1", "NHS Lancashire and South Cumbria"), ("QF7", "NHS South Yorkshire"), ("QGH", "NHS Herefordshire and Worcestershire"),
    ("QH8", "NHS Mid and South Essex"), ("QHG", "NHS Bedfordshire, Luton and Milton Keynes"), ("QHL", "NHS Birmingham and Solihull"),
    ("QHM", "NHS North East and North Cumbria"), ("QJ2", "NHS Derby and Derbyshire"), ("QJK", "NHS Devon"),
    ("QJM", "NHS Lincolnshire"), ("QK1", "NHS Leicester, Leicestershire and Rutland"), ("QKK", "NHS South East London"),
    ("QKS", "NHS Kent and Medway"), ("QM7", "NHS Hertfordshire and West Essex"), ("QMF", "NHS North East London"),
    ("QMM", "NHS Norfolk and Waveney"), ("QNQ", "NHS Frimley"), ("QNX", "NHS Sussex"), ("QOP", "NHS Greater Manchester"),
    ("QT6", "NHS Cornwall and the Isles of Scilly"),
]
AGES = ["0 to 4", "5 to 17", "18 to 24", "25 and over", "Unknown"]
STATUSES = ["Waiting under 13 weeks", "Waiting 13 to 52 weeks", "Waiting over 52 weeks"]
STAFF_GROUPS = ["GPs", "Nurses", "Direct Patient Care", "Admin/Non-Clinical"]
BANDS = ["Under 25", "25-34", "35-44", "45-54", "55-64", "65 and over", "Not stated"]
MONTHS = {
    "apr25": date(2025, 4, 1), "may25": date(2025, 5, 1), "jun25": date(2025, 6, 1), "jul25": date(2025, 7, 1),
    "aug25": date(2025, 8, 1), "sep25": date(2025, 9, 1), "oct25": date(2025, 10, 1), "nov25": date(2025, 11, 1),
    "dec25": date(2025, 12, 1),
}


def month(period):
    return MONTHS[period].strftime("%B %Y")


def write(path, text):
    target = SITE / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())


def page(path, title, body):
    write(path + "/index.html", f"""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<header><a href="/">Sample statistics</a></header>
<main>
<h1>{title}</h1>
{body}
</main>
<footer><p>Invented figures for the Errata demonstration.</p></footer>
</body>
</html>
""")


def publication_page(path, title, published, links, summary):
    items = "\n".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links)
    page(path, title, f"""<p>Publication date: {published}</p>
<h2>Summary</h2>
<p>{summary}</p>
<h2>Resources</h2>
<ul>
{items}
</ul>""")


def csv_bytes(header, rows):
    def cell(value):
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text

    lines = [",".join(header)] + [",".join(cell(value) for value in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def workbook_bytes(sheets):
    """A workbook of sheets {name: rows}; the same bytes for the same rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet["A1"].font = Font(bold=True, size=14)
        sheet["A1"].alignment = Alignment(wrap_text=False)
        sheet.column_dimensions["A"].width = 34
    plain = io.BytesIO()
    book.save(plain)
    fixed = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item.filename)
            if item.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-12T09:30:00Z", data)
            entry = zipfile.ZipInfo(item.filename, (2026, 1, 12, 9, 30, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return fixed.getvalue()


def zip_bytes(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 12, 9, 30, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


# ADHD: one CSV and a data dictionary a month.
def adhd(period, path, suppress=False):
    rng = random.Random("adhd" + period)
    first = MONTHS[period]
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1).toordinal() - 1
    rows = []
    for code, name in ICBS:
        for age in AGES:
            for status in STATUSES:
                count = rng.randrange(3, 4000)
                open_referrals = "*" if suppress and (age == "Unknown" and rng.random() < 0.6) else count
                rows.append([first, date.fromordinal(last), code, name, age, status, open_referrals, round(rng.uniform(4, 140), 1)])
    header = ["REPORTING_PERIOD_START_DATE", "REPORTING_PERIOD_END_DATE", "ICB_CODE", "ICB_NAME", "AGE_GROUP",
              "REFERRAL_STATUS", "OPEN_REFERRALS", "MEDIAN_WAIT_WEEKS"]
    short = first.strftime("%b%y")
    write(f"files/adhd/{short}/ADHD_{short}.csv", csv_bytes(header, rows))
    dictionary = workbook_bytes({
        "Title page": [["ADHD Management Information: Data Dictionary"], [f"Publication: {month(period)}"], [],
                       ["Contact: statistics@example.org"]],
        "Data dictionary": [["Data dictionary"], [], ["Field", "Description"]]
        + [[name, "See the methodology."] for name in header],
    })
    write(f"files/adhd/{short}/ADHD_Data_Dictionary_{short}.xlsx", dictionary)
    publication_page(path, f"ADHD Management Information - {month(period)}", "12 January 2026", [
        (f"/files/adhd/{short}/ADHD_{short}.csv", f"ADHD Management Information: {month(period)} Data [CSV]"),
        (f"/files/adhd/{short}/ADHD_Data_Dictionary_{short}.xlsx", "ADHD Management Information: Data Dictionary [XLSX]"),
    ], "Open referrals for ADHD assessment by integrated care board, age group and time waited. "
       "Counts below 5 are shown as * where they could identify a person.")


# PCN workforce: a workbook of tables and an annex a month.
def pcn(period, path, headcount_sheet="Table 2b", suppress=(), annex_is_a_page=False):
    rng = random.Random("pcn" + period)
    title = month(period)
    quarters = ["March 2020", "June 2020", "September 2020", "December 2020", title]
    title_rows = lambda text: [[text], [f"England, {title}"], ["Source: National Workforce Reporting Service"], []]
    notes = [[], ["Note: * marks a count that is not published because it is below 5."], ["Figures are rounded to the nearest whole number."]]
    fte = [[group, gender, role] + [round(rng.uniform(20, 9000), 2) for _ in quarters]
           for group in STAFF_GROUPS for gender in ("Female", "Male", "Not stated")
           for role in ("All", "Lead", "Trainee", "Locum")]
    headcount = []
    for group in STAFF_GROUPS:
        for band in BANDS:
            for gender in ("Female", "Male"):
                cells = [rng.randrange(5, 9000) for _ in quarters]
                for index, quarter in enumerate(quarters):
                    if quarter in suppress and band in ("Under 25", "Not stated"):
                        cells[index] = "*"
                headcount.append([group, band, gender] + cells)
    individual = [[f"U{10000 + n}", f"Primary Care Network {n}", ICBS[n % len(ICBS)][0], rng.choice(STAFF_GROUPS),
                   rng.randrange(1, 60), round(rng.uniform(0.5, 48), 2)] for n in range(240)]
    stem = f"PCNW {title}"
    write(f"files/pcn/{period}/{stem}.xlsx", workbook_bytes({
        "Title page": [["Primary Care Network Workforce"], [title], [], ["Official statistics"]],
        "Contents": [["Contents"], ["Table 1a", "Full-time equivalent by staff group, gender and role"],
                     [headcount_sheet, "Headcount by staff group, age band and gender"], ["Table 3", "Workforce by network"]],
        "Table 1a": title_rows("Table 1a: Full-time equivalent (FTE) by staff group, gender and role")
        + [["Staff group", "Gender", "Role"] + quarters] + fte + notes,
        headcount_sheet: title_rows("Table 2b: Headcount by staff group, age band and gender")
        + [["Staff group", "Age band", "Gender"] + quarters] + headcount + notes,
        "Table 3": title_rows("Table 3: Workforce by Primary Care Network")
        + [["PCN code", "PCN name", "ICB code", "Staff group", "Headcount", "FTE"]] + individual + notes,
    }))
    annex = f"files/pcn/{period}/PCNW Annex {title}.xlsx"
    if annex_is_a_page:
        write(annex, "<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head>\n"
                     "<body><h1>We are updating this page</h1><p>Please try again later.</p></body></html>\n")
    else:
        write(annex, workbook_bytes({"Annex A": title_rows("Annex A: Practices without a return")
                                     + [["Practice code", "ICB code", "List size"]]
                                     + [[f"Y{n:05d}", ICBS[n % len(ICBS)][0], rng.randrange(900, 22000)] for n in range(60)]}))
    quoted = lambda text: text.replace(" ", "%20")
    publication_page(path, f"Primary Care Network Workforce, {title}", "15 January 2026", [
        (quoted(f"/files/pcn/{period}/{stem}.xlsx"), f"Primary Care Network Workforce, {title}: Tables [XLSX]"),
        (quoted("/" + annex), f"Primary Care Network Workforce, {title}: Annex [XLSX]"),
    ], "Staff who work in Primary Care Networks in England: full-time equivalent and headcount.")


# Online consultation: a ZIP of CSV files and a data quality workbook a month.
def online_consultation(period, path, folder=None, decimal=False):
    rng = random.Random("oc" + period)
    title = month(period)
    folder = folder or period
    submissions = [[f"A8{n:04d}", f"The {rng.choice(['Grove', 'Park', 'Mill', 'Abbey', 'Bridge'])} Surgery {n}",
                    ICBS[n % len(ICBS)][0], kind, rng.randrange(0, 900)]
                   for n in range(160) for kind in ("Clinical", "Administrative")]
    quality = [[f"A8{n:04d}", rng.choice(["Accurx", "eConsult", "Patchs", "Engage Consult"]), rng.randrange(60, 101),
                rng.choice(["Yes", "No"])] for n in range(160)]
    if decimal:
        for index in (17, 58, 121):
            quality[index][2] = quality[index][2] - 0.5
    write(f"files/oc/{folder}/OC_Submissions_{period}.zip", zip_bytes({
        f"OC_Submissions_{period}.csv": csv_bytes(
            ["PRACTICE_CODE", "PRACTICE_NAME", "ICB_CODE", "SUBMISSION_TYPE", "SUBMISSIONS"], submissions)}))
    write(f"files/oc/{folder}/OC_Data_Quality_{period}.xlsx", workbook_bytes({
        "Notes": [["Online consultation submissions: notes"], ["The quality score is a percentage of complete returns."]],
        "Data quality": [["Data quality by practice"], [title], [],
                         ["Practice code", "Supplier", "Quality score", "Participated"]] + quality,
    }))
    publication_page(path, f"Online Consultation Submissions, {title}", "18 December 2025", [
        (f"/files/oc/{folder}/OC_Submissions_{period}.zip", f"Submissions by practice, {title} [ZIP, CSV]"),
        (f"/files/oc/{folder}/OC_Data_Quality_{period}.xlsx", f"Data quality by practice, {title} [XLSX]"),
    ], "Online consultation submissions in general practice, by practice and type.")


def main():
    shutil.rmtree(SITE, ignore_errors=True)
    adhd("may25", "adhd/may-2025")
    adhd("aug25", "adhd/mi-adhd-august-2025")  # publications.yaml still says adhd/august-2025
    adhd("nov25", "adhd/november-2025", suppress=True)
    page("adhd", "ADHD Management Information", """<p>Monthly management information on attention deficit hyperactivity disorder.</p>
<h2>Latest</h2>
<ul>
<li><a href="/adhd/november-2025/">ADHD Management Information - November 2025</a></li>
<li><a href="/adhd/mi-adhd-august-2025/">ADHD Management Information - August 2025</a></li>
<li><a href="/adhd/may-2025/">ADHD Management Information - May 2025</a></li>
</ul>""")

    pcn("apr25", "pcn-workforce/april-2025", headcount_sheet="Table 2b Headcount")  # the manifest still says Table 2b
    pcn("may25", "pcn-workforce/may-2025")
    pcn("jun25", "pcn-workforce/june-2025", suppress=("March 2020", "June 2020"))
    pcn("jul25", "pcn-workforce/july-2025", annex_is_a_page=True)
    page("pcn-workforce", "Primary Care Network Workforce", """<ul>
<li><a href="/pcn-workforce/july-2025/">Primary Care Network Workforce, July 2025</a></li>
<li><a href="/pcn-workforce/june-2025/">Primary Care Network Workforce, June 2025</a></li>
<li><a href="/pcn-workforce/may-2025/">Primary Care Network Workforce, May 2025</a></li>
<li><a href="/pcn-workforce/april-2025/">Primary Care Network Workforce, April 2025</a></li>
</ul>""")

    online_consultation("sep25", "online-consultation/september-2025")
    online_consultation("oct25", "online-consultation/october-2025", decimal=True)
    online_consultation("nov25", "online-consultation/november-2025", folder="reissue-2025-12")  # the manifest has the old address
    page("online-consultation/december-2025", "Online Consultation Submissions, December 2025",
         "<p>Upcoming, not yet published.</p>\n<p>This publication is due on {{next 29 January}} at 9:30am.</p>")
    page("online-consultation", "Online Consultation Submissions", """<h2>Upcoming</h2>
<ul><li><a href="/online-consultation/december-2025/">Online Consultation Submissions, December 2025</a>: {{next 29 January}}</li></ul>
<h2>Past publications</h2>
<ul>
<li><a href="/online-consultation/november-2025/">Online Consultation Submissions, November 2025</a></li>
<li><a href="/online-consultation/october-2025/">Online Consultation Submissions, October 2025</a></li>
<li><a href="/online-consultation/september-2025/">Online Consultation Submissions, September 2025</a></li>
</ul>""")
    page("", "Sample statistics", """<ul>
<li><a href="/adhd/">ADHD Management Information</a></li>
<li><a href="/pcn-workforce/">Primary Care Network Workforce</a></li>
<li><a href="/online-consultation/">Online Consultation Submissions</a></li>
</ul>""")


if __name__ == "__main__":
    main()
