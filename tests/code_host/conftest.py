import pytest

from bot.adapters.code_host.github import GitHubHost
from tests.code_host.server import REPO, TOKEN, local_host


@pytest.fixture
def there():
    """The local code host, as people use it."""
    with local_host() as host:
        yield host


@pytest.fixture
def host(there):
    """The same, as the product sees it."""
    return GitHubHost(TOKEN, url=there.url, repo=REPO)
