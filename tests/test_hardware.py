import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.hardware import (
    NAMES,
    alignment,
    hardware,
    is_gated,
    powers,
    products,
    sentence,
)  # fmt: skip
from data.analysis.roofline import A100, H100, Accelerator, agreement, kv_bytes, measured, roof
from data.analysis.tiles import Product, tiles, utilisation, waves
from data.catalog import facts as catalogue
from data.wording import percent

few = settings(max_examples=60, deadline=None)
COLUMNS = ("hidden", "ffn", "layers", "heads", "kv_heads", "head_dim", "vocab")

# hidden, ffn, layers, heads, kv_heads, head_dim, vocab; gated;
# alignment, tile, tile x wave at 4096 rows and at 256
TABLE = {
    "llama-3.1-8b": ((4096, 14336, 32, 32, 8, 128, 128256), True, 1, 1, 0.9591, 0.5542),
    "llama-2-7b": ((4096, 11008, 32, 32, 32, 128, 32000), True, 1, 1, 0.9626, 0.6686),
    "qwen3-8b": ((4096, 12288, 36, 32, 8, 128, 151936), True, 1, 1, 0.9609, 0.6556),
    "qwen2.5-7b": ((3584, 18944, 28, 28, 4, 128, 152064), True, 1, 1, 0.9364, 0.6731),
    "gemma-2-9b": ((3584, 14336, 42, 16, 8, 256, 256000), True, 1, 1, 0.9305, 0.5766),
    "gemma-3-27b": ((5376, 21504, 62, 32, 16, 128, 262144), True, 1, 1, 0.9572, 0.6477),
    "olmo-2-7b": ((4096, 11008, 32, 32, 32, 128, 100352), True, 1, 1, 0.9642, 0.6809),
    "phi-3-mini": ((3072, 8192, 32, 32, 32, 96, 32064), True, 0.9, 0.9999, 0.9581, 0.5052),
    "phi-2": ((2560, 10240, 32, 32, 32, 80, 51200), False, 0.85, 1, 0.9877, 0.4859),
    "pythia-2.8b": ((2560, 10240, 32, 32, 32, 80, 50304), False, 0.85, 1, 0.9876, 0.4847),
    "gpt2-xl": ((1600, 6400, 48, 25, 25, 64, 50257), False, 0.803, 0.9816, 0.9290, 0.3214),
}
# What its authors state, for those whose gate is inferred from it.
PARAMS = {"pythia-2.8b": 2_800_000_000, "gpt2-xl": 1_557_611_200, "gemma-3-27b": 27_432_062_576,
          "gemma-2-9b": 9_241_705_984}  # fmt: skip


def facts(**models):
    """Facts by model: the seven dimensions, or a dict of any facts."""
    rows = []
    for name, given_facts in models.items():
        own = given_facts if isinstance(given_facts, dict) else {}
        values = {} if own else dict(zip(COLUMNS, given_facts, strict=True))
        rows.append({"model_id": name, "model_name": name.upper(), "architecture": "decoder",
                     "params_total": PARAMS.get(name), **values, **own})  # fmt: skip
    wanted = ("experts", "experts_active", "expert_ffn", "params_active", "params_total", "mixture")
    rows = [{**dict.fromkeys((*COLUMNS, *wanted)), **row} for row in rows]
    texts = ("model_id", "model_name", "architecture", "mixture")
    schema = {k: pl.String if k in texts else pl.Int64 for k in rows[0]}
    return pl.DataFrame(rows, schema=schema, orient="row")


def one(frame, model="m"):
    return frame.row(by_predicate=pl.col("model_id") == model, named=True)


TABLE_FACTS = facts(**{name: row[0] for name, row in TABLE.items()})


@pytest.mark.parametrize("model", TABLE)
def test_every_row_of_the_table(model):
    _, gated, aligned, tile, wave, wave_256 = TABLE[model]
    row = one(hardware(TABLE_FACTS), model)
    assert row["gated"] == gated
    assert row["alignment"] == pytest.approx(aligned, abs=5e-4)
    assert row["tile"] == pytest.approx(tile, abs=5.1e-5)
    assert row["tile_wave"] == pytest.approx(wave, abs=5.1e-5)
    assert one(hardware(TABLE_FACTS, tokens=256), model)["tile_wave"] == pytest.approx(
        wave_256, abs=5.1e-5
    )


