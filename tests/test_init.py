"""`isocost init` against real servers on loopback that list and answer as the providers do."""

import json
import os
import pty
import select
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from collectors.experiment import load
from collectors.firsthour import file
from collectors.firsthour.candidates import Candidate, candidates, family
from collectors.firsthour.draft import campaign
from collectors.firsthour.listing import Listed, Listing, ask
from collectors.firsthour.proposal import MOST, MOST_USD_PER_MTOK, Pick, propose, two_efforts
from collectors.firsthour.sources import Source, address, sources
from dashboard.cli import main
from dashboard.commands.init_ask import numbers
from data.errors import ExperimentError
from data.price import Price, Rates
from tests.provider_servers import KEYS, Providers

ROOT = Path(__file__).parents[1]
EVERY = ("openai", "anthropic", "gemini", "openrouter", "ollama", "vllm")
NOW = datetime(2026, 11, 24)
BASELINES = ("Words + head", "Majority label")


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**more):
    """This environment without any key, base or server of the machine's own."""
    bare = {k: v for k, v in os.environ.items() if "_API_" not in k and "_BASE" not in k}
    dead = f"http://127.0.0.1:{closed_port()}"
    usual = ("OLLAMA_HOST", "HOSTED_VLLM_API_BASE", "LM_STUDIO_API_BASE", "LLAMAFILE_API_BASE")
    bare |= {name: f"{dead}/{i}" if i else dead for i, name in enumerate(usual)}
    return bare | {"NO_PROXY": "127.0.0.1"} | more


