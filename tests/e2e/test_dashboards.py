"""The dashboards in a real browser: on a made-up server's figures, which have in them what is rare on a real one."""
import pathlib
import smtplib
import time
import urllib.request

import pytest
from rig import mail
from rig.appliance import image
from rig.chromium import Chromium
from rig.lab import Lab
from rig.monitoring import Monitoring
from rig.peer import Peer
from rig.played_server import PlayedServer
from rig.podman import podman, wait_until
from rig.sample_figures import DKIM, HOSTILE, exposition

TESTS = pathlib.Path(__file__).resolve().parents[1]
RESULTS, PICTURES = TESTS / "results", TESTS / "pictures"
DASHBOARDS = {
    "main": "overview",
    "psfx": "mail-server",
    "dvct": "imap-server",
    "dnsy": "dns-sanity",
    "spam": "spam-filter",
    "appliance": "appliance",
}
UNFINISHED = """return [...document.querySelectorAll('.panel')].filter((one) => one.dataset.state !== 'ready')
    .map((one) => `${one.ariaLabel}: ${one.dataset.state} ${one.querySelector('.note')?.textContent ?? ''}`)"""
# A chart that draws nothing has a canvas of one colour.
BLANK_CHARTS = """return [...document.querySelectorAll('.type-timeseries')].filter((panel) => {
    const canvas = panel.querySelector('canvas');
    if (!canvas) return true;
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] > 60) colours.add((pixels[at] << 16) + (pixels[at + 1] << 8) + pixels[at + 2]);
    return colours.size < 12;
}).map((panel) => panel.ariaLabel)"""


@pytest.fixture(scope="module")
def window():
    made = Chromium(PICTURES)
    yield made
    made.close()