@pytest.mark.parametrize(
    ("model", "dimension", "power"),
    [("phi-3-mini", "head_dim", 32), ("phi-2", "head_dim", 16), ("pythia-2.8b", "head_dim", 16),
     ("gpt2-xl", "vocab", 1), ("llama-3.1-8b", None, None)],
)  # fmt: skip
def test_the_worst_dimension_is_named(model, dimension, power):
    row = one(hardware(TABLE_FACTS), model)
    assert (row["worst_dimension"], row["worst_power"]) == (dimension, power)
    assert row["flagged"] == ([dimension] if dimension else [])


def test_the_powers_of_two_of_the_table():
    rows = {row["model_id"]: powers(row) for row in TABLE_FACTS.iter_rows(named=True)}
    assert rows["llama-2-7b"] == {
        "hidden": 4096, "ffn": 256, "head_dim": 128, "vocab": 256, "kv_width": 4096,
    }  # fmt: skip
    assert rows["gemma-3-27b"]["vocab"] == 262144
    assert (rows["gpt2-xl"]["hidden"], rows["gpt2-xl"]["ffn"]) == (64, 256)


@pytest.mark.parametrize(("size", "tiles_", "waves_"), [(1792, 98, 1), (1793, 120, 2)])
def test_nvidias_example(size, tiles_, waves_):
    assert tiles(size, size, A100) == tiles_
    assert waves(size, size, A100) == waves_


def test_a_gemm_by_hand():
    """100 x 200 (x 65) on tiles of 256 x 128: 2 tiles, of which 108 fit; two steps for a depth of
    65."""
    tile, wave = utilisation([Product(200, 65)], A100, tokens=100)
    assert tile == pytest.approx(100 * 200 / (2 * 256 * 128) * 65 / 128)
    assert wave == pytest.approx(tile * 2 / 108)
    assert utilisation([], A100, 100) == (None, None)


def test_no_power_of_two_is_asked_for():
    assert alignment({"hidden": 7168 & -7168, "ffn": 5376 & -5376}) == 1


@pytest.mark.parametrize(
    ("model", "kv"), [("llama-3.1-8b", 131_072), ("qwen2.5-7b", 57_344), ("phi-3-mini", 393_216)]
)
def test_kv_bytes_fixtures(model, kv):
    _, _, layers, _, kv_heads, head_dim, _ = TABLE[model][0]
    assert kv_bytes(layers, kv_heads, head_dim) == kv
    assert one(hardware(TABLE_FACTS), model)["kv_bytes_per_token"] == kv


@pytest.mark.parametrize(
    ("params", "kv", "alone", "batch"),
    [(8.03e9, 131_072, 209, 3225), (7.62e9, 57_344, 220, 4711), (3.82e9, 393_216, 438, 1811)],
)
def test_roofline_fixtures(params, kv, alone, batch):
    assert roof(H100, params, kv) == pytest.approx(alone, abs=0.5)
    assert roof(H100, params, kv, batch=32, context=4096) == pytest.approx(batch, abs=0.5)


def test_the_rooflines_of_a_frame():
    row = {
        **dict(zip(COLUMNS, TABLE["llama-3.1-8b"][0], strict=True)),
        "params_total": 8_030_000_000,
    }
    found = one(hardware(facts(m=row), H100))
    assert found["roof_tokens_per_s_alone"] == pytest.approx(209, abs=0.5)
    assert found["roof_tokens_per_s_batch"] == pytest.approx(3225, abs=0.5)
    unknown = Accelerator("chip", 10, None, "unknown")
    found = one(hardware(facts(m=row), unknown))
    assert (found["roof_tokens_per_s_alone"], found["roof_tokens_per_s_batch"]) == (None, None)
    assert found["tile"] == 1


