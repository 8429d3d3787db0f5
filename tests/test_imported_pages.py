"""Pages over imported attempts: no prices, one level a task, and where they come from."""

import pytest

from dashboard.cli import main
from tests.page import visit

PAGE = "from dashboard.pages.{} import page\n\npage()\n"
HEAD = ("prompt_id,type,model_name,run_number,max_tokens,success_rate,tokens_output,"
        "tokens_reasoning,tokens_completion")  # fmt: skip


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """Three models on two types of prompt, as LRMTokenEconomy's table has them."""
    folder = tmp_path_factory.mktemp("imported")
    path = folder / "evaluation_stats.csv"
    rows = [
        f"{kind}{i},{kind},wren-{m},{run},30000,{int((i + m) % 4 > 0)},20,{m * k},{20 + m * k}"
        for k, kind in ((10, "knowledge"), (90, "math"))
        for m in (1, 2, 3)
        for i in range(5)
        for run in (1, 2)
    ]
    path.write_text("\n".join([HEAD, *rows]) + "\n")
    made = folder / "x.duckdb"
    assert main(["import", "lrm-token-economy", str(path), "--db", str(made)]) == 0
    return made


def told(app):
    bodies = [str(element.proto.body) for element in app.get("html")]
    return " ".join([*(block.value for block in [*app.markdown, *app.caption]), *bodies])


def test_tokens_are_followed_along_tasks(monkeypatch, db):
    app = visit(monkeypatch, PAGE.format("efficiency"), db, show="Tokens by level")
    assert not app.exception
    assert not app.error
    assert "by task, for want of levels: knowledge, math" in told(app)
    assert "imported from lrm-token-economy" in told(app)


def test_a_frontier_without_a_cost_leads_to_tokens(monkeypatch, db):
    app = visit(monkeypatch, PAGE.format("frontier"), db)
    assert "No contestant has a place in this chart." in told(app)
    assert [b.label for b in app.button if b.key.startswith("by-")] == ["Tokens"]
    app = app.button(key="by-Tokens").click().run()
    assert not app.exception
    assert "No contestant has a place in this chart." not in told(app)
