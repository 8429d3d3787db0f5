"""The Bill page: which dollars went where something cheaper does as well on one's own samples."""

from __future__ import annotations

from dashboard.figures import bill as figure
from dashboard.pages import lens_page
from dashboard.pages.bill_given import options
from dashboard.pages.bill_side import side
from dashboard.pages.lens_page import Chart, LensPage

METHOD = """
#### What is joined
A row of the spend log belongs to the contestant in use for its task, where the log calls it by one
of its names. All other spend is *not measured*: listed with its reason, never extrapolated. Without
a log of yours the bill is of what those marked `in_use_for` in the experiment spent in this
campaign; failed attempts are in it.
#### Does as well
Task by task, on the samples both answered: the paired difference in accuracy is not detectably
negative, and its 95 % interval lies above -2 points. The interval is widened by the number of
cheaper contestants. Twenty answers on which both agree prove nothing yet.
#### What it would have cost
Dollars × cost of the cheaper one / cost of the one in use, level by level on the task's samples:
your calls are taken to differ in price as the samples do. One half of the samples chooses the
cheapest, the other half prices it. The interval is a bootstrap-t of log costs, nominally 98 %.
#### Too few samples
One that is cheaper may yet do as well; *more needed* is how many samples of the task would show it
four times in five, should what is seen so far hold.
#### A month
Calls a month come from `[monthly]` in the experiment; dollars a month are these times the dollars
per call of the log.
#### Your files
Files are read in this session and nowhere kept: not in the database, not in the address. Rows that
are typed stand in the address, up to 1,500 characters. Numbers may have thousands set apart and a
dollar sign; a decimal comma is read where no cell of the table has a decimal point, and what may be
either is refused. Rows of one task and model are added up, and the page says how many.
"""

PAGE = LensPage(
    lens="bill",
    title="My bill",
    charts=(
        Chart(
            "By task",
            "<b>Spent today</b> (grey) and <b>what the cheapest that does as well would cost</b> "
            "(blue, with its interval). Outlined: too few samples to say.",
            # Beside the lists it has the width of a smaller screen.
            lambda m, size: figure.by_task(
                m.tables["bill"], "phone" if size == "phone" else "medium"
            ),
            lambda m: figure.describe(m.tables["bill"]),
            "No spend belongs to a graded contestant yet. Under My spend, give what was spent "
            "(task, model, calls, usd) and what is in use (task, contestant), as CSV or typed; or "
            "mark contestants in the experiment with in_use_for.",
        ),
    ),
    method=METHOD,
    options=options,
    side=side,
    headings={"bill": "Bill", "in_use": "In use today"},
)


def page() -> None:
    """Draw the page."""
    lens_page.show(PAGE)