def test_without_a_known_cache_only_the_empty_context_has_a_roof():
    """Latent attention has no key-value heads: the weights alone bound one answer all the same."""
    latent = {"hidden": 7168, "architecture": "decoder", "mixture": "moe", "layers": 61,
              "params_total": 671_000_000_000, "params_active": 37_000_000_000}  # fmt: skip
    found = one(hardware(facts(m=latent), H100))
    assert found["roof_tokens_per_s_alone"] == pytest.approx(3.35e12 / 74e9)
    assert (found["kv_bytes_per_token"], found["roof_tokens_per_s_batch"]) == (None, None)
    assert found["alignment"] is None


@pytest.mark.parametrize("accelerator", [A100, H100])
def test_a_bandwidths_source_is_fit_to_print(accelerator):
    said = accelerator.bandwidth_source.lower()
    assert "glennklockwood.com/garden/processors/" + accelerator.name.lower() in said
    assert "memory" not in said
    assert "method" not in said


def test_a_mixture_reads_its_active_parameters():
    dims = dict(zip(COLUMNS, (2048, 6144, 48, 32, 4, 128, 151936), strict=True))
    moe = {**dims, "experts": 128, "experts_active": 8, "expert_ffn": 768, "mixture": "moe",
           "params_total": 30_000_000_000}  # fmt: skip
    frame = hardware(facts(known={**moe, "params_active": 3_000_000_000}, unknown=moe), H100)
    assert one(frame, "known")["roof_tokens_per_s_alone"] == pytest.approx(3.35e12 / 6e9)
    assert one(frame, "unknown")["roof_tokens_per_s_alone"] is None
    used = list(products(facts(m=moe).row(0, named=True), True))
    assert Product(1536, 2048, 48 * 8) in used
    assert Product(2048, 768, 48 * 8) in used


def test_a_mixture_is_checked_by_its_experts_size():
    """DeepSeek-V3: 7168, experts of 2048, vocabulary 129280; its attention has no kv_heads."""
    dims = {"hidden": 7168, "ffn": 18432, "vocab": 129280, "experts": 256, "experts_active": 8}
    row = facts(m={**dims, "expert_ffn": 2048}).row(0, named=True)
    assert powers(row) == {
        "hidden": 1024, "ffn": 2048, "vocab": 256, "head_dim": None, "kv_width": None,
    }  # fmt: skip
    found = one(hardware(facts(m={**dims, "expert_ffn": 2040})))
    assert (found["alignment"], found["tile"], found["kv_bytes_per_token"]) == (None, None, None)
    assert found["flagged"] == ["ffn"], "a flag is one whatever else is unknown"
    assert powers(facts(m={**dims, "mixture": "moe"}).row(0, named=True))["ffn"] is None


def test_an_encoder_has_no_output_layer_and_no_cache():
    bert = dict(zip(COLUMNS, (768, 3072, 12, 12, 12, 64, 30522), strict=True))
    encoder = {**bert, "architecture": "encoder", "params_total": 109_482_240}
    found = one(hardware(facts(m=encoder)))
    assert (found["alignment"], found["kv_bytes_per_token"]) == (1, None)
    assert found["roof_tokens_per_s_alone"] is None
    assert len(list(products(facts(m=encoder).row(0, named=True), False))) == 4
    assert len(list(products(facts(m=bert).row(0, named=True), False))) == 5
    assert one(hardware(facts(m=bert)))["flagged"] == ["vocab"], "a decoder of these sizes"


@pytest.mark.parametrize(
    ("model", "gated"),
    [("pythia-1b", False), ("gpt2", False), ("phi-2", False), ("falcon-7b", False),
     ("bert-base-uncased", False), ("roberta-base", False), ("mpnet-base", False),
     ("olmo-1b", True), ("llama-3.2-1b", True), ("gemma-2-2b", True), ("gemma-3-27b", True),
     ("qwen3-30b-a3b", True), ("modernbert-base", True), ("nomic-embed-text-v1.5", True),
     ("smollm2-1.7b", True)],
)  # fmt: skip
def test_the_gate_of_models_whose_papers_tell_it(model, gated):
    assert is_gated(one(catalogue.frame(), model)) == gated


