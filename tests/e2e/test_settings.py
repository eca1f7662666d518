"""Bad settings stop the start with all problems at once, and nothing is written."""
import pytest

BAD = {
    "quotes": ({"DOMAIN": '"alpha.example"'}, ["DOMAIN", "without quotation marks"]),
    "no domain": ({"DOMAIN": ""}, ["DOMAIN"]),
    "a space in a list": ({"ADDITIONAL_DOMAINS": "beta.example, gamma.example"}, ["ADDITIONAL_DOMAINS", "space"]),
    "a mistyped key": ({"ADITIONAL_DOMAINS": "beta.example"}, ["ADITIONAL_DOMAINS", "ADDITIONAL_DOMAINS"]),
    "a number that is none": ({"MESSAGE_SIZE_LIMIT": "many"}, ["MESSAGE_SIZE_LIMIT", "many"]),
    "an address that is none": ({"ADMIN_EMAIL": "nobody"}, ["ADMIN_EMAIL", "nobody"]),
    "shell code": ({"DKIM_KEY_SELECTOR": "$(touch /host/canary)"}, ["DKIM_KEY_SELECTOR"]),
    "files without names": ({"TLS_MODE": "files"}, ["TLS_CERTIFICATE_FILE", "TLS_KEY_FILE"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_setting_is_named_and_nothing_is_written(lab, case):
    settings, words = BAD[case]
    appliance = lab.appliance(**settings)
    appliance.start(ready=False)
    assert appliance.wait_exit() == 2
    for word in words:
        assert word in appliance.logs()
    assert list(appliance.workspace.iterdir()) == []


def test_all_problems_are_listed_at_once(lab):
    appliance = lab.appliance(DOMAIN="no_domain", ADMIN_EMAIL="nobody", TLS_MODE="letsencrypt", METRICS="yes",
                              ADITIONAL_DOMAINS="x.example")
    appliance.start(ready=False)
    assert appliance.wait_exit() == 2
    for key in ("DOMAIN", "ADMIN_EMAIL", "TLS_MODE", "METRICS", "ADITIONAL_DOMAINS"):
        assert any(key in line for line in appliance.logs().splitlines()), f"{key} is not named:\n{appliance.logs()}"
    assert list(appliance.workspace.iterdir()) == []


def test_the_initial_password_is_nowhere_to_be_seen(lab):
    appliance = lab.appliance(ADMIN_USER="boss", ADMIN_USER_INITIAL_PASSWORD="first-Secret-4711").start()
    with appliance.imap(("boss@alpha.example", "first-Secret-4711")):
        pass
    assert "first-Secret-4711" not in appliance.logs()
    assert all("first-Secret-4711" not in line for _, _, line in appliance.processes())
