"""The briefing: whole, self-contained, the same bytes again, and honest about what it does not know."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from detente.app.report import briefing, matter, provenance, words
from detente.app.report.charts import Dot, Row, dots, fans
from detente.app.report.content import content
from detente.app.report.courses import fan_of
from detente.app.report.findings import find
from detente.app.report.measures import GROUPS, HEADLINE, measures
from detente.app.report.svg import Scale, Words, ticks
from detente.app.usecases import Request, Results, Session
from detente.decision.comparison import Interval, Number, Share
from detente.domain.outcomes import OUTCOMES, Timing
from tests.briefs import PACKS, fake, session

SECTIONS = (
    "short",
    "overview",
    "confidence",
    "situation",
    "compared",
    "outcomes",
    "courses",
    "pairs",
    "types",
    "worst",
    "stories",
    "limits",
    "reproduce",
    "sources",
)


class Page(HTMLParser):
    """What a page is made of: opened tags, ids, text by section, cells of tables, and figures of the opening."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.cells, self.figures, self.wrong = [], [], []
        self._in_figure = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        here = dict(attrs)
        self.tags.append((tag, here))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")
        self._in_figure |= tag == "b" and here.get("class") == "figure"
        if tag == "b" and self._in_figure:
            self.figures.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        self._in_figure &= tag != "b"
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if "td" in self.open:
            self.cells[-1] += data
        if self._in_figure:
            self.figures[-1] += data

    def ids(self) -> list[str]:
        return [here["id"] or "" for _, here in self.tags if "id" in here]


@pytest.fixture(scope="module")
def made(harbour):
    """Gathers a briefing; whichever future is to be told, it is the same one, replayed once."""
    months = harbour.future("settle", 3)
    return lambda asked, results: matter.gather(asked, results, lambda *_: months)


@pytest.fixture(scope="module")
def html(made):
    return lambda asked, results: briefing.html(content(made(asked, results)))


@pytest.fixture(scope="module")
def summary(made):
    return lambda asked, results: briefing.summary(made(asked, results))


@pytest.fixture(scope="module")
def whole(html) -> str:
    asked = session()
    return html(asked, fake(asked))