def isocost(folder, env, *args):
    return subprocess.run(
        [sys.executable, "-m", "dashboard.cli", *map(str, args)],
        cwd=folder, env={**env, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip


@pytest.fixture
def init(tmp_path, monkeypatch, capsys):
    """Run `isocost init` in this process: (exit code, stdout, stderr)."""

    def run(env, *args):
        monkeypatch.chdir(tmp_path)
        with patch.dict(os.environ, env, clear=True):
            try:
                code = main(["init", *map(str, args)])
            except SystemExit as stopped:
                code = stopped.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One run with every provider; the servers stay up for what follows it."""
    folder = tmp_path_factory.mktemp("init")
    with Providers() as providers:
        env = environment(**providers.environment(*EVERY))
        done = isocost(folder, env, "init", "--usd-per-hour", "vLLM=2.5", "--most", "9")
        yield folder, env, done, providers


def test_it_lists_proposes_probes_and_writes_a_file_that_loads(whole):
    folder, _, done, providers = whole
    assert done.returncode == 0, done.stderr
    experiment = load(folder / "experiment.toml")
    models = {e.contestant.model for e in experiment.entrants}
    assert {"ollama_chat/llama3.2:3b", "hosted_vllm/Qwen/Qwen3-8B"} <= models
    assert {m.split("/")[0] for m in models} >= {"anthropic", "gemini", "openrouter", "openai"}
    unable = ("embed", "whisper", "paints", "auto")
    assert not [m for m in models if any(word in m for word in unable)]
    assert experiment.budget_usd
    assert {t.samples for t in experiment.tasks} == {20}
    assert len(experiment.tasks) == 4
    assert f"isocost plan {experiment.name}.toml" in done.stdout
    assert "isocost collect experiment.toml" in done.stdout
    # The baselines beside them are bundled: nobody has to be asked whether they are there.
    hosted = [e for e in experiment.entrants if not e.contestant.model.startswith("local/")]
    assert len(providers.bodies) == len(hosted)


def test_a_second_page_of_a_listing_is_read(whole):
    paths = [path for path, _ in whole[3].seen]
    assert "/anthropic/v1/models?limit=1000&after_id=claude-opus-4-7" in paths
    assert "/gemini/v1beta/models?pageSize=1000&pageToken=more%2F2%3D%3D" in paths


def test_a_machine_has_its_price_by_the_hour_and_an_unpriced_one_says_so(whole):
    folder, _, done, _ = whole
    prices = {e.contestant.model: e.price for e in load(folder / "experiment.toml").entrants}
    assert prices["hosted_vllm/Qwen/Qwen3-8B"].usd_per_hour == 2.5
    assert prices["ollama_chat/llama3.2:3b"] is None
    assert "Ollama at http://127.0.0.1" in done.stderr
    assert "stays unpriced" in done.stderr


def test_two_models_are_asked_at_their_lowest_and_highest_effort(whole):
    folder, _, done, _ = whole
    efforts = {}
    for entrant in load(folder / "experiment.toml").entrants:
        if entrant.contestant.effort:
            efforts.setdefault(entrant.contestant.model, []).append(entrant.contestant.effort)
    assert [len(found) for found in efforts.values()] == [2, 2]
    assert "accepted" in done.stdout


def test_the_most_that_probing_can_cost_is_said_before(whole):
    assert "one call each: at most $0." in whole[2].stderr


def test_the_probes_show_usage_and_reasoning_tokens(whole):
    lines = [x for x in whole[2].stdout.splitlines() if " yes " in x]
    assert any("claude" in x and "21/5" in x for x in lines)
    assert any("not reported" in x for x in lines)
    assert any(" 30 " in x for x in lines)


def test_keys_are_in_no_byte_written_or_printed(whole):
    folder, env, done, providers = whole
    shown = (done.stdout + done.stderr).encode()
    for path in folder.rglob("*"):
        shown += path.read_bytes() if path.is_file() else b""
    assert not [key for key in KEYS.values() if key.encode() in shown]
    text = (folder / "experiment.toml").read_text()
    assert 'api_key_env = "ANTHROPIC_API_KEY"' in text
    heard = " ".join(str(headers) for _, headers in providers.seen)
    assert all(env[f"{name.upper()}_API_KEY"] in heard for name in KEYS)


def test_collect_accepts_the_file(whole):
    folder, env, _, _ = whole
    done = isocost(folder, env, "collect", "experiment.toml", "--dry-run", "--db", "x.duckdb")
    assert done.returncode == 0, done.stderr
    assert "would be refused" not in done.stderr
    assert "claude" in done.stdout


def test_an_existing_file_is_kept_and_nothing_is_asked(tmp_path, init):
    (tmp_path / "mine.toml").write_text("mine")
    with Providers() as providers:
        code, _, said = init(
            environment(**providers.environment(*EVERY)), "-o", "mine.toml", "--yes"
        )
        assert providers.seen == []
    assert code == 2
    assert "mine.toml exists and is kept" in said
    assert (tmp_path / "mine.toml").read_text() == "mine"


def test_one_bad_source_is_a_line_and_the_others_go_on(init):
    broken = {"gemini": b"<html>" + b"x" * 5000, "vllm": b'{"data": [1, null, {"id": 7}]}'}
    with Providers(broken) as providers:
        env = environment(**providers.environment(*EVERY))
        env |= {"OPENROUTER_API_KEY": "wrong-key-123456", "OLLAMA_HOST": str(closed_port())}
        env["MISTRAL_API_KEY"] = "mistral-planted-77"
        env["MISTRAL_API_BASE"] = "http://user:secret@127.0.0.1/v1"
        code, shown, said = init(env, "--no-probe", "--json")
    assert code == 0, said
    assert "OpenRouter (OPENROUTER_API_KEY): the key in OPENROUTER_API_KEY is refused (401)" in said
    assert "Gemini (GEMINI_API_KEY): its reply is no JSON" in said
    assert "0 models, 3 with unusable names left out" in said
    assert "Anthropic (ANTHROPIC_API_KEY): 3 models" in said
    assert "Left out: MISTRAL_API_BASE" in said
    assert "secret" not in said + shown
    assert "wrong-key" not in said + shown
    found = json.loads(shown)
    assert {p["model"].split("/")[0] for p in found["proposed"]} == {"openai", "anthropic"}
    assert found["probes"] == []
    assert "OPENAI_API_KEY" in found["looked_for"]


def test_without_key_and_server_the_bundled_models_are_proposed(tmp_path, init):
    code, _, said = init(environment(), "-o", "first run.toml")
    assert code == 0, said
    assert "Looked for OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY" in said
    experiment = load(tmp_path / "first run.toml")
    assert experiment.name == "first-run"
    assert all(e.contestant.model.startswith("local/") for e in experiment.entrants)
    assert "local/rules" in {e.contestant.model for e in experiment.entrants}
    assert set(BASELINES) < {e.contestant.name for e in experiment.entrants}


def test_a_key_in_a_dotenv_file_is_found_and_stays_there(tmp_path, init):
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=planted-dotenv-key\n")
    with Providers() as providers:
        env = environment(ANTHROPIC_BASE_URL=f"{providers.root}/anthropic")
        _, shown, said = init(env, "--no-probe")
    assert "Anthropic (ANTHROPIC_API_KEY): the key in ANTHROPIC_API_KEY is refused" in said
    written = (tmp_path / "experiment.toml").read_text()
    assert "planted-dotenv-key" not in shown + said + written


def test_second_efforts_count_among_the_contestants(init):
    with Providers() as providers:
        env = environment(**providers.environment("gemini", "openrouter", "anthropic"))
        code, shown, said = init(env, "--no-probe", "--json", "--most", "5")
    assert code == 0, said
    named = json.loads(shown)["contestants"]
    assert len(named) == 5 + len(BASELINES)
    assert set(BASELINES) < set(named)


def test_probes_that_could_cost_more_than_the_budget_are_not_sent(tmp_path, init):
    with Providers() as providers:
        env = environment(**providers.environment("anthropic"))
        code, _, said = init(env, "--budget", "0.0001")
        assert providers.bodies == []
    assert code == 2
    assert "more than --budget 0.0001" in said
    assert not (tmp_path / "experiment.toml").exists()


def test_the_help_names_the_limits_that_hold():
    from dashboard.arguments import init as arguments

    assert (arguments.MOST, arguments.MOST_USD_PER_MTOK) == (MOST, MOST_USD_PER_MTOK)


def test_who_fails_its_probe_stands_in_the_file_as_a_remark(tmp_path, init):
    with Providers(silent=("Qwen3-8B", "llama")) as providers:
        env = environment(**providers.environment("vllm", "ollama"))
        code, shown, said = init(env)
    assert code == 1, said
    text = (tmp_path / "experiment.toml").read_text()
    assert "# Left out: " in text
    assert '# model = "hosted_vllm/Qwen/Qwen3-8B"' in text
    assert "\x1b" not in text + shown + said
    models = {e.contestant.model for e in load(tmp_path / "experiment.toml").entrants}
    assert all(m.startswith("local/") for m in models)


def test_a_key_that_is_refused_when_probed_is_named_and_not_shown(tmp_path, init):
    with Providers() as providers:
        env = environment()
        env["MY_KEY"] = "planted-wrong-key-4411"
        # Its listing is open to all, its answers are not.
        base = f"{providers.root}/openrouter/api/v1"
        code, shown, said = init(env, "--no-local", "--api-base", base, "--api-key-env", "MY_KEY")
    assert code == 1, said
    text = (tmp_path / "experiment.toml").read_text()
    assert "the key in MY_KEY is refused" in text
    assert "the key in MY_KEY is refused" in shown
    assert "planted-wrong-key-4411" not in text + shown + said


def session(folder, env, args, replies):
    """Run in a terminal of its own and answer each prompt; returns (exit code, all it showed)."""
    main, child = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "dashboard.cli", *args],
        cwd=folder, env={**env, "PYTHONPATH": str(ROOT)}, stdin=child, stdout=child, stderr=child,
        close_fds=True,
    )  # fmt: skip
    os.close(child)
    shown, waiting, until = "", list(replies), time.monotonic() + 120
    try:
        while time.monotonic() < until:
            if not select.select([main], [], [], 0.5)[0]:
                continue
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part.decode("utf-8", "replace")
            if waiting and waiting[0][0] in shown:
                os.write(main, waiting.pop(0)[1].encode())
        return started.wait(60), shown
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        os.close(main)


def test_a_user_at_a_terminal_chooses_prices_and_replaces(tmp_path):
    (tmp_path / "experiment.toml").write_text("old")
    with Providers() as providers:
        env = environment(**providers.environment("anthropic", "vllm", "ollama"))
        code, shown = session(
            tmp_path,
            env,
            ["init", "--no-probe"],
            [
                ("Replace it? [y/N]", "yes\n"),
                ("Enter for all:", "99\n"),
                ("Write numbers from 1 to", "1,4-5\n"),
                ("machine behind", "a lot\n"),
                ("dollars above 0", "$1.25\n"),
                ("behind vLLM", "\n"),
            ],
        )
    assert code == 0, shown
    experiment = load(tmp_path / "experiment.toml")
    prices = {e.contestant.model.split("/")[0]: e.price for e in experiment.entrants}
    assert set(prices) == {"anthropic", "ollama_chat", "hosted_vllm", "local"}
    assert prices["ollama_chat"].usd_per_hour == 1.25
    assert prices["hosted_vllm"] is None


def test_a_user_who_leaves_keeps_the_old_file(tmp_path):
    (tmp_path / "experiment.toml").write_text("old")
    code, _ = session(tmp_path, environment(), ["init"], [("Replace it?", "\x04")])
    assert code == 130
    assert (tmp_path / "experiment.toml").read_text() == "old"


@pytest.mark.parametrize(
    "args",
    [
        ["--most", "0"],
        ["--budget", "nan"],
        ["--usd-per-hour", "vLLM=-1"],
        ["--usd-per-hour", "nobody=1"],
        ["--api-base", "ftp://127.0.0.1"],
        ["--api-base", "http://me:secret@127.0.0.1/v1"],
        ["--api-base", "http://127.0.0.1/v1", "--api-key-env", "sk-secret-typed-here"],
        ["--api-base", "http://127.0.0.1/v1", "--api-key-env", "secret_that_is_not_set"],
        ["--api-key-env", "MY_KEY"],
        ["-o", "no/such/folder.toml"],
        ["-o", "."],
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(tmp_path, init, args):
    code, _, said = init(environment(), "--no-local", *args)
    assert code == 2, said
    assert said.splitlines()[-1].startswith("isocost: ")
    assert "secret" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_is_not_followed_with_a_key(monkeypatch):
    monkeypatch.setenv("MY_KEY", "planted-redirect-key")
    with Providers() as providers:
        found, _ = sources(os.environ, [(f"{providers.root}/away", "MY_KEY")], local=False)
        [listing] = ask([s for s in found if s.name == "server"])
        assert listing.error == "answers 302 where its models should be"
        assert [path for path, _ in providers.seen] == ["/away/models"]


def test_an_address_without_its_v1_is_mended():
    with Providers() as providers:
        found, _ = sources({}, [(f"{providers.root}/vllm/", None)], local=False)
        [listing] = ask(found)
    assert listing.source.api_base == f"{providers.root}/vllm/v1"
    assert listing.source.name == "vLLM"


def test_a_server_that_repeats_a_key_as_a_model_is_not_believed(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "planted-echo-key")
    rows = [{"id": "x-planted-echo-key"}, {"id": "good"}, {"id": "bad\x1b[2J"}, {"id": "a" * 201}]
    with Providers({"openai": json.dumps({"data": rows}).encode()}) as providers:
        env = {"OPENAI_API_KEY": "planted-echo-key", "OPENAI_BASE_URL": f"{providers.root}/openai"}
        found, _ = sources(env, local=False)
        [listing] = ask(found)
    assert [m.name for m in listing.models] == ["good"]
    assert listing.strange == 3


def test_thousands_of_models_are_chosen_from():
    rows = [{"id": f"lab{i % 40}/model-{i}"} for i in range(3_000)]
    with Providers({"vllm": json.dumps({"data": rows}).encode()}) as providers:
        found, _ = sources({}, [(f"{providers.root}/vllm/v1", None)], local=False)
        [listing] = ask(found)
    assert len(listing.models) == 3_000
    assert len(propose(candidates([listing], NOW), NOW.date())) == 3


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "its reply is no JSON"),
        (b"[" * 100_000, "its reply is no JSON"),
        (b'"models"', "its reply is no list of models"),
        (b'{"data": {"id": "x"}}', "its reply is no list of models"),
        (b"[" + b" " * 20_000_001, "its list has more than 20 MB"),
        (b"[]", None),
    ],
)
def test_a_listing_may_be_anything(raw, why):
    with Providers({"vllm": raw}) as providers:
        found, _ = sources({}, [(f"{providers.root}/vllm/v1", None)], local=False)
        [listing] = ask(found)
    assert (listing.error, listing.models) == (why, ())


def test_ollamas_own_variable_says_where_it_listens():
    found, _ = sources({"OLLAMA_HOST": "0.0.0.0"})
    assert [s.base for s in found if s.name == "Ollama"] == ["http://127.0.0.1:11434"]
    found, _ = sources({"OLLAMA_HOST": "box:1234"})
    assert [s.api_base for s in found if s.name == "Ollama"] == ["http://box:1234"]


@pytest.mark.parametrize("text", ["", "http://", "http://a?key=secret", "http://[::1", "a b"])
def test_an_address_holds_nothing_else(text):
    with pytest.raises(ExperimentError) as caught:
        address(text, "--api-base")
    assert "secret" not in str(caught.value)


def test_a_family_is_a_name_without_version_and_date():
    assert family("gpt-5-mini-2025-08-07") == family("gpt-4.1-mini") == "gpt mini"
    assert family("claude-haiku-4-5") == family("claude-haiku-5-5")
    assert family("qwen3-8b") != family("qwen3-32b")
    assert family("o3") == family("o1") != family("o4-mini")


def offer(name, usd, lab="A", released=date(2026, 6, 1), kin=None, **more):
    source = Source("S", "openrouter", "https://x", "/models")
    price = Price(rates=Rates(input=usd, output=usd)) if usd is not None else Price(missing="x")
    return Candidate(
        source, Listed(name), f"openrouter/{name}", price, name, lab, kin or name, released, **more
    )


def models_of(picks):
    return [p.candidate.listed.name for p in picks]


def test_the_proposal_spans_the_prices_evenly_on_a_log_scale():
    found = [offer(f"m{i}", 10 ** (i / 10 - 1)) for i in range(26)]
    assert models_of(propose(found, NOW.date(), 6)) == ["m0", "m5", "m10", "m15", "m20", "m25"]


def test_each_lab_has_its_turn_between_the_ends():
    found = [offer(f"a{i}", 10 ** (i / 10 - 1)) for i in range(26)]
    found += [offer("b", 0.9, "B"), offer("c", 1.1, "C")]
    chosen = models_of(propose(found, NOW.date(), 4))
    assert chosen == ["a0", "b", "c", "a25"]


def test_the_newest_of_a_family_is_proposed():
    old, new = (offer(f"x{y}", 1.0, released=date(y, 1, 1), kin="x") for y in (2025, 2026))
    assert models_of(propose([old, new], NOW.date())) == ["x2026"]


def test_dear_and_unpriced_models_stay_out_unless_nothing_else_is_there():
    found = [offer("dear", 41.0), offer("fair", 40.0), offer("unknown", None)]
    assert models_of(propose(found, NOW.date())) == ["fair"]
    assert models_of(propose(found[2:], NOW.date())) == ["unknown"]
    assert propose([], NOW.date()) == []


def test_two_efforts_go_to_two_labs():
    able = ("low", "medium", "high")
    picks = [Pick(offer(n, 1.0, lab), "", able) for n, lab in zip("abcd", "AABC", strict=True)]
    assert [p.effort for p in two_efforts(picks)] == [("low", "high"), (), ("low", "high"), ()]


def test_a_model_that_leaves_soon_is_no_candidate():
    source = Source("OpenRouter", "openrouter", "https://x", "/models")
    listed = (
        Listed("deepseek/deepseek-v3.2", retires=date(2026, 12, 1)),
        Listed("deepseek/deepseek-v3.1", retires=date(2027, 12, 1)),
    )
    found = candidates([Listing(source, listed)], NOW)
    assert [c.listed.name for c in found] == ["deepseek/deepseek-v3.1"]


def test_a_price_that_only_the_listing_knows_is_written_into_the_file():
    source = Source("OpenRouter", "openrouter", "https://x", "/models")
    listed = (Listed("nobody/brand-new-9b", usd_per_mtok=(0.5, 1.5)),)
    [found] = candidates([Listing(source, listed)], NOW)
    stated = Pick(found, "").table["price"]
    assert stated == {"input_usd_per_mtok": 0.5, "output_usd_per_mtok": 1.5}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", [1, 2, 3]),
        ("2", [2]),
        ("3,1 1-2", [1, 2, 3]),
        ("0", None),
        ("4", None),
        ("1-9", None),
        ("3-1", None),
        ("x", None),
        ("²", None),
        (",", None),
        ("-1", None),
    ],
)
def test_numbers_to_keep(text, chosen):
    assert numbers(text, 3) == chosen


def test_a_remark_never_ends_its_line_early():
    evil = 'no\n[[contestant]]\nmodel = "openai/dear"\x85\u2028x = 1'
    entry = file.Entry({"model": 'a"\\b€\x7f'}, failed=evil)
    good = file.Entry({"model": "local/rules"}, evil)
    text = file.render("x", [entry, good])
    at = text.index("# Left out")
    assert all(line.startswith("#") for line in text[at:].split("\n\n")[0].split("\n"))
    from collectors.experiment import parse

    assert [e.contestant.model for e in parse(text).entrants] == ["local/rules"]


def test_the_file_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "x.toml"
    file.write(target, "first", replacing=False)
    with pytest.raises(ExperimentError, match="exists and is kept"):
        file.write(target, "second", replacing=False)
    assert target.read_text() == "first"
    link = tmp_path / "link.toml"
    link.symlink_to(target)
    file.write(link, "third", replacing=True)
    assert target.read_text() == "third"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.toml", "x.toml"]


@pytest.mark.parametrize(
    ("path", "name"), [("a b.toml", "a-b"), ("é.toml", "experiment"), (".x.toml", "x"), ("1", "1")]
)
def test_the_campaign_is_named_after_the_file(path, name):
    assert campaign(Path(path)) == name
