"""A browser for pages without script: keeps cookies, follows redirects, sends forms."""
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request

from . import mail


class Browser:
    def __init__(self, appliance):
        self._origin = f"https://{appliance.ipv4}"
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=mail.any_certificate()),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.status = self.headers = None
        self.page = ""

    def get(self, path, headers=None):
        return self._send(urllib.request.Request(self._origin + path, headers=headers or {}))

    def post(self, path, headers=None, **fields):
        return self._send(urllib.request.Request(
            self._origin + path, urllib.parse.urlencode(fields).encode(),
            {"Origin": self._origin, **(headers or {})}))

    def _send(self, request):
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        self.status, self.headers, self.page = answer.status, answer.headers, answer.read().decode()
        return self.page
