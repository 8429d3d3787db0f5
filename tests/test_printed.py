"""What leaves as a whole: reports, charts, packs and shared folders."""

import hashlib
import io
import json
import re
import subprocess
import zipfile
from datetime import timedelta

import duckdb
import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from dashboard.cli import main
from dashboard.printed.image import chrome
from tests import dashboard_data
from tests.dashboard_data import FAKES, Fake, build
from tests.test_browser import FLAGS

pytestmark = pytest.mark.browser
HOSTILE = [
    Fake("=cmd()|<script>alert(1)</script>", None, 1.0, 50, 0.0, 0.1),
    Fake('"><img src=http://evil.invalid/x.png onerror=alert(1)>', None, 2.0, 90, 0.0, 0.9),
    Fake("</script><svg onload=alert(1)>", None, 3.0, 95, 0.5, 0.05),
]
KB150 = 150_000


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return build(tmp_path_factory.mktemp("printed") / "x.duckdb", [*FAKES, *HOSTILE], samples=3)


def written(db, target, *words):
    assert main([*words, "-o", str(target), "--db", str(db)]) == 0
    return target.read_bytes()


@pytest.fixture(scope="module")
def report(db, tmp_path_factory):
    return written(db, tmp_path_factory.mktemp("report") / "r.html", "report")