@pytest.fixture
def browser(window):
    """A Chromium as if it were new, with a window so high that all panels of a dashboard are in sight: others ask nothing."""
    window.size(1600, 2800)
    window.prefers("dark")
    window.open("about:blank")
    window.complaints()
    return window


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The dashboards of the image, in front of a store with some hours of figures."""
    lab, files = Lab("dashboards", RESULTS), tmp_path_factory.mktemp("dashboards")
    try:
        address, _ = lab.addresses("store")
        container = lab.container(
            "store",
            [
                "-storageDataPath=/tmp/store",
                "-httpListenAddr=:8428",
                "-search.latencyOffset=1s",
                "-search.disableCache",
            ],
            address="store",
            image=image(),
            options=["--entrypoint=/usr/bin/victoria-metrics"],
        )
        podman("cp", f"{container}:/usr/share/mailserver/monitoring/.", str(files))
        store = f"http://{address}:8428"
        wait_until("the store", lambda: urllib.request.urlopen(store + "/health", timeout=2).status == 200)
        urllib.request.urlopen(
            store + "/api/v1/import/prometheus", exposition(int(time.time()), hours=9).encode()
        ).read()
        urllib.request.urlopen(store + "/internal/force_flush").read()
        server = PlayedServer(files, store)
        yield server
        server.close()
    finally:
        lab.close()


@pytest.fixture
def server(played):
    played.restore()
    return played


def all_drawn(browser, *, empty=(), deadline=30):
    """Every panel of the dashboard has data, but for those that may say that there is none."""

    def waiting():
        if browser.js("return document.querySelectorAll('.panel').length") < 5:
            return ["no panels"]
        return [
            line for line in browser.js(UNFINISHED) if not line.startswith(tuple(f"{title}: empty" for title in empty))
        ]

    left = []

    def drawn():
        left[:] = waiting()
        return not left

    try:
        wait_until("panels", drawn, deadline=deadline)
    except AssertionError:
        pytest.fail(f"{browser.url}: {left}")


def whole_page(browser, width):
    """A window as high as the page, so that all of its panels are in sight."""
    browser.size(width, 900, phone=width < 600)
    browser.size(width, browser.wait("a height", "return document.documentElement.scrollHeight"), phone=width < 600)


def test_every_dashboard_draws_every_panel_in_dark_light_and_on_a_phone(server, browser):
    for uid, slug in DASHBOARDS.items():
        browser.prefers("dark")
        whole_page(browser, 1600)
        browser.open(f"{server.url}d/{uid}/{slug}?refresh=")
        for scheme, width in (("dark", 1600), ("light", 1600), ("light", 390)):
            browser.prefers(scheme)
            browser.element(".panel")
            whole_page(browser, width)
            browser.press("r")
            all_drawn(browser)
            assert browser.js(BLANK_CHARTS) == []
            wide, colour = browser.js(
                "return [document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]"
            )
            assert wide <= width, f"{uid} is wider than its window"
            assert (colour == "rgb(15, 17, 21)") == (scheme == "dark")
            browser.picture(f"{uid}-{scheme}-{width}")
    assert browser.complaints() == []
    assert browser.js("return document.title") == "Appliance – Mail server"


def test_time_range_refresh_theme_and_keyboard(server, browser):
    browser.open(server.url)
    browser.wait("the address of the first dashboard", "return location.pathname.endsWith('/d/main/overview')")
    all_drawn(browser)

    # The menu, a drag across a chart, and the way back.
    browser.click("button[aria-label^='Time range: Last 6 hours']")
    browser.js(
        "[...document.querySelectorAll('.menu .entry')].find((one) => one.textContent === 'Last 3 hours').click()"
    )
    browser.wait("the range in the address", "return new URLSearchParams(location.search).get('from') === 'now-3h'")
    all_drawn(browser)
    browser.drag(".type-timeseries .u-over", 0.3, 0.6)
    browser.wait("the range of the drag", "return /^[0-9]{13}$/.test(new URLSearchParams(location.search).get('from'))")
    zoomed = browser.js(
        "const query = new URLSearchParams(location.search); return query.get('to') - query.get('from')"
    )
    assert 0.2 * 3 < zoomed / 3600e3 < 0.4 * 3
    all_drawn(browser)
    browser.back()
    browser.element("button[aria-label='Time range: Last 3 hours']")
    browser.press("-")
    browser.wait(
        "twice the time",
        """const query = new URLSearchParams(location.search);
        return Math.abs((query.get('to') - query.get('from')) / 3600e3 - 6) < 0.1""",
    )
    browser.press("0")
    browser.element("button[aria-label='Time range: Last 6 hours']")

    # The pointer: one box, with each series and the total.
    browser.hover("section[aria-label='Mail flow'] .u-over")
    said = browser.text(".tooltip")
    assert all(word in said for word in ("Delivered here", "Sent out", "Total"))
    browser.js("window.before = document.querySelector('section[aria-label=\"Mail flow\"] canvas')")
    browser.press("r")
    browser.wait("a chart with newer data", "return !window.before.isConnected")
    assert "Delivered here" in browser.text(".tooltip")

    # Refresh, by itself and by a key, but not while nobody looks.
    server.asked.clear()
    browser.open(f"{server.url}d/main/overview?refresh=5s")
    wait_until("a second round of questions", lambda: server.asked.count("mailserver_engine_up") >= 4, deadline=20)
    browser.open(f"{server.url}d/main/overview?refresh=")
    all_drawn(browser)
    before = server.asked.count("mailserver_engine_up")
    browser.press("r")
    wait_until("a round of questions", lambda: server.asked.count("mailserver_engine_up") > before)

    # Dark and light: the system's, or the reader's.
    colour = "return getComputedStyle(document.body).backgroundColor"
    dark = browser.js(colour)
    browser.prefers("light")
    browser.wait("the light theme", f"{colour} !== arguments[0]", dark)
    browser.press("t")
    browser.wait("the dark theme", f"{colour} === arguments[0]", dark)
    browser.open(f"{server.url}d/spam/spam-filter?from=now-2d&to=now&kiosk")
    assert browser.js(colour) == dark
    assert browser.js("return getComputedStyle(document.querySelector('.top-host')).display") == "none"
    browser.press("ESCAPE")
    browser.element("header.top")

    # All by keys: to another dashboard with the same time, help, alerts, one panel alone, a menu.
    browser.press("2")
    browser.wait(
        "the next dashboard",
        "return location.pathname.endsWith('/d/psfx/mail-server') && location.search.includes('now-2d')",
    )
    browser.press("?")
    assert "Earlier" in browser.text("dialog")
    browser.press("ESCAPE")
    browser.wait("no dialog", "return !document.querySelector('dialog[open]')")
    browser.press("a")
    browser.wait("the rules", "return /Disk almost full/.test(document.querySelector('dialog[open]')?.innerText)")
    assert "This server is on the block list" in browser.text("dialog")
    browser.press("ESCAPE")
    assert browser.text(".badge-button") == "1 alert"
    browser.js("document.querySelector('section[aria-label=Deliveries] .enlarge').focus()")
    browser.press("ENTER")
    browser.wait("one panel", "return document.querySelectorAll('.panel').length === 1")
    browser.press("ESCAPE")
    browser.wait("all panels", "return document.querySelectorAll('.panel').length > 5")
    browser.js("document.querySelector('button[aria-label^=\"Time range\"]').focus()")
    browser.press("ENTER", "ARROW_DOWN", "ARROW_DOWN")
    assert browser.js("return document.activeElement.className") == "entry"
    assert browser.js("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("ESCAPE")
    assert browser.js("return document.activeElement.getAttribute('aria-expanded')") == "false"
    assert browser.complaints() == []


def test_records_to_copy_variables_hostile_names_and_a_server_that_goes_away(server, browser):
    origin = server.url.removesuffix("/monitoring/")
    browser.open(f"{server.url}d/dnsy/dns-sanity?refresh=")
    all_drawn(browser)
    browser.clipboard(origin)
    browser.js("[...document.querySelectorAll('.copy')].find((one) => one.ariaLabel.includes('v=DKIM1')).click()")
    wait_until("the record on the clipboard", lambda: browser.clipboard(origin) == DKIM)
    browser.click("section[aria-label='Last checked'] .action")
    wait_until("a check", lambda: server.checks == 1)

    # A name that tries to be HTML is text; one domain can be looked at alone.
    browser.open(f"{server.url}d/dvct/imap-server?refresh=&var-domain=beta.example")
    all_drawn(browser)
    users = "return [...document.querySelectorAll('section[aria-label=Mailboxes] tbody tr')].map((row) => row.cells[0].textContent)"
    assert sorted(browser.js(users)) == sorted(["anna@beta.example", "info@beta.example", HOSTILE + "@beta.example"])
    assert browser.js("return document.querySelectorAll('main img').length") == 0
    browser.click(".variables button")
    browser.js("[...document.querySelectorAll('.variables label')].find((one) => one.textContent === 'All').click()")
    browser.wait("all domains", users.removeprefix("return ").join(("return (", ").length > 3")))
    browser.click("section[aria-label=Mailboxes] th:first-child button")
    browser.wait(
        "the table sorted by name",
        "return document.querySelector('section[aria-label=Mailboxes] th').ariaSort === 'ascending'",
    )
    assert browser.js(users)[-1] == "postmaster@alpha.example"
    assert browser.complaints() == []

    # No store: what is there stays, and one line says it. No session: to the login page, and from there back here.
    server.reachable = False
    browser.press("r")
    assert browser.text(".banner") == "The store does not answer."
    assert browser.js(users)[-1] == "postmaster@alpha.example"
    server.reachable = True
    browser.press("r")
    browser.wait("no banner", "return document.querySelector('.banner').hidden")
    all_drawn(browser)
    server.session = False
    browser.press("r")
    browser.wait("the login page", "return location.pathname === '/monitoring/login'")
    assert "next=%2Fmonitoring%2Fd%2Fdvct%2Fimap-server%3F" in browser.url
    assert not [line for line in browser.complaints() if " 401 " not in line and " 503 " not in line]

    server.session = True
    browser.open(f"{server.url}d/nothing/here")
    assert "cannot be shown" in browser.text("main")


PASSWORD = "correct horse <&%\" battery"
# What a server of a minute's age need not have; some curves have a point every other minute only.
MAYBE_EMPTY = (
    "Last backup", "Alerts", "Found in the DNS instead", "Closest to the quota", "Virus signatures", "Block lists",
    "Warnings", "Delivery time", "Average time by stage of delivery", "Sorted by filters, 24 h", "Filter actions (Sieve), 24 h", "Mail as others saw it", "TLS as others saw it", "Connections that ended early", "Failing networks", "Verdicts, 24 h", "Top reasons, 24 h")


def test_the_appliances_own_dashboards_behind_their_login(lab):
    peer = Peer(lab)
    peer.domain("far.example")
    appliance = lab.appliance(GF_SECURITY_ADMIN_PASSWORD=PASSWORD).start()
    Monitoring(lab, appliance).start()
    alice = appliance.add("alice")

    def traffic():
        """Something of all that can happen to mail, and to logins."""
        mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
        for recipient in (alice.address, "friend@far.example"):
            appliance.submit(alice, mail.message(alice.address, recipient))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "nobody@alpha.example"))
        assert appliance.can_read(alice) and not appliance.can_read((alice.address, "wrong"))

    traffic()
    window = Chromium(PICTURES, {appliance.hostname: appliance.ipv4})
    try:
        window.size(1600, 2800)
        site = f"https://{appliance.hostname}/monitoring/"
        window.open(f"{site}d/dnsy/dns-sanity?from=now-15m&to=now&refresh=5s")
        window.picture("login")
        window.type("input[name=user]", "mail")
        window.type("input[name=password]", PASSWORD)
        window.press("ENTER")
        window.element(".panel")
        assert window.url.endswith("/monitoring/d/dnsy/dns-sanity?from=now-15m&to=now&refresh=5s")
        # The first check of the server itself is a minute after its start.
        window.click("section[aria-label='Last checked'] .action")
        window.wait("the check", "return !document.querySelector('.action.busy')", deadline=60)
        window.wait("its outcome", "return document.querySelector(\"[aria-label='Last checked']\").dataset.state === 'ready'", deadline=60)
        # What is counted shows in a curve once it grows from one look of the store to the next.
        traffic()
        for uid, slug in DASHBOARDS.items():
            window.open(f"{site}d/{uid}/{slug}?from=now-15m&to=now&refresh=5s")
            all_drawn(window, empty=MAYBE_EMPTY, deadline=90)
            window.picture(f"live-{uid}")
        assert window.complaints() == []
        window.click("button[aria-label='Log out']")
        window.element("input[name=password]")
        window.open(f"{site}d/main/overview")
        window.element("input[name=password]")
    finally:
        window.close()
