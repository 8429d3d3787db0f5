"""What is answered: the sum of the last message's numbers, or the text it wants repeated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectors.faultserver.models import Behaviour
from collectors.faultserver.question import BadRequest, Question, draw, share, tokens

NUMBERS = re.compile(r"[0-9]{1,300}")
REPEAT = re.compile(r"Repeat exactly[^:\n]*: ?\s*(.*)", re.DOTALL)
REASONING: Mapping[str, int] = {
    "none": 0, "minimal": 8, "low": 32, "medium": 128, "high": 512, "xhigh": 1024, "max": 2048,
}  # fmt: skip
"""Reasoning tokens by effort; none when no effort is sent."""
HIDDEN = 64
"""Most tokens that `hidden-total` leaves out of completion_tokens."""


@dataclass(frozen=True)
class Answer:
    """A completion, whether or not the client will get to see it."""

    text: str
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    """Reasoning included."""
    reasoning_tokens: int
    model: str
    """The name it is served under."""
    fingerprint: str
    most_tokens: int | None = None
    """The output limit, of which there may be none."""
    hidden_tokens: int = 0
    """Tokens written and billed that stand in the usage's total alone."""
    host: str | None = None
    """Who served it, of a relay."""
    cost_usd: float | None = None
    """What the usage block says that it cost, where it was asked to."""


def solve(question: Question, ways: Behaviour) -> str:
    """The text of the answer, right or wrong."""
    wrong = ways.wrong > 0 and share("wrong", question.key) < ways.wrong
    wanted = REPEAT.search(question.text)
    if wanted:
        return _other(wanted[1]) if wrong else wanted[1]
    total = sum(map(int, NUMBERS.findall(question.text))) + wrong
    if question.body.get("response_format") and not _plain_text(question):
        return json.dumps({"answer": str(total)})
    return f"{'hmm ' * ways.padding}Answer: {total}"


def _other(text: str) -> str:
    """The same text with one letter lost, or one gained."""
    return text[:-1] or "x"


def _plain_text(question: Question) -> bool:
    form = question.body["response_format"]
    return isinstance(form, dict) and form.get("type") == "text"


def answer(question: Question, ways: Behaviour, seen: int) -> Answer:
    """The completion, cut where the output limit cuts it; reasoning comes first."""
    reasoning = _reasoning(question, ways)
    text = solve(question, ways)
    needed = reasoning + tokens(text)
    limits = [limit for limit in (question.most_tokens, ways.max_output) if limit is not None]
    written = min([needed, *limits])
    reasoning = min(reasoning, written)
    return Answer(
        text=text if written == needed else text[: 4 * (written - reasoning)],
        finish_reason="stop" if written == needed else "length",
        prompt_tokens=question.prompt_tokens,
        completion_tokens=written,
        reasoning_tokens=reasoning,
        model=ways.served_model or question.model,
        fingerprint=ways.fingerprint,
        most_tokens=min(limits, default=None),
        host=host(question, ways, seen),
    )


def with_hidden(made: Answer) -> Answer:
    """The answer with hidden tokens, which are within the output limit as all others are."""
    room = HIDDEN if made.most_tokens is None else made.most_tokens - made.completion_tokens
    if room > 0:
        return replace(made, hidden_tokens=min(HIDDEN, room))
    shown = made.completion_tokens // 2
    return replace(
        made,
        completion_tokens=shown,
        reasoning_tokens=min(made.reasoning_tokens, shown),
        hidden_tokens=made.completion_tokens - shown,
    )


def _reasoning(question: Question, ways: Behaviour) -> int:
    effort = question.effort
    if effort is None:
        return 0
    accepted = tuple(REASONING) if ways.efforts is None else ways.efforts
    if effort not in accepted:
        known = ", ".join(accepted) or "no effort at all"
        raise BadRequest(
            f"reasoning_effort '{effort}' is not accepted by {question.model}: it takes {known}.",
            "reasoning_effort",
            "unsupported_value" if accepted else "unsupported_parameter",
        )
    return REASONING.get(effort, 0)


def host(question: Question, ways: Behaviour, seen: int) -> str | None:
    """The host that a relay passes the request to: the one it is pinned to, else by turns."""
    wishes = question.body.get("provider")
    if not ways.hosts and not isinstance(wishes, dict):
        return None
    wishes = wishes if isinstance(wishes, dict) else {}
    fit = _fitting(ways.hosts, wishes)
    if not fit:
        raise BadRequest("No host fits the wishes in provider.", "provider", "no_host")
    order = _names(wishes.get("order"))
    if order:
        return fit[0].split("/")[0]
    return fit[(draw("host", question.key) + seen) % len(fit)].split("/")[0]


def _fitting(hosts: tuple[str, ...], wishes: Mapping[str, object]) -> list[str]:
    """Hosts that may serve, the wished order first; without a list of its own any may."""
    only, order = _names(wishes.get("only")), _names(wishes.get("order"))
    known = list(hosts or only or order or ("alpha", "beta"))
    pinned = only or (order if wishes.get("allow_fallbacks") is False else [])
    fit = [h for h in known if not pinned or _among(h, pinned)]
    quantisations = _names(wishes.get("quantizations"))
    if quantisations and hosts:
        fit = [h for h in fit if h.partition("/")[2] in quantisations]
    first = [h for name in order for h in fit if _among(h, [name])]
    return list(dict.fromkeys([*first, *fit]))


def _among(host_: str, wished: list[str]) -> bool:
    return host_ in wished or host_.split("/")[0] in wished


def _names(value: object) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