def looked_at(path, seen):
    """Open a file in a browser and write down whatever it asks for, runs or complains of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome(), args=FLAGS)
        page = browser.new_page()
        page.on("request", lambda r: seen.append(r.url))
        page.on("dialog", lambda d: (seen.append("dialog"), d.dismiss()))
        page.on("console", lambda m: seen.append(m.text) if m.type == "error" else None)
        page.goto(path.as_uri())
        page.wait_for_timeout(300)
        found = page.locator("figure svg").count(), page.inner_text("body")
        browser.close()
    return found


def test_a_report_is_small_whole_and_asks_for_nothing(report, tmp_path):
    path, seen = tmp_path / "r.html", []
    path.write_bytes(report)
    charts, text = looked_at(path, seen)
    assert len(report) < KB150
    assert seen == [path.as_uri()]
    assert charts >= 2
    assert "<script>alert(1)</script>" in text
    assert b"<script" not in report
    assert "isocost report --format html" in text


@pytest.mark.scale
def test_a_rerun_gives_the_same_bytes(db, report, tmp_path):
    assert written(db, tmp_path / "again.html", "report") == report
    one, other = (written(db, tmp_path / f"{n}.zip", "report", "--lens", "frontier") for n in "ab")
    assert one == other


@pytest.mark.scale
def test_an_interactive_report_runs_plotly_alone(db, tmp_path):
    body, seen = written(db, tmp_path / "i.html", "report", "--interactive"), []
    charts, _ = looked_at(tmp_path / "i.html", seen)
    assert seen == [(tmp_path / "i.html").as_uri()]
    assert charts >= 2
    assert b"</script><svg onload" not in body


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_chart_carries_where_it_is_from(db, tmp_path, kind):
    body = written(db, tmp_path / f"c.{kind}", "chart", "frontier")
    assert body == written(db, tmp_path / f"again.{kind}", "chart", "frontier")
    if kind == "svg":
        assert b"<metadata>" in body
        assert b"<script" not in body
        told = body.decode()
    elif kind == "png":
        assert body.startswith(b"\x89PNG")
        told = body.decode("utf-8", "ignore")
        width = int.from_bytes(body[16:20], "big")
        assert width == 3 * 1090
    else:
        document = PdfReader(io.BytesIO(body))
        assert len(document.pages) == 1
        told = document.metadata.subject
        assert document.metadata.creator == "Isocost"
    assert "isocost chart frontier --chart Cost" in told


def test_a_report_as_pdf_has_its_text_and_properties(db, tmp_path):
    document = PdfReader(io.BytesIO(written(db, tmp_path / "r.pdf", "report")))
    text = "\n".join(page.extract_text() for page in document.pages)
    assert "How this was made" in text
    assert document.metadata.title.startswith("What capability costs")
    assert not document.metadata.creation_date


def test_a_pack_says_what_is_in_it(db, tmp_path):
    written(db, tmp_path / "p.zip", "report")
    with zipfile.ZipFile(tmp_path / "p.zip") as packed:
        manifest = json.loads(packed.read("manifest.json"))
        names = set(packed.namelist())
        for name, sha in manifest["sha256"].items():
            assert hashlib.sha256(packed.read(name)).hexdigest() == sha
        readme = packed.read("README.md").decode()
    assert names - set(manifest["sha256"]) == {"README.md", "manifest.json"}
    assert {"report.html", "tables/pareto.csv", "charts/frontier-cost.svg"} <= names
    assert manifest["versions"]["isocost"]
    assert "tables/pareto.csv" in readme


def test_since_tells_what_moved(tmp_path, capsys, monkeypatch):
    db = build(tmp_path / "x.duckdb", FAKES, samples=3)
    monkeypatch.setattr(dashboard_data, "START", dashboard_data.START + timedelta(days=1))
    build(db, FAKES, samples=3, campaign="the next night", seed=2)
    day = (dashboard_data.START - timedelta(days=1)).date()
    text = written(db, tmp_path / "r.html", "report", "--since", str(day)).decode()
    assert f"What moved since {day}" in text
    capsys.readouterr()
    assert main(["report", "--since", "1999-01-01", "--db", str(db)]) == 2
    assert "no other campaign ended on that day" in capsys.readouterr().err
    assert main(["report", "--since", "soon", "--db", str(db)]) == 2
    assert "write a day as YYYY-MM-DD" in capsys.readouterr().err


def test_a_layout_of_ones_own(db, tmp_path, capsys):
    layout = tmp_path / "ours.html"
    layout.write_text("<h1>ACME</h1>{% for s in report.sections %}{{ s.sentence|said }}{% endfor %}"
                      "{{ report.campaign }}{% for c in report.sections[0].charts %}{{ c|drawn }}"
                      "{% endfor %}")  # fmt: skip
    body = written(db, tmp_path / "r.html", "report", "--template", str(layout)).decode()
    assert body.startswith("<h1>ACME</h1>")
    assert "<svg" in body
    for wrong, said in [
        ("{{ report.nothing }}", "has no attribute 'nothing'"),
        ("{% for %}", "ours.html, line 1"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
    ]:
        layout.write_text(wrong)
        assert main(["report", "--template", str(layout), "--db", str(db)]) == 2
        assert said in capsys.readouterr().err
    assert main(["report", "--template", str(tmp_path / "no"), "--db", str(db)]) == 2


@pytest.mark.scale
def test_a_shared_folder_opens_from_disk(db, tmp_path, capsys):
    target = tmp_path / "pages"
    assert main(["share", str(target), "--db", str(db)]) == 0
    names = {path.name for path in target.iterdir()}
    assert "index.html" in names
    assert len(names) > 8
    links = set(re.findall(r'<a href="([^"]+)"', (target / "index.html").read_text()))
    assert links == names
    seen = []
    looked_at(target / "index.html", seen)
    assert seen == [(target / "index.html").as_uri()]
    assert main(["share", str(target), "--db", str(db)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_shared_database_has_no_texts(db, tmp_path):
    target = tmp_path / "s.duckdb"
    secret = duckdb.connect(str(db), read_only=True)
    kept = secret.execute(
        "SELECT attempt_id, score, output_tokens FROM attempts ORDER BY ALL"
    ).fetchall()
    texts = [t for row in secret.execute("SELECT prompt, text FROM responses").fetchall()
             for t in row if t and len(t) > 12]  # fmt: skip
    secret.close()
    assert main(["share", "--database", str(target), "--db", str(db)]) == 0
    with duckdb.connect(str(target), read_only=True) as con:
        same = "SELECT attempt_id, score, output_tokens FROM attempts ORDER BY ALL"
        assert con.execute(same).fetchall() == kept
        assert con.execute("SELECT count(*) FROM responses").fetchone() == (0,)
        for table, column in [("attempts", "answer"), ("samples", "input"), ("samples", "target")]:
            assert con.execute(f"SELECT count({column}) FROM {table}").fetchone() == (0,)
    body = target.read_bytes()
    assert not [t for t in texts if t.encode() in body]
    assert main(["export", "pareto", "--db", str(target)]) == 0
    assert main(["share", "--database", str(target), "--db", str(db)]) == 2


def test_no_browser_is_one_clear_line(db, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    assert main(["report", "--db", str(db), "-o", str(tmp_path / "r.html")]) == 2
    assert "BROWSER_PATH names" in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


@pytest.mark.scale
def test_no_process_is_left(db, tmp_path):
    """The browser that draws ends with the command."""
    before = subprocess.run(["pgrep", "-c", "-f", "kaleido"], capture_output=True, text=True)
    written(db, tmp_path / "c.svg", "chart", "frontier")
    after = subprocess.run(["pgrep", "-c", "-f", "kaleido"], capture_output=True, text=True)
    assert int(after.stdout) <= int(before.stdout)