def test_every_section_is_there_under_its_heading(whole):
    page = Page(whole)
    assert not page.wrong
    assert not page.open
    assert set(SECTIONS) <= set(page.ids())
    headings = [tag for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings.count("h1") == 1
    assert all(int(b[1]) - int(a[1]) <= 1 for a, b in pairwise(headings))


def test_nothing_is_loaded_from_elsewhere(whole):
    loads = ("src", "href", "xlink:href", "srcset", "action", "data", "poster")
    for tag, here in Page(whole).tags:
        for name in loads:
            target = here.get(name) or ""
            assert target.startswith("#") or target in ("", "data:,"), (tag, name, target)
    assert "<script" not in whole
    assert "@import" not in whole
    assert not re.search(r"url\((?!#)", whole)


def test_names_are_unique_and_every_link_leads_somewhere(whole):
    page = Page(whole)
    ids = page.ids()
    assert len(ids) == len(set(ids))
    hrefs = [here.get("href") or here.get("xlink:href") for _, here in page.tags]
    assert {h[1:] for h in hrefs if h and h.startswith("#")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", whole)) <= set(ids)


def test_charts_speak_to_those_who_do_not_see_them(whole):
    charts = [here for tag, here in Page(whole).tags if tag == "svg"]
    ids = set(Page(whole).ids())
    assert len(charts) > len(HEADLINE)
    for chart in charts:
        assert chart["role"] == "img"
        assert set((chart["aria-labelledby"] or "").split()) <= ids
    assert "<text" in whole  # and not outlines


def test_tables_have_captions_and_scopes(whole):
    page = Page(whole)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("caption") == tags.count("table") > 5
    assert all("scope" in here for tag, here in page.tags if tag == "th")


def test_same_run_gives_the_same_bytes(made, whole, tmp_path):
    asked, again = session(), session()
    path = briefing.write(made(asked, fake(asked)), tmp_path / "deep" / "brief")
    other = briefing.write(made(again, fake(again)), tmp_path / "other")
    files = ["briefing.html", "briefing.json", "briefing.md"]
    assert sorted(p.name for p in path.parent.iterdir()) == files
    for name in files:
        assert (path.parent / name).read_bytes() == (other.parent / name).read_bytes()
    assert path.read_bytes() == whole.encode()
    assert len(whole) < 600_000


def test_every_figure_of_the_opening_stands_in_a_table(whole):
    number = r"\d[\d,]*(?:\.\d+)?"
    page = Page(whole)
    stated = {n for cell in page.cells for n in re.findall(number, cell)} | {"none"}
    assert len(page.figures) > 5
    for figure in page.figures:
        assert set(re.findall(number, figure) or [figure]) <= stated, figure


def test_text_of_packs_is_escaped(html):
    asked = session()
    head = asked.pack.head.model_copy(update={"title": "<script>alert(1)</script> & co"})
    asked.pack = asked.pack._replace(head=head)
    page = html(asked, fake(asked))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page


def test_one_world_and_one_replicate_say_that_intervals_are_undefined(html, summary):
    asked = session(worlds=1, replicates=1)
    page = html(asked, fake(asked))
    assert "intervals are undefined" in page
    alone = session(policies=("settle",), worlds=1, replicates=1)
    assert "interval undefined" in html(alone, fake(alone))
    assert "nan" not in " ".join(Page(page).cells)
    assert "intervals are undefined" in summary(asked, fake(asked))


def test_one_policy_has_no_paired_section(html, summary):
    asked = session(policies=("settle",))
    page = html(asked, fake(asked))
    assert "pairs" not in Page(page).ids()
    assert "#pairs" not in page
    assert "Against" not in summary(asked, fake(asked))
    assert "lowest under" not in page


def test_failed_futures_are_counted_and_left_out(html):
    asked = session()
    results = fake(asked, failing=7)
    page = html(asked, results)
    assert "arsenal.heu not finite in 1951-05" in page
    assert "7 of 60 futures" in page
    found = find(asked, results).policies[0].summaries["warheads"]
    assert isinstance(found, Number)
    assert (found.n, found.total) == (53, 60)


def test_all_futures_failed_is_still_a_page(html):
    asked = session(worlds=2, replicates=2)
    page = html(asked, fake(asked, failing=4))
    assert "4 of 4 futures" in page
    assert "nan" not in " ".join(Page(page).cells)


def test_summary_fits_a_terminal(summary):
    asked = session()
    text = summary(asked, fake(asked))
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "A Settle the harbour" in text
    assert "Against Settle the harbour" in text


def test_hash_follows_the_files_and_not_their_place(tmp_path):
    asked = session()
    before = provenance.scenario_hash(asked)
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for path in (PACKS / "harbour").glob("*.toml"):
        (copy / path.name).write_bytes(path.read_bytes())
    policies = asked.request.policies
    moved = Session(Request(str(copy), policies, 12, 5, 2, 7))
    assert provenance.scenario_hash(moved) == before
    (copy / "scenario.toml").write_text((copy / "scenario.toml").read_text() + "\n# a remark\n")
    assert provenance.scenario_hash(moved) != before


def a_number(mean: float, half: float, low: float = 0, high: float = 100) -> Number:
    quantiles = (low, low, mean, high, high)
    return Number(10, 10, 5, mean, Interval(mean - half, mean + half), 1.0, quantiles, high, None)


@pytest.mark.parametrize(
    ("mean", "half", "said"),
    [
        (76.34, 1.4, "76.3 74.9–77.7"),
        (1234.5, 135, "1,230 1,100–1,370"),
        (0.0341, 0.015, "0.034 0.019–0.049"),
        (-3.2, 0.4, "−3.2 −3.6 to −2.8"),
        (50_123, 4_000, "50,000 46,000–54,000"),
    ],
)
def test_numbers_are_rounded_to_what_is_known(mean, half, said):
    number = a_number(mean, half)
    assert f"{words.mean_words(number)} {words.mean_range(number)}" == said


@pytest.mark.parametrize(
    ("share", "low", "high", "said", "word"),
    [
        (0.12, 0.09, 0.15, "12 % 9–15 %", "very unlikely"),
        (0.19, 0.15, 0.24, "19 % 15–24 %", "very unlikely to unlikely"),
        (0.0, 0.0, 0.006, "0 % 0–0.6 %", "in none of 500 futures"),
        (1.0, 0.994, 1.0, "100 % 99.4–100 %", "in all of 500 futures"),
        (0.002, 0.001, 0.006, "0.2 % 0.1–0.6 %", "remote"),
        (0.50, 0.46, 0.54, "50 % 46–54 %", "roughly an even chance"),
    ],
)
def test_shares_are_said_with_their_range(share, low, high, said, word):
    found = Share(500, 500, 50, share, Interval(low, high))
    plainly = f"{words.share_words(found)} {words.share_range(found)}".replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert plainly == said
    assert words.estimate(found) == word


def test_no_clear_difference_is_said_to_be_none(html, summary):
    asked = session()
    same = fake(asked)
    both = Results(
        dict.fromkeys(same.outcomes, same.outcomes["idle"]),
        dict.fromkeys(same.paths, same.paths["idle"]),
    )
    assert "stands out from chance" in summary(asked, both)
    assert not any(d.clear for p in find(asked, both).pairs for d in p.differences.values())
    assert "On none of the leading outcomes" in html(asked, both)


def test_every_outcome_is_shown_in_a_group():
    asked = session()
    shown = measures(asked.pack)
    names = {measure.name for measure in shown}
    columns = asked.pack.columns
    outcomes = {columns.get(o.name, o.name) for o in OUTCOMES if o.timing is not Timing.START}
    assert outcomes <= names
    assert {measure.group for measure in shown} <= set(GROUPS)
    assert not [measure.label for measure in shown if "{" in f"{measure.label}{measure.noun}"]
    assert set(HEADLINE) <= names


def test_reference_is_the_first_asked_and_the_others_follow_a_rule():
    asked = session(policies=("settle", "idle"))
    found = find(asked, fake(asked))
    assert found.reference.name == "settle"
    assert [policy.key for policy in found.policies] == ["A", "B"]
    assert found.ends["warheads"].low == (found.policies[1],)
    assert found.ends["warheads"].high == (found.reference,)
    turned = session(policies=("idle", "settle"))
    assert find(turned, fake(turned)).reference.name == "idle"


def test_overview_marks_ends_and_says_how_it_does(html):
    asked = session()
    page = html(asked, fake(asked))
    assert re.search(r'<span class="tag">best</span></td>', page)
    assert "less is better" in page
    assert "Settle the harbour" in page.split('id="pairs"')[1]


def test_worst_tenth_is_told_with_its_events(html):
    asked = session(worlds=40)
    section = html(asked, fake(asked)).split('<section id="worst"')[1].split("</section>")[0]
    assert "War: <b>100" in section
    assert "{challenger}" not in section


def test_changes_are_in_the_command_and_in_the_hash():
    asked, changed = session(), session(changes={"testing.talks": 0})
    assert "--set" not in provenance.command(asked)
    assert "--set testing.talks=0" in provenance.command(changed)
    assert provenance.scenario_hash(asked) != provenance.scenario_hash(changed)


def test_modifiers_are_files_of_the_hash():
    files = (str(PACKS / "settle.toml"), "wait-and-contain+united-front")
    asked = Session(Request(str(PACKS / "harbour"), files, 4, 2, 2, 7))
    alone = Session(Request(str(PACKS / "harbour"), (files[0], "wait-and-contain"), 4, 2, 2, 7))
    assert provenance.scenario_hash(asked) != provenance.scenario_hash(alone)


def test_limits_are_those_of_the_parts():
    said = dict(provenance.limits())
    assert {"crisis", "economy", "challenger", "guarantor"} <= set(said)
    assert all(text.endswith(".") and "\n" not in text for text in said.values())


def test_charts_share_their_axes_and_stand_alone():
    low, high = np.zeros((6, 4)), np.full((6, 4), 9.0)
    words_ = [Words("a", "A", "low"), Words("b", "B", "high")]
    each = np.arange(4)
    drawn = fans([fan_of(low, each), fan_of(high, each)], 24000, words_, "shared")
    marks = [re.findall(r">(\d+)</text>", svg) for svg in drawn]
    assert marks[0] == marks[1]
    assert "a-title" in drawn[0]
    assert 'href="#shared"' in drawn[1]
    missing = [Row("A", Dot(float("nan"), None), "–", False)]
    assert dots(missing, Words("c", "C", "none"), ("", ""), percent=True).startswith("<svg")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.2, 4.1), (0, 1e6), (98, 107), (0.1, 0.11)])
def test_ticks_are_few_round_and_within(low, high):
    found = ticks(low, high)
    assert 2 <= len(found) <= 6
    assert low - 1e-9 <= min(found) <= max(found) <= high + 1e-9
    at = Scale(low, high, 0, 100)
    assert (int(at(low)), int(at(high))) == (0, 100)
