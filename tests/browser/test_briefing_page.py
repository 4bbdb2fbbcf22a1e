"""The page in a browser: no violation that axe knows, nothing cut at a phone's width, all of it on paper."""

import unicodedata
from importlib.resources import files

import pytest

from detente.app.report import briefing, matter, printing
from tests.briefs import fake, session

pytestmark = pytest.mark.browser

sync = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python")

try:
    CHROMIUM = printing.chromium()
except FileNotFoundError:
    pytest.skip("needs a Chromium on the path", allow_module_level=True)


@pytest.fixture(scope="module")
def page_path(harbour, tmp_path_factory):
    asked = session(worlds=40)
    months = harbour.future("settle", 3)
    found = matter.gather(asked, fake(asked, failing=3), lambda *_: months)
    return briefing.write(found, tmp_path_factory.mktemp("brief"))


@pytest.fixture(scope="module")
def page(page_path):
    with sync.sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = play.chromium.launch(executable_path=CHROMIUM, args=options)
        shown = browser.new_page(viewport={"width": 1280, "height": 900})
        shown.goto(page_path.as_uri())
        shown.evaluate(files(axe).joinpath("axe.min.js").read_text(encoding="utf-8"))
        yield shown
        browser.close()


@pytest.mark.parametrize("unfolded", [False, True])
def test_axe_finds_no_violation(page, unfolded):
    page.evaluate(
        f"document.querySelectorAll('details').forEach(d => d.open = {str(unfolded).lower()})"
    )
    found = page.evaluate("axe.run()")
    said = [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]
    assert not said
    assert len(found["passes"]) > 20


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_reaches_beyond_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_stop_of_the_keyboard_skips_to_the_findings(page):
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#short"


def test_paper_shows_what_is_folded(page, page_path):
    pypdf = pytest.importorskip("pypdf")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")
    printed = printing.print_pdf(page_path)
    text = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(printed).pages)
    said = plain(text)
    folded = page.locator("details:not([open]) summary").all_inner_texts()
    assert len(folded) > 20
    for heading in folded:
        assert plain(heading) in said
    within = page.locator("details:not([open]) caption").all_text_contents()
    assert len(within) > 10
    for caption in within:
        assert plain(caption) in said


def plain(text: str) -> str:
    """Letters without ligatures, and nothing between them: lines break elsewhere on paper."""
    return "".join(unicodedata.normalize("NFKC", text).split())
