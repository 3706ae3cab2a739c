"""The sandbox's page in a real browser."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no Chromium with its driver is installed, so no page was looked at")
    from selenium import webdriver  # noqa: PLC0415 - costs half a second, and only here

    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield opened
    opened.quit()


def cells(browser: Chrome) -> list[list[str]]:
    """The text of the first table, row by row."""
    script = """
return [...document.querySelector("table").tBodies[0].rows]
  .map(row => [...row.cells].map(cell => cell.innerText))
"""
    read: list[list[str]] = browser.execute_script(script)
    return read


def test_a_person_sees_what_the_sandbox_holds_and_what_changes(browser: Chrome) -> None:
    from selenium.webdriver.support.wait import WebDriverWait  # noqa: PLC0415 - as above
    from support.inprocess import ask  # noqa: PLC0415 - beside the browser only

    body = {
        "providerId": "ses",
        "channel": "email",
        "name": "<script>document.title = 'hacked'</script>",
        "identifier": "ses-main",
        "active": True,
        "credentials": {"apiKey": "recognisable", "region": "recognisable"},
    }
    with Sandbox(builtins=False) as sandbox, running(sandbox) as url:
        ask(sandbox, "POST", "/v1/integrations", body)
        browser.get(url)
        assert browser.title == "novu-sync sandbox"
        captions = [each.text for each in browser.find_elements("css selector", "caption")]
        assert [each.split()[0] for each in captions] == ["Development", "Production"]
        (row,) = cells(browser)
        assert row[:5] == [body["name"], "ses-main", "ses", "email", "yes"]
        assert row[5] == "1 ★ primary"
        assert row[6].split() == ["apiKey", "region"]
        ask(sandbox, "POST", "/v1/integrations", {"providerId": "slack", "channel": "chat"})
        WebDriverWait(browser, 20).until(lambda each: len(cells(each)) == 2)
        assert browser.title == "novu-sync sandbox"
        assert "recognisable" not in browser.page_source
        log = browser.get_log("browser")  # type: ignore[no-untyped-call]
    assert log == []
