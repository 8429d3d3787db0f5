"""Settings of the whole suite."""

import os

from hypothesis import HealthCheck, settings

# Examples repeat exactly and are not timed: these machines are shared and noisy.
settings.register_profile(
    "isocost",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("isocost")

# No test may wait for a price list from the network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

# What the developer has in the environment must not decide what a test sees.
for name in ("ISOCOST_CATALOG", "ISOCOST_DB", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
    os.environ.pop(name, None)
