"""Fixtures of the e2e cases; what they are made of is in rig/."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from rig.lab import Lab  # noqa: E402
from rig.podman import remove_leftovers  # noqa: E402

RESULTS = pathlib.Path(__file__).resolve().parents[1] / "results"


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        os.environ["MAILSERVER_E2E_RUN"] = str(os.getpid())  # the workers inherit it
        remove_leftovers()


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if outcome.get_result().failed:
        item.case_failed = True


@pytest.fixture
def lab(request):
    """The case's world; see rig/lab.py."""
    world = Lab(request.node.name, RESULTS)
    yield world
    if getattr(request.node, "case_failed", False):
        world.keep_logs()
    world.close()


@pytest.fixture
def appliance(lab):
    """A running appliance for alpha.example, with a self-signed certificate."""
    return lab.appliance().start()
