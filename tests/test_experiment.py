from datetime import datetime

import pytest

from collectors import preflight
from collectors.experiment import parse
from data.errors import ExperimentError

CONTESTANT = '[[contestant]]\nmodel = "hosted_vllm/m"\napi_base = "http://127.0.0.1:1/v1"\n'
TASK = '[[task]]\nname = "sums"\nlevels = [1]\nsamples = 5\n'


def experiment(contestant=CONTESTANT, task=TASK, top='name = "x"\n'):
    return parse(top + contestant + task, "x.toml")


def test_dials_given_as_lists_become_contestants():
    contestant = (
        '[[contestant]]\nmodel = "openai/gpt-5-mini"\neffort = ["low", "high"]\n'
        'prompt_style = ["plain", "steps"]\nmax_tokens = [100, 200]\n'
    )
    names = [e.contestant.name for e in experiment(contestant).entrants]
    assert len(set(names)) == len(names) == 8
    assert names[0] == "gpt-5-mini · low · ≤100"
    assert len({e.contestant.contestant_id for e in experiment(contestant).entrants}) == 8


def test_every_setting_is_part_of_the_identity():
    ids = {
        experiment(CONTESTANT + extra).entrants[0].contestant.contestant_id
        for extra in ("", 'effort = "low"\n', "max_tokens = 9\n", "temperature = 0.5\n")
    }
    assert len(ids) == 4
    renamed = experiment(CONTESTANT + 'name = "Other"\n').entrants[0].contestant
    assert renamed.contestant_id in ids, "a name changes nothing that costs"


def test_local_contestants_enter_the_tasks_they_can_do():
    chosen = experiment(
        '[[contestant]]\nmodel = "local/rules"\n', TASK + '[[task]]\nname = "invoices"\nsamples = 5'
    )
    (rules,) = chosen.entrants
    assert rules.tasks == ("invoices",)
    assert (rules.contestant.kind, rules.contestant.prompt_style) == ("rules", "reader")
    (price,) = preflight.prices([rules], datetime(2026, 11, 23)).values()
    assert price.usd_per_cpu_hour > 0


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"top": 'nme = "x"\n'}, "unknown key 'nme'. Did you mean 'name'"),
        ({"top": ""}, "name is missing"),
        ({"top": 'name = "x"\nepochs = 99999999999999999999\n'}, "one experiment holds 10,000,000"),
        ({"contestant": '[[contestant]]\nmodel = "local/langid"\n'}, "none of the experiment's"),
        ({"contestant": CONTESTANT + "price = { usd_per_cpu_hour = 1 }\n"}, "for local/ models"),
        ({"top": 'name = "../../etc"\n'}, "use 1 to 80 letters"),
        ({"top": 'name = "x"\nepochs = 0\n'}, "epochs = 0: write a whole number from 1"),
        ({"top": 'name = "x"\nepochs = true\n'}, "epochs = True"),
        ({"top": 'name = "x"\nbudget_usd = -1\n'}, "budget_usd = -1"),
        ({"top": 'name = "x"\nbudget_usd = nan\n'}, "budget_usd = nan"),
        ({"top": 'name = "x"\nstore_text = "maybe"\n'}, "Known: drop, hash, keep"),
        ({"top": 'name = "x\n'}, "not valid TOML"),
        ({"contestant": ""}, r"no \[\[contestant\]\] table"),
        ({"contestant": "contestant = 3\n"}, r"no \[\[contestant\]\] table"),
        ({"contestant": '[[contestant]]\nmodle = "a/b"\n'}, "unknown key 'modle'"),
        ({"contestant": '[[contestant]]\nmodel = "local/smollm3"\n'}, "Did you mean 'local/smol"),
        ({"contestant": CONTESTANT + 'effort = "hgih"\n'}, "Did you mean 'high'"),
        ({"contestant": CONTESTANT + "effort = []\n"}, "name at least one"),
        ({"contestant": CONTESTANT + "max_tokens = 1.5\n"}, "max_tokens = 1.5"),
        ({"contestant": CONTESTANT + "price = 3\n"}, "write a table"),
        ({"contestant": CONTESTANT + "price = { usd = 3 }\n"}, "unknown key 'usd'"),
        ({"contestant": CONTESTANT + "price = { input_usd_per_mtok = 3 }\n"}, "price must have"),
        ({"contestant": CONTESTANT + "price = { usd_per_hour = 1, utilisation = 0 }\n"}, "above 0"),
        (
            {"contestant": CONTESTANT + "price = { usd_per_hour = 1, decode_tokens_per_s = 9 }\n"},
            "go together",
        ),
        (
            {"contestant": CONTESTANT + "price = { usd_per_hour = 1, usd_per_request = 1 }\n"},
            "usd_per_request does not go with",
        ),
        ({"contestant": CONTESTANT + "price = { usd_per_hour = 400000 }\n"}, "Mind the unit"),
        ({"contestant": CONTESTANT + CONTESTANT}, "stands twice with the same settings"),
        ({"contestant": CONTESTANT + 'tasks = ["summs"]\n'}, "Did you mean 'sums'"),
        ({"contestant": '[[contestant]]\nmodel = "local/rules"\ntasks = ["sums"]\n'},
         "can't do 'sums'"),
        ({"task": '[[task]]\nname = "chan_sum"\n'}, r"\[\[task\]\] 1: Unknown task 'chan_sum'"),
        ({"task": TASK + TASK}, "'sums' stands twice"),
        ({"task": '[[task]]\nname = "sums"\nlevels = [99]\n'}, "has no level 99. Its levels: 1, 2"),
        ({"task": '[[task]]\nname = "sums"\nlevels = []\n'}, "write a list such as"),
        ({"task": '[[task]]\nname = "sums"\nsamples = 0\n'}, "samples = 0"),
        ({"task": '[[task]]\nname = "sums"\nlevels = [1]\nsamples = 10000000\n'},
         "samples = 10000000, but level 1 of 'sums' holds"),
    ],
)  # fmt: skip
def test_bad_values_are_one_line_with_the_file_and_the_value(parts, says):
    with pytest.raises(ExperimentError, match=says) as caught:
        experiment(**parts)
    assert "\n" not in str(caught.value)
    assert "x.toml" in str(caught.value)


def test_the_example_in_the_documentation_is_a_valid_experiment():
    from pathlib import Path

    text = (Path(__file__).parents[1] / "docs" / "experiment.md").read_text()
    block = [line[4:] for line in text.split("\n## ")[0].splitlines() if line.startswith("    ")]
    found = parse("\n".join(block), "docs/experiment.md")
    assert [e.contestant.model for e in found.entrants] == [
        "openai/gpt-5-mini", "openai/gpt-5-mini", "hosted_vllm/my-model",
        "local/smollm2-135m", "local/smollm2-135m",
    ]  # fmt: skip
    assert found.budget_usd == 5.0
