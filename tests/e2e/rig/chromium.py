"""A real Chromium, and what a person would do with it."""
import base64
import contextlib
import json
import pathlib
import tempfile

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from .podman import wait_until

# As root, without a network, and without asking its maker's servers for anything.
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# When containers come and go beside it, Chromium sees a network change and breaks its connections off.
NOT_OURS = ("ERR_NETWORK_CHANGED",)


class Chromium:
    def __init__(self, pictures, hosts=None):
        """`hosts`: addresses of names that only it knows."""
        self._pictures = pathlib.Path(pictures)
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        options.accept_insecure_certs = True
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        rules = ",".join(f"MAP {name} {address}" for name, address in (hosts or {}).items())
        for argument in (*ARGUMENTS, f"--user-data-dir={self._profile.name}", f"--host-resolver-rules={rules}"):
            options.add_argument(argument)
        self._driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.size(1600, 1000)
        self.prefers("dark")

    def close(self):
        self._driver.quit()
        self._profile.cleanup()

    # What it looks like

    def size(self, width, height, *, phone=False):
        self._command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )

    def prefers(self, scheme):
        """The system's theme, dark or light."""
        self._command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, name):
        """A picture of the window, kept with the results."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        data = self._command("Page.captureScreenshot", format="png")["data"]
        (self._pictures / f"{name}.png").write_bytes(base64.b64decode(data))

    # What is done with it

    def open(self, url):
        self._driver.get(url)

    def back(self):
        self._driver.back()

    @property
    def url(self):
        return self._driver.current_url

    def js(self, script, *arguments):
        """What JavaScript in the page returns."""
        return self._driver.execute_script(script, *arguments)

    def element(self, selector, act=lambda element: True):
        """Does something with the first that is seen, waited for; pages may put a new one in its place meanwhile."""

        def seen():
            with contextlib.suppress(StaleElementReferenceException):
                for element in self._driver.find_elements("css selector", selector):
                    if element.is_displayed():
                        return [act(element)]
            return None

        return wait_until(f"{selector} in {self.url}", seen, deadline=60)[0]

    def text(self, selector):
        return self.element(selector, lambda element: element.text)

    def click(self, selector):
        self.element(selector, lambda element: element.click())

    def type(self, selector, text):
        self.element(selector, lambda element: element.send_keys(text))

    def press(self, *keys):
        """Keys for whatever has the focus: characters, or names such as ESCAPE."""
        chain = ActionChains(self._driver)
        for key in keys:
            chain.send_keys(getattr(Keys, key) if len(key) > 1 else key)
        chain.perform()

    def drag(self, selector, begin, end):
        """Across an element, from one share of its width to another."""

        def across(element):
            half = element.size["width"] / 2
            ActionChains(self._driver).move_to_element_with_offset(
                element, int((begin * 2 - 1) * half), 0
            ).click_and_hold().move_to_element_with_offset(element, int((end * 2 - 1) * half), 0).release().perform()

        self.element(selector, across)

    def hover(self, selector):
        self.element(selector, lambda element: ActionChains(self._driver).move_to_element(element).perform())

    def wait(self, what, script, *arguments, deadline=20):
        """Until the script returns something true."""
        return wait_until(what, lambda: self.js(script, *arguments), deadline=deadline)

    def clipboard(self, origin):
        """Its text; the page may write to it."""
        self._command(
            "Browser.grantPermissions", origin=origin, permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
        )
        return self._driver.execute_async_script(
            "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(String(e)))"
        )

    def complaints(self):
        """Errors in the console since the last call; what breaks the page's policy is among them."""
        said = [entry["message"] for entry in self._driver.get_log("browser") if entry["level"] == "SEVERE"]
        return [message for message in said if not any(word in message for word in NOT_OURS)]

    def _command(self, name, **parameters):
        return self._driver.execute_cdp_cmd(name, json.loads(json.dumps(parameters)))
