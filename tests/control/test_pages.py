"""Pages of the console and the docs."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

CHROMIUM = shutil.which("chromium")


class Links(HTMLParser):
    """The URLs of a page's links, scripts, styles and images."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.urls += [value for name, value in attrs if name in ("href", "src") and value]


def test_the_console_shows_the_vendors_urls_and_credentials(server, http):
    page = http.get(server.urls["main"]).text

    for urls in server.urls["vendors"].values():
        assert urls["root_url"] in page
        assert urls["prefix_url"] in page
    for secret in ("bell-demo-key", "gong-demo-client", "gong-demo-token"):
        assert secret in page


@pytest.mark.parametrize("path", ["/", "/_mock/docs", "/_mock/vendors/bell/docs"])
def test_every_link_of_a_page_leads_to_a_page_of_this_server(server, http, path):
    url = server.urls["main"] + path
    links = Links(http.get(url).text).urls

    assert links
    for link in links:
        assert not re.match(r"[a-z]+:|//", link), link
        target = (
            url.rpartition("/")[0] + link[1:]
            if link.startswith("./")
            else server.urls["main"] + link
        )
        assert http.get(target).status_code == 200, link


def test_the_console_shows_the_clocks_state(serve, http):
    main = serve().urls["main"]

    assert "running" in http.get(main).text
    http.put(
        f"{main}/_mock/sandboxes/default/clock",
        json={"now": "2031-05-06T07:08:09Z", "frozen": True},
    )
    page = http.get(main).text
    assert "frozen" in page
    assert "2031-05-06 07:08:09 UTC" in page


@pytest.mark.parametrize("path", ["/", "/_mock/vendors/gong/docs"])
def test_a_page_loads_nothing_from_other_sites(server, http, path):
    response = http.get(server.urls["main"] + path)

    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert not re.findall(r"https?://(?!127\.0\.0\.1:)", response.text)


def test_docs_pages_contain_the_demo_credentials(server, http):
    main = server.urls["main"]
    bell, gong = (http.get(f"{main}/_mock/vendors/{key}/docs").text for key in ("bell", "gong"))

    assert '{"credentials": {"apiKey": "bell-demo-key"}, "prefix": "/bell"}' in bell
    assert '{"credentials": {"bearer": "gong-demo-token"}, "prefix": "/gong"}' in gong


@pytest.fixture
def rendered(tmp_path):
    """A function that returns the HTML of a page after its scripts ran in a browser."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian package chromium)")

    def render(url: str) -> str:
        result = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             f"--user-data-dir={tmp_path}", "--virtual-time-budget=10000", "--dump-dom", url],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        return result.stdout

    return render


def test_a_browser_shows_the_vendors(server, rendered):
    page = rendered(server.urls["main"])

    headings = re.findall(r"<h3[^>]*>(.*?)</h3>", page)
    assert headings == ["Bell", "Gong"]


def test_a_browser_shows_a_contract_with_credentials_filled_in(server, rendered):
    page = rendered(f"{server.urls['main']}/_mock/vendors/bell/docs")

    assert "Bell API" in page
    assert f'value="{server.urls["main"]}/bell"' in page
    assert page.count("opblock-summary-path") >= 3
    assert 'aria-label="authorization button locked"' in page
    assert 'aria-label="authorization button unlocked"' not in page