def test_a_known_gate_is_believed():
    row = TABLE_FACTS.filter(pl.col("model_id") == "llama-2-7b")
    assert one(hardware(row, gated={"llama-2-7b": False}), "llama-2-7b")["gated"] is False
    assert one(hardware(row, gated={"other": False}), "llama-2-7b")["gated"] is True


def test_the_whole_catalogue_scores_between_0_and_1():
    frame = hardware(catalogue.frame(), H100)
    assert frame.height > 100
    for name in ("alignment", "tile", "tile_wave"):
        known = frame[name].drop_nulls()
        assert len(known) > 100
        assert known.is_between(0, 1, closed="right").all()
    assert frame["kv_bytes_per_token"].drop_nulls().min() > 0
    assert (frame["tile_wave"] <= frame["tile"]).all()
    floats = frame.select(pl.col(pl.Float64))
    assert not floats.select(pl.any_horizontal(pl.all().is_nan().any())).item()
    assert frame["model_id"].is_sorted()
    flagged = frame.filter(pl.col("alignment").is_not_null())
    assert ((flagged["alignment"] < 1) == (flagged["flagged"].list.len() > 0)).all()
    assert sentence(frame).count("**") == 2


def test_the_catalogue_agrees_with_the_table():
    frame = hardware(catalogue.frame())
    for model in ("llama-3.1-8b", "llama-2-7b", "qwen3-8b", "qwen2.5-7b", "gemma-2-9b",
                  "gemma-3-27b", "olmo-2-7b", "phi-2", "pythia-2.8b"):  # fmt: skip
        assert one(frame, model)["tile_wave"] == pytest.approx(TABLE[model][4], abs=5.1e-5)


sizes = st.integers(1, 20_000)


@few
@given(st.lists(sizes, min_size=1, max_size=6), st.integers(1, 10_000), st.integers(1, 200))
def test_scores_lie_above_0_and_at_most_at_1(columns, tokens, sms):
    chip = Accelerator("chip", sms, None, "")
    tile, wave = utilisation([Product(n, n + 7) for n in columns], chip, tokens)
    assert 0 < wave <= tile + 1e-12
    assert tile <= 1 + 1e-12


@few
@given(sizes, sizes, st.integers(1, 9))
def test_a_product_counted_often_is_the_same_product(columns, inner, times):
    once = utilisation([Product(columns, inner)], A100, 512)
    assert utilisation([Product(columns, inner, times)], A100, 512) == pytest.approx(once)
    assert utilisation([Product(columns, inner)] * times, A100, 512) == pytest.approx(once)


@few
@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_multiples_of_the_tile_waste_nothing(m, n, k):
    tile, _ = utilisation([Product(128 * n, 64 * k)], A100, 256 * m)
    assert tile == 1


@few
@given(st.lists(sizes, min_size=5, max_size=5), st.sampled_from([1, 2, 3, 64]))
def test_alignment_never_falls_when_every_dimension_is_multiplied(dims, factor):
    names = list(NAMES)
    one_, more = ({n: (f * d) & -(f * d) for n, d in zip(names, dims, strict=True)}
                  for f in (1, factor))  # fmt: skip
    assert 0 < alignment(one_) <= alignment(more) <= 1
    assert alignment(dict.fromkeys(names, 64)) == 1


@few
@given(st.floats(1e6, 1e12), st.floats(1, 1e6), st.integers(1, 256), st.integers(0, 100_000))
def test_a_batch_is_faster_together_and_slower_each(params, kv, batch, context):
    together = roof(H100, params, kv, batch, context)
    assert together >= roof(H100, params, kv, 1, context) * (1 - 1e-9)
    assert together / batch <= roof(H100, params, kv, 1, context) * (1 + 1e-9)
    assert roof(H100, params, kv, batch, context + 1) < together


def test_the_order_of_facts_changes_nothing():
    frame = catalogue.frame()
    assert hardware(frame).equals(hardware(frame.reverse()))


