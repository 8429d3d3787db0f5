"""The LaTeX tables compile with pdfLaTeX, whatever the names in them."""

import os
import re
import shutil
import subprocess

import pytest

from dashboard.cli import main
from tests.dashboard_data import FAKES, Fake, build

PREAMBLE = "adjustbox,array,booktabs,siunitx"
HOSTILE = [
    Fake("\\input{/etc/passwd} $x_1$ 50% & #1 ~ ^", None, 1.0, 50, 0.0, 0.1),
    Fake("漢字 éß Ω λ 🙂 \\end{tabular}", None, 2.0, 90, 0.0, 0.9),
    Fake("{}}{\\write18{touch owned}", None, 3.0, 95, 0.5, 0.05),
]


@pytest.fixture(scope="module")
def pdflatex():
    found = shutil.which("pdflatex")
    if found is None and os.environ.get("CI"):
        pytest.fail("pdflatex is not installed, and CI must not skip the LaTeX tests")
    if found is None:
        pytest.skip("pdflatex is not installed")
    return found


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    many = [Fake(f"Model_{n} & co", None, n / 9, 50 + n, 0.0, 0.1 + n) for n in range(45)]
    return build(tmp_path_factory.mktemp("tex") / "x.duckdb", [*FAKES, *HOSTILE, *many], samples=2)


@pytest.mark.parametrize(
    "asked",
    [("pareto",), ("pareto", "--rows", "all"), ("efficiency",), ("questions",), ("readers",)],
)
def test_compiles(pdflatex, db, tmp_path, asked):
    table = tmp_path / "table.tex"
    assert main(["export", *asked, "--format", "tex", "-o", str(table), "--db", str(db)]) == 0
    (tmp_path / "paper.tex").write_text(
        f"\\documentclass[a4paper]{{article}}\n\\usepackage{{{PREAMBLE}}}\n"
        "\\begin{document}\nSee Table~\\ref{tab:isocost-" + asked[0] + "}.\n"
        "\\input{table}\n\\end{document}\n"
    )
    command = [pdflatex, "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode", "paper"]
    for _ in range(3):  # references and widths are known by the third time
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)
        said = ended.stdout.decode("utf-8", "replace")
        assert ended.returncode == 0, said[-3000:]
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert "root:" not in said
    assert not (tmp_path / "owned").exists()
    if asked[0] == "pareto":
        assert "undefined" not in said
        assert not re.search(r"Overfull \\hbox \((\d{2,})", said)  # ten points wider than the page
