"""The page in a real browser: no complaint, nothing asked of a network, and it prints."""

import json
import re
import shutil
import subprocess
import sys

import pytest

if sys.platform != "win32":  # where pipes are handed down otherwise
    from . import devtools

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")


def browse(folder, *options):
    """Start the browser without a window; what it says on both streams."""
    command = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-background-networking", "--no-first-run", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND",
        "--enable-logging=stderr", "--v=0", *options,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


@pytest.fixture(scope="module")
def seen(evil, tmp_path_factory):
    """The page of the worst texts, as the browser understands it."""
    folder = tmp_path_factory.mktemp("browser")
    page = folder / "report.html"
    evil.to_html(page)
    log = folder / "network.json"
    done = browse(folder, f"--log-net-log={log}", "--dump-dom", page.as_uri())
    return done.stdout, done.stderr, log.read_text(encoding="utf-8")


def test_nothing_is_complained_about(seen):
    assert [line for line in seen[1].splitlines() if "CONSOLE" in line] == []


def test_nothing_is_asked_of_a_network(seen):
    asked = re.findall(r'"url":"(\w+)://([^"/]*)', seen[2])
    own = [address for scheme, address in asked if scheme in ("http", "https", "ws", "ftp")]
    # the browser asks its maker for updates by itself; a page would ask for other things
    assert [a for a in own if not re.search(r"(google|gvt1|gstatic|googleapis)\.com", a)] == []
    assert json.loads(seen[2])["events"]


def test_all_is_there(seen, evil):
    dom = seen[0]
    n_tables = sum(1 for section in evil.sections for _ in section.tables())
    assert dom.count("<svg ") == dom.count("<figure ")
    assert dom.count("<table>") == n_tables
    assert dom.count('<details class="section"') == len(evil.sections)
    assert dom.count("<script") == dom.count("<img") == 0
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in dom


def pages_of(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf.read_bytes()))


def test_print_unfolds_every_section(mixed, tmp_path):
    html = mixed.to_html()
    closed = html.replace('<details class="section" open>', '<details class="section">')
    opened = html.replace('<details class="section">', '<details class="section" open>')
    counts = []
    for name, text in (("closed", closed), ("opened", opened)):
        page, pdf = tmp_path / f"{name}.html", tmp_path / f"{name}.pdf"
        page.write_text(text, encoding="utf-8")
        browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
        counts.append(pages_of(pdf))
    assert counts[0] == counts[1] >= len(mixed.sections)


@pytest.mark.skipif(sys.platform == "win32", reason="no way to talk to the browser there")
def test_sections_fold_at_a_click_and_nothing_else_happens(evil, tmp_path):
    path = tmp_path / "report.html"
    evil.to_html(path)
    with devtools.page(BROWSER, tmp_path) as page:
        page.open(path.as_uri())
        sections = "[...document.querySelectorAll('details.section')]"
        before = page.run(f"{sections}.map(s => s.open)")
        assert before == [section.opened for section in evil.sections]
        page.run("document.querySelectorAll('details.section > summary').forEach(s => s.click())")
        assert page.run(f"{sections}.map(s => s.open)") == [not opened for opened in before]
        heights = page.run(f"{sections}.map(s => s.getBoundingClientRect().height)")
        shown = [height > 100 for height in heights]
        assert shown == [not opened for opened in before]
        page.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        figures = page.run(
            "[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().width)"
        )
        assert len(figures) > 5
        assert min(figures) > 50
        wide = page.run("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0  # nothing sticks out at the right
        assert page.of("Runtime.consoleAPICalled") == page.of("Runtime.exceptionThrown") == []
        assert [e for e in page.of("Log.entryAdded") if e["entry"]["level"] == "error"] == []
        asked = [request["request"]["url"] for request in page.of("Network.requestWillBeSent")]
        assert asked == [path.as_uri()]