def test_models_without_dimensions_are_left_out():
    frame = hardware(facts(m={"params_total": 7}, n={"hidden": 4096}))
    assert frame["model_id"].to_list() == ["n"]
    bare = pl.DataFrame({"model_id": ["n"], "model_name": ["N"], "hidden": [4096]})
    assert hardware(bare).height == 1
    assert "No" in sentence(frame)
    assert hardware(facts(m={"hidden": 1}).clear()).is_empty()


def speeds(*rows):
    schema = {"contestant_id": pl.String, "model_id": pl.String, "output_tokens": pl.Float64,
              "duration_s": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        name=pl.col("contestant_id"), model=pl.col("model_id"), deployment=pl.lit("local")
    )


def test_measured_speed_stands_beside_the_dimensions():
    summary = speeds(
        ("b", "phi-2", 100, 2), ("a", "phi-2", 300, 3), ("reader", "phi-2", 0, 1),
        ("untimed", "phi-2", 10, None), ("unknown", "x", 10, 1), ("nobody", None, 10, 1),
    )  # fmt: skip
    frame = measured(summary, hardware(TABLE_FACTS))
    assert frame.select("contestant_id", "tokens_per_s").rows() == [("a", 100), ("b", 50)]
    assert frame["alignment"].to_list() == pytest.approx([0.85, 0.85])
    rows = agreement(frame)
    assert rows["models"].to_list() == [1, 1, 1, 0], "two contestants of one model"
    assert rows["spearman"].null_count() == 4


def test_agreement_needs_five_models_that_differ():
    models = ["gpt2-xl", "qwen2.5-7b", "llama-3.1-8b", "phi-3-mini", "llama-2-7b"]
    frame = hardware(TABLE_FACTS)
    by_cache = sorted(models, key=lambda m: one(frame, m)["kv_bytes_per_token"])
    summary = speeds(*((m, m, 100.0, 1.0 + i) for i, m in enumerate(by_cache)))
    found = {r["predictor"]: r for r in agreement(measured(summary, frame)).iter_rows(named=True)}
    assert found["kv_bytes_per_token"]["spearman"] == pytest.approx(-1)
    assert found["kv_bytes_per_token"]["models"] == 5
    assert -1 < found["alignment"]["spearman"] < 1
    efforts = speeds(*((f"0{m}{i}", m, 100.0, i) for m in by_cache for i in (1e-9, 1e9)))
    both = agreement(measured(pl.concat([summary, efforts]), frame)).sort("predictor")
    assert both.equals(agreement(measured(summary, frame)).sort("predictor")), "medians count"
    less = agreement(measured(summary.head(4), frame))
    assert less["spearman"].null_count() == 4
    same = [m for m in TABLE if TABLE[m][2] == 1][:5]
    flat = agreement(measured(speeds(*((m, m, 9.0, 1.0 + i) for i, m in enumerate(same))), frame))
    assert flat.row(0) == ("alignment", 5, None)


def test_the_sentence_says_what_the_frame_says():
    assert sentence(hardware(TABLE_FACTS)) == (
        "**7 of 11** models of the catalogue pass this red-flag check, which is no ranking: all "
        "dimensions are multiples of 64; it flags the head size most often (3 of 4), and of the "
        "flagged GPT2-XL has the least work of use, 93%."
    )
    lowest = (
        hardware(TABLE_FACTS).filter(pl.col("alignment") < 1).sort("tile_wave").row(0, named=True)
    )
    assert percent(lowest["tile_wave"]) == "93%", "the figure that the chart writes beside its bar"
    assert sentence(hardware(TABLE_FACTS), 3).endswith("93%; own attempts timed 3 of the 11.")
    assert sentence(hardware(TABLE_FACTS), 0).endswith("; own attempts timed none of the 11.")
    good = TABLE_FACTS.filter(pl.col("model_id") == "qwen3-8b")
    assert sentence(hardware(good)).startswith("**1 of 1** model of the catalogue passes this red")
    pair = TABLE_FACTS.filter(pl.col("model_id").is_in(["qwen3-8b", "phi-2"]))
    assert sentence(hardware(pair)).endswith(
        "; it flags PHI-2 for its head size, whose work is of use to 99%."
    )
