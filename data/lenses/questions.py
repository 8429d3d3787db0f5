"""Questions: each claim that can be tested, with its verdict, by the lenses that measure it."""

from __future__ import annotations

from data import lenses
from data.analysis.questions import QUESTIONS, sentence, table
from data.lenses import Seen
from data.study import Study

INTERVAL = "each claim's own, as the lens of its row defines it"


def look(study: Study) -> Seen:
    """questions: name, claim, verdict, said, collect, lens."""
    wanted = dict.fromkeys(q.lens for q in QUESTIONS)
    seen = {name: lenses.lens(name).look(study) for name in wanted}
    rows = table({name: (found.tables, found.sentence) for name, found in seen.items()})
    return Seen({"questions": rows}, sentence(rows), INTERVAL)
