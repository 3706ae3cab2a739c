import pytest

from reconciler.errors import GuardError, UsageError
from reconciler.transport.hosts import check, parse


@pytest.mark.parametrize(
    ("url", "put_together"),
    [
        ("https://api.novu.co", "https://api.novu.co"),
        ("https://API.novu.co/", "https://api.novu.co"),
        ("https://api.novu.co:443", "https://api.novu.co"),
        ("http://127.0.0.1:80/novu/", "http://127.0.0.1/novu"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://novu_api.internal:8443/a/b", "https://novu_api.internal:8443/a/b"),
    ],
)
def test_an_address_is_put_together_from_its_parts(url: str, put_together: str) -> None:
    assert parse(url).url == put_together


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.novu.co",
        "ftp://api.novu.co",
        "https://",
        "https:///v1",
        "https://user@api.novu.co",
        "https://user:hunter2@api.novu.co",
        "https://api.novu.co?x=1",
        "https://api.novu.co#x",
        "https://api.novu.co:port",
        "https://api.novu.co:99999",
        "https://[::1",
        "https://[::1%25eth0]",
        "https://äpi.novu.co",
        "https://\uff41pi.novu.co",
        "https://api.novu.co\\@evil.example",
        "https://evil.example\\.api.novu.co",
        "https://-api.novu.co",
        "https://api.novu.co/../x y",
        "https://api.novu.co/%2e%2e",
    ],
)
def test_an_address_that_programs_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(GuardError) as caught:
        parse(url)
    assert "hunter2" not in str(caught.value) + caught.value.mend
    assert "https://api.novu.co" in caught.value.mend


@pytest.mark.parametrize(
    "url",
    [
        "https://api.novu.co",
        "https://eu.api.novu.co/prefix",
        "http://localhost:3000",
        "http://127.0.0.1:3000",
        "http://127.9.9.9",
        "http://[::1]:3000",
        "https://localhost",
    ],
)
def test_novus_hosts_and_this_machine_are_allowed(url: str) -> None:
    check(parse(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://novu.example.com",
        "https://api.novu.co.example.com",
        "https://xapi.novu.co",
        "https://api.novu.co.",
        "https://localhost.example.com",
        "https://10.0.0.5",
        "https://127.0.0.1.example.com",
        "https://2130706433",
        "https://[::2]",
    ],
)
def test_any_other_host_is_refused_and_the_message_tells_how_to_allow_it(url: str) -> None:
    address = parse(url)
    with pytest.raises(GuardError) as caught:
        check(address)
    assert address.place in caught.value.summary
    assert f"--allow-host {address.place}" in caught.value.mend
    assert "NOVU_SYNC_ALLOWED_HOSTS" in caught.value.mend


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        (["novu.example.com"], "https://novu.example.com"),
        (["novu.example.com"], "https://novu.example.com:8443"),
        (["NOVU.example.com:8443"], "https://novu.example.com:8443"),
        (["novu.example.com:443"], "https://novu.example.com"),
        (["a.example, novu.example.com b.example"], "https://novu.example.com"),
        (["10.0.0.5:3000"], "https://10.0.0.5:3000"),
        (["[fd00::5]:3000"], "https://[fd00::5]:3000"),
    ],
)
def test_whoever_runs_the_command_can_allow_a_host(allowed: list[str], url: str) -> None:
    check(parse(url), allowed_hosts=allowed)


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        (["example.com"], "https://novu.example.com"),
        (["novu.example.com"], "https://example.com"),
        (["novu.example.com:8443"], "https://novu.example.com"),
        ([""], "https://novu.example.com"),
    ],
)
def test_a_host_is_matched_exactly(allowed: list[str], url: str) -> None:
    with pytest.raises(GuardError):
        check(parse(url), allowed_hosts=allowed)


@pytest.mark.parametrize("entry", ["https://novu.example.com", "a.example:b", "a@b.example", ":80"])
def test_an_entry_that_is_not_a_host_is_a_usage_error(entry: str) -> None:
    with pytest.raises(UsageError, match="not a host to allow"):
        check(parse("https://api.novu.co"), allowed_hosts=[entry])


def test_plain_http_is_for_this_machine_only() -> None:
    novu = parse("http://api.novu.co")
    with pytest.raises(GuardError, match="plain http") as caught:
        check(novu)
    assert "--allow-insecure-http" in caught.value.mend
    check(novu, allow_insecure_http=True)


def test_allowing_plain_http_allows_no_host() -> None:
    with pytest.raises(GuardError, match="not allowed"):
        check(parse("http://novu.example.com"), allow_insecure_http=True)
