"""The catalogue's loader: what is right comes in, what is wrong is said in one line."""

import json
import subprocess
import sys

import polars as pl
import pytest

from data.catalog import facts, files, models, names, sources
from data.catalog.counts import counts
from data.catalog.models import DIMENSIONS, size_tier
from data.errors import CatalogError


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A user's own folder; write(part, text) adds to it and forgets what was read."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv(files.VARIABLE, str(folder))

    def write(part, text):
        path = folder / f"{part}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        files.forget()

    files.forget()
    yield write
    monkeypatch.undo()
    files.forget()


def test_the_shipped_catalogue_is_what_was_promised():
    found = counts()
    assert found.models >= 150
    assert found.open_models >= 80
    assert found.closed_models >= 50
    assert found.with_dimensions >= 40
    assert found.sourced_share >= 0.95
    assert found.knowledge_models >= 60
    assert found.costed_configurations >= 40
    assert found.deployments >= 2500


@pytest.mark.parametrize("model", models.models().values(), ids=lambda m: m.id)
def test_every_model_has_a_lab_and_sound_counts(model):
    assert model.get("lab") is not None
    assert model.get("weights") in ("open", "closed", None), "unknown stays empty"
    assert model.id == model.id.lower()
    for key in ("params_total", "params_active", *DIMENSIONS):
        count = model.count(key)
        assert count is None or count > 0


def test_dimensions_fit_each_other():
    known = [m for m in models.models().values() if m.has_dimensions]
    for model in known:
        heads, kv_heads = model.count("heads"), model.count("kv_heads")
        assert heads % kv_heads == 0, model.id
        assert model.count("ffn") >= model.count("head_dim"), model.id
        total = model.count("params_total")
        if total:
            assert model.count("vocab") * model.count("hidden") < total, model.id


def test_no_source_is_a_package_index_or_a_file_of_some_machine():
    for source in sources.sources().values():
        text = f"{source.url} {source.title}".lower()
        for word in ("pypi", "pythonhosted", "npmjs", "/tmp", "/work", "shared/"):
            assert word not in text, source.id


@pytest.mark.parametrize(
    ("params", "tier"),
    [(None, None), (1, "< 10B"), (9_999_999_999, "< 10B"), (10_000_000_000, "10-100B"),
     (100_000_000_000, "10-100B"), (100_000_000_001, "> 100B")],
)  # fmt: skip
def test_size_tiers_are_derived(params, tier):
    assert size_tier(params) == tier


def test_a_users_own_model_and_its_corrections_hold(own):
    shipped = models.models()["smollm2-135m"]
    own(
        "models/mine",
        '[[model]]\nid = "acme-3b"\nname = "Acme 3B"\naliases = ["acme-tickets"]\n'
        '[[model.facts]]\nweights = "closed"\nlab = "openai"\n'
        '[[model]]\nid = "smollm2-135m"\n[[model.facts]]\nlicence = "MIT"\n',
    )
    mine = models.models()
    assert mine["acme-3b"].get("weights") == "closed"
    assert mine["acme-3b"].fact("weights").source is None
    assert mine["smollm2-135m"].get("licence") == "MIT"
    assert mine["smollm2-135m"].name == shipped.name
    assert mine["smollm2-135m"].count("params_total") == shipped.count("params_total")
    assert names.resolve("hosted_vllm/acme-tickets").model_id == "acme-3b"
    rows = pl.DataFrame(
        {"model": ["hosted_vllm/acme-tickets"], "model_id": [None]},
        schema={"model": pl.String, "model_id": pl.String},
    )
    assert facts.annotate(rows)["model_name"].to_list() == ["Acme 3B"]


X = '[[model]]\nid = "x"\nname = "x"\n'
FACTS = f"{X}[[model.facts]]\n"
LAB = '[[lab]]\nid = "x"\nname = "X"\n'
SOURCE = '[[source]]\nid = "x"\ntitle = "X"\n'


@pytest.mark.parametrize(
    ("part", "text", "told"),
    [
        ("models/x", "[[model]\n", "not valid TOML"),
        ("models/x", "[[modle]]\n", "unknown key 'modle'. Did you mean 'model'"),
        ("models/x", '[[model]]\nname = "x"\n', "'id' is missing"),
        ("models/x", '[[model]]\nid = "x"\n', "'name' is missing"),
        ("models/x", f'{X}wieghts = "open"\n', "unknown key 'wieghts'"),
        ("models/x", f"{FACTS}wights = 1\n", "Did you mean 'weights'"),
        ("models/x", f'{FACTS}weights = "half"\n', "weights = 'half'"),
        ("models/x", f"{FACTS}params_total = 0\n", "leave out"),
        ("models/x", f'{FACTS}params_total = "7B"\n', "a whole number"),
        ("models/x", f"{FACTS}params_total = 5\nparams_active = 6\n", "more than"),
        ("models/x", f'{FACTS}lab = "nobody"\n', "unknown lab"),
        ("models/x", f'{FACTS}source = "nowhere"\n', "unknown source"),
        ("models/x", f"{FACTS}released = 2199-01-01\n", "in the future"),
        ("models/x", f'{FACTS}estimated = ["vocab"]\n', "not in its group"),
        ("models/x", f"{FACTS}vocab = 1\n[[model.facts]]\nvocab = 1\n", "two groups"),
        ("models/x", f"{X}{X}", "stands twice"),
        ("labs", f'{LAB}country = "Mars"\nsource = "helm"\n', "two letters"),
        ("labs", f'{LAB}country = "FR"\n', "'source' is missing"),
        ("sources", SOURCE, "'checked' is missing"),
        ("sources", f'{SOURCE}checked = 2026-01-01\nurl = "file:///etc"\n', "https://"),
        ("local_prices", "[[cpu]]\nusd_per_cpu_hour = 1.0\n", "write usd_per_cpu_hour"),
    ],
)
def test_a_mistake_in_a_users_file_is_one_line_that_names_it(own, part, text, told):
    own(part, text)
    with pytest.raises(CatalogError, match=told.replace("[", r"\[")) as error:
        counts()
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("mine/") or "'x'" in str(error.value)


def test_a_named_folder_that_is_missing_is_said(monkeypatch):
    monkeypatch.setenv(files.VARIABLE, "no-such-folder")
    with pytest.raises(CatalogError, match="is no folder"):
        files.user_folder()


def test_the_hash_follows_a_users_own_files(own):
    own("models/mine", "")
    before = files.catalog_hash()
    own("models/mine", "# a remark\n")
    assert files.catalog_hash() != before


def test_doctor_says_it_is_valid_and_counts(tmp_path):
    def doctor(*more):
        command = [sys.executable, "-m", "dashboard.cli", "doctor", *more]
        command += ["--db", tmp_path / "none.duckdb"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    shown = doctor()
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("Catalogue: valid.")
    found = json.loads(doctor("--json").stdout)
    assert found["catalogue"]["models"] == counts().models
    assert found["database"] is None
