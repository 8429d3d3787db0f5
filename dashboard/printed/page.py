"""A report as one HTML file: inline charts, no request; or by a company's own Jinja template."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from dashboard.printed.charts import Drawn
from dashboard.printed.content import Content
from dashboard.printed.image import Press, on_paper, slim
from data.errors import ExportError
from data.formats.document import bold, line, titled
from data.formats.html import STYLE, line_within
from data.formats.html import table as html_table

OURS = "report.html"
MORE = """
section { margin-top: 2.2rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
.from { font-size: 13px; opacity: .75; }
figure { margin: .8rem 0; background: #fff; color: #1a1a1a; border-radius: 4px; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: 13px; padding: .2rem .6rem .6rem; }
.wide figure { min-width: 40rem; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; font-size: 14px; margin-bottom: 1.5rem; }
nav a[aria-current] { font-weight: 700; text-decoration: none; }
@media print { figure { break-inside: avoid; } nav { display: none; } }
@media print { body { font-size: 11px; } table, .from, figcaption, dl { font-size: 10px; }
  h1 { font-size: 17px; } h2 { font-size: 13px; break-after: avoid; } p { break-after: avoid; } }
@page { size: A4; margin: 13mm; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
LIVE = POLICY + "; script-src 'unsafe-inline'; img-src data: blob:"
"""Of --interactive: its scripts stand in the file, and still nothing is fetched."""


@dataclass(frozen=True)
class Link:
    """A page of a shared folder."""

    text: str
    href: str
    here: bool = False


def page(
    report: Content, press: Press | None, template: Path | None = None,
    interactive: bool = False, links: Sequence[Link] = (),
) -> bytes:  # fmt: skip
    """The report as UTF-8 HTML.

    press: draws the charts; none where they are interactive. ExportError for a template that can't
    be read, or does what it may not.
    """
    environment = _environment(template, _interactive() if interactive else _inline(press, report))
    try:
        made = environment.get_template(template.name if template else OURS).render(
            report=report,
            style=Markup(STYLE + MORE),  # noqa: S704  # our own
            policy=LIVE if interactive else POLICY,
            scripts=[Markup(_plotly())] if interactive else [],  # noqa: S704  # Plotly's own
            links=links,
        )
    except jinja2.TemplateError as error:
        at = f", line {error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise ExportError(
            f"{template or OURS}{at}: {error.message or type(error).__name__}."
        ) from error
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise ExportError(f"{template or OURS}: {' '.join(str(error).split())[:200]}.") from error
    return made.encode("utf-8", "replace")


def _environment(template: Path | None, drawn: Callable[[Drawn], Markup]) -> jinja2.Environment:
    if template and not template.is_file():
        raise ExportError(f"--template {template}: there is no such file.")
    loader = jinja2.FileSystemLoader(template.parent if template else str(_folder()))
    made = ImmutableSandboxedEnvironment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    made.filters |= {"said": said, "drawn": drawn, "titled": titled, "table": _table}
    return made


def said(sentence: str) -> Markup:
    """A computed sentence: its only markup is bold, and names in it stay text."""
    parts = [
        f"<b>{html.escape(line(part))}</b>" if strong else html.escape(line_within(part))
        for part, strong in bold(sentence)
    ]
    return Markup("".join(parts))  # noqa: S704  # escaped above


def _table(sheet: Any) -> Markup:
    return Markup("\n".join(html_table(sheet)))  # noqa: S704  # escaped there


def _figure(inside: str, chart: Drawn) -> Markup:
    note = html.escape(line(chart.note))
    return Markup(  # noqa: S704  # escaped here
        f'<div class="wide"><figure role="img" aria-label="{html.escape(line(chart.alt))}">'
        f"{inside}<figcaption>{note}</figcaption></figure></div>"
    )


def _inline(press: Press | None, report: Content) -> Callable[[Drawn], Markup]:
    numbers: Iterator[int] = iter(range(10_000))

    def drawn(chart: Drawn) -> Markup:
        if chart.figure is None or press is None:
            return _figure(f"<p>{html.escape(line(chart.alt))}</p>", chart)
        svg = press.draw(chart.figure, "svg", {"Title": f"{report.title}: {chart.name}"})
        return _figure(slim(svg.decode(), f"c{next(numbers)}"), chart)

    return drawn


def _interactive() -> Callable[[Drawn], Markup]:
    numbers: Iterator[int] = iter(range(10_000))

    def drawn(chart: Drawn) -> Markup:
        if chart.figure is None:
            return _figure(f"<p>{html.escape(line(chart.alt))}</p>", chart)
        figure, name = on_paper(chart.figure) | {"data": chart.figure["data"]}, next(numbers)
        figure["layout"]["hovermode"] = "closest"
        # "</script>" in a name would end the script: every "<" is spelt as JSON can spell it.
        spelt = json.dumps(figure, sort_keys=True).replace("<", "\\u003c")
        config = '{"displaylogo": false, "responsive": true}'
        script = f'const f={spelt};Plotly.newPlot("chart{name}",f.data,f.layout,{config});'
        return _figure(f'<div id="chart{name}"></div><script>{{{script}}}</script>', chart)

    return drawn


@cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")


@cache
def _folder() -> Path:
    return Path(str(files("dashboard.printed").joinpath("templates")))
